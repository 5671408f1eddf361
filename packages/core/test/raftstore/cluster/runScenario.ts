/**
 * Runs a scenario, which is one Effect that uses a cluster's helpers and sleeps, on virtual time: it is forked, and the
 * clock is moved until it ends. No real time passes but what the computation takes.
 */
import { Clock, Effect, Fiber, Random, type Scope } from "effect"
import { TestClock } from "effect/testing"
import { Cluster, type ClusterOptions } from "./Cluster.ts"

/** How far the clock moves in one step of the driver; sleeps inside a step still wake in order. */
const driveStepMs = 20

/**
 * Runs a scenario on a cluster of its own and moves the clock until it ends, or fails when it has not ended after
 * `boundMs` of virtual time. The seed is in every failure's text.
 */
export const runScenario = (
  options: ClusterOptions & { readonly boundMs?: number },
  scenario: (cluster: Cluster) => Effect.Effect<void, never, Scope.Scope>
): Promise<void> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock
    let cluster: Cluster | undefined
    const body = yield* Effect.forkScoped(
      Effect.gen(function* () {
        cluster = yield* Cluster.make(options)
        yield* scenario(cluster)
        yield* cluster.checkInvariants()
      })
    )
    const bound = options.boundMs ?? 120_000
    while (body.pollUnsafe() === undefined) {
      if (Number(clock.monotonicTimeNanosUnsafe()) / 1e6 > bound) {
        throw new Error(`the scenario did not end within ${bound} ms\n${cluster?.dump() ?? `seed ${options.seed}`}`)
      }
      yield* TestClock.adjust(driveStepMs)
    }
    yield* Fiber.join(body)
  }).pipe(
    Effect.scoped,
    Random.withSeed(`cluster ${options.seed}`),
    Effect.provide(TestClock.layer()),
    Effect.runPromise
  )
