/**
 * What a run is like, all of it drawn from the seed: sizes, timings, which faults happen and how often. Each fault is in
 * or out by a coin, so that runs differ in kind and not only in detail (swarm testing: Groce et al., 2012).
 */
import { defaultStoreConfig, leaseBoundMs, type StoreConfig } from "@reefkv/core"
import type { SchedulerConfig } from "@reefkv/scheduler"
import type { NetworkFaults } from "../network/Network.ts"
import { Rng } from "../world/Rng.ts"

export const faultNames = [
  "kill",
  "killAtWrite",
  "powerOff",
  "restart",
  "pause",
  "partition",
  "oneWay",
  "isolateLeader",
  "cutInTransfer",
  "stallInTransfer",
  "slowLink",
  "reset",
  "lossBurst",
  "clockJump",
  "clockSlew",
  "diskFailure",
  "diskReadFailure",
  "diskStall",
  "diskFull",
  "schedulerKill",
  "schedulerRestart",
  "schedulerCut"
] as const
export type FaultName = (typeof faultNames)[number]

export const adminNames = [
  "split",
  "splitAtStore",
  "transferLeader",
  "transferLeaderAtStore",
  "movePeer",
  "addPeer",
  "removePeer",
  "addLearner",
  "scatter",
  "compactLog",
  "consistencyCheck",
  "allocId"
] as const
export type AdminName = (typeof adminNames)[number]

/** About what start and rest take of the small world's time. */
const startMs = 2_000

export interface RunOptions {
  readonly seed: number
  readonly stores: number
  readonly clients: number
  readonly keys: number
  /** Faults and load go on for this long, after the cluster is up. */
  readonly troubleMs: number
  /** How long everything may take to come to rest after that. */
  readonly settleMs: number
  readonly preemption: number
  readonly faults: ReadonlyArray<readonly [FaultName, number]>
  readonly faultEveryMs: number
  readonly admin: ReadonlyArray<readonly [AdminName, number]>
  readonly adminEveryMs: number
  readonly thinkMs: number
  readonly valueBytesMax: number
  /** Clients compare and swap, and all other writes ask to be ordered with that; without, writes go the faster way. */
  readonly swaps: boolean
  /** Share of operations that go to any peer instead of the one believed to lead, as from clients that know better or worse. */
  readonly wander: number
  readonly network: NetworkFaults
  readonly store: StoreConfig
  readonly scheduler: Partial<SchedulerConfig>
  readonly disk: { readonly syncMaxMs: number; readonly writeMaxMs: number }
  /** Clocks run this much too fast or slow at most. */
  readonly clockDrift: number
  /** Of raw commands; V1 when absent. V1TTL stores an expiry behind each value. */
  readonly apiVersion?: "V1" | "V1TTL"
}

/** As long as a lease may be with a leader's clock that is `drift` too slow, and a voter's that is as much too fast. */
export const longestLeaseMs = (store: Parameters<typeof leaseBoundMs>[0], drift: number): number =>
  Math.floor((leaseBoundMs(store) * (1 - drift)) / (1 + drift))

export const drawOptions = (seed: number): RunOptions => {
  const rng = new Rng(`options ${seed}`)
  const coin = (): boolean => rng.chance(0.5)
  const faults = faultNames.filter(coin).map((name) => [name, 0.2 + rng.double()] as const)
  const admin = adminNames.filter(coin).map((name) => [name, 0.2 + rng.double()] as const)
  const splitBytes = rng.pick([300, 600, 1_200])
  const calm = coin()
  const tickMs = rng.pick([10, 20])
  const electionTicks = rng.pick([8, 10, 12])
  const drift = rng.pick([0, 0.01, 0.03])
  return {
    seed,
    stores: rng.pick([3, 4, 4, 5]),
    clients: rng.pick([2, 4, 6]),
    keys: rng.pick([6, 12, 24]),
    troubleMs: rng.pick([4_000, 6_000, 8_000]),
    settleMs: 60_000,
    preemption: rng.pick([0, 0.01, 0.05]),
    faults,
    faultEveryMs: rng.pick([100, 200, 400]),
    admin,
    adminEveryMs: rng.pick([40, 120, 300]),
    thinkMs: rng.pick([2, 10, 30]),
    valueBytesMax: rng.pick([20, 120]),
    swaps: coin(),
    wander: rng.pick([0, 0.1, 0.3]),
    network: {
      latencyMinMs: 0.2,
      latencyMaxMs: rng.pick([1, 3, 10]),
      loss: calm ? 0 : rng.pick([0.005, 0.02]),
      duplication: coin() ? 0 : 0.02,
      long: coin() ? 0 : 0.01,
      longMs: rng.pick([50, 300]),
      reorder: coin()
    },
    store: {
      ...defaultStoreConfig,
      raftTickMs: tickMs,
      heartbeatTicks: 2,
      electionTicks,
      leaseMs: longestLeaseMs({ raftTickMs: tickMs, electionTicks }, drift),
      requestTimeoutMs: 1_000,
      mailboxMax: rng.pick([64, 4_096]),
      proposalsMaxPerRegion: rng.pick([8, 1_024]),
      regionMaxBytes: Math.floor(splitBytes * 1.5),
      regionSplitBytes: splitBytes,
      splitCheckIntervalMs: rng.pick([100, 1_000]),
      scanSliceEntries: rng.pick([2, 64]),
      regionHeartbeatIntervalMs: rng.pick([100, 400]),
      storeHeartbeatIntervalMs: 200,
      logGcIntervalMs: rng.pick([50, 500]),
      logGcCountLimit: rng.pick([20, 200]),
      logGcThreshold: rng.pick([5, 50]),
      snapshotChunkBytes: rng.pick([64, 1_024]),
      snapshotTimeoutMs: 2_000,
      maxInflightMessages: rng.pick([4, 64]),
      maxCommittedBytesPerReady: rng.pick([256, 65_536]),
      maxEntriesBytesPerMessage: rng.pick([256, 65_536]),
      stalePeerCheckMs: rng.pick([600, 2_000]),
      peerDownMs: 2_000,
      consistencyCheckIntervalMs: coin() ? 0 : 500,
      hibernateAfterTicks: coin() ? 0 : rng.pick([10, 30])
    },
    scheduler: {
      patrolIntervalMs: rng.pick([20, 100]),
      scheduleIntervalMinMs: rng.pick([20, 100]),
      scheduleIntervalMaxMs: 500,
      operatorResendMs: 400,
      leaderOperatorTimeoutMs: 2_000,
      regionOperatorTimeoutMs: 10_000,
      storeDisconnectedMs: 1_000,
      storeUnhealthyMs: 5_000,
      maxStoreDownMs: rng.pick([6_000, 60_000]),
      storePersistIntervalMs: 500,
      prepareTimeoutMs: 1_000,
      regionFlushIntervalMs: 300,
      tsoSaveIntervalMs: 50,
      idReserveStep: rng.pick([10, 1_000]),
      useJointConsensus: rng.chance(0.8),
      schedulers: coin() ? ["balance-leader", "balance-region"] : []
    },
    disk: { syncMaxMs: rng.pick([0, 1, 4]), writeMaxMs: rng.pick([0, 1, 5]) },
    clockDrift: drift
  }
}

/** Idle groups say little: half a second without a leader, instead of a tenth, is short enough in 15. */
const smallTickMs = 40

/** A world that is cheap to run: 15 virtual seconds in which things go wrong about once a second. */
export const drawSmallOptions = (seed: number): RunOptions => {
  const drawn = drawOptions(seed)
  const rng = new Rng(`small options ${seed}`)
  return {
    ...drawn,
    stores: 3,
    clients: 2,
    keys: 6,
    troubleMs: 15_000 - startMs,
    faultEveryMs: rng.pick([600, 1_200]),
    adminEveryMs: rng.pick([400, 800]),
    thinkMs: rng.pick([20, 60]),
    store: {
      ...drawn.store,
      raftTickMs: smallTickMs,
      leaseMs: longestLeaseMs({ raftTickMs: smallTickMs, electionTicks: drawn.store.electionTicks }, drawn.clockDrift),
      regionHeartbeatIntervalMs: 400,
      splitCheckIntervalMs: 1_000,
      logGcIntervalMs: 500,
      consistencyCheckIntervalMs: rng.pick([0, 2_000])
    },
    scheduler: { ...drawn.scheduler, patrolIntervalMs: 100, scheduleIntervalMinMs: 100 }
  }
}
