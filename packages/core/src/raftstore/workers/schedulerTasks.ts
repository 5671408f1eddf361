/**
 * What a store tells the scheduler and what it makes of the answers. Region heartbeats go out at once when leader,
 * membership or range changed, and each interval; the client keeps only the newest unsent one per region, so this never
 * waits. Answers come back as operator steps through the mailbox and enter as any other admin request: an epoch that has
 * moved refuses them.
 */
import { epochOf, type eraftpb, type metapb, pdpb, raft_cmdpb } from "@reefkv/wire"
import { askSplit } from "../admin/split.ts"
import type { Peer } from "../Peer.ts"
import { onAdmin } from "../propose.ts"
import type { AdminRequest } from "../Router.ts"
import type { StoreState } from "../StoreState.ts"
import type { SplitCheckTask } from "./splitCheck.ts"

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

/** Peers whose log ends before what this leader can still send as entries: they wait for a snapshot. */
const pendingPeersOf = (peer: Peer): Array<metapb.Peer> => {
  if (!peer.isLeader) return []
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
  store.diskFull = stats.availableBytes !== undefined && stats.availableBytes < store.config.diskReserveBytes
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
/** What a store without a device of its own reports, so that shares of it can be compared. */
const unboundedCapacityBytes = 1024 ** 4

// ---- operator steps

export const onOperatorStep = (store: StoreState, step: pdpb.RegionHeartbeatResponse): void => {
  const peer = store.peers.get(step.regionId)
  if (peer === undefined || !peer.isLeader) return
  const command = commandOf(step)
  store.emit({
    type: "OperatorStepReceived",
    storeId: store.storeId,
    regionId: step.regionId,
    step: command?.type ?? (step.splitRegion !== undefined ? "split" : "unknown")
  })
  const epoch = step.regionEpoch ?? epochOf(peer.region)
  if (command !== undefined) {
    onAdmin(
      store,
      { header: { regionId: peer.regionId, epoch, peer: undefined, term: 0, deadlineMs: 0 }, command },
      // The scheduler sees by the next heartbeat whether the step took effect, and sends it again if not.
      () => {}
    )
    return
  }
  if (step.splitRegion !== undefined && epochOf(peer.region).version === epoch.version) checkSplit(store, peer, "half")
}

const commandOf = (step: pdpb.RegionHeartbeatResponse): AdminRequest["command"] | undefined => {
  if (step.changePeer !== undefined) return { type: "changePeers", changes: [changeOf(step.changePeer)] }
  if (step.changePeerV2 !== undefined) {
    const { changes } = step.changePeerV2
    return changes.length === 0 ? { type: "leaveJoint" } : { type: "changePeers", changes: changes.map(changeOf) }
  }
  if (step.transferLeader !== undefined) {
    const target = step.transferLeader.peer ?? step.transferLeader.peers[0]
    return target === undefined ? undefined : { type: "transferLeader", peer: target }
  }
  if (step.splitRegion?.policy === pdpb.CheckPolicy.USEKEY && step.splitRegion.keys.length > 0) {
    return { type: "split", splitKeys: step.splitRegion.keys }
  }
  return undefined
}

const changeOf = (change: {
  readonly changeType: eraftpb.ConfChangeType
  readonly peer: metapb.Peer | undefined
}): raft_cmdpb.ChangePeerRequest =>
  raft_cmdpb.ChangePeerRequest.create({ changeType: change.changeType, peer: change.peer })

// ---- split checks

/** Has the region measured, unless that is under way; keys found become a split that nobody waits for. */
export const checkSplit = (store: StoreState, peer: Peer, policy: SplitCheckTask["policy"]): void => {
  if (peer.splitCheckPending || peer.pendingSplit !== undefined || !peer.isInitialized) return
  peer.splitCheckPending = true
  const { region, regionId } = peer
  const since = peer.size.mark()
  const size = peer.size
  store.services.workers.splitCheck.submit(
    {
      regionId,
      range: { start: region.startKey, end: region.endKey },
      epoch: epochOf(region),
      keyMode: store.services.keyMode,
      policy
    },
    (answer) =>
      store.mailbox.put({
        type: "result",
        run: () => {
          peer.splitCheckPending = false
          if (answer._tag !== "Done" || peer.destroyed) return
          const { bytes, keys, splitKeys } = answer.value
          store.emit({
            type: "SplitChecked",
            storeId: store.storeId,
            regionId,
            bytes,
            keys,
            splitKeys: splitKeys.length
          })
          // A split or snapshot meanwhile replaced the record and made the count one of another range.
          if (peer.size === size && epochOf(peer.region).version === epochOf(region).version) {
            size.onMeasured({ bytes, keys }, since)
            if (splitKeys.length > 0 && peer.isLeader) askSplit(store, peer, splitKeys, 0, undefined)
          }
        }
      })
  )
}
