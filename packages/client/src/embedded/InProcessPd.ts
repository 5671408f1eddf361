/**
 * What the client asks a scheduler, answered by the one store of this process: all regions are here, and the store knows
 * them better than the scheduler, which hears of a split a moment later.
 */
import type { RegionStatus, RouterService } from "@reefkv/core"
import {
  type ClusterId,
  compareBytes,
  equalBytes,
  findPeerById,
  metapb,
  rangesOverlap,
  type StoreId
} from "@reefkv/wire"
import { Effect } from "effect"
import { KvError } from "../KvError.ts"
import type { PdClient, RegionInfo } from "../pd/PdClient.ts"

const infoOf = ({ leaderPeerId, region }: RegionStatus): RegionInfo => ({
  region,
  leader: findPeerById(region, leaderPeerId)
})

export const makeInProcessPd = (clusterId: ClusterId, storeId: StoreId, router: RouterService): PdClient => {
  const store = metapb.Store.create({ id: storeId, address: "in process" })
  const at = (key: Uint8Array): RegionInfo | undefined => {
    const status = router.regionByKey(key)
    return status === undefined ? undefined : infoOf(status)
  }
  const overlapping = (start: Uint8Array, end: Uint8Array): ReadonlyArray<RegionInfo> =>
    router
      .regions()
      .filter(({ region }) => rangesOverlap(start, end, region.startKey, region.endKey))
      .sort((a, b) => compareBytes(a.region.startKey, b.region.startKey))
      .map(infoOf)
  return {
    clusterId,
    region: (key) => Effect.sync(() => at(key)),
    previousRegion: (key) =>
      Effect.sync(() => {
        const holding = at(key)
        if (holding === undefined || holding.region.startKey.length === 0) return undefined
        const { startKey } = holding.region
        return router
          .regions()
          .map(infoOf)
          .find(({ region }) => equalBytes(region.endKey, startKey))
      }),
    regionById: (id) =>
      Effect.sync(() => {
        const status = router.region(id)
        return status === undefined ? undefined : infoOf(status)
      }),
    scanRegions: ({ end, start }, limit) => Effect.sync(() => overlapping(start, end).slice(0, limit)),
    batchScanRegions: (ranges, limit) =>
      Effect.sync(() => {
        const found = new Map(
          ranges.flatMap(({ end, start }) => overlapping(start, end)).map((info) => [info.region.id, info])
        )
        return [...found.values()].slice(0, limit)
      }),
    store: (id) => Effect.succeed(id === storeId ? store : undefined),
    allStores: () => Effect.succeed([store]),
    call: (method) =>
      Effect.fail(new KvError({ reason: "refused", message: `an embedded store has no ${method.name}` }))
  }
}
