/** What a store refuses to open, with which reason, and that the files stay as they were. */
import { expect, test } from "bun:test"
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { Engine, EngineError, RaftLog, WriteBatch } from "@reefkv/engine"
import { bytes, dumpView, entriesFrom, failureReason, reasonOf, runScoped } from "@reefkv/engine/testing"
import Database from "better-sqlite3"
import { drizzle } from "drizzle-orm/better-sqlite3"
import { getTableConfig } from "drizzle-orm/sqlite-core"
import { Effect, Fiber, Layer } from "effect"
import {
  dataSchema,
  engineFactory,
  makeSqliteEngine,
  makeSqliteRaftLog,
  makeSqliteStore,
  raftSchema,
  SqliteEngine,
  SqliteRaftLog
} from "../src/index.ts"
import { newPath, temporaryDirectory } from "./temporary.ts"

/** A closed store with something in both files. */
const filledStore = Effect.gen(function* () {
  const directory = yield* newPath
  yield* fill(directory)
  return directory
})
const fill = (directory: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { engine, raftLog } = yield* makeSqliteStore({ directory })
      const batch = new WriteBatch()
      for (let i = 0; i < 200; i++) batch.put("default", bytes(i), new Uint8Array(300).fill(i))
      yield* engine.write(batch, { sync: false })
      yield* raftLog.append([{ groupId: 1, entries: entriesFrom(1, 50, 1, 300), state: bytes(1) }])
    })
  )

/** Names and contents of all but the lock files, which are empty and ours alone. */
const contents = (directory: string): Array<string> =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".lock"))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name)
      return `${file} ${createHash("sha256").update(readFileSync(file)).digest("hex")}`
    })
    .sort()

/** Opening fails with the reason, says so in words, and changes nothing; opened as before it works again. */
const refused = (directory: string, reason: string, words: RegExp) =>
  Effect.gen(function* () {
    const before = contents(directory)
    const error = yield* Effect.flip(Effect.scoped(makeSqliteStore({ directory })))
    expect(error).toBeInstanceOf(EngineError)
    expect(`${(error as EngineError).reason}: ${(error as EngineError).message}`).toMatch(new RegExp(`^${reason}: `))
    expect((error as EngineError).message).toMatch(words)
    expect(contents(directory)).toEqual(before)
  }) as Effect.Effect<void>

for (const name of ["data.db", "raft.db"]) {
  test(`a truncated ${name} is corrupt: cut inside a page, at a page, to nothing`, () =>
    runScoped(
      Effect.gen(function* () {
        const directory = yield* filledStore
        const file = join(directory, name)
        const size = readFileSync(file).length
        for (const length of [size - 100, size - 4096, 4096, 100, 0]) {
          copyFileSync(file, `${file}.whole`)
          truncateSync(file, length)
          yield* refused(directory, "corrupt", /restore the store from its peers/)
          renameSync(`${file}.whole`, file)
        }
        yield* Effect.scoped(makeSqliteStore({ directory }))
      })
    ))

  test(`garbage in place of ${name} is corrupt`, () =>
    runScoped(
      Effect.gen(function* () {
        const directory = yield* filledStore
        writeFileSync(join(directory, name), Buffer.alloc(8192, "no database at all "))
        yield* refused(directory, "corrupt", /not a database/)
      })
    ))

  test(`a ${name} of a newer version is refused`, () =>
    runScoped(
      Effect.gen(function* () {
        const directory = yield* filledStore
        const db = new Database(join(directory, name))
        db.pragma("user_version = 99")
        db.close()
        yield* refused(directory, "newer-version", /version 99, this program knows versions up to 2/)
      })
    ))

  test(`a SQLite database of something else in place of ${name} is another store's`, () =>
    runScoped(
      Effect.gen(function* () {
        const directory = yield* filledStore
        rmSync(join(directory, name))
        const db = new Database(join(directory, name))
        db.exec("CREATE TABLE notes (text)")
        db.close()
        yield* refused(directory, "other-store", /no (data|raft)\.db of a store/)
      })
    ))

  test(`${name} of another store is refused`, () =>
    runScoped(
      Effect.gen(function* () {
        const directory = yield* filledStore
        const other = yield* filledStore
        copyFileSync(join(other, name), join(directory, name))
        yield* refused(directory, "other-store", /belongs to store [0-9a-f]{32}/)
      })
    ))

  test(`a missing ${name} is not replaced by an empty one`, () =>
    runScoped(
      Effect.gen(function* () {
        const directory = yield* filledStore
        rmSync(join(directory, name))
        yield* refused(directory, "corrupt", /is missing from store/)
      })
    ))
}

test("damage inside a page is met when it is read, and said to be corruption", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* filledStore
      const file = join(directory, "data.db")
      const content = readFileSync(file)
      // All but the first page, which holds the schema, and the last.
      for (let at = 4096; at < content.length - 4096; at += 4096) content.fill(0x5a, at, at + 200)
      writeFileSync(file, content)
      yield* refusedOrRead(directory)
    })
  ))

/** Where the damage lies decides whether it is found at the opening or by a later read; it is never answered as data. */
const refusedOrRead = (directory: string) =>
  Effect.gen(function* () {
    const reason = yield* failureReason(
      Effect.scoped(
        Effect.flatMap(makeSqliteStore({ directory }), ({ engine }) =>
          Effect.sync(() => {
            expect(reasonOf(() => dumpView(engine.latest))).toBe("corrupt")
          })
        )
      )
    )
    expect(["corrupt", "did not fail"]).toContain(reason)
  })

test.skipIf(process.platform !== "linux")("after a sync that failed the engine writes no more, and still reads", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* newPath
      const engine = yield* makeSqliteEngine({ directory })
      yield* engine.write(new WriteBatch().put("default", bytes(1), bytes(1)), { sync: true })
      // In place of the engine's own descriptor of the log, one that cannot be synced.
      const fd = readonlyDescriptorOf(join(directory, "data.db-wal"))
      closeSync(fd)
      expect(openSync("/dev/null", "r")).toBe(fd)
      yield* engine.write(new WriteBatch().put("default", bytes(1), bytes(2)), { sync: false })
      const put = (sync: boolean) => engine.write(new WriteBatch().put("default", bytes(1), bytes(3)), { sync })
      expect(yield* failureReason(engine.sync)).toBe("io")
      expect(yield* failureReason(put(false))).toBe("io")
      expect(yield* failureReason(put(true))).toBe("io")
      expect(yield* failureReason(engine.sync)).toBe("io")
      expect(engine.latest.get("default", bytes(1))).toEqual(Buffer.from([2]))
    })
  )
)

test.skipIf(process.platform !== "linux")(
  "after a sync that failed the raft log appends no more, and still reads",
  () =>
    runScoped(
      Effect.gen(function* () {
        const directory = yield* newPath
        const log = yield* makeSqliteRaftLog({ directory })
        const append = (index: number) =>
          log.append([{ groupId: 1, entries: [{ index, term: 1, kind: 0, data: bytes(index) }] }])
        yield* append(1)
        const fd = readonlyDescriptorOf(join(directory, "raft.db-wal"))
        closeSync(fd)
        expect(openSync("/dev/null", "r")).toBe(fd)
        expect(yield* failureReason(append(2))).toBe("io")
        expect(yield* failureReason(append(3))).toBe("io")
        expect(yield* failureReason(log.destroy([1]))).toBe("io")
        expect(log.entries(1, 1, 2, 1_000).map(({ data }) => data[0])).toEqual([1])
      })
    )
)

test("while the disk works on an append the calling thread goes on", () =>
  runScoped(
    Effect.gen(function* () {
      const log = yield* makeSqliteRaftLog({ directory: yield* newPath })
      const fiber = Effect.runFork(
        log.append([{ groupId: 1, entries: [{ index: 1, term: 1, kind: 0, data: bytes(1) }] }])
      )
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* Fiber.join(fiber)
      expect(log.group(1)?.lastIndex).toBe(1)
    })
  ))

const readonlyDescriptorOf = (path: string): number => {
  for (const fd of readdirSync("/proc/self/fd")) {
    const link = `/proc/self/fd/${fd}`
    if (!existsSync(link) || readlinkSync(link) !== path) continue
    const flags = /flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))
    if ((Number.parseInt(flags![1]!, 8) & 3) === 0) return Number(fd)
  }
  throw new Error(`no descriptor of ${path}`)
}

test("the two files may not be exchanged", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* filledStore
      renameSync(join(directory, "data.db"), join(directory, "x"))
      renameSync(join(directory, "raft.db"), join(directory, "data.db"))
      renameSync(join(directory, "x"), join(directory, "raft.db"))
      yield* refused(directory, "other-store", /no data\.db of a store/)
    })
  ))

test("a crash between the creation of the two files is gone on from; a draft is made anew", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* newPath
      yield* Effect.scoped(makeSqliteRaftLog({ directory }))
      writeFileSync(join(directory, "data.db.creating"), "half a file")
      yield* fill(directory)
      expect(readdirSync(directory).sort()).toEqual(["data.db", "data.lock", "engine", "raft.db", "raft.lock"])
    })
  ))

test("a directory of another engine is refused: by its marker, or by files that others are known for", () =>
  runScoped(
    Effect.gen(function* () {
      const marked = yield* temporaryDirectory
      writeFileSync(join(marked, "engine"), "lmdb\n")
      yield* refused(marked, "other-engine", /written by engine "lmdb"/)
      expect(readdirSync(marked)).toEqual(["engine"])
      const foreign = yield* temporaryDirectory
      writeFileSync(join(foreign, "CURRENT"), "MANIFEST-000001\n")
      yield* refused(foreign, "other-engine", /RocksDB or LevelDB/)
    })
  ))

test("a path that is a file, or lies below one, is refused", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      writeFileSync(join(directory, "file"), "x")
      for (const path of ["file", "file/below"]) {
        expect(yield* failureReason(Effect.scoped(makeSqliteStore({ directory: join(directory, path) })))).toBe("io")
      }
      expect(readFileSync(join(directory, "file"), "utf8")).toBe("x")
    })
  ))

test("a store that is open is locked, in this process and for others, until it is closed", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* filledStore
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { engine } = yield* makeSqliteStore({ directory })
          expect(yield* failureReason(Effect.scoped(makeSqliteStore({ directory })))).toBe("locked")
          expect(yield* failureReason(Effect.scoped(makeSqliteEngine({ directory })))).toBe("locked")
          const child = Bun.spawnSync([process.execPath, join(import.meta.dir, "killedStore.ts"), directory, "idle"])
          expect(child.exitCode).not.toBe(0)
          expect(child.stderr.toString()).toContain("another process")
          // The one that holds it was not disturbed.
          yield* engine.write(new WriteBatch().put("default", bytes(1), bytes(1)), { sync: true })
        })
      )
      yield* Effect.scoped(makeSqliteStore({ directory }))
    })
  ))

/** Permissions mean nothing to root, so what follows runs under another user id. */
const isRoot = process.geteuid?.() === 0
const nobody = 65534
const asNobody = <A>(call: () => A): A => {
  process.seteuid!(nobody)
  try {
    return call()
  } finally {
    process.seteuid!(0)
  }
}

test.skipIf(!isRoot)("a directory or file that may not be written is read-only", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* filledStore
      chmodSync(join(directory, ".."), 0o755)
      chmodSync(directory, 0o755)
      const before = contents(directory)
      const open = () => Effect.runSync(failureReason(Effect.scoped(makeSqliteStore({ directory }))))
      for (const name of readdirSync(directory)) chmodSync(join(directory, name), 0o644)
      expect(asNobody(open)).toBe("read-only")
      const fresh = join(directory, "fresh")
      expect(asNobody(() => Effect.runSync(failureReason(Effect.scoped(makeSqliteStore({ directory: fresh })))))).toBe(
        "read-only"
      )
      // The directory and the locks are ours, one file is not.
      chownSync(directory, nobody, nobody)
      for (const name of readdirSync(directory)) {
        if (name !== "data.db") chownSync(join(directory, name), nobody, nobody)
      }
      expect(asNobody(open)).toBe("read-only")
      expect(contents(directory)).toEqual(before)
    })
  )
)

const canMount = isRoot && process.platform === "linux" && spawnSync("unshare", ["--mount", "true"]).status === 0

test.skipIf(!canMount)("a full device fails a write with disk-full and loses nothing of what was written", () =>
  runScoped(
    Effect.gen(function* () {
      const mountPoint = yield* temporaryDirectory
      const mounted = yield* Effect.acquireRelease(
        Effect.sync(() => spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", mountPoint]).status === 0),
        (done) => Effect.sync(() => done && spawnSync("umount", ["-l", mountPoint]))
      )
      if (!mounted) return
      const directory = join(mountPoint, "store")
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { engine, raftLog } = yield* makeSqliteStore({ directory })
          yield* engine.write(new WriteBatch().put("default", bytes(1), bytes(1)), { sync: true })
          yield* raftLog.append([{ groupId: 1, entries: entriesFrom(1, 5, 1) }])
          const before = dumpView(engine.latest)
          const large = new WriteBatch().put("default", bytes(1), bytes(2))
          large.put("write", bytes(2), new Uint8Array(3_000_000))
          expect(yield* failureReason(engine.write(large, { sync: false }))).toBe("disk-full")
          expect(dumpView(engine.latest)).toEqual(before)
          const entries = [{ index: 6, term: 1, kind: 0, data: new Uint8Array(3_000_000) }]
          expect(yield* failureReason(raftLog.append([{ groupId: 1, entries }]))).toBe("disk-full")
          expect(raftLog.group(1)?.lastIndex).toBe(5)
          // What fits is still written.
          yield* engine.write(new WriteBatch().put("default", bytes(3), bytes(3)), { sync: true })
          yield* raftLog.append([{ groupId: 1, entries: entriesFrom(6, 6, 1) }])
        })
      )
      const { engine, raftLog } = yield* makeSqliteStore({ directory })
      expect(engine.latest.get("default", bytes(3))).toEqual(Buffer.from([3]))
      expect(raftLog.group(1)?.lastIndex).toBe(6)
    })
  )
)

test("a write beyond the size limit is disk-full, leaves the state as it was and the engine usable", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* newPath
      const engine = yield* makeSqliteEngine({ directory, dataBytesMax: 512 * 1024 })
      yield* engine.write(new WriteBatch().put("lock", bytes(1), bytes(1)), { sync: true })
      const batch = new WriteBatch().delete("lock", bytes(1)).put("default", bytes(2), bytes(2))
      for (let i = 0; i < 100; i++) batch.put("write", bytes(i), new Uint8Array(10_000))
      const error = yield* Effect.flip(engine.write(batch, { sync: true })) as Effect.Effect<EngineError>
      expect(error.reason).toBe("disk-full")
      expect(error.message).toContain("nothing of this write was kept")
      expect(dumpView(engine.latest)).toEqual(["lock 01 01"])
      yield* engine.write(new WriteBatch().put("lock", bytes(2), bytes(2)), { sync: true })
      expect(dumpView(engine.latest)).toEqual(["lock 01 01", "lock 02 02"])
    })
  ))

test("layers: both in one, or each alone in the same directory; closing one leaves the other", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* newPath
      const write = Effect.gen(function* () {
        const engine = yield* Engine
        const raftLog = yield* RaftLog
        yield* engine.write(new WriteBatch().put("default", bytes(1), bytes(1)), { sync: false })
        yield* raftLog.append([{ groupId: raftLog.groups().length + 1, entries: [] }])
        return [engine.kind, raftLog.kind, raftLog.groups().length] as const
      })
      expect(engineFactory.kind).toBe("sqlite")
      expect(engineFactory.durable).toBe(true)
      expect(yield* Effect.provide(write, engineFactory.layer({ directory }))).toEqual(["sqlite", "sqlite", 1])
      const apart = Layer.merge(SqliteEngine.layer({ directory }), SqliteRaftLog.layer({ directory }))
      expect(yield* Effect.provide(write, apart)).toEqual(["sqlite", "sqlite", 2])
      expect(existsSync(join(directory, "data.db-wal"))).toBe(false)
    })
  ))

test("the files open in any SQLite tool: tables as drizzle describes them, views with printable keys", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* newPath
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { engine, raftLog } = yield* makeSqliteStore({ directory })
          const key = new TextEncoder().encode("reef\u0001~")
          yield* engine.write(new WriteBatch().put("write", key, bytes(1, 2)).put("write", bytes(), bytes()), {
            sync: false
          })
          yield* raftLog.append([{ groupId: 7, entries: entriesFrom(1, 4, 1), state: bytes(9) }])
          yield* raftLog.append([{ groupId: 7, entries: entriesFrom(3, 3, 2) }])
          yield* raftLog.compact([{ groupId: 7, mark: { index: 1, term: 1 } }])
        })
      )
      const data = new Database(join(directory, "data.db"), { readonly: true })
      const raft = new Database(join(directory, "raft.db"), { readonly: true })
      for (const [db, schema] of [
        [data, dataSchema],
        [raft, raftSchema]
      ] as const) {
        for (const table of Object.values(schema)) {
          const { columns, name } = getTableConfig(table)
          const described = columns.map((c) => [
            c.name,
            c.getSQLType().toUpperCase(),
            c.notNull || c.primary,
            c.primary
          ])
          const actual = db
            .prepare<[string], { name: string; type: string; notnull: number; pk: number }>(
              "SELECT * FROM pragma_table_info(?)"
            )
            .all(name)
          expect(actual.map((c) => [c.name, c.type, c.notnull === 1, c.pk === 1])).toEqual(described)
        }
      }
      expect(data.prepare("SELECT * FROM cf_write_readable").all()).toEqual([
        { key_hex: "", key_text: "", value_bytes: 0, value_start_hex: "" },
        { key_hex: "72656566017E", key_text: "reef.~", value_bytes: 2, value_start_hex: "0102" }
      ])
      expect(raft.prepare("SELECT group_id, log_index, term FROM raft_entry_readable").raw().all()).toEqual([
        [7, 2, 1],
        [7, 3, 2]
      ])
      expect(drizzle(data).select().from(dataSchema.cfWrite).all().length).toBe(2)
      const info = new Map(
        drizzle(data)
          .select()
          .from(dataSchema.storeInfo)
          .all()
          .map((row) => [row.name, row.value])
      )
      expect([info.get("engine"), info.get("part"), info.get("pair_id")?.length]).toEqual(["sqlite", "data.db", 32])
      data.close()
      raft.close()
    })
  ))

test(
  "a store killed with signal 9 opens again with all that it had synced",
  () =>
    runScoped(
      Effect.gen(function* () {
        const directory = yield* newPath
        let last = 0
        for (let round = 0; round < 2; round++) {
          mkdirSync(join(directory, String(round)), { recursive: true })
          const store = join(directory, String(round))
          const child = Bun.spawn([process.execPath, join(import.meta.dir, "killedStore.ts"), store], {
            stdout: "pipe"
          })
          last = yield* Effect.promise(() => killAfter(child, 60 + round * 37))
          const { engine, raftLog } = yield* makeSqliteStore({ directory: store })
          // A killed process leaves its writes to the system: all of them are there, and none in part.
          const applied = engine.latest.get("raft", bytes(1))!
          const number = (applied[0]! << 16) | (applied[1]! << 8) | applied[2]!
          expect(number).toBeGreaterThanOrEqual(last)
          let keys = 0
          engine.latest.scan("default", { start: bytes(), end: bytes(), limit: 1_000_000 }, () => {
            keys++
          })
          expect(keys).toBe(number)
          const group = raftLog.group(1)!
          expect(group.lastIndex).toBeGreaterThanOrEqual(last)
          expect(raftLog.entries(1, 1, group.lastIndex + 1, Number.MAX_SAFE_INTEGER).length).toBe(group.lastIndex)
        }
        expect(last).toBeGreaterThan(0)
      })
    ),
  30_000
)

/** Kills the process once it has reported `count` writes; answers the last number it reported. */
const killAfter = async (child: Bun.Subprocess<"ignore", "pipe">, count: number): Promise<number> => {
  let text = ""
  for await (const chunk of child.stdout) {
    text += new TextDecoder().decode(chunk)
    if (text.split("\n").length > count + 1) {
      child.kill(9)
      break
    }
  }
  await child.exited
  return Math.max(0, ...text.split("\n").slice(0, -1).map(Number).filter(Number.isSafeInteger))
}
