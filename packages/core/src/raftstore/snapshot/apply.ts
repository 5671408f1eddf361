/**
 * Puts a staged snapshot in place of a region's data. Driven by the peer once Raft has accepted the snapshot; the peer
 * serves and applies nothing until it is done.
 *
 * 1. Region state `Applying` with the new region: from here to step 4 the range holds neither state.
 * 2. The ranges are cleared, in slices.
 * 3. The staged chunks become batches, one each.
 * 4. Region state `Normal`, apply state at the snapshot's index, the staged chunks deleted: one batch, synced.
 *
 * After step 4 the caller resets the region's log; it acknowledges nothing before. A crash before 4 leaves `Applying`,
 * and the whole is done again from the staged chunks; a crash after 4 leaves an apply state past the end of the log, and
 * the log is reset at start. Forgetting the log's entries is safe: the snapshot's index was committed by peers that have
 * it, and this one was not among them.
 */
import { type ColumnFamily, type EngineError, type EngineService, type KeyRange, WriteBatch } from "@reefkv/engine"
import { nextKey } from "@reefkv/wire"
import { Effect } from "effect"
import { readEngine } from "../readEngine.ts"
import {
  type ApplyState,
  deleteRemoval,
  putApplyState,
  putRegionState,
  stagedChunkKey,
  stagedRange
} from "../records.ts"
import { dataFamilies, decodeChunk, putEntries, SnapshotFormatError } from "./format.ts"
import type { StagedSnapshot } from "./stage.ts"

export interface ApplySnapshotOptions {
  /**
   * Cleared besides the region's own range: what the peer covered before and no longer does. The caller has checked that
   * no other peer of this store owns any of it.
   */
  readonly alsoClear: ReadonlyArray<KeyRange>
  /** Records that must change together with the region state, such as those of regions the snapshot replaces. */
  readonly finish?: (batch: WriteBatch) => void
}

/** The apply state after the snapshot. A SnapshotFormatError means damaged staging: the peer must not be run. */
export const applySnapshot = Effect.fnUntraced(function* (
  engine: EngineService,
  staged: StagedSnapshot,
  options: ApplySnapshotOptions
): Effect.fn.Return<ApplyState, EngineError | SnapshotFormatError> {
  const { region, regionId, snapshot } = staged
  const applying = new WriteBatch()
  putRegionState(applying, { kind: "Applying", region, removedPeerId: 0 })
  yield* engine.write(applying, { sync: false })

  for (const range of options.alsoClear) yield* clearRange(engine, range)
  yield* clearRange(engine, { start: region.startKey, end: region.endKey })

  for (let seq = 0; seq < staged.chunks; seq++) {
    const batch = yield* readChunk(engine, staged, seq)
    yield* engine.write(batch, { sync: false })
    yield* Effect.yieldNow
  }

  const { index, term } = snapshot.metadata
  const applyState: ApplyState = { appliedIndex: index, appliedTerm: term, truncatedIndex: index, truncatedTerm: term }
  const done = new WriteBatch()
  putRegionState(done, { kind: "Normal", region, removedPeerId: 0 })
  putApplyState(done, regionId, applyState)
  // Of a peer that was here before: the tombstone that it belongs to is no more.
  deleteRemoval(done, regionId)
  const chunks = stagedRange(regionId)
  done.deleteRange("raft", chunks.start, chunks.end)
  options.finish?.(done)
  yield* engine.write(done, { sync: true })
  return applyState
})

const readChunk = (
  engine: EngineService,
  staged: StagedSnapshot,
  seq: number
): Effect.Effect<WriteBatch, EngineError | SnapshotFormatError> =>
  Effect.flatMap(
    readEngine(() => engine.latest.get("raft", stagedChunkKey(staged.regionId, seq))),
    (bytes) => {
      try {
        if (bytes === undefined) throw new SnapshotFormatError({ message: `staged chunk ${seq} is missing` })
        const chunk = decodeChunk(bytes)
        if (chunk.kind !== "data") throw new SnapshotFormatError({ message: `staged chunk ${seq} is not data` })
        const batch = new WriteBatch()
        putEntries(chunk.body, batch)
        return Effect.succeed(batch)
      } catch (error) {
        if (error instanceof SnapshotFormatError) return Effect.fail(error)
        throw error
      }
    }
  ).pipe(
    // The chunk is of this peer alone, and it can get another snapshot.
    Effect.mapError((error) =>
      error._tag === "EngineError" && error.reason === "corrupt" && error.key !== undefined
        ? new SnapshotFormatError({ message: `staged chunk ${seq}: ${error.message}` })
        : error
    )
  )

/** Keys found and deleted at a time: small enough not to be felt, large enough to be worth a write. */
const clearSliceKeys = 4096

/**
 * Deletes all data of the range, in slices, yielding between them. The caller owns the whole range: an empty end really
 * is +∞, and start and end both empty the whole store. Also used when a peer is destroyed.
 */
export const clearRange = Effect.fnUntraced(function* (
  engine: EngineService,
  range: KeyRange
): Effect.fn.Return<void, EngineError> {
  for (const cf of dataFamilies) {
    let from: Uint8Array | undefined = range.start
    while (from !== undefined) {
      const last: Uint8Array | undefined = yield* nthKey(engine, cf, { start: from, end: range.end }, clearSliceKeys)
      const batch = new WriteBatch()
      // Fewer keys than a slice: the rest of the range, whole, which also covers what an engine may hide from a scan.
      const end: Uint8Array = last === undefined ? range.end : nextKey(last)
      if (end.length === 0) batch.deleteFrom(cf, from)
      else batch.deleteRange(cf, from, end)
      yield* engine.write(batch, { sync: false })
      yield* Effect.yieldNow
      from = last === undefined ? undefined : nextKey(last)
    }
  }
})

/** The n-th key of the range, or undefined when it has fewer. */
const nthKey = (
  engine: EngineService,
  cf: ColumnFamily,
  range: KeyRange,
  n: number
): Effect.Effect<Uint8Array | undefined, EngineError> =>
  readEngine(() => {
    let last: Uint8Array | undefined
    let found = 0
    engine.latest.scan(cf, { ...range, limit: n, keyOnly: true }, (key) => {
      last = key
      found += 1
    })
    return found < n ? undefined : last
  })
