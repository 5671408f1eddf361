/**
 * Keeps the write-ahead log of one file small without stalling its writer.
 *
 * States: idle, or a pass under way on the worker thread. When the log has grown by `walCheckpointBytes`, the worker
 * copies it into the file (a passive pass: it disturbs neither writer nor readers). What was written meanwhile is left;
 * as soon as that is short, the calling thread copies the rest, so that the next write starts the log from its
 * beginning and the log's file is used again instead of growing. Beyond `walBytesMax` with a pass under way, writes wait
 * for it. An open snapshot keeps the log from starting over: then it grows, and is cut back afterwards.
 *
 * Driven by `afterCommit`, called by the writer after each transaction.
 */
import type { Database, Statement } from "better-sqlite3"
import type { FileWorker } from "./FileWorker.ts"
import { pageBytes } from "./options.ts"

/** A rest up to this is copied on the calling thread: about a millisecond. */
const finishPagesMax = 256
/** Passes of the worker in a row before the rest is copied whatever its length: a writer may outrun the worker. */
const passesMax = 4
/** The log's length is asked for when about this many pages may have been written since. */
const pagesBetweenLooks = 256

export interface CheckpointerOptions {
  readonly walCheckpointBytes: number
  readonly walBytesMax: number
}

export class Checkpointer {
  private readonly db: Database
  private readonly worker: FileWorker
  private readonly endRead: () => void
  private readonly look: Statement<[], { readonly log: number; readonly checkpointed: number }>
  private readonly pass: Statement<[], { readonly log: number; readonly checkpointed: number }>
  private readonly startPages: number
  private readonly maxPages: number
  private pagesSinceLook = 0
  private logPages = 0
  private passes = 0
  private closed = false
  private readonly waiting: Array<() => void> = []

  /** `endRead` ends the caller's own open read transaction, which would pin the log. */
  constructor(db: Database, worker: FileWorker, options: CheckpointerOptions, endRead: () => void) {
    this.db = db
    this.worker = worker
    this.endRead = endRead
    this.look = db.prepare("PRAGMA wal_checkpoint(NOOP)")
    this.pass = db.prepare("PRAGMA wal_checkpoint(PASSIVE)")
    this.startPages = Math.max(1, Math.floor(options.walCheckpointBytes / pageBytes))
    this.maxPages = Math.max(this.startPages, Math.floor(options.walBytesMax / pageBytes))
    db.pragma(`journal_size_limit = ${this.maxPages * pageBytes}`)
  }

  /** Whether a write should wait for `whenOpen`: the log is too long and a pass is under way that will shorten it. */
  get gateClosed(): boolean {
    return !this.closed && this.passes > 0 && this.logPages >= this.maxPages
  }

  /** Calls back once the gate has opened. The answer takes the callback back. */
  whenOpen(resume: () => void): () => void {
    this.waiting.push(resume)
    return () => {
      const at = this.waiting.indexOf(resume)
      if (at >= 0) this.waiting.splice(at, 1)
    }
  }

  /** `pages` is a guess of what the transaction wrote; exact lengths are asked for now and then. */
  afterCommit(pages: number): void {
    this.pagesSinceLook += pages
    if (this.pagesSinceLook < pagesBetweenLooks) return
    this.pagesSinceLook = 0
    const { checkpointed, log } = this.look.get()!
    this.logPages = log
    if (this.passes === 0 && log - checkpointed >= this.startPages) this.startPass()
  }

  /** One pass on the calling thread. */
  finish(): void {
    this.endRead()
    this.pass.get()
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

  close(): void {
    this.closed = true
    for (const resume of this.waiting.splice(0)) resume()
  }

  private startPass(): void {
    this.passes++
    this.worker.request({ type: "checkpoint" }, () => this.onPassed())
  }

  /** A pass that failed is like one that copied nothing: the next look starts another. */
  private onPassed(): void {
    if (this.closed || !this.db.open) return
    this.endRead()
    const before = this.look.get()!
    const rest = before.log - before.checkpointed
    if (rest > finishPagesMax && this.passes < passesMax && this.worker.threaded) {
      this.startPass()
      return
    }
    this.passes = 0
    // A rest that stays long is pinned by a snapshot: copying here would not help and would stall.
    if (rest <= this.startPages) this.finish()
    // All copied: the next write starts the log from its beginning.
    const after = this.look.get()!
    this.logPages = after.log === after.checkpointed ? 0 : after.log
    for (const resume of this.waiting.splice(0)) resume()
  }
}
