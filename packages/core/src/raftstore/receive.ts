/** Raft messages from other stores: to the peer they are for, made if need be, and into its Raft node. */
import type { raft_serverpb } from "@reefkv/wire"
import { MessageType } from "../raft/index.ts"
import { onExtraMessage, wakeByMessage } from "./hibernate.ts"
import { fromEraft } from "./messageCodec.ts"
import { onTombstoneMessage, peerFor } from "./peerCreation.ts"
import type { StoreState } from "./StoreState.ts"

export const onRaftMessage = (store: StoreState, message: raft_serverpb.RaftMessage): void => {
  const { counters } = store
  counters.raftMessagesReceived++
  const { fromPeer: from, toPeer: to, regionEpoch: epoch } = message
  if (from === undefined || to === undefined || epoch === undefined || to.storeId !== store.storeId) {
    counters.raftMessagesDropped++
    return
  }
  if (message.isTombstone) {
    onTombstoneMessage(store, { message, from, to, epoch })
    return
  }
  store.neighbours.onHeard(from.storeId, store.nowMs)
  // A sign of life of the store itself; see hibernate.ts.
  if (message.regionId === 0) return
  const peer = peerFor(store, { message, from, to, epoch })
  if (peer === undefined || peer.destroyOrder !== undefined || peer.damaged !== undefined) {
    counters.raftMessagesDropped++
    return
  }
  if (message.extraMsg !== undefined) {
    onExtraMessage(store, peer, from, message.extraMsg)
    store.touch(peer)
    return
  }
  const raft = fromEraft(message.message)
  // A snapshot comes with its data, by a stream of its own: a bare message has nothing behind it.
  if (raft === undefined || raft.type === MessageType.snapshot) {
    counters.raftMessagesDropped++
    return
  }
  wakeByMessage(peer, raft.type)
  if (peer.lastHeardMs !== undefined) peer.lastHeardMs.set(from.id, store.nowMs)
  if (raft.type === MessageType.append || raft.type === MessageType.heartbeat) peer.leaderHeardMs = store.nowMs
  peer.raft.setNow(store.nowMs)
  if (peer.raft.step(raft) !== undefined) counters.raftMessagesDropped++
  store.touch(peer)
}
