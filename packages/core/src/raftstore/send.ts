/**
 * Raft's messages on their way out: wrapped with what the other store needs to find or create the peer, and laid into the
 * store's outbox, which is handed to the transport once per destination and stage of a pass.
 */
import { epochOf, type metapb, raft_serverpb } from "@reefkv/wire"
import { type Message, MessageType } from "../raft/index.ts"
import { toRaftMessage } from "./messageCodec.ts"
import type { Peer } from "./Peer.ts"
import type { StoreState } from "./StoreState.ts"
import { startSnapshotSend } from "./snapshotFlow.ts"

const uninitializedEpoch: metapb.RegionEpoch = Object.freeze({ confVer: 0, version: 0 })

export const epochOfPeer = (peer: Peer): metapb.RegionEpoch =>
  peer.isInitialized ? epochOf(peer.region) : uninitializedEpoch

/** Kinds that may create the addressed peer, so they say which range it would cover. */
const mayCreate = (message: Message): boolean =>
  message.type === MessageType.requestVote ||
  message.type === MessageType.requestPreVote ||
  (message.type === MessageType.heartbeat && message.commit === 0)

export const sendAll = (store: StoreState, peer: Peer, messages: ReadonlyArray<Message>): void => {
  for (const message of messages) {
    const to = peer.findPeer(message.to)
    // Removed meanwhile, or the asker of an uninitialised peer that was forgotten: Raft sends again if it matters.
    if (to === undefined) continue
    if (message.type === MessageType.snapshot) {
      startSnapshotSend(store, peer, to, message)
      continue
    }
    const range =
      mayCreate(message) && peer.isInitialized ? { start: peer.region.startKey, end: peer.region.endKey } : undefined
    store.send(
      to.storeId,
      toRaftMessage({ regionId: peer.regionId, from: peer.meta, to, epoch: epochOfPeer(peer), range }, message)
    )
  }
}

/** Tells a peer that is no member any more to destroy itself: `epoch` is that of the region without it. */
export const sendTombstone = (
  store: StoreState,
  region: { readonly id: number; readonly epoch: metapb.RegionEpoch },
  from: metapb.Peer,
  to: metapb.Peer
): void => {
  store.send(
    to.storeId,
    raft_serverpb.RaftMessage.create({
      regionId: region.id,
      fromPeer: from,
      toPeer: to,
      regionEpoch: region.epoch,
      isTombstone: true
    })
  )
}
