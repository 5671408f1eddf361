/**
 * The random set: seeds that nobody has seen, for CI (which sets `CI`), or again with REEFKV_SIM_SEED. Not in every run of
 * the tests, whose outcome should say something about the change at hand.
 */
import { expect, test } from "bun:test"
import { runSeed } from "../src/index.ts"
import { workloadNamed, workloads } from "../src/workloads/index.ts"
import { Rng } from "../src/world/Rng.ts"

const { CI, REEFKV_SIM_SEED } = process.env
const isAsked = CI !== undefined || REEFKV_SIM_SEED !== undefined
const base = Number(REEFKV_SIM_SEED ?? Date.now() % 1_000_000_000)
const rng = new Rng(`random set ${base}`)
const drawn = ["mix", "mix", "small", "lifecycle", "raw", "ttl"].map((name) => workloadNamed(name)!)
const others = rng.shuffle(workloads.filter((one) => !drawn.includes(one))).slice(0, 10)

if (isAsked) console.log(`random set ${base}: REEFKV_SIM_SEED=${base} bun test packages/sim/test/random.test.ts`)

for (const [i, workload] of [...drawn, ...others].entries()) {
  const seed = base + i
  test.skipIf(!isAsked)(`${workload.name} seed ${seed}`, () => {
    expect(runSeed(workload, seed).failure).toBeUndefined()
  })
}
