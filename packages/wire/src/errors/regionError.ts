/**
 * Constructors for errorpb.Error: why a store did not do what a request asked of a region.
 *
 * Clients act on the member that is set and show `message`, so each message says what was expected and what was found.
 * Keys in these errors are in the form of region bounds (keys/codec.ts), as clients decode them like PD's answers.
 * What each error makes a client do is in the wire contract; the two that must stay rare are `serverIsBusy` (seconds of
 * waiting, fatal to some clients) and `raftEntryTooLarge` (a hard error to the user).
 */
import { Error as RegionError } from "../generated/errorpb.ts"
import type { Peer, Region, RegionEpoch } from "../generated/metapb.ts"
import type { PeerId, RegionId, StoreId } from "../ids.ts"
import { printable } from "../keys/bytes.ts"
import { formatEpoch, formatPeer, formatRegion } from "../region.ts"

export type { Error as RegionError } from "../generated/errorpb.ts"

/** The region's leader is elsewhere. Without `leader` the client tries the next peer after a short wait. */
export function notLeader(regionId: RegionId, leader?: Peer): RegionError {
  const who = leader === undefined ? "no leader is known" : `the leader is peer ${formatPeer(leader)}`
  return RegionError.create({
    message: `this peer does not lead region ${regionId}; ${who}`,
    notLeader: { regionId, leader }
  })
}

/** The store holds no peer of the region: moved away, merged, or never here. */
export function regionNotFound(regionId: RegionId): RegionError {
  return RegionError.create({
    message: `region ${regionId} is not found on this store`,
    regionNotFound: { regionId }
  })
}

/** `key` (as region key) lies outside the region the request names. */
export function keyNotInRegion(key: Uint8Array, region: Region): RegionError {
  return RegionError.create({
    message: `key ${printable(key)} is not in ${formatRegion(region)}`,
    keyNotInRegion: { key, regionId: region.id, startKey: region.startKey, endKey: region.endKey }
  })
}

/**
 * The region changed since the client looked. `currentRegions` must be every region that now covers the range the client
 * knew, or it has to ask PD; an empty list means unknown.
 */
export function epochNotMatch(
  currentRegions: readonly Region[],
  request?: { readonly regionId: RegionId; readonly epoch: RegionEpoch | undefined }
): RegionError {
  const sent = request === undefined ? "" : `, the request has region ${request.regionId} ${formatEpoch(request.epoch)}`
  const now = currentRegions.length === 0 ? "unknown" : currentRegions.map(formatRegion).join(", ")
  return RegionError.create({
    message: `the epoch does not match: now ${now}${sent}`,
    epochNotMatch: { currentRegions: [...currentRegions] }
  })
}

/** Refused before anything was done, for load. `backoffMs` tells the client how long to stay away. */
export function serverIsBusy(
  reason: string,
  wait: { readonly backoffMs?: number; readonly estimatedWaitMs?: number } = {}
): RegionError {
  return RegionError.create({
    message: `the store is busy: ${reason}`,
    serverIsBusy: {
      reason,
      backoffMs: wait.backoffMs ?? 0,
      estimatedWaitMs: wait.estimatedWaitMs ?? 0,
      appliedIndex: 0
    }
  })
}

/** The proposal was dropped and certainly not applied: the term changed or its log slot went to another entry. */
export function staleCommand(detail = "the term changed"): RegionError {
  return RegionError.create({
    message: `the command is stale and was not applied: ${detail}`,
    staleCommand: {}
  })
}

/** The request was sent to another store; the client should read the store's address again. */
export function storeNotMatch(requestStoreId: StoreId, actualStoreId: StoreId): RegionError {
  return RegionError.create({
    message: `the request is for store ${requestStoreId}, this is store ${actualStoreId}`,
    storeNotMatch: { requestStoreId, actualStoreId }
  })
}

/** The proposal is over the limit of one raft entry. Not retried: the user must write less at once. */
export function raftEntryTooLarge(regionId: RegionId, entryBytes: number, entryBytesMax: number): RegionError {
  return RegionError.create({
    message: `a raft entry of region ${regionId} takes ${entryBytes} bytes, the limit is ${entryBytesMax}`,
    raftEntryTooLarge: { regionId, entrySize: entryBytes }
  })
}

/** A new leader may not serve yet: it has not learnt the highest timestamp handed out. */
export function maxTimestampNotSynced(regionId: RegionId): RegionError {
  return RegionError.create({
    message: `the leader of region ${regionId} has not synced its max timestamp yet`,
    maxTimestampNotSynced: {}
  })
}

export function readIndexNotReady(regionId: RegionId, reason: string): RegionError {
  return RegionError.create({
    message: `region ${regionId} cannot serve a read index yet: ${reason}`,
    readIndexNotReady: { reason, regionId }
  })
}

export function proposalInMergingMode(regionId: RegionId): RegionError {
  return RegionError.create({
    message: `region ${regionId} is merging and takes no writes`,
    proposalInMergingMode: { regionId }
  })
}

/** A stale read asked for a timestamp above what this peer has resolved. */
export function dataIsNotReady(regionId: RegionId, peerId: PeerId, safeTs: bigint): RegionError {
  return RegionError.create({
    message: `peer ${peerId} of region ${regionId} serves stale reads up to ${safeTs} only`,
    dataIsNotReady: { regionId, peerId, safeTs }
  })
}

/** The peer exists but holds no data yet. */
export function regionNotInitialized(regionId: RegionId): RegionError {
  return RegionError.create({
    message: `region ${regionId} is not initialized on this store yet`,
    regionNotInitialized: { regionId }
  })
}

export function diskFull(storeIds: readonly StoreId[], reason: string): RegionError {
  return RegionError.create({
    message: `the disk is full on store ${storeIds.join(", ")}: ${reason}`,
    diskFull: { storeId: [...storeIds], reason }
  })
}

export function recoveryInProgress(regionId: RegionId): RegionError {
  return RegionError.create({
    message: `region ${regionId} is being recovered`,
    recoveryInProgress: { regionId }
  })
}

export function flashbackInProgress(regionId: RegionId, flashbackStartTs: bigint): RegionError {
  return RegionError.create({
    message: `region ${regionId} is in flashback since ${flashbackStartTs}`,
    flashbackInProgress: { regionId, flashbackStartTs }
  })
}

export function flashbackNotPrepared(regionId: RegionId): RegionError {
  return RegionError.create({
    message: `region ${regionId} is not prepared for flashback`,
    flashbackNotPrepared: { regionId }
  })
}

export function isWitness(regionId: RegionId): RegionError {
  return RegionError.create({
    message: `this peer of region ${regionId} is a witness and holds no data`,
    isWitness: { regionId }
  })
}

/** The store's peer of the region is another one: the region left this store and came back. */
export function mismatchPeerId(requestPeerId: PeerId, storePeerId: PeerId): RegionError {
  return RegionError.create({
    message: `the request is for peer ${requestPeerId}, this store has peer ${storePeerId}`,
    mismatchPeerId: { requestPeerId, storePeerId }
  })
}

export function bucketVersionNotMatch(version: number, keys: readonly Uint8Array[]): RegionError {
  return RegionError.create({
    message: `the bucket version does not match: now ${version}`,
    bucketVersionNotMatch: { version, keys: [...keys] }
  })
}

/** The write was proposed and its outcome is unknown; it may still be applied. Never retried by clients. */
export function undeterminedResult(detail: string): RegionError {
  const message = `the result is undetermined: ${detail}`
  return RegionError.create({ message, undeterminedResult: { message } })
}

/** The deadline passed before anything was done. Clients know this one by its text. */
export function deadlineExceeded(): RegionError {
  return RegionError.create({ message: "Deadline is exceeded" })
}

/** Anything else: only a message, on which clients try another peer and then ask PD. */
export function otherRegionError(message: string): RegionError {
  return RegionError.create({ message })
}
