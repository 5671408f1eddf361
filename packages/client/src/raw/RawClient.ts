/**
 * The raw client: single keys, batches, ranges and scans over a whole cluster, as Effects and Streams. Each value is read
 * and written on its own; there are no transactions here.
 *
 * What holds for every method: it ends within its `timeoutMs`; it fails with KvError, whose reason says what is known about
 * the data; interrupting it gives up waiting, and a write that was already sent may still be applied. A write whose answer
 * was lost is sent again, unless `resendWrites` is off: the value is then there, but between the two it may have been
 * overwritten by somebody else and come back. Compare-and-swap is never sent twice unless the store said that the first
 * one did nothing.
 */
import type { metapb, RegionId } from "@reefkv/wire"
import { Context, type Effect, type Stream } from "effect"
import type { Bytes } from "../Bytes.ts"
import type { KvError } from "../KvError.ts"

export interface CallOptions {
  /** Milliseconds until the call fails; the client's own `timeoutMs` when left out. */
  readonly timeoutMs?: number
  /** `default`, or another family the cluster's API version has. */
  readonly columnFamily?: string
}

export interface WriteOptions extends CallOptions {
  /** False: a write whose answer was lost fails as `undetermined` instead of being sent again. */
  readonly resendWrites?: boolean
  /** Takes its turn with compare-and-swaps of the same key; costs more. Range deletes ignore it. */
  readonly atomic?: boolean
}

export interface PutOptions extends WriteOptions {
  /** Seconds until the value is gone; it stays when left out. The cluster must have TTLs on. */
  readonly ttlSeconds?: number
}

/** `[start, end)`; what is left out is open. `prefix` stands for both and excludes them. */
export interface KeyRangeOptions {
  readonly start?: Bytes
  readonly end?: Bytes
  readonly prefix?: Bytes
}

export interface ScanOptions extends CallOptions, KeyRangeOptions {
  /** Entries at most; all when left out. */
  readonly limit?: number
  /** From the end of the range to its start. */
  readonly reverse?: boolean
  /** Values come back empty and are not sent. */
  readonly keysOnly?: boolean
  /** Entries asked for at once. `timeoutMs` is for each such page. */
  readonly pageSize?: number
}

export interface ScanBatchOptions extends CallOptions {
  /** Entries at most from each range. */
  readonly eachLimit: number
  readonly reverse?: boolean
  readonly keysOnly?: boolean
}

export type Entry = readonly [key: Uint8Array, value: Uint8Array]

export interface Swapped {
  readonly swapped: boolean
  /** The value before, swapped or not; undefined when there was none. */
  readonly previous: Uint8Array | undefined
}

export interface RangeChecksum {
  /** The xor over all pairs of the CRC-64/XZ of key then value, keys as the store writes them. */
  readonly checksum: bigint
  readonly totalKvs: number
  readonly totalBytes: number
}

export interface RegionDescription {
  readonly id: RegionId
  /** `[start, end)` in user keys, clipped to the client's keyspace; an empty end is +∞. */
  readonly start: Uint8Array
  readonly end: Uint8Array
  readonly epoch: metapb.RegionEpoch
  readonly peers: ReadonlyArray<metapb.Peer>
  readonly leader: metapb.Peer | undefined
}

export interface RawClientService {
  readonly get: (key: Bytes, options?: CallOptions) => Effect.Effect<Uint8Array | undefined, KvError>
  /** One value or undefined for each key, in the order of the keys. Not a snapshot. */
  readonly batchGet: (
    keys: Iterable<Bytes>,
    options?: CallOptions
  ) => Effect.Effect<Array<Uint8Array | undefined>, KvError>
  readonly put: (key: Bytes, value: Bytes, options?: PutOptions) => Effect.Effect<void, KvError>
  /** Not atomic. Of a key given twice, either value may win. */
  readonly batchPut: (entries: Iterable<readonly [Bytes, Bytes]>, options?: PutOptions) => Effect.Effect<void, KvError>
  /** A key that is not there is a success. */
  readonly delete: (key: Bytes, options?: WriteOptions) => Effect.Effect<void, KvError>
  readonly batchDelete: (keys: Iterable<Bytes>, options?: WriteOptions) => Effect.Effect<void, KvError>
  /** Everything in the range, region after region; not atomic. The range must be named, if only as `{ start: "" }`. */
  readonly deleteRange: (range: KeyRangeOptions, options?: WriteOptions) => Effect.Effect<void, KvError>
  /** Entries in key order, read page by page; not a snapshot. */
  readonly scan: (options?: ScanOptions) => Stream.Stream<Entry, KvError>
  /** A short scan of each range, in the order of the ranges. */
  readonly scanBatch: (
    ranges: Iterable<KeyRangeOptions>,
    options: ScanBatchOptions
  ) => Effect.Effect<Array<Array<Entry>>, KvError>
  /**
   * Writes `value` if the present value is `expected` (undefined: no value), atomically among compare-and-swaps and writes
   * that are `atomic`; other writes of the key may come in between. Fails as `undetermined` when the answer is lost.
   */
  readonly compareAndSwap: (
    key: Bytes,
    expected: Bytes | undefined,
    value: Bytes,
    options?: PutOptions
  ) => Effect.Effect<Swapped, KvError>
  /** Seconds left; Infinity for a value that stays; undefined when there is no value. */
  readonly getKeyTtl: (key: Bytes, options?: CallOptions) => Effect.Effect<number | undefined, KvError>
  readonly checksum: (range?: KeyRangeOptions, options?: CallOptions) => Effect.Effect<RangeChecksum, KvError>
  /** Splits at each key that is not a boundary yet; the regions that came of it, ascending. */
  readonly splitRegions: (
    keys: Iterable<Bytes>,
    options?: CallOptions
  ) => Effect.Effect<Array<RegionDescription>, KvError>
  /** The regions that overlap the range, as the scheduler knows them now. */
  readonly regions: (range?: KeyRangeOptions, options?: CallOptions) => Effect.Effect<Array<RegionDescription>, KvError>
  readonly stores: (options?: CallOptions) => Effect.Effect<ReadonlyArray<metapb.Store>, KvError>

  /** `get`, `put` and `delete` without a fiber; a rejection is a KvError. For the most frequent calls. */
  readonly getAsync: (key: Bytes, options?: CallOptions) => Promise<Uint8Array | undefined>
  readonly putAsync: (key: Bytes, value: Bytes, options?: PutOptions) => Promise<void>
  readonly deleteAsync: (key: Bytes, options?: WriteOptions) => Promise<void>

  readonly stats: () => ClientStats
}

export interface ClientStats {
  readonly openCalls: number
  readonly cachedRegions: number
}

/** The service; `layer` of networkClient.ts connects it to a cluster. */
export class RawClient extends Context.Service<RawClient, RawClientService>()("@reefkv/client/RawClient") {}
