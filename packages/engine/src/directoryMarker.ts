/**
 * How a data directory remembers which engine wrote it: a file named `engine` holding the engine's kind. Read before an
 * engine creates or opens anything, so that a changed configuration is refused and not answered with an empty store.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { EngineError } from "./EngineError.ts"

const markerName = "engine"

/** Files by which stores of other software are known. */
const foreignFiles: ReadonlyArray<readonly [name: string, owner: string]> = [
  ["CURRENT", "RocksDB or LevelDB"],
  ["data.mdb", "LMDB"],
  ["KEYREGISTRY", "badger"],
  ["MANIFEST", "badger"]
]

/**
 * Throws EngineError "other-engine" when the directory is known to be another engine's, "io" when it is no directory. An
 * absent directory is nobody's.
 */
export const checkDirectoryMarker = (directory: string, kind: string): void => {
  if (existsSync(directory) && !statSync(directory).isDirectory()) {
    throw new EngineError({
      reason: "io",
      message: "a file is where the data directory should be; choose another path",
      path: directory
    })
  }
  const marker = join(directory, markerName)
  const found = existsSync(marker) ? readFileSync(marker, "utf8").trim() : undefined
  if (found === kind) return
  if (found !== undefined) {
    throw new EngineError({
      reason: "other-engine",
      message: `the directory was written by engine "${found}" and cannot be opened by "${kind}"; set the engine back or choose another directory`,
      path: directory
    })
  }
  if (!existsSync(directory)) return
  const names = new Set(readdirSync(directory))
  for (const [name, owner] of foreignFiles) {
    if (names.has(name)) {
      throw new EngineError({
        reason: "other-engine",
        message: `the directory holds ${name}, a file of ${owner}; choose another directory for engine "${kind}"`,
        path: directory
      })
    }
  }
}

/** Leaves the marker; called once the directory is ours. */
export const writeDirectoryMarker = (directory: string, kind: string): void => {
  const marker = join(directory, markerName)
  if (!existsSync(marker)) writeFileSync(marker, `${kind}\n`)
}
