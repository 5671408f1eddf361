/** Peers that missed their own end, and what a store remembers of them: TiKV's scenarios by their names. */
import { metapb } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import { scenario } from "./calm.ts"
import { peerOn, type Steps } from "./steps.ts"

const impatient = { stalePeerCheckMs: 500 }

/** No peer, no data of the region, no log. */
const untilGone = (s: Steps, store: SimStore, regionId: number): void => {
  untilEmpty(s, store, regionId)
  s.until(
    `${store.host.name} has no log of region ${regionId}`,
    () => !store.running!.raftLog.groups().includes(regionId)
  )
}

/**
 * No peer, no data of the region, no entries. Votes may be there: those of a peer that never had more stay where it was
 * removed while its store was down. Nobody there knows which peer gave them, and to forget the votes of one that is yet to
 * come would be worse than a few bytes.
 */
const untilEmpty = (s: Steps, store: SimStore, regionId: number): void =>
  s.until(`${store.host.name} has nothing of region ${regionId} any more`, () => {
    const { running } = store
    if (running === undefined || s.status(store, regionId) !== undefined) return false
    return s.entries(store) === 0 && (running.raftLog.group(regionId)?.lastIndex ?? 0) === 0
  })

const outOfRegion = scenario(
  "stale_peer_out_of_region",
  "while a peer is cut off everybody it knew is replaced: back again, it asks the scheduler and leaves",
  { stores: 6, store: impatient },
  (s: Steps) => {
    s.put("k", "1")
    const { id } = s.region("k")
    const [stale] = s.followers("k")
    const known = s.region("k").peers
    s.holds(stale!, "k", "1")
    s.cutOff(stale!)
    const spares = s.spares("k")
    for (const spare of spares) s.addPeer("k", spare)
    s.transferLeader("k", spares[0]!)
    for (const { storeId } of known) s.removePeer("k", s.cluster.storeOf(storeId)!)
    s.put("k", "2")
    s.assert(s.local(stale!, "k") === "1", "the stale peer is gone although nobody could tell it")
    s.heal()
    untilGone(s, stale!, id)
    s.mustGet("k", "2")
  }
)

const withoutData = scenario(
  "stale_peer_without_data",
  "a peer that never got its data is removed: it leaves, and an old vote does not bring it back, nor after a restart",
  { stores: 4, store: impatient },
  (s: Steps) => {
    s.put("k", "1")
    const { id } = s.region("k")
    const [empty] = s.spares("k")
    const gate = s.wires.gate((_head, _from, to) => (to === empty ? "break" : undefined))
    // Everything that is sent to the peer is heard, and once more later, as if it had been on the way for long.
    const echo = s.wires.record((message, _from, to) => to === empty && message.regionId === id)
    const removed = s.addPeer("k", empty!)
    s.until("the new peer is there, empty", () => s.status(empty!, id)?.region.peers.length === 0)
    s.forMs(s.rng.double() * 100)
    s.removePeer("k", empty!)
    s.until("it leaves", () => s.status(empty!, id) === undefined)
    s.assert(echo.count > 0, "nothing was sent to it")
    echo.end()
    echo.deliver()
    s.forMs(50)
    s.assert(s.status(empty!, id) === undefined, "late messages brought it back")
    s.restart(empty!)
    echo.deliver()
    s.forMs(50)
    s.assert(s.status(empty!, id) === undefined, "late messages brought it back after a restart")
    gate.end()
    const again = s.addPeer("k", empty!)
    s.holds(empty!, "k", "1")
    s.assert(again.id !== removed.id && s.status(empty!, id)?.peerId === again.id, "not the new peer")
  }
)

const staleLearner = scenario(
  "stale_learner",
  "a learner is removed while it is cut off: it never campaigns, so nobody would tell it; it asks",
  { stores: 4, store: impatient },
  (s: Steps) => {
    s.put("k", "1")
    const { id } = s.region("k")
    const [learner] = s.spares("k")
    s.addPeer("k", learner!, metapb.PeerRole.Learner)
    s.holds(learner!, "k", "1")
    s.cutOff(learner!)
    s.removePeer("k", learner!)
    s.forMs(s.rng.double() * 700)
    s.assert(s.local(learner!, "k") === "1", "the learner is gone although nobody could tell it")
    s.heal()
    untilGone(s, learner!, id)
  }
)

const readd = scenario(
  "readd_peer",
  "a peer is removed and another one added on its store while that is cut off: the new one takes the place of the old",
  {},
  (s: Steps) => {
    s.put("k1", "1")
    const { id } = s.region("k1")
    const [store] = s.followers("k1")
    s.holds(store!, "k1", "1")
    const old = s.status(store!, id)!.peerId
    s.isolate(store!)
    s.removePeer("k1", store!)
    const added = s.addPeer("k1", store!)
    s.put("k2", "2")
    s.assert(s.status(store!, id)?.peerId === old, "the old peer went by itself")
    s.heal()
    s.holds(store!, "k2", "2")
    s.holds(store!, "k1", "1")
    s.assert(s.status(store!, id)?.peerId === added.id, "not the new peer")
  }
)

const tombstone = scenario(
  "safe_tombstone_gc",
  "what was sent to a peer before it was removed arrives long after: it stays away, also after restarts and power loss",
  { stores: 4 },
  (s: Steps) => {
    for (let i = 0; i < 5; i++) s.put(`k${i}`, "v")
    const { id } = s.region("k")
    const [store] = s.followers("k")
    s.holds(store!, "k4", "v")
    const echo = s.wires.record((message, _from, to) => to === store && message.regionId === id)
    // Votes too: they are what makes peers.
    s.transferLeader("k", s.followers("k").find((one) => one !== store)!)
    s.put("k5", "v")
    s.forMs(100)
    s.removePeer("k", store!)
    echo.end()
    untilGone(s, store!, id)
    for (let round = 0; round < 3; round++) {
      echo.deliver()
      s.forMs(s.rng.double() * 200)
      s.assert(s.status(store!, id) === undefined, "a removed peer is back")
      if (s.rng.chance(0.5)) s.restart(store!)
      else {
        s.stop(store!)
        s.start(store!)
      }
    }
    s.assert(s.entries(store!) === 0, "data is back")
  }
)

const fastDestroy = scenario(
  "fast_destroy",
  "a store loses power while a removed peer's data goes, and the region comes back to it at once: each time all of it",
  {},
  (s: Steps) => {
    for (let i = 0; i < 10; i++) s.put(`k${i}`, "v")
    const [store] = s.followers("k")
    for (let round = 0; round < 4; round++) {
      s.holds(store!, "k9", "v")
      const { store: leading, region } = s.leader("k")
      if (leading === store) s.transferLeader("k", s.followers("k")[0]!)
      s.rng.chance(0.5) ? s.kill(store!) : armCrash(s, store!)
      s.removePeer("k", store!)
      s.forMs(s.rng.double() * 40)
      store!.disk.disarm()
      if (!store!.host.isUp) s.start(store!)
      if (s.rng.chance(0.5)) untilEmpty(s, store!, region.id)
      const added = s.addPeer("k", store!)
      s.until("the new peer is there", () => s.status(store!, region.id)?.peerId === added.id)
      s.put(`round${round}`, "v")
      s.holds(store!, `round${round}`, "v")
      s.assert(peerOn(s.region("k"), store!)?.id === added.id, "not the new peer")
    }
    s.mustGet("k0", "v")
  }
)

const armCrash = (s: Steps, store: SimStore): void => {
  const point = s.rng.pick([undefined, "append", "write", "sync"] as const)
  store.disk.crashAt(point, s.rng.pick(["before", "after"]), () => s.kill(store))
}

export const stalePeers: ReadonlyArray<Workload> = [
  outOfRegion,
  withoutData,
  staleLearner,
  readd,
  tombstone,
  fastDestroy
]
