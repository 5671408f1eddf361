/**
 * Makes the commits of one file durable: syncs its write-ahead log, on a thread of the runtime's pool or on the calling
 * one. Commits themselves reach the log's file without a sync (`synchronous = NORMAL`).
 *
 * What a sync covers: every commit that returned before the sync began. Such a commit is in the log's file, or the log has
 * started over since, and then a checkpoint has copied it into the data file and synced that first.
 *
 * After a sync that failed nothing more can be promised of what the device holds: every later one fails alike.
 */
import { closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs"
import type { EngineError } from "@reefkv/engine"
import { Effect } from "effect"
import { toEngineError } from "./sqliteError.ts"

export class LogSync {
  private readonly path: string
  private readonly fd: number
  private readonly what: string
  private underWay = 0
  private onIdle: (() => void) | undefined
  private failedWith: EngineError | undefined

  /** `path` is of the data file, whose log must exist; `what` begins the message of a failure. */
  constructor(path: string, what: string) {
    this.path = path
    this.what = what
    this.fd = openSync(`${path}-wal`, "r")
  }

  get failed(): EngineError | undefined {
    return this.failedWith
  }
  get busy(): boolean {
    return this.underWay > 0
  }

  /**
   * The calling thread goes on meanwhile: it can send what was waiting to be sent, and take in what comes. Syncs may
   * overlap, each for the commits before it.
   */
  readonly sync: Effect.Effect<void, EngineError> = Effect.callback<void, EngineError>((resume) => {
    this.underWay++
    fdatasync(this.fd, (cause) => {
      this.underWay--
      resume(cause === null || cause === undefined ? Effect.void : Effect.fail(this.fail(cause)))
      if (this.underWay === 0) this.onIdle?.()
    })
  })

  /** The same on the calling thread. */
  readonly syncHere: Effect.Effect<void, EngineError> = Effect.suspend(() => {
    const error = this.syncNow()
    return error === undefined ? Effect.void : Effect.fail(error)
  })

  /** Waits for the disk on the calling thread. */
  syncNow(): EngineError | undefined {
    try {
      fdatasyncSync(this.fd)
      return undefined
    } catch (cause) {
      return this.fail(cause)
    }
  }

  /** A sync that SQLite made itself failed. */
  fail(cause: unknown): EngineError {
    this.failedWith ??= toEngineError(cause, this.what, this.path)
    return this.failedWith
  }

  /** Closes the descriptor once no sync is under way, then runs `last`. Nothing may be asked for afterwards. */
  close(last: () => void): void {
    const finish = () => {
      closeSync(this.fd)
      last()
    }
    if (this.underWay === 0) finish()
    else this.onIdle = finish
  }
}
