/**
 * Asks the scheduler for regions the cache does not know, without asking twice for what one answer covers: questions wait
 * in line, each looks into the cache again when its turn comes, and those that still miss are asked together.
 *
 * `done` is called once for each question, as a rule later: with the region, with undefined when the scheduler's answer is of no use
 * (no region yet, or an older one than the cache holds) and the caller should ask again after a while, or with the
 * scheduler's failure.
 */
import { compareBytes, EMPTY, type KeyCodec, nextKey } from "@reefkv/wire"
import { type Clock, Effect, type Fiber, Result } from "effect"
import { KvError } from "../KvError.ts"
import type { PdClient, RegionInfo } from "../pd/PdClient.ts"
import type { Defer } from "../store/BatchLane.ts"
import type { CachedRegion, RegionCache } from "./RegionCache.ts"

/** Questions under way at once. */
const ASKED_MAX = 8
/** Keys asked for in one question. */
const BATCH_MAX = 128
/** Longest wait for one question; whoever waits may ask again. */
const ASK_MS = 5_000
/** Sorts after every key a sane cluster splits at; where it falls short, the search goes on from there. */
const HIGH_KEY = new Uint8Array(64).fill(0xff)

export type Located = Result.Result<CachedRegion | undefined, KvError>

const closedAnswer = (): Located => Result.fail(new KvError({ reason: "closed", message: "the client is closed" }))

interface Question {
  readonly key: Uint8Array
  /** The region of the keys just below `key` is wanted, not the one that holds it. */
  readonly before: boolean
  readonly done: (located: Located) => void
}

export interface LocatorOptions {
  readonly pd: PdClient
  readonly cache: RegionCache
  readonly codec: KeyCodec
  readonly clock: Clock.Clock
  readonly fork: (effect: Effect.Effect<void>) => Fiber.Fiber<void>
  readonly defer: Defer
}

export class Locator {
  private readonly options: LocatorOptions
  private waiting: Array<Question> = []
  private readonly asked = new Set<ReadonlyArray<Question>>()
  private closed = false

  constructor(options: LocatorOptions) {
    this.options = options
  }

  /** Answers every question, and every one to come, with `closed`. */
  close(): void {
    this.closed = true
    const open = [...this.waiting, ...[...this.asked].flat()]
    this.waiting = []
    this.asked.clear()
    for (const question of open) question.done(closedAnswer())
  }

  locate(key: Uint8Array, before: boolean, done: (located: Located) => void): void {
    if (this.closed) {
      done(closedAnswer())
      return
    }
    this.waiting.push({ key, before, done })
    // At the end of the turn, so that the misses of one turn are asked together.
    if (this.waiting.length === 1) this.options.defer(() => this.pump())
  }

  private pump(): void {
    while (this.asked.size < ASKED_MAX && this.waiting.length > 0) {
      const batch: Array<Question> = []
      const later: Array<Question> = []
      for (const question of this.waiting) {
        const hit = this.lookup(question)
        if (hit !== undefined) question.done(Result.succeed(hit))
        else if (batch.length === 0 || (batch.length < BATCH_MAX && !question.before && !batch[0]?.before)) {
          batch.push(question)
        } else later.push(question)
      }
      this.waiting = later
      if (batch.length === 0) return
      this.asked.add(batch)
      this.options.fork(
        Effect.map(Effect.result(this.ask(batch)), (asked) => {
          if (!this.asked.delete(batch)) return
          for (const question of batch) {
            question.done(Result.isFailure(asked) ? Result.fail(asked.failure) : Result.succeed(this.lookup(question)))
          }
          this.pump()
        })
      )
    }
  }

  private lookup({ before, key }: Question): CachedRegion | undefined {
    return before ? this.options.cache.locateBefore(key) : this.options.cache.locate(key)
  }

  private ask(batch: ReadonlyArray<Question>): Effect.Effect<void, KvError> {
    const { clock } = this.options
    const deadlineMs = clock.currentTimeMillisUnsafe() + ASK_MS
    const [first] = batch
    if (first === undefined) return Effect.void
    if (first.before) return this.askBefore(first.key, deadlineMs)
    return batch.length === 1 ? this.askOne(first.key, deadlineMs) : this.askMany(batch, deadlineMs)
  }

  private askOne(key: Uint8Array, deadlineMs: number): Effect.Effect<void, KvError> {
    const { codec, pd } = this.options
    return Effect.map(pd.region(codec.encodeRegionKey(key), deadlineMs), (info) => this.take(info))
  }

  private askMany(batch: ReadonlyArray<Question>, deadlineMs: number): Effect.Effect<void, KvError> {
    const { codec, pd } = this.options
    const keys = batch.map((question) => codec.encodeRegionKey(question.key)).sort(compareBytes)
    const ranges = keys
      .filter((key, i) => i === 0 || compareBytes(key, keys[i - 1] as Uint8Array) !== 0)
      .map((key) => ({ start: key, end: nextKey(key) }))
    return Effect.map(pd.batchScanRegions(ranges, ranges.length, deadlineMs), (found) => {
      for (const info of found) this.take(info)
    })
  }

  private askBefore(bound: Uint8Array, deadlineMs: number): Effect.Effect<void, KvError> {
    const { codec, pd } = this.options
    const high =
      bound.length === 0 ? codec.encodeRegionRange({ start: EMPTY, end: EMPTY }).end : codec.encodeRegionKey(bound)
    const self = this
    return Effect.gen(function* () {
      let key = high.length === 0 ? HIGH_KEY : high
      for (;;) {
        const info = yield* pd.region(key, deadlineMs)
        self.take(info)
        if (info === undefined) return
        // Only when no bound is known at all must the last region be looked for.
        if (high.length > 0 || info.region.endKey.length === 0) break
        key = info.region.endKey
      }
      const startsThere = self.options.cache.locateBefore(bound) === undefined
      if (startsThere && high.length > 0) self.take(yield* pd.previousRegion(high, deadlineMs))
    })
  }

  private take(info: RegionInfo | undefined): void {
    if (info !== undefined) this.options.cache.insert(info.region, info.leader)
  }
}
