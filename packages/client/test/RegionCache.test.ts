/** The cache against a naive twin, and its rules one by one. */
import { describe, expect, test } from "bun:test"
import { compareBytes, EMPTY, KEYSPACE_ID_NONE, keyInRange, makeKeyCodec, metapb } from "@reefkv/wire"
import fc from "fast-check"
import { type CachedRegion, RegionCache } from "../src/routing/RegionCache.ts"
import { bytes } from "./FakeCluster.ts"

const SEED = 20_261_123

const makeCache = (regionsMax = 1_000): RegionCache =>
  new RegionCache({
    codec: makeKeyCodec("V1", "raw"),
    context: {
      apiVersion: 0,
      keyspace: { case: "keyspaceId", value: KEYSPACE_ID_NONE },
      keyspaceName: "",
      clusterId: 1
    },
    regionsMax
  })
const peersOn = (...storeIds: ReadonlyArray<number>) =>
  storeIds.map((storeId) => metapb.Peer.create({ id: storeId * 10, storeId }))
const region = (id: number, start: string, end: string, version = 1, confVer = 1, stores = [1, 2, 3]): metapb.Region =>
  metapb.Region.create({
    id,
    startKey: bytes(start),
    endKey: bytes(end),
    regionEpoch: { version, confVer },
    peers: peersOn(...stores)
  })
const ids = (cache: RegionCache) => cache.all().map(({ id }) => id)

describe("lookups", () => {
  test("a key finds the region that holds it, and only that", () => {
    const cache = makeCache()
    cache.insert(region(1, "b", "d"), undefined)
    cache.insert(region(2, "d", "f"), undefined)
    cache.insert(region(3, "x", ""), undefined)
    const found = (key: string) => cache.locate(bytes(key))?.id
    expect(["a", "b", "c\xff", "d", "ezzz", "f", "w", "x", "zz"].map(found)).toEqual([
      undefined,
      1,
      1,
      2,
      2,
      undefined,
      undefined,
      3,
      3
    ])
    const before = (key: string) => cache.locateBefore(bytes(key))?.id
    expect(["a", "b", "ba", "d", "e", "f", "fa", "x", "xa", ""].map(before)).toEqual([
      undefined,
      undefined,
      1,
      1,
      2,
      2,
      undefined,
      undefined,
      3,
      3
    ])
  })

  test("requests carry the region's id, epoch and leader", () => {
    const cache = makeCache()
    const entry = cache.insert(region(7, "", "", 4, 2), metapb.Peer.create({ id: 20, storeId: 2 }))
    expect(entry?.context).toMatchObject({
      regionId: 7,
      regionEpoch: { version: 4, confVer: 2 },
      peer: { id: 20, storeId: 2 },
      clusterId: 1
    })
  })
})

describe("epochs", () => {
  test("an older region displaces nothing, also when it covers more", () => {
    const cache = makeCache()
    cache.insert(region(1, "m", "", 5), undefined)
    expect(cache.insert(region(1, "", "", 4), undefined)).toBeUndefined()
    expect(cache.insert(region(2, "", "n", 4), undefined)).toBeUndefined()
    expect(ids(cache)).toEqual([1])
    expect(cache.insert(region(1, "m", "", 5, 0), undefined)).toBeUndefined()
  })

  test("a newer region takes the place of all it overlaps, and says so to who holds them", () => {
    const cache = makeCache()
    const old = [region(1, "", "c"), region(2, "c", "f"), region(3, "f", "")].map((r) => cache.insert(r, undefined))
    cache.insert(region(2, "b", "g", 3), undefined)
    expect(ids(cache)).toEqual([2])
    expect(old.map((entry) => entry?.live)).toEqual([false, false, false])
  })

  test("the same region again keeps its place and learns the leader", () => {
    const cache = makeCache()
    const first = cache.insert(region(1, "", ""), undefined)
    const second = cache.insert(region(1, "", ""), metapb.Peer.create({ id: 30, storeId: 3 }))
    expect(second).toBe(first as CachedRegion)
    expect(first?.peer.storeId).toBe(3)
    expect(first?.context.peer?.storeId).toBe(3)
  })

  test("a region without epoch or peers is of no use", () => {
    const cache = makeCache()
    expect(cache.insert(metapb.Region.create({ id: 1 }), undefined)).toBeUndefined()
    expect(cache.insert(region(1, "", "", 1, 1, []), undefined)).toBeUndefined()
  })
})

describe("leaders", () => {
  const learner = (storeId: number) => metapb.Peer.create({ id: storeId * 10, storeId, role: metapb.PeerRole.Learner })

  test("without a named leader the first voter is guessed", () => {
    const cache = makeCache()
    const meta = { ...region(1, "", ""), peers: [learner(9), ...peersOn(1, 2)] }
    expect(cache.insert(meta, undefined)?.peer.storeId).toBe(1)
  })

  test("voters are tried in turn until all have failed", () => {
    const cache = makeCache()
    const entry = cache.insert({ ...region(1, "", ""), peers: [...peersOn(1, 2, 3), learner(9)] }, undefined)!
    const failing = () => cache.nextPeer(entry, entry.peer)
    expect([failing(), entry.peer.storeId]).toEqual([true, 2])
    expect([failing(), entry.peer.storeId]).toEqual([true, 3])
    expect(failing()).toBe(false)
  })

  test("of many requests that failed at one peer only the first moves on", () => {
    const cache = makeCache()
    const entry = cache.insert(region(1, "", ""), undefined)!
    const failed = entry.peer
    for (let i = 0; i < 5; i++) expect(cache.nextPeer(entry, failed)).toBe(true)
    expect(entry.peer.storeId).toBe(2)
  })

  test("a named leader that is no peer of the region means that the region is outdated", () => {
    const cache = makeCache()
    const entry = cache.insert(region(1, "", ""), undefined)!
    expect(cache.setLeader(entry, metapb.Peer.create({ id: 20, storeId: 2 }))).toBe(true)
    expect(cache.setLeader(entry, metapb.Peer.create({ id: 21, storeId: 2 }))).toBe(false)
    expect(entry.peer.id).toBe(20)
  })
})

test("it stays within its bound and lets go of what was not used lately", () => {
  const cache = makeCache(10)
  const name = (i: number) => String(i).padStart(3, "0")
  for (let i = 0; i < 10; i++) cache.insert(region(i + 1, name(i), name(i + 1)), undefined)
  for (let i = 10; i < 100; i++) {
    cache.locate(bytes("000"))
    cache.insert(region(i + 1, name(i), name(i + 1)), undefined)
    cache.assertInvariants()
    expect(cache.size).toBeLessThanOrEqual(10)
  }
  expect(cache.locate(bytes("000"))?.id).toBe(1)
  expect(cache.locate(bytes("099"))?.id).toBe(100)
})

/** The rules again, the slow way: a list that is searched and filtered. */
class NaiveCache {
  regions: Array<metapb.Region> = []
  insert(next: metapb.Region): void {
    const overlapping = this.regions.filter(
      (known) =>
        (next.endKey.length === 0 || compareBytes(known.startKey, next.endKey) < 0) &&
        (known.endKey.length === 0 || compareBytes(next.startKey, known.endKey) < 0)
    )
    const version = (r: metapb.Region) => r.regionEpoch?.version ?? 0
    const confVer = (r: metapb.Region) => r.regionEpoch?.confVer ?? 0
    for (const known of overlapping) {
      if (version(known) > version(next)) return
      if (known.id === next.id && version(known) === version(next) && confVer(known) >= confVer(next)) return
    }
    this.regions = [...this.regions.filter((known) => !overlapping.includes(known)), next]
  }
  locate(key: Uint8Array): metapb.Region | undefined {
    return this.regions.find(({ endKey, startKey }) => keyInRange(key, startKey, endKey))
  }
}

test("it agrees with a naive cache over any sequence", () => {
  const letter = fc.constantFrom("", "a", "b", "c", "d", "e", "f", "g", "h")
  const operation = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("insert" as const),
        id: fc.integer({ min: 1, max: 5 }),
        start: letter,
        end: letter,
        version: fc.integer({ min: 1, max: 4 }),
        confVer: fc.integer({ min: 1, max: 2 })
      })
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("drop" as const), key: letter }) }
  )
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
      const cache = makeCache()
      const naive = new NaiveCache()
      for (const op of operations) {
        if (op.kind === "drop") {
          const entry = cache.locate(bytes(op.key))
          if (entry !== undefined) cache.drop(entry)
          naive.regions = naive.regions.filter((known) => known !== naive.locate(bytes(op.key)))
        } else if (op.end === "" || op.start < op.end) {
          const meta = region(op.id, op.start, op.end, op.version, op.confVer)
          cache.insert(meta, undefined)
          naive.insert(meta)
        }
        cache.assertInvariants()
        for (const key of [EMPTY, ..."abcdefghi"].map(bytes)) {
          const mine = cache.locate(key)
          expect([mine?.id, mine?.region.regionEpoch]).toEqual([naive.locate(key)?.id, naive.locate(key)?.regionEpoch])
        }
      }
    }),
    { seed: SEED, numRuns: 300 }
  )
})
