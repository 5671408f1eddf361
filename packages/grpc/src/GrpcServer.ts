/**
 * A gRPC server over cleartext HTTP/2: bindings in, sockets in, calls out. This file alone knows that `@grpc/grpc-js`
 * serves; another HTTP/2 server takes its place by offering the same `GrpcServerService`.
 *
 * States: open (connections are accepted) → stopping (no new connection or call; handlers are told and finish) → closed
 * (every socket gone). The scope drives it; stopping is bounded by `graceMs`, then what is left is cut.
 *
 * Two traps of the library, met here once: `cancelled` also fires for calls that ended well, and windows are left alone
 * because a connection window at least twice the stream window stalls Bun's HTTP/2. Its server never counts keepalive
 * pings, so no client is ever sent away for too many of them.
 */
import { createServer, type Server as NetServer, Socket } from "node:net"
import type { Duplex } from "node:stream"
import * as grpc from "@grpc/grpc-js"
import { Effect, type Scope } from "effect"
import type { Binding, Call, Flow, Inbound, Outbound, Reply, Sink } from "./Binding.ts"
import { GrpcCode, ListenError } from "./GrpcStatus.ts"

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

export interface GrpcServerService {
  /** Takes over a connection whose first unread bytes are HTTP/2's preface. It is closed with the server. */
  accept(connection: Duplex): void
  /** Listens on an address of its own until the scope closes; port 0 lets the system choose. */
  listen(host: string, port: number): Effect.Effect<Address, ListenError, Scope.Scope>
  /** Calls that have no status yet; for metrics and tests. */
  openCalls(): number
}

/** A connection quiet for this long is probed by the kernel, and dropped when nobody answers. */
const TCP_KEEPALIVE_MS = 60_000
/** Time for connections to close by themselves once their last call is over, before they are cut. */
const CLOSE_MS = 200

/** What a running call can be told from outside it. */
interface OpenCall {
  stop(): void
}

/** The calls of a server: `open` have no status yet; `streams` have not left the connection altogether. */
interface Calls {
  readonly open: Set<OpenCall>
  streams: number
  stopping: boolean
  /** Called when `streams` falls to 0. */
  onIdle: () => void
}

const passBytes = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const takeBytes = (bytes: Buffer): Uint8Array => bytes

export const makeGrpcServer = Effect.fnUntraced(function* (
  options: GrpcServerOptions
): Effect.fn.Return<GrpcServerService, never, Scope.Scope> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": options.receiveBytesMax ?? RECEIVE_BYTES_MAX,
    "grpc.max_send_message_length": -1,
    "grpc.max_concurrent_streams": CONCURRENT_STREAMS_MAX,
    "grpc.enable_channelz": 0
  })
  const calls: Calls = { open: new Set(), streams: 0, stopping: false, onIdle: () => {} }
  for (const binding of options.bindings) {
    if (!register(server, binding, calls)) throw new Error(`GrpcServer: ${binding.path} is bound twice`)
  }
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure())
  const connections = new Set<Duplex>()

  const accept = (connection: Duplex): void => {
    if (calls.stopping) {
      connection.destroy()
      return
    }
    // A host that died without a word must be noticed one day.
    if (connection instanceof Socket) connection.setKeepAlive(true, TCP_KEEPALIVE_MS)
    connections.add(connection)
    connection.once("close", () => connections.delete(connection))
    // A reset by the other side shows as `close` of the connection and of its calls; nothing more is to be done.
    connection.on("error", () => {})
    injector.injectConnection(connection)
  }

  const finishCalls = Effect.callback<void>((resume) => {
    calls.stopping = true
    calls.onIdle = () => resume(Effect.void)
    for (const call of [...calls.open]) call.stop()
    if (calls.streams === 0) calls.onIdle()
  })
  // Only once no call is left: Bun closes a connection under its calls when asked to close it gracefully.
  const closeConnections = Effect.callback<void>((resume) => server.tryShutdown(() => resume(Effect.void)))
  yield* Effect.addFinalizer(() =>
    finishCalls.pipe(
      Effect.timeoutOption(options.graceMs),
      Effect.andThen(closeConnections.pipe(Effect.timeoutOption(CLOSE_MS))),
      Effect.andThen(
        Effect.sync(() => {
          server.forceShutdown()
          for (const connection of connections) connection.destroy()
        })
      )
    )
  )
  return {
    accept,
    listen: (host, port) => listenTcp(host, port, accept),
    openCalls: () => calls.open.size
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

const register = (server: grpc.Server, binding: Binding, calls: Calls): boolean => {
  switch (binding.kind) {
    case "unary": {
      const handle: grpc.handleUnaryCall<Uint8Array, Uint8Array> = (call, callback) => {
        const open = openCall(calls, call, (code, details) => callback({ code, details }))
        if (calls.stopping) return open.stop()
        const outbound = binding.start(call.request, replyOf(open, callback), callOf(call))
        open.follow(outbound)
      }
      return server.register(binding.path, handle, passBytes, takeBytes, "unary")
    }
    case "serverStream": {
      const handle: grpc.handleServerStreamingCall<Uint8Array, Uint8Array> = (call) => {
        const open = openCall(calls, call, (code, details) => call.emit("error", { code, details }))
        if (calls.stopping) return open.stop()
        const outbound = binding.start(call.request, sinkOf(open, call), callOf(call))
        open.follow(outbound)
        if (outbound?.writable !== undefined) call.on("drain", () => open.whileOpen(() => outbound.writable?.()))
      }
      return server.register(binding.path, handle, passBytes, takeBytes, "serverStream")
    }
    case "clientStream": {
      const handle: grpc.handleClientStreamingCall<Uint8Array, Uint8Array> = (call, callback) => {
        const open = openCall(calls, call, (code, details) => callback({ code, details }))
        if (calls.stopping) return open.stop()
        const inbound = binding.start(replyOf(open, callback), flowOf(call), callOf(call))
        open.follow(inbound)
        readFrom(open, call, inbound)
      }
      return server.register(binding.path, handle, passBytes, takeBytes, "clientStream")
    }
    case "bidi": {
      const handle: grpc.handleBidiStreamingCall<Uint8Array, Uint8Array> = (call) => {
        const open = openCall(calls, call, (code, details) => call.emit("error", { code, details }))
        if (calls.stopping) return open.stop()
        const inbound = binding.start(sinkOf(open, call), flowOf(call), callOf(call))
        open.follow(inbound)
        readFrom(open, call, inbound)
        call.on("drain", () => open.whileOpen(() => inbound.writable?.()))
      }
      return server.register(binding.path, handle, passBytes, takeBytes, "bidi")
    }
  }
}

/** The part of grpc-js's calls that is common to all four kinds. */
interface AnyCall {
  on(event: "cancelled", listener: () => void): unknown
}

/** One call's life: open until it is given its status by the handler, or until its client is gone. */
interface CallLife extends OpenCall {
  /** True once: the caller of it gives the status. */
  finish(): boolean
  whileOpen(run: () => void): void
  fail(code: number, details: string): void
  /** Whom to tell of the call's fate. */
  follow(handler: Outbound | undefined): void
}

const openCall = (calls: Calls, call: AnyCall, sendStatus: (code: number, details: string) => void): CallLife => {
  let over = false
  let told: Outbound | undefined
  const life: CallLife = {
    finish: () => {
      if (over) return false
      over = true
      calls.open.delete(life)
      return true
    },
    whileOpen: (run) => {
      if (!over) run()
    },
    fail: (code, details) => {
      if (life.finish()) sendStatus(code, details)
    },
    follow: (handler) => {
      told = handler
    },
    stop: () => {
      if (told?.stopping !== undefined) told.stopping()
      else if (life.finish()) {
        sendStatus(GrpcCode.unavailable, "the server is stopping")
        told?.cancelled?.()
      }
    }
  }
  calls.open.add(life)
  calls.streams++
  // Fires once for every call, when its stream is gone: also after a call that ended well, when nobody is left to tell.
  call.on("cancelled", () => {
    if (life.finish()) told?.cancelled?.()
    calls.streams--
    if (calls.streams === 0) calls.onIdle()
  })
  return life
}

const replyOf = (open: CallLife, callback: grpc.sendUnaryData<Uint8Array>): Reply<Uint8Array> => ({
  send: (response) => {
    if (open.finish()) callback(null, response)
  },
  fail: open.fail
})

const sinkOf = (
  open: CallLife,
  call: grpc.ServerWritableStream<Uint8Array, Uint8Array> | grpc.ServerDuplexStream<Uint8Array, Uint8Array>
): Sink<Uint8Array> => ({
  write: (response) => {
    let room = true
    open.whileOpen(() => {
      room = call.write(response)
    })
    return room
  },
  end: () => {
    if (open.finish()) call.end()
  },
  fail: open.fail
})

type ReadableCall = grpc.ServerReadableStream<Uint8Array, Uint8Array> | grpc.ServerDuplexStream<Uint8Array, Uint8Array>

const flowOf = (call: ReadableCall): Flow => ({ pause: () => call.pause(), resume: () => call.resume() })

const readFrom = (open: CallLife, call: ReadableCall, inbound: Inbound<Uint8Array>): void => {
  call.on("data", (bytes: Uint8Array) => open.whileOpen(() => inbound.message(bytes)))
  // A stream that was cut also shows an `end`, just before `cancelled`: only one that outlives the turn was half-closed.
  call.on("end", () => setImmediate(() => open.whileOpen(() => inbound.halfClosed())))
}

const callOf = (
  call: grpc.ServerUnaryCall<Uint8Array, Uint8Array> | ReadableCall | grpc.ServerWritableStream<Uint8Array, Uint8Array>
): Call => ({
  path: call.getPath(),
  peer: call.getPeer(),
  metadata: (name) => {
    const value = call.metadata.get(name)[0]
    return typeof value === "string" ? value : undefined
  },
  get deadlineEpochMs() {
    const deadline = call.getDeadline()
    const ms = typeof deadline === "number" ? deadline : deadline.getTime()
    return Number.isFinite(ms) ? ms : undefined
  }
})
