/**
 * A store's status port: what it is, how it is configured, what it counts and which regions it has, over HTTP/1.1. Reads
 * only; changing the cluster is the scheduler's business. Paths and the parts of /config that test suites read are TiKV's.
 */
import type { RegionStatus } from "@reefkv/core"
import { hex, type metapb } from "@reefkv/wire"
import { Effect, type Scope } from "effect"
import type { ListenError } from "../grpc/index.ts"
import { idParam, type Route, refuse } from "../pd/http/Routes.ts"
import { type HttpHandler, type HttpResponse, json, makeHttpServer } from "../port/HttpServer.ts"
import { listen, type OnePort } from "../port/OnePort.ts"
import { PROMETHEUS_TYPE, prometheusText } from "./prometheus.ts"
import type { StatusSource } from "./StatusSource.ts"
import { storeMetrics } from "./storeMetrics.ts"

/** Regions in one answer of /regions. */
const REGIONS_MAX = 10_240

export const makeStatusServer = Effect.fnUntraced(function* (
  address: { readonly host: string; readonly port: number },
  handler: HttpHandler
): Effect.fn.Return<OnePort, ListenError, Scope.Scope> {
  const http = yield* makeHttpServer(handler)
  return yield* listen({
    ...address,
    onHttp: http.accept,
    onGrpc: (socket) => socket.end()
  })
})

export const statusRoutes = (source: StatusSource): ReadonlyArray<Route> => {
  const get = (path: string, answer: () => HttpResponse): Route => ({
    method: "GET",
    path,
    handler: () => Effect.sync(answer)
  })
  return [
    get("/status", () => json(statusJson(source), source.serving() ? 200 : 503)),
    get("/ready", () => json({ ready: source.serving() }, source.serving() ? 200 : 503)),
    get("/metrics", () => ({ status: 200, contentType: PROMETHEUS_TYPE, body: prometheusText(storeMetrics(source)) })),
    get("/config", () => json(configJson(source))),
    get("/regions", () => {
      const regions = source.router.regions()
      return json({ count: regions.length, regions: regions.slice(0, REGIONS_MAX).map(regionJson) })
    }),
    {
      method: "GET",
      path: "/region/:id",
      handler: (_request, params) =>
        Effect.flatMap(idParam("the region id", params["id"]), (id) => {
          const region = source.router.region(id)
          return region === undefined
            ? refuse(404, `region ${id} has no peer on this store`)
            : Effect.succeed(json(regionJson(region)))
        })
    }
  ]
}

const statusJson = (source: StatusSource) => {
  const regions = source.router.regions()
  return {
    version: source.version,
    cluster_id: source.clusterId,
    store_id: source.storeId,
    address: source.address,
    start_time: source.startSeconds,
    serving: source.serving(),
    engine: source.engine.kind,
    region_count: regions.length,
    leader_count: regions.filter(({ peerId, leaderPeerId }) => peerId === leaderPeerId).length
  }
}

/** client-go's and client-java's suites read `storage.api-version` and `storage.enable-ttl`. */
const configJson = (source: StatusSource) => ({
  server: { addr: source.address },
  storage: {
    engine: source.engine.kind,
    "api-version": source.apiVersion === "V2" ? 2 : 1,
    "enable-ttl": source.apiVersion !== "V1"
  },
  raftstore: Object.fromEntries(Object.entries(source.config).map(([name, value]) => [kebab(name), value]))
})

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const peerJson = (peer: metapb.Peer) => ({ id: peer.id, store_id: peer.storeId, role: peer.role })

/** Keys in upper-case hex, so that any byte survives JSON. */
const regionJson = (status: RegionStatus) => ({
  id: status.region.id,
  start_key: hex(status.region.startKey),
  end_key: hex(status.region.endKey),
  epoch: {
    conf_ver: status.region.regionEpoch?.confVer ?? 0,
    version: status.region.regionEpoch?.version ?? 0
  },
  peers: status.region.peers.map(peerJson),
  peer_id: status.peerId,
  leader_peer_id: status.leaderPeerId,
  pending_peer_ids: status.pendingPeerIds,
  role: status.role,
  term: status.term,
  applied_index: status.appliedIndex,
  commit_index: status.commitIndex,
  last_index: status.lastIndex,
  truncated_index: status.truncatedIndex,
  approximate_bytes: status.approximateBytes,
  approximate_keys: status.approximateKeys
})
