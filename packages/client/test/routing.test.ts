/** The small parts of routing: waits, actions, alarms. */
import { describe, expect, test } from "bun:test"
import { metapb, regionError } from "@reefkv/wire"
import { Clock, Effect, FiberSet, type Scope } from "effect"
import { TestClock } from "effect/testing"
import { Backoff, backoffs } from "../src/routing/backoff.ts"
import { Deadlines, type Timed } from "../src/routing/Deadlines.ts"
import { actionFor } from "../src/routing/regionErrors.ts"

describe("backoff", () => {
  const waits = (random: number, count: number) => {
    const backoff = new Backoff()
    return Array.from({ length: count }, () => backoff.next(backoffs.noLeader, random))
  }

  test("doubles up to its cap, half of it by chance", () => {
    expect(waits(1, 10)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 500, 500])
    expect(waits(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 250, 250])
    expect(waits(0.5, 40).every((wait) => wait <= 500)).toBe(true)
  })

  test("each class of trouble has its own count", () => {
    const backoff = new Backoff()
    for (let i = 0; i < 8; i++) backoff.next(backoffs.storeUnreachable, 1)
    expect(backoff.next(backoffs.noLeader, 1)).toBe(2)
    expect(backoff.totalMs).toBe(20 + 40 + 80 + 160 + 320 + 640 + 1_280 + 2_000 + 2)
  })
})

describe("region errors", () => {
  const peer = metapb.Peer.create({ id: 5, storeId: 2 })
  const current = metapb.Region.create({ id: 1 })

  test.each([
    [regionError.notLeader(1, peer), { kind: "leader", leader: peer }],
    [regionError.notLeader(1), { kind: "next-peer", backoff: backoffs.noLeader }],
    [regionError.epochNotMatch([current]), { kind: "regions", regions: [current] }],
    [regionError.epochNotMatch([]), { kind: "drop" }],
    [regionError.regionNotFound(1), { kind: "drop" }],
    [regionError.keyNotInRegion(new Uint8Array(), current), { kind: "drop" }],
    [regionError.mismatchPeerId(1, 2), { kind: "drop" }],
    [regionError.otherRegionError("what?"), { kind: "drop" }],
    [regionError.storeNotMatch(1, 2), { kind: "drop-store" }],
    [regionError.serverIsBusy("load"), { kind: "wait", backoff: backoffs.serverBusy, minimumMs: 0 }],
    [regionError.serverIsBusy("load", { backoffMs: 70 }), { kind: "wait", minimumMs: 70 }],
    [regionError.serverIsBusy("load", { estimatedWaitMs: 90, backoffMs: 70 }), { kind: "wait", minimumMs: 90 }],
    [regionError.staleCommand(), { kind: "wait", backoff: backoffs.noLeader }],
    [regionError.diskFull([1], "full"), { kind: "wait", backoff: backoffs.diskFull }],
    [regionError.maxTimestampNotSynced(1), { kind: "wait" }],
    [regionError.readIndexNotReady(1, "new"), { kind: "wait" }],
    [regionError.proposalInMergingMode(1), { kind: "wait" }],
    [regionError.recoveryInProgress(1), { kind: "wait" }],
    [regionError.regionNotInitialized(1), { kind: "next-peer" }],
    [regionError.dataIsNotReady(1, 2, 3n), { kind: "next-peer" }],
    [regionError.isWitness(1), { kind: "next-peer" }],
    [regionError.deadlineExceeded(), { kind: "next-peer" }],
    [regionError.raftEntryTooLarge(1, 9, 8), { kind: "refuse" }],
    [regionError.flashbackInProgress(1, 2n), { kind: "refuse" }],
    [regionError.flashbackNotPrepared(1), { kind: "refuse" }],
    [regionError.undeterminedResult("?"), { kind: "undetermined" }]
  ])("%#", (error, action) => {
    expect(actionFor(error)).toMatchObject(action)
  })
})

describe("deadlines", () => {
  class Alarm implements Timed {
    dueMs: number
    readonly rang: Array<number> = []
    constructor(dueMs: number) {
      this.dueMs = dueMs
    }
    onDue(nowMs: number): void {
      this.rang.push(nowMs)
      this.dueMs = Number.POSITIVE_INFINITY
    }
  }
  const withDeadlines = (body: (deadlines: Deadlines<Alarm>) => Effect.Effect<void, never, Scope.Scope>) =>
    Effect.gen(function* () {
      const fork = yield* FiberSet.makeRuntime<never, void, never>()
      yield* body(new Deadlines<Alarm>(yield* Clock.Clock, fork))
    }).pipe(Effect.scoped, Effect.provide(TestClock.layer()), Effect.runPromise)
  const add = (deadlines: Deadlines<Alarm>, dueMs: number): Alarm => {
    const alarm = new Alarm(dueMs)
    deadlines.add(alarm)
    deadlines.moved(alarm)
    return alarm
  }

  test("each rings at its time and not before", () =>
    withDeadlines((deadlines) =>
      Effect.gen(function* () {
        const late = add(deadlines, 500)
        const soon = add(deadlines, 100)
        yield* TestClock.adjust(99)
        expect([soon.rang, late.rang]).toEqual([[], []])
        yield* TestClock.adjust(1)
        expect([soon.rang, late.rang]).toEqual([[100], []])
        yield* TestClock.adjust(1_000)
        expect([soon.rang, late.rang]).toEqual([[100], [500]])
      })
    ))

  test("what was deleted does not ring; what moved later rings later", () =>
    withDeadlines((deadlines) =>
      Effect.gen(function* () {
        const gone = add(deadlines, 100)
        const moved = add(deadlines, 100)
        deadlines.delete(gone)
        moved.dueMs = 300
        yield* TestClock.adjust(200)
        expect([gone.rang, moved.rang]).toEqual([[], []])
        yield* TestClock.adjust(100)
        expect(moved.rang).toEqual([300])
        expect(deadlines.size).toBe(1)
      })
    ))
})
