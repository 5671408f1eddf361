import { describe, expect, test } from "bun:test"
import { RawChecksum } from "@reefkv/wire"
import { Effect, type Scope, Stream } from "effect"
import { KvError, makeNetworkClient, type NetworkClientOptions, type RawClientService, toText } from "../src/index.ts"
import { bytes, type FakeCluster, makeFakeCluster } from "./FakeCluster.ts"

const run = <A, E>(body: Effect.Effect<A, E, Scope.Scope>) => Effect.runPromise(Effect.scoped(body))

const withClient = <A, E>(
  body: (client: RawClientService, cluster: FakeCluster) => Effect.Effect<A, E, Scope.Scope>,
  options: Partial<NetworkClientOptions> = {}
) =>
  run(
    Effect.gen(function* () {
      const cluster = yield* makeFakeCluster()
      const client = yield* makeNetworkClient({ endpoints: cluster.pd?.address ?? "", ...options })
      return yield* body(client, cluster)
    })
  )
const texts = (entries: Iterable<readonly [Uint8Array, Uint8Array]>) =>
  [...entries].map(([key, value]) => `${toText(key)}=${toText(value)}`)
const numbered = (count: number) =>
  Array.from({ length: count }, (_, i): readonly [string, string] => [`k${String(i).padStart(4, "0")}`, `v${i}`])

describe("single keys", () => {
  test("what is put can be got, overwritten and deleted", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        expect(yield* client.get("a")).toBeUndefined()
        yield* client.put("a", "1")
        expect(yield* client.get("a")).toEqual(bytes("1"))
        yield* client.put(bytes("a"), bytes("2"))
        expect(yield* client.get("a")).toEqual(bytes("2"))
        yield* client.delete("a")
        yield* client.delete("a")
        expect(yield* client.get("a")).toBeUndefined()
        expect(cluster.counted("GetRegion")).toBe(1)
        expect(cluster.counted("GetAllStores")).toBe(1)
        expect(cluster.counted("GetStore")).toBe(0)
      })
    ))

  test("an empty value is a value", () =>
    withClient((client) =>
      Effect.gen(function* () {
        yield* client.put("a", "")
        expect(yield* client.get("a")).toEqual(new Uint8Array())
      })
    ))

  test("values that come back stand on their own", () =>
    withClient((client) =>
      Effect.gen(function* () {
        yield* client.put("a", "1")
        const value = yield* client.get("a")
        expect(value?.constructor).toBe(Uint8Array)
        expect(value?.buffer.byteLength).toBe(1)
      })
    ))

  test("the promise path does the same without fibers", () =>
    withClient((client) =>
      Effect.promise(async () => {
        await client.putAsync("a", "1")
        expect(await client.getAsync("a")).toEqual(bytes("1"))
        await client.deleteAsync("a")
        expect(await client.getAsync("a")).toBeUndefined()
        await expect(client.getAsync("")).rejects.toMatchObject({ _tag: "KvError", reason: "invalid-argument" })
      })
    ))

  test("all requests of one turn leave in one message, up to the limit", () =>
    withClient((client, cluster) =>
      Effect.promise(async () => {
        await client.getAsync("warm up")
        cluster.batches.length = 0
        await Promise.all(Array.from({ length: 300 }, (_, i) => client.getAsync(`k${i}`)))
        expect(cluster.batches).toEqual([128, 128, 44])
      })
    ))

  test("compare and swap", () =>
    withClient((client) =>
      Effect.gen(function* () {
        expect(yield* client.compareAndSwap("a", undefined, "1")).toEqual({ swapped: true, previous: undefined })
        expect(yield* client.compareAndSwap("a", undefined, "2")).toEqual({ swapped: false, previous: bytes("1") })
        expect(yield* client.compareAndSwap("a", "1", "2")).toEqual({ swapped: true, previous: bytes("1") })
        expect(yield* client.get("a")).toEqual(bytes("2"))
      })
    ))

  test("time to live", () =>
    withClient((client) =>
      Effect.gen(function* () {
        yield* client.put("a", "1", { ttlSeconds: 60 })
        yield* client.put("b", "1")
        expect(yield* client.getKeyTtl("a")).toBe(60)
        expect(yield* client.getKeyTtl("b")).toBe(Number.POSITIVE_INFINITY)
        expect(yield* client.getKeyTtl("c")).toBeUndefined()
      })
    ))
})

describe("many keys", () => {
  test("batches go to the regions of their keys and come back in the order asked", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        cluster.split("k0100", "k0200", "k0300")
        cluster.transferLeader("k0100", 2)
        cluster.transferLeader("k0200", 3)
        const entries = numbered(400)
        yield* client.batchPut(entries)
        expect(cluster.data.size).toBe(400)
        const keys = entries.map(([key]) => key).reverse()
        const values = yield* client.batchGet([...keys, "absent"])
        expect(values.slice(0, -1).map((value) => toText(value ?? bytes("?")))).toEqual(
          entries.map(([, value]) => value).reverse()
        )
        expect(values.at(-1)).toBeUndefined()
        yield* client.batchDelete(keys.slice(0, 399))
        expect([...cluster.data.keys()]).toEqual(["k0000"])
        // The regions of all keys were asked for together.
        expect(cluster.counted("GetRegion") + cluster.counted("BatchScanRegions")).toBeLessThanOrEqual(4)
      })
    ))

  test("the same key twice is answered twice", () =>
    withClient((client) =>
      Effect.gen(function* () {
        yield* client.put("a", "1")
        expect(yield* client.batchGet(["a", "b", "a"])).toEqual([bytes("1"), undefined, bytes("1")])
        expect(yield* client.batchGet([])).toEqual([])
      })
    ))

  test("a region that splits between two batches is followed", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        const entries = numbered(100)
        yield* client.batchPut(entries)
        cluster.split("k0010", "k0050")
        const values = yield* client.batchGet(entries.map(([key]) => key))
        expect(values.map((value) => toText(value ?? bytes("?")))).toEqual(entries.map(([, value]) => value))
        yield* client.batchDelete(entries.map(([key]) => key))
        expect(cluster.data.size).toBe(0)
      })
    ))
})

describe("ranges", () => {
  const filled = (
    body: (client: RawClientService, cluster: FakeCluster, all: ReadonlyArray<string>) => Effect.Effect<void, unknown>
  ) =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        const entries = numbered(50)
        yield* client.batchPut(entries)
        cluster.split("k0010", "k0020", "k0035")
        yield* body(
          client,
          cluster,
          entries.map(([key, value]) => `${key}=${value}`)
        )
      })
    )
  const collect = (client: RawClientService, options?: Parameters<RawClientService["scan"]>[0]) =>
    Effect.map(Stream.runCollect(client.scan(options)), texts)

  test("a scan walks over all regions, forward and back", () =>
    filled((client, _, all) =>
      Effect.gen(function* () {
        expect(yield* collect(client)).toEqual([...all])
        expect(yield* collect(client, { reverse: true })).toEqual([...all].reverse())
        expect(yield* collect(client, { pageSize: 7 })).toEqual([...all])
        expect(yield* collect(client, { pageSize: 7, reverse: true })).toEqual([...all].reverse())
      })
    ))

  test("bounds, prefix, limit and keys only", () =>
    filled((client, _, all) =>
      Effect.gen(function* () {
        expect(yield* collect(client, { start: "k0005", end: "k0012" })).toEqual(all.slice(5, 12))
        expect(yield* collect(client, { start: "k0005", end: "k0012", reverse: true })).toEqual(
          all.slice(5, 12).reverse()
        )
        expect(yield* collect(client, { start: "k0020", end: "k0020" })).toEqual([])
        expect(yield* collect(client, { start: "k0030", end: "k0020" })).toEqual([])
        expect(yield* collect(client, { prefix: "k001" })).toEqual(all.slice(10, 20))
        expect(yield* collect(client, { prefix: "k001", reverse: true, limit: 3 })).toEqual(all.slice(17, 20).reverse())
        expect(yield* collect(client, { limit: 13, pageSize: 5 })).toEqual(all.slice(0, 13))
        expect(yield* collect(client, { limit: 0 })).toEqual([])
        expect(yield* collect(client, { limit: 1, keysOnly: true })).toEqual(["k0000="])
        expect(yield* collect(client, { end: "k0020", reverse: true, limit: 1 })).toEqual(["k0019=v19"])
      })
    ))

  test("a scan goes on where it was when regions split under it", () =>
    filled((client, cluster, all) =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        yield* Stream.runForEach(client.scan({ pageSize: 3 }), (entry) =>
          Effect.sync(() => {
            seen.push(...texts([entry]))
            if (seen.length === 4) cluster.split("k0005", "k0007", "k0015", "k0040")
          })
        )
        expect(seen).toEqual([...all])
      })
    ))

  test("short scans of many ranges", () =>
    filled((client, _, all) =>
      Effect.gen(function* () {
        const found = yield* client.scanBatch([{ start: "k0019" }, { prefix: "nothing" }, { start: "k0048" }], {
          eachLimit: 3
        })
        expect(found.map(texts)).toEqual([all.slice(19, 22), [], all.slice(48)])
      })
    ))

  test("answers that would be too large are asked for in smaller parts", () =>
    filled((client, cluster, all) =>
      Effect.gen(function* () {
        cluster.replyPairsMax = 2
        expect(yield* collect(client)).toEqual([...all])
        expect(yield* collect(client, { reverse: true })).toEqual([...all].reverse())
        const keys = numbered(50).map(([key]) => key)
        expect((yield* client.batchGet(keys)).map((value) => toText(value ?? bytes("?")))).toEqual(
          numbered(50).map(([, value]) => value)
        )
        cluster.replyPairsMax = 0
        const error = yield* Effect.flip(collect(client))
        expect(error).toMatchObject({ reason: "refused", message: "the reply would be too large" })
        expect(yield* Effect.flip(client.batchGet(keys))).toMatchObject({ reason: "refused" })
      })
    ))

  test("a range delete takes what is inside and nothing else", () =>
    filled((client, cluster) =>
      Effect.gen(function* () {
        yield* client.deleteRange({ start: "k0005", end: "k0037" })
        expect([...cluster.data.keys()].sort()).toEqual(
          numbered(50)
            .map(([key]) => key)
            .filter((key) => key < "k0005" || key >= "k0037")
        )
        const refused = yield* Effect.flip(client.deleteRange({}))
        expect(refused).toMatchObject({ reason: "invalid-argument" })
        yield* client.deleteRange({ start: "" })
        expect(cluster.data.size).toBe(0)
      })
    ))

  test("a checksum over regions is that of the whole", () =>
    filled((client, cluster) =>
      Effect.gen(function* () {
        const sum = new RawChecksum()
        for (const { key, value } of cluster.sorted()) sum.add(key, value)
        const { checksum, totalBytes, totalKvs } = sum
        expect(yield* client.checksum()).toEqual({ checksum, totalBytes, totalKvs })
        expect((yield* client.checksum({ start: "k0010", end: "k0040" })).totalKvs).toBe(30)
      })
    ))

  test("regions are split at keys, and listed", () =>
    filled((client, cluster) =>
      Effect.gen(function* () {
        const made = yield* client.splitRegions(["k0045", "k0003", "k0003", "k0020"])
        expect(cluster.regions.map(({ meta }) => toText(meta.startKey))).toEqual([
          "",
          "k0003",
          "k0010",
          "k0020",
          "k0035",
          "k0045"
        ])
        expect(made.map(({ start }) => toText(start))).toEqual(["", "k0003", "k0020", "k0035", "k0045"])
        const regions = yield* client.regions()
        expect(regions.map(({ id }) => id)).toEqual(cluster.regions.map(({ meta }) => meta.id))
        expect((yield* client.regions({ start: "k0004", end: "k0020" })).length).toBe(2)
      })
    ))
})

describe("arguments are refused before anything is sent", () => {
  test.each<[string, (client: RawClientService) => Effect.Effect<unknown, KvError>]>([
    ["the key is empty", (client) => client.get("")],
    ["ttlSeconds", (client) => client.put("a", "1", { ttlSeconds: 0 })],
    ["ttlSeconds", (client) => client.put("a", "1", { ttlSeconds: 1.5 })],
    ["timeoutMs", (client) => client.get("a", { timeoutMs: 0 })],
    ["timeoutMs", (client) => client.get("a", { timeoutMs: Number.NaN })],
    ["limit", (client) => Stream.runCollect(client.scan({ limit: -1 }))],
    ["pageSize", (client) => Stream.runCollect(client.scan({ pageSize: 0 }))],
    ["several keys are wanted", (client) => client.batchGet("abc")],
    ["prefix", (client) => Stream.runCollect(client.scan({ prefix: "a", end: "b" }))],
    ["a value must be", (client) => client.put("a", 1 as unknown as string)]
  ])("%s", (message, call) =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(call(client))
        expect(error).toBeInstanceOf(KvError)
        expect(error.reason).toBe("invalid-argument")
        expect(error.message).toContain(message)
        expect(cluster.counted("GetRegion")).toBe(0)
      })
    )
  )

  test("a store's refusal comes with its words", () =>
    withClient((client) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(client.put("a", new Uint8Array([0])))
        expect(error).toMatchObject({ reason: "refused" })
        expect(error.message).toBe('put of "a": values must not start with zero')
      })
    ))
})
