/** What the pieces of the service share: one memory, one way to disk, one clock. */
import type { Effect } from "effect"
import type { Cluster } from "../cluster/Cluster.ts"
import type { ClusterView } from "../cluster/ClusterView.ts"
import type { OperatorController } from "../operators/OperatorController.ts"
import type { CommandLog } from "../persist.ts"
import type { SchedulerConfig } from "../SchedulerConfig.ts"
import { type SchedulerError, schedulerError } from "../SchedulerError.ts"
import type { SchedulerEventSink } from "../SchedulerEvent.ts"
import type { IdAllocator } from "./IdAllocator.ts"

export interface Parts {
  readonly cluster: Cluster
  readonly operators: OperatorController
  readonly ids: IdAllocator
  readonly log: CommandLog
  readonly events: SchedulerEventSink
  readonly config: () => SchedulerConfig
  /** Monotonic. */
  readonly nowMs: () => number
  readonly nowUnixMs: () => number
  /** The cluster as it is now; cheap, and stale after the next change. */
  readonly view: () => ClusterView
  /** Tells idle schedulers that the stores changed. */
  readonly wake: () => void
  /** One change of stores, bootstrap or configuration at a time: each compares before its write and sets after it. */
  readonly changing: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** The refusal every question about the cluster meets before the bootstrap. */
export const whyNotBootstrapped = (parts: Parts): SchedulerError | undefined =>
  parts.cluster.bootstrapped
    ? undefined
    : schedulerError("notBootstrapped", "the cluster is not bootstrapped: start a store first")
