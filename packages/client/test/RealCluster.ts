/** A scheduler and stores as they run in production, over loopback and in memory, at ten times the pace. */
import { defaultStoreConfig, type StoreConfig } from "@reefkv/core"
import { MemoryDisk, MemoryEngine, MemoryRaftLog } from "@reefkv/engine-memory"
import { SchedulerService } from "@reefkv/scheduler"
import {
  GrpcSchedulerClient,
  SchedulerServer,
  StoreServer,
  schedulerServerLayer,
  storeServerLayer
} from "@reefkv/server"
import { Context, Effect, Exit, Layer, Scope } from "effect"
import { turn } from "./clock.ts"

const quick: StoreConfig = {
  ...defaultStoreConfig,
  raftTickMs: 10,
  heartbeatTicks: 2,
  electionTicks: 20,
  leaseMs: 150,
  regionHeartbeatIntervalMs: 50,
  storeHeartbeatIntervalMs: 50,
  splitCheckIntervalMs: 20
}

export interface RealCluster {
  readonly address: string
  readonly scheduler: SchedulerService["Service"]
  readonly stores: ReadonlyArray<{ readonly storeId: number; readonly stop: Effect.Effect<void> }>
}

/** Ready when the first region has a replica on each store (three at most). */
export const makeRealCluster = Effect.fnUntraced(function* (
  storeCount: number,
  { apiVersion = "V1TTL" }: { readonly apiVersion?: "V1TTL" | "V2" } = {}
) {
  const context = yield* Layer.build(
    schedulerServerLayer({ host: "127.0.0.1", port: 0 }).pipe(Layer.provide(MemoryEngine.layer()))
  )
  const { address } = Context.get(context, SchedulerServer)
  const scheduler = Context.get(context, SchedulerService)
  const outer = yield* Effect.scope
  const stores: Array<RealCluster["stores"][number]> = []
  for (let i = 0; i < storeCount; i++) {
    const scope = yield* Scope.fork(outer)
    const disk = new MemoryDisk()
    const store = yield* Layer.buildWithScope(
      storeServerLayer({ host: "127.0.0.1", port: 0, store: quick, graceMs: 0, apiVersion }).pipe(
        Layer.provide(GrpcSchedulerClient.layer({ endpoints: [address] })),
        Layer.provide(Layer.merge(MemoryEngine.layer({ disk }), MemoryRaftLog.layer({ disk })))
      ),
      scope
    )
    stores.push({ storeId: Context.get(store, StoreServer).storeId, stop: Scope.close(scope, Exit.void) })
  }
  const cluster: RealCluster = { address, scheduler, stores }
  yield* untilRegions(cluster, (regions) =>
    regions.every(
      ({ pendingPeers, region }) => region?.peers.length === Math.min(3, storeCount) && pendingPeers.length === 0
    )
  )
  return cluster
})

/** Waits until the regions the scheduler knows are as wanted; the test's own limit ends it if they never are. */
export const untilRegions = Effect.fnUntraced(function* (
  { scheduler }: RealCluster,
  wanted: (regions: ReadonlyArray<Effect.Success<SchedulerService["Service"]["regions"]>[number]>) => boolean
) {
  for (;;) {
    const regions = yield* scheduler.regions
    if (regions.length > 0 && wanted(regions)) return regions
    yield* turn
  }
})
