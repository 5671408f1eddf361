/**
 * Bugs that random runs found in this code, each told as a plot that leads straight into it. A seed means the same run only
 * for the same code; a plot stays.
 */
import { encode, epochOf, eraftpb, metapb, raft_serverpb } from "@reefkv/wire"
import { schedulerMethods } from "../../network/schedulerCalls.ts"
import type { Workload } from "../../Workload.ts"
import type { Outcome } from "../KvClient.ts"
import { scenario } from "./calm.ts"
import { isVote, typeOf } from "./interference.ts"
import { addLearner, bytesOf, change, peerOn, type Steps } from "./steps.ts"

const { Learner } = metapb.PeerRole
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
  refusedAsApplied,
  givenUpStream,
  givenUpWhole,
  schedulerBehind,
  destroyedUnderLogGc,
  gaveWay,
  damageOfThePredecessor
]
