/**
 * The Engine contract on one SQLite file, `data.db`: a table per column family, a write-ahead log, checkpoints off the
 * calling thread, snapshots by connections for reading.
 *
 * A commit reaches the log's file at once and the disk when asked (`sync`), when a checkpoint runs, or at close. SQLite's
 * log is a sequence of checksummed pages, so a crash of the machine keeps a prefix of the commits, each whole. After a
 * sync that failed nothing more can be promised of what the device holds: the engine stops with reason "io".
 */
import { closeSync, existsSync, mkdirSync, openSync, statfsSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import {
  type ColumnFamily,
  type EngineError,
  type EngineService,
  rowSum,
  type WriteBatch,
  type WriteOp,
  writeDirectoryMarker
} from "@reefkv/engine"
import type { Database, Statement } from "better-sqlite3"
import { Effect } from "effect"
import { Checkpointer } from "./Checkpointer.ts"
import { FileWorker } from "./FileWorker.ts"
import { kind } from "./kind.ts"
import { LogSync } from "./LogSync.ts"
import { defaults, pageBytes, type SqliteOptions } from "./options.ts"
import { ReaderPool } from "./ReaderPool.ts"
import { SizeEstimate } from "./SizeEstimate.ts"
import { closedError, SqliteView } from "./SqliteView.ts"
import { toEngineError } from "./sqliteError.ts"
import { connect, dataRole, filePath, migrate, syncPath } from "./storeFile.ts"

export interface SqliteEngineHandle extends EngineService {
  /** Waits for the worker, copies the log into the file and closes it. A second close does nothing. */
  readonly close: Effect.Effect<void>
}

interface FamilyStatements {
  readonly put: Statement<[Uint8Array, number, Uint8Array]>
  readonly delete: Statement<[Uint8Array]>
  readonly deleteRange: Statement<[Uint8Array, Uint8Array]>
  readonly deleteFrom: Statement<[Uint8Array]>
}

const familyStatements = (db: Database, cf: ColumnFamily): FamilyStatements => ({
  put: db.prepare(`REPLACE INTO cf_${cf} (key, sum, value) VALUES (?, ?, ?)`),
  delete: db.prepare(`DELETE FROM cf_${cf} WHERE key = ?`),
  deleteRange: db.prepare(`DELETE FROM cf_${cf} WHERE key >= ? AND key < ?`),
  deleteFrom: db.prepare(`DELETE FROM cf_${cf} WHERE key >= ?`)
})

/** Opens `data.db` in a directory whose lock the caller holds. Throws EngineError. */
export const openSqliteEngine = (options: SqliteOptions): SqliteEngineHandle => {
  const path = filePath(options.directory, dataRole)
  try {
    return new SqliteEngineState(path, options).service()
  } catch (cause) {
    throw toEngineError(cause, "opening data.db", path)
  }
}

class SqliteEngineState {
  private readonly path: string
  private readonly db: Database
  private readonly statements: Record<ColumnFamily, FamilyStatements>
  private readonly begin: Statement<[]>
  private readonly beginWrite: Statement<[]>
  private readonly commit: Statement<[]>
  private readonly rollback: Statement<[]>
  private readonly view: SqliteView
  private readonly readers: ReaderPool
  private readonly worker: FileWorker
  private readonly checkpointer: Checkpointer
  private readonly sizes: SizeEstimate
  private readonly log: LogSync
  private readonly logSync: Effect.Effect<void, EngineError>
  /** The file itself, synced by the worker. Closed last; see `CheckpointerOptions.syncFd`. */
  private readonly dataFd: number
  private unsynced = false
  private closed = false
  private readonly directory: string

  constructor(path: string, options: SqliteOptions) {
    this.path = path
    this.directory = options.directory
    const db = connect(path, { cacheBytes: options.cacheBytes ?? defaults.cacheBytes, readonly: false })
    this.db = db
    try {
      db.pragma("journal_mode = WAL")
      // The log is synced before a checkpoint and not at each commit; see `sync`.
      db.pragma("synchronous = NORMAL")
      migrate(db, dataRole)
      if (options.dataBytesMax !== undefined) {
        db.pragma(`max_page_count = ${Math.max(1, Math.floor(options.dataBytesMax / pageBytes))}`)
      }
      this.log = new LogSync(path, "syncing; the engine has stopped writing")
      this.logSync = (options.syncThread ?? defaults.syncThread) ? this.log.sync : this.log.syncHere
      this.dataFd = openSync(path, "r")
    } catch (cause) {
      db.close()
      throw cause
    }
    this.begin = db.prepare("BEGIN")
    this.beginWrite = db.prepare("BEGIN IMMEDIATE")
    this.commit = db.prepare("COMMIT")
    this.rollback = db.prepare("ROLLBACK")
    this.statements = {
      default: familyStatements(db, "default"),
      lock: familyStatements(db, "lock"),
      write: familyStatements(db, "write"),
      raft: familyStatements(db, "raft")
    }
    this.view = new SqliteView(db, path, () => this.beforeRead())
    this.readers = new ReaderPool({
      path,
      cacheBytes: options.snapshotCacheBytes ?? defaults.snapshotCacheBytes,
      max: options.snapshotConnectionsMax ?? defaults.snapshotConnectionsMax,
      refusal: () => this.closedRefusal()
    })
    this.worker = new FileWorker(path, db, options.checkpointWorker ?? defaults.checkpointWorker)
    this.checkpointer = new Checkpointer(
      db,
      this.worker,
      {
        walCheckpointBytes: options.walCheckpointBytes ?? defaults.dataWalCheckpointBytes,
        walBytesMax: options.walBytesMax ?? defaults.walBytesMax,
        syncFd: this.dataFd
      },
      () => this.endRead()
    )
    this.sizes = new SizeEstimate(db, this.usedBytes())
  }

  service(): SqliteEngineHandle {
    return {
      kind,
      latest: this.view,
      snapshot: this.readers.snapshot,
      write: (batch, { sync }) => Effect.suspend(() => this.write(batch, sync)),
      sync: Effect.suspend(() => this.sync()),
      approximateSize: (range) => this.estimate(() => this.sizes.estimate(range)),
      splitKeys: (range, pieceBytes, maxKeys) => this.estimate(() => this.sizes.splitKeys(range, pieceBytes, maxKeys)),
      checkpoint: (target) => Effect.suspend(() => this.copyTo(target)),
      stats: () => this.stats(),
      close: Effect.suspend(() => this.close())
    }
  }

  private closedRefusal(): EngineError | undefined {
    return this.closed ? closedError("engine", this.path) : undefined
  }
  private writeRefusal(): EngineError | undefined {
    return this.closedRefusal() ?? this.log.failed
  }

  /**
   * Reads of `latest` share one read transaction until the next write: a read in a transaction of its own costs twice as
   * much. The transaction always shows the latest state, since only this connection writes.
   */
  private beforeRead(): void {
    if (this.closed) throw closedError("engine", this.path)
    if (!this.db.inTransaction) this.begin.run()
  }

  private endRead(): void {
    if (this.db.inTransaction) this.commit.run()
  }

  private write(batch: WriteBatch, sync: boolean): Effect.Effect<void, EngineError> {
    const refusal = this.writeRefusal()
    if (refusal !== undefined) return Effect.fail(refusal)
    if (this.view.scanning > 0) throw new Error("Engine.write inside a scan of the latest state")
    const ops = batch.takeOps()
    return this.checkpointer.admit(() => this.writeNow(ops, sync))
  }

  private writeNow(ops: ReadonlyArray<WriteOp>, sync: boolean): Effect.Effect<void, EngineError> {
    const refusal = this.writeRefusal()
    if (refusal !== undefined) return Effect.fail(refusal)
    try {
      this.apply(ops)
    } catch (cause) {
      const error = toEngineError(cause, "writing", this.path)
      if (error.reason === "disk-full") this.checkpointer.shrink()
      return Effect.fail(error)
    }
    this.readers.onWrite()
    this.sizes.note(ops)
    this.unsynced = true
    if (sync) {
      const error = this.log.syncNow()
      if (error !== undefined) return Effect.fail(error)
      this.unsynced = false
    }
    // A put changes about two pages.
    this.checkpointer.afterCommit(ops.length * 2 + 1)
    return Effect.void
  }

  private apply(ops: ReadonlyArray<WriteOp>): void {
    // A read transaction of ours would have to be turned into a writing one; a fresh one also lets the log start over.
    this.endRead()
    this.beginWrite.run()
    try {
      for (let i = 0; i < ops.length; i++) {
        const op = ops[i]!
        const family = this.statements[op.cf]
        switch (op.type) {
          case "put":
            family.put.run(op.key, rowSum(op.key, op.value), op.value)
            break
          case "delete":
            family.delete.run(op.key)
            break
          case "deleteRange":
            family.deleteRange.run(op.start, op.end)
            // A damaged key would end the deletion early and leave rows of the range behind it.
            this.view.assertNothingHidden(op.cf, op.start, op.end)
            break
          case "deleteFrom":
            family.deleteFrom.run(op.start)
            this.view.assertNothingHidden(op.cf, op.start, noEnd)
            break
        }
      }
      this.commit.run()
    } catch (cause) {
      // SQLite has rolled back by itself after some failures.
      if (this.db.inTransaction) this.rollback.run()
      throw cause
    }
  }

  private sync(): Effect.Effect<void, EngineError> {
    const refusal = this.writeRefusal()
    if (refusal !== undefined) return Effect.fail(refusal)
    if (!this.unsynced && !this.log.busy) return Effect.void
    // For every commit so far; those that come while it is under way need another one.
    this.unsynced = false
    return this.logSync
  }

  private estimate<A>(call: () => A): A {
    this.beforeRead()
    try {
      return call()
    } catch (cause) {
      throw toEngineError(cause, "estimating sizes", this.path)
    }
  }

  private copyTo(target: string): Effect.Effect<void, EngineError> {
    const refusal = this.closedRefusal()
    if (refusal !== undefined) return Effect.fail(refusal)
    const file = join(target, dataRole.name)
    return Effect.callback<void, EngineError>((resume) => {
      try {
        mkdirSync(dirname(target), { recursive: true })
        mkdirSync(target)
      } catch (cause) {
        resume(Effect.fail(toEngineError(cause, "making the directory of the copy", target)))
        return
      }
      this.endRead()
      this.worker.request({ type: "copy", to: file }, (answer) => {
        try {
          if (answer.type === "failed") throw Object.assign(new Error(answer.message), { code: answer.code })
          writeDirectoryMarker(target, kind)
          syncPath(file)
          syncPath(target)
          resume(Effect.void)
        } catch (cause) {
          resume(Effect.fail(toEngineError(cause, "copying data.db", file)))
        }
      })
    })
  }

  private usedBytes(): number {
    const pragma = (name: string) => Number(this.db.pragma(name, { simple: true }))
    return (pragma("page_count") - pragma("freelist_count")) * pageBytes
  }

  private stats() {
    if (this.closed) throw closedError("engine", this.path)
    const device = statfsSync(this.directory)
    return {
      kind,
      sizeBytes: sizeOf(this.path) + sizeOf(`${this.path}-wal`),
      capacityBytes: device.blocks * device.bsize,
      availableBytes: device.bavail * device.bsize,
      openSnapshots: this.readers.openSnapshots
    }
  }

  private close(): Effect.Effect<void> {
    if (this.closed) return Effect.void
    this.closed = true
    return Effect.callback<void>((resume) => {
      const closeFiles = () => {
        this.readers.close()
        // Ends a read that is open. A commit would too, and throw where the file is damaged.
        this.db.close()
        closeSync(this.dataFd)
      }
      const afterWorker = () =>
        this.log.close(() => {
          closeFiles()
          resume(Effect.void)
        })
      this.checkpointer.close()
      this.worker.close(afterWorker)
    })
  }
}

const noEnd = new Uint8Array(0)
const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0)
