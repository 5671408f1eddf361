/** What every raft log must do, as tests to run against it. */
import { describe, expect, test } from "bun:test"
import { Cause, Effect, Exit, type Scope } from "effect"
import fc from "fast-check"
import type { EngineError } from "../EngineError.ts"
import type { GroupAppend, GroupLog, LogEntry, RaftLogService } from "../RaftLog.ts"
import { bytes, failureReason, reasonOf, runScoped } from "./engineConformance.ts"
import { NaiveLog } from "./NaiveLog.ts"
import { hex } from "./NaiveState.ts"

export interface RaftLogHarness {
  /** A fresh, empty log; whatever it needs on disk is new and goes with the scope. */
  readonly make: Effect.Effect<RaftLogService, EngineError, Scope.Scope>
  /** Property runs are `runs` times as many; default 1. */
  readonly runs?: number
}

const seed = 20261103
const noLimit = Number.MAX_SAFE_INTEGER

/** Entries `first…last` of one term whose data tells index and term. */
export const entriesFrom = (first: number, last: number, term: number, size = 4): Array<LogEntry> => {
  const entries: Array<LogEntry> = []
  for (let index = first; index <= last; index++) {
    entries.push({ index, term, kind: index % 256, data: new Uint8Array(size).fill((index * 7 + term) & 255) })
  }
  return entries
}

const printEntry = ({ data, index, kind, term }: LogEntry): string => `${index}/${term}/${kind}/${hex(data)}`

/** Everything a log knows, as lines. */
export const dumpLog = (log: Pick<RaftLogService, "groups" | "group" | "entries">): Array<string> =>
  log.groups().flatMap((id) => {
    const group = log.group(id)!
    const kept = log.entries(id, group.truncated.index + 1, group.lastIndex + 1, noLimit)
    return [printGroup(id, group), ...kept.map((entry) => `  ${printEntry(entry)}`)]
  })
export const dumpNaiveLog = (log: NaiveLog): Array<string> =>
  [...log.groups]
    .sort(([a], [b]) => a - b)
    .flatMap(([id, { entries }]) => [printGroup(id, log.log(id)!), ...entries.map((entry) => `  ${printEntry(entry)}`)])
const printGroup = (id: number, { lastIndex, lastTerm, state, truncated }: GroupLog): string =>
  `group ${id}: ${truncated.index}/${truncated.term} … ${lastIndex}/${lastTerm} state ${state === undefined ? "none" : hex(state)}`

const isDefect = (effect: Effect.Effect<void, EngineError>): Effect.Effect<boolean> =>
  Effect.map(Effect.exit(effect), (exit) => Exit.isFailure(exit) && Cause.hasDies(exit.cause))

export const raftLogConformance = (name: string, harness: RaftLogHarness): void => {
  const it = (what: string, body: (log: RaftLogService) => Effect.Effect<void, EngineError>): void => {
    test(what, () => runScoped(Effect.flatMap(harness.make, body)))
  }

  describe(`RaftLog conformance: ${name}`, () => {
    it("a fresh log knows no group", (log) =>
      Effect.sync(() => {
        expect(log.groups()).toEqual([])
        expect(log.group(1)).toBeUndefined()
        expect(log.term(1, 0)).toBeUndefined()
        expect(log.stats()).toMatchObject({ kind: log.kind, entries: 0, groups: 0 })
      }))

    it("entries, state and bounds of several groups in one append", (log) =>
      Effect.gen(function* () {
        yield* log.append([
          { groupId: 7, entries: entriesFrom(1, 3, 5), state: bytes(1, 2) },
          { groupId: 2, entries: [], state: bytes() },
          { groupId: 9007199254740991, entries: entriesFrom(11, 11, 6), reset: { index: 10, term: 5 } }
        ])
        expect(log.groups()).toEqual([2, 7, 9007199254740991])
        expect(dumpLog(log)).toEqual([
          "group 2: 0/0 … 0/0 state ",
          "group 7: 0/0 … 3/5 state 0102",
          ...entriesFrom(1, 3, 5).map((entry) => `  ${printEntry(entry)}`),
          "group 9007199254740991: 10/5 … 11/6 state none",
          ...entriesFrom(11, 11, 6).map((entry) => `  ${printEntry(entry)}`)
        ])
        expect([0, 1, 3, 4].map((index) => log.term(7, index))).toEqual([0, 5, 5, undefined])
        expect([9, 10, 11, 12].map((index) => log.term(9007199254740991, index))).toEqual([undefined, 5, 6, undefined])
        expect(log.stats()).toMatchObject({ entries: 4, groups: 3 })
      }))

    it("an append without entries or state makes a group known; an empty list of groups is fine", (log) =>
      Effect.gen(function* () {
        yield* log.append([])
        yield* log.append([{ groupId: 3, entries: [] }])
        expect(log.group(3)).toEqual({
          truncated: { index: 0, term: 0 },
          lastIndex: 0,
          lastTerm: 0,
          state: undefined
        })
      }))

    it("state is kept until replaced", (log) =>
      Effect.gen(function* () {
        yield* log.append([{ groupId: 1, entries: [], state: bytes(1) }])
        yield* log.append([{ groupId: 1, entries: entriesFrom(1, 2, 1) }])
        expect(hex(log.group(1)!.state!)).toBe("01")
        yield* log.append([{ groupId: 1, entries: [], state: bytes(2) }])
        expect(hex(log.group(1)!.state!)).toBe("02")
        expect(log.group(1)!.lastIndex).toBe(2)
      }))

    it("a conflicting tail goes, also when what replaces it is shorter", (log) =>
      Effect.gen(function* () {
        yield* log.append([{ groupId: 1, entries: entriesFrom(1, 100, 1) }])
        yield* log.append([{ groupId: 1, entries: entriesFrom(51, 52, 2) }])
        expect(log.group(1)).toMatchObject({ lastIndex: 52, lastTerm: 2 })
        expect(log.entries(1, 50, 53, noLimit).map(printEntry)).toEqual(
          [...entriesFrom(50, 50, 1), ...entriesFrom(51, 52, 2)].map(printEntry)
        )
        expect(log.term(1, 53)).toBeUndefined()
        yield* log.append([{ groupId: 1, entries: entriesFrom(1, 1, 3) }])
        expect(log.group(1)).toMatchObject({ lastIndex: 1, lastTerm: 3 })
        expect(log.stats().entries).toBe(1)
      }))

    it("entries are cut before the byte limit, but never to nothing", (log) =>
      Effect.gen(function* () {
        yield* log.append([{ groupId: 1, entries: entriesFrom(1, 10, 1, 100) }])
        const count = (from: number, to: number, maxBytes: number) => log.entries(1, from, to, maxBytes).length
        expect([0, 99, 100, 101, 199, 200, 350, 1000, noLimit].map((limit) => count(1, 11, limit))).toEqual([
          1, 1, 1, 1, 1, 2, 3, 10, 10
        ])
        expect(count(4, 4, noLimit)).toBe(0)
        expect(count(10, 11, 0)).toBe(1)
        expect(log.entries(1, 4, 6, noLimit).map(({ index }) => index)).toEqual([4, 5])
      }))

    it("compaction forgets up to its mark and keeps the mark's term", (log) =>
      Effect.gen(function* () {
        yield* log.append([
          { groupId: 1, entries: [...entriesFrom(1, 5, 1), ...entriesFrom(6, 10, 2)] },
          { groupId: 2, entries: entriesFrom(1, 3, 1) }
        ])
        yield* log.compact([
          { groupId: 1, mark: { index: 6, term: 2 } },
          { groupId: 2, mark: { index: 3, term: 1 } }
        ])
        expect(log.group(1)).toMatchObject({ truncated: { index: 6, term: 2 }, lastIndex: 10 })
        expect([5, 6, 7].map((index) => log.term(1, index))).toEqual([undefined, 2, 2])
        expect(log.group(2)).toMatchObject({ truncated: { index: 3, term: 1 }, lastIndex: 3, lastTerm: 1 })
        expect(log.stats()).toMatchObject({ entries: 4, groups: 2 })
        yield* log.compact([{ groupId: 1, mark: { index: 6, term: 2 } }])
        yield* log.append([{ groupId: 2, entries: entriesFrom(4, 5, 3) }])
        expect(log.entries(2, 4, 6, noLimit).length).toBe(2)
        expect(log.entries(1, 7, 11, noLimit).map(({ index }) => index)).toEqual([7, 8, 9, 10])
      }))

    it("reset starts the log anew after its mark, with or without entries, and keeps the state", (log) =>
      Effect.gen(function* () {
        yield* log.append([{ groupId: 1, entries: entriesFrom(1, 10, 1), state: bytes(1) }])
        yield* log.append([{ groupId: 1, entries: [], reset: { index: 50, term: 4 } }])
        expect(dumpLog(log)).toEqual(["group 1: 50/4 … 50/4 state 01"])
        yield* log.append([{ groupId: 1, entries: entriesFrom(51, 52, 5) }])
        yield* log.append([
          { groupId: 1, entries: entriesFrom(5, 6, 6), reset: { index: 4, term: 1 }, state: bytes(2) }
        ])
        expect(log.group(1)).toMatchObject({ truncated: { index: 4, term: 1 }, lastIndex: 6 })
        expect(log.entries(1, 5, 7, noLimit).map(({ term }) => term)).toEqual([6, 6])
        expect(log.stats().entries).toBe(2)
      }))

    it("destroy forgets a group, ignores unknown ones, and the id can start again", (log) =>
      Effect.gen(function* () {
        yield* log.append([
          { groupId: 1, entries: entriesFrom(1, 10, 1), state: bytes(1) },
          { groupId: 2, entries: entriesFrom(1, 1, 1) }
        ])
        yield* log.destroy([1, 404])
        expect(log.groups()).toEqual([2])
        expect(log.group(1)).toBeUndefined()
        expect(log.term(1, 5)).toBeUndefined()
        yield* log.append([{ groupId: 1, entries: entriesFrom(1, 1, 9) }])
        expect(log.group(1)).toMatchObject({ lastIndex: 1, lastTerm: 9, state: undefined })
        expect(log.stats()).toMatchObject({ entries: 2, groups: 2 })
      }))

    it("what a caller must not ask is a defect and changes nothing", (log) =>
      Effect.gen(function* () {
        yield* log.append([{ groupId: 1, entries: entriesFrom(1, 10, 1) }])
        yield* log.compact([{ groupId: 1, mark: { index: 4, term: 1 } }])
        const before = dumpLog(log)
        const good = { groupId: 2, entries: entriesFrom(1, 1, 1) }
        const wrong: Array<ReadonlyArray<GroupAppend>> = [
          [good, { groupId: 1, entries: entriesFrom(12, 12, 1) }],
          [good, { groupId: 1, entries: entriesFrom(4, 5, 1) }],
          [good, { groupId: 1, entries: [...entriesFrom(11, 11, 1), ...entriesFrom(13, 13, 1)] }],
          [good, { groupId: 3, entries: entriesFrom(2, 2, 1) }],
          [good, { groupId: 3, entries: entriesFrom(7, 7, 1), reset: { index: 5, term: 1 } }],
          [good, good]
        ]
        for (const groups of wrong) expect(yield* isDefect(log.append(groups))).toBe(true)
        for (const mark of [
          { index: 3, term: 1 },
          { index: 11, term: 1 },
          { index: 7, term: 2 }
        ]) {
          expect(yield* isDefect(log.compact([{ groupId: 1, mark }]))).toBe(true)
        }
        expect(yield* isDefect(log.compact([{ groupId: 404, mark: { index: 0, term: 0 } }]))).toBe(true)
        for (const [from, to] of [
          [4, 6],
          [5, 12],
          [6, 5]
        ] as const) {
          expect(() => log.entries(1, from, to, noLimit)).toThrow()
        }
        expect(() => log.entries(404, 1, 1, noLimit)).toThrow()
        expect(dumpLog(log)).toEqual(before)
      }))

    it("entries keep every kind, empty data and large data", (log) =>
      Effect.gen(function* () {
        const large = new Uint8Array(3_000_000).map((_, i) => i & 255)
        const entries = [
          { index: 1, term: 1, kind: 255, data: bytes() },
          { index: 2, term: 9007199254740991, kind: 0, data: large }
        ]
        yield* log.append([{ groupId: 1, entries }])
        const read = log.entries(1, 1, 3, noLimit)
        expect(read.map(({ data, kind, term }) => [data.length, kind, term])).toEqual([
          [0, 255, 1],
          [3_000_000, 0, 9007199254740991]
        ])
        expect(Buffer.compare(read[1]!.data, large)).toBe(0)
      }))

    test("after close every call throws or fails with reason closed", () =>
      runScoped(
        Effect.gen(function* () {
          const log = yield* Effect.scoped(harness.make)
          expect(reasonOf(() => log.group(1))).toBe("closed")
          expect(reasonOf(() => log.groups())).toBe("closed")
          expect(reasonOf(() => log.entries(1, 1, 1, 1))).toBe("closed")
          expect(reasonOf(() => log.term(1, 1))).toBe("closed")
          expect(reasonOf(() => log.stats())).toBe("closed")
          expect(yield* failureReason(log.append([{ groupId: 1, entries: [] }]))).toBe("closed")
          expect(yield* failureReason(log.compact([]))).toBe("closed")
          expect(yield* failureReason(log.destroy([1]))).toBe("closed")
        })
      ))

    test(`random appends, conflicts, compactions and resets agree with an array (seed ${seed})`, async () => {
      const change = fc.record({
        what: fc.constantFrom("append", "append", "append", "compact", "reset", "destroy"),
        group: fc.integer({ min: 1, max: 3 }),
        back: fc.nat(6),
        count: fc.nat(40),
        withState: fc.boolean(),
        maxBytes: fc.nat(400)
      })
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 25 }), (changes) =>
          runScoped(
            Effect.gen(function* () {
              const log = yield* harness.make
              const twin = new NaiveLog()
              let term = 1
              for (const { back, count, group, maxBytes, what, withState } of changes) {
                term++
                const known = twin.log(group)
                if (what === "destroy") {
                  yield* log.destroy([group])
                  twin.groups.delete(group)
                } else if (what === "compact" && known !== undefined) {
                  const index = Math.max(known.truncated.index, known.lastIndex - back)
                  const mark = { index, term: log.term(group, index)! }
                  yield* log.compact([{ groupId: group, mark }])
                  twin.compact(group, mark)
                } else {
                  const reset = what === "reset" ? { index: count, term } : undefined
                  const low = reset?.index ?? known?.truncated.index ?? 0
                  const last = reset?.index ?? known?.lastIndex ?? 0
                  const first = Math.max(low, last - back) + 1
                  const append: GroupAppend = {
                    groupId: group,
                    entries: entriesFrom(first, first + count - 1, term, count),
                    state: withState ? bytes(term) : undefined,
                    reset
                  }
                  yield* log.append([append])
                  twin.append([append])
                }
                const now = twin.log(group)
                if (now !== undefined) {
                  const from = Math.max(now.truncated.index + 1, now.lastIndex - back)
                  expect(log.entries(group, from, now.lastIndex + 1, maxBytes).map(printEntry)).toEqual(
                    twin.entries(group, from, now.lastIndex + 1, maxBytes).map(printEntry)
                  )
                }
              }
              expect(dumpLog(log)).toEqual(dumpNaiveLog(twin))
            })
          )
        ),
        { seed, numRuns: 80 * (harness.runs ?? 1) }
      )
    })
  })
}
