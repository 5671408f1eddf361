/** Bugs in raw storage and in the scheduler. */
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
  }
]
