/**
 * Whether a snapshot's region may come to live on this store: its range must not be another region's. A refusal is told
 * to the sender, whose leader tries again; nothing is dropped in silence.
 *
 * The usual overlap is a parent that has not applied its split yet while the child's snapshot is already here; it goes
 * away by itself. Another is a peer that was removed while this store was cut off; the stale-peer check clears it.
 */
import type { KeyRange } from "@reefkv/engine"
import { formatRegion, type metapb, type RegionId, rangesOverlap } from "@reefkv/wire"

export interface ReservedRange {
  readonly regionId: RegionId
  readonly range: KeyRange
}

/**
 * Undefined when the region may come, otherwise the reason. `present`: the initialised regions of this store that overlap
 * the region's range (more do no harm). `reserved`: ranges of snapshots under way.
 */
export const refuseOverlap = (
  region: metapb.Region,
  present: Iterable<metapb.Region>,
  reserved: Iterable<ReservedRange>
): string | undefined => {
  for (const other of present) {
    if (other.id !== region.id && rangesOverlap(region.startKey, region.endKey, other.startKey, other.endKey)) {
      return `${formatRegion(region)} overlaps ${formatRegion(other)}, which is on this store`
    }
  }
  for (const { regionId, range } of reserved) {
    if (regionId !== region.id && rangesOverlap(region.startKey, region.endKey, range.start, range.end)) {
      return `${formatRegion(region)} overlaps a snapshot under way for region ${regionId}`
    }
  }
  return undefined
}
