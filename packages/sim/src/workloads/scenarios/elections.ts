/**
 * Who asks for votes when the network is cut: TiKV's matrix of partitions under PreVote, and etcd's files on PreVote and
 * CheckQuorum. Five members; the part that cannot elect must not raise its term, so that it disturbs nobody when it is back.
 */
import { eraftpb } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import { type CalmChange, electionMs, scenario } from "./calm.ts"
import type { Led, Steps } from "./steps.ts"

const { MessageType } = eraftpb
const five: CalmChange = { stores: 5, scheduler: { maxReplicas: 5 } }

/** Counts what these stores ask for from now on. */
const votesOf = (s: Steps, stores: ReadonlyArray<SimStore>) => {
  const counted = (type: eraftpb.MessageType) =>
    s.wires.record(({ message }, from) => message?.msgType === type && stores.includes(from))
  const preVotes = counted(MessageType.MsgRequestPreVote)
  const votes = counted(MessageType.MsgRequestVote)
  return {
    get preVotes() {
      return preVotes.count
    },
    get votes() {
      return votes.count
    }
  }
}
const termOn = (s: Steps, store: SimStore, { region }: Led): number => s.status(store, region.id)?.term ?? 0

interface Parted {
  readonly led: Led
  readonly majority: ReadonlyArray<SimStore>
  readonly minority: ReadonlyArray<SimStore>
}
const begin = (s: Steps): Led => {
  s.put("k", "1")
  for (const store of s.followers("k")) s.holds(store, "k", "1")
  return s.leader("k")
}
const part = (s: Steps, leaderIn: "majority" | "minority"): Parted => {
  const led = begin(s)
  const others = s.followers("k")
  const beside = leaderIn === "majority" ? 2 : 1
  const withLeader = [led.store, ...others.slice(0, beside)]
  const without = others.slice(beside)
  return {
    led,
    majority: leaderIn === "majority" ? withLeader : without,
    minority: leaderIn === "majority" ? without : withLeader
  }
}
const partedMs = electionMs * 6

const majorityKeeps = scenario(
  "prevote_partition_leader_in_majority_detect_in_majority",
  "the majority keeps its leader: nobody there asks for a vote",
  five,
  (s: Steps) => {
    const { led, majority, minority } = part(s, "majority")
    const votes = votesOf(s, majority)
    s.partition(majority, minority)
    s.put("k", "2")
    s.forMs(partedMs)
    s.heal()
    s.forMs(electionMs)
    s.assert(votes.preVotes === 0 && votes.votes === 0, "somebody in the majority asked for votes")
    s.assert(termOn(s, led.store, led) === led.status.term, "the term rose")
    for (const store of minority) s.holds(store, "k", "2")
    s.assert(s.leader("k").store === led.store, "the leader changed")
  }
)

const minorityAsks = scenario(
  "prevote_partition_leader_in_majority_detect_in_minority",
  "the minority asks whether it may ask, and does not: its term stays, and it disturbs nobody when it is back",
  five,
  (s: Steps) => {
    const { led, majority, minority } = part(s, "majority")
    const votes = votesOf(s, minority)
    s.partition(majority, minority)
    s.forMs(partedMs)
    s.assert(votes.preVotes > 0, "nobody in the minority missed the leader")
    s.assert(votes.votes === 0, "the minority asked for votes")
    for (const store of minority) s.assert(termOn(s, store, led) === led.status.term, "a term rose")
    s.heal()
    s.put("k", "2")
    for (const store of s.stores) s.holds(store, "k", "2")
    s.assert(s.leader("k").store === led.store && s.leader("k").status.term === led.status.term, "the leader changed")
  }
)

const majorityElects = scenario(
  "prevote_partition_leader_in_minority_detect_in_majority",
  "the leader is in the minority: the majority asks, votes, and has a leader of a higher term",
  five,
  (s: Steps) => {
    const { led, majority, minority } = part(s, "minority")
    const votes = votesOf(s, majority)
    s.partition(majority, minority)
    s.put("k", "2")
    s.assert(votes.preVotes > 0 && votes.votes > 0, "there was no election")
    s.assert(majority.includes(s.leader("k").store), "the majority does not lead")
    s.assert(s.leader("k").status.term > led.status.term, "the term did not rise")
    s.heal()
    for (const store of s.stores) s.holds(store, "k", "2")
  }
)

const minorityGivesUp = scenario(
  "prevote_partition_leader_in_minority_detect_in_minority",
  "a leader in the minority gives up, and nobody there asks for a vote",
  five,
  (s: Steps) => {
    const { led, majority, minority } = part(s, "minority")
    const votes = votesOf(s, minority)
    s.partition(majority, minority)
    s.until("the leader gives up", () => s.status(led.store, led.region.id)?.role !== "leader", electionMs * 3)
    s.forMs(partedMs)
    s.assert(votes.preVotes > 0, "nobody in the minority missed the leader")
    s.assert(votes.votes === 0, "the minority asked for votes")
    for (const store of minority) s.assert(termOn(s, store, led) === led.status.term, "a term rose")
    s.heal()
    s.put("k", "2")
    for (const store of s.stores) s.holds(store, "k", "2")
  }
)

const rebootMajority = scenario(
  "prevote_reboot_majority_followers",
  "three of five die: the rest can neither commit nor elect, keeps its term, and goes on when they are back",
  five,
  (s: Steps) => {
    const led = begin(s)
    const others = s.followers("k")
    const dead = others.slice(0, 3)
    const alive = [led.store, others[3]!]
    const votes = votesOf(s, alive)
    for (const store of dead) s.kill(store)
    s.forMs(partedMs)
    s.assert(votes.votes === 0, "a minority asked for votes")
    for (const store of alive) s.assert(termOn(s, store, led) === led.status.term, "a term rose")
    for (const store of dead) s.start(store)
    s.put("k", "2")
    for (const store of s.stores) s.holds(store, "k", "2")
  }
)

const rebootMinority = scenario(
  "prevote_reboot_minority_followers",
  "two of five are restarted: the leader and its term stay",
  five,
  (s: Steps) => {
    const led = begin(s)
    const dead = s.followers("k").slice(0, 2)
    for (const store of dead) s.rng.chance(0.5) ? s.kill(store) : s.stop(store)
    s.put("k", "2")
    s.forMs(partedMs * s.rng.double())
    for (const store of dead) s.start(store)
    for (const store of dead) s.holds(store, "k", "2")
    s.forMs(electionMs * 2)
    const now = s.leader("k")
    s.assert(now.store === led.store && now.status.term === led.status.term, "the leader changed")
  }
)

const isolatedFollower = scenario(
  "prevote_isolated_follower_leader_does_not_change",
  "a follower is cut off again and again, in either direction: leader and term stay",
  {},
  (s: Steps) => {
    const led = begin(s)
    const [lone] = s.followers("k")
    for (let i = 0; i < 3; i++) {
      const way = s.rng.pick(["deaf", "both"] as const)
      for (const other of s.stores) {
        if (other === lone) continue
        s.cut(other, lone!)
        if (way === "both") s.cut(lone!, other)
      }
      s.forMs(electionMs * (1 + 4 * s.rng.double()))
      s.put("k", `${i}`)
      s.heal()
      s.holds(lone!, "k", `${i}`)
      s.forMs(electionMs)
    }
    const now = s.leader("k")
    s.assert(now.store === led.store && now.status.term === led.status.term, "the leader changed")
  }
)

const pairIsolated = scenario(
  "prevote_pair_isolated",
  "two of five are cut off and removed meanwhile: each other's votes are not enough, and back again they leave",
  { ...five, store: { stalePeerCheckMs: 500 } },
  (s: Steps) => {
    const led = begin(s)
    const pair = s.followers("k").slice(0, 2)
    s.partition(pair, [...s.stores.filter((store) => !pair.includes(store))])
    s.cluster.network.partition([pair.map(({ host }) => host), [s.cluster.scheduler.host]])
    for (const store of pair) s.removePeer("k", store)
    s.put("k", "2")
    s.forMs(partedMs)
    for (const store of pair) s.assert(s.status(store, led.region.id)?.role !== "leader", "one of the pair leads")
    s.heal()
    s.until("both leave", () => pair.every((store) => s.status(store, led.region.id) === undefined))
    s.mustGet("k", "2")
  }
)

const createdByPreVote = scenario(
  "prevote_create_peer_from_pre_vote",
  "the only other voter does not exist yet when the leader restarts: the question whether one may ask makes it",
  { stores: 2, scheduler: { maxReplicas: 1 } },
  (s: Steps) => {
    s.put("k", "1")
    const { store, region } = s.leader("k")
    const [other] = s.spares("k")
    const deaf = s.wires.lose((_message, _from, to) => to === other)
    s.addPeer("k", other!)
    s.forMs(s.rng.double() * 50)
    s.assert(s.status(other!, region.id) === undefined, "the new peer is there")
    s.kill(store)
    deaf.end()
    const others = s.wires.lose(({ message }) => message?.msgType === MessageType.MsgAppend)
    s.start(store)
    s.until("the peer is there", () => s.status(other!, region.id) !== undefined)
    others.end()
    s.mustGet("k", "1")
    s.put("k", "2")
    s.mustGet("k", "2")
  }
)

const checkQuorum = scenario(
  "checkquorum",
  "a leader that nobody answers gives up within two election timeouts, acknowledges nothing, and follows when it is back",
  five,
  (s: Steps) => {
    const led = begin(s)
    // It is still heard by all: only the answers are lost.
    for (const other of s.stores) if (other !== led.store) s.cut(other, led.store)
    const lone = s.askWrite(led.store, led.region, "k", "lone")
    s.until("it gives up", () => s.status(led.store, led.region.id)?.role !== "leader", electionMs * 3)
    s.put("k", "2")
    s.assert(lone.result?._tag !== "Written", "a write that nobody acknowledged is done")
    s.heal()
    s.holds(led.store, "k", s.get("k"))
    s.put("k", "3")
    for (const store of s.stores) s.holds(store, "k", "3")
  }
)

export const elections: ReadonlyArray<Workload> = [
  majorityKeeps,
  minorityAsks,
  majorityElects,
  minorityGivesUp,
  rebootMajority,
  rebootMinority,
  isolatedFollower,
  pairIsolated,
  createdByPreVote,
  checkQuorum
]
