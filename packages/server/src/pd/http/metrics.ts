/**
 * `GET /metrics` of the scheduler: Prometheus text under PD's names where the meaning is PD's, `reefkv_` for the rest.
 * Everything is read when asked for; nothing is counted twice.
 */
import type { ClusterStatus, OperatorStatus, RegionStatus, StoreStatus } from "@reefkv/scheduler"
import type { PortCounters } from "../../port/OnePort.ts"
import { type Family, prometheusText, type Sample } from "../../status/prometheus.ts"
import { storeStateName } from "./regionJson.ts"

const MIB = 1024 * 1024

export interface MetricsInput {
  readonly cluster: ClusterStatus
  readonly stores: ReadonlyArray<StoreStatus>
  readonly regions: ReadonlyArray<RegionStatus>
  readonly operators: ReadonlyArray<OperatorStatus>
  readonly maxReplicas: number
  readonly port: PortCounters | undefined
}

const gauge = (name: string, help: string, samples: ReadonlyArray<Sample>): Family => ({
  name,
  type: "gauge",
  help,
  samples
})
const byType = (pairs: ReadonlyArray<readonly [string, number]>): ReadonlyArray<Sample> =>
  pairs.map(([type, value]) => ({ labels: { type }, value }))

export const metricsText = (input: MetricsInput): string => {
  const { cluster, stores, regions } = input
  const states = stores.map(storeStateName)
  const count = (state: string) => states.filter((candidate) => candidate === state).length
  const sum = (of: (store: StoreStatus) => number) => stores.reduce((total, store) => total + of(store), 0)
  const status: ReadonlyArray<readonly [string, number]> = [
    ["store_up_count", count("Up")],
    ["store_disconnected_count", count("Disconnected")],
    ["store_down_count", count("Down")],
    ["store_offline_count", count("Offline")],
    ["store_tombstone_count", count("Tombstone")],
    ["region_count", regions.length],
    ["leader_count", sum((store) => store.leaderCount)],
    ["storage_size", sum((store) => store.stats?.usedSize ?? 0)],
    ["storage_capacity", sum((store) => store.stats?.capacity ?? 0)]
  ]
  const missing = regions.filter((region) => (region.region?.peers.length ?? 0) < input.maxReplicas).length
  const regionStatus: ReadonlyArray<readonly [string, number]> = [
    ["miss-peer-region-count", missing],
    ["down-peer-region-count", regions.filter((region) => region.downPeers.length > 0).length],
    ["pending-peer-region-count", regions.filter((region) => region.pendingPeers.length > 0).length],
    ["no-leader-region-count", regions.filter((region) => region.leader === undefined).length]
  ]
  const perStore = stores.flatMap((store): ReadonlyArray<Sample> => {
    const of = (type: string, value: number): Sample => ({
      labels: { address: store.store.address, store: store.store.id, type },
      value
    })
    return [
      of("leader_count", store.leaderCount),
      of("region_count", store.regionCount),
      of("leader_size", store.leaderBytes / MIB),
      of("region_size", store.regionBytes / MIB),
      of("store_available", store.stats?.available ?? 0),
      of("store_used", store.stats?.usedSize ?? 0),
      of("store_capacity", store.stats?.capacity ?? 0)
    ]
  })
  const byDesc = new Map<string, number>()
  for (const operator of input.operators) byDesc.set(operator.desc, (byDesc.get(operator.desc) ?? 0) + 1)
  const cpu = process.cpuUsage()
  return prometheusText([
    gauge("pd_cluster_metadata", "Cluster metadata.", [
      { labels: { type: `cluster${cluster.clusterId}` }, value: cluster.regionsKnown }
    ]),
    gauge("pd_cluster_status", "Status of the cluster.", byType(status)),
    gauge("pd_regions_status", "Number of regions by condition.", byType(regionStatus)),
    gauge("pd_scheduler_store_status", "Status of each store.", perStore),
    gauge(
      "reefkv_scheduler_operators_running",
      "Running operators by what wanted them.",
      [...byDesc].map(([desc, value]) => ({ labels: { desc }, value }))
    ),
    gauge("reefkv_scheduler_scheduling_started", "1 once checkers and schedulers run.", [
      { value: cluster.schedulingStarted ? 1 : 0 }
    ]),
    {
      name: "reefkv_port_connections_total",
      type: "counter",
      help: "Connections by what their first bytes said.",
      samples: Object.entries(input.port ?? {}).map(([kind, value]) => ({ labels: { kind }, value }))
    },
    gauge("process_resident_memory_bytes", "Resident memory size in bytes.", [{ value: process.memoryUsage().rss }]),
    {
      name: "process_cpu_seconds_total",
      type: "counter",
      help: "Total user and system CPU time spent in seconds.",
      samples: [{ value: (cpu.user + cpu.system) / 1e6 }]
    }
  ])
}
