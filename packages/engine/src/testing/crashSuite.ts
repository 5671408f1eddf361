/**
 * What every durable engine must promise across a crash: what was synced is there, what was not may be missing, and what
 * is missing is a suffix of the writes: never a part of one, never an earlier one while a later one is kept.
 *
 * The suite drives one store (an Engine and a RaftLog) through numbered batches, each touching several column families,
 * crashes it, opens it again and looks for the number of batches whose result it finds.
 */
import { describe, expect, test } from "bun:test"
import { Effect, type Scope } from "effect"
import fc from "fast-check"
import type { EngineService } from "../Engine.ts"
import type { EngineError } from "../EngineError.ts"
import type { RaftLogService } from "../RaftLog.ts"
import { WriteBatch, type WriteOp } from "../WriteBatch.ts"
import { batchArbitrary, batchOf } from "./arbitraries.ts"
import { bytes, runScoped } from "./engineConformance.ts"
import { NaiveLog } from "./NaiveLog.ts"
import { dumpView, NaiveState } from "./NaiveState.ts"
import { dumpLog, dumpNaiveLog, entriesFrom } from "./raftLogConformance.ts"

export interface OpenStore {
  readonly engine: EngineService
  readonly raftLog: RaftLogService
}

/** One store whose disk outlives its engines. */
export interface CrashStore {
  /** Opens what is there; called first on nothing, later after `crash` or `close`. */
  readonly open: Effect.Effect<OpenStore, EngineError>
  /**
   * The machine loses power now. `keep` in [0, 1] asks how much of what is not synced should survive: none to all. A store
   * may keep more than asked for, never less than was synced.
   */
  readonly crash: (keep: number) => Effect.Effect<void, EngineError>
  /** A graceful end. */
  readonly close: Effect.Effect<void, EngineError>
}

export interface CrashHarness {
  readonly make: Effect.Effect<CrashStore, EngineError, Scope.Scope>
  readonly runs?: number
}

const seed = 20261104

/** The number of batches (from the first) whose result equals `dump`, looked for between `low` and `high`. */
const prefixFound = (
  batches: ReadonlyArray<ReadonlyArray<WriteOp>>,
  dump: ReadonlyArray<string>,
  low: number,
  high: number
): number => {
  const wanted = dump.join("\n")
  const twin = new NaiveState()
  let found = -1
  for (let n = 0; n <= high; n++) {
    if (n > 0) twin.apply(batches[n - 1]!)
    // The longest prefix: batches may cancel each other out.
    if (n >= low && twin.dump().join("\n") === wanted) found = n
  }
  if (found < 0) throw new Error(`no prefix of ${low} to ${high} batches gives what was found after the crash`)
  return found
}

/** Batch `n` leaves its number in three column families and takes away that of the batch five before it. */
const numbered = (n: number): ReadonlyArray<WriteOp> => [
  { type: "put", cf: "default", key: bytes(n >> 8, n & 255), value: new Uint8Array(500).fill(n & 255) },
  { type: "put", cf: "raft", key: bytes(0xaa), value: bytes(n >> 8, n & 255) },
  { type: "put", cf: "write", key: bytes(n >> 8, n & 255), value: bytes() },
  ...(n >= 5 ? [{ type: "delete", cf: "default", key: bytes((n - 5) >> 8, (n - 5) & 255) } as const] : [])
]

export const crashSuite = (name: string, harness: CrashHarness): void => {
  describe(`Crash suite: ${name}`, () => {
    for (const keep of [0, 0.5, 1]) {
      test(`synced writes survive, later ones vanish as a suffix (keep ${keep} of the unsynced)`, () =>
        runScoped(
          Effect.gen(function* () {
            const store = yield* harness.make
            const batches: Array<ReadonlyArray<WriteOp>> = []
            // The state found after each crash is where the next round goes on from.
            for (let round = 0; round < 4; round++) {
              const { engine } = yield* store.open
              const found = prefixFound(batches, dumpView(engine.latest), 0, batches.length)
              batches.length = found
              let synced = found
              for (let i = 0; i < 30; i++) {
                const ops = numbered(batches.length + 1)
                const sync = i === 9
                yield* engine.write(batchOf(ops), { sync })
                batches.push(ops)
                if (sync) synced = batches.length
                if (i === 19 && round % 2 === 1) {
                  yield* engine.sync
                  synced = batches.length
                }
              }
              yield* store.crash(keep)
              const after = yield* store.open
              prefixFound(batches, dumpView(after.engine.latest), synced, batches.length)
              yield* store.crash(keep)
            }
          })
        ))
    }

    test("a graceful close loses nothing", () =>
      runScoped(
        Effect.gen(function* () {
          const store = yield* harness.make
          const first = yield* store.open
          const twin = new NaiveState()
          const log = new NaiveLog()
          for (let n = 1; n <= 20; n++) {
            yield* first.engine.write(batchOf(numbered(n)), { sync: false })
            twin.apply(numbered(n))
          }
          const append = [{ groupId: 4, entries: entriesFrom(1, 9, 2), state: bytes(7) }]
          yield* first.raftLog.append(append)
          log.append(append)
          yield* first.raftLog.compact([{ groupId: 4, mark: { index: 3, term: 2 } }])
          log.compact(4, { index: 3, term: 2 })
          yield* store.close
          const second = yield* store.open
          expect(dumpView(second.engine.latest)).toEqual(twin.dump())
          expect(dumpLog(second.raftLog)).toEqual(dumpNaiveLog(log))
          yield* store.close
        })
      ))

    test("every append and destroy of the log is durable; a compaction is there or undone, never half", () =>
      runScoped(
        Effect.gen(function* () {
          const store = yield* harness.make
          const twin = new NaiveLog()
          for (let round = 0; round < 5; round++) {
            const { raftLog } = yield* store.open
            const base = twin.log(1)?.lastIndex ?? 0
            for (let i = 0; i < 8; i++) {
              const appends = [
                { groupId: 1, entries: entriesFrom(base + i * 3 + 1, base + i * 3 + 5, round + 1) },
                { groupId: 2 + (i % 2), entries: [], reset: { index: i, term: 1 }, state: bytes(round, i) }
              ]
              yield* raftLog.append(appends)
              twin.append(appends)
            }
            if (round % 2 === 1) {
              yield* raftLog.destroy([3])
              twin.groups.delete(3)
            }
            const uncompacted = twin.copy()
            const { lastIndex, truncated } = twin.log(1)!
            const index = Math.floor((truncated.index + lastIndex) / 2)
            const mark = { index, term: raftLog.term(1, index)! }
            yield* raftLog.compact([{ groupId: 1, mark }])
            twin.compact(1, mark)
            yield* store.crash(round % 2)
            const after = yield* store.open
            const found = dumpLog(after.raftLog).join("\n")
            const allowed = [dumpNaiveLog(twin), dumpNaiveLog(uncompacted)].map((lines) => lines.join("\n"))
            expect(allowed).toContain(found)
            // Either way the group goes on from here.
            if (found !== allowed[0]) {
              yield* after.raftLog.compact([{ groupId: 1, mark }])
              yield* after.raftLog.append([])
            }
            expect(dumpLog(after.raftLog)).toEqual(dumpNaiveLog(twin))
            yield* store.close
          }
        })
      ))

    test("an engine that the crash cut off can no longer write", () =>
      runScoped(
        Effect.gen(function* () {
          const store = yield* harness.make
          const before = yield* store.open
          yield* before.engine.write(batchOf(numbered(1)), { sync: true })
          yield* store.crash(0)
          const after = yield* store.open
          const late = yield* Effect.exit(
            before.engine.write(new WriteBatch().deleteFrom("default", bytes()), { sync: true })
          )
          expect(late._tag).toBe("Failure")
          expect(dumpView(after.engine.latest)).toEqual(dumpView(after.engine.latest))
          const twin = new NaiveState()
          twin.apply(numbered(1))
          expect(dumpView(after.engine.latest)).toEqual(twin.dump())
          yield* store.close
        })
      ))

    test(`random batches, syncs and crash points leave a prefix (seed ${seed})`, async () => {
      const step = fc.record({ ops: batchArbitrary, sync: fc.nat(4).map((n) => n === 0) })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 15 }), fc.double({ min: 0, max: 1, noNaN: true }), (steps, keep) =>
          runScoped(
            Effect.gen(function* () {
              const store = yield* harness.make
              const { engine } = yield* store.open
              let synced = 0
              for (const [i, { ops, sync }] of steps.entries()) {
                yield* engine.write(batchOf(ops), { sync })
                if (sync) synced = i + 1
              }
              yield* store.crash(keep)
              const after = yield* store.open
              const batches = steps.map(({ ops }) => ops)
              prefixFound(batches, dumpView(after.engine.latest), synced, batches.length)
              yield* store.close
            })
          )
        ),
        { seed, numRuns: 40 * (harness.runs ?? 1) }
      )
    })
  })
}
