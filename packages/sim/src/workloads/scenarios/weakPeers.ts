/** FEATURES 5.2, peers that go: removed in a batch, destroyed twice, empty, replaced while nobody could tell them. */
import { equalBytes, metapb, type raft_serverpb } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import { change, peerOn, remove, type Steps } from "./steps.ts"
import {
  addCaughtUp,
  answered,
  askAdmin,
  askWrite,
  hand,
  heartbeatOf,
  keepLog,
  leads,
  noDeadline,
  powerCycle,
  resend,
  show,
  splitInto,
  untilReplicated,
  weak
} from "./weakSteps.ts"

const { Learner, Voter } = metapb.PeerRole

const untilGone = (s: Steps, store: SimStore, regionId: number, boundMs?: number): void =>
  s.until(
    `${store.host.name} runs without a peer of region ${regionId}`,
    () => store.running?.handle.phase === "running" && s.status(store, regionId) === undefined,
    boundMs
  )
/** Whoever calls it back fails the run; so does a peer that is there after the time. */
const staysAway = (s: Steps, store: SimStore, regionId: number, ms: number): void => {
  const untilMs = s.world.nowMs + ms
  while (s.world.nowMs < untilMs) {
    s.forMs(10)
    const here = s.status(store, regionId)
    s.assert(here === undefined, `peer ${here?.peerId} of region ${regionId} is back on ${store.host.name}`)
  }
}
/** Messages to the store, as they pass; the newest `max` of them. */
const overhear = (s: Steps, to: SimStore, regionId: number, max = 100) => {
  const heard: Array<raft_serverpb.RaftMessage> = []
  s.wires.lose((message, _, receiver) => {
    if (receiver === to && message.regionId === regionId) heard.push(message)
    if (heard.length > max) heard.shift()
    return false
  })
  return heard
}

const inBatch = weak(
  "removed-in-a-batch",
  "a replica gets its own removal and later writes in one batch, and dies around it",
  { stores: 4, store: noDeadline, disk: { syncMaxMs: 2, writeMaxMs: 2 } },
  (s: Steps) => {
    const { store, region } = s.leader("k000")
    const gone = s.followers("k000")[0]!
    s.put("k000", "before")
    s.holds(gone, "k000", "before")
    // Only the log tells it that it is out.
    const losing = s.wires.lose((message, _, to) => to === gone && message.isTombstone)
    gone.disk.stallLogMs = s.rng.between(20, 60)
    const first = askWrite(s, store, region, "w0", "v")
    const removal = askAdmin(s, store, region, change(remove(peerOn(region, gone)!)))
    const later = ["w1", "w2", "w3"].map((key) => askWrite(s, store, region, key, "v"))
    for (const one of [first, ...later])
      s.assert(answered(s, one)._tag === "Written", `${one.what}: ${show(one.result)}`)
    s.assert(answered(s, removal)._tag === "AdminDone", `the removal ended as ${show(removal.result)}`)
    if (s.rng.chance(0.5)) {
      gone.disk.crashAt(s.rng.pick(["append", "sync", "write"]), s.rng.pick(["before", "after"]), () =>
        powerCycle(s, gone, 50)
      )
    }
    gone.disk.stallLogMs = 0
    s.until("it runs", () => gone.running?.handle.phase === "running")
    untilGone(s, gone, region.id)
    s.until("its data is gone", () => s.entries(gone) === 0)
    losing.end()
    powerCycle(s, gone, 20)
    s.until("it runs again", () => gone.running?.handle.phase === "running")
    staysAway(s, gone, region.id, 300)
    s.assert(gone.running!.raftLog.group(region.id) === undefined, "its log is still there")
  }
)

const twice = weak(
  "destroyed-twice",
  "a removed peer is told again and again, by old messages and tombstones, also across restarts and crashes",
  { stores: 4, disk: { syncMaxMs: 2, writeMaxMs: 2 } },
  (s: Steps) => {
    const gone = s.followers("k000")[0]!
    const { id } = s.region("k000")
    const heard = overhear(s, gone, id)
    s.put("k000", "v")
    // Of calls for its vote too, which could make it anew.
    s.transferLeader("k000", s.followers("k000").find((one) => one !== gone)!)
    s.forMs(50)
    if (s.rng.chance(0.5)) {
      gone.disk.crashAt(s.rng.pick(["append", "sync"]), s.rng.pick(["before", "after"]), () => powerCycle(s, gone, 30))
    }
    s.removePeer("k000", gone)
    s.until("it runs", () => gone.running?.handle.phase === "running")
    untilGone(s, gone, id)
    for (let round = 0; round < 3; round++) {
      for (const message of s.rng.shuffle(heard)) resend(s, message)
      if (s.rng.chance(0.5)) powerCycle(s, gone, s.rng.between(1, 30))
      s.until("it runs", () => gone.running?.handle.phase === "running")
      staysAway(s, gone, id, 100)
    }
    // It may come back, as somebody else.
    addCaughtUp(s, "k000", gone)
  }
)

const ownsNothing = weak(
  "empty-peer-owns-nothing",
  "a peer that never had data is removed from a store that holds another region",
  { stores: 4 },
  (s: Steps) => {
    s.put("k004", "stays")
    splitInto(s, "k003")
    const other = s.spares("k004")[0]!
    addCaughtUp(s, "k004", other)
    s.holds(other, "k004", "stays")
    const entries = s.entries(other)
    const { id } = s.region("k000")
    const gate = s.wires.gate((_, __, to) => (to === other ? s.rng.pick(["hold", "break"] as const) : undefined))
    const peer = s.addPeer("k000", other, Learner)
    s.until("the empty peer is there", () => s.status(other, id)?.peerId === peer.id)
    s.forMs(s.rng.between(0, 100))
    s.removePeer("k000", other)
    untilGone(s, other, id)
    if (s.rng.chance(0.5)) {
      powerCycle(s, other, 20)
      s.until("it runs", () => other.running?.handle.phase === "running")
    }
    s.forMs(100)
    gate.end()
    s.assert(s.entries(other) >= entries, `of ${entries} entries of another region ${s.entries(other)} are left`)
    s.holds(other, "k004", "stays")
  }
)

const replaced = weak(
  "fully-replaced",
  "a replica is cut off while all members it knows are replaced; only the scheduler can tell it",
  { stores: 6 },
  (s: Steps) => {
    s.put("k000", "v")
    const { region } = s.leader("k000")
    const old = s.stores.filter((store) => peerOn(region, store) !== undefined)
    const lost = s.followers("k000")[0]!
    s.holds(lost, "k000", "v")
    s.isolate(lost)
    const spares = s.spares("k000")
    for (const [at, store] of [lost, ...old.filter((one) => one !== lost)].entries()) {
      addCaughtUp(s, "k000", spares[at]!)
      s.removePeer("k000", store)
    }
    s.assert(s.status(lost, region.id) !== undefined, "somebody told it: the situation did not arise")
    if (s.rng.chance(0.3)) powerCycle(s, lost, 50)
    s.until("it runs", () => lost.running?.handle.phase === "running")
    untilGone(s, lost, region.id, 10_000)
    s.until("its data is gone", () => s.entries(lost) === 0)
    s.mustGet("k000", "v")
  }
)

const noProof = weak(
  "scheduler-behind",
  "a new peer that lost its leader asks a scheduler that has not heard of it yet",
  { stores: 4, store: { stalePeerCheckMs: 500 } },
  (s: Steps) => {
    const { network, scheduler } = s.cluster
    hand(s, (frame) => (heartbeatOf(frame) === undefined ? "pass" : "lose"))
    const lonely = s.spares("k000")[0]!
    const empty = s.rng.chance(0.7)
    const gate = s.wires.gate((_, __, to) => (to === lonely && empty ? "break" : undefined))
    const peer = empty ? s.addPeer("k000", lonely, s.rng.pick([Learner, Voter])) : addCaughtUp(s, "k000", lonely)
    const { id } = s.region("k000")
    s.until("the new peer is there", () => s.status(lonely, id)?.peerId === peer.id)
    s.isolate(lonely)
    let asked = 0
    hand(s, (frame) => {
      if (frame.from === lonely.host && frame.label === "GetRegionByID") asked++
      return heartbeatOf(frame) === undefined ? "pass" : "lose"
    })
    s.until("it has asked several times", () => asked >= 3)
    s.forMs(50)
    s.assert(s.status(lonely, id)?.peerId === peer.id, `peer ${peer.id} left though it is a member`)
    s.assert(scheduler.host.isUp && !network.isCut(lonely.host, scheduler.host), "it could not ask")
    hand(s, undefined)
    gate.end()
    s.heal()
    s.until("it has the data", () => (s.status(lonely, id)?.appliedIndex ?? 0) > 0)
    s.assert(s.status(lonely, id)!.peerId === peer.id, "it came back as somebody else")
  }
)

const beforeSnapshot = weak(
  "tombstone-before-snapshot",
  "a peer is removed before its first snapshot; late votes and heartbeats would call the same peer back",
  { stores: 4, store: keepLog },
  (s: Steps) => {
    const { id } = s.region("k000")
    const spare = s.spares("k000")[0]!
    const heard = overhear(s, spare, id)
    const gate = s.wires.gate((_, __, to) => (to === spare ? "break" : undefined))
    const role = s.rng.pick([Learner, Voter])
    const peer = s.addPeer("k000", spare, role)
    s.until("the empty peer is there", () => s.status(spare, id)?.peerId === peer.id)
    // A voter is also asked for its vote.
    if (role === Voter) s.transferLeader("k000", s.followers("k000").find((one) => one !== spare)!)
    s.forMs(100)
    s.removePeer("k000", spare)
    untilGone(s, spare, id)
    gate.end()
    s.assert(heard.length > 0, "nothing was heard of it")
    if (s.rng.chance(0.5)) {
      powerCycle(s, spare, 20)
      s.until("it runs", () => spare.running?.handle.phase === "running")
    }
    for (const message of heard) resend(s, message)
    staysAway(s, spare, id, 200)
    const back = addCaughtUp(s, "k000", spare)
    s.assert(back.id !== peer.id, "an id was given twice")
    for (const message of heard) resend(s, message)
    s.forMs(100)
    s.assert(s.status(spare, id)?.peerId === back.id, "messages for the peer of before reached the new one")
  }
)

/** A store gets the parent of a split by a snapshot from before it, when it holds something of the child already. */
const childThere = weak(
  "child-already-there",
  "the child of a split is on a store before the parent gets there: empty, removed, or as another peer",
  { stores: 4, store: keepLog },
  (s: Steps) => {
    const variant = s.rng.pick(["empty", "removed", "another"] as const)
    s.world.log(`variant ${variant}`)
    const spare = s.spares("k000")[0]!
    const parentId = s.region("k000").id
    const late = s.wires.gate((head, _, to) => (to === spare && head.regionId === parentId ? "hold" : undefined))
    const others = s.wires.gate((head, _, to) => (to === spare && head.regionId !== parentId ? "break" : undefined))
    s.addPeer("k000", spare, Learner)
    s.until("the parent's snapshot is under way", () => late.asked > 0)
    splitInto(s, "k003")
    const child = s.region("k000")
    s.until("something of the child is there", () => s.status(spare, child.id) !== undefined)
    if (variant !== "empty") {
      s.removePeer("k000", spare)
      untilGone(s, spare, child.id)
    }
    const again = variant === "another" ? s.addPeer("k000", spare, Learner) : undefined
    if (again !== undefined) s.until("another is there", () => s.status(spare, child.id)?.peerId === again.id)
    late.end()
    s.until("the split is applied there", () => s.countOf("SplitApplied", (_, at) => at === spare) > 0, 5_000)
    s.forMs(s.rng.between(5, 100))
    const here = s.status(spare, child.id)
    const refused = s.countOf("SplitRefused", (event, at) => at === spare && event.type === "SplitRefused")
    if (variant === "empty") {
      s.assert(here?.peerId === peerOn(child, spare)!.id, `of the child there is peer ${here?.peerId}`)
      s.until("it has its data", () => (s.status(spare, child.id)?.appliedIndex ?? 0) > 0)
    } else {
      s.assert(refused > 0, "the split made a peer that was removed before")
      s.assert(here?.peerId === again?.id, `of the child there is peer ${here?.peerId}, not ${again?.id}`)
    }
    others.end()
    if (variant !== "removed") untilReplicated(s, child.id)
    untilReplicated(s, parentId)
  }
)

const removedUnborn = weak(
  "child-removed-unborn",
  "a store applies its parent's split when the child's peer there has already been removed",
  { stores: 4, store: keepLog },
  (s: Steps) => {
    const slow = s.followers("k000")[0]!
    const parentId = s.region("k000").id
    const losing = s.wires.lose((message, _, to) => to === slow && message.regionId === parentId)
    splitInto(s, "k003")
    const child = s.region("k000")
    addCaughtUp(s, "k000", s.spares("k000")[0]!)
    s.removePeer("k000", slow)
    const now = s.region("k000")
    s.assert(peerOn(now, slow) === undefined, "it is still a member")
    losing.end()
    s.until("the split is applied there", () => s.countOf("SplitApplied", (_, at) => at === slow) > 0)
    untilGone(s, slow, child.id, 10_000)
    const parent = leads(s, parentId)!.region
    s.until("the parent's half stays", () => {
      const here = s.status(slow, parentId)?.region
      return here !== undefined && equalBytes(here.startKey, parent.startKey)
    })
  }
)

export const weakPeers: ReadonlyArray<Workload> = [
  inBatch,
  twice,
  ownsNothing,
  replaced,
  noProof,
  beforeSnapshot,
  childThere,
  removedUnborn
]
