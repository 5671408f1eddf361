/** The store's loop end to end: elect, replicate, read, split, restart. */
import { describe, test } from "bun:test"
import { Effect } from "effect"
import { runScenario } from "./cluster/runScenario.ts"

describe("a cluster of three stores", () => {
  test("elects a leader, replicates a write to every store, and reads it back", () =>
    runScenario({ seed: 1, stores: 3 }, (cluster) =>
      Effect.gen(function* () {
        yield* cluster.mustPut("a", "1")
        yield* cluster.mustGet("a", "1")
        for (const id of cluster.storeIds) yield* cluster.waitLocal(id, "a", "1")
      })
    ))

  test("serves on while one store is down, and the store catches up after a restart", () =>
    runScenario({ seed: 2, stores: 3 }, (cluster) =>
      Effect.gen(function* () {
        yield* cluster.mustPut("a", "1")
        yield* cluster.stop(1)
        yield* cluster.mustPut("a", "2")
        yield* cluster.mustGet("a", "2")
        yield* cluster.start(1)
        yield* cluster.waitLocal(1, "a", "2")
      })
    ))

  test("splits, and both halves go on through a crash of every store", () =>
    runScenario({ seed: 3, stores: 3 }, (cluster) =>
      Effect.gen(function* () {
        yield* cluster.mustPut("a", "1")
        yield* cluster.mustPut("x", "1")
        yield* cluster.split("m")
        yield* cluster.mustPut("a", "2")
        yield* cluster.mustPut("x", "2")
        for (const id of cluster.storeIds) yield* cluster.crash(id)
        for (const id of cluster.storeIds) yield* cluster.start(id)
        yield* cluster.mustGet("a", "2")
        yield* cluster.mustGet("x", "2")
        for (const id of cluster.storeIds) yield* cluster.waitLocal(id, "x", "2")
      })
    ))
})
