/**
 * Leaders that go soon after they came: each is cut off, killed or held up at a random moment of its first round trips,
 * so that logs of few entries and many terms meet.
 */

import { eraftpb, type raft_serverpb } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import { isVote, typeOf } from "../scenarios/interference.ts"
import { peerOn, type Steps } from "../scenarios/steps.ts"
import { aimed, electionMs, othersOf, type Round, someLeader, someTime, waitFor } from "./aimed.ts"

/** One leader after the other goes; whoever was gone before is back for the next one. */
const storm: Round = (s) => {
  for (let left = s.rng.between(3, 8); left > 0; left--) {
    const led = nextLeader(s)
    if (led === undefined) return
    someTime(s, 0, s.rng.pick([10, 30, 80]))
    s.cluster.network.heal()
    for (const store of s.stores) store.start()
    const what = s.rng.weighted([
      ["isolate", 4],
      ["kill", 2],
      ["power", 2],
      ["silence", 1]
    ] as const)
    if (what === "isolate") s.isolate(led.store)
    else if (what === "silence") for (const one of s.stores) if (one !== led.store) s.cut(led.store, one)
    if (what === "kill" || what === "power") {
      s.kill(led.store, what === "power")
      someTime(s, 1, 50)
      led.store.start()
    }
  }
}

const nextLeader = (s: Steps) => {
  waitFor(s, 5 * electionMs, () => someLeader(s) !== undefined)
  return someLeader(s)
}

/**
 * Two peers stand for election in one term, and the third has voted for one of them when its power goes. The other one's
 * call for its vote comes when it is back.
 */
const twoCandidates: Round = (s) => {
  const led = nextLeader(s)
  if (led === undefined) return
  const [one, other] = othersOf(s, led)
  if (one === undefined || other === undefined) return
  s.partition([one], [other])
  const calls = s.wires.hold((message, from, to) => from === other && to === led.store && isVote(message, from, to))
  for (const to of [one, other]) {
    s.ask(led.store, led.region, { type: "transferLeader", peer: peerOn(led.region, to)! })
    someTime(s, 0, 5)
  }
  if (!waitFor(s, electionMs, () => calls.count > 0)) return
  someTime(s, 5, 40)
  s.kill(led.store)
  led.store.start()
  waitFor(s, electionMs, () => led.store.running?.handle.phase === "running")
  calls.release()
  someTime(s, 10, 2 * electionMs)
}

/**
 * Of two followers one hears nothing, and the other loses power inside a write of its log. Then the leader is cut off,
 * and the two go on with what they have.
 */
const powerInAppend: Round = (s) => {
  const led = nextLeader(s)
  if (led === undefined) return
  const [victim, behind] = othersOf(s, led)
  if (victim === undefined || behind === undefined) return
  s.cut(led.store, behind)
  someTime(s, 0, 30)
  victim.disk.crashAt("append", "before", () => {
    s.kill(victim)
    s.world.after(s.rng.between(0, 15), undefined, () => s.isolate(led.store))
  })
  someTime(s, 30, electionMs)
  s.isolate(led.store)
  victim.start()
  someTime(s, 2 * electionMs, 4 * electionMs)
}

/**
 * Raft's figure 8. The first leader has entries that nobody else has; the second comes no further than its own first entry;
 * the first leads again and brings its old entries to the third peer, but nothing of its new term; then the second one
 * leads again, and replaces them. Nobody may have seen them as committed in between.
 */
const oldTermEntries: Round = (s) => {
  const led = nextLeader(s)
  if (led === undefined) return
  const [rival, third] = othersOf(s, led)
  if (rival === undefined || third === undefined) return
  const first = led.store
  const appends = (message: raft_serverpb.RaftMessage): boolean =>
    typeOf(message) === eraftpb.MessageType.MsgAppend && message.message!.entries.length > 0
  const leads = (store: SimStore): boolean => s.cluster.leaderOf(led.region.id)?.store === store
  s.isolate(first)
  const nothing = s.wires.lose((message, from) => from === rival && appends(message))
  if (!waitFor(s, 5 * electionMs, () => leads(rival))) return
  const term = s.cluster.leaderOf(led.region.id)?.status.term ?? 0
  s.cluster.network.heal()
  s.isolate(rival)
  // The first one is a probe, which tells the leader where the third peer's log ends; it takes nothing of it.
  let probes = 0
  const news = s.wires.lose(
    (message, from, to) =>
      from === first &&
      to === third &&
      appends(message) &&
      message.message!.entries.some((one) => one.term > term) &&
      probes++ > 0
  )
  if (!waitFor(s, 8 * electionMs, () => leads(first))) return
  someTime(s, 20, electionMs)
  nothing.end()
  s.cluster.network.heal()
  s.isolate(first)
  news.end()
  someTime(s, 2 * electionMs, 6 * electionMs)
}

/** All power goes at once, a few times. */
const powerOff: Round = (s) => {
  for (const store of s.stores) s.kill(store)
  someTime(s, 1, 50)
  for (const store of s.stores) store.start()
  someTime(s, electionMs, 4 * electionMs)
}

export const elections = aimed({
  name: "elections",
  what: "leaders that are cut off or killed as soon as they lead",
  options: (calm, rng) => ({
    ...calm,
    clients: 4,
    keys: 3,
    thinkMs: rng.pick([2, 10]),
    wander: 0.3,
    disk: { syncMaxMs: rng.pick([1, 5, 15]), writeMaxMs: 1 },
    network: { ...calm.network, latencyMaxMs: rng.pick([2, 8, 20]), loss: rng.pick([0, 0.05]) },
    store: {
      ...calm.store,
      maxEntriesBytesPerMessage: rng.pick([1, 256, 65_536]),
      requestTimeoutMs: 500,
      regionMaxBytes: 1_000_000,
      regionSplitBytes: 1_000_000
    }
  }),
  rounds: [
    [storm, 5],
    [oldTermEntries, 3],
    [twoCandidates, 2],
    [powerInAppend, 2],
    [powerOff, 1]
  ]
})
