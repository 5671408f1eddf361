/**
 * `GET /metrics` of the scheduler: Prometheus text under PD's names where the meaning is PD's, `reefkv_` for the rest.
 * Everything is read when asked for; nothing is counted twice.
 */
import type { ClusterStatus, OperatorStatus, RegionStatus, StoreStatus } from "@reefkv/scheduler"
import type { PortCounters } from "../../port/OnePort.ts"
import { storeStateName } from "./regionJson.ts"

export interface MetricsInput {
  readonly cluster: ClusterStatus
  readonly stores: ReadonlyArray<StoreStatus>
  readonly regions: ReadonlyArray<RegionStatus>
  readonly operators: ReadonlyArray<OperatorStatus>
  readonly maxReplicas: number
  readonly port: PortCounters | undefined
}

type Labels = { readonly [name: string]: string | number }
const escape = (value: string): string => value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")
const line = (name: string, labels: Labels, value: number): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escape(String(text))}"`)
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`
}
const family = (name: string, type: "gauge" | "counter", help: string, lines: ReadonlyArray<string>): string =>
  lines.length === 0 ? "" : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("\n")}\n`

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
  const perStore = stores.flatMap((store) => {
    const of = (type: string, value: number) =>
      line("pd_scheduler_store_status", { address: store.store.address, store: store.store.id, type }, value)
    return [
      of("leader_count", store.leaderCount),
      of("region_count", store.regionCount),
      of("leader_size", store.leaderBytes / 1_048_576),
      of("region_size", store.regionBytes / 1_048_576),
      of("store_available", store.stats?.available ?? 0),
      of("store_used", store.stats?.usedSize ?? 0),
      of("store_capacity", store.stats?.capacity ?? 0)
    ]
  })
  const byKind = new Map<string, number>()
  for (const operator of input.operators) byKind.set(operator.desc, (byKind.get(operator.desc) ?? 0) + 1)
  return [
    family("pd_cluster_metadata", "gauge", "Cluster metadata.", [
      line("pd_cluster_metadata", { type: `cluster${cluster.clusterId}` }, cluster.regionsKnown)
    ]),
    family(
      "pd_cluster_status",
      "gauge",
      "Status of the cluster.",
      status.map(([type, value]) => line("pd_cluster_status", { type }, value))
    ),
    family(
      "pd_regions_status",
      "gauge",
      "Number of regions by condition.",
      regionStatus.map(([type, value]) => line("pd_regions_status", { type }, value))
    ),
    family("pd_scheduler_store_status", "gauge", "Status of each store.", perStore),
    family(
      "reefkv_scheduler_operators_running",
      "gauge",
      "Running operators by what wanted them.",
      [...byKind].map(([desc, value]) => line("reefkv_scheduler_operators_running", { desc }, value))
    ),
    family("reefkv_scheduler_scheduling_started", "gauge", "1 once checkers and schedulers run.", [
      line("reefkv_scheduler_scheduling_started", {}, cluster.schedulingStarted ? 1 : 0)
    ]),
    input.port === undefined
      ? ""
      : family(
          "reefkv_port_connections_total",
          "counter",
          "Connections by what their first bytes said.",
          Object.entries(input.port).map(([kind, value]) => line("reefkv_port_connections_total", { kind }, value))
        ),
    family("process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", [
      line("process_resident_memory_bytes", {}, process.memoryUsage().rss)
    ]),
    family("process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.", [
      line("process_cpu_seconds_total", {}, (process.cpuUsage().user + process.cpuUsage().system) / 1e6)
    ])
  ].join("")
}
