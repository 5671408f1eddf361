/** What a leader accepts into its log: data, membership changes, and the end of a joint configuration. */
import { changeMembership, wantsLeaveJoint } from "./confChange.ts"
import { isJoint } from "./membership.ts"
import type { Raft } from "./raft.ts"
import { markAllDue } from "./replication.ts"
import type { Leader } from "./role.ts"
import {
  type ConfChangeV2,
  type Entry,
  EntryKind,
  emptyBytes,
  type ProposeRefusal,
  type ProposeResult
} from "./types.ts"

export function propose(raft: Raft, role: Leader, data: Uint8Array): ProposeResult {
  const refusal = checkProposal(raft, role, data)
  if (refusal !== undefined) return { ok: false, reason: refusal }
  return { ok: true, index: appendEntry(raft, role, EntryKind.normal, data), term: raft.term }
}

export function proposeConfChange(raft: Raft, role: Leader, data: Uint8Array, cc: ConfChangeV2): ProposeResult {
  const refusal = checkProposal(raft, role, data) ?? checkConfChange(raft, role, cc)
  if (refusal !== undefined) return { ok: false, reason: refusal }
  const index = appendEntry(raft, role, EntryKind.confChangeV2, data)
  role.pendingConfIndex = index
  return { ok: true, index, term: raft.term }
}

function checkProposal(raft: Raft, role: Leader, data: Uint8Array): ProposeRefusal | undefined {
  if (role.transferee !== 0) return "transferring"
  // A proposal larger than the bound must be possible, or it could never be made; it then waits to be alone.
  if (role.uncommittedBytes > 0 && data.length > 0) {
    if (role.uncommittedBytes + data.length > raft.config.maxUncommittedBytes) return "tooManyUncommitted"
  }
  return undefined
}

function checkConfChange(raft: Raft, role: Leader, cc: ConfChangeV2): ProposeRefusal | undefined {
  // Without a committed entry of this term two leaders could each change the membership by one and share no quorum.
  if (!role.committedOwnTerm) return "termNotCommitted"
  if (role.pendingConfIndex > raft.log.applied) return "pendingConfChange"
  const joint = isJoint(raft.confState)
  if (joint !== wantsLeaveJoint(cc)) return joint ? "inJoint" : "notInJoint"
  return changeMembership(raft.confState, cc).ok ? undefined : "invalidConfChange"
}

/** Appends to the own log and returns the index. */
export function appendEntry(raft: Raft, role: Leader, kind: number, data: Uint8Array): number {
  const index = raft.log.lastIndex + 1
  raft.log.append({ kind, term: raft.term, index, data })
  role.uncommittedBytes += data.length
  markAllDue(role, "ifEntries")
  return index
}

/** Committed entries leave for the state machine: their bytes are no longer uncommitted. */
export function onCommittedHanded(role: Leader, entries: ReadonlyArray<Entry>): void {
  let bytes = 0
  for (let i = 0; i < entries.length; i++) bytes += entries[i]!.data.length
  // Entries of earlier terms were never counted.
  role.uncommittedBytes = Math.max(0, role.uncommittedBytes - bytes)
}

/** Proposes to leave the joint configuration once the change that entered it is applied, when it asked for that. */
export function maybeAutoLeave(raft: Raft, role: Leader): void {
  if (!raft.confState.autoLeave || role.pendingConfIndex > raft.log.applied || role.transferee !== 0) return
  role.pendingConfIndex = appendEntry(raft, role, EntryKind.confChangeV2, emptyBytes)
}
