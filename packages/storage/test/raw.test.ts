import { afterEach, describe, expect, test } from "bun:test"
import { WriteBatch } from "@reefkv/engine"
import { crc64, kvrpcpb, regionError } from "@reefkv/wire"
import { Effect } from "effect"
import type { RawConfig } from "../src/index.ts"
import { bytes, makeWorld, putAll, text, type World } from "./support/world.ts"

const open: Array<World> = []
const world = async (config: Partial<RawConfig> = {}, raftEntryMaxBytes?: number): Promise<World> => {
  const made = await makeWorld(config, raftEntryMaxBytes)
  open.push(made)
  return made
}
afterEach(async () => {
  for (const made of open.splice(0)) await made.close()
})

const get = async (w: World, key: string, cf = ""): Promise<string | undefined> => {
  const response = await w.call(w.raw.get, kvrpcpb.RawGetRequest.create({ context: w.context(), key: bytes(key), cf }))
  expect(response.regionError).toBeUndefined()
  expect(response.error).toBe("")
  return response.notFound ? undefined : text(response.value)
}
const put = (w: World, key: string, value: string, part: Partial<kvrpcpb.RawPutRequest> = {}) =>
  w.call(
    w.raw.put,
    kvrpcpb.RawPutRequest.create({ context: w.context(), key: bytes(key), value: bytes(value), ...part })
  )
const scan = (w: World, part: Partial<kvrpcpb.RawScanRequest>) =>
  w.call(w.raw.scan, kvrpcpb.RawScanRequest.create({ context: w.context(), limit: 100, ...part }))
const keysOf = (response: { readonly kvs: ReadonlyArray<kvrpcpb.KvPair> }) => response.kvs.map(({ key }) => text(key))

describe("points", () => {
  test("put, get, delete; an empty value is a value; an absent key deletes well", async () => {
    const w = await world()
    expect(await get(w, "k")).toBeUndefined()
    expect(await put(w, "k", "v")).toEqual({ regionError: undefined, error: "" })
    expect(await put(w, "empty", "")).toEqual({ regionError: undefined, error: "" })
    expect(await get(w, "k")).toBe("v")
    expect(await get(w, "empty")).toBe("")
    for (const key of ["k", "absent"]) {
      const response = await w.call(
        w.raw.delete,
        kvrpcpb.RawDeleteRequest.create({ context: w.context(), key: bytes(key) })
      )
      expect(response).toEqual({ regionError: undefined, error: "" })
    }
    expect(await get(w, "k")).toBeUndefined()
  })

  test("batches: only keys that exist, in the order asked; a batch is one proposal", async () => {
    const w = await world()
    await putAll(w, [
      ["a", "1"],
      ["b", "2"],
      ["c", "3"]
    ])
    expect(w.router.seen.write).toBe(1)
    const got = await w.call(
      w.raw.batchGet,
      kvrpcpb.RawBatchGetRequest.create({ context: w.context(), keys: ["c", "x", "a", "c"].map(bytes) })
    )
    expect(got.pairs.map(({ key, value }) => text(key) + text(value))).toEqual(["c3", "a1", "c3"])
    await w.call(
      w.raw.batchDelete,
      kvrpcpb.RawBatchDeleteRequest.create({ context: w.context(), keys: ["a", "x"].map(bytes) })
    )
    expect(keysOf(await scan(w, {}))).toEqual(["b", "c"])
  })

  test("column families are apart; '' is default", async () => {
    const w = await world()
    await put(w, "k", "d", { cf: "" })
    await put(w, "k", "l", { cf: "lock" })
    await put(w, "k", "w", { cf: "write" })
    expect([await get(w, "k", "default"), await get(w, "k", "lock"), await get(w, "k", "write")]).toEqual([
      "d",
      "l",
      "w"
    ])
  })

  test("deleteRange: from the start, up to but not with the end; an empty end is the region's", async () => {
    const w = await world()
    await putAll(
      w,
      [..."abcdef"].map((key) => [key, key] as const)
    )
    const range = (startKey: string, endKey: string) =>
      w.call(
        w.raw.deleteRange,
        kvrpcpb.RawDeleteRangeRequest.create({ context: w.context(), startKey: bytes(startKey), endKey: bytes(endKey) })
      )
    expect(await range("b", "d")).toEqual({ regionError: undefined, error: "" })
    expect(keysOf(await scan(w, {}))).toEqual(["a", "d", "e", "f"])
    expect(await range("d", "d")).toEqual({ regionError: undefined, error: "" })
    expect((await range("e", "a")).error).toContain("start key is after the end key")
    expect(keysOf(await scan(w, {}))).toEqual(["a", "d", "e", "f"])
    await range("e", "")
    expect(keysOf(await scan(w, {}))).toEqual(["a", "d"])
  })
})

describe("time to live", () => {
  test("a key is there until its second, then absent from every read", async () => {
    const w = await world()
    await put(w, "k", "v", { ttl: 10 })
    await put(w, "stays", "v")
    const ttl = (key: string) =>
      w.call(w.raw.getKeyTtl, kvrpcpb.RawGetKeyTTLRequest.create({ context: w.context(), key: bytes(key) }))
    expect(await ttl("k")).toMatchObject({ ttl: 10, notFound: false, error: "" })
    expect(await ttl("stays")).toMatchObject({ ttl: 0, notFound: false })
    w.clock.seconds += 9
    expect(await ttl("k")).toMatchObject({ ttl: 1, notFound: false })
    expect(await get(w, "k")).toBe("v")
    w.clock.seconds += 1
    expect(await ttl("k")).toMatchObject({ ttl: 0, notFound: true })
    expect(await get(w, "k")).toBeUndefined()
    expect(keysOf(await scan(w, { keyOnly: true }))).toEqual(["stays"])
    const got = await w.call(
      w.raw.batchGet,
      kvrpcpb.RawBatchGetRequest.create({ context: w.context(), keys: [bytes("k"), bytes("stays")] })
    )
    expect(got.pairs.map(({ key }) => text(key))).toEqual(["stays"])
  })

  test("the time left is told by one look at the clock: a last second does not turn into no expiry at all", async () => {
    const w = await world()
    await put(w, "k", "v", { ttl: 1 })
    // The second is over between two looks.
    const shown = [w.clock.seconds]
    const over = w.clock.seconds + 1
    Object.defineProperty(w.clock, "seconds", { get: () => shown.shift() ?? over })
    const request = kvrpcpb.RawGetKeyTTLRequest.create({ context: w.context(), key: bytes("k") })
    expect(await w.call(w.raw.getKeyTtl, request)).toMatchObject({ ttl: 1, notFound: false })
    expect(await w.call(w.raw.getKeyTtl, request)).toMatchObject({ ttl: 0, notFound: true })
  })

  test("expired keys do not count towards a scan's limit", async () => {
    const w = await world({ scanSliceEntries: 3 })
    for (let i = 0; i < 20; i++) await put(w, `k${String(i).padStart(2, "0")}`, "v", i % 5 === 0 ? {} : { ttl: 5 })
    w.clock.seconds += 5
    expect(keysOf(await scan(w, { limit: 3 }))).toEqual(["k00", "k05", "k10"])
    expect(keysOf(await scan(w, { limit: 4 }))).toEqual(["k00", "k05", "k10", "k15"])
  })

  test("ttls of a batch: none, one for all, one each; another number changes nothing", async () => {
    const w = await world()
    const batch = (ttls: Array<number>) =>
      w.call(
        w.raw.batchPut,
        kvrpcpb.RawBatchPutRequest.create({
          context: w.context(),
          pairs: ["a", "b", "c"].map((key) => kvrpcpb.KvPair.create({ key: bytes(key), value: bytes("v") })),
          ttls,
          // Deprecated and not read by the server.
          ttl: 1
        })
      )
    expect((await batch([1, 2])).error).toContain("3 pairs and 2 ttls")
    expect(keysOf(await scan(w, {}))).toEqual([])
    await batch([])
    w.clock.seconds += 100
    expect(keysOf(await scan(w, {}))).toEqual(["a", "b", "c"])
    await batch([5, 0, 7])
    w.clock.seconds += 5
    expect(keysOf(await scan(w, {}))).toEqual(["b", "c"])
    await batch([3])
    w.clock.seconds += 3
    expect(keysOf(await scan(w, {}))).toEqual([])
  })

  test("V1 refuses a ttl, and has none to tell", async () => {
    const w = await world({ apiVersion: "V1" })
    expect((await put(w, "k", "v", { ttl: 1 })).error).toBe("ttl is not enabled, but get put request with ttl")
    expect(await get(w, "k")).toBeUndefined()
    const ttl = await w.call(
      w.raw.getKeyTtl,
      kvrpcpb.RawGetKeyTTLRequest.create({ context: w.context(), key: bytes("k") })
    )
    expect(ttl.error).not.toBe("")
  })
})

describe("scans", () => {
  const letters = [..."abcdefghij"].map((key) => [key, key.toUpperCase()] as const)

  test("forward: start inclusive, end exclusive; reverse: start is the exclusive upper bound", async () => {
    const w = await world()
    await putAll(w, letters)
    expect(keysOf(await scan(w, { startKey: bytes("c"), endKey: bytes("f") }))).toEqual(["c", "d", "e"])
    expect(keysOf(await scan(w, { startKey: bytes("c"), limit: 2 }))).toEqual(["c", "d"])
    expect(keysOf(await scan(w, { reverse: true, startKey: bytes("f"), endKey: bytes("c") }))).toEqual(["e", "d", "c"])
    expect(keysOf(await scan(w, { reverse: true, startKey: bytes("f"), limit: 2 }))).toEqual(["e", "d"])
    expect(keysOf(await scan(w, { reverse: true, limit: 2 }))).toEqual(["j", "i"])
    const keyOnly = await scan(w, { keyOnly: true, limit: 1 })
    expect(keyOnly.kvs[0]).toMatchObject({ key: bytes("a"), value: bytes("") })
    expect(keysOf(await scan(w, { limit: 0 }))).toEqual([])
    expect(keysOf(await scan(w, { startKey: bytes("c"), endKey: bytes("c") }))).toEqual([])
  })

  test("they stay inside the region, though their far bound is beyond it", async () => {
    const w = await world()
    await putAll(w, letters)
    const [left, right] = w.router.split(1, [bytes("e")])
    const inRegion = (id: number | undefined, part: Partial<kvrpcpb.RawScanRequest>) =>
      scan(w, { context: w.context(id), ...part })
    expect(keysOf(await inRegion(left?.id, { endKey: bytes("z") }))).toEqual(["a", "b", "c", "d"])
    expect(keysOf(await inRegion(right?.id, { startKey: bytes("e") }))).toEqual(["e", "f", "g", "h", "i", "j"])
    expect(keysOf(await inRegion(right?.id, { reverse: true, startKey: bytes("g"), endKey: bytes("a") }))).toEqual([
      "f",
      "e"
    ])
    // LocateEndKey of client-go takes an upper bound equal to a region's end to that region.
    expect(keysOf(await inRegion(left?.id, { reverse: true, startKey: bytes("e") }))).toEqual(["d", "c", "b", "a"])
    expect((await inRegion(left?.id, { startKey: bytes("e") })).regionError?.keyNotInRegion).toMatchObject({
      key: bytes("e"),
      regionId: left?.id ?? 0,
      endKey: bytes("e")
    })
    expect((await inRegion(right?.id, { startKey: bytes("d") })).regionError?.keyNotInRegion).toBeDefined()
    expect(
      (await inRegion(right?.id, { reverse: true, startKey: bytes("e") })).regionError?.keyNotInRegion
    ).toBeDefined()
    expect(
      (await inRegion(left?.id, { reverse: true, startKey: bytes("f") })).regionError?.keyNotInRegion
    ).toBeDefined()
  })

  test("a limit over the bound is served when the range holds no more, and else refused: never cut short", async () => {
    const w = await world({ scanPairsMax: 10 })
    await putAll(w, letters)
    const huge = 0xffff_ffff
    expect((await scan(w, { limit: huge })).kvs.length).toBe(10)
    await put(w, "k", "K")
    expect((await scan(w, { limit: 10 })).kvs.length).toBe(10)
    const refused = await scan(w, { limit: huge })
    expect(refused.kvs).toEqual([])
    expect(refused.regionError?.message).toContain("4294967295")
    expect((await scan(w, { limit: huge, endKey: bytes("c") })).kvs.length).toBe(2)
  })

  test("a reply over the byte bound is refused, not cut short", async () => {
    const w = await world({ replyMaxBytes: 1_000 })
    await putAll(
      w,
      [..."abc"].map((key) => [key, "x".repeat(400)] as const)
    )
    expect((await scan(w, { limit: 2 })).kvs.length).toBe(2)
    const refused = await scan(w, {})
    expect(refused.kvs).toEqual([])
    expect(refused.regionError?.message).toContain("1000 bytes")
    const batch = await w.call(
      w.raw.batchGet,
      kvrpcpb.RawBatchGetRequest.create({ context: w.context(), keys: [..."abc"].map(bytes) })
    )
    expect(batch.pairs).toEqual([])
    expect(batch.regionError?.message).toContain("1000 bytes")
  })

  test("a long scan goes on in later turns and sees the state it began with", async () => {
    const w = await world({ scanSliceEntries: 4, slicedReadsMax: 1 })
    await putAll(
      w,
      Array.from({ length: 100 }, (_, i) => [`k${String(i).padStart(3, "0")}`, "old"] as const)
    )
    const pending = scan(w, {})
    const busy = await scan(w, {})
    expect(busy.regionError?.serverIsBusy).toBeDefined()
    await put(w, "k050", "new")
    await w.call(
      w.raw.deleteRange,
      kvrpcpb.RawDeleteRangeRequest.create({ context: w.context(), startKey: bytes("k060") })
    )
    const { kvs } = await pending
    expect(kvs.length).toBe(100)
    expect(new Set(kvs.map(({ value }) => text(value)))).toEqual(new Set(["old"]))
    expect(w.raw.stats().slicedReads).toBe(0)
    expect(w.engine.stats().openSnapshots).toBe(0)
    expect((await scan(w, {})).kvs.length).toBe(60)
    expect(keysOf(await scan(w, { reverse: true, limit: 59 })).at(-1)).toBe("k001")
  })

  test("a long scan ends at its deadline, and when the store stops, with an answer", async () => {
    const w = await world({ scanSliceEntries: 1 })
    await putAll(w, letters)
    const request = kvrpcpb.RawScanRequest.create({ context: w.context(), limit: 10 })
    const late = new Promise<kvrpcpb.RawScanResponse>((resolve) => w.raw.scan(request, 5, resolve))
    w.clock.ms = 6
    expect((await late).regionError?.message).toBe("Deadline is exceeded")
    const stopped = scan(w, {})
    await w.close()
    expect((await stopped).regionError?.message).toContain("stopping")
    expect(w.raw.stats().slicedReads).toBe(0)
  })

  test("batchScan: each range with its own limit, ranges in the order asked", async () => {
    const w = await world({ scanSliceEntries: 3 })
    await putAll(w, letters)
    const response = await w.call(
      w.raw.batchScan,
      kvrpcpb.RawBatchScanRequest.create({
        context: w.context(),
        ranges: [
          { startKey: bytes("f"), endKey: bytes("h") },
          { startKey: bytes("zz"), endKey: bytes("zzz") },
          { startKey: bytes("a"), endKey: bytes("") }
        ],
        eachLimit: 3
      })
    )
    expect(keysOf(response)).toEqual(["f", "g", "a", "b", "c"])
  })

  test("checksum: the xor of each pair's CRC-64, over live pairs inside the region", async () => {
    const w = await world({ scanSliceEntries: 3 })
    await putAll(w, letters)
    await put(w, "expired", "v", { ttl: 1 })
    w.clock.seconds += 1
    const checksum = (startKey: string, endKey: string, algorithm = 0) =>
      w.call(
        w.raw.checksum,
        kvrpcpb.RawChecksumRequest.create({
          context: w.context(),
          algorithm,
          ranges: [{ startKey: bytes(startKey), endKey: bytes(endKey) }]
        })
      )
    const expected = letters.slice(1, 4).reduce((sum, [key, value]) => sum ^ crc64(bytes(key + value)), 0n)
    expect(await checksum("b", "e")).toMatchObject({ checksum: expected, totalKvs: 3, totalBytes: 6, error: "" })
    expect((await checksum("", "")).totalKvs).toBe(10)
    expect((await checksum("", "", 7)).error).toContain("algorithm")
  })
})

describe("refusals: a clear error and nothing changed", () => {
  test("keys, values, families and versions", async () => {
    const w = await world({ keyMaxBytes: 8, valueMaxBytes: 16 })
    await put(w, "keep", "v")
    expect((await put(w, "", "v")).error).toBe("the key is empty")
    expect((await put(w, "k".repeat(9), "v")).error).toContain("max key size exceeded, size: 9, limit: 8")
    expect((await put(w, "k", "v".repeat(17))).error).toContain("max value size exceeded, size: 17, limit: 16")
    expect((await put(w, "k", "v", { cf: "raft" })).error).toContain("invalid cf name")
    expect((await put(w, "k", "v", { ttl: Number.MAX_SAFE_INTEGER })).error).toContain("over the limit")
    const v2 = { ...w.context(), apiVersion: kvrpcpb.APIVersion.V2 }
    expect((await put(w, "k", "v", { context: v2 })).error).toContain("Api version in request does not match")
    expect((await put(w, "k", "v", { context: { ...v2, apiVersion: 9 } })).error).toContain("Api version")
    const pairs = ["ok", ""].map((key) => kvrpcpb.KvPair.create({ key: bytes(key) }))
    const batch = await w.call(w.raw.batchPut, kvrpcpb.RawBatchPutRequest.create({ context: w.context(), pairs }))
    expect(batch.error).toBe("the key is empty")
    const badScan = await scan(w, { cf: "nope" })
    expect(badScan.kvs[0]?.error?.abort).toContain("invalid cf name")
    const reversed = await scan(w, { startKey: bytes("b"), endKey: bytes("a") })
    expect(reversed.kvs[0]?.error?.abort).toContain("start key is after the end key")
    const badGet = await w.call(
      w.raw.batchGet,
      kvrpcpb.RawBatchGetRequest.create({ context: w.context(), keys: [bytes("keep"), bytes("")] })
    )
    expect(badGet.pairs[0]?.error?.abort).toBe("the key is empty")
    expect(w.router.seen.write).toBe(1)
    expect(keysOf(await scan(w, {}))).toEqual(["keep"])
  })

  test("an entry over the limit is RaftEntryTooLarge", async () => {
    const w = await world({}, 100)
    const { regionError: error } = await put(w, "k", "v".repeat(200))
    expect(error?.raftEntryTooLarge).toMatchObject({ regionId: 1 })
    expect(await get(w, "k")).toBeUndefined()
  })

  test("region errors of the router come back in every response type", async () => {
    const w = await world()
    const context = { ...w.context(), regionId: 77 }
    const expected = regionError.regionNotFound(77)
    const key = bytes("k")
    const ranges = [{ startKey: bytes("a"), endKey: bytes("b") }]
    const { raw } = w
    const pairs = [kvrpcpb.KvPair.create({ key })]
    const responses = [
      await w.call(raw.get, kvrpcpb.RawGetRequest.create({ context, key })),
      await w.call(raw.batchGet, kvrpcpb.RawBatchGetRequest.create({ context, keys: [key] })),
      await w.call(raw.getKeyTtl, kvrpcpb.RawGetKeyTTLRequest.create({ context, key })),
      await w.call(raw.put, kvrpcpb.RawPutRequest.create({ context, key })),
      await w.call(raw.put, kvrpcpb.RawPutRequest.create({ context, key, forCas: true })),
      await w.call(raw.batchPut, kvrpcpb.RawBatchPutRequest.create({ context, pairs })),
      await w.call(raw.delete, kvrpcpb.RawDeleteRequest.create({ context, key })),
      await w.call(raw.batchDelete, kvrpcpb.RawBatchDeleteRequest.create({ context, keys: [key] })),
      await w.call(raw.deleteRange, kvrpcpb.RawDeleteRangeRequest.create({ context, startKey: key })),
      await w.call(raw.scan, kvrpcpb.RawScanRequest.create({ context, startKey: key, limit: 1 })),
      await w.call(raw.batchScan, kvrpcpb.RawBatchScanRequest.create({ context, ranges, eachLimit: 1 })),
      await w.call(raw.checksum, kvrpcpb.RawChecksumRequest.create({ context, ranges })),
      await w.call(raw.compareAndSwap, kvrpcpb.RawCASRequest.create({ context, key }))
    ]
    for (const response of responses) expect(response.regionError).toEqual(expected)
    const noContext = await w.call(raw.get, kvrpcpb.RawGetRequest.create({ key }))
    expect(noContext.regionError?.regionNotFound).toEqual({ regionId: 0 })
  })

  test("the region's end key is no key of the region", async () => {
    const w = await world()
    await put(w, "m", "v")
    const [left] = w.router.split(1, [bytes("m")])
    const context = w.context(left?.id)
    const key = bytes("m")
    const responses = [
      await w.call(w.raw.get, kvrpcpb.RawGetRequest.create({ context, key })),
      await w.call(w.raw.batchGet, kvrpcpb.RawBatchGetRequest.create({ context, keys: [bytes("a"), key] })),
      await w.call(w.raw.getKeyTtl, kvrpcpb.RawGetKeyTTLRequest.create({ context, key })),
      await w.call(w.raw.put, kvrpcpb.RawPutRequest.create({ context, key })),
      await w.call(w.raw.compareAndSwap, kvrpcpb.RawCASRequest.create({ context, key, previousValue: bytes("v") }))
    ]
    for (const response of responses) expect(response.regionError?.keyNotInRegion?.key).toEqual(key)
    expect(w.raw.stats().latchedKeys).toBe(0)
    expect(await get(w, "m")).toBe("v")
  })

  test("a value stored by another API version is an answer, not a crash", async () => {
    const w = await world({ apiVersion: "V1TTL" })
    Effect.runSync(w.engine.write(new WriteBatch().put("default", bytes("k"), bytes("v")), { sync: false }))
    const response = await w.call(w.raw.get, kvrpcpb.RawGetRequest.create({ context: w.context(), key: bytes("k") }))
    expect(response.regionError?.message).toContain("not of this store's API version")
    expect((await scan(w, {})).regionError?.message).toContain("not of this store's API version")
  })
})
