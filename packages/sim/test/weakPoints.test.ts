/** Every known mistake's situation with two seeds; many more are for `bun run sim --workload weak --seeds 1..50`. */
import { expect, test } from "bun:test"
import { runSeed } from "../src/index.ts"
import { weakPoints } from "../src/workloads/scenarios/weakPoints.ts"

const seeds = [1, 2]

for (const scenario of weakPoints) {
  test(scenario.name, () => {
    for (const seed of seeds) {
      const { failure, counts } = runSeed(scenario, seed)
      expect(failure).toBeUndefined()
      expect(counts["undecided"]).toBe(0)
    }
  })
}
