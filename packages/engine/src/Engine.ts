/**
 * The contract of an ordered store: bytes to bytes in four column families, local, synchronous to read, atomic to write.
 *
 * Reads are plain calls because the store's loop and the readers share one thread and a read never waits. Writes are
 * Effects because a disk may stall or fail. An engine knows nothing of Raft, regions or transactions.
 */
import { Context, type Effect, type Scope } from "effect"
import type { EngineError } from "./EngineError.ts"
import type { WriteBatch } from "./WriteBatch.ts"

/** `raft` holds the store's own records (region states, apply states); the other three hold user data. */
export const columnFamilies = ["default", "lock", "write", "raft"] as const
export type ColumnFamily = (typeof columnFamilies)[number]

/** `[start, end)`; an empty `end` is +∞. `start` after a non-empty `end` is an empty range, never an error. */
export interface KeyRange {
  readonly start: Uint8Array
  readonly end: Uint8Array
}

export interface ScanOptions extends KeyRange {
  /** At most this many entries; must be ≥ 0. */
  readonly limit: number
  /** From the last key below `end` down to `start`. */
  readonly reverse?: boolean
  /** Values are not read: `visit` gets an empty array. */
  readonly keyOnly?: boolean
}

/**
 * Called once per entry in order; answering `false` stops the scan. The arrays are valid after the call and must not be
 * changed. It may read; writing to the engine inside a scan of `latest` is a defect.
 */
export type Visit = (key: Uint8Array, value: Uint8Array) => boolean | undefined | void

/**
 * A durable engine answers with what was written or throws "corrupt": also where it answers that there is nothing. A value
 * that was damaged at rest throws with its `cf` and `key`, in whatever call comes upon it, until it is written anew or
 * deleted; see checksum.ts. A scan for keys only does not look at values.
 */
export interface ReadView {
  /** The value, or undefined when the key is absent. An empty value is a value. Throws EngineError. */
  get(cf: ColumnFamily, key: Uint8Array): Uint8Array | undefined
  /** Values for many keys of one column family, in the order asked. Throws EngineError. */
  getMany(cf: ColumnFamily, keys: ReadonlyArray<Uint8Array>): Array<Uint8Array | undefined>
  /** Visits `[start, end)` in byte order (or its reverse), at most `limit` entries. Throws EngineError. */
  scan(cf: ColumnFamily, options: ScanOptions, visit: Visit): void
}

/** Estimates for a range over the three data column families; cheap, and may be wrong by the engine's granularity. */
export interface RangeEstimate {
  readonly bytes: number
  readonly keys: number
}

export interface EngineStats {
  readonly kind: string
  /** Bytes on disk (or held in memory), all column families. */
  readonly sizeBytes: number
  /** Bytes the device has in all and has left; undefined where there is no device. */
  readonly capacityBytes: number | undefined
  readonly availableBytes: number | undefined
  readonly openSnapshots: number
}

export interface EngineService {
  /** "sqlite", "memory", …: what a configuration names and a data directory remembers. */
  readonly kind: string
  /**
   * The latest committed state. Consistent within one synchronous turn only: after a `yield*` it may have moved on.
   * The hot path of point reads: costs no snapshot.
   */
  readonly latest: ReadView
  /**
   * An immutable view over all column families, released with the scope. Later writes are not seen. Used after its scope
   * it throws EngineError "closed".
   */
  readonly snapshot: Effect.Effect<ReadView, EngineError, Scope.Scope>
  /**
   * Applies the batch: atomic over column families, visible on return, in the order of the calls. With `sync`, this and
   * every earlier write is durable on return. Without it a crash may lose a suffix of the writes, never a part of one and
   * never an earlier one while keeping a later one. A batch is used once; a second use is a defect. The engine may keep the
   * arrays of a batch: they must not change afterwards.
   */
  write(batch: WriteBatch, options: { readonly sync: boolean }): Effect.Effect<void, EngineError>
  /** Every earlier write is durable on return. */
  readonly sync: Effect.Effect<void, EngineError>
  approximateSize(range: KeyRange): RangeEstimate
  /**
   * At most `maxKeys` keys strictly inside the range that cut it into pieces of about `pieceBytes` over the three data
   * column families, ascending, each a key of one of them; empty when there is nothing to cut. A hint from samples or an index, not a full scan.
   */
  splitKeys(range: KeyRange, pieceBytes: number, maxKeys: number): Array<Uint8Array>
  /** Writes a complete, openable copy into the directory `path`, which must not exist. */
  checkpoint(path: string): Effect.Effect<void, EngineError>
  readonly stats: () => EngineStats
}

/** Closing is the layer's scope: after it every call throws or fails with reason "closed". */
export class Engine extends Context.Service<Engine, EngineService>()("@reefkv/engine/Engine") {}
