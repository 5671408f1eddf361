/** The timer of the consistency check: every region has its turn, and a replica that differs halts. */
import { describe, expect, test } from "bun:test"
import { WriteBatch } from "@reefkv/engine"
import { Effect } from "effect"
import { runScenario } from "./cluster/runScenario.ts"

const everySecond = { consistencyCheckIntervalMs: 1_000 }

describe("the consistency check's timer", () => {
  test("compares the replicas of every region in turn, on every store", () =>
    runScenario({ seed: 71, stores: 3, config: everySecond }, (cluster) =>
      Effect.gen(function* () {
        yield* cluster.mustPut("a", "1")
        yield* cluster.mustPut("x", "1")
        yield* cluster.split("m")
        const from = cluster.events.length
        const regionIds = cluster.directory.all().map(({ region }) => region.id)
        expect(regionIds.length).toBe(2)
        yield* cluster.waitUntil("both regions are compared on all three stores", () => {
          const checked = cluster.events.slice(from).filter((event) => event.type === "ConsistencyChecked")
          return regionIds.every(
            (id) => new Set(checked.filter(({ regionId }) => regionId === id).map(({ storeId }) => storeId)).size === 3
          )
        })
        expect(cluster.events.some((event) => event.type === "PeerDamaged")).toBe(false)
      })
    ))

  test("a replica whose data differs is found and halts; the others serve on", () =>
    runScenario({ seed: 72, stores: 3, config: everySecond }, (cluster) =>
      Effect.gen(function* () {
        yield* cluster.mustPut("a", "1")
        const { storeId } = yield* cluster.mustLead("a")
        const follower = cluster.storeIds.find((id) => id !== storeId) ?? 0
        yield* cluster.waitLocal(follower, "a", "1")
        const flipped = new WriteBatch().put("default", new TextEncoder().encode("a"), new Uint8Array([7]))
        yield* Effect.orDie(cluster.engine(follower).write(flipped, { sync: true }))
        yield* cluster.waitUntil("the replica is found", () =>
          cluster.events.some((event) => event.type === "PeerDamaged" && event.storeId === follower)
        )
        yield* cluster.mustPut("a", "2")
        yield* cluster.mustGet("a", "2")
        // The scenario's last look compares the data of all running stores, and this one's is known to differ.
        yield* cluster.stop(follower)
      })
    ))

  test("an interval of 0 compares nothing", () =>
    runScenario({ seed: 73, stores: 3, config: { consistencyCheckIntervalMs: 0 } }, (cluster) =>
      Effect.gen(function* () {
        yield* cluster.mustPut("a", "1")
        const untilMs = cluster.nowMs() + 5_000
        yield* cluster.waitUntil("five seconds have passed", () => cluster.nowMs() >= untilMs)
        expect(cluster.events.some((event) => event.type === "ConsistencyChecked")).toBe(false)
      })
    ))
})
