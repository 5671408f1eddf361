/**
 * Every number the store is run by, with its unit and default. Durations in milliseconds, sizes in bytes, Raft timings
 * in ticks. `validateStoreConfig` relates them to each other before anything starts.
 */
export interface StoreConfig {
  /** One tick of every Raft group. */
  readonly raftTickMs: number
  /** Heartbeats go out each this many ticks. */
  readonly heartbeatTicks: number
  /** An election starts after [n, 2n) ticks without a leader. */
  readonly electionTicks: number
  /** A leader serves reads alone for this long after the send instant of a heartbeat round that a quorum answered. At most `leaseBoundMs`. */
  readonly leaseMs: number
  readonly maxEntriesBytesPerMessage: number
  readonly maxInflightMessages: number
  readonly maxUncommittedBytes: number
  readonly maxCommittedBytesPerReady: number
  /** A proposal larger than this is RaftEntryTooLarge. */
  readonly raftEntryMaxBytes: number
  readonly keyMaxBytes: number
  readonly valueMaxBytes: number
  /** Requests and messages waiting for the store's loop; over it a request is ServerIsBusy, a raft message is dropped and counted. */
  readonly mailboxMax: number
  /** Proposals of one region waiting for commit; over it ServerIsBusy. */
  readonly proposalsMaxPerRegion: number
  /** Writes are answered DiskFull while the device has less left; looked at with each store heartbeat. */
  readonly diskReserveBytes: number
  /** A request without its own deadline is answered (DeadlineExceeded or UndeterminedResult) after this. */
  readonly requestTimeoutMs: number
  /** Size and key count at which a region is cut, and the size of the pieces. */
  readonly regionMaxBytes: number
  readonly regionSplitBytes: number
  readonly regionMaxKeys: number
  readonly regionSplitKeys: number
  /** At most this many new regions in one split that the size check asks for. */
  readonly batchSplitLimit: number
  readonly splitCheckIntervalMs: number
  /** A split check or snapshot scan yields after this many entries. */
  readonly scanSliceEntries: number
  readonly regionHeartbeatIntervalMs: number
  readonly storeHeartbeatIntervalMs: number
  readonly logGcIntervalMs: number
  /** Entries kept for slow followers before the leader compacts past them. */
  readonly logGcCountLimit: number
  readonly logGcBytesLimit: number
  readonly logGcThreshold: number
  readonly snapshotChunkBytes: number
  readonly snapshotSendsMax: number
  readonly snapshotReceivesMax: number
  readonly snapshotTimeoutMs: number
  /** A peer without a leader for this long asks the scheduler whether it still belongs to its region. */
  readonly stalePeerCheckMs: number
  /** A peer silent for this long is reported down. */
  readonly peerDownMs: number
  /** Each interval one led region compares its replicas by hash, in turn; 0 switches it off. */
  readonly consistencyCheckIntervalMs: number
  /** Each interval one replica here is read from end to end, in turn, so that damage is found while others are whole; 0 switches it off. */
  readonly scrubIntervalMs: number
  /** A group without traffic stops ticking after this many ticks; 0 keeps all awake. */
  readonly hibernateAfterTicks: number
}

const kib = 1024
const mib = 1024 * kib

export const defaultStoreConfig: StoreConfig = {
  raftTickMs: 100,
  heartbeatTicks: 3,
  electionTicks: 15,
  leaseMs: 1_300,
  maxEntriesBytesPerMessage: mib,
  maxInflightMessages: 256,
  maxUncommittedBytes: 64 * mib,
  maxCommittedBytesPerReady: 16 * mib,
  raftEntryMaxBytes: 8 * mib,
  keyMaxBytes: 4 * kib,
  valueMaxBytes: 6 * mib,
  mailboxMax: 65_536,
  proposalsMaxPerRegion: 8_192,
  diskReserveBytes: 256 * mib,
  requestTimeoutMs: 10_000,
  regionMaxBytes: 144 * mib,
  regionSplitBytes: 96 * mib,
  regionMaxKeys: 1_440_000,
  regionSplitKeys: 960_000,
  batchSplitLimit: 10,
  splitCheckIntervalMs: 1_000,
  scanSliceEntries: 512,
  regionHeartbeatIntervalMs: 10_000,
  storeHeartbeatIntervalMs: 3_000,
  logGcIntervalMs: 3_000,
  logGcCountLimit: 20_000,
  logGcBytesLimit: 48 * mib,
  logGcThreshold: 50,
  snapshotChunkBytes: mib,
  snapshotSendsMax: 4,
  snapshotReceivesMax: 4,
  snapshotTimeoutMs: 120_000,
  stalePeerCheckMs: 60_000,
  peerDownMs: 300_000,
  consistencyCheckIntervalMs: 0,
  scrubIntervalMs: 60_000,
  hibernateAfterTicks: 100
}

/**
 * No lease may be longer, in milliseconds. Who hears a heartbeat keeps quiet for `electionTicks` ticks, and the first of
 * them can come right after it: ticks are put into the mailbox at least `raftTickMs` apart and never overtake a message
 * there, so between the sending of a round and the first vote for somebody else lie `electionTicks - 1` whole ticks of the
 * voter's clock, however long its loop was held up, and nothing beyond that is promised.
 *
 * The bound is that of clocks of equal rate. When they run up to `d` too fast or slow, what is safe is
 * `(1 - d) / (1 + d)` of it; the defaults leave room for clocks that are 3 % off, and no rule here knows the clocks.
 */
export const leaseBoundMs = (config: Pick<StoreConfig, "electionTicks" | "raftTickMs">): number =>
  (config.electionTicks - 1) * config.raftTickMs

/** Every rule that is broken, as sentences for an operator; empty when the configuration holds together. */
export const validateStoreConfig = (config: StoreConfig): ReadonlyArray<string> => {
  const problems: Array<string> = []
  for (const [key, value] of Object.entries(config)) {
    const mayBeZero = key === "consistencyCheckIntervalMs" || key === "hibernateAfterTicks" || key === "scrubIntervalMs"
    if (!Number.isSafeInteger(value) || value < (mayBeZero ? 0 : 1)) {
      problems.push(
        `${key} must be ${mayBeZero ? "a whole number, 0 or more" : "a positive whole number"}, found ${value}`
      )
    }
  }
  if (config.electionTicks <= config.heartbeatTicks) {
    problems.push(`electionTicks (${config.electionTicks}) must be more than heartbeatTicks (${config.heartbeatTicks})`)
  }
  if (config.leaseMs > leaseBoundMs(config)) {
    problems.push(
      `leaseMs (${config.leaseMs}) must be at most electionTicks - 1 ticks, ${leaseBoundMs(config)} ms, or two leaders could serve reads`
    )
  }
  if (config.valueMaxBytes + config.keyMaxBytes >= config.raftEntryMaxBytes) {
    problems.push(`raftEntryMaxBytes (${config.raftEntryMaxBytes}) must exceed keyMaxBytes + valueMaxBytes`)
  }
  if (config.regionSplitBytes > config.regionMaxBytes) {
    problems.push(
      `regionSplitBytes (${config.regionSplitBytes}) must not exceed regionMaxBytes (${config.regionMaxBytes})`
    )
  }
  if (config.regionSplitKeys > config.regionMaxKeys) {
    problems.push(`regionSplitKeys (${config.regionSplitKeys}) must not exceed regionMaxKeys (${config.regionMaxKeys})`)
  }
  return problems
}
