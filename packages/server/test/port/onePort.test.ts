/** First bytes decide the protocol; everything else gets a clear end. Real sockets on port 0. */
import { describe, expect, test } from "bun:test"
import { createServer as createHttpServer } from "node:http"
import { connect, type Socket } from "node:net"
import * as grpc from "@grpc/grpc-js"
import { decode, encode, health, services } from "@reefkv/wire"
import { Effect, Exit, Scope } from "effect"
import fc from "fast-check"
import { listen, type OnePort, type Protocol, parseAddress, protocolOf } from "../../src/port/OnePort.ts"

/** Sockets given to an HTTP server, which these tests end themselves. */
const handedOver = new Set<Socket>()

const withScope = <A>(use: (scope: Scope.Closeable) => Promise<A>): Promise<A> =>
  (async () => {
    const scope = Scope.makeUnsafe()
    try {
      return await use(scope)
    } finally {
      await Effect.runPromise(Scope.close(scope, Exit.void))
    }
  })()

/** A port with a gRPC server that answers Health/Check and an HTTP server that echoes. */
const openPort = async (
  scope: Scope.Closeable,
  extra: { readonly firstBytesDeadlineMs?: number; readonly connectionsMax?: number } = {}
): Promise<OnePort> => {
  const server = new grpc.Server()
  const check = services.Health.methods.Check
  server.addService(
    {
      Check: {
        path: check.path,
        requestStream: false,
        responseStream: false,
        requestSerialize: (m: health.HealthCheckRequest) => Buffer.from(encode(health.HealthCheckRequest, m)),
        requestDeserialize: (b: Buffer) => decode(health.HealthCheckRequest, b),
        responseSerialize: (m: health.HealthCheckResponse) => Buffer.from(encode(health.HealthCheckResponse, m)),
        responseDeserialize: (b: Buffer) => decode(health.HealthCheckResponse, b)
      }
    },
    {
      Check: (_call: unknown, callback: grpc.sendUnaryData<health.HealthCheckResponse>) => callback(null, { status: 1 })
    }
  )
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure())
  const http = createHttpServer((request, response) => {
    let bytes = 0
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length
    })
    request.on("end", () => response.end(`${request.method} ${request.url} ${bytes}`))
  })
  const port = await Effect.runPromise(
    Scope.provide(
      listen({
        host: "127.0.0.1",
        port: 0,
        onGrpc: (socket) => injector.injectConnection(socket),
        onHttp: (socket) => {
          handedOver.add(socket)
          http.emit("connection", socket)
        },
        ...extra
      }),
      scope
    )
  )
  return port
}

/** Everything the server says until it closes. */
const conversation = (port: OnePort, act: (socket: Socket) => void): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port.port, "127.0.0.1")
    let said = ""
    socket.on("data", (chunk) => {
      said += chunk.toString("latin1")
    })
    socket.on("error", () => {})
    socket.on("close", () => resolve(said))
    socket.on("connect", () => act(socket))
  })

const healthCheck = (port: OnePort): Promise<number> =>
  new Promise((resolve, reject) => {
    const client = new grpc.Client(port.address, grpc.credentials.createInsecure())
    client.makeUnaryRequest(
      services.Health.methods.Check.path,
      (m: health.HealthCheckRequest) => Buffer.from(encode(health.HealthCheckRequest, m)),
      (b: Buffer) => decode(health.HealthCheckResponse, b),
      { service: "" },
      (error, reply) => {
        client.close()
        if (error !== null) reject(error)
        else resolve(reply?.status ?? -1)
      }
    )
  })

describe("protocolOf", () => {
  const of = (text: string) => protocolOf(Buffer.from(text, "latin1"))
  test("the HTTP/2 preface is gRPC, and each shorter prefix of it is undecided", () => {
    const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    for (let n = 0; n < 12; n++) expect(of(preface.slice(0, n))).toBe("undecided")
    for (let n = 12; n <= preface.length; n++) expect(of(preface.slice(0, n))).toBe("grpc")
  })
  test("methods that share letters with the preface are HTTP/1.1", () => {
    for (const line of ["GET / HTTP/1.1", "PUT /x", "POST /x", "PROPFIND /x", "PATCH /", "DELETE /", "PRI /"]) {
      expect(of(line)).toBe("http")
    }
  })
  test("a TLS hello, a blank, lower case and an endless word are neither", () => {
    for (const bytes of ["\x16\x03\x01\x02\x00", " GET", "get / HTTP/1.1", "\r\n\r\n", "A".repeat(40)]) {
      expect(of(bytes)).toBe("neither")
    }
  })
  test("is total, never changes its mind, and asks for at most 16 bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        let decided: Protocol = "undecided"
        for (let n = 0; n <= bytes.length; n++) {
          const now = protocolOf(bytes.subarray(0, n))
          if (decided !== "undecided") expect(now).toBe(decided)
          decided = now
        }
        if (bytes.length > 16) expect(decided).not.toBe("undecided")
      }),
      { seed: 20261, numRuns: 500 }
    )
  })
})

test("parseAddress takes bare, bracketed and URL forms and refuses the rest", () => {
  expect(parseAddress("127.0.0.1:2379")).toEqual({ host: "127.0.0.1", port: 2379 })
  expect(parseAddress("http://pd-0.svc:2379/")).toEqual({ host: "pd-0.svc", port: 2379 })
  expect(parseAddress("https://[::1]:80")).toEqual({ host: "::1", port: 80 })
  for (const bad of ["", "localhost", "1.2.3.4:", "1.2.3.4:99999", "a b:1", "::1:80"]) {
    expect(parseAddress(bad)).toBeUndefined()
  }
})

test("gRPC and HTTP/1.1 work side by side on one port", () =>
  withScope(async (scope) => {
    const port = await openPort(scope)
    const url = `http://${port.address}`
    const [status, got, posted] = await Promise.all([
      healthCheck(port),
      fetch(`${url}/pd/api/v1/version`).then((reply) => reply.text()),
      fetch(`${url}/big`, { method: "POST", body: "x".repeat(300_000) }).then((reply) => reply.text())
    ])
    expect(status).toBe(1)
    expect(got).toBe("GET /pd/api/v1/version 0")
    expect(posted).toBe("POST /big 300000")
    expect(port.counters.grpc).toBe(1)
    expect(port.counters.http).toBeGreaterThanOrEqual(1)
  }))

test("connections that clients leave, by FIN or by reset, are given back, whatever they spoke", () =>
  withScope(async (scope) => {
    const port = await openPort(scope)
    const client = new grpc.Client(port.address, grpc.credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1
    })
    await new Promise<void>((resolve) => client.waitForReady(Number.POSITIVE_INFINITY, () => resolve()))
    const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"
    const asked = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n"
    const sockets: Array<Socket> = []
    for (const first of [preface, asked, preface, asked]) {
      const socket = connect(port.port, "127.0.0.1", () => socket.write(Buffer.from(first, "latin1")))
      socket.on("error", () => {})
      await new Promise<void>((resolve) => socket.once("data", () => resolve()))
      sockets.push(socket)
    }
    expect(port.openConnections()).toBe(5)
    sockets[0]?.end()
    sockets[1]?.end()
    sockets[2]?.resetAndDestroy()
    sockets[3]?.resetAndDestroy()
    client.close()
    for (let i = 0; i < 10_000 && port.openConnections() > 0; i++)
      await new Promise<void>((resolve) => setImmediate(resolve))
    expect(port.openConnections()).toBe(0)
  }))

test("a request that arrives byte by byte loses none of its bytes", () =>
  withScope(async (scope) => {
    const port = await openPort(scope)
    const said = await conversation(port, (socket) => {
      socket.setNoDelay(true)
      const bytes = "POST /drip HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"
      let at = 0
      const next = (): void => {
        if (at < bytes.length) socket.write(bytes[at++] as string, () => setImmediate(next))
      }
      next()
    })
    expect(said).toContain("POST /drip 3")
  }))

test("garbage first bytes get a 400 that says what is spoken here, and a close", () =>
  withScope(async (scope) => {
    const port = await openPort(scope)
    const said = await conversation(port, (socket) => socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])))
    expect(said).toStartWith("HTTP/1.1 400")
    expect(said).toContain("gRPC")
    expect(port.counters.refused).toBe(1)
    // The port lives on.
    expect(await healthCheck(port)).toBe(1)
  }))

test("first bytes cut off in the middle of the preface get a clear close", () =>
  withScope(async (scope) => {
    const port = await openPort(scope)
    const said = await conversation(port, (socket) => socket.end("PRI * HT"))
    expect(said).toContain("ended before")
    expect(port.counters.refused).toBe(1)
  }))

test("a connection that says nothing, or too little, is closed at the deadline", () =>
  withScope(async (scope) => {
    const port = await openPort(scope, { firstBytesDeadlineMs: 30 })
    const [silent, slow] = await Promise.all([
      conversation(port, () => {}),
      conversation(port, (socket) => socket.write("PRI"))
    ])
    expect(silent).toContain("no request arrived in time")
    expect(slow).toContain("no request arrived in time")
    expect(port.counters.silent).toBe(2)
    expect(port.openConnections()).toBe(0)
  }))

test("over the bound of connections a new one is closed and counted", () =>
  withScope(async (scope) => {
    const port = await openPort(scope, { connectionsMax: 1, firstBytesDeadlineMs: 60_000 })
    const first = connect(port.port, "127.0.0.1")
    await new Promise<void>((resolve) => first.on("connect", () => resolve()))
    await conversation(port, () => {})
    expect(port.counters.overflow).toBe(1)
    first.destroy()
  }))

test("a port in use is a typed error that names the address", () =>
  withScope(async (scope) => {
    const port = await openPort(scope)
    const error = await Effect.runPromise(
      Effect.scoped(listen({ host: "127.0.0.1", port: port.port, onGrpc: () => {}, onHttp: () => {} })).pipe(
        Effect.flip
      )
    )
    expect(error._tag).toBe("ListenError")
    expect(error.reason).toBe("in-use")
    expect(error.message).toContain(port.address)
  }))

test("closing the scope ends undecided connections, leaves decided ones to their server, and frees the port", async () => {
  const scope = Scope.makeUnsafe()
  const port = await openPort(scope)
  const decided = conversation(port, (socket) => socket.write("GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"))
  while (port.counters.http === 0) await new Promise<void>((resolve) => setImmediate(resolve))
  const silent = connect(port.port, "127.0.0.1")
  await new Promise<void>((resolve) => silent.on("connect", () => resolve()))
  while (port.openConnections() < 2) await new Promise<void>((resolve) => setImmediate(resolve))
  const silentEnded = new Promise<void>((resolve) => silent.on("close", () => resolve()))
  await Effect.runPromise(Scope.close(scope, Exit.void))
  await silentEnded
  await withScope(async (second) => {
    const again = await Effect.runPromise(
      Scope.provide(listen({ host: "127.0.0.1", port: port.port, onGrpc: () => {}, onHttp: () => {} }), second)
    )
    expect(again.port).toBe(port.port)
  })
  expect(port.openConnections()).toBe(1)
  for (const socket of handedOver) socket.destroy()
  expect(await decided).toBe("")
})
