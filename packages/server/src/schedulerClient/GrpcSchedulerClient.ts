/**
 * core's SchedulerClient over gRPC: what a store in its own process asks of the scheduler and tells it.
 *
 * Each method is one call of the PD port through PdConnection; region heartbeats and operator steps share one stream.
 * Closing the layer's scope closes all connections; calls under way fail as `unavailable`.
 */
import { SchedulerClient, type SchedulerClientService } from "@reefkv/core"
import { type SchedulerError, schedulerError } from "@reefkv/scheduler"
import { pdpb, services } from "@reefkv/wire"
import { Effect, Layer, type Scope } from "effect"
import { makeHeartbeatStream } from "./HeartbeatStream.ts"
import { makePdConnection } from "./PdConnection.ts"

export interface GrpcSchedulerClientOptions {
  /** `host:port` of the schedulers, with or without `http://`; at least one. */
  readonly endpoints: ReadonlyArray<string>
}

const methods = services.PD.methods

export const make = Effect.fnUntraced(function* (
  options: GrpcSchedulerClientOptions
): Effect.fn.Return<SchedulerClientService, never, Scope.Scope> {
  const connection = yield* makePdConnection(options.endpoints)
  const heartbeats = yield* makeHeartbeatStream(connection)
  const { call } = connection
  /** A store that was removed runs on with nothing to do: at least it says so, once. */
  let toldRefusal = ""
  const noteRefusal = ({ reason, message }: SchedulerError): Effect.Effect<void> => {
    if (reason !== "refused" || message === toldRefusal) return Effect.void
    toldRefusal = message
    return Effect.logWarning(`the scheduler refuses this store's heartbeats: ${message}`)
  }
  const withLeader = (reply: pdpb.GetRegionResponse) =>
    reply.region === undefined ? undefined : { region: reply.region, leader: reply.leader }

  return {
    clusterId: connection.clusterId,
    isBootstrapped: Effect.map(
      call(methods.IsBootstrapped, (header) => ({ header })),
      (reply) => reply.bootstrapped
    ),
    bootstrap: (store, region) =>
      Effect.asVoid(call(methods.Bootstrap, (header) => ({ header, store, region }), { repeatable: false })),
    allocId: Effect.map(
      call(methods.AllocID, (header) => ({ header, count: 1 })),
      (reply) => reply.id
    ),
    putStore: (store) => Effect.asVoid(call(methods.PutStore, (header) => ({ header, store }))),
    getStore: (storeId) =>
      Effect.flatMap(
        call(methods.GetStore, (header) => ({ header, storeId })),
        ({ store }) =>
          store === undefined
            ? Effect.fail(schedulerError("unavailable", `the scheduler answered without store ${storeId}`))
            : Effect.succeed(store)
      ),
    getAllStores: Effect.map(
      call(methods.GetAllStores, (header) => ({ header, excludeTombstoneStores: false })),
      (reply) => reply.stores
    ),
    storeHeartbeat: (stats) =>
      call(methods.StoreHeartbeat, (header) => pdpb.StoreHeartbeatRequest.create({ header, stats })).pipe(
        Effect.asVoid,
        Effect.tapError(noteRefusal)
      ),
    regionHeartbeat: heartbeats.send,
    // The stream is this process's own; the scheduler learns the store id from its heartbeats.
    operatorSteps: () => heartbeats.steps,
    askBatchSplit: (region, count) =>
      Effect.map(
        call(methods.AskBatchSplit, (header) => ({
          header,
          region,
          splitCount: count,
          reason: pdpb.SplitReason.SIZE
        })),
        (reply) => reply.ids
      ),
    reportBatchSplit: (regions) =>
      Effect.asVoid(call(methods.ReportBatchSplit, (header) => ({ header, regions: [...regions] }))),
    getRegionById: (regionId) =>
      Effect.map(
        call(methods.GetRegionByID, (header) => ({ header, regionId, needBuckets: false })),
        withLeader
      ),
    getRegion: (key) =>
      Effect.map(
        call(methods.GetRegion, (header) => ({ header, regionKey: key, needBuckets: false })),
        withLeader
      )
  }
})

export const layer = (options: GrpcSchedulerClientOptions): Layer.Layer<SchedulerClient> =>
  Layer.effect(SchedulerClient, make(options))
