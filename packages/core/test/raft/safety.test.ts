/** The safety properties of Raft over random lives of a group; see support/World.ts. */
import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { World, type WorldOptions } from "./support/World.ts"

/** More of both looks further, another seed elsewhere: `RAFT_SEED=7 RAFT_RUNS=2000 RAFT_STEPS=12000 bun test packages/core/test/raft/safety.test.ts`. */
const runs = Number(process.env["RAFT_RUNS"] ?? 20)
const steps = Number(process.env["RAFT_STEPS"] ?? 4000)
const seed = Number(process.env["RAFT_SEED"] ?? 20240229)
const base: WorldOptions = {
  voters: 3,
  spares: 2,
  preVote: true,
  checkQuorum: true,
  readOnly: "safe",
  loss: 0.03,
  crash: 0.01
}
const worlds: ReadonlyArray<readonly [string, Partial<WorldOptions>]> = [
  ["pre-vote and check quorum", {}],
  ["lease reads", { readOnly: "leaseBased" }],
  ["the plain paper", { preVote: false, checkQuorum: false }],
  ["check quorum without pre-vote", { preVote: false }],
  ["pre-vote without check quorum", { checkQuorum: false }],
  ["a bad network", { loss: 0.2, readOnly: "leaseBased" }],
  ["many crashes", { crash: 0.05, readOnly: "leaseBased" }],
  ["one voter that grows", { voters: 1, spares: 4 }],
  ["two voters", { voters: 2, spares: 1, readOnly: "leaseBased" }],
  ["five voters, no spares", { voters: 5, spares: 0, readOnly: "leaseBased" }]
]

describe("random lives of a group", () => {
  for (const [name, options] of worlds) {
    test(`safe and live with ${name}`, () => {
      const totals: Record<string, number> = {}
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (life) => {
          const world = new World(life, { ...base, ...options })
          for (let i = 0; i < steps; i++) world.step()
          if (!world.recovers()) throw new Error("no leader commits after everything healed")
          for (const [key, count] of Object.entries(world.seen)) totals[key] = (totals[key] ?? 0) + count
        }),
        { numRuns: runs, seed, endOnFailure: true, includeErrorInReport: true }
      )
      // The lives must not have been dull.
      if (process.env["RAFT_TOTALS"]) console.log(name, JSON.stringify(totals))
      expect(totals["commits"]).toBeGreaterThan(runs)
      expect(totals["leaders"]).toBeGreaterThan(runs)
      expect(totals["reads"]).toBeGreaterThan(0)
      if (options.spares !== 0) expect(totals["confChanges"]).toBeGreaterThan(0)
    }, 1_800_000)
  }
})
