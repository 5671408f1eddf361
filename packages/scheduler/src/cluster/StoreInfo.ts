/**
 * One store as the scheduler knows it: its persisted record, its last heartbeat, and the two states that come from
 * them. `metapb.StoreState` (Up, Offline, Tombstone) is what people decided; liveness is how long it has been silent.
 */
import { metapb, type pdpb, type RegionId } from "@reefkv/wire"
import type { SchedulerConfig } from "../SchedulerConfig.ts"

/** By the age of the last heartbeat: `alive`, then `disconnected`, `unhealthy`, `down`. */
export type Liveness = "alive" | "disconnected" | "unhealthy" | "down"

export interface StoreInfo {
  readonly meta: metapb.Store
  readonly stats: pdpb.StoreStats | undefined
  /**
   * Monotonic milliseconds of the last heartbeat. A store loaded from disk counts as heard at the start, so that a
   * restart of the scheduler makes no store down.
   */
  readonly heardMs: number
  /** Unix milliseconds of the last heartbeat, for people; 0 before the first. */
  readonly heardUnixMs: number
}

export const isUp = (store: StoreInfo): boolean => store.meta.state === metapb.StoreState.Up
export const isOffline = (store: StoreInfo): boolean => store.meta.state === metapb.StoreState.Offline
export const isTombstone = (store: StoreInfo): boolean => store.meta.state === metapb.StoreState.Tombstone

export const livenessOf = (store: StoreInfo, nowMs: number, config: SchedulerConfig): Liveness => {
  const silentMs = nowMs - store.heardMs
  if (silentMs > config.maxStoreDownMs) return "down"
  if (silentMs > config.storeUnhealthyMs) return "unhealthy"
  if (silentMs > config.storeDisconnectedMs) return "disconnected"
  return "alive"
}

/** Whether the store has said that it cannot read its replica of the region any more. */
export const isDamagedOn = (store: StoreInfo, regionId: RegionId): boolean =>
  store.stats?.damagedRegionsId.includes(regionId) === true

/** Snapshots the store sends, receives or applies. */
export const snapshotsOf = (store: StoreInfo): number =>
  store.stats === undefined
    ? 0
    : Math.max(store.stats.sendingSnapCount, store.stats.receivingSnapCount, store.stats.applyingSnapCount)

/** Share of the device in use; 0 when the store reports no capacity (one in memory). */
export const usedRatioOf = (store: StoreInfo): number =>
  store.stats === undefined || store.stats.capacity === 0 ? 0 : 1 - store.stats.available / store.stats.capacity
