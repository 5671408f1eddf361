/**
 * The scheduler's memory: stores and regions, and which regions still have to be written down. Only the service and
 * the coordinator change it; decisions see it through ClusterView. Synchronous, and knows no engine.
 */
import type { metapb, RegionId, StoreId } from "@reefkv/wire"
import { metaChanged } from "./heartbeat.ts"
import { type RegionInfo, unreportedRegion } from "./RegionInfo.ts"
import { Regions } from "./Regions.ts"
import type { StoreInfo } from "./StoreInfo.ts"

/** What one flush writes: the last value of each changed region, and those that are gone. */
export interface RegionChanges {
  readonly put: ReadonlyArray<metapb.Region>
  readonly deleted: ReadonlyArray<RegionId>
}

export class Cluster {
  bootstrapped = false
  readonly regions = new Regions()
  private readonly byId = new Map<StoreId, StoreInfo>()
  private sorted: ReadonlyArray<StoreInfo> = []
  private readonly changed = new Set<RegionId>()

  /** Ascending by id, tombstones included. */
  get stores(): ReadonlyArray<StoreInfo> {
    return this.sorted
  }
  store(id: StoreId): StoreInfo | undefined {
    return this.byId.get(id)
  }
  putStore(store: StoreInfo): void {
    this.byId.set(store.meta.id, store)
    this.sorted = [...this.byId.values()].sort((a, b) => a.meta.id - b.meta.id)
  }

  /** Answers the regions that lost their range. */
  putRegion(region: RegionInfo): ReadonlyArray<RegionInfo> {
    const previous = this.regions.get(region.meta.id)
    const evicted = this.regions.put(region)
    if (previous === undefined || metaChanged(previous.meta, region.meta)) this.changed.add(region.meta.id)
    for (const loser of evicted) this.changed.add(loser.meta.id)
    return evicted
  }

  /** A region as it was on disk: nothing to write. */
  loadRegion(meta: metapb.Region): void {
    this.regions.put(unreportedRegion(meta))
  }

  hasRegionChanges(): boolean {
    return this.changed.size > 0
  }
  /** Takes what has to be written; `restoreRegionChanges` gives it back when the write failed. */
  takeRegionChanges(): RegionChanges {
    const put: Array<metapb.Region> = []
    const deleted: Array<RegionId> = []
    for (const id of this.changed) {
      const region = this.regions.get(id)
      if (region === undefined) deleted.push(id)
      else put.push(region.meta)
    }
    this.changed.clear()
    return { put, deleted }
  }
  restoreRegionChanges(changes: RegionChanges): void {
    for (const region of changes.put) this.changed.add(region.id)
    for (const id of changes.deleted) this.changed.add(id)
  }
}
