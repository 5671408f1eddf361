/**
 * How long to wait before a request is tried again: one schedule per class of trouble, each with its own count, so that a
 * busy store does not make the next leader change slow. Plain numbers in and out; the waiting itself, the deadline and the
 * random source belong to the caller. The figures follow client-go `internal/retry`, shorter where a store restarts fast.
 */

/** Wait `baseMs`, then twice as long each time up to `capMs`; half of each wait is random when `jitter` is set. */
export interface BackoffSchedule {
  readonly name: string
  readonly baseMs: number
  readonly capMs: number
  readonly jitter: boolean
}

const schedule = (name: string, baseMs: number, capMs: number, jitter = true): BackoffSchedule => ({
  name,
  baseMs,
  capMs,
  jitter
})

export const backoffs = {
  /** No leader is known, or the peers do not agree who it is: an election is under way. */
  noLeader: schedule("noLeader", 2, 500),
  /** What the scheduler said does not fit what the stores say yet. */
  regionMiss: schedule("regionMiss", 2, 500),
  /** The region is in a state that passes by itself: a new leader warming up, a merge. */
  notReady: schedule("notReady", 2, 500),
  /** The store asked for patience. */
  serverBusy: schedule("serverBusy", 50, 5_000),
  diskFull: schedule("diskFull", 500, 5_000),
  /** The store cannot be reached, or broke off. */
  storeUnreachable: schedule("storeUnreachable", 20, 2_000),
  /** The scheduler cannot be reached, has no leader, or does not know yet what it is asked for. */
  scheduler: schedule("scheduler", 50, 2_000)
} as const

/** The waits of one call so far. */
export class Backoff {
  private readonly attempts = new Map<string, number>()
  /** Milliseconds handed out. */
  totalMs = 0

  /** Milliseconds to wait now. `random` is in [0, 1). */
  next(schedule: BackoffSchedule, random: number): number {
    const attempt = this.attempts.get(schedule.name) ?? 0
    this.attempts.set(schedule.name, attempt + 1)
    const full = Math.min(schedule.capMs, schedule.baseMs * 2 ** Math.min(attempt, 30))
    const wait = schedule.jitter ? full / 2 + (full / 2) * random : full
    this.totalMs += wait
    return wait
  }
}
