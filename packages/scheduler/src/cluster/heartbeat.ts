/**
 * Which region heartbeat may replace what is known. Heartbeats travel on many streams, so a deposed leader's or a
 * parent's from before its split can arrive after the newer one; taking any field of it would undo newer facts.
 *
 * The rule (PD `processRegionHeartbeat`, with the term it carries): refused when term, version or conf_ver is behind the
 * known region of the same id, or version behind that of any region it overlaps. Any forward jump is accepted: a region
 * may split and change members many times between two heartbeats. Overlapped regions of other ids that did not refuse it
 * have lost their range.
 */
import type { metapb, pdpb } from "@reefkv/wire"
import { confVerOf, type RegionInfo, versionOf } from "./RegionInfo.ts"
import type { Regions } from "./Regions.ts"

export type HeartbeatVerdict =
  | { readonly _tag: "Accepted"; readonly region: RegionInfo; readonly previous: RegionInfo | undefined }
  /** Not even well-formed: nothing a newer epoch would cure. */
  | { readonly _tag: "Malformed"; readonly reason: string }
  | { readonly _tag: "Stale"; readonly reason: string }

const epochText = (region: metapb.Region): string => `version ${versionOf(region)}, conf_ver ${confVerOf(region)}`

/** Why the region is no region a leader could have; undefined when it is one. */
export const checkRegionShape = (region: metapb.Region | undefined): string | undefined => {
  if (region === undefined) return "no region in the message"
  if (region.id === 0) return "region id 0"
  if (region.peers.length === 0) return `region ${region.id} has no peers`
  if (versionOf(region) < 1 || confVerOf(region) < 1) return `region ${region.id} has no epoch (${epochText(region)})`
  if (region.endKey.length > 0 && Buffer.compare(region.startKey, region.endKey) >= 0) {
    return `region ${region.id} starts at or after its end`
  }
  const stores = new Set<number>()
  for (const peer of region.peers) {
    if (peer.id === 0 || peer.storeId === 0) return `region ${region.id} has a peer without id or store`
    if (stores.has(peer.storeId)) return `region ${region.id} has two peers on store ${peer.storeId}`
    stores.add(peer.storeId)
  }
  return undefined
}

/** The first reason why a region of this epoch and range is behind what is known; undefined when it is not. */
export const checkNotBehind = (regions: Regions, meta: metapb.Region, term: number): string | undefined => {
  const known = regions.get(meta.id)
  if (known !== undefined) {
    // Term 0 is a store that does not report terms.
    if (term !== 0 && term < known.term) return `term ${term} of region ${meta.id} is behind term ${known.term}`
    if (versionOf(meta) < versionOf(known.meta) || confVerOf(meta) < confVerOf(known.meta)) {
      return `region ${meta.id} at ${epochText(meta)} is behind ${epochText(known.meta)}`
    }
  }
  for (const other of regions.tree.overlaps(meta.startKey, meta.endKey)) {
    if (other.meta.id !== meta.id && versionOf(meta) < versionOf(other.meta)) {
      return `region ${meta.id} at ${epochText(meta)} overlaps region ${other.meta.id} at ${epochText(other.meta)}`
    }
  }
  return undefined
}

export const judgeHeartbeat = (regions: Regions, heartbeat: pdpb.RegionHeartbeatRequest): HeartbeatVerdict => {
  const { region: meta, leader } = heartbeat
  const malformed = checkRegionShape(meta)
  if (malformed !== undefined || meta === undefined) return { _tag: "Malformed", reason: malformed ?? "no region" }
  if (leader === undefined || !meta.peers.some((peer) => peer.id === leader.id && peer.storeId === leader.storeId)) {
    return { _tag: "Malformed", reason: `the leader of region ${meta.id} is not one of its peers` }
  }
  const stale = checkNotBehind(regions, meta, heartbeat.term)
  if (stale !== undefined) return { _tag: "Stale", reason: stale }
  const previous = regions.get(meta.id)
  return {
    _tag: "Accepted",
    previous,
    region: {
      meta,
      leader,
      term: heartbeat.term === 0 ? (previous?.term ?? 0) : heartbeat.term,
      downPeers: heartbeat.downPeers,
      pendingPeers: heartbeat.pendingPeers,
      approximateBytes: heartbeat.approximateSize,
      approximateKeys: heartbeat.approximateKeys,
      bytesWritten: heartbeat.bytesWritten,
      bytesRead: heartbeat.bytesRead,
      keysWritten: heartbeat.keysWritten,
      keysRead: heartbeat.keysRead,
      reported: true
    }
  }
}

/** Whether the persisted part (everything but leader and measures) differs. */
export const metaChanged = (a: metapb.Region, b: metapb.Region): boolean =>
  versionOf(a) !== versionOf(b) ||
  confVerOf(a) !== confVerOf(b) ||
  Buffer.compare(a.startKey, b.startKey) !== 0 ||
  Buffer.compare(a.endKey, b.endKey) !== 0 ||
  a.peers.length !== b.peers.length ||
  a.peers.some((peer, at) => peer.id !== b.peers[at]!.id || peer.role !== b.peers[at]!.role)
