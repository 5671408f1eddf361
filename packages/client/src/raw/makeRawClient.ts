/**
 * The raw client over any scheduler and stores that can be called: those behind sockets (networkClient.ts) and those of
 * this process (embedded/). Arguments are checked here, before anything is sent; big calls are cut into commands, and
 * what a command left over because its region had split goes into the next round.
 */
import { compareBytes, EMPTY, type KeyCodec, type kvrpcpb, type metapb, nextKey, prefixEnd } from "@reefkv/wire"
import { Clock, Effect, FiberSet, Option, Random, Result, Scheduler, type Scope, Stream } from "effect"
import { type Bytes, own, toBytes, toKey, toValue } from "../Bytes.ts"
import { invalidArgument, KvError } from "../KvError.ts"
import type { PdClient, RegionInfo } from "../pd/PdClient.ts"
import type { Command, CommandName, Replies } from "../routing/Command.ts"
import { Dispatcher } from "../routing/Dispatcher.ts"
import { Locator } from "../routing/Locator.ts"
import { type CachedRegion, type ContextBase, RegionCache } from "../routing/RegionCache.ts"
import type { Stores, StoresOptions } from "../store/Stores.ts"
import {
  type BatchCommand,
  batchDeleteCommand,
  batchGetCommand,
  batchPutCommand,
  checksumCommand,
  chunks,
  deleteCommand,
  deleteRangeCommand,
  GetCommand,
  type KeyItem,
  type PageOptions,
  type PairItem,
  PutCommand,
  type Range,
  scanCommand,
  splitCommand,
  swapCommand,
  ttlCommand
} from "./commands.ts"
import type {
  CallOptions,
  Entry,
  KeyRangeOptions,
  PutOptions,
  RawClientService,
  RegionDescription,
  ScanOptions,
  WriteOptions
} from "./RawClient.ts"

/** Requests of one batch call under way at once. */
const BATCH_CONCURRENCY = 32
/** Entries in one page of a scan unless asked otherwise; a store gives 10 240 at most. */
const PAGE_ENTRIES = 512
const PAGE_ENTRIES_MAX = 10_240
/** Regions in one answer of the scheduler. */
const REGIONS_PAGE = 1_024
const TIMEOUT_MAX_MS = 2 ** 31 - 1

export interface RawClientParts {
  readonly pd: PdClient
  readonly makeStores: (options: Pick<StoresOptions, "fork" | "defer">) => Effect.Effect<Stores, never, Scope.Scope>
  readonly codec: KeyCodec
  readonly context: ContextBase
  readonly options: RawClientOptions
}

/** Times in milliseconds. */
export interface RawClientOptions {
  /** For calls that do not say. */
  readonly timeoutMs: number
  /** After this long without an answer another peer is tried, within `timeoutMs`. */
  readonly attemptTimeoutMs: number
  readonly regionsMax: number
  readonly openCallsMax: number
  /** For writes that do not say; see WriteOptions. */
  readonly resendWrites: boolean
}

export const defaultRawClientOptions: RawClientOptions = {
  timeoutMs: 15_000,
  attemptTimeoutMs: 5_000,
  regionsMax: 65_536,
  openCallsMax: 65_536,
  resendWrites: true
}

interface Answer<N extends CommandName> {
  readonly reply: Replies[N]
  readonly region: CachedRegion
}

export const makeRawClient = Effect.fnUntraced(function* ({
  codec,
  context,
  makeStores,
  options: settings,
  pd
}: RawClientParts): Effect.fn.Return<RawClientService, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const random = yield* Random.Random
  const scheduler = yield* Scheduler.Scheduler
  const turns = scheduler.makeDispatcher()
  const defer = (task: () => void): void => turns.scheduleTask(task, 0)
  const fork = yield* FiberSet.makeRuntime<never, void, never>()
  const stores = yield* makeStores({ fork, defer })
  const cache = new RegionCache({ codec, context, regionsMax: settings.regionsMax })
  const locator = new Locator({ pd, cache, codec, clock, fork, defer })
  const { attemptTimeoutMs, openCallsMax } = settings
  const dispatcher = new Dispatcher({
    cache,
    locator,
    stores,
    clock,
    random,
    fork,
    attemptTimeoutMs,
    openCallsMax
  })
  // Runs before the fibers above are interrupted, so that every open call hears of the end.
  let closed = false
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      closed = true
      locator.close()
      dispatcher.close()
    })
  )

  const timeoutOf = (options: CallOptions | undefined): number => {
    const timeoutMs = options?.timeoutMs ?? settings.timeoutMs
    if (timeoutMs > 0 && timeoutMs <= TIMEOUT_MAX_MS) return timeoutMs
    throw invalidArgument(`timeoutMs must be between 1 and ${TIMEOUT_MAX_MS}, this is ${timeoutMs}`)
  }
  const deadlineOf = (options: CallOptions | undefined): number => clock.currentTimeMillisUnsafe() + timeoutOf(options)
  const resendOf = (options: WriteOptions | undefined): boolean => options?.resendWrites ?? settings.resendWrites
  const cfOf = (options: CallOptions | undefined): string => options?.columnFamily ?? ""

  const run = <N extends CommandName>(command: Command<N>, timeoutMs: number): Effect.Effect<Answer<N>, KvError> =>
    Effect.callback((resume) => {
      const call = dispatcher.start(command, timeoutMs, {
        onReply: (reply, region) => resume(Effect.succeed({ reply, region })),
        onFail: (error) => resume(Effect.fail(error))
      })
      return Effect.sync(() => dispatcher.cancel(call))
    })

  /** One command of a call that needs several; the time that is left is for all of them. */
  const runUntil = <N extends CommandName>(
    command: Command<N>,
    deadlineMs: number
  ): Effect.Effect<Answer<N>, KvError> =>
    Effect.suspend(() => run(command, Math.max(1, deadlineMs - clock.currentTimeMillisUnsafe())))

  const started = <A>(start: () => Effect.Effect<A, KvError>): Effect.Effect<A, KvError> =>
    Effect.suspend(() => {
      if (closed) return Effect.fail(new KvError({ reason: "closed", message: "the client is closed" }))
      try {
        return start()
      } catch (error) {
        if (error instanceof KvError) return Effect.fail(error)
        throw error
      }
    })

  const promised = <N extends CommandName, A>(
    start: () => { readonly command: Command<N>; readonly timeoutMs: number },
    answer: (reply: Replies[N]) => A
  ): Promise<A> =>
    new Promise((resolve, reject) => {
      // What `start` throws rejects the promise: that is how Promise works.
      const { command, timeoutMs } = start()
      dispatcher.start(command, timeoutMs, { onReply: (reply) => resolve(answer(reply)), onFail: reject })
    })

  const getParts = (key: Bytes, options?: CallOptions) => ({
    command: new GetCommand(codec, toKey(key), cfOf(options)),
    timeoutMs: timeoutOf(options)
  })
  const putParts = (key: Bytes, value: Bytes, options?: PutOptions) => ({
    command: new PutCommand(codec, toKey(key), toValue(value), cfOf(options), ttlOf(options), resendOf(options)),
    timeoutMs: timeoutOf(options)
  })
  const deleteParts = (key: Bytes, options?: WriteOptions) => ({
    command: deleteCommand(codec, toKey(key), cfOf(options), resendOf(options)),
    timeoutMs: timeoutOf(options)
  })

  /** The region of each item, asking the scheduler for all that are not known together. */
  const locateAll = Effect.fnUntraced(function* <Item extends KeyItem>(
    items: ReadonlyArray<Item>,
    deadlineMs: number
  ): Effect.fn.Return<ReadonlyArray<ReadonlyArray<Item>>, KvError> {
    const groups = new Map<CachedRegion, Array<Item>>()
    const unknown: Array<Item> = []
    const put = (region: CachedRegion, item: Item): void => {
      const group = groups.get(region)
      if (group === undefined) groups.set(region, [item])
      else group.push(item)
    }
    for (const item of items) {
      const region = cache.locate(item.key)
      if (region === undefined) unknown.push(item)
      else put(region, item)
    }
    if (unknown.length === 0) return [...groups.values()]
    const failed = yield* Effect.callback<KvError | undefined>((resume) => {
      let open = unknown.length
      let failure: KvError | undefined
      for (const item of unknown) {
        locator.locate(item.key, false, (located) => {
          if (Result.isFailure(located)) failure = located.failure
          if (--open === 0) resume(Effect.succeed(failure))
        })
      }
    })
    // The calls that need those regions ask again, as long as they have time; only a refusal is the end.
    if (failed !== undefined && failed.reason !== "unavailable") return yield* failed
    if (clock.currentTimeMillisUnsafe() >= deadlineMs) {
      return yield* new KvError({ reason: "deadline", message: "the regions of the keys were not found in time" })
    }
    const alone: Array<ReadonlyArray<Item>> = []
    for (const item of unknown) {
      const region = cache.locate(item.key)
      if (region === undefined) alone.push([item])
      else put(region, item)
    }
    return [...groups.values(), ...alone]
  })

  const runBatch = Effect.fnUntraced(function* <N extends CommandName, Item extends KeyItem>(
    items: ReadonlyArray<Item>,
    deadlineMs: number,
    make: (items: ReadonlyArray<Item>) => BatchCommand<N, Item>,
    onReply: (reply: Replies[N], region: CachedRegion) => KvError | undefined
  ): Effect.fn.Return<void, KvError> {
    let rest = items
    while (rest.length > 0) {
      const groups = (yield* locateAll(rest, deadlineMs)).flatMap(chunks)
      const left: Array<Item> = []
      yield* Effect.forEach(
        groups,
        (group) => {
          const batch = make(group)
          return Effect.flatMap(runUntil(batch.command, deadlineMs), ({ region, reply }) => {
            const failure = onReply(reply, region)
            if (failure !== undefined) return Effect.fail(failure)
            const taken = new Set(batch.taken())
            if (taken.size < group.length) left.push(...group.filter((item) => !taken.has(item)))
            return Effect.void
          })
        },
        { concurrency: BATCH_CONCURRENCY, discard: true }
      )
      rest = left
    }
  })

  const pairsOf = (pairs: ReadonlyArray<kvrpcpb.KvPair>): Array<Entry> | KvError => {
    const entries: Array<Entry> = []
    for (const pair of pairs) {
      if (pair.error !== undefined) return new KvError({ reason: "refused", message: textOf(pair.error) })
      entries.push([own(codec.decodeKey(pair.key)), own(pair.value)])
    }
    return entries
  }

  /** One page, and the range that is left; undefined when nothing is. */
  const page = Effect.fnUntraced(function* (
    range: Range,
    options: PageOptions,
    timeoutMs: number
  ): Effect.fn.Return<readonly [Array<Entry>, Range | undefined], KvError> {
    const { region, reply } = yield* run(scanCommand(codec, range, options), timeoutMs)
    const entries = pairsOf(reply.kvs)
    if (entries instanceof KvError) return yield* entries
    const last = entries.at(-1)
    if (options.reverse) {
      if (last !== undefined && entries.length >= options.limit) return [entries, nonEmpty(range.start, last[0])]
      return [entries, region.start.length === 0 ? undefined : nonEmpty(range.start, region.start)]
    }
    if (last !== undefined && entries.length >= options.limit) return [entries, nonEmpty(nextKey(last[0]), range.end)]
    return [entries, region.end.length === 0 ? undefined : nonEmpty(region.end, range.end)]
  })

  const scan = (options: ScanOptions = {}): Stream.Stream<Entry, KvError> =>
    Stream.unwrap(
      started(() => {
        const timeoutMs = timeoutOf(options)
        const limit = countOf("limit", options.limit ?? Number.MAX_SAFE_INTEGER)
        const pageSize = Math.min(PAGE_ENTRIES_MAX, countOf("pageSize", options.pageSize ?? PAGE_ENTRIES))
        const reverse = options.reverse ?? false
        const keysOnly = options.keysOnly ?? false
        const cf = cfOf(options)
        const first = { range: nonEmpty(...boundsOf(options)), left: limit }
        return Effect.succeed(
          Stream.paginate(first, ({ left, range }) => {
            if (range === undefined || left === 0) return Effect.succeed([[], Option.none()] as const)
            const pageOptions = { cf, limit: Math.min(left, pageSize), reverse, keysOnly }
            return Effect.map(page(range, pageOptions, timeoutMs), ([entries, rest]) => [
              entries,
              rest === undefined || entries.length === left
                ? Option.none()
                : Option.some({ range: rest, left: left - entries.length })
            ])
          })
        )
      })
    )

  const describe = (info: RegionInfo): ReadonlyArray<RegionDescription> => {
    const { leader, region } = info
    if (region.regionEpoch === undefined) return []
    try {
      const { end, start } = codec.decodeRegionRange({ start: region.startKey, end: region.endKey })
      return [
        { id: region.id, start: own(start), end: own(end), epoch: region.regionEpoch, peers: region.peers, leader }
      ]
    } catch {
      // Outside this client's keyspace.
      return []
    }
  }

  return {
    get: (key, options) =>
      started(() => {
        const { command, timeoutMs } = getParts(key, options)
        return Effect.map(run(command, timeoutMs), ({ reply }) => valueOf(reply))
      }),
    put: (key, value, options) =>
      started(() => {
        const { command, timeoutMs } = putParts(key, value, options)
        return Effect.asVoid(run(command, timeoutMs))
      }),
    delete: (key, options) =>
      started(() => {
        const { command, timeoutMs } = deleteParts(key, options)
        return Effect.asVoid(run(command, timeoutMs))
      }),
    getAsync: (key, options) => promised(() => getParts(key, options), valueOf),
    putAsync: (key, value, options) => promised(() => putParts(key, value, options), nothing),
    deleteAsync: (key, options) => promised(() => deleteParts(key, options), nothing),

    batchGet: (keys, options) =>
      started(() => {
        const items = itemsOf(keys)
        const values = new Map<string, Uint8Array>()
        const onReply = ({ pairs }: kvrpcpb.RawBatchGetResponse): KvError | undefined => {
          const entries = pairsOf(pairs)
          if (entries instanceof KvError) return entries
          for (const [key, value] of entries) values.set(idOf(key), value)
          return undefined
        }
        const make = (group: ReadonlyArray<KeyItem>) => batchGetCommand(codec, group, cfOf(options))
        return Effect.map(runBatch(items, deadlineOf(options), make, onReply), () =>
          items.map(({ key }) => values.get(idOf(key)))
        )
      }),
    batchPut: (entries, options) =>
      started(() => {
        const items: Array<PairItem> = []
        for (const [key, value] of entries) items.push({ index: items.length, key: toKey(key), value: toValue(value) })
        const ttl = ttlOf(options)
        const make = (group: ReadonlyArray<PairItem>) =>
          batchPutCommand(codec, group, cfOf(options), ttl, resendOf(options))
        return runBatch(items, deadlineOf(options), make, noFailure)
      }),
    batchDelete: (keys, options) =>
      started(() => {
        const make = (group: ReadonlyArray<KeyItem>) =>
          batchDeleteCommand(codec, group, cfOf(options), resendOf(options))
        return runBatch(itemsOf(keys), deadlineOf(options), make, noFailure)
      }),
    deleteRange: (range, options) =>
      started(() => {
        if (range.start === undefined && range.end === undefined && range.prefix === undefined) {
          throw invalidArgument('deleteRange needs a start, an end or a prefix; { start: "" } stands for every key')
        }
        const deadlineMs = deadlineOf(options)
        const first = nonEmpty(...boundsOf(range))
        return Effect.gen(function* () {
          for (let rest = first; rest !== undefined; ) {
            const command = deleteRangeCommand(codec, rest, cfOf(options), resendOf(options))
            const { region }: Answer<"rawDeleteRange"> = yield* runUntil(command, deadlineMs)
            rest = region.end.length === 0 ? undefined : nonEmpty(region.end, rest.end)
          }
        })
      }),

    scan,
    scanBatch: (ranges, options) =>
      started(() => {
        const { eachLimit, ...common } = options
        const limit = countOf("eachLimit", eachLimit)
        const scans = [...ranges].map((range) => Stream.runCollect(scan({ ...common, ...range, limit })))
        return Effect.all(scans, { concurrency: BATCH_CONCURRENCY })
      }),

    compareAndSwap: (key, expected, value, options) =>
      started(() => {
        const before = expected === undefined ? undefined : toValue(expected)
        const command = swapCommand(codec, toKey(key), before, toValue(value), cfOf(options), ttlOf(options))
        return Effect.map(run(command, timeoutOf(options)), ({ reply }) => ({
          swapped: reply.succeed,
          previous: reply.previousNotExist ? undefined : own(reply.previousValue)
        }))
      }),
    getKeyTtl: (key, options) =>
      started(() =>
        Effect.map(run(ttlCommand(codec, toKey(key), cfOf(options)), timeoutOf(options)), ({ reply }) =>
          reply.notFound ? undefined : reply.ttl === 0 ? Number.POSITIVE_INFINITY : reply.ttl
        )
      ),
    checksum: (range = {}, options) =>
      started(() => {
        const deadlineMs = deadlineOf(options)
        const first = nonEmpty(...boundsOf(range))
        return Effect.gen(function* () {
          let total = { checksum: 0n, totalKvs: 0, totalBytes: 0 }
          for (let rest = first; rest !== undefined; ) {
            const { region, reply }: Answer<"rawChecksum"> = yield* runUntil(checksumCommand(codec, rest), deadlineMs)
            total = {
              checksum: total.checksum ^ reply.checksum,
              totalKvs: total.totalKvs + reply.totalKvs,
              totalBytes: total.totalBytes + reply.totalBytes
            }
            rest = region.end.length === 0 ? undefined : nonEmpty(region.end, rest.end)
          }
          return total
        })
      }),

    splitRegions: (keys, options) =>
      started(() => {
        const sorted = itemsOf(keys).sort((a, b) => compareBytes(a.key, b.key))
        const items = sorted.filter(({ key }, i) => i === 0 || compareBytes(key, sorted[i - 1]?.key ?? EMPTY) !== 0)
        const made = new Map<number, RegionInfo>()
        const onReply = (reply: kvrpcpb.SplitRegionResponse, parent: CachedRegion): KvError | undefined => {
          const [refusal] = reply.errors
          if (refusal !== undefined) return new KvError({ reason: "refused", message: textOf(refusal) })
          for (const region of reply.regions) {
            const leader = region.peers.find(({ storeId }) => storeId === parent.peer.storeId)
            cache.insert(region, leader)
            made.set(region.id, { region, leader })
          }
          return undefined
        }
        const make = (group: ReadonlyArray<KeyItem>) => splitCommand(codec, group)
        return Effect.map(runBatch(items, deadlineOf(options), make, onReply), () =>
          [...made.values()].flatMap(describe).sort((a, b) => compareBytes(a.start, b.start))
        )
      }),
    regions: (range = {}, options) =>
      started(() => {
        const deadlineMs = deadlineOf(options)
        const [start, end] = boundsOf(range)
        return Effect.gen(function* () {
          const found: Array<RegionDescription> = []
          let bounds = codec.encodeRegionRange({ start, end })
          for (;;) {
            const infos = yield* pd.scanRegions(bounds, REGIONS_PAGE, deadlineMs)
            found.push(...infos.flatMap(describe))
            const last: metapb.Region | undefined = infos.at(-1)?.region
            if (last === undefined || infos.length < REGIONS_PAGE || last.endKey.length === 0) return found
            if (bounds.end.length > 0 && compareBytes(last.endKey, bounds.end) >= 0) return found
            bounds = { start: last.endKey, end: bounds.end }
          }
        })
      }),
    stores: (options) => started(() => pd.allStores(deadlineOf(options))),

    stats: () => ({ openCalls: dispatcher.openCalls, cachedRegions: cache.size })
  }
})

const nothing = (): void => undefined
const noFailure = (): undefined => undefined

const valueOf = (reply: kvrpcpb.RawGetResponse): Uint8Array | undefined =>
  reply.notFound ? undefined : own(reply.value)

const itemsOf = (keys: Iterable<Bytes>): Array<KeyItem> => {
  const items: Array<KeyItem> = []
  for (const key of keys) items.push({ index: items.length, key: toKey(key) })
  return items
}

const ttlOf = (options: PutOptions | undefined): number => {
  const ttl = options?.ttlSeconds
  if (ttl === undefined) return 0
  if (Number.isSafeInteger(ttl) && ttl > 0) return ttl
  throw invalidArgument(`ttlSeconds must be a whole number of seconds from 1 on, this is ${ttl}`)
}

const countOf = (name: string, count: number): number => {
  if (Number.isSafeInteger(count) && count >= 0) return count
  throw invalidArgument(`${name} must be a whole number, this is ${count}`)
}

const boundsOf = ({ end, prefix, start }: KeyRangeOptions): readonly [start: Uint8Array, end: Uint8Array] => {
  if (prefix === undefined)
    return [start === undefined ? EMPTY : toBytes(start), end === undefined ? EMPTY : toBytes(end)]
  if (start !== undefined || end !== undefined) throw invalidArgument("a range is given by prefix or by start and end")
  const from = toBytes(prefix)
  return [from, prefixEnd(from)]
}

/** The range, unless it holds no key. */
const nonEmpty = (start: Uint8Array, end: Uint8Array): Range | undefined =>
  end.length > 0 && compareBytes(start, end) >= 0 ? undefined : { start, end }

/** A key as a map key: one char per byte. */
const idOf = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1")

const textOf = (error: kvrpcpb.KeyError): string => error.abort || error.retryable || "the store refused without a word"
