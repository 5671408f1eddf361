/**
 * Keeps the write-ahead log of one file small without stalling its writer, and admits writes in the order of their calls.
 *
 * States, each left when the worker thread reports its pass done:
 * - idle: the log grows, until `walCheckpointBytes` of it are not yet in the file;
 * - copying: the worker copies the log into the file (a passive pass, which disturbs neither writer nor readers); writes
 *   go on, unless the log reaches `walBytesMax`. What they add meanwhile takes another, shorter pass, and so on;
 * - finishing: little is left, or the log has reached its bound; writes wait for one more pass, so that the next one
 *   starts the log from its beginning. Otherwise its file would grow for as long as there are writes.
 *
 * An open snapshot of an older state keeps the log from starting over: then there is no finishing, the file grows, and is
 * cut back to `walBytesMax` afterwards. Without a thread a pass runs on the caller's, after the write that made it due.
 */
import type { Database, Statement } from "better-sqlite3"
import { Effect } from "effect"
import type { FileWorker } from "./FileWorker.ts"
import { pageBytes } from "./options.ts"

/** The log's length is asked for when about this many pages may have been written since. */
const pagesBetweenLooks = 256

/** Up to this many pages left, writes wait for the pass that copies them: a few milliseconds. */
const finishPagesMax = 256

export interface CheckpointerOptions {
  readonly walCheckpointBytes: number
  readonly walBytesMax: number
  /**
   * A descriptor of the file, for the worker. It must be closed after every connection of this process to the file:
   * closing it drops the locks they hold (POSIX).
   */
  readonly syncFd?: number
}

/** Pages in the log, and how many of them are in the file already. */
interface LogLength {
  readonly log: number
  readonly checkpointed: number
}

export class Checkpointer {
  private readonly db: Database
  private readonly worker: Pick<FileWorker, "request">
  private readonly options: CheckpointerOptions
  private readonly endRead: () => void
  private readonly look: Statement<[], LogLength>
  private readonly startPages: number
  private readonly maxPages: number
  private state: "idle" | "copying" | "finishing" | "closed" = "idle"
  private pagesSinceLook = 0
  private logPages = 0
  /** Writes that wait, in the order of their calls. */
  private readonly held: Array<() => void> = []

  /** `endRead` ends the caller's own open read transaction, inside which the log's length cannot be asked for. */
  constructor(db: Database, worker: Pick<FileWorker, "request">, options: CheckpointerOptions, endRead: () => void) {
    this.db = db
    this.worker = worker
    this.options = options
    this.endRead = endRead
    this.look = db.prepare("PRAGMA wal_checkpoint(NOOP)")
    this.startPages = Math.max(1, Math.floor(options.walCheckpointBytes / pageBytes))
    this.maxPages = Math.max(this.startPages, Math.floor(options.walBytesMax / pageBytes))
    db.pragma(`journal_size_limit = ${this.maxPages * pageBytes}`)
  }

  /** Runs `write` now, or when writes are let in again, in the order of the calls. Interrupted while it waits, it never runs. */
  admit<E>(write: () => Effect.Effect<void, E>): Effect.Effect<void, E> {
    if (this.isOpen() && this.held.length === 0) return write()
    return Effect.callback<void, E>((resume) => {
      const run = () => resume(write())
      this.held.push(run)
      return Effect.sync(() => {
        const at = this.held.indexOf(run)
        if (at >= 0) this.held.splice(at, 1)
      })
    })
  }

  /** `pages` is a guess of what a commit wrote: a wrong one makes the log's length be asked for earlier or later. */
  afterCommit(pages: number): void {
    this.pagesSinceLook += pages
    if (this.pagesSinceLook < pagesBetweenLooks) return
    const { checkpointed, log } = this.length()
    if (this.state === "idle" && log - checkpointed >= this.startPages) this.startPass("copying", log)
  }

  /** After a write found no space: gives back what the failed one left in the log's file, if it can. */
  shrink(): void {
    this.endRead()
    try {
      this.db.pragma("wal_checkpoint(TRUNCATE)")
    } catch {
      // There is not even room to copy the log; the write's own error says what matters.
    }
  }

  /** Lets every waiting write go on, into its refusal. */
  close(): void {
    this.state = "closed"
    this.letIn()
  }

  private isOpen(): boolean {
    return (
      this.state === "idle" || this.state === "closed" || (this.state === "copying" && this.logPages < this.maxPages)
    )
  }

  private length(): LogLength {
    this.endRead()
    this.pagesSinceLook = 0
    const length = this.look.get()!
    this.logPages = length.log
    return length
  }

  /** `log` is the length at the start: what a pass can reach unless a snapshot is in its way. */
  private startPass(state: "copying" | "finishing", log: number): void {
    this.state = state
    const syncFd = state === "copying" ? this.options.syncFd : undefined
    this.worker.request({ type: "checkpoint", ...(syncFd === undefined ? {} : { syncFd }) }, () =>
      this.onPassed(state, log)
    )
  }

  /** A pass that failed is like one that copied nothing. */
  private onPassed(passed: "copying" | "finishing", target: number): void {
    if (this.state === "closed" || !this.db.open) return
    const { checkpointed, log } = this.length()
    const reached = checkpointed >= target
    if (passed === "copying" && reached && checkpointed < log) {
      const short = log - checkpointed <= finishPagesMax
      this.startPass(short || log >= this.maxPages ? "finishing" : "copying", log)
      return
    }
    this.state = "idle"
    this.letIn()
  }

  private letIn(): void {
    while (this.held.length > 0 && this.isOpen()) this.held.shift()!()
  }
}
