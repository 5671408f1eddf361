/**
 * Stores and the cluster as such: Bootstrap, AllocID, PutStore, GetStore, GetAllStores, StoreHeartbeat, cluster
 * configuration.
 */

import type { Binding } from "@reefkv/grpc"
import { schedulerError } from "@reefkv/scheduler"
import { pdpb, services } from "@reefkv/wire"
import { Effect } from "effect"
import { type PdContext, pdUnary, required } from "./pdCall.ts"

/** What stores and clients may rely on; compared with `Store.version` and shown in heartbeats. */
export const CLUSTER_VERSION = "8.5.0"
/** Ids one AllocID call may take. */
export const ALLOC_ID_COUNT_MAX = 10_000

export const storeBindings = (pd: PdContext): ReadonlyArray<Binding> => {
  const { scheduler } = pd
  const { methods } = services.PD
  return [
    pdUnary(pd, methods.Bootstrap, (request) =>
      Effect.gen(function* () {
        const store = yield* required(request.store, "store")
        const region = yield* required(request.region, "region")
        yield* scheduler.bootstrap(store, region)
        return {}
      })
    ),
    pdUnary(pd, methods.IsBootstrapped, () =>
      Effect.map(scheduler.isBootstrapped, (bootstrapped) => ({ bootstrapped }))
    ),
    pdUnary(pd, methods.AllocID, (request) => {
      // Old stores do not know the field and want one id.
      const count = Math.max(1, request.count)
      if (count > ALLOC_ID_COUNT_MAX) {
        const message = `at most ${ALLOC_ID_COUNT_MAX} ids are given at once, found count ${count}`
        return Effect.fail(schedulerError("refused", message, pdpb.ErrorType.INVALID_VALUE))
      }
      return Effect.map(scheduler.allocId(count), (id) => ({ id, count }))
    }),
    pdUnary(pd, methods.GetStore, (request) => scheduler.getStore(request.storeId)),
    pdUnary(pd, methods.PutStore, (request) =>
      Effect.as(Effect.flatMap(required(request.store, "store"), scheduler.putStore), {})
    ),
    pdUnary(pd, methods.GetAllStores, (request) =>
      Effect.map(scheduler.getAllStores({ excludeTombstone: request.excludeTombstoneStores }), (stores) => ({
        stores: [...stores]
      }))
    ),
    pdUnary(pd, methods.StoreHeartbeat, (request) =>
      Effect.map(Effect.flatMap(required(request.stats, "stats"), scheduler.storeHeartbeat), ({ state }) => ({
        state,
        clusterVersion: CLUSTER_VERSION
      }))
    ),
    pdUnary(pd, methods.GetClusterConfig, () => Effect.map(scheduler.getClusterConfig, (cluster) => ({ cluster }))),
    pdUnary(pd, methods.PutClusterConfig, (request) =>
      Effect.as(Effect.flatMap(required(request.cluster, "cluster"), scheduler.putClusterConfig), {})
    )
  ]
}
