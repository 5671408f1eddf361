/**
 * A leader's heartbeat rounds, the reads that wait for them, and what a lease may be built on. See readOnly.ts for why.
 */
import { type Message, MessageType } from "./message.ts"
import type { Progress } from "./progress.ts"
import type { Raft } from "./raft.ts"
import { decodeRound } from "./readOnly.ts"
import type { Leader } from "./role.ts"
import { noEntries } from "./types.ts"

export function broadcastHeartbeat(raft: Raft, role: Leader): void {
  const context = role.reads.startRound(raft.now)
  const { committed } = raft.log
  for (const pr of role.tracker.peers) {
    // Beyond its match the follower's log may differ from ours.
    const commit = Math.min(pr.match, committed)
    raft.push({
      type: MessageType.heartbeat,
      to: pr.id,
      from: raft.id,
      term: raft.term,
      logTerm: 0,
      index: 0,
      commit,
      commitTerm: 0,
      entries: noEntries,
      snapshot: undefined,
      requestSnapshot: 0,
      reject: false,
      rejectHint: 0,
      context
    })
    pr.sentCommit = commit
  }
}

/** A read for this peer or a follower; false when too many wait. */
export function proposeRead(raft: Raft, role: Leader, from: number, context: Uint8Array): boolean {
  if (!role.committedOwnTerm) {
    // Until then the commit index may be behind what earlier leaders have confirmed. Raft thesis 6.4, step 1.
    if (role.earlyReads.length >= raft.maxPendingReads) return false
    role.earlyReads.push({ from, context })
    return true
  }
  const { committed } = raft.log
  if (role.tracker.isSingleton || isLeaseValid(raft, role)) {
    raft.answerRead(from, context, committed)
    return true
  }
  if (!role.reads.add(from, context, committed)) return false
  role.heartbeatDue = true
  return true
}

/** The first entry of the term is committed: reads that waited for it go on. */
export function releaseEarlyReads(raft: Raft, role: Leader): void {
  const early = role.earlyReads
  if (early.length === 0) return
  role.earlyReads = []
  for (const { from, context } of early) proposeRead(raft, role, from, context)
}

export function onRoundAnswered(raft: Raft, role: Leader, pr: Progress, m: Message): void {
  const round = decodeRound(m.context)
  // A round never sent: the answer is made up.
  if (round <= pr.ackedRound || round > role.reads.round) return
  pr.ackedRound = round
  role.leaseBlocks.onRoundAnswered(pr.id, round)
  onRoundsChanged(raft, role)
}

/** A follower answered a round, or the voters changed: reads may be confirmed. */
export function onRoundsChanged(raft: Raft, role: Leader): void {
  role.quorumRound = Math.min(role.tracker.quorumRound(), role.reads.round)
  if (role.reads.pending === 0) return
  const confirmed = role.tracker.isSingleton ? Number.POSITIVE_INFINITY : role.quorumRound
  for (const read of role.reads.takeConfirmed(confirmed)) raft.answerRead(read.from, read.context, read.index)
}

/** The instant at which the last round that a quorum answered was sent, at the latest; now, when alone. */
export function quorumAckedAt(raft: Raft, role: Leader): number | undefined {
  return role.tracker.isSingleton ? raft.now : role.reads.instantOf(role.quorumRound)
}

/** As `quorumAckedAt`, but only while a lease may be built on it. */
export function leaseBasis(raft: Raft, role: Leader): number | undefined {
  const trusted =
    raft.config.checkQuorum && role.committedOwnTerm && role.transferee === 0 && !role.leaseBlocks.isBlocked
  return trusted ? quorumAckedAt(raft, role) : undefined
}

function isLeaseValid(raft: Raft, role: Leader): boolean {
  const { readOnly, leaseMs } = raft.config
  if (readOnly !== "leaseBased" || leaseMs === undefined || raft.now === undefined) return false
  const basis = leaseBasis(raft, role)
  return basis !== undefined && raft.now < basis + leaseMs
}
