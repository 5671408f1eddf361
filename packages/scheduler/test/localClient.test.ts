import { expect, test } from "bun:test"
import { Effect, Stream } from "effect"
import { TestClock } from "effect/testing"
import { makeLocalClient } from "../src/index.ts"
import {
  bytes,
  heartbeatOf,
  MemoryDisk,
  makePeer,
  makeRegion,
  makeStore,
  refusalOf,
  run,
  startScheduler,
  statsOf
} from "./support.ts"

const world = Effect.gen(function* () {
  const running = yield* startScheduler(new MemoryDisk(), { haltScheduling: true })
  const client = yield* makeLocalClient(running.service)
  const storeId = yield* client.allocId
  const regionId = yield* client.allocId
  const region = makeRegion(regionId, "", "", { peers: [makePeer(yield* client.allocId, storeId)] })
  yield* client.bootstrap(makeStore(storeId), region)
  return { ...running, client, storeId, region }
})

test("bootstrap, stores, lookups and splits through the client", () =>
  run(
    Effect.gen(function* () {
      const { client, region, service, storeId } = yield* world
      expect(yield* client.clusterId).toBe(service.clusterId)
      expect(yield* client.isBootstrapped).toBe(true)
      expect((yield* refusalOf(client.bootstrap(makeStore(storeId), region))).reason).toBe("alreadyBootstrapped")
      yield* client.putStore(makeStore(101))
      expect((yield* client.getAllStores).map((store) => store.id)).toEqual([storeId, 101])
      expect((yield* client.getStore(101)).address).toBe("store-101:20160")
      yield* client.storeHeartbeat(statsOf(101))
      expect(yield* client.getRegion(bytes("a"))).toEqual({ region, leader: undefined })
      expect(yield* client.getRegionById(999)).toBeUndefined()
      expect((yield* client.askBatchSplit(region, 2)).length).toBe(2)
      yield* client.reportBatchSplit([makeRegion(8, "", "m"), makeRegion(9, "m", "")])
    })
  ))

test("regionHeartbeat returns at once; of several unsent ones the latest is taken; a refusal is quiet", () =>
  run(
    Effect.gen(function* () {
      const { client, events, region, service } = yield* world
      for (const version of [2, 3, 4]) {
        client.regionHeartbeat(heartbeatOf({ ...region, regionEpoch: { version, confVer: 1 } }))
      }
      expect((yield* service.status).regionsReported).toBe(0)
      yield* TestClock.adjust(1)
      expect((yield* service.getRegionById(region.id))?.region?.regionEpoch?.version).toBe(4)
      client.regionHeartbeat(heartbeatOf(region))
      yield* TestClock.adjust(1)
      expect(
        events
          .filter((event) => event.type.startsWith("RegionHeartbeat") || event.type === "RegionChanged")
          .map(({ type }) => type)
      ).toEqual(["RegionChanged", "RegionHeartbeatRefused"])
    })
  ))

test("operatorSteps: a slow consumer sees only the newest step of a region", () =>
  run(
    Effect.gen(function* () {
      const { client, region, service, storeId } = yield* world
      yield* client.putStore(makeStore(101))
      yield* client.putStore(makeStore(102))
      const seen: Array<number | undefined> = []
      yield* Stream.runForEach(client.operatorSteps(storeId), (step) =>
        Effect.andThen(
          Effect.sleep(1_000),
          Effect.sync(() => seen.push(step.changePeer?.peer?.storeId))
        )
      ).pipe(Effect.forkScoped)
      yield* service.regionHeartbeat(heartbeatOf(region))
      for (const target of [101, 102, 101, 102]) {
        yield* service.addOperator({ kind: "add-peer", regionId: region.id, storeId: target })
        yield* TestClock.adjust(1)
        yield* service.cancelOperator(region.id)
      }
      yield* TestClock.adjust(5_000)
      expect(seen).toEqual([101, 102])
    })
  ))
