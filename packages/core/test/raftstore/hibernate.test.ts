/** Groups without traffic stop ticking, and nothing is lost by it. */
import { describe, expect, test } from "bun:test"
import { Effect } from "effect"
import type { Cluster } from "./cluster/Cluster.ts"
import { runScenario } from "./cluster/runScenario.ts"

const config = { hibernateAfterTicks: 30, regionHeartbeatIntervalMs: 60_000, storeHeartbeatIntervalMs: 60_000 }
const counter = (cluster: Cluster, storeId: number, name: string): number =>
  cluster.router(storeId).counters().get(name) ?? 0
const asleep = (cluster: Cluster): boolean => cluster.runningIds.every((id) => counter(cluster, id, "hibernations") > 0)

const fallAsleep = Effect.fnUntraced(function* (cluster: Cluster) {
  yield* cluster.mustPut("a", "1")
  yield* cluster.waitUntil("every replica sleeps", () => asleep(cluster))
  // Whatever was on its way arrives.
  yield* Effect.sleep(50)
})

describe("hibernation", () => {
  test("an idle group sends no raft messages and keeps its leader", () =>
    runScenario({ seed: 51, stores: 3, config }, (cluster) =>
      Effect.gen(function* () {
        yield* fallAsleep(cluster)
        const before = cluster.leaderOf(1)
        const proposals = cluster.events.length
        const sent = cluster.runningIds.map((id) => counter(cluster, id, "raftMessagesSent"))
        yield* Effect.sleep(3_000)
        const each = cluster.runningIds.map((id, i) => counter(cluster, id, "raftMessagesSent") - sent[i]!)
        // Signs of life between stores only: one per other store each third of an election timeout, whatever sleeps.
        for (const count of each) expect(count).toBeLessThanOrEqual(2 * (3_000 / 30 + 1))
        expect(cluster.leaderOf(1)).toEqual(before!)
        expect(cluster.events.slice(proposals).filter((event) => event.type.startsWith("Leader"))).toEqual([])
      })
    ))

  test("a write wakes the group and reaches every store", () =>
    runScenario({ seed: 52, stores: 3, config }, (cluster) =>
      Effect.gen(function* () {
        yield* fallAsleep(cluster)
        yield* Effect.sleep(2_000)
        yield* cluster.mustPut("a", "2")
        for (const id of cluster.storeIds) yield* cluster.waitLocal(id, "a", "2")
      })
    ))

  test("a sleeping leader has no lease: a read asks its quorum first", () =>
    runScenario({ seed: 53, stores: 3, config }, (cluster) =>
      Effect.gen(function* () {
        yield* fallAsleep(cluster)
        yield* Effect.sleep(500)
        const leader = cluster.leaderOf(1)!.storeId
        const byLease = counter(cluster, leader, "readsByLease")
        const asked = counter(cluster, leader, "readIndexQuestions")
        yield* cluster.mustGet("a", "1")
        expect(counter(cluster, leader, "readsByLease")).toBe(byLease)
        expect(counter(cluster, leader, "readIndexQuestions")).toBe(asked + 1)
      })
    ))

  test("a leader whose store dies while everybody sleeps is replaced without any request", () =>
    runScenario({ seed: 54, stores: 3, config }, (cluster) =>
      Effect.gen(function* () {
        yield* fallAsleep(cluster)
        const old = cluster.leaderOf(1)!
        yield* cluster.crash(old.storeId)
        yield* cluster.waitUntil(
          "another leader",
          () => (cluster.leaderOf(1)?.status.term ?? 0) > old.status.term,
          2_000
        )
      })
    ))

  test("a leader cut off asleep is replaced, and steps down when it is asked something", () =>
    runScenario({ seed: 55, stores: 3, config }, (cluster) =>
      Effect.gen(function* () {
        yield* fallAsleep(cluster)
        const old = cluster.leaderOf(1)!
        cluster.isolate(old.storeId)
        yield* cluster.waitUntil(
          "another leader",
          () => (cluster.leaderOf(1)?.status.term ?? 0) > old.status.term,
          2_000
        )
        yield* cluster.mustPut("a", "2")
        yield* cluster.waitUntil("the old one gave up", () => cluster.status(old.storeId, 1)?.role !== "leader", 2_000)
        cluster.network.heal()
        yield* cluster.waitLocal(old.storeId, "a", "2")
      })
    ))

  test("a group with a store down stays awake", () =>
    runScenario({ seed: 56, stores: 3, config }, (cluster) =>
      Effect.gen(function* () {
        yield* cluster.mustPut("a", "1")
        const follower = cluster.storeIds.find((id) => id !== cluster.leaderOf(1)?.storeId)!
        yield* cluster.crash(follower)
        const leader = cluster.leaderOf(1)!.storeId
        yield* Effect.sleep(2_000)
        expect(counter(cluster, leader, "hibernations")).toBe(0)
        yield* cluster.start(follower)
        yield* cluster.waitUntil("it sleeps once all are back", () => counter(cluster, leader, "hibernations") > 0)
      })
    ))
})
