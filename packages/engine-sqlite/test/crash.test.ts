/**
 * Crashes of a SQLite store: its files are copied while it is open, as a machine that stops leaves them, and the copy is
 * opened. What was not synced is taken away from the copy: the log's file is cut at any byte after what was synced.
 */
import { expect, test } from "bun:test"
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync } from "node:fs"
import { join } from "node:path"
import { type EngineService, type RaftLogService, WriteBatch } from "@reefkv/engine"
import {
  bytes,
  type CrashStore,
  crashSuite,
  dumpLog,
  dumpNaiveLog,
  dumpView,
  entriesFrom,
  failureReason,
  NaiveLog,
  type OpenStore,
  runScoped
} from "@reefkv/engine/testing"
import Database from "better-sqlite3"
import { Effect, Exit, Scope } from "effect"
import fc from "fast-check"
import { makeSqliteEngine, makeSqliteRaftLog, makeSqliteStore } from "../src/index.ts"
import { newPath, temporaryDirectory } from "./temporary.ts"

const frameBytes = 24 + 4096
const walHeaderBytes = 32

interface WalEnd {
  /** Changes when the log starts over. */
  readonly salt: string
  /** Where the last commit ends. */
  readonly bytes: number
  /** Up to here a checkpoint has copied the log, and synced it first. */
  readonly copied: number
}

/** How far the log's file reaches: the commits in it so far, from the index SQLite shares between connections. */
const walEnd = (path: string): WalEnd => {
  const wal = `${path}-wal`
  if (!existsSync(wal) || statSync(wal).size === 0) return { salt: "", bytes: 0, copied: 0 }
  // Only a copy may be opened: closing a descriptor of the shared index would drop SQLite's locks on it.
  const copy = `${path}-shm.copy`
  copyWithoutOpening(`${path}-shm`, copy)
  const index = readFileSync(copy)
  const upTo = (frames: number) => walHeaderBytes + frames * frameBytes
  return {
    salt: index.subarray(32, 40).toString("hex"),
    bytes: upTo(index.readUInt32LE(16)),
    copied: upTo(index.readUInt32LE(96))
  }
}

/** `cp` in a process of its own. */
const copyWithoutOpening = (from: string, to: string): void => {
  if (Bun.spawnSync(["cp", from, to]).exitCode !== 0) throw new Error(`cp ${from}`)
}

const copyStore = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from)) {
    if (!/\.(db|db-wal)$|^engine$/.test(name)) continue
    copyWithoutOpening(join(from, name), join(to, name))
  }
}

const makeCrashStore = Effect.fnUntraced(function* (walCheckpointBytes: number) {
  const root = yield* temporaryDirectory
  const storeScope = yield* Scope.Scope
  let life = 0
  let directory = join(root, "0")
  let scope: Scope.Closeable | undefined
  let synced: WalEnd = { salt: "", bytes: 0, copied: 0 }
  /** Everything written so far is on the disk. */
  const noteSynced = () => {
    synced = walEnd(join(directory, "data.db"))
  }
  const open: CrashStore["open"] = Effect.gen(function* () {
    scope = yield* Scope.fork(storeScope)
    const store = yield* Scope.provide(
      makeSqliteStore({ directory, checkpointWorker: false, walCheckpointBytes }),
      scope
    )
    const watched: EngineService = {
      ...store.engine,
      write: (batch, options) =>
        Effect.tap(store.engine.write(batch, options), () => Effect.sync(() => options.sync && noteSynced())),
      sync: Effect.tap(store.engine.sync, () => Effect.sync(noteSynced))
    }
    noteSynced()
    const opened: OpenStore = { engine: watched, raftLog: store.raftLog as RaftLogService }
    return opened
  })
  const close = Effect.suspend(() => {
    const closing = scope
    scope = undefined
    return closing === undefined ? Effect.void : Scope.close(closing, Exit.void)
  })
  const crash: CrashStore["crash"] = (keep) =>
    Effect.gen(function* () {
      const next = join(root, String(++life))
      const end = walEnd(join(directory, "data.db"))
      copyStore(directory, next)
      const wal = join(next, "data.db-wal")
      // A log that has started over since the last sync: the file has everything from before.
      const low = Math.max(end.copied, end.salt === synced.salt ? synced.bytes : 0)
      const cut = Math.floor(low + keep * (end.bytes - low))
      if (existsSync(wal) && statSync(wal).size > cut) truncateSync(wal, cut)
      yield* close
      directory = next
    })
  yield* Effect.addFinalizer(() => close)
  const store: CrashStore = { open, crash, close }
  return store
})

const mib = 1024 * 1024
crashSuite("sqlite", { make: makeCrashStore(mib), runs: 0.5 })
crashSuite("sqlite with checkpoints all the time", { make: makeCrashStore(4096), runs: 0.5 })

test("the suite's crash takes away exactly what was not synced", () =>
  runScoped(
    Effect.gen(function* () {
      const store = yield* makeCrashStore(mib)
      const { engine } = yield* store.open
      const put = (n: number, sync: boolean) =>
        engine.write(new WriteBatch().put("default", bytes(n), bytes(n)), { sync })
      for (let n = 0; n < 5; n++) yield* put(n, n === 3)
      for (let n = 5; n < 9; n++) yield* put(n, false)
      yield* store.crash(0)
      const after = yield* store.open
      expect(dumpView(after.engine.latest).length).toBe(4)
      yield* store.close
    })
  ))

test("a raft log opened again at any point holds what was appended (random, seed 20261105)", async () => {
  const step = fc.record({
    what: fc.constantFrom("append", "append", "compact", "reset", "destroy", "reopen"),
    group: fc.integer({ min: 1, max: 3 }),
    back: fc.nat(900),
    count: fc.oneof(fc.nat(5), fc.nat(900)),
    withState: fc.boolean()
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), (steps) =>
      runScoped(
        Effect.gen(function* () {
          const directory = yield* newPath
          const outer = yield* Scope.Scope
          const openLog = Effect.gen(function* () {
            const scope = yield* Scope.fork(outer)
            const log = yield* Scope.provide(makeSqliteRaftLog({ directory, entryCacheBytes: 4096 }), scope)
            return { log, close: Scope.close(scope, Exit.void) }
          })
          const twin = new NaiveLog()
          let open = yield* openLog
          let term = 1
          for (const { back, count, group, what, withState } of steps) {
            term++
            const known = twin.log(group)
            if (what === "reopen") {
              yield* open.close
              open = yield* openLog
              expect(dumpLog(open.log)).toEqual(dumpNaiveLog(twin))
            } else if (what === "destroy") {
              yield* open.log.destroy([group])
              twin.groups.delete(group)
            } else if (what === "compact") {
              if (known === undefined) continue
              const index = Math.max(known.truncated.index, known.lastIndex - back)
              const mark = { index, term: open.log.term(group, index)! }
              yield* open.log.compact([{ groupId: group, mark }])
              twin.compact(group, mark)
            } else {
              const reset = what === "reset" ? { index: count, term } : undefined
              const low = reset?.index ?? known?.truncated.index ?? 0
              const first = Math.max(low, (reset?.index ?? known?.lastIndex ?? 0) - back) + 1
              const append = {
                groupId: group,
                entries: entriesFrom(first, first + count - 1, term, 3),
                state: withState ? bytes(term) : undefined,
                reset
              }
              yield* open.log.append([append])
              twin.append([append])
            }
          }
          yield* open.close
          open = yield* openLog
          expect(dumpLog(open.log)).toEqual(dumpNaiveLog(twin))
        })
      )
    ),
    { seed: 20261105, numRuns: 60 }
  )
}, 30_000)

test("entries that were replaced do not come back when what replaced them is compacted", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* newPath
      const life = (body: (log: RaftLogService) => Effect.Effect<void, unknown>) =>
        Effect.scoped(Effect.flatMap(makeSqliteRaftLog({ directory }), (log) => Effect.orDie(body(log))))
      yield* life((log) =>
        Effect.gen(function* () {
          // More than one append deletes along the way.
          yield* log.append([{ groupId: 1, entries: entriesFrom(1, 3000, 1) }])
          yield* log.append([{ groupId: 1, entries: entriesFrom(10, 14, 2) }])
          yield* log.compact([{ groupId: 1, mark: { index: 14, term: 2 } }])
        })
      )
      for (let i = 0; i < 3; i++) {
        yield* life((log) =>
          Effect.sync(() => {
            expect(dumpLog(log)).toEqual(["group 1: 14/2 … 14/2 state none"])
          })
        )
      }
    })
  ))

test("rows that no longer count are deleted by later appends, also after one that failed", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* newPath
      const log = yield* makeSqliteRaftLog({ directory })
      yield* log.append([{ groupId: 1, entries: entriesFrom(1, 1000, 1, 100) }])
      yield* log.append([{ groupId: 1, entries: entriesFrom(901, 910, 2, 100) }])
      yield* log.append([{ groupId: 2, entries: entriesFrom(1, 20, 2) }])
      yield* log.destroy([2])
      yield* log.compact([{ groupId: 1, mark: { index: 900, term: 1 } }])
      // The table takes no text for the data: the transaction fails after its first entry.
      const broken = [...entriesFrom(911, 911, 2), { index: 912, term: 2, kind: 0, data: "text" as never }]
      expect(yield* failureReason(log.append([{ groupId: 1, entries: broken }]))).toBe("io")
      expect(log.group(1)).toMatchObject({ truncated: { index: 900, term: 1 }, lastIndex: 910 })
      for (let i = 0; i < 8; i++) yield* log.append([{ groupId: 1, entries: entriesFrom(911 + i, 911 + i, 2) }])
      const copy = join(directory, "copy")
      copyStore(directory, copy)
      const db = new Database(join(copy, "raft.db"))
      expect(db.prepare("SELECT count(*) FROM raft_entry").pluck().get()).toBe(18)
      db.close()
    })
  ))

test("a write that fails midway leaves the state as it was and the engine usable", () =>
  runScoped(
    Effect.gen(function* () {
      const engine = yield* makeSqliteEngine({ directory: yield* newPath })
      yield* engine.write(new WriteBatch().put("default", bytes(1), bytes(1)), { sync: false })
      const batch = new WriteBatch().delete("default", bytes(1)).put("lock", bytes(2), bytes(2))
      batch.put("write", bytes(3), "text" as never)
      expect(yield* failureReason(engine.write(batch, { sync: false }))).toBe("io")
      expect(dumpView(engine.latest)).toEqual(["default 01 01"])
      yield* engine.write(new WriteBatch().put("default", bytes(1), bytes(2)), { sync: true })
      expect(dumpView(engine.latest)).toEqual(["default 01 02"])
    })
  ))
