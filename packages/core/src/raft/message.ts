/**
 * The one shape that travels between peers. Every field is always present, so that all messages share one hidden class
 * and the codec has nothing to guess. Numbers of `MessageType` are those of eraftpb.MessageType.
 */
import { type Entry, emptyBytes, noEntries, type Snapshot } from "./types.ts"

export const MessageType = {
  hup: 0,
  beat: 1,
  propose: 2,
  append: 3,
  appendResponse: 4,
  requestVote: 5,
  requestVoteResponse: 6,
  snapshot: 7,
  heartbeat: 8,
  heartbeatResponse: 9,
  unreachable: 10,
  snapStatus: 11,
  checkQuorum: 12,
  transferLeader: 13,
  timeoutNow: 14,
  readIndex: 15,
  readIndexResponse: 16,
  requestPreVote: 17,
  requestPreVoteResponse: 18
} as const
export type MessageType = (typeof MessageType)[keyof typeof MessageType]

/** Name of each number, for dumps. */
export const messageTypeNames: ReadonlyArray<string> = Object.keys(MessageType)

/**
 * `index`/`logTerm`: in an append the entry before `entries`; in a vote request the candidate's last entry; in an append
 * response the last matching index, or, with `reject`, the refused `index` while `rejectHint`/`logTerm` name the best
 * candidate for a match. `commit`: leader's commit index, or in a heartbeat what the follower may commit at most.
 * `commitTerm`: term of the entry at `commit` in vote requests and refusals, 0 elsewhere. `context`: see `campaignTransfer`,
 * and the round number in heartbeats and their responses. `entries[0].data` carries the caller's context in read index
 * messages. `requestSnapshot`: index from which a follower wants a snapshot, 0 when it wants none.
 */
export interface Message {
  readonly type: MessageType
  readonly to: number
  readonly from: number
  readonly term: number
  readonly logTerm: number
  readonly index: number
  readonly commit: number
  readonly commitTerm: number
  readonly entries: ReadonlyArray<Entry>
  readonly snapshot: Snapshot | undefined
  readonly requestSnapshot: number
  readonly reject: boolean
  readonly rejectHint: number
  readonly context: Uint8Array
}

/** A message with every field at its default except those given; for cold paths and tests. */
export function makeMessage(fields: Partial<Message> & Pick<Message, "type" | "to" | "from">): Message {
  return {
    type: fields.type,
    to: fields.to,
    from: fields.from,
    term: fields.term ?? 0,
    logTerm: fields.logTerm ?? 0,
    index: fields.index ?? 0,
    commit: fields.commit ?? 0,
    commitTerm: fields.commitTerm ?? 0,
    entries: fields.entries ?? noEntries,
    snapshot: fields.snapshot,
    requestSnapshot: fields.requestSnapshot ?? 0,
    reject: fields.reject ?? false,
    rejectHint: fields.rejectHint ?? 0,
    context: fields.context ?? emptyBytes
  }
}

/** Context of a vote request whose sender was told by the leader to take over: peers that heard the leader vote anyway. */
export const campaignTransfer: Uint8Array = new TextEncoder().encode("CampaignTransfer")

export function isCampaignTransfer(context: Uint8Array): boolean {
  if (context.length !== campaignTransfer.length) return false
  for (let i = 0; i < context.length; i++) if (context[i] !== campaignTransfer[i]) return false
  return true
}

/** True for kinds that only this peer may send to itself; they never travel. */
export function isLocalMessage(type: MessageType): boolean {
  return (
    type === MessageType.hup ||
    type === MessageType.beat ||
    type === MessageType.propose ||
    type === MessageType.unreachable ||
    type === MessageType.snapStatus ||
    type === MessageType.checkQuorum
  )
}

/** True for answers, which only make sense from a member. */
export function isResponse(type: MessageType): boolean {
  return (
    type === MessageType.appendResponse ||
    type === MessageType.requestVoteResponse ||
    type === MessageType.heartbeatResponse ||
    type === MessageType.requestPreVoteResponse
  )
}

/** Requests that may pass through a follower to the leader; they carry no term. */
export function isForwarded(type: MessageType): boolean {
  return type === MessageType.readIndex || type === MessageType.transferLeader
}

/** Votes and append responses promise something about the disk, so they wait for the sync. */
export function mustFollowSync(type: MessageType): boolean {
  return (
    type === MessageType.appendResponse ||
    type === MessageType.requestVoteResponse ||
    type === MessageType.requestPreVoteResponse
  )
}
