/**
 * One seed of one workload from beginning to end: start, trouble, rest, verdict. The checkers look on all the time; the
 * first broken promise ends the run.
 */
import type { DiskCall } from "./disk/DiskCall.ts"
import { Run } from "./Run.ts"
import type { Workload } from "./Workload.ts"
import type { RunOptions } from "./workloads/options.ts"
import { guarded } from "./world/guard.ts"
import { Trace } from "./world/Trace.ts"
import { World } from "./world/World.ts"

export interface RunResult {
  readonly workload: string
  readonly seed: number
  readonly hash: string
  /** What was broken; undefined when nothing was. */
  readonly failure: string | undefined
  readonly virtualMs: number
  readonly events: number
  readonly counts: Readonly<Record<string, number>>
  /** The newest lines of the trace, when it failed. */
  readonly trace: ReadonlyArray<string>
  /** State of every store, when it failed. */
  readonly dump: string
}

export interface RunHooks {
  /** Every line of the trace as it is written. */
  readonly echo?: (line: string) => void
  readonly change?: (options: RunOptions) => RunOptions
  readonly traceLines?: number
  /** Gets what every store, and the scheduler, asked of its disk: of each device, up to where its bytes were changed. */
  readonly disks?: (calls: ReadonlyMap<string, ReadonlyArray<DiskCall>>) => void
}

const eventBudget = 20_000_000

export const runSeed = (workload: Workload, seed: number, hooks: RunHooks = {}): RunResult => {
  const drawn = workload.options(seed)
  const options = hooks.change?.(drawn) ?? drawn
  const trace = new Trace(hooks.traceLines ?? 400, hooks.echo)
  const world = new World({ seed, trace, preemption: options.preemption, budget: eventBudget })
  const run = new Run(world, options)
  const { cluster, nemesis } = run
  const disks = [...cluster.stores, cluster.scheduler]
  if (hooks.disks !== undefined) for (const { disk } of disks) disk.calls = [[]]
  let failure: string | undefined
  try {
    guarded(() => {
      workload.play(run)
      run.finish()
    })
  } catch (error) {
    failure =
      error instanceof Error
        ? error.name === "Violation"
          ? error.message
          : (error.stack ?? error.message)
        : String(error)
  }
  hooks.disks?.(
    new Map(
      disks.flatMap(({ host, disk }) => (disk.calls ?? []).map((calls, i) => [`${host.name}.${i}`, calls] as const))
    )
  )
  world.log(failure === undefined ? "passed" : "failed")
  return {
    workload: workload.name,
    seed,
    hash: trace.hash(),
    failure,
    virtualMs: world.nowMs,
    events: world.events,
    counts: {
      operations: cluster.history.operations,
      unknown: cluster.history.unknown,
      undecided: cluster.history.undecided,
      elections: cluster.elections.count,
      splits: cluster.regions.splits,
      confChanges: cluster.regions.confChanges,
      faults: nemesis.faults,
      states: cluster.replicas.statesCompared,
      entries: cluster.replicas.entriesCompared,
      timestamps: cluster.timestamps.count
    },
    trace: failure === undefined ? [] : trace.newest(hooks.traceLines ?? 400),
    dump: failure === undefined ? "" : cluster.dump()
  }
}
