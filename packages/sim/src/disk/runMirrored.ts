/** A run of a seed, and after it the same disk calls on SQLite beside the memory engine. */
import { type RunHooks, type RunResult, runSeed } from "../runSeed.ts"
import type { Workload } from "../Workload.ts"
import type { DiskCall } from "./DiskCall.ts"
import { replayDisks } from "./replay.ts"

/** Crashes tried on copies of each store's files, about. */
const copiesPerDisk = 20

/** As `runSeed`; what SQLite does otherwise is the run's failure. */
export const runMirrored = (workload: Workload, seed: number, hooks: RunHooks = {}): RunResult => {
  let disks: ReadonlyMap<string, ReadonlyArray<DiskCall>> = new Map()
  const result = runSeed(workload, seed, { ...hooks, disks: (calls) => (disks = calls) })
  if (result.failure !== undefined) return result
  try {
    const { calls, crashes, copies, flips } = replayDisks(disks, seed, copiesPerDisk)
    return { ...result, counts: { ...result.counts, diskCalls: calls, crashes, crashesOfCopies: copies, flips } }
  } catch (error) {
    return {
      ...result,
      failure: `with --engine mirror, on SQLite: ${error instanceof Error ? error.message : String(error)}`
    }
  }
}
