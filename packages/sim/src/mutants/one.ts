/**
 * Hunts one mutant in a process of its own, because a mutant is planted before anything else is imported:
 *
 *   bun one.ts NAME [WORKLOAD [SEEDS]]
 *
 * Prints a `Found` as one line of JSON.
 */
import type { Found } from "./hunt.ts"
import { mutants } from "./mutants.ts"
import { plantMutant } from "./plant.ts"

/** Seeds 1 to this; whoever needs more is not aimed at well enough. */
const seedsMax = 300

const [name = "", workloadName, seedsText] = process.argv.slice(2)
const seeds = seedsText === undefined ? seedsMax : Number(seedsText)
const mutant = mutants.find((one) => one.name === name)
if (mutant === undefined || !plantMutant(name)) throw new Error(`no mutant ${name}`)
const { runSeed } = await import("../runSeed.ts")
const { workloadNamed } = await import("../workloads/index.ts")
const workload = workloadNamed(workloadName ?? mutant.workload)
if (workload === undefined) throw new Error(`no workload ${workloadName ?? mutant.workload}`)

const hunt = (): Found => {
  let virtualMs = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const result = runSeed(workload, seed)
    virtualMs += result.virtualMs
    if (result.failure !== undefined) return { seed, runs: seed, virtualMs, says: result.failure }
  }
  return { runs: seeds, virtualMs, says: "" }
}
console.log(JSON.stringify(hunt()))
