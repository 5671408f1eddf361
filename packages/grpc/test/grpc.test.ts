import { describe, expect, test } from "bun:test"
import * as http2 from "node:http2"
import { connect } from "node:net"
import { health, kvrpcpb, pdpb, services, tikvpb } from "@reefkv/wire"
import { Deferred, Effect, Exit, Fiber, Queue, Scope, Stream } from "effect"
import {
  type Binding,
  bidi,
  clientStream,
  GrpcCode,
  type GrpcError,
  makeEffectBinder,
  makeGrpcChannel,
  makeGrpcServer,
  makeHealth,
  unary
} from "../src/index.ts"

const { Tikv, PD, Health } = services

const serve = (bindings: ReadonlyArray<Binding>, graceMs = 2_000) =>
  Effect.gen(function* () {
    const server = yield* makeGrpcServer({ bindings, graceMs })
    const { port } = yield* server.listen("127.0.0.1", 0)
    return { server, port, channel: yield* makeGrpcChannel(`127.0.0.1:${port}`) }
  })
const run = <A, E>(body: Effect.Effect<A, E, Scope.Scope>) => Effect.runPromise(Effect.scoped(body))

const rawGet = unary(Tikv.methods.RawGet, (request, reply) => {
  if (request.key.length === 0) reply.fail(GrpcCode.invalidArgument, "no key")
  else reply.send(kvrpcpb.RawGetResponse.create({ value: request.key }))
})
const echoBatch = bidi(Tikv.methods.BatchCommands, (sink) => ({
  message: (request) => {
    sink.write(tikvpb.BatchCommandsResponse.create({ requestIds: request.requestIds }))
  },
  halfClosed: () => sink.end(),
  cancelled: () => {}
}))
const bytes = (text: string) => new TextEncoder().encode(text)

describe("unary", () => {
  test("a response and a refusal reach the caller", () =>
    run(
      Effect.gen(function* () {
        const { channel, server } = yield* serve([rawGet])
        const response = yield* channel.unary(Tikv.methods.RawGet, kvrpcpb.RawGetRequest.create({ key: bytes("k") }))
        expect(response.value).toEqual(bytes("k"))
        const refused = yield* Effect.flip(channel.unary(Tikv.methods.RawGet, kvrpcpb.RawGetRequest.create()))
        expect(refused).toMatchObject({ _tag: "GrpcError", code: GrpcCode.invalidArgument, message: "no key" })
        expect(server.openCalls()).toBe(0)
      })
    ))

  test("unknown methods and services end with UNIMPLEMENTED", () =>
    run(
      Effect.gen(function* () {
        const { channel } = yield* serve([rawGet])
        const method = yield* Effect.flip(
          channel.unary(Tikv.methods.KvGet, kvrpcpb.GetRequest.create({ key: bytes("k") }))
        )
        expect(method.code).toBe(GrpcCode.unimplemented)
        const service = yield* Effect.flip(
          channel.unary({ ...Tikv.methods.RawGet, path: "/nobody.Knows/This" }, kvrpcpb.RawGetRequest.create())
        )
        expect(service.code).toBe(GrpcCode.unimplemented)
      })
    ))

  test("bytes that are not the message are INVALID_ARGUMENT, and the server goes on", () =>
    run(
      Effect.gen(function* () {
        const { channel } = yield* serve([rawGet, echoBatch])
        const garbage = {
          name: "garbage",
          create: () => ({}),
          decode: () => ({}),
          encode: (_: object, writer: { bytes(value: Uint8Array): void; tag(tag: number): void }) => {
            writer.bytes(new Uint8Array([0xff, 0xff, 0xff]))
            writer.tag((1 << 3) | 2)
          }
        }
        const failure = yield* Effect.flip(channel.unary({ ...Tikv.methods.RawGet, request: garbage }, {}))
        expect(failure.code).toBe(GrpcCode.invalidArgument)
        expect(failure.message).toContain("kvrpcpb.")
        const ended = yield* Deferred.make<GrpcError | undefined>()
        const stream = channel.bidi(
          { ...Tikv.methods.BatchCommands, request: garbage },
          { message: () => {}, ended: (error) => Deferred.doneUnsafe(ended, Exit.succeed(error)) }
        )
        stream.write({})
        expect((yield* Deferred.await(ended))?.code).toBe(GrpcCode.invalidArgument)
        const after = yield* channel.unary(Tikv.methods.RawGet, kvrpcpb.RawGetRequest.create({ key: bytes("k") }))
        expect(after.value).toEqual(bytes("k"))
      })
    ))

  test("a request over 4 MiB is taken, one over the limit is RESOURCE_EXHAUSTED", () =>
    run(
      Effect.gen(function* () {
        const server = yield* makeGrpcServer({ bindings: [rawGet], graceMs: 100, receiveBytesMax: 8 * 1024 * 1024 })
        const { port } = yield* server.listen("127.0.0.1", 0)
        const channel = yield* makeGrpcChannel(`127.0.0.1:${port}`)
        const call = (size: number) =>
          channel.unary(Tikv.methods.RawGet, kvrpcpb.RawGetRequest.create({ key: new Uint8Array(size).fill(7) }))
        expect((yield* call(6 * 1024 * 1024)).value.length).toBe(6 * 1024 * 1024)
        expect((yield* Effect.flip(call(9 * 1024 * 1024))).code).toBe(GrpcCode.resourceExhausted)
        expect((yield* call(1)).value.length).toBe(1)
      })
    ))

  test("a vanished caller is told to the handler once, an answered one never", () =>
    run(
      Effect.gen(function* () {
        const arrived = yield* Queue.unbounded<string>()
        const slow = unary(Tikv.methods.RawGet, (request, reply) => {
          if (request.key.length === 1) {
            reply.send(kvrpcpb.RawGetResponse.create())
            return { cancelled: () => Queue.offerUnsafe(arrived, "cancelled after its answer") }
          }
          Queue.offerUnsafe(arrived, "arrived")
          return { cancelled: () => Queue.offerUnsafe(arrived, "cancelled") }
        })
        const { channel, server } = yield* serve([slow])
        yield* channel.unary(Tikv.methods.RawGet, kvrpcpb.RawGetRequest.create({ key: bytes("1") }))
        const fiber = yield* Effect.forkChild(
          channel.unary(Tikv.methods.RawGet, kvrpcpb.RawGetRequest.create({ key: bytes("22") }))
        )
        expect(yield* Queue.take(arrived)).toBe("arrived")
        fiber.interruptUnsafe()
        expect(yield* Queue.take(arrived)).toBe("cancelled")
        expect(server.openCalls()).toBe(0)
      })
    ))
})

describe("streams", () => {
  test("requests are answered in order and the call ends with OK after half-close", () =>
    run(
      Effect.gen(function* () {
        const { channel } = yield* serve([echoBatch])
        const ids: Array<number> = []
        const ended = yield* Deferred.make<GrpcError | undefined>()
        const stream = channel.bidi(Tikv.methods.BatchCommands, {
          message: (response) => ids.push(...response.requestIds),
          ended: (error) => Deferred.doneUnsafe(ended, Exit.succeed(error))
        })
        for (let id = 0; id < 1_000; id++) stream.write(tikvpb.BatchCommandsRequest.create({ requestIds: [id] }))
        stream.end()
        expect(yield* Deferred.await(ended)).toBeUndefined()
        expect(ids).toEqual(Array.from({ length: 1_000 }, (_, id) => id))
      })
    ))

  test("a stream of requests has one response", () =>
    run(
      Effect.gen(function* () {
        let count = 0
        const { channel } = yield* serve([
          clientStream(Tikv.methods.BatchRaft, (reply) => ({
            message: () => {
              count++
            },
            halfClosed: () => reply.send({}),
            cancelled: () => {}
          }))
        ])
        const ended = yield* Deferred.make<GrpcError | undefined>()
        const stream = channel.clientStream(Tikv.methods.BatchRaft, {
          message: () => {},
          ended: (error) => Deferred.doneUnsafe(ended, Exit.succeed(error))
        })
        for (let i = 0; i < 10; i++) stream.write(tikvpb.BatchRaftMessage.create())
        stream.end()
        expect(yield* Deferred.await(ended)).toBeUndefined()
        expect(count).toBe(10)
      })
    ))

  test("a paused stream holds the client back and loses nothing", () =>
    run(
      Effect.gen(function* () {
        const held = yield* Deferred.make<() => void>()
        let taken = 0
        const { channel } = yield* serve([
          bidi(Tikv.methods.BatchCommands, (sink, flow) => ({
            message: () => {
              taken++
              if (taken === 4) {
                flow.pause()
                Deferred.doneUnsafe(
                  held,
                  Exit.succeed(() => flow.resume())
                )
              }
            },
            halfClosed: () => sink.end(),
            cancelled: () => {}
          }))
        ])
        const ended = yield* Deferred.make<GrpcError | undefined>()
        const stream = channel.bidi(Tikv.methods.BatchCommands, {
          message: () => {},
          ended: (error) => Deferred.doneUnsafe(ended, Exit.succeed(error))
        })
        // 64 MiB into a server that reads nothing more: far over every window and buffer on the way.
        const big = tikvpb.BatchCommandsRequest.create({
          requests: [
            { cmd: { case: "rawGet", value: kvrpcpb.RawGetRequest.create({ key: new Uint8Array(1024 * 1024) }) } }
          ],
          requestIds: [1]
        })
        let room = true
        for (let i = 0; i < 64; i++) room = stream.write(big)
        expect(room).toBe(false)
        const resume = yield* Deferred.await(held)
        // A call on the same connection is answered while the stream is held: nothing of its requests came in meanwhile.
        yield* Effect.flip(channel.unary(Tikv.methods.KvGet, kvrpcpb.GetRequest.create()))
        expect(taken).toBeLessThan(32)
        resume()
        stream.end()
        expect(yield* Deferred.await(ended)).toBeUndefined()
        expect(taken).toBe(64)
      })
    ))

  test("Effect and Stream handlers", () =>
    run(
      Effect.gen(function* () {
        const binder = yield* makeEffectBinder()
        const { channel } = yield* serve([
          binder.unary(Tikv.methods.RawGet, (request) =>
            Effect.succeed(kvrpcpb.RawGetResponse.create({ value: request.key }))
          ),
          binder.bidi(PD.methods.Tso, (requests) =>
            requests.pipe(Stream.map((request) => pdpb.TsoResponse.create({ count: request.count })))
          ),
          binder.unary(Tikv.methods.RawPut, () => Effect.die(new Error("a bug")))
        ])
        const got = yield* channel.unary(Tikv.methods.RawGet, kvrpcpb.RawGetRequest.create({ key: bytes("k") }))
        expect(got.value).toEqual(bytes("k"))
        const bug = yield* Effect.flip(channel.unary(Tikv.methods.RawPut, kvrpcpb.RawPutRequest.create()))
        expect(bug.code).toBe(GrpcCode.internal)
        const counts: Array<number> = []
        const ended = yield* Deferred.make<GrpcError | undefined>()
        const stream = channel.bidi(PD.methods.Tso, {
          message: (response) => counts.push(response.count),
          ended: (error) => Deferred.doneUnsafe(ended, Exit.succeed(error))
        })
        for (let count = 1; count <= 500; count++) stream.write(pdpb.TsoRequest.create({ count }))
        stream.end()
        expect(yield* Deferred.await(ended)).toBeUndefined()
        expect(counts).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
      })
    ))
})

describe("the connection", () => {
  test("pings without end are acknowledged, with calls open and with none", () =>
    run(
      Effect.gen(function* () {
        const { port } = yield* serve([rawGet])
        yield* Effect.tryPromise(async () => {
          const session = http2.connect(`http://127.0.0.1:${port}`)
          let goaway = 0
          session.on("goaway", () => goaway++)
          await new Promise<void>((resolve) => session.once("connect", () => resolve()))
          for (let i = 0; i < 500; i++) {
            await new Promise<void>((resolve, reject) =>
              session.ping(Buffer.alloc(8), (error) => (error ? reject(error) : resolve()))
            )
          }
          expect(goaway).toBe(0)
          const closed = new Promise<void>((resolve) => session.once("close", () => resolve()))
          session.close()
          await closed
        })
      })
    ))

  test("garbage on the port ends that connection only", () =>
    run(
      Effect.gen(function* () {
        const { port, channel } = yield* serve([rawGet])
        for (const text of [
          "hello there, this is not HTTP/2 at all\r\n\r\n",
          "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
          "\0"
        ]) {
          yield* Effect.tryPromise(
            () =>
              new Promise<void>((resolve) => {
                const socket = connect(port, "127.0.0.1", () => socket.end(text))
                socket.on("data", () => {})
                socket.on("error", () => {})
                socket.on("close", () => resolve())
              })
          )
        }
        // A preface and settings, then a DATA frame on a stream that was never opened, cut short.
        yield* Effect.tryPromise(
          () =>
            new Promise<void>((resolve) => {
              const socket = connect(port, "127.0.0.1", () => {
                socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]))
                socket.end(Buffer.from([0, 0, 9, 0, 0, 0, 0, 0, 7, 1, 2]))
              })
              socket.on("data", () => {})
              socket.on("error", () => {})
              socket.on("close", () => resolve())
            })
        )
        const after = yield* channel.unary(Tikv.methods.RawGet, kvrpcpb.RawGetRequest.create({ key: bytes("k") }))
        expect(after.value).toEqual(bytes("k"))
      })
    ))

  test("a port in use is a typed error that names it", () =>
    run(
      Effect.gen(function* () {
        const { port } = yield* serve([rawGet])
        const second = yield* makeGrpcServer({ bindings: [], graceMs: 100 })
        const error = yield* Effect.flip(second.listen("127.0.0.1", port))
        expect(error).toMatchObject({ _tag: "ListenError", reason: "in-use", address: `127.0.0.1:${port}` })
      })
    ))

  test("a stopping server finishes what it accepted, ends idle streams, and frees the port", () =>
    run(
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const answer = yield* Deferred.make<() => void>()
        const slow = unary(Tikv.methods.RawGet, (_request, reply) => {
          Deferred.doneUnsafe(
            answer,
            Exit.succeed(() => reply.send(kvrpcpb.RawGetResponse.create({ notFound: true })))
          )
          return { stopping: () => {} }
        })
        const server = yield* makeGrpcServer({ bindings: [slow, echoBatch], graceMs: 5_000 }).pipe(Scope.provide(scope))
        const { port } = yield* server.listen("127.0.0.1", 0).pipe(Scope.provide(scope))
        const channel = yield* makeGrpcChannel(`127.0.0.1:${port}`)
        const pending = yield* Effect.forkChild(channel.unary(Tikv.methods.RawGet, kvrpcpb.RawGetRequest.create()))
        const ended = yield* Deferred.make<GrpcError | undefined>()
        const first = yield* Deferred.make<void>()
        const stream = channel.bidi(Tikv.methods.BatchCommands, {
          message: () => Deferred.doneUnsafe(first, Exit.void),
          ended: (error) => Deferred.doneUnsafe(ended, Exit.succeed(error))
        })
        stream.write(tikvpb.BatchCommandsRequest.create({ requestIds: [1] }))
        yield* Deferred.await(first)
        const send = yield* Deferred.await(answer)
        const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void))
        expect((yield* Deferred.await(ended))?.code).toBe(GrpcCode.unavailable)
        send()
        expect((yield* Fiber.join(pending)).notFound).toBe(true)
        yield* Fiber.join(closing)
        const again = yield* makeGrpcServer({ bindings: [rawGet], graceMs: 100 })
        expect((yield* again.listen("127.0.0.1", port)).port).toBe(port)
      })
    ))
})

test("health: SERVING for the process and its services, NOT_FOUND for others; Watch follows changes", () =>
  run(
    Effect.gen(function* () {
      const status = makeHealth(["tikvpb.Tikv"])
      const { channel } = yield* serve(status.bindings, 200)
      const check = (service: string) => channel.unary(Health.methods.Check, { service })
      const { SERVING, NOT_SERVING } = health.HealthCheckResponse_ServingStatus
      expect((yield* check("")).status).toBe(SERVING)
      expect((yield* check("tikvpb.Tikv")).status).toBe(SERVING)
      expect((yield* Effect.flip(check("other"))).code).toBe(GrpcCode.notFound)
      const seen = yield* Queue.unbounded<number>()
      const watch = channel.serverStream(
        Health.methods.Watch,
        { service: "" },
        { message: (response) => Queue.offerUnsafe(seen, response.status), ended: () => {} }
      )
      expect(yield* Queue.take(seen)).toBe(SERVING)
      status.setServing(false)
      expect(yield* Queue.take(seen)).toBe(NOT_SERVING)
      expect((yield* check("")).status).toBe(NOT_SERVING)
      watch.cancel()
    })
  ))
