/**
 * Raft's messages on their way out: wrapped with what the other store needs to find or create the peer, and laid into the
 * store's outbox, which is handed to the transport once per destination and stage of a pass.
 */
import { epochOf, eraftpb, type metapb, raft_serverpb } from "@reefkv/wire"
import { type Message, MessageType } from "../raft/index.ts"
import { toRaftMessage } from "./messageCodec.ts"
import type { Peer } from "./Peer.ts"
import type { Removal } from "./records.ts"
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

/**
 * Tells a peer that is no member any more to destroy itself: `epoch` is that of the region without it, `change` the newest
 * membership change that the teller has applied. Its place is told as a commit index, because the one who goes may have
 * acknowledged it, and be asked for its vote by somebody who has not heard that it is committed.
 */
export const sendTombstone = (
  store: StoreState,
  region: { readonly id: number; readonly epoch: metapb.RegionEpoch; readonly change: Removal | undefined },
  from: metapb.Peer,
  to: metapb.Peer
): void => {
  const { change } = region
  store.send(
    to.storeId,
    raft_serverpb.RaftMessage.create({
      regionId: region.id,
      fromPeer: from,
      toPeer: to,
      regionEpoch: region.epoch,
      isTombstone: true,
      message:
        change === undefined ? undefined : eraftpb.Message.create({ commit: change.index, priority: change.term })
    })
  )
}

/** What a tombstone message tells beside the end itself. */
export const changeOf = ({ message }: raft_serverpb.RaftMessage): Removal | undefined =>
  message === undefined || message.commit < 1 || message.priority < 1
    ? undefined
    : { index: message.commit, term: message.priority }
