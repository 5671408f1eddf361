/**
 * A worker: a bounded mailbox and one or more scoped fibers that take tasks from it, for work that must not hold up the
 * store's loop. Tasks go in by a plain call and come back by a plain callback, so the loop needs no Effect to use it.
 *
 * Every submitted task is answered exactly once: `Done` or `Failed` by its handler, `Cancelled` when there was no room or
 * when the worker's scope closed before it ended. Answers come from the worker's fiber, or, when there is no room, before
 * `submit` returns; an answer must not throw.
 */
import { Cause, Effect, Exit, type Scope } from "effect"

export type WorkerAnswer<Result, E> =
  | { readonly _tag: "Done"; readonly value: Result }
  | { readonly _tag: "Failed"; readonly cause: Cause.Cause<E> }
  | { readonly _tag: "Cancelled"; readonly reason: "overflow" | "closed" }

export interface WorkerOptions {
  /** Tasks waiting, not counting those being worked on. */
  readonly capacity: number
  /** A task over the capacity: `refuse` cancels the new one, `dropOldest` the one that has waited longest. */
  readonly overflow: "refuse" | "dropOldest"
  /** Tasks worked on at the same time; 1 when absent. */
  readonly concurrency?: number
}

export interface Worker<Task, Result, E> {
  readonly submit: (task: Task, answer: (answer: WorkerAnswer<Result, E>) => void) => void
  /** Submits and waits. An interrupted waiter does not stop the task. */
  readonly run: (task: Task) => Effect.Effect<WorkerAnswer<Result, E>>
  /** Tasks waiting and tasks being worked on. */
  readonly pending: () => { readonly waiting: number; readonly running: number }
}

interface Job<Task, Result, E> {
  readonly task: Task
  /** Called at most once: cleared by whoever answers first. */
  answer: ((answer: WorkerAnswer<Result, E>) => void) | undefined
}

const closed = { _tag: "Cancelled", reason: "closed" } as const
const overflowed = { _tag: "Cancelled", reason: "overflow" } as const

const make = Effect.fnUntraced(function* <Task, Result, E, R>(
  handler: (task: Task) => Effect.Effect<Result, E, R>,
  options: WorkerOptions
): Effect.fn.Return<Worker<Task, Result, E>, never, R | Scope.Scope> {
  const waiting: Array<Job<Task, Result, E>> = []
  const running = new Set<Job<Task, Result, E>>()
  const idle: Array<(job: Effect.Effect<Job<Task, Result, E>>) => void> = []
  let open = true

  const reply = (job: Job<Task, Result, E>, answer: WorkerAnswer<Result, E>): void => {
    const call = job.answer
    job.answer = undefined
    call?.(answer)
  }

  const next = Effect.callback<Job<Task, Result, E>>((resume) => {
    const job = waiting.shift()
    if (job !== undefined) {
      running.add(job)
      resume(Effect.succeed(job))
      return
    }
    idle.push(resume)
  })

  const submit = (task: Task, answer: (answer: WorkerAnswer<Result, E>) => void): void => {
    const job: Job<Task, Result, E> = { task, answer }
    if (!open) {
      reply(job, closed)
      return
    }
    const taker = idle.shift()
    if (taker !== undefined) {
      running.add(job)
      taker(Effect.succeed(job))
      return
    }
    if (waiting.length >= options.capacity) {
      const oldest = options.overflow === "dropOldest" ? waiting.shift() : undefined
      reply(oldest ?? job, overflowed)
      if (oldest === undefined) return
    }
    waiting.push(job)
  }

  const work = Effect.gen(function* () {
    const job = yield* next
    const exit = yield* Effect.exit(handler(job.task))
    running.delete(job)
    if (Exit.isSuccess(exit)) reply(job, { _tag: "Done", value: exit.value })
    else if (Cause.hasInterruptsOnly(exit.cause)) reply(job, closed)
    else reply(job, { _tag: "Failed", cause: exit.cause })
  })

  // Registered before the fibers are forked, so that it runs after they have been interrupted.
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      open = false
      for (const job of running) reply(job, closed)
      for (const job of waiting.splice(0)) reply(job, closed)
    })
  )
  for (let i = 0; i < (options.concurrency ?? 1); i++) yield* Effect.forkScoped(Effect.forever(work))

  return {
    submit,
    run: (task) => Effect.callback((resume) => submit(task, (answer) => resume(Effect.succeed(answer)))),
    pending: () => ({ waiting: waiting.length, running: running.size })
  }
})

export const Worker = { make }
