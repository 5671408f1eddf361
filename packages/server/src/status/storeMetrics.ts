/**
 * `GET /metrics` of a store: under TiKV's names where the meaning is TiKV's, `reefkv_` for the rest. Everything is read
 * when asked for, so that a request costs nothing; no series has a region as its label.
 */
import type { Family, Sample } from "./prometheus.ts"
import type { StatusSource } from "./StatusSource.ts"

const byName = (counters: ReadonlyMap<string, number>, label: string): ReadonlyArray<Sample> =>
  [...counters].map(([name, value]) => ({ labels: { [label]: name }, value }))

export const storeMetrics = (source: StatusSource): ReadonlyArray<Family> => {
  const regions = source.router.regions()
  const leaders = regions.filter(({ peerId, leaderPeerId }) => peerId === leaderPeerId)
  const engine = source.engine.stats()
  const raw = source.raw.stats()
  const sizes: ReadonlyArray<readonly [string, number | undefined]> = [
    ["capacity", engine.capacityBytes],
    ["available", engine.availableBytes],
    ["used", engine.sizeBytes]
  ]
  return [
    {
      name: "tikv_raftstore_region_count",
      type: "gauge",
      help: "Regions on this store, and those it leads.",
      samples: [
        { labels: { type: "region" }, value: regions.length },
        { labels: { type: "leader" }, value: leaders.length }
      ]
    },
    {
      name: "tikv_store_size_bytes",
      type: "gauge",
      help: "Bytes of the store's disk and what the data takes.",
      samples: sizes.flatMap(([type, value]) => (value === undefined ? [] : [{ labels: { type }, value }]))
    },
    {
      name: "reefkv_region_approximate_bytes",
      type: "gauge",
      help: "Bytes of all regions, as estimated.",
      samples: [{ value: regions.reduce((sum, region) => sum + region.approximateBytes, 0) }]
    },
    {
      name: "reefkv_region_approximate_keys",
      type: "gauge",
      help: "Keys of all regions, as estimated.",
      samples: [{ value: regions.reduce((sum, region) => sum + region.approximateKeys, 0) }]
    },
    {
      name: "reefkv_store_events_total",
      type: "counter",
      help: "What the store's loop has done since the start.",
      samples: byName(source.router.counters(), "event")
    },
    {
      name: "reefkv_grpc_requests_total",
      type: "counter",
      help: "Calls, commands in BatchCommands (batch:) and raft messages that changed on their way (broken-seal:), since the start.",
      samples: byName(source.grpc.requests(), "method")
    },
    {
      name: "reefkv_grpc_open_calls",
      type: "gauge",
      help: "Calls without a status yet, streams included.",
      samples: [{ value: source.grpc.openCalls() }]
    },
    {
      name: "reefkv_transport_events_total",
      type: "counter",
      help: "What was sent to other stores since the start.",
      samples: byName(source.transport(), "event")
    },
    {
      name: "reefkv_raw_long_scans",
      type: "gauge",
      help: "Scans and checksums that take more than one turn.",
      samples: [{ value: raw.slicedReads }]
    },
    {
      name: "reefkv_raw_latched_keys",
      type: "gauge",
      help: "Keys on which an atomic command runs.",
      samples: [{ value: raw.latchedKeys }]
    },
    {
      name: "reefkv_engine_open_snapshots",
      type: "gauge",
      help: "Views of the engine that are held.",
      samples: [{ labels: { engine: engine.kind }, value: engine.openSnapshots }]
    },
    {
      name: "process_resident_memory_bytes",
      type: "gauge",
      help: "Resident memory size in bytes.",
      samples: [{ value: process.memoryUsage.rss() }]
    },
    {
      name: "process_cpu_seconds_total",
      type: "counter",
      help: "Total user and system CPU time spent in seconds.",
      samples: [{ value: cpuSeconds() }]
    },
    {
      name: "process_start_time_seconds",
      type: "gauge",
      help: "Start time of the process since unix epoch in seconds.",
      samples: [{ value: source.startSeconds }]
    }
  ]
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
