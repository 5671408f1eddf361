/**
 * How a peer leaves this store: removed by a membership change, replaced by a newer peer id, or found to be no member any
 * more. Idempotent at each step.
 *
 *   asked (`destroyLater`, or removal in apply)
 *     ─▶ one engine batch, synced: tombstone with peer id and epoch, apply state and staged snapshot gone, and the data;
 *        of a large region a garbage record instead, because deleting it would hold up all other regions
 *     ─▶ published: out of both maps, everything that waited is answered
 *     ─▶ the log is destroyed; until then the region is not created again, because the pass has not ended
 *     ─▶ garbage is deleted in slices by a worker (`clearGarbage`); until its record is gone too, no snapshot of any
 *        region may come to lie on its range
 *
 * A crash before the batch leaves the peer as it was; after it, the tombstone stands and the start of the store destroys
 * what is left of the log. The tombstone keeps the peer id, so that no late message can call the same peer back, and the
 * entry by which the peer left: it may have committed or acknowledged that entry, and be asked for the vote it owes by
 * somebody who has not heard that the entry is committed.
 */
import { type EngineError, type EngineService, WriteBatch } from "@reefkv/engine"
import { formatRegion, metapb, overlaps, type RegionId } from "@reefkv/wire"
import { Cause, Effect } from "effect"
import type { ApplyPass } from "./apply.ts"
import type { Peer } from "./Peer.ts"
import { undetermined } from "./proposals.ts"
import type { RegionError } from "./RegionError.ts"
import {
  deleteApplyState,
  deleteDamage,
  deleteGarbage,
  deleteRemoval,
  type Garbage,
  putGarbage,
  putRegionState,
  putRemoval,
  type Removal,
  stagedRange
} from "./records.ts"
import { regionNotFound } from "./requestChecks.ts"
import type { StoreEvent } from "./StoreEvent.ts"
import type { StoreState } from "./StoreState.ts"
import { clearRange } from "./snapshot/apply.ts"

export type DestroyCause = Extract<StoreEvent, { type: "RegionDestroyed" }>["cause"]

export interface DestroyOrder {
  readonly cause: DestroyCause
  /** The epoch that the message spoke of, for peers that never had a region of their own. */
  readonly epoch: metapb.RegionEpoch
  /** The change by which the peer left, or a later one, as told by who has applied it. */
  readonly removal?: Removal | undefined
}

/** The peer goes with the next write of the loop. Until then it takes no messages and proposes nothing. */
export const destroyLater = (
  store: StoreState,
  peer: Peer,
  cause: DestroyCause,
  { epoch, removal }: Pick<DestroyOrder, "epoch" | "removal">
): void => {
  if (peer.destroyed || peer.destroyOrder !== undefined) return
  peer.destroyOrder = { cause, epoch, removal }
  store.touch(peer)
}

/**
 * Data that belongs to a peer and to nobody else. Only an initialised region has any: empty bounds of an uninitialised
 * peer would mean the whole store.
 */
export interface OwnedRange {
  readonly _owner: RegionId
  readonly start: Uint8Array
  readonly end: Uint8Array
}
export const ownedRange = (region: metapb.Region): OwnedRange | undefined =>
  region.peers.length === 0 ? undefined : { _owner: region.id, start: region.startKey, end: region.endKey }

const dataFamilies = ["default", "lock", "write"] as const

/** A removed peer with more data than this is deleted in slices, off the loop. */
export const inlineDeleteBytesMax = 1024 * 1024

export const deleteOwnedData = (batch: WriteBatch, range: OwnedRange): void => {
  for (const cf of dataFamilies) {
    if (range.end.length === 0) batch.deleteFrom(cf, range.start)
    else batch.deleteRange(cf, range.start, range.end)
  }
}

/**
 * Writes the end of the peer. `owned`: the regions it covers, whose data goes; `known`: the region to remember; `removal`:
 * the entry by which it left, when it applied it or was told of it.
 */
export const writeTombstone = (
  pass: ApplyPass,
  peer: Peer,
  owned: ReadonlyArray<metapb.Region>,
  known: metapb.Region,
  epoch: metapb.RegionEpoch,
  removal: Removal | undefined
): void => {
  const { batch } = pass
  for (const region of owned) {
    const range = ownedRange(region)
    if (range === undefined) continue
    // Of two ranges, which a removal during a snapshot leaves, the record could only name one.
    if (peer.size.bytes <= inlineDeleteBytesMax || owned.length > 1) deleteOwnedData(batch, range)
    else {
      const garbage = { peerId: peer.id, region }
      putGarbage(batch, garbage)
      pass.garbage.push(garbage)
    }
  }
  const remembered =
    known.peers.length > 0 ? known : metapb.Region.create({ id: peer.regionId, regionEpoch: { ...epoch } })
  deleteApplyState(batch, peer.regionId)
  deleteDamage(batch, peer.regionId)
  const staged = stagedRange(peer.regionId)
  batch.deleteRange("raft", staged.start, staged.end)
  putRegionState(batch, { kind: "Tombstone", region: remembered, removedPeerId: peer.id })
  if (removal === undefined) deleteRemoval(batch, peer.regionId)
  else putRemoval(batch, peer.regionId, removal)
  pass.sync = true
}

// ---- garbage

/** Ranges that a worker is still clearing. */
export class GarbageRanges {
  private readonly ranges = new Set<Garbage>()

  add(garbage: Garbage): void {
    this.ranges.add(garbage)
  }
  delete(garbage: Garbage): void {
    this.ranges.delete(garbage)
  }
  /** Why a region may not come to lie here yet, or undefined. */
  refusal(region: metapb.Region): string | undefined {
    for (const garbage of this.ranges) {
      if (overlaps(region, garbage.region)) {
        return `${formatRegion(region)} overlaps ${formatRegion(garbage.region)}, which was removed and is still being deleted`
      }
    }
    return undefined
  }
}

/** Hands the range to the worker. Its record stands until it is cleared, so a store that stops meanwhile goes on later. */
export const startClearing = (store: StoreState, garbage: Garbage): void => {
  store.garbage.add(garbage)
  store.services.workers.clearGarbage.submit(garbage, (answer) =>
    store.mailbox.put({
      type: "result",
      run: () => {
        if (answer._tag === "Done") store.garbage.delete(garbage)
        else if (answer._tag === "Failed") throw Cause.squash(answer.cause)
        else if (answer.reason === "overflow") startClearing(store, garbage)
      }
    })
  )
}

/** Deletes the data in slices, then the record, in this order. */
export const clearGarbage = Effect.fnUntraced(function* (
  engine: EngineService,
  garbage: Garbage
): Effect.fn.Return<void, EngineError> {
  const range = ownedRange(garbage.region)
  if (range !== undefined) yield* clearRange(engine, range)
  const batch = new WriteBatch()
  deleteGarbage(batch, garbage)
  yield* engine.write(batch, { sync: false })
})

/** After the batch: the peer is gone for everybody. Second calls do nothing. */
export const publishDestroyed = (store: StoreState, peer: Peer, cause: DestroyCause): void => {
  if (peer.destroyed) return
  peer.destroyed = true
  store.peers.delete(peer.regionId)
  store.regions.replace([peer.regionId], [])
  store.snapshots.forget(peer.regionId)
  // Of a stream that came while the tombstone was written: that took away only what was staged until then.
  store.stagedDrops.push(peer.regionId)
  store.logDestroys.push(peer.regionId)
  store.damagedRegionIds.delete(peer.regionId)
  refuseAll(store, peer, regionNotFound(peer.regionId), "the peer was removed while the write was under way")
  store.counters.peersDestroyed++
  store.emit({ type: "RegionDestroyed", storeId: store.storeId, regionId: peer.regionId, peerId: peer.id, cause })
}

/** Answers everything that waits at the peer: `error` for what was not proposed, "outcome unknown" for what was. */
export const refuseAll = (store: StoreState, peer: Peer, error: RegionError, why: string): void => {
  const { answers } = store
  for (const write of peer.pendingWrites ?? []) answers.refuseWrite(write, error)
  peer.pendingWrites = undefined
  peer.proposals.clear(undetermined(why), answers)
  peer.reads.clear(error, answers)
  const split = peer.pendingSplit
  if (split !== undefined) {
    peer.pendingSplit = undefined
    if (split.caller !== undefined) answers.add(split.caller.answer, error)
  }
}
