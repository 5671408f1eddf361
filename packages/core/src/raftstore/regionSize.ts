/**
 * How large a region is, kept as writes apply, so that the scan that measures it exactly is rare.
 *
 * A put counts as key plus value although it may replace an older value, and a delete counts nothing although it frees
 * space: the estimate runs high between scans, which costs a scan now and then and never misses a region that grew. An
 * exact count comes back from a split check. Estimates are each replica's own and do not enter the log.
 */
import type { RangeEstimate } from "@reefkv/engine"
import type { WriteCommand } from "./Router.ts"
import type { StoreConfig } from "./StoreConfig.ts"

type SplitLimits = Pick<StoreConfig, "regionMaxBytes" | "regionSplitBytes" | "regionMaxKeys" | "regionSplitKeys">

/** A scan is worth it again after this part of a split piece was written since the last one. Source: tikv region_split_check_diff. */
const rescanDivisor = 16

export class RegionSize {
  bytes: number
  keys: number
  /** False right after an exact count, until the next write. */
  estimated: boolean
  /** Written since the last exact count: what decides whether another scan could find anything new. */
  private grownBytes = 0
  private grownKeys = 0
  /** A scan found where to cut. Unless the split replaces this record first, another one is due then (monotonic). */
  private splitExpectedMs = Number.POSITIVE_INFINITY
  /** No scan has been made, so the first look at the limits is free. */
  private measured: boolean

  private constructor(bytes: number, keys: number, estimated: boolean) {
    this.bytes = bytes
    this.keys = keys
    this.estimated = estimated
    this.measured = !estimated
  }

  /** A region that is known to hold nothing: the first one. */
  static empty(): RegionSize {
    return new RegionSize(0, 0, false)
  }
  /** What the engine says of the range: after a restart or a snapshot. */
  static estimate(estimate: RangeEstimate): RegionSize {
    return new RegionSize(estimate.bytes, estimate.keys, true)
  }

  onWrite(command: WriteCommand): void {
    if (command.type !== "put") return
    const bytes = command.key.length + command.value.length
    this.bytes += bytes
    this.keys += 1
    this.grownBytes += bytes
    this.grownKeys += 1
    this.estimated = true
  }

  /**
   * An exact count, taken at a state `sinceBytes`, `sinceKeys` ago: writes that applied while it ran stay on top. Take
   * the two from `mark` when the count starts.
   */
  onMeasured(exact: RangeEstimate, since: SizeMark): void {
    const laterBytes = this.grownBytes - since.grownBytes
    const laterKeys = this.grownKeys - since.grownKeys
    // A split or a snapshot in between started the record anew: then `since` speaks of another one.
    if (laterBytes < 0 || laterKeys < 0) return
    this.bytes = exact.bytes + laterBytes
    this.keys = exact.keys + laterKeys
    this.grownBytes = laterBytes
    this.grownKeys = laterKeys
    this.measured = true
    this.splitExpectedMs = Number.POSITIVE_INFINITY
    this.estimated = laterKeys > 0
  }
  /** A split was asked for. Refused, or overtaken by another change of the region, it would not come by itself. */
  expectSplit(untilMs: number): void {
    this.splitExpectedMs = untilMs
  }
  mark(): SizeMark {
    return { grownBytes: this.grownBytes, grownKeys: this.grownKeys }
  }

  /**
   * The share of each of `pieces` regions after a split, to become their records: even, because only the leader knows
   * where the keys fell, and every replica may become leader. The pieces are measured before any of them splits again.
   */
  divide(pieces: number): Array<RegionSize> {
    const share = { bytes: Math.ceil(this.bytes / pieces), keys: Math.ceil(this.keys / pieces) }
    return Array.from({ length: pieces }, () => RegionSize.estimate(share))
  }

  /**
   * True when a scan is due: the estimate is over a limit, and enough was written since the last scan for a new answer,
   * or the split that the last one led to has not come. A region full of one user key is thereby scanned once per sixteenth of a piece, not on every tick.
   */
  needsSplitCheck(limits: SplitLimits, nowMs: number): boolean {
    if (this.bytes <= limits.regionMaxBytes && this.keys <= limits.regionMaxKeys) return false
    if (!this.measured || nowMs >= this.splitExpectedMs) return true
    return (
      this.grownBytes >= limits.regionSplitBytes / rescanDivisor ||
      this.grownKeys >= limits.regionSplitKeys / rescanDivisor
    )
  }
}

export interface SizeMark {
  readonly grownBytes: number
  readonly grownKeys: number
}
