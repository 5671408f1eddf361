/**
 * Garbage collection's time marks: the GC safe point, services that hold it back, and the newer txn safe point with its
 * barriers. The txn safe point is mirrored to the etcd key where older clients and the GC test suites read it.
 */

import type { Binding } from "@reefkv/grpc"
import { pdpb, services } from "@reefkv/wire"
import { Effect } from "effect"
import type { EtcdKeys } from "./etcd.ts"
import { type PdContext, pdUnary } from "./pdCall.ts"

export const safePointBindings = (pd: PdContext, etcd: EtcdKeys): ReadonlyArray<Binding> => {
  const { scheduler } = pd
  const { methods } = services.PD
  const utf8 = new TextEncoder()
  const text = new TextDecoder()
  return [
    pdUnary(pd, methods.GetGCSafePoint, () => Effect.map(scheduler.gcSafePoint, (safePoint) => ({ safePoint }))),
    pdUnary(pd, methods.UpdateGCSafePoint, (request) =>
      Effect.map(scheduler.updateGcSafePoint(request.safePoint), (newSafePoint) => ({ newSafePoint }))
    ),
    pdUnary(pd, methods.UpdateServiceGCSafePoint, (request) =>
      Effect.map(
        scheduler.updateServiceGcSafePoint(text.decode(request.serviceId), request.ttl, request.safePoint),
        (smallest) => ({
          serviceId: utf8.encode(smallest.serviceId),
          ttl: smallest.ttlSeconds,
          minSafePoint: smallest.minSafePoint
        })
      )
    ),
    pdUnary(pd, methods.GetGCState, (request) =>
      Effect.gen(function* () {
        const gcState = yield* scheduler.getGcState(request.keyspaceScope)
        const barriers = request.includeGlobalGcBarriers ? yield* scheduler.globalGcBarriers : undefined
        return {
          gcState: request.excludeGcBarriers ? { ...gcState, gcBarriers: [] } : gcState,
          globalGcBarriers: barriers === undefined ? undefined : { barriers: [...barriers] }
        }
      })
    ),
    pdUnary(pd, methods.GetAllKeyspacesGCStates, (request) =>
      Effect.gen(function* () {
        // One state for all keyspaces: it is answered once, under the null keyspace.
        const gcState = yield* scheduler.getGcState(pdpb.KeyspaceScope.create({ keyspace: NULL_KEYSPACE }))
        const barriers = request.excludeGlobalGcBarriers ? [] : yield* scheduler.globalGcBarriers
        return {
          gcStates: [request.excludeGcBarriers ? { ...gcState, gcBarriers: [] } : gcState],
          globalGcBarriers: [...barriers]
        }
      })
    ),
    pdUnary(pd, methods.AdvanceTxnSafePoint, (request) => etcd.advanceTxnSafePoint(request.target)),
    pdUnary(pd, methods.AdvanceGCSafePoint, (request) => scheduler.advanceGcSafePoint(request.target)),
    pdUnary(pd, methods.SetGCBarrier, (request) =>
      Effect.map(
        scheduler.setGcBarrier(request.barrierId, request.barrierTs, request.ttlSeconds, { global: false }),
        (newBarrierInfo) => ({ newBarrierInfo })
      )
    ),
    pdUnary(pd, methods.DeleteGCBarrier, (request) =>
      Effect.map(scheduler.deleteGcBarrier(request.barrierId, { global: false }), (deletedBarrierInfo) => ({
        deletedBarrierInfo
      }))
    ),
    pdUnary(pd, methods.SetGlobalGCBarrier, (request) =>
      Effect.map(
        scheduler.setGcBarrier(request.barrierId, request.barrierTs, request.ttlSeconds, { global: true }),
        (newBarrierInfo) => ({ newBarrierInfo })
      )
    ),
    pdUnary(pd, methods.DeleteGlobalGCBarrier, (request) =>
      Effect.map(scheduler.deleteGcBarrier(request.barrierId, { global: true }), (deletedBarrierInfo) => ({
        deletedBarrierInfo
      }))
    )
  ]
}

/** The id that stands for "no keyspace" on the wire. Source: pd `constant.NullKeyspaceID`. */
const NULL_KEYSPACE = { case: "keyspaceId", value: 0xffff_ffff } as const
