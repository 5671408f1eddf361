import { describe, expect, test } from "bun:test"
import { createConnection } from "node:net"
import { GrpcCode } from "@reefkv/grpc"
import { health, kvrpcpb, metapb, services } from "@reefkv/wire"
import { Effect } from "effect"
import { bytes, makeStore, run, text } from "../support/store.ts"

const { methods } = services.Tikv

describe("raw methods, unary", () => {
  test("each of them", () =>
    run(
      Effect.gen(function* () {
        const { channel, context: contextOf } = yield* makeStore()
        const context = contextOf()
        const pair = (key: string, value: string) => kvrpcpb.KvPair.create({ key: bytes(key), value: bytes(value) })
        const put = yield* channel.unary(
          methods.RawPut,
          kvrpcpb.RawPutRequest.create({ context, key: bytes("a"), value: bytes("1"), ttl: 60 })
        )
        expect(put).toEqual({ regionError: undefined, error: "" })
        yield* channel.unary(
          methods.RawBatchPut,
          kvrpcpb.RawBatchPutRequest.create({ context, pairs: [pair("b", "2"), pair("c", "3"), pair("d", "4")] })
        )
        const got = yield* channel.unary(methods.RawGet, kvrpcpb.RawGetRequest.create({ context, key: bytes("a") }))
        expect(got).toMatchObject({ value: bytes("1"), notFound: false })
        const many = yield* channel.unary(
          methods.RawBatchGet,
          kvrpcpb.RawBatchGetRequest.create({ context, keys: [bytes("b"), bytes("x")] })
        )
        expect(many.pairs).toEqual([pair("b", "2")])
        const ttl = yield* channel.unary(
          methods.RawGetKeyTTL,
          kvrpcpb.RawGetKeyTTLRequest.create({ context, key: bytes("a") })
        )
        expect(ttl).toMatchObject({ ttl: 60, notFound: false })
        const swapped = yield* channel.unary(
          methods.RawCompareAndSwap,
          kvrpcpb.RawCASRequest.create({ context, key: bytes("b"), previousValue: bytes("2"), value: bytes("22") })
        )
        expect(swapped).toMatchObject({ succeed: true, previousValue: bytes("2") })
        const scanned = yield* channel.unary(
          methods.RawScan,
          kvrpcpb.RawScanRequest.create({ context, startKey: bytes("b"), limit: 2 })
        )
        expect(scanned.kvs).toEqual([pair("b", "22"), pair("c", "3")])
        const batchScanned = yield* channel.unary(
          methods.RawBatchScan,
          kvrpcpb.RawBatchScanRequest.create({
            context,
            ranges: [
              { startKey: bytes("d"), endKey: bytes("") },
              { startKey: bytes("a"), endKey: bytes("b") }
            ],
            eachLimit: 5,
            keyOnly: true
          })
        )
        expect(batchScanned.kvs.map(({ key }) => text(key))).toEqual(["d", "a"])
        const sum = yield* channel.unary(
          methods.RawChecksum,
          kvrpcpb.RawChecksumRequest.create({ context, ranges: [{ startKey: bytes(""), endKey: bytes("") }] })
        )
        expect(sum).toMatchObject({ totalKvs: 4, totalBytes: 9 })
        yield* channel.unary(methods.RawDelete, kvrpcpb.RawDeleteRequest.create({ context, key: bytes("a") }))
        yield* channel.unary(
          methods.RawBatchDelete,
          kvrpcpb.RawBatchDeleteRequest.create({ context, keys: [bytes("b")] })
        )
        yield* channel.unary(
          methods.RawDeleteRange,
          kvrpcpb.RawDeleteRangeRequest.create({ context, startKey: bytes("c"), endKey: bytes("d") })
        )
        const left = yield* channel.unary(methods.RawScan, kvrpcpb.RawScanRequest.create({ context, limit: 9 }))
        expect(left.kvs.map(({ key }) => text(key))).toEqual(["d"])
      })
    ))

  test("transactional methods and unknown ones are UNIMPLEMENTED", () =>
    run(
      Effect.gen(function* () {
        const { channel } = yield* makeStore()
        const get = yield* Effect.flip(channel.unary(methods.KvGet, kvrpcpb.GetRequest.create({ key: bytes("k") })))
        expect(get.code).toBe(GrpcCode.unimplemented)
        const prewrite = yield* Effect.flip(channel.unary(methods.KvPrewrite, kvrpcpb.PrewriteRequest.create()))
        expect(prewrite.code).toBe(GrpcCode.unimplemented)
      })
    ))

  test("GetStoreSafeTS is 0, health is SERVING", () =>
    run(
      Effect.gen(function* () {
        const { channel } = yield* makeStore()
        const { safeTs } = yield* channel.unary(methods.GetStoreSafeTS, kvrpcpb.StoreSafeTSRequest.create())
        expect(safeTs).toBe(0n)
        const { status } = yield* channel.unary(services.Health.methods.Check, { service: "" })
        expect(status).toBe(health.HealthCheckResponse_ServingStatus.SERVING)
      })
    ))

  test("values well over 4 MiB go both ways", () =>
    run(
      Effect.gen(function* () {
        const { channel, context: contextOf } = yield* makeStore()
        const context = contextOf()
        const value = new Uint8Array(5_500_000).fill(3)
        const put = yield* channel.unary(
          methods.RawPut,
          kvrpcpb.RawPutRequest.create({ context, key: bytes("k"), value })
        )
        expect(put.error).toBe("")
        const got = yield* channel.unary(methods.RawGet, kvrpcpb.RawGetRequest.create({ context, key: bytes("k") }))
        expect(got.value.length).toBe(value.length)
      })
    ))
})

describe("the request's context", () => {
  test("another cluster is INVALID_ARGUMENT with the text clients know; an unset cluster is not checked", () =>
    run(
      Effect.gen(function* () {
        const { channel, context } = yield* makeStore()
        const get = (part: Partial<kvrpcpb.Context>) =>
          channel.unary(
            methods.RawGet,
            kvrpcpb.RawGetRequest.create({ context: { ...context(), ...part }, key: bytes("k") })
          )
        const wrong = yield* Effect.flip(get({ clusterId: 8 }))
        expect(wrong.code).toBe(GrpcCode.invalidArgument)
        expect(wrong.message).toContain("the cluster id of the request does not match the TiKV cluster")
        expect((yield* get({ clusterId: 0 })).notFound).toBe(true)
      })
    ))

  test("store, region, peer, term and epoch, each with its region error", () =>
    run(
      Effect.gen(function* () {
        const { channel, context, router } = yield* makeStore()
        router.term = 5
        const get = Effect.fnUntraced(function* (part: Partial<kvrpcpb.Context>) {
          const request = kvrpcpb.RawGetRequest.create({ context: { ...context(), ...part }, key: bytes("k") })
          const { regionError, error } = yield* channel.unary(methods.RawGet, request)
          expect(error).toBe("")
          return regionError
        })
        const elsewhere = metapb.Peer.create({ id: 11, storeId: 9 })
        expect((yield* get({ peer: elsewhere }))?.storeNotMatch).toEqual({ requestStoreId: 9, actualStoreId: 1 })
        expect((yield* get({ regionId: 4 }))?.regionNotFound).toEqual({ regionId: 4 })
        const other = metapb.Peer.create({ id: 12, storeId: 1 })
        expect((yield* get({ peer: other }))?.mismatchPeerId).toEqual({ requestPeerId: 12, storePeerId: 11 })
        expect((yield* get({ term: 4 }))?.staleCommand).toBeDefined()
        expect(yield* get({ apiVersion: kvrpcpb.APIVersion.V1TTL })).toBeUndefined()
        const leader = metapb.Peer.create({ id: 21, storeId: 2 })
        router.refuseNext("read", { _tag: "NotLeader", regionId: 1, leader })
        expect((yield* get({}))?.notLeader).toEqual({ regionId: 1, leader })
      })
    ))

  test("EpochNotMatch carries every region that now covers the old range, bounds in their own form", () =>
    run(
      Effect.gen(function* () {
        const { channel, context: contextOf, router } = yield* makeStore()
        const context = contextOf()
        const regions = router.split(1, [bytes("f"), bytes("p")])
        const { regionError } = yield* channel.unary(
          methods.RawGet,
          kvrpcpb.RawGetRequest.create({ context, key: bytes("k") })
        )
        const current = regionError?.epochNotMatch?.currentRegions ?? []
        expect(current.map(({ startKey, endKey }) => [text(startKey), text(endKey)]).sort()).toEqual([
          ["", "f"],
          ["f", "p"],
          ["p", ""]
        ])
        expect(current.every(({ regionEpoch }) => regionEpoch?.version === 3)).toBe(true)
        expect(current.every(({ peers }) => peers.length === 1)).toBe(true)
        expect(regions.length).toBe(3)
      })
    ))

  test("max_execution_duration_ms becomes the deadline, on the store's clock", () =>
    run(
      Effect.gen(function* () {
        const { channel, context, router, clock } = yield* makeStore()
        const deadlines: Array<number> = []
        const read = router.read.bind(router)
        router.read = (request, answer) => {
          deadlines.push(request.header.deadlineMs)
          clock.ms += 60
          read(request, answer)
        }
        const get = (maxExecutionDurationMs: number, timeoutMs?: number) =>
          channel.unary(
            methods.RawGet,
            kvrpcpb.RawGetRequest.create({ context: { ...context(), maxExecutionDurationMs }, key: bytes("k") }),
            timeoutMs === undefined ? {} : { timeoutMs }
          )
        const late = yield* get(50)
        expect(deadlines[0]).toBe(55)
        expect(late.regionError?.message).toContain("Deadline is exceeded")
        expect((yield* get(61)).regionError).toBeUndefined()
        yield* get(0)
        expect(deadlines[2]).toBe(0)
        yield* get(0, 30_000)
        expect(deadlines[3]).toBeGreaterThan(clock.ms)
        expect(deadlines[3]).toBeLessThan(clock.ms + 30_001)
      })
    ))
})

describe("SplitRegion", () => {
  test("plain keys in any order, twice named; all regions left to right, left and right if two", () =>
    run(
      Effect.gen(function* () {
        const { channel, context, router } = yield* makeStore()
        const split = (regionId: number, keys: ReadonlyArray<string>) =>
          channel.unary(
            methods.SplitRegion,
            kvrpcpb.SplitRegionRequest.create({
              context: context(regionId),
              splitKeys: keys.map(bytes),
              isRawKv: true
            })
          )
        const three = yield* split(1, ["p", "f", "p"])
        expect(three.regions.map(({ startKey, endKey }) => [text(startKey), text(endKey)])).toEqual([
          ["", "f"],
          ["f", "p"],
          ["p", ""]
        ])
        expect(three.left).toBeUndefined()
        const two = yield* split(1, ["t"])
        expect(two.left).toEqual(two.regions[0])
        expect(two.right).toEqual(two.regions[1])
        expect(two.right?.id).toBe(1)
        const outside = yield* split(1, ["a"])
        expect(outside.regionError?.keyNotInRegion).toBeDefined()
        expect((yield* split(1, [])).regionError?.message).toContain("needs split keys")
        expect(router.regions().length).toBe(4)
      })
    ))

  test("a transactional key becomes a memcomparable bound", () =>
    run(
      Effect.gen(function* () {
        const { channel, context } = yield* makeStore()
        const { regions } = yield* channel.unary(
          methods.SplitRegion,
          kvrpcpb.SplitRegionRequest.create({ context: context(), splitKeys: [bytes("k")] })
        )
        expect(regions[0]?.endKey).toEqual(new Uint8Array([0x6b, 0, 0, 0, 0, 0, 0, 0, 0xf8]))
      })
    ))
})

test("garbage on the store's port: that connection ends, the store goes on", () =>
  run(
    Effect.gen(function* () {
      const { port, channel, context } = yield* makeStore()
      for (const garbage of [
        new Uint8Array(10_000).fill(0xaa),
        bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nxxxxxxxxxxxxxxxxxx")
      ]) {
        yield* Effect.tryPromise(
          () =>
            new Promise<void>((resolve) => {
              const socket = createConnection(port, "127.0.0.1", () => socket.end(garbage))
              socket.on("data", () => {})
              socket.on("error", () => {})
              socket.on("close", () => resolve())
            })
        )
      }
      const got = yield* channel.unary(
        methods.RawGet,
        kvrpcpb.RawGetRequest.create({ context: context(), key: bytes("k") })
      )
      expect(got.notFound).toBe(true)
    })
  ))
