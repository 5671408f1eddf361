/** The generic run of stores in all its 34 variants, and that what is to find faults in it would find them. */
import { expect, test } from "bun:test"
import { runSeed } from "../src/index.ts"
import { genericRuns, genericWorkloads } from "../src/workloads/generic/index.ts"

const seed = 11
const named = (name: string) => genericWorkloads.find((one) => one.name === `generic/${name}`)!
const everything = named("split-conf-change-snapshot-unreliable-recover-concurrent-partition")

test("all 34 of the list are there, each once", () => {
  expect(genericWorkloads).toHaveLength(34)
  expect(new Set(genericWorkloads.map(({ name }) => name)).size).toBe(34)
  expect(new Set(genericRuns.map(({ clients, faults }) => `${clients} ${[...faults].sort().join("")}`)).size).toBe(27)
})

// That its faults have happened is asserted by each run itself.
for (const workload of genericWorkloads) {
  test(workload.name, () => {
    const { failure, counts, virtualMs } = runSeed(workload, seed)
    expect(failure).toBeUndefined()
    expect(counts["operations"]).toBeGreaterThan(10)
    expect(counts["undecided"]).toBe(0)
    expect(virtualMs).toBeLessThan(40_000)
  })
}

test("a run with everything is the same run twice", () => {
  const first = runSeed(everything, seed)
  expect(runSeed(everything, seed)).toEqual(first)
  expect(runSeed(everything, seed + 1).hash).not.toBe(first.hash)
})
