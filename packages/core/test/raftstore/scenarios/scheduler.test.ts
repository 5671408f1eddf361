/** Stores and the real scheduler together: bootstrap, repair, balance, splits. What either does alone is tested there. */
import { expect, setDefaultTimeout, test } from "bun:test"
import { epochOf, metapb } from "@reefkv/wire"
import { Effect } from "effect"
import type { Cluster } from "../cluster/Cluster.ts"
import { realScheduler } from "../cluster/realScheduler.ts"
import { runScenario } from "../cluster/runScenario.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

const voters = (region: metapb.Region): number =>
  region.peers.filter(({ role }) => role === metapb.PeerRole.Voter).length
const countOn = (c: Cluster, of: "leader" | "peer"): Map<number, number> => {
  const counts = new Map(c.storeIds.map((id) => [id, 0]))
  for (const { region, leader } of c.directory.all()) {
    const stores = of === "leader" ? (leader === undefined ? [] : [leader.storeId]) : region.peers.map((p) => p.storeId)
    for (const id of stores) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}
const spread = (counts: ReadonlyMap<number, number>): number =>
  Math.max(...counts.values()) - Math.min(...counts.values())

const withScheduler = (seed: number, stores: number, scenario: (c: Cluster) => Effect.Effect<void>): Promise<void> =>
  runScenario(
    { seed, stores, bootstrap: "by stores", boundMs: 200_000, schedulerFactory: () => realScheduler() },
    scenario
  )

test("stores bootstrap, the scheduler makes three replicas, repairs a lost store, and moves leaders and regions", () =>
  withScheduler(9_601, 4, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      expect(c.directory.all()).toHaveLength(1)
      yield* c.waitUntil("three voters", () => voters(c.directory.all()[0]!.region) === 3, 20_000)

      // Cut into eight: leaders and replicas spread by themselves.
      for (const key of ["b", "c", "d", "e", "f", "g", "h"]) {
        yield* c.mustPut(key, "1")
        yield* c.split(key)
      }
      yield* c.waitUntil(
        "leaders and replicas are spread",
        () => c.directory.all().length === 8 && spread(countOn(c, "leader")) <= 2 && spread(countOn(c, "peer")) <= 3,
        60_000
      )
      // A store is lost for good: its replicas are made anew on the others.
      const { storeId } = yield* c.mustLead("a")
      yield* c.crash(storeId)
      yield* c.mustPut("a", "2")
      yield* c.waitUntil(
        `nothing is on store ${storeId} any more`,
        () =>
          c.directory
            .all()
            .every(({ region }) => voters(region) === 3 && region.peers.every((peer) => peer.storeId !== storeId)),
        60_000
      )
      for (const key of ["b", "c", "d", "e", "f", "g", "h"]) yield* c.mustGet(key, "1")
      yield* c.mustGet("a", "2")
      // It comes back, empty-handed as far as the cluster goes, and gives up what it still has.
      yield* c.start(storeId)
      yield* c.waitUntil(
        "its old peers are gone",
        () =>
          c
            .router(storeId)
            .regions()
            .every(({ region, peerId }) =>
              c.directory
                .all()
                .some((known) => known.region.id === region.id && known.region.peers.some((p) => p.id === peerId))
            ),
        30_000
      )
      for (const { region } of c.directory.all()) expect(epochOf(region).version).toBeGreaterThan(1)
    })
  ))
