/**
 * All regions, found by id, by key and by store, changed together. The id map is the authority: a region that lost its
 * range to a newer one is out of all three, and asking for its id answers nothing rather than its successor.
 */
import type { metapb, RegionId, StoreId } from "@reefkv/wire"
import { isLearner, type RegionInfo, regionScoreOf } from "./RegionInfo.ts"
import { RegionTree } from "./RegionTree.ts"

/** Ids with constant-time add, delete and pick; the order means nothing. */
export class IdSet {
  private readonly ids: Array<number> = []
  private readonly positions = new Map<number, number>()

  get size(): number {
    return this.ids.length
  }
  at(position: number): number | undefined {
    return this.ids[position]
  }
  has(id: number): boolean {
    return this.positions.has(id)
  }
  add(id: number): void {
    if (this.positions.has(id)) return
    this.positions.set(id, this.ids.length)
    this.ids.push(id)
  }
  delete(id: number): void {
    const position = this.positions.get(id)
    if (position === undefined) return
    const last = this.ids.pop()!
    this.positions.delete(id)
    if (last !== id) {
      this.ids[position] = last
      this.positions.set(last, position)
    }
  }
}

/** The regions with a replica on one store, by the part that replica plays. A pending replica is also a follower or learner. */
export interface StoreRegions {
  readonly leaders: IdSet
  readonly followers: IdSet
  readonly learners: IdSet
  readonly pending: IdSet
  leaderBytes: number
  regionBytes: number
  /** Sum of `regionScoreOf`. */
  regionScore: number
}

const emptyStoreRegions = (): StoreRegions => ({
  leaders: new IdSet(),
  followers: new IdSet(),
  learners: new IdSet(),
  pending: new IdSet(),
  leaderBytes: 0,
  regionBytes: 0,
  regionScore: 0
})
const noRegions = emptyStoreRegions()

export const regionCountOf = (regions: StoreRegions): number =>
  regions.leaders.size + regions.followers.size + regions.learners.size

export class Regions {
  readonly tree = new RegionTree()
  private readonly byId = new Map<RegionId, RegionInfo>()
  private readonly byStore = new Map<StoreId, StoreRegions>()
  private reported = 0

  get size(): number {
    return this.byId.size
  }
  /** How many of them have sent a heartbeat since the start. */
  get reportedCount(): number {
    return this.reported
  }
  get(id: RegionId): RegionInfo | undefined {
    return this.byId.get(id)
  }
  all(): IterableIterator<RegionInfo> {
    return this.byId.values()
  }
  onStore(storeId: StoreId): Readonly<StoreRegions> {
    return this.byStore.get(storeId) ?? noRegions
  }

  /** Puts the region in the place of its older value and of every region it overlaps; answers the latter. */
  put(region: RegionInfo): Array<RegionInfo> {
    const old = this.byId.get(region.meta.id)
    // The usual heartbeat has the old range: then the old value is among the evicted and one slot of the tree changes.
    const replaced = this.tree.put(region)
    if (old !== undefined) {
      if (!replaced.includes(old) && !this.tree.remove(old)) {
        throw new Error(`Regions: region ${old.meta.id} is in the id map but not in the tree`)
      }
      this.forget(old)
    }
    const evicted = replaced.filter((loser) => loser !== old)
    for (const loser of evicted) this.forget(loser)
    this.byId.set(region.meta.id, region)
    this.index(region, 1)
    return evicted
  }

  private forget(region: RegionInfo): void {
    this.byId.delete(region.meta.id)
    this.index(region, -1)
  }

  private index(region: RegionInfo, sign: 1 | -1): void {
    const id = region.meta.id
    if (region.reported) this.reported += sign
    for (const peer of region.meta.peers) {
      const at = this.storeRegions(peer.storeId)
      const set = setOf(at, region, peer)
      if (sign === 1) set.add(id)
      else set.delete(id)
      at.regionBytes += sign * region.approximateBytes
      at.regionScore += sign * regionScoreOf(region)
      if (set === at.leaders) at.leaderBytes += sign * region.approximateBytes
    }
    for (const peer of region.pendingPeers) {
      const pending = this.storeRegions(peer.storeId).pending
      if (sign === 1) pending.add(id)
      else pending.delete(id)
    }
  }

  private storeRegions(storeId: StoreId): StoreRegions {
    let found = this.byStore.get(storeId)
    if (found === undefined) {
      found = emptyStoreRegions()
      this.byStore.set(storeId, found)
    }
    return found
  }

  /** Compares the three indexes with each other; for tests and the simulator. */
  invariants(): ReadonlyArray<string> {
    const broken: Array<string> = []
    const inOrder = this.tree.slice(0, this.tree.size)
    if (inOrder.length !== this.byId.size) broken.push(`tree holds ${inOrder.length} regions, id map ${this.byId.size}`)
    inOrder.forEach((region, at) => {
      if (this.byId.get(region.meta.id) !== region) broken.push(`region ${region.meta.id} differs in tree and id map`)
      const next = inOrder[at + 1]
      if (
        next !== undefined &&
        (region.meta.endKey.length === 0 || Buffer.compare(region.meta.endKey, next.meta.startKey) > 0)
      ) {
        broken.push(`regions ${region.meta.id} and ${next.meta.id} overlap`)
      }
    })
    let replicas = 0
    for (const region of inOrder) {
      replicas += region.meta.peers.length
      for (const peer of region.meta.peers) {
        if (!setOf(this.onStore(peer.storeId), region, peer).has(region.meta.id)) {
          broken.push(`region ${region.meta.id} is missing in the index of store ${peer.storeId}`)
        }
      }
    }
    let indexed = 0
    for (const at of this.byStore.values()) indexed += regionCountOf(at)
    if (indexed !== replicas) broken.push(`store indexes hold ${indexed} replicas, regions have ${replicas}`)
    return broken
  }
}

const setOf = (at: StoreRegions, region: RegionInfo, peer: metapb.Peer): IdSet =>
  region.leader?.id === peer.id ? at.leaders : isLearner(peer) ? at.learners : at.followers
