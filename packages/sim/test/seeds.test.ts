/** The fixed set: seeds of the workloads that draw everything from them. Scenarios and generic runs have tests of their own. */
import { expect, test } from "bun:test"
import { runSeed } from "../src/index.ts"
import { workloadNamed } from "../src/workloads/index.ts"

const fixed: Readonly<Record<string, ReadonlyArray<number>>> = {
  mix: [4, 8, 12, 13, 15, 16, 19, 20],
  small: [1, 2, 3],
  lifecycle: [1, 3, 20],
  raw: [1, 2, 3, 4],
  ttl: [1, 2, 3, 4],
  swaps: [1, 2]
}

for (const [name, seeds] of Object.entries(fixed)) {
  for (const seed of seeds) {
    test(`${name} seed ${seed}`, () => {
      const { failure, counts } = runSeed(workloadNamed(name)!, seed)
      expect(failure).toBeUndefined()
      expect(counts["operations"]).toBeGreaterThan(10)
      expect(counts["undecided"]).toBe(0)
    })
  }
}
