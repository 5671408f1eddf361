/** What clients are told when the engine finds damage: that the region is not here; and that the store is told, too. */
import { expect, test } from "bun:test"
import { kvrpcpb } from "@reefkv/wire"
import { bytes, makeWorld, putAll } from "./support/world.ts"

test("damage is no answer and no error of the request: the client looks elsewhere, the store hears of it", async () => {
  const world = await makeWorld({ scanSliceEntries: 2, apiVersion: "V1" })
  const { raw, call } = world
  await putAll(
    world,
    ["a", "b", "c", "d", "e", "f", "g"].map((key) => [key, `value of ${key}`])
  )
  expect(world.disk.flipValue("default", bytes("f"), 3, 1)).toBe(true)
  const context = world.context()
  const key = bytes("f")
  const point = await call(raw.get, kvrpcpb.RawGetRequest.create({ context, key }))
  const swap = await call(
    raw.compareAndSwap,
    kvrpcpb.RawCASRequest.create({ context, key, value: key, previousValue: key })
  )
  const batch = await call(raw.batchGet, kvrpcpb.RawBatchGetRequest.create({ context, keys: [bytes("a"), key] }))
  // The damaged entry is in a later slice, read from a snapshot.
  const scan = await call(raw.scan, kvrpcpb.RawScanRequest.create({ context, startKey: bytes("a"), limit: 100 }))
  for (const { regionError } of [point, swap, batch, scan]) expect(regionError?.regionNotFound?.regionId).toBe(1)
  expect(batch.pairs).toEqual([])
  expect(scan.kvs).toEqual([])
  expect(world.router.damages.map(({ reason, cf }) => [reason, cf])).toEqual(
    Array.from({ length: 4 }, () => ["corrupt", "default"])
  )
  const keysOnly = kvrpcpb.RawScanRequest.create({ context, startKey: bytes("a"), limit: 100, keyOnly: true })
  expect((await call(raw.scan, keysOnly)).kvs.length).toBe(7)
  await world.close()
})
