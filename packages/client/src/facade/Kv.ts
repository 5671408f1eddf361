/**
 * The client as most programs want it: promises, async iteration, `await using`. The same interface over a cluster
 * (`connect`) and over a store inside the process (`open`), so that a program can start with one and go on with the other.
 */
import { Effect, Stream } from "effect"
import type { Bytes } from "../Bytes.ts"
import { toText } from "../Bytes.ts"
import type {
  CallOptions,
  Entry,
  KeyRangeOptions,
  PutOptions,
  RangeChecksum,
  RawClientService,
  ScanOptions,
  Swapped,
  WriteOptions
} from "../raw/RawClient.ts"

/**
 * An ordered map from bytes to bytes. Keys and values may be given as strings, which stand for their UTF-8 bytes; they come
 * back as `Uint8Array`, or as text where a method says so. Every rejection is a KvError.
 */
export interface Kv extends AsyncDisposable {
  /** The value, or undefined when there is none. */
  get(key: Bytes, options?: CallOptions): Promise<Uint8Array | undefined>
  /** The value as text. */
  getString(key: Bytes, options?: CallOptions): Promise<string | undefined>
  /** One value or undefined for each key, in the order of the keys. Not a snapshot. */
  getMany(keys: Iterable<Bytes>, options?: CallOptions): Promise<Array<Uint8Array | undefined>>
  /** On return the value is safe and everybody reads it. */
  put(key: Bytes, value: Bytes, options?: PutOptions): Promise<void>
  /** Many at once: fast, not atomic. */
  putMany(entries: Iterable<readonly [Bytes, Bytes]>, options?: PutOptions): Promise<void>
  delete(key: Bytes, options?: WriteOptions): Promise<void>
  deleteMany(keys: Iterable<Bytes>, options?: WriteOptions): Promise<void>
  /** Deletes everything in the range; not atomic. */
  deleteRange(range: KeyRangeOptions, options?: WriteOptions): Promise<void>
  /** Entries in key order, read as the loop goes on. */
  scan(options?: ScanOptions): Scan
  /** Writes `value` if the present value is `expected`; undefined expects that there is none. */
  compareAndSwap(key: Bytes, expected: Bytes | undefined, value: Bytes, options?: PutOptions): Promise<Swapped>
  /** Seconds until the value is gone: Infinity if it stays, undefined if there is none. */
  getTtl(key: Bytes, options?: CallOptions): Promise<number | undefined>
  checksum(range?: KeyRangeOptions, options?: CallOptions): Promise<RangeChecksum>
  /** Ends what is under way and lets go of all connections or files. May be called more than once. */
  close(): Promise<void>
  /** The same client for programs written with Effect. It ends with this one. */
  readonly client: RawClientService
}

/** Not read until it is iterated, and each time anew. Leaving the loop early stops the reading. */
export interface Scan extends AsyncIterable<Entry> {
  /** Keys and values as text. */
  strings(): AsyncIterable<readonly [key: string, value: string]>
  /** All entries at once. */
  toArray(): Promise<Array<Entry>>
}

/** `close` is called at most once. */
export const makeKv = (client: RawClientService, close: () => Promise<void>): Kv => {
  let closing: Promise<void> | undefined
  const closeOnce = (): Promise<void> => {
    closing ??= close()
    return closing
  }
  return {
    client,
    get: client.getAsync,
    getString: async (key, options) => {
      const value = await client.getAsync(key, options)
      return value === undefined ? undefined : toText(value)
    },
    getMany: (keys, options) => Effect.runPromise(client.batchGet(keys, options)),
    put: client.putAsync,
    putMany: (entries, options) => Effect.runPromise(client.batchPut(entries, options)),
    delete: client.deleteAsync,
    deleteMany: (keys, options) => Effect.runPromise(client.batchDelete(keys, options)),
    deleteRange: (range, options) => Effect.runPromise(client.deleteRange(range, options)),
    scan: (options) => scanOf(client.scan(options)),
    compareAndSwap: (key, expected, value, options) =>
      Effect.runPromise(client.compareAndSwap(key, expected, value, options)),
    getTtl: (key, options) => Effect.runPromise(client.getKeyTtl(key, options)),
    checksum: (range, options) => Effect.runPromise(client.checksum(range, options)),
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce
  }
}

const scanOf = (stream: ReturnType<RawClientService["scan"]>): Scan => ({
  [Symbol.asyncIterator]: () => Stream.toAsyncIterable(stream)[Symbol.asyncIterator](),
  strings: () => Stream.toAsyncIterable(Stream.map(stream, ([key, value]) => [toText(key), toText(value)] as const)),
  toArray: () => Effect.runPromise(Stream.runCollect(stream))
})
