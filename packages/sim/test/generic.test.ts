/** The generic run of stores in all its 34 variants, and that what is to find faults in it would find them. */
import { expect, setDefaultTimeout, test } from "bun:test"
import { type Run, type RunOptions, runSeed, type Workload } from "../src/index.ts"
import { genericRuns, genericWorkloads } from "../src/workloads/generic/index.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

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

/** The same with somebody else who acts every 50 ms. */
const withThief = (workload: Workload, act: (thief: ReturnType<Run["client"]>) => void): Workload => ({
  ...workload,
  play: (run) => {
    const thief = run.client("thief")
    run.world.repeat(
      () => 50,
      () => run.world.after(0, run.cluster.clients, () => (thief.busy ? undefined : act(thief)))
    )
    workload.play(run)
  }
})

test("what was acknowledged and is gone is found, and so is what nobody wrote", () => {
  const loses = withThief(named("basic"), (thief) => thief.delete("g00-0000", () => {}))
  expect(runSeed(loses, seed).failure).toContain("g00-0000 was acknowledged and is not there")
  const adds = withThief(named("basic"), (thief) => thief.put("g00-9999", () => {}))
  expect(runSeed(adds, seed).failure).toContain("g00-9999 is there, out of order or written by nobody")
  const changes = withThief(named("basic"), (thief) => thief.put("g00-0000", () => {}, "other"))
  expect(runSeed(changes, seed).failure).toContain('g00-0000 is "other" and should be "x 0 0 0 y')
})

test("a log that is not trimmed and a region that does not split are found", () => {
  const without = (change: Partial<RunOptions["store"]>) => (options: RunOptions) => ({
    ...options,
    store: { ...options.store, ...change }
  })
  const untrimmed = runSeed(named("snapshot-recover"), seed, { change: without({ logGcIntervalMs: 1_000_000 }) })
  expect(untrimmed.failure).toContain("every log is trimmed to twice its limit")
  const whole = runSeed(named("split-recover"), seed, { change: without({ regionMaxBytes: 1 << 20 }) })
  expect(whole.failure).toContain("not within 10000 ms: a region is split")
})
