/** The limits as they are by default, to the byte, and arguments that cannot be meant: refused in words, nothing changed. */
import { afterEach, describe, expect, test } from "bun:test"
import { kvrpcpb } from "@reefkv/wire"
import { defaultRawConfig } from "../src/index.ts"
import { bytes, makeWorld, putAll, text, type World } from "./support/world.ts"

const open: Array<World> = []
const world = async (): Promise<World> => {
  const made = await makeWorld()
  open.push(made)
  return made
}
afterEach(async () => {
  for (const made of open.splice(0)) await made.close()
})

const kib = 1024
const mib = 1024 * kib
const key = (length: number): Uint8Array => new Uint8Array(length).fill(0x6b)
const value = (length: number): Uint8Array => new Uint8Array(length).fill(0x76)

describe("limits", () => {
  test("a key of 4 KiB and a value of 6 MiB are taken, one byte more is refused, by every command", async () => {
    expect([defaultRawConfig.keyMaxBytes, defaultRawConfig.valueMaxBytes]).toEqual([4 * kib, 6 * mib])
    const w = await world()
    const { raw } = w
    const context = w.context()
    const put = (k: Uint8Array, v: Uint8Array) =>
      w.call(raw.put, kvrpcpb.RawPutRequest.create({ context, key: k, value: v }))
    expect(await put(key(4 * kib), value(6 * mib))).toEqual({ regionError: undefined, error: "" })
    const got = await w.call(raw.get, kvrpcpb.RawGetRequest.create({ context, key: key(4 * kib) }))
    expect(got.value.length).toBe(6 * mib)
    const writes = w.router.seen.write

    const longKey = key(4 * kib + 1)
    const longValue = value(6 * mib + 1)
    const tooLongKey = `max key size exceeded, size: ${4 * kib + 1}, limit: ${4 * kib}`
    const tooLongValue = `max value size exceeded, size: ${6 * mib + 1}, limit: ${6 * mib}`
    expect((await put(longKey, value(1))).error).toContain(tooLongKey)
    expect((await put(key(1), longValue)).error).toContain(tooLongValue)
    const pair = (k: Uint8Array, v: Uint8Array) => kvrpcpb.KvPair.create({ key: k, value: v })
    const batch = (pairs: Array<kvrpcpb.KvPair>) =>
      w.call(raw.batchPut, kvrpcpb.RawBatchPutRequest.create({ context, pairs }))
    expect((await batch([pair(key(1), value(1)), pair(longKey, value(1))])).error).toContain(tooLongKey)
    expect((await batch([pair(key(1), value(1)), pair(key(2), longValue)])).error).toContain(tooLongValue)
    const cas = await w.call(
      raw.compareAndSwap,
      kvrpcpb.RawCASRequest.create({ context, key: key(3), value: longValue, previousNotExist: true })
    )
    expect(cas.error).toContain(tooLongValue)
    const casKey = await w.call(
      raw.compareAndSwap,
      kvrpcpb.RawCASRequest.create({ context, key: longKey, value: value(1), previousNotExist: true })
    )
    expect(casKey.error).toContain(tooLongKey)
    expect(w.router.seen.write).toBe(writes)
    expect(raw.stats().latchedKeys).toBe(0)
    const left = await w.call(raw.scan, kvrpcpb.RawScanRequest.create({ context, limit: 10, keyOnly: true }))
    expect(left.kvs).toHaveLength(1)
  })

  test("a batch whose entry would be too large is RaftEntryTooLarge, and nothing of it is there", async () => {
    const w = await world()
    const pairs = ["a", "b", "c"].map((k) => kvrpcpb.KvPair.create({ key: bytes(k), value: value(3 * mib) }))
    const response = await w.call(w.raw.batchPut, kvrpcpb.RawBatchPutRequest.create({ context: w.context(), pairs }))
    expect(response.error).toBe("")
    expect(response.regionError?.raftEntryTooLarge?.regionId).toBe(1)
    expect(response.regionError?.raftEntryTooLarge?.entrySize).toBeGreaterThan(9 * mib)
    const scanned = await w.call(w.raw.scan, kvrpcpb.RawScanRequest.create({ context: w.context(), limit: 10 }))
    expect(scanned.kvs).toEqual([])
  })

  test("an empty key is refused by every command that names one", async () => {
    const w = await world()
    const { raw } = w
    const context = w.context()
    const empty = new Uint8Array(0)
    const errors = [
      (await w.call(raw.get, kvrpcpb.RawGetRequest.create({ context, key: empty }))).error,
      (await w.call(raw.put, kvrpcpb.RawPutRequest.create({ context, key: empty, value: value(1) }))).error,
      (await w.call(raw.delete, kvrpcpb.RawDeleteRequest.create({ context, key: empty }))).error,
      (await w.call(raw.getKeyTtl, kvrpcpb.RawGetKeyTTLRequest.create({ context, key: empty }))).error,
      (await w.call(raw.batchDelete, kvrpcpb.RawBatchDeleteRequest.create({ context, keys: [bytes("a"), empty] })))
        .error,
      (await w.call(raw.compareAndSwap, kvrpcpb.RawCASRequest.create({ context, key: empty }))).error
    ]
    for (const error of errors) expect(error).toBe("the key is empty")
    expect(w.router.seen.write).toBe(0)
  })
})

describe("ranges that hold nothing, or run backwards", () => {
  const keysOf = (pairs: ReadonlyArray<kvrpcpb.KvPair>): Array<string> =>
    pairs.map((pair) => pair.error?.abort || text(pair.key))

  test("batchScan: an empty range gives nothing, a reversed one is refused, forward and in reverse", async () => {
    const w = await world()
    await putAll(
      w,
      [..."abcdef"].map((k) => [k, k] as const)
    )
    const scan = async (reverse: boolean, ...ranges: ReadonlyArray<readonly [string, string]>) =>
      w.call(
        w.raw.batchScan,
        kvrpcpb.RawBatchScanRequest.create({
          context: w.context(),
          eachLimit: 10,
          reverse,
          ranges: ranges.map(([startKey, endKey]) => ({ startKey: bytes(startKey), endKey: bytes(endKey) }))
        })
      )
    expect(keysOf((await scan(false, ["b", "b"], ["c", "e"])).kvs)).toEqual(["c", "d"])
    expect(keysOf((await scan(true, ["e", "c"])).kvs)).toEqual(["d", "c"])
    const [forward] = keysOf((await scan(false, ["a", "c"], ["e", "c"])).kvs)
    expect(forward).toContain("start key is after the end key")
    const [backward] = keysOf((await scan(true, ["c", "e"])).kvs)
    expect(backward).toContain("invalid range")
    expect((await scan(false)).kvs).toEqual([])
  })

  test("checksum over a reversed or an empty range", async () => {
    const w = await world()
    await putAll(w, [
      ["a", "1"],
      ["b", "2"]
    ])
    const checksum = (startKey: string, endKey: string) =>
      w.call(
        w.raw.checksum,
        kvrpcpb.RawChecksumRequest.create({
          context: w.context(),
          ranges: [{ startKey: bytes(startKey), endKey: bytes(endKey) }]
        })
      )
    expect((await checksum("b", "b")).totalKvs).toBe(0)
    expect((await checksum("b", "a")).error).toContain("start key is after the end key")
  })

  test("a limit of 0 in batchScan, and one that was negative before it became a field of 32 bits", async () => {
    const w = await world()
    await putAll(w, [
      ["a", "1"],
      ["b", "2"]
    ])
    const scan = (eachLimit: number) =>
      w.call(
        w.raw.batchScan,
        kvrpcpb.RawBatchScanRequest.create({
          context: w.context(),
          eachLimit,
          ranges: [{ startKey: bytes("a"), endKey: bytes("") }]
        })
      )
    expect((await scan(0)).kvs).toEqual([])
    expect(keysOf((await scan(-1 >>> 0)).kvs)).toEqual(["a", "b"])
  })
})
