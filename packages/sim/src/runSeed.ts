/**
 * One seed from beginning to end:
 *
 *   start     stores and scheduler come up, one store bootstraps the cluster, replicas are made; no faults
 *   trouble   clients, administration and faults, all at once
 *   settle    no faults, no administration: within a bound the cluster is at rest, and every key can be written and read
 *   verdict   histories are checked; nobody waits for an answer any more
 *
 * The checkers look on all the time; the first broken promise ends the run.
 */
import { Cluster } from "./cluster/Cluster.ts"
import { Admin } from "./workloads/admin.ts"
import { KvClient, keyName } from "./workloads/KvClient.ts"
import { Nemesis } from "./workloads/nemesis.ts"
import { drawOptions, type RunOptions } from "./workloads/options.ts"
import { whyNotSettled } from "./workloads/settled.ts"
import { guarded } from "./world/guard.ts"
import { Trace } from "./world/Trace.ts"
import { World } from "./world/World.ts"

export interface RunResult {
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
}

const startMaxMs = 30_000
const eventBudget = 20_000_000

export const runSeed = (seed: number, hooks: RunHooks = {}): RunResult => {
  const drawn = drawOptions(seed)
  const options = hooks.change?.(drawn) ?? drawn
  const trace = new Trace(hooks.traceLines ?? 400, hooks.echo)
  const world = new World({ seed, trace, preemption: options.preemption, budget: eventBudget })
  const cluster = new Cluster(world, options)
  let failure: string | undefined
  const nemesis = new Nemesis(cluster)
  try {
    guarded(() => play(cluster, nemesis))
  } catch (error) {
    failure =
      error instanceof Error
        ? error.name === "Violation"
          ? error.message
          : (error.stack ?? error.message)
        : String(error)
  }
  world.log(failure === undefined ? "passed" : "failed")
  return {
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

const play = (cluster: Cluster, nemesis: Nemesis): void => {
  const { world, options } = cluster
  cluster.start()
  expectWithin(cluster, startMaxMs, () => whyNotSettled(cluster))
  world.log("trouble")

  const admin = new Admin(cluster)
  const clients = Array.from({ length: options.clients }, (_, i) => new KvClient(cluster, `c${i + 1}`))
  const rng = world.rng("workload")
  const untilMs = world.nowMs + options.troubleMs
  const inTrouble = (delayMs: number): number | undefined => (world.nowMs < untilMs ? delayMs : undefined)
  const around = (ms: number): number => ms * (0.2 + 1.6 * rng.double())
  for (const client of clients) {
    const next = (): void => {
      const delayMs = inTrouble(around(options.thinkMs))
      if (delayMs !== undefined) world.after(delayMs, cluster.clients, () => client.act(next))
    }
    next()
  }
  world.repeat(
    () => inTrouble(around(options.adminEveryMs)),
    () => admin.act()
  )
  world.repeat(
    () => inTrouble(around(options.faultEveryMs)),
    () => nemesis.act()
  )
  world.repeat(
    () => inTrouble(around(100)),
    () => admin.askTimestamp()
  )
  world.run(untilMs)

  nemesis.calm()
  expectWithin(cluster, options.settleMs, () =>
    clients.some(({ busy }) => busy) ? "an operation of a client has not ended" : whyNotSettled(cluster)
  )
  world.log("settled")
  let left = options.keys
  const last = new KvClient(cluster, "last")
  const touch = (): void => {
    if (left === 0) return
    const key = keyName(--left)
    last.get(key, () => last.put(key, () => last.get(key, touch)))
  }
  world.after(0, cluster.clients, touch)
  expectWithin(cluster, 20_000, () =>
    left > 0 || last.busy ? "the last reads and writes have not ended" : whyNotSettled(cluster)
  )
  // What was asked of stores directly is answered by now, or at its deadline.
  expectWithin(cluster, 5_000, () => {
    const waiting = cluster.stores.find(({ running }) => (running?.answers.open ?? 0) > 0)
    return waiting === undefined
      ? undefined
      : `${waiting.host.name} has ${waiting.running!.answers.open} unanswered requests`
  })
  cluster.probe()
  for (const { running } of cluster.stores) running?.handle.invariants()
  cluster.history.check(world)
  if (world.violation !== undefined) throw world.violation
}

/** Looks every few milliseconds of virtual time; `why` says what is missing. */
const expectWithin = (cluster: Cluster, boundMs: number, why: () => string | undefined): void => {
  const { world } = cluster
  const untilMs = world.nowMs + boundMs
  for (;;) {
    const missing = why()
    if (missing === undefined) return
    if (world.nowMs >= untilMs) {
      world.fail(`not within ${boundMs} ms: ${missing}`)
      throw world.violation!
    }
    if (world.run(Math.min(untilMs, world.nowMs + 20)) === "quiescent") {
      world.fail(`nothing is left to happen, and ${missing}`)
      throw world.violation!
    }
  }
}
