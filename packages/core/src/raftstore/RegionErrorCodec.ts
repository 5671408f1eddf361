/**
 * RegionError → `errorpb.Error`, as clients expect it (client-go `internal/locate/region_request.go`). The message is for
 * people; clients decide by which member is set, except for the deadline, which they find by its text.
 */
import { errorpb, type metapb } from "@reefkv/wire"
import type { RegionError } from "./RegionError.ts"

/** A hint to clients that meet ServerIsBusy: the mailbox empties within a few passes. */
const busyBackoffMs = 50

/** client-go and TiKV agree on this text instead of a member of errorpb.Error. */
export const deadlineExceededMessage = "Deadline is exceeded"

export const toErrorpb = (error: RegionError): errorpb.Error => {
  switch (error._tag) {
    case "NotLeader":
      return errorpb.Error.create({
        message:
          error.leader === undefined
            ? `region ${error.regionId}: this peer is not the leader and knows of none`
            : `region ${error.regionId}: not the leader; it is peer ${error.leader.id} on store ${error.leader.storeId}`,
        notLeader: { regionId: error.regionId, leader: error.leader }
      })
    case "RegionNotFound":
      return errorpb.Error.create({
        message: `region ${error.regionId} is not on this store`,
        regionNotFound: { regionId: error.regionId }
      })
    case "KeyNotInRegion":
      return errorpb.Error.create({
        message: `key ${hex(error.key)} is not in region ${error.region.id} ${range(error.region)}`,
        keyNotInRegion: {
          key: error.key,
          regionId: error.region.id,
          startKey: error.region.startKey,
          endKey: error.region.endKey
        }
      })
    case "EpochNotMatch":
      return errorpb.Error.create({
        message: `the epoch in the request is not the region's; now: ${error.currentRegions.map(epochOf).join(", ") || "no region here"}`,
        epochNotMatch: { currentRegions: [...error.currentRegions] }
      })
    case "ServerIsBusy":
      return errorpb.Error.create({
        message: `server is busy: ${error.reason}`,
        serverIsBusy: errorpb.ServerIsBusy.create({ reason: error.reason, backoffMs: busyBackoffMs })
      })
    case "StaleCommand":
      return errorpb.Error.create({ message: `stale command: ${error.message}`, staleCommand: {} })
    case "StoreNotMatch":
      return errorpb.Error.create({
        message: `the request is for store ${error.requestStoreId}, this is store ${error.actualStoreId}`,
        storeNotMatch: { requestStoreId: error.requestStoreId, actualStoreId: error.actualStoreId }
      })
    case "MismatchPeerId":
      return errorpb.Error.create({
        message: `the request is for peer ${error.requestPeerId}, this is peer ${error.actualPeerId}`,
        mismatchPeerId: { requestPeerId: error.requestPeerId, storePeerId: error.actualPeerId }
      })
    case "RaftEntryTooLarge":
      return errorpb.Error.create({
        message: `region ${error.regionId}: an entry of ${error.entryBytes} bytes is over the limit of ${error.maxBytes}; send less in one request`,
        raftEntryTooLarge: { regionId: error.regionId, entrySize: error.entryBytes }
      })
    case "RegionNotInitialized":
      return errorpb.Error.create({
        message: `region ${error.regionId} waits for its first snapshot on this store`,
        regionNotInitialized: { regionId: error.regionId }
      })
    case "ReadIndexNotReady":
      return errorpb.Error.create({
        message: `region ${error.regionId}: read index is not ready: ${error.reason}`,
        readIndexNotReady: { reason: error.reason, regionId: error.regionId }
      })
    case "DiskFull":
      return errorpb.Error.create({
        message: `store ${error.storeId}: ${error.message}`,
        diskFull: { storeId: [error.storeId], reason: error.message }
      })
    case "DeadlineExceeded":
      return errorpb.Error.create({ message: deadlineExceededMessage })
    case "UndeterminedResult":
      return errorpb.Error.create({ message: error.message, undeterminedResult: { message: error.message } })
    case "Refused":
      return errorpb.Error.create({ message: error.message })
  }
}

const range = (region: metapb.Region): string =>
  `[${hex(region.startKey) || "-inf"}, ${region.endKey.length === 0 ? "+inf" : hex(region.endKey)})`

const epochOf = (region: metapb.Region): string =>
  `region ${region.id} version ${region.regionEpoch?.version ?? 0} conf_ver ${region.regionEpoch?.confVer ?? 0}`

/** Keys in messages are cut: a message is for people, and a key may be four kilobytes. */
const hexBytesMax = 64
const hex = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, hexBytesMax)).toString("hex")
  return bytes.length > hexBytesMax ? `${text}…` : text
}
