/**
 * Answers of the protocol: why a store did not do what a request asked of a region. Plain values, made and compared
 * inside the core, turned into `errorpb.Error` where a reply is encoded. They are not failures.
 * Source: kvproto errorpb; when each is sent: tikv raftstore `check_store_id … check_region_epoch`.
 */
import type { metapb, RegionId, StoreId } from "@reefkv/wire"

export type RegionError =
  | { readonly _tag: "NotLeader"; readonly regionId: RegionId; readonly leader: metapb.Peer | undefined }
  | { readonly _tag: "RegionNotFound"; readonly regionId: RegionId }
  | { readonly _tag: "KeyNotInRegion"; readonly key: Uint8Array; readonly region: metapb.Region }
  /** `currentRegions`: every region of this store that now covers a part of the range the caller knew. */
  | { readonly _tag: "EpochNotMatch"; readonly currentRegions: ReadonlyArray<metapb.Region> }
  /** Refused before it was accepted: nothing was done, the caller may try again later. */
  | { readonly _tag: "ServerIsBusy"; readonly reason: string }
  /** Certainly not applied: of an old term when it came, or another entry was applied in its place (see proposals.ts). */
  | { readonly _tag: "StaleCommand"; readonly message: string }
  | { readonly _tag: "StoreNotMatch"; readonly requestStoreId: StoreId; readonly actualStoreId: StoreId }
  | { readonly _tag: "MismatchPeerId"; readonly requestPeerId: number; readonly actualPeerId: number }
  | {
      readonly _tag: "RaftEntryTooLarge"
      readonly regionId: RegionId
      readonly entryBytes: number
      readonly maxBytes: number
    }
  | { readonly _tag: "RegionNotInitialized"; readonly regionId: RegionId }
  | { readonly _tag: "ReadIndexNotReady"; readonly regionId: RegionId; readonly reason: string }
  | { readonly _tag: "DiskFull"; readonly storeId: StoreId; readonly message: string }
  /** The deadline passed before the request was proposed or read: nothing was done. */
  | { readonly _tag: "DeadlineExceeded" }
  /**
   * After the write was proposed the deadline passed, leadership was lost, a snapshot jumped over it, the peer was removed,
   * or the store stopped: it may or may not take effect.
   */
  | { readonly _tag: "UndeterminedResult"; readonly message: string }
  /** Anything else an operator should read: bad admin request, refused conf change. */
  | { readonly _tag: "Refused"; readonly message: string }
