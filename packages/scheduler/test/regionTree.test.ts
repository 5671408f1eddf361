import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { judgeHeartbeat } from "../src/cluster/heartbeat.ts"
import { type RegionInfo, unreportedRegion } from "../src/cluster/RegionInfo.ts"
import { IdSet, Regions, regionCountOf } from "../src/cluster/Regions.ts"
import { keyBeforeEnd, RegionTree, rangesOverlap } from "../src/cluster/RegionTree.ts"
import { bytes, heartbeatOf, makePeer, makeRegion, none } from "./support.ts"

const seed = 20_260_807
const check = <T>(property: fc.IProperty<T>, numRuns = 300): void => fc.assert(property, { seed, numRuns })

const info = (id: number, start: string, end: string, version = 1): RegionInfo =>
  unreportedRegion(makeRegion(id, start, end, { version }))
const ids = (regions: ReadonlyArray<RegionInfo>): Array<number> => regions.map((region) => region.meta.id)
const treeOf = (...regions: ReadonlyArray<RegionInfo>): RegionTree => {
  const tree = new RegionTree()
  for (const region of regions) tree.put(region)
  return tree
}

test("RegionItem: a start key is inside, an end key is not, an empty end has no end", () => {
  expect(keyBeforeEnd(bytes("a"), bytes("b"))).toBe(true)
  expect(keyBeforeEnd(bytes("b"), bytes("b"))).toBe(false)
  expect(keyBeforeEnd(bytes("z"), none)).toBe(true)
  expect(rangesOverlap(bytes("a"), bytes("b"), bytes("b"), none)).toBe(false)
  expect(rangesOverlap(none, none, bytes("x"), bytes("y"))).toBe(true)
})

describe("RegionTree", () => {
  test("RegionTree: search, neighbours and overlaps, with a hole", () => {
    const tree = treeOf(info(1, "", "b"), info(2, "b", "d"), info(4, "f", ""))
    expect(tree.find(none)?.meta.id).toBe(1)
    expect(tree.find(bytes("b"))?.meta.id).toBe(2)
    expect(tree.find(bytes("cz"))?.meta.id).toBe(2)
    expect(tree.find(bytes("d"))).toBeUndefined()
    expect(tree.find(bytes("zzz"))?.meta.id).toBe(4)
    expect(tree.findPrevious(bytes("c"))?.meta.id).toBe(1)
    expect(tree.findPrevious(bytes("a"))).toBeUndefined()
    // Region 2 ends at d, region 4 begins at f: what lies between is not known, so nothing is "previous".
    expect(tree.findPrevious(bytes("g"))).toBeUndefined()
    expect(ids(tree.overlaps(bytes("a"), bytes("c")))).toEqual([1, 2])
    expect(ids(tree.overlaps(bytes("d"), bytes("f")))).toEqual([])
    expect(ids(tree.overlaps(bytes("d"), none))).toEqual([4])
    expect(ids(tree.scan(none, none, 2))).toEqual([1, 2])
  })

  test("a start key in a hole: later overlaps are found and evicted too", () => {
    const tree = treeOf(info(1, "", "b"), info(3, "d", "f"), info(4, "f", "h"), info(5, "h", ""))
    const evicted = tree.put(info(9, "c", "g", 5))
    expect(ids(evicted)).toEqual([3, 4])
    expect(ids(tree.slice(0, 9))).toEqual([1, 9, 5])
  })

  test("RegionTreeSplitAndMerge: seven rounds keep lookups right", () => {
    let regions = [info(1, "", "")]
    const tree = treeOf(...regions)
    let next = 2
    const verify = () => {
      expect(tree.size).toBe(regions.length)
      for (const region of regions) expect(tree.find(region.meta.startKey)).toBe(region)
    }
    for (let round = 0; round < 7; round++) {
      regions = regions.flatMap((region) => {
        const middle = Buffer.from([...region.meta.startKey, 0x80 >> round || 1])
        const left = unreportedRegion({ ...region.meta, endKey: middle })
        const right = unreportedRegion({ ...region.meta, id: next++, startKey: middle })
        tree.put(left)
        tree.put(right)
        return [left, right]
      })
      verify()
    }
    expect(regions.length).toBe(128)
    for (let round = 0; round < 7; round++) {
      regions = Array.from({ length: regions.length / 2 }, (_, at) => {
        const merged = unreportedRegion({ ...regions[2 * at]!.meta, endKey: regions[2 * at + 1]!.meta.endKey })
        expect(tree.put(merged).length).toBe(2)
        return merged
      })
      verify()
    }
  })

  test("an empty range is refused", () => {
    expect(() => new RegionTree().put(info(1, "b", "b"))).toThrow("empty range")
  })

  test("property: equal to a plain list over puts and removals", () => {
    const keyArb = fc.integer({ min: 0, max: 12 }).map((at) => (at === 0 ? "" : String.fromCharCode(96 + at)))
    const action = fc.oneof(
      fc.record({ type: fc.constant("put" as const), start: keyArb, end: keyArb }),
      fc.record({ type: fc.constant("remove" as const), start: keyArb, end: keyArb })
    )
    check(
      fc.property(
        fc.array(action, { maxLength: 40 }),
        keyArb,
        keyArb,
        fc.integer({ min: 0, max: 6 }),
        (actions, from, to, limit) => {
          const tree = new RegionTree()
          let list: Array<RegionInfo> = []
          let id = 1
          for (const { type, start, end } of actions) {
            if (type === "remove") {
              const victim = list.find((region) => Buffer.compare(region.meta.startKey, bytes(start)) === 0)
              if (victim === undefined) continue
              expect(tree.remove(victim)).toBe(true)
              list = list.filter((region) => region !== victim)
              continue
            }
            if (end !== "" && start >= end) continue
            const region = info(id++, start, end)
            const overlap = (other: RegionInfo) =>
              rangesOverlap(other.meta.startKey, other.meta.endKey, region.meta.startKey, region.meta.endKey)
            const gone = list.filter(overlap)
            expect(ids(tree.put(region))).toEqual(ids(gone))
            list = [...list.filter((other) => !overlap(other)), region].sort((a, b) =>
              Buffer.compare(a.meta.startKey, b.meta.startKey)
            )
          }
          expect(tree.slice(0, 100)).toEqual(list)
          const holds = (region: RegionInfo, key: Uint8Array) =>
            Buffer.compare(region.meta.startKey, key) <= 0 && keyBeforeEnd(key, region.meta.endKey)
          const current = list.find((region) => holds(region, bytes(from)))
          expect(tree.find(bytes(from))).toBe(current)
          expect(tree.findPrevious(bytes(from))).toBe(
            current &&
              list.find(
                (other) =>
                  other.meta.endKey.length > 0 && Buffer.compare(other.meta.endKey, current.meta.startKey) === 0
              )
          )
          const inRange =
            to !== "" && from >= to
              ? []
              : list.filter((region) => rangesOverlap(region.meta.startKey, region.meta.endKey, bytes(from), bytes(to)))
          expect(tree.scan(bytes(from), bytes(to), limit)).toEqual(inRange.slice(0, limit))
        }
      )
    )
  })
})

test("property: IdSet holds what a Set holds, and its positions reach every id", () => {
  check(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 9 }))), (actions) => {
      const set = new IdSet()
      const naive = new Set<number>()
      for (const [add, id] of actions) {
        if (add) {
          set.add(id)
          naive.add(id)
        } else {
          set.delete(id)
          naive.delete(id)
        }
        const reached = Array.from({ length: set.size }, (_, at) => set.at(at)!)
        expect(reached.sort()).toEqual([...naive].sort())
        expect(set.has(id)).toBe(naive.has(id))
      }
    })
  )
})

describe("Regions", () => {
  const regionOf = (id: number, start: string, end: string, bytesSize: number, peers = [makePeer(id * 10 + 1, 1)]) => ({
    ...unreportedRegion(makeRegion(id, start, end, { peers })),
    leader: peers[0],
    approximateBytes: bytesSize,
    reported: true
  })

  test("RegionMap: the id map and its total size follow replacement and eviction", () => {
    const regions = new Regions()
    const total = () => regions.onStore(1).regionBytes
    regions.put(regionOf(1, "", "m", 30))
    regions.put(regionOf(2, "m", "", 5))
    expect([regions.size, total()]).toEqual([2, 35])
    regions.put(regionOf(1, "", "m", 10))
    expect([regions.size, total()]).toEqual([2, 15])
    expect(ids(regions.put(regionOf(3, "", "", 7)))).toEqual([1, 2])
    expect([regions.size, total()]).toEqual([1, 7])
    expect(regions.invariants()).toEqual([])
  })

  test("region by id after eviction: not found, never the region that took the range", () => {
    const regions = new Regions()
    regions.put(regionOf(1, "", "m", 0))
    regions.put(regionOf(2, "", "", 0))
    expect(regions.get(1)).toBeUndefined()
    expect(regions.tree.find(bytes("a"))?.meta.id).toBe(2)
  })

  test("RegionGetStoresInfo3C: leaders, followers, learners and pending replicas are counted by store", () => {
    const regions = new Regions()
    const peers = [makePeer(11, 1), makePeer(12, 2), makePeer(13, 3, 1)]
    regions.put({ ...regionOf(1, "", "m", 10, peers), pendingPeers: [peers[2]!] })
    regions.put(regionOf(2, "m", "", 4, [makePeer(21, 2), makePeer(22, 1)]))
    const counts = (storeId: number) => {
      const at = regions.onStore(storeId)
      return [at.leaders.size, at.followers.size, at.learners.size, at.pending.size, at.leaderBytes, at.regionBytes]
    }
    expect(counts(1)).toEqual([1, 1, 0, 0, 10, 14])
    expect(counts(2)).toEqual([1, 1, 0, 0, 4, 14])
    expect(counts(3)).toEqual([0, 0, 1, 1, 0, 10])
    expect(regionCountOf(regions.onStore(9))).toBe(0)
    expect(regions.invariants()).toEqual([])
  })

  test("property: indexes agree after any accepted heartbeats, and epochs never fall", () => {
    const keyArb = fc.integer({ min: 0, max: 6 }).map((at) => (at === 0 ? "" : String.fromCharCode(96 + at)))
    const beat = fc.record({
      id: fc.integer({ min: 1, max: 5 }),
      start: keyArb,
      end: keyArb,
      version: fc.integer({ min: 1, max: 5 }),
      confVer: fc.integer({ min: 1, max: 5 }),
      term: fc.integer({ min: 1, max: 4 }),
      stores: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1 }),
      size: fc.integer({ min: 0, max: 9 })
    })
    check(
      fc.property(fc.array(beat, { maxLength: 60 }), (beats) => {
        const regions = new Regions()
        for (const { id, start, end, version, confVer, term, stores, size } of beats) {
          const peers = stores.map((storeId) => makePeer(id * 10 + storeId, storeId))
          const before = regions.get(id)
          const verdict = judgeHeartbeat(
            regions,
            heartbeatOf(makeRegion(id, start, end, { version, confVer, peers }), { term, approximateSize: size })
          )
          if (verdict._tag !== "Accepted") continue
          const evicted = regions.put(verdict.region)
          for (const loser of evicted) expect(loser.meta.regionEpoch!.version).toBeLessThanOrEqual(version)
          if (before !== undefined) {
            expect(before.meta.regionEpoch!.version).toBeLessThanOrEqual(version)
            expect(before.meta.regionEpoch!.confVer).toBeLessThanOrEqual(confVer)
            expect(before.term).toBeLessThanOrEqual(term)
          }
          expect(regions.invariants()).toEqual([])
        }
      })
    )
  })
})
