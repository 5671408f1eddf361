/**
 * What was proposed by this peer and not yet answered, in log order. A proposal is one log entry: one admin command, or
 * the writes of many callers that arrived in the same pass.
 *
 * Life of a proposal, and when each of its callers is answered, exactly once:
 *
 *   pushed (index, term known) ── the entry at its index is applied with its term ──▶ the result of apply
 *        │                     └─ another term is applied at its index ─────────────▶ StaleCommand: certainly not done
 *        ├─ the caller's deadline passes ──▶ UndeterminedResult (the proposal stays, answered)
 *        ├─ the peer is no longer leader ──▶ stays until applied or until the grace ends, then UndeterminedResult
 *        ├─ a snapshot jumps over its index, the peer is destroyed, the store stops ──▶ UndeterminedResult
 *
 * Losing leadership, or having the entry overwritten in this peer's log, is not a proof that it will not be applied:
 * another replica that still holds the entry may win a later election and commit it. Only a different entry applied at the
 * same index proves it. That is why these proposals wait for a grace instead of answering StaleCommand at once: a client
 * that retries a write that was applied after all would apply it twice.
 *
 * Invariant: after index i is applied, no proposal with an index ≤ i is left. Terms never fall, and indexes ascend within one.
 */
import type { RegionError } from "./RegionError.ts"
import type { AdminDone, Answer, WriteCommand, WriteDone } from "./Router.ts"

/** One caller's write, on its way into a proposal or in one. `answer` is undefined once it was called. */
export interface PendingWrite {
  readonly commands: ReadonlyArray<WriteCommand>
  readonly bytes: number
  readonly deadlineMs: number
  answer: Answer<WriteDone> | undefined
}

export interface WriteProposal {
  readonly type: "write"
  readonly index: number
  readonly term: number
  /** The region's version when it was proposed, as it stands in the entry. */
  readonly version: number
  readonly writes: ReadonlyArray<PendingWrite>
}
export interface AdminProposal {
  readonly type: "admin"
  readonly index: number
  readonly term: number
  readonly deadlineMs: number
  answer: Answer<AdminDone> | undefined
}
export type Proposal = WriteProposal | AdminProposal

/** Answers that are due; called after all state of a pass has been changed, because a caller may come back at once. */
export class AnswerBox {
  private due: Array<() => void> = []

  refuseWrite(write: PendingWrite, error: RegionError): void {
    const answer = write.answer
    if (answer === undefined) return
    write.answer = undefined
    this.due.push(() => answer(error))
  }
  write(write: PendingWrite, done: WriteDone): void {
    const answer = write.answer
    if (answer === undefined) return
    write.answer = undefined
    this.due.push(() => answer(done))
  }
  admin(proposal: AdminProposal, result: AdminDone | RegionError): void {
    const answer = proposal.answer
    if (answer === undefined) return
    proposal.answer = undefined
    this.due.push(() => answer(result))
  }
  /** Any other answer. */
  add<Done>(answer: Answer<Done>, result: Done | RegionError): void {
    this.due.push(() => answer(result))
  }
  /** Calls what is due. Callers may add more while they are called; that is for the next flush. */
  flush(): void {
    if (this.due.length === 0) return
    const due = this.due
    this.due = []
    for (const call of due) call()
  }
}

const refuse = (proposal: Proposal, error: RegionError, answers: AnswerBox): void => {
  if (proposal.type === "admin") answers.admin(proposal, error)
  else for (const write of proposal.writes) answers.refuseWrite(write, error)
}

const staleCommand: RegionError = {
  _tag: "StaleCommand",
  message: "another entry was committed in its place after a change of leader: nothing was written"
}

export const undetermined = (message: string): RegionError => ({ _tag: "UndeterminedResult", message })

/** Stands for an empty list in every queue that has none; never pushed to. */
const noProposals: Array<Proposal> = []
Object.freeze(noProposals)

export class ProposalQueue {
  private items: Array<Proposal> = noProposals
  /** Position of the oldest; the array is cut when half of it is empty. */
  private head = 0
  private callers = 0
  /** When what is left of an earlier leadership, up to `graceTerm`, is given up; undefined when nothing is. */
  private graceEndsMs: number | undefined
  private graceTerm = 0
  /** No deadline inside is earlier. */
  private earliestDeadlineMs = Number.POSITIVE_INFINITY

  /** Callers waiting, not entries. */
  get size(): number {
    return this.callers
  }
  get isEmpty(): boolean {
    return this.head === this.items.length
  }

  push(proposal: Proposal): void {
    const last = this.items[this.items.length - 1]
    // A later leadership may propose at an index that an earlier one used: what stood there was overwritten.
    if (
      last !== undefined &&
      (last.term > proposal.term || (last.term === proposal.term && last.index >= proposal.index))
    ) {
      throw new Error(`proposal ${proposal.index}@${proposal.term} after ${last.index}@${last.term}`)
    }
    if (this.items === noProposals) this.items = []
    this.items.push(proposal)
    if (proposal.type === "admin") {
      this.callers++
      if (proposal.deadlineMs < this.earliestDeadlineMs) this.earliestDeadlineMs = proposal.deadlineMs
    } else {
      this.callers += proposal.writes.length
      for (const write of proposal.writes) {
        if (write.deadlineMs < this.earliestDeadlineMs) this.earliestDeadlineMs = write.deadlineMs
      }
    }
  }

  /**
   * The proposal that became the entry (index, term), taken out; undefined when the entry is not ours. Everything of a
   * lower or equal index that is not it is answered StaleCommand.
   */
  takeApplied(index: number, term: number, answers: AnswerBox): Proposal | undefined {
    let found: Proposal | undefined
    while (found === undefined && this.head < this.items.length) {
      const proposal = this.items[this.head]!
      // Above the index it is open, unless its term is lower: the terms of a log never fall, so it was overwritten.
      if (proposal.index > index && proposal.term >= term) break
      this.shift()
      if (proposal.index === index && proposal.term === term) found = proposal
      else refuse(proposal, staleCommand, answers)
    }
    return found
  }

  /** The peer is leader no more: what is open waits for its outcome until `graceEndsMs`. */
  onLeadershipLost(graceEndsMs: number): void {
    const last = this.items[this.items.length - 1]
    if (this.isEmpty || last === undefined) return
    this.graceEndsMs = graceEndsMs
    this.graceTerm = last.term
  }

  /** Answers callers whose deadline passed, and everybody left over from an earlier leadership once the grace is over. */
  onTime(nowMs: number, answers: AnswerBox): void {
    if (this.graceEndsMs !== undefined && nowMs >= this.graceEndsMs) {
      this.graceEndsMs = undefined
      const lost = undetermined("leadership was lost while the write was under way")
      // What a new leadership of this peer has proposed since is not concerned.
      for (let i = this.head; i < this.items.length; i++) {
        if (this.items[i]!.term <= this.graceTerm) refuse(this.items[i]!, lost, answers)
      }
    }
    if (nowMs < this.earliestDeadlineMs) return
    const late = undetermined("the deadline passed while the write was under way")
    let earliest = Number.POSITIVE_INFINITY
    for (let i = this.head; i < this.items.length; i++) {
      const proposal = this.items[i]!
      if (proposal.type === "admin") {
        if (proposal.answer === undefined) continue
        if (proposal.deadlineMs <= nowMs) answers.admin(proposal, late)
        else earliest = Math.min(earliest, proposal.deadlineMs)
        continue
      }
      for (const write of proposal.writes) {
        if (write.answer === undefined) continue
        if (write.deadlineMs <= nowMs) answers.refuseWrite(write, late)
        else earliest = Math.min(earliest, write.deadlineMs)
      }
    }
    this.earliestDeadlineMs = earliest
  }

  /** A snapshot up to `index` replaced the log: what it jumped over may or may not be part of it. */
  onSnapshot(index: number, answers: AnswerBox): void {
    const jumped = undetermined("a snapshot replaced the log while the write was under way")
    const rest: Array<Proposal> = []
    const { graceEndsMs, graceTerm } = this
    // Indexes do not ascend over two leaderships: look at all.
    while (!this.isEmpty) {
      const proposal = this.shift()
      if (proposal.index <= index) refuse(proposal, jumped, answers)
      else rest.push(proposal)
    }
    for (const proposal of rest) this.push(proposal)
    if (rest.length === 0) return
    this.graceEndsMs = graceEndsMs
    this.graceTerm = graceTerm
  }

  /** Answers and forgets everything. */
  clear(error: RegionError, answers: AnswerBox): void {
    this.refuseUnanswered(error, answers)
    this.items = noProposals
    this.head = 0
    this.callers = 0
    this.graceEndsMs = undefined
    this.earliestDeadlineMs = Number.POSITIVE_INFINITY
  }

  /** Throws when a proposal at or below the applied index is still here. */
  invariants(appliedIndex: number): void {
    for (let i = this.head; i < this.items.length; i++) {
      const { index, term } = this.items[i]!
      if (index <= appliedIndex)
        throw new Error(`proposal ${index}@${term} was passed over by applied index ${appliedIndex}`)
    }
  }

  private refuseUnanswered(error: RegionError, answers: AnswerBox): void {
    for (let i = this.head; i < this.items.length; i++) refuse(this.items[i]!, error, answers)
    this.earliestDeadlineMs = Number.POSITIVE_INFINITY
  }

  private shift(): Proposal {
    const proposal = this.items[this.head]!
    this.head++
    this.callers -= proposal.type === "admin" ? 1 : proposal.writes.length
    if (this.head === this.items.length) {
      this.items = noProposals
      this.head = 0
      this.graceEndsMs = undefined
      this.earliestDeadlineMs = Number.POSITIVE_INFINITY
    } else if (this.head > 64 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head)
      this.head = 0
    }
    return proposal
  }
}
