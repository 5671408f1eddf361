/**
 * One alarm for all open calls: it rings when the first of them is due, looks through all of them, and is set again for the
 * next. A timer per call would cost more than the call.
 */
import { type Clock, Effect, type Fiber } from "effect"

export interface Timed {
  /** When `onDue` wants to be called, in milliseconds since the epoch. May move, in either direction. */
  readonly dueMs: number
  onDue(nowMs: number): void
}

export class Deadlines<T extends Timed> {
  private readonly clock: Clock.Clock
  private readonly fork: (effect: Effect.Effect<void>) => Fiber.Fiber<void>
  private readonly open = new Set<T>()
  private ringsMs = Number.POSITIVE_INFINITY
  private alarm: Fiber.Fiber<void> | undefined

  constructor(clock: Clock.Clock, fork: (effect: Effect.Effect<void>) => Fiber.Fiber<void>) {
    this.clock = clock
    this.fork = fork
  }

  get size(): number {
    return this.open.size
  }

  add(timed: T): void {
    this.open.add(timed)
  }

  delete(timed: T): void {
    this.open.delete(timed)
  }

  all(): ReadonlyArray<T> {
    return [...this.open]
  }

  /** To be called when an open call's `dueMs` has moved to an earlier time, and after `add`. */
  moved(timed: T): void {
    if (timed.dueMs < this.ringsMs) this.set(timed.dueMs)
  }

  private set(atMs: number): void {
    this.alarm?.interruptUnsafe()
    this.ringsMs = atMs
    const waitMs = Math.max(0, atMs - this.clock.currentTimeMillisUnsafe())
    this.alarm = this.fork(Effect.map(Effect.sleep(waitMs), () => this.ring()))
  }

  private ring(): void {
    this.alarm = undefined
    this.ringsMs = Number.POSITIVE_INFINITY
    const now = this.clock.currentTimeMillisUnsafe()
    let next = Number.POSITIVE_INFINITY
    for (const timed of this.open) {
      if (timed.dueMs <= now) timed.onDue(now)
      else if (timed.dueMs < next) next = timed.dueMs
    }
    if (next < this.ringsMs) this.set(next)
  }
}
