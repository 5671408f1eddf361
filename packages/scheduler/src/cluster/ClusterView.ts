/**
 * What a decision may see: the cluster at one instant, with the effect of running operators added in. Decisions are
 * plain functions of it; the only chance they have is `random`.
 */
import type { RegionId, StoreId } from "@reefkv/wire"
import type { Influence, OperatorKind } from "../operators/Operator.ts"
import type { SchedulerConfig } from "../SchedulerConfig.ts"
import type { Cluster } from "./Cluster.ts"
import type { RegionInfo } from "./RegionInfo.ts"
import { regionCountOf, type StoreRegions } from "./Regions.ts"
import { type Liveness, livenessOf, type StoreInfo } from "./StoreInfo.ts"

/** What the view needs to know of running operators. */
export interface RunningOperators {
  has(regionId: RegionId): boolean
  count(kind: OperatorKind): number
  /** Changes that unfinished steps will still make, by store. */
  influences(): ReadonlyMap<StoreId, Influence>
}

export interface ClusterView {
  readonly config: SchedulerConfig
  /** Monotonic milliseconds. */
  readonly nowMs: number
  /** Ascending by id, tombstones included. */
  readonly stores: ReadonlyArray<StoreInfo>
  store(id: StoreId): StoreInfo | undefined
  livenessOf(store: StoreInfo): Liveness
  region(id: RegionId): RegionInfo | undefined
  regionsOf(storeId: StoreId): Readonly<StoreRegions>
  /** Leaders on the store once running operators are done. */
  leaderCount(storeId: StoreId): number
  regionCount(storeId: StoreId): number
  /** Sum of region scores on the store once running operators are done. */
  regionScore(storeId: StoreId): number
  /** Replicas of the store that lag or are on their way. */
  pendingCount(storeId: StoreId): number
  hasOperator(regionId: RegionId): boolean
  runningCount(kind: OperatorKind): number
  /** A whole number in `[0, bound)`. */
  random(bound: number): number
}

const noInfluence: Influence = { leaders: 0, regions: 0, regionScore: 0, arriving: 0 }

export const makeView = (options: {
  readonly cluster: Cluster
  readonly config: SchedulerConfig
  readonly operators: RunningOperators
  readonly nowMs: number
  /** In `[0, 1)`. */
  readonly nextDouble: () => number
}): ClusterView => {
  const { cluster, config, nowMs, operators } = options
  // Computed once per view: operators started from this view are not seen by it.
  const influences = operators.influences()
  const influence = (storeId: StoreId): Influence => influences.get(storeId) ?? noInfluence
  return {
    config,
    nowMs,
    stores: cluster.stores,
    store: (id) => cluster.store(id),
    livenessOf: (store) => livenessOf(store, nowMs, config),
    region: (id) => cluster.regions.get(id),
    regionsOf: (storeId) => cluster.regions.onStore(storeId),
    leaderCount: (storeId) => cluster.regions.onStore(storeId).leaders.size + influence(storeId).leaders,
    regionCount: (storeId) => regionCountOf(cluster.regions.onStore(storeId)) + influence(storeId).regions,
    regionScore: (storeId) => cluster.regions.onStore(storeId).regionScore + influence(storeId).regionScore,
    pendingCount: (storeId) => cluster.regions.onStore(storeId).pending.size + influence(storeId).arriving,
    hasOperator: (regionId) => operators.has(regionId),
    runningCount: (kind) => operators.count(kind),
    random: (bound) => Math.floor(options.nextDouble() * bound)
  }
}
