/** What Raft reads of one peer's log: the same from cache and disk, whatever was appended, cut, replaced or forgotten. */
import { describe, expect, test } from "bun:test"
import { makeMemoryRaftLog } from "@reefkv/engine-memory"
import { Effect } from "effect"
import fc from "fast-check"
import { type Entry, EntryKind } from "../../../src/raft/index.ts"
import {
  decodeHardState,
  encodeHardState,
  entryCacheBytesMax,
  PeerStorage,
  startLog
} from "../../../src/raftstore/PeerStorage.ts"
import { type ApplyState, initialApplyState, nothingApplied } from "../../../src/raftstore/records.ts"
import { regionOf, seeded } from "../support/values.ts"

const region = regionOf(7, "b", "y", [1, 2])
const gate = { maySend: () => true }
const all = Number.MAX_SAFE_INTEGER
const entry = (index: number, term: number, bytes = 1): Entry => ({
  index,
  term,
  kind: EntryKind.normal,
  data: new Uint8Array(bytes)
})
const entries = (from: number, to: number, term: number, bytes = 1): Array<Entry> =>
  Array.from({ length: to - from }, (_, i) => entry(from + i, term, bytes))
const indexes = (found: ReadonlyArray<Entry> | string): unknown =>
  typeof found === "string" ? found : found.map(({ index, term }) => `${index}@${term}`)

const appliedAt = (appliedIndex: number, appliedTerm: number, truncatedIndex = 5, truncatedTerm = 5): ApplyState => ({
  appliedIndex,
  appliedTerm,
  truncatedIndex,
  truncatedTerm
})

class Fixture {
  readonly log = makeMemoryRaftLog()
  storage: PeerStorage

  constructor(apply: ApplyState = initialApplyState) {
    this.storage = new PeerStorage(this.log, region, apply, gate)
    const reset = this.storage.pendingReset
    if (reset !== undefined) Effect.runSync(this.log.append([reset]))
  }
  append(some: ReadonlyArray<Entry>): void {
    Effect.runSync(this.log.append([{ groupId: region.id, entries: some, state: undefined, reset: undefined }]))
    this.storage.onAppended(some)
  }
  truncate(index: number, term: number): void {
    const { appliedIndex, appliedTerm } = this.storage.applyState
    const applied = appliedIndex >= index ? { appliedIndex, appliedTerm } : { appliedIndex: index, appliedTerm: term }
    this.storage.onApplied(region, { ...applied, truncatedIndex: index, truncatedTerm: term })
    Effect.runSync(this.log.compact([{ groupId: region.id, mark: { index, term } }]))
  }
  /** As a peer made anew on the same disk. */
  reopen(): void {
    this.storage = new PeerStorage(this.log, region, this.storage.applyState, gate)
  }
}

describe("PeerStorage", () => {
  test("PeerStorageTerm: of the truncated entry and of those kept; compacted before, unavailable after", () => {
    const f = new Fixture()
    expect([f.storage.term(4), f.storage.term(5), f.storage.term(6)]).toEqual(["compacted", 5, "unavailable"])
    f.append([entry(6, 6), entry(7, 6), entry(8, 7)])
    f.truncate(6, 6)
    for (const from of ["cache", "disk"]) {
      if (from === "disk") f.storage.releaseCache()
      expect([4, 5, 6, 7, 8, 9].map((index) => f.storage.term(index))).toEqual([
        "compacted",
        "compacted",
        6,
        6,
        7,
        "unavailable"
      ])
    }
    expect([f.storage.firstIndex(), f.storage.lastIndex()]).toEqual([7, 8])
  })

  test("PeerStorageEntries: ranges, an empty one, compacted, unavailable, bounded by bytes but never to nothing", () => {
    const f = new Fixture()
    f.append(entries(6, 12, 6, 100))
    f.truncate(7, 6)
    for (const from of ["cache", "disk"]) {
      if (from === "disk") f.storage.releaseCache()
      const of = (lo: number, hi: number, bytes = all) => indexes(f.storage.entries(lo, hi, bytes))
      expect(of(8, 12)).toEqual(["8@6", "9@6", "10@6", "11@6"])
      expect(of(9, 11)).toEqual(["9@6", "10@6"])
      expect(of(9, 9)).toEqual([])
      expect(of(7, 9)).toBe("compacted")
      expect(of(9, 13)).toBe("unavailable")
      expect(of(8, 12, 0)).toEqual(["8@6"])
      expect(of(8, 12, 250)).toEqual(["8@6", "9@6"])
    }
  })

  test("PeerStorageAppend: what conflicts goes with all that follows it", () => {
    const f = new Fixture()
    f.append(entries(6, 11, 6))
    f.append([entry(8, 7)])
    expect(f.storage.lastIndex()).toBe(8)
    expect(indexes(f.storage.entries(6, 9, all))).toEqual(["6@6", "7@6", "8@7"])
    expect(f.storage.term(9)).toBe("unavailable")
    f.storage.releaseCache()
    f.append([entry(7, 8), entry(8, 8)])
    expect(indexes(f.storage.entries(6, 9, all))).toEqual(["6@6", "7@8", "8@8"])
    f.reopen()
    expect(indexes(f.storage.entries(6, 9, all))).toEqual(["6@6", "7@8", "8@8"])
    expect(() => f.storage.onAppended([entry(10, 8)])).toThrow("appended from 10 after last index 8")
  })

  test("the cache is bounded, and what it has let go of is read from disk", () => {
    const f = new Fixture()
    const size = entryCacheBytesMax / 8
    for (let i = 6; i < 40; i++) f.append([entry(i, 6, size)])
    const cached = (f.storage as unknown as { cache: ReadonlyArray<Entry> }).cache
    expect(cached.reduce((sum, one) => sum + one.data.length, 0)).toBeLessThanOrEqual(entryCacheBytesMax)
    expect(indexes(f.storage.entries(6, 9, all))).toEqual(["6@6", "7@6", "8@6"])
    expect(f.storage.entries(6, 40, all)).toHaveLength(34)
    // One entry larger than the cache is kept all the same: it is about to be sent.
    f.append([entry(40, 6, 2 * entryCacheBytesMax)])
    expect(f.storage.entries(40, 41, all)).toHaveLength(1)
    f.storage.releaseIdleCache()
    f.storage.releaseIdleCache()
    expect((f.storage as unknown as { cache: ReadonlyArray<Entry> }).cache).toHaveLength(0)
    expect(f.storage.entries(6, 41, all)).toHaveLength(35)
  })

  test("a snapshot replaces all of it", () => {
    const f = new Fixture()
    f.append(entries(6, 11, 6))
    f.storage.onReset(region, appliedAt(40, 9, 40, 9))
    expect([f.storage.firstIndex(), f.storage.lastIndex(), f.storage.term(40)]).toEqual([41, 40, 9])
    expect(f.storage.entries(39, 41, all)).toBe("compacted")
    expect(f.storage.snapshot(40, 1)).toMatchObject({ metadata: { index: 40, term: 9 } })
    expect(f.storage.snapshot(41, 1)).toBe("temporarilyUnavailable")
  })

  test("property: bounds, terms and ranges are those of one plain list", () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant("append" as const), back: fc.nat(4), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ type: fc.constant("truncate" as const), share: fc.nat(100) }),
      fc.record({ type: fc.constant("release" as const) }),
      fc.record({ type: fc.constant("reopen" as const) }),
      fc.record({ type: fc.constant("large" as const), count: fc.integer({ min: 1, max: 4 }) })
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(100), fc.nat(100), (steps, a, b) => {
        const f = new Fixture()
        let list: Array<Entry> = [entry(5, 5)]
        let term = 6
        const last = (): Entry => list[list.length - 1]!
        const put = (some: ReadonlyArray<Entry>): void => {
          f.append(some)
          list = [...list.filter(({ index }) => index < some[0]!.index), ...some]
        }
        for (const one of steps) {
          if (one.type === "append") {
            const from = Math.max(last().index + 1 - one.back, list[0]!.index + 1)
            if (from <= last().index) term++
            put(entries(from, from + one.count, term))
          } else if (one.type === "large") {
            put(entries(last().index + 1, last().index + 1 + one.count, term, entryCacheBytesMax / 3))
          } else if (one.type === "truncate") {
            const at = list[Math.floor((one.share / 101) * list.length)]!
            if (at.index === list[0]!.index) continue
            f.truncate(at.index, at.term)
            list = list.filter(({ index }) => index >= at.index)
          } else if (one.type === "release") f.storage.releaseCache()
          else f.reopen()
          expect([f.storage.firstIndex(), f.storage.lastIndex()]).toEqual([list[0]!.index + 1, last().index])
          for (const { index, term: of } of list) expect(f.storage.term(index)).toBe(of)
        }
        const first = f.storage.firstIndex()
        const lo = first + Math.floor((a / 101) * (last().index - first + 1))
        const hi = lo + Math.floor((b / 101) * (last().index + 2 - lo))
        if (lo <= hi && hi <= last().index + 1) {
          expect(indexes(f.storage.entries(lo, hi, all))).toEqual(
            indexes(list.filter(({ index }) => index >= lo && index < hi))
          )
        }
      }),
      seeded(200)
    )
  })
})

describe("startLog: a log that does not fit the data", () => {
  const hard = (term: number, vote: number, commit: number) => encodeHardState({ term, vote, commit })

  test("no log yet: it starts at the applied position", () => {
    const start = startLog(makeMemoryRaftLog(), 7, initialApplyState)
    expect(start).toMatchObject({ hardState: { term: 5, vote: 0, commit: 5 }, lastIndex: 5, lastTerm: 5 })
    expect(start.reset?.reset).toEqual({ index: 5, term: 5 })
  })

  test("votes of the uninitialised peer before it are kept, in their term", () => {
    const log = makeMemoryRaftLog()
    Effect.runSync(log.append([{ groupId: 7, entries: [], state: hard(9, 3, 0), reset: undefined }]))
    expect(startLog(log, 7, nothingApplied).hardState).toEqual({ term: 9, vote: 3, commit: 0 })
    expect(startLog(log, 7, initialApplyState).hardState).toEqual({ term: 9, vote: 3, commit: 5 })
    // A vote of an older term than the data's is of no account.
    expect(startLog(log, 7, appliedAt(40, 12, 40, 12)).hardState).toEqual({ term: 12, vote: 0, commit: 40 })
  })

  test("a snapshot's data is there and its log reset is not: reset again", () => {
    const f = new Fixture()
    f.append(entries(6, 11, 6))
    const start = startLog(f.log, 7, appliedAt(40, 9, 40, 9))
    expect(start.reset?.reset).toEqual({ index: 40, term: 9 })
    expect([start.lastIndex, start.lastTerm]).toEqual([40, 9])
    // The same index in another term does not fit either.
    expect(startLog(f.log, 7, appliedAt(10, 7)).reset?.reset).toEqual({ index: 10, term: 7 })
    expect(startLog(f.log, 7, appliedAt(10, 6)).reset).toBeUndefined()
  })

  test("the commit index is never below what is applied; entries nobody applied must not be missing", () => {
    const f = new Fixture()
    f.append(entries(6, 11, 6))
    Effect.runSync(f.log.append([{ groupId: 7, entries: [], state: hard(6, 1, 7), reset: undefined }]))
    expect(startLog(f.log, 7, appliedAt(9, 6)).hardState.commit).toBe(9)
    expect(startLog(f.log, 7, appliedAt(6, 6)).hardState.commit).toBe(7)
    Effect.runSync(f.log.compact([{ groupId: 7, mark: { index: 9, term: 6 } }]))
    expect(() => startLog(f.log, 7, appliedAt(8, 6))).toThrow("the log starts after index 9")
  })

  test("hard states survive their encoding; none is all zero", () => {
    expect(decodeHardState(hard(3, 4, 5))).toEqual({ term: 3, vote: 4, commit: 5 })
    expect(decodeHardState(undefined)).toEqual({ term: 0, vote: 0, commit: 0 })
  })
})
