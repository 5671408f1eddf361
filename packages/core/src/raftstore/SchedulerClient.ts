/**
 * The door to the scheduler: what a store asks of it and tells it. Implemented over gRPC by `server`, in process by an
 * embedded store and by tests. All requests and answers are pdpb's, without their headers.
 */
import type { metapb, pdpb, RegionId, StoreId } from "@reefkv/wire"
import { Context, type Effect, type Stream } from "effect"

/**
 * `unavailable`: no answer, try again. `notBootstrapped`, `alreadyBootstrapped`, `clusterMismatch`, `notFound`,
 * `stale` (epoch or range not what the scheduler knows), `refused` (anything else it says no to): an answer.
 */
export type SchedulerErrorReason =
  | "unavailable"
  | "notBootstrapped"
  | "alreadyBootstrapped"
  | "clusterMismatch"
  | "notFound"
  | "stale"
  | "refused"

/** Structural, so that the scheduler package's own error class fits without knowing this one. */
export interface SchedulerError {
  readonly _tag: "SchedulerError"
  readonly reason: SchedulerErrorReason
  readonly message: string
}

/** A region as the scheduler answers it: `leader` is undefined while none is known. */
export interface RegionWithLeader {
  readonly region: metapb.Region
  readonly leader: metapb.Peer | undefined
}

/** One operator step for a region, as PD sends it in RegionHeartbeatResponse: at most one of the members is set. */
export type OperatorStep = pdpb.RegionHeartbeatResponse

export interface SchedulerClientService {
  /** The cluster this client speaks to; every store checks it against its data directory. */
  readonly clusterId: Effect.Effect<number, SchedulerError>
  readonly isBootstrapped: Effect.Effect<boolean, SchedulerError>
  /** Makes `store` and `region` the cluster's first ones. Exactly one caller ever succeeds; others get `alreadyBootstrapped`. */
  bootstrap(store: metapb.Store, region: metapb.Region): Effect.Effect<void, SchedulerError>
  /** A cluster-wide unique id, never given twice, also over restarts. */
  readonly allocId: Effect.Effect<number, SchedulerError>
  putStore(store: metapb.Store): Effect.Effect<void, SchedulerError>
  getStore(storeId: StoreId): Effect.Effect<metapb.Store, SchedulerError>
  readonly getAllStores: Effect.Effect<ReadonlyArray<metapb.Store>, SchedulerError>
  storeHeartbeat(stats: pdpb.StoreStats): Effect.Effect<void, SchedulerError>
  /** Never waits. Only the latest unsent heartbeat of a region is kept; the number of regions bounds the queue. */
  regionHeartbeat(heartbeat: pdpb.RegionHeartbeatRequest): void
  /** Steps for regions led by this store, for as long as the stream is consumed. Reconnects by itself. */
  operatorSteps(storeId: StoreId): Stream.Stream<OperatorStep>
  /** One new region id with one new peer id per present peer, `count` times. The ids are burnt if not used. */
  askBatchSplit(region: metapb.Region, count: number): Effect.Effect<ReadonlyArray<pdpb.SplitID>, SchedulerError>
  reportBatchSplit(regions: ReadonlyArray<metapb.Region>): Effect.Effect<void, SchedulerError>
  getRegionById(regionId: RegionId): Effect.Effect<RegionWithLeader | undefined, SchedulerError>
  getRegion(key: Uint8Array): Effect.Effect<RegionWithLeader | undefined, SchedulerError>
}

export class SchedulerClient extends Context.Service<SchedulerClient, SchedulerClientService>()(
  "@reefkv/core/SchedulerClient"
) {}
