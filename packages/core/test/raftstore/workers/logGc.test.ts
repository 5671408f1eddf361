import { describe, expect, test } from "bun:test"
import { WriteBatch } from "@reefkv/engine"
import { MemoryDisk, makeMemoryEngine, makeMemoryRaftLog } from "@reefkv/engine-memory"
import { Effect } from "effect"
import fc from "fast-check"
import { chooseCompactIndex, compactLogs, type LogGcState } from "../../../src/raftstore/workers/logGc.ts"
import { runTest } from "../support/run.ts"
import { bytes, seeded } from "../support/values.ts"

const limits = { logGcCountLimit: 100, logGcBytesLimit: 10_000, logGcThreshold: 10 }
const state = (changed: Partial<LogGcState>): LogGcState => ({
  firstIndex: 6,
  appliedIndex: 50,
  matchIndexes: [50, 50],
  pendingSnapshotIndexes: [],
  logBytes: 0,
  ...changed
})
const choose = (changed: Partial<LogGcState>): number | undefined => chooseCompactIndex(state(changed), limits)

describe("how far to compact", () => {
  test("up to what every peer has, and never the applied entry itself", () => {
    expect(choose({})).toBe(49)
    expect(choose({ matchIndexes: [50, 30] })).toBe(30)
    expect(choose({ matchIndexes: [] })).toBe(49)
  })
  test("not at all when it would be a handful, or nothing", () => {
    expect(choose({ matchIndexes: [14, 50] })).toBeUndefined()
    expect(choose({ matchIndexes: [15, 50] })).toBe(15)
    expect(choose({ appliedIndex: 5 })).toBeUndefined()
    expect(choose({ appliedIndex: 6 })).toBeUndefined()
  })
  test("past a peer that lags too far, by count or by bytes", () => {
    expect(choose({ appliedIndex: 104, matchIndexes: [104, 0] })).toBeUndefined()
    expect(choose({ appliedIndex: 105, matchIndexes: [105, 0] })).toBe(104)
    expect(choose({ logBytes: 10_000, matchIndexes: [50, 0] })).toBe(49)
  })
  test("not past a snapshot that is under way, unless the log is at twice its limit", () => {
    const slow = { matchIndexes: [150, 0], pendingSnapshotIndexes: [90] }
    expect(choose({ ...slow, appliedIndex: 150 })).toBe(90)
    expect(choose({ ...slow, appliedIndex: 205 })).toBe(204)
  })
  test("always inside what is kept and below what is applied", () => {
    const index = fc.nat({ max: 400 })
    fc.assert(
      fc.property(
        fc.record({
          firstIndex: index,
          appliedIndex: index,
          matchIndexes: fc.array(index, { maxLength: 3 }),
          pendingSnapshotIndexes: fc.array(index, { maxLength: 2 }),
          logBytes: fc.nat({ max: 30_000 })
        }),
        (some) => {
          const chosen = chooseCompactIndex(some, limits)
          if (chosen === undefined) return
          expect(chosen).toBeGreaterThanOrEqual(some.firstIndex)
          expect(chosen).toBeLessThan(some.appliedIndex)
        }
      ),
      seeded(500)
    )
  })
})

describe("compacting", () => {
  const entries = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({ index: from + i, term: 6, kind: 0, data: bytes("x") }))
  const open = Effect.gen(function* () {
    const disk = new MemoryDisk()
    const engine = makeMemoryEngine({ disk })
    const log = makeMemoryRaftLog({ disk })
    yield* log.append([
      { groupId: 1, reset: { index: 5, term: 5 }, entries: entries(6, 20) },
      { groupId: 2, reset: { index: 5, term: 5 }, entries: entries(6, 20) }
    ])
    return { disk, engine, log }
  })

  test("makes the data durable first: what the log forgets is never lost in a crash", () =>
    runTest(
      Effect.gen(function* () {
        const { disk, engine, log } = yield* open
        yield* engine.write(new WriteBatch().put("default", bytes("k"), bytes("entry 10")), { sync: false })
        yield* compactLogs(engine, log, [
          { regionId: 1, mark: { index: 10, term: 6 } },
          { regionId: 2, mark: { index: 8, term: 6 } }
        ])
        expect(log.group(1)?.truncated).toEqual({ index: 10, term: 6 })
        expect(log.group(2)?.truncated).toEqual({ index: 8, term: 6 })
        disk.crash({ keepCompactions: true })
        expect(makeMemoryEngine({ disk }).latest.get("default", bytes("k"))).toEqual(bytes("entry 10"))
      })
    ))

  test("passes over regions whose log is no longer what the task saw", () =>
    runTest(
      Effect.gen(function* () {
        const { engine, log } = yield* open
        yield* log.append([{ groupId: 2, reset: { index: 100, term: 9 }, entries: [] }])
        yield* compactLogs(engine, log, [
          { regionId: 1, mark: { index: 5, term: 5 } },
          { regionId: 2, mark: { index: 10, term: 6 } },
          { regionId: 3, mark: { index: 10, term: 6 } }
        ])
        yield* compactLogs(engine, log, [{ regionId: 1, mark: { index: 12, term: 7 } }])
        yield* compactLogs(engine, log, [{ regionId: 1, mark: { index: 30, term: 6 } }])
        expect(log.group(1)?.truncated).toEqual({ index: 5, term: 5 })
        expect(log.group(2)?.truncated).toEqual({ index: 100, term: 9 })
      })
    ))
})
