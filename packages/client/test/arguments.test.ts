/** Negative and impossible numbers and empty ranges: refused, or nothing, by the client itself before anything is sent. */
import { expect, test } from "bun:test"
import { Effect, Stream } from "effect"
import { KvError, makeNetworkClient, type RawClientService } from "../src/index.ts"
import { makeFakeCluster } from "./FakeCluster.ts"

const noCount = [-1, -0.5, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]

const refusedWith = (
  message: string,
  call: (client: RawClientService, value: number) => Effect.Effect<unknown, KvError>,
  bad: ReadonlyArray<number> = noCount
) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const cluster = yield* makeFakeCluster()
        const client = yield* makeNetworkClient({ endpoints: cluster.pd?.address ?? "" })
        for (const value of bad) {
          const error = yield* Effect.flip(call(client, value))
          expect([value, error instanceof KvError && error.reason]).toEqual([value, "invalid-argument"])
          expect(error.message).toContain(message)
        }
        expect(cluster.counted("GetRegion")).toBe(0)
      })
    )
  )

test("ttlSeconds of a put", () => refusedWith("ttlSeconds", (c, ttlSeconds) => c.put("k", "v", { ttlSeconds })))
test("ttlSeconds of a batch", () =>
  refusedWith("ttlSeconds", (c, ttlSeconds) => c.batchPut([["k", "v"]], { ttlSeconds })))
test("ttlSeconds of a swap", () =>
  refusedWith("ttlSeconds", (c, ttlSeconds) => c.compareAndSwap("k", undefined, "v", { ttlSeconds })))
test("the limit of a scan", () => refusedWith("limit", (c, limit) => Stream.runCollect(c.scan({ limit }))))
test("the page size of a scan", () => refusedWith("pageSize", (c, pageSize) => Stream.runCollect(c.scan({ pageSize }))))
test("timeoutMs", () =>
  refusedWith("timeoutMs", (c, timeoutMs) => c.get("k", { timeoutMs }), [-1, -0.5, 0, Number.NaN]))
