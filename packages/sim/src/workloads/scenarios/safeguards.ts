/**
 * Situations in which a single safeguard of the store or the scheduler keeps harm away, and in which random runs come too
 * rarely: each was made for a planted bug that nothing else found.
 */
import { eraftpb, metapb } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import type { Outcome } from "../KvClient.ts"
import { electionMs, scenario } from "./calm.ts"
import { addVoter, change, peerOn, remove, type Steps } from "./steps.ts"
import { keepLog } from "./weakSteps.ts"

const { Learner, Voter } = metapb.PeerRole
const { MsgAppend, MsgAppendResponse } = eraftpb.MessageType

/**
 * A voter is proposed and is in two logs of three when its leader is deposed. The next leader, who has the entry and does
 * not know what will become of it, is asked at once to remove the first one. If both changes came into force, two of the
 * three members that then are could agree, and the two others of the three that were could too.
 */
const twoLeadersChange = scenario(
  "safeguard/two-leaders-change-members",
  "two leaders propose a change of members each, the second one at once: any two majorities have somebody in common",
  { stores: 4, store: { requestTimeoutMs: 30_000, maxEntriesBytesPerMessage: 1 } },
  (s: Steps) => {
    s.put("k", "1")
    const { store: first, status, region } = s.leader("k")
    const [second, third] = s.followers("k")
    const fourth = s.spares("k")[0]!
    const added = metapb.Peer.create({ id: s.newId(), storeId: fourth.storeId, role: Voter })
    const index = status.lastIndex + 1
    // The second one gets the first change; nobody learns that it did.
    s.cut(first, third!)
    s.cut(second!, first)
    s.ask(first, region, change(addVoter(added)))
    s.until("the change is in another log", () => s.status(second!, region.id)?.lastIndex === index)
    s.isolate(first)
    // The third one has what the first leader proposed, and says so, and of what comes then it says nothing for a while.
    const silent = s.wires.hold(
      ({ message }, from) => from === third && message?.msgType === MsgAppendResponse && message.index > index
    )
    s.until("the second one leads", () => s.cluster.leaderOf(region.id)?.store === second, 5_000)
    s.until("the third one has its first entry", () => (s.status(third!, region.id)?.lastIndex ?? 0) > index)
    const other = s.ask(second!, region, change(remove(peerOn(region, first)!)))
    s.forMs(20)
    s.assert(other.result?._tag !== "AdminDone", "the second change is done before it can be committed")
    // It does not hear that any of this is committed.
    const news = s.wires.lose((message, _from, to) => to === third && (message.message?.commit ?? 0) > status.lastIndex)
    silent.release()
    const joined = (): boolean => peerOn(s.status(second!, region.id)!.region, fourth) !== undefined
    s.until("the fourth one has joined", joined, 5_000)
    s.until("it has its data", () => s.local(fourth, "k") === "1", 5_000)
    s.heal()
    s.partition([second!, fourth], [first, third!])
    news.end()
    s.askWrite(second!, s.status(second!, region.id)!.region, "k", "by the new ones")
    s.forMs(8 * electionMs)
    s.heal()
    s.put("k", "2")
  }
)

/** The leader and one follower do not reach each other; the follower's store is alive to everybody else. */
const silentToItsLeader = scenario(
  "safeguard/silent-to-its-leader",
  "a replica that only its leader does not hear is on a live store: it lags, and is not replaced",
  {
    stores: 4,
    store: { peerDownMs: 300 },
    scheduler: { storeDisconnectedMs: 500, storeUnhealthyMs: 800, maxStoreDownMs: 1_000 }
  },
  (s: Steps) => {
    s.put("k", "1")
    s.haltScheduling(false)
    const { store, region } = s.leader("k")
    const [lags] = s.followers("k")
    s.cluster.network.partition([[store.host], [lags!.host]])
    s.put("k", "2")
    const told = (): boolean => s.known().some(({ downPeers }) => downPeers.length > 0)
    s.until("the scheduler has heard of it", told, 5_000)
    s.forMs(s.rng.between(2_000, 4_000))
    s.assert(peerOn(s.region("k"), lags!)?.id === peerOn(region, lags!)?.id, "the replica was replaced")
    s.assert(told(), "the scheduler believes that all is well")
    s.heal()
    s.holds(lags!, "k", "2")
  }
)

/** The first snapshot for a new learner breaks on its way. */
const snapshotBreaks = scenario(
  "safeguard/snapshot-breaks-once",
  "a snapshot breaks on its way: the next one is sent at once, and not when the time of the first would be over",
  { stores: 4, store: { snapshotTimeoutMs: 60_000 } },
  (s: Steps) => {
    s.put("k", "1")
    const spare = s.spares("k")[0]!
    const broken = s.wires.gate((_head, _from, to) => (to === spare && broken.asked < 2 ? "break" : undefined))
    s.addPeer("k", spare, Learner)
    s.until("two were broken", () => broken.asked >= 2, 5_000)
    s.holds(spare, "k", "1", 5_000)
  }
)

const frozenAsleep = scenario(
  "hibernate_leader_frozen_asleep",
  "a leader's process stands still while everybody sleeps, and its connections stay: it is missed and replaced",
  { store: { hibernateAfterTicks: 30 } },
  (s: Steps) => {
    s.put("k", "1")
    const { store, status, region } = s.leader("k")
    const asleep = (): boolean =>
      s.stores.every(({ running }) => running?.handle.peers.get(region.id)?.hibernating === true)
    s.until("every replica sleeps", asleep)
    s.forMs(s.rng.double() * 500)
    store.host.pause()
    s.until("another leader", () => (s.cluster.leaderOf(region.id)?.status.term ?? 0) > status.term, 3_000)
    store.host.resume()
    s.put("k", "2")
    s.holds(store, "k", "2")
  }
)

/** Larger than what is deleted at once (`inlineDeleteBytesMax`), by what was written, which is all that is counted. */
const largeValue = "x".repeat(120_000)
const writesOfLarge = 10

/**
 * Six regions that are too large to be deleted at once leave a store whose disk is slow, and the last of them comes back
 * long before its turn to be deleted has come.
 */
const garbage = scenario(
  "safeguard/back-before-it-is-cleared",
  "a large region leaves a store and comes back while what it left is still being deleted: the new data stays",
  { stores: 4, store: { regionMaxBytes: 1e9, regionSplitBytes: 1e9, snapshotTimeoutMs: 20_000 } },
  (s: Steps) => {
    const keys = ["b", "c", "d", "e", "f", "g"]
    for (const key of keys) s.split(key)
    const last = s.leader("g")
    const goes = s.followers("g")[0]!
    for (const key of keys) {
      if (s.leader(key).store === goes) s.transferLeader(key, s.followers(key)[0]!)
      const client = s.newClient()
      for (let i = 0; i < writesOfLarge; i++) {
        const value = `${i}${largeValue}`
        s.run.wait<Outcome>(`put ${key}`, (done) => client.put(key, done, value))
      }
    }
    for (const key of keys) s.holds(goes, key, `${writesOfLarge - 1}${largeValue}`)
    goes.disk.stallDataMs = s.rng.between(40, 80)
    const asked = keys.map((key) => {
      const led = s.leader(key)
      return s.ask(led.store, led.region, change(remove(peerOn(led.region, goes)!)))
    })
    s.until("all are removed", () => asked.every(({ result }) => result !== undefined), 10_000)
    s.until("they are being deleted", () => s.status(goes, last.region.id) === undefined, 5_000)
    s.addPeer("g", goes, Learner)
    s.holds(goes, "g", `${writesOfLarge - 1}${largeValue}`, 20_000)
    goes.disk.stallDataMs = 0
    s.forMs(500)
    s.assert(s.local(goes, "g") !== undefined, "it was deleted again")
  }
)

/** Two voters join a region of three, one after the other, and the new ones agree with the leader alone. */
const grown = (s: Steps) => {
  const led = s.leader("k")
  const old = s.followers("k")
  const joined = s.spares("k")
  return { led, old, joined, last: (value: string) => () => joined.every((store) => s.local(store, "k") === value) }
}

/**
 * Two of the three old voters lose power when they have heard that the two new ones are in, and what they had applied of it
 * may be lost. They must know it from their logs: two of three are no majority of five.
 */
const membershipsBehind = scenario(
  "safeguard/two-memberships-behind",
  "two old voters come back from a loss of power, their data two memberships behind: they do not elect among themselves",
  { stores: 5, store: { ...keepLog, requestTimeoutMs: 30_000 } },
  (s: Steps) => {
    s.put("k", "1")
    const { led, old, joined, last } = grown(s)
    const { id } = led.region
    for (const store of joined) s.addPeer("k", store)
    const leading = s.leader("k").store
    s.assert(leading === led.store, "the leader has changed")
    const known = (): boolean => old.every((store) => s.status(store, id)?.region.peers.length === 5)
    s.until("the old ones know the new ones", known)
    if (s.rng.chance(0.5)) s.put("k", "1")
    s.partition([leading, ...joined], old)
    s.askWrite(leading, s.status(leading, id)!.region, "k", "2")
    s.until("the new ones have it", last("2"), 5_000)
    for (const store of old) s.kill(store)
    for (const store of old) s.start(store)
    s.forMs(10 * electionMs)
    s.heal()
    s.put("k", "3")
  }
)

/**
 * The same two are slow to apply, one entry at a time, and have a long way to go to the entries by which the new ones
 * join. They know that these are committed, and wait with an election until they are applied.
 */
const changeUnapplied = scenario(
  "safeguard/change-committed-and-not-applied",
  "two old voters know of two changes of members that they have not applied: they do not elect among themselves",
  { stores: 5, store: { ...keepLog, requestTimeoutMs: 30_000, maxCommittedBytesPerReady: 1 } },
  (s: Steps) => {
    s.put("k", "1")
    const { led, old, joined, last } = grown(s)
    const { id } = led.region
    for (const { disk } of old) disk.stallDataMs = s.rng.between(20, 30)
    for (let i = 0; i < 60; i++) {
      s.askWrite(led.store, led.region, "k", `${i}`)
      s.forMs(0.5)
    }
    for (const store of joined) s.addPeer("k", store)
    const leading = s.leader("k").store
    const { commitIndex } = s.status(leading, id)!
    const known = (): boolean => old.every((store) => (s.status(store, id)?.commitIndex ?? 0) >= commitIndex)
    s.until("the old ones know that it is committed", known)
    s.partition([leading, ...joined], old)
    s.askWrite(leading, s.status(leading, id)!.region, "k", "last")
    s.until("the new ones have it", last("last"), 5_000)
    s.forMs(20 * electionMs)
    for (const { disk } of old) disk.stallDataMs = 0
    s.heal()
    s.put("k", "3")
  }
)

/** A follower reaches everybody but its leader, whom it cannot hear. */
const besideItsLeader = scenario(
  "safeguard/beside-its-leader",
  "a follower that hears all but its leader asks for votes in vain, and deposes nobody when it hears the leader again",
  {},
  (s: Steps) => {
    s.put("k", "1")
    const { store, status } = s.leader("k")
    const [lone] = s.followers("k")
    for (const other of s.stores) s.holds(other, "k", "1")
    s.cluster.network.partition([[store.host], [lone!.host]])
    s.forMs(electionMs * (3 + 4 * s.rng.double()))
    s.heal()
    s.forMs(5 * electionMs)
    const now = s.leader("k")
    s.assert(now.store === store && now.status.term === status.term, "the leader changed")
  }
)

/**
 * A leader's entry is in all logs when it is deposed, and it does not hear that the entry is committed: a snapshot brings it
 * the state with what it proposed.
 */
const overOpenProposal = scenario(
  "safeguard/snapshot-over-an-open-proposal",
  "a snapshot brings a deposed leader what it had proposed: who waits for that is not told that it was not done",
  // A refused append would never be sent again, since nobody hears of the refusal.
  { store: { requestTimeoutMs: 30_000, logGcIntervalMs: 10, logGcThreshold: 5 }, network: { reorder: false } },
  (s: Steps) => {
    s.put("k", "1")
    const { store, status, region } = s.leader("k")
    const others = s.followers("k")
    for (const other of others) s.holds(other, "k", "1")
    const silent = s.wires.lose(({ message }, _from, to) => to === store && message?.msgType === MsgAppendResponse)
    const asked = s.askWrite(store, region, "k", "proposed")
    const inLog = (one: SimStore): boolean => (s.status(one, region.id)?.lastIndex ?? 0) > status.lastIndex
    s.until("it is in all logs", () => others.every(inLog))
    // It is heard by nobody, and hears who leads, but gets no entries.
    const entries = s.wires.lose(({ message }, _from, to) => to === store && message?.msgType === MsgAppend)
    for (const other of others) s.cut(store, other)
    s.until("another leads", () => (s.cluster.leaderOf(region.id)?.status.term ?? 0) > status.term, 3_000)
    s.heal()
    for (let i = 0; i < 3; i++) s.put("other", `${i}`)
    const led = s.leader("k")
    s.admin(led.store, region, { type: "compactLog", index: led.status.appliedIndex - 1 })
    s.forMs(30)
    entries.end()
    silent.end()
    s.until("a snapshot is in place", () => s.countOf("SnapshotApplied", (_, at) => at === store) > 0)
    s.put("k", "last")
    s.until("it is answered", () => asked.result !== undefined)
    s.assert(asked.result?._tag !== "StaleCommand", "a write that was done was called certainly not done")
  }
)

export const safeguards: ReadonlyArray<Workload> = [
  twoLeadersChange,
  silentToItsLeader,
  snapshotBreaks,
  frozenAsleep,
  garbage,
  membershipsBehind,
  changeUnapplied,
  besideItsLeader,
  overOpenProposal
]
