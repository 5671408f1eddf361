/**
 * What the client believes about regions: an ordered list of ranges without overlap, each with its epoch and a guess at
 * its leader. It is filled by the scheduler's answers and the stores' corrections, and it may be wrong at any time: the
 * stores check every request against the truth.
 *
 * Bounds are in the form of user keys (see KeyCodec), because that is what is looked up. A region is never changed in
 * place but for its leader: a request holds on to the region it was built for, and a region that was replaced meanwhile is
 * told by `live`. What the cache never does is go back: of two regions that overlap, the one with the older epoch loses.
 */
import {
  compareBytes,
  epochOf,
  findPeer,
  isLearner,
  type KeyCodec,
  keyInRange,
  kvrpcpb,
  type metapb,
  type RegionId,
  rangesOverlap,
  WireError
} from "@reefkv/wire"

export interface CachedRegion {
  readonly id: RegionId
  /** As the scheduler or a store described it, bounds in region form; shares no memory with the message. */
  readonly region: metapb.Region
  /** `[start, end)` in user keys; an empty end is +∞. */
  readonly start: Uint8Array
  readonly end: Uint8Array
  /** Where requests go: the leader as far as known. */
  peer: metapb.Peer
  /** What every request to `peer` carries; made anew when `peer` changes. */
  context: kvrpcpb.Context
  /** Peers given up in a row since one answered as leader. */
  peersFailed: number
  /** False once it was dropped or replaced. */
  live: boolean
  /** Looked up since the eviction hand passed last. */
  used: boolean
}

/** Parts of a request context that are the same for all regions. */
export type ContextBase = Pick<kvrpcpb.Context, "apiVersion" | "keyspace" | "keyspaceName" | "clusterId">

export interface RegionCacheOptions {
  readonly codec: KeyCodec
  readonly context: ContextBase
  /** Regions kept; over it, one that was not used lately is let go. */
  readonly regionsMax: number
}

export class RegionCache {
  private readonly options: RegionCacheOptions
  /** Ascending by start. */
  private readonly entries: Array<CachedRegion> = []
  private hand = 0

  constructor(options: RegionCacheOptions) {
    this.options = options
  }

  get size(): number {
    return this.entries.length
  }

  /** The region that holds `key`. */
  locate(key: Uint8Array): CachedRegion | undefined {
    const entry = this.entries[this.lastFrom(key)]
    if (entry === undefined || (entry.end.length > 0 && compareBytes(key, entry.end) >= 0)) return undefined
    entry.used = true
    return entry
  }

  /** The region that holds the keys just below `bound`; an empty bound is +∞. */
  locateBefore(bound: Uint8Array): CachedRegion | undefined {
    let index = bound.length === 0 ? this.entries.length - 1 : this.lastFrom(bound)
    let entry = this.entries[index]
    if (entry !== undefined && bound.length > 0 && compareBytes(entry.start, bound) === 0) entry = this.entries[--index]
    if (entry === undefined) return undefined
    if (entry.end.length > 0 && (bound.length === 0 || compareBytes(bound, entry.end) > 0)) return undefined
    entry.used = true
    return entry
  }

  /**
   * Takes a region in and returns what the cache now holds for it; undefined if that is nothing, because a newer region
   * is known for part of the range, the region has no usable peer, or it lies outside the client's keyspace.
   */
  insert(region: metapb.Region, leader: metapb.Peer | undefined): CachedRegion | undefined {
    const peer = leaderOf(region, leader)
    if (peer === undefined || region.regionEpoch === undefined) return undefined
    const range = this.rangeOf(region)
    if (range === undefined) return undefined
    const from = this.firstOverlap(range.start, range.end)
    let to = from
    for (; to < this.entries.length; to++) {
      const known = this.entries[to] as CachedRegion
      if (!rangesOverlap(range.start, range.end, known.start, known.end)) break
      const order = compareEpochs(region, known.region)
      if (order < 0) return undefined
      if (order === 0 && known.id === region.id) {
        if (leader !== undefined) this.setPeer(known, peer)
        return known
      }
    }
    const entry: CachedRegion = {
      id: region.id,
      region: copyRegion(region),
      start: new Uint8Array(range.start),
      end: new Uint8Array(range.end),
      peer,
      context: this.contextOf(region, peer),
      peersFailed: 0,
      live: true,
      used: false
    }
    // The same id elsewhere in the list is an older shape of this region that no longer overlaps it.
    for (const replaced of this.entries.splice(from, to - from, entry)) replaced.live = false
    if (this.entries.length > this.options.regionsMax) this.evict(entry)
    return entry
  }

  /** Forgets a region; the next request for its keys asks the scheduler. */
  drop(entry: CachedRegion): void {
    if (!entry.live) return
    entry.live = false
    const index = this.lastFrom(entry.start)
    if (this.entries[index] !== entry) throw new Error(`region ${entry.id} is live but not in the cache`)
    this.entries.splice(index, 1)
  }

  /** A store named the leader. False if the region as cached has no such peer: then it is outdated. */
  setLeader(entry: CachedRegion, leader: metapb.Peer): boolean {
    const peer = entry.region.peers.find((peer) => peer.id === leader.id && peer.storeId === leader.storeId)
    if (peer === undefined) return false
    this.setPeer(entry, peer)
    return true
  }

  /** Tries the next peer in turn. False when all have been tried in vain. */
  nextPeer(entry: CachedRegion, failed: metapb.Peer): boolean {
    // Of many requests that failed together only the first moves on.
    if (entry.peer.id !== failed.id) return true
    const voters = entry.region.peers.filter((peer) => !isLearner(peer))
    entry.peersFailed++
    if (entry.peersFailed >= voters.length) return false
    const at = voters.findIndex((peer) => peer.id === failed.id)
    const next = voters[(at + 1) % voters.length]
    if (next === undefined) return false
    entry.peer = next
    entry.context = this.contextOf(entry.region, next)
    return true
  }

  /** All regions, ascending. */
  all(): ReadonlyArray<CachedRegion> {
    return this.entries
  }

  /** Throws unless the ranges ascend without overlap and every entry is live. */
  assertInvariants(): void {
    for (const [i, entry] of this.entries.entries()) {
      const before = this.entries[i - 1]
      if (!entry.live) throw new Error(`region ${entry.id} is cached but not live`)
      if (before === undefined) continue
      if (before.end.length === 0 || compareBytes(before.end, entry.start) > 0) {
        throw new Error(`cached regions ${before.id} and ${entry.id} overlap`)
      }
    }
  }

  private setPeer(entry: CachedRegion, peer: metapb.Peer): void {
    entry.peersFailed = 0
    if (entry.peer.id === peer.id) return
    entry.peer = peer
    entry.context = this.contextOf(entry.region, peer)
  }

  private rangeOf(region: metapb.Region): { readonly start: Uint8Array; readonly end: Uint8Array } | undefined {
    try {
      return this.options.codec.decodeRegionRange({ start: region.startKey, end: region.endKey })
    } catch (error) {
      if (error instanceof WireError) return undefined
      throw error
    }
  }

  private contextOf(region: metapb.Region, peer: metapb.Peer): kvrpcpb.Context {
    return kvrpcpb.Context.create({ ...this.options.context, regionId: region.id, regionEpoch: epochOf(region), peer })
  }

  /** Index of the last entry that starts at or before `key`; -1 if all start later. */
  private lastFrom(key: Uint8Array): number {
    let low = 0
    let high = this.entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareBytes((this.entries[middle] as CachedRegion).start, key) <= 0) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** Index of the first entry that overlaps the range, or where the range would go. */
  private firstOverlap(start: Uint8Array, end: Uint8Array): number {
    const index = Math.max(0, this.lastFrom(start))
    const entry = this.entries[index]
    if (entry === undefined) return index
    const later = compareBytes(entry.start, start) > 0 || rangesOverlap(start, end, entry.start, entry.end)
    return later ? index : index + 1
  }

  /** Second chance: the hand clears the mark of used regions and drops the first that has none. */
  private evict(keep: CachedRegion): void {
    for (let passed = 0; passed <= 2 * this.entries.length; passed++) {
      if (this.hand >= this.entries.length) this.hand = 0
      const entry = this.entries[this.hand] as CachedRegion
      if (entry !== keep && !entry.used) {
        this.drop(entry)
        return
      }
      entry.used = false
      this.hand++
    }
  }
}

/** The named leader if it is one of the peers, else the first that may vote: a wrong guess is corrected by the store. */
const leaderOf = (region: metapb.Region, leader: metapb.Peer | undefined): metapb.Peer | undefined => {
  const named = leader === undefined ? undefined : findPeer(region, leader.storeId)
  const peer = named ?? region.peers.find((peer) => !isLearner(peer)) ?? region.peers[0]
  return peer === undefined ? undefined : { ...peer }
}

/** Negative if `a` is older. The range version decides; membership only tells two states of one region apart. */
const compareEpochs = (a: metapb.Region, b: metapb.Region): number => {
  const byVersion = epochOf(a).version - epochOf(b).version
  return byVersion !== 0 || a.id !== b.id ? byVersion : epochOf(a).confVer - epochOf(b).confVer
}

const copyRegion = (region: metapb.Region): metapb.Region => ({
  ...region,
  startKey: new Uint8Array(region.startKey),
  endKey: new Uint8Array(region.endKey),
  peers: region.peers.map((peer) => ({ ...peer }))
})

export const holds = (entry: CachedRegion, key: Uint8Array): boolean => keyInRange(key, entry.start, entry.end)
