/** A few runs that once were of interest, and a few more for every day. */
import { expect, test } from "bun:test"
import { runSeed } from "../src/index.ts"
import { mix } from "../src/workloads/mix.ts"

const everyday = [4, 8, 12, 13, 15, 16, 19, 20]

for (const seed of everyday) {
  test(`seed ${seed}`, () => {
    const { failure, counts } = runSeed(mix, seed)
    expect(failure).toBeUndefined()
    expect(counts["operations"]).toBeGreaterThan(10)
    expect(counts["undecided"]).toBe(0)
  })
}
