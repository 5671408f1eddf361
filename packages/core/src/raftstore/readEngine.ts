/**
 * Engine reads throw; in an Effect their EngineError belongs in the typed channel. Anything else that is thrown is a bug
 * and stays a defect.
 */
import { EngineError } from "@reefkv/engine"
import { Effect } from "effect"

export const readEngine = <A>(read: () => A): Effect.Effect<A, EngineError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(read())
    } catch (error) {
      if (error instanceof EngineError) return Effect.fail(error)
      throw error
    }
  })
