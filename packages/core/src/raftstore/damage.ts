/** A peer that must not go on: its log or its snapshot cannot be read here, or its data differs from the leader's. */
import { refuseAll } from "./destroy.ts"
import type { Peer } from "./Peer.ts"
import { regionNotFound } from "./requestChecks.ts"
import type { StoreState } from "./StoreState.ts"

/** The peer halts: it answers nobody, applies nothing, and asks to be replaced by showing up as down. */
export const markDamaged = (store: StoreState, peer: Peer, message: string): void => {
  if (peer.damaged !== undefined) return
  peer.damaged = message
  store.counters.peersDamaged++
  store.emit({ type: "PeerDamaged", storeId: store.storeId, regionId: peer.regionId, peerId: peer.id, message })
  store.damagedRegionIds.add(peer.regionId)
  refuseAll(store, peer, regionNotFound(peer.regionId), "the peer is damaged")
}
