/**
 * Bugs that random runs found in how peers leave, and in what they owe to those who stay, each told as a plot that leads
 * straight into it.
 */
import { eraftpb, metapb, type raft_serverpb } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import { electionMs, leaseMs, scenario } from "./calm.ts"
import { isAppend, isVote, typeOf } from "./interference.ts"
import { addVoter, change, peerOn, remove, type Steps } from "./steps.ts"

const { Voter } = metapb.PeerRole
const { MsgAppendResponse } = eraftpb.MessageType

/**
 * Of two voters the leader proposed that the other one go, and restarted; the other one became leader with that in its log,
 * committed its own end and was gone before the first one had heard of the commit, which could then never win a vote again.
 */
const committedItsOwnEnd = scenario(
  "found/leader-committed-its-own-end",
  "of two voters one becomes leader, commits its own removal and is gone; the survivor, whom it did not tell, is one",
  {},
  (s: Steps) => {
    s.put("k", "1")
    s.removePeer("k", s.followers("k")[0]!)
    const { store: stays, region } = s.leader("k")
    const goes = s.followers("k")[0]!
    const before = s.status(stays, region.id)!.lastIndex
    // Proposed, in both logs, and acknowledged to nobody.
    const answers = s.wires.lose((message, from) => from === goes && typeOf(message) === MsgAppendResponse)
    s.ask(stays, region, change(remove(peerOn(region, goes)!)))
    s.until("the removal is in the other log", () => (s.status(goes, region.id)?.lastIndex ?? 0) > before)
    // The first one does not win again, and hears of no commit.
    s.wires.lose((message, from) => from === stays && isVote(message, from, goes))
    const news = s.wires.lose((message, from) => from === goes && (message.message?.commit ?? 0) > before)
    s.restart(stays)
    answers.end()
    s.until("the other one is gone", () => s.status(goes, region.id) === undefined)
    s.assert(news.count > 0, "there was no news of the commit to lose")
    s.assert(s.status(stays, region.id)!.region.peers.length === 2, "the survivor has heard of it")
    if (s.rng.chance(0.5)) s.restart(goes)
    s.wires.end()
    s.put("k", "2")
    s.assert(s.region("k").peers.length === 1, "the survivor is not alone")
  }
)

/**
 * A store's data fell back, by a power loss, to when its peer was the region's only one: it took itself for one that owes nobody
 * silence, applied the changes that followed from its log, and voted against the leader whose lease it had just confirmed.
 */
const promiseOfTheFirst = scenario(
  "found/promise-of-a-peer-that-was-once-alone",
  "data falls back to when a peer was alone: after its restart it keeps the promise that its leader's lease rests on",
  {},
  (s: Steps) => {
    s.put("k", "1")
    const { store: first, region } = s.leader("k")
    first.disk.losesAll = true
    for (let round = 0; round < 8; round++) {
      s.transferLeader("k", s.rng.pick(s.stores.filter((store) => store !== first)))
      const { store: leading, status } = s.leader("k")
      const deaf = s.stores.find((store) => store !== first && store !== leading)!
      s.holds(deaf, "k", "1")
      s.forMs(30)
      // It asks for votes, which the first one refuses as long as it hears the leader.
      s.cut(leading, deaf)
      s.forMs(s.rng.between(electionMs, 3 * electionMs))
      const diedMs = s.world.nowMs
      s.kill(first)
      s.start(first)
      s.isolate(leading)
      const another = (): boolean => (s.cluster.leaderOf(region.id)?.status.term ?? 0) > status.term
      s.until("another leads", another, 3_000)
      const tookMs = s.world.nowMs - diedMs
      s.assert(tookMs > leaseMs, `another leads ${tookMs} ms after the first one confirmed the lease`)
      s.heal()
    }
  }
)

/**
 * A leader told the peer that it had removed so, and died. Of those who stay one held the removal and did not know that it was
 * committed, and missed the vote of the one that was gone.
 */
const toldOfItsEnd = scenario(
  "found/removed-by-message-and-the-leader-dies",
  "of four voters one is removed by its leader's word, and the leader dies; the other two, who have not heard of it, go on",
  { stores: 4, network: { reorder: false } },
  (s: Steps) => {
    s.put("k", "1")
    s.addPeer("k", s.spares("k")[0]!)
    const { store: leading, region, status } = s.leader("k")
    const [goes, knows, lags] = s.followers("k")
    for (const store of [goes!, knows!, lags!]) s.holds(store, "k", "1")
    s.until("all know all", () =>
      [goes!, knows!, lags!].every((one) => s.status(one, region.id)!.commitIndex >= status.lastIndex)
    )
    const { lastIndex } = s.leader("k").status
    s.wires.lose((message, _from, to) => to === lags && isAppend(message, leading, lags!))
    const tellsOfIt = (message: raft_serverpb.RaftMessage): boolean =>
      !message.isTombstone && (message.message?.commit ?? 0) > lastIndex
    s.wires.lose((message, from) => from === leading && tellsOfIt(message))
    s.ask(leading, region, change(remove(peerOn(region, goes!)!)))
    s.until("it is gone", () => s.status(goes!, region.id) === undefined)
    s.kill(leading)
    s.assert(s.status(knows!, region.id)!.lastIndex > lastIndex, "nobody who stays holds the removal")
    s.assert(s.status(knows!, region.id)!.commitIndex <= lastIndex, "it is known to be committed")
    if (s.rng.chance(0.5)) s.restart(goes!)
    s.wires.end()
    s.put("k", "2")
    s.assert(s.region("k").peers.length === 3, "the removal was not done")
  }
)

/**
 * The tombstone of a peer that never had its data lists no members. A voter that had missed the removal asked for that peer's
 * vote, was in no list and of an older epoch, and so was told that it was no member itself: it destroyed its data.
 */
const emptyTombstone = scenario(
  "found/tombstone-that-knows-no-members",
  "a voter that missed the removal of an empty peer asks for its vote, and stays",
  { stores: 4 },
  (s: Steps) => {
    s.put("k", "1")
    const { store: leading, region } = s.leader("k")
    const [lags] = s.followers("k")
    const spare = s.spares("k")[0]!
    s.wires.gate((_head, _from, to) => (to === spare ? "hold" : undefined))
    const peer = metapb.Peer.create({ id: s.newId(), storeId: spare.storeId, role: Voter })
    s.ask(leading, region, change(addVoter(peer)))
    const knows = (): boolean => peerOn(s.status(lags!, region.id)!.region, spare) !== undefined
    s.until("the other voters know the empty one", knows)
    s.until("the empty peer is there", () => s.status(spare, region.id) !== undefined)
    const { commitIndex } = s.status(lags!, region.id)!
    const lost = s.wires.lose((message, _from, to) => to === lags && (message.message?.commit ?? 0) > commitIndex)
    s.removePeer("k", spare)
    s.until("the empty peer is gone", () => s.status(spare, region.id) === undefined)
    for (const other of s.stores) if (other !== lags && other !== spare) s.cut(other, lags!)
    lost.end()
    s.forMs(5 * electionMs)
    s.assert(s.status(lags!, region.id) !== undefined, "a voter was destroyed")
    s.heal()
    s.put("k", "2")
    s.holds(lags!, "k", "2")
  }
)

/**
 * A link was cut for less than what stores miss each other for, the region woke, removed the replica behind it and told it so
 * once. That one slept on: nothing was silent, and nobody there would have asked before the slow check, ten minutes later.
 */
const removedAsleep = scenario(
  "found/removed-while-it-slept",
  "a sleeping replica is removed while its leader does not reach it for a moment; it goes soon after",
  { store: { hibernateAfterTicks: 30 } },
  (s: Steps) => {
    // Another region of the same stores, for which they go on giving each other signs of life.
    s.split("m")
    s.put("k", "1")
    const { store: leading, region } = s.leader("k")
    const asleep = (store: SimStore): boolean => store.running?.handle.peers.get(region.id)?.hibernating === true
    s.until("every replica sleeps", () => s.stores.every(asleep))
    s.forMs(20)
    const [goes] = s.followers("k")
    s.cut(leading, goes!)
    s.admin(leading, region, change(remove(peerOn(region, goes!)!)))
    s.until("it is removed", () => s.status(leading, region.id)!.region.peers.length === 2)
    s.forMs(s.rng.between(5, 40))
    s.heal()
    s.assert(s.status(goes!, region.id) !== undefined, "it has heard of its removal, though nobody reached it")
    s.until("it has gone", () => s.status(goes!, region.id) === undefined, 2_000)
  }
)

export const foundLeaving: ReadonlyArray<Workload> = [
  committedItsOwnEnd,
  promiseOfTheFirst,
  toldOfItsEnd,
  emptyTombstone,
  removedAsleep
]
