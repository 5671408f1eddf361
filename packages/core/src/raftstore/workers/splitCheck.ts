/**
 * Measures one region and finds where to cut it. Driven by the split-check worker: the peer submits a task when its size
 * estimate passes a limit (regionSize.ts) or when an operator asks for half a region; the result goes back to the peer,
 * which checks the epoch and asks the scheduler for ids (split.ts).
 *
 * The scan reads an engine snapshot in slices and yields between them. All three data column families are merged in key
 * order, because a region is full when their sum is. It always runs to the end of the range: sizes and key counts come
 * back exact even when there is nothing to cut.
 */
import type { ColumnFamily, EngineError, EngineService, KeyRange, ReadView } from "@reefkv/engine"
import { compareBytes, type KeyMode, type metapb, nextKey, type RegionId } from "@reefkv/wire"
import { Effect } from "effect"
import { readEngine } from "../readEngine.ts"
import type { StoreConfig } from "../StoreConfig.ts"

export type { KeyMode }

/** A copy of what the region was when the task was made; never a live record. */
export interface SplitCheckTask {
  readonly regionId: RegionId
  readonly range: KeyRange
  readonly epoch: metapb.RegionEpoch
  /**
   * `raw`: keys as they stand, any of them may start a region. `txn`: memcomparable keys, followed in the `default` and
   * `write` families by a timestamp; all versions of one user key, and its lock, stay in one region. A store that serves
   * both kinds of client, or API V2, uses `txn`, which is right for raw keys too (see `boundaryOf`).
   */
  readonly keyMode: KeyMode
  /** `size`: pieces of about `regionSplitBytes` when over a limit. `half`: one key in the middle, whatever the size. */
  readonly policy: "size" | "half"
}

export type SplitCheckLimits = Pick<
  StoreConfig,
  "regionMaxBytes" | "regionSplitBytes" | "regionMaxKeys" | "regionSplitKeys" | "batchSplitLimit" | "scanSliceEntries"
>

export interface SplitCheckResult {
  readonly regionId: RegionId
  readonly epoch: metapb.RegionEpoch
  /** Ascending, strictly inside the range, none in the middle of a user key. Empty when there is nothing to cut. */
  readonly splitKeys: ReadonlyArray<Uint8Array>
  /** Exact, as of the snapshot. */
  readonly bytes: number
  readonly keys: number
}

export const splitCheck = (
  engine: EngineService,
  task: SplitCheckTask,
  limits: SplitCheckLimits
): Effect.Effect<SplitCheckResult, EngineError> =>
  Effect.scoped(
    Effect.gen(function* () {
      const view = yield* engine.snapshot
      if (task.policy === "size") {
        const finder = new SplitKeyFinder(task, limits)
        yield* scanInSlices(view, task.range, limits.scanSliceEntries, finder)
        return finder.result()
      }
      // Where the middle is can only be said once the whole is known; the snapshot is the same in both scans.
      const whole = new SplitKeyFinder(task, unbounded)
      yield* scanInSlices(view, task.range, limits.scanSliceEntries, whole)
      const total = whole.result()
      const half = new SplitKeyFinder(task, {
        regionMaxBytes: 0,
        regionMaxKeys: 0,
        regionSplitBytes: Math.max(1, Math.ceil(total.bytes / 2)),
        regionSplitKeys: Number.MAX_SAFE_INTEGER,
        batchSplitLimit: 1
      })
      yield* scanInSlices(view, task.range, limits.scanSliceEntries, half)
      return half.result()
    })
  )

type FinderLimits = Omit<SplitCheckLimits, "scanSliceEntries">
const unbounded: FinderLimits = {
  regionMaxBytes: Number.MAX_SAFE_INTEGER,
  regionMaxKeys: Number.MAX_SAFE_INTEGER,
  regionSplitBytes: Number.MAX_SAFE_INTEGER,
  regionSplitKeys: Number.MAX_SAFE_INTEGER,
  batchSplitLimit: 0
}

const scanInSlices = Effect.fnUntraced(function* (
  view: ReadView,
  range: KeyRange,
  sliceEntries: number,
  finder: SplitKeyFinder
) {
  const scan = new MergedScan(view, range, sliceEntries)
  const visit = (key: Uint8Array, bytes: number): void => finder.onEntry(key, bytes)
  while (yield* readEngine(() => scan.slice(visit))) yield* Effect.yieldNow
})

/**
 * Takes entries in key order and cuts before the entry that would start a new user key once a piece is full. Each cut is
 * greater than all keys before it, so pieces never share a user key.
 */
export class SplitKeyFinder {
  private readonly task: SplitCheckTask
  private readonly limits: FinderLimits
  private readonly splitKeys: Array<Uint8Array> = []
  private bytes = 0
  private keys = 0
  private pieceBytes = 0
  private pieceKeys = 0
  /** Size of the piece left of the last cut, to give the cut back when what is right of it stays small. */
  private lastPieceBytes = 0
  private lastPieceKeys = 0
  /** Boundary of the previous entry: the user key it belongs to. */
  private previous: Uint8Array | undefined

  constructor(task: SplitCheckTask, limits: FinderLimits) {
    this.task = task
    this.limits = limits
  }

  onEntry(key: Uint8Array, bytes: number): void {
    const full = this.pieceBytes >= this.limits.regionSplitBytes || this.pieceKeys >= this.limits.regionSplitKeys
    if (full && this.splitKeys.length < this.limits.batchSplitLimit) this.maybeCut(key)
    this.bytes += bytes
    this.keys += 1
    this.pieceBytes += bytes
    this.pieceKeys += 1
    this.previous = key
  }

  private maybeCut(key: Uint8Array): void {
    const boundary = boundaryOf(this.task.keyMode, key)
    const { start, end } = this.task.range
    // The same user key goes on, or the boundary fell onto the region's own start: not here, perhaps at the next key.
    if (this.previous !== undefined && compareBytes(boundaryOf(this.task.keyMode, this.previous), boundary) === 0)
      return
    if (compareBytes(boundary, start) <= 0 || (end.length > 0 && compareBytes(boundary, end) >= 0)) return
    this.splitKeys.push(boundary)
    this.lastPieceBytes = this.pieceBytes
    this.lastPieceKeys = this.pieceKeys
    this.pieceBytes = 0
    this.pieceKeys = 0
  }

  result(): SplitCheckResult {
    const { regionMaxBytes, regionMaxKeys, batchSplitLimit } = this.limits
    let splitKeys = this.splitKeys
    if (this.bytes <= regionMaxBytes && this.keys <= regionMaxKeys) splitKeys = []
    else if (
      // More than one cut: the last piece may be a remnant that fits into the piece before it. Of a single cut both
      // sides are needed, because the whole is over the limit.
      splitKeys.length > 1 &&
      splitKeys.length < batchSplitLimit &&
      this.pieceBytes + this.lastPieceBytes <= regionMaxBytes &&
      this.pieceKeys + this.lastPieceKeys <= regionMaxKeys
    ) {
      splitKeys = splitKeys.slice(0, -1)
    }
    return {
      regionId: this.task.regionId,
      epoch: this.task.epoch,
      splitKeys,
      bytes: this.bytes,
      keys: this.keys
    }
  }
}

/**
 * The least key of the region that would begin at `key`. In `txn` mode: the shortest prefix that is a whole memcomparable
 * key, that is, everything up to the first group whose marker says "last"; what follows (a timestamp) is dropped. A key
 * without such a prefix cannot lie among the versions of any user key, all of which share one, so it is its own boundary.
 * This holds for every byte string: nothing is guessed.
 */
export const boundaryOf = (mode: KeyMode, key: Uint8Array): Uint8Array => {
  if (mode === "raw") return key
  for (let end = groupBytes; end <= key.length; end += groupBytes) {
    if (key[end - 1] !== moreMarker) return end === key.length ? key : key.slice(0, end)
  }
  return key
}
/** Memcomparable: groups of eight bytes and a marker, 0xff when more groups follow. Source: tikv `codec::bytes`. */
const groupBytes = 9
const moreMarker = 0xff

const dataFamilies = ["default", "lock", "write"] as const satisfies ReadonlyArray<ColumnFamily>

interface FamilyCursor {
  readonly cf: (typeof dataFamilies)[number]
  /** Where the next refill starts; undefined when the family has no more entries. */
  from: Uint8Array | undefined
  keys: Array<Uint8Array>
  bytes: Array<number>
  at: number
}

/**
 * The three data families as one ascending sequence of (key, entry bytes), a slice at a time. Holds at most one slice of
 * keys per family; between slices nothing is held but keys, so any writer may run.
 */
export class MergedScan {
  private readonly view: ReadView
  private readonly end: Uint8Array
  private readonly sliceEntries: number
  private readonly cursors: ReadonlyArray<FamilyCursor>

  constructor(view: ReadView, range: KeyRange, sliceEntries: number) {
    this.view = view
    this.end = range.end
    this.sliceEntries = sliceEntries
    this.cursors = dataFamilies.map((cf) => ({ cf, from: range.start, keys: [], bytes: [], at: 0 }))
  }

  /** Visits about one slice of entries; false when the scan has ended. Throws EngineError. */
  slice(visit: (key: Uint8Array, bytes: number) => void): boolean {
    for (const cursor of this.cursors) if (cursor.at === cursor.keys.length) this.refill(cursor)
    for (;;) {
      let least: FamilyCursor | undefined
      for (const cursor of this.cursors) {
        // An empty cursor that may have more decides nothing until it is refilled.
        if (cursor.at === cursor.keys.length) {
          if (cursor.from !== undefined) return true
          continue
        }
        if (least === undefined || compareBytes(cursor.keys[cursor.at]!, least.keys[least.at]!) < 0) least = cursor
      }
      if (least === undefined) return false
      visit(least.keys[least.at]!, least.bytes[least.at]!)
      least.at += 1
    }
  }

  private refill(cursor: FamilyCursor): void {
    if (cursor.from === undefined) return
    const keys: Array<Uint8Array> = []
    const bytes: Array<number> = []
    this.view.scan(cursor.cf, { start: cursor.from, end: this.end, limit: this.sliceEntries }, (key, value) => {
      keys.push(key)
      bytes.push(key.length + value.length)
    })
    cursor.from = keys.length < this.sliceEntries ? undefined : nextKey(keys[keys.length - 1]!)
    cursor.keys = keys
    cursor.bytes = bytes
    cursor.at = 0
  }
}
