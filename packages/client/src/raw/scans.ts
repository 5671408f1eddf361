/**
 * Scans: pages within one region, one after another over all regions of the range. Each page finds its region anew, so
 * that splits and moves under a scan do not matter to it.
 */
import { type KeyCodec, nextKey } from "@reefkv/wire"
import { Effect, Option, Stream } from "effect"
import { KvError } from "../KvError.ts"
import { cfOf, countOf, nonEmpty, rangeOf, timeoutOf } from "./arguments.ts"
import { type PageOptions, type Range, scanCommand } from "./commands.ts"
import type { Entry, ScanOptions } from "./RawClient.ts"
import type { Runner } from "./Runner.ts"
import { entriesOf } from "./replies.ts"

/** Entries in one page unless asked otherwise; a store gives `PAGE_ENTRIES_MAX` at most. */
const PAGE_ENTRIES = 512
const PAGE_ENTRIES_MAX = 10_240
/** A refused page is asked for again with this many times fewer entries, and the next ones with twice as many. */
const SHRINK = 8
const GROW = 2

interface Position {
  readonly range: Range | undefined
  /** Entries still wanted. */
  readonly left: number
  /** Entries to ask for. */
  readonly pageSize: number
}

export const scan = (
  codec: KeyCodec,
  runner: Runner,
  options: ScanOptions,
  defaultTimeoutMs: number
): Stream.Stream<Entry, KvError> =>
  Stream.unwrap(
    runner.started(() => {
      const timeoutMs = timeoutOf(options, defaultTimeoutMs)
      const left = countOf("limit", options.limit ?? Number.MAX_SAFE_INTEGER)
      const pageSize = Math.min(PAGE_ENTRIES_MAX, countOf("pageSize", options.pageSize ?? PAGE_ENTRIES, 1))
      const { keysOnly = false, reverse = false } = options
      const cf = cfOf(options)
      const ask = Effect.fnUntraced(function* (range: Range, limit: number) {
        for (let asked = limit; ; asked = Math.ceil(asked / SHRINK)) {
          const page = yield* Effect.result(
            readPage(codec, runner, range, { cf, limit: asked, reverse, keysOnly }, timeoutMs)
          )
          if (page._tag === "Success") return { ...page.success, asked }
          // A page may be refused for being too large, which only a smaller one can tell.
          if (page.failure.reason !== "refused" || asked === 1) return yield* page.failure
        }
      })
      const first: Position = { range: rangeOf(options), left, pageSize }
      return Effect.succeed(
        Stream.paginate(first, (at) => {
          if (at.range === undefined || at.left === 0) return Effect.succeed([[], Option.none()] as const)
          return Effect.map(ask(at.range, Math.min(at.left, at.pageSize)), ({ asked, entries, rest }) => {
            const next: Position = {
              range: rest,
              left: at.left - entries.length,
              pageSize: asked < at.pageSize ? Math.min(pageSize, asked * GROW) : at.pageSize
            }
            return [entries, next.range === undefined || next.left === 0 ? Option.none() : Option.some(next)]
          })
        })
      )
    })
  )

/** Entries of the range's first region (reverse: its last), and the range that is left after them. */
const readPage = Effect.fnUntraced(function* (
  codec: KeyCodec,
  runner: Runner,
  range: Range,
  options: PageOptions,
  timeoutMs: number
): Effect.fn.Return<{ readonly entries: Array<Entry>; readonly rest: Range | undefined }, KvError> {
  const { region, reply } = yield* runner.run(scanCommand(codec, range, options), timeoutMs)
  const entries = entriesOf(codec, reply.kvs)
  if (entries instanceof KvError) return yield* entries
  // Fewer than asked for: the region has no more. As many: there may be more behind the last.
  const last = entries.length >= options.limit ? entries.at(-1)?.[0] : undefined
  if (options.reverse) {
    const end = last ?? region.start
    return { entries, rest: end.length === 0 ? undefined : nonEmpty(range.start, end) }
  }
  const start = last === undefined ? region.end : nextKey(last)
  return { entries, rest: start.length === 0 ? undefined : nonEmpty(start, range.end) }
})
