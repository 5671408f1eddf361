/**
 * One store as the scheduler knows it: its persisted record, its last heartbeat, and the two states that come from
 * them. `metapb.StoreState` (Up, Offline, Tombstone) is what people decided; liveness is how long it has been silent.
 */
import { metapb, type PeerId, type pdpb, type RegionId } from "@reefkv/wire"
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
  /** By region: what the store said in its last heartbeat that it cannot read. */
  readonly damage: ReadonlyMap<RegionId, DamageReport>
  /** Unix milliseconds of the last heartbeat, or what a restart found of it; 0 before the first. */
  readonly heardUnixMs: number
}

/** A replica that its store cannot read any more. The heartbeat names the region only. */
export interface DamageReport {
  /** The region's peer there when it was reported; 0 when it had none. */
  readonly peerId: PeerId
  /** Heartbeats in a row that said so while that was the peer. */
  readonly heartbeats: number
}
export const noDamage: StoreInfo["damage"] = new Map()

/** What a heartbeat adds to what the last one said; `peerOn` finds the region's peer on the store. */
export const damageAfter = (
  before: StoreInfo["damage"],
  damagedRegionsId: ReadonlyArray<RegionId>,
  peerOn: (regionId: RegionId) => PeerId
): StoreInfo["damage"] => {
  if (damagedRegionsId.length === 0) return noDamage
  return new Map(
    damagedRegionsId.map((regionId) => {
      const peerId = peerOn(regionId)
      const known = before.get(regionId)
      return [regionId, { peerId, heartbeats: known?.peerId === peerId ? known.heartbeats + 1 : 1 }]
    })
  )
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

/** Whether the store has said that it cannot read its replica of the region: nothing of the region may go there. */
export const saysDamaged = (store: StoreInfo, regionId: RegionId): boolean => store.damage.has(regionId)

/**
 * Whether this very peer is damaged. A heartbeat may be older than the peer, about one that lay there before it; the next
 * one is not. So it takes two that found the same peer: a healthy replica must not be removed for its predecessor.
 */
export const isDamagedPeer = (store: StoreInfo, regionId: RegionId, peerId: PeerId): boolean => {
  const report = store.damage.get(regionId)
  return report !== undefined && report.peerId === peerId && report.heartbeats >= 2
}

/** Snapshots the store sends, receives or applies. */
export const snapshotsOf = (store: StoreInfo): number =>
  store.stats === undefined
    ? 0
    : Math.max(store.stats.sendingSnapCount, store.stats.receivingSnapCount, store.stats.applyingSnapCount)

/** Share of the device in use; 0 when the store reports no capacity (one in memory). */
export const usedRatioOf = (store: StoreInfo): number =>
  store.stats === undefined || store.stats.capacity === 0 ? 0 : 1 - store.stats.available / store.stats.capacity
