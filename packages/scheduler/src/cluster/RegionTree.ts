/**
 * Regions in order of their start keys, without overlaps: a sorted array searched by halves. Holes are allowed; they
 * are what a split or a restart looks like from here, and close when the missing heartbeat comes.
 *
 * An array and not a tree: the common change is a new value for the same range, which replaces one slot; a split moves
 * the tail by one, which is a memory copy of 8 bytes a region.
 */
import type { RegionInfo } from "./RegionInfo.ts"

/** An empty end key is +∞. */
export const keyBeforeEnd = (key: Uint8Array, endKey: Uint8Array): boolean =>
  endKey.length === 0 || Buffer.compare(key, endKey) < 0

export const rangesOverlap = (aStart: Uint8Array, aEnd: Uint8Array, bStart: Uint8Array, bEnd: Uint8Array): boolean =>
  keyBeforeEnd(aStart, bEnd) && keyBeforeEnd(bStart, aEnd)

export class RegionTree {
  private readonly regions: Array<RegionInfo> = []

  get size(): number {
    return this.regions.length
  }

  /** The region that holds the key. */
  find(key: Uint8Array): RegionInfo | undefined {
    const region = this.regions[this.firstAfter(key) - 1]
    return region !== undefined && keyBeforeEnd(key, region.meta.endKey) ? region : undefined
  }

  /** The region that ends exactly where the region holding `key` starts; undefined in or after a hole. */
  findPrevious(key: Uint8Array): RegionInfo | undefined {
    const current = this.find(key)
    if (current === undefined) return undefined
    const previous = this.regions[this.firstAfter(current.meta.startKey) - 2]
    return previous !== undefined && Buffer.compare(previous.meta.endKey, current.meta.startKey) === 0
      ? previous
      : undefined
  }

  /** Every region that shares a key with `[startKey, endKey)`, in order. */
  overlaps(startKey: Uint8Array, endKey: Uint8Array): Array<RegionInfo> {
    return this.scan(startKey, endKey, Number.POSITIVE_INFINITY)
  }

  /** At most `limit` regions that share a key with `[startKey, endKey)`, in order. */
  scan(startKey: Uint8Array, endKey: Uint8Array, limit: number): Array<RegionInfo> {
    const found: Array<RegionInfo> = []
    if (endKey.length > 0 && Buffer.compare(startKey, endKey) >= 0) return found
    let at = this.firstAfter(startKey)
    const before = this.regions[at - 1]
    if (before !== undefined && keyBeforeEnd(startKey, before.meta.endKey)) at -= 1
    for (; at < this.regions.length && found.length < limit; at++) {
      const region = this.regions[at]!
      if (!keyBeforeEnd(region.meta.startKey, endKey)) break
      found.push(region)
    }
    return found
  }

  /** Puts the region in and answers those it overlapped, which are out. The same region under an older range is one of them. */
  put(region: RegionInfo): Array<RegionInfo> {
    const { startKey, endKey } = region.meta
    if (endKey.length > 0 && Buffer.compare(startKey, endKey) >= 0) {
      throw new Error(`RegionTree.put: region ${region.meta.id} has an empty range`)
    }
    const evicted = this.overlaps(startKey, endKey)
    const at = evicted.length > 0 ? this.indexOf(evicted[0]!) : this.firstAfter(startKey)
    this.regions.splice(at, evicted.length, region)
    return evicted
  }

  /** Takes this very value out; false when another value holds its place. */
  remove(region: RegionInfo): boolean {
    const at = this.firstAfter(region.meta.startKey) - 1
    if (this.regions[at] !== region) return false
    this.regions.splice(at, 1)
    return true
  }

  /** Regions in order from position `from`; the patrol walks with it. */
  slice(from: number, count: number): Array<RegionInfo> {
    return this.regions.slice(from, from + count)
  }

  /** Position of the first region whose start key is above `key`. */
  private firstAfter(key: Uint8Array): number {
    let low = 0
    let high = this.regions.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (Buffer.compare(this.regions[middle]!.meta.startKey, key) <= 0) low = middle + 1
      else high = middle
    }
    return low
  }

  private indexOf(region: RegionInfo): number {
    const at = this.firstAfter(region.meta.startKey) - 1
    if (this.regions[at] !== region) throw new Error(`RegionTree: region ${region.meta.id} is not where it should be`)
    return at
  }
}
