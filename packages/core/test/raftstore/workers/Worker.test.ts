import { describe, expect, test } from "bun:test"
import { Deferred, Effect, Exit, Scope } from "effect"
import { Worker, type WorkerAnswer } from "../../../src/raftstore/workers/Worker.ts"
import { runTest } from "../support/run.ts"

type Answers = Array<[string, WorkerAnswer<string, string>["_tag"], string?]>
const record =
  (answers: Answers, name: string) =>
  (answer: WorkerAnswer<string, string>): void => {
    answers.push(answer._tag === "Cancelled" ? [name, answer._tag, answer.reason] : [name, answer._tag])
  }

/** A handler that waits for its gate, so that tasks pile up behind it. */
const gated = Effect.gen(function* () {
  const gate = yield* Deferred.make<void>()
  const started: Array<string> = []
  const handler = (task: string) =>
    Effect.gen(function* () {
      started.push(task)
      yield* Deferred.await(gate)
      return task
    })
  return { gate, started, handler }
})

describe("Worker", () => {
  test("works tasks off in order, one at a time, and answers with what the handler made of each", () =>
    runTest(
      Effect.gen(function* () {
        const worker = yield* Worker.make((n: number) => (n === 2 ? Effect.fail("two") : Effect.succeed(n * 10)), {
          capacity: 10,
          overflow: "refuse"
        })
        expect(yield* worker.run(1)).toEqual({ _tag: "Done", value: 10 })
        expect((yield* worker.run(2))._tag).toBe("Failed")
        expect(yield* worker.run(3)).toEqual({ _tag: "Done", value: 30 })
        expect(worker.pending()).toEqual({ waiting: 0, running: 0 })
      })
    ))

  test("a defect of one task is that task's answer; the worker goes on", () =>
    runTest(
      Effect.gen(function* () {
        const worker = yield* Worker.make((n: number) => (n === 1 ? Effect.die("bug") : Effect.succeed(n)), {
          capacity: 10,
          overflow: "refuse"
        })
        expect((yield* worker.run(1))._tag).toBe("Failed")
        expect(yield* worker.run(2)).toEqual({ _tag: "Done", value: 2 })
      })
    ))

  test("refuse: a task over the capacity is cancelled at once", () =>
    runTest(
      Effect.gen(function* () {
        const { gate, handler, started } = yield* gated
        const worker = yield* Worker.make(handler, { capacity: 2, overflow: "refuse" })
        const answers: Answers = []
        yield* Effect.yieldNow
        for (const name of ["a", "b", "c", "d"]) worker.submit(name, record(answers, name))
        expect(answers).toEqual([["d", "Cancelled", "overflow"]])
        yield* Deferred.succeed(gate, undefined)
        while (worker.pending().waiting > 0) yield* Effect.yieldNow
        yield* worker.run("last")
        expect(started).toEqual(["a", "b", "c", "last"])
        expect(answers.slice(1)).toEqual([
          ["a", "Done"],
          ["b", "Done"],
          ["c", "Done"]
        ])
      })
    ))

  test("dropOldest: the task that has waited longest makes room", () =>
    runTest(
      Effect.gen(function* () {
        const { handler } = yield* gated
        const worker = yield* Worker.make(handler, { capacity: 2, overflow: "dropOldest" })
        const answers: Answers = []
        yield* Effect.yieldNow
        for (const name of ["a", "b", "c", "d"]) worker.submit(name, record(answers, name))
        expect(answers).toEqual([["b", "Cancelled", "overflow"]])
        expect(worker.pending()).toEqual({ waiting: 2, running: 1 })
      })
    ))

  test("closing the scope answers the running task, the waiting ones and late ones, each once", () =>
    runTest(
      Effect.gen(function* () {
        const { handler, started } = yield* gated
        const scope = yield* Scope.make()
        const worker = yield* Scope.provide(Worker.make(handler, { capacity: 5, overflow: "refuse" }), scope)
        const answers: Answers = []
        yield* Effect.yieldNow
        for (const name of ["a", "b", "c"]) worker.submit(name, record(answers, name))
        yield* Effect.yieldNow
        expect(started).toEqual(["a"])
        yield* Scope.close(scope, Exit.void)
        worker.submit("late", record(answers, "late"))
        expect(answers.map(([name, tag, reason]) => `${name} ${tag} ${reason}`).sort()).toEqual([
          "a Cancelled closed",
          "b Cancelled closed",
          "c Cancelled closed",
          "late Cancelled closed"
        ])
        expect(started).toEqual(["a"])
      })
    ))

  test("concurrency: that many tasks run at the same time", () =>
    runTest(
      Effect.gen(function* () {
        const { handler, started } = yield* gated
        const worker = yield* Worker.make(handler, { capacity: 5, overflow: "refuse", concurrency: 2 })
        yield* Effect.yieldNow
        for (const name of ["a", "b", "c"]) worker.submit(name, () => {})
        yield* Effect.yieldNow
        expect(started).toEqual(["a", "b"])
        expect(worker.pending()).toEqual({ waiting: 1, running: 2 })
      })
    ))
})
