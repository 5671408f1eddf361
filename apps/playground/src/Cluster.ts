/**
 * What a cluster of the playground is started with, in process or as processes. Starting answers as soon as the first
 * store accepts writes: `schedulerAddress`, and `startRest`, which starts the others, all at once.
 */
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
