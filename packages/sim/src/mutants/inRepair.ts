/** Bugs in how damage and dead stores are noticed, reported and made good: in the store, and in the scheduler. */
import type { Mutant } from "./Mutant.ts"

export const inRepair: ReadonlyArray<Mutant> = [
  {
    name: "damaged-in-silence",
    what: "a damaged peer says nothing, though its region may sleep and count on it as its leader",
    workload: "scenario/found/damaged-leader-of-a-sleeping-region",
    file: "core/src/raftstore/tick.ts",
    from: "      if (slow) wakeOthers(store, peer)\n",
    to: ""
  },
  {
    name: "ready-of-the-damaged",
    what: "a peer that was damaged with a Ready outstanding is looked at for ever",
    workload: "scenario/found/damaged-with-a-ready-outstanding",
    file: "core/src/raftstore/storeLoop.ts",
    from: "    if (peer.destroyed || peer.damaged !== undefined) continue\n    answerReads(store, peer)\n",
    to: "    if (peer.destroyed) continue\n    answerReads(store, peer)\n"
  },
  {
    name: "busy-behind-snapshot",
    what: "entries that wait for a snapshot keep the store's loop turning",
    workload: "scenario/found/entries-that-wait-for-a-snapshot",
    file: "core/src/raftstore/storeLoop.ts",
    from: "(peer.applyBacklog.length > 0 && !peer.applyingSnapshot)",
    to: "peer.applyBacklog.length > 0"
  },
  {
    name: "unreadable-votes-untold",
    what: "an empty peer whose votes cannot be read is halted, and told of to nobody",
    workload: "scenario/found/empty-peer-with-unreadable-votes",
    file: "core/src/raftstore/peerCreation.ts",
    from: "    haltDamaged(store, peer, error.message)\n",
    to: "    peer.damaged = error.message\n"
  },
  {
    name: "unreadable-votes-end-the-store",
    what: "a store does not start when votes in a log under a tombstone cannot be read",
    workload: "scenario/found/leftover-log-with-unreadable-votes",
    file: "core/src/raftstore/Store.ts",
    from: "    return raftLog.term(regionId, 0) === undefined\n",
    to: "    throw error\n"
  },
  {
    name: "unreadable-log-stays",
    what: "the log of a removed peer whose votes cannot be read is never destroyed",
    workload: "scenario/found/leftover-log-with-unreadable-votes",
    file: "core/src/raftstore/Store.ts",
    from: "    return raftLog.term(regionId, 0) === undefined\n",
    to: "    return false\n"
  },
  {
    name: "damaged-taken-for-lagging",
    what: "a damaged replica on a live store is taken for one that lags, and left alone",
    workload: "scenario/found/damaged-on-a-live-store-of-3",
    file: "scheduler/src/checkers/replica.ts",
    from: '  if (isDamagedPeer(store, region.meta.id, peer.id)) return "damaged"\n',
    to: ""
  },
  {
    name: "child-vouches-for-all",
    what: "the child of a split, before it has a leader, says that nobody waits for data",
    workload: "scenario/found/child-with-a-learner-without-data",
    file: "core/src/raftstore/workers/heartbeats.ts",
    from: "if (!peer.isLeader) return peer.region.peers.filter(({ id }) => id !== peer.id)",
    to: "if (!peer.isLeader) return []"
  },
  {
    name: "told-once-to-go",
    what: "a removed replica is told so once: one that sleeps and is not reached stays",
    workload: "scenario/found/removed-while-it-slept",
    file: "core/src/raftstore/tick.ts",
    from: "    if (slow) repeatFarewells(store, peer)\n",
    to: ""
  },
  {
    name: "stale-by-version-only",
    what: "an epoch is older than another only if its version is",
    workload: "scenario/found/removed-while-it-slept",
    file: "wire/src/region.ts",
    from: "return epoch.version < than.version || epoch.confVer < than.confVer",
    to: "return epoch.version < than.version"
  },
  {
    name: "moved-without-a-vote",
    what: "a replica that somebody moves arrives as a learner, and gets its vote when it is noticed: too late where another one is damaged",
    workload: "rot",
    file: "scheduler/src/operators/plans.ts",
    from: "  roles.set(toStoreId, role)\n",
    to: '  roles.set(toStoreId, words.kind === "admin" ? "learner" : role)\n'
  },
  {
    name: "silence-from-own-start",
    what: "a scheduler counts the silence of a store from its own start",
    workload: "scenario/found/silence-counts-over-restarts",
    file: "scheduler/src/service/HeardTimes.ts",
    from: "Math.max(0, nowUnixMs - writtenUnixMs - storePersistIntervalMs - heardTickMs)",
    to: "0"
  },
  {
    name: "needless-after-restart",
    what: "a scheduler that has just started takes a dead voter for a good one, and the learner that is to replace it for needless",
    workload: "scenario/found/learner-outlives-the-scheduler",
    file: "scheduler/src/checkers/learner.ts",
    from: "  if (good >= view.config.maxReplicas && unheard !== undefined) {\n",
    to: "  if (good < 0 && unheard !== undefined) {\n"
  },
  {
    name: "replica-for-a-removed-store",
    what: "an operator under way brings a replica, and a vote, to a store that is being removed",
    workload: "scenario/found/store-gone-before-its-replica",
    file: "scheduler/src/Scheduler.ts",
    from: 'isTombstone(store) || (gets === "replica" && isOffline(store))',
    to: "store.meta.id < 0"
  }
]
