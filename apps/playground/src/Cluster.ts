/** A cluster that the playground has started, in process or as processes of its own. */
import type { StoreEvent } from "@reefkv/core"
import type { EngineKind } from "@reefkv/process"
import type { SchedulerEvent } from "@reefkv/scheduler"

export interface ClusterOptions {
  readonly stores: number
  readonly engine: EngineKind
  /** Holds one directory per store and one for the scheduler. */
  readonly directory: string
  /** The size regions are split into. */
  readonly regionBytes: number
  /** Of the scheduler; 0 lets the system choose. Stores always let the system choose. */
  readonly port: number
  readonly onStoreEvent: (event: StoreEvent) => void
  readonly onSchedulerEvent: (event: SchedulerEvent) => void
  readonly onLine: (line: string) => void
}

export interface RunningStore {
  readonly storeId: number
  readonly address: string
  readonly statusAddress: string
}

export interface Cluster {
  /** `host:port` of the scheduler: what clients connect to. */
  readonly schedulerAddress: string
  readonly stores: ReadonlyArray<RunningStore>
}

/**
 * Regions far smaller than a real cluster's, so that a data set of a few megabytes splits while one watches. In the names
 * of configuration flags, because processes get them as such.
 */
export const playgroundSettings = (regionBytes: number): Readonly<Record<string, string>> => ({
  "raftstore.region-max-size": String(Math.ceil(regionBytes * 1.5)),
  "raftstore.region-split-size": String(regionBytes),
  "raftstore.split-check-interval": "200ms",
  "raftstore.region-heartbeat-interval": "2s",
  "raftstore.store-heartbeat-interval": "1s"
})
