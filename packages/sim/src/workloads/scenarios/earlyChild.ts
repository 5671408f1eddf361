/**
 * A new region is known on a store before its parent is: the parent's first snapshot, taken before the split, is held on
 * its way, while the child already calls for votes there. What the split finds when it is applied at last differs.
 */
import { metapb } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import { scenario } from "./calm.ts"
import { isAppend } from "./interference.ts"
import { bothHalves } from "./splits.ts"
import { addVoter, change, peerOn, remove, type Steps } from "./steps.ts"

interface Early {
  /** The store without the parent. */
  readonly late: SimStore
  readonly parentId: number
  readonly childId: number
  /** Lets the parent's snapshot pass. */
  readonly release: () => void
  /** Lets the child's snapshots pass. */
  readonly open: () => void
  readonly untilSplit: () => void
}

const early = (s: Steps, childSnapshots: "pass" | "break" | "hold"): Early => {
  s.put("a", "1")
  s.put("z", "1")
  const parentId = s.region("z").id
  const [late] = s.spares("z")
  let first: unknown
  let released = false
  let open = false
  const gate = s.wires.gate((head, _from, to) => {
    if (to !== late) return undefined
    if (head.regionId !== parentId) return open ? undefined : childSnapshots
    first ??= head
    return head === first && !released ? "hold" : undefined
  })
  s.addPeer("z", late!)
  s.until("the parent's snapshot is on its way", () => gate.asked > 0)
  s.split("m")
  const childId = s.region("a").id
  s.until("the child is on the store", () => s.status(late!, childId) !== undefined)
  return {
    late: late!,
    parentId,
    childId,
    release: () => {
      s.assert((s.status(late!, parentId)?.region.peers.length ?? 0) === 0, "the parent was there too early")
      released = true
    },
    open: () => {
      open = true
    },
    untilSplit: () =>
      s.until("the parent is split on the store", () => {
        const parent = s.status(late!, parentId)?.region
        return parent?.peers.length === 4 && parent.startKey.length > 0
      })
  }
}

const sameUninitialised = scenario(
  "split_should_split_existing_same_uninitialied_peer",
  "the child is there, empty, under the id that the split gives: it gets its range and data from the split",
  { stores: 4 },
  (s: Steps) => {
    const { late, childId, release, open, untilSplit } = early(s, "break")
    s.assert(s.status(late, childId)?.region.peers.length === 0, "the child is not empty")
    release()
    untilSplit()
    s.until("the child has its range", () => s.status(late, childId)?.region.peers.length === 4)
    s.assert(s.local(late, "a") === "1", "the child has no data")
    s.assert(
      s.countOf("SnapshotApplied", (event) => "regionId" in event && event.regionId === childId) === 0,
      "not by the split"
    )
    open()
    bothHalves(s)
  }
)

const existingRegion = scenario(
  "split_not_to_split_existing_region",
  "the child lives there already, by a snapshot: the parent's old and wide snapshot does not run it over",
  { stores: 4 },
  (s: Steps) => {
    const { late, childId, release, untilSplit } = early(s, "pass")
    s.until("the child lives on the store", () => s.status(late, childId)?.region.peers.length === 4)
    s.put("a-new", "only in the child")
    s.holds(late, "a-new", "only in the child")
    release()
    untilSplit()
    s.assert(s.local(late, "a-new") === "only in the child", "the child was run over")
    const refused = s.countOf("SnapshotRefused", (event) => "reason" in event && event.reason.includes("overlaps"))
    s.assert(refused > 0, "the wide snapshot was not refused")
    bothHalves(s)
  }
)

const existingTombstone = scenario(
  "split_not_to_split_existing_tombstone_region",
  "the child was removed from the store before the split is applied there: it stays away",
  { stores: 4 },
  (s: Steps) => {
    const { late, childId, release, untilSplit } = early(s, "break")
    s.removePeer("a", late)
    s.until("the child left", () => s.status(late, childId) === undefined)
    if (s.rng.chance(0.5)) {
      s.kill(late)
      s.start(late)
    }
    release()
    untilSplit()
    s.assert(s.status(late, childId) === undefined, "the child is back")
    s.until("the child's data does not stay", () => s.local(late, "a") === undefined)
    bothHalves(s)
  }
)

const differentUninitialised = scenario(
  "split_not_to_split_existing_different_uninitialied_peer",
  "the child was removed and is back under another peer id: the split does not touch it",
  { stores: 4 },
  (s: Steps) => {
    const { late, childId, release, open, untilSplit } = early(s, "break")
    s.removePeer("a", late)
    const peer = s.addPeer("a", late)
    s.until("the child is back as another peer", () => s.status(late, childId)?.peerId === peer.id)
    release()
    untilSplit()
    s.forMs(s.rng.double() * 50)
    s.assert(s.status(late, childId)?.peerId === peer.id, "the split's peer took its place")
    s.assert(s.status(late, childId)?.region.peers.length === 0, "the split filled it")
    s.assert(s.local(late, "a") === undefined, "data of the child stayed without the child")
    open()
    s.holds(late, "a", "1")
    bothHalves(s)
  }
)

const destroyedMeanwhile = scenario(
  "split_continue_when_destroy_peer_after_mem_check",
  "the empty child is destroyed while the split that would fill it is applied",
  { stores: 4 },
  (s: Steps) => {
    const { late, childId, release, open, untilSplit } = early(s, "break")
    late.disk.stallDataMs = s.rng.below(12)
    const { store, region } = s.leader("a")
    const peer = peerOn(region, late)!
    const waitMs = s.rng.double() * 40
    const releaseFirst = s.rng.chance(0.5)
    if (releaseFirst) {
      release()
      s.forMs(waitMs)
    }
    s.ask(store, region, change(remove(peer)))
    s.forMs(s.rng.double() * 10)
    if (!releaseFirst) release()
    untilSplit()
    s.removePeer("a", late)
    late.disk.stallDataMs = 0
    s.until("the child is gone", () => s.status(late, childId) === undefined)
    s.until("and its data", () => s.local(late, "a") === undefined)
    open()
    const again = metapb.Peer.create({ id: s.newId(), storeId: late.storeId })
    s.mustAdmin(
      "another peer",
      "a",
      () => change(addVoter(again)),
      ({ peers }) => peers.some(({ id }) => id === again.id)
    )
    s.holds(late, "a", "1")
    bothHalves(s)
  }
)

const overlapSnapshot = scenario(
  "node_split_overlap_snapshot",
  "the child's snapshot comes to a store whose parent still covers its range: refused, and nothing there changes",
  { stores: 4 },
  (s: Steps) => {
    const { late, parentId, childId, release, open, untilSplit } = early(s, "hold")
    const behind = s.wires.lose(
      (message, from, to) => to === late && message.regionId === parentId && isAppend(message, from, to)
    )
    release()
    s.until(
      "the parent is there, uncut",
      () => s.status(late, parentId)?.region.endKey.length === 0 && s.local(late, "a") === "1"
    )
    s.put("a", "2")
    open()
    s.until("the child's snapshot is refused", () =>
      s.events.some(
        ({ store, event }) => store === late && event.type === "SnapshotRefused" && event.regionId === childId
      )
    )
    s.forMs(100)
    s.assert(s.status(late, childId)?.region.peers.length === 0, "the child lives beside the parent that covers it")
    s.assert(s.local(late, "a") === "1", "the parent's data was changed")
    behind.end()
    untilSplit()
    s.holds(late, "a", "2")
    bothHalves(s)
  }
)

const pendingPeer = scenario(
  "pending_peer_in_heartbeat_during_split",
  "a peer that waits for its snapshot is told as pending for both halves of a split, until each has its data",
  { stores: 4 },
  (s: Steps) => {
    s.put("a", "1")
    const parentId = s.region("z").id
    const [late] = s.spares("a")
    const gate = s.wires.gate((_head, _from, to) => (to === late ? "break" : undefined))
    s.addPeer("a", late!)
    const pending = (regionId: number): boolean =>
      s.knownRegion(regionId)?.pendingPeers.some(({ storeId }) => storeId === late!.storeId) === true
    s.untilKnown("the new peer is pending", () => pending(parentId))
    s.split("m")
    const childId = s.region("a").id
    s.untilKnown("so it is in both halves", () => pending(parentId) && pending(childId))
    gate.end()
    s.untilKnown("until it has its data", () => !pending(parentId) && !pending(childId))
    bothHalves(s)
    s.holds(late!, "a", "1")
  }
)

export const earlyChildren: ReadonlyArray<Workload> = [
  sameUninitialised,
  existingRegion,
  existingTombstone,
  differentUninitialised,
  destroyedMeanwhile,
  overlapSnapshot,
  pendingPeer
]
