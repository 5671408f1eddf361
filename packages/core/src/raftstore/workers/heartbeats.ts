/**
 * What a store tells the scheduler. Region heartbeats go out at once when leader, membership or range changed, and each
 * interval; the client keeps only the newest unsent one per region, so this never waits. Store heartbeats go through a
 * worker of which only the newest task waits.
 */
import { type metapb, pdpb } from "@reefkv/wire"
import type { Peer } from "../Peer.ts"
import type { StoreState } from "../StoreState.ts"

// ---- region heartbeats

export const heartbeatNow = (store: StoreState, peer: Peer): void => {
  if (peer.isLeader && peer.isInitialized && !peer.destroyed) sendRegionHeartbeat(store, peer)
}

/** Also for the child of a split that is about to be elected. */
export const sendRegionHeartbeat = (store: StoreState, peer: Peer): void => {
  peer.nextHeartbeatMs = store.nowMs + store.config.regionHeartbeatIntervalMs
  store.services.scheduler.regionHeartbeat(regionHeartbeat(store, peer))
  peer.bytesWritten = 0
  peer.keysWritten = 0
}

const regionHeartbeat = (store: StoreState, peer: Peer): pdpb.RegionHeartbeatRequest => {
  const { region } = peer
  const pendingPeers = pendingPeersOf(peer)
  peer.pendingPeerIds = pendingPeers.map((pending) => pending.id)
  return pdpb.RegionHeartbeatRequest.create({
    region,
    leader: peer.meta,
    term: peer.raft.term,
    downPeers: downPeersOf(store, peer),
    pendingPeers,
    bytesWritten: peer.bytesWritten,
    keysWritten: peer.keysWritten,
    approximateSize: peer.size.bytes,
    approximateKeys: peer.size.keys
  })
}

/**
 * Peers whose log ends before what this leader can still send as entries: they wait for a snapshot. Of the child of a split,
 * which is not elected yet, nobody knows: a learner of its parent's that waits for data waits here as well.
 */
const pendingPeersOf = (peer: Peer): Array<metapb.Peer> => {
  if (!peer.isLeader) return peer.region.peers.filter(({ id }) => id !== peer.id)
  const { progress } = peer.raft.status()
  const { truncatedIndex } = peer.storage.applyState
  return peer.region.peers.filter(({ id }) => id !== peer.id && (progress.get(id)?.match ?? 0) < truncatedIndex)
}

const downPeersOf = (store: StoreState, peer: Peer): Array<pdpb.PeerStats> => {
  const down: Array<pdpb.PeerStats> = []
  for (const one of peer.region.peers) {
    if (one.id === peer.id) continue
    const heardMs = peer.lastHeardMs?.get(one.id) ?? store.nowMs
    // Asleep, nobody says anything; the store's sign of life stands for its peer.
    const aliveMs = peer.hibernating ? Math.max(heardMs, store.neighbours.heard(one.storeId) ?? heardMs) : heardMs
    const silentMs = store.nowMs - aliveMs
    if (silentMs >= store.config.peerDownMs) down.push({ peer: one, downSeconds: Math.floor(silentMs / 1000) })
  }
  return down
}

/** True when a follower that was waiting for a snapshot no longer is: the scheduler's step may be finished. */
export const pendingPeersChanged = (peer: Peer): boolean =>
  peer.pendingPeerIds.length > 0 && pendingPeersOf(peer).length < peer.pendingPeerIds.length

// ---- store heartbeats

export const heartbeatStore = (store: StoreState): void => {
  const stats = store.engine.stats()
  const snapshots = store.snapshots.registry.counts()
  const { counters } = store
  const nowSeconds = Math.floor(store.clock.currentTimeMillisUnsafe() / 1000)
  const interval = { startTimestamp: store.reportedAtSeconds, endTimestamp: nowSeconds }
  const bytesWritten = counters.bytesWritten - store.reportedBytes
  const keysWritten = counters.keysWritten - store.reportedKeys
  store.reportedAtSeconds = nowSeconds
  store.reportedBytes = counters.bytesWritten
  store.reportedKeys = counters.keysWritten
  noteDiskRoom(store, stats.availableBytes)
  store.services.workers.storeHeartbeat.submit(
    pdpb.StoreStats.create({
      storeId: store.storeId,
      capacity: stats.capacityBytes ?? unboundedCapacityBytes,
      available: stats.availableBytes ?? Math.max(0, unboundedCapacityBytes - stats.sizeBytes),
      usedSize: stats.sizeBytes,
      regionCount: store.regions.size,
      sendingSnapCount: snapshots.sending,
      receivingSnapCount: snapshots.receiving + snapshots.staged,
      applyingSnapCount: snapshots.applying,
      startTime: store.startedAtSeconds,
      isBusy: store.mailbox.load * 2 > store.config.mailboxMax,
      bytesWritten,
      keysWritten,
      interval,
      damagedRegionsId: [...store.damagedRegionIds]
    }),
    () => {}
  )
}

const noteDiskRoom = (store: StoreState, availableBytes: number | undefined): void => {
  if (availableBytes === undefined) return
  const isFull = availableBytes < store.config.diskReserveBytes
  if (isFull === store.diskFull) return
  store.diskFull = isFull
  store.emit({ type: isFull ? "DiskFull" : "DiskHasRoom", storeId: store.storeId, availableBytes })
}
/** What a store without a device of its own reports, so that shares of it can be compared. */
const unboundedCapacityBytes = 1024 ** 4
