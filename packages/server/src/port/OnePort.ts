/**
 * One TCP port for two protocols: gRPC (cleartext HTTP/2 with prior knowledge) and HTTP/1.1. PD clients expect both on
 * the same address.
 *
 * A connection is first *undecided*: its first bytes are compared with HTTP/2's connection preface. It then belongs to
 * the gRPC server or to the HTTP server for good, with every byte it sent. What is neither is answered with a plain 400
 * and closed; what stays silent is closed at a deadline. Driven by node:net's events; owned by a Scope, whose closing
 * stops listening and ends every connection.
 */
import { createServer, type Server, type Socket } from "node:net"
import { Context, Effect, Layer, Schema, type Scope } from "effect"

/** Enough of the preface `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n` to tell it from any HTTP/1.1 request line. */
const HTTP2_PREFACE = Buffer.from("PRI * HTTP/2", "latin1")
/** The longest HTTP/1.1 method we could be sent is OPTIONS; a first word longer than this is not HTTP. */
const HTTP_METHOD_BYTES_MAX = 16
/** An undecided connection is closed after this: a port scanner must not hold a socket for ever. */
export const FIRST_BYTES_DEADLINE_MS = 10_000
/** Connections of both protocols together; over it a new one is refused at once. */
export const CONNECTIONS_MAX = 16_384

const REFUSAL =
  "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
const refusal = (text: string): string => `${REFUSAL}${Buffer.byteLength(text)}\r\n\r\n${text}`

/** `inUse`: another process listens there. `denied`: the system forbids it. `unavailable`: no such local address. */
export class PortError extends Schema.TaggedError<PortError>()("PortError", {
  reason: Schema.Literals(["inUse", "denied", "unavailable", "failed"]),
  host: Schema.String,
  port: Schema.Int,
  message: Schema.String
}) {}

export interface PortOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Takes a connection that speaks HTTP/2. The socket still holds all bytes received so far. */
  readonly onGrpc: (socket: Socket) => void
  /** Takes a connection that speaks HTTP/1.1, likewise. */
  readonly onHttp: (socket: Socket) => void
  readonly firstBytesDeadlineMs?: number
  readonly connectionsMax?: number
}

/** How many connections took each way since the port opened. */
export interface PortCounters {
  grpc: number
  http: number
  /** First bytes that are neither protocol, or cut off in the middle. */
  refused: number
  /** Nothing, or too little, before the deadline. */
  silent: number
  /** Turned away because `connectionsMax` were open. */
  overflow: number
}

export interface OnePort {
  readonly host: string
  readonly port: number
  /** `host:port`, as a client dials it. */
  readonly address: string
  readonly counters: PortCounters
  /** Connections open now. */
  readonly openConnections: () => number
}

export type Protocol = "grpc" | "http" | "neither" | "undecided"

/** What the first bytes of a connection say. `undecided` asks for more; at most 16 bytes ever do. Total. */
export const protocolOf = (bytes: Uint8Array): Protocol => {
  const compared = Math.min(bytes.length, HTTP2_PREFACE.length)
  let matches = 0
  while (matches < compared && bytes[matches] === HTTP2_PREFACE[matches]) matches++
  if (matches === HTTP2_PREFACE.length) return "grpc"
  if (matches === bytes.length) return "undecided"
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    if (byte === 0x20) return i > 0 ? "http" : "neither"
    const isUpperCase = byte >= 0x41 && byte <= 0x5a
    if (!isUpperCase || i >= HTTP_METHOD_BYTES_MAX) return "neither"
  }
  return bytes.length > HTTP_METHOD_BYTES_MAX ? "neither" : "undecided"
}

/** Splits `host:port`, `[v6]:port` or either with `http(s)://` in front. Undefined when there is no port in it. */
export const parseAddress = (text: string): { readonly host: string; readonly port: number } | undefined => {
  const bare = text.replace(/^[a-z]+:\/\//, "").replace(/\/+$/, "")
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(bare)
  if (match === null) return undefined
  const port = Number(match[3])
  return port > 65_535 ? undefined : { host: match[1] ?? match[2] ?? "", port }
}

export const formatAddress = (host: string, port: number): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`

const portErrorOf = (error: NodeJS.ErrnoException, options: PortOptions): PortError => {
  const at = formatAddress(options.host, options.port)
  const make = (reason: PortError["reason"], message: string) =>
    new PortError({ reason, host: options.host, port: options.port, message })
  switch (error.code) {
    case "EADDRINUSE":
      return make(
        "inUse",
        `cannot listen on ${at}: the port is in use by another process; stop it or choose another port`
      )
    case "EACCES":
    case "EPERM":
      return make("denied", `cannot listen on ${at}: permission denied; ports below 1024 usually need more rights`)
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return make("unavailable", `cannot listen on ${at}: ${options.host} is not an address of this machine`)
    default:
      return make("failed", `cannot listen on ${at}: ${error.message}`)
  }
}

/** Reads first bytes until they decide, then hands the socket over with all of them put back. */
const decide = (socket: Socket, options: PortOptions, counters: PortCounters): void => {
  let held: Uint8Array = new Uint8Array(0)
  let decided = false
  const leave = () => {
    decided = true
    clearTimeout(deadline)
    socket.off("data", onData)
    socket.off("end", onEnd)
  }
  const refuse = (counter: "refused" | "silent", text: string) => {
    leave()
    counters[counter]++
    // `end` then `destroy`: the text gets out, and a peer that never closes its half does not keep the socket.
    socket.end(refusal(text), () => socket.destroy())
  }
  const onData = (chunk: Uint8Array) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    const protocol = protocolOf(held)
    if (protocol === "undecided") return
    if (protocol === "neither") {
      refuse("refused", "this port speaks gRPC (HTTP/2 without TLS) and HTTP/1.1; the first bytes are neither\n")
      return
    }
    leave()
    socket.pause()
    if (protocol === "grpc") {
      counters.grpc++
      options.onGrpc(socket)
    } else {
      counters.http++
      options.onHttp(socket)
    }
    socket.unshift(held)
    socket.resume()
  }
  const onEnd = () => {
    if (!decided) {
      if (held.length === 0) {
        // A connect-and-close probe, as load balancers send: nothing was asked, nothing is answered.
        leave()
        socket.destroy()
      } else refuse("refused", "the connection ended before a request line or an HTTP/2 preface was complete\n")
    }
  }
  const deadline = setTimeout(() => {
    refuse("silent", "no request arrived in time\n")
  }, options.firstBytesDeadlineMs ?? FIRST_BYTES_DEADLINE_MS)
  socket.on("data", onData)
  socket.on("end", onEnd)
  socket.on("close", () => clearTimeout(deadline))
}

/** Opens the port and hands each connection to its protocol until the Scope closes. */
export const listen = (options: PortOptions): Effect.Effect<OnePort, PortError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<{ readonly server: Server; readonly sockets: Set<Socket>; readonly onePort: OnePort }, PortError>(
      (resume) => {
        const sockets = new Set<Socket>()
        const counters: PortCounters = { grpc: 0, http: 0, refused: 0, silent: 0, overflow: 0 }
        // allowHalfOpen: an HTTP/1.1 client may close its sending half and still wait for the reply.
        const server = createServer({ noDelay: true, allowHalfOpen: true })
        server.on("connection", (socket) => {
          // A reset connection is the peer's business; its `close` follows.
          socket.on("error", () => {})
          if (sockets.size >= (options.connectionsMax ?? CONNECTIONS_MAX)) {
            counters.overflow++
            socket.destroy()
            return
          }
          sockets.add(socket)
          socket.on("close", () => sockets.delete(socket))
          decide(socket, options, counters)
        })
        server.once("error", (error: NodeJS.ErrnoException) => resume(Effect.fail(portErrorOf(error, options))))
        server.listen(options.port, options.host, () => {
          const bound = server.address()
          if (bound === null || typeof bound === "string") throw new Error(`listening on ${bound}, expected a TCP port`)
          resume(
            Effect.succeed({
              server,
              sockets,
              onePort: {
                host: options.host,
                port: bound.port,
                address: formatAddress(options.host, bound.port),
                counters,
                openConnections: () => sockets.size
              }
            })
          )
        })
        return Effect.sync(() => server.close())
      }
    ),
    ({ server, sockets }) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        for (const socket of sockets) socket.destroy()
      })
  ).pipe(Effect.map(({ onePort }) => onePort))

/** The port a process serves on, for parts that must print or announce it. */
export class Port extends Context.Service<Port, OnePort>()("@reefkv/server/Port") {}

export const layer = (options: PortOptions): Layer.Layer<Port, PortError> => Layer.effect(Port, listen(options))
