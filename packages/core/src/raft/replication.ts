/**
 * How a leader feeds its followers: appends, snapshots, and the commit index that follows from what they acknowledge.
 *
 * Nothing is sent where its cause arises. The cause marks members as due, and `flushAppends` sends once per Ready, so that
 * a pass that brings ten proposals and ten acknowledgements costs one append per follower.
 */
import { fail } from "./assert.ts"
import { releaseEarlyReads } from "./leaderReads.ts"
import { type Message, MessageType, makeMessage } from "./message.ts"
import type { Progress } from "./progress.ts"
import type { Raft } from "./raft.ts"
import type { Leader } from "./role.ts"
import { type Entry, emptyBytes, entryBytes, noEntries } from "./types.ts"

/** True when the follower matches further than was known, or its probe is confirmed. */
export function onAppendAccepted(raft: Raft, role: Leader, pr: Progress, index: number): boolean {
  const { log } = raft
  // A probe may be confirmed without news: the follower was known to match already. Not by what reaches less far than the
  // probe asked: index 0 is also what a peer says to leaders of earlier terms, and we may have led one.
  const confirms = pr.state === "probe" && pr.match === index && pr.next <= index + 1
  if (!pr.maybeUpdate(index) && !confirms) return false
  if (pr.state === "replicate") pr.inflights.freeTo(index)
  else if (pr.state === "probe") pr.becomeReplicate()
  else if (pr.match + 1 >= log.firstIndex) {
    // Caught up without, or before the report of, its snapshot: our log reaches it again.
    pr.becomeProbe()
    pr.becomeReplicate()
  }
  if (maybeCommit(raft, role)) broadcastCommit(raft, role)
  if (pr.canBumpCommit(log.committed) && mayBumpCommit(raft, role)) markDue(role, pr, "evenEmpty")
  else markDue(role, pr, "ifEntries")
  return true
}

export function onAppendRefused(raft: Raft, role: Leader, pr: Progress, m: Message): void {
  if (m.requestSnapshot !== 0) {
    onSnapshotRequested(role, pr, m.requestSnapshot)
    return
  }
  // The follower names the last of its entries that can match by term; ours may rule out more of them.
  const hint = m.logTerm > 0 ? raft.log.findConflictByTerm(m.rejectHint, m.logTerm).index : m.rejectHint
  if (!pr.maybeDecreaseTo(m.index, hint)) return
  if (pr.state === "replicate") pr.becomeProbe()
  markDue(role, pr, "evenEmpty")
}

function onSnapshotRequested(role: Leader, pr: Progress, index: number): void {
  if (pr.state === "snapshot") return
  pr.becomeProbe()
  pr.requestedSnapshot = index
  markDue(role, pr, "evenEmpty")
}

/** Raft 5.3, 5.4.2: an entry of this term that a quorum holds durably is committed, and all before it. */
export function maybeCommit(raft: Raft, role: Leader): boolean {
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
  markAllDue(role, mayBumpCommit(raft, role) ? "evenEmpty" : "ifEntries")
}

/** A follower answered a heartbeat: what was held back for its silence may go. */
export function onFollowerAlive(raft: Raft, role: Leader, pr: Progress): void {
  pr.appendPaused = false
  if (pr.match < raft.log.lastIndex || pr.state === "probe") markDue(role, pr, "evenEmpty")
}

export function markDue(role: Leader, pr: Progress, due: "ifEntries" | "evenEmpty"): void {
  role.appendsDue = true
  if (pr.due !== "evenEmpty") pr.due = due
}

export function markAllDue(role: Leader, due: "ifEntries" | "evenEmpty"): void {
  role.appendsDue = true
  for (const pr of role.tracker.peers) if (pr.due !== "evenEmpty") pr.due = due
}

/** Sends what is due: once per Ready. */
export function flushAppends(raft: Raft, role: Leader): void {
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
