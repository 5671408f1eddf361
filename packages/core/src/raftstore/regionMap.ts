/**
 * Which region of this store covers which key: the initialised regions, by id and by range, changed together.
 *
 * Regions are immutable values; a change of range or membership replaces the value. The store's loop is the only writer
 * and writes in the same synchronous step in which it publishes the engine batch that holds the region states, so that a
 * reader between two passes never sees one without the other. Uninitialised peers own no range and are not here.
 */
import {
  compareBytes,
  compareEnds,
  equalBytes,
  formatRegion,
  freezeRegion,
  type metapb,
  type RegionId,
  regionContains
} from "@reefkv/wire"

export class RegionMap {
  private readonly byId = new Map<RegionId, metapb.Region>()
  /** Ascending by start key; ranges do not overlap. */
  private readonly byStart: Array<metapb.Region> = []

  get size(): number {
    return this.byId.size
  }
  get(regionId: RegionId): metapb.Region | undefined {
    return this.byId.get(regionId)
  }
  /** Ascending by start key. */
  all(): ReadonlyArray<metapb.Region> {
    return this.byStart
  }

  byKey(key: Uint8Array): metapb.Region | undefined {
    const at = this.lastAtOrBefore(key)
    if (at < 0) return undefined
    const region = this.byStart[at]!
    return regionContains(region, key) ? region : undefined
  }

  /** The left neighbour of a region that starts at `key`. */
  endingAt(key: Uint8Array): metapb.Region | undefined {
    let at = this.lastAtOrBefore(key)
    if (at >= 0 && compareBytes(this.byStart[at]!.startKey, key) === 0) at--
    const region = this.byStart[at]
    return region !== undefined && equalBytes(region.endKey, key) ? region : undefined
  }

  /** Every region that shares a key with `[start, end)`, ascending. */
  overlapping(start: Uint8Array, end: Uint8Array): Array<metapb.Region> {
    const found: Array<metapb.Region> = []
    let at = Math.max(0, this.lastAtOrBefore(start))
    for (; at < this.byStart.length; at++) {
      const region = this.byStart[at]!
      if (end.length > 0 && compareBytes(region.startKey, end) >= 0) break
      if (region.endKey.length === 0 || compareBytes(region.endKey, start) > 0) found.push(region)
    }
    return found
  }

  /**
   * Removes `gone` and puts `come` in their place, as one step. Throws when a region of `come` would overlap one that
   * stays: two peers of this store would write the same keys.
   */
  replace(gone: ReadonlyArray<RegionId>, come: ReadonlyArray<metapb.Region>): void {
    for (const id of gone) this.remove(id)
    for (const region of come) this.remove(region.id)
    for (const region of come) this.insert(region)
  }

  private remove(id: RegionId): void {
    const region = this.byId.get(id)
    if (region === undefined) return
    this.byId.delete(id)
    const at = this.lastAtOrBefore(region.startKey)
    if (this.byStart[at] !== region)
      throw new Error(`${formatRegion(region)} is in the id map and not in the range map`)
    this.byStart.splice(at, 1)
  }

  private insert(region: metapb.Region): void {
    const overlap = this.overlapping(region.startKey, region.endKey)
    if (overlap.length > 0) {
      throw new Error(`${formatRegion(region)} overlaps ${formatRegion(overlap[0]!)} on the same store`)
    }
    // Values are shared with readers and callers: nobody may change one.
    freezeRegion(region)
    this.byId.set(region.id, region)
    this.byStart.splice(this.lastAtOrBefore(region.startKey) + 1, 0, region)
  }

  /** Position of the last region that starts at or before `key`; -1 when there is none. */
  private lastAtOrBefore(key: Uint8Array): number {
    let low = 0
    let high = this.byStart.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareBytes(this.byStart[middle]!.startKey, key) <= 0) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** Throws when the two maps disagree or ranges overlap or are empty. Dear: for tests and the simulator. */
  invariants(): void {
    if (this.byId.size !== this.byStart.length) {
      throw new Error(`${this.byId.size} regions by id, ${this.byStart.length} by range`)
    }
    for (let i = 0; i < this.byStart.length; i++) {
      const region = this.byStart[i]!
      if (this.byId.get(region.id) !== region) throw new Error(`${formatRegion(region)} differs between the two maps`)
      if (region.endKey.length > 0 && compareBytes(region.startKey, region.endKey) >= 0) {
        throw new Error(`${formatRegion(region)} has an empty range`)
      }
      const next = this.byStart[i + 1]
      if (next !== undefined && compareEnds(region.endKey, next.startKey) > 0) {
        throw new Error(`${formatRegion(region)} overlaps ${formatRegion(next)}`)
      }
    }
  }
}
