/**
 * The lock that says a live process holds a store's file: an empty database `*.lock` beside it, kept in an exclusive
 * transaction. The system drops the lock when the process ends, however it ends; the file stays, empty.
 *
 * The lock files are never opened by other means: closing any descriptor of a file drops all of this process's locks on
 * it (POSIX), and with them the exclusion.
 */
import { EngineError } from "@reefkv/engine"
import Database from "better-sqlite3"
import { toEngineError } from "./sqliteError.ts"

export interface LockFile {
  readonly release: () => void
}

/** Throws EngineError "locked" when another engine, in this or another process, holds it. */
export const takeLock = (path: string): LockFile => {
  let db: Database.Database | undefined
  try {
    db = new Database(path, { timeout: 0 })
    // No journal: the transaction never writes, and the directory stays free of litter.
    db.pragma("journal_mode = MEMORY")
    db.exec("BEGIN EXCLUSIVE")
    const held = db
    return {
      release: () => {
        held.close()
      }
    }
  } catch (cause) {
    db?.close()
    const error = toEngineError(cause, "taking the lock", path)
    if (error.reason !== "locked") throw error
    throw new EngineError({
      reason: "locked",
      message: "another process (or another store in this one) has this directory open; stop it first",
      path,
      cause
    })
  }
}
