/** 5.2: how a peer leaves for good: tombstone first, then data, then log; again and again without harm. */
import { describe, expect, test } from "bun:test"
import { Deferred, Effect, Fiber } from "effect"
import { inlineDeleteBytesMax } from "../../src/raftstore/destroy.ts"
import { readAllGarbage, readRegionState } from "../../src/raftstore/records.ts"
import { type Cluster, firstRegionId } from "./cluster/Cluster.ts"
import { runScenario } from "./cluster/runScenario.ts"

const value = "x".repeat(Math.ceil(inlineDeleteBytesMax / 8))
/** More than is deleted with the tombstone, on every store. */
const fill = Effect.fnUntraced(function* (c: Cluster) {
  for (let i = 0; i < 12; i++) yield* c.mustPut(`k${i}`, value)
  yield* c.waitLocal(3, "k11", value)
})
/** Calls `look` the moment the store publishes that its peer is gone. */
const onDestroyed = (c: Cluster, storeId: number, look: () => void): void => {
  const push = c.events.push.bind(c.events)
  c.events.push = (...events) => {
    if (events.some((event) => event.type === "RegionDestroyed" && event.storeId === storeId)) look()
    return push(...events)
  }
}
const garbageOn = (c: Cluster, storeId: number): number => readAllGarbage(c.engine(storeId).latest).length

describe("5.2 a large peer leaves", () => {
  test("5.2 the tombstone stands at once, the data goes in slices, then the record of it", () =>
    runScenario({ seed: 62_001, stores: 3 }, (c) =>
      Effect.gen(function* () {
        yield* fill(c)
        let garbageSeen = 0
        let entriesSeen = 0
        onDestroyed(c, 3, () => {
          garbageSeen = garbageOn(c, 3)
          entriesSeen = c.localEntries(3)
        })
        yield* c.removePeer("k0", 3)
        yield* c.waitUntil("the data is gone", () => c.localEntries(3) === 0)
        yield* c.waitUntil("so is the record", () => garbageOn(c, 3) === 0)
        expect([garbageSeen, entriesSeen]).toEqual([1, 12])
        const state = readRegionState(c.engine(3).latest, firstRegionId)
        expect(state?.kind).toBe("Tombstone")
        expect(state?.removedPeerId).toBe(103)
        expect(c.raftLog(3).groups()).toEqual([])
        yield* c.mustPut("k0", "still served")
      })
    ))

  test("5.2 a crash in between: the next start goes on deleting, and the region can come back", () =>
    runScenario({ seed: 62_002, stores: 3 }, (c) =>
      Effect.gen(function* () {
        yield* fill(c)
        const gone = Deferred.makeUnsafe<void>()
        onDestroyed(c, 3, () => Deferred.doneUnsafe(gone, Effect.void))
        const killer = yield* Effect.forkScoped(Effect.andThen(Deferred.await(gone), c.crash(3, "all")))
        yield* c.removePeer("k0", 3)
        yield* Fiber.join(killer)
        yield* c.start(3)
        yield* c.waitUntil("the data is gone", () => c.localEntries(3) === 0 && garbageOn(c, 3) === 0)
        yield* c.addPeer("k0", 3)
        yield* c.waitLocal(3, "k11", value)
        expect(c.localEntries(3)).toBe(12)
      })
    ))

  test("5.2 a snapshot for the range is refused until it is clear, and comes then", () =>
    runScenario({ seed: 62_003, stores: 3 }, (c) =>
      Effect.gen(function* () {
        yield* fill(c)
        yield* c.removePeer("k0", 3)
        yield* c.addPeer("k0", 3)
        yield* c.waitLocal(3, "k11", value)
        expect(c.localEntries(3)).toBe(12)
        expect(garbageOn(c, 3)).toBe(0)
        yield* c.checkInvariants()
      })
    ))
})
