/**
 * How a follower answers: appends, heartbeats and snapshots of its leader, the order to take over, reads on their way to
 * the leader and back. A candidate that hears a leader becomes follower first and then answers here.
 */

import { checkMembership, isMember, sortedIds } from "./membership.ts"
import { type Message, MessageType, makeMessage } from "./message.ts"
import type { Raft } from "./raft.ts"
import { decodeRound } from "./readOnly.ts"
import type { Follower } from "./role.ts"
import { type ConfState, EntryKind, emptyBytes, noEntries, type StepRefusal } from "./types.ts"

export function stepFollower(raft: Raft, role: Follower, m: Message): StepRefusal | undefined {
  switch (m.type) {
    case MessageType.append:
    case MessageType.heartbeat:
    case MessageType.snapshot:
      if (role.leader !== m.from && role.leader !== 0) return "secondLeader"
      role.leader = m.from
      role.electionElapsed = 0
      raft.heardLeader()
      if (m.type === MessageType.append) return onAppend(raft, role, m)
      if (m.type === MessageType.heartbeat) onHeartbeat(raft, role, m)
      else onSnapshot(raft, role, m)
      return undefined
    case MessageType.timeoutNow:
      onTimeoutNow(raft, role, m)
      return undefined
    case MessageType.transferLeader:
      // `from` names who shall lead, so the message goes on unchanged but for its address.
      if (role.leader !== 0) raft.send({ ...m, to: role.leader })
      return undefined
    case MessageType.readIndexResponse:
      raft.readStates.push({ index: m.index, context: m.entries[0]!.data })
      return undefined
    default:
      return undefined
  }
}

/** Raft 5.3, receiver's side of AppendEntries. */
function onAppend(raft: Raft, role: Follower, m: Message): StepRefusal | undefined {
  const { log } = raft
  if (role.requestedSnapshot !== 0) {
    sendSnapshotRequest(raft, role)
    return undefined
  }
  // An old message: what it brings is committed here, so the leader may as well learn how far we are.
  if (m.index < log.committed) {
    respondAppend(raft, m.from, log.committed)
    return undefined
  }
  if (!log.matchTerm(m.index, m.logTerm)) {
    const hint = log.findConflictByTerm(Math.min(m.index, log.lastIndex), m.logTerm)
    raft.send(
      makeMessage({
        type: MessageType.appendResponse,
        to: m.from,
        from: raft.id,
        index: m.index,
        reject: true,
        rejectHint: hint.index,
        logTerm: hint.term
      })
    )
    return undefined
  }
  const { entries } = m
  const divergence = log.findDivergence(entries)
  if (divergence < entries.length) {
    if (entries[divergence]!.index <= log.committed) return "conflictsWithCommitted"
    log.truncateAndAppend(entries, divergence)
  }
  const lastNew = m.index + entries.length
  // Beyond `lastNew` our log may still differ from the leader's.
  log.commitTo(Math.min(m.commit, lastNew))
  respondAppend(raft, m.from, lastNew)
  return undefined
}

function onHeartbeat(raft: Raft, role: Follower, m: Message): void {
  // The leader names at most what it knows to match; a follower that lost its tail has less than that.
  raft.log.commitTo(Math.min(m.commit, raft.log.lastIndex))
  const round = decodeRound(m.context)
  if (round > role.leaderRound) role.leaderRound = round
  raft.push({
    type: MessageType.heartbeatResponse,
    to: m.from,
    from: raft.id,
    term: raft.term,
    logTerm: 0,
    index: 0,
    commit: 0,
    commitTerm: 0,
    entries: noEntries,
    snapshot: undefined,
    requestSnapshot: 0,
    reject: false,
    rejectHint: 0,
    context: m.context
  })
  if (role.requestedSnapshot !== 0) sendSnapshotRequest(raft, role)
}

function onSnapshot(raft: Raft, role: Follower, m: Message): void {
  const snapshot = m.snapshot!
  const { log } = raft
  const { index, term, confState } = snapshot.metadata
  const requested = role.requestedSnapshot !== 0 && index >= role.requestedSnapshot
  if (!requested) {
    if (index <= log.committed) {
      respondAppend(raft, m.from, log.committed)
      return
    }
    if (log.matchTerm(index, term)) {
      // We hold that entry already, so everything before it is right: the leader's record was out of date.
      log.commitTo(index)
      respondAppend(raft, m.from, log.committed)
      return
    }
  }
  // No answer: the leader tries again after the next heartbeat, and would at once if it were told anything.
  if (!isUsable(confState, raft.id)) return
  role.requestedSnapshot = 0
  log.restore(snapshot)
  respondAppend(raft, m.from, log.lastIndex)
}

/** A snapshot whose membership contradicts itself or leaves this peer out would strand it. */
function isUsable(c: ConfState, id: number): boolean {
  if (!isMember(c, id)) return false
  return (
    checkMembership({
      voters: sortedIds(c.voters),
      learners: sortedIds(c.learners),
      votersOutgoing: sortedIds(c.votersOutgoing),
      learnersNext: sortedIds(c.learnersNext),
      autoLeave: c.autoLeave
    }) === undefined
  )
}

function onTimeoutNow(raft: Raft, role: Follower, m: Message): void {
  if (role.leader !== 0 && role.leader !== m.from) return
  // The leader has sent heartbeats since: it has given the transfer up and may trust its lease again. See lease.ts.
  if (m.context.length > 0 && role.leaderRound > decodeRound(m.context)) return
  raft.hupForTransfer()
}

/**
 * Asks the leader for a snapshot that covers our whole log: anything less would drop entries that we acknowledged. Only
 * when the log ends in this term, as the leader is then sure to commit its end.
 */
export function requestSnapshot(raft: Raft, role: Follower): boolean {
  if (role.leader === 0 || raft.log.pendingSnapshot !== undefined || raft.log.lastTerm !== raft.term) return false
  role.requestedSnapshot = raft.log.lastIndex
  sendSnapshotRequest(raft, role)
  return true
}

function sendSnapshotRequest(raft: Raft, role: Follower): void {
  raft.send(
    makeMessage({
      type: MessageType.appendResponse,
      to: role.leader,
      from: raft.id,
      index: raft.log.committed,
      reject: true,
      rejectHint: raft.log.lastIndex,
      requestSnapshot: role.requestedSnapshot
    })
  )
}

/** Sends a read of ours to the leader. */
export function forwardRead(raft: Raft, role: Follower, context: Uint8Array): boolean {
  if (role.leader === 0) return false
  const entries = [{ kind: EntryKind.normal, term: 0, index: 0, data: context }]
  raft.send(makeMessage({ type: MessageType.readIndex, to: role.leader, from: raft.id, entries }))
  return true
}

function respondAppend(raft: Raft, to: number, index: number): void {
  raft.push({
    type: MessageType.appendResponse,
    to,
    from: raft.id,
    term: raft.term,
    logTerm: 0,
    index,
    commit: 0,
    commitTerm: 0,
    entries: noEntries,
    snapshot: undefined,
    requestSnapshot: 0,
    reject: false,
    rejectHint: 0,
    context: emptyBytes
  })
}
