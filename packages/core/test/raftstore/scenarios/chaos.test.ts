import { setDefaultTimeout, test } from "bun:test"
import { runChaos } from "./chaos.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

/** `REEFKV_SCENARIO_SEEDS=n` runs n seeds instead of the few of every day. */
const seeds = Number(process.env["REEFKV_SCENARIO_SEEDS"] ?? 2)
const firstSeed = Number(process.env["REEFKV_SCENARIO_FIRST_SEED"] ?? 20_000)
const steps = Number(process.env["REEFKV_SCENARIO_STEPS"] ?? 20)

for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
  test(`chaos seed ${seed}`, () => runChaos(seed, steps))
}
