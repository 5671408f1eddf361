/** What a scheduler process can be told. The [schedule] numbers are SchedulerConfig's; their defaults stand there. */
import { defaultSchedulerConfig as d, type SchedulerConfig, schedulerNames } from "@reefkv/scheduler"
import { choice, durationMs, flag, integer, list, ratio, storeIds, text } from "./key.ts"
import { engineKinds } from "./storeKeys.ts"

export const schedulerKeys = {
  server: {
    addr: text("127.0.0.1:2379", "Where the scheduler listens: gRPC, etcd's calls and HTTP/1.1 on one port."),
    advertiseAddr: text("", "The address others use to reach it; empty means addr as bound."),
    name: text("scheduler-1", "The member's name, as clients are told.")
  },
  storage: {
    engine: choice(engineKinds, "sqlite", "Which engine keeps the scheduler's data."),
    dataDir: text("data/scheduler", "The directory of the scheduler's files; made when absent.")
  },
  log: {
    level: choice(["debug", "info", "warning", "error"], "info", "The least severe level that is printed.")
  },
  schedule: {
    maxReplicas: integer(d.maxReplicas, "Replicas a region should have."),
    leaderScheduleLimit: integer(d.leaderScheduleLimit, "Running operators that only move a leader."),
    regionScheduleLimit: integer(d.regionScheduleLimit, "Running operators that move a replica for balance."),
    replicaScheduleLimit: integer(d.replicaScheduleLimit, "Running operators that repair replicas."),
    useJointConsensus: flag(d.useJointConsensus, "Replace a replica in one joint change."),
    storeDisconnectedMs: durationMs(
      d.storeDisconnectedMs,
      "A store silent for longer gets no new leaders or replicas."
    ),
    storeUnhealthyMs: durationMs(d.storeUnhealthyMs, "A store silent for longer counts as unhealthy."),
    maxStoreDownMs: durationMs(
      d.maxStoreDownMs,
      "A store silent for longer is down: its replicas are made anew elsewhere."
    ),
    storePersistIntervalMs: durationMs(
      d.storePersistIntervalMs,
      "How old the written time of a store's last heartbeat may get; it is what a restart counts from."
    ),
    patrolIntervalMs: durationMs(d.patrolIntervalMs, "Pause between two steps of the patrol over all regions."),
    patrolBatch: integer(d.patrolBatch, "Regions looked at in one step."),
    scheduleIntervalMinMs: durationMs(d.scheduleIntervalMinMs, "A scheduler that found work runs again after this."),
    scheduleIntervalMaxMs: durationMs(
      d.scheduleIntervalMaxMs,
      "An idle scheduler runs again after this at the latest."
    ),
    leaderOperatorTimeoutMs: durationMs(d.leaderOperatorTimeoutMs, "How long moving a leader may take."),
    regionOperatorTimeoutMs: durationMs(d.regionOperatorTimeoutMs, "How long any other operator may take."),
    operatorResendMs: durationMs(d.operatorResendMs, "A step without effect is sent again after this."),
    operatorHistoryMs: durationMs(d.operatorHistoryMs, "How long ended operators stay visible."),
    operatorHistoryMax: integer(d.operatorHistoryMax, "How many of them."),
    prepareRegionsRatio: ratio(
      d.prepareRegionsRatio,
      "Share of the known regions that must report before scheduling starts."
    ),
    prepareTimeoutMs: durationMs(d.prepareTimeoutMs, "Scheduling starts after this in any case."),
    maxSnapshotCount: integer(d.maxSnapshotCount, "A store with more snapshots on their way is not a target."),
    maxPendingPeerCount: integer(d.maxPendingPeerCount, "A store with more replicas that lag is not a target."),
    lowSpaceRatio: ratio(d.lowSpaceRatio, "A store with a larger share of its space used is not a target."),
    leaderToleranceRatio: ratio(d.leaderToleranceRatio, "How far leader counts may differ, as a share of the average."),
    regionToleranceRatio: ratio(d.regionToleranceRatio, "How far store sizes may differ, as a share of the average."),
    regionFlushIntervalMs: durationMs(d.regionFlushIntervalMs, "How often changed region metadata is written."),
    splitRegionsTimeoutMs: durationMs(d.splitRegionsTimeoutMs, "How long a request to split waits for the regions."),
    tsoSaveIntervalMs: durationMs(d.tsoSaveIntervalMs, "How far ahead of use timestamps are saved."),
    idReserveStep: integer(d.idReserveStep, "Ids reserved on disk at a time."),
    schedulers: list(d.schedulers, `Schedulers that run: ${schedulerNames.join(", ")}.`),
    evictLeaderStores: storeIds(d.evictLeaderStores, "Stores that must lead nothing."),
    haltScheduling: flag(
      d.haltScheduling,
      "Stops every checker and scheduler; operators asked for by people still run."
    )
  } satisfies Record<keyof SchedulerConfig, unknown>
}
