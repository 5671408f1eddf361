/** Effects of an engine, driven without a promise as long as they do not wait. */
import { Effect, type Exit, Fiber } from "effect"

export const drive = <A, E>(effect: Effect.Effect<A, E>): void | Promise<void> => {
  const fiber = Effect.runFork(effect)
  const exit = fiber.pollUnsafe()
  if (exit === undefined) return Effect.runPromise(Fiber.await(fiber)).then(assertDone)
  assertDone(exit)
}

const assertDone = <A, E>(exit: Exit.Exit<A, E>): void => {
  if (exit._tag === "Failure") throw new Error(`the benchmark's own work failed: ${String(exit.cause)}`)
}
