/**
 * Every number the scheduler decides by, with its unit and default, and the cross-field rules that `validate` checks
 * before anything starts or changes. Names are PD's where the meaning is PD's; the defaults that differ say why.
 */
export interface SchedulerConfig {
  /** Replicas a region should have. PD `max-replicas`. */
  readonly maxReplicas: number
  /** Running operators that only move a leader. PD `leader-schedule-limit`. */
  readonly leaderScheduleLimit: number
  /**
   * Running operators that move a replica for balance. PD's 2,048 relies on its per-store rate limits; here a snapshot
   * in flight is the cost, so the limit itself is small.
   */
  readonly regionScheduleLimit: number
  /** Running operators that repair replicas. PD `replica-schedule-limit`. */
  readonly replicaScheduleLimit: number
  /** Operators of one region scatter request and of `splitRegions` are asked for by people and are not limited. */
  readonly useJointConsensus: boolean
  /** A store whose last heartbeat is older is not given new leaders or replicas. */
  readonly storeDisconnectedMs: number
  readonly storeUnhealthyMs: number
  /** A store silent for longer is down, and its replicas are made anew elsewhere. PD `max-store-down-time`. */
  readonly maxStoreDownMs: number
  /**
   * A store's last heartbeat is written down again when what is written is older. After a restart a store may be down
   * later by this much, never earlier. PD's 5 min; shorter here, since all stores share one write.
   */
  readonly storePersistIntervalMs: number
  /** One patrol step. PD's 10 ms; longer here, since a step costs the same for ten regions as for a thousand. */
  readonly patrolIntervalMs: number
  /** Regions looked at in one patrol step. */
  readonly patrolBatch: number
  /** A scheduler that found work runs again after `min`; each idle run doubles the pause up to `max`. */
  readonly scheduleIntervalMinMs: number
  readonly scheduleIntervalMaxMs: number
  /** How long an operator that only moves a leader may take. */
  readonly leaderOperatorTimeoutMs: number
  /** How long any other operator may take: it may wait for a snapshot. */
  readonly regionOperatorTimeoutMs: number
  /**
   * A step without visible effect is sent again: first after an eighth of this (a new leader refuses membership changes
   * until its first entry commits), then after twice as long each time, up to this.
   */
  readonly operatorResendMs: number
  /** Ended operators stay visible for this long, and at most `operatorHistoryMax` of them. */
  readonly operatorHistoryMs: number
  readonly operatorHistoryMax: number
  /**
   * Scheduling starts once this share of the known regions has sent a heartbeat since the start, or after
   * `prepareTimeoutMs`. Known are the persisted regions, so that an empty memory after a restart is not taken for an
   * empty cluster. PD: 0.8 and 5 min.
   */
  readonly prepareRegionsRatio: number
  readonly prepareTimeoutMs: number
  /** A store that sends, receives or applies more snapshots is not a target. */
  readonly maxSnapshotCount: number
  /** A store with more replicas that lag or are on their way is not a target. */
  readonly maxPendingPeerCount: number
  /** A store with a larger share of its space used is not a target. PD `low-space-ratio`. */
  readonly lowSpaceRatio: number
  /**
   * Leaders may differ by this share of the average before one moves, and always by one. PD's fixed floor of several
   * leaders never spreads a cluster of few regions.
   */
  readonly leaderToleranceRatio: number
  /** Sizes of stores may differ by this share of the average before a replica moves, and always by one replica. */
  readonly regionToleranceRatio: number
  /** Region metadata changes are written this often; a restart may know regions this much too old. */
  readonly regionFlushIntervalMs: number
  /** How long `splitRegions` waits for all keys to become region starts. */
  readonly splitRegionsTimeoutMs: number
  /** Timestamps are saved this far ahead of use. */
  readonly tsoSaveIntervalMs: number
  /** Ids are reserved on disk in steps of this many. */
  readonly idReserveStep: number
  /** Schedulers that run, by name; `evict-leader` for stores is kept apart. */
  readonly schedulers: ReadonlyArray<string>
  /** Stores that must lead nothing. */
  readonly evictLeaderStores: ReadonlyArray<number>
  /** Stops every checker and scheduler; operators asked for by people still run. PD `halt-scheduling`. */
  readonly haltScheduling: boolean
}

const second = 1_000
const minute = 60 * second

export const schedulerNames = ["balance-leader", "balance-region"] as const

export const defaultSchedulerConfig: SchedulerConfig = {
  maxReplicas: 3,
  leaderScheduleLimit: 4,
  regionScheduleLimit: 16,
  replicaScheduleLimit: 64,
  useJointConsensus: true,
  storeDisconnectedMs: 20 * second,
  storeUnhealthyMs: 10 * minute,
  maxStoreDownMs: 30 * minute,
  storePersistIntervalMs: minute,
  patrolIntervalMs: 100,
  patrolBatch: 128,
  scheduleIntervalMinMs: 100,
  scheduleIntervalMaxMs: 5 * second,
  leaderOperatorTimeoutMs: 10 * second,
  regionOperatorTimeoutMs: 10 * minute,
  operatorResendMs: 2 * second,
  operatorHistoryMs: 10 * minute,
  operatorHistoryMax: 1_000,
  prepareRegionsRatio: 0.8,
  prepareTimeoutMs: 5 * minute,
  maxSnapshotCount: 16,
  maxPendingPeerCount: 16,
  lowSpaceRatio: 0.8,
  leaderToleranceRatio: 0.05,
  regionToleranceRatio: 0.05,
  regionFlushIntervalMs: second,
  splitRegionsTimeoutMs: 10 * second,
  tsoSaveIntervalMs: 3 * second,
  idReserveStep: 1_000,
  schedulers: schedulerNames,
  evictLeaderStores: [],
  haltScheduling: false
}

const positive = [
  "maxReplicas",
  "storeDisconnectedMs",
  "storeUnhealthyMs",
  "maxStoreDownMs",
  "storePersistIntervalMs",
  "patrolIntervalMs",
  "patrolBatch",
  "scheduleIntervalMinMs",
  "scheduleIntervalMaxMs",
  "leaderOperatorTimeoutMs",
  "regionOperatorTimeoutMs",
  "operatorResendMs",
  "operatorHistoryMs",
  "operatorHistoryMax",
  "prepareTimeoutMs",
  "maxSnapshotCount",
  "maxPendingPeerCount",
  "regionFlushIntervalMs",
  "splitRegionsTimeoutMs",
  "tsoSaveIntervalMs",
  "idReserveStep"
] as const satisfies ReadonlyArray<keyof SchedulerConfig>
const notNegative = ["leaderScheduleLimit", "regionScheduleLimit", "replicaScheduleLimit"] as const
const ratios = ["prepareRegionsRatio", "lowSpaceRatio", "leaderToleranceRatio", "regionToleranceRatio"] as const

/** Every rule the configuration breaks, one sentence each; empty when it can be used. */
export const validateSchedulerConfig = (config: SchedulerConfig): ReadonlyArray<string> => {
  const broken: Array<string> = []
  for (const name of positive) {
    const value = config[name]
    if (!Number.isSafeInteger(value) || value < 1)
      broken.push(`${name} must be a whole number of at least 1, is ${value}`)
  }
  for (const name of notNegative) {
    const value = config[name]
    if (!Number.isSafeInteger(value) || value < 0)
      broken.push(`${name} must be a whole number of at least 0, is ${value}`)
  }
  for (const name of ratios) {
    const value = config[name]
    if (!(value >= 0 && value <= 1)) broken.push(`${name} must be between 0 and 1, is ${value}`)
  }
  if (config.scheduleIntervalMinMs > config.scheduleIntervalMaxMs) {
    broken.push(
      `scheduleIntervalMinMs (${config.scheduleIntervalMinMs}) must not be above scheduleIntervalMaxMs (${config.scheduleIntervalMaxMs})`
    )
  }
  if (config.storeDisconnectedMs > config.storeUnhealthyMs || config.storeUnhealthyMs > config.maxStoreDownMs) {
    broken.push(
      `storeDisconnectedMs (${config.storeDisconnectedMs}), storeUnhealthyMs (${config.storeUnhealthyMs}) and maxStoreDownMs (${config.maxStoreDownMs}) must rise in this order`
    )
  }
  if (config.operatorResendMs >= config.leaderOperatorTimeoutMs) {
    broken.push(
      `operatorResendMs (${config.operatorResendMs}) must be below leaderOperatorTimeoutMs (${config.leaderOperatorTimeoutMs}), or a lost step is never sent again`
    )
  }
  for (const name of config.schedulers) {
    if (!(schedulerNames as ReadonlyArray<string>).includes(name)) {
      broken.push(`unknown scheduler ${name}; known are ${schedulerNames.join(", ")}`)
    }
  }
  return broken
}
