/**
 * Raft's own message ⇄ the `eraftpb.Message` inside a `raft_serverpb.RaftMessage`.
 *
 * What a store adds on the way out: the region id, both peers, the sender's region epoch, and, for messages that may
 * create the peer on the other side, the region's range. Entry kinds and message types have the same numbers on both
 * sides. `commitTerm` has no field in kvproto's message; it travels as `priority` (field 15, where raft-rs keeps its
 * commit term), which this store has no other use for.
 */
import { eraftpb, type metapb, type RegionId, type raft_serverpb } from "@reefkv/wire"
import {
  type ConfState,
  type Entry,
  type Message,
  type MessageType,
  messageTypeNames,
  noEntries,
  type Snapshot
} from "../raft/index.ts"

export interface Envelope {
  readonly regionId: RegionId
  readonly from: metapb.Peer
  readonly to: metapb.Peer
  readonly epoch: metapb.RegionEpoch
  /** Set on votes and heartbeats to a peer that may not exist yet; see `mayCreatePeer`. */
  readonly range?: { readonly start: Uint8Array; readonly end: Uint8Array } | undefined
}

const empty = new Uint8Array(0)
const noEraftEntries: Array<eraftpb.Entry> = []

export const toRaftMessage = (envelope: Envelope, message: Message): raft_serverpb.RaftMessage => ({
  regionId: envelope.regionId,
  fromPeer: envelope.from,
  toPeer: envelope.to,
  message: toEraft(message),
  regionEpoch: envelope.epoch,
  isTombstone: false,
  startKey: envelope.range?.start ?? empty,
  endKey: envelope.range?.end ?? empty,
  mergeTarget: undefined,
  extraMsg: undefined,
  extraCtx: empty,
  diskUsage: 0
})

export const toEraft = (message: Message): eraftpb.Message => ({
  msgType: message.type,
  to: message.to,
  from: message.from,
  term: message.term,
  logTerm: message.logTerm,
  index: message.index,
  entries: message.entries.length === 0 ? noEraftEntries : message.entries.map(toEraftEntry),
  commit: message.commit,
  snapshot: message.snapshot === undefined ? undefined : toEraftSnapshot(message.snapshot),
  requestSnapshot: message.requestSnapshot,
  reject: message.reject,
  rejectHint: message.rejectHint,
  context: message.context,
  deprecatedPriority: 0,
  priority: message.commitTerm
})

const toEraftEntry = (entry: Entry): eraftpb.Entry => ({
  entryType: entry.kind,
  term: entry.term,
  index: entry.index,
  data: entry.data,
  context: empty,
  syncLog: false
})

export const toEraftSnapshot = (snapshot: Snapshot): eraftpb.Snapshot => ({
  data: snapshot.data,
  metadata: {
    confState: toEraftConfState(snapshot.metadata.confState),
    index: snapshot.metadata.index,
    term: snapshot.metadata.term
  }
})

const toEraftConfState = (state: ConfState): eraftpb.ConfState => ({
  voters: [...state.voters],
  learners: [...state.learners],
  votersOutgoing: [...state.votersOutgoing],
  learnersNext: [...state.learnersNext],
  autoLeave: state.autoLeave
})

/**
 * The Raft message inside, or undefined when there is none or it is of a kind Raft does not know (a newer store). What
 * the numbers mean is for Raft to check; negative commit terms become 0.
 */
export const fromEraft = (message: eraftpb.Message | undefined): Message | undefined => {
  if (message === undefined || message.msgType < 0 || message.msgType >= messageTypeNames.length) return undefined
  return {
    type: message.msgType as MessageType,
    to: message.to,
    from: message.from,
    term: message.term,
    logTerm: message.logTerm,
    index: message.index,
    commit: message.commit,
    commitTerm: Math.max(0, message.priority),
    entries: message.entries.length === 0 ? noEntries : message.entries.map(fromEraftEntry),
    snapshot: fromEraftSnapshot(message.snapshot),
    requestSnapshot: message.requestSnapshot,
    reject: message.reject,
    rejectHint: message.rejectHint,
    context: message.context
  }
}

const fromEraftEntry = (entry: eraftpb.Entry): Entry => ({
  kind: entry.entryType,
  term: entry.term,
  index: entry.index,
  data: entry.data
})

/** A snapshot without metadata is as good as none: Raft calls the message malformed. */
export const fromEraftSnapshot = (snapshot: eraftpb.Snapshot | undefined): Snapshot | undefined => {
  const metadata = snapshot?.metadata
  if (snapshot === undefined || metadata === undefined) return undefined
  const confState = metadata.confState ?? eraftpb.ConfState.create()
  return { data: snapshot.data, metadata: { index: metadata.index, term: metadata.term, confState } }
}

/**
 * True for messages that may create the addressed peer: a vote request, or a heartbeat of a leader that does not yet know
 * of any entry there. Source: tikv `is_initial_msg`.
 */
export const mayCreatePeer = (message: eraftpb.Message): boolean =>
  message.msgType === eraftpb.MessageType.MsgRequestVote ||
  message.msgType === eraftpb.MessageType.MsgRequestPreVote ||
  (message.msgType === eraftpb.MessageType.MsgHeartbeat && message.commit === 0)
