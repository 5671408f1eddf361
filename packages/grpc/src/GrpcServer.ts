/**
 * A gRPC server over cleartext HTTP/2: bindings in, sockets in, calls out. HTTP/2 itself is in `http2/`; this file owns the
 * server's life, `ServerCall.ts` the life of a call.
 *
 * States: open (connections are accepted) → stopping (no new connection or call; handlers are told and finish) → closed
 * (every socket gone). The scope drives it; stopping is bounded by `graceMs`, then what is left is cut.
 *
 * Pings are answered and never counted, so no client is sent away for too many of them.
 */
import { createServer, type Server as NetServer, Socket } from "node:net"
import type { Duplex } from "node:stream"
import { Effect, type Scope } from "effect"
import type { Binding } from "./Binding.ts"
import { ListenError } from "./GrpcStatus.ts"
import { Http2Session } from "./http2/Http2Session.ts"
import { Calls } from "./ServerCall.ts"

const MIB = 1024 * 1024

/** Largest request taken. Above the largest raft entry, snapshot chunk and batch that our own peers send. */
export const RECEIVE_BYTES_MAX = 64 * MIB
/** Calls open at once on one connection; over it the client waits, as HTTP/2 says. */
const CONCURRENT_STREAMS_MAX = 100_000

export interface GrpcServerOptions {
  readonly bindings: ReadonlyArray<Binding>
  /** How long accepted calls may take to finish once the scope closes. */
  readonly graceMs: number
  readonly receiveBytesMax?: number
}

export interface Address {
  readonly host: string
  readonly port: number
}

/** A connection quiet for this long is probed by the kernel, and dropped when nobody answers. */
const TCP_KEEPALIVE_MS = 60_000
/** Time for connections to close by themselves once their last call is over, before they are cut. */
const CLOSE_MS = 200

export interface GrpcServerService {
  /** Takes over a connection whose first unread bytes are HTTP/2's preface. It is closed with the server. */
  accept(connection: Duplex): void
  /** Listens on an address of its own until the scope closes; port 0 lets the system choose. */
  listen(host: string, port: number): Effect.Effect<Address, ListenError, Scope.Scope>
  /** Calls that have no status yet; for metrics and tests. */
  openCalls(): number
}

export const makeGrpcServer = Effect.fnUntraced(function* (
  options: GrpcServerOptions
): Effect.fn.Return<GrpcServerService, never, Scope.Scope> {
  const calls = new Calls(options.bindings, options.receiveBytesMax ?? RECEIVE_BYTES_MAX)
  const sessions = new Map<Http2Session, Duplex>()
  let onNoSession = (): void => {}

  const accept = (connection: Duplex): void => {
    if (calls.stopping) {
      connection.destroy()
      return
    }
    // A host that died without a word must be noticed one day.
    if (connection instanceof Socket) connection.setKeepAlive(true, TCP_KEEPALIVE_MS)
    // A reset by the other side shows as `close` of the connection and of its calls; nothing more is to be done.
    connection.on("error", () => {})
    const peer = connection instanceof Socket ? `${connection.remoteAddress}:${connection.remotePort}` : "unknown"
    const session = new Http2Session(
      connection,
      {
        request: (stream, headers) => calls.open(stream, headers, peer),
        closed: () => {
          sessions.delete(session)
          if (sessions.size === 0) onNoSession()
        }
      },
      { streamsMax: CONCURRENT_STREAMS_MAX }
    )
    sessions.set(session, connection)
  }

  const finishCalls = Effect.callback<void>((resume) => calls.stop(() => resume(Effect.void)))
  // Only once no call is left: clients on Bun give up their open calls when they are told to go away.
  const closeConnections = Effect.callback<void>((resume) => {
    onNoSession = () => resume(Effect.void)
    if (sessions.size === 0) onNoSession()
    for (const session of sessions.keys()) {
      session.goAway()
      session.end()
    }
  })
  yield* Effect.addFinalizer(() =>
    finishCalls.pipe(
      Effect.timeoutOption(options.graceMs),
      Effect.andThen(closeConnections.pipe(Effect.timeoutOption(CLOSE_MS))),
      Effect.andThen(
        Effect.sync(() => {
          for (const connection of sessions.values()) connection.destroy()
        })
      )
    )
  )
  return {
    accept,
    listen: (host, port) => listenTcp(host, port, accept),
    openCalls: () => calls.openCount
  }
})

/**
 * Accepts TCP connections on an address until the scope closes. Connections already accepted are the business of whoever
 * took them.
 */
export const listenTcp = Effect.fnUntraced(function* (
  host: string,
  port: number,
  onConnection: (socket: Socket) => void
): Effect.fn.Return<Address, ListenError, Scope.Scope> {
  const listening = yield* Effect.acquireRelease(
    Effect.callback<NetServer, ListenError>((resume) => {
      const net = createServer({ noDelay: true }, onConnection)
      net.once("error", (error: NodeJS.ErrnoException) => resume(Effect.fail(listenError(host, port, error))))
      net.listen({ host, port }, () => {
        net.removeAllListeners("error")
        // A failing accept (too many open files) concerns one connection attempt, not the listener.
        net.on("error", () => {})
        resume(Effect.succeed(net))
      })
    }),
    (net) => Effect.sync(() => net.close())
  )
  const bound = listening.address()
  if (bound === null || typeof bound === "string") throw new Error("a TCP listener without host and port")
  return { host, port: bound.port }
})

const listenError = (host: string, port: number, error: NodeJS.ErrnoException): ListenError => {
  const address = `${host}:${port}`
  switch (error.code) {
    case "EADDRINUSE":
      return new ListenError({
        reason: "in-use",
        address,
        message: `cannot listen on ${address}: the port is in use; stop the other process or choose another port`
      })
    case "EACCES":
    case "EPERM":
      return new ListenError({
        reason: "not-permitted",
        address,
        message: `cannot listen on ${address}: this user may not use the port; choose one above 1023`
      })
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new ListenError({
        reason: "no-such-address",
        address,
        message: `cannot listen on ${address}: this machine has no such address`
      })
    default:
      return new ListenError({ reason: "io", address, message: `cannot listen on ${address}: ${error.message}` })
  }
}
