import { describe, expect, test } from "bun:test"
import { pdpb } from "@reefkv/wire"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { nullKeyspaceId, type SchedulerServiceShape } from "../src/index.ts"
import { bootstrap, MemoryDisk, refusalOf, run, startScheduler } from "./support.ts"

const forever = 2n ** 63n - 1n
const local = { global: false }
const inWorld = <A, E>(body: (service: SchedulerServiceShape) => Effect.Effect<A, E>) =>
  run(
    Effect.gen(function* () {
      const { service } = yield* startScheduler(new MemoryDisk(), { haltScheduling: true })
      yield* bootstrap(service)
      return yield* body(service)
    })
  )

test("UpdateGCSafePoint: never falls; the answer is what is in force; the txn safe point is never behind it", () =>
  inWorld((service) =>
    Effect.gen(function* () {
      const answers = []
      for (const ts of [0n, 5n, 3n, 2n ** 63n]) answers.push(yield* service.updateGcSafePoint(ts))
      expect(answers).toEqual([0n, 5n, 5n, 2n ** 63n])
      expect((yield* service.getGcState(undefined)).txnSafePoint).toBe(2n ** 63n)
    })
  ))

test("LoadGCSafePoint: safe points, services and barriers survive a crash", () =>
  run(
    Effect.gen(function* () {
      const disk = new MemoryDisk()
      const first = yield* startScheduler(disk, { haltScheduling: true })
      yield* bootstrap(first.service)
      yield* first.service.advanceTxnSafePoint(90n)
      yield* first.service.advanceGcSafePoint(70n)
      yield* first.service.updateServiceGcSafePoint("cdc/1", 100n, 80n)
      yield* first.service.setGcBarrier("br", 95n, forever, local)
      yield* first.service.setGcBarrier("all", 99n, 10n, { global: true })
      disk.crash()
      const { service } = yield* startScheduler(disk, { haltScheduling: true })
      expect(yield* service.gcSafePoint).toBe(70n)
      const state = yield* service.getGcState(undefined)
      expect([state.txnSafePoint, state.gcSafePoint]).toEqual([90n, 70n])
      expect(state.gcBarriers).toEqual([{ barrierId: "br", barrierTs: 95n, ttlSeconds: forever }])
      expect((yield* service.globalGcBarriers).map(({ barrierId }) => barrierId)).toEqual(["all"])
      expect((yield* service.serviceSafePoints).map(({ serviceId }) => serviceId)).toEqual(["gc_worker", "cdc/1"])
    })
  ))

test("UpdateServiceGCSafePoint: the smallest of all services; one that comes too late is told so; expiry and removal", () =>
  inWorld((service) =>
    Effect.gen(function* () {
      const update = (id: string, ttl: bigint, ts: bigint) =>
        Effect.map(service.updateServiceGcSafePoint(id, ttl, ts), (answer) => [answer.serviceId, answer.minSafePoint])
      expect(yield* update("gc_worker", forever, 50n)).toEqual(["gc_worker", 50n])
      expect(yield* update("br", 10n, 60n)).toEqual(["gc_worker", 50n])
      expect(yield* update("gc_worker", forever, 100n)).toEqual(["br", 60n])
      expect(yield* update("late", 10n, 40n)).toEqual(["br", 60n])
      expect((yield* service.serviceSafePoints).map(({ serviceId }) => serviceId)).not.toContain("late")
      yield* TestClock.adjust(11_000)
      expect(yield* update("other", 10n, 200n)).toEqual(["gc_worker", 100n])
      expect(yield* update("other", 0n, 0n)).toEqual(["gc_worker", 100n])
      expect((yield* service.serviceSafePoints).map(({ serviceId }) => serviceId)).toEqual(["gc_worker"])
      expect((yield* refusalOf(service.updateServiceGcSafePoint("gc_worker", 10n, 300n))).reason).toBe("refused")
    })
  ))

describe("GC state", () => {
  test("AdvanceTxnSafePoint: monotonic, held back by barriers, which are named", () =>
    inWorld((service) =>
      Effect.gen(function* () {
        expect(yield* service.advanceTxnSafePoint(10n)).toEqual({
          oldTxnSafePoint: 0n,
          newTxnSafePoint: 10n,
          blockerDescription: ""
        })
        yield* service.setGcBarrier("br", 20n, 10n, local)
        const held = yield* service.advanceTxnSafePoint(30n)
        expect([held.newTxnSafePoint, held.blockerDescription]).toEqual([20n, "barrier br at 20"])
        expect((yield* refusalOf(service.advanceTxnSafePoint(15n))).reason).toBe("refused")
        expect((yield* service.deleteGcBarrier("br", local))?.barrierTs).toBe(20n)
        expect(yield* service.deleteGcBarrier("br", local)).toBeUndefined()
        expect((yield* service.advanceTxnSafePoint(30n)).newTxnSafePoint).toBe(30n)
      })
    ))

  test("barriers expire, global ones hold too, and none may be set behind the txn safe point", () =>
    inWorld((service) =>
      Effect.gen(function* () {
        yield* service.setGcBarrier("g", 20n, 5n, { global: true })
        expect((yield* service.advanceTxnSafePoint(30n)).blockerDescription).toBe("global barrier g at 20")
        yield* TestClock.adjust(6_000)
        expect((yield* service.advanceTxnSafePoint(30n)).newTxnSafePoint).toBe(30n)
        expect((yield* refusalOf(service.setGcBarrier("x", 29n, 5n, local))).message).toContain("behind")
        expect((yield* refusalOf(service.setGcBarrier("x", 31n, 0n, local))).reason).toBe("refused")
      })
    ))

  test("AdvanceGCSafePoint: monotonic and never above the txn safe point", () =>
    inWorld((service) =>
      Effect.gen(function* () {
        yield* service.advanceTxnSafePoint(30n)
        expect((yield* refusalOf(service.advanceGcSafePoint(31n))).message).toContain("txn safe point 30")
        expect(yield* service.advanceGcSafePoint(25n)).toEqual({ oldGcSafePoint: 0n, newGcSafePoint: 25n })
        expect((yield* refusalOf(service.advanceGcSafePoint(24n))).reason).toBe("refused")
      })
    ))

  test("GetGCState: the scope asked for is answered, and set when none was", () =>
    inWorld((service) =>
      Effect.gen(function* () {
        const keyspaceScope = pdpb.KeyspaceScope.create({ keyspace: { case: "keyspaceId", value: 7 } })
        expect((yield* service.getGcState(keyspaceScope)).keyspaceScope).toEqual(keyspaceScope)
        expect((yield* service.getGcState(undefined)).keyspaceScope?.keyspace).toEqual({
          case: "keyspaceId",
          value: nullKeyspaceId
        })
      })
    ))

  test("two raises at the same time: the lower one cannot undo the higher", () =>
    inWorld((service) =>
      Effect.gen(function* () {
        yield* Effect.all(
          [service.updateGcSafePoint(50n), service.updateGcSafePoint(40n), service.updateGcSafePoint(60n)],
          {
            concurrency: 3
          }
        )
        expect(yield* service.gcSafePoint).toBe(60n)
      })
    ))
})
