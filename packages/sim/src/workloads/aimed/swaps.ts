/**
 * Swaps of few keys that are given up at their deadline while their entry is under way, by clients that at once try again
 * what they wanted. An entry that nobody waits for any more may still be applied, so a swap that comes after it must not
 * read before it is. The leader keeps its lease meanwhile, and applies slowly: whoever asks in between sees each state.
 */
import type { SimStore } from "../../cluster/SimStore.ts"
import { longestLeaseMs } from "../options.ts"
import { isAppend } from "../scenarios/interference.ts"
import type { Steps } from "../scenarios/steps.ts"
import { aimed, electionMs, othersOf, type Round, someLeader, someTime } from "./aimed.ts"

/** Shorter than a lease, so that the next swap can be judged by it. */
const requestTimeoutMs = 40

/** About a deadline, or two: what waits since before it and what comes after it are under way together. */
const aboutDeadline = (s: Steps): void => someTime(s, 0.8 * requestTimeoutMs, 2.5 * requestTimeoutMs)

const appliesSlowly = (s: Steps, store: SimStore): void => {
  store.disk.stallDataMs = s.rng.between(2, 20)
}

/** The leader's appends are late, its heartbeats are not. */
const lateAppends: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  const held = s.wires.hold((message, from) => from === led.store && isAppend(message, from, from))
  aboutDeadline(s)
  appliesSlowly(s, led.store)
  held.release()
  someTime(s, 20, electionMs)
}

/** The leader is alone for a while, not long enough to lose its leadership. */
const quorumGone: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  s.isolate(led.store)
  aboutDeadline(s)
  appliesSlowly(s, led.store)
  s.cluster.network.heal()
  someTime(s, 20, electionMs)
}

/** What the leader committed is not known to be committed when it goes. */
const leaderGoes: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  const held = s.wires.hold((message, from) => from === led.store && isAppend(message, from, from))
  aboutDeadline(s)
  held.release()
  someTime(s, 0, 5)
  s.isolate(led.store)
  for (const other of othersOf(s, led)) appliesSlowly(s, other)
  someTime(s, electionMs, 3 * electionMs)
}

/** Logs are slow, the leader's own or all others'. */
const slowLogs: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  const slow = s.rng.chance(0.3) ? [led.store] : othersOf(s, led)
  for (const { disk } of slow) disk.stallLogMs = s.rng.between(20, 70)
  appliesSlowly(s, led.store)
  someTime(s, electionMs, 3 * electionMs)
}

export const swaps = aimed({
  name: "swaps",
  what: "swaps of few keys that are given up while their entry is under way",
  act: (client, key, rng, next) => {
    if (rng.chance(0.5)) client.get(key, next)
    else if (rng.chance(0.8)) client.swapLastSeen(key, next)
    else client.put(key, next)
  },
  options: (calm, rng) => ({
    ...calm,
    clients: 8,
    keys: rng.pick([1, 2]),
    thinkMs: rng.pick([1, 3]),
    wander: rng.pick([0, 0.2]),
    swaps: true,
    store: {
      ...calm.store,
      leaseMs: longestLeaseMs(calm.store, calm.clockDrift),
      requestTimeoutMs,
      // One entry after the other is applied, so that each state can be seen.
      maxCommittedBytesPerReady: rng.pick([1, 1, 65_536]),
      regionMaxBytes: 1_000_000,
      regionSplitBytes: 1_000_000
    }
  }),
  rounds: [
    [lateAppends, 4],
    [quorumGone, 2],
    [leaderGoes, 1],
    [slowLogs, 2]
  ]
})
