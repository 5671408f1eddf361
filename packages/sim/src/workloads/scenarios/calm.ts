/**
 * What scenarios have in common: a calm world, in which nothing goes wrong by itself. Configuration is the same in every
 * run; timings, order of events and preemption are drawn from the seed, so that a scenario is worth many seeds. While the
 * plot runs the scheduler moves nothing of its own accord.
 */
import { defaultStoreConfig, type StoreConfig } from "@reefkv/core"
import type { SchedulerConfig } from "@reefkv/scheduler"
import type { Workload } from "../../Workload.ts"
import { Rng } from "../../world/Rng.ts"
import type { RunOptions } from "../options.ts"
import { Steps } from "./steps.ts"

export interface CalmChange {
  readonly stores?: number
  readonly keys?: number
  readonly thinkMs?: number
  readonly swaps?: boolean
  /** As in `RunOptions`. */
  readonly wander?: number
  readonly store?: Partial<StoreConfig>
  readonly scheduler?: Partial<SchedulerConfig>
  readonly network?: Partial<RunOptions["network"]>
  readonly disk?: Partial<RunOptions["disk"]>
}

const raftTickMs = 10
const electionTicks = 10
/** No peer starts an election earlier than this after it last heard of a leader. */
export const electionMs = raftTickMs * electionTicks
export const leaseMs = 80

export const calmOptions = (seed: number, change: CalmChange = {}): RunOptions => {
  const rng = new Rng(`calm options ${seed}`)
  return {
    seed,
    stores: change.stores ?? 3,
    clients: 0,
    keys: change.keys ?? 3,
    troubleMs: 0,
    settleMs: 30_000,
    preemption: rng.pick([0, 0.01, 0.05]),
    faults: [],
    faultEveryMs: 1_000,
    admin: [],
    adminEveryMs: 1_000,
    thinkMs: change.thinkMs ?? 10,
    valueBytesMax: 20,
    swaps: change.swaps ?? false,
    wander: change.wander ?? 0,
    network: {
      latencyMinMs: 0.2,
      latencyMaxMs: rng.pick([0.5, 1, 3]),
      loss: 0,
      duplication: rng.pick([0, 0.02]),
      long: 0,
      longMs: 0,
      reorder: rng.chance(0.5),
      ...change.network
    },
    store: {
      ...defaultStoreConfig,
      raftTickMs,
      heartbeatTicks: 2,
      electionTicks,
      leaseMs,
      requestTimeoutMs: 1_000,
      splitCheckIntervalMs: 50,
      regionHeartbeatIntervalMs: 100,
      storeHeartbeatIntervalMs: 200,
      logGcIntervalMs: 50,
      snapshotTimeoutMs: 4_000,
      snapshotChunkBytes: rng.pick([64, 1_024]),
      stalePeerCheckMs: 2_000,
      peerDownMs: 2_000,
      hibernateAfterTicks: 0,
      ...change.store
    },
    scheduler: {
      patrolIntervalMs: 50,
      scheduleIntervalMinMs: 50,
      scheduleIntervalMaxMs: 500,
      operatorResendMs: 400,
      leaderOperatorTimeoutMs: 2_000,
      regionOperatorTimeoutMs: 10_000,
      storeDisconnectedMs: 1_000,
      storeUnhealthyMs: 30_000,
      maxStoreDownMs: 60_000,
      prepareTimeoutMs: 1_000,
      regionFlushIntervalMs: 300,
      tsoSaveIntervalMs: 50,
      schedulers: [],
      ...change.scheduler
    },
    disk: { syncMaxMs: rng.pick([0, 1, 2]), writeMaxMs: rng.pick([0, 1, 2]), ...change.disk },
    clockDrift: rng.pick([0, 0.01])
  }
}

/** A workload that starts a calm cluster, plays the plot, and lets the cluster repair what the plot left. */
export const scenario = (name: string, what: string, change: CalmChange, plot: (s: Steps) => void): Workload => ({
  name: `scenario/${name}`,
  what,
  options: (seed) => calmOptions(seed, change),
  play: (run) => {
    run.start()
    const steps = new Steps(run)
    steps.haltScheduling(true)
    plot(steps)
    steps.end()
  }
})
