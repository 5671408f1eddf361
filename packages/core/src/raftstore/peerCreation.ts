/**
 * A Raft message for a region that has no peer here, or not the addressed one: may it create the peer, must an older peer
 * give way, or is the sender the one who is out of date?
 *
 *                      no peer here                                    a peer here
 *   tombstone with ≥ id ──▶ drop (answer a vote request)     lower id than addressed ──▶ destroy it; the next message creates
 *   not a first message ──▶ drop                             higher id than addressed ──▶ drop
 *   range still covered ──▶ keep a vote for later, drop      same id ──▶ Raft
 *   else ──▶ an uninitialised peer, then Raft
 *
 * Source: tikv `check_msg`, `check_msg_with_peer_id`, `maybe_create_peer`.
 */
import { EngineError } from "@reefkv/engine"
import {
  epochOf,
  eraftpb,
  findPeer,
  findPeerById,
  formatPeer,
  isEpochStale,
  metapb,
  type PeerId,
  type raft_serverpb
} from "@reefkv/wire"
import { MessageType, makeMessage } from "../raft/index.ts"
import { haltDamaged, noLog } from "./damage.ts"
import { destroyLater } from "./destroy.ts"
import { fromEraft, mayCreatePeer, toRaftMessage } from "./messageCodec.ts"
import { Peer } from "./Peer.ts"
import { type LogReads, PeerStorage } from "./PeerStorage.ts"
import { nothingApplied, type RegionState, readRegionState, readRemoval } from "./records.ts"
import { RegionSize } from "./regionSize.ts"
import type { StoreState } from "./StoreState.ts"
import { changeOf, sendTombstone } from "./send.ts"

/** The parts of an envelope without which nothing can be done. */
export interface Addressed {
  readonly message: raft_serverpb.RaftMessage
  readonly from: metapb.Peer
  readonly to: metapb.Peer
  readonly epoch: metapb.RegionEpoch
}

const isVote = (message: eraftpb.Message): boolean =>
  message.msgType === eraftpb.MessageType.MsgRequestVote || message.msgType === eraftpb.MessageType.MsgRequestPreVote

/** The peer that the message is for, made if it may be; undefined when the message goes no further. */
export const peerFor = (store: StoreState, { message, from, to, epoch }: Addressed): Peer | undefined => {
  const peer = store.peers.get(message.regionId)
  if (peer === undefined) return maybeCreate(store, { message, from, to, epoch })
  if (to.id > peer.id) {
    destroyLater(store, peer, "stale", { epoch })
    return undefined
  }
  if (to.id < peer.id) return undefined
  if (peer.isInitialized && isStaleSender(peer.region, from, epoch)) {
    if (message.message !== undefined && isVote(message.message)) {
      sendTombstone(store, { id: peer.regionId, epoch: epochOf(peer.region), change: peer.lastChange }, peer.meta, from)
    }
    return undefined
  }
  if (!peer.isInitialized) peer.memberAtConfVer = Math.max(peer.memberAtConfVer, epoch.confVer)
  peer.rememberPeer(from)
  return peer
}

/**
 * The sender believes in an older epoch and is no member in ours: it was removed and does not know. The tombstone of a peer
 * that never had its data lists no members, and says nothing of anybody.
 */
const isStaleSender = (region: metapb.Region, from: metapb.Peer, epoch: metapb.RegionEpoch): boolean =>
  region.peers.length > 0 && isEpochStale(epoch, epochOf(region)) && findPeerById(region, from.id) === undefined

const maybeCreate = (store: StoreState, { message, from, to, epoch }: Addressed): Peer | undefined => {
  const raft = message.message
  if (raft === undefined) return undefined
  const state = readRegionState(store.engine.latest, message.regionId)
  if (state !== undefined && isRefusedByTombstone(store, state, { message, from, to, epoch })) return undefined
  if (!mayCreatePeer(raft)) return undefined
  const covered = store.regions.overlapping(message.startKey, message.endKey)
  if (covered.length > 0) {
    // Usually the parent, which has not applied its split here yet. The vote counts once it has.
    if (isVote(raft)) store.earlyVotes.add(message, store.nowMs)
    return undefined
  }
  const created = createOrHalt(store, message.regionId, to)
  created.memberAtConfVer = epoch.confVer
  return created
}

/**
 * When the votes that an earlier incarnation gave cannot be read, it is not known whom it voted for: the peer is there, so
 * that it is reported and can be replaced, and halted from the start. After a restart the same is found again.
 */
const createOrHalt = (store: StoreState, regionId: number, to: metapb.Peer): Peer => {
  try {
    return createUninitialized(store, regionId, to)
  } catch (error) {
    if (!(error instanceof EngineError) || error.reason !== "corrupt" || error.groupId === undefined) throw error
    const peer = createUninitialized(store, regionId, to, noLog)
    haltDamaged(store, peer, error.message)
    return peer
  }
}

const isRefusedByTombstone = (
  store: StoreState,
  state: RegionState,
  { message, from, to, epoch }: Addressed
): boolean => {
  // A region that should run and does not: its peer is damaged or the store is still starting. Never a second one.
  if (state.kind !== "Tombstone") return true
  const removed = removedPeerId(store, state)
  if (to.id > removed) return false
  const raft = message.message
  if (raft === undefined || !isVote(raft)) return true
  if (isStaleSender(state.region, from, epoch)) {
    const change = readRemoval(store.engine.latest, message.regionId)
    sendTombstone(store, { id: message.regionId, epoch: epochOf(state.region), change }, to, from)
  } else if (to.id === removed) answerForRemoved(store, state.region, { message, from, to, epoch })
  return true
}

/**
 * A member asks for the vote of a peer that is gone from here: refused, with the commit index that the peer left at, as Raft
 * refuses votes. Of two voters the one that goes may have led and committed its own end with the acknowledgement of the
 * other, and been gone before that one heard of the commit; it would ask for the missing vote for ever.
 */
const answerForRemoved = (store: StoreState, region: metapb.Region, { message, from, to }: Addressed): void => {
  const asked = fromEraft(message.message)
  const removal = readRemoval(store.engine.latest, message.regionId)
  // Nobody asks in term 0.
  if (asked === undefined || asked.term < 1 || removal === undefined) return
  const isPreVote = asked.type === MessageType.requestPreVote
  const refusal = makeMessage({
    type: isPreVote ? MessageType.requestPreVoteResponse : MessageType.requestVoteResponse,
    to: from.id,
    from: to.id,
    // The asker's own term: a pre-vote asks for the next one, and whoever is gone raises nobody's.
    term: isPreVote ? asked.term - 1 : asked.term,
    reject: true,
    commit: removal.index,
    commitTerm: removal.term
  })
  const envelope = { regionId: message.regionId, from: to, to: from, epoch: epochOf(region) }
  store.send(from.storeId, toRaftMessage(envelope, refusal))
}

/** The id of the peer that was here: recorded, or the one that the last known region lists for this store. */
const removedPeerId = (store: StoreState, state: RegionState): PeerId =>
  state.removedPeerId !== 0 ? state.removedPeerId : (findPeer(state.region, store.storeId)?.id ?? 0)

/** An empty replica: votes, and waits for a snapshot or for its parent's split to tell it what it is. */
export const createUninitialized = (
  store: StoreState,
  regionId: number,
  meta: metapb.Peer,
  raftLog: LogReads = store.services.raftLog
): Peer => {
  const { random } = store.services
  const region = metapb.Region.create({ id: regionId, regionEpoch: { confVer: 0, version: 0 } })
  const peer = new Peer({
    region,
    meta: { ...meta },
    storage: new PeerStorage(raftLog, region, nothingApplied, store.snapshots),
    config: store.config,
    random,
    size: RegionSize.empty(),
    // Votes that an earlier incarnation of this replica gave are in the log; only then it may have promised silence.
    voteQuietTicks: raftLog.group(regionId) === undefined ? 0 : undefined,
    nowMs: store.nowMs
  })
  store.peers.set(regionId, peer)
  store.counters.peersCreated++
  store.emit({ type: "RegionCreated", storeId: store.storeId, regionId, peerId: meta.id, cause: "message" })
  return peer
}

/**
 * A message that says its receiver is no member any more. Believed only from a newer epoch and for exactly this peer: it
 * may be late, and the peer may have been replaced meanwhile.
 */
export const onTombstoneMessage = (store: StoreState, { message, to, epoch }: Addressed): void => {
  const peer = store.peers.get(message.regionId)
  if (peer === undefined || peer.id !== to.id) return
  const own = peer.region.regionEpoch
  if (own !== undefined && !isEpochStale(own, epoch)) return
  destroyLater(store, peer, "stale", { epoch, removal: changeOf(message) })
}

export const describeAddressed = ({ message, from, to }: Addressed): string =>
  `region ${message.regionId}: ${formatPeer(from)} to ${formatPeer(to)}`
