/** Every scenario with two seeds; many more are for `bun run sim --workload scenario/NAME --seeds 1..50`. */
import { expect, test } from "bun:test"
import { runSeed } from "../src/index.ts"
import { scenarios } from "../src/workloads/scenarios/index.ts"

const seeds = [1, 2]

for (const scenario of scenarios) {
  test(scenario.name, () => {
    for (const seed of seeds) {
      const { failure, counts } = runSeed(scenario, seed)
      expect(failure).toBeUndefined()
      expect(counts["undecided"]).toBe(0)
    }
  })
}

test("names are given once", () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length)
})
