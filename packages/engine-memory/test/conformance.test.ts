/** The memory engine against the shared suites. */
import {
  type CrashStore,
  crashSuite,
  engineConformance,
  type OpenStore,
  raftLogConformance
} from "@reefkv/engine/testing"
import { Effect } from "effect"
import { MemoryDisk, makeMemoryEngine, makeMemoryRaftLog } from "../src/index.ts"

engineConformance("memory", {
  make: Effect.acquireRelease(
    Effect.sync(() => makeMemoryEngine()),
    (engine) => Effect.sync(engine.close)
  )
})

engineConformance("memory on a disk", {
  make: Effect.acquireRelease(
    Effect.sync(() => makeMemoryEngine({ disk: new MemoryDisk() })),
    (engine) => Effect.sync(engine.close)
  )
})

raftLogConformance("memory", {
  make: Effect.acquireRelease(
    Effect.sync(() => makeMemoryRaftLog()),
    (log) => Effect.sync(log.close)
  )
})

const makeCrashStore = (): CrashStore => {
  const disk = new MemoryDisk()
  let open: (OpenStore & { readonly close: () => void }) | undefined
  return {
    open: Effect.sync(() => {
      const engine = makeMemoryEngine({ disk })
      const raftLog = makeMemoryRaftLog({ disk })
      open = {
        engine,
        raftLog,
        close: () => {
          engine.close()
          raftLog.close()
        }
      }
      return open
    }),
    crash: (keep) =>
      Effect.sync(() => {
        disk.crash({ keepWrites: Math.floor(keep * disk.pendingWrites), keepCompactions: keep > 0.5 })
      }),
    close: Effect.sync(() => open?.close())
  }
}

crashSuite("memory", { make: Effect.sync(makeCrashStore) })
