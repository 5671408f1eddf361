/**
 * What a student or an operator of the cluster would ask the scheduler about, as typed values. The playground prints
 * them, the simulator records them, tests assert on them. Callers ask `listening` before they build one on a hot path.
 */
import type { ClusterId, metapb, RegionId, StoreId } from "@reefkv/wire"
import { Context } from "effect"
import type { Liveness } from "./cluster/StoreInfo.ts"

interface AtRegion {
  readonly regionId: RegionId
}

/** Names an operator: regions have at most one at a time, `operatorId` tells two of the same region apart. */
interface OfOperator extends AtRegion {
  readonly operatorId: number
  /** What wanted it, such as `make-up-replica` or `balance-leader`. */
  readonly desc: string
}

export type SchedulerEvent =
  | { readonly type: "ClusterBootstrapped"; readonly clusterId: ClusterId; readonly region: metapb.Region }
  | { readonly type: "StoreJoined"; readonly storeId: StoreId; readonly address: string }
  | {
      readonly type: "StoreStateChanged"
      readonly storeId: StoreId
      readonly from: metapb.StoreState
      readonly to: metapb.StoreState
    }
  | {
      readonly type: "StoreLivenessChanged"
      readonly storeId: StoreId
      readonly from: Liveness
      readonly to: Liveness
    }
  /** The first accepted heartbeat, or one that changed epoch, leader or peers. */
  | (AtRegion & {
      readonly type: "RegionChanged"
      readonly region: metapb.Region
      readonly leaderStoreId: StoreId
      readonly evictedRegionIds: ReadonlyArray<RegionId>
    })
  | (AtRegion & { readonly type: "RegionHeartbeatRefused"; readonly reason: string })
  | (AtRegion & {
      readonly type: "SplitIdsGiven"
      readonly version: number
      readonly newRegionIds: ReadonlyArray<RegionId>
    })
  | (AtRegion & { readonly type: "SplitRefused"; readonly reason: string })
  | { readonly type: "SplitReported"; readonly regionIds: ReadonlyArray<RegionId> }
  | (OfOperator & { readonly type: "OperatorStarted"; readonly steps: ReadonlyArray<string> })
  | (OfOperator & { readonly type: "OperatorStepSent"; readonly step: string; readonly toStoreId: StoreId })
  | (OfOperator & { readonly type: "OperatorStepDone"; readonly step: string; readonly elapsedMs: number })
  | (OfOperator & {
      readonly type: "OperatorEnded"
      readonly outcome: "success" | "timeout" | "cancelled" | "replaced"
      readonly reason: string
      readonly elapsedMs: number
    })
  | { readonly type: "SchedulingStarted"; readonly regionsReported: number; readonly regionsKnown: number }

export interface SchedulerEventSink {
  readonly listening: () => boolean
  readonly emit: (event: SchedulerEvent) => void
}

/** One sink per process; nobody listens by default. */
export const SchedulerEvents = Context.Reference<SchedulerEventSink>("@reefkv/scheduler/SchedulerEvents", {
  defaultValue: () => ({ listening: () => false, emit: () => {} })
})
