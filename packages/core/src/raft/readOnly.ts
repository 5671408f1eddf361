/**
 * Heartbeat rounds and the reads that wait for them. Lives as long as one leadership.
 *
 * Each broadcast of heartbeats is a round with the next number, carried in the context and echoed by the followers. Once
 * a quorum has answered round r, this peer was still the leader when r was sent. Two things follow (Raft thesis 6.4):
 * a read that arrived before r was sent may be served at the commit index of its arrival; and since every answering
 * follower keeps quiet for `electionTicks` ticks after receiving r, a lease may run from the instant at which r was sent,
 * for one tick less.
 */

/** Rounds whose send instant is remembered; older ones cannot start a lease any more, they only get fewer. */
const maxRememberedRounds = 32

const contextBytes = 8

export interface PendingRead {
  /** Who asked: this peer's own id, or the follower that forwarded the request. */
  readonly from: number
  readonly context: Uint8Array
  /** The commit index when the request arrived. */
  readonly index: number
  /** The first round sent after the request arrived. */
  readonly round: number
}

export function encodeRound(round: number): Uint8Array {
  const bytes = new Uint8Array(contextBytes)
  let rest = round
  for (let i = contextBytes - 1; i >= 0 && rest > 0; i--) {
    bytes[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return bytes
}

/** 0 when the context is no round number. */
export function decodeRound(context: Uint8Array): number {
  if (context.length !== contextBytes) return 0
  let round = 0
  for (let i = 0; i < contextBytes; i++) round = round * 256 + context[i]!
  return Number.isSafeInteger(round) ? round : 0
}

export class ReadOnly {
  /** Number of the last round that was sent. */
  round = 0
  private waiting: PendingRead[] = []
  private readonly maxPending: number
  private readonly rounds: number[] = []
  private readonly instants: number[] = []

  constructor(maxPending: number) {
    this.maxPending = maxPending
  }

  get pending(): number {
    return this.waiting.length
  }

  /** False when too many reads wait. */
  add(from: number, context: Uint8Array, index: number): boolean {
    if (this.waiting.length >= this.maxPending) return false
    this.waiting.push({ from, context, index, round: this.round + 1 })
    return true
  }

  /** Starts the next round at `instant` and returns its context. An unknown instant starts no lease. */
  startRound(instant: number | undefined): Uint8Array {
    this.round++
    if (instant !== undefined && instant !== this.instants[this.instants.length - 1]) {
      if (this.rounds.length === maxRememberedRounds) {
        this.rounds.shift()
        this.instants.shift()
      }
      this.rounds.push(this.round)
      this.instants.push(instant)
    }
    return encodeRound(this.round)
  }

  /**
   * An instant at or before the sending of `round`, undefined when it is not remembered. Rounds that share their instant
   * with the one before are not listed, so the answer is that of the last listed round at or below it.
   */
  instantOf(round: number): number | undefined {
    for (let i = this.rounds.length - 1; i >= 0; i--) if (this.rounds[i]! <= round) return this.instants[i]
    return undefined
  }

  /** Removes and returns the reads that `round`, answered by a quorum, has confirmed; oldest first. */
  takeConfirmed(round: number): ReadonlyArray<PendingRead> {
    let confirmed = 0
    while (confirmed < this.waiting.length && this.waiting[confirmed]!.round <= round) confirmed++
    if (confirmed === 0) return []
    if (confirmed === this.waiting.length) {
      const all = this.waiting
      this.waiting = []
      return all
    }
    return this.waiting.splice(0, confirmed)
  }
}
