/**
 * One call over many keys: the keys are grouped by region, each group is cut into requests of bounded size, and what a
 * request left over, because its region had split when it got there, goes into the next round. Rounds end when nothing is
 * left or the call's time is up.
 */
import { Effect, Result } from "effect"
import { KvError } from "../KvError.ts"
import type { CommandName, Replies } from "../routing/Command.ts"
import type { Locator } from "../routing/Locator.ts"
import type { CachedRegion, RegionCache } from "../routing/RegionCache.ts"
import { type BatchCommand, type KeyItem, sizeOf } from "./commands.ts"
import type { Runner } from "./Runner.ts"

/** Requests of one call under way at once. */
export const BATCH_CONCURRENCY = 32
/** Pairs or keys in one request. */
const ITEMS_MAX = 512
/** Bytes of keys and values in one request: one raft entry, far below its limit. */
const BYTES_MAX = 64 * 1024
/** When an answer is refused, the next request asks for this many times fewer. */
const SHRINK = 8

export interface BatchRunner {
  readonly runner: Runner
  readonly locator: Locator
  readonly cache: RegionCache
}

export interface Batch<N extends CommandName, Item extends KeyItem> {
  readonly items: ReadonlyArray<Item>
  readonly deadlineMs: number
  readonly make: (items: ReadonlyArray<Item>) => BatchCommand<N, Item>
  /** The refusal in the reply, if there is one. */
  readonly onReply: (reply: Replies[N], region: CachedRegion) => KvError | undefined
  /** A refused request is tried again with fewer items before the refusal is believed: its answer may be too large. */
  readonly shrink: boolean
}

export const runBatch = Effect.fnUntraced(function* <N extends CommandName, Item extends KeyItem>(
  parts: BatchRunner,
  batch: Batch<N, Item>
): Effect.fn.Return<void, KvError> {
  const { deadlineMs, make, onReply, shrink } = batch
  let itemsMax = ITEMS_MAX
  let rest = batch.items
  while (rest.length > 0) {
    const located = yield* locateAll(parts, rest, deadlineMs)
    const groups = located.flatMap((group) => chunks(group, itemsMax))
    const left: Array<Item> = []
    yield* Effect.forEach(
      groups,
      (group) => {
        const { command, taken } = make(group)
        return Effect.flatMap(parts.runner.runUntil(command, deadlineMs), ({ region, reply }) => {
          const refusal = onReply(reply, region)
          if (refusal === undefined) {
            const done = new Set(taken())
            if (done.size < group.length) left.push(...group.filter((item) => !done.has(item)))
            return Effect.void
          }
          if (!shrink || group.length === 1) return Effect.fail(refusal)
          itemsMax = Math.min(itemsMax, Math.ceil(group.length / SHRINK))
          left.push(...group)
          return Effect.void
        })
      },
      { concurrency: BATCH_CONCURRENCY, discard: true }
    )
    rest = left
  }
})

/** The items of each region; those whose region could not be found are alone. */
const locateAll = Effect.fnUntraced(function* <Item extends KeyItem>(
  { cache, locator, runner }: BatchRunner,
  items: ReadonlyArray<Item>,
  deadlineMs: number
): Effect.fn.Return<ReadonlyArray<ReadonlyArray<Item>>, KvError> {
  const known = groupByRegion(cache, items)
  if (known.unknown.length === 0) return known.groups
  const failure = yield* Effect.callback<KvError | undefined>((resume) => {
    let open = known.unknown.length
    let last: KvError | undefined
    for (const item of known.unknown) {
      locator.locate(item.key, false, (located) => {
        if (Result.isFailure(located)) last = located.failure
        if (--open === 0) resume(Effect.succeed(last))
      })
    }
  })
  // A scheduler that does not answer is asked again by the commands, as long as they have time.
  if (failure !== undefined && failure.reason !== "unavailable") return yield* failure
  if (runner.nowMs() >= deadlineMs) {
    return yield* new KvError({ reason: "deadline", message: "the regions of the keys were not found in time" })
  }
  const found = groupByRegion(cache, items)
  return [...found.groups, ...found.unknown.map((item) => [item])]
})

const groupByRegion = <Item extends KeyItem>(cache: RegionCache, items: ReadonlyArray<Item>) => {
  const groups = new Map<CachedRegion, Array<Item>>()
  const unknown: Array<Item> = []
  for (const item of items) {
    const region = cache.locate(item.key)
    if (region === undefined) {
      unknown.push(item)
      continue
    }
    const group = groups.get(region)
    if (group === undefined) groups.set(region, [item])
    else group.push(item)
  }
  return { groups: [...groups.values()], unknown }
}

const chunks = <Item extends KeyItem>(
  items: ReadonlyArray<Item>,
  itemsMax: number
): ReadonlyArray<ReadonlyArray<Item>> => {
  const out: Array<Array<Item>> = []
  let current: Array<Item> = []
  let bytes = 0
  for (const item of items) {
    const size = sizeOf(item)
    if (current.length > 0 && (current.length >= itemsMax || bytes + size > BYTES_MAX)) {
      out.push(current)
      current = []
      bytes = 0
    }
    current.push(item)
    bytes += size
  }
  if (current.length > 0) out.push(current)
  return out
}
