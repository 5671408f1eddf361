/** What a store process can be told. The [raftstore] numbers are StoreConfig's; their defaults stand there. */
import { defaultStoreConfig as d, type StoreConfig } from "@reefkv/core"
import { choice, durationMs, integer, list, sizeBytes, text } from "./key.ts"

export const engineKinds = ["sqlite", "memory"] as const

export const storeKeys = {
  server: {
    addr: text("127.0.0.1:20160", "Where the store listens for clients and other stores (gRPC)."),
    advertiseAddr: text("", "The address others use to reach this store; empty means addr as bound."),
    statusAddr: text("127.0.0.1:20180", "Where /status, /metrics and /config answer over HTTP; empty switches it off."),
    labels: list([], "Labels of the store for placement, each as key=value.")
  },
  pd: {
    endpoints: list(["127.0.0.1:2379"], "Addresses of the scheduler.")
  },
  storage: {
    engine: choice(engineKinds, "sqlite", "Which engine keeps the data and the raft log."),
    dataDir: text("data/store", "The directory of this store's files; made when absent."),
    apiVersion: choice(
      ["v1", "v1ttl", "v2"],
      "v1ttl",
      "Which of TiKV's API versions raw clients speak; v1 refuses TTLs."
    )
  },
  log: {
    level: choice(["debug", "info", "warning", "error"], "info", "The least severe level that is printed.")
  },
  raftstore: {
    raftTickMs: durationMs(d.raftTickMs, "One tick of every Raft group."),
    heartbeatTicks: integer(d.heartbeatTicks, "A leader sends heartbeats each this many ticks."),
    electionTicks: integer(
      d.electionTicks,
      "A follower without a leader campaigns after one to two times this many ticks."
    ),
    leaseMs: durationMs(
      d.leaseMs,
      "How long a leader serves reads alone after a heartbeat round that a quorum answered; at most election-ticks - 1 ticks, less what clocks may drift apart meanwhile."
    ),
    maxEntriesBytesPerMessage: sizeBytes(d.maxEntriesBytesPerMessage, "Entries in one append message."),
    maxInflightMessages: integer(d.maxInflightMessages, "Append messages on their way to one follower."),
    maxUncommittedBytes: sizeBytes(d.maxUncommittedBytes, "Proposals of one region that are not committed yet."),
    maxCommittedBytesPerReady: sizeBytes(
      d.maxCommittedBytesPerReady,
      "Committed entries of one region applied in one pass."
    ),
    raftEntryMaxBytes: sizeBytes(d.raftEntryMaxBytes, "The largest proposal."),
    keyMaxBytes: sizeBytes(d.keyMaxBytes, "The longest key."),
    valueMaxBytes: sizeBytes(d.valueMaxBytes, "The largest value."),
    mailboxMax: integer(d.mailboxMax, "Requests and messages that may wait for the store's loop."),
    proposalsMaxPerRegion: integer(d.proposalsMaxPerRegion, "Proposals of one region that may wait for commit."),
    diskReserveBytes: sizeBytes(
      d.diskReserveBytes,
      "Writes are refused while the disk has less left; looked at with each store heartbeat."
    ),
    requestTimeoutMs: durationMs(
      d.requestTimeoutMs,
      "When a request without a deadline of its own is answered at the latest."
    ),
    regionMaxBytes: sizeBytes(d.regionMaxBytes, "A region larger than this is split."),
    regionSplitBytes: sizeBytes(d.regionSplitBytes, "The size of the pieces a region is split into."),
    regionMaxKeys: integer(d.regionMaxKeys, "A region with more keys than this is split."),
    regionSplitKeys: integer(d.regionSplitKeys, "The keys in a piece."),
    batchSplitLimit: integer(d.batchSplitLimit, "New regions made by one split that the size check asks for."),
    splitCheckIntervalMs: durationMs(d.splitCheckIntervalMs, "How often sizes are compared with the limits."),
    scanSliceEntries: integer(d.scanSliceEntries, "Entries a background scan reads before it lets others run."),
    regionHeartbeatIntervalMs: durationMs(d.regionHeartbeatIntervalMs, "How often a leader reports a quiet region."),
    storeHeartbeatIntervalMs: durationMs(d.storeHeartbeatIntervalMs, "How often a store reports itself."),
    logGcIntervalMs: durationMs(d.logGcIntervalMs, "How often raft logs are looked at for compaction."),
    logGcCountLimit: integer(
      d.logGcCountLimit,
      "Entries kept for slow followers before the log is compacted past them."
    ),
    logGcBytesLimit: sizeBytes(d.logGcBytesLimit, "Bytes of log kept for slow followers."),
    logGcThreshold: integer(d.logGcThreshold, "Fewer entries than this are not worth a compaction."),
    snapshotChunkBytes: sizeBytes(d.snapshotChunkBytes, "One chunk of a snapshot on the wire."),
    snapshotSendsMax: integer(d.snapshotSendsMax, "Snapshots sent at once."),
    snapshotReceivesMax: integer(d.snapshotReceivesMax, "Snapshots received at once."),
    snapshotTimeoutMs: durationMs(d.snapshotTimeoutMs, "How long one snapshot may take on its way."),
    stalePeerCheckMs: durationMs(
      d.stalePeerCheckMs,
      "A peer without a leader for this long asks whether it still belongs to its region."
    ),
    peerDownMs: durationMs(d.peerDownMs, "A peer silent for this long is reported as down."),
    consistencyCheckIntervalMs: durationMs(
      d.consistencyCheckIntervalMs,
      "Each interval one region that is led here compares its replicas by hash; 0ms is never."
    ),
    scrubIntervalMs: durationMs(
      d.scrubIntervalMs,
      "Each interval one replica here is read from end to end, to find damage at rest; 0ms is never."
    ),
    hibernateAfterTicks: integer(
      d.hibernateAfterTicks,
      "A quiet region stops ticking after this many ticks; 0 is never."
    )
  } satisfies Record<keyof StoreConfig, unknown>
}
