/**
 * The leader's role: how it opens its term, what each tick and message means to it, what a Ready sends, and how it follows
 * a membership change. Its trades have files of their own: `replication.ts`, `leaderReads.ts`, `transfer.ts`, `proposals.ts`.
 */
import { fail } from "./assert.ts"
import { broadcastHeartbeat, onRoundAnswered, onRoundsChanged, proposeRead } from "./leaderReads.ts"
import { isVoter } from "./membership.ts"
import { type Message, MessageType } from "./message.ts"
import { appendEntry, maybeAutoLeave } from "./proposals.ts"
import type { Raft } from "./raft.ts"
import {
  flushAppends,
  markAllDue,
  maybeCommit,
  onAppendAccepted,
  onAppendRefused,
  onFollowerAlive
} from "./replication.ts"
import type { Leader } from "./role.ts"
import { maybeFinishTransfer, startTransfer } from "./transfer.ts"
import { EntryKind, emptyBytes, type StepRefusal } from "./types.ts"

/** A new leader appends a no-op: only an entry of its own term commits those before it. Raft 5.4.2. */
export function openTerm(raft: Raft, role: Leader): void {
  const self = role.tracker.get(raft.id)
  if (self === undefined) fail("a leader that is no member")
  self.match = raft.log.stable
  self.becomeReplicate()
  self.recentActive = true
  appendEntry(raft, role, EntryKind.normal, emptyBytes)
  markAllDue(role, "evenEmpty")
}

export function tickLeader(raft: Raft, role: Leader): boolean {
  const { config } = raft
  if (++role.quorumElapsed >= config.electionTicks) {
    role.quorumElapsed = 0
    if (config.checkQuorum) {
      if (!role.tracker.isQuorumActive()) {
        raft.becomeFollower(raft.term, 0)
        return true
      }
      role.tracker.resetActivity()
    }
  }
  if (role.transferee !== 0 && ++role.transferElapsed >= config.electionTicks) role.transferee = 0
  if (raft.confState.autoLeave) maybeAutoLeave(raft, role)
  if (++role.heartbeatElapsed < config.heartbeatTicks) return role.appendsDue
  role.heartbeatElapsed = 0
  role.heartbeatDue = true
  return true
}

export function stepLeader(raft: Raft, role: Leader, m: Message): StepRefusal | undefined {
  switch (m.type) {
    case MessageType.append:
    case MessageType.heartbeat:
    case MessageType.snapshot:
      return "secondLeader"
    case MessageType.readIndex:
      proposeRead(raft, role, m.from, m.entries[0]!.data)
      return undefined
    case MessageType.transferLeader:
      startTransfer(raft, role, m.from)
      return undefined
    case MessageType.appendResponse:
    case MessageType.heartbeatResponse: {
      const pr = role.tracker.get(m.from)
      if (pr === undefined || m.from === raft.id) return "unknownPeer"
      // Only a leader can tell: after a crash our own log may be shorter than what we once sent.
      if (m.index > raft.log.lastIndex && m.type === MessageType.appendResponse && !m.reject) return "malformed"
      pr.recentActive = true
      if (m.type === MessageType.heartbeatResponse) {
        onFollowerAlive(raft, role, pr)
        onRoundAnswered(raft, role, pr, m)
      } else if (m.reject) onAppendRefused(raft, role, pr, m)
      else if (onAppendAccepted(raft, role, pr, m.index)) maybeFinishTransfer(raft, role, pr)
      return undefined
    }
    default:
      return undefined
  }
}

/** Sends what is due: once per Ready. */
export function flushLeader(raft: Raft, role: Leader): void {
  if (role.heartbeatDue) {
    role.heartbeatDue = false
    broadcastHeartbeat(raft, role)
  }
  if (role.appendsDue) flushAppends(raft, role)
}

/** The membership has just changed under this leader. */
export function onMembershipChanged(raft: Raft, role: Leader): void {
  const { confState, log } = raft
  if (!isVoter(confState, raft.id)) {
    // Removed or demoted. When the change was committed, the followers were told so at once.
    raft.becomeFollower(raft.term, 0)
    return
  }
  // A newcomer may not even exist yet; a heartbeat calls it into being at once.
  if (role.tracker.reconfigure(confState, log.lastIndex)) role.heartbeatDue = true
  // A smaller quorum may commit what was waiting.
  if (maybeCommit(raft, role)) markAllDue(role, "evenEmpty")
  else markAllDue(role, "ifEntries")
  onRoundsChanged(raft, role)
  if (role.transferee !== 0 && !isVoter(confState, role.transferee)) role.transferee = 0
}
