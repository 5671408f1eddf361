/**
 * The engines an embedded store can be opened with. A directory holds the parts of one store:
 *
 *   <directory>/store/      data and raft log
 *   <directory>/scheduler/  ids, region metadata, the cluster's id
 *
 * Each engine is loaded when it is first asked for, so that a store in memory needs no SQLite.
 */
import { existsSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import type { Engine, EngineError, RaftLog } from "@reefkv/engine"
import { Effect, type Layer } from "effect"
import { invalidArgument, KvError } from "../KvError.ts"

export type EmbeddedEngine = "memory" | "sqlite"

/** What a data directory of a store or scheduler process has at its top, where this one has folders. */
const PROCESS_FILES = ["data.db", "raft.db", "engine"]

export interface EngineLayers {
  readonly store: Layer.Layer<Engine | RaftLog, EngineError>
  readonly scheduler: Layer.Layer<Engine, EngineError>
}

export const engineLayers = (engine: EmbeddedEngine, directory: string | undefined) =>
  Effect.gen(function* () {
    switch (engine) {
      case "memory": {
        if (directory !== undefined) {
          return yield* invalidArgument(
            'the memory engine keeps nothing in a directory; leave it out, or say engine: "sqlite"'
          )
        }
        const { engineFactory, MemoryEngine } = yield* load(() => import("@reefkv/engine-memory"))
        const layers: EngineLayers = { store: engineFactory.layer({ directory: "" }), scheduler: MemoryEngine.layer() }
        return layers
      }
      case "sqlite": {
        if (directory === undefined || directory === "")
          return yield* invalidArgument("the sqlite engine needs a directory")
        yield* checkDirectory(directory)
        const { engineFactory, SqliteEngine } = yield* load(() => import("@reefkv/engine-sqlite"))
        const layers: EngineLayers = {
          store: engineFactory.layer({ directory: join(directory, "store") }),
          scheduler: SqliteEngine.layer({ directory: join(directory, "scheduler") })
        }
        return layers
      }
      default:
        return yield* invalidArgument(`there is no engine ${JSON.stringify(engine)}; it is "memory" or "sqlite"`)
    }
  })

const load = <A>(module: () => Promise<A>): Effect.Effect<A, KvError> =>
  Effect.tryPromise({
    try: module,
    catch: (cause) =>
      new KvError({ reason: "unavailable", message: `the engine cannot be loaded: ${String(cause)}`, cause })
  })

/** Refuses what is not a directory of ours before anything is written to it. */
const checkDirectory = (directory: string): Effect.Effect<void, KvError> =>
  Effect.suspend(() => {
    if (!existsSync(directory)) return Effect.void
    if (!statSync(directory).isDirectory()) {
      return Effect.fail(invalidArgument(`${directory} is a file; a store is kept in a directory`))
    }
    const names = readdirSync(directory)
    const foreign = PROCESS_FILES.find((name) => names.includes(name))
    if (foreign === undefined) return Effect.void
    return Effect.fail(
      new KvError({
        reason: "refused",
        message: `${directory} has ${foreign} in it: it is the data of a store or scheduler process, or of an engine alone; choose another directory`
      })
    )
  })
