/**
 * Timestamps: `physical` Unix milliseconds and an 18-bit counter, strictly rising over callers, clock jumps and restarts.
 *
 * A time is given out only while it is below a mark that is on disk; after a restart all new ones start at the mark. The
 * clock moves `physical` forward only: when it jumps back, the counter goes on under the old millisecond. When the
 * counter is full the caller waits for a millisecond to pass, and `physical` goes on by one if the clock did not, so
 * that a clock set back by an hour does not stop the cluster for an hour.
 */
import { type Clock, Effect, Semaphore } from "effect"
import type { CommandLog } from "../persist.ts"
import { type SchedulerError, schedulerError } from "../SchedulerError.ts"
import type { Timestamp } from "../SchedulerService.ts"

const logicalBits = 18
export const logicalEnd = 2 ** logicalBits

export interface Tso {
  /** The largest of `count` consecutive timestamps of one physical time. */
  next(count: number): Effect.Effect<Timestamp, SchedulerError>
}

/** `savedMs`: the mark found on disk, 0 at the very first start. */
export const makeTso = (log: CommandLog, clock: Clock.Clock, savedMs: number, saveAheadMs: () => number): Tso => {
  let physical = savedMs
  let logical = 0
  let saved = savedMs
  const saving = Semaphore.makeUnsafe(1)

  const save = Effect.fnUntraced(function* () {
    if (physical < saved) return
    const untilMs = physical + saveAheadMs()
    yield* log.write([{ type: "tsoWindow", untilMs }], { sync: true })
    saved = untilMs
  })

  return {
    next: Effect.fnUntraced(function* (count: number) {
      if (!Number.isSafeInteger(count) || count < 1 || count >= logicalEnd) {
        return yield* schedulerError("refused", `tso count must be between 1 and ${logicalEnd - 1}, is ${count}`)
      }
      for (;;) {
        const now = Math.floor(clock.currentTimeMillisUnsafe())
        if (now > physical) {
          physical = now
          logical = 0
        }
        if (physical >= saved) {
          yield* saving.withPermit(Effect.suspend(save))
        } else if (logical + count < logicalEnd) {
          logical += count
          return { physical, logical }
        } else {
          const full = physical
          yield* Effect.sleep(1)
          if (physical === full && clock.currentTimeMillisUnsafe() <= full) {
            physical += 1
            logical = 0
          }
        }
      }
    })
  }
}
