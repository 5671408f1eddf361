/** Bugs in how a cluster repairs itself, found by `lifecycle` and `raw`, as plots: schedulers that restart, stores that go. */
import { metapb } from "@reefkv/wire"
import type { Workload } from "../../Workload.ts"
import { scenario } from "./calm.ts"
import { type Holding, isAppend } from "./interference.ts"
import { peerOn, type Steps } from "./steps.ts"

const restartScheduler = (s: Steps): void => {
  const { scheduler } = s.cluster
  scheduler.kill(s.rng.chance(0.5))
  scheduler.start()
  s.until("the scheduler is up", () => scheduler.service !== undefined)
}

const downSoon = {
  maxStoreDownMs: 3_000,
  storeDisconnectedMs: 500,
  storeUnhealthyMs: 500,
  storePersistIntervalMs: 300,
  prepareTimeoutMs: 500
}

/** A scheduler counted a store's silence from its own start, and never lived for as long as it waits. */
const silenceOverRestarts = scenario(
  "found/silence-counts-over-restarts",
  "a store is dead and the scheduler restarts more often than it waits for stores: what the store held is made anew",
  { stores: 4, scheduler: downSoon },
  (s: Steps) => {
    s.put("k", "1")
    const [dead] = s.followers("k")
    s.haltScheduling(false)
    // Its last heartbeat is written down.
    s.forMs(1_500)
    s.kill(dead!)
    for (let i = 0; i < 10 && peerOn(s.region("k"), dead!) !== undefined; i++) {
      restartScheduler(s)
      // Nor does any leader miss the replica for as long.
      s.transferLeader("k", s.followers("k").find(({ host }) => host.isUp)!)
      s.forMs(s.rng.between(2_000, 2_500))
    }
    s.assert(peerOn(s.region("k"), dead!) === undefined, "the region still counts on the dead store")
  }
)

/** Right after its restart a scheduler saw three good voters, one of them dead, and removed the learner for it as needless. */
const learnerOutlives = scenario(
  "found/learner-outlives-the-scheduler",
  "the scheduler restarts while a learner gets the data of a replica that is down: the learner stays, and gets its vote",
  { stores: 4, scheduler: downSoon },
  (s: Steps) => {
    s.put("k", "1")
    const [dead] = s.followers("k")
    const [spare] = s.spares("k")
    const heldBack = s.wires.gate((_head, _from, to) => (to === spare ? "hold" : undefined))
    s.haltScheduling(false)
    s.forMs(1_500)
    s.kill(dead!)
    s.until("a learner is to replace it", () => peerOn(s.region("k"), spare!) !== undefined, 15_000)
    const { id } = peerOn(s.region("k"), spare!)!
    restartScheduler(s)
    s.forMs(s.rng.between(500, 2_000))
    s.assert(peerOn(s.region("k"), spare!)?.id === id, "the learner was removed")
    heldBack.end()
    s.until("it has taken the dead one's place", () => peerOn(s.region("k"), dead!) === undefined, 15_000)
    s.assert(peerOn(s.region("k"), spare!)?.id === id, "another peer has taken its place")
  }
)

/**
 * A store without replicas was asked to go just after an operator was told to put one there: it was empty, so it was gone
 * for good, and the operator then gave its replica a vote.
 */
const goneBeforeItsReplica = scenario(
  "found/store-gone-before-its-replica",
  "a store is removed while a replica is on its way there: that replica never has a vote",
  { stores: 4 },
  (s: Steps) => {
    s.put("k", "1")
    const { store: leading, region } = s.leader("k")
    const [spare] = s.spares("k")
    const { network, scheduler, storeStates } = s.cluster
    const { storeId } = spare!
    let removed = false
    s.cluster.watchesScheduler = (event) => {
      if (event.type === "StoreStateChanged" && event.storeId === storeId) {
        removed = event.to === metapb.StoreState.Tombstone
      }
    }
    // The leader hears the first step, and the scheduler hears that it was done, when the store is gone already.
    network.cut(leading.host, scheduler.host)
    network.cut(scheduler.host, leading.host)
    const heldBack = s.wires.gate((_head, _from, to) => (to === spare ? "hold" : undefined))
    s.operator({ kind: "add-peer", regionId: region.id, storeId })
    spare!.leaving = true
    spare!.wanted = false
    s.scheduler("the store is removed", (service) => service.removeStore(storeId, { force: false }))
    s.until("the store is gone for good", () => removed)
    s.assert(storeStates.isTombstone(storeId), "it is not")
    // It does not know, and goes on.
    network.cut(spare!.host, scheduler.host)
    network.heal()
    network.cut(spare!.host, scheduler.host)
    heldBack.end()
    for (let i = 0; i < 200; i++) {
      s.forMs(10)
      const peer = peerOn(s.leads("k")?.region ?? region, spare!)
      s.assert(peer === undefined || peer.role === metapb.PeerRole.Learner, "the replica of a removed store votes")
    }
    s.kill(spare!)
    s.haltScheduling(false)
    s.until("the region has nobody there", () => peerOn(s.region("k"), spare!) === undefined)
  }
)

/**
 * A consistency check leaves what comes after it to the store's next pass. In that pass a snapshot was accepted, and until
 * its data was in place the loop turned for the entries that had to wait for it.
 */
const entriesBehindSnapshot = scenario(
  "found/entries-that-wait-for-a-snapshot",
  "a snapshot is accepted while committed entries still wait to be applied: the store's loop waits with them",
  { store: { snapshotTimeoutMs: 10_000 } },
  (s: Steps) => {
    s.put("k", "1")
    const { store: leading, region } = s.leader("k")
    const [store] = s.followers("k")
    const lost = s.wires.lose((message, from, to) => to === store && isAppend(message, from, to))
    const checkAt = s.leader("k").status.lastIndex + 1
    s.admin(leading, region, { type: "consistencyCheck" })
    for (let i = 0; i < 6; i++) s.put("k", `${i}`)
    // All of it in one append, which is late: by then the leader has only a snapshot for this follower.
    const append: Holding = s.wires.hold(
      ({ message }, _from, to) => to === store && (message?.entries.length ?? 0) > 0 && append.count === 0
    )
    const others = s.wires.lose(({ message }, _from, to) => to === store && (message?.entries.length ?? 0) > 0)
    const heldBack = s.wires.gate((_head, _from, to) => (to === store ? "hold" : undefined))
    lost.end()
    s.until("an append is on its way", () => append.count > 0)
    s.put("k", "last")
    s.admin(leading, region, { type: "compactLog", index: s.leader("k").status.appliedIndex - 1 })
    s.until("a snapshot is on its way", () => heldBack.asked > 0)
    others.end()

    // The append comes first, in a pass that takes long; the snapshot is there for the next one.
    store!.disk.stallLogMs = 400
    append.release()
    const peer = store!.running!.handle.peers.get(region.id)!
    s.until("the pass with the check is under way", () => peer.raft.commit > checkAt)
    heldBack.end()
    s.until("the snapshot is staged", () => store!.running!.handle.snapshots.staged.has(region.id))
    store!.disk.stallDataMs = 100
    s.until("entries wait for a snapshot", () => peer.applyingSnapshot && peer.applyBacklog.length > 0)
    const { passes } = store!.running!.handle.counters
    s.forMs(50)
    const turns = store!.running!.handle.counters.passes - passes
    s.assert(turns < 100, `the loop turned ${turns} times while it waited`)
    store!.disk.disarm()
    s.holds(store!, "k", "last")
  }
)

export const foundRepair: ReadonlyArray<Workload> = [
  silenceOverRestarts,
  learnerOutlives,
  goneBeforeItsReplica,
  entriesBehindSnapshot
]
