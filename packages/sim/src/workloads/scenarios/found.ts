/**
 * Bugs that random runs found in this code, each told as a plot that leads straight into it. A seed means the same run only
 * for the same code; a plot stays.
 */
import { encode, epochOf, eraftpb, metapb, raft_serverpb } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import { schedulerMethods } from "../../network/schedulerCalls.ts"
import type { Workload } from "../../Workload.ts"
import type { Outcome } from "../KvClient.ts"
import { electionMs, leaseMs, scenario } from "./calm.ts"
import { isAppend, isVote, typeOf } from "./interference.ts"
import { addLearner, addVoter, bytesOf, change, peerOn, remove, type Steps } from "./steps.ts"

const { Learner, Voter } = metapb.PeerRole
const emptyPeer = metapb.Peer.create({ role: Learner })
const { MsgAppendResponse } = eraftpb.MessageType
const keyOf = (i: number): string => `k${String(i).padStart(2, "0")}`
const drop = (s: Steps, key: string): void => {
  const client = s.newClient()
  s.run.wait<Outcome>(`delete ${key}`, (done) => client.delete(key, done))
}

/**
 * The receiver's peer went while a stream came in; the stream of the next peer was staged under the same keys, and what the
 * first one still wrote came out among the second one's data.
 */
const givenUpStream = scenario(
  "found/given-up-stream-mixes-with-the-next",
  "a peer is replaced while a snapshot for it streams in; nothing of that stream is in the next one's data",
  { stores: 4, store: { snapshotChunkBytes: 64 } },
  (s: Steps) => {
    for (let i = 0; i < 12; i++) s.put(keyOf(i), `first ${"x".repeat(60)}`)
    const { store: leading, region } = s.leader("k")
    const spare = s.spares("k")[0]!
    // A chunk on this link takes longer than the replacement, which another leader does over a quicker one.
    s.cluster.network.slowDown(leading.host, spare.host, s.rng.between(150, 400))
    const next = s.followers("k")[0]!
    s.cluster.network.slowDown(next.host, spare.host, 15)
    const first = s.addPeer("k", spare, Learner)
    const receiving = (): boolean => spare.running?.handle.snapshots.registry.receive(region.id)?.state === "receiving"
    s.until("the first stream comes in", receiving)
    for (let i = 0; i < 6; i++) drop(s, keyOf(i))
    s.transferLeader("k", next)
    s.removePeer("k", spare)
    const second = s.addPeer("k", spare, Learner)
    s.assert(first.id !== second.id, "one peer has two lives")
    s.put("k99", "last")
    s.heal()
    s.holds(spare, "k99", "last", 20_000)
    for (let i = 0; i < 6; i++) s.assert(s.local(spare, keyOf(i)) === undefined, `${keyOf(i)} came back on the spare`)
  }
)

/**
 * A learner that was still empty lost its leader and asked a scheduler that knew only the membership before it: it left a
 * tombstone under the id that the leader went on to call, and the region never had that voter.
 */
const schedulerBehind = scenario(
  "found/empty-learner-asks-a-scheduler-that-is-behind",
  "an empty learner out of touch is not destroyed on the word of a scheduler that has not heard of it yet",
  { stores: 4, store: { stalePeerCheckMs: 300 } },
  (s: Steps) => {
    s.put("k", "1")
    const { store: leading, region } = s.leader("k")
    const spare = s.spares("k")[0]!
    const peer = metapb.Peer.create({ id: s.newId(), storeId: spare.storeId, role: Learner })
    const heldBack = s.wires.gate((_head, _from, to) => (to === spare ? "hold" : undefined))
    s.cluster.network.cut(leading.host, s.cluster.scheduler.host)
    s.admin(leading, region, change(addLearner(peer)))
    s.until("the leader has called the learner", () => s.status(spare, region.id)?.peerId === peer.id)
    s.isolate(spare)
    s.forMs(s.rng.between(900, 1_500))
    s.assert(s.status(spare, region.id)?.peerId === peer.id, "the learner is gone")
    heldBack.end()
    s.heal()
    s.put("k", "2")
    s.holds(spare, "k", "2", 20_000)
    s.assert(peerOn(s.region("k"), spare)?.id === peer.id, "another peer has taken the learner's place")
  }
)

/** A region was destroyed between log GC's look at its log and the compaction, which ended the store. */
const destroyedUnderLogGc = scenario(
  "found/region-destroyed-under-log-gc",
  "a peer is destroyed while log GC waits for its sync; the store goes on",
  { stores: 4, store: { logGcIntervalMs: 20, logGcThreshold: 5, logGcCountLimit: 10 } },
  (s: Steps) => {
    s.put("a", "1")
    s.split("m")
    const victim = s.followers("a")[0]!
    victim.disk.stallDataMs = s.rng.between(30, 120)
    for (let i = 0; i < 20; i++) s.put("a", `${i}`)
    s.removePeer("a", victim)
    for (let i = 0; i < 20; i++) s.put("z", `${i}`)
    s.forMs(300)
    s.assert(victim.host.isUp && victim.diskFailures === 0, "the store has ended")
    victim.disk.stallDataMs = 0
    s.holds(victim, "z", "19")
  }
)

/**
 * A snapshot was staged and waited for the store's loop, which waited for a slow disk. Its sender never heard so and sent a
 * newer one, which took its place; the loop then gave Raft the first one, whose data was gone, and the store ended.
 */
const gaveWay = scenario(
  "found/staged-snapshot-gave-way",
  "a snapshot that was staged and replaced by a newer one before the loop came to it is not used",
  { stores: 4, store: { snapshotChunkBytes: 64 } },
  (s: Steps) => {
    s.put("a", "1")
    s.split("m")
    for (let i = 0; i < 4; i++) s.put(keyOf(i), "x".repeat(20))
    const { store: leading, region } = s.leader("k")
    const spare = s.followers("z")[0]!
    if (spare === leading) s.transferLeader("k", s.followers("k")[0]!)
    s.removePeer("k", spare)
    const from = s.leader("k").store
    const heldBack = s.wires.gate((_head, _from, to) => (to === spare ? "hold" : undefined))
    s.addPeer("k", spare, Learner)
    s.until("the spare has an empty peer", () => s.status(spare, region.id) !== undefined)
    const answers = s.wires.hold(
      (message, sender) =>
        sender === spare &&
        message.regionId === region.id &&
        typeOf(message) === eraftpb.MessageType.MsgHeartbeatResponse
    )
    s.until("an answer to a heartbeat is on its way", () => answers.count > 0)
    s.cluster.network.slowDown(spare.host, from.host, 300)
    spare.disk.stallLogMs = 4_500
    s.put("z", "1")
    s.forMs(50)
    heldBack.end()
    s.until("the first snapshot is staged", () => spare.running?.handle.snapshots.staged.has(region.id) === true)
    s.cut(spare, from)
    s.put("k", "2")
    s.until("its sender has given it up", () => s.countOf("SnapshotSent", (e) => "ok" in e && !e.ok) > 0)
    s.heal()
    s.cluster.network.slowDown(from.host, spare.host, 60)
    answers.release()
    const receiving = (): boolean => spare.running?.handle.snapshots.registry.receive(region.id)?.state === "receiving"
    s.until("a newer one comes in", receiving)
    from.host.pause()
    spare.disk.stallLogMs = 0
    const { passes } = spare.running!.handle.counters
    s.until("the spare's loop goes on", () => (spare.running?.handle.counters.passes ?? 0) > passes + 3)
    from.host.resume()
    s.holds(spare, "k", "2", 20_000)
  }
)

/**
 * A new leader took an answer to a message of an earlier term for one to its probe, at index 0, and began with a snapshot.
 * The follower had applied that index and refused; nobody told Raft so. In a group that cannot commit without this
 * follower the leader's index never rose, and it sent the same snapshot for ever. Such an answer is not believed any more; a
 * refusal that says that nothing matches still leads there.
 */
const refusedAsApplied = scenario(
  "found/snapshot-of-what-is-applied-for-ever",
  "a leader that believes its follower to lack what it has learns better from the snapshot's refusal",
  { store: { logGcIntervalMs: 20, logGcThreshold: 5 } },
  (s: Steps) => {
    s.put("k", "1")
    s.removePeer("k", s.followers("k")[0]!)
    for (let i = 0; i < 20; i++) s.put("k", `${i}`)
    const { store: old, status, region } = s.leader("k")
    s.admin(old, region, { type: "compactLog", index: status.appliedIndex - 1 })
    s.forMs(100)
    const next = s.followers("k")[0]!
    const answers = s.wires.hold((message, from) => from === old && typeOf(message) === MsgAppendResponse)
    s.transferLeader("k", next)
    const { term } = s.leader("k").status
    const from = peerOn(region, old)!
    const to = peerOn(region, next)!
    const message = eraftpb.Message.create({
      msgType: MsgAppendResponse,
      term,
      from: from.id,
      to: to.id,
      reject: true,
      index: s.leader("k").status.lastIndex - 1
    })
    const envelope = { regionId: region.id, fromPeer: from, toPeer: to, regionEpoch: epochOf(region), message }
    s.wires.deliver(next, encode(raft_serverpb.RaftMessage, raft_serverpb.RaftMessage.create(envelope)))
    s.until("a snapshot was refused", () => s.countOf("SnapshotRefused", (_event, store) => store === old) > 0)
    answers.drop()
    s.put("k", "last")
    s.holds(old, "k", "last")
  }
)

/**
 * A store said that its replica of a region was damaged. By hand that was removed, and a new one put there; the scheduler
 * took the store's last word for the new one's, and removed a healthy voter.
 */
const damageOfThePredecessor = scenario(
  "found/damage-told-of-the-predecessor",
  "a healthy replica has taken a damaged one's place, and its store has not been heard since: it stays",
  { store: { scrubIntervalMs: 50 } },
  (s: Steps) => {
    s.put("k", "1")
    const victim = s.followers("k")[0]!
    const { regions, network, scheduler } = s.cluster
    regions.mayBeDamaged = (storeId) => storeId === victim.storeId
    s.holds(victim, "k", "1")
    s.assert(victim.disk.rotValue("default", bytesOf("k")), "nothing to damage")
    const { id } = s.region("k")
    s.until("the damage is found", () => s.status(victim, id)?.role === "damaged")
    // Several heartbeats say so; one more may be on its way for long.
    const isOnItsWay = s.rng.chance(0.5)
    let isReleased = false
    s.forMs(700)
    if (isOnItsWay) {
      network.hand = ({ label, from }) => {
        if (label !== schedulerMethods.storeHeartbeat.name || from !== victim.host) return "pass"
        return network.holding > 0 || isReleased ? "lose" : "hold"
      }
      s.until("a heartbeat is on its way", () => network.holding > 0)
    } else network.cut(victim.host, scheduler.host)
    s.removePeer("k", victim)
    const peer = s.addPeer("k", victim)
    s.holds(victim, "k", "1")
    if (isOnItsWay) {
      s.untilKnown("the scheduler knows the healthy replica", (known) =>
        known.some(({ region }) => region?.id === id && region.peers.some((one) => one.id === peer.id))
      )
      isReleased = true
      network.release()
    }
    s.haltScheduling(false)
    s.forMs(s.rng.between(100, 400))
    s.assert(peerOn(s.region("k"), victim)?.id === peer.id, "the healthy replica was removed")
  }
)

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

/**
 * The peer's end was written, and not yet published, when the rest of a stream for it came. The end took with it what was
 * staged until then; what came later, refused or staged, stayed on the disk until the region came to that store again, or
 * until a restart.
 */
const givenUpWhole = scenario(
  "found/given-up-when-it-was-whole",
  "a peer's end is written while the rest of its snapshot comes: nothing of the snapshot stays on the disk",
  { stores: 4, store: { snapshotChunkBytes: 1_024, snapshotTimeoutMs: 20_000, stalePeerCheckMs: 60_000 } },
  (s: Steps) => {
    s.put("k", "1")
    const { store: leading, region } = s.leader("k")
    const spare = s.spares("k")[0]!
    const next = s.followers("k")[0]!
    const kept = (): number => {
      let count = 0
      const range = { start: bytesOf("snapshot/"), end: bytesOf("snapshot0"), limit: 10, keyOnly: true }
      spare.running?.engine.latest.scan("raft", range, () => {
        count++
      })
      return count
    }
    // Another leader, over a quicker link, takes the peer away before the stream has ended.
    s.cluster.network.slowDown(leading.host, spare.host, s.rng.between(400, 500))
    const peer = s.addPeer("k", spare, Learner)
    const receiving = (): boolean => spare.running?.handle.snapshots.registry.receive(region.id)?.state === "receiving"
    s.until("the stream comes in", receiving)
    s.transferLeader("k", next)
    spare.disk.stallDataMs = 3_000
    s.removePeer("k", spare)
    // The write is under way: what else is written meanwhile is quick.
    s.until("its end is being written", () => spare.running?.handle.peers.get(region.id)?.destroyOrder !== undefined)
    spare.disk.stallDataMs = 0
    const gone = (): boolean => s.countOf("RegionDestroyed", (e) => "peerId" in e && e.peerId === peer.id) > 0
    s.until("the peer is gone", gone)
    s.heal()
    s.until("nothing of the snapshot stays", () => kept() === 0, 2_000)
  }
)

/**
 * A split's child is made known to the scheduler before it has a leader, and said that nobody in it waits for data: a learner
 * without any got a vote.
 */
const childOfALearner = scenario(
  "found/child-with-a-learner-without-data",
  "a region splits while a learner waits for its data; the scheduler knows that the child's learner waits as well",
  { stores: 4 },
  (s: Steps) => {
    s.put("a", "1")
    const spare = s.spares("a")[0]!
    s.wires.gate((_head, _from, to) => (to === spare ? "hold" : undefined))
    const { store: leading, region } = s.leader("a")
    s.admin(leading, region, change(addLearner({ ...emptyPeer, id: s.newId(), storeId: spare.storeId })))
    s.until("the leader has called the learner", () => s.status(spare, region.id) !== undefined)
    // No child is elected before the scheduler is asked.
    const votes = s.wires.hold((message, from, to) => message.regionId !== region.id && isVote(message, from, to))
    s.ask(leading, s.region("a"), { type: "split", splitKeys: [bytesOf("m")] })
    s.untilKnown("the child", (regions) => regions.some(({ region: one }) => one?.id !== region.id))
    for (const { region: one, pendingPeers } of s.known()) {
      const learner = peerOn(one!, spare)!
      s.assert(
        pendingPeers.some(({ id }) => id === learner.id),
        `the scheduler takes peer ${learner.id} for one that has its data`
      )
    }
    votes.release()
    s.wires.end()
  }
)

export const found: ReadonlyArray<Workload> = [
  childOfALearner,
  removedAsleep,
  promiseOfTheFirst,
  toldOfItsEnd,
  emptyTombstone,
  refusedAsApplied,
  givenUpStream,
  givenUpWhole,
  schedulerBehind,
  destroyedUnderLogGc,
  gaveWay,
  damageOfThePredecessor,
  committedItsOwnEnd
]
