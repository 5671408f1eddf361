/** Membership: TiKV's scenarios by their names (FEATURES 1.6), and what runs with many seeds have found. */
import { describe, expect, test } from "bun:test"
import { Effect } from "effect"
import { runScenario } from "../cluster/Cluster.ts"

describe("crashes around membership changes", () => {
  /**
   * Data is not synced, so a crash takes the region back to an older membership. The removed peers are gone for good: if
   * those who stay had also forgotten that the removals were committed, they would wait for votes that never come.
   * Found by ConfChangeUnreliableRecover3B, seed 4018.
   */
  test("the members that stay can still elect after a crash that loses every unsynced write", () =>
    runScenario({ seed: 6_001, stores: 5 }, (c) =>
      Effect.gen(function* () {
        yield* c.transferLeader("k", 1)
        yield* c.mustPut("k", "before")
        for (const id of [3, 4, 5]) yield* c.removePeer("k", id)
        for (const id of [3, 4, 5]) yield* c.waitUntil(`store ${id} is empty`, () => c.localEntries(id) === 0)
        yield* c.mustPut("k", "after")
        for (const id of c.storeIds) yield* c.crash(id, "all")
        for (const id of c.storeIds) yield* c.start(id)
        yield* c.mustGet("k", "after")
        expect((yield* c.mustLead("k")).region.peers.map((peer) => peer.storeId)).toEqual([1, 2])
      })
    ))

  test("so can the one that is left of a pair", () =>
    runScenario({ seed: 6_002, stores: 2 }, (c) =>
      Effect.gen(function* () {
        yield* c.transferLeader("k", 1)
        yield* c.mustPut("k", "v")
        yield* c.removePeer("k", 2)
        yield* c.waitUntil("store 2 is empty", () => c.localEntries(2) === 0)
        yield* c.crash(1, "all")
        yield* c.start(1)
        yield* c.mustGet("k", "v")
      })
    ))
})
