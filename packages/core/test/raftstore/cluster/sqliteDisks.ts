/** Disks of SQLite files, one directory per store, for runs that should see the durable engine. They cannot lose power. */
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { makeSqliteStore } from "@reefkv/engine-sqlite"
import type { StoreId } from "@reefkv/wire"
import { Effect, type Scope } from "effect"
import type { DiskFactory, StoreDisk } from "./disks.ts"

const base = existsSync("/dev/shm") ? "/dev/shm" : tmpdir()

const temporaryDirectory: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(base, "reefkv-cluster-"))),
  (directory) => Effect.sync(() => rmSync(directory, { recursive: true, force: true }))
)

/** The factory and where it put each store. */
export const sqliteDisks: Effect.Effect<
  { readonly disks: DiskFactory; readonly directories: ReadonlyMap<StoreId, string> },
  never,
  Scope.Scope
> = Effect.map(temporaryDirectory, (root) => {
  const directories = new Map<StoreId, string>()
  const disks: DiskFactory = (storeId) =>
    Effect.sync((): StoreDisk => {
      const directory = join(root, `store-${storeId}`)
      directories.set(storeId, directory)
      return {
        // Nothing runs on another thread: time is virtual, and a real wait would not be.
        open: Effect.orDie(
          makeSqliteStore({ directory, checkpointWorker: false, syncThread: false, cacheBytes: 1024 * 1024 })
        ),
        crash: undefined
      }
    })
  return { disks, directories }
})
