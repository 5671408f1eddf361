/**
 * Snapshots: connections for reading, each with a read transaction that fixes what it sees.
 *
 * Snapshots of the same state share one connection, so that many readers between two writes cost one transaction. At most
 * `max` connections are ever open; a snapshot of one more state waits until another's last user lets go.
 */
import { EngineError, type ReadView } from "@reefkv/engine"
import type { Database, Statement } from "better-sqlite3"
import { Effect, type Scope } from "effect"
import { SqliteView } from "./SqliteView.ts"
import { toEngineError } from "./sqliteError.ts"
import { connect } from "./storeFile.ts"

export interface ReaderPoolOptions {
  readonly path: string
  readonly cacheBytes: number
  readonly max: number
  /** Why snapshots are refused now, if they are. */
  readonly refusal: () => EngineError | undefined
}

/** A connection and, while it has users, the state it shows. */
interface Reader {
  readonly db: Database
  readonly view: SqliteView
  readonly begin: Statement<[]>
  /** The transaction takes its state with its first read. */
  readonly touch: Statement<[]>
  readonly commit: Statement<[]>
  users: number
}

interface Snapshot {
  readonly view: ReadView
  readonly release: () => void
}

export class ReaderPool {
  private readonly options: ReaderPoolOptions
  private readonly all: Array<Reader> = []
  private readonly idle: Array<Reader> = []
  private readonly waiting: Array<() => void> = []
  /** The reader that shows the latest state; undefined after a write. */
  private current: Reader | undefined
  private snapshots = 0

  constructor(options: ReaderPoolOptions) {
    this.options = options
  }

  get openSnapshots(): number {
    return this.snapshots
  }

  /** The latest state has moved on: the next snapshot needs a transaction of its own. */
  onWrite(): void {
    this.current = undefined
  }

  readonly snapshot: Effect.Effect<ReadView, EngineError, Scope.Scope> = Effect.suspend(() => this.tryOrWait(false))

  close(): void {
    for (const { db } of this.all) db.close()
    this.all.length = 0
    this.idle.length = 0
    this.current = undefined
    for (const resume of this.waiting.splice(0)) resume()
  }

  private tryOrWait(waited: boolean): Effect.Effect<ReadView, EngineError, Scope.Scope> {
    const acquire = Effect.suspend(() => this.acquire(waited))
    return Effect.flatMap(
      Effect.acquireRelease(acquire, (snapshot) => Effect.sync(() => snapshot?.release())),
      (snapshot) =>
        snapshot === undefined
          ? Effect.flatMap(this.released(waited), () => this.tryOrWait(true))
          : Effect.succeed(snapshot.view)
    )
  }

  /** Waits for a release; who has waited before comes first. */
  private released(waited: boolean): Effect.Effect<void> {
    return Effect.callback<void>((resume) => {
      const wake = () => resume(Effect.void)
      if (waited) this.waiting.unshift(wake)
      else this.waiting.push(wake)
      return Effect.sync(() => {
        const at = this.waiting.indexOf(wake)
        if (at >= 0) this.waiting.splice(at, 1)
        // Woken and interrupted at once: the release that woke it is for another.
        else this.waiting.shift()?.()
      })
    })
  }

  /** Undefined when there is no room, or others wait already. */
  private acquire(waited: boolean): Effect.Effect<Snapshot | undefined, EngineError> {
    const refusal = this.options.refusal()
    if (refusal !== undefined) return Effect.fail(refusal)
    if (!waited && this.waiting.length > 0) return Effect.succeed(undefined)
    try {
      const reader = this.current ?? this.begin()
      return Effect.succeed(reader && this.share(reader))
    } catch (cause) {
      return Effect.fail(toEngineError(cause, "opening a snapshot", this.options.path))
    }
  }

  private begin(): Reader | undefined {
    const reader = this.idle.pop() ?? (this.all.length < this.options.max ? this.open() : undefined)
    if (reader === undefined) return undefined
    try {
      reader.begin.run()
      reader.touch.get()
    } catch (cause) {
      if (reader.db.inTransaction) reader.db.exec("ROLLBACK")
      this.idle.push(reader)
      throw cause
    }
    this.current = reader
    return reader
  }

  private open(): Reader {
    const { cacheBytes, path } = this.options
    const db = connect(path, { cacheBytes, readonly: true })
    const reader: Reader = {
      db,
      view: new SqliteView(db, path, () => undefined),
      begin: db.prepare("BEGIN"),
      touch: db.prepare("SELECT 1 FROM store_info LIMIT 1"),
      commit: db.prepare("COMMIT"),
      users: 0
    }
    this.all.push(reader)
    return reader
  }

  private share(reader: Reader): Snapshot {
    reader.users++
    this.snapshots++
    let released = false
    const check = () => {
      const refusal = this.options.refusal()
      if (refusal !== undefined) throw refusal
      if (released) {
        throw new EngineError({ reason: "closed", message: "the snapshot is released", path: this.options.path })
      }
    }
    const { view } = reader
    return {
      view: {
        get: (cf, key) => {
          check()
          return view.get(cf, key)
        },
        getMany: (cf, keys) => {
          check()
          return view.getMany(cf, keys)
        },
        scan: (cf, options, visit) => {
          check()
          view.scan(cf, options, visit)
        }
      },
      release: () => {
        released = true
        this.snapshots--
        if (--reader.users > 0 || !reader.db.open) return
        reader.commit.run()
        if (this.current === reader) this.current = undefined
        this.idle.push(reader)
        this.waiting.shift()?.()
      }
    }
  }
}
