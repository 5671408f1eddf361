/** Questions about regions, answered from memory. A hole between regions is a passing state, not an error. */
import { pdpb, type RegionId } from "@reefkv/wire"
import type { RegionInfo } from "../cluster/RegionInfo.ts"
import type { Regions } from "../cluster/Regions.ts"
import type { RegionStatus } from "../SchedulerService.ts"

export const toWireRegion = (region: RegionInfo): pdpb.Region =>
  pdpb.Region.create({
    region: region.meta,
    leader: region.leader,
    downPeers: [...region.downPeers],
    pendingPeers: [...region.pendingPeers]
  })

export const toRegionStatus = (region: RegionInfo): RegionStatus => ({
  ...toWireRegion(region),
  term: region.term,
  approximateBytes: region.approximateBytes,
  approximateKeys: region.approximateKeys,
  bytesWritten: region.bytesWritten,
  bytesRead: region.bytesRead,
  keysWritten: region.keysWritten,
  keysRead: region.keysRead,
  reported: region.reported
})

/** pdpb: a limit of 0 or less is no limit. */
const limitOf = (limit: number): number => (limit <= 0 ? Number.POSITIVE_INFINITY : limit)

export const scan = (
  regions: Regions,
  startKey: Uint8Array,
  endKey: Uint8Array,
  limit: number
): ReadonlyArray<RegionInfo> => regions.tree.scan(startKey, endKey, limitOf(limit))

export type BatchScan =
  | { readonly _tag: "Found"; readonly regions: ReadonlyArray<RegionInfo> }
  /** The first part of a range that no region covers. */
  | { readonly _tag: "Gap"; readonly range: pdpb.KeyRange; readonly at: Uint8Array }

/**
 * Ranges ascending and apart; a region that two ranges touch is answered once, and the limit counts regions over all
 * ranges. With `containAllKeyRange` a range must be covered up to its end, or up to where the limit cut it.
 */
export const batchScan = (
  regions: Regions,
  ranges: ReadonlyArray<pdpb.KeyRange>,
  limit: number,
  containAllKeyRange: boolean
): BatchScan => {
  const found: Array<RegionInfo> = []
  const max = limitOf(limit)
  for (const range of ranges) {
    // Two more than may be answered: the first may be the last of the range before, and one over the limit tells a range
    // that was cut by it from one that ends in a hole.
    const part = regions.tree.scan(range.startKey, range.endKey, max - found.length + 2)
    let covered = range.startKey
    let open = false
    for (const region of part) {
      if (Buffer.compare(region.meta.startKey, covered) > 0 && containAllKeyRange) {
        return { _tag: "Gap", range, at: covered }
      }
      if (found.at(-1) !== region) {
        if (found.length >= max) return { _tag: "Found", regions: found }
        found.push(region)
      }
      covered = region.meta.endKey
      open = covered.length === 0
    }
    if (containAllKeyRange && !open) {
      const short = range.endKey.length === 0 || Buffer.compare(covered, range.endKey) < 0
      if (short) return { _tag: "Gap", range, at: covered }
    }
  }
  return { _tag: "Found", regions: found }
}

/** Many lookups at once. Where no region is known the id is 0; the lists are as long as the questions. */
export const query = (
  regions: Regions,
  request: {
    readonly ids: ReadonlyArray<RegionId>
    readonly keys: ReadonlyArray<Uint8Array>
    readonly prevKeys: ReadonlyArray<Uint8Array>
  }
) => {
  const regionsById = new Map<number, pdpb.RegionResponse>()
  const note = (region: RegionInfo | undefined): RegionId => {
    if (region === undefined) return 0
    if (!regionsById.has(region.meta.id)) regionsById.set(region.meta.id, toWireRegion(region))
    return region.meta.id
  }
  const keyIdMap = request.keys.map((key) => note(regions.tree.find(key)))
  const prevKeyIdMap = request.prevKeys.map((key) => note(regions.tree.findPrevious(key)))
  for (const id of request.ids) note(regions.get(id))
  return { keyIdMap, prevKeyIdMap, regionsById }
}
