/**
 * The scheduler as a store in the same process sees it: the shape of core's SchedulerClient, which this package does not
 * import. Nothing waits for a network here; a heartbeat is still taken later than the call returns, as over a wire, so
 * that the store's loop never runs the scheduler's decisions on its own stack.
 */
import type { metapb, pdpb, RegionId, StoreId } from "@reefkv/wire"
import { Effect, Queue, type Scope, type Stream } from "effect"
import type { SchedulerError } from "./SchedulerError.ts"
import type { SchedulerServiceShape } from "./SchedulerService.ts"

export interface LocalRegionWithLeader {
  readonly region: metapb.Region
  readonly leader: metapb.Peer | undefined
}

export interface LocalSchedulerClient {
  readonly clusterId: Effect.Effect<number, SchedulerError>
  readonly isBootstrapped: Effect.Effect<boolean, SchedulerError>
  bootstrap(store: metapb.Store, region: metapb.Region): Effect.Effect<void, SchedulerError>
  readonly allocId: Effect.Effect<number, SchedulerError>
  putStore(store: metapb.Store): Effect.Effect<void, SchedulerError>
  getStore(storeId: StoreId): Effect.Effect<metapb.Store, SchedulerError>
  readonly getAllStores: Effect.Effect<ReadonlyArray<metapb.Store>, SchedulerError>
  storeHeartbeat(stats: pdpb.StoreStats): Effect.Effect<void, SchedulerError>
  /** Never waits. Of several unsent heartbeats of a region the latest is taken. */
  regionHeartbeat(heartbeat: pdpb.RegionHeartbeatRequest): void
  operatorSteps(storeId: StoreId): Stream.Stream<pdpb.RegionHeartbeatResponse>
  askBatchSplit(region: metapb.Region, count: number): Effect.Effect<ReadonlyArray<pdpb.SplitID>, SchedulerError>
  reportBatchSplit(regions: ReadonlyArray<metapb.Region>): Effect.Effect<void, SchedulerError>
  getRegionById(regionId: RegionId): Effect.Effect<LocalRegionWithLeader | undefined, SchedulerError>
  getRegion(key: Uint8Array): Effect.Effect<LocalRegionWithLeader | undefined, SchedulerError>
}

const withLeader = (found: pdpb.Region | undefined): LocalRegionWithLeader | undefined =>
  found?.region === undefined ? undefined : { region: found.region, leader: found.leader }

/** One client a store; it works as long as the scope is open. */
export const makeLocalClient = (
  service: SchedulerServiceShape
): Effect.Effect<LocalSchedulerClient, never, Scope.Scope> =>
  Effect.gen(function* () {
    const unsent = new Map<RegionId, pdpb.RegionHeartbeatRequest>()
    // Region ids with an entry in `unsent`, each once: bounded by the number of regions.
    const queue = yield* Queue.unbounded<RegionId>()
    yield* Queue.takeAll(queue).pipe(
      Effect.flatMap((regionIds) =>
        Effect.forEach(
          regionIds,
          (regionId) => {
            const heartbeat = unsent.get(regionId)
            unsent.delete(regionId)
            // A refusal is the scheduler's business: it knows better, and a newer heartbeat will follow.
            return heartbeat === undefined ? Effect.void : Effect.ignore(service.regionHeartbeat(heartbeat))
          },
          { discard: true }
        )
      ),
      Effect.forever,
      Effect.forkScoped
    )
    return {
      clusterId: Effect.succeed(service.clusterId),
      isBootstrapped: service.isBootstrapped,
      bootstrap: (store, region) => service.bootstrap(store, region),
      allocId: service.allocId(1),
      putStore: (store) => service.putStore(store),
      getStore: (storeId) => Effect.map(service.getStore(storeId), ({ store }) => store),
      getAllStores: service.getAllStores({ excludeTombstone: false }),
      storeHeartbeat: (stats) => Effect.asVoid(service.storeHeartbeat(stats)),
      regionHeartbeat: (heartbeat) => {
        const regionId = heartbeat.region?.id ?? 0
        const known = unsent.has(regionId)
        unsent.set(regionId, heartbeat)
        if (!known) Queue.offerUnsafe(queue, regionId)
      },
      operatorSteps: (storeId) => service.operatorSteps(storeId),
      askBatchSplit: (region, count) => service.askBatchSplit(region, count),
      reportBatchSplit: (regions) => service.reportBatchSplit(regions),
      getRegionById: (regionId) => Effect.map(service.getRegionById(regionId), withLeader),
      getRegion: (key) => Effect.map(service.getRegion(key), withLeader)
    }
  })
