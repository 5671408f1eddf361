/** The scheduler package in process, on a memory engine of its own, as the cluster's scheduler. */
import { Engine } from "@reefkv/engine"
import { makeMemoryEngine } from "@reefkv/engine-memory"
import { makeLocalClient, makeScheduler, type SchedulerConfig, type SchedulerServiceShape } from "@reefkv/scheduler"
import { Effect, type Scope } from "effect"
import type { ClusterScheduler } from "./Cluster.ts"
import type { KnownRegion } from "./TestScheduler.ts"

/** Ten times faster than the defaults, to go with the test cluster's store configuration. */
const fastConfig: Partial<SchedulerConfig> = {
  storeDisconnectedMs: 1_000,
  storeUnhealthyMs: 2_000,
  maxStoreDownMs: 3_000,
  patrolIntervalMs: 20,
  scheduleIntervalMinMs: 20,
  scheduleIntervalMaxMs: 200,
  leaderOperatorTimeoutMs: 1_000,
  regionOperatorTimeoutMs: 10_000,
  operatorResendMs: 200,
  prepareTimeoutMs: 2_000
}

export interface RealScheduler extends ClusterScheduler {
  readonly service: SchedulerServiceShape
}

export const realScheduler = (
  config: Partial<SchedulerConfig> = {}
): Effect.Effect<RealScheduler, never, Scope.Scope> =>
  Effect.gen(function* () {
    const service = yield* makeScheduler({ config: { ...fastConfig, ...config } }).pipe(
      Effect.provideService(Engine, makeMemoryEngine())
    )
    const all = (): Array<KnownRegion> =>
      // From memory, at once: what a person would see.
      Effect.runSync(service.regions).flatMap((status) =>
        status.region === undefined
          ? []
          : [
              {
                region: status.region,
                leader: status.leader,
                term: status.term,
                pendingPeers: status.pendingPeers,
                downPeers: status.downPeers,
                approximateBytes: status.approximateBytes,
                approximateKeys: status.approximateKeys
              }
            ]
      )
    return {
      service,
      clusterId: service.clusterId,
      client: makeLocalClient(service),
      all,
      newId: () => Effect.runSync(service.allocId(1))
    }
  }).pipe(Effect.orDie)
