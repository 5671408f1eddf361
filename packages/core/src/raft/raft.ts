/**
 * One peer's protocol state, and the transitions between its roles.
 *
 * This file owns term, vote, membership, role, the election timer and the outgoing messages; it judges a message's term and
 * votes, which are the same for every role, and hands the rest to the role's own file: `follower.ts`, `candidate.ts`,
 * `leader.ts`. Driven by `rawNode.ts`; reads no clock and no randomness but what it was handed.
 */
import { fail } from "./assert.ts"
import { campaign, countDurableVote, stepCandidate } from "./candidate.ts"
import { checkConfig } from "./checkConfig.ts"
import { changeMembership } from "./confChange.ts"
import { stepFollower } from "./follower.ts"
import { checkMessage } from "./gateway.ts"
import { onMembershipChanged, openTerm, stepLeader, tickLeader } from "./leader.ts"
import { LeaseBlocks } from "./lease.ts"
import { RaftLog } from "./log.ts"
import { allMembers, isVoter, normalizeConfState } from "./membership.ts"
import { isCampaignTransfer, isForwarded, type Message, MessageType, makeMessage, mustFollowSync } from "./message.ts"
import { ReadOnly } from "./readOnly.ts"
import type { ReadState } from "./ready.ts"
import type { Role } from "./role.ts"
import type { Storage } from "./storage.ts"
import { Tracker } from "./tracker.ts"
import { type ConfChangeV2, type Config, type ConfState, EntryKind, type Snapshot, type StepRefusal } from "./types.ts"

const defaultMaxPendingReads = 4096
const defaultMaxPendingMessages = 4096
/** Unapplied entries are scanned for membership changes in pages of this size. */
const scanPageBytes = 1 << 20

export class Raft {
  readonly id: number
  readonly config: Config
  readonly storage: Storage
  readonly log: RaftLog
  readonly maxPendingReads: number
  term: number
  vote: number
  confState: ConfState
  role: Role
  /** The caller's monotonic clock, as last told. */
  now: number | undefined = undefined
  /**
   * Ticks for which this peer has promised a leader to vote for nobody else. Kept apart from role and timer: campaigning,
   * or forgetting who leads, does not take the promise back. Stays 0 without check quorum.
   */
  quietTicks: number
  messages: Message[] = []
  messagesAfterSync: Message[] = []
  readStates: ReadState[] = []
  /** Messages dropped because too many were waiting. */
  droppedMessages = 0
  private durableTerm: number
  private durableVote: number
  private readonly maxPendingMessages: number

  constructor(config: Config, storage: Storage) {
    checkConfig(config)
    const { hardState, confState } = storage.initialState()
    this.id = config.id
    this.config = config
    this.storage = storage
    this.log = new RaftLog(storage, hardState.commit, config.appliedIndex, config.maxCommittedBytesPerReady)
    this.maxPendingReads = config.maxPendingReads ?? defaultMaxPendingReads
    this.maxPendingMessages = config.maxPendingMessages ?? defaultMaxPendingMessages
    this.term = hardState.term
    this.vote = hardState.vote
    this.durableTerm = hardState.term
    this.durableVote = hardState.vote
    this.confState = normalizeConfState(confState)
    this.quietTicks = this.initialQuietTicks(hardState.term)
    this.role = this.makeFollower(0)
  }

  get leaderId(): number {
    const role = this.role
    return role.kind === "follower" ? role.leader : role.kind === "leader" ? this.id : 0
  }

  /** May stand for election: a voter that is not waiting for a snapshot. */
  get isPromotable(): boolean {
    return isVoter(this.confState, this.id) && this.log.pendingSnapshot === undefined
  }

  /** Bound to the present leader: no other candidate is heard. Raft thesis 6.2 and 4.2.3. */
  get isQuiet(): boolean {
    return this.config.checkQuorum && (this.quietTicks > 0 || this.role.kind === "leader")
  }

  // --- transitions: the only places that assign `role` ---

  becomeFollower(term: number, leader: number): void {
    this.enterTerm(term)
    this.role = this.makeFollower(leader)
  }

  becomePreCandidate(): void {
    if (this.role.kind === "leader") fail("a leader cannot become pre-candidate")
    this.role = {
      kind: "preCandidate",
      electionElapsed: 0,
      electionTimeout: this.drawElectionTimeout(),
      votes: new Map()
    }
  }

  becomeCandidate(): void {
    if (this.role.kind === "leader") fail("a leader cannot become candidate")
    this.enterTerm(this.term + 1)
    this.vote = this.id
    this.role = { kind: "candidate", electionElapsed: 0, electionTimeout: this.drawElectionTimeout(), votes: new Map() }
  }

  becomeLeader(): void {
    if (this.role.kind !== "candidate") fail(`a ${this.role.kind} cannot become leader`)
    const { config, log } = this
    const tracker = new Tracker(this.id, this.confState, log.lastIndex, {
      maxInflightMessages: config.maxInflightMessages,
      maxInflightBytes: config.maxInflightBytes ?? 0
    })
    this.quietTicks = 0
    const role = {
      kind: "leader",
      tracker,
      reads: new ReadOnly(this.maxPendingReads),
      leaseBlocks: new LeaseBlocks(),
      earlyReads: [],
      heartbeatElapsed: 0,
      quorumElapsed: 0,
      transferee: 0,
      transferElapsed: 0,
      // Entries of earlier terms may hold a membership change that is not applied yet; assume the last one does.
      pendingConfIndex: log.lastIndex,
      uncommittedBytes: 0,
      committedOwnTerm: false,
      readsElsewhere: false,
      heartbeatDue: false,
      appendsDue: false,
      quorumRound: 0
    } satisfies Role
    this.role = role
    openTerm(this, role)
  }

  // --- time ---

  /** True when this tick made something ready. */
  tick(): boolean {
    const role = this.role
    if (role.kind === "leader") return tickLeader(this, role)
    if (this.quietTicks > 0) this.quietTicks--
    if (++role.electionElapsed < role.electionTimeout) return false
    role.electionElapsed = 0
    return this.hup()
  }

  /** The election timer fired, or the caller wants an election; true when one began. */
  hup(): boolean {
    if (this.role.kind === "leader" || this.quietTicks > 0 || !this.mayCampaign()) return false
    campaign(this, this.config.preVote ? "preElection" : "election")
    return true
  }

  /** The leader wants this peer to take over: no pre-vote, and peers vote in spite of their promise to that leader. */
  hupForTransfer(): void {
    if (this.mayCampaign()) campaign(this, "transfer")
  }

  /** A peer that has committed but not applied a membership change does not know yet whose votes count. */
  private mayCampaign(): boolean {
    return this.isPromotable && !this.hasConfChangeBetween(this.log.applied, this.log.committed)
  }

  hasConfChangeBetween(after: number, upTo: number): boolean {
    let from = after + 1
    while (from <= upTo) {
      const page = this.log.slice(from, upTo + 1, scanPageBytes)
      // Entries that cannot be read now might hold one.
      if (typeof page === "string" || page.length === 0) return true
      for (const entry of page) if (entry.kind !== EntryKind.normal) return true
      from += page.length
    }
    return false
  }

  // --- messages ---

  step(m: Message): StepRefusal | undefined {
    const refusal = checkMessage(m, this.id, this.confState)
    if (refusal !== undefined) return refusal
    if (isForwarded(m.type)) {
      // Passed on for somebody else, from whatever term: carries none.
    } else if (m.term > this.term) {
      if (!this.onHigherTerm(m)) return undefined
    } else if (m.term < this.term) {
      this.onLowerTerm(m)
      return undefined
    }
    if (m.type === MessageType.requestVote || m.type === MessageType.requestPreVote) {
      this.onVoteRequest(m)
      return undefined
    }
    const role = this.role
    if (role.kind === "follower") return stepFollower(this, role, m)
    if (role.kind === "leader") return stepLeader(this, role, m)
    return stepCandidate(this, role, m)
  }

  /** Adopts a higher term where the message proves one; false when the message is to be ignored. */
  private onHigherTerm(m: Message): boolean {
    const type = m.type
    if (type === MessageType.requestVote || type === MessageType.requestPreVote) {
      if (this.isQuiet && !isCampaignTransfer(m.context)) return false
      // Asking in advance changes nobody's term.
      if (type === MessageType.requestPreVote) return true
    }
    // A granted pre-vote carries the term that its asker only considers.
    if (type === MessageType.requestPreVoteResponse && !m.reject) return true
    const fromLeader = type === MessageType.append || type === MessageType.heartbeat || type === MessageType.snapshot
    this.becomeFollower(m.term, fromLeader ? m.from : 0)
    return true
  }

  /**
   * Tells senders that live in the past about the present term (Raft 5.1): a leader, which would otherwise wait for ever for
   * a peer whose term ran ahead and whose vote requests reach nobody, and a candidate, whose term might otherwise stay
   * behind the term of one that can never win. Unlike etcd-io/raft, without pre-vote and check quorum too.
   */
  private onLowerTerm(m: Message): void {
    const type = m.type
    const reply = (type: MessageType) => this.send(makeMessage({ type, to: m.from, from: this.id, reject: true }))
    if (type === MessageType.requestPreVote) reply(MessageType.requestPreVoteResponse)
    else if (type === MessageType.requestVote) reply(MessageType.requestVoteResponse)
    else if (type === MessageType.append || type === MessageType.heartbeat || type === MessageType.snapshot)
      this.send(makeMessage({ type: MessageType.appendResponse, to: m.from, from: this.id }))
  }

  /** Raft 5.2 and 5.4.1: one vote a term, only for a log at least as complete as ours. Learners vote when asked. */
  private onVoteRequest(m: Message): void {
    const isPreVote = m.type === MessageType.requestPreVote
    const free = this.vote === m.from || (this.vote === 0 && this.leaderId === 0) || (isPreVote && m.term > this.term)
    const granted = free && this.log.isUpToDate(m.index, m.logTerm)
    const type = isPreVote ? MessageType.requestPreVoteResponse : MessageType.requestVoteResponse
    if (granted) {
      // The answer to a pre-vote carries the term asked about: our own may be older, and would be ignored as such.
      this.send(makeMessage({ type, to: m.from, from: this.id, term: m.term }))
      if (!isPreVote) {
        this.vote = m.from
        if (this.role.kind !== "leader") this.role.electionElapsed = 0
      }
      return
    }
    const { committed } = this.log
    const commitTerm = this.log.term(committed)
    this.send(
      makeMessage({
        type,
        to: m.from,
        from: this.id,
        reject: true,
        commit: committed,
        commitTerm: typeof commitTerm === "number" ? commitTerm : 0
      })
    )
    this.maybeCommitByVote(m)
  }

  /**
   * Vote requests and refusals name the sender's commit index and the term there; if we hold that very entry, it is
   * committed for us too. It saves a group whose last leader left before telling anybody (raft-rs `maybe_commit_by_vote`).
   */
  maybeCommitByVote(m: Message): void {
    if (m.commit === 0 || m.commitTerm === 0 || this.role.kind === "leader") return
    const before = this.log.committed
    if (m.commit <= before || !this.log.matchTerm(m.commit, m.commitTerm)) return
    this.log.commitTo(m.commit)
    // A membership change among the new ones decides whose votes count: ask again once it is applied.
    if (this.role.kind !== "follower" && this.hasConfChangeBetween(before, m.commit)) this.becomeFollower(this.term, 0)
  }

  /** Queues a message; its term is ours unless it already carries one. Drops it when too many wait, as a network may. */
  send(m: Message): void {
    this.push(m.term === 0 && !isForwarded(m.type) ? { ...m, term: this.term } : m)
  }

  /** `send` for a message that is complete. */
  push(m: Message): void {
    const queue = mustFollowSync(m.type) ? this.messagesAfterSync : this.messages
    // A snapshot message is never dropped: its receiver's progress waits for its fate.
    if (queue.length >= this.maxPendingMessages && m.type !== MessageType.snapshot) {
      this.droppedMessages++
      return
    }
    queue.push(m)
  }

  /** The read that somebody asked for may be served at `index`: to ourselves as a read state, to a follower by message. */
  answerRead(from: number, context: Uint8Array, index: number): void {
    if (from === this.id) {
      this.readStates.push({ index, context })
      return
    }
    if (this.role.kind === "leader") this.role.readsElsewhere = true
    const entries = [{ kind: EntryKind.normal, term: 0, index: 0, data: context }]
    this.send(makeMessage({ type: MessageType.readIndexResponse, to: from, from: this.id, index, entries }))
  }

  // --- durability and membership ---

  /** Hard state, entries and snapshot handed out before are durable now. */
  onDurable(term: number, vote: number): void {
    this.durableTerm = term
    this.durableVote = vote
    if (this.role.kind === "candidate" && this.isOwnVoteDurable) countDurableVote(this, this.role)
  }

  /** Our vote for ourselves in this term cannot be forgotten any more. */
  get isOwnVoteDurable(): boolean {
    return this.durableTerm === this.term && this.durableVote === this.id
  }

  applyConfChange(cc: ConfChangeV2, index: number | undefined): ConfState {
    // A snapshot that was installed meanwhile covers the entry.
    if (index !== undefined && index <= this.log.applied) return this.confState
    const outcome = changeMembership(this.confState, cc)
    if (!outcome.ok) fail(`a committed membership change cannot be applied: ${outcome.problem}`)
    this.confState = outcome.confState
    if (this.role.kind === "leader") onMembershipChanged(this, this.role)
    return this.confState
  }

  /**
   * The snapshot is durable and is the state machine now: its membership holds from here on. Not earlier, since entries
   * handed out before it may still be applied, and their membership changes follow from the old one.
   */
  onSnapshotInstalled(snapshot: Snapshot): void {
    this.log.installedSnapshot(snapshot.metadata.index)
    this.confState = normalizeConfState(snapshot.metadata.confState)
  }

  /** A live leader was heard: the promise to keep quiet starts anew. */
  heardLeader(): void {
    if (this.config.checkQuorum) this.quietTicks = this.config.electionTicks
  }

  assertInvariants(): void {
    this.log.assertInvariants()
    normalizeConfState(this.confState)
    if (this.term < this.durableTerm) fail(`term ${this.term} fell below the durable ${this.durableTerm}`)
    if (this.log.lastTerm > this.term) fail(`last entry has term ${this.log.lastTerm} above our ${this.term}`)
    const role = this.role
    if (role.kind === "candidate" && this.vote !== this.id) fail(`a candidate that voted for ${this.vote}`)
    if (role.kind !== "leader") return
    const members = allMembers(this.confState)
    if (role.tracker.progress.size !== members.length) fail("progress does not cover the members")
    for (const id of members) {
      const pr = role.tracker.get(id)
      if (pr === undefined) fail(`no progress for member ${id}`)
      if (pr.match >= pr.next) fail(`peer ${id} has match ${pr.match} at or above next ${pr.next}`)
      if (pr.match > this.log.lastIndex) fail(`peer ${id} has match ${pr.match} beyond ${this.log.lastIndex}`)
      if (pr.state !== "replicate" && pr.inflights.count > 0) fail(`peer ${id} has messages in flight in ${pr.state}`)
      if (pr.state !== "snapshot" && pr.pendingSnapshot !== 0) fail(`peer ${id} awaits a snapshot in ${pr.state}`)
      if (id === this.id && pr.match > this.log.stable) fail(`own match ${pr.match} is not durable`)
    }
  }

  private initialQuietTicks(storedTerm: number): number {
    const { checkQuorum, voteQuietTicks, electionTicks } = this.config
    return checkQuorum ? (voteQuietTicks ?? (storedTerm > 0 ? electionTicks : 0)) : 0
  }

  private enterTerm(term: number): void {
    if (term < this.term) fail(`term would fall from ${this.term} to ${term}`)
    if (term === this.term) return
    this.term = term
    this.vote = 0
  }

  private makeFollower(leader: number): Role {
    return {
      kind: "follower",
      leader,
      electionElapsed: 0,
      electionTimeout: this.drawElectionTimeout(),
      leaderRound: 0,
      requestedSnapshot: 0
    }
  }

  private drawElectionTimeout(): number {
    const { electionTicks, random } = this.config
    return electionTicks + Math.floor(random() * electionTicks)
  }
}
