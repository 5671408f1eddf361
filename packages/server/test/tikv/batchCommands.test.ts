import { describe, expect, test } from "bun:test"
import { GrpcCode, type GrpcError, makeGrpcChannel } from "@reefkv/grpc"
import { kvrpcpb, services, tikvpb } from "@reefkv/wire"
import { Deferred, Effect, Exit, Fiber, Queue, Scope } from "effect"
import fc from "fast-check"
import { bytes, makeStore, openBatch, run, text } from "../support/store.ts"

const { methods } = services.Tikv
const seed = 20_261_118

type Command = NonNullable<tikvpb.BatchCommandsRequest_Request["cmd"]>
const commands = (context: kvrpcpb.Context) => ({
  get: (key: string): Command => ({
    case: "rawGet",
    value: kvrpcpb.RawGetRequest.create({ context, key: bytes(key) })
  }),
  put: (key: string, value: string): Command => ({
    case: "rawPut",
    value: kvrpcpb.RawPutRequest.create({ context, key: bytes(key), value: bytes(value) })
  }),
  delete: (key: string): Command => ({
    case: "rawDelete",
    value: kvrpcpb.RawDeleteRequest.create({ context, key: bytes(key) })
  }),
  scan: (limit: number): Command => ({ case: "rawScan", value: kvrpcpb.RawScanRequest.create({ context, limit }) }),
  empty: (testId: number): Command => ({ case: "empty", value: { testId, delayTime: 0 } })
})

const memberOf = { get: "rawGet", put: "rawPut", delete: "rawDelete", empty: "empty", unset: "empty" } as const
/** The end of this turn of the event loop: what the sockets brought has been handled. */
const turn = Effect.callback<void>((resume) => void setImmediate(() => resume(Effect.void)))

describe("BatchCommands", () => {
  test("every raw command of the oneof, each answered by the same member", () =>
    run(
      Effect.gen(function* () {
        const { channel, context: contextOf } = yield* makeStore()
        const context = contextOf()
        const make = commands(context)
        const batch = yield* openBatch(channel)
        const pairs = ["x", "y"].map((key) => kvrpcpb.KvPair.create({ key: bytes(key), value: bytes("v") }))
        batch.send([
          [1, make.put("a", "1")],
          [2, { case: "rawBatchPut", value: kvrpcpb.RawBatchPutRequest.create({ context, pairs }) }]
        ])
        yield* batch.take(2)
        batch.send([
          [3, make.get("a")],
          [
            4,
            {
              case: "rawBatchGet",
              value: kvrpcpb.RawBatchGetRequest.create({ context, keys: [bytes("x"), bytes("q")] })
            }
          ],
          [5, make.scan(10)],
          [6, undefined],
          [7, make.empty(77)],
          [
            8,
            {
              case: "rawBatchScan",
              value: kvrpcpb.RawBatchScanRequest.create({
                context,
                ranges: [{ startKey: bytes("x"), endKey: bytes("") }],
                eachLimit: 1
              })
            }
          ]
        ])
        yield* batch.take(8)
        batch.send([
          [9, make.delete("a")],
          [
            10,
            { case: "rawBatchDelete", value: kvrpcpb.RawBatchDeleteRequest.create({ context, keys: [bytes("x")] }) }
          ],
          [
            11,
            { case: "rawDeleteRange", value: kvrpcpb.RawDeleteRangeRequest.create({ context, startKey: bytes("y") }) }
          ]
        ])
        const replies = yield* batch.take(11)
        expect([...replies].map(([id, reply]) => [id, reply?.case]).sort(([a], [b]) => Number(a) - Number(b))).toEqual([
          [1, "rawPut"],
          [2, "rawBatchPut"],
          [3, "rawGet"],
          [4, "rawBatchGet"],
          [5, "rawScan"],
          [6, "empty"],
          [7, "empty"],
          [8, "rawBatchScan"],
          [9, "rawDelete"],
          [10, "rawBatchDelete"],
          [11, "rawDeleteRange"]
        ])
        expect(replies.get(3)?.value).toMatchObject({ value: bytes("1"), notFound: false, regionError: undefined })
        expect(replies.get(4)?.value).toMatchObject({ pairs: [{ key: bytes("x") }] })
        expect(replies.get(5)?.value).toMatchObject({ kvs: [{ key: bytes("a") }, {}, {}] })
        expect(replies.get(6)?.value).toEqual({ testId: 0 })
        expect(replies.get(7)?.value).toEqual({ testId: 77 })
        batch.stream.end()
        expect(yield* Deferred.await(batch.ended)).toBeUndefined()
      })
    ))

  test("a transactional command gets an error reply of its own, in its own member, and the stream goes on", () =>
    run(
      Effect.gen(function* () {
        const { channel, context: contextOf } = yield* makeStore()
        const context = contextOf()
        const batch = yield* openBatch(channel)
        const sent: ReadonlyArray<Command> = [
          { case: "get", value: kvrpcpb.GetRequest.create({ context }) },
          { case: "scan", value: kvrpcpb.ScanRequest.create({ context }) },
          { case: "prewrite", value: kvrpcpb.PrewriteRequest.create({ context }) },
          { case: "commit", value: kvrpcpb.CommitRequest.create({ context }) },
          { case: "batchGet", value: kvrpcpb.BatchGetRequest.create({ context }) },
          { case: "deleteRange", value: kvrpcpb.DeleteRangeRequest.create({ context }) },
          { case: "pessimisticLock", value: kvrpcpb.PessimisticLockRequest.create({ context }) },
          { case: "checkTxnStatus", value: kvrpcpb.CheckTxnStatusRequest.create({ context }) },
          { case: "getHealthFeedback", value: kvrpcpb.GetHealthFeedbackRequest.create({ context }) }
        ]
        batch.send([...sent.map((command, i) => [i + 1, command] as const), [99, commands(context).get("k")]])
        const replies = yield* batch.take(sent.length + 1)
        for (const [i, command] of sent.entries()) {
          const reply = replies.get(i + 1)
          expect(reply?.case).toBe(command.case)
          expect(
            JSON.stringify(reply?.value, (_, value) => (typeof value === "bigint" ? String(value) : value))
          ).toContain(`${command.case} is not served by this store`)
        }
        expect(replies.get(99)?.value).toMatchObject({ notFound: true })
      })
    ))

  test("a ready reply never waits for a slow one, and replies of one turn share a frame", () =>
    run(
      Effect.gen(function* () {
        const { channel, context, router } = yield* makeStore()
        const make = commands(context())
        const batch = yield* openBatch(channel)
        router.hold()
        batch.send([
          [1, make.put("slow", "v")],
          [2, make.get("a")],
          [3, make.get("b")],
          [4, make.empty(4)]
        ])
        const first = yield* Queue.take(batch.frames)
        expect(first.requestIds).toEqual([2, 3, 4])
        batch.send([[5, make.put("slow too", "v")]])
        batch.send([[6, make.get("slow")]])
        expect((yield* Queue.take(batch.frames)).requestIds).toEqual([6])
        expect(router.heldCount).toBe(2)
        // The second write is answered before the first.
        router.release((held) => [...held].reverse())
        expect((yield* Queue.take(batch.frames)).requestIds).toEqual([5, 1])
      })
    ))

  test(`ids, one reply each, whatever the grouping and the order of answers: seed ${seed}`, () =>
    run(
      Effect.gen(function* () {
        const { channel, context, router } = yield* makeStore()
        const make = commands(context())
        const plan = fc.record({
          frames: fc.array(
            fc.array(fc.constantFrom("get", "put", "empty", "unset", "delete" as const), {
              minLength: 1,
              maxLength: 20
            }),
            { minLength: 1, maxLength: 8 }
          ),
          idBase: fc.integer({ min: 1, max: 2 ** 50 }),
          shuffle: fc.integer()
        })
        yield* Effect.tryPromise(() =>
          fc.assert(
            fc.asyncProperty(plan, ({ frames, idBase, shuffle }) =>
              Effect.runPromise(
                Effect.gen(function* () {
                  const batch = yield* openBatch(channel)
                  router.hold()
                  let id = idBase
                  const expected = new Map<number, string>()
                  for (const kinds of frames) {
                    batch.send(
                      kinds.map((kind) => {
                        const own = id++
                        expected.set(own, memberOf[kind])
                        if (kind === "get") return [own, make.get(`k${own}`)] as const
                        if (kind === "put") return [own, make.put(`k${own}`, "v")] as const
                        if (kind === "delete") return [own, make.delete(`k${own}`)] as const
                        return [own, kind === "empty" ? make.empty(own % 1000) : undefined] as const
                      })
                    )
                  }
                  const writes = [...expected.values()].filter(
                    (name) => name === "rawPut" || name === "rawDelete"
                  ).length
                  yield* batch.take(expected.size - writes)
                  // All frames have been taken in, as the last one's reads are answered; frames of writes only may lag.
                  while (router.heldCount < writes) yield* turn
                  router.release((held) =>
                    held
                      .map((answer, i) => [Math.imul(i + 1, shuffle | 1) >>> 0, answer] as const)
                      .sort(([a], [b]) => a - b)
                      .map(([, answer]) => answer)
                  )
                  const replies = yield* batch.take(expected.size)
                  const members = [...replies].map(([own, reply]): [number, string] => [own, reply?.case ?? "none"])
                  expect(members.sort(([a], [b]) => a - b)).toEqual([...expected])
                  batch.stream.end()
                  expect(yield* Deferred.await(batch.ended)).toBeUndefined()
                })
              )
            ),
            { seed, numRuns: 40 }
          )
        )
      })
    ))

  test("half-close answers what was accepted, then ends with OK", () =>
    run(
      Effect.gen(function* () {
        const { channel, context, router, server } = yield* makeStore()
        const batch = yield* openBatch(channel)
        router.hold()
        batch.send([[1, commands(context()).put("k", "v")]])
        batch.stream.end()
        while (router.heldCount === 0) yield* turn
        router.release()
        yield* batch.take(1)
        expect(yield* Deferred.await(batch.ended)).toBeUndefined()
        expect(server.openCalls()).toBe(0)
      })
    ))

  test("another cluster, or ids that do not fit the requests, end the stream with INVALID_ARGUMENT", () =>
    run(
      Effect.gen(function* () {
        const { channel, context } = yield* makeStore()
        const other = yield* openBatch(channel)
        other.send([[1, commands({ ...context(), clusterId: 99 }).get("k")]])
        const wrong = yield* Deferred.await(other.ended)
        expect(wrong?.code).toBe(GrpcCode.invalidArgument)
        expect(wrong?.message).toContain("the cluster id of the request does not match the TiKV cluster")
        const uneven = yield* openBatch(channel)
        uneven.stream.write(tikvpb.BatchCommandsRequest.create({ requestIds: [1, 2], requests: [{ cmd: undefined }] }))
        expect((yield* Deferred.await(uneven.ended))?.message).toContain("1 requests and 2 request ids")
      })
    ))

  test("too much under way: the stream is not read further until replies have left", () =>
    run(
      Effect.gen(function* () {
        const { channel, context, router } = yield* makeStore({ limits: { commandsInFlightMax: 64 } })
        const make = commands(context())
        const batch = yield* openBatch(channel)
        router.hold()
        for (let frame = 0; frame < 100; frame++) {
          batch.send(Array.from({ length: 16 }, (_, i) => [frame * 16 + i, make.put(`k${frame}-${i}`, "v")] as const))
        }
        // Unary calls on the same connection go on, and after some of them nothing more has come in.
        for (let i = 0; i < 20; i++) yield* channel.unary(methods.GetStoreSafeTS, kvrpcpb.StoreSafeTSRequest.create())
        expect(router.heldCount).toBeGreaterThanOrEqual(64)
        expect(router.heldCount).toBeLessThanOrEqual(64 + 16 * 20)
        router.release()
        expect((yield* batch.take(1_600)).size).toBe(1_600)
      })
    ))

  test("a client that stops reading is held back, and gets all of it once it reads again", () =>
    run(
      Effect.gen(function* () {
        const { channel, context, port, router } = yield* makeStore({ limits: { commandsInFlightMax: 64 } })
        const value = "x".repeat(256 * 1024)
        yield* channel.unary(
          methods.RawPut,
          kvrpcpb.RawPutRequest.create({ context: context(), key: bytes("k"), value: bytes(value) })
        )
        const slow = yield* makeGrpcChannel(`127.0.0.1:${port}`)
        const batch = yield* openBatch(slow)
        const make = commands(context())
        batch.stream.pause()
        const before = router.seen.read
        for (let id = 1; id <= 400; id++) batch.send([[id, make.get("k")]])
        // 100 MiB of replies: the store stops taking requests long before.
        for (let i = 0; i < 30; i++) yield* channel.unary(methods.GetStoreSafeTS, kvrpcpb.StoreSafeTSRequest.create())
        expect(router.seen.read - before).toBeLessThan(400)
        batch.stream.resume()
        const replies = yield* batch.take(400)
        expect(replies.size).toBe(400)
        const last = replies.get(400)
        expect(last?.case === "rawGet" ? text(last.value.value).length : 0).toBe(value.length)
      })
    ))

  test("one frame that asks for far more than fits is answered bit by bit, as the client reads", () =>
    run(
      Effect.gen(function* () {
        const replyBytesWaitingMax = 4 * 1024 * 1024
        const { channel, context, port, router } = yield* makeStore({ limits: { replyBytesWaitingMax } })
        const value = "x".repeat(256 * 1024)
        yield* channel.unary(
          methods.RawPut,
          kvrpcpb.RawPutRequest.create({ context: context(), key: bytes("k"), value: bytes(value) })
        )
        const slow = yield* makeGrpcChannel(`127.0.0.1:${port}`)
        const batch = yield* openBatch(slow)
        const make = commands(context())
        batch.stream.pause()
        const before = router.seen.read
        batch.send(Array.from({ length: 400 }, (_, i) => [i + 1, make.get("k")] as const))
        while (router.seen.read === before) yield* turn
        for (let i = 0; i < 30; i++) yield* channel.unary(methods.GetStoreSafeTS, kvrpcpb.StoreSafeTSRequest.create())
        // 100 MiB of replies. Those that wait, those in the transport, and not many more.
        expect(router.seen.read - before).toBeLessThan(200)
        batch.stream.resume()
        expect((yield* batch.take(400)).size).toBe(400)
        batch.stream.end()
        expect(yield* Deferred.await(batch.ended)).toBeUndefined()
      })
    ))

  test("a frame of more commands than may be under way is worked off as answers come, also after half-close", () =>
    run(
      Effect.gen(function* () {
        const { channel, context, router } = yield* makeStore({ limits: { commandsInFlightMax: 64 } })
        const make = commands(context())
        const batch = yield* openBatch(channel)
        router.hold()
        batch.send(Array.from({ length: 500 }, (_, i) => [i + 1, make.put(`k${i}`, "v")] as const))
        batch.stream.end()
        while (router.heldCount === 0) yield* turn
        for (let i = 0; i < 20; i++) yield* channel.unary(methods.GetStoreSafeTS, kvrpcpb.StoreSafeTSRequest.create())
        expect(router.heldCount).toBe(64)
        router.release()
        expect((yield* batch.take(500)).size).toBe(500)
        expect(yield* Deferred.await(batch.ended)).toBeUndefined()
      })
    ))

  test("a client that vanishes in mid-request leaves nothing behind", () =>
    run(
      Effect.gen(function* () {
        const { channel, context, port, router, server, raw } = yield* makeStore()
        const scope = yield* Scope.make()
        const gone = yield* makeGrpcChannel(`127.0.0.1:${port}`).pipe(Scope.provide(scope))
        const batch = yield* openBatch(gone)
        router.hold()
        batch.send([
          [1, commands(context()).put("k", "v")],
          [
            2,
            {
              case: "rawPut",
              value: kvrpcpb.RawPutRequest.create({ context: context(), key: bytes("l"), forCas: true })
            }
          ]
        ])
        while (router.heldCount < 2) yield* turn
        yield* Scope.close(scope, Exit.void)
        expect((yield* Deferred.await(batch.ended))?.code).toBe(GrpcCode.cancelled)
        while (server.openCalls() > 0) yield* turn
        router.release()
        expect(raw.stats().latchedKeys).toBe(0)
        const got = yield* channel.unary(
          methods.RawGet,
          kvrpcpb.RawGetRequest.create({ context: context(), key: bytes("k") })
        )
        expect(text(got.value)).toBe("v")
      })
    ))

  test("a stopping store answers what it accepted, then ends the streams", () =>
    run(
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const { port, context, router } = yield* makeStore().pipe(Scope.provide(scope))
        const channel = yield* makeGrpcChannel(`127.0.0.1:${port}`)
        const batch = yield* openBatch(channel)
        router.hold()
        batch.send([[1, commands(context()).put("k", "v")]])
        const unary = yield* Effect.forkChild(
          channel.unary(methods.RawPut, kvrpcpb.RawPutRequest.create({ context: context(), key: bytes("u") }))
        )
        while (router.heldCount < 2) yield* turn
        const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void))
        yield* Effect.yieldNow
        router.release()
        yield* batch.take(1)
        const ended: GrpcError | undefined = yield* Deferred.await(batch.ended)
        expect(ended?.code).toBe(GrpcCode.unavailable)
        expect((yield* Fiber.join(unary)).error).toBe("")
        yield* Fiber.join(closing)
      })
    ))
})
