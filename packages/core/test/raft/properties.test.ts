/** Fast code against naive twins: quorums, the log, the window, memberships. Seeds are fixed and printed on failure. */
import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { changeMembership } from "../../src/raft/confChange.ts"
import { Inflights } from "../../src/raft/inflights.ts"
import { RaftLog } from "../../src/raft/log.ts"
import { allMembers, checkMembership, isJoint, isVoter } from "../../src/raft/membership.ts"
import { Progress } from "../../src/raft/progress.ts"
import { jointVote, majorityValue, majorityVote } from "../../src/raft/quorum.ts"
import { Tracker } from "../../src/raft/tracker.ts"
import { type ConfChangeV2, type ConfState, type Entry, entryBytes, leaveJoint } from "../../src/raft/types.ts"
import { confStateOf, MemoryStorage } from "./support/MemoryStorage.ts"

const seed = 20240301
const params = { seed, numRuns: 500 }
const ids = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 7 })
const limits = { maxInflightMessages: 4, maxInflightBytes: 0 }

/** The largest index that more than half of the voters have reached, found by trying all. */
function naiveCommitted(voters: ReadonlyArray<number>, match: (id: number) => number): number {
  if (voters.length === 0) return Number.POSITIVE_INFINITY
  const candidates = voters.map(match)
  return Math.max(...candidates.filter((v) => voters.filter((id) => match(id) >= v).length * 2 > voters.length))
}

describe("quorum", () => {
  test("majorityValue agrees with counting", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 9 }), (values) => {
        const expected = naiveCommitted(
          values.map((_, i) => i),
          (i) => values[i]!
        )
        // Slots beyond the count belong to somebody else.
        expect(majorityValue([...values, 99, 99], values.length)).toBe(expected)
      }),
      params
    )
  })

  test("a joint commit index is what both halves have reached", () => {
    fc.assert(
      fc.property(ids, ids, fc.array(fc.nat(20), { minLength: 10, maxLength: 10 }), (voters, votersOutgoing, match) => {
        fc.pre(voters.length > 0)
        const confState: ConfState = { voters, votersOutgoing, learners: [], learnersNext: [], autoLeave: false }
        const tracker = new Tracker(1, confState, 0, limits)
        for (const [id, pr] of tracker.progress) pr.match = match[id]!
        const of = (set: ReadonlyArray<number>) => naiveCommitted(set, (id) => match[id]!)
        expect(tracker.committedIndex()).toBe(Math.min(of(voters), of(votersOutgoing)))
        for (const [id, pr] of tracker.progress) pr.ackedRound = match[id]!
        const round = (set: ReadonlyArray<number>) =>
          naiveCommitted(set, (id) => (id === 1 ? Number.POSITIVE_INFINITY : match[id]!))
        expect(tracker.quorumRound()).toBe(Math.min(round(voters), round(votersOutgoing)))
      }),
      params
    )
  })

  test("votes are won by more than half, lost when that is out of reach, in both halves", () => {
    const votes = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()))
    fc.assert(
      fc.property(ids, ids, votes, (incoming, outgoing, cast) => {
        const map = new Map(cast)
        const naive = (set: ReadonlyArray<number>) => {
          const yes = set.filter((id) => map.get(id) === true).length
          const open = set.filter((id) => !map.has(id)).length
          if (set.length === 0 || yes * 2 > set.length) return "won"
          return (yes + open) * 2 > set.length ? "pending" : "lost"
        }
        expect(majorityVote(incoming, map)).toBe(naive(incoming))
        const halves = [naive(incoming), naive(outgoing)]
        const expected = halves.includes("lost") ? "lost" : halves.includes("pending") ? "pending" : "won"
        expect(jointVote(incoming, outgoing, map)).toBe(expected)
      }),
      params
    )
  })

  test("activity is counted in both halves, this peer included", () => {
    fc.assert(
      fc.property(ids, ids, ids, (voters, votersOutgoing, active) => {
        fc.pre(voters.length > 0)
        const tracker = new Tracker(1, { ...confStateOf(voters), votersOutgoing }, 0, limits)
        for (const [id, pr] of tracker.progress) pr.recentActive = active.includes(id)
        const enough = (set: ReadonlyArray<number>) =>
          set.length === 0 || set.filter((id) => id === 1 || active.includes(id)).length * 2 > set.length
        expect(tracker.isQuorumActive()).toBe(enough(voters) && enough(votersOutgoing))
      }),
      params
    )
  })
})

describe("memberships", () => {
  const change = fc.record({
    type: fc.constantFrom("addNode" as const, "removeNode" as const, "addLearnerNode" as const),
    nodeId: fc.integer({ min: 0, max: 6 })
  })
  const confChange: fc.Arbitrary<ConfChangeV2> = fc.oneof(
    fc.record({
      transition: fc.constantFrom("auto" as const, "implicit" as const, "explicit" as const),
      changes: fc.array(change, { maxLength: 4 }),
      context: fc.constant(new Uint8Array(0))
    }),
    fc.constant(leaveJoint)
  )

  test("every reachable membership is consistent, and neighbours share a quorum", () => {
    fc.assert(
      fc.property(fc.array(confChange, { maxLength: 30 }), (changes) => {
        let current = confStateOf([1, 2, 3])
        for (const cc of changes) {
          const outcome = changeMembership(current, cc)
          if (!outcome.ok) continue
          const next = outcome.confState
          expect(checkMembership(next)).toBeUndefined()
          expect(next.voters.length).toBeGreaterThan(0)
          expect(quorumsMeet(current, next)).toBe(true)
          current = next
        }
      }),
      params
    )
  })

  test("through a joint configuration or directly, the outcome is the one asked for", () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const start: ConfState = { ...confStateOf([1, 2, 3]), learners: [4, 5] }
        const entered = changeMembership(start, { transition: "explicit", changes, context: new Uint8Array(0) })
        // A naive model: a role per id, the last word wins.
        const roles = new Map<number, string>([1, 2, 3].map((id) => [id, "voter"]))
        for (const id of [4, 5]) roles.set(id, "learner")
        for (const { type, nodeId } of changes) {
          if (nodeId === 0) continue
          if (type === "removeNode") roles.delete(nodeId)
          else roles.set(nodeId, type === "addNode" ? "voter" : "learner")
        }
        const having = (role: string) => [...roles].filter(([, r]) => r === role).map(([id]) => id)
        if (having("voter").length === 0) {
          expect(entered.ok).toBe(false)
          return
        }
        expect(entered.ok).toBe(true)
        if (!entered.ok) return
        expect(entered.confState.votersOutgoing).toEqual([1, 2, 3])
        const left = changeMembership(entered.confState, leaveJoint)
        expect(left).toEqual({
          ok: true,
          confState: { ...confStateOf(having("voter").sort()), learners: having("learner").sort() }
        })
      }),
      params
    )
  })

  test("applying a change twice is applying it once", () => {
    fc.assert(
      fc.property(change, (c) => {
        const cc: ConfChangeV2 = { transition: "auto", changes: [c], context: new Uint8Array(0) }
        const once = changeMembership(confStateOf([1, 2, 3]), cc)
        if (once.ok) expect(changeMembership(once.confState, cc)).toEqual(once)
      }),
      params
    )
  })

  test("progress follows the membership: newcomers are added, leavers dropped, the others kept", () => {
    fc.assert(
      fc.property(fc.array(confChange, { maxLength: 10 }), (changes) => {
        let current = confStateOf([1, 2, 3])
        const tracker = new Tracker(1, current, 10, limits)
        for (const cc of changes) {
          const outcome = changeMembership(current, cc)
          if (!outcome.ok) continue
          const before = new Map(tracker.progress)
          current = outcome.confState
          tracker.reconfigure(current, 20)
          expect([...tracker.progress.keys()].sort()).toEqual([...allMembers(current)])
          for (const [id, pr] of tracker.progress) {
            if (before.has(id)) expect(pr).toBe(before.get(id)!)
            expect(pr.isLearner).toBe(!isVoter(current, id))
          }
        }
      }),
      params
    )
  })

  /** No set of voters can decide in `a` while the rest decides in `b`. */
  function quorumsMeet(a: ConfState, b: ConfState): boolean {
    const all = [...new Set([...allMembers(a), ...allMembers(b)])]
    const decides = (c: ConfState, yes: ReadonlyArray<number>) => {
      const votes = new Map(all.map((id) => [id, yes.includes(id)]))
      return jointVote(c.voters, isJoint(c) ? c.votersOutgoing : [], votes) === "won"
    }
    for (let mask = 0; mask < 1 << all.length; mask++) {
      const yes = all.filter((_, i) => (mask >> i) & 1)
      const no = all.filter((_, i) => !((mask >> i) & 1))
      if (decides(a, yes) && decides(b, no)) return false
    }
    return true
  }
})

describe("the window of messages in flight", () => {
  test("agrees with a plain list", () => {
    const op = fc.oneof(
      fc.record({ add: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ free: fc.nat(60) }),
      fc.constant({ reset: 1 })
    )
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.nat(100),
        fc.array(op, { maxLength: 80 }),
        (max, maxBytes, ops) => {
          const inflights = new Inflights(max, maxBytes)
          let list: Array<{ index: number; bytes: number }> = []
          let index = 0
          for (const o of ops) {
            const total = list.reduce((sum, m) => sum + m.bytes, 0)
            const full = list.length >= max || (maxBytes > 0 && total >= maxBytes)
            expect([inflights.count, inflights.bytes, inflights.isFull()]).toEqual([list.length, total, full])
            if ("reset" in o) {
              inflights.reset()
              list = []
            } else if ("free" in o) {
              inflights.freeTo(o.free)
              list = list.filter((m) => m.index > o.free)
            } else if (full) expect(() => inflights.add(index + 1, 1)).toThrow("full")
            else {
              index += 1 + (o.add % 3)
              inflights.add(index, o.add)
              list.push({ index, bytes: o.add })
            }
          }
        }
      ),
      params
    )
  })
})

describe("progress", () => {
  test("match stays below next and never falls, whatever comes in any order", () => {
    const op = fc.oneof(
      fc.record({ ack: fc.nat(30) }),
      fc.record({ refuse: fc.nat(30), hint: fc.nat(30) }),
      fc.record({ send: fc.integer({ min: 1, max: 4 }) }),
      fc.constantFrom({ become: "probe" as const }, { become: "replicate" as const }),
      fc.record({ snapshot: fc.nat(30) })
    )
    fc.assert(
      fc.property(fc.array(op, { maxLength: 60 }), (ops) => {
        const pr = new Progress(2, 5, false, true, limits)
        for (const o of ops) {
          const before = pr.match
          if ("ack" in o) {
            if (pr.maybeUpdate(o.ack) && pr.state === "replicate") pr.inflights.freeTo(o.ack)
          } else if ("refuse" in o) pr.maybeDecreaseTo(o.refuse, o.hint)
          else if ("send" in o) {
            if (!pr.isPaused) pr.sentEntries(o.send, 10)
          } else if ("snapshot" in o) {
            if (o.snapshot > pr.match) pr.becomeSnapshot(o.snapshot)
          } else if (o.become === "probe") pr.becomeProbe()
          else pr.becomeReplicate()
          expect(pr.match).toBeGreaterThanOrEqual(before)
          expect(pr.next).toBeGreaterThan(pr.match)
          expect(pr.pendingSnapshot > 0).toBe(pr.state === "snapshot" && pr.pendingSnapshot > 0)
          if (pr.state !== "replicate") expect(pr.inflights.count).toBe(0)
        }
      }),
      params
    )
  })
})

describe("the log", () => {
  type Op =
    | { readonly kind: "append"; readonly count: number; readonly size: number }
    | { readonly kind: "overwrite"; readonly back: number; readonly count: number }
    | { readonly kind: "begin" }
    | { readonly kind: "synced" }
    | { readonly kind: "commit"; readonly by: number }
    | { readonly kind: "hand" }
    | { readonly kind: "apply"; readonly by: number }
    | { readonly kind: "compact"; readonly back: number }
    | { readonly kind: "snapshot"; readonly ahead: number }
  const op: fc.Arbitrary<Op> = fc.oneof(
    fc.record({ kind: fc.constant("append" as const), count: fc.integer({ min: 1, max: 4 }), size: fc.nat(40) }),
    fc.record({ kind: fc.constant("overwrite" as const), back: fc.nat(6), count: fc.integer({ min: 1, max: 4 }) }),
    fc.constant({ kind: "begin" as const }),
    fc.constant({ kind: "synced" as const }),
    fc.record({ kind: fc.constant("commit" as const), by: fc.nat(5) }),
    fc.constant({ kind: "hand" as const }),
    fc.record({ kind: fc.constant("apply" as const), by: fc.nat(5) }),
    fc.record({ kind: fc.constant("compact" as const), back: fc.nat(3) }),
    fc.record({ kind: fc.constant("snapshot" as const), ahead: fc.integer({ min: 1, max: 5 }) })
  )

  test("agrees with one plain list, however it is split between memory, disk and snapshots", () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 80 }), fc.constantFrom(100, 1 << 20), (ops, maxRetainedBytes) => {
        const storage = new MemoryStorage(confStateOf([1]))
        const log = new RaftLog(storage, 0, 0, 200, maxRetainedBytes)
        /** The twin: all entries ever visible, of which those at or below `start` are gone. */
        let twin: Entry[] = []
        let start = { index: 0, term: 0 }
        let term = 1
        let writing: ReadonlyArray<Entry> | undefined
        let installing = false
        let handed = 0
        const last = () => twin[twin.length - 1]?.index ?? start.index
        const make = (from: number, count: number, size: number) =>
          Array.from({ length: count }, (_, i) => ({ kind: 0, term, index: from + i, data: new Uint8Array(size) }))
        for (const o of ops) {
          switch (o.kind) {
            case "append": {
              const entries = make(last() + 1, o.count, o.size)
              for (const e of entries) log.append(e)
              twin.push(...entries)
              break
            }
            case "overwrite": {
              const from = Math.max(last() + 1 - o.back, log.committed + 1)
              term++
              const entries = make(from, o.count, 3)
              log.truncateAndAppend(entries, log.findDivergence(entries))
              twin = [...twin.filter((e) => e.index < from), ...entries]
              break
            }
            case "begin":
              if (writing !== undefined) break
              writing = log.unstableEntries()
              installing = log.pendingSnapshot !== undefined
              if (log.pendingSnapshot !== undefined) storage.install(log.pendingSnapshot)
              storage.append(writing)
              break
            case "synced": {
              if (writing === undefined) break
              if (installing) {
                log.installedSnapshot(storage.firstIndex() - 1)
                handed = Math.max(handed, storage.firstIndex() - 1)
              }
              const end = writing[writing.length - 1]
              if (end !== undefined) log.stableTo(end.index, end.term)
              writing = undefined
              break
            }
            case "commit":
              log.commitTo(Math.min(log.committed + o.by, last()))
              break
            case "hand": {
              // The store hands out only what the write under way, or an earlier one, makes durable.
              if (writing !== undefined || log.hasUnstable) break
              const entries = log.handCommitted()
              if (entries.length > 0) {
                expect(entries).toEqual(
                  twin.filter((e) => e.index > handed && e.index <= entries[entries.length - 1]!.index)
                )
                handed = entries[entries.length - 1]!.index
              }
              break
            }
            case "apply":
              log.appliedTo(Math.min(log.applied + o.by, log.handed))
              break
            case "compact": {
              const to = Math.min(log.applied, storage.lastIndex()) - o.back
              if (log.pendingSnapshot !== undefined || to <= start.index) break
              storage.compact(to)
              start = { index: to, term: twin.find((e) => e.index === to)!.term }
              twin = twin.filter((e) => e.index > to)
              break
            }
            case "snapshot": {
              // One snapshot at a time here; a newer one on top of it has a scenario of its own.
              if (log.pendingSnapshot !== undefined || (installing && writing !== undefined)) break
              const index = last() + o.ahead
              term++
              log.restore({ metadata: { index, term, confState: confStateOf([1]) }, data: new Uint8Array(0) })
              start = { index, term }
              twin = []
              break
            }
          }
          log.assertInvariants()
          expect([log.firstIndex, log.lastIndex]).toEqual([start.index + 1, last()])
          expect(log.lastTerm).toBe(twin[twin.length - 1]?.term ?? start.term)
          expect(log.term(start.index)).toBe(start.term)
          for (const e of twin) expect(log.term(e.index)).toBe(e.term)
          expect(log.term(last() + 1)).toBe("unavailable")
          if (start.index > 0)
            expect(log.slice(start.index, last() + 1, 1)).toBe(start.index === last() + 1 ? [] : "compacted")
          const all = readAll(log, start.index + 1, last() + 1, 70)
          expect(all).toEqual(twin)
        }
      }),
      { ...params, numRuns: 300 }
    )
  })

  /** Reads in pages, each of which must respect the byte limit and make progress. */
  function readAll(log: RaftLog, from: number, to: number, maxBytes: number): Entry[] {
    const all: Entry[] = []
    while (from < to) {
      const page = log.slice(from, to, maxBytes)
      if (typeof page === "string") throw new Error(`[${from}, ${to}) is ${page}`)
      expect(page.length).toBeGreaterThan(0)
      if (page.length > 1) expect(page.reduce((sum, e) => sum + entryBytes(e), 0)).toBeLessThanOrEqual(maxBytes)
      all.push(...page)
      from += page.length
    }
    return all
  }
})
