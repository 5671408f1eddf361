/**
 * One database file of a store, from nothing or from what is there to a connection: what it must say about itself, how it
 * is created whole or not at all, and how it is migrated. Driven by `storeDirectory.ts`, which holds the lock.
 *
 * While checking, nothing of an existing file is changed: it is opened for reading only, and what SQLite adds beside it
 * for that (an empty log, its index) is taken away again.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { EngineError, entrySum, groupSum, rowSum } from "@reefkv/engine"
import Database from "better-sqlite3"
import { drizzle } from "drizzle-orm/better-sqlite3"
import { BetterSQLiteSession } from "drizzle-orm/better-sqlite3/session"
import type { MigrationMeta } from "drizzle-orm/migrator"
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core"
import { kind } from "./kind.ts"
import { dataMigrations, raftMigrations } from "./migrations/migrations.ts"
import { busyTimeoutMs, pageBytes } from "./options.ts"
import { storeInfo } from "./schema/storeInfo.ts"
import { toEngineError } from "./sqliteError.ts"

/** What distinguishes the two files of a store. */
export interface FileRole {
  readonly name: "data.db" | "raft.db"
  /** SQLite's application_id: tells our files from other SQLite files, and from each other. "RKVd" and "RKVr". */
  readonly applicationId: number
  readonly migrations: ReadonlyArray<MigrationMeta>
  /** A statement that answers a row when the file holds anything. */
  readonly anyRow: string
}

export const dataRole: FileRole = {
  name: "data.db",
  applicationId: 0x52_4b_56_64,
  migrations: dataMigrations,
  anyRow:
    "SELECT 1 FROM (SELECT key FROM cf_default UNION ALL SELECT key FROM cf_lock UNION ALL SELECT key FROM cf_write UNION ALL SELECT key FROM cf_raft) LIMIT 1"
}
export const raftRole: FileRole = {
  name: "raft.db",
  applicationId: 0x52_4b_56_72,
  migrations: raftMigrations,
  anyRow: "SELECT 1 FROM raft_group LIMIT 1"
}

/** What an existing file says about itself. */
export interface FileInfo {
  readonly pairId: string
  readonly version: number
  readonly empty: boolean
}

const corrupt = (path: string, message: string): EngineError =>
  new EngineError({
    reason: "corrupt",
    message: `${message}; restore the store from its peers: remove the directory and let the store join anew under a new id`,
    path
  })

/**
 * Undefined when there is no such file. Throws EngineError when it is there and may not be opened as this role. Only
 * whoever holds the file's lock may take away what the look left behind: it might be another process's by now.
 */
export const inspectFile = (path: string, role: FileRole, holdsLock: boolean): FileInfo | undefined => {
  if (!existsSync(path)) return undefined
  const size = statSync(path).size
  const wal = `${path}-wal`
  const walSize = existsSync(wal) ? statSync(wal).size : 0
  // With a log, the last page may be in the log alone and is put right from there; without one a torn page is lost data.
  if (size === 0 || (walSize === 0 && size % pageBytes !== 0)) {
    throw corrupt(path, `the file has ${size} bytes, which is no whole number of ${pageBytes}-byte pages`)
  }
  if (holdsLock) assertWritable(path, role)
  const added = [wal, `${path}-shm`].filter((name) => !existsSync(name))
  let db: Database.Database | undefined
  try {
    db = new Database(path, { readonly: true, timeout: busyTimeoutMs })
    return readInfo(db, path, role)
  } catch (cause) {
    throw toEngineError(cause, `reading what ${role.name} is`, path)
  } finally {
    db?.close()
    if (holdsLock) for (const name of added) rmSync(name, { force: true })
  }
}

/**
 * SQLite opens a file that it may not write for reading, without a word, and refuses only the first change. The file is
 * ours, so that no connection of this process can lose its locks by the descriptor closed here.
 */
const assertWritable = (path: string, role: FileRole): void => {
  try {
    closeSync(openSync(path, "r+"))
  } catch (cause) {
    throw toEngineError(cause, `opening ${role.name} for writing`, path)
  }
}

const readInfo = (db: Database.Database, path: string, role: FileRole): FileInfo => {
  const number = (pragma: string): number => Number(db.pragma(pragma, { simple: true }))
  const version = number("user_version")
  const applicationId = number("application_id")
  if (applicationId !== role.applicationId) {
    throw new EngineError({
      reason: "other-store",
      message: `the file is a SQLite database but no ${role.name} of a store (application id 0x${applicationId.toString(16)}); choose another directory`,
      path
    })
  }
  const ours = role.migrations.length
  if (version > ours) {
    throw new EngineError({
      reason: "newer-version",
      message: `the file has format version ${version}, this program knows versions up to ${ours}; use the newer program`,
      path
    })
  }
  const rows = drizzle(db).select().from(storeInfo).all()
  const info = new Map(rows.map(({ name, value }) => [name, value]))
  const pairId = info.get("pair_id")
  if (pairId === undefined) throw corrupt(path, "the file does not say to which store it belongs")
  return { pairId, version, empty: db.prepare(role.anyRow).get() === undefined }
}

/** Makes the file under another name and moves it into place when it is whole. Without a pair id it invents one. */
export const createFile = (path: string, role: FileRole, pairId: string | undefined): string => {
  const draft = `${path}.creating`
  try {
    for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(draft + suffix, { force: true })
    const db = new Database(draft)
    try {
      // A draft that a crash leaves behind is made anew, so only the finished one is synced: once, not at each step.
      db.pragma("synchronous = OFF")
      db.pragma("journal_mode = MEMORY")
      db.pragma(`page_size = ${pageBytes}`)
      db.pragma(`application_id = ${role.applicationId}`)
      migrate(db, role)
      const id = pairId ?? String(db.prepare("SELECT lower(hex(randomblob(16)))").pluck().get())
      const rows = [
        { name: "engine", value: kind },
        { name: "part", value: basename(path) },
        { name: "pair_id", value: id }
      ]
      drizzle(db).insert(storeInfo).values(rows).run()
      // A mark of the file itself: every later connection finds it set.
      db.pragma("journal_mode = WAL")
      db.close()
      syncPath(draft)
      renameSync(draft, path)
      syncPath(dirname(path))
      return id
    } finally {
      db.close()
    }
  } catch (cause) {
    throw toEngineError(cause, `creating ${role.name}`, path)
  }
}

/** Brings an opened file to this program's version. */
export const migrate = (db: Database.Database, role: FileRole): void => {
  defineSums(db)
  const dialect = new SQLiteSyncDialect()
  const session = new BetterSQLiteSession(db, dialect, undefined)
  dialect.migrate([...role.migrations], session)
}

/** What migrations to version 2 give to the rows that are there. Nothing else asks for them, so no file depends on them. */
const defineSums = (db: Database.Database): void => {
  const define = (name: string, sum: (...columns: Array<never>) => number) =>
    db.function(
      name,
      { deterministic: true, varargs: false, directOnly: true },
      sum as (...columns: Array<unknown>) => number
    )
  define("reefkv_row_sum", (key: Uint8Array, value: Uint8Array) => rowSum(key, value))
  define(
    "reefkv_entry_sum",
    (seq: number, groupId: number, index: number, term: number, entryKind: number, data: Uint8Array) =>
      entrySum(seq, groupId, { index, term, kind: entryKind, data })
  )
  define(
    "reefkv_group_sum",
    (groupId: number, index: number, term: number, firstSeq: number, state: Uint8Array | null) =>
      groupSum(groupId, { index, term }, firstSeq, state ?? undefined)
  )
}

/** A file or directory is durable with its name only after both are synced. */
export const syncPath = (path: string): void => {
  const fd = openSync(path, "r")
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** A connection as every part of the engine wants it. */
export const connect = (
  path: string,
  options: { readonly cacheBytes: number; readonly readonly: boolean }
): Database.Database => {
  const db = new Database(path, { readonly: options.readonly, fileMustExist: true, timeout: busyTimeoutMs })
  db.pragma(`cache_size = -${Math.ceil(options.cacheBytes / 1024)}`)
  // Checkpoints are ours alone: an automatic one stalls the writer for as long as it takes.
  if (!options.readonly) db.pragma("wal_autocheckpoint = 0")
  return db
}

export const filePath = (directory: string, role: FileRole): string => join(directory, role.name)
