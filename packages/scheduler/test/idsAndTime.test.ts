import { describe, expect, test } from "bun:test"
import { makeMemoryEngine } from "@reefkv/engine-memory"
import { Clock, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { makeCommandLog } from "../src/persist.ts"
import { makeIdAllocator } from "../src/service/IdAllocator.ts"
import { logicalEnd, makeTso, type Tso } from "../src/service/Tso.ts"
import { clockAt, MemoryDisk, refusalOf, run, startScheduler } from "./support.ts"

const seed = 31_337
const quiet = { haltScheduling: true }
const tsOf = (timestamp: { readonly physical: number; readonly logical: number }): bigint =>
  (BigInt(timestamp.physical) << 18n) | BigInt(timestamp.logical)

describe("ids", () => {
  test("ID: unique under concurrency, over several reserved windows", () =>
    run(
      Effect.gen(function* () {
        const { service } = yield* startScheduler(
          new MemoryDisk(),
          { ...quiet, idReserveStep: 10 },
          { slowWrites: true }
        )
        const counts = Array.from({ length: 200 }, (_, n) => 1 + (n % 7))
        const racing = yield* Effect.forEach(
          counts,
          (count) => Effect.map(service.allocId(count), (last) => Array.from({ length: count }, (_, n) => last - n)),
          { concurrency: 20 }
        ).pipe(Effect.forkChild)
        yield* TestClock.adjust(10_000)
        const given = yield* Fiber.join(racing)
        const all = given.flat()
        expect(new Set(all).size).toBe(all.length)
        expect(Math.min(...all)).toBe(1)
      })
    ))

  test("Command: two allocation windows of one after another", () =>
    run(
      Effect.gen(function* () {
        const { service } = yield* startScheduler(new MemoryDisk(), { ...quiet, idReserveStep: 1_000 })
        const ids = yield* Effect.forEach(Array.from({ length: 2_000 }), () => service.allocId())
        expect(ids).toEqual(Array.from({ length: 2_000 }, (_, n) => n + 1))
        expect((yield* refusalOf(service.allocId(0))).reason).toBe("refused")
        expect((yield* refusalOf(service.allocId(1e9))).reason).toBe("refused")
      })
    ))

  test("property: never given twice over any restarts and crashes", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constantFrom("restart", "crash")), { maxLength: 40 }),
        (actions) =>
          run(
            Effect.gen(function* () {
              const disk = new MemoryDisk()
              const open = Effect.gen(function* () {
                const log = makeCommandLog(makeMemoryEngine({ disk }))
                return makeIdAllocator(log, (yield* log.load).idWindowEnd, () => 8)
              })
              let ids = yield* open
              let highest = 0
              for (const action of actions) {
                if (typeof action === "string") {
                  if (action === "crash") disk.crash()
                  ids = yield* open
                  continue
                }
                const last = yield* ids.alloc(action)
                expect(last - action).toBeGreaterThanOrEqual(highest)
                highest = last
                const one = ids.takeUnsafe()
                if (one !== undefined) {
                  expect(one).toBeGreaterThan(highest)
                  highest = one
                }
              }
            })
          )
      ),
      { seed, numRuns: 100 }
    ))

  test("ids that others brought are skipped", () =>
    run(
      Effect.gen(function* () {
        const log = makeCommandLog(makeMemoryEngine())
        const ids = makeIdAllocator(log, 0, () => 10)
        yield* ids.skipPast(25)
        expect(yield* ids.alloc(1)).toBe(26)
        yield* ids.skipPast(3)
        expect(yield* ids.alloc(1)).toBe(27)
      })
    ))
})

describe("timestamps", () => {
  test("TSO: strictly rising, a batch's last is answered, logical stays below 2^18", () =>
    run(
      Effect.gen(function* () {
        const { service } = yield* startScheduler(new MemoryDisk(), quiet)
        let previous = 0n
        for (const count of [1, 1, 10, 10_000, 3]) {
          const last = yield* service.tso(count)
          expect(last.logical).toBeLessThan(logicalEnd)
          const first = tsOf({ ...last, logical: last.logical - count + 1 })
          expect(first).toBeGreaterThan(previous)
          previous = tsOf(last)
        }
      })
    ))

  test("TSORace · Tso: batches of many callers never overlap", () =>
    run(
      Effect.gen(function* () {
        const { service } = yield* startScheduler(new MemoryDisk(), quiet)
        const batches = yield* Effect.forEach(
          Array.from({ length: 300 }, (_, n) => 1 + (n % 50)),
          (count) => Effect.map(service.tso(count), (last) => ({ end: tsOf(last), start: tsOf(last) - BigInt(count) })),
          { concurrency: 30 }
        )
        batches.sort((a, b) => Number(a.start - b.start))
        for (let n = 1; n < batches.length; n++) expect(batches[n]!.start).toBeGreaterThanOrEqual(batches[n - 1]!.end)
      })
    ))

  test("TsoWithoutCount: a count of 0, or one that no millisecond holds, is refused", () =>
    run(
      Effect.gen(function* () {
        const { service } = yield* startScheduler(new MemoryDisk(), quiet)
        expect((yield* refusalOf(service.tso(0))).reason).toBe("refused")
        expect((yield* refusalOf(service.tso(logicalEnd))).reason).toBe("refused")
        expect((yield* service.tso(logicalEnd - 1)).logical).toBe(logicalEnd - 1)
      })
    ))

  test("the last timestamp of a millisecond is 2^18 - 1", () =>
    run(
      Effect.gen(function* () {
        const { service } = yield* startScheduler(new MemoryDisk(), quiet)
        yield* service.tso(logicalEnd - 2)
        expect((yield* service.tso(1)).logical).toBe(logicalEnd - 1)
        const waiting = yield* Effect.forkChild(service.tso(1))
        yield* TestClock.adjust(1)
        expect((yield* Fiber.join(waiting)).logical).toBe(1)
      })
    ))

  test("a full counter waits for the next millisecond", () =>
    run(
      Effect.gen(function* () {
        const { service } = yield* startScheduler(new MemoryDisk(), quiet)
        const full = yield* service.tso(logicalEnd - 1)
        const waiting = yield* Effect.forkChild(service.tso(5))
        yield* Effect.yieldNow
        expect(waiting.pollUnsafe()).toBeUndefined()
        yield* TestClock.adjust(1)
        const next = yield* Fiber.join(waiting)
        expect([next.physical > full.physical, next.logical]).toEqual([true, 5])
      })
    ))

  test("LoadTimestamp: after a clock set back by an hour, restart included, time goes on above all that was given", () =>
    run(
      Effect.gen(function* () {
        const disk = new MemoryDisk()
        yield* TestClock.setTime(10_000_000)
        const first = yield* startScheduler(disk, quiet)
        const before = yield* first.service.tso(10)
        expect(before.physical).toBe(10_000_000)
        yield* first.stop
        disk.crash()
        // A new TestClock an hour earlier stands for the machine's clock after the restart.
        const second = yield* Effect.provideService(
          startScheduler(disk, quiet),
          Clock.Clock,
          clockAt(() => 10_000_000 - 3_600_000)
        )
        const after = yield* second.service.tso(1)
        expect(tsOf(after)).toBeGreaterThan(tsOf(before))
      })
    ))

  test("property: strictly rising over any clock jumps, restarts and crashes; never past the mark on disk", () => {
    const action = fc.oneof(
      fc.record({
        type: fc.constant("ask" as const),
        count: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: logicalEnd - 1 }))
      }),
      fc.record({ type: fc.constant("clock" as const), by: fc.integer({ min: -5_000, max: 5_000 }) }),
      fc.record({ type: fc.constantFrom("restart" as const, "crash" as const) })
    )
    return fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 50 }), (actions) =>
        run(
          Effect.gen(function* () {
            let now = 1_000_000
            // A millisecond of sleeping may or may not move this clock: here it does not.
            const clock = clockAt(() => now)
            const disk = new MemoryDisk()
            const open = Effect.gen(function* () {
              const log = makeCommandLog(makeMemoryEngine({ disk }))
              const { tsoWindowMs } = yield* log.load
              return makeTso(log, clock, tsoWindowMs, () => 50)
            })
            let tso: Tso = yield* open
            let last = 0n
            for (const step of actions) {
              if (step.type === "clock") now += step.by
              else if (step.type === "ask") {
                const given = yield* Effect.provideService(tso.next(step.count), Clock.Clock, clock)
                expect(given.logical).toBeLessThan(logicalEnd)
                expect(given.logical - step.count).toBeGreaterThanOrEqual(0)
                expect(tsOf(given) - BigInt(step.count)).toBeGreaterThanOrEqual(last)
                last = tsOf(given)
                const { tsoWindowMs } = yield* makeCommandLog(makeMemoryEngine({ disk })).load
                expect(given.physical).toBeLessThan(tsoWindowMs)
              } else {
                if (step.type === "crash") disk.crash()
                tso = yield* open
              }
            }
          })
        )
      ),
      { seed, numRuns: 150 }
    )
  })
})
