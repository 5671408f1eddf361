/** Numbers that were negative before a client put them into an unsigned field, and numbers no field is meant to hold. */
import { describe, expect, test } from "bun:test"
import { GrpcCode } from "@reefkv/grpc"
import { type Codec, kvrpcpb, services } from "@reefkv/wire"
import { Effect } from "effect"
import { bytes, makeStore, run, text } from "../support/store.ts"

const { methods } = services.Tikv
const maxUint64 = 2n ** 64n - 1n

/** The message, and a varint field behind it as a careless client would have written it. */
const withField = <T>(codec: Codec<T>, field: number, value: bigint): Codec<T> => ({
  ...codec,
  encode: (message, writer) => {
    writer.uint64(value)
    writer.tag(field << 3)
    codec.encode(message, writer)
  }
})

describe("negative numbers", () => {
  test("a ttl of -1 is refused, not taken for for ever or for nothing, and the store goes on", () =>
    run(
      Effect.gen(function* () {
        const { channel, context, router } = yield* makeStore()
        const put = kvrpcpb.RawPutRequest.create({ context: context(), key: bytes("k"), value: bytes("v") })
        const request = withField(kvrpcpb.RawPutRequest, 5, maxUint64)
        const error = yield* Effect.flip(channel.unary({ ...methods.RawPut, request }, put))
        expect(error.code).toBe(GrpcCode.invalidArgument)
        expect(error.message).toContain("kvrpcpb.RawPutRequest")
        expect(router.seen.write).toBe(0)
        const got = yield* channel.unary(
          methods.RawGet,
          kvrpcpb.RawGetRequest.create({ context: context(), key: bytes("k") })
        )
        expect(got.notFound).toBe(true)
        // The same with a number that fits: the way to the field is the right one.
        const small = withField(kvrpcpb.RawPutRequest, 5, 60n)
        expect((yield* channel.unary({ ...methods.RawPut, request: small }, put)).error).toBe("")
        const ttl = yield* channel.unary(
          methods.RawGetKeyTTL,
          kvrpcpb.RawGetKeyTTLRequest.create({ context: context(), key: bytes("k") })
        )
        expect(ttl).toMatchObject({ ttl: 60, notFound: false })
      })
    ))

  test("a limit of -1 is all there is", () =>
    run(
      Effect.gen(function* () {
        const { channel, context } = yield* makeStore()
        const pairs = ["a", "b", "c"].map((key) => kvrpcpb.KvPair.create({ key: bytes(key), value: bytes("v") }))
        yield* channel.unary(methods.RawBatchPut, kvrpcpb.RawBatchPutRequest.create({ context: context(), pairs }))
        const scan = kvrpcpb.RawScanRequest.create({ context: context() })
        // As protobuf sends an int32 of -1, in ten bytes; a field of 32 bits keeps the lower ones.
        const request = withField(kvrpcpb.RawScanRequest, 3, maxUint64)
        const { kvs } = yield* channel.unary({ ...methods.RawScan, request }, scan)
        expect(kvs.map(({ key }) => text(key))).toEqual(["a", "b", "c"])
      })
    ))
})
