import { describe, expect, test } from "bun:test"
import { type GrpcChannel, GrpcCode, type GrpcError, makeGrpcChannel } from "@reefkv/grpc"
import { eraftpb, metapb, raft_serverpb, services, tikvpb } from "@reefkv/wire"
import { Deferred, Effect, Exit, Queue, Stream } from "effect"
import { sealedBatchRaft, sealHeaders } from "../../src/transport/raftSeal.ts"
import { makeRelay } from "../support/relay.ts"
import { bytes, makeStore, run } from "../support/store.ts"

const { methods } = services.Tikv

const messageTo = (storeId: number, index = 1): raft_serverpb.RaftMessage =>
  raft_serverpb.RaftMessage.create({
    regionId: 1,
    fromPeer: metapb.Peer.create({ id: 21, storeId: 2 }),
    toPeer: metapb.Peer.create({ id: 11, storeId }),
    message: eraftpb.Message.create({ index })
  })
const openSnapshot = Effect.fnUntraced(function* (channel: GrpcChannel) {
  const ended = yield* Deferred.make<GrpcError | undefined>()
  const stream = channel.clientStream(methods.Snapshot, {
    message: () => {},
    ended: (error) => Deferred.doneUnsafe(ended, Exit.succeed(error))
  })
  const send = (message: raft_serverpb.RaftMessage | undefined, data: Uint8Array): boolean =>
    stream.write({ message, data })
  return { ended, stream, send }
})

describe("raft messages", () => {
  test("arrive frame by frame and in order, by BatchRaft and by Raft", () =>
    run(
      Effect.gen(function* () {
        const { channel, router } = yield* makeStore()
        const ended = yield* Queue.unbounded<GrpcError | undefined>()
        const listener = {
          message: () => {},
          ended: (error: GrpcError | undefined) => void Queue.offerUnsafe(ended, error)
        }
        const batch = channel.clientStream(methods.BatchRaft, listener)
        for (let i = 0; i < 50; i++) {
          batch.write(tikvpb.BatchRaftMessage.create({ msgs: [messageTo(1, 2 * i), messageTo(1, 2 * i + 1)] }))
        }
        batch.end()
        expect(yield* Queue.take(ended)).toBeUndefined()
        expect(router.raftFrames.length).toBe(50)
        expect(router.raftFrames.flat().map(({ message }) => message?.index)).toEqual(
          Array.from({ length: 100 }, (_, i) => i)
        )
        const single = channel.clientStream(methods.Raft, listener)
        single.write(messageTo(1, 1_000))
        single.end()
        expect(yield* Queue.take(ended)).toBeUndefined()
        expect(router.raftFrames.at(-1)?.[0]?.message?.index).toBe(1_000)
      })
    ))

  test("a message for another store ends the stream and goes nowhere", () =>
    run(
      Effect.gen(function* () {
        const { channel, router } = yield* makeStore()
        const ended = yield* Deferred.make<GrpcError | undefined>()
        const stream = channel.clientStream(methods.BatchRaft, {
          message: () => {},
          ended: (error) => Deferred.doneUnsafe(ended, Exit.succeed(error))
        })
        stream.write(tikvpb.BatchRaftMessage.create({ msgs: [messageTo(3)] }))
        const refused = yield* Deferred.await(ended)
        expect(refused).toMatchObject({ code: GrpcCode.failedPrecondition })
        expect(refused?.message).toContain("for store 3, this is store 1")
        expect(router.raftFrames).toEqual([])
      })
    ))

  test("a sealed stream is taken as it is; a message that changed on the way, or has no seal, ends it and is counted", () =>
    run(
      Effect.gen(function* () {
        const { channel, router, tikv } = yield* makeStore()
        const changing = { ...sealedBatchRaft.request }
        changing.encode = (message, writer) => {
          sealedBatchRaft.request.encode(message, writer)
          const last = writer.since(0).length - 1
          writer.since(0)[last]! ^= 1
        }
        const frame = (index: number) => tikvpb.BatchRaftMessage.create({ msgs: [messageTo(1, index)] })
        for (const { method, refusal } of [
          { method: { ...sealedBatchRaft, request: changing }, refusal: "the message's checksum is" },
          { method: methods.BatchRaft, refusal: "the message has no checksum" }
        ]) {
          const ended = yield* Deferred.make<GrpcError | undefined>()
          const listener = {
            message: () => {},
            ended: (error: GrpcError | undefined) => Deferred.doneUnsafe(ended, Exit.succeed(error))
          }
          const good = channel.clientStream(sealedBatchRaft, listener, { headers: sealHeaders })
          good.write(frame(4))
          good.end()
          expect(yield* Deferred.await(ended)).toBeUndefined()
          expect(router.raftFrames.splice(0)).toEqual([frame(4).msgs])

          const endedBadly = yield* Deferred.make<GrpcError | undefined>()
          const bad = channel.clientStream(
            method,
            { ...listener, ended: (error) => Deferred.doneUnsafe(endedBadly, Exit.succeed(error)) },
            { headers: sealHeaders }
          )
          bad.write(frame(5))
          const error = yield* Deferred.await(endedBadly)
          expect(error?.code).toBe(GrpcCode.invalidArgument)
          expect(error?.message).toContain(refusal)
          expect(router.raftFrames).toEqual([])
        }
        expect(tikv.counters().get("broken-seal:BatchRaft")).toBe(2)
        expect(tikv.counters().get("BatchRaft")).toBe(2)
      })
    ))
})

describe("snapshots", () => {
  test("a head, then chunks; answered when all of it is taken", () =>
    run(
      Effect.gen(function* () {
        const { channel, router } = yield* makeStore()
        const { ended, stream, send } = yield* openSnapshot(channel)
        send(messageTo(1), bytes(""))
        // Many times what may wait, so that the sender is held back meanwhile.
        for (let i = 0; i < 40; i++) send(undefined, new Uint8Array(256 * 1024))
        stream.end()
        expect(yield* Deferred.await(ended)).toBeUndefined()
        expect(router.snapshots.map(({ bytes }) => bytes)).toEqual([40 * 256 * 1024])
        expect(router.snapshots[0]?.head.message?.index).toBe(1)
      })
    ))

  test("a refusal reaches the sender with its reason, also before the end", () =>
    run(
      Effect.gen(function* () {
        const { channel, router } = yield* makeStore()
        router.refuseSnapshots = "the range overlaps region 9"
        const { ended, send } = yield* openSnapshot(channel)
        send(messageTo(1), new Uint8Array(1024))
        expect(yield* Deferred.await(ended)).toMatchObject({
          code: GrpcCode.failedPrecondition,
          message: "the range overlaps region 9"
        })
      })
    ))

  for (const way of ["cancels", "loses its connection"] as const) {
    test(`a sender that ${way} shows to the store as a broken snapshot`, () =>
      run(
        Effect.gen(function* () {
          const { port, router } = yield* makeStore()
          const outcome = yield* Deferred.make<string>()
          const started = yield* Deferred.make<void>()
          router.onSnapshot = (_head, chunks) =>
            chunks.pipe(
              Stream.runForEach(() => Effect.sync(() => void Deferred.doneUnsafe(started, Exit.void))),
              Effect.matchCause({ onSuccess: () => "complete", onFailure: () => "broken" }),
              Effect.andThen((text) => Effect.sync(() => void Deferred.doneUnsafe(outcome, Exit.succeed(text))))
            )
          const relay = yield* makeRelay(port)
          const channel = yield* makeGrpcChannel(`127.0.0.1:${relay.port}`)
          const { send, stream, ended } = yield* openSnapshot(channel)
          send(messageTo(1), new Uint8Array(1024))
          send(undefined, new Uint8Array(1024))
          yield* Deferred.await(started)
          if (way === "cancels") stream.cancel()
          else relay.cut()
          expect(yield* Deferred.await(outcome)).toBe("broken")
          expect((yield* Deferred.await(ended))?.code).toBe(
            way === "cancels" ? GrpcCode.cancelled : GrpcCode.unavailable
          )
        })
      ))
  }

  test("a stream without a head, without a chunk, or for another store is refused", () =>
    run(
      Effect.gen(function* () {
        const { channel, router } = yield* makeStore()
        const headless = yield* openSnapshot(channel)
        headless.send(undefined, new Uint8Array(8))
        expect((yield* Deferred.await(headless.ended))?.code).toBe(GrpcCode.invalidArgument)
        const empty = yield* openSnapshot(channel)
        empty.stream.end()
        expect((yield* Deferred.await(empty.ended))?.code).toBe(GrpcCode.invalidArgument)
        const stray = yield* openSnapshot(channel)
        stray.send(messageTo(3), new Uint8Array(8))
        expect((yield* Deferred.await(stray.ended))?.code).toBe(GrpcCode.failedPrecondition)
        expect(router.snapshots).toEqual([])
      })
    ))
})
