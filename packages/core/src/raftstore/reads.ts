/**
 * Reads of one peer that could not be answered at once: those that wait for a read index, and those that have one and
 * wait until this replica has applied it.
 *
 *   waiting ── asked once per pass, all together ──▶ asked ── Raft's read state ──▶ indexed ── applied ≥ index ──▶ answered
 *      ▲                                              │
 *      └────────── no answer for an election timeout ─┘   (the question or its answer was lost)
 *
 * A leader under a valid lease skips the question: its commit index is the read index. A follower's question travels to
 * the leader inside Raft. Each read is answered exactly once: readable, a refusal when region, epoch or leader changed,
 * DeadlineExceeded, or a refusal when the peer goes away.
 */
import type { PeerId } from "@reefkv/wire"
import type { AnswerBox } from "./proposals.ts"
import type { RegionError } from "./RegionError.ts"
import type { Answer, ReadDone, ReadRequest } from "./Router.ts"

export interface PendingRead {
  readonly request: ReadRequest
  readonly deadlineMs: number
  readonly answer: Answer<ReadDone>
}
interface AskedReads {
  readonly reads: ReadonlyArray<PendingRead>
  readonly askedAtTick: number
}
interface IndexedReads {
  readonly index: number
  readonly reads: ReadonlyArray<PendingRead>
}

/** Reads of one region that wait at any one time; over it ServerIsBusy. */
export const readsMaxPerRegion = 8_192

/** Stand for empty lists in every queue that has none; never pushed to. */
const noReads: Array<PendingRead> = []
const noGroups: ReadonlyArray<IndexedReads> = Object.freeze([])
Object.freeze(noReads)

export class ReadQueue {
  waiting: Array<PendingRead> = noReads
  private asked: Map<number, AskedReads> | undefined
  private indexed: ReadonlyArray<IndexedReads> = noGroups
  private count = 0
  private earliestDeadlineMs = Number.POSITIVE_INFINITY

  get size(): number {
    return this.count
  }

  add(read: PendingRead): void {
    this.waitAgain(read)
    this.count++
    if (read.deadlineMs < this.earliestDeadlineMs) this.earliestDeadlineMs = read.deadlineMs
  }

  /** The waiting reads are asked for under `sequence`. */
  onAsked(sequence: number, tick: number): void {
    this.asked ??= new Map()
    this.asked.set(sequence, { reads: this.waiting, askedAtTick: tick })
    this.waiting = noReads
  }
  /** The waiting reads may be served at `index` without asking. */
  onLeaseIndex(index: number): void {
    this.indexed = [...this.indexed, { index, reads: this.waiting }]
    this.waiting = noReads
  }
  /** Raft answered. Unknown sequences belong to reads that were given up. */
  onReadState(sequence: number, index: number): void {
    const asked = this.asked?.get(sequence)
    if (asked === undefined) return
    this.asked!.delete(sequence)
    this.indexed = [...this.indexed, { index, reads: asked.reads }]
  }

  /** Takes out what can be answered at `appliedIndex`. */
  takeReadable(appliedIndex: number): ReadonlyArray<PendingRead> {
    if (this.indexed.length === 0) return noReads
    const readable: Array<PendingRead> = []
    const rest: Array<IndexedReads> = []
    for (const group of this.indexed) {
      if (group.index > appliedIndex) rest.push(group)
      else for (const read of group.reads) readable.push(read)
    }
    this.indexed = rest.length === 0 ? noGroups : rest
    this.forget(readable.length)
    return readable
  }

  /** Questions older than `ticks` are to be asked again: true when there are any. */
  reaskOlderThan(tick: number): boolean {
    if (this.asked === undefined || this.asked.size === 0) return false
    let any = false
    for (const [sequence, asked] of this.asked) {
      if (asked.askedAtTick > tick) continue
      this.asked.delete(sequence)
      for (const read of asked.reads) this.waitAgain(read)
      any = true
    }
    return any
  }

  /**
   * The leader or its term changed: whoever asked for a leader's read is told, replica reads ask the new leader. So do those
   * that an earlier leader allowed: they would read what was written since, and the new leader does not know that anybody
   * does (`Peer.hasReadLease`).
   */
  onLeaderChange(error: RegionError, answers: AnswerBox): void {
    if (this.count === 0) return
    const keep: Array<PendingRead> = []
    this.reaskOlderThan(Number.POSITIVE_INFINITY)
    for (const read of [...this.waiting, ...this.indexed.flatMap(({ reads }) => reads)]) {
      if (read.request.replicaRead) keep.push(read)
      else this.refuse(read, error, answers)
    }
    this.waiting = keep
    this.indexed = noGroups
  }

  refuseWaiting(error: RegionError, answers: AnswerBox): void {
    for (const read of this.waiting) this.refuse(read, error, answers)
    this.waiting = noReads
  }

  onTime(nowMs: number, answers: AnswerBox): void {
    if (nowMs < this.earliestDeadlineMs) return
    this.earliestDeadlineMs = Number.POSITIVE_INFINITY
    const late: RegionError = { _tag: "DeadlineExceeded" }
    const inTime = (read: PendingRead): boolean => {
      if (read.deadlineMs > nowMs) {
        if (read.deadlineMs < this.earliestDeadlineMs) this.earliestDeadlineMs = read.deadlineMs
        return true
      }
      this.refuse(read, late, answers)
      return false
    }
    this.waiting = this.waiting.filter(inTime)
    if (this.asked !== undefined) {
      for (const [sequence, asked] of this.asked) {
        const reads = asked.reads.filter(inTime)
        if (reads.length === 0) this.asked.delete(sequence)
        else if (reads.length < asked.reads.length) this.asked.set(sequence, { reads, askedAtTick: asked.askedAtTick })
      }
    }
    this.indexed = this.indexed.flatMap((group) => {
      const reads = group.reads.filter(inTime)
      return reads.length === 0 ? [] : [{ index: group.index, reads }]
    })
  }

  clear(error: RegionError, answers: AnswerBox): void {
    this.reaskOlderThan(Number.POSITIVE_INFINITY)
    this.refuseWaiting(error, answers)
    for (const group of this.indexed) for (const read of group.reads) this.refuse(read, error, answers)
    this.indexed = noGroups
  }

  private waitAgain(read: PendingRead): void {
    if (this.waiting === noReads) this.waiting = []
    this.waiting.push(read)
  }
  private refuse(read: PendingRead, error: RegionError, answers: AnswerBox): void {
    this.forget(1)
    answers.add(read.answer, error)
  }
  private forget(reads: number): void {
    this.count -= reads
    if (this.count === 0) this.earliestDeadlineMs = Number.POSITIVE_INFINITY
  }
}

/**
 * What a question carries so that its answer finds back: peer id, a number drawn when the store started, a sequence.
 * Contexts of two peers, or of one peer before and after a restart, never collide, because the leader keys them.
 */
export const encodeReadContext = (peerId: PeerId, incarnation: number, sequence: number): Uint8Array => {
  const bytes = new Uint8Array(20)
  const view = new DataView(bytes.buffer)
  view.setFloat64(0, peerId)
  view.setUint32(8, incarnation)
  view.setFloat64(12, sequence)
  return bytes
}
/** The sequence, or undefined when the context is not of this peer and incarnation. */
export const decodeReadContext = (bytes: Uint8Array, peerId: PeerId, incarnation: number): number | undefined => {
  if (bytes.length !== 20) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.getFloat64(0) !== peerId || view.getUint32(8) !== incarnation) return undefined
  return view.getFloat64(12)
}
