/** Virtual time for tests with real sockets. */
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"

const STEP_MS = 10

/** One turn of the real event loop. */
export const turn = Effect.callback<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

/**
 * Runs `call` while the test clock, which must be provided around the client too, moves a little with each turn of the
 * event loop: long waits pass in no time, and no outcome depends on how fast the machine is.
 */
export const advancing = <A, E, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(call)
    while (fiber.pollUnsafe() === undefined) {
      yield* turn
      yield* TestClock.adjust(STEP_MS)
    }
    return yield* Fiber.join(fiber)
  })
