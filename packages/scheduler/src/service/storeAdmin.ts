/**
 * Bootstrap, and the life of a store: joins (Up), is asked to go (Offline, its replicas move away), is gone (Tombstone).
 * Every change is on disk before it is seen.
 */
import { metapb, pdpb, type StoreId } from "@reefkv/wire"
import { Effect } from "effect"
import { checkRegionShape } from "../cluster/heartbeat.ts"
import { peerOnStore } from "../cluster/RegionInfo.ts"
import { regionCountOf } from "../cluster/Regions.ts"
import {
  damageAfter,
  isOffline,
  isTombstone,
  isUp,
  livenessOf,
  noDamage,
  type StoreInfo
} from "../cluster/StoreInfo.ts"
import { type SchedulerError, schedulerError } from "../SchedulerError.ts"
import type { StoreStatus } from "../SchedulerService.ts"
import { type Parts, whyNotBootstrapped } from "./Parts.ts"

const { NodeState, StoreState } = metapb

const nodeStateOf = (state: metapb.StoreState): metapb.NodeState =>
  state === StoreState.Up ? NodeState.Serving : state === StoreState.Offline ? NodeState.Removing : NodeState.Removed
const inState = (store: metapb.Store, state: metapb.StoreState): metapb.Store => ({
  ...store,
  state,
  nodeState: nodeStateOf(state)
})

const notFound = (storeId: StoreId): SchedulerError =>
  // These words are what clients look for to take the store for gone (wire/CONTRACT.md 2.3).
  schedulerError("notFound", `invalid store ID ${storeId}, not found`)

const checkStoreShape = (store: metapb.Store): string | undefined => {
  if (store.id === 0) return "a store needs an id: ask for one first"
  if (store.address === "") return `store ${store.id} has no address`
  return undefined
}

export const makeStoreAdmin = (parts: Parts) => {
  const { changing, cluster, events, ids, log } = parts
  const joined = (meta: metapb.Store): StoreInfo => ({
    meta,
    stats: undefined,
    heardMs: parts.nowMs(),
    silentBeforeMs: 0,
    damage: noDamage,
    heardUnixMs: 0
  })

  const bootstrap = Effect.fnUntraced(function* (store: metapb.Store, region: metapb.Region, cluster_: metapb.Cluster) {
    if (cluster.bootstrapped) {
      return yield* schedulerError("alreadyBootstrapped", "the cluster is already bootstrapped")
    }
    const malformed = checkStoreShape(store) ?? checkRegionShape(region)
    if (malformed !== undefined) return yield* schedulerError("refused", `cannot bootstrap: ${malformed}`)
    if (region.startKey.length > 0 || region.endKey.length > 0) {
      return yield* schedulerError("refused", "cannot bootstrap: the first region must cover every key")
    }
    if (region.peers.length !== 1 || region.peers[0]!.storeId !== store.id) {
      return yield* schedulerError(
        "refused",
        `cannot bootstrap: the first region must have one peer, on store ${store.id}`
      )
    }
    const first = inState(store, StoreState.Up)
    yield* ids.skipPast(Math.max(store.id, region.id, region.peers[0]!.id))
    yield* log.write([{ type: "bootstrap", cluster: cluster_, store: first, region }], { sync: true })
    cluster.bootstrapped = true
    cluster.putStore(joined(first))
    cluster.loadRegion(region)
    if (events.listening()) {
      events.emit({ type: "ClusterBootstrapped", clusterId: cluster_.id, region })
      events.emit({ type: "StoreJoined", storeId: first.id, address: first.address })
    }
  })

  const setState = Effect.fnUntraced(function* (store: StoreInfo, state: metapb.StoreState) {
    const from = store.meta.state
    const meta = inState(store.meta, state)
    yield* log.write([{ type: "store", store: meta }], { sync: true })
    // A heartbeat may have come during the write: only the state is ours to change.
    cluster.putStore({ ...(cluster.store(meta.id) ?? store), meta })
    if (events.listening()) events.emit({ type: "StoreStateChanged", storeId: meta.id, from, to: state })
    parts.wake()
  })

  const known = Effect.fnUntraced(function* (storeId: StoreId) {
    const refusal = whyNotBootstrapped(parts)
    if (refusal !== undefined) return yield* refusal
    const store = cluster.store(storeId)
    return store === undefined ? yield* notFound(storeId) : store
  })

  const put = Effect.fnUntraced(function* (store: metapb.Store) {
    const refusal = whyNotBootstrapped(parts)
    if (refusal !== undefined) return yield* refusal
    const malformed = checkStoreShape(store)
    if (malformed !== undefined) return yield* schedulerError("refused", malformed)
    const present = cluster.store(store.id)
    if (present !== undefined && isTombstone(present)) {
      return yield* schedulerError(
        "refused",
        `store ${store.id} was removed for good: start it with an empty data directory to join under a new id`,
        pdpb.ErrorType.STORE_TOMBSTONE
      )
    }
    const clash = cluster.stores.find(
      (other) => other.meta.id !== store.id && !isTombstone(other) && other.meta.address === store.address
    )
    if (clash !== undefined) {
      return yield* schedulerError(
        "refused",
        `address ${store.address} belongs to store ${clash.meta.id}: remove that store first, or give store ${store.id} another address`,
        pdpb.ErrorType.DUPLICATED_ENTRY
      )
    }
    const meta = inState(store, present?.meta.state ?? StoreState.Up)
    yield* ids.skipPast(store.id)
    yield* log.write([{ type: "store", store: meta }], { sync: true })
    const now = cluster.store(store.id)
    cluster.putStore(now === undefined ? joined(meta) : { ...now, meta, heardMs: parts.nowMs(), silentBeforeMs: 0 })
    if (now === undefined && events.listening()) {
      events.emit({ type: "StoreJoined", storeId: meta.id, address: meta.address })
    }
    parts.wake()
  })

  const remove = Effect.fnUntraced(function* (storeId: StoreId, force: boolean) {
    const store = yield* known(storeId)
    if (isTombstone(store)) return
    if (force) return yield* setState(store, StoreState.Tombstone)
    if (isOffline(store)) return
    const others = cluster.stores.filter((other) => isUp(other) && other.meta.id !== storeId).length
    const { maxReplicas } = parts.config()
    if (others < maxReplicas && regionCountOf(cluster.regions.onStore(storeId)) > 0) {
      return yield* schedulerError(
        "refused",
        `removing store ${storeId} would leave ${others} stores for ${maxReplicas} replicas: add a store or lower max-replicas first`
      )
    }
    yield* setState(store, StoreState.Offline)
  })

  const cancelRemove = Effect.fnUntraced(function* (storeId: StoreId) {
    const store = yield* known(storeId)
    if (isTombstone(store)) {
      return yield* schedulerError(
        "refused",
        `store ${storeId} is a tombstone and cannot come back`,
        pdpb.ErrorType.STORE_TOMBSTONE
      )
    }
    if (isOffline(store)) yield* setState(store, StoreState.Up)
  })

  return {
    bootstrap: (store: metapb.Store, region: metapb.Region, cluster_: metapb.Cluster) =>
      changing(bootstrap(store, region, cluster_)),
    putStore: (store: metapb.Store) => changing(put(store)),
    removeStore: (storeId: StoreId, force: boolean) => changing(remove(storeId, force)),
    cancelRemoveStore: (storeId: StoreId) => changing(cancelRemove(storeId)),
    setState: (store: StoreInfo, state: metapb.StoreState) => changing(setState(store, state)),
    getStore: (storeId: StoreId) => Effect.map(known(storeId), (store) => ({ store: store.meta, stats: store.stats })),
    storeHeartbeat: Effect.fnUntraced(function* (stats: pdpb.StoreStats) {
      const store = yield* known(stats.storeId)
      if (isTombstone(store)) {
        return yield* schedulerError("refused", `store ${stats.storeId} is a tombstone`, pdpb.ErrorType.STORE_TOMBSTONE)
      }
      cluster.putStore({
        meta: store.meta,
        stats,
        heardMs: parts.nowMs(),
        silentBeforeMs: 0,
        damage: damageAfter(store.damage, stats.damagedRegionsId, (regionId) => {
          const region = cluster.regions.get(regionId)
          return region === undefined ? 0 : (peerOnStore(region.meta, stats.storeId)?.id ?? 0)
        }),
        heardUnixMs: parts.nowUnixMs()
      })
      return { state: nodeStateOf(store.meta.state) }
    }),
    statuses: (): ReadonlyArray<StoreStatus> =>
      cluster.stores.map((store) => {
        const regions = cluster.regions.onStore(store.meta.id)
        return {
          store: store.meta,
          stats: store.stats,
          liveness: livenessOf(store, parts.nowMs(), parts.config()),
          lastHeartbeatUnixMs: store.heardUnixMs,
          leaderCount: regions.leaders.size,
          regionCount: regionCountOf(regions),
          learnerCount: regions.learners.size,
          pendingPeerCount: regions.pending.size,
          leaderBytes: regions.leaderBytes,
          regionBytes: regions.regionBytes
        }
      })
  }
}
