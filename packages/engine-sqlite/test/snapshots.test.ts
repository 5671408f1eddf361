/** Snapshot connections: how many there are, who shares one, who waits. */
import { expect, test } from "bun:test"
import { WriteBatch } from "@reefkv/engine"
import { bytes, failureReason, hex, reasonOf, runScoped } from "@reefkv/engine/testing"
import { Effect, Exit, Fiber, Scope } from "effect"
import { makeSqliteEngine } from "../src/index.ts"
import { newPath } from "./temporary.ts"

const key = bytes(1)
const openEngine = Effect.flatMap(newPath, (directory) => makeSqliteEngine({ directory, snapshotConnectionsMax: 2 }))

test("snapshots of one state share a connection: more of them than connections are open at once", () =>
  runScoped(
    Effect.gen(function* () {
      const engine = yield* openEngine
      yield* engine.write(new WriteBatch().put("default", key, bytes(1)), { sync: false })
      const views = []
      for (let i = 0; i < 10; i++) views.push(yield* engine.snapshot)
      yield* engine.write(new WriteBatch().put("default", key, bytes(2)), { sync: false })
      for (let i = 0; i < 10; i++) views.push(yield* engine.snapshot)
      expect(views.map((view) => hex(view.get("default", key)!))).toEqual([
        ...new Array(10).fill("01"),
        ...new Array(10).fill("02")
      ])
      expect(engine.stats().openSnapshots).toBe(20)
    })
  ))

test("one state more than there are connections waits for a release; waiters come in their order", () =>
  runScoped(
    Effect.gen(function* () {
      const engine = yield* openEngine
      const write = (n: number) => engine.write(new WriteBatch().put("default", key, bytes(n)), { sync: false })
      const held: Array<Scope.Closeable> = []
      for (let n = 1; n <= 2; n++) {
        yield* write(n)
        const scope = yield* Scope.make()
        yield* Scope.provide(engine.snapshot, scope)
        held.push(scope)
      }
      yield* write(3)
      const got: Array<string> = []
      const take = (name: string) =>
        Effect.scoped(
          Effect.flatMap(engine.snapshot, (view) =>
            Effect.sync(() => {
              got.push(`${name} ${hex(view.get("default", key)!)}`)
            })
          )
        )
      const fibers = [yield* Effect.forkChild(take("a")), yield* Effect.forkChild(take("b"))]
      const interrupted = yield* Effect.forkChild(take("never"))
      for (let i = 0; i < 5; i++) yield* Effect.yieldNow
      expect(got).toEqual([])
      yield* Fiber.interrupt(interrupted)
      yield* write(4)
      yield* Scope.close(held[0]!, Exit.void)
      for (const fiber of fibers) yield* Fiber.join(fiber)
      expect(got).toEqual(["a 04", "b 04"])
      yield* Scope.close(held[1]!, Exit.void)
      expect(engine.stats().openSnapshots).toBe(0)
    })
  ))

test("closing the engine ends open snapshots and refuses those who wait", () =>
  runScoped(
    Effect.gen(function* () {
      const engineScope = yield* Scope.make()
      const engine = yield* Scope.provide(openEngine, engineScope)
      const write = (n: number) => engine.write(new WriteBatch().put("default", key, bytes(n)), { sync: false })
      const views = []
      for (let n = 1; n <= 2; n++) {
        yield* write(n)
        views.push(yield* engine.snapshot)
      }
      yield* write(3)
      const waiting = yield* Effect.forkChild(failureReason(Effect.scoped(Effect.asVoid(engine.snapshot))))
      for (let i = 0; i < 5; i++) yield* Effect.yieldNow
      yield* Scope.close(engineScope, Exit.void)
      expect(yield* Fiber.join(waiting)).toBe("closed")
      for (const view of views) expect(reasonOf(() => view.get("default", key))).toBe("closed")
    })
  ))
