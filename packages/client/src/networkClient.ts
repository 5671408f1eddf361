/**
 * The raw client of a cluster that is reached over the network: discovery, connections, keyspace, and the layer that puts
 * it together.
 */
import { KEYSPACE_ID_NONE, type KeyCodec, keyspacepb, kvrpcpb, makeKeyCodec, pdpb, services } from "@reefkv/wire"
import { Clock, Effect, Layer, type Scope } from "effect"
import { invalidArgument, KvError } from "./KvError.ts"
import { makePdClient, type PdClient } from "./pd/PdClient.ts"
import { makeRawClient, type RawClientOptions } from "./raw/makeRawClient.ts"
import { RawClient, type RawClientService } from "./raw/RawClient.ts"
import type { ContextBase } from "./routing/RegionCache.ts"
import { makeStores } from "./store/Stores.ts"

export interface NetworkClientOptions extends Partial<RawClientOptions> {
  /** Scheduler (PD) addresses, `host:port`; any member will do, more are for when one is down. */
  readonly endpoints: string | ReadonlyArray<string>
  /** How long to look for the cluster at the start. */
  readonly connectTimeoutMs?: number
  /**
   * `V1` (also for clusters with TTLs on) or `V2`, as the cluster was set up. A V2 client works inside one keyspace, the one
   * called `DEFAULT` unless named.
   */
  readonly apiVersion?: "V1" | "V2"
  readonly keyspace?: string
  /** Connections, each with one stream, to every store. One is enough for one JavaScript thread. */
  readonly connectionsPerStore?: number
  /** Requests in one message. */
  readonly batchMax?: number
}

const CONNECT_TIMEOUT_MS = 10_000
const CONNECTIONS_MAX = 64
const BATCH_MAX = 128

export const makeNetworkClient = Effect.fnUntraced(function* (
  options: NetworkClientOptions
): Effect.fn.Return<RawClientService, KvError, Scope.Scope> {
  const { batchMax = BATCH_MAX, connectionsPerStore = 1, connectTimeoutMs = CONNECT_TIMEOUT_MS } = options
  if (!(connectionsPerStore >= 1 && connectionsPerStore <= CONNECTIONS_MAX)) {
    return yield* invalidArgument(`connectionsPerStore must be from 1 to ${CONNECTIONS_MAX}`)
  }
  if (!(batchMax >= 1)) return yield* invalidArgument("batchMax must be at least 1")
  if (options.keyspace !== undefined && options.apiVersion !== "V2") {
    return yield* invalidArgument('a keyspace needs apiVersion "V2"')
  }
  const endpoints = typeof options.endpoints === "string" ? options.endpoints.split(",") : options.endpoints
  const pd = yield* makePdClient({
    endpoints: endpoints.map((endpoint) => endpoint.trim()).filter((endpoint) => endpoint !== ""),
    timeoutMs: connectTimeoutMs
  })
  const { codec, context } = yield* keyForm(pd, options, connectTimeoutMs)
  return yield* makeRawClient({
    pd,
    codec,
    context,
    makeStores: (parts) => makeStores(pd, { ...parts, connectionsPerStore, batchMax }),
    options
  })
})

/** How keys look in requests, and what every request says of its API version and keyspace. */
const keyForm = Effect.fnUntraced(function* (
  pd: PdClient,
  options: NetworkClientOptions,
  timeoutMs: number
): Effect.fn.Return<{ readonly codec: KeyCodec; readonly context: ContextBase }, KvError> {
  const { clusterId } = pd
  if (options.apiVersion !== "V2") {
    return {
      codec: makeKeyCodec("V1", "raw"),
      context: {
        apiVersion: kvrpcpb.APIVersion.V1,
        keyspace: { case: "keyspaceId", value: KEYSPACE_ID_NONE },
        keyspaceName: "",
        clusterId
      }
    }
  }
  const name = options.keyspace ?? "DEFAULT"
  const now = yield* Clock.currentTimeMillis
  const request = keyspacepb.LoadKeyspaceRequest.create({ name })
  const { header, keyspace } = yield* pd.call(services.Keyspace.methods.LoadKeyspace, request, now + timeoutMs)
  if (header?.error?.type === pdpb.ErrorType.ENTRY_NOT_FOUND || keyspace?.keyspace?.case !== "id") {
    return yield* new KvError({ reason: "refused", message: `the cluster has no keyspace ${JSON.stringify(name)}` })
  }
  return {
    codec: makeKeyCodec("V2", "raw", keyspace.keyspace.value),
    context: {
      apiVersion: kvrpcpb.APIVersion.V2,
      keyspace: { case: "keyspaceId", value: keyspace.keyspace.value },
      keyspaceName: name,
      clusterId
    }
  }
})

/** A client of the cluster behind `endpoints`, for the life of the layer. */
export const layerRawClient = (options: NetworkClientOptions): Layer.Layer<RawClient, KvError> =>
  Layer.effect(RawClient, makeNetworkClient(options))
