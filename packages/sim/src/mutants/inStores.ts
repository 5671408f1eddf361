/** Bugs in the store: its loop, apply, reads, splits, snapshots, membership. */
import type { Mutant } from "./Mutant.ts"

export const inStores: ReadonlyArray<Mutant> = [
  {
    name: "ack-before-sync",
    what: "votes and append responses leave before the log is durable",
    workload: "elections",
    file: "core/src/raftstore/storeLoop.ts",
    from: "  store.counters.logAppends++\n",
    to: "  store.counters.logAppends++\n  for (const { peer, ready } of readies) sendAll(store, peer, ready.messagesAfterSync)\n  store.flushOutbox()\n"
  },
  {
    name: "vote-forgotten",
    what: "the vote is not written into the hard state",
    workload: "elections",
    file: "core/src/raftstore/storeLoop.ts",
    from: "return encodeHardState({ term, vote, commit })",
    to: "return encodeHardState({ term, vote: 0, commit })"
  },
  {
    name: "term-with-entries-only",
    what: "term and vote are written only along with entries",
    workload: "elections",
    file: "core/src/raftstore/storeLoop.ts",
    from: "if (!moved && term === peer.savedTerm && vote === peer.savedVote) return undefined",
    to: "if (!moved) return undefined"
  },
  {
    name: "published-before-written",
    what: "new regions and applied positions are seen before their batch is written",
    workload: "splits",
    file: "core/src/raftstore/storeLoop.ts",
    from: "  applyAll(store, pass, touched, readies)\n",
    to: "  applyAll(store, pass, touched, readies)\n  publish(store, pass)\n  pass.peers.length = 0\n  pass.destroyed.length = 0\n  pass.garbage.length = 0\n  store.applying = undefined\n"
  },
  {
    name: "applied-index-not-written",
    what: "the applied index is not in the batch with the data",
    workload: "small",
    file: "core/src/raftstore/apply.ts",
    from: "    putApplyState(pass.batch, peer.regionId, apply)\n",
    to: ""
  },
  {
    name: "truncate-past-durable",
    what: "the log forgets entries whose effects are not durable in the data",
    workload: "small",
    file: "core/src/raftstore/workers/logGc.ts",
    from: "  yield* engine.sync\n",
    to: ""
  },
  {
    name: "compact-in-two-turns",
    what: "a region may be destroyed between the look at its log and the compaction",
    workload: "membership",
    file: "core/src/raftstore/workers/logGc.ts",
    from: "return marks.length > 0 ? raftLog.compact(marks) : Effect.void",
    to: "return marks.length > 0 ? Effect.andThen(Effect.yieldNow, raftLog.compact(marks)) : Effect.void"
  },
  {
    name: "callback-dropped",
    what: "a leader that steps down forgets who waits for its proposals",
    workload: "reads",
    file: "core/src/raftstore/proposals.ts",
    from: "    this.graceEndsMs = graceEndsMs\n    this.graceTerm = last.term\n",
    to: "    this.items = noProposals\n    this.head = 0\n    this.callers = 0\n"
  },
  {
    name: "refused-as-stale-at-once",
    what: "proposals are called certainly not done when leadership is lost",
    workload: "reads",
    file: "core/src/raftstore/proposals.ts",
    from: "    this.graceEndsMs = graceEndsMs\n    this.graceTerm = last.term\n",
    to: "    for (let i = this.head; i < this.items.length; i++) refuse(this.items[i]!, staleCommand, { refuseWrite: (w, e) => { const a = w.answer; w.answer = undefined; a?.(e) }, admin: (p, e) => { const a = p.answer; p.answer = undefined; a?.(e) } })\n"
  },
  {
    name: "answered-twice",
    what: "a write that was given up at its deadline is answered again when it is applied",
    workload: "reads",
    file: "core/src/raftstore/proposals.ts",
    from: "    const answer = write.answer\n    if (answer === undefined) return\n    write.answer = undefined\n    this.due.push(() => answer(error))\n",
    to: "    const answer = write.answer\n    if (answer === undefined) return\n    this.due.push(() => answer(error))\n"
  },
  {
    name: "lease-before-own-term",
    what: "a new leader serves reads before an entry of its own term is applied",
    workload: "reads",
    file: "core/src/raftstore/Peer.ts",
    from: "this.damaged !== undefined || this.appliedTerm !== raft.term",
    to: "this.damaged !== undefined"
  },
  {
    name: "lease-too-long",
    what: "the lease lasts longer than the others keep quiet",
    workload: "reads",
    file: "core/src/raftstore/Peer.ts",
    from: "return basis !== undefined && nowMs < basis + leaseMs",
    to: "return basis !== undefined && nowMs < basis + 2 * leaseMs"
  },
  {
    name: "follower-told-more",
    what: "a leader that lags behind its followers in applying tells less than one of them has told",
    workload: "reads",
    file: "core/src/raftstore/Peer.ts",
    from: "    if (this.raft.readsElsewhere && this.raft.commit > this.appliedIndex) return false\n",
    to: ""
  },
  {
    name: "lease-by-wall-clock",
    what: "leases are measured on a clock that jumps",
    workload: "reads",
    file: "core/src/raftstore/StoreState.ts",
    from: "return Number(this.clock.monotonicTimeNanosUnsafe()) / 1e6",
    to: "return this.clock.currentTimeMillisUnsafe()"
  },
  {
    name: "lease-over-split",
    what: "a lease read passes a split that is committed and not applied",
    workload: "splits",
    file: "core/src/raftstore/Peer.ts",
    from: "this.rangeChangeIndex > this.appliedIndex && raft.commit >= this.rangeChangeIndex",
    to: "false"
  },
  {
    name: "replica-read-without-index",
    what: "a follower serves reads from what it has applied, without asking its leader",
    workload: "reads",
    file: "core/src/raftstore/readFlow.ts",
    from: "  if (peer.hasLease(store.nowMs, store.config.leaseMs)) {\n",
    to: "  if (!raft.isLeader || peer.hasLease(store.nowMs, store.config.leaseMs)) {\n"
  },
  {
    name: "read-outlives-leadership",
    what: "reads with an index are answered although their leader was deposed and the range may be elsewhere",
    workload: "reads",
    file: "core/src/raftstore/readFlow.ts",
    from: "  for (const { request, answer } of peer.reads.takeReadable(peer.appliedIndex)) {\n",
    to: "  for (const { request, answer } of peer.reads.takeReadable(Number.MAX_SAFE_INTEGER)) {\n"
  },
  {
    name: "epoch-at-propose-only",
    what: "an entry proposed before a split is applied after it, outside the region's range",
    workload: "splits",
    file: "core/src/raftstore/apply.ts",
    from: "  if (version !== epochOf(region).version) return epochNotMatch(store, region, version)\n",
    to: "  if (version >= 0) {\n    for (const { commands } of writes) for (const command of commands) applyCommand(pass, apply, command)\n    return undefined\n  }\n"
  },
  {
    name: "split-without-version",
    what: "a split leaves the version as it is",
    workload: "splits",
    file: "core/src/raftstore/admin/split.ts",
    from: "version: epoch.version + pieces.length",
    to: "version: epoch.version"
  },
  {
    name: "write-waits-for-ever",
    what: "a write without a majority is not answered when its time is over",
    workload: "scenario/answered_in_time",
    file: "core/src/raftstore/proposals.ts",
    from: "if (write.deadlineMs <= nowMs) answers.refuseWrite(write, late)",
    to: "if (nowMs < 0) answers.refuseWrite(write, late)"
  },
  {
    name: "no-limit-of-its-own",
    what: "a request that names no deadline may wait for ever",
    workload: "scenario/answered_in_time",
    file: "core/src/raftstore/propose.ts",
    from: "deadlineMs === 0 ? store.nowMs + store.config.requestTimeoutMs : deadlineMs",
    to: "deadlineMs === 0 ? Number.MAX_SAFE_INTEGER : deadlineMs"
  },
  {
    name: "split-not-synced",
    what: "a split's regions act before their first state is durable",
    workload: "splits",
    file: "core/src/raftstore/admin/split.ts",
    from: "  pass.sync = true\n",
    to: ""
  },
  {
    name: "tombstone-without-peer-id",
    what: "a removed peer can be called back by a late message",
    workload: "membership",
    file: "core/src/raftstore/destroy.ts",
    from: "removedPeerId: peer.id",
    to: "removedPeerId: 0"
  },
  {
    name: "end-untold",
    what: "a store does not tell who asks a removed peer for its vote which entry removed it",
    workload: "scenario/found/leader-committed-its-own-end",
    file: "core/src/raftstore/destroy.ts",
    from: "else putRemoval(batch, peer.regionId, removal)",
    to: ""
  },
  {
    name: "end-told-without-its-place",
    what: "a removed peer is told that it is out, and not at which entry",
    workload: "scenario/found/removed-by-message-and-the-leader-dies",
    file: "core/src/raftstore/send.ts",
    from: "change === undefined ? undefined : eraftpb",
    to: "change !== undefined ? undefined : eraftpb"
  },
  {
    name: "empty-tombstone-judges",
    what: "a tombstone that lists no members takes every voter of an older epoch for removed",
    workload: "scenario/found/tombstone-that-knows-no-members",
    file: "core/src/raftstore/peerCreation.ts",
    from: "region.peers.length > 0 && ",
    to: ""
  },
  {
    name: "alone-by-old-data",
    what: "a peer whose data fell back to when it was alone keeps no promise, whatever its log says",
    workload: "scenario/found/promise-of-a-peer-that-was-once-alone",
    file: "core/src/raftstore/Store.ts",
    from: "if (page.some(({ kind }) => kind !== EntryKind.normal)) return true",
    to: ""
  },
  {
    name: "conf-ver-not-raised",
    what: "a membership change leaves conf_ver as it is",
    workload: "membership",
    file: "core/src/raftstore/admin/confChange.ts",
    from: "regionEpoch: { confVer: confVer + changed, version }",
    to: "regionEpoch: { confVer, version }"
  },
  {
    name: "snapshots-mix",
    what: "a second snapshot of a region comes in beside one that was given up",
    workload: "snapshots",
    file: "core/src/raftstore/snapshotFlow.ts",
    from: "staging.has(regionId) ?",
    to: "staging.size < 0 ?"
  },
  {
    name: "gave-way-still-offered",
    what: "a staged snapshot that gave way to a newer one is offered to Raft all the same",
    workload: "scenario/found/staged-snapshot-gave-way",
    file: "core/src/raftstore/snapshotFlow.ts",
    from: "    staged.delete(regionId)\n    const wanted",
    to: "    const wanted"
  },
  {
    name: "snapshot-over-range",
    what: "a snapshot comes to lie on a range that another region uses",
    workload: "snapshots",
    file: "core/src/raftstore/snapshotFlow.ts",
    from: "  store.garbage.refusal(region) ??\n  refuseOverlap(",
    to: "  store.garbage.refusal(region) && refuseOverlap("
  },
  {
    name: "applied-snapshot-unanswered",
    what: "a snapshot of what is applied already is refused, and nobody tells Raft how far the peer is",
    workload: "scenario/found/snapshot-of-what-is-applied-for-ever",
    file: "core/src/raftstore/snapshotFlow.ts",
    from: '      if (isApplied(store, head)) store.mailbox.put({ type: "result", run: () => answerApplied(store, head) })\n',
    to: ""
  },
  {
    name: "snapshot-not-synced",
    what: "the log starts anew before a snapshot's data is durable",
    workload: "snapshots",
    file: "core/src/raftstore/snapshot/apply.ts",
    from: "yield* engine.write(done, { sync: true })",
    to: "yield* engine.write(done, { sync: false })"
  },
  {
    name: "snapshot-over-old-data",
    what: "a snapshot does not clear what was there before",
    workload: "snapshots",
    file: "core/src/raftstore/snapshot/apply.ts",
    from: "  for (const range of options.alsoClear) yield* clearRange(engine, range)\n  yield* clearRange(engine, { start: region.startKey, end: region.endKey })\n",
    to: ""
  },
  {
    name: "empty-peer-believes-anybody",
    what: "an empty peer is destroyed when a scheduler that is behind does not list it",
    workload: "membership",
    file: "core/src/raftstore/stalePeer.ts",
    from: "Math.max(peer.region.regionEpoch?.confVer ?? 0, peer.memberAtConfVer)",
    to: "(peer.region.regionEpoch?.confVer ?? 0)"
  },
  {
    name: "apply-state-after-tombstone",
    what: "a removed peer writes an apply state behind its tombstone",
    workload: "membership",
    file: "core/src/raftstore/apply.ts",
    from: "  } else if (apply.appliedIndex > peer.appliedIndex) {",
    to: "  }\n  if (apply.appliedIndex > peer.appliedIndex) {"
  },
  {
    name: "reads-outlive-their-peer",
    what: "reads that wait at a peer when it is removed are never answered",
    workload: "membership",
    file: "core/src/raftstore/destroy.ts",
    from: "  peer.reads.clear(error, answers)\n",
    to: ""
  },
  {
    name: "refused-snapshot-kept",
    what: "a staged snapshot that Raft does not want stays on the disk",
    workload: "snapshots",
    file: "core/src/raftstore/snapshotFlow.ts",
    from: "  store.snapshots.forget(regionId)\n  store.stagedDrops.push(regionId)\n",
    to: "  store.snapshots.forget(regionId)\n"
  },
  {
    name: "send-not-ended",
    what: "a snapshot that broke on its way counts as being sent until its time is over",
    workload: "scenario/safeguard/snapshot-breaks-once",
    file: "core/src/raftstore/snapshotFlow.ts",
    from: "          registry.endSend(regionId, to.id)\n",
    to: ""
  },
  {
    name: "garbage-unprotected",
    what: "a region comes back to a store that still deletes what it left there",
    workload: "scenario/safeguard/back-before-it-is-cleared",
    file: "core/src/raftstore/snapshotFlow.ts",
    from: "  store.garbage.refusal(region) ??\n",
    to: ""
  },
  {
    name: "sleeps-without-a-store",
    what: "a group falls asleep when most of its members agree, whether the others are heard or not",
    workload: "scenario/hibernate_store_down",
    file: "core/src/raftstore/hibernate.ts",
    from: "if (peer.region.peers.every(({ id }) => id === peer.id || ask.agreed.has(id))) fallAsleep(store, peer)",
    to: "if (ask.agreed.size * 2 >= peer.region.peers.length - 1) fallAsleep(store, peer)",
    also: [
      {
        file: "core/src/raftstore/hibernate.ts",
        from: "(peer.lastHeardMs?.get(id) ?? Number.NEGATIVE_INFINITY) > heardSinceMs",
        to: "heardSinceMs < Number.POSITIVE_INFINITY"
      },
      {
        file: "core/src/raftstore/hibernate.ts",
        from: 'other.state === "replicate" &&',
        to: 'other.state !== "snapshot" &&'
      }
    ]
  },
  {
    name: "silent-store-unnoticed",
    what: "nobody wakes when a store that shares sleeping regions falls silent without a broken connection",
    workload: "scenario/hibernate_leader_frozen_asleep",
    file: "core/src/raftstore/hibernate.ts",
    from: "silentElectionTimeouts * electionMs)) wakePeersOf(store, storeId)",
    to: "silentElectionTimeouts * electionMs)) neighbours.heard(storeId)"
  },
  {
    name: "log-outlives-its-peer",
    what: "a removed peer's log stays, and is taken for that of the region's next peer",
    workload: "membership",
    file: "core/src/raftstore/destroy.ts",
    from: "  store.logDestroys.push(peer.regionId)\n",
    to: ""
  },
  {
    name: "commit-lost-with-power",
    what: "neither a membership change nor what comes after it makes durable that it is committed",
    workload: "scenario/safeguard/two-memberships-behind",
    file: "core/src/raftstore/storeLoop.ts",
    from: "const confChange = commitsConfChange(peer, ready)",
    to: "const confChange = commitsConfChange(peer, ready) && ready.entries.length < 0",
    also: [
      {
        file: "core/src/raftstore/storeLoop.ts",
        from: "const mustSave = commitsConfChange || ready.entries.length > 0",
        to: "const mustSave = commitsConfChange"
      }
    ]
  },
  {
    name: "allowance-of-another-life",
    what: "what a store was allowed to read before a restart counts for what it asks after it",
    workload: "reads",
    file: "core/src/raftstore/reads.ts",
    from: "if (view.getFloat64(0) !== peerId || view.getUint32(8) !== incarnation) return undefined",
    to: "if (view.getFloat64(0) !== peerId) return undefined"
  },
  {
    name: "split-outlives-leadership",
    what: "who waits for a split is answered when leadership is lost, and again when the ids come",
    workload: "splits",
    file: "core/src/raftstore/leadership.ts",
    from: "    peer.pendingSplit = undefined\n    if (split.caller",
    to: "    if (split.caller"
  },
  {
    name: "tombstone-not-synced",
    what: "a peer is gone before its tombstone is durable",
    workload: "membership",
    file: "core/src/raftstore/destroy.ts",
    from: "  else putRemoval(batch, peer.regionId, removal)\n  pass.sync = true\n",
    to: "  else putRemoval(batch, peer.regionId, removal)\n"
  },
  {
    name: "given-up-stream-kept",
    what: "a snapshot that was given up when all of it had come stays on the disk",
    workload: "snapshots",
    file: "core/src/raftstore/snapshotFlow.ts",
    from: "const drop = Effect.ignore(dropStaged(store.engine, regionId))",
    to: "const drop = Effect.void"
  },
  {
    name: "staged-outlives-its-peer",
    what: "a snapshot that is staged while its peer's end is written stays on the disk",
    workload: "scenario/found/given-up-when-it-was-whole",
    file: "core/src/raftstore/destroy.ts",
    from: "  store.stagedDrops.push(peer.regionId)\n",
    to: ""
  },
  {
    name: "proposals-over-snapshot",
    what: "what a deposed leader proposed is called certainly not done after a snapshot that may hold it",
    workload: "scenario/safeguard/snapshot-over-an-open-proposal",
    file: "core/src/raftstore/snapshotFlow.ts",
    from: "  peer.proposals.onSnapshot(applyState.appliedIndex, store.answers)\n",
    to: ""
  }
]
