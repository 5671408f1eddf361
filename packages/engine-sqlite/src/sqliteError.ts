/** From what SQLite or the file system reports to the reasons of the engine contract. */
import { EngineError, type EngineErrorReason } from "@reefkv/engine"

const codeOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : ""

const reasonOf = (code: string): EngineErrorReason => {
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") return "corrupt"
  if (code === "SQLITE_FULL" || code === "ENOSPC" || code === "EDQUOT") return "disk-full"
  if (code.startsWith("SQLITE_READONLY") || code === "SQLITE_PERM") return "read-only"
  if (code === "EROFS" || code === "EACCES" || code === "EPERM") return "read-only"
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) return "locked"
  return "io"
}

const advice: Partial<Record<EngineErrorReason, string>> = {
  corrupt: "restore the store from its peers: remove the directory and let the store join anew under a new id",
  "disk-full": "free space on the device or raise the limit; nothing of this write was kept",
  "read-only": "make the directory and its files writable for this user",
  locked: "another process has the file open for writing; stop it first"
}

export const isSqliteOrFileError = (cause: unknown): boolean => {
  const code = codeOf(cause)
  return code.startsWith("SQLITE_") || /^E[A-Z0-9]+$/.test(code)
}

/** Whether the device may have lost what it was told to keep: after a failed sync nothing more can be promised. */
export const isSyncFailure = (cause: unknown): boolean => codeOf(cause) === "SQLITE_IOERR_FSYNC"

/**
 * `what` says what was being done. Anything that is not a failure of SQLite or of a file is a defect and thrown again.
 */
export const toEngineError = (cause: unknown, what: string, path: string): EngineError => {
  if (cause instanceof EngineError) return cause
  if (!isSqliteOrFileError(cause)) throw cause
  const code = codeOf(cause)
  const reason = reasonOf(code)
  const detail = cause instanceof Error ? cause.message : String(cause)
  const hint = advice[reason]
  return new EngineError({
    reason,
    message: `${what}: ${detail} (${code})${hint === undefined ? "" : `; ${hint}`}`,
    path,
    cause
  })
}
