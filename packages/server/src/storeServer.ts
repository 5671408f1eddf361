/**
 * One store process as a layer: the store over whatever engine and scheduler are provided, its gRPC port for clients and
 * other stores, and its status port.
 *
 *   bind both ports (a port in use is refused before anything is written)
 *     ─▶ router, transport, store: it learns its id, bootstraps or joins, brings its regions back
 *     ─▶ raw commands, Tikv service ─▶ connections that came meanwhile are taken in: ready
 *   scope closes ─▶ gRPC: accepted calls are answered within `graceMs`, new ones refused ─▶ store ─▶ transport ─▶ ports
 */

import type { Socket } from "node:net"
import {
  defaultStoreConfig,
  layerRouter,
  layerStore,
  Router,
  type SchedulerClient,
  Store,
  type StoreConfig,
  type StoreStartError,
  Transport
} from "@reefkv/core"
import { Engine, type EngineError, type RaftLog } from "@reefkv/engine"
import { defaultRawConfig, makeRawStorage, type RawConfig } from "@reefkv/storage"
import { type ApiVersion, metapb } from "@reefkv/wire"
import { Clock, Context, Effect, Layer, type Scope } from "effect"
import { type ListenError, makeGrpcServer, makeHealth } from "./grpc/index.ts"
import { routesHandler } from "./pd/http/Routes.ts"
import { CLUSTER_VERSION } from "./pd/stores.ts"
import type { HttpHandler } from "./port/HttpServer.ts"
import { json } from "./port/HttpServer.ts"
import { formatAddress, listen } from "./port/OnePort.ts"
import { makeStatusServer, statusRoutes } from "./status/statusServer.ts"
import { defaultTikvLimits, makeTikvService } from "./tikv/index.ts"
import { GrpcTransport } from "./transport/index.ts"

/** How long accepted calls may take once the server closes. */
export const STORE_CLOSE_GRACE_MS = 5_000
/** Connections that wait while the store starts; more are turned away and come again. */
const WAITING_CONNECTIONS_MAX = 1_024

export interface StoreServerOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** `host:port` under which clients and stores reach this one. Left out: as bound, a wildcard host as the loopback. */
  readonly advertiseAddress?: string | undefined
  /** Undefined: no status port. */
  readonly status?: { readonly host: string; readonly port: number } | undefined
  readonly labels?: ReadonlyArray<metapb.StoreLabel>
  /** Fixed for the life of a data directory: it decides what is stored. */
  readonly apiVersion?: ApiVersion
  readonly store?: StoreConfig
  readonly raw?: Partial<Omit<RawConfig, "apiVersion" | "keyMaxBytes" | "valueMaxBytes">>
  readonly graceMs?: number
}

export interface StoreServerService {
  readonly storeId: number
  readonly clusterId: number
  /** As announced: what clients dial. */
  readonly address: string
  readonly statusAddress: string | undefined
  /** Waits until the store's loop has ended; fails when disk or log made it end. */
  readonly stopped: Effect.Effect<void, EngineError>
}

export class StoreServer extends Context.Service<StoreServer, StoreServerService>()("@reefkv/server/StoreServer") {}

export type StoreServerError = ListenError | StoreStartError

export const layer = (
  options: StoreServerOptions
): Layer.Layer<StoreServer | Router | Store, StoreServerError, Engine | RaftLog | SchedulerClient> =>
  Layer.effectContext(makeStoreServer(options))

const WILDCARDS: ReadonlyArray<string> = ["0.0.0.0", "::", ""]
const reachable = (host: string, port: number): string =>
  formatAddress(WILDCARDS.includes(host) ? "127.0.0.1" : host, port)

const makeStoreServer = Effect.fnUntraced(function* (
  options: StoreServerOptions
): Effect.fn.Return<
  Context.Context<StoreServer | Router | Store>,
  StoreServerError,
  Engine | RaftLog | SchedulerClient | Scope.Scope
> {
  const config = options.store ?? defaultStoreConfig
  const apiVersion = options.apiVersion ?? "V1TTL"
  const clock = yield* Clock.Clock
  const engine = yield* Engine
  const startSeconds = Math.floor(clock.currentTimeMillisUnsafe() / 1000)

  const gate = makeGate<Socket>((socket) => socket.destroy())
  const port = yield* listen({
    host: options.host,
    port: options.port,
    onGrpc: gate.enter,
    onHttp: (socket) => socket.end(HTTP_REFUSAL)
  })
  const address = options.advertiseAddress || reachable(options.host, port.port)
  let statusHandler: HttpHandler = () => Effect.succeed(json("the store is starting", 503))
  const status =
    options.status === undefined
      ? undefined
      : yield* makeStatusServer(options.status, (request) => statusHandler(request))
  const statusAddress = status === undefined ? undefined : reachable(options.status?.host ?? "", status.port)

  const routerContext = yield* Layer.build(layerRouter(config))
  const router = Context.get(routerContext, Router)
  const transport = yield* Effect.provideContext(GrpcTransport.make(), routerContext)
  const storeContext = yield* Layer.build(
    layerStore({
      store: metapb.Store.create({
        address,
        statusAddress: statusAddress ?? "",
        labels: [...(options.labels ?? [])],
        version: CLUSTER_VERSION,
        startTimestamp: startSeconds
      }),
      keyMode: "raw",
      apiVersion
    })
  ).pipe(Effect.provideContext(routerContext), Effect.provideService(Transport, transport))
  const store = Context.get(storeContext, Store)

  const clocks = {
    nowSeconds: () => Math.floor(clock.currentTimeMillisUnsafe() / 1000),
    monotonicMs: () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
  }
  const rawConfig: RawConfig = {
    ...defaultRawConfig,
    ...options.raw,
    apiVersion,
    keyMaxBytes: config.keyMaxBytes,
    valueMaxBytes: config.valueMaxBytes
  }
  const raw = yield* makeRawStorage({ config: rawConfig, clocks, router, engine })
  const tikv = yield* makeTikvService({
    clusterId: store.clusterId,
    router,
    raw,
    clocks,
    nowMs: () => clock.currentTimeMillisUnsafe(),
    limits: defaultTikvLimits
  })
  const health = makeHealth([tikv.name])
  const grpc = yield* makeGrpcServer({
    bindings: [...tikv.bindings, ...health.bindings],
    graceMs: options.graceMs ?? STORE_CLOSE_GRACE_MS
  })
  let serving = true
  // A store without its loop refuses everything: clients should learn it from its health and go elsewhere.
  yield* Effect.forkScoped(
    Effect.exit(store.stopped).pipe(
      Effect.andThen(
        Effect.sync(() => {
          serving = false
          health.setServing(false)
        })
      )
    )
  )
  statusHandler = routesHandler(
    statusRoutes({
      clusterId: store.clusterId,
      storeId: store.storeId,
      address,
      version: CLUSTER_VERSION,
      startSeconds,
      config,
      apiVersion,
      router,
      engine,
      raw,
      grpc: { openCalls: grpc.openCalls, requests: tikv.counters },
      transport: () => transport.counters(),
      serving: () => serving
    })
  )
  gate.open(grpc.accept)
  const server: StoreServerService = {
    storeId: store.storeId,
    clusterId: store.clusterId,
    address,
    statusAddress,
    stopped: store.stopped
  }
  return Context.make(StoreServer, server).pipe(Context.add(Router, router), Context.add(Store, store))
})

const HTTP_REFUSAL = (() => {
  const text = "this port speaks gRPC; the status port answers HTTP\n"
  return `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${text}`
})()

/** Holds connections until somebody can serve them, up to a bound. */
const makeGate = <Connection>(turnAway: (connection: Connection) => void) => {
  let waiting: Array<Connection> = []
  let serve: ((connection: Connection) => void) | undefined
  return {
    enter: (connection: Connection): void => {
      if (serve !== undefined) serve(connection)
      else if (waiting.length < WAITING_CONNECTIONS_MAX) waiting.push(connection)
      else turnAway(connection)
    },
    open: (next: (connection: Connection) => void): void => {
      serve = next
      for (const connection of waiting) next(connection)
      waiting = []
    }
  }
}
