/**
 * Walks over stored entries, cut into slices so that a long one does not hold up the store: a scan that collects live
 * pairs, and a checksum that adds them up. A walk is a plain state machine: `step` reads at most one slice, until `over`.
 */
import type { ReadView } from "@reefkv/engine"
import { decodeRawValue, EMPTY, isExpired, type KeyRange, type kvrpcpb, nextKey, type RawChecksum } from "@reefkv/wire"
import type { DataFamily } from "./checks.ts"
import { fromStoredKey } from "./keyForm.ts"
import type { RawConfig } from "./RawConfig.ts"
import type { Refused } from "./RegionAccess.ts"

export interface Walk {
  /** Nothing is left to read, or `refusal` is set. */
  readonly over: boolean
  /** Reads at most `entries` entries (1 or more) and returns how many. Throws EngineError, or WireError for an entry of another form. */
  step(view: ReadView, entries: number): number
  /** Why the walk cannot be answered: it stopped and its result is void. */
  readonly refusal: Refused | undefined
}

/** Bytes a pair costs in a reply besides its key and value. */
const PAIR_OVERHEAD_BYTES = 16

/** Shared by all ranges of one request. */
export class ReplyBudget {
  private left: number
  readonly max: number
  constructor(max: number) {
    this.max = max
    this.left = max
  }
  /** False: the pair no longer fits. */
  take(key: Uint8Array, value: Uint8Array): boolean {
    this.left -= key.length + value.length + PAIR_OVERHEAD_BYTES
    return this.left >= 0
  }
  get refusal(): Refused {
    return { refused: `the reply would be over ${this.max} bytes; ask for fewer pairs at once` }
  }
}

interface Live {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** The part common to all walks: position, slices, and what is alive. */
abstract class RangeWalk implements Walk {
  over = false
  refusal: Refused | undefined
  protected readonly config: RawConfig
  private readonly cf: DataFamily
  private readonly nowSeconds: number
  private readonly reverse: boolean
  private readonly keyOnly: boolean
  private start: Uint8Array
  private end: Uint8Array

  constructor(
    config: RawConfig,
    nowSeconds: number,
    cf: DataFamily,
    range: KeyRange,
    options: { readonly reverse: boolean; readonly keyOnly: boolean }
  ) {
    this.config = config
    this.nowSeconds = nowSeconds
    this.cf = cf
    this.start = range.start
    this.end = range.end
    this.reverse = options.reverse
    this.keyOnly = options.keyOnly
  }

  /** A live entry in walking order; false stops the walk. */
  protected abstract take(live: Live): boolean

  step(view: ReadView, entries: number): number {
    let seen = 0
    let stopped = false
    let last: Uint8Array | undefined
    const api = this.config.apiVersion
    view.scan(
      this.cf,
      {
        start: this.start,
        end: this.end,
        limit: entries,
        reverse: this.reverse,
        // Expiries and flags stand behind the value: without them only V1 knows what is alive.
        keyOnly: this.keyOnly && api === "V1"
      },
      (key, stored) => {
        seen++
        last = key
        const { value, expirySeconds } = decodeRawValue(api, stored)
        if (isExpired(expirySeconds, this.nowSeconds)) return true
        stopped = !this.take({ key: fromStoredKey(api, key), value: this.keyOnly ? EMPTY : value })
        return !stopped
      }
    )
    this.over = stopped || seen < entries
    if (last !== undefined) {
      if (this.reverse) this.end = last
      else this.start = nextKey(last)
    }
    return seen
  }
}

/**
 * Collects at most `limit` live pairs. A client takes fewer pairs than its limit as the end of the region, so nothing but
 * `limit` may cut the result short: where a bound of ours would, the walk is refused instead.
 */
export class PairWalk extends RangeWalk {
  private readonly pairs: Array<kvrpcpb.KvPair>
  private readonly budget: ReplyBudget
  private readonly limit: number
  private left: number

  constructor(
    config: RawConfig,
    nowSeconds: number,
    cf: DataFamily,
    range: KeyRange,
    options: { readonly reverse: boolean; readonly keyOnly: boolean; readonly limit: number },
    budget: ReplyBudget,
    pairs: Array<kvrpcpb.KvPair>
  ) {
    super(config, nowSeconds, cf, range, options)
    this.limit = options.limit
    this.left = Math.min(options.limit, config.scanPairsMax)
    this.budget = budget
    this.pairs = pairs
    this.over = options.limit === 0
  }

  protected take({ key, value }: Live): boolean {
    if (this.left === 0) {
      this.refusal = {
        refused: `a limit of ${this.limit} pairs is over ${this.config.scanPairsMax} and the range holds more; ask for fewer and go on from the last key`
      }
      return false
    }
    if (!this.budget.take(key, value)) {
      this.refusal = this.budget.refusal
      return false
    }
    this.pairs.push({ error: undefined, key, value, commitTs: 0n })
    this.left--
    return this.left > 0 || this.limit > this.config.scanPairsMax
  }
}

/** Adds up live pairs. */
export class ChecksumWalk extends RangeWalk {
  private readonly sum: RawChecksum

  constructor(config: RawConfig, nowSeconds: number, range: KeyRange, sum: RawChecksum) {
    super(config, nowSeconds, "default", range, { reverse: false, keyOnly: false })
    this.sum = sum
  }

  protected take({ key, value }: Live): boolean {
    this.sum.add(key, value)
    return true
  }
}

/** Several walks, one after the other; ends with the first refusal. */
export class WalkSequence implements Walk {
  private readonly walks: ReadonlyArray<Walk>
  private at = 0

  constructor(walks: ReadonlyArray<Walk>) {
    this.walks = walks
  }
  get over(): boolean {
    return this.refusal !== undefined || this.at === this.walks.length
  }
  get refusal(): Refused | undefined {
    return this.walks[this.at]?.refusal
  }
  step(view: ReadView, entries: number): number {
    let read = 0
    for (;;) {
      const walk = this.walks[this.at]
      if (walk === undefined || walk.refusal !== undefined || read >= entries) return read
      // An empty walk still costs a seek, so it counts as one entry.
      if (!walk.over) read += Math.max(walk.step(view, entries - read), 1)
      if (walk.over && walk.refusal === undefined) this.at++
    }
  }
}
