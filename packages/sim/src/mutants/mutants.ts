/** The known bugs. Each is a text that must occur exactly once in one file, and what to put there instead. */
export interface Mutant {
  readonly name: string
  /** What is broken. */
  readonly what: string
  /** Under `packages/`. */
  readonly file: string
  readonly from: string
  readonly to: string
}

export const mutants: ReadonlyArray<Mutant> = [
  {
    name: "ack-before-sync",
    what: "votes and append responses leave before the log is durable",
    file: "core/src/raftstore/storeLoop.ts",
    from: "  store.counters.logAppends++\n",
    to: "  store.counters.logAppends++\n  for (const { peer, ready } of readies) sendAll(store, peer, ready.messagesAfterSync)\n  store.flushOutbox()\n"
  },
  {
    name: "vote-forgotten",
    what: "the vote is not written into the hard state",
    file: "core/src/raftstore/storeLoop.ts",
    from: "return encodeHardState({ term, vote, commit })",
    to: "return encodeHardState({ term, vote: 0, commit })"
  },
  {
    name: "lease-in-transfer",
    what: "a leader serves reads by its lease while it hands over its leadership",
    file: "core/src/raft/leaderReads.ts",
    from: "role.committedOwnTerm && role.transferee === 0 && !role.leaseBlocks.isBlocked",
    to: "role.committedOwnTerm"
  },
  {
    name: "lease-before-own-term",
    what: "a new leader serves reads before an entry of its own term is applied",
    file: "core/src/raftstore/Peer.ts",
    from: "this.damaged !== undefined || this.appliedTerm !== raft.term",
    to: "this.damaged !== undefined"
  },
  {
    name: "lease-over-split",
    what: "a lease read passes a split that is committed and not applied",
    file: "core/src/raftstore/Peer.ts",
    from: "this.rangeChangeIndex > this.appliedIndex && raft.commit >= this.rangeChangeIndex",
    to: "false"
  },
  {
    name: "read-round-too-early",
    what: "a read is confirmed by a heartbeat round that was sent before it",
    file: "core/src/raft/readOnly.ts",
    from: "round: this.round + 1",
    to: "round: this.round"
  },
  {
    name: "split-without-version",
    what: "a split leaves the version as it is",
    file: "core/src/raftstore/admin/split.ts",
    from: "version: epoch.version + pieces.length",
    to: "version: epoch.version"
  },
  {
    name: "epoch-at-propose-only",
    what: "an entry proposed before a split is applied after it, outside the region's range",
    file: "core/src/raftstore/apply.ts",
    from: "  if (version !== epochOf(region).version) return epochNotMatch(store, region, version)\n",
    to: "  if (version >= 0) {\n    for (const { commands } of writes) for (const command of commands) applyCommand(pass, apply, command)\n    return undefined\n  }\n"
  },
  {
    name: "split-not-synced",
    what: "a split's regions act before their first state is durable",
    file: "core/src/raftstore/admin/split.ts",
    from: "  pass.sync = true\n",
    to: ""
  },
  {
    name: "tombstone-without-peer-id",
    what: "a removed peer can be called back by a late message",
    file: "core/src/raftstore/destroy.ts",
    from: "removedPeerId: peer.id",
    to: "removedPeerId: 0"
  },
  {
    name: "truncate-past-durable",
    what: "the log forgets entries whose effects are not durable in the data",
    file: "core/src/raftstore/workers/logGc.ts",
    from: "  yield* engine.sync\n",
    to: ""
  },
  {
    name: "snapshots-mix",
    what: "a second snapshot of a region comes in beside one that was given up",
    file: "core/src/raftstore/snapshotFlow.ts",
    from: "staging.has(regionId) ?",
    to: "staging.size < 0 ?"
  },
  {
    name: "empty-peer-believes-anybody",
    what: "an empty peer is destroyed when a scheduler that is behind does not list it",
    file: "core/src/raftstore/stalePeer.ts",
    from: "Math.max(peer.region.regionEpoch?.confVer ?? 0, peer.memberAtConfVer)",
    to: "(peer.region.regionEpoch?.confVer ?? 0)"
  },
  {
    name: "swap-without-term",
    what: "compare-and-swap proposes in whatever term it is by then",
    file: "storage/src/raw/compareAndSwap.ts",
    from: "term: readable.term, deadlineMs",
    to: "term: 0, deadlineMs"
  },
  {
    name: "tso-not-saved",
    what: "timestamps are given out before their window is on disk",
    file: "scheduler/src/service/Tso.ts",
    from: '    yield* log.write([{ type: "tsoWindow", untilMs }], { sync: true })\n',
    to: ""
  },
  {
    name: "ids-not-saved",
    what: "ids are given out before their window is on disk",
    file: "scheduler/src/service/IdAllocator.ts",
    from: '    yield* log.write([{ type: "idWindow", end: newEnd }], { sync: true })\n',
    to: ""
  }
]
