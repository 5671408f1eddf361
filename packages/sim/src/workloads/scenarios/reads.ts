/**
 * No read, by lease, read index or from a follower, answers with less than what anybody was told before it began.
 * TiKV's scenarios by their names. What is read is judged by the history of the whole run.
 */
import { epochOf, eraftpb } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import type { Outcome } from "../KvClient.ts"
import { electionMs, scenario } from "./calm.ts"
import { isAppend, isVote, typeOf } from "./interference.ts"
import { bytesOf, peerOn, type Steps } from "./steps.ts"

const { MessageType } = eraftpb

const afterFollower = scenario(
  "lease_read_after_follower_read",
  "a follower has applied a write that its leader, slow on its disk, has not: who read it there reads no less from the leader",
  // The leader's loop waits for its disk: the lease must last for longer than the plot.
  { store: { electionTicks: 40, leaseMs: 350 } },
  (s: Steps) => {
    s.put("k", "1")
    const { store } = s.leader("k")
    const [follower] = s.followers("k")
    s.holds(follower!, "k", "1")
    // The follower is allowed to read, and told so when it has applied more than it asked for.
    const permission = s.wires.hold((message) => typeOf(message) === MessageType.MsgReadIndexResp)
    const reader = s.newClient()
    let read: Outcome | undefined
    reader.getAt(follower!.storeId, "k", (outcome) => {
      read = outcome
    })
    s.until("the leader allows the read", () => permission.count > 0)
    store.disk.stallDataMs = 250
    const writer = s.newClient()
    writer.put("k", () => {}, "2")
    s.until("the follower applies the write", () => s.local(follower!, "k") === "2")
    permission.release()
    s.until("the follower's read is answered", () => read !== undefined)
    s.mustGet("k", "2")
    s.until("the write ends", () => !writer.busy)
  }
)

/**
 * A follower is allowed to read at an index that it has not applied. Its leader loses its leadership and gets it back
 * before the follower hears of that, and does not know, in its new term, that anybody reads elsewhere. When the follower
 * gets its entries at last, it applies more than that index, and more than the leader, slow on its disk, has.
 */
const earlierTerm = scenario(
  "read_allowed_in_an_earlier_term",
  "a follower was allowed to read in a term that is over, and the same peer leads again: it is asked once more",
  { store: { electionTicks: 40, leaseMs: 350, maxEntriesBytesPerMessage: 1, requestTimeoutMs: 5_000 } },
  (s: Steps) => {
    s.put("k", "1")
    const { store, region } = s.leader("k")
    const [follower, other] = s.followers("k") as [SimStore, SimStore]
    for (const one of [follower, other]) s.holds(one, "k", "1")
    const entryAfter = s.status(follower, region.id)!.lastIndex + 1
    const behind = s.wires.lose((message, from, to) => from === store && to === follower && isAppend(message, from, to))
    for (let i = 0; i < 4; i++) s.put("k", `old ${i}`)
    const permission = s.wires.record((message) => typeOf(message) === MessageType.MsgReadIndexResp)
    let read: string | undefined
    s.world.after(0, follower.host, () => {
      const header = { regionId: region.id, epoch: epochOf(region), peer: undefined, term: 0, deadlineMs: 0 }
      follower.running?.router.read({ header, keys: [bytesOf("k")], replicaRead: true }, (result) => {
        read = result._tag === "Readable" ? s.local(follower, "k") : result._tag
      })
    })
    s.until("the leader allows the read", () => permission.count > 0)

    const unheard = s.wires.lose(
      (message, from, to) => to === follower && (from === other || isVote(message, from, to))
    )
    s.transferLeader("k", other)
    s.transferLeader("k", store)
    const { term } = s.leader("k").status
    s.until("the follower hears of the new term", () => s.status(follower, region.id)?.term === term)
    unheard.end()
    if (read !== undefined) {
      // It looked when nobody led: whoever asked is told so, and there is nothing to get wrong.
      s.assert(read === "NotLeader", `the read is answered already: ${read}`)
      return
    }

    // One entry passes, so that the leader sends all others at once; they come when the next write is committed.
    let isLate = false
    const rest = s.wires.hold((message, from, to) => {
      if (to !== follower || from !== store || !isAppend(message, from, to)) return false
      isLate ||= message.message?.index === entryAfter
      return isLate
    })
    behind.end()
    s.until("the rest is on its way", () => rest.count > 3)
    store.disk.stallDataMs = 300
    const writer = s.newClient()
    writer.put("k", () => {}, "2")
    s.until("the write is committed", () => s.local(other, "k") === "2")
    rest.releaseTogether()
    s.until("the read is answered", () => read !== undefined)
    // In some runs its entries are sent anew, and the write is not among them yet.
    s.world.log(`the read tells ${read}`)
    if (read === "2") s.mustGet("k", "2")
    store.disk.stallDataMs = 0
    s.until("the write ends", () => !writer.busy)
  }
)

const leaseInTransfer = scenario(
  "lease_unsafe_during_leader_transfers",
  "while leadership is handed over, and until the order to take over can do no harm, no read is served by lease",
  {},
  (s: Steps) => {
    s.put("k", "1")
    const { store: old, region } = s.leader("k")
    const [next, other] = s.followers("k")
    const byLease = (): number => s.counter(old, "readsByLease")
    const mustNotBeByLease = (when: string): void => {
      const before = byLease()
      s.mustGet("k", "1")
      s.assert(byLease() === before, `a read was served by lease ${when}`)
    }
    s.mustGet("k", "1")
    s.until("reads are served by lease", () => {
      const before = byLease()
      s.mustGet("k", "1")
      return byLease() > before
    })
    const order = s.wires.hold((message) => typeOf(message) === MessageType.MsgTimeoutNow)
    // From the order on the target hears nothing of its leader.
    const deaf = s.wires.lose((_message, from, to) => from === old && to === next && order.count > 0)
    s.ask(old, region, { type: "transferLeader", peer: peerOn(region, next!)! })
    s.until("the order to take over is on its way", () => order.count > 0)
    mustNotBeByLease("during a transfer")
    // The transfer is given up, the order is not taken back.
    s.forMs(electionMs * 1.5)
    s.assert(s.leader("k").store === old, "the old leader lost its leadership")
    mustNotBeByLease("while the order could still arrive")
    if (s.rng.chance(0.5)) {
      deaf.end()
      s.until("the lease is back once the target has heard of later rounds", () => {
        const before = byLease()
        s.mustGet("k", "1")
        return byLease() > before
      })
      order.release()
      s.forMs(electionMs)
      s.assert(s.leader("k").store === old, "a late order was obeyed")
      return
    }
    // It arrives after all, and the old leader hears nothing of what follows.
    const deposed = s.wires.lose((_message, from, to) => from === old || to === old)
    order.release()
    s.until("the target leads", () => s.status(next!, region.id)?.role === "leader" || s.leads("k")?.store === other)
    s.put("k", "2")
    const reader = s.newClient()
    let outcome: Outcome | undefined
    reader.getAt(old.storeId, "k", (read) => {
      outcome = read
    })
    s.forMs(s.rng.double() * 100)
    deposed.end()
    deaf.end()
    s.until("the read ends", () => outcome !== undefined)
    s.assert(outcome?.type !== "found" || outcome.value === "2", "the deposed leader answered with the past")
  }
)

const manyTransfers = scenario(
  "lease_through_many_leader_transfers",
  "leadership moves on and on among clients that ask every store",
  { keys: 2, thinkMs: 4, wander: 0.5, swaps: true },
  (s: Steps) => {
    const load = s.load(4)
    for (let i = 0; i < 12; i++) {
      const { store, region } = s.leader("k")
      const to = s.rng.pick(region.peers)
      s.ask(store, region, { type: "transferLeader", peer: to })
      s.forMs(s.rng.double() * 12)
      // Half of the time the old leader does not hear how it ended.
      if (s.rng.chance(0.5)) s.isolate(store)
      s.forMs(s.rng.double() * 200)
      s.heal()
    }
    s.until("reads are of both kinds", () => s.sumOf("readsByLease") > 0 && s.sumOf("readsByReplica") > 0)
    load.stop()
  }
)

const suspectLease = scenario(
  "read_index_stale_in_suspect_lease",
  "the leader hears nobody, or nobody hears it, while it may hold a lease: reads and read indexes are never stale",
  { stores: 5, keys: 2, thinkMs: 4, wander: 0.5, scheduler: { maxReplicas: 5 } },
  (s: Steps) => {
    const load = s.load(4)
    for (let i = 0; i < 8; i++) {
      const { store } = s.leader("k")
      const way = s.rng.pick(["deaf", "dumb", "both"] as const)
      for (const other of s.stores) {
        if (other === store) continue
        if (way !== "dumb") s.cut(other, store)
        if (way !== "deaf") s.cut(store, other)
      }
      s.forMs(s.rng.between(100, 350))
      s.heal()
      s.forMs(s.rng.between(0, 100))
    }
    s.until("followers are asked too", () => s.sumOf("readsByReplica") > 0)
    load.stop()
  }
)

const earlierRound = scenario(
  "read_index_of_an_earlier_round",
  "a leader is deposed while answers to its last heartbeats are on their way: they confirm no read that came after them",
  { store: { heartbeatTicks: 8, electionTicks: 20 } },
  (s: Steps) => {
    s.put("k", "1")
    const { store: old, region } = s.leader("k")
    const [next, other] = s.followers("k")
    const answers = s.wires.hold(
      (message, _from, to) => to === old && typeOf(message) === MessageType.MsgHeartbeatResponse
    )
    s.until("a round is answered", () => answers.count >= 2)
    // The order to take over is the last that is heard of the old leader, and it hears nothing more.
    let ordered = false
    const deposed = s.wires.lose((message, from, to) => {
      if (from !== old || ordered) return from === old || to === old
      ordered = typeOf(message) === MessageType.MsgTimeoutNow
      return false
    })
    s.ask(old, region, { type: "transferLeader", peer: peerOn(region, next!)! })
    s.until("another one leads", () => [next!, other!].some((store) => s.status(store, region.id)?.role === "leader"))
    s.assert(s.status(old, region.id)?.role === "leader", "the old leader has heard of it")
    const write = s.askWrite(s.leader("k").store, region, "k", "2")
    s.until("the write is done", () => write.result?._tag === "Written")
    const reader = s.newClient()
    let outcome: Outcome | undefined
    reader.getAt(old.storeId, "k", (read) => {
      outcome = read
    })
    s.forMs(10)
    answers.release()
    s.forMs(20)
    s.assert(
      outcome === undefined || outcome.type !== "found" || outcome.value === "2",
      "the deposed leader answered with the past"
    )
    deposed.end()
    s.until("the read ends", () => outcome !== undefined)
    s.mustGet("k", "2")
  }
)

const callbacks = scenario(
  "callback_when_destroyed",
  "requests wait at a peer when it is removed: each is told, long before its deadline",
  { stores: 4, store: { requestTimeoutMs: 30_000 } },
  (s: Steps) => {
    s.put("k", "1")
    const { store: old, region } = s.leader("k")
    const [follower] = s.followers("k")
    // A follower's read that is allowed and never told so.
    s.wires.lose((message, _from, to) => to === follower && typeOf(message) === MessageType.MsgReadIndexResp)
    const read: { result: unknown } = { result: undefined }
    s.world.after(0, follower!.host, () => {
      const header = { regionId: region.id, epoch: region.regionEpoch!, peer: undefined, term: 0, deadlineMs: 0 }
      follower!.running!.router.read({ header, keys: [bytesOf("k")], replicaRead: true }, (result) => {
        read.result = result
      })
    })
    s.forMs(20)
    s.removePeer("k", follower!)
    s.until("the follower's peer is gone", () => s.status(follower!, region.id) === undefined)
    s.until("the read that waited there is answered", () => read.result !== undefined, 100)
    // A leader that can commit nothing, and is removed by the others.
    s.addPeer("k", s.spares("k")[0]!)
    const now = s.region("k")
    s.until("the leader stays", () => s.leader("k").store === old)
    s.isolate(old)
    const write = s.askWrite(old, now, "k", "lone")
    const split = s.ask(old, now, { type: "split", splitKeys: [bytesOf("m")] })
    s.until("another one leads", () => s.leads("k")?.store !== old)
    s.removePeer("k", old)
    s.heal()
    s.until("the old leader's peer is gone", () => s.status(old, region.id) === undefined)
    s.until("what waited there is answered", () => write.result !== undefined && split.result !== undefined, 200)
    const told = write.result?._tag
    s.assert(told === "UndeterminedResult" || told === "StaleCommand", `the lone write was told ${told}`)
    s.assert(split.result?._tag !== "AdminDone", "the lone split was done")
    s.mustGet("k", "1")
  }
)

export const reads: ReadonlyArray<Workload> = [
  afterFollower,
  earlierTerm,
  leaseInTransfer,
  manyTransfers,
  suspectLease,
  earlierRound,
  callbacks
]
