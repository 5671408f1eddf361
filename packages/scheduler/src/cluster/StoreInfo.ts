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
  /** Monotonic milliseconds of the last heartbeat; the start's for a store loaded from disk and not heard since. */
  readonly heardMs: number
  /** How long the store had been silent before `heardMs`: for one not heard since the start, else 0. Milliseconds. */
  readonly silentBeforeMs: number
  /** Unix milliseconds of the last heartbeat, or what a restart found of it; 0 before the first. */
  readonly heardUnixMs: number
}

export const isUp = (store: StoreInfo): boolean => store.meta.state === metapb.StoreState.Up
export const isOffline = (store: StoreInfo): boolean => store.meta.state === metapb.StoreState.Offline
export const isTombstone = (store: StoreInfo): boolean => store.meta.state === metapb.StoreState.Tombstone

/**
 * Silence is what this scheduler has waited for itself, on the monotonic clock; only what divides unhealthy from down
 * takes in the silence before its start. So a scheduler that was off for an hour finds no store disconnected, and each
 * has `storeUnhealthyMs`, many heartbeats, to report before it can be down. It is also the most that a wall clock that
 * jumped can do: it ends what is unhealthy anyhow too early, and never a store that reports. The price: a scheduler that
 * restarts more often than `storeUnhealthyMs` replaces nobody.
 */
export const livenessOf = (store: StoreInfo, nowMs: number, config: SchedulerConfig): Liveness => {
  const silentMs = nowMs - store.heardMs
  if (silentMs > config.storeUnhealthyMs) {
    return silentMs + store.silentBeforeMs > config.maxStoreDownMs ? "down" : "unhealthy"
  }
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
