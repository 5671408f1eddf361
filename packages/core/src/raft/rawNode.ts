/**
 * The door of one Raft group: ticks, messages and proposals in, a `Ready` out, acknowledgements back in.
 *
 * Driven by one caller, synchronously. At most one Ready is outstanding: after `ready()` the peer may be ticked and
 * stepped, but `hasReady()` answers false until `advanceAppend`. Applying may lag behind; `advanceApply` reports it.
 */
import { fail } from "./assert.ts"
import { forwardRead, requestSnapshot } from "./follower.ts"
import { flushLeader } from "./leader.ts"
import { leaseBasis, proposeRead, quorumAckedAt } from "./leaderReads.ts"
import { type Message, MessageType, makeMessage } from "./message.ts"
import { maybeAutoLeave, onCommittedHanded, propose, proposeConfChange } from "./proposals.ts"
import { Raft } from "./raft.ts"
import type { Ready } from "./ready.ts"
import { onOwnDurable, onSnapshotReported, onUnreachable } from "./replication.ts"
import type { Storage } from "./storage.ts"
import { startTransfer } from "./transfer.ts"
import type {
  ConfChangeV2,
  Config,
  ConfState,
  HardState,
  ProgressStatus,
  ProposeResult,
  RoleName,
  SoftState,
  Status,
  StepRefusal
} from "./types.ts"

const notLeader: ProposeResult = { ok: false, reason: "notLeader" }

export class RawNode {
  private readonly raft: Raft
  /** Handed out and not yet acknowledged by `advanceAppend`. */
  private outstanding: Ready | undefined = undefined
  private handedTerm: number
  private handedVote: number
  private handedCommit: number
  /** Commit index of the last hard state in a Ready that had to be synced. */
  private syncedCommit: number
  private handedLeader = 0
  private handedRole: RoleName = "follower"

  constructor(config: Config, storage: Storage) {
    this.raft = new Raft(config, storage)
    this.handedTerm = this.raft.term
    this.handedVote = this.raft.vote
    this.handedCommit = this.raft.log.committed
    this.syncedCommit = this.handedCommit
  }

  // --- input ---

  /** One unit of time passed. True when something became ready. */
  tick(): boolean {
    return this.raft.tick()
  }

  /** The caller's monotonic clock, before `tick`, `step` and `ready`: the send instant of heartbeat rounds they start. */
  setNow(nowMs: number): void {
    this.raft.now = nowMs
  }

  /** A message from another peer. Never throws on what others send; a refusal says why it was not taken notice of. */
  step(m: Message): StepRefusal | undefined {
    return this.raft.step(m)
  }

  /** Starts an election now. Ignored by a leader, a non-voter, and with `checkQuorum` while a live leader was heard. */
  campaign(): void {
    this.raft.hup()
  }

  propose(data: Uint8Array): ProposeResult {
    const role = this.raft.role
    return role.kind === "leader" ? propose(this.raft, role, data) : notLeader
  }

  /** `data` is the entry's content; `cc` is what it will decode to at apply, checked against the present membership. */
  proposeConfChange(data: Uint8Array, cc: ConfChangeV2): ProposeResult {
    const role = this.raft.role
    return role.kind === "leader" ? proposeConfChange(this.raft, role, data, cc) : notLeader
  }

  /**
   * Switches to the membership after `cc`; called once for each committed membership change, when it is applied and
   * before `advanceApply` reports its index. Repeating an (operation, id) changes nothing. Throws when the change cannot
   * follow the present membership. With the entry's `index`, a change that an installed snapshot covers is ignored.
   */
  applyConfChange(cc: ConfChangeV2, index?: number): ConfState {
    return this.raft.applyConfChange(cc, index)
  }

  /**
   * A committed membership change was refused when it was applied, so that `applyConfChange` is not called for it. The
   * next change may be proposed as soon as `advanceApply` passes the entry; with its `index` it may be at once.
   */
  applyConfChangeRejected(index?: number): void {
    const role = this.raft.role
    if (role.kind === "leader" && role.pendingConfIndex === index) role.pendingConfIndex = 0
  }

  /**
   * Asks for an index at which a read is linearizable; it arrives as a read state with the same `context`. Followers ask
   * their leader. False when there is no leader or too many reads wait. A read whose leader steps down, or whose message
   * is lost, is never answered: the caller retries or gives up.
   */
  readIndex(context: Uint8Array): boolean {
    const role = this.raft.role
    if (role.kind === "leader") return proposeRead(this.raft, role, this.raft.id, context)
    return role.kind === "follower" && forwardRead(this.raft, role, context)
  }

  /** Hands leadership to voter `to` once its log is complete. Followers ask their leader. Watch role and transferee. */
  transferLeader(to: number): void {
    const { raft } = this
    const role = raft.role
    if (role.kind === "leader") startTransfer(raft, role, to)
    else if (role.kind === "follower" && role.leader !== 0)
      raft.send(makeMessage({ type: MessageType.transferLeader, to: role.leader, from: to }))
  }

  /** Asks the leader for a snapshot although the log would do; for a state machine that lost its data. */
  requestSnapshot(): boolean {
    const role = this.raft.role
    return role.kind === "follower" && requestSnapshot(this.raft, role)
  }

  /** Messages to `id` could not be delivered. */
  reportUnreachable(id: number): void {
    const role = this.raft.role
    const pr = role.kind === "leader" ? role.tracker.get(id) : undefined
    if (pr !== undefined) onUnreachable(pr)
  }

  /** The snapshot sent to `id` was received, or will not be. Every snapshot message needs one report. */
  reportSnapshot(id: number, ok: boolean): void {
    const role = this.raft.role
    const pr = role.kind === "leader" ? role.tracker.get(id) : undefined
    if (pr !== undefined) onSnapshotReported(pr, ok)
  }

  // --- output ---

  hasReady(): boolean {
    if (this.outstanding !== undefined) return false
    const { raft } = this
    const { log, role } = raft
    return (
      log.hasUnstable ||
      raft.messages.length > 0 ||
      raft.messagesAfterSync.length > 0 ||
      log.hasCommittedToHand ||
      (role.kind === "leader" && (role.appendsDue || role.heartbeatDue)) ||
      raft.readStates.length > 0 ||
      log.committed !== this.handedCommit ||
      raft.term !== this.handedTerm ||
      raft.vote !== this.handedVote ||
      role.kind !== this.handedRole ||
      raft.leaderId !== this.handedLeader ||
      log.pendingSnapshot !== undefined
    )
  }

  /** What to do now; see ready.ts for the order. Must be acknowledged by `advanceAppend` before the next one. */
  ready(): Ready {
    if (this.outstanding !== undefined) fail("ready() before advanceAppend() of the previous one")
    const { raft } = this
    const { log } = raft
    if (raft.role.kind === "leader") flushLeader(raft, raft.role)
    const entries = log.unstableEntries()
    const snapshot = log.pendingSnapshot
    const committedEntries = log.handCommitted()
    if (raft.role.kind === "leader" && committedEntries.length > 0) onCommittedHanded(raft.role, committedEntries)
    const voteChanged = raft.term !== this.handedTerm || raft.vote !== this.handedVote
    const mustSync = voteChanged || entries.length > 0 || snapshot !== undefined
    const ready: Ready = {
      softState: this.takeSoftState(),
      hardState: this.takeHardState(voteChanged, mustSync),
      mustSync,
      entries,
      snapshot,
      committedEntries,
      messages: raft.messages,
      messagesAfterSync: raft.messagesAfterSync,
      readStates: raft.readStates
    }
    raft.messages = []
    raft.messagesAfterSync = []
    raft.readStates = []
    this.outstanding = ready
    return ready
  }

  /** Entries, hard state and snapshot of `ready` are durable, and the storage answers with them. */
  advanceAppend(ready: Ready): void {
    if (ready !== this.outstanding) fail("advanceAppend() of a Ready that is not the outstanding one")
    this.outstanding = undefined
    const { raft } = this
    if (ready.snapshot !== undefined) raft.onSnapshotInstalled(ready.snapshot)
    const last = ready.entries[ready.entries.length - 1]
    if (last !== undefined) raft.log.stableTo(last.index, last.term)
    // Term and vote of the outstanding Ready are those handed out last.
    raft.onDurable(this.handedTerm, this.handedVote)
    if (raft.role.kind === "leader") onOwnDurable(raft, raft.role)
  }

  /** The state machine has applied everything up to `appliedIndex`. */
  advanceApply(appliedIndex: number): void {
    const { raft } = this
    raft.log.appliedTo(appliedIndex)
    if (raft.role.kind === "leader") maybeAutoLeave(raft, raft.role)
  }

  // --- views ---

  /** Latest instant, in the caller's clock, at which a quorum is known to have still followed this leader. */
  quorumAckedAt(): number | undefined {
    const role = this.raft.role
    return role.kind === "leader" ? quorumAckedAt(this.raft, role) : undefined
  }

  /**
   * `quorumAckedAt`, but only while local reads may rely on it: not before the first commit of the term, not during a
   * leader transfer or while its order to take over may still be on its way, not after stepping down, never without
   * check quorum. The lease lasts from here for no more than `electionTicks - 1` ticks of the fastest
   * peer's clock: of the ticks for which a peer keeps quiet the first can come right after the heartbeat.
   */
  leaseBasis(): number | undefined {
    const role = this.raft.role
    return role.kind === "leader" ? leaseBasis(this.raft, role) : undefined
  }

  /**
   * Another member was allowed to read in this term. It may have applied more than this leader when it does, so from then
   * on a local read must wait until everything committed is applied here, or it could tell less than the other one told.
   */
  get readsElsewhere(): boolean {
    const { role } = this.raft
    return role.kind === "leader" && role.readsElsewhere
  }

  get id(): number {
    return this.raft.id
  }
  get term(): number {
    return this.raft.term
  }
  get vote(): number {
    return this.raft.vote
  }
  get commit(): number {
    return this.raft.log.committed
  }
  get applied(): number {
    return this.raft.log.applied
  }
  get role(): RoleName {
    return this.raft.role.kind
  }
  /** 0 when unknown. */
  get leaderId(): number {
    return this.raft.leaderId
  }
  get isLeader(): boolean {
    return this.raft.role.kind === "leader"
  }
  get firstIndex(): number {
    return this.raft.log.firstIndex
  }
  get lastIndex(): number {
    return this.raft.log.lastIndex
  }
  get lastTerm(): number {
    return this.raft.log.lastTerm
  }
  /** A membership change may be in the log and not applied; only a leader knows. */
  get hasPendingConf(): boolean {
    const role = this.raft.role
    return role.kind === "leader" && role.pendingConfIndex > this.raft.log.applied
  }
  get leadTransferee(): number {
    const role = this.raft.role
    return role.kind === "leader" ? role.transferee : 0
  }
  /** This leader has committed an entry of its term, so its commit index is up to date. */
  get committedInOwnTerm(): boolean {
    const role = this.raft.role
    return role.kind === "leader" && role.committedOwnTerm
  }
  /** Ticks without a leader after which this peer campaigns; 0 for a leader. */
  get randomizedElectionTicks(): number {
    const role = this.raft.role
    return role.kind === "leader" ? 0 : role.electionTimeout
  }
  get confState(): ConfState {
    return this.raft.confState
  }
  /** Messages dropped because more than `maxPendingMessages` waited for a Ready. */
  get droppedMessages(): number {
    return this.raft.droppedMessages
  }

  status(): Status {
    const { raft } = this
    const { log, role } = raft
    const progress = new Map<number, ProgressStatus>()
    if (role.kind === "leader") for (const [id, pr] of role.tracker.progress) progress.set(id, pr.status())
    return {
      id: raft.id,
      term: raft.term,
      vote: raft.vote,
      commit: log.committed,
      applied: log.applied,
      leader: raft.leaderId,
      role: role.kind,
      leadTransferee: this.leadTransferee,
      progress,
      confState: raft.confState,
      electionElapsed: role.kind === "leader" ? role.quorumElapsed : role.electionElapsed,
      randomizedElectionTicks: this.randomizedElectionTicks,
      lastIndex: log.lastIndex,
      firstIndex: log.firstIndex,
      lease: { quorumAckedAt: this.quorumAckedAt(), basis: this.leaseBasis() }
    }
  }

  /** Dear checks of everything that must hold between calls; throws at the first that does not. */
  assertInvariants(): void {
    this.raft.assertInvariants()
  }

  private takeSoftState(): SoftState | undefined {
    const leader = this.raft.leaderId
    const role = this.raft.role.kind
    if (leader === this.handedLeader && role === this.handedRole) return undefined
    this.handedLeader = leader
    this.handedRole = role
    return { leader, role }
  }

  /**
   * A commit index that was handed out without a sync comes again with the next Ready that is synced. A leader proposes a
   * membership change only after it has applied the one before, so a durable log that holds the later change must say
   * that the earlier one is committed: a peer that came back two memberships behind could win among voters of the past.
   */
  private takeHardState(voteChanged: boolean, mustSync: boolean): HardState | undefined {
    const { term, vote, log } = this.raft
    const commit = log.committed
    if (!voteChanged && commit === this.handedCommit && !(mustSync && commit !== this.syncedCommit)) return undefined
    if (mustSync) this.syncedCommit = commit
    this.handedTerm = term
    this.handedVote = vote
    this.handedCommit = commit
    return { term, vote, commit }
  }
}
