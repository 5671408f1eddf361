import { describe, expect, test } from "bun:test"
import { type metapb, pdpb } from "@reefkv/wire"
import { Effect, Fiber, Stream } from "effect"
import { TestClock } from "effect/testing"
import {
  bootstrap,
  bytes,
  heartbeatOf,
  MemoryDisk,
  makePeer,
  makeRegion,
  makeStore,
  refusalOf,
  run,
  startScheduler
} from "./support.ts"

const world = Effect.gen(function* () {
  const running = yield* startScheduler(new MemoryDisk(), { haltScheduling: true })
  const { region } = yield* bootstrap(running.service)
  for (const id of [101, 102]) yield* running.service.putStore(makeStore(id))
  const grown: metapb.Region = {
    ...region,
    regionEpoch: { version: 3, confVer: 4 },
    peers: [region.peers[0]!, makePeer(31, 101), makePeer(32, 102)]
  }
  yield* running.service.regionHeartbeat(heartbeatOf(grown))
  return { ...running, region: grown }
})
type World = Effect.Success<typeof world>
const inWorld = <A, E>(body: (world: World) => Effect.Effect<A, E, import("effect").Scope.Scope>) =>
  run(Effect.flatMap(world, body))

describe("ask split", () => {
  test("AskSplit: a region id and one peer id per peer, all new; asking again gives others", () =>
    inWorld(({ service, region }) =>
      Effect.gen(function* () {
        const first = yield* service.askSplit(region)
        const second = yield* service.askSplit(region)
        expect(first.newPeerIds.length).toBe(3)
        const all = [first.newRegionId, ...first.newPeerIds, second.newRegionId, ...second.newPeerIds]
        expect(new Set(all).size).toBe(8)
        expect(yield* service.allocId()).toBeGreaterThan(Math.max(...all))
      })
    ))

  test("AskBatchSplit: as many as asked for, distinct, burnt when unused also over a crash", () =>
    run(
      Effect.gen(function* () {
        const disk = new MemoryDisk()
        const first = yield* startScheduler(disk, { haltScheduling: true })
        const { region } = yield* bootstrap(first.service)
        const given = yield* first.service.askBatchSplit(region, 10)
        const ids = given.flatMap((split) => [split.newRegionId, ...split.newPeerIds])
        expect([given.length, new Set(ids).size]).toEqual([10, 20])
        disk.crash()
        const second = yield* startScheduler(disk, { haltScheduling: true })
        const again = yield* second.service.askBatchSplit(region, 1)
        expect(again[0]!.newRegionId).toBeGreaterThan(Math.max(...ids))
      })
    ))

  test("ValidRequestRegion: an unknown id is refused though the range is known", () =>
    inWorld(({ service, region }) =>
      Effect.gen(function* () {
        const refusal = yield* refusalOf(service.askSplit({ ...region, id: 999 }))
        expect([refusal.reason, refusal.type]).toEqual(["notFound", pdpb.ErrorType.REGION_NOT_FOUND])
      })
    ))

  test("ValidRequestRegion: an older version or conf_ver is stale, and so is another range or membership of the same epoch", () =>
    inWorld(({ service, region, events }) =>
      Effect.gen(function* () {
        for (const stale of [
          { ...region, regionEpoch: { version: 2, confVer: 4 } },
          { ...region, regionEpoch: { version: 9, confVer: 3 } },
          { ...region, startKey: bytes("a") },
          { ...region, peers: region.peers.slice(0, 2) }
        ]) {
          expect((yield* refusalOf(service.askBatchSplit(stale, 1))).reason).toBe("stale")
        }
        expect(events.filter((event) => event.type === "SplitRefused").length).toBe(4)
      })
    ))

  test("a region newer than its last heartbeat may split: the heartbeat travels on another stream", () =>
    inWorld(({ service, region }) =>
      Effect.gen(function* () {
        const newer = { ...region, endKey: bytes("m"), regionEpoch: { version: 4, confVer: 4 } }
        expect((yield* service.askSplit(newer)).newPeerIds.length).toBe(3)
      })
    ))

  test("counts outside the bound and malformed regions are refused", () =>
    inWorld(({ service, region }) =>
      Effect.gen(function* () {
        for (const count of [0, -1, 1_001, 1.5]) {
          expect((yield* refusalOf(service.askBatchSplit(region, count))).reason).toBe("refused")
        }
        expect((yield* refusalOf(service.askSplit({ ...region, peers: [] }))).reason).toBe("refused")
      })
    ))
})

test("ReportSplit: halves must touch in order", () =>
  inWorld(({ service, events }) =>
    Effect.gen(function* () {
      const left = makeRegion(50, "", "m")
      const right = makeRegion(51, "m", "")
      yield* service.reportSplit(left, right)
      yield* service.reportBatchSplit([makeRegion(50, "", "g"), makeRegion(52, "g", "m"), right])
      for (const [a, b] of [
        [right, left],
        [left, makeRegion(51, "n", "")],
        [makeRegion(50, "", ""), right]
      ] as const) {
        expect((yield* refusalOf(service.reportSplit(a, b))).reason).toBe("refused")
      }
      expect(events.flatMap((event) => (event.type === "SplitReported" ? [event.regionIds] : []))).toEqual([
        [50, 51],
        [50, 52, 51]
      ])
    })
  ))

describe("SplitRegions", () => {
  /** A leader that cuts its region at the keys it is sent. */
  const cutting = ({ service, region }: World, deafTo: (step: pdpb.RegionHeartbeatResponse) => boolean) =>
    Effect.gen(function* () {
      let next = 700
      yield* Stream.runForEach(service.operatorSteps(1), (step) =>
        Effect.gen(function* () {
          if (step.splitRegion === undefined || deafTo(step)) return
          const before = (yield* service.getRegionById(step.regionId))!.region!
          const version = before.regionEpoch!.version + step.splitRegion.keys.length
          const bounds = [before.startKey, ...step.splitRegion.keys, before.endKey]
          for (let n = 0; n + 1 < bounds.length; n++) {
            const last = n + 2 === bounds.length
            yield* service.regionHeartbeat(
              heartbeatOf({
                ...before,
                id: last ? before.id : next++,
                startKey: bounds[n]!,
                endKey: bounds[n + 1]!,
                regionEpoch: { version, confVer: before.regionEpoch!.confVer }
              })
            )
          }
        }).pipe(Effect.ignore)
      ).pipe(Effect.forkScoped)
      yield* Effect.yieldNow
      return region
    })

  test("leaders are asked, the answer comes once every key starts a region", () =>
    inWorld((at) =>
      Effect.gen(function* () {
        yield* cutting(at, () => false)
        const waiting = yield* Effect.forkChild(at.service.splitRegions(["t", "c", "m"].map(bytes)))
        yield* TestClock.adjust(500)
        const done = yield* Fiber.join(waiting)
        expect(done.finishedPercentage).toBe(100)
        expect(done.regionsId.length).toBe(3)
        for (const key of ["c", "m", "t"]) {
          expect((yield* at.service.getRegion(bytes(key)))?.region?.startKey).toEqual(bytes(key))
        }
        expect((yield* at.service.operators).length).toBe(0)
        // Keys that already start a region are done at once.
        expect((yield* at.service.splitRegions([bytes("c")])).finishedPercentage).toBe(100)
      })
    ))

  test("within a bound: a leader that never cuts leaves 0 %, and no operator behind", () =>
    inWorld((at) =>
      Effect.gen(function* () {
        yield* cutting(at, () => true)
        const waiting = yield* Effect.forkChild(at.service.splitRegions([bytes("c")]))
        yield* TestClock.adjust(11_000)
        expect(yield* Fiber.join(waiting)).toEqual({ finishedPercentage: 0, regionsId: [] })
        expect((yield* at.service.operators).length).toBe(0)
      })
    ))
})

test("split-region by a person: keys must lie strictly inside", () =>
  inWorld(({ service, region }) =>
    Effect.gen(function* () {
      const split = { kind: "split-region", regionId: region.id, policy: "usekey" } as const
      expect((yield* refusalOf(service.addOperator({ ...split, keys: [] }))).reason).toBe("refused")
      expect((yield* refusalOf(service.addOperator({ ...split, keys: [bytes("")] }))).reason).toBe("refused")
      const started = yield* service.addOperator({ ...split, keys: [bytes("c")] })
      expect([started.kind, started.state]).toEqual(["split,admin", "running"])
      yield* service.regionHeartbeat(
        heartbeatOf({ ...region, endKey: bytes("c"), regionEpoch: { version: 4, confVer: 4 } })
      )
      expect((yield* service.getOperator(region.id)).state).toBe("success")
    })
  ))
