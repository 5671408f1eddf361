/**
 * What a PD port, a control tool and an embedded store can ask of the scheduler, in pdpb terms without headers. All
 * answers come from memory, except where a promise must first be on disk: ids, timestamps, bootstrap, stores, safe
 * points and configuration.
 *
 * Every method that concerns the cluster answers `notBootstrapped` before the bootstrap; `isBootstrapped`, `bootstrap`,
 * `allocId`, `tso`, members, records and configuration do not need it.
 */
import type { ClusterId, metapb, pdpb, RegionId, StoreId } from "@reefkv/wire"
import { Context, type Effect, type Stream } from "effect"
import type { Liveness } from "./cluster/StoreInfo.ts"
import type { SchedulerConfig } from "./SchedulerConfig.ts"
import type { SchedulerError } from "./SchedulerError.ts"

/** `physical` in Unix milliseconds, `logical` below 2^18. As one number: `physical << 18 | logical`. */
export interface Timestamp {
  readonly physical: number
  readonly logical: number
}

/** What the scheduler says of itself; changed once the server knows the addresses it is reached at. */
export interface MemberInfo {
  readonly name: string
  readonly clientUrls: ReadonlyArray<string>
  readonly peerUrls: ReadonlyArray<string>
}

/** A store as people look at it. */
export interface StoreStatus {
  readonly store: metapb.Store
  readonly stats: pdpb.StoreStats | undefined
  readonly liveness: Liveness
  /** Unix milliseconds; 0 before the first heartbeat. After a restart it is what was written of it, until the next. */
  readonly lastHeartbeatUnixMs: number
  readonly leaderCount: number
  readonly regionCount: number
  readonly learnerCount: number
  readonly pendingPeerCount: number
  /** Sums of the approximate sizes, in bytes. */
  readonly leaderBytes: number
  readonly regionBytes: number
}

/** A region as people look at it: what the last accepted heartbeat said. */
export interface RegionStatus extends pdpb.Region {
  readonly term: number
  readonly approximateBytes: number
  readonly approximateKeys: number
  readonly bytesWritten: number
  readonly bytesRead: number
  readonly keysWritten: number
  readonly keysRead: number
  /** False for a region known from disk only, until its leader sends a heartbeat. */
  readonly reported: boolean
}

/** What a person may ask to be done to one region. */
export type OperatorRequest =
  | { readonly kind: "transfer-leader"; readonly regionId: RegionId; readonly toStoreId: StoreId }
  | { readonly kind: "add-peer"; readonly regionId: RegionId; readonly storeId: StoreId }
  | { readonly kind: "add-learner"; readonly regionId: RegionId; readonly storeId: StoreId }
  | { readonly kind: "remove-peer"; readonly regionId: RegionId; readonly storeId: StoreId }
  | {
      readonly kind: "transfer-peer"
      readonly regionId: RegionId
      readonly fromStoreId: StoreId
      readonly toStoreId: StoreId
    }
  | {
      readonly kind: "split-region"
      readonly regionId: RegionId
      /** `usekey` cuts at `keys`; the other two let the leader choose. */
      readonly policy: "scan" | "approximate" | "usekey"
      readonly keys: ReadonlyArray<Uint8Array>
    }
  | { readonly kind: "scatter-region"; readonly regionId: RegionId; readonly group: string }

export type OperatorState = "running" | "success" | "timeout" | "cancelled" | "replaced"

export interface OperatorStatus {
  readonly operatorId: number
  readonly regionId: RegionId
  readonly desc: string
  /** Comma-separated, such as `leader,region`. */
  readonly kind: string
  readonly state: OperatorState
  readonly steps: ReadonlyArray<string>
  /** Index of the step under way; equal to `steps.length` when all are done. */
  readonly currentStep: number
  /** Why it ended, or why its present step waits. */
  readonly reason: string
  /** Unix milliseconds. */
  readonly createdUnixMs: number
  readonly elapsedMs: number
}

/** One scheduler or checker, with the answer to "why does it do nothing?". */
export interface SchedulerStatus {
  readonly name: string
  readonly enabled: boolean
  /** The reason of its last run without an operator, or the last operator. */
  readonly diagnostic: string
}

export interface ServiceSafePoint {
  readonly serviceId: string
  readonly safePoint: bigint
  /** Unix milliseconds after which it no longer holds anything back; `Infinity` never. */
  readonly expiresUnixMs: number
}

export interface ClusterStatus {
  readonly clusterId: ClusterId
  readonly bootstrapped: boolean
  /** True once enough regions have reported; until then no checker or scheduler runs. */
  readonly schedulingStarted: boolean
  readonly regionsKnown: number
  readonly regionsReported: number
  readonly operatorsRunning: number
}

/** A small durable record that another service on the scheduler's port keeps (keyspaces, etcd keys). */
export interface RecordEntry {
  readonly key: string
  readonly value: Uint8Array
}

export interface SchedulerServiceShape {
  /** Chosen at the first start of this data, never 0, never changes. */
  readonly clusterId: ClusterId
  readonly status: Effect.Effect<ClusterStatus>

  // Members.
  /** All members (one today) and the leader. `clientUrls` is empty until `announce` was called. */
  readonly members: Effect.Effect<{ readonly members: ReadonlyArray<pdpb.Member>; readonly leader: pdpb.Member }>
  announce(member: MemberInfo): Effect.Effect<void>

  // Ids and time.
  /** `count` unique ids; the answer is the largest, the batch is `(id - count, id]`. Never given twice, also over restarts. */
  allocId(count?: number): Effect.Effect<number, SchedulerError>
  /** `count` timestamps; the answer is the largest, `logical - count + 1 … logical` are the caller's. Strictly rising. */
  tso(count: number): Effect.Effect<Timestamp, SchedulerError>

  // The cluster.
  readonly isBootstrapped: Effect.Effect<boolean>
  /** Exactly one call ever succeeds. `region` must cover everything and have its one peer on `store`. */
  bootstrap(store: metapb.Store, region: metapb.Region): Effect.Effect<void, SchedulerError>
  readonly getClusterConfig: Effect.Effect<metapb.Cluster, SchedulerError>
  putClusterConfig(cluster: metapb.Cluster): Effect.Effect<void, SchedulerError>
  readonly config: Effect.Effect<SchedulerConfig>
  /** Validated as a whole, then persisted and in force at once. */
  updateConfig(change: Partial<SchedulerConfig>): Effect.Effect<SchedulerConfig, SchedulerError>

  // Stores.
  /** `notFound` says `invalid store ID N, not found`. Tombstones are answered. */
  getStore(
    storeId: StoreId
  ): Effect.Effect<{ readonly store: metapb.Store; readonly stats: pdpb.StoreStats | undefined }, SchedulerError>
  getAllStores(options: {
    readonly excludeTombstone: boolean
  }): Effect.Effect<ReadonlyArray<metapb.Store>, SchedulerError>
  /** Joins a store or changes its address, labels and version; its state stays. Refuses another live store's address. */
  putStore(store: metapb.Store): Effect.Effect<void, SchedulerError>
  /** Up → Offline: its replicas move away, then it becomes a tombstone by itself. `force`: a tombstone at once. */
  removeStore(storeId: StoreId, options: { readonly force: boolean }): Effect.Effect<void, SchedulerError>
  /** Offline → Up, as long as it is not a tombstone. */
  cancelRemoveStore(storeId: StoreId): Effect.Effect<void, SchedulerError>
  storeHeartbeat(stats: pdpb.StoreStats): Effect.Effect<{ readonly state: metapb.NodeState }, SchedulerError>
  readonly stores: Effect.Effect<ReadonlyArray<StoreStatus>>

  // Regions.
  /** Taken whole or refused (`stale`, `refused`). A step for the region, if any, leaves through `operatorSteps`. */
  regionHeartbeat(heartbeat: pdpb.RegionHeartbeatRequest): Effect.Effect<void, SchedulerError>
  /**
   * Steps for regions whose leader is on this store, by heartbeat and by timer, as long as it is consumed. Ends when the
   * same store subscribes again. Only the newest step of a region waits in it. `header` is left out.
   */
  operatorSteps(storeId: StoreId): Stream.Stream<pdpb.RegionHeartbeatResponse>
  askSplit(
    region: metapb.Region
  ): Effect.Effect<{ readonly newRegionId: RegionId; readonly newPeerIds: ReadonlyArray<number> }, SchedulerError>
  /** `count` new regions, each with one new peer id per peer of `region`. The ids are burnt if they are not used. */
  askBatchSplit(region: metapb.Region, count: number): Effect.Effect<ReadonlyArray<pdpb.SplitID>, SchedulerError>
  reportSplit(left: metapb.Region, right: metapb.Region): Effect.Effect<void, SchedulerError>
  reportBatchSplit(regions: ReadonlyArray<metapb.Region>): Effect.Effect<void, SchedulerError>
  /** The region that holds the key; undefined in a hole, which is a passing state: the caller tries again. */
  getRegion(key: Uint8Array): Effect.Effect<pdpb.Region | undefined, SchedulerError>
  /** The region that ends where the region holding the key begins. */
  getPrevRegion(key: Uint8Array): Effect.Effect<pdpb.Region | undefined, SchedulerError>
  getRegionById(regionId: RegionId): Effect.Effect<pdpb.Region | undefined, SchedulerError>
  /** In key order, from the region that holds `startKey`. `limit <= 0`: no limit. Empty `endKey`: +∞. Holes are skipped. */
  scanRegions(
    startKey: Uint8Array,
    endKey: Uint8Array,
    limit: number
  ): Effect.Effect<ReadonlyArray<pdpb.Region>, SchedulerError>
  /** The limit counts over all ranges. A hole fails with REGIONS_NOT_CONTAIN_ALL_KEY_RANGE when `containAllKeyRange`. */
  batchScanRegions(
    ranges: ReadonlyArray<pdpb.KeyRange>,
    limit: number,
    options: { readonly containAllKeyRange: boolean }
  ): Effect.Effect<ReadonlyArray<pdpb.Region>, SchedulerError>
  queryRegion(request: {
    readonly ids: ReadonlyArray<RegionId>
    readonly keys: ReadonlyArray<Uint8Array>
    readonly prevKeys: ReadonlyArray<Uint8Array>
  }): Effect.Effect<
    {
      /** As long as `keys`; 0 where no region is known. */
      readonly keyIdMap: Array<RegionId>
      readonly prevKeyIdMap: Array<RegionId>
      readonly regionsById: Map<number, pdpb.RegionResponse>
    },
    SchedulerError
  >
  readonly regions: Effect.Effect<ReadonlyArray<RegionStatus>>

  // Work asked for by people and clients.
  /** Asks the leaders to cut at the keys and waits, within a bound, until each key starts a region. */
  splitRegions(
    keys: ReadonlyArray<Uint8Array>
  ): Effect.Effect<{ readonly finishedPercentage: number; readonly regionsId: ReadonlyArray<RegionId> }, SchedulerError>
  scatterRegions(request: {
    readonly regionIds: ReadonlyArray<RegionId>
    readonly group: string
  }): Effect.Effect<
    { readonly finishedPercentage: number; readonly failedRegionsId: ReadonlyArray<RegionId> },
    SchedulerError
  >
  /** The running operator of the region, or its last one; `notFound` with REGION_NOT_FOUND when there is none. */
  getOperator(regionId: RegionId): Effect.Effect<OperatorStatus, SchedulerError>
  readonly operators: Effect.Effect<ReadonlyArray<OperatorStatus>>
  readonly operatorHistory: Effect.Effect<ReadonlyArray<OperatorStatus>>
  addOperator(request: OperatorRequest): Effect.Effect<OperatorStatus, SchedulerError>
  cancelOperator(regionId: RegionId): Effect.Effect<void, SchedulerError>
  readonly schedulers: Effect.Effect<ReadonlyArray<SchedulerStatus>>
  /** `balance-leader`, `balance-region`, or `evict-leader` with a store. Persisted. */
  enableScheduler(name: string, storeId?: StoreId): Effect.Effect<void, SchedulerError>
  disableScheduler(name: string, storeId?: StoreId): Effect.Effect<void, SchedulerError>

  // Safe points: timestamps before which versions may be gone. They never fall.
  readonly gcSafePoint: Effect.Effect<bigint, SchedulerError>
  /** The safe point now in force, which may be above the one asked for. */
  updateGcSafePoint(safePoint: bigint): Effect.Effect<bigint, SchedulerError>
  /** `ttlSeconds <= 0` removes the service. Answers the smallest safe point of all services and its owner. */
  updateServiceGcSafePoint(
    serviceId: string,
    ttlSeconds: bigint,
    safePoint: bigint
  ): Effect.Effect<
    { readonly serviceId: string; readonly ttlSeconds: bigint; readonly minSafePoint: bigint },
    SchedulerError
  >
  readonly serviceSafePoints: Effect.Effect<ReadonlyArray<ServiceSafePoint>>
  /** All keyspaces share one state here; the scope asked for is the scope answered. */
  getGcState(scope: pdpb.KeyspaceScope | undefined): Effect.Effect<pdpb.GCState, SchedulerError>
  readonly globalGcBarriers: Effect.Effect<ReadonlyArray<pdpb.GlobalGCBarrierInfo>, SchedulerError>
  /** Raises the txn safe point up to the smallest barrier, which is named when it held it back. */
  advanceTxnSafePoint(target: bigint): Effect.Effect<
    {
      readonly oldTxnSafePoint: bigint
      readonly newTxnSafePoint: bigint
      readonly blockerDescription: string
    },
    SchedulerError
  >
  /** Not above the txn safe point. */
  advanceGcSafePoint(
    target: bigint
  ): Effect.Effect<{ readonly oldGcSafePoint: bigint; readonly newGcSafePoint: bigint }, SchedulerError>
  setGcBarrier(
    barrierId: string,
    barrierTs: bigint,
    ttlSeconds: bigint,
    options: { readonly global: boolean }
  ): Effect.Effect<pdpb.GCBarrierInfo, SchedulerError>
  deleteGcBarrier(
    barrierId: string,
    options: { readonly global: boolean }
  ): Effect.Effect<pdpb.GCBarrierInfo | undefined, SchedulerError>

  // Records of the other services on the same port; durable on return, bounded in size.
  getRecord(key: string): Effect.Effect<Uint8Array | undefined, SchedulerError>
  putRecord(key: string, value: Uint8Array): Effect.Effect<void, SchedulerError>
  deleteRecord(key: string): Effect.Effect<void, SchedulerError>
  /** In byte order of the key; at most `limit`. */
  scanRecords(prefix: string, limit: number): Effect.Effect<ReadonlyArray<RecordEntry>, SchedulerError>
}

export class SchedulerService extends Context.Service<SchedulerService, SchedulerServiceShape>()(
  "@reefkv/scheduler/SchedulerService"
) {}
