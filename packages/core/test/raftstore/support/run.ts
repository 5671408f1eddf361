/** The one way these tests run an Effect: on a test clock, inside a scope that is closed before the test ends. */
import { Effect, type Scope } from "effect"
import { TestClock } from "effect/testing"

export const runTest = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>): Promise<A> =>
  Effect.runPromise(Effect.scoped(effect).pipe(Effect.provide(TestClock.layer())))
