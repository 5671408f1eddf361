/** What passes between a store and its worker thread, and the work itself, which runs on either side. */
import { fdatasyncSync } from "node:fs"
import type { Database } from "better-sqlite3"

export type WorkerRequest =
  /**
   * `syncFd`: the file itself, to be synced after the pass. SQLite syncs it only in the pass that leaves nothing, for
   * which writes wait; synced before, that pass is short.
   */
  | { readonly id: number; readonly type: "checkpoint"; readonly syncFd?: number }
  | { readonly id: number; readonly type: "copy"; readonly to: string }
  | { readonly id: number; readonly type: "close" }

export type WorkerAnswer =
  | { readonly id: number; readonly type: "checkpointed" }
  | { readonly id: number; readonly type: "copied" }
  | { readonly id: number; readonly type: "closed" }
  /** An error crosses threads as its code and text. */
  | { readonly id: number; readonly type: "failed"; readonly code: string; readonly message: string }

export const answerRequest = (db: Database, request: WorkerRequest): WorkerAnswer => {
  const { id } = request
  try {
    switch (request.type) {
      case "checkpoint":
        db.pragma("wal_checkpoint(PASSIVE)")
        if (request.syncFd !== undefined) fdatasyncSync(request.syncFd)
        return { id, type: "checkpointed" }
      case "copy":
        db.prepare("VACUUM INTO ?").run(request.to)
        return { id, type: "copied" }
      case "close":
        return { id, type: "closed" }
    }
  } catch (cause) {
    const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "SQLITE_ERROR"
    return { id, type: "failed", code, message: cause instanceof Error ? cause.message : String(cause) }
  }
}
