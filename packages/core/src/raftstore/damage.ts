/**
 * A peer that must not go on: its log, its data or its snapshot cannot be read here, or its data differs from the leader's.
 *
 *   a read throws "corrupt" (client, worker, log) ─▶ whose is it? ─▶ the peer halts
 *     ─▶ a record beside the region's state, synced in the same pass: a restart does not forget it
 *     ─▶ named in each store heartbeat: the scheduler replaces the replica from the others
 *     ─▶ destroyed as any removed peer, and its record with it
 *
 * A halted peer answers nobody, applies nothing, and neither votes nor acknowledges: what it has lost may be what it
 * voted for. What no region can be named for is the store's own, and ends it. Checksums are the engine's
 * (`@reefkv/engine`, checksum.ts); docs/decisions/0008 says why damage ends here and there.
 */
import { EngineError, type RaftLogService, type WriteBatch } from "@reefkv/engine"
import type { RegionId } from "@reefkv/wire"
import { refuseAll } from "./destroy.ts"
import type { Peer } from "./Peer.ts"
import { parseRegionKey, putDamage, putRegionState } from "./records.ts"
import { regionNotFound } from "./requestChecks.ts"
import type { StoreState } from "./StoreState.ts"

/** The peer halts. Says so durably with the next write of the loop. */
export const markDamaged = (store: StoreState, peer: Peer, message: string): void => {
  if (peer.damaged !== undefined || peer.destroyed) return
  haltDamaged(store, peer, message)
  store.damageDue.push(peer)
  store.touch(peer)
}

/** The same for a peer whose damage is on record already. */
export const haltDamaged = (store: StoreState, peer: Peer, message: string): void => {
  peer.damaged = message
  store.counters.peersDamaged++
  store.emit({ type: "PeerDamaged", storeId: store.storeId, regionId: peer.regionId, peerId: peer.id, message })
  store.damagedRegionIds.add(peer.regionId)
  refuseAll(store, peer, regionNotFound(peer.regionId), "the peer is damaged")
}

/** What Raft could not read of its log since the last look. */
export const noticeLogDamage = (store: StoreState, peer: Peer): void => {
  const { damage } = peer.storage
  if (damage !== undefined) markDamaged(store, peer, damage)
}

/** Records for the peers that were marked since the last pass. True when the batch must be synced. */
export const writeDamage = (store: StoreState, batch: WriteBatch): boolean => {
  let written = false
  for (const peer of store.damageDue.splice(0)) {
    // With the peer its record goes; a tombstone may be in this very batch. An empty peer has no state to put it beside,
    // and is not made again at a start.
    if (peer.destroyed || peer.destroyOrder !== undefined || !peer.isInitialized) continue
    putDamage(batch, peer.regionId, peer.damaged ?? "")
    // Its state may be what is damaged. What is known of it here is right.
    if (!peer.applyingSnapshot && peer.snapshotInPlace === undefined) {
      putRegionState(batch, { kind: "Normal", region: peer.region, removedPeerId: 0 })
    }
    written = true
  }
  return written
}
/** True when the failure is damage of one region here, whose peer has been halted for it: everything else goes on. */
export const containDamage = (store: StoreState, error: unknown): boolean => {
  if (!(error instanceof EngineError) || error.reason !== "corrupt") return false
  const { groupId, cf, key } = error
  if (groupId !== undefined) return haltFor(store, groupId, error)
  if (cf === undefined || key === undefined) return false
  if (cf !== "raft") {
    const owner = store.regions.byKey(key)
    // What no region owns is left of a removed one: it is never read, and deleted unread.
    return owner === undefined || haltFor(store, owner.id, error)
  }
  const parsed = parseRegionKey(key)
  // Of a peer that is gone: whoever asked for it goes without an answer.
  if (parsed?.tail === "removal") return true
  return parsed !== undefined && haltFor(store, parsed.regionId, error)
}

const haltFor = (store: StoreState, regionId: RegionId, error: EngineError): boolean => {
  const peer = store.peers.get(regionId)
  if (peer === undefined) return false
  markDamaged(store, peer, error.message)
  return true
}

/** Stands for the log of a damaged peer, so that nothing of it is read: it is of no use any more. */
export const noLog: Pick<RaftLogService, "group" | "term" | "entries"> = {
  group: () => undefined,
  term: () => undefined,
  entries: () => []
}
