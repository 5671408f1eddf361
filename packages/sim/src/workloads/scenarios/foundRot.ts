/** Bugs that the workload `rot` found, as plots: what a store that lost a replica's bytes owes to the others. */

import type { SimStore } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import { scenario } from "./calm.ts"
import { bytesOf, peerOn, type Steps } from "./steps.ts"

/** The only store that anything is done to from now on: no other may lose a replica. */
const victim = (s: Steps, store: SimStore): SimStore => {
  s.cluster.regions.mayBeDamaged = (storeId) => storeId === store.storeId
  return store
}
const rotValue = (s: Steps, store: SimStore, key: string): void => {
  s.holds(store, key, s.get(key))
  s.assert(store.disk.rotValue("default", bytesOf(key)), `${store.host.name} has nothing to damage`)
}
const isDamaged = (s: Steps, store: SimStore, regionId: number): boolean =>
  s.status(store, regionId)?.role === "damaged"

/** Three voters, none of them the peer of that id, and all of them whole. */
const isWholeWithout = (s: Steps, key: string, peerId: number): boolean => {
  const led = s.leads(key)
  if (led === undefined || led.region.peers.length !== 3) return false
  return led.region.peers.every(({ id, storeId, role }) => {
    const here = s.status(s.cluster.storeOf(storeId)!, led.region.id)
    return id !== peerId && role === 0 && here?.peerId === id && here.role !== "damaged" && here.appliedIndex > 0
  })
}

/** The leader of a sleeping region was damaged; its store went on giving signs of life, and the slow check was far away. */
const damagedAsleep = scenario(
  "found/damaged-leader-of-a-sleeping-region",
  "the leader of a region that sleeps is found damaged: the others elect a new one without being asked for anything",
  { store: { hibernateAfterTicks: 30, scrubIntervalMs: 50 } },
  (s: Steps) => {
    s.put("k", "1")
    const { store, region } = s.leader("k")
    victim(s, store)
    s.until("every replica sleeps", () =>
      s.stores.every(({ running }) => running?.handle.peers.get(region.id)?.hibernating === true)
    )
    rotValue(s, store, "k")
    s.until("the damage is found", () => isDamaged(s, store, region.id))
    s.until("another one leads", () => s.leads("k") !== undefined, 3_000)
    s.mustGet("k", "1")
  }
)

/** Appends had come in the pass in which the damage was found: a Ready that nobody would take kept the loop busy. */
const damagedWithReady = scenario(
  "found/damaged-with-a-ready-outstanding",
  "a replica is found damaged while appends for it wait: its store has nothing to do for it any more",
  {},
  (s: Steps) => {
    s.put("k", "1")
    const { store: leading, region } = s.leader("k")
    const [store] = s.followers("k")
    victim(s, store!)
    rotValue(s, store!, "k")
    // Each pass takes long. At its end a read is answered, which finds the damage; by then appends wait for the next one.
    store!.disk.stallLogMs = 60
    s.newClient().getAt(store!.storeId, "k", () => {})
    for (let i = 0; i < 100 && !isDamaged(s, store!, region.id); i++) {
      s.askWrite(leading, region, "a", `${i}`)
      s.forMs(5)
    }
    s.assert(isDamaged(s, store!, region.id), "the damage is not found")
    const { counters } = store!.running!.handle
    const before = counters.passes
    s.forMs(200)
    s.assert(counters.passes - before < 400, `${counters.passes - before} passes of the loop in 200 ms`)
    store!.disk.stallLogMs = 0
  }
)

/** An empty peer came back to votes that could not be read. It ended its store, or was told of to nobody. */
const unreadableVotes = scenario(
  "found/empty-peer-with-unreadable-votes",
  "a peer without data comes back and cannot read whom it voted for: it takes no part, and is replaced",
  { stores: 4 },
  (s: Steps) => {
    s.put("k", "1")
    const [removed] = s.followers("k")
    // Where the region never was, or where the tombstone of an earlier peer lies.
    const store = s.rng.chance(0.5) ? s.spares("k")[0] : removed
    victim(s, store!)
    s.removePeer("k", removed!)
    const { id } = s.region("k")
    s.until("no peer is there", () => s.status(store!, id) === undefined)
    const heldBack = s.wires.gate((_head, _from, to) => (to === store ? "hold" : undefined))
    const peer = s.addPeer("k", store!)
    s.until("an empty peer is there", () => s.status(store!, id)?.peerId === peer.id)
    s.until("its term is in the log", () => store!.running!.raftLog.group(id) !== undefined)
    s.kill(store!)
    s.assert(store!.disk.rotState(id), "nothing to damage")
    s.start(store!)
    s.until("it is found damaged", () => isDamaged(s, store!, id))
    heldBack.end()
    s.haltScheduling(false)
    s.until("another peer has taken its place", () => isWholeWithout(s, "k", peer.id), 20_000)
    s.assert(store!.diskFailures === 0, "the store has ended")
  }
)

/** The store went down before the log of a removed peer was destroyed, and could then not read whom that peer voted for. */
const leftOver = scenario(
  "found/leftover-log-with-unreadable-votes",
  "the log of a removed peer was not yet destroyed when its store went down, and its votes cannot be read: it goes",
  {},
  (s: Steps) => {
    s.put("k", "1")
    const [store] = s.followers("k")
    victim(s, store!)
    const { id } = s.region("k")
    store!.disk.stallLogMs = 1_000
    s.removePeer("k", store!)
    s.until("the peer is gone", () => s.status(store!, id) === undefined)
    s.kill(store!)
    store!.disk.stallLogMs = 0
    // In one run of many the log has gone in time.
    const isLeft = store!.disk.rotState(id)
    s.start(store!)
    s.assert(!store!.running!.raftLog.groups().includes(id), "the log is still there")
    if (isLeft) s.world.log("it was left over")
  }
)

/** A silent replica on a live store was taken for one that lags, and left alone. */
const replaced = (stores: 3 | 4): Workload =>
  scenario(
    `found/damaged-on-a-live-store-of-${stores}`,
    stores === 3
      ? "every store has a replica, and one of them is damaged: it makes room for its successor"
      : "a replica is damaged, its store is alive, and another store has room: it is replaced",
    { stores, store: { scrubIntervalMs: 50 } },
    (s: Steps) => {
      s.put("k", "1")
      const { store: leading, region } = s.leader("k")
      const store = victim(s, s.rng.chance(0.5) ? leading : s.followers("k")[0]!)
      const { id } = peerOn(region, store)!
      rotValue(s, store, "k")
      s.until("the damage is found", () => isDamaged(s, store, region.id))
      // The record of it is written. Without it a restart would write the row anew from the log, and nothing would be damaged.
      s.forMs(50)
      if (s.rng.chance(0.3)) {
        s.kill(store, false)
        s.start(store)
      }
      s.haltScheduling(false)
      s.until("another peer has taken its place", () => isWholeWithout(s, "k", id), 15_000)
      s.mustGet("k", "1")
    }
  )

export const foundRot: ReadonlyArray<Workload> = [
  damagedAsleep,
  damagedWithReady,
  unreadableVotes,
  leftOver,
  replaced(3),
  replaced(4)
]
