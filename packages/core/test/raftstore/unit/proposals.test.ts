/** The queue of proposals: each caller answered exactly once, whatever happens to its entry. */
import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { AnswerBox, type PendingWrite, ProposalQueue } from "../../../src/raftstore/proposals.ts"
import type { RegionError } from "../../../src/raftstore/RegionError.ts"
import type { WriteDone } from "../../../src/raftstore/Router.ts"

type Result = WriteDone | RegionError
const never = Number.POSITIVE_INFINITY

class Fixture {
  readonly queue = new ProposalQueue()
  readonly answers = new AnswerBox()
  readonly results = new Map<string, Array<Result>>()

  push(index: number, term: number, deadlineMs = never): void {
    const name = `${index}@${term}`
    this.results.set(name, [])
    const write: PendingWrite = {
      commands: [],
      bytes: 0,
      deadlineMs,
      answer: (result) => void this.results.get(name)!.push(result)
    }
    this.queue.push({ type: "write", index, term, version: 1, writes: [write] })
  }
  /** Apply, and the answer that apply gives to what was proposed here. */
  apply(index: number, term: number): boolean {
    const found = this.queue.takeApplied(index, term, this.answers)
    if (found?.type === "write") {
      for (const write of found.writes) this.answers.write(write, { _tag: "Written", index, term })
    }
    return found !== undefined
  }
  tags(): Record<string, ReadonlyArray<string>> {
    this.answers.flush()
    return Object.fromEntries([...this.results].map(([name, all]) => [name, all.map((one) => one._tag)]))
  }
}

describe("5.2 the list of proposals", () => {
  test("5.2 committed and applied: written", () => {
    const f = new Fixture()
    f.push(6, 2)
    f.push(7, 2)
    expect(f.apply(6, 2)).toBe(true)
    expect(f.tags()).toEqual({ "6@2": ["Written"], "7@2": [] })
    f.queue.invariants(6)
  })

  test("5.2 another term applied at the index: certainly not done, and so is everything of the lost term after it", () => {
    const f = new Fixture()
    f.push(6, 2)
    f.push(7, 2)
    f.push(8, 2)
    expect(f.apply(6, 3)).toBe(false)
    expect(f.tags()).toEqual({ "6@2": ["StaleCommand"], "7@2": ["StaleCommand"], "8@2": ["StaleCommand"] })
    expect(f.queue.isEmpty).toBe(true)
  })

  test("5.2 step-down: the outcome is awaited for a grace, then unknown", () => {
    const f = new Fixture()
    f.push(6, 2)
    f.push(7, 2)
    f.queue.onLeadershipLost(1_000)
    f.queue.onTime(999, f.answers)
    expect(f.apply(6, 2)).toBe(true)
    f.queue.onTime(1_000, f.answers)
    expect(f.tags()).toEqual({ "6@2": ["Written"], "7@2": ["UndeterminedResult"] })
    // It is applied after all: the caller has its answer and gets no second one.
    expect(f.apply(7, 2)).toBe(true)
    expect(f.tags()["7@2"]).toEqual(["UndeterminedResult"])
  })

  test("5.2 elected again: a proposal of the new term at an index of the old one replaces it only when applied", () => {
    const f = new Fixture()
    f.push(6, 2)
    f.push(7, 2)
    f.queue.onLeadershipLost(1_000)
    f.push(6, 4)
    expect(f.tags()).toEqual({ "6@2": [], "7@2": [], "6@4": [] })
    expect(f.apply(6, 4)).toBe(true)
    expect(f.tags()).toEqual({ "6@2": ["StaleCommand"], "7@2": ["StaleCommand"], "6@4": ["Written"] })
  })

  test("5.2 the grace of a lost leadership ends its proposals and not those of the next one", () => {
    const f = new Fixture()
    f.push(6, 2)
    f.queue.onLeadershipLost(1_000)
    f.push(9, 4)
    f.queue.onTime(1_000, f.answers)
    expect(f.tags()).toEqual({ "6@2": ["UndeterminedResult"], "9@4": [] })
    f.push(10, 4)
    f.queue.onSnapshot(8, f.answers)
    f.queue.onTime(5_000, f.answers)
    expect(f.tags()).toMatchObject({ "9@4": [], "10@4": [] })
  })

  test("5.2 a snapshot jumps over them: unknown, because it may hold them", () => {
    const f = new Fixture()
    f.push(6, 2)
    f.push(7, 2)
    f.push(8, 2)
    f.queue.onSnapshot(7, f.answers)
    expect(f.tags()).toEqual({ "6@2": ["UndeterminedResult"], "7@2": ["UndeterminedResult"], "8@2": [] })
  })

  test("5.2 deadlines: unknown once proposed, each caller at its own", () => {
    const f = new Fixture()
    f.push(6, 2, 300)
    f.push(7, 2, 200)
    f.push(8, 2)
    f.queue.onTime(199, f.answers)
    expect(f.tags()["7@2"]).toEqual([])
    f.queue.onTime(200, f.answers)
    expect(f.tags()).toEqual({ "6@2": [], "7@2": ["UndeterminedResult"], "8@2": [] })
    f.queue.onTime(300, f.answers)
    expect(f.tags()["6@2"]).toEqual(["UndeterminedResult"])
  })

  test("5.2 destroyed or stopped: everybody is told, and the count is back at zero", () => {
    const f = new Fixture()
    f.push(6, 2)
    f.push(7, 2)
    expect(f.queue.size).toBe(2)
    f.queue.clear({ _tag: "RegionNotFound", regionId: 1 }, f.answers)
    expect(f.tags()).toEqual({ "6@2": ["RegionNotFound"], "7@2": ["RegionNotFound"] })
    expect(f.queue.size).toBe(0)
  })

  test("a proposal out of order is our bug", () => {
    const f = new Fixture()
    f.push(6, 2)
    expect(() => f.push(6, 2)).toThrow("after 6@2")
    expect(() => f.push(7, 1)).toThrow("after 6@2")
  })

  test("5.2 after apply of index i nothing ≤ i is left, and nobody is answered twice", () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant("propose" as const), count: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ type: fc.constant("apply" as const), count: fc.integer({ min: 1, max: 5 }), own: fc.boolean() }),
      fc.record({ type: fc.constant("lose" as const) }),
      fc.record({ type: fc.constant("time" as const), ms: fc.integer({ min: 1, max: 400 }) }),
      fc.record({ type: fc.constant("snapshot" as const), ahead: fc.integer({ min: 1, max: 6 }) })
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const f = new Fixture()
        let term = 1
        let applied = 5
        let appliedTerm = 1
        let last = 5
        let nowMs = 0
        let own = new Map<number, number>()
        for (const one of steps) {
          switch (one.type) {
            case "propose":
              for (let i = 0; i < one.count; i++) {
                last++
                own.set(last, term)
                f.push(last, term, nowMs + 1_000)
              }
              break
            case "apply":
              for (let i = 0; i < one.count; i++) {
                // Either what was proposed here last, or what a leader of a higher term put in its place.
                const mine = own.get(applied + 1)
                if (mine === undefined || mine < appliedTerm || !one.own) {
                  if (mine !== undefined) {
                    term += 2
                    own = new Map()
                    f.queue.onLeadershipLost(nowMs + 300)
                  }
                  appliedTerm = Math.max(appliedTerm, term - 1)
                } else appliedTerm = mine
                applied++
                f.apply(applied, appliedTerm)
                last = Math.max(own.size === 0 ? applied : last, applied)
                f.queue.invariants(applied)
              }
              break
            case "lose":
              f.queue.onLeadershipLost(nowMs + 300)
              term += 2
              // The next leadership may start anywhere after what is applied.
              last = applied
              break
            case "time":
              nowMs += one.ms
              f.queue.onTime(nowMs, f.answers)
              break
            case "snapshot":
              applied += one.ahead
              term += 2
              appliedTerm = term - 1
              last = applied
              own = new Map()
              f.queue.onLeadershipLost(nowMs + 300)
              f.queue.onSnapshot(applied, f.answers)
              f.queue.invariants(applied)
          }
        }
        f.queue.clear({ _tag: "RegionNotFound", regionId: 1 }, f.answers)
        for (const tags of Object.values(f.tags())) expect(tags.length).toBe(1)
        expect(f.queue.size).toBe(0)
      }),
      { seed: 20260723, numRuns: 300 }
    )
  })
})
