import type { Run } from "./Run.ts"
import type { RunOptions } from "./workloads/options.ts"

/** One kind of run: what is drawn from the seed, and what happens before the cluster is asked to come to rest. */
export interface Workload {
  /** As given to `--workload`. */
  readonly name: string
  /** One line for `--list`. */
  readonly what: string
  readonly options: (seed: number) => RunOptions
  /**
   * Everything from the empty disks on, straight down: each call of `run` that waits drives the world until what it waits
   * for has happened. Rest and verdict follow by themselves (`Run.finish`).
   */
  readonly play: (run: Run) => void
}
