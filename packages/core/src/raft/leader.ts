/**
 * How a leader answers and what it owes its followers: replication, commit, heartbeats, reads, transfer, proposals.
 *
 * Appends and heartbeats are not sent where their cause arises; the cause marks them as due, and `flushLeader` sends them
 * once per Ready. So a pass that brings ten proposals and ten acknowledgements costs one append per follower.
 */
import { fail } from "./assert.ts"
import { changeMembership, wantsLeaveJoint } from "./confChange.ts"
import { isJoint, isVoter } from "./membership.ts"
import { type Message, MessageType, makeMessage } from "./message.ts"
import type { Progress } from "./progress.ts"
import type { Raft } from "./raft.ts"
import { decodeRound, encodeRound } from "./readOnly.ts"
import type { Leader } from "./role.ts"
import {
  type ConfChangeV2,
  type Entry,
  EntryKind,
  emptyBytes,
  entryBytes,
  noEntries,
  type ProposeRefusal,
  type ProposeResult,
  type StepRefusal
} from "./types.ts"

/** A new leader appends a no-op: only an entry of its own term commits those before it. Raft 5.4.2. */
export function openTerm(raft: Raft, role: Leader): void {
  const self = role.tracker.get(raft.id)
  if (self === undefined) fail("a leader that is no member")
  self.match = raft.log.stable
  self.becomeReplicate()
  self.recentActive = true
  appendEntry(raft, role, EntryKind.normal, emptyBytes)
  markAll(role, "evenEmpty")
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
      if (m.type === MessageType.heartbeatResponse) onHeartbeatResponse(raft, role, pr, m)
      else if (m.reject) onAppendRefused(raft, role, pr, m)
      else onAppendAccepted(raft, role, pr, m.index)
      return undefined
    }
    default:
      return undefined
  }
}

// --- replication ---

function onAppendAccepted(raft: Raft, role: Leader, pr: Progress, index: number): void {
  const { log } = raft
  // A probe may be confirmed without news: the follower was known to match already.
  if (!pr.maybeUpdate(index) && !(pr.state === "probe" && pr.match === index)) return
  if (pr.state === "replicate") pr.inflights.freeTo(index)
  else if (pr.state === "probe") pr.becomeReplicate()
  else if (pr.match + 1 >= log.firstIndex) {
    // Caught up without, or before the report of, its snapshot: our log reaches it again.
    pr.becomeProbe()
    pr.becomeReplicate()
  }
  if (maybeCommit(raft, role)) broadcastCommit(raft, role)
  if (pr.canBumpCommit(log.committed) && mayBumpCommit(raft, role)) mark(role, pr, "evenEmpty")
  else mark(role, pr, "ifEntries")
  if (pr.id === role.transferee && pr.match === log.lastIndex) sendTimeoutNow(raft, role, pr.id)
}

function onAppendRefused(raft: Raft, role: Leader, pr: Progress, m: Message): void {
  if (m.requestSnapshot !== 0) {
    onSnapshotRequested(role, pr, m.requestSnapshot)
    return
  }
  // The follower names the last of its entries that can match by term; ours may rule out more of them.
  const hint = m.logTerm > 0 ? raft.log.findConflictByTerm(m.rejectHint, m.logTerm).index : m.rejectHint
  if (!pr.maybeDecreaseTo(m.index, hint)) return
  if (pr.state === "replicate") pr.becomeProbe()
  mark(role, pr, "evenEmpty")
}

function onSnapshotRequested(role: Leader, pr: Progress, index: number): void {
  if (pr.state === "snapshot") return
  pr.becomeProbe()
  pr.requestedSnapshot = index
  mark(role, pr, "evenEmpty")
}

function onHeartbeatResponse(raft: Raft, role: Leader, pr: Progress, m: Message): void {
  pr.appendPaused = false
  if (pr.match < raft.log.lastIndex || pr.state === "probe") mark(role, pr, "evenEmpty")
  const round = decodeRound(m.context)
  if (round <= pr.ackedRound || round > role.reads.round) return
  pr.ackedRound = round
  role.leaseBlocks.onRoundAnswered(pr.id, round)
  onRoundsChanged(raft, role)
}

/** Raft 5.3, 5.4.2: an entry of this term that a quorum holds durably is committed, and all before it. */
function maybeCommit(raft: Raft, role: Leader): boolean {
  const { log } = raft
  const index = role.tracker.committedIndex()
  if (index <= log.committed || log.term(index) !== raft.term) return false
  log.commitTo(index)
  if (!role.committedOwnTerm) {
    role.committedOwnTerm = true
    releaseEarlyReads(raft, role)
  }
  return true
}

/** Own entries became durable: they count for the commit index now. */
export function onOwnDurable(raft: Raft, role: Leader): void {
  const self = role.tracker.get(raft.id)
  if (self === undefined || !self.maybeUpdate(raft.log.stable)) return
  if (maybeCommit(raft, role)) broadcastCommit(raft, role)
}

/** Followers with nothing else to receive are told the commit index at once, unless that is configured away. */
function mayBumpCommit(raft: Raft, role: Leader): boolean {
  return !raft.config.skipBroadcastCommit || role.pendingConfIndex > raft.log.applied
}

function broadcastCommit(raft: Raft, role: Leader): void {
  markAll(role, mayBumpCommit(raft, role) ? "evenEmpty" : "ifEntries")
}

function mark(role: Leader, pr: Progress, due: "ifEntries" | "evenEmpty"): void {
  role.appendsDue = true
  if (pr.due !== "evenEmpty") pr.due = due
}

function markAll(role: Leader, due: "ifEntries" | "evenEmpty"): void {
  role.appendsDue = true
  for (const pr of role.tracker.peers) if (pr.due !== "evenEmpty") pr.due = due
}

/** Sends what is due: once per Ready. */
export function flushLeader(raft: Raft, role: Leader): void {
  if (role.heartbeatDue) {
    role.heartbeatDue = false
    broadcastHeartbeat(raft, role)
  }
  if (!role.appendsDue) return
  role.appendsDue = false
  for (const pr of role.tracker.peers) {
    if (pr.due === "no") continue
    const evenEmpty = pr.due === "evenEmpty"
    pr.due = "no"
    if (!maybeSendAppend(raft, pr, evenEmpty)) continue
    // Ends when the window is full, the probe is out, or the log has no more.
    while (maybeSendAppend(raft, pr, false));
  }
}

/** Sends one append, or a snapshot when the entries are gone. False when nothing was sent. */
function maybeSendAppend(raft: Raft, pr: Progress, evenEmpty: boolean): boolean {
  if (pr.isPaused) return false
  const { log } = raft
  if (pr.requestedSnapshot !== 0) return sendSnapshot(raft, pr)
  const prevIndex = pr.next - 1
  let entries: ReadonlyArray<Entry> = noEntries
  if (pr.next <= log.lastIndex && !(pr.state === "replicate" && pr.inflights.isFull())) {
    const read = log.slice(pr.next, log.lastIndex + 1, raft.config.maxEntriesBytesPerMessage)
    if (read === "compacted") return sendSnapshot(raft, pr)
    // They are on their way from somewhere; the next heartbeat answer asks again.
    if (read === "unavailable") return false
    entries = read
  }
  if (entries.length === 0 && !evenEmpty) return false
  const prevTerm = log.term(prevIndex)
  if (typeof prevTerm === "string") return sendSnapshot(raft, pr)
  raft.push({
    type: MessageType.append,
    to: pr.id,
    from: raft.id,
    term: raft.term,
    logTerm: prevTerm,
    index: prevIndex,
    commit: log.committed,
    commitTerm: 0,
    entries,
    snapshot: undefined,
    requestSnapshot: 0,
    reject: false,
    rejectHint: 0,
    context: emptyBytes
  })
  let bytes = 0
  for (let i = 0; i < entries.length; i++) bytes += entryBytes(entries[i]!)
  pr.sentEntries(entries.length, bytes)
  pr.sentCommit = log.committed
  return true
}

function sendSnapshot(raft: Raft, pr: Progress): boolean {
  // A peer that is not there would hold the snapshot, and its generation, for nothing.
  if (!pr.recentActive) return false
  const snapshot = raft.storage.snapshot(pr.requestedSnapshot, pr.id)
  if (snapshot === "temporarilyUnavailable") return false
  const { index } = snapshot.metadata
  if (index === 0 || index < pr.requestedSnapshot) fail(`storage made a snapshot at ${index} for peer ${pr.id}`)
  raft.send(makeMessage({ type: MessageType.snapshot, to: pr.id, from: raft.id, snapshot }))
  pr.becomeSnapshot(index)
  return true
}

/** The transport could not reach `pr`: what was sent ahead may be lost. */
export function onUnreachable(pr: Progress): void {
  if (pr.state === "replicate") pr.becomeProbe()
}

/** The snapshot's transfer ended. Waits for the follower's append response, or a heartbeat answer, before it sends more. */
export function onSnapshotReported(pr: Progress, ok: boolean): void {
  if (pr.state !== "snapshot") return
  if (!ok) pr.pendingSnapshot = 0
  pr.becomeProbe()
  pr.appendPaused = true
}

// --- heartbeats, reads and the lease ---

function broadcastHeartbeat(raft: Raft, role: Leader): void {
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

function releaseEarlyReads(raft: Raft, role: Leader): void {
  const early = role.earlyReads
  if (early.length === 0) return
  role.earlyReads = []
  for (const { from, context } of early) proposeRead(raft, role, from, context)
}

/** A follower answered a round, or the voters changed: reads may be confirmed. */
function onRoundsChanged(raft: Raft, role: Leader): void {
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

// --- leader transfer (Raft thesis 3.10) ---

export function startTransfer(raft: Raft, role: Leader, to: number): void {
  const pr = role.tracker.get(to)
  if (pr === undefined || pr.isLearner || to === role.transferee) return
  // A newer wish replaces the old one; asking for ourselves only cancels it.
  role.transferee = 0
  if (to === raft.id) return
  role.transferee = to
  role.transferElapsed = 0
  if (pr.match === raft.log.lastIndex) sendTimeoutNow(raft, role, to)
  else mark(role, pr, "evenEmpty")
}

function sendTimeoutNow(raft: Raft, role: Leader, to: number): void {
  const { round } = role.reads
  role.leaseBlocks.onTimeoutNowSent(to, round)
  raft.send(makeMessage({ type: MessageType.timeoutNow, to, from: raft.id, context: encodeRound(round) }))
}

// --- proposals and membership ---

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

function appendEntry(raft: Raft, role: Leader, kind: number, data: Uint8Array): number {
  const index = raft.log.lastIndex + 1
  raft.log.append({ kind, term: raft.term, index, data })
  role.uncommittedBytes += data.length
  markAll(role, "ifEntries")
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

/** The membership has just changed under this leader. */
export function onMembershipChanged(raft: Raft, role: Leader): void {
  const { confState, log } = raft
  if (!isVoter(confState, raft.id)) {
    // Removed or demoted. The others may not know yet that the change is committed, and cannot elect anybody by the new
    // rules before they do; so that is the last thing we say.
    for (const pr of role.tracker.peers) {
      // No snapshots here: the storage is in the middle of applying.
      if (pr.canBumpCommit(log.committed) && typeof log.term(pr.next - 1) === "number" && pr.requestedSnapshot === 0)
        maybeSendAppend(raft, pr, true)
    }
    raft.becomeFollower(raft.term, 0)
    return
  }
  const known = role.tracker.peers.length
  role.tracker.reconfigure(confState, log.lastIndex)
  if (role.tracker.peers.length > known) role.heartbeatDue = true
  // A smaller quorum may commit what was waiting.
  if (maybeCommit(raft, role)) markAll(role, "evenEmpty")
  else markAll(role, "ifEntries")
  onRoundsChanged(raft, role)
  if (role.transferee !== 0 && !isVoter(confState, role.transferee)) role.transferee = 0
}
