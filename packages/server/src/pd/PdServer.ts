/**
 * The PD port of one scheduler process: gRPC and HTTP/1.1 on one address, over a SchedulerService.
 *
 * Made inside out, so that closing the scope goes outside in: the port stops accepting, HTTP connections end, gRPC calls
 * in flight get `graceMs`, then the handlers' fibers are interrupted.
 */

import { type ListenError, makeGrpcServer } from "@reefkv/grpc"
import type { SchedulerServiceShape } from "@reefkv/scheduler"
import { Effect, type Scope } from "effect"
import { makeHttpServer } from "../port/HttpServer.ts"
import { formatAddress, listen, type OnePort } from "../port/OnePort.ts"
import { pdRoutes } from "./http/pdRoutes.ts"
import { routesHandler } from "./http/Routes.ts"
import { makePdService } from "./PdService.ts"

/** How long calls in flight may take once the server closes. */
export const PD_CLOSE_GRACE_MS = 1_000

export interface PdServerOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /**
   * `host:port` under which clients and stores reach this server; printed in the member list, which clients follow. Left
   * out: the bound address, with a wildcard host taken as the loopback.
   */
  readonly advertiseAddress?: string | undefined
  /** Shown in logs and member lists; not empty. */
  readonly name?: string | undefined
}

export interface PdServer extends OnePort {
  readonly clusterId: number
  /** As announced to clients. */
  readonly advertiseAddress: string
}

const WILDCARDS: ReadonlyArray<string> = ["0.0.0.0", "::", ""]

const reachable = (host: string, port: number): string =>
  WILDCARDS.includes(host) ? formatAddress("127.0.0.1", port) : formatAddress(host, port)

export const makePdServer = Effect.fnUntraced(function* (
  scheduler: SchedulerServiceShape,
  options: PdServerOptions
): Effect.fn.Return<PdServer, ListenError, Scope.Scope> {
  const service = yield* makePdService(scheduler)
  const grpc = yield* makeGrpcServer({ bindings: service.bindings, graceMs: PD_CLOSE_GRACE_MS })
  let onePort: OnePort | undefined
  const routes = pdRoutes({ scheduler, keyspaces: service.keyspaces, portCounters: () => onePort?.counters })
  const http = yield* makeHttpServer(routesHandler(routes))
  onePort = yield* listen({ host: options.host, port: options.port, onGrpc: grpc.accept, onHttp: http.accept })
  const advertiseAddress = options.advertiseAddress || reachable(options.host, onePort.port)
  // A client that comes before this finds a member without URLs, takes it for "no leader" and asks again.
  yield* scheduler.announce({
    name: options.name || `pd-${onePort.port}`,
    clientUrls: [`http://${advertiseAddress}`],
    peerUrls: [`http://${advertiseAddress}`]
  })
  return { ...onePort, clusterId: scheduler.clusterId, advertiseAddress }
})
