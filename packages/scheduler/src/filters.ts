/**
 * Which stores may take part in a move, each as one reason why not. A reason is a sentence fragment for people; the
 * filters are used by checkers, schedulers, scatter and requests alike, so that all of them refuse alike.
 */
import type { StoreId } from "@reefkv/wire"
import type { ClusterView } from "./cluster/ClusterView.ts"
import { downSecondsOf, isPending, isVoter, peerOnStore, type RegionInfo } from "./cluster/RegionInfo.ts"
import {
  isOffline,
  isTombstone,
  isUp,
  type StoreInfo,
  saysDamaged,
  snapshotsOf,
  usedRatioOf
} from "./cluster/StoreInfo.ts"

/** Why the store may receive nothing; undefined when it may. */
export const whyNotAlive = (view: ClusterView, store: StoreInfo): string | undefined => {
  if (isTombstone(store)) return "is a tombstone"
  if (isOffline(store)) return "is being removed"
  const liveness = view.livenessOf(store)
  return liveness === "alive" ? undefined : `is ${liveness}`
}

/** Why the store may not get a new replica. */
export const whyNotReplicaTarget = (view: ClusterView, store: StoreInfo): string | undefined => {
  const dead = whyNotAlive(view, store)
  if (dead !== undefined) return dead
  if (store.stats?.isBusy === true) return "is busy"
  if (store.stats?.isStopping === true) return "is stopping"
  if (snapshotsOf(store) > view.config.maxSnapshotCount) return `has ${snapshotsOf(store)} snapshots under way`
  const pending = view.pendingCount(store.meta.id)
  if (pending >= view.config.maxPendingPeerCount) return `has ${pending} pending replicas`
  if (usedRatioOf(store) > view.config.lowSpaceRatio) return "is low on space"
  return undefined
}

/** Why the store may not get the leader of one of its regions. */
export const whyNotLeaderTarget = (view: ClusterView, storeId: StoreId): string | undefined => {
  const store = view.store(storeId)
  if (store === undefined) return "is not known"
  const dead = whyNotAlive(view, store)
  if (dead !== undefined) return dead
  if (store.stats?.isBusy === true) return "is busy"
  if (store.stats?.isStopping === true) return "is stopping"
  if (view.config.evictLeaderStores.includes(storeId)) return "must lead nothing"
  return undefined
}

/** Why this region's leader may not go to the store: no voter there, or one that lags. */
export const whyNotLeaderOf = (view: ClusterView, region: RegionInfo, storeId: StoreId): string | undefined => {
  const peer = peerOnStore(region.meta, storeId)
  if (peer === undefined || !isVoter(peer)) return "holds no voter of the region"
  if (isPending(region, peer.id)) return "has a pending replica of the region"
  if (downSecondsOf(region, peer.id) !== undefined) return "has a down replica of the region"
  const store = view.store(storeId)
  if (store !== undefined && saysDamaged(store, region.meta.id)) return "has a damaged replica of the region"
  return whyNotLeaderTarget(view, storeId)
}

/** Where a moving leader may go when a plan is built: a voter that keeps up, or a new replica on a live store. */
export const mayLead =
  (view: ClusterView, region: RegionInfo) =>
  (storeId: StoreId): boolean =>
    peerOnStore(region.meta, storeId) === undefined
      ? whyNotLeaderTarget(view, storeId) === undefined
      : whyNotLeaderOf(view, region, storeId) === undefined

export const isHealthy = (region: RegionInfo): boolean =>
  region.downPeers.length === 0 && region.pendingPeers.length === 0

/**
 * Every store without a replica of the region that may take one, the emptiest first; on equal scores a seeded choice. A
 * store that still has a damaged replica, though the region has forgotten it, would be taken for damaged at once.
 */
export const replicaTargets = (view: ClusterView, region: RegionInfo): ReadonlyArray<StoreInfo> => {
  const able = view.stores.filter(
    (store) =>
      peerOnStore(region.meta, store.meta.id) === undefined &&
      !saysDamaged(store, region.meta.id) &&
      whyNotReplicaTarget(view, store) === undefined
  )
  return byScore(view, able)
}

/** Ascending by region score. Stores of equal score are rotated by chance, or store 1 would fill first every time. */
export const byScore = (view: ClusterView, stores: ReadonlyArray<StoreInfo>): ReadonlyArray<StoreInfo> => {
  const turn = stores.length === 0 ? 0 : view.random(stores.length)
  const rotated = [...stores.slice(turn), ...stores.slice(0, turn)]
  return rotated.sort((a, b) => view.regionScore(a.meta.id) - view.regionScore(b.meta.id))
}

/** Says why no store can take a replica of the region, store by store. */
export const explainNoTarget = (view: ClusterView, region: RegionInfo): string => {
  const reasons = view.stores
    .filter((store) => isUp(store) && peerOnStore(region.meta, store.meta.id) === undefined)
    .map((store) => `store ${store.meta.id} ${whyNotReplicaTarget(view, store) ?? "is able"}`)
  return reasons.length === 0 ? "every store already holds a replica" : reasons.join("; ")
}
