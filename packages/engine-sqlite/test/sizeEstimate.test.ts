/** Estimated sizes against exact ones, as data comes, goes and is deleted by range. */
import { expect, test } from "bun:test"
import { type EngineService, type KeyRange, WriteBatch } from "@reefkv/engine"
import { bytes, checkSplitKeys, everything, runScoped } from "@reefkv/engine/testing"
import { Effect } from "effect"
import { makeSqliteEngine } from "../src/index.ts"
import { newPath } from "./temporary.ts"

const key = (n: number) => bytes(n >> 16, (n >> 8) & 255, n & 255)
const families = ["default", "lock", "write"] as const

const exact = (engine: EngineService, range: KeyRange) => {
  let sum = 0
  let keys = 0
  for (const cf of families) {
    engine.latest.scan(cf, { ...range, limit: Number.MAX_SAFE_INTEGER }, (k, v) => {
      sum += k.length + v.length
      keys++
    })
  }
  return { bytes: sum, keys }
}

/** Within a quarter, or within some buckets of the edges. */
const expectNear = (engine: EngineService, range: KeyRange) => {
  // One question measures a bounded number of rows: after some of them all is measured.
  for (let i = 0; i < 5; i++) engine.approximateSize(range)
  const estimate = engine.approximateSize(range)
  const real = exact(engine, range)
  const slack = Math.max(real.bytes / 4, 300_000)
  expect(estimate.bytes).toBeGreaterThanOrEqual(real.bytes - slack)
  expect(estimate.bytes).toBeLessThanOrEqual(real.bytes + slack)
}

const load = (engine: EngineService, from: number, to: number, size: number) =>
  Effect.gen(function* () {
    for (let n = from; n < to; n += 500) {
      const batch = new WriteBatch()
      for (let i = n; i < Math.min(n + 500, to); i++) batch.put(families[i % 3]!, key(i), new Uint8Array(size))
      yield* engine.write(batch, { sync: false })
    }
  })

test(
  "estimates follow loads, overwrites, deletes and range deletes",
  () =>
    runScoped(
      Effect.gen(function* () {
        const engine = yield* makeSqliteEngine({ directory: yield* newPath })
        const range = (from: number, to: number) => ({ start: key(from), end: key(to) })
        const ranges = [everything, range(0, 5000), range(4000, 12_000), range(12_000, 30_000), range(50_000, 60_000)]
        const check = () => {
          for (const one of ranges) expectNear(engine, one)
        }
        yield* load(engine, 0, 20_000, 200)
        check()
        yield* load(engine, 0, 20_000, 50)
        check()
        yield* load(engine, 18_000, 24_000, 900)
        check()
        // The ends of the deleted range lie inside of what was measured as one.
        yield* engine.write(
          new WriteBatch()
            .deleteRange("default", key(1001), key(1101))
            .deleteRange("write", key(4001), key(23_000))
            .deleteFrom("lock", key(10_007)),
          { sync: false }
        )
        check()
        const batch = new WriteBatch()
        for (let n = 0; n < 9000; n++) batch.delete(families[n % 3]!, key(n))
        yield* engine.write(batch, { sync: false })
        check()
        for (const cf of families) yield* engine.write(new WriteBatch().deleteFrom(cf, bytes()), { sync: false })
        expect(engine.approximateSize(everything)).toEqual({ bytes: 0, keys: 0 })
      })
    ),
  20_000
)

test(
  "a store opened again is measured over several questions, then exactly",
  () =>
    runScoped(
      Effect.gen(function* () {
        const directory = yield* newPath
        yield* Effect.scoped(Effect.flatMap(makeSqliteEngine({ directory }), (engine) => load(engine, 0, 80_000, 20)))
        const engine = yield* makeSqliteEngine({ directory })
        const real = exact(engine, everything)
        // More rows than one question measures; the rest is guessed from the size of the file.
        const first = engine.approximateSize(everything)
        expect(first.bytes).toBeGreaterThan(real.bytes / 3)
        expect(first.bytes).toBeLessThan(real.bytes * 3)
        for (let i = 0; i < 12; i++) engine.approximateSize(everything)
        expect(engine.approximateSize(everything)).toEqual(real)
        const keys = engine.splitKeys(everything, real.bytes / 4, 10)
        checkSplitKeys(everything, keys, 10)
        expect(keys.length).toBe(3)
        for (const [i, cut] of keys.entries()) {
          const below = exact(engine, { start: bytes(), end: cut }).bytes
          expect(below).toBeGreaterThan(((i + 0.7) * real.bytes) / 4)
          expect(below).toBeLessThan(((i + 1.3) * real.bytes) / 4)
          // A cut is a key.
          expect(families.some((cf) => engine.latest.get(cf, cut) !== undefined)).toBe(true)
        }
      })
    ),
  20_000
)

test("a range deleted inside of what was never measured leaves the rest counted", () =>
  runScoped(
    Effect.gen(function* () {
      for (const [from, to] of [
        [1000, 2000],
        [0, 1000],
        [5000, 6000]
      ] as const) {
        const engine = yield* makeSqliteEngine({ directory: yield* newPath })
        yield* load(engine, 0, 6000, 300)
        const batch = new WriteBatch()
        for (const cf of families) batch.deleteRange(cf, key(from), key(to))
        yield* engine.write(batch, { sync: false })
        expectNear(engine, everything)
      }
    })
  ))
