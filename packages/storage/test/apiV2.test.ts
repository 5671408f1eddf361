import { afterEach, describe, expect, test } from "bun:test"
import {
  concatBytes,
  decodeMemcomparable,
  encodeMemcomparable,
  keyspaceEnd,
  keyspacePrefix,
  kvrpcpb
} from "@reefkv/wire"
import { bytes, makeWorld, type World } from "./support/world.ts"

const open: Array<World> = []
const world = async (): Promise<World> => {
  const made = await makeWorld({ apiVersion: "V2" })
  open.push(made)
  return made
}
afterEach(async () => {
  for (const made of open.splice(0)) await made.close()
})

const inKeyspace = (id: number, key: string) => concatBytes(keyspacePrefix("raw", id), bytes(key))
const put = (w: World, key: Uint8Array, part: Partial<kvrpcpb.RawPutRequest> = {}) =>
  w.call(w.raw.put, kvrpcpb.RawPutRequest.create({ context: w.context(), key, value: bytes("v"), ...part }))
const scan = (w: World, part: Partial<kvrpcpb.RawScanRequest>) =>
  w.call(w.raw.scan, kvrpcpb.RawScanRequest.create({ context: w.context(), limit: 100, ...part }))

describe("API V2", () => {
  test("keys are stored memcomparable and come back with their prefix", async () => {
    const w = await world()
    const key = inKeyspace(7, "abc")
    expect(await put(w, key)).toEqual({ regionError: undefined, error: "" })
    expect(w.engine.latest.get("default", encodeMemcomparable(key))).toEqual(new Uint8Array([...bytes("v"), 0]))
    const got = await w.call(w.raw.get, kvrpcpb.RawGetRequest.create({ context: w.context(), key }))
    expect(got).toMatchObject({ value: bytes("v"), notFound: false })
    const { kvs } = await scan(w, { startKey: keyspacePrefix("raw", 7), endKey: keyspaceEnd("raw", 7) })
    expect(kvs.map((pair) => pair.key)).toEqual([key])
  })

  test("ranges stay in one keyspace, forward and reverse, with open bounds as the keyspace's own", async () => {
    const w = await world()
    for (const id of [6, 7, 8]) for (const key of ["a", "b", "c"]) await put(w, inKeyspace(id, key))
    const of7 = ["a", "b", "c"].map((key) => inKeyspace(7, key))
    const keys = async (part: Partial<kvrpcpb.RawScanRequest>) => (await scan(w, part)).kvs.map(({ key }) => key)
    expect(await keys({ startKey: keyspacePrefix("raw", 7) })).toEqual(of7)
    expect(await keys({ reverse: true, startKey: keyspaceEnd("raw", 7), endKey: keyspacePrefix("raw", 7) })).toEqual(
      [...of7].reverse()
    )
    expect(await keys({ reverse: true, startKey: inKeyspace(7, "b") })).toEqual([inKeyspace(7, "a")])
    const leaving = await scan(w, { startKey: inKeyspace(7, "b"), endKey: inKeyspace(8, "b") })
    expect(leaving.kvs[0]?.error?.abort).toContain("leaves its keyspace")
    const deleted = await w.call(
      w.raw.deleteRange,
      kvrpcpb.RawDeleteRangeRequest.create({
        context: w.context(),
        startKey: keyspacePrefix("raw", 7),
        endKey: keyspaceEnd("raw", 7)
      })
    )
    expect(deleted.error).toBe("")
    expect(await keys({ startKey: keyspacePrefix("raw", 7) })).toEqual([])
    expect((await keys({ startKey: keyspacePrefix("raw", 8) })).length).toBe(3)
  })

  test("region bounds and region errors are in memcomparable form", async () => {
    const w = await world()
    const [left] = w.router.split(1, [encodeMemcomparable(inKeyspace(7, "m"))])
    const refused = await put(w, inKeyspace(7, "z"), { context: w.context(left?.id) })
    const wrong = refused.regionError?.keyNotInRegion
    expect(decodeMemcomparable(wrong?.key ?? bytes(""))).toEqual(inKeyspace(7, "z"))
    expect(decodeMemcomparable(wrong?.endKey ?? bytes(""))).toEqual(inKeyspace(7, "m"))
    await put(w, inKeyspace(7, "a"), { context: w.context(left?.id) })
    const { kvs } = await scan(w, {
      context: w.context(left?.id),
      startKey: keyspacePrefix("raw", 7),
      endKey: keyspaceEnd("raw", 7)
    })
    expect(kvs.length).toBe(1)
  })

  test("a V1 request, a key without mode and keyspace, another keyspace, or a cf are refused", async () => {
    const w = await world()
    const key = inKeyspace(7, "k")
    const v1 = { ...w.context(), apiVersion: kvrpcpb.APIVersion.V1 }
    expect((await put(w, key, { context: v1 })).error).toContain("Api version")
    expect((await put(w, bytes("plain"))).error).toContain("invalid key mode")
    expect((await put(w, concatBytes(keyspacePrefix("txn", 7), bytes("k")))).error).toContain("invalid key mode")
    const other = { ...w.context(), keyspace: { case: "keyspaceId", value: 8 } as const }
    expect((await put(w, key, { context: other })).error).toContain("keyspace 8")
    expect((await put(w, key, { cf: "default" })).error).toContain("invalid cf name")
    expect((await scan(w, {})).kvs[0]?.error?.abort).toContain("invalid key mode")
    expect(w.router.seen.write).toBe(0)
    expect((await put(w, key, { context: { ...other, keyspace: { case: "keyspaceId", value: 7 } } })).error).toBe("")
  })

  test("a ttl works, and a checksum counts the prefix", async () => {
    const w = await world()
    await put(w, inKeyspace(7, "gone"), { ttl: 1 })
    await put(w, inKeyspace(7, "k"))
    w.clock.seconds += 1
    const sum = await w.call(
      w.raw.checksum,
      kvrpcpb.RawChecksumRequest.create({
        context: w.context(),
        ranges: [{ startKey: keyspacePrefix("raw", 7), endKey: keyspaceEnd("raw", 7) }]
      })
    )
    expect(sum).toMatchObject({ totalKvs: 1, totalBytes: 4 + 1 + 1 })
  })
})
