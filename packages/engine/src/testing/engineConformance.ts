/**
 * What every engine must do, as tests to run against it. An engine's own tests call this once with a way to make a fresh
 * engine; whatever is particular to one engine (files, locks, versions) is tested beside that engine.
 */
import { describe, expect, test } from "bun:test"
import { Cause, Effect, Exit, Scope } from "effect"
import fc from "fast-check"
import { type ColumnFamily, columnFamilies, type EngineService, type ReadView, type ScanOptions } from "../Engine.ts"
import { EngineError } from "../EngineError.ts"
import { WriteBatch } from "../WriteBatch.ts"
import { batchArbitrary, batchOf, keyArbitrary, rangeArbitrary, scanArbitrary } from "./arbitraries.ts"
import { checkSplitKeys } from "./mirror.ts"
import { dumpView, type Entry, everything, hex, NaiveState } from "./NaiveState.ts"

export interface EngineHarness {
  /** A fresh, empty engine; whatever it needs on disk is new and goes with the scope. */
  readonly make: Effect.Effect<EngineService, EngineError, Scope.Scope>
  /** Where `checkpoint` may write and how its copy is opened. Absent for an engine without files. */
  readonly checkpoints?: {
    readonly newPath: Effect.Effect<string, never, Scope.Scope>
    readonly open: (path: string) => Effect.Effect<EngineService, EngineError, Scope.Scope>
  }
  /** Property runs are `runs` times as many; default 1. */
  readonly runs?: number
}

const seed = 20261102

export const bytes = (...codes: Array<number>): Uint8Array => Uint8Array.from(codes)
const key = (text: string): Uint8Array => new TextEncoder().encode(text)
const noSync = { sync: false }

/** Runs an Effect of a test in a scope of its own; failures and defects reject. */
export const runScoped = <A>(effect: Effect.Effect<A, EngineError, Scope.Scope>): Promise<A> =>
  Effect.runPromise(Effect.scoped(effect))

/** Why a call threw, when it threw an EngineError. */
export const reasonOf = (call: () => unknown): string => {
  try {
    call()
  } catch (error) {
    return error instanceof EngineError ? error.reason : `not an EngineError: ${String(error)}`
  }
  return "did not throw"
}

/** Why an Effect failed. */
export const failureReason = <A>(effect: Effect.Effect<A, EngineError>): Effect.Effect<string> =>
  Effect.match(effect, { onFailure: (error) => error.reason, onSuccess: () => "did not fail" })

const collect = (view: ReadView, cf: ColumnFamily, options: Partial<ScanOptions> = {}): Array<string> => {
  const entries: Array<string> = []
  view.scan(cf, { ...everything, limit: 1000, ...options }, (k, v) => {
    entries.push(`${hex(k)}=${hex(v)}`)
  })
  return entries
}
const printEntries = (entries: ReadonlyArray<Entry>): Array<string> => entries.map(([k, v]) => `${hex(k)}=${hex(v)}`)

/** What a scan over the naive state answers. */
const naiveScan = (state: NaiveState, cf: ColumnFamily, options: ScanOptions): Array<string> => {
  const entries = state.range(cf, options)
  const ordered = options.reverse === true ? entries.reverse() : entries
  return printEntries(
    ordered.slice(0, options.limit).map(([k, v]) => (options.keyOnly === true ? [k, new Uint8Array(0)] : [k, v]))
  )
}

export const engineConformance = (name: string, harness: EngineHarness): void => {
  const it = (what: string, body: (engine: EngineService) => Effect.Effect<void, EngineError, Scope.Scope>): void => {
    test(what, () => runScoped(Effect.flatMap(harness.make, body)))
  }
  const numRuns = (n: number): number => n * (harness.runs ?? 1)

  describe(`Engine conformance: ${name}`, () => {
    it("a fresh engine is empty", (engine) =>
      Effect.gen(function* () {
        expect(dumpView(engine.latest)).toEqual([])
        expect(engine.latest.get("default", key("a"))).toBeUndefined()
        expect(engine.approximateSize(everything)).toEqual({ bytes: 0, keys: 0 })
        expect(engine.splitKeys(everything, 1, 10)).toEqual([])
        const view = yield* engine.snapshot
        expect(dumpView(view)).toEqual([])
        expect(engine.stats().openSnapshots).toBe(1)
      }))

    it("keys and values of any bytes: empty ones, zero bytes, high bytes, a view into a larger buffer", (engine) =>
      Effect.gen(function* () {
        const larger = bytes(9, 9, 1, 2, 9, 9)
        const batch = new WriteBatch()
          .put("default", bytes(), bytes(1))
          .put("default", bytes(0), bytes())
          .put("default", bytes(0xff, 0xff), bytes(0, 0xff, 0))
          .put("default", larger.subarray(2, 4), larger.subarray(4))
        yield* engine.write(batch, noSync)
        expect(collect(engine.latest, "default")).toEqual(["=01", "00=", "0102=0909", "ffff=00ff00"])
        expect(engine.latest.get("default", bytes())).toEqual(Buffer.from([1]))
        expect(engine.latest.get("default", bytes(0))?.length).toBe(0)
        expect(engine.latest.getMany("default", [bytes(1, 2), bytes(1), bytes(0)]).map((v) => v?.length)).toEqual([
          2,
          undefined,
          0
        ])
        expect(engine.latest.getMany("default", [])).toEqual([])
      }))

    it("order is the order of unsigned bytes, a prefix before what it begins", (engine) =>
      Effect.gen(function* () {
        const keys = ["ff", "00", "80", "7f", "7f00", "0000", "", "ffff"]
        const batch = new WriteBatch()
        for (const text of keys) batch.put("write", Uint8Array.from(Buffer.from(text, "hex")), bytes())
        yield* engine.write(batch, noSync)
        const sorted = ["", "00", "0000", "7f", "7f00", "80", "ff", "ffff"].map((text) => `${text}=`)
        expect(collect(engine.latest, "write")).toEqual(sorted)
        expect(collect(engine.latest, "write", { reverse: true })).toEqual(sorted.toReversed())
      }))

    it("column families do not see each other", (engine) =>
      Effect.gen(function* () {
        const batch = new WriteBatch()
        for (const cf of columnFamilies) batch.put(cf, key("k"), key(cf))
        yield* engine.write(batch, noSync)
        yield* engine.write(new WriteBatch().deleteFrom("lock", bytes()).delete("raft", key("k")), noSync)
        expect(columnFamilies.map((cf) => engine.latest.get(cf, key("k")) !== undefined)).toEqual([
          true,
          false,
          true,
          false
        ])
      }))

    it("later operations of a batch win over earlier ones, range deletes included", (engine) =>
      Effect.gen(function* () {
        const batch = new WriteBatch()
          .put("default", key("a"), bytes(1))
          .put("default", key("a"), bytes(2))
          .put("default", key("b"), bytes(1))
          .delete("default", key("b"))
          .put("default", key("c"), bytes(1))
          .deleteRange("default", key("c"), key("d"))
          .deleteRange("default", key("e"), key("f"))
          .put("default", key("e"), bytes(3))
          .put("default", key("z"), bytes(1))
          .deleteFrom("default", key("y"))
          .put("default", key("y"), bytes(4))
        yield* engine.write(batch, noSync)
        expect(collect(engine.latest, "default")).toEqual(["61=02", "65=03", "79=04"])
      }))

    it("a range whose start is not below its end is empty, for scans and deletes", (engine) =>
      Effect.gen(function* () {
        yield* engine.write(new WriteBatch().put("default", key("b"), bytes(1)), noSync)
        expect(collect(engine.latest, "default", { start: key("c"), end: key("a") })).toEqual([])
        expect(collect(engine.latest, "default", { start: key("b"), end: key("b") })).toEqual([])
        yield* engine.write(
          new WriteBatch().deleteRange("default", key("c"), key("a")).deleteRange("default", key("b"), key("b")),
          noSync
        )
        expect(engine.latest.get("default", key("b"))).toBeDefined()
        expect(engine.approximateSize({ start: key("c"), end: key("a") })).toEqual({ bytes: 0, keys: 0 })
        expect(engine.splitKeys({ start: key("c"), end: key("a") }, 1, 10)).toEqual([])
      }))

    it("a scan stops at its limit, at the visitor's false, and reads no values when asked for keys", (engine) =>
      Effect.gen(function* () {
        const batch = new WriteBatch()
        for (let i = 0; i < 2000; i++) batch.put("default", bytes(i >> 8, i & 255), bytes(i & 255))
        yield* engine.write(batch, noSync)
        expect(collect(engine.latest, "default", { limit: 0 })).toEqual([])
        for (const limit of [1, 15, 16, 17, 999, 2000]) {
          expect(collect(engine.latest, "default", { limit }).length).toBe(limit)
          const reverse = collect(engine.latest, "default", { limit, reverse: true })
          expect(reverse.length).toBe(limit)
          expect(reverse[0]).toBe("07cf=cf")
        }
        const seen: Array<string> = []
        engine.latest.scan("default", { ...everything, limit: 5000 }, (k) => seen.push(hex(k)) < 700)
        expect(seen.length).toBe(700)
        expect(collect(engine.latest, "default", { limit: 2, keyOnly: true })).toEqual(["0000=", "0001="])
        expect(() => collect(engine.latest, "default", { limit: -1 })).toThrow()
      }))

    it("a visitor may read and scan, here and elsewhere, but not write", (engine) =>
      Effect.gen(function* () {
        const batch = new WriteBatch()
        for (const text of ["a", "b", "c"]) batch.put("default", key(text), key(text)).put("lock", key(text), bytes())
        yield* engine.write(batch, noSync)
        const pairs: Array<string> = []
        engine.latest.scan("default", { ...everything, limit: 10 }, (outer) => {
          engine.latest.scan("default", { ...everything, limit: 10 }, (inner) => {
            expect(engine.latest.get("lock", inner)).toBeDefined()
            pairs.push(`${hex(outer)}${hex(inner)}`)
          })
        })
        expect(pairs.length).toBe(9)
        expect(() =>
          engine.latest.scan("default", { ...everything, limit: 1 }, () => {
            Effect.runSync(engine.write(new WriteBatch().delete("default", key("a")), noSync))
          })
        ).toThrow()
        expect(engine.latest.get("default", key("a"))).toBeDefined()
        yield* engine.write(new WriteBatch().delete("default", key("a")), noSync)
        expect(engine.latest.get("default", key("a"))).toBeUndefined()
      }))

    it("what a read handed out stays as it was after later writes", (engine) =>
      Effect.gen(function* () {
        yield* engine.write(new WriteBatch().put("default", key("a"), bytes(1, 2, 3)), noSync)
        const value = engine.latest.get("default", key("a"))!
        const entries: Array<Uint8Array> = []
        engine.latest.scan("default", { ...everything, limit: 9 }, (k, v) => {
          entries.push(k, v)
        })
        yield* engine.write(new WriteBatch().put("default", key("a"), bytes(9, 9, 9)), noSync)
        yield* engine.write(new WriteBatch().deleteFrom("default", bytes()), noSync)
        expect([value, ...entries].map(hex)).toEqual(["010203", "61", "010203"])
      }))

    it("a batch is used once: a second write of it is a defect and changes nothing", (engine) =>
      Effect.gen(function* () {
        const batch = new WriteBatch().put("default", key("a"), bytes(1))
        yield* engine.write(batch, noSync)
        yield* engine.write(new WriteBatch().delete("default", key("a")), noSync)
        const exit = yield* Effect.exit(engine.write(batch, noSync))
        expect(Exit.isFailure(exit) && Cause.hasDies(exit.cause)).toBe(true)
        expect(engine.latest.get("default", key("a"))).toBeUndefined()
      }))

    it("an empty batch is written", (engine) => engine.write(new WriteBatch(), { sync: true }))

    it("a write does nothing until its Effect runs", (engine) =>
      Effect.gen(function* () {
        const write = engine.write(new WriteBatch().put("default", key("a"), bytes(1)), noSync)
        expect(engine.latest.get("default", key("a"))).toBeUndefined()
        yield* write
        expect(engine.latest.get("default", key("a"))).toBeDefined()
      }))

    it("snapshots keep their state, many at once, whatever is written later", (engine) =>
      Effect.gen(function* () {
        const views: Array<{ readonly view: ReadView; readonly dump: Array<string> }> = []
        const twin = new NaiveState()
        for (let i = 0; i < 6; i++) {
          const ops = [
            { type: "put", cf: "default", key: bytes(i), value: bytes(i) },
            { type: "put", cf: "raft", key: key("applied"), value: bytes(i) },
            { type: "delete", cf: "default", key: bytes(i - 3) }
          ] as const
          twin.apply(ops)
          yield* engine.write(batchOf(ops), noSync)
          views.push({ view: yield* engine.snapshot, dump: twin.dump() })
        }
        yield* engine.write(new WriteBatch().deleteFrom("default", bytes()).deleteFrom("raft", bytes()), noSync)
        for (const { dump, view } of views) expect(dumpView(view)).toEqual(dump)
        expect(dumpView(engine.latest)).toEqual([])
        expect(engine.stats().openSnapshots).toBe(6)
        expect(views[3]!.view.get("raft", key("applied"))).toEqual(Buffer.from([3]))
      }))

    it("a snapshot is released with its scope and unusable afterwards", (engine) =>
      Effect.gen(function* () {
        yield* engine.write(new WriteBatch().put("default", key("a"), bytes(1)), noSync)
        // More in turn than any pool would hold at once.
        for (let i = 0; i < 100; i++) {
          const view = yield* Effect.scoped(engine.snapshot)
          expect(reasonOf(() => view.get("default", key("a")))).toBe("closed")
        }
        expect(engine.stats().openSnapshots).toBe(0)
        const scope = yield* Scope.make()
        const view = yield* Scope.provide(engine.snapshot, scope)
        expect(engine.stats().openSnapshots).toBe(1)
        yield* Scope.close(scope, Exit.void)
        expect(reasonOf(() => view.scan("default", { ...everything, limit: 1 }, () => true))).toBe("closed")
        expect(reasonOf(() => view.getMany("default", [key("a")]))).toBe("closed")
      }))

    test("after close every call throws or fails with reason closed", () =>
      runScoped(
        Effect.gen(function* () {
          const engine = yield* Effect.scoped(harness.make)
          const a = key("a")
          expect(reasonOf(() => engine.latest.get("default", a))).toBe("closed")
          expect(reasonOf(() => engine.latest.getMany("default", [a]))).toBe("closed")
          expect(reasonOf(() => collect(engine.latest, "default"))).toBe("closed")
          expect(reasonOf(() => engine.approximateSize(everything))).toBe("closed")
          expect(reasonOf(() => engine.splitKeys(everything, 1, 1))).toBe("closed")
          expect(reasonOf(() => engine.stats())).toBe("closed")
          for (const call of [
            engine.write(new WriteBatch().put("default", a, a), noSync),
            engine.sync,
            engine.checkpoint("/nowhere"),
            Effect.scoped(Effect.asVoid(engine.snapshot))
          ]) {
            expect(yield* failureReason(call)).toBe("closed")
          }
        })
      ))

    it("sizes follow what is written over the three data column families, and not the raft one", (engine) =>
      Effect.gen(function* () {
        const entry = 10_000
        const count = 60
        for (let i = 0; i < count; i++) {
          const batch = new WriteBatch()
          for (const cf of columnFamilies) batch.put(cf, key(`k${String(i).padStart(3, "0")}`), new Uint8Array(entry))
          yield* engine.write(batch, noSync)
        }
        const all = engine.approximateSize(everything)
        const expected = 3 * count * entry
        expect(all.bytes).toBeGreaterThan(expected * 0.5)
        expect(all.bytes).toBeLessThan(expected * 2)
        expect(all.keys).toBeGreaterThan(3 * count * 0.5)
        expect(all.keys).toBeLessThan(3 * count * 2)
        const half = engine.approximateSize({ start: key("k000"), end: key("k030") })
        expect(half.bytes).toBeGreaterThan(expected * 0.2)
        expect(half.bytes).toBeLessThan(expected * 0.8)
        expect(engine.approximateSize({ start: key("x"), end: bytes() }).bytes).toBeLessThan(expected * 0.2)

        const range = { start: key("k010"), end: key("k050") }
        const keys = engine.splitKeys(range, expected / 12, 10)
        checkSplitKeys(range, keys, 10)
        expect(keys.length).toBeGreaterThanOrEqual(4)
        expect(keys.length).toBeLessThanOrEqual(10)
        // Pieces are about as large as asked: none takes in half of the range.
        const edges = [range.start, ...keys, range.end]
        for (let i = 0; i + 1 < edges.length; i++) {
          const piece = { start: edges[i]!, end: edges[i + 1]! }
          expect(exactBytes(engine.latest, piece)).toBeLessThan((expected * 4) / 12)
        }
        expect(engine.splitKeys(range, expected / 12, 2).length).toBe(2)
        expect(engine.splitKeys(range, expected * 2, 10)).toEqual([])
        expect(engine.splitKeys(range, 1, 0)).toEqual([])

        yield* engine.write(new WriteBatch().deleteFrom("default", bytes()).deleteFrom("lock", bytes()), noSync)
        yield* engine.write(new WriteBatch().deleteFrom("write", bytes()), noSync)
        expect(engine.approximateSize(everything).bytes).toBeLessThan(expected * 0.1)
        expect(engine.stats().sizeBytes).toBeGreaterThan(0)
        expect(engine.stats().kind).toBe(engine.kind)
      }))

    test(`random batches, reads and snapshots agree with a sorted array (seed ${seed})`, async () => {
      const step = fc.record({ ops: batchArbitrary, scan: scanArbitrary, snapshot: fc.nat(5), read: keyArbitrary })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), rangeArbitrary, (steps, range) =>
          runScoped(
            Effect.gen(function* () {
              const engine = yield* harness.make
              const twin = new NaiveState()
              const kept: Array<{ readonly view: ReadView; readonly state: NaiveState }> = []
              for (const { ops, read, scan, snapshot } of steps) {
                yield* engine.write(batchOf(ops), noSync)
                twin.apply(ops)
                if (snapshot === 0) kept.push({ view: yield* engine.snapshot, state: twin.copy() })
                for (const cf of columnFamilies) {
                  expect(collect(engine.latest, cf, scan)).toEqual(naiveScan(twin, cf, scan))
                  const found = engine.latest.get(cf, read)
                  expect(found && hex(found)).toEqual(twin.get(cf, read) && hex(twin.get(cf, read)!))
                }
              }
              expect(dumpView(engine.latest)).toEqual(twin.dump())
              for (const { state, view } of kept) {
                expect(dumpView(view)).toEqual(state.dump())
                const { read, scan } = steps[0]!
                for (const cf of columnFamilies) {
                  expect(collect(view, cf, scan)).toEqual(naiveScan(state, cf, scan))
                  expect(view.getMany(cf, [read, read]).map((v) => v && hex(v))).toEqual(
                    [0, 1].map(() => state.get(cf, read) && hex(state.get(cf, read)!))
                  )
                }
              }
              checkSplitKeys(range, engine.splitKeys(range, 64, 10), 10)
              engine.approximateSize(range)
            })
          )
        ),
        { seed, numRuns: numRuns(60) }
      )
    })

    const checkpoints = harness.checkpoints
    if (checkpoints !== undefined) {
      it("a checkpoint is a complete copy that opens, and lives on its own", (engine) =>
        Effect.gen(function* () {
          const batch = new WriteBatch()
          for (let i = 0; i < 500; i++) batch.put(columnFamilies[i % 4]!, bytes(i >> 8, i & 255), new Uint8Array(i))
          yield* engine.write(batch, noSync)
          const before = dumpView(engine.latest)
          const path = yield* checkpoints.newPath
          yield* engine.checkpoint(path)
          yield* engine.write(new WriteBatch().deleteFrom("default", bytes()), noSync)
          const copy = yield* checkpoints.open(path)
          expect(dumpView(copy.latest)).toEqual(before)
          yield* copy.write(new WriteBatch().deleteFrom("lock", bytes()), noSync)
          expect(engine.latest.get("lock", bytes(0, 1))).toBeDefined()
          expect(yield* failureReason(engine.checkpoint(path))).toBe("io")
        }))
    }
  })
}

const exactBytes = (view: ReadView, range: { readonly start: Uint8Array; readonly end: Uint8Array }): number => {
  let sum = 0
  for (const cf of ["default", "lock", "write"] as const) {
    view.scan(cf, { ...range, limit: Number.MAX_SAFE_INTEGER }, (k, v) => {
      sum += k.length + v.length
    })
  }
  return sum
}
