/**
 * Why this store will not take a request, before anything was changed: asked when a request enters the loop and, for what
 * the log may have changed since, again when its entry is applied.
 * Order and vocabulary: tikv raftstore `check_store_id`, `check_peer_id`, `check_leader`, `check_term`, `check_region_epoch`.
 */
import { epochOf, keyInRange, type metapb, type RegionId } from "@reefkv/wire"
import type { Peer } from "./Peer.ts"
import type { RegionError } from "./RegionError.ts"
import type { RequestHeader, WriteCommand } from "./Router.ts"
import type { StoreState } from "./StoreState.ts"

/** Which half of the epoch a command depends on: data on the range, membership changes on the membership, splits on both. */
export interface Needs {
  readonly leader: boolean
  readonly version: boolean
  readonly confVer: boolean
}
export const needsOfWrite: Needs = { leader: true, version: true, confVer: false }
export const needsOfReplicaRead: Needs = { leader: false, version: true, confVer: false }
export const needsOfSplit: Needs = { leader: true, version: true, confVer: true }
export const needsOfConfChange: Needs = { leader: true, version: false, confVer: true }
export const needsOfTransfer: Needs = { leader: true, version: true, confVer: true }
export const needsOfCompact: Needs = { leader: true, version: false, confVer: false }

/** Terms a request may lag behind before it is refused: a client may have heard of the leader one election ago. */
const termLagMax = 1

export const regionNotFound = (regionId: RegionId): RegionError => ({ _tag: "RegionNotFound", regionId })

export const checkRequest = (
  store: StoreState,
  peer: Peer | undefined,
  header: RequestHeader,
  needs: Needs
): RegionError | undefined => {
  const asked = header.peer
  if (asked !== undefined && asked.storeId !== 0 && asked.storeId !== store.storeId) {
    return { _tag: "StoreNotMatch", requestStoreId: asked.storeId, actualStoreId: store.storeId }
  }
  if (peer === undefined || peer.destroyed) return regionNotFound(header.regionId)
  if (!peer.isInitialized) return { _tag: "RegionNotInitialized", regionId: header.regionId }
  if (peer.damaged !== undefined) return regionNotFound(header.regionId)
  if (needs.leader && !peer.isLeader) return peer.notLeader()
  if (asked !== undefined && asked.id !== 0 && asked.id !== peer.id) {
    return { _tag: "MismatchPeerId", requestPeerId: asked.id, actualPeerId: peer.id }
  }
  if (header.term !== 0 && peer.raft.term > header.term + termLagMax) {
    return {
      _tag: "StaleCommand",
      message: `the request is of term ${header.term}, the region is in ${peer.raft.term}`
    }
  }
  const epoch = epochOf(peer.region)
  if (
    (needs.version && header.epoch.version !== epoch.version) ||
    (needs.confVer && header.epoch.confVer !== epoch.confVer)
  ) {
    return epochNotMatch(store, peer.region, header.epoch.version)
  }
  return undefined
}

/** Regions to the left of one that a stale caller is told of at most. */
const siblingsMax = 64

/**
 * The region as it is, and those that now cover what it has given away: the right-most piece of a split keeps the id, so
 * they are its neighbours on the left. Pieces are cut again on their own, which this region's version does not count; but
 * whatever came of the caller's region is above the caller's version, so they go on until one is not.
 */
export const epochNotMatch = (store: StoreState, region: metapb.Region, callerVersion: number): RegionError => {
  const current = store.regions.get(region.id) ?? region
  const regions: Array<metapb.Region> = [current]
  let leftmost = current
  while (epochOf(leftmost).version > callerVersion && leftmost.startKey.length > 0 && regions.length <= siblingsMax) {
    const neighbour = store.regions.endingAt(leftmost.startKey)
    if (neighbour === undefined || epochOf(neighbour).version <= callerVersion) break
    regions.push(neighbour)
    leftmost = neighbour
  }
  return { _tag: "EpochNotMatch", currentRegions: regions }
}

export const checkKey = (key: Uint8Array, region: metapb.Region): RegionError | undefined =>
  keyInRange(key, region.startKey, region.endKey) ? undefined : { _tag: "KeyNotInRegion", key, region }

/** The end of a range: inside, or the region's own end; empty stands for the latter. */
export const checkEndKey = (end: Uint8Array, region: metapb.Region): RegionError | undefined => {
  if (end.length === 0 || region.endKey.length === 0) return undefined
  return Buffer.compare(end, region.endKey) <= 0 ? undefined : { _tag: "KeyNotInRegion", key: end, region }
}

/** All commands of a write lie in the region, or the first reason why not. */
export const checkCommands = (
  commands: ReadonlyArray<WriteCommand>,
  region: metapb.Region
): RegionError | undefined => {
  for (const command of commands) {
    const refusal =
      command.type === "deleteRange"
        ? (checkKey(command.start, region) ?? checkEndKey(command.end, region))
        : checkKey(command.key, region)
    if (refusal !== undefined) return refusal
  }
  return undefined
}
