import { describe, expect, test } from "bun:test"
import { type KeyRange, WriteBatch } from "@reefkv/engine"
import { type MemoryEngineHandle, makeMemoryEngine } from "@reefkv/engine-memory"
import { appendTimestamp, compareBytes, encodeMemcomparable, keyInRange } from "@reefkv/wire"
import { Effect } from "effect"
import fc from "fast-check"
import {
  boundaryOf,
  MergedScan,
  type SplitCheckLimits,
  type SplitCheckResult,
  type SplitCheckTask,
  splitCheck
} from "../../../src/raftstore/workers/splitCheck.ts"
import { runTest } from "../support/run.ts"
import { bytes, seeded, text } from "../support/values.ts"

type Family = "default" | "lock" | "write"
type Data = ReadonlyArray<readonly [Family, Uint8Array, number]>

const everything: KeyRange = { start: new Uint8Array(0), end: new Uint8Array(0) }
const limits: SplitCheckLimits = {
  regionMaxBytes: 1500,
  regionSplitBytes: 1000,
  regionMaxKeys: 1_000_000,
  regionSplitKeys: 1_000_000,
  batchSplitLimit: 10,
  scanSliceEntries: 7
}

const engineWith = (data: Data): Effect.Effect<MemoryEngineHandle> =>
  Effect.gen(function* () {
    const engine = makeMemoryEngine()
    const batch = new WriteBatch()
    for (const [cf, key, valueBytes] of data) batch.put(cf, key, new Uint8Array(valueBytes))
    yield* Effect.orDie(engine.write(batch, { sync: false }))
    return engine
  })

const check = (
  data: Data,
  task: Partial<SplitCheckTask> = {},
  changed: Partial<SplitCheckLimits> = {}
): Effect.Effect<SplitCheckResult> =>
  Effect.gen(function* () {
    const engine = yield* engineWith(data)
    return yield* Effect.orDie(
      splitCheck(
        engine,
        {
          regionId: 1,
          range: everything,
          epoch: { confVer: 1, version: 1 },
          keyMode: "raw",
          policy: "size",
          ...task
        },
        { ...limits, ...changed }
      )
    )
  })

const numbered = (count: number, valueBytes: number, cf: Family = "default"): Data =>
  Array.from({ length: count }, (_, i) => [cf, bytes(`k${String(i).padStart(4, "0")}`), valueBytes] as const)

const versioned = (userKey: string, ts: number): Uint8Array =>
  appendTimestamp(encodeMemcomparable(bytes(userKey)), BigInt(ts))

describe("raw keys", () => {
  test("a region within its limits is measured and not cut", () =>
    runTest(
      Effect.gen(function* () {
        const result = yield* check(numbered(10, 95))
        expect(result).toMatchObject({ splitKeys: [], bytes: 1000, keys: 10 })
      })
    ))

  test("one over the limit is cut at the first key past the split size", () =>
    runTest(
      Effect.gen(function* () {
        const result = yield* check(numbered(16, 95))
        expect(result.splitKeys.map(text)).toEqual(["k0010"])
        expect([result.bytes, result.keys]).toEqual([1600, 16])
      })
    ))

  test("a large one is cut into many pieces at once, at most batchSplitLimit, and measured to its end", () =>
    runTest(
      Effect.gen(function* () {
        const result = yield* check(numbered(500, 95))
        expect(result.splitKeys.map(text)).toEqual(
          Array.from({ length: 10 }, (_, i) => `k${String((i + 1) * 10).padStart(4, "0")}`)
        )
        expect([result.bytes, result.keys]).toEqual([50_000, 500])
      })
    ))

  test("a remnant that fits into the piece before it stays there", () =>
    runTest(
      Effect.gen(function* () {
        expect((yield* check(numbered(24, 95))).splitKeys.map(text)).toEqual(["k0010"])
        expect((yield* check(numbered(26, 95))).splitKeys.map(text)).toEqual(["k0010", "k0020"])
      })
    ))

  test("all three data column families count", () =>
    runTest(
      Effect.gen(function* () {
        const data = [...numbered(6, 95, "default"), ...numbered(6, 95, "lock"), ...numbered(6, 95, "write")]
        const result = yield* check(data)
        expect([result.bytes, result.keys]).toEqual([1800, 18])
        // 3 x 100 bytes a key: the fourth key starts the second piece, with all families of one key in one piece.
        expect(result.splitKeys.map(text)).toEqual(["k0004"])
      })
    ))

  test("by number of keys", () =>
    runTest(
      Effect.gen(function* () {
        const result = yield* check(numbered(30, 0), {}, { regionMaxKeys: 20, regionSplitKeys: 15 })
        expect(result.splitKeys.map(text)).toEqual(["k0015"])
      })
    ))

  test("only the region's own range is scanned", () =>
    runTest(
      Effect.gen(function* () {
        const range = { start: bytes("k0100"), end: bytes("k0120") }
        const result = yield* check(numbered(500, 95), { range })
        expect([result.bytes, result.keys]).toEqual([2000, 20])
        expect(result.splitKeys.map(text)).toEqual(["k0110"])
      })
    ))

  test("half: one key in the middle, whatever the size", () =>
    runTest(
      Effect.gen(function* () {
        expect((yield* check(numbered(8, 10), { policy: "half" })).splitKeys.map(text)).toEqual(["k0004"])
        expect((yield* check(numbered(1, 10), { policy: "half" })).splitKeys).toEqual([])
        expect((yield* check([], { policy: "half" })).splitKeys).toEqual([])
      })
    ))
})

describe("transactional keys", () => {
  test("the split key is the encoded user key without its timestamp", () =>
    runTest(
      Effect.gen(function* () {
        const data: Data = Array.from({ length: 20 }, (_, i) => [
          "write" as const,
          versioned(`key${String(i).padStart(2, "0")}`, 100),
          83
        ])
        const result = yield* check(data, { keyMode: "txn" })
        expect(result.splitKeys).toEqual([encodeMemcomparable(bytes("key10"))])
      })
    ))

  test("versions of one user key stay together however many there are", () =>
    runTest(
      Effect.gen(function* () {
        const versions: Data = Array.from({ length: 30 }, (_, i) => ["write" as const, versioned("hot", 1000 - i), 83])
        const data: Data = [["write", versioned("a", 1), 83], ...versions, ["write", versioned("z", 1), 83]]
        const result = yield* check(data, { keyMode: "txn" })
        expect(result.splitKeys).toEqual([encodeMemcomparable(bytes("z"))])
      })
    ))

  test("a user key that fills the whole region gives up quietly", () =>
    runTest(
      Effect.gen(function* () {
        const data: Data = Array.from({ length: 30 }, (_, i) => ["write" as const, versioned("hot", 1000 - i), 83])
        const result = yield* check(data, { keyMode: "txn" })
        expect(result).toMatchObject({ splitKeys: [], keys: 30 })
      })
    ))

  test("a boundary that falls onto the region's start is not taken", () =>
    runTest(
      Effect.gen(function* () {
        // As above, but the region begins exactly at the hot key, and the version that fills the piece is its own.
        const start = encodeMemcomparable(bytes("hot"))
        const data: Data = Array.from({ length: 30 }, (_, i) => ["write" as const, versioned("hot", 1000 - i), 83])
        const result = yield* check(data, { keyMode: "txn", range: { start, end: new Uint8Array(0) } })
        expect(result.splitKeys).toEqual([])
      })
    ))

  test("raw keys among them are cut where they stand, unless they begin with a whole encoded key", () => {
    expect(text(boundaryOf("txn", bytes("short")))).toBe("short")
    const user = encodeMemcomparable(bytes("user"))
    expect(boundaryOf("txn", user)).toEqual(user)
    expect(boundaryOf("txn", appendTimestamp(user, 5n))).toEqual(user)
    // "memcompar" is nine bytes whose last is no 0xff: it reads as a whole key, as the raw key cannot know better.
    expect(text(boundaryOf("txn", bytes("memcomparable")))).toBe("memcompar")
    expect(text(boundaryOf("raw", bytes("memcomparable")))).toBe("memcomparable")
  })
})

/** Short keys over few letters, so that prefixes, neighbours and equal user keys are common. */
const someUserKey = fc.string({ unit: fc.constantFrom("a", "b", "\xff"), minLength: 1, maxLength: 10 })
const someEntry = (mode: "raw" | "txn"): fc.Arbitrary<Data[number]> =>
  fc
    .record({
      cf: fc.constantFrom<Family>("default", "lock", "write"),
      user: someUserKey,
      ts: fc.nat({ max: 5 }),
      size: fc.nat({ max: 60 })
    })
    .map(({ cf, user, ts, size }) => {
      const key = Buffer.from(user, "latin1")
      if (mode === "raw") return [cf, new Uint8Array(key), size] as const
      const encoded = encodeMemcomparable(key)
      return [cf, cf === "lock" ? encoded : appendTimestamp(encoded, BigInt(ts)), size] as const
    })

for (const mode of ["raw", "txn"] as const) {
  test(`${mode}: split keys lie strictly inside, ascend, keep user keys whole, and pieces are near the size`, () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(someEntry(mode), { minLength: 1, maxLength: 120 }),
        fc.integer({ min: 1, max: 9 }),
        async (data, scanSliceEntries) => {
          const unique = new Map(data.map((entry) => [`${entry[0]}/${Buffer.from(entry[1]).toString("hex")}`, entry]))
          const entries = [...unique.values()].sort((a, b) => compareBytes(a[1], b[1]))
          const range = { start: boundaryOf(mode, entries[0]![1]), end: new Uint8Array(0) }
          const small = { ...limits, regionMaxBytes: 300, regionSplitBytes: 200, batchSplitLimit: 5, scanSliceEntries }
          const result = await runTest(check(entries, { keyMode: mode, range }, small))
          const sizeOf = (entry: Data[number]): number => entry[1].length + entry[2]
          expect(result.bytes).toBe(entries.reduce((sum, entry) => sum + sizeOf(entry), 0))
          expect(result.keys).toBe(entries.length)

          const cuts = result.splitKeys
          for (const [i, cut] of cuts.entries()) {
            expect(compareBytes(cut, i === 0 ? range.start : cuts[i - 1]!)).toBeGreaterThan(0)
            expect(keyInRange(cut, range.start, range.end)).toBe(true)
          }
          // The naive twin: sort entries into pieces by plain comparison.
          const pieceOf = (key: Uint8Array): number => cuts.filter((cut) => compareBytes(cut, key) <= 0).length
          const userKeys = new Map<string, number>()
          const pieces: Array<Array<Data[number]>> = [[], ...cuts.map(() => [])]
          for (const entry of entries) {
            pieces[pieceOf(entry[1])]!.push(entry)
            const user = Buffer.from(boundaryOf(mode, entry[1])).toString("hex")
            expect(userKeys.get(user) ?? pieceOf(entry[1])).toBe(pieceOf(entry[1]))
            userKeys.set(user, pieceOf(entry[1]))
          }
          // Every piece but the last holds at least the split size, and no more than its last user key over it.
          for (const piece of pieces.slice(0, -1)) {
            const total = piece.reduce((sum, entry) => sum + sizeOf(entry), 0)
            const lastUser = Buffer.from(boundaryOf(mode, piece[piece.length - 1]![1])).toString("hex")
            const ofLast = piece.filter((e) => Buffer.from(boundaryOf(mode, e[1])).toString("hex") === lastUser)
            const lastTotal = ofLast.reduce((sum, entry) => sum + sizeOf(entry), 0)
            expect(total).toBeGreaterThanOrEqual(200)
            expect(total - lastTotal).toBeLessThan(200)
          }
          if (result.bytes <= 300) expect(cuts).toEqual([])
          // It gives up only when one user key leaves nothing to cut at.
          else if (cuts.length === 0) {
            let before = 0
            const first = entries.findIndex((entry, i) => {
              const full = before >= 200 && i > 0
              before += sizeOf(entry)
              return full && compareBytes(boundaryOf(mode, entries[i - 1]![1]), boundaryOf(mode, entry[1])) !== 0
            })
            expect(first).toBe(-1)
          }
        }
      ),
      seeded(150)
    ))
}

test("the merged scan visits every entry of every family once, in order, whatever the slice", () =>
  runTest(
    Effect.gen(function* () {
      const data = [...numbered(25, 3, "default"), ...numbered(4, 3, "lock"), ...numbered(13, 3, "write")]
      const engine = yield* engineWith(data)
      for (const slice of [1, 2, 5, 100]) {
        const keys: Array<string> = []
        const scan = new MergedScan(engine.latest, everything, slice)
        while (scan.slice((key) => keys.push(text(key)!))) {}
        expect(keys).toHaveLength(42)
        expect(keys).toEqual([...keys].sort())
      }
    })
  ))
