/**
 * Cluster-wide ids: stores, regions and peers share one sequence. A window of ids is reserved on disk before any of it
 * is given; after a restart the sequence goes on behind the window, and what was left of it is never used.
 */
import { Effect, Semaphore } from "effect"
import type { CommandLog } from "../persist.ts"
import { type SchedulerError, schedulerError } from "../SchedulerError.ts"

/** More than this in one request is a mistake of the caller. */
export const idBatchMax = 100_000

export interface IdAllocator {
  /** The largest of `count` consecutive ids. */
  alloc(count: number): Effect.Effect<number, SchedulerError>
  /** One id of the reserved window at once, or undefined when it is used up. */
  takeUnsafe(): number | undefined
  /** At least `count` ids can be taken at once afterwards. */
  ensure(count: number): Effect.Effect<void, SchedulerError>
  /** No id up to and including `id` is given from now on: somebody brought one that was not allocated here. */
  skipPast(id: number): Effect.Effect<void, SchedulerError>
}

/** `windowEnd`: the end of the last window on disk, 0 at the very first start. Ids start at 1. */
export const makeIdAllocator = (log: CommandLog, windowEnd: number, step: () => number): IdAllocator => {
  let next = Math.max(1, windowEnd)
  let end = next
  const saving = Semaphore.makeUnsafe(1)

  const reserve = Effect.fnUntraced(function* (count: number) {
    // Whoever waited behind another reservation may find enough.
    if (end - next >= count) return
    const newEnd = end + Math.max(step(), count)
    yield* log.write([{ type: "idWindow", end: newEnd }], { sync: true })
    end = newEnd
  })
  const ensure = (count: number): Effect.Effect<void, SchedulerError> =>
    end - next >= count ? Effect.void : saving.withPermit(reserve(count))

  return {
    ensure: (count) => Effect.suspend(() => ensure(count)),
    skipPast: Effect.fnUntraced(function* (id: number) {
      while (next <= id) {
        if (id >= end) yield* ensure(id + 1 - next)
        else next = id + 1
      }
    }),
    takeUnsafe: () => (next < end ? next++ : undefined),
    alloc: Effect.fnUntraced(function* (count: number) {
      if (!Number.isSafeInteger(count) || count < 1 || count > idBatchMax) {
        return yield* schedulerError("refused", `between 1 and ${idBatchMax} ids at a time, not ${count}`)
      }
      // Between the reservation and its use another caller may have taken from it.
      while (end - next < count) yield* ensure(count)
      next += count
      return next - 1
    })
  }
}
