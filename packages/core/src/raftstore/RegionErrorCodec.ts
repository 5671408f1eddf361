/**
 * RegionError → `errorpb.Error`: the core's answer in the words clients know. What each makes a client do is said at
 * wire's constructors.
 */
import { type errorpb, regionError } from "@reefkv/wire"
import type { RegionError } from "./RegionError.ts"

export const toErrorpb = (error: RegionError): errorpb.Error => {
  switch (error._tag) {
    case "NotLeader":
      return regionError.notLeader(error.regionId, error.leader)
    case "RegionNotFound":
      return regionError.regionNotFound(error.regionId)
    case "KeyNotInRegion":
      return regionError.keyNotInRegion(error.key, error.region)
    case "EpochNotMatch":
      return regionError.epochNotMatch(error.currentRegions)
    case "ServerIsBusy":
      return regionError.serverIsBusy(error.reason)
    case "StaleCommand":
      return regionError.staleCommand(error.message)
    case "StoreNotMatch":
      return regionError.storeNotMatch(error.requestStoreId, error.actualStoreId)
    case "MismatchPeerId":
      return regionError.mismatchPeerId(error.requestPeerId, error.actualPeerId)
    case "RaftEntryTooLarge":
      return regionError.raftEntryTooLarge(error.regionId, error.entryBytes, error.maxBytes)
    case "RegionNotInitialized":
      return regionError.regionNotInitialized(error.regionId)
    case "ReadIndexNotReady":
      return regionError.readIndexNotReady(error.regionId, error.reason)
    case "DiskFull":
      return regionError.diskFull([error.storeId], error.message)
    case "DeadlineExceeded":
      return regionError.deadlineExceeded()
    case "UndeterminedResult":
      return regionError.undeterminedResult(error.message)
    case "Refused":
      return regionError.otherRegionError(error.message)
  }
}
