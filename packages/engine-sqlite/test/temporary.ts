/** Directories for tests, removed with their scope; in memory where the system offers that, as nothing here measures a disk. */
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Scope } from "effect"

const base = existsSync("/dev/shm") ? "/dev/shm" : tmpdir()

export const temporaryDirectory: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(base, "reefkv-sqlite-"))),
  (directory) => Effect.sync(() => rmSync(directory, { recursive: true, force: true }))
)

export const newPath: Effect.Effect<string, never, Scope.Scope> = Effect.map(temporaryDirectory, (directory) =>
  join(directory, "store")
)
