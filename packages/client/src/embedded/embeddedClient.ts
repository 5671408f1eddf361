/**
 * A whole store inside this process: scheduler, raft log, engine, raw commands, and the raw client over them. One replica,
 * no sockets, no other process; the same code that serves a cluster, so that regions split here as they do there.
 *
 *   engines ─▶ scheduler ─▶ router and store (it bootstraps its cluster, or finds it again) ─▶ raw commands ─▶ client
 *   scope closes ─▶ client: open calls are answered ─▶ raw commands ─▶ store ─▶ scheduler ─▶ engines
 */
import {
  defaultStoreConfig,
  layerRouter,
  layerStore,
  Router,
  SchedulerClient,
  Store,
  type StoreStartError,
  Transport,
  TransportError,
  type TransportService
} from "@reefkv/core"
import { Engine, type EngineError } from "@reefkv/engine"
import { makeLocalClient, type SchedulerError, SchedulerService, schedulerLayer } from "@reefkv/scheduler"
import { defaultRawConfig, makeRawStorage } from "@reefkv/storage"
import { KEYSPACE_ID_NONE, kvrpcpb, makeKeyCodec, metapb } from "@reefkv/wire"
import { Clock, Context, Effect, Layer, type Scope } from "effect"
import { KvError } from "../KvError.ts"
import { makeRawClient, type RawClientOptions } from "../raw/makeRawClient.ts"
import { RawClient, type RawClientService } from "../raw/RawClient.ts"
import { type EmbeddedEngine, engineLayers } from "./engines.ts"
import { makeInProcessPd } from "./InProcessPd.ts"
import { makeInProcessStores } from "./InProcessStores.ts"

export interface EmbeddedOptions extends Partial<RawClientOptions> {
  /** `sqlite` when a directory is given, else `memory`. */
  readonly engine?: EmbeddedEngine
  /** Where the store is kept, created when absent; one process at a time. */
  readonly directory?: string
}

/** There is nobody to send to. */
const noTransport: TransportService = {
  send: () => {},
  sendSnapshot: () =>
    Effect.fail(new TransportError({ reason: "unreachable", message: "an embedded store has no other stores" }))
}

export const makeEmbeddedClient = Effect.fnUntraced(function* (
  options: EmbeddedOptions
): Effect.fn.Return<RawClientService, KvError, Scope.Scope> {
  const { directory } = options
  const kind = options.engine ?? (directory === undefined ? "memory" : "sqlite")
  const engines = yield* engineLayers(kind, directory)
  return yield* start(engines, options).pipe(Effect.mapError((error) => openError(error, directory)))
})

const start = Effect.fnUntraced(function* (
  engines: Effect.Success<ReturnType<typeof engineLayers>>,
  options: EmbeddedOptions
): Effect.fn.Return<RawClientService, EngineError | SchedulerError | StoreStartError | KvError, Scope.Scope> {
  const clock = yield* Clock.Clock
  const storeEngines = yield* Layer.build(engines.store)
  const schedulerContext = yield* Layer.build(Layer.provide(schedulerLayer(), engines.scheduler))
  const scheduler = yield* makeLocalClient(Context.get(schedulerContext, SchedulerService))
  const routerContext = yield* Layer.build(layerRouter(defaultStoreConfig))
  const router = Context.get(routerContext, Router)
  const storeContext = yield* Layer.build(
    layerStore({ store: metapb.Store.create({ address: "in-process:0", version: "8.5.0" }), keyMode: "raw" })
  ).pipe(
    Effect.provideContext(routerContext),
    Effect.provideContext(storeEngines),
    Effect.provideService(Transport, noTransport),
    Effect.provideService(SchedulerClient, scheduler)
  )
  const { clusterId, storeId } = Context.get(storeContext, Store)
  const raw = yield* makeRawStorage({
    config: defaultRawConfig,
    clocks: {
      nowSeconds: () => Math.floor(clock.currentTimeMillisUnsafe() / 1000),
      monotonicMs: () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
    },
    router,
    engine: Context.get(storeEngines, Engine)
  })
  return yield* makeRawClient({
    pd: makeInProcessPd(clusterId, storeId, router),
    makeStores: () => Effect.succeed(makeInProcessStores(storeId, raw, router)),
    codec: makeKeyCodec("V1", "raw"),
    context: {
      apiVersion: kvrpcpb.APIVersion.V1,
      keyspace: { case: "keyspaceId", value: KEYSPACE_ID_NONE },
      keyspaceName: "",
      clusterId
    },
    options
  })
})

const openError = (
  error: EngineError | SchedulerError | StoreStartError | KvError,
  directory: string | undefined
): KvError => {
  if (error._tag === "KvError") return error
  const where = directory === undefined ? "the store" : `the store in ${directory}`
  const why = error._tag === "StoreConfigError" ? error.problems.join("; ") : error.message
  // A directory that is held now may be free later; everything else stays as it is until somebody acts.
  const reason = error._tag === "EngineError" && error.reason === "locked" ? "unavailable" : "refused"
  return new KvError({ reason, message: `cannot open ${where}: ${why}`, cause: error })
}

/** An embedded store as the RawClient service, for the life of the layer. */
export const layerEmbedded = (options: EmbeddedOptions = {}): Layer.Layer<RawClient, KvError> =>
  Layer.effect(RawClient, makeEmbeddedClient(options))
