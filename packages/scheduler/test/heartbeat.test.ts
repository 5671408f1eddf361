import { describe, expect, test } from "bun:test"
import type { metapb, pdpb } from "@reefkv/wire"
import { Effect, Random } from "effect"
import {
  bootstrap,
  bytes,
  heartbeatOf,
  MemoryDisk,
  makePeer,
  makeStore,
  none,
  refusalOf,
  run,
  startScheduler
} from "./support.ts"

/** A scheduler with stores 1 to 3 whose own fibers do nothing. */
const world = Effect.gen(function* () {
  const running = yield* startScheduler(new MemoryDisk(), { haltScheduling: true })
  const { region } = yield* bootstrap(running.service)
  for (const id of [101, 102]) yield* running.service.putStore(makeStore(id))
  const beat = (meta: metapb.Region, extra: Partial<pdpb.RegionHeartbeatRequest> = {}) =>
    running.service.regionHeartbeat(heartbeatOf(meta, extra))
  const known = (id: number) => Effect.map(running.service.getRegionById(id), (found) => found?.region)
  const status = (id: number) =>
    Effect.map(running.service.regions, (all) => all.find((candidate) => candidate.region?.id === id))
  const store = (id: number) =>
    Effect.map(running.service.stores, (all) => all.find((candidate) => candidate.store.id === id)!)
  return { ...running, first: region, beat, known, status, store }
})
type World = Effect.Success<typeof world>
const inWorld = <A, E>(body: (world: World) => Effect.Effect<A, E>) => run(Effect.flatMap(world, body))

const at = (
  meta: metapb.Region,
  version: number,
  confVer: number,
  extra: Partial<metapb.Region> = {}
): metapb.Region => ({
  ...meta,
  ...extra,
  regionEpoch: { version, confVer }
})
const threePeers = [makePeer(3, 1), makePeer(31, 101), makePeer(32, 102)]

describe("one region", () => {
  test("RegionNotUpdate3C: the same heartbeat again is accepted and changes nothing", () =>
    inWorld(({ beat, events, first, known }) =>
      Effect.gen(function* () {
        yield* beat(first)
        const before = events.length
        yield* beat(first)
        expect(yield* known(first.id)).toEqual(first)
        expect(events.length).toBe(before)
      })
    ))

  test("RegionUpdateVersion3C · RegionUpdateVersionAndConfver3C: newer numbers are accepted, alone or together", () =>
    inWorld(({ beat, first, known }) =>
      Effect.gen(function* () {
        yield* beat(at(first, 2, 1))
        yield* beat(at(first, 3, 2))
        expect((yield* known(first.id))?.regionEpoch).toEqual({ version: 3, confVer: 2 })
      })
    ))

  test("any forward jump of the epoch is accepted: members and range changed many times between two heartbeats", () =>
    inWorld(({ beat, first, known }) =>
      Effect.gen(function* () {
        yield* beat(first)
        const jumped = at(first, 40, 17, { endKey: bytes("c"), peers: [makePeer(90, 102), makePeer(91, 101)] })
        yield* beat(jumped)
        expect(yield* known(first.id)).toEqual(jumped)
      })
    ))

  test("RegionWithStaleVersion3C: an older version is refused even with a newer conf_ver", () =>
    inWorld(({ beat, first, known }) =>
      Effect.gen(function* () {
        yield* beat(at(first, 3, 3))
        const refusal = yield* refusalOf(beat(at(first, 2, 9)))
        expect(refusal.reason).toBe("stale")
        expect((yield* known(first.id))?.regionEpoch).toEqual({ version: 3, confVer: 3 })
      })
    ))

  test("RegionWithStaleConfVer3C: an older conf_ver is refused even with a newer version", () =>
    inWorld(({ beat, first }) =>
      Effect.gen(function* () {
        yield* beat(at(first, 3, 3))
        expect((yield* refusalOf(beat(at(first, 9, 2)))).reason).toBe("stale")
      })
    ))

  test("a late heartbeat of a deposed leader changes no field", () =>
    inWorld(({ beat, first, status }) =>
      Effect.gen(function* () {
        const region = at(first, 2, 5, { peers: threePeers })
        yield* beat(region, { leader: threePeers[1], term: 8, approximateSize: 50 })
        const refusal = yield* refusalOf(
          beat(region, { leader: threePeers[0], term: 7, approximateSize: 1, pendingPeers: [threePeers[2]!] })
        )
        expect(refusal.message).toContain("term 7")
        const found = yield* status(region.id)
        expect(found?.leader).toEqual(threePeers[1])
        expect([found?.term, found?.approximateBytes, found?.pendingPeers]).toEqual([8, 50, []])
      })
    ))

  test("RegionAddPendingPeer3C · RegionRemovePendingPeer3C: pending replicas are counted by region and store", () =>
    inWorld(({ beat, first, status, store }) =>
      Effect.gen(function* () {
        const region = at(first, 1, 3, { peers: threePeers })
        yield* beat(region, { pendingPeers: threePeers.slice(1) })
        expect((yield* status(region.id))?.pendingPeers.length).toBe(2)
        expect((yield* store(101)).pendingPeerCount).toBe(1)
        yield* beat(region, { pendingPeers: [threePeers[2]!] })
        expect([(yield* store(101)).pendingPeerCount, (yield* store(102)).pendingPeerCount]).toEqual([0, 1])
      })
    ))

  test("RegionRemovePeers3C · RegionAddBackPeers3C: members of the same epoch still update the cache", () =>
    inWorld(({ beat, first, store }) =>
      Effect.gen(function* () {
        yield* beat(at(first, 1, 3, { peers: threePeers }))
        expect((yield* store(102)).regionCount).toBe(1)
        yield* beat(at(first, 1, 3, { peers: threePeers.slice(0, 2) }))
        expect((yield* store(102)).regionCount).toBe(0)
        yield* beat(at(first, 1, 3, { peers: threePeers }))
        expect((yield* store(102)).regionCount).toBe(1)
      })
    ))

  test("RegionChangeLeader3C: leader counts follow", () =>
    inWorld(({ beat, first, store }) =>
      Effect.gen(function* () {
        const region = at(first, 1, 3, { peers: threePeers })
        yield* beat(region)
        expect([(yield* store(1)).leaderCount, (yield* store(101)).leaderCount]).toEqual([1, 0])
        yield* beat(region, { leader: threePeers[1], term: 7 })
        expect([(yield* store(1)).leaderCount, (yield* store(101)).leaderCount]).toEqual([0, 1])
      })
    ))

  test("RegionChangeApproximateSize3C: sizes of the stores follow", () =>
    inWorld(({ beat, first, store }) =>
      Effect.gen(function* () {
        yield* beat(first, { approximateSize: 144, approximateKeys: 10 })
        expect([(yield* store(1)).leaderBytes, (yield* store(1)).regionBytes]).toEqual([144, 144])
        yield* beat(first, { approximateSize: 10 })
        expect((yield* store(1)).regionBytes).toBe(10)
      })
    ))

  test("malformed heartbeats are refused with what is wrong", () =>
    inWorld(({ beat, first }) =>
      Effect.gen(function* () {
        const cases: ReadonlyArray<[metapb.Region | undefined, Partial<pdpb.RegionHeartbeatRequest>, string]> = [
          [undefined, {}, "no region"],
          [{ ...first, peers: [] }, {}, "no peers"],
          [{ ...first, regionEpoch: undefined }, {}, "no epoch"],
          [{ ...first, startKey: bytes("b"), endKey: bytes("a") }, {}, "starts at or after its end"],
          [{ ...first, peers: [makePeer(3, 1), makePeer(4, 1)] }, {}, "two peers on store 1"],
          [first, { leader: makePeer(77, 102) }, "not one of its peers"],
          [first, { leader: undefined }, "not one of its peers"]
        ]
        for (const [region, extra, text] of cases) {
          const request = { ...heartbeatOf(first), leader: region?.peers[0], ...extra, region }
          const refusal = yield* refusalOf(beat(first, request))
          expect([refusal.reason, refusal.message]).toEqual(["refused", expect.stringContaining(text)])
        }
      })
    ))
})

describe("many regions", () => {
  const right = (first: metapb.Region, version: number) =>
    at({ ...first, id: 50, peers: [makePeer(51, 1)] }, version, 1, { startKey: bytes("m") })

  test("HeartbeatSplit3C: halves report in either order; the missing half is a hole until it reports", () =>
    inWorld(({ beat, first, service }) =>
      Effect.gen(function* () {
        const holder = (key: string) => Effect.map(service.getRegion(bytes(key)), (found) => found?.region?.id)
        yield* beat(first)
        yield* beat(at(first, 2, 1, { endKey: bytes("m") }))
        expect([yield* holder("a"), yield* holder("z")]).toEqual([first.id, undefined])
        yield* beat(right(first, 2))
        expect([yield* holder("a"), yield* holder("z")]).toEqual([first.id, 50])

        // The other order: the child of the next split first. The parent is out until it reports its new range.
        const child = at(right(first, 3), 3, 1, { id: 60, startKey: bytes("t"), peers: [makePeer(61, 1)] })
        yield* beat(child)
        expect([yield* holder("n"), yield* holder("u")]).toEqual([undefined, 60])
        expect(yield* service.getRegionById(50)).toBeUndefined()
        yield* beat(at(right(first, 3), 3, 1, { endKey: bytes("t") }))
        expect([yield* holder("n"), yield* holder("u")]).toEqual([50, 60])
      })
    ))

  test("a parent's heartbeat from before its split cannot take the child's range back", () =>
    inWorld(({ beat, first, service }) =>
      Effect.gen(function* () {
        yield* beat(at(first, 2, 1, { endKey: bytes("m") }))
        yield* beat(right(first, 2))
        // By id it is behind; and under an id nobody knows it would still be behind what it overlaps.
        expect((yield* refusalOf(beat(first, { term: 9 }))).reason).toBe("stale")
        expect((yield* refusalOf(beat({ ...first, id: 77 }))).message).toContain("overlaps region")
        expect((yield* service.getRegion(bytes("z")))?.region?.id).toBe(50)
      })
    ))

  test("CheckStaleRegion: one overlapped region of a higher version is enough to refuse", () =>
    inWorld(({ beat, first, known }) =>
      Effect.gen(function* () {
        yield* beat(at(first, 2, 1, { endKey: bytes("m") }))
        yield* beat(right(first, 7))
        expect((yield* refusalOf(beat(at(first, 6, 1)))).reason).toBe("stale")
        expect(yield* known(50)).toBeDefined()
        yield* beat(at(first, 8, 1))
        expect(yield* known(50)).toBeUndefined()
      })
    ))

  test("RegionSplitAndMerge3C: seven rounds of split and merge keep lookups right", () =>
    inWorld(({ beat, first, service }) =>
      Effect.gen(function* () {
        let regions = [first]
        let next = 1_000
        const verify = Effect.gen(function* () {
          expect((yield* service.status).regionsKnown).toBe(regions.length)
          for (const region of regions) {
            expect((yield* service.getRegion(region.startKey))?.region).toEqual(region)
            expect((yield* service.getRegionById(region.id))?.region).toEqual(region)
          }
        })
        for (let round = 0; round < 7; round++) {
          const halves = regions.flatMap((region) => {
            const middle = Buffer.from([...region.startKey, 0x80 >> round || 1])
            const version = region.regionEpoch!.version + 1
            const id = next++
            return [
              at(region, version, 1, { id, endKey: middle, peers: [makePeer(id, 1)] }),
              at(region, version, 1, { startKey: middle })
            ]
          })
          regions = yield* Random.shuffle(halves)
          for (const region of regions) yield* beat(region)
          regions = halves
          yield* verify
        }
        for (let round = 0; round < 7; round++) {
          const merged = Array.from({ length: regions.length / 2 }, (_, pair) => {
            const [left, into] = [regions[2 * pair]!, regions[2 * pair + 1]!]
            const version = Math.max(left.regionEpoch!.version, into.regionEpoch!.version) + 1
            return at(into, version, 1, { startKey: left.startKey })
          })
          for (const region of yield* Random.shuffle(merged)) yield* beat(region)
          regions = merged
          yield* verify
        }
      })
    ))

  test("ConcurrentHandleRegion3C: 2,000 heartbeats from many fibers leave the newest of each region", () =>
    inWorld(({ beat, first, service }) =>
      Effect.gen(function* () {
        const count = 100
        const key = (n: number) => (n === 0 ? none : n === count ? none : Buffer.from([n]))
        const beats = Array.from({ length: 2_000 }, (_, n) => ({ slot: n % count, version: 2 + Math.floor(n / count) }))
        yield* Effect.forEach(
          yield* Random.shuffle(beats),
          ({ slot, version }) =>
            Effect.andThen(
              Effect.yieldNow,
              Effect.ignore(
                beat(
                  at(first, version, 1, {
                    id: 1_000 + slot,
                    startKey: key(slot),
                    endKey: key(slot + 1),
                    peers: [makePeer(5_000 + slot, 1)]
                  })
                )
              )
            ),
          { concurrency: 50, discard: true }
        )
        const all = yield* service.regions
        expect(all.length).toBe(count)
        expect(all.every((region) => region.region?.regionEpoch?.version === 21)).toBe(true)
      })
    ))

  test("RegionCounts3C · RegionGetRegions3C · RegionGetStores3C: counts and listings agree", () =>
    inWorld(({ beat, first, service, store }) =>
      Effect.gen(function* () {
        yield* beat(at(first, 2, 3, { endKey: bytes("m"), peers: threePeers }), { approximateSize: 5 })
        yield* beat(right(first, 2), { approximateSize: 7 })
        expect((yield* service.regions).map((region) => region.region?.id)).toEqual([first.id, 50])
        const one = yield* store(1)
        expect([one.leaderCount, one.regionCount, one.regionBytes]).toEqual([2, 2, 12])
        const other = yield* store(101)
        expect([other.leaderCount, other.regionCount, other.regionBytes]).toEqual([0, 1, 5])
      })
    ))
})
