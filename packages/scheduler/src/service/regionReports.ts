/**
 * What leaders tell and ask about their regions: heartbeats, ask-split, split reports. A heartbeat is judged first and
 * then taken whole; ids for a split are given only to a region that is what the scheduler knows, or newer.
 */
import { type metapb, pdpb, type RegionId } from "@reefkv/wire"
import { Effect } from "effect"
import { checkRegionShape, judgeHeartbeat, metaChanged } from "../cluster/heartbeat.ts"
import { confVerOf, versionOf } from "../cluster/RegionInfo.ts"
import { isTombstone } from "../cluster/StoreInfo.ts"
import { schedulerError } from "../SchedulerError.ts"
import { type Parts, whyNotBootstrapped } from "./Parts.ts"

/** New regions of one ask-split at most. */
export const splitCountMax = 1_000

const epochText = (region: metapb.Region): string => `version ${versionOf(region)}, conf_ver ${confVerOf(region)}`

/** Left to right, each starting where the one before ends. */
const touch = (left: metapb.Region, right: metapb.Region): boolean =>
  left.endKey.length > 0 && Buffer.compare(left.endKey, right.startKey) === 0

export const makeRegionReports = (parts: Parts) => {
  const { cluster, events, ids, operators } = parts

  /**
   * Unknown id: not found. Older in version or conf_ver: stale. Of the same epoch, range and peers must be the same too.
   * A newer epoch is let through: its heartbeat is on another stream and may come later; ids are only numbers, and the
   * store checks the epoch again when it proposes and when it applies the split.
   */
  const whyNotSplit = (region: metapb.Region) => {
    const known = cluster.regions.get(region.id)
    if (known === undefined) {
      return schedulerError("notFound", `region ${region.id} is not known`, pdpb.ErrorType.REGION_NOT_FOUND)
    }
    const behind = versionOf(region) < versionOf(known.meta) || confVerOf(region) < confVerOf(known.meta)
    if (behind) {
      return schedulerError("stale", `region ${region.id} at ${epochText(region)} is behind ${epochText(known.meta)}`)
    }
    const sameEpoch = versionOf(region) === versionOf(known.meta) && confVerOf(region) === confVerOf(known.meta)
    if (sameEpoch && metaChanged(region, known.meta)) {
      return schedulerError(
        "stale",
        `region ${region.id} at ${epochText(region)} is known with another range or other peers`
      )
    }
    return undefined
  }

  const askBatchSplit = Effect.fnUntraced(function* (region: metapb.Region, count: number) {
    const refusal = whyNotBootstrapped(parts)
    if (refusal !== undefined) return yield* refusal
    const malformed = checkRegionShape(region)
    if (malformed !== undefined) return yield* schedulerError("refused", malformed)
    if (!Number.isSafeInteger(count) || count < 1 || count > splitCountMax) {
      return yield* schedulerError("refused", `between 1 and ${splitCountMax} new regions at a time, not ${count}`)
    }
    const stale = whyNotSplit(region)
    if (stale !== undefined) {
      if (events.listening()) events.emit({ type: "SplitRefused", regionId: region.id, reason: stale.message })
      return yield* stale
    }
    const each = 1 + region.peers.length
    const last = yield* ids.alloc(count * each)
    let next = last - count * each + 1
    const given = Array.from({ length: count }, () => {
      const newRegionId = next
      const newPeerIds = region.peers.map((_, at) => newRegionId + 1 + at)
      next += each
      return pdpb.SplitID.create({ newRegionId, newPeerIds })
    })
    if (events.listening()) {
      events.emit({
        type: "SplitIdsGiven",
        regionId: region.id,
        version: versionOf(region),
        newRegionIds: given.map((id) => id.newRegionId)
      })
    }
    return given
  })

  const reportBatchSplit = Effect.fnUntraced(function* (regions: ReadonlyArray<metapb.Region>) {
    const refusal = whyNotBootstrapped(parts)
    if (refusal !== undefined) return yield* refusal
    for (const region of regions) {
      const malformed = checkRegionShape(region)
      if (malformed !== undefined) return yield* schedulerError("refused", malformed)
    }
    for (let at = 1; at < regions.length; at++) {
      if (!touch(regions[at - 1]!, regions[at]!)) {
        return yield* schedulerError(
          "refused",
          `region ${regions[at]!.id} does not start where region ${regions[at - 1]!.id} ends`
        )
      }
    }
    // The map changes by heartbeats alone, which carry leaders and terms; the store sends them along with this report.
    if (events.listening()) events.emit({ type: "SplitReported", regionIds: regions.map((region) => region.id) })
  })

  return {
    regionHeartbeat: (heartbeat: pdpb.RegionHeartbeatRequest) =>
      Effect.suspend(() => {
        const refusal = whyNotBootstrapped(parts)
        if (refusal !== undefined) return Effect.fail(refusal)
        const refuse = (reason: "stale" | "refused", regionId: RegionId, text: string) => {
          if (events.listening()) events.emit({ type: "RegionHeartbeatRefused", regionId, reason: text })
          return Effect.fail(schedulerError(reason, text))
        }
        const verdict = judgeHeartbeat(cluster.regions, heartbeat)
        const id = heartbeat.region?.id ?? 0
        if (verdict._tag === "Malformed") return refuse("refused", id, verdict.reason)
        if (verdict._tag === "Stale") return refuse("stale", id, verdict.reason)
        const { previous, region } = verdict
        const leaderStoreId = region.leader?.storeId ?? 0
        const store = cluster.store(leaderStoreId)
        if (store !== undefined && isTombstone(store)) {
          return refuse("refused", id, `store ${leaderStoreId} is a tombstone`)
        }
        const evicted = cluster.putRegion(region)
        if (
          events.listening() &&
          (evicted.length > 0 ||
            previous === undefined ||
            !previous.reported ||
            previous.leader?.id !== region.leader?.id ||
            metaChanged(previous.meta, region.meta))
        ) {
          const evictedRegionIds = evicted.map((loser) => loser.meta.id)
          events.emit({ type: "RegionChanged", regionId: id, region: region.meta, leaderStoreId, evictedRegionIds })
        }
        operators.onRegion(region)
        // A new region may have put its stores out of balance.
        if (previous === undefined) parts.wake()
        return Effect.void
      }),
    askBatchSplit,
    askSplit: (region: metapb.Region) =>
      Effect.map(askBatchSplit(region, 1), ([split]) => ({
        newRegionId: split!.newRegionId,
        newPeerIds: split!.newPeerIds
      })),
    reportBatchSplit
  }
}
