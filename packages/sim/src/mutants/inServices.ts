/** Bugs in raw storage, in the engine below it, and in the scheduler. */
import type { Mutant } from "./Mutant.ts"

export const inServices: ReadonlyArray<Mutant> = [
  {
    name: "swap-without-latch",
    what: "a compare-and-swap reads while another command of its key is under way",
    workload: "swaps",
    file: "storage/src/raw/compareAndSwap.ts",
    from: "this.latches.acquire([latchKey(swap.cf, key)], (release) => {",
    to: "this.latches.acquire([], (release) => {"
  },
  {
    name: "swap-with-deadline",
    what: "a swap that is given up at its deadline lets the next one read, and may be applied after that",
    workload: "swaps",
    file: "storage/src/raw/compareAndSwap.ts",
    from: "header: { ...header, term: readable.term, deadlineMs: NO_DEADLINE_MS }",
    to: "header: { ...header, term: readable.term }"
  },
  {
    name: "ordered-put-with-deadline",
    what: "a write that asks to be ordered with swaps lets the next one read at its deadline, and may be applied after that",
    workload: "swaps",
    file: "storage/src/raw/compareAndSwap.ts",
    from: "const header = { ...request.header, deadlineMs: NO_DEADLINE_MS }",
    to: "const header = request.header"
  },
  {
    name: "unread-is-absent",
    what: "a swap that cannot read takes its key for absent",
    workload: "swaps",
    file: "storage/src/raw/compareAndSwap.ts",
    from: "          finish({ regionError: failure })\n          return\n",
    to: ""
  },
  {
    name: "batch-latches-one-key",
    what: "a batch that asks to be ordered with swaps takes its turn for its first key only",
    workload: "raw",
    file: "storage/src/raw/compareAndSwap.ts",
    from: "const accepted = this.latches.acquire(keys, (release) => {",
    to: "const accepted = this.latches.acquire(keys.slice(0, 1), (release) => {"
  },
  {
    name: "expired-by-highest-clock",
    what: "expiry is judged by the latest time that the store's clock ever showed: what a jump has ended stays away when the clock is right again",
    workload: "ttl",
    file: "storage/src/raw/RegionAccess.ts",
    from: "return isExpired(raw.expirySeconds, nowSeconds) ? undefined : raw",
    to: "this.highest = Math.max(this.highest ?? 0, nowSeconds)\n    return isExpired(raw.expirySeconds, this.highest) ? undefined : raw"
  },
  {
    name: "batch-lives-as-its-first",
    what: "all pairs of a batch get the time to live of the first",
    workload: "ttl",
    file: "storage/src/raw/rawWrites.ts",
    from: "ttls[ttls.length === 1 ? 0 : i] ?? 0",
    to: "ttls[0] ?? 0"
  },
  {
    name: "swap-reads-default",
    what: "a compare-and-swap in another column family compares with the default one",
    workload: "raw",
    file: "storage/src/raw/compareAndSwap.ts",
    from: "readable.view.get(swap.cf, key)",
    to: 'readable.view.get("default", key)'
  },
  {
    name: "damage-after-one-word",
    what: "a replica counts as damaged after one heartbeat of its store",
    workload: "scenario/found/damage-told-of-the-predecessor",
    file: "scheduler/src/cluster/StoreInfo.ts",
    from: "report.heartbeats >= 2",
    to: "report.heartbeats >= 1"
  },
  {
    name: "tombstone-heard",
    what: "the scheduler takes heartbeats of a store that was removed for good",
    workload: "scenario/found/store-gone-before-its-replica",
    file: "scheduler/src/service/storeAdmin.ts",
    from: '      if (isTombstone(store)) {\n        return yield* schedulerError("refused", `store ${stats',
    to: '      if (store.meta.id < 0) {\n        return yield* schedulerError("refused", `store ${stats'
  },
  {
    name: "down-too-early",
    what: "a store counts as down after half of its time",
    workload: "lifecycle",
    file: "scheduler/src/cluster/StoreInfo.ts",
    from: "silentMs + store.silentBeforeMs > config.maxStoreDownMs",
    to: "silentMs + store.silentBeforeMs > config.maxStoreDownMs / 2"
  },
  {
    name: "tso-not-saved",
    what: "timestamps are given out before their window is on disk",
    workload: "mix",
    file: "scheduler/src/service/Tso.ts",
    from: '    yield* log.write([{ type: "tsoWindow", untilMs }], { sync: true })\n',
    to: ""
  },
  {
    name: "tso-follows-clock",
    what: "timestamps go back with the clock",
    workload: "mix",
    file: "scheduler/src/service/Tso.ts",
    from: "if (now > physical) {",
    to: "if (now !== physical) {"
  },
  {
    name: "ids-not-saved",
    what: "ids are given out before their window is on disk",
    workload: "mix",
    file: "scheduler/src/service/IdAllocator.ts",
    from: '    yield* log.write([{ type: "idWindow", end: newEnd }], { sync: true })\n',
    to: ""
  },
  {
    name: "stale-heartbeat-accepted",
    what: "a region heartbeat of an older epoch or term replaces a newer one",
    workload: "membership",
    file: "scheduler/src/cluster/heartbeat.ts",
    from: '  if (stale !== undefined) return { _tag: "Stale", reason: stale }\n',
    to: ""
  },
  {
    name: "heartbeat-stored-before-check",
    what: "a region heartbeat is stored, and then judged",
    workload: "membership",
    file: "scheduler/src/cluster/heartbeat.ts",
    from: "  const stale = checkNotBehind(regions, meta, heartbeat.term)\n",
    to: "  const stale = checkNotBehind(regions, meta, heartbeat.term)\n  regions.put({ ...heartbeat, meta, leader, approximateBytes: heartbeat.approximateSize, approximateKeys: heartbeat.approximateKeys, reported: true })\n"
  },
  {
    name: "damage-of-the-predecessor",
    what: "a store's word of a damaged replica counts for whatever replica is there now",
    workload: "scenario/found/damage-told-of-the-predecessor",
    file: "scheduler/src/cluster/StoreInfo.ts",
    from: "report !== undefined && report.peerId === peerId && report.heartbeats >= 2",
    to: "report !== undefined"
  },
  {
    name: "lagging-replica-replaced",
    what: "a replica that only its leader does not hear is replaced although its store is alive",
    workload: "scenario/safeguard/silent-to-its-leader",
    file: "scheduler/src/checkers/replica.ts",
    from: 'if (liveness !== "alive" && downSeconds !== undefined',
    to: "if (downSeconds !== undefined"
  },
  {
    name: "removed-before-promoted",
    what: "a replica is removed while the one that replaces it is still a learner",
    workload: "mix",
    file: "scheduler/src/operators/build.ts",
    from: "const promote = [...changes.promote, ...add.filter((replica) => replica.voter).map(bare)]",
    to: "const promote = [...changes.promote]"
  },
  {
    name: "vote-without-data",
    what: "an operator takes a learner for ready before it has its snapshot, and gives it a vote",
    workload: "snapshots",
    file: "scheduler/src/operators/OperatorStep.ts",
    from: "return samePeer(region, step) !== undefined && !isPending(region, step.peerId)",
    to: "return samePeer(region, step) !== undefined"
  },
  {
    name: "pending-learner-promoted",
    what: "a learner that an earlier operator left is given a vote before it has its snapshot",
    workload: "scenario/found/learner-outlives-the-scheduler",
    file: "scheduler/src/checkers/learner.ts",
    from: "  if (isPending(region, learner.id))\n",
    to: "  if (learner.id < 0)\n"
  },
  {
    name: "replaced-not-ended",
    what: "an operator that gives way to a more urgent one is forgotten instead of ended",
    workload: "mix",
    file: "scheduler/src/operators/OperatorController.ts",
    from: 'if (present !== undefined) this.end(present, "replaced"',
    to: 'if (present !== undefined && present.id < 0) this.end(present, "replaced"'
  },
  {
    name: "operator-never-expires",
    what: "an operator that gets nowhere holds its region for ever",
    workload: "scenario/operator_expires",
    file: "scheduler/src/operators/OperatorController.ts",
    from: "if (nowMs - operator.createdMs >= timeoutMsOf(operator, config)) {",
    to: "if (nowMs < operator.createdMs) {"
  },
  {
    name: "operator-goes-on",
    what: "an operator goes on although somebody else has changed the members that it was planned for",
    workload: "scenario/operator_gives_way",
    file: "scheduler/src/operators/OperatorController.ts",
    from: "if (moved > explained) {",
    to: "if (moved < 0) {"
  },
  {
    name: "older-term-accepted",
    what: "a region heartbeat of a deposed leader replaces the one of its successor",
    workload: "elections",
    file: "scheduler/src/cluster/heartbeat.ts",
    from: "if (term !== 0 && term < known.term)",
    to: "if (term < 0)"
  },
  {
    name: "stale-parent-accepted",
    what: "a region heartbeat from before a split takes the range back from a newer region",
    workload: "splits",
    file: "scheduler/src/cluster/heartbeat.ts",
    from: "other.meta.id !== meta.id && versionOf(meta) < versionOf(other.meta)",
    to: "other.meta.id !== meta.id && versionOf(meta) < 0"
  },
  {
    name: "split-ids-short",
    what: "a split is given one id more than was allocated for it",
    workload: "mix",
    file: "scheduler/src/service/regionReports.ts",
    from: "const each = 1 + region.peers.length",
    to: "const each = region.peers.length"
  },
  {
    name: "tso-overflows",
    what: "the counter of a timestamp runs over into its milliseconds",
    workload: "mix",
    file: "scheduler/src/service/Tso.ts",
    from: "} else if (logical + count < logicalEnd) {",
    to: "} else if (logical < logicalEnd) {"
  },
  {
    name: "tso-at-the-mark",
    what: "timestamps of the very millisecond up to which others may have been given before a restart",
    workload: "mix",
    file: "scheduler/src/service/Tso.ts",
    from: "if (physical >= saved) {",
    to: "if (physical > saved) {"
  },
  {
    name: "store-state-not-saved",
    what: "a restart forgets that a store was asked to go, or has gone",
    workload: "lifecycle",
    file: "scheduler/src/service/storeAdmin.ts",
    from: '    yield* log.write([{ type: "store", store: meta }], { sync: true })\n    // A heartbeat',
    to: "    // A heartbeat"
  },
  {
    name: "tombstone-returns",
    what: "a store that was removed for good may join again under its old id",
    workload: "lifecycle",
    file: "scheduler/src/service/storeAdmin.ts",
    from: "if (present !== undefined && isTombstone(present)) {",
    to: "if (present !== undefined && store.id < 0) {"
  },
  {
    name: "scan-of-many-moments",
    what: "a long scan goes on in what is there by then",
    workload: "scenario/scan_sees_one_state",
    file: "storage/src/raw/rawScans.ts",
    from: "walk.step(snapshot.value, config.scanSliceEntries)",
    to: "walk.step(engine.latest, config.scanSliceEntries)"
  },
  {
    name: "snapshot-not-isolated",
    what: "an engine's snapshot shows what is written after it",
    workload: "scenario/scan_sees_one_state",
    file: "engine-memory/src/MemoryEngine.ts",
    from: "    const view = new TreesView(\n      cloneTrees(trees),",
    to: "    const view = new TreesView(\n      trees,"
  },
  {
    name: "compactions-undone-in-order",
    what: "of two compactions that a crash undoes, the first is undone first",
    workload: "scenario/compactions_undone",
    file: "engine-memory/src/MemoryDisk.ts",
    from: "this.compactions.reverse()",
    to: "this.compactions"
  },
  {
    name: "scan-ends-with-its-leaf",
    what: "a scan stops at the end of the tree's leaf that it began in",
    workload: "raw",
    file: "engine-memory/src/Tree.ts",
    from: "      while (level >= 0 && indexes[level] === path[level]!.children.length - 1) level--\n      if (level < 0) return\n",
    to: "      while (level >= 0 && indexes[level] === path[level]!.children.length - 1) level--\n      if (level < 10) return\n"
  },
  {
    name: "scan-back-skips-a-leaf",
    what: "a scan back goes on with the leaf of the tree before the next one",
    workload: "raw",
    file: "engine-memory/src/Tree.ts",
    from: "      indexes[level]!--\n",
    to: "      indexes[level] = Math.max(0, indexes[level]! - 2)\n"
  },
  {
    name: "range-leaves-the-next-leaf",
    what: "a deletion of a range over several leaves of the tree leaves what lies in the last one",
    workload: "raw",
    file: "engine-memory/src/Tree.ts",
    from: "const left = i === from || i === to ? this.deleteRangeBelow(child, start, end) : undefined",
    to: "const left = i === from ? this.deleteRangeBelow(child, start, end) : i === to ? child : undefined"
  },
  {
    name: "range-deletes-beyond-region",
    what: "a deletion of a range without an end goes on in the next region",
    workload: "scenario/raw_ranges",
    file: "core/src/raftstore/apply.ts",
    from: "const end = compareEnds(command.end, region.endKey) <= 0 ? command.end : region.endKey",
    to: "const end = command.end"
  },
  {
    name: "scan-beyond-region",
    what: "a scan answers what lies here of the next region",
    workload: "scenario/raw_ranges",
    file: "storage/src/raw/keyForm.ts",
    from: "end: compareEnds(end, region.endKey) > 0 ? region.endKey : end\n",
    to: "end\n"
  },
  {
    name: "delete-range-includes-end",
    what: "the end of a range is deleted with it",
    workload: "scenario/raw_ranges",
    file: "storage/src/raw/rawWrites.ts",
    from: '[{ type: "deleteRange", cf, ...range }]',
    to: '[{ type: "deleteRange", cf, start: range.start, end: range.end.length === 0 ? range.end : Uint8Array.of(...range.end, 0) }]'
  },
  {
    name: "next-key-too-far",
    what: "the key after another one skips those that begin with it",
    workload: "scenario/raw_ranges",
    file: "wire/src/keys/bytes.ts",
    from: "const out = new Uint8Array(key.length + 1)\n  out.set(key)\n  return out",
    to: "const out = key.slice()\n  if (out.length > 0) out[out.length - 1]!++\n  return out"
  }
]
