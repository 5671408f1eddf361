/**
 * What a leader knows of one member. States (after etcd-io/raft `tracker/progress.go`):
 *
 * - probe: the match is a guess; one append with entries at a time, the next only after an answer or a heartbeat answer.
 * - replicate: the follower follows; appends are sent ahead optimistically, inside the in-flight window.
 * - snapshot: the entries it needs are gone; nothing is sent until the snapshot's fate is known.
 *
 * Driven by append and heartbeat responses, and by reports about snapshots and unreachable peers.
 */
import { fail } from "./assert.ts"
import { Inflights } from "./inflights.ts"
import type { ProgressState, ProgressStatus } from "./types.ts"

export interface InflightLimits {
  readonly maxInflightMessages: number
  readonly maxInflightBytes: number
}

/** What the next Ready sends this member: nothing, entries if there are any, or an append even if it is empty. */
export type AppendDue = "no" | "ifEntries" | "evenEmpty"

export class Progress {
  readonly id: number
  /** Last index known to be durable there and equal to ours. Never falls while this peer leads. */
  match: number
  /** Index of the next entry to send; above `match`. Falls when the follower refuses an append. */
  next: number
  state: ProgressState = "probe"
  /** Probe: an append is under way. Replicate: the window was full after the last append. */
  appendPaused = false
  /** Index of the snapshot under way in state snapshot, else 0. */
  pendingSnapshot = 0
  /** Index at or above which this member asked for a snapshot, else 0. */
  requestedSnapshot = 0
  /** Heard from since the last quorum check. */
  recentActive: boolean
  isLearner: boolean
  /** The highest commit index sent to it; falls when the messages that carried it may have been lost. */
  sentCommit = 0
  /** The latest heartbeat round it answered in this term; 0 for none. */
  ackedRound = 0
  due: AppendDue = "no"
  readonly inflights: Inflights

  constructor(id: number, next: number, isLearner: boolean, recentActive: boolean, limits: InflightLimits) {
    this.id = id
    this.match = 0
    this.next = next
    this.isLearner = isLearner
    this.recentActive = recentActive
    this.inflights = new Inflights(limits.maxInflightMessages, limits.maxInflightBytes)
  }

  /** True when no append may be sent now. */
  get isPaused(): boolean {
    return this.state === "snapshot" || this.appendPaused
  }

  becomeProbe(): void {
    // A snapshot that arrived moves the follower past it although its append response may still be missing.
    const next = this.state === "snapshot" ? Math.max(this.match, this.pendingSnapshot) + 1 : this.match + 1
    this.enter("probe")
    this.next = next
    this.sentCommit = Math.min(this.sentCommit, next - 1)
  }

  becomeReplicate(): void {
    this.enter("replicate")
    this.next = this.match + 1
  }

  becomeSnapshot(snapshotIndex: number): void {
    this.enter("snapshot")
    this.pendingSnapshot = snapshotIndex
    this.requestedSnapshot = 0
    this.next = snapshotIndex + 1
    this.sentCommit = snapshotIndex
  }

  /** Takes note of an append that just left. */
  sentEntries(count: number, bytes: number): void {
    if (this.state === "replicate") {
      if (count > 0) {
        this.next += count
        this.inflights.add(this.next - 1, bytes)
      }
      this.appendPaused = this.inflights.isFull()
    } else if (this.state === "probe") {
      if (count > 0) this.appendPaused = true
    } else fail(`peer ${this.id} is sent an append in state ${this.state}`)
  }

  /** Whether an empty append would tell it about a commit index that it can use. */
  canBumpCommit(commit: number): boolean {
    return commit > this.sentCommit && this.sentCommit < this.next - 1
  }

  /** It acknowledged everything up to `index`; false when that is old news. */
  maybeUpdate(index: number): boolean {
    if (index <= this.match) return false
    this.match = index
    if (this.next <= index) this.next = index + 1
    this.appendPaused = false
    return true
  }

  /**
   * It refused the append after entry `rejected` and suggests `matchHint`. False when the refusal is stale: a replicating
   * follower has since acknowledged that index, or a probed one answers a message other than the last probe.
   */
  maybeDecreaseTo(rejected: number, matchHint: number): boolean {
    if (this.state === "replicate") {
      if (rejected <= this.match) return false
      this.next = this.match + 1
    } else {
      if (this.next - 1 !== rejected) return false
      this.next = Math.max(Math.min(rejected, matchHint + 1), this.match + 1)
      this.appendPaused = false
    }
    this.sentCommit = Math.min(this.sentCommit, this.next - 1)
    return true
  }

  status(): ProgressStatus {
    return {
      match: this.match,
      next: this.next,
      state: this.state,
      paused: this.isPaused,
      recentActive: this.recentActive,
      isLearner: this.isLearner,
      pendingSnapshot: this.pendingSnapshot,
      inflightMessages: this.inflights.count,
      inflightBytes: this.inflights.bytes,
      sentCommit: this.sentCommit
    }
  }

  private enter(state: ProgressState): void {
    this.state = state
    this.appendPaused = false
    this.pendingSnapshot = 0
    this.inflights.reset()
  }
}
