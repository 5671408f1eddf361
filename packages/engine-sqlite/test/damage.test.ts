/**
 * Bytes that change at rest. A store is written and closed, bytes of its files are flipped, it is opened again: every
 * answer is what was written or "corrupt", with the place when only that place is lost.
 */
import { expect, test } from "bun:test"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { EngineError, type EngineService, type RaftLogService, WriteBatch } from "@reefkv/engine"
import { everything, runScoped } from "@reefkv/engine/testing"
import Database from "better-sqlite3"
import { Cause, Effect, Exit } from "effect"
import { makeSqliteStore } from "../src/index.ts"
import { createFile, dataRole, type FileRole, raftRole } from "../src/storeFile.ts"
import { newPath } from "./temporary.ts"

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
/** Long, so that the tree has three levels and inner pages hold keys, too. */
const keyOf = (n: number): Uint8Array => ascii(`key ${String(n).padStart(5, "0")} ${"-".repeat(200)}`)
const valueOf = (n: number): Uint8Array => ascii(`value ${n} `.repeat(3 + (n % 30)))
/** Even numbers are there, odd ones are not. */
const keys = 1500

const dataOf = (group: number, index: number): Uint8Array => ascii(`entry ${index} of group ${group} `.repeat(4))

const options = (directory: string) => ({ directory, checkpointWorker: false, syncThread: false })
type Store = { readonly engine: EngineService; readonly raftLog: RaftLogService }

const withStore = <A>(directory: string, use: (store: Store) => Effect.Effect<A, EngineError>) =>
  Effect.scoped(Effect.flatMap(makeSqliteStore(options(directory)), use))

const writtenStore = Effect.gen(function* () {
  const directory = yield* newPath
  yield* withStore(directory, ({ engine, raftLog }) =>
    Effect.gen(function* () {
      const batch = new WriteBatch()
      for (let n = 0; n < keys; n += 2) batch.put("default", keyOf(n), valueOf(n))
      batch.put("raft", ascii("store/ident"), ascii("this is the store"))
      yield* engine.write(batch, { sync: true })
      for (let group = 1; group <= 3; group++) {
        const entries = Array.from({ length: 200 }, (_, i) => ({
          index: i + 1,
          term: 2,
          kind: 0,
          data: dataOf(group, i + 1)
        }))
        yield* raftLog.append([{ groupId: group, entries, state: ascii(`hard state of group ${group}`) }])
      }
    })
  )
  return directory
})

/** Flips bits of the byte `offset` after where `needle` first lies in the file. */
const flip = (path: string, needle: Uint8Array, offset: number): void => {
  const bytes = readFileSync(path)
  const at = bytes.indexOf(needle)
  expect(at).toBeGreaterThan(0)
  bytes[at + offset]! ^= 0x15
  writeFileSync(path, bytes)
}

const damageOf = (read: () => unknown): EngineError => {
  try {
    read()
  } catch (error) {
    if (error instanceof EngineError) return error
    throw error
  }
  throw new Error("nothing was found to be damaged")
}
const scanned = (engine: EngineService, keyOnly = false): number => {
  let found = 0
  engine.latest.scan("default", { ...everything, limit: 10_000, keyOnly }, () => {
    found++
  })
  return found
}

test("a value that changed is not answered by any read, and all others are; written anew it is right again", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* writtenStore
      flip(join(directory, "data.db"), valueOf(700), 4)
      yield* withStore(directory, ({ engine }) =>
        Effect.gen(function* () {
          const snapshot = yield* Effect.scoped(
            Effect.map(engine.snapshot, (view) => damageOf(() => view.get("default", keyOf(700))))
          )
          const found = [
            snapshot,
            damageOf(() => engine.latest.get("default", keyOf(700))),
            damageOf(() => engine.latest.getMany("default", [keyOf(2), keyOf(700)])),
            damageOf(() => scanned(engine)),
            damageOf(() => engine.latest.scan("default", { ...everything, limit: 100, start: keyOf(690) }, () => true))
          ]
          for (const { reason, cf, key } of found) {
            expect({ reason, cf, key: Buffer.from(key!) }).toEqual({
              reason: "corrupt",
              cf: "default",
              key: Buffer.from(keyOf(700))
            })
          }
          for (let n = 0; n < keys; n++) {
            if (n === 700) continue
            const value = engine.latest.get("default", keyOf(n))
            expect(value && Buffer.from(value)).toEqual(n % 2 === 0 ? Buffer.from(valueOf(n)) : undefined)
          }
          expect(scanned(engine, true)).toBe(keys / 2)
          yield* engine.write(new WriteBatch().put("default", keyOf(700), valueOf(1)), { sync: false })
          expect(scanned(engine)).toBe(keys / 2)
        })
      )
    })
  ))

test("a key that changed is not taken for an absent one, nor for another; nor does a deletion go around it", () =>
  runScoped(
    Effect.gen(function* () {
      for (const [n, offset] of [
        [700, 6],
        [2, 4],
        [1498, 8]
      ] as const) {
        const directory = yield* writtenStore
        flip(join(directory, "data.db"), keyOf(n), offset)
        yield* withStore(directory, ({ engine }) =>
          Effect.gen(function* () {
            const found = [
              damageOf(() => engine.latest.get("default", keyOf(n))),
              damageOf(() => scanned(engine)),
              damageOf(() => scanned(engine, true)),
              damageOf(() => {
                for (let i = 0; i < keys; i += 50) {
                  const range = { start: keyOf(i), end: keyOf(i + 50), limit: 60 }
                  engine.latest.scan("default", range, () => true)
                }
              })
            ]
            for (const { reason, key } of found) expect({ reason, key }).toEqual({ reason: "corrupt", key: undefined })
            const batch = new WriteBatch().deleteRange("default", keyOf(n - 1), keyOf(n + 1))
            const deleted = yield* Effect.exit(engine.write(batch, { sync: false }))
            expect(Exit.isFailure(deleted) && Cause.squash(deleted.cause)).toMatchObject({ reason: "corrupt" })
          })
        )
      }
    })
  ))

test("an entry or a state that changed is of its group alone; its place is of the whole file", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* writtenStore
      const file = join(directory, "raft.db")
      flip(file, dataOf(2, 100), 2)
      flip(file, ascii("hard state of group 3"), 3)
      yield* withStore(directory, ({ raftLog }) =>
        Effect.gen(function* () {
          expect(raftLog.groups()).toEqual([1, 2, 3])
          expect(raftLog.entries(1, 1, 201, 1e9).length).toBe(200)
          expect(damageOf(() => raftLog.entries(2, 90, 110, 1e9))).toMatchObject({ reason: "corrupt", groupId: 2 })
          expect(raftLog.entries(2, 1, 100, 1e9).length).toBe(99)
          expect(damageOf(() => raftLog.group(3))).toMatchObject({ reason: "corrupt", groupId: 3 })
          yield* raftLog.destroy([3])
          expect(raftLog.group(3)).toBeUndefined()
        })
      )
      const db = readFileSync(file)
      // An entry's record: lengths, then group, index (0x0096 for 150), term, kind, sum. The index becomes 151.
      const at = db.indexOf(Uint8Array.of(2, 0, 0x96, 2))
      expect(at).toBeGreaterThan(0)
      db[at + 2] = 0x97
      writeFileSync(file, db)
      const opened = yield* Effect.exit(withStore(directory, () => Effect.void))
      const error = Exit.isFailure(opened) ? Cause.squash(opened.cause) : undefined
      expect(error).toMatchObject({ reason: "corrupt" })
      expect(error).not.toHaveProperty("groupId", 2)
    })
  ))

const seeded = (seed: number): ((below: number) => number) => {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** REEFKV_FLIPS=5000 REEFKV_SEED=7 bun test …: as many as there is time for. */
const flips = Number(process.env["REEFKV_FLIPS"] ?? 60)
const seed = Number(process.env["REEFKV_SEED"] ?? 20261123)

test("files of version 1, which knew no sums, get them when they are opened", () =>
  runScoped(
    Effect.gen(function* () {
      const directory = yield* newPath
      mkdirSync(directory)
      const first = (role: FileRole): FileRole => ({ ...role, migrations: role.migrations.slice(0, 1) })
      const pairId = createFile(join(directory, "data.db"), first(dataRole), undefined)
      createFile(join(directory, "raft.db"), first(raftRole), pairId)
      const data = new Database(join(directory, "data.db"))
      expect(data.pragma("user_version", { simple: true })).toBe(1)
      const put = data.prepare("INSERT INTO cf_write (key, value) VALUES (?, ?)")
      for (let n = 0; n < 300; n++) put.run(keyOf(n), valueOf(n))
      data.close()
      const raft = new Database(join(directory, "raft.db"))
      const append = raft.prepare(
        "INSERT INTO raft_entry (seq, group_id, log_index, term, kind, data) VALUES (?, 7, ?, 3, 1, ?)"
      )
      for (let i = 1; i <= 20; i++) append.run(i + 100, i + 10, dataOf(7, i + 10))
      raft.prepare("INSERT INTO raft_group VALUES (7, 10, 2, 100, NULL), (8, 0, 0, 5, x'0102')").run()
      raft.close()
      for (let life = 0; life < 2; life++) {
        yield* withStore(directory, ({ engine, raftLog }) =>
          Effect.sync(() => {
            let n = 0
            engine.latest.scan("write", { ...everything, limit: 1000 }, (key, value) => {
              expect([Buffer.from(key), Buffer.from(value)]).toEqual([Buffer.from(keyOf(n)), Buffer.from(valueOf(n))])
              n++
            })
            expect(n).toBe(300)
            expect(engine.latest.get("write", keyOf(300))).toBeUndefined()
            expect(raftLog.entries(7, 11, 31, 1e9)[19]).toMatchObject({ index: 30, term: 3, kind: 1 })
            expect(raftLog.group(7)).toMatchObject({
              truncated: { index: 10, term: 2 },
              lastIndex: 30,
              state: undefined
            })
            expect([...raftLog.group(8)!.state!]).toEqual([1, 2])
          })
        )
      }
    })
  ))

test(
  `any byte of the data file may change: each answer is right or "corrupt" (${flips} flips, seed ${seed})`,
  () =>
    runScoped(
      Effect.gen(function* () {
        const directory = yield* writtenStore
        const file = join(directory, "data.db")
        const whole = readFileSync(file)
        const random = seeded(seed)
        let harmless = 0
        let found = 0
        for (let i = 0; i < flips; i++) {
          const bytes = Buffer.from(whole)
          const at = random(bytes.length)
          bytes[at]! ^= 1 + random(255)
          writeFileSync(file, bytes)
          const exit = yield* Effect.exit(
            withStore(directory, ({ engine }) =>
              Effect.sync(() => {
                let damaged = 0
                for (let n = -1; n <= keys; n++) {
                  try {
                    const value = engine.latest.get("default", keyOf(n))
                    const right = n >= 0 && n < keys && n % 2 === 0 ? Buffer.from(valueOf(n)) : undefined
                    if (!(right === undefined ? value === undefined : value !== undefined && right.equals(value))) {
                      throw new Error(`byte ${at} changed: key ${n} is ${value}`)
                    }
                  } catch (error) {
                    if (!(error instanceof EngineError)) throw error
                    expect(error.reason).toBe("corrupt")
                    damaged++
                  }
                }
                try {
                  if (scanned(engine) !== keys / 2)
                    throw new Error(`byte ${at} changed: a scan finds ${scanned(engine)}`)
                } catch (error) {
                  if (!(error instanceof EngineError)) throw error
                  damaged++
                }
                return damaged
              })
            )
          )
          if (Exit.isFailure(exit)) expect(Cause.squash(exit.cause)).toMatchObject({ _tag: "EngineError" })
          if (Exit.isSuccess(exit) && exit.value === 0) harmless++
          else found++
        }
        expect(found + harmless).toBe(flips)
        expect(found).toBeGreaterThan(flips / 4)
      })
    ),
  flips * 400
)

test(
  `any byte of the log's file may change: what is answered is what was appended (${flips} flips, seed ${seed})`,
  () =>
    runScoped(
      Effect.gen(function* () {
        const directory = yield* writtenStore
        const file = join(directory, "raft.db")
        const whole = readFileSync(file)
        const random = seeded(seed)
        let refused = 0
        let damaged = 0
        for (let i = 0; i < flips; i++) {
          const bytes = Buffer.from(whole)
          const at = random(bytes.length)
          bytes[at]! ^= 1 + random(255)
          writeFileSync(file, bytes)
          const exit = yield* Effect.exit(
            withStore(directory, ({ raftLog }) =>
              Effect.sync(() => {
                for (let group = 1; group <= 3; group++) {
                  try {
                    const log = raftLog.group(group)
                    const found = log && [log.lastIndex, log.lastTerm, Buffer.from(log.state!).toString()]
                    expect([at, found]).toEqual([at, [200, 2, `hard state of group ${group}`]])
                    for (const { index, term, kind, data } of raftLog.entries(group, 1, 201, 1e9)) {
                      const right = Buffer.from(dataOf(group, index)).equals(data)
                      if (term !== 2 || kind !== 0 || !right) throw new Error(`byte ${at}: entry ${index} of ${group}`)
                    }
                  } catch (error) {
                    if (!(error instanceof EngineError)) throw error
                    damaged++
                  }
                }
              })
            )
          )
          if (Exit.isFailure(exit)) {
            expect(Cause.squash(exit.cause)).toMatchObject({ _tag: "EngineError" })
            refused++
          }
        }
        expect(refused).toBeGreaterThan(0)
        expect(damaged).toBeGreaterThan(0)
      })
    ),
  flips * 400
)
