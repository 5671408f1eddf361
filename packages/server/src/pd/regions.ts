/**
 * Region lookups: by key, by id, the one before, ranges of them. A region that is not there is no error: the reply has a
 * header and no region, and the client asks again.
 */

import type { Binding } from "@reefkv/grpc"
import { metapb, type pdpb, services } from "@reefkv/wire"
import { Effect } from "effect"
import { type PdContext, pdUnary } from "./pdCall.ts"

const found = (region: pdpb.Region | undefined): Partial<pdpb.GetRegionResponse> =>
  region === undefined
    ? {}
    : {
        region: region.region,
        leader: region.leader,
        downPeers: region.downPeers,
        pendingPeers: region.pendingPeers,
        buckets: region.buckets
      }

export const regionBindings = (pd: PdContext): ReadonlyArray<Binding> => {
  const { scheduler } = pd
  const { methods } = services.PD
  return [
    pdUnary(pd, methods.GetRegion, (request) => Effect.map(scheduler.getRegion(request.regionKey), found)),
    pdUnary(pd, methods.GetPrevRegion, (request) => Effect.map(scheduler.getPrevRegion(request.regionKey), found)),
    pdUnary(pd, methods.GetRegionByID, (request) => Effect.map(scheduler.getRegionById(request.regionId), found)),
    pdUnary(pd, methods.ScanRegions, (request) =>
      Effect.map(scheduler.scanRegions(request.startKey, request.endKey, request.limit), (regions) => {
        // Old clients read the first two lists, new ones the third: all are as long and in one order.
        const regionMetas: Array<metapb.Region> = []
        const leaders: Array<metapb.Peer> = []
        for (const { region, leader } of regions) {
          if (region === undefined) throw new Error("ScanRegions: an entry without a region")
          regionMetas.push(region)
          leaders.push(leader ?? metapb.Peer.create())
        }
        return { regions: [...regions], regionMetas, leaders }
      })
    ),
    pdUnary(pd, methods.BatchScanRegions, (request) =>
      Effect.map(
        scheduler.batchScanRegions(request.ranges, request.limit, { containAllKeyRange: request.containAllKeyRange }),
        (regions) => ({ regions: [...regions] })
      )
    )
  ]
}
