/** Checkpoints: when passes start, when writes wait, what bounds the log's file, and that a lost worker loses no work. */
import { expect, test } from "bun:test"
import { existsSync, statSync } from "node:fs"
import { join } from "node:path"
import { EngineError, WriteBatch } from "@reefkv/engine"
import { bytes, dumpView, entriesFrom, runScoped } from "@reefkv/engine/testing"
import Database from "better-sqlite3"
import { Deferred, Effect, Fiber } from "effect"
import { Checkpointer } from "../src/Checkpointer.ts"
import { FileWorker } from "../src/FileWorker.ts"
import { makeSqliteEngine, makeSqliteRaftLog } from "../src/index.ts"
import { newPath, temporaryDirectory } from "./temporary.ts"

const kib = 1024
const mib = 1024 * kib

/** A file with a log, and a worker whose passes end when the test says so. */
const stage = (options: { readonly walCheckpointBytes: number; readonly walBytesMax: number }) =>
  Effect.gen(function* () {
    const directory = yield* temporaryDirectory
    const db = yield* Effect.acquireRelease(
      Effect.sync(() => new Database(join(directory, "x.db"))),
      (opened) => Effect.sync(() => opened.close())
    )
    db.pragma("journal_mode = WAL")
    db.pragma("wal_autocheckpoint = 0")
    db.exec("CREATE TABLE t (v BLOB)")
    const passes: Array<() => void> = []
    const worker: Pick<FileWorker, "request"> = {
      // A pass copies what is there when it starts and ends when the test says so: a reader keeps it from more.
      request: (_work, done) => {
        const start = new Database(join(directory, "x.db"), { readonly: true })
        start.exec("BEGIN")
        start.prepare("SELECT count(*) FROM t").get()
        passes.push(() => {
          db.pragma("wal_checkpoint(PASSIVE)")
          start.close()
          done({ id: 1, type: "checkpointed" })
        })
      }
    }
    const checkpointer = new Checkpointer(db, worker, options, () => undefined)
    const insert = db.prepare("INSERT INTO t VALUES (zeroblob(?))")
    const order: Array<string> = []
    /** A write of so many pages, through the gate. */
    const write = (name: string, pages: number): Effect.Effect<void> =>
      Effect.suspend(() =>
        checkpointer.admit(() => {
          insert.run(pages * 4096)
          order.push(name)
          // Far more than were written: the length is looked at after each.
          checkpointer.afterCommit(1000)
          return Effect.void
        })
      )
    const walBytes = () => statSync(join(directory, "x.db-wal")).size
    return { checkpointer, db, passes, order, write, walBytes, directory }
  })

test("a pass starts at the threshold; what little comes meanwhile is finished with writes held, in their order", () =>
  runScoped(
    Effect.gen(function* () {
      const { order, passes, walBytes, write } = yield* stage({ walCheckpointBytes: 400 * kib, walBytesMax: 100 * mib })
      yield* write("small", 10)
      expect(passes.length).toBe(0)
      yield* write("due", 120)
      expect(passes.length).toBe(1)
      yield* write("meanwhile", 10)
      passes.shift()!()
      expect(passes.length).toBe(1)
      const held = [yield* Effect.forkChild(write("a", 1)), yield* Effect.forkChild(write("b", 1))]
      const dropped = yield* Effect.forkChild(write("dropped", 1))
      held.push(yield* Effect.forkChild(write("c", 1)))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(dropped)
      expect(order).toEqual(["small", "due", "meanwhile"])
      const before = walBytes()
      passes.shift()!()
      for (const fiber of held) yield* Fiber.join(fiber)
      expect(order).toEqual(["small", "due", "meanwhile", "a", "b", "c"])
      // The log has started over: its file is used again and has not grown.
      expect(walBytes()).toBe(before)
      expect(passes.length).toBe(0)
    })
  ))

test("a writer that outruns the worker gets more passes, and waits at the bound", () =>
  runScoped(
    Effect.gen(function* () {
      const { order, passes, walBytes, write } = yield* stage({ walCheckpointBytes: 400 * kib, walBytesMax: 5 * mib })
      yield* write("1", 120)
      for (const name of ["2", "3"]) {
        yield* write(name, 400)
        passes.shift()!()
        expect(passes.length).toBe(1)
      }
      yield* write("4", 600)
      const held = yield* Effect.forkChild(write("5", 1))
      yield* Effect.yieldNow
      expect(order).toEqual(["1", "2", "3", "4"])
      // Still copying; then the finishing one.
      passes.shift()!()
      expect(order.length).toBe(4)
      passes.shift()!()
      yield* Fiber.join(held)
      expect(order.length).toBe(5)
      expect(passes.length).toBe(0)
      yield* write("6", 300)
      expect(walBytes()).toBeLessThan(8 * mib)
    })
  ))

test("a snapshot in the way ends the passes: writes are let in, the file grows and is cut back afterwards", () =>
  runScoped(
    Effect.gen(function* () {
      const { directory, passes, walBytes, write } = yield* stage({
        walCheckpointBytes: 400 * kib,
        walBytesMax: 2 * mib
      })
      const reader = new Database(join(directory, "x.db"), { readonly: true })
      yield* write("before", 1)
      reader.exec("BEGIN")
      reader.prepare("SELECT count(*) FROM t").get()
      for (let i = 0; i < 10; i++) {
        yield* write(`${i}`, 200)
        if (passes.length > 0) passes.shift()!()
        expect(passes.length).toBe(0)
      }
      expect(walBytes()).toBeGreaterThan(4 * mib)
      reader.close()
      yield* write("released", 1)
      while (passes.length > 0) passes.shift()!()
      yield* write("after", 1)
      expect(walBytes()).toBeLessThanOrEqual(2 * mib)
    })
  ))

test("closing lets held writes go on into their refusal", () =>
  runScoped(
    Effect.gen(function* () {
      const { checkpointer, passes, write } = yield* stage({ walCheckpointBytes: 40 * kib, walBytesMax: 40 * kib })
      yield* write("1", 40)
      const refusal = new EngineError({ reason: "closed", message: "closed" })
      const held = yield* Effect.forkChild(checkpointer.admit(() => Effect.fail(refusal)))
      yield* Effect.yieldNow
      checkpointer.close()
      const exit = yield* Effect.exit(Fiber.join(held))
      expect(exit._tag).toBe("Failure")
      // The worker's answer comes late and finds nothing to do.
      passes.shift()!()
      expect(passes.length).toBe(0)
    })
  ))

for (const checkpointWorker of [true, false]) {
  test(`an engine under load keeps its log's file bounded and its data (worker: ${checkpointWorker})`, () =>
    runScoped(
      Effect.gen(function* () {
        const directory = yield* newPath
        const options = { directory, checkpointWorker, walCheckpointBytes: 256 * kib, walBytesMax: mib }
        const wal = join(directory, "data.db-wal")
        yield* Effect.scoped(
          Effect.gen(function* () {
            const engine = yield* makeSqliteEngine(options)
            let largest = 0
            for (let n = 0; n < 400; n++) {
              const batch = new WriteBatch()
              for (let i = 0; i < 20; i++)
                batch.put("default", bytes((n * 7) & 255, i), new Uint8Array(2000).fill(n & 255))
              yield* engine.write(batch, { sync: false })
              largest = Math.max(largest, statSync(wal).size)
            }
            // 400 times 20 pages and more were logged: 30 MiB, had it never started over.
            expect(largest).toBeLessThan(4 * mib)
          })
        )
        expect(existsSync(wal)).toBe(false)
        const engine = yield* makeSqliteEngine(options)
        for (let n = 200; n < 400; n++) {
          expect(engine.latest.get("default", bytes((n * 7) & 255, 3))?.[0]).toBe(n & 255)
        }
      })
    ))
}

test("the raft log's file is bounded too", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* newPath
      const log = yield* makeSqliteRaftLog({ directory, walCheckpointBytes: 256 * kib, walBytesMax: mib })
      let largest = 0
      for (let n = 0; n < 300; n++) {
        yield* log.append([{ groupId: 1, entries: entriesFrom(n * 20 + 1, n * 20 + 20, 1, 2000) }])
        if (n % 10 === 9) yield* log.compact([{ groupId: 1, mark: { index: n * 20, term: 1 } }])
        largest = Math.max(largest, statSync(join(directory, "raft.db-wal")).size)
      }
      expect(largest).toBeLessThan(5 * mib)
      expect(log.entries(1, 5981, 6001, Number.MAX_SAFE_INTEGER).length).toBe(20)
    })
  ))

test("a worker that cannot work leaves its requests to the calling thread", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const path = join(directory, "x.db")
      const db = new Database(path)
      db.exec("CREATE TABLE t (v BLOB)")
      // The thread opens a file that is not there, and dies.
      const worker = new FileWorker(join(directory, "missing", "y.db"), db, true)
      const answers: Array<string> = []
      const done = yield* Deferred.make<void>()
      worker.request({ type: "checkpoint" }, (answer) => answers.push(answer.type))
      worker.request({ type: "copy", to: join(directory, "copy.db") }, (answer) => {
        answers.push(answer.type)
        Deferred.doneUnsafe(done, Effect.void)
      })
      yield* Deferred.await(done)
      expect(answers).toEqual(["checkpointed", "copied"])
      expect(worker.threaded).toBe(false)
      worker.request({ type: "checkpoint" }, (answer) => answers.push(answer.type))
      expect(answers.length).toBe(3)
      let closed = false
      worker.close(() => {
        closed = true
      })
      expect(closed).toBe(true)
      db.close()
    })
  ))

test("a copy that fails says why", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* newPath
      const engine = yield* makeSqliteEngine({ directory })
      yield* engine.write(new WriteBatch().put("default", bytes(1), bytes(1)), { sync: false })
      const error = yield* Effect.flip(engine.checkpoint(directory)) as Effect.Effect<EngineError>
      expect(error.reason).toBe("io")
      expect(error.message).toContain("EEXIST")
      expect(dumpView(engine.latest)).toEqual(["default 01 01"])
    })
  ))
