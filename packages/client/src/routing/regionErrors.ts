/**
 * What a region error makes the client do, as data: the table of the wire contract, section 4.6. Every error here but
 * `undetermined` means that the request was not applied, so that even a compare-and-swap may be sent again.
 */
import type { errorpb, metapb } from "@reefkv/wire"
import { type BackoffSchedule, backoffs } from "./backoff.ts"

export type RegionErrorAction =
  /** Send it to this peer, at once. */
  | { readonly kind: "leader"; readonly leader: metapb.Peer }
  /** Wait, then try the next peer. */
  | { readonly kind: "next-peer"; readonly backoff: BackoffSchedule }
  /** Wait, then ask the scheduler for the region again. */
  | { readonly kind: "drop"; readonly backoff: BackoffSchedule }
  /** The address belongs to another store now: read it again, and the region too. */
  | { readonly kind: "drop-store" }
  /** Take these regions in and split the request by them, at once. */
  | { readonly kind: "regions"; readonly regions: ReadonlyArray<metapb.Region> }
  /** Wait, then send the same again. `minimumMs`: the store asked for this much. */
  | { readonly kind: "wait"; readonly backoff: BackoffSchedule; readonly minimumMs: number }
  /** It will never work. */
  | { readonly kind: "refuse" }
  | { readonly kind: "undetermined" }

const drop: RegionErrorAction = { kind: "drop", backoff: backoffs.regionMiss }
const wait = (backoff: BackoffSchedule, minimumMs = 0): RegionErrorAction => ({ kind: "wait", backoff, minimumMs })

export const actionFor = (error: errorpb.Error): RegionErrorAction => {
  if (error.notLeader !== undefined) {
    const { leader } = error.notLeader
    return leader === undefined || leader.id === 0
      ? { kind: "next-peer", backoff: backoffs.noLeader }
      : { kind: "leader", leader }
  }
  if (error.epochNotMatch !== undefined) {
    const { currentRegions } = error.epochNotMatch
    return currentRegions.length === 0 ? drop : { kind: "regions", regions: currentRegions }
  }
  if (error.serverIsBusy !== undefined) {
    return wait(backoffs.serverBusy, Math.max(error.serverIsBusy.backoffMs, error.serverIsBusy.estimatedWaitMs))
  }
  if (error.storeNotMatch !== undefined) return { kind: "drop-store" }
  if (error.undeterminedResult !== undefined) return { kind: "undetermined" }
  if (error.raftEntryTooLarge !== undefined) return { kind: "refuse" }
  if (error.flashbackInProgress !== undefined || error.flashbackNotPrepared !== undefined) return { kind: "refuse" }
  if (error.diskFull !== undefined) return wait(backoffs.diskFull)
  if (error.staleCommand !== undefined) return wait(backoffs.noLeader)
  if (
    error.readIndexNotReady !== undefined ||
    error.proposalInMergingMode !== undefined ||
    error.maxTimestampNotSynced !== undefined ||
    error.recoveryInProgress !== undefined
  ) {
    return wait(backoffs.notReady)
  }
  if (
    error.regionNotInitialized !== undefined ||
    error.dataIsNotReady !== undefined ||
    error.isWitness !== undefined ||
    (error.message.includes("Deadline is exceeded") && error.regionNotFound === undefined)
  ) {
    return { kind: "next-peer", backoff: backoffs.notReady }
  }
  // The region, the key in it or the peer is not what the cache believes. The scheduler may learn of it a moment later.
  return drop
}
