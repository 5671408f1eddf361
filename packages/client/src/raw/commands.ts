/**
 * The raw commands on one region, each as a Command: how its request is built once the region is known. Keys are user
 * keys; the codec turns them into what requests carry.
 */
import type { GrpcError } from "@reefkv/grpc"
import { compareBytes, EMPTY, type KeyCodec, kvrpcpb } from "@reefkv/wire"
import { Effect } from "effect"
import type { BatchedName, BatchTransport, Command, CommandName, Replies, UnaryTransport } from "../routing/Command.ts"
import { type CachedRegion, holds } from "../routing/RegionCache.ts"
import type { BatchedRequest } from "../store/BatchLane.ts"
import type { StoreCalls } from "../store/StoreCalls.ts"

/** How a write is to be done. */
export interface WriteHow {
  readonly cf: string
  readonly resend: boolean
  /** Serialised with compare-and-swaps of its keys. */
  readonly forCas: boolean
}

/** The two commands that most calls are: classes, so that a call makes one object and no closures. */
export class GetCommand implements Command<"rawGet">, BatchTransport {
  readonly name = "rawGet"
  readonly kind = "batch"
  readonly before = false
  readonly write = false
  readonly resend = true
  readonly key: Uint8Array
  readonly wireKey: Uint8Array
  readonly cf: string
  readonly transport: this

  constructor(codec: KeyCodec, key: Uint8Array, cf: string) {
    this.key = key
    this.wireKey = codec.encodeKey(key)
    this.cf = cf
    this.transport = this
  }

  request({ context }: CachedRegion): BatchedRequest {
    return { case: "rawGet", value: { context, key: this.wireKey, cf: this.cf } }
  }
}

export class PutCommand implements Command<"rawPut">, BatchTransport {
  readonly name = "rawPut"
  readonly kind = "batch"
  readonly before = false
  readonly write = true
  readonly resend: boolean
  readonly key: Uint8Array
  readonly wireKey: Uint8Array
  readonly value: Uint8Array
  readonly cf: string
  readonly ttl: number
  readonly forCas: boolean
  readonly transport: this

  constructor(codec: KeyCodec, key: Uint8Array, value: Uint8Array, ttl: number, how: WriteHow) {
    this.key = key
    this.wireKey = codec.encodeKey(key)
    this.value = value
    this.cf = how.cf
    this.ttl = ttl
    this.forCas = how.forCas
    this.resend = how.resend
    this.transport = this
  }

  request({ context }: CachedRegion): BatchedRequest {
    const { cf, forCas, ttl, value, wireKey: key } = this
    return { case: "rawPut", value: { context, key, value, cf, ttl, forCas } }
  }
}

const batched = <N extends BatchedName>(
  name: N,
  key: Uint8Array,
  kind: { readonly write: boolean; readonly resend: boolean; readonly before?: boolean },
  request: (region: CachedRegion) => BatchedRequest
): Command<N> => ({ name, key, before: false, ...kind, transport: { kind: "batch", request } })

const unary = <N extends CommandName>(
  name: N,
  key: Uint8Array,
  kind: { readonly write: boolean; readonly resend: boolean },
  send: UnaryTransport<N>["send"]
): Command<N> => ({ name, key, before: false, ...kind, transport: { kind: "unary", send } })

const READ = { write: false, resend: true }

export const deleteCommand = (codec: KeyCodec, key: Uint8Array, how: WriteHow): Command<"rawDelete"> => {
  const { cf, forCas, resend } = how
  const wireKey = codec.encodeKey(key)
  return batched("rawDelete", key, { write: true, resend }, ({ context }) => ({
    case: "rawDelete",
    value: { context, key: wireKey, cf, forCas }
  }))
}

/**
 * The items at the front of a batch that one request to one region carries. `taken` is set by `request`, anew for each
 * attempt: a region that split meanwhile takes fewer. Items must all have their keys in the region of the first when the
 * command is made; those that turn out not to are left for another command.
 */
export interface BatchCommand<N extends CommandName, Item> {
  readonly command: Command<N>
  readonly taken: () => ReadonlyArray<Item>
}

const takingBatch = <N extends BatchedName, Item>(
  name: N,
  items: ReadonlyArray<Item>,
  keyOf: (item: Item) => Uint8Array,
  kind: { readonly write: boolean; readonly resend: boolean },
  request: (region: CachedRegion, items: ReadonlyArray<Item>) => BatchedRequest
): BatchCommand<N, Item> => {
  let taken: ReadonlyArray<Item> = []
  const first = items[0]
  if (first === undefined) throw new Error("a batch command without items")
  const command = batched(name, keyOf(first), kind, (region) => {
    taken = items.filter((item) => holds(region, keyOf(item)))
    return request(region, taken)
  })
  return { command, taken: () => taken }
}

export interface KeyItem {
  readonly key: Uint8Array
  readonly value?: Uint8Array
}
export interface PairItem extends KeyItem {
  readonly value: Uint8Array
}
/** Bytes of key and value. */
export const sizeOf = ({ key, value }: KeyItem): number => key.length + (value?.length ?? 0)
const keyOfItem = (item: KeyItem): Uint8Array => item.key

export const batchGetCommand = (
  codec: KeyCodec,
  items: ReadonlyArray<KeyItem>,
  cf: string
): BatchCommand<"rawBatchGet", KeyItem> =>
  takingBatch("rawBatchGet", items, keyOfItem, READ, ({ context }, taken) => ({
    case: "rawBatchGet",
    value: { context, keys: taken.map(({ key }) => codec.encodeKey(key)), cf }
  }))

export const batchPutCommand = (
  codec: KeyCodec,
  items: ReadonlyArray<PairItem>,
  ttl: number,
  { cf, forCas, resend }: WriteHow
): BatchCommand<"rawBatchPut", PairItem> =>
  takingBatch("rawBatchPut", items, keyOfItem, { write: true, resend }, ({ context }, taken) => ({
    case: "rawBatchPut",
    value: kvrpcpb.RawBatchPutRequest.create({
      context,
      pairs: taken.map(({ key, value }) => kvrpcpb.KvPair.create({ key: codec.encodeKey(key), value })),
      cf,
      forCas,
      ttls: ttl === 0 ? [] : [ttl]
    })
  }))

export const batchDeleteCommand = (
  codec: KeyCodec,
  items: ReadonlyArray<KeyItem>,
  { cf, forCas, resend }: WriteHow
): BatchCommand<"rawBatchDelete", KeyItem> =>
  takingBatch("rawBatchDelete", items, keyOfItem, { write: true, resend }, ({ context }, taken) => ({
    case: "rawBatchDelete",
    value: { context, keys: taken.map(({ key }) => codec.encodeKey(key)), cf, forCas }
  }))

/** `[start, end)` in user keys; an empty end is +∞. */
export interface Range {
  readonly start: Uint8Array
  readonly end: Uint8Array
}

/** The part of the range inside the region. */
const clip = (region: CachedRegion, { start, end }: Range): Range => ({
  start: compareBytes(region.start, start) > 0 ? region.start : start,
  end: region.end.length > 0 && (end.length === 0 || compareBytes(region.end, end) < 0) ? region.end : end
})

/** From the start of the range to its end or the region's, whichever is first. */
export const deleteRangeCommand = (
  codec: KeyCodec,
  range: Range,
  { cf, resend }: WriteHow
): Command<"rawDeleteRange"> =>
  batched("rawDeleteRange", range.start, { write: true, resend }, (region) => {
    const { end, start } = codec.encodeRange(clip(region, range))
    return { case: "rawDeleteRange", value: { context: region.context, startKey: start, endKey: end, cf } }
  })

export interface PageOptions {
  readonly cf: string
  readonly limit: number
  readonly reverse: boolean
  readonly keysOnly: boolean
}

/** The first (reverse: last) `limit` pairs of the range in the region where it begins (reverse: ends). */
export const scanCommand = (codec: KeyCodec, range: Range, options: PageOptions): Command<"rawScan"> => {
  const { cf, keysOnly: keyOnly, limit, reverse } = options
  const from = reverse ? range.end : range.start
  return batched("rawScan", from, { ...READ, before: reverse }, (region) => {
    const { end, start } = codec.encodeRange(clip(region, range))
    const bounds = reverse ? { startKey: end, endKey: start } : { startKey: start, endKey: end }
    return { case: "rawScan", value: { context: region.context, ...bounds, limit, keyOnly, cf, reverse } }
  })
}

export const ttlCommand = (codec: KeyCodec, key: Uint8Array, cf: string): Command<"rawGetKeyTtl"> => {
  const wireKey = codec.encodeKey(key)
  return unary("rawGetKeyTtl", key, READ, (calls, { context }, timeoutMs) =>
    calls.getKeyTtl({ context, key: wireKey, cf }, timeoutMs)
  )
}

export const swapCommand = (
  codec: KeyCodec,
  key: Uint8Array,
  expected: Uint8Array | undefined,
  value: Uint8Array,
  cf: string,
  ttl: number
): Command<"rawCompareAndSwap"> => {
  const wireKey = codec.encodeKey(key)
  return unary("rawCompareAndSwap", key, { write: true, resend: false }, (calls, { context }, timeoutMs) =>
    calls.compareAndSwap(
      {
        context,
        key: wireKey,
        value,
        previousNotExist: expected === undefined,
        previousValue: expected ?? EMPTY,
        cf,
        ttl,
        delete: false
      },
      timeoutMs
    )
  )
}

/** Of the range as far as the region goes. */
export const checksumCommand = (codec: KeyCodec, range: Range): Command<"rawChecksum"> =>
  unary("rawChecksum", range.start, READ, (calls, region, timeoutMs) => {
    const { end, start } = codec.encodeRange(clip(region, range))
    const ranges = [{ startKey: start, endKey: end }]
    const algorithm = kvrpcpb.ChecksumAlgorithm.Crc64_Xor
    return calls.checksum({ context: region.context, algorithm, ranges }, timeoutMs)
  })

/** Splitting twice at a key is harmless, so it may be sent again. */
export const splitCommand = (codec: KeyCodec, items: ReadonlyArray<KeyItem>): BatchCommand<"splitRegion", KeyItem> => {
  let taken: ReadonlyArray<KeyItem> = []
  const first = items[0]
  if (first === undefined) throw new Error("a split without keys")
  const command = unary("splitRegion", first.key, { write: true, resend: true }, (calls, region, timeoutMs) => {
    taken = items.filter(({ key }) => holds(region, key))
    return split(calls, codec, region, taken, timeoutMs)
  })
  return { command, taken: () => taken }
}

const split = (
  calls: StoreCalls,
  codec: KeyCodec,
  region: CachedRegion,
  items: ReadonlyArray<KeyItem>,
  timeoutMs: number
): Effect.Effect<Replies["splitRegion"], GrpcError> => {
  // A key that is a boundary already needs no split, and a store refuses it.
  const splitKeys = items
    .filter(({ key }) => compareBytes(key, region.start) !== 0)
    .map(({ key }) => codec.encodeKey(key))
  if (splitKeys.length === 0) return Effect.succeed(kvrpcpb.SplitRegionResponse.create({ regions: [region.region] }))
  const request = kvrpcpb.SplitRegionRequest.create({ context: region.context, splitKeys, isRawKv: true })
  return calls.splitRegion(request, timeoutMs)
}
