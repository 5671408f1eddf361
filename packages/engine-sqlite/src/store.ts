/**
 * The layers of a SQLite store: the engine, the raft log, or both in one directory. Each opens under the lock of its file
 * and lets go of it last.
 */
import { Engine, type EngineError, type EngineFactory, RaftLog } from "@reefkv/engine"
import { Context, Effect, Layer, type Scope } from "effect"
import { kind } from "./kind.ts"
import type { SqliteOptions } from "./options.ts"
import { openSqliteEngine, type SqliteEngineHandle } from "./SqliteEngine.ts"
import { openSqliteRaftLog, type SqliteRaftLogHandle } from "./SqliteRaftLog.ts"
import { toEngineError } from "./sqliteError.ts"
import { type OpenedDirectory, openDirectory } from "./storeDirectory.ts"
import { dataRole, type FileRole, raftRole } from "./storeFile.ts"

export interface SqliteStore {
  readonly engine: SqliteEngineHandle
  readonly raftLog: SqliteRaftLogHandle
}

const directory = (options: SqliteOptions, roles: ReadonlyArray<FileRole>) =>
  Effect.acquireRelease(
    attempt(options, () => openDirectory(options.directory, roles)),
    (opened: OpenedDirectory) => Effect.sync(opened.release)
  )

const attempt = <A>(options: SqliteOptions, open: () => A): Effect.Effect<A, EngineError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(open())
    } catch (cause) {
      return Effect.fail(toEngineError(cause, "opening the store", options.directory))
    }
  })

const engine = (options: SqliteOptions) =>
  Effect.acquireRelease(
    attempt(options, () => openSqliteEngine(options)),
    (handle) => handle.close
  )
const raftLog = (options: SqliteOptions) =>
  Effect.acquireRelease(
    attempt(options, () => openSqliteRaftLog(options)),
    (handle) => handle.close
  )

/** `data.db` alone, closed with the scope. */
export const makeSqliteEngine = (options: SqliteOptions): Effect.Effect<SqliteEngineHandle, EngineError, Scope.Scope> =>
  Effect.andThen(directory(options, [dataRole]), engine(options))

/** `raft.db` alone, closed with the scope. */
export const makeSqliteRaftLog = (
  options: SqliteOptions
): Effect.Effect<SqliteRaftLogHandle, EngineError, Scope.Scope> =>
  Effect.andThen(directory(options, [raftRole]), raftLog(options))

/** Both files of a store under one opening: neither is created or opened unless both can be. */
export const makeSqliteStore = (options: SqliteOptions): Effect.Effect<SqliteStore, EngineError, Scope.Scope> =>
  Effect.gen(function* () {
    yield* directory(options, [raftRole, dataRole])
    return { raftLog: yield* raftLog(options), engine: yield* engine(options) }
  })

export const SqliteEngine = {
  layer: (options: SqliteOptions): Layer.Layer<Engine, EngineError> => Layer.effect(Engine, makeSqliteEngine(options))
}

export const SqliteRaftLog = {
  layer: (options: SqliteOptions): Layer.Layer<RaftLog, EngineError> =>
    Layer.effect(RaftLog, makeSqliteRaftLog(options))
}

export const sqliteStoreLayer = (options: SqliteOptions): Layer.Layer<Engine | RaftLog, EngineError> =>
  Layer.effectContext(
    Effect.map(makeSqliteStore(options), (store) =>
      Context.make(Engine, store.engine).pipe(Context.add(RaftLog, store.raftLog))
    )
  )

/** SQLite as a choice of the configuration. */
export const engineFactory: EngineFactory = { kind, durable: true, layer: sqliteStoreLayer }
