/**
 * One TCP port for two protocols: gRPC (cleartext HTTP/2 with prior knowledge) and HTTP/1.1. PD clients expect both on
 * the same address.
 *
 * A connection is first *undecided*: its first bytes are compared with HTTP/2's connection preface. It then belongs to
 * the gRPC server or to the HTTP server for good, with every byte it sent. What is neither is answered with a plain 400
 * and closed; what stays silent is closed at a deadline. Driven by node:net's events; owned by a Scope, whose closing
 * stops listening and ends what is undecided. Decided connections belong to their servers, which end them in their own
 * time: a server made before the port is closed after it, so that calls in flight are still answered.
 */
import { createServer, type Server, type Socket } from "node:net"
import { ListenError } from "@reefkv/grpc"
import { Effect, type Scope } from "effect"

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

export interface PortOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Takes over a connection that speaks HTTP/2, and must end it one day. The socket holds all bytes received so far. */
  readonly onGrpc: (socket: Socket) => void
  /** Takes over a connection that speaks HTTP/1.1, likewise. */
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

const listenErrorOf = (error: NodeJS.ErrnoException, options: PortOptions): ListenError => {
  const address = formatAddress(options.host, options.port)
  const make = (reason: ListenError["reason"], why: string) =>
    new ListenError({ reason, address, message: `cannot listen on ${address}: ${why}` })
  switch (error.code) {
    case "EADDRINUSE":
      return make("in-use", "the port is in use; stop the other process or choose another port")
    case "EACCES":
    case "EPERM":
      return make("not-permitted", "this user may not use the port; choose one above 1023")
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return make("no-such-address", `${options.host} is not an address of this machine`)
    default:
      return make("io", error.message)
  }
}

/** Reads first bytes until they decide, then hands the socket over with all of them put back. */
const decide = (socket: Socket, options: PortOptions, counters: PortCounters, undecided: Set<Socket>): void => {
  let held: Uint8Array = new Uint8Array(0)
  let decided = false
  const leave = () => {
    decided = true
    undecided.delete(socket)
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
      // HTTP/2 knows no half-open connection, and its server would keep a socket that only the peer has ended.
      socket.once("end", () => socket.end())
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
  socket.on("close", leave)
  undecided.add(socket)
}

interface Listening {
  readonly server: Server
  readonly undecided: Set<Socket>
  readonly onePort: OnePort
}

const open = (options: PortOptions): Effect.Effect<Listening, ListenError> =>
  Effect.callback((resume) => {
    const undecided = new Set<Socket>()
    const counters: PortCounters = { grpc: 0, http: 0, refused: 0, silent: 0, overflow: 0 }
    let connections = 0
    // allowHalfOpen: an HTTP/1.1 client may close its sending half and still wait for the reply.
    const server = createServer({ noDelay: true, allowHalfOpen: true })
    server.on("connection", (socket) => {
      // A reset connection is the peer's business; its `close` follows.
      socket.on("error", () => {})
      if (connections >= (options.connectionsMax ?? CONNECTIONS_MAX)) {
        counters.overflow++
        socket.destroy()
        return
      }
      connections++
      socket.on("close", () => connections--)
      decide(socket, options, counters, undecided)
    })
    server.once("error", (error: NodeJS.ErrnoException) => resume(Effect.fail(listenErrorOf(error, options))))
    server.listen(options.port, options.host, () => {
      server.removeAllListeners("error")
      // A failing accept (too many open files) concerns one connection attempt, not the listener.
      server.on("error", () => {})
      const bound = server.address()
      if (bound === null || typeof bound === "string") throw new Error(`listening on ${bound}, expected a TCP port`)
      const address = formatAddress(options.host, bound.port)
      const onePort = { host: options.host, port: bound.port, address, counters, openConnections: () => connections }
      resume(Effect.succeed({ server, undecided, onePort }))
    })
  })

/** Opens the port and hands each connection to its protocol's server until the Scope closes. */
export const listen = (options: PortOptions): Effect.Effect<OnePort, ListenError, Scope.Scope> =>
  Effect.acquireRelease(open(options), ({ server, undecided }) =>
    Effect.sync(() => {
      // Stops listening at once; its callback would wait for connections that others are to end.
      server.close()
      for (const socket of undecided) socket.destroy()
    })
  ).pipe(Effect.map(({ onePort }) => onePort))
