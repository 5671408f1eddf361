/** What gRPC says of single calls, where a client of a library would never say it wrong. */
import { describe, expect, test } from "bun:test"
import { deflateSync, gzipSync } from "node:zlib"
import { encode, kvrpcpb, services, tikvpb } from "@reefkv/wire"
import { Effect, type Scope } from "effect"
import { Flag, Frame, frameBytesMax, receiveWindow } from "../src/http2/frames.ts"
import { HpackDecoder } from "../src/http2/HpackDecoder.ts"
import { headerBlock } from "../src/http2/headerBlock.ts"
import { type Binding, bidi, type Call, type Flow, GrpcCode, makeGrpcServer, unary } from "../src/index.ts"
import { frame, framesOf, hello, turn, uint32, Wire } from "./support/frames.ts"

const { Tikv } = services
const run = (body: Effect.Effect<void, never, Scope.Scope>) => Effect.runPromise(Effect.scoped(body))

type Headers = Readonly<Record<string, string>>

/** A server with one connection, and calls on it made of frames. */
const serve = (bindings: ReadonlyArray<Binding>) =>
  Effect.map(makeGrpcServer({ bindings, graceMs: 100, receiveBytesMax: 100_000 }), (server) => {
    const wire = new Wire()
    let nextId = 1
    server.accept(wire)
    wire.push(hello)
    const open = (path: string, headers: Headers = {}): number => {
      const id = nextId
      nextId += 2
      const list = {
        ":method": "POST",
        ":scheme": "http",
        ":path": path,
        "content-type": "application/grpc",
        ...headers
      }
      wire.push(frame(Frame.headers, Flag.endHeaders, id, headerBlock(Object.entries(list))))
      return id
    }
    const settle = Effect.promise(async () => {
      for (let i = 0; i < 4; i++) await turn()
    })
    const answered = (id: number) => {
      const decoder = new HpackDecoder()
      const headers = new Map<string, string>()
      for (const { flags, payload, stream, type } of framesOf(Buffer.concat(wire.written))) {
        if (type !== Frame.headers || stream !== id) continue
        for (const [name, value] of decoder.decode(payload, 65_536)) headers.set(name, value)
        if ((flags & Flag.endStream) !== 0) headers.set("end", "yes")
      }
      return Object.fromEntries(headers)
    }
    return {
      wire,
      open,
      settle,
      answered,
      data: (id: number, content: Uint8Array, end: boolean) =>
        wire.push(frame(Frame.data, end ? Flag.endStream : 0, id, content)),
      /** A whole unary call; answers its headers. */
      call: (path: string, headers: Headers, content: Uint8Array) =>
        Effect.gen(function* () {
          const id = open(path, headers)
          wire.push(frame(Frame.data, Flag.endStream, id, content))
          yield* settle
          return answered(id)
        })
    }
  })

const message = (bytes: Uint8Array, compressed = 0): Buffer =>
  Buffer.concat([Buffer.from([compressed]), uint32(bytes.length), Buffer.from(bytes)])
const key = new TextEncoder().encode("a key")
const requestBytes = encode(kvrpcpb.RawGetRequest, kvrpcpb.RawGetRequest.create({ key }))
const path = Tikv.methods.RawGet.path

const notingKeys = () => {
  const keys: Array<string> = []
  const calls: Array<Call> = []
  const binding = unary(Tikv.methods.RawGet, (request, reply, call) => {
    keys.push(Buffer.from(request.key).toString())
    calls.push(call)
    reply.send(kvrpcpb.RawGetResponse.create())
  })
  return { keys, calls, binding }
}

describe("headers", () => {
  test("deadline, metadata and peer of a call", () =>
    run(
      Effect.gen(function* () {
        const { binding, calls } = notingKeys()
        const { call } = yield* serve([binding])
        const before = Date.now()
        yield* call(path, { "grpc-timeout": "2S", "x-first": "1" }, message(requestBytes))
        yield* call(path, { "grpc-timeout": "500000u" }, message(requestBytes))
        yield* call(path, { "grpc-timeout": "soon" }, message(requestBytes))
        expect(calls[0]!.deadlineEpochMs! - before).toBeGreaterThanOrEqual(2_000)
        expect(calls[0]!.deadlineEpochMs! - Date.now()).toBeLessThanOrEqual(2_000)
        expect(calls[0]!.metadata("x-first")).toBe("1")
        expect(calls[0]!.metadata("x-second")).toBeUndefined()
        expect(calls[1]!.deadlineEpochMs! - Date.now()).toBeLessThanOrEqual(500)
        expect(calls[2]!.deadlineEpochMs).toBeUndefined()
      })
    ))

  test("what is not gRPC is a 415 of HTTP", () =>
    run(
      Effect.gen(function* () {
        const { call } = yield* serve([notingKeys().binding])
        expect(yield* call(path, { "content-type": "application/json" }, message(requestBytes))).toEqual({
          ":status": "415",
          end: "yes"
        })
        const proto = yield* call(path, { "content-type": "application/grpc+proto" }, message(requestBytes))
        expect(proto["grpc-status"]).toBe("0")
      })
    ))

  test("a message of any text is one header of ASCII", () =>
    run(
      Effect.gen(function* () {
        const { call } = yield* serve([
          unary(Tikv.methods.RawGet, (_, reply) => reply.fail(GrpcCode.aborted, `50 % größer\n${"x".repeat(9_000)}`))
        ])
        const answer = yield* call(path, {}, message(requestBytes))
        expect(answer["grpc-status"]).toBe(String(GrpcCode.aborted))
        expect(answer["grpc-message"]).toStartWith("50 %25 gr%C3%B6%C3%9Fer%0Ax")
        expect(answer["grpc-message"]!.length).toBeLessThan(frameBytesMax)
      })
    ))
})

describe("requests", () => {
  test("compressed by gzip or deflate are taken, other compressions are named as not taken", () =>
    run(
      Effect.gen(function* () {
        const { binding, keys } = notingKeys()
        const { call } = yield* serve([binding])
        yield* call(path, { "grpc-encoding": "gzip" }, message(gzipSync(requestBytes), 1))
        yield* call(path, { "grpc-encoding": "deflate" }, message(deflateSync(requestBytes), 1))
        // The encoding is an offer: each message says for itself whether it is used.
        yield* call(path, { "grpc-encoding": "gzip" }, message(requestBytes))
        expect(keys).toEqual(["a key", "a key", "a key"])
        const other = yield* call(path, { "grpc-encoding": "snappy" }, message(requestBytes, 1))
        expect(other).toMatchObject({
          "grpc-status": String(GrpcCode.unimplemented),
          "grpc-accept-encoding": "identity,deflate,gzip"
        })
        const unnamed = yield* call(path, {}, message(requestBytes, 1))
        expect(unnamed["grpc-status"]).toBe(String(GrpcCode.internal))
        const broken = yield* call(path, { "grpc-encoding": "gzip" }, message(requestBytes, 1))
        expect(broken["grpc-status"]).toBe(String(GrpcCode.internal))
        const bomb = yield* call(path, { "grpc-encoding": "gzip" }, message(gzipSync(new Uint8Array(200_000)), 1))
        expect(bomb["grpc-status"]).toBe(String(GrpcCode.resourceExhausted))
        expect(keys.length).toBe(3)
      })
    ))

  test("none, two, or a half one, where one is due", () =>
    run(
      Effect.gen(function* () {
        const { binding, keys } = notingKeys()
        const { call } = yield* serve([binding])
        for (const content of [
          Buffer.alloc(0),
          Buffer.concat([message(requestBytes), message(requestBytes)]),
          message(requestBytes).subarray(0, 7)
        ]) {
          expect((yield* call(path, {}, content))["grpc-status"]).toBe(String(GrpcCode.internal))
        }
        expect(keys).toEqual([])
      })
    ))
})

describe("a paused stream", () => {
  /** A handler that pauses at its first request. */
  const pausing = () => {
    const got: Array<number> = []
    let held: Flow | undefined
    let halfClosed = 0
    const binding = bidi(Tikv.methods.BatchCommands, (sink, flow) => ({
      message: (request) => {
        got.push(request.requestIds[0] ?? 0)
        if (held !== undefined) return
        held = flow
        flow.pause()
      },
      halfClosed: () => {
        halfClosed++
        setImmediate(() => sink.end())
      },
      cancelled: () => {}
    }))
    return { got, binding, resume: () => held?.resume(), pause: () => held?.pause(), halfClosed: () => halfClosed }
  }
  const batch = (id: number, bytes: number) =>
    message(
      encode(
        tikvpb.BatchCommandsRequest,
        tikvpb.BatchCommandsRequest.create({
          requests: [{ cmd: { case: "rawGet", value: kvrpcpb.RawGetRequest.create({ key: new Uint8Array(bytes) }) } }],
          requestIds: [id]
        })
      )
    )
  const streamPath = Tikv.methods.BatchCommands.path
  const updatesOf = (wire: Wire, id: number) =>
    framesOf(Buffer.concat(wire.written)).filter(({ stream, type }) => type === Frame.windowUpdate && stream === id)

  test("gives its client no window until it goes on, then all of it", () =>
    run(
      Effect.gen(function* () {
        const { binding, got, resume } = pausing()
        const { data, open, settle, wire } = yield* serve([binding])
        const id = open(streamPath)
        const count = Math.floor((receiveWindow - 100) / 15_000) - 1
        for (let i = 1; i <= count; i++) data(id, batch(i, 14_900), false)
        yield* settle
        expect(got).toEqual([1])
        expect(updatesOf(wire, id)).toEqual([])
        resume()
        yield* settle
        expect(got).toEqual(Array.from({ length: count }, (_, i) => i + 1))
        expect(updatesOf(wire, id).length).toBe(1)
        expect(updatesOf(wire, id)[0]!.payload.readUInt32BE(0)).toBeGreaterThan(receiveWindow / 2)
      })
    ))

  test("is told of the half-close after its last request, once, however often it pauses", () =>
    run(
      Effect.gen(function* () {
        const { binding, got, halfClosed, pause, resume } = pausing()
        const { answered, data, open, settle } = yield* serve([binding])
        const id = open(streamPath)
        for (let i = 1; i <= 3; i++) data(id, batch(i, 10), i === 3)
        yield* settle
        expect([got, halfClosed()]).toEqual([[1], 0])
        resume()
        pause()
        yield* settle
        expect([got, halfClosed()]).toEqual([[1, 2, 3], 0])
        resume()
        pause()
        resume()
        yield* settle
        expect(halfClosed()).toBe(1)
        expect(answered(id)).toMatchObject({ "grpc-status": "0", end: "yes" })
      })
    ))
})
