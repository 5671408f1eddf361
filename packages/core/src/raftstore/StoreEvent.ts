/**
 * What a student or an operator would ask about, as typed values: the playground prints them, the simulator records
 * them, tests assert on them. Nothing is built when nobody listens: callers ask `listening` first on hot paths.
 */
import type { metapb, PeerId, RegionId, StoreId } from "@reefkv/wire"
import { Context } from "effect"

interface AtRegion {
  readonly storeId: StoreId
  readonly regionId: RegionId
}

export type StoreEvent =
  | { readonly type: "StoreStarted"; readonly storeId: StoreId; readonly regions: number }
  /** The device has less left than the reserve, and writes are refused; or it has more again. */
  | { readonly type: "DiskFull" | "DiskHasRoom"; readonly storeId: StoreId; readonly availableBytes: number }
  | { readonly type: "StoreBootstrapped"; readonly storeId: StoreId; readonly region: metapb.Region }
  | (AtRegion & { readonly type: "LeaderElected"; readonly peerId: PeerId; readonly term: number })
  | (AtRegion & { readonly type: "LeaderLost"; readonly peerId: PeerId; readonly term: number })
  | (AtRegion & {
      readonly type: "SplitChecked"
      readonly bytes: number
      readonly keys: number
      readonly splitKeys: number
    })
  | (AtRegion & {
      readonly type: "SplitAsked"
      readonly version: number
      readonly splitKeys: ReadonlyArray<Uint8Array>
    })
  | (AtRegion & { readonly type: "SplitRefused"; readonly reason: string })
  | (AtRegion & {
      readonly type: "SplitProposed"
      readonly index: number
      readonly newRegionIds: ReadonlyArray<RegionId>
    })
  | (AtRegion & { readonly type: "SplitApplied"; readonly regions: ReadonlyArray<metapb.Region> })
  | (AtRegion & {
      readonly type: "RegionCreated"
      readonly peerId: PeerId
      readonly cause: "bootstrap" | "split" | "message" | "restart"
    })
  | (AtRegion & {
      readonly type: "RegionDestroyed"
      readonly peerId: PeerId
      readonly cause: "removed" | "stale" | "merged" | "damaged"
    })
  | (AtRegion & { readonly type: "ConfChangeProposed"; readonly index: number; readonly summary: string })
  | (AtRegion & { readonly type: "ConfChangeApplied"; readonly region: metapb.Region; readonly summary: string })
  | (AtRegion & { readonly type: "LeaderTransferStarted"; readonly toPeerId: PeerId })
  | (AtRegion & { readonly type: "SnapshotGenerated"; readonly index: number; readonly toPeerId: PeerId })
  | (AtRegion & {
      readonly type: "SnapshotSent"
      readonly index: number
      readonly toPeerId: PeerId
      readonly ok: boolean
      readonly bytes: number
    })
  | (AtRegion & { readonly type: "SnapshotApplied"; readonly index: number; readonly bytes: number })
  | (AtRegion & { readonly type: "SnapshotRefused"; readonly reason: string })
  | (AtRegion & { readonly type: "LogCompacted"; readonly index: number })
  | (AtRegion & { readonly type: "ConsistencyChecked"; readonly index: number; readonly hash: string })
  | (AtRegion & { readonly type: "OperatorStepReceived"; readonly step: string })
  | (AtRegion & { readonly type: "PeerDamaged"; readonly peerId: PeerId; readonly message: string })

export interface StoreEventSink {
  readonly listening: () => boolean
  readonly emit: (event: StoreEvent) => void
}

/** One sink per process; nobody listens by default. */
export const StoreEvents = Context.Reference<StoreEventSink>("@reefkv/core/StoreEvents", {
  defaultValue: () => ({ listening: () => false, emit: () => {} })
})
