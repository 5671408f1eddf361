/**
 * The raw client over any scheduler and stores that can be called: those behind sockets (networkClient.ts) and those of
 * this process (embedded/). The scope drives it: closing it answers every open call, then lets go of the stores.
 */
import type { KeyCodec } from "@reefkv/wire"
import { Clock, Effect, FiberSet, Random, Scheduler, type Scope, Stream } from "effect"
import { type Bytes, own, toKey, toValue } from "../Bytes.ts"
import { invalidArgument, KvError } from "../KvError.ts"
import type { PdClient } from "../pd/PdClient.ts"
import { Dispatcher } from "../routing/Dispatcher.ts"
import { Locator } from "../routing/Locator.ts"
import { type CachedRegion, type ContextBase, RegionCache } from "../routing/RegionCache.ts"
import type { Stores, StoresOptions } from "../store/Stores.ts"
import { boundsOf, cfOf, countOf, keyItems, nonEmpty, pairItems, rangeOf, timeoutOf, ttlOf } from "./arguments.ts"
import {
  batchDeleteCommand,
  batchGetCommand,
  batchPutCommand,
  checksumCommand,
  deleteCommand,
  deleteRangeCommand,
  GetCommand,
  PutCommand,
  type Range,
  swapCommand,
  ttlCommand,
  type WriteHow
} from "./commands.ts"
import type { CallOptions, PutOptions, RawClientService, ScanOptions, WriteOptions } from "./RawClient.ts"
import { Runner } from "./Runner.ts"
import { listRegions, splitAt } from "./regionCalls.ts"
import { entriesOf, valueOf } from "./replies.ts"
import { BATCH_CONCURRENCY, runBatch } from "./runBatch.ts"
import { scan } from "./scans.ts"

export interface RawClientParts {
  readonly pd: PdClient
  readonly makeStores: (options: Pick<StoresOptions, "fork" | "defer">) => Effect.Effect<Stores, never, Scope.Scope>
  readonly codec: KeyCodec
  readonly context: ContextBase
  readonly options: Partial<RawClientOptions>
}

/** Times in milliseconds. */
export interface RawClientOptions {
  /** For calls that do not say. Default 15 000. */
  readonly timeoutMs: number
  /** After this long without an answer another peer is tried, within `timeoutMs`. Default 5 000. */
  readonly attemptTimeoutMs: number
  /** Regions remembered. Default 65 536. */
  readonly regionsMax: number
  /** Calls open at once; more are refused. Default 65 536. */
  readonly openCallsMax: number
  /** For writes that do not say; see WriteOptions. Default true. */
  readonly resendWrites: boolean
}

const defaults: RawClientOptions = {
  timeoutMs: 15_000,
  attemptTimeoutMs: 5_000,
  regionsMax: 65_536,
  openCallsMax: 65_536,
  resendWrites: true
}

/** Each option that is given, and the default for the rest. */
const withDefaults = (given: Partial<RawClientOptions>): RawClientOptions => ({
  timeoutMs: given.timeoutMs ?? defaults.timeoutMs,
  attemptTimeoutMs: given.attemptTimeoutMs ?? defaults.attemptTimeoutMs,
  regionsMax: given.regionsMax ?? defaults.regionsMax,
  openCallsMax: given.openCallsMax ?? defaults.openCallsMax,
  resendWrites: given.resendWrites ?? defaults.resendWrites
})

const validate = (options: RawClientOptions): KvError | undefined => {
  for (const name of ["timeoutMs", "attemptTimeoutMs", "regionsMax", "openCallsMax"] as const) {
    if (!(options[name] > 0)) return invalidArgument(`${name} must be above 0, this is ${options[name]}`)
  }
  return undefined
}

export const makeRawClient = Effect.fnUntraced(function* (
  parts: RawClientParts
): Effect.fn.Return<RawClientService, KvError, Scope.Scope> {
  const { codec, context, pd } = parts
  const settings = withDefaults(parts.options)
  const problem = validate(settings)
  if (problem !== undefined) return yield* problem
  const { attemptTimeoutMs, openCallsMax, regionsMax } = settings
  const clock = yield* Clock.Clock
  const random = yield* Random.Random
  const turns = (yield* Scheduler.Scheduler).makeDispatcher()
  const defer = (task: () => void): void => turns.scheduleTask(task, 0)
  const fork = yield* FiberSet.makeRuntime<never, void, never>()
  const stores = yield* parts.makeStores({ fork, defer })
  const cache = new RegionCache({ codec, context, regionsMax })
  const locator = new Locator({ pd, cache, codec, clock, fork, defer })
  const dispatcher = new Dispatcher({ cache, locator, stores, clock, random, fork, attemptTimeoutMs, openCallsMax })
  const runner = new Runner(dispatcher, clock)
  const batches = { runner, locator, cache }
  // Runs before the fibers above are interrupted, so that every open call hears of the end.
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      runner.closed = true
      locator.close()
      dispatcher.close()
    })
  )

  const timeout = (options: CallOptions | undefined): number => timeoutOf(options, settings.timeoutMs)
  const deadline = (options: CallOptions | undefined): number => runner.nowMs() + timeout(options)
  const how = (options: WriteOptions | undefined): WriteHow => ({
    cf: cfOf(options),
    resend: options?.resendWrites ?? settings.resendWrites,
    forCas: options?.atomic ?? false
  })

  const get = (key: Bytes, options?: CallOptions) => ({
    command: new GetCommand(codec, toKey(key), cfOf(options)),
    timeoutMs: timeout(options)
  })
  const put = (key: Bytes, value: Bytes, options?: PutOptions) => ({
    command: new PutCommand(codec, toKey(key), toValue(value), ttlOf(options), how(options)),
    timeoutMs: timeout(options)
  })
  const remove = (key: Bytes, options?: WriteOptions) => ({
    command: deleteCommand(codec, toKey(key), how(options)),
    timeoutMs: timeout(options)
  })
  const scanStream = (options: ScanOptions = {}) => scan(codec, runner, options, settings.timeoutMs)

  return {
    get: (key, options) =>
      runner.started(() => {
        const { command, timeoutMs } = get(key, options)
        return Effect.map(runner.run(command, timeoutMs), ({ reply }) => valueOf(reply))
      }),
    put: (key, value, options) =>
      runner.started(() => {
        const { command, timeoutMs } = put(key, value, options)
        return Effect.asVoid(runner.run(command, timeoutMs))
      }),
    delete: (key, options) =>
      runner.started(() => {
        const { command, timeoutMs } = remove(key, options)
        return Effect.asVoid(runner.run(command, timeoutMs))
      }),
    getAsync: (key, options) => runner.promised(() => get(key, options), valueOf),
    putAsync: (key, value, options) => runner.promised(() => put(key, value, options), nothing),
    deleteAsync: (key, options) => runner.promised(() => remove(key, options), nothing),

    batchGet: (keys, options) =>
      runner.started(() => {
        const items = keyItems(keys)
        const values = new Map<string, Uint8Array>()
        const batch = runBatch(batches, {
          items,
          deadlineMs: deadline(options),
          make: (group) => batchGetCommand(codec, group, cfOf(options)),
          onReply: ({ pairs }) => {
            const entries = entriesOf(codec, pairs)
            if (entries instanceof KvError) return entries
            for (const [key, value] of entries) values.set(idOf(key), value)
            return undefined
          },
          shrink: true
        })
        return Effect.map(batch, () => items.map(({ key }) => values.get(idOf(key))))
      }),
    batchPut: (entries, options) =>
      runner.started(() => {
        const ttl = ttlOf(options)
        return runBatch(batches, {
          items: pairItems(entries),
          deadlineMs: deadline(options),
          make: (group) => batchPutCommand(codec, group, ttl, how(options)),
          onReply: nothing,
          shrink: false
        })
      }),
    batchDelete: (keys, options) =>
      runner.started(() =>
        runBatch(batches, {
          items: keyItems(keys),
          deadlineMs: deadline(options),
          make: (group) => batchDeleteCommand(codec, group, how(options)),
          onReply: nothing,
          shrink: false
        })
      ),
    deleteRange: (range, options) =>
      runner.started(() => {
        if (range.start === undefined && range.end === undefined && range.prefix === undefined) {
          throw invalidArgument('deleteRange needs a start, an end or a prefix; { start: "" } stands for every key')
        }
        const deadlineMs = deadline(options)
        return overRegions(rangeOf(range), (rest) => {
          const command = deleteRangeCommand(codec, rest, how(options))
          return Effect.map(runner.runUntil(command, deadlineMs), ({ region }) => region)
        })
      }),

    scan: scanStream,
    scanBatch: (ranges, options) =>
      runner.started(() => {
        const { eachLimit, ...common } = options
        const limit = countOf("eachLimit", eachLimit)
        const scans = [...ranges].map((range) => Stream.runCollect(scanStream({ ...common, ...range, limit })))
        return Effect.all(scans, { concurrency: BATCH_CONCURRENCY })
      }),

    compareAndSwap: (key, expected, value, options) =>
      runner.started(() => {
        const before = expected === undefined ? undefined : toValue(expected)
        const command = swapCommand(codec, toKey(key), before, toValue(value), cfOf(options), ttlOf(options))
        return Effect.map(runner.run(command, timeout(options)), ({ reply }) => ({
          swapped: reply.succeed,
          previous: reply.previousNotExist ? undefined : own(reply.previousValue)
        }))
      }),
    getKeyTtl: (key, options) =>
      runner.started(() =>
        Effect.map(runner.run(ttlCommand(codec, toKey(key), cfOf(options)), timeout(options)), ({ reply }) =>
          reply.notFound ? undefined : reply.ttl === 0 ? Number.POSITIVE_INFINITY : reply.ttl
        )
      ),
    checksum: (range = {}, options) =>
      runner.started(() => {
        const deadlineMs = deadline(options)
        let checksum = 0n
        let totalKvs = 0
        let totalBytes = 0
        const each = overRegions(rangeOf(range), (rest) =>
          Effect.map(runner.runUntil(checksumCommand(codec, rest), deadlineMs), ({ region, reply }) => {
            checksum ^= reply.checksum
            totalKvs += reply.totalKvs
            totalBytes += reply.totalBytes
            return region
          })
        )
        return Effect.map(each, () => ({ checksum, totalKvs, totalBytes }))
      }),

    splitRegions: (keys, options) => runner.started(() => splitAt(batches, codec, keyItems(keys), deadline(options))),
    regions: (range = {}, options) => runner.started(() => listRegions(pd, codec, boundsOf(range), deadline(options))),
    stores: (options) => runner.started(() => pd.allStores(deadline(options))),

    stats: () => ({ openCalls: dispatcher.openCalls, cachedRegions: cache.size })
  }
})

/** Walks over the range, one region after another; `visit` answers which region it went to. */
const overRegions = Effect.fnUntraced(function* (
  range: Range | undefined,
  visit: (rest: Range) => Effect.Effect<CachedRegion, KvError>
): Effect.fn.Return<void, KvError> {
  for (let rest = range; rest !== undefined; ) {
    const { end }: CachedRegion = yield* visit(rest)
    rest = end.length === 0 ? undefined : nonEmpty(end, rest.end)
  }
})

const nothing = (): undefined => undefined

/** A key as the key of a Map: one char per byte. */
const idOf = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1")
