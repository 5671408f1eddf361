/**
 * Splits as stores ask for and report them, and the work that clients ask of the cluster: SplitRegions, ScatterRegion,
 * GetOperator.
 */

import type { Binding } from "@reefkv/grpc"
import { type OperatorState, schedulerError } from "@reefkv/scheduler"
import { pdpb, type RegionId, services } from "@reefkv/wire"
import { Effect } from "effect"
import { type PdContext, pdUnary, required } from "./pdCall.ts"

const statusOf: Record<OperatorState, pdpb.OperatorStatus> = {
  running: pdpb.OperatorStatus.RUNNING,
  success: pdpb.OperatorStatus.SUCCESS,
  timeout: pdpb.OperatorStatus.TIMEOUT,
  cancelled: pdpb.OperatorStatus.CANCEL,
  replaced: pdpb.OperatorStatus.REPLACE
}

const utf8 = new TextEncoder()

/** New clients list the regions, old ones name one. */
const regionsToScatter = (request: pdpb.ScatterRegionRequest): ReadonlyArray<RegionId> =>
  request.regionsId.length > 0 ? request.regionsId : [request.regionId]

export const splitBindings = (pd: PdContext): ReadonlyArray<Binding> => {
  const { scheduler } = pd
  const { methods } = services.PD
  return [
    pdUnary(pd, methods.AskSplit, (request) =>
      Effect.map(Effect.flatMap(required(request.region, "region"), scheduler.askSplit), (ids) => ({
        newRegionId: ids.newRegionId,
        newPeerIds: [...ids.newPeerIds]
      }))
    ),
    pdUnary(pd, methods.AskBatchSplit, (request) =>
      Effect.gen(function* () {
        const region = yield* required(request.region, "region")
        return { ids: [...(yield* scheduler.askBatchSplit(region, request.splitCount))] }
      })
    ),
    pdUnary(pd, methods.ReportSplit, (request) =>
      Effect.gen(function* () {
        const left = yield* required(request.left, "left region")
        const right = yield* required(request.right, "right region")
        yield* scheduler.reportSplit(left, right)
        return {}
      })
    ),
    pdUnary(pd, methods.ReportBatchSplit, (request) => Effect.as(scheduler.reportBatchSplit(request.regions), {})),
    pdUnary(pd, methods.SplitRegions, (request) =>
      Effect.map(scheduler.splitRegions(request.splitKeys), (done) => ({
        finishedPercentage: done.finishedPercentage,
        regionsId: [...done.regionsId]
      }))
    ),
    pdUnary(pd, methods.ScatterRegion, (request) =>
      Effect.map(scheduler.scatterRegions({ regionIds: regionsToScatter(request), group: request.group }), (done) => ({
        finishedPercentage: done.finishedPercentage,
        failedRegionsId: [...done.failedRegionsId]
      }))
    ),
    pdUnary(pd, methods.SplitAndScatterRegions, (request) =>
      Effect.gen(function* () {
        if (request.splitKeys.length === 0) {
          return yield* Effect.fail(schedulerError("refused", "no split keys", pdpb.ErrorType.INVALID_VALUE))
        }
        const split = yield* scheduler.splitRegions(request.splitKeys)
        const scattered = yield* scheduler.scatterRegions({ regionIds: split.regionsId, group: request.group })
        return {
          splitFinishedPercentage: split.finishedPercentage,
          scatterFinishedPercentage: scattered.finishedPercentage,
          regionsId: [...split.regionsId]
        }
      })
    ),
    pdUnary(pd, methods.GetOperator, (request) =>
      Effect.map(scheduler.getOperator(request.regionId), (operator) => ({
        regionId: operator.regionId,
        desc: utf8.encode(operator.desc),
        status: statusOf[operator.state],
        kind: utf8.encode(operator.kind)
      }))
    )
  ]
}
