/** What the stores of a test cluster write to. Memory by default: synced writes survive a crash, the rest may not. */
import type { EngineService, RaftLogService } from "@reefkv/engine"
import { MemoryDisk, makeMemoryEngine, makeMemoryRaftLog } from "@reefkv/engine-memory"
import type { StoreId } from "@reefkv/wire"
import { Effect, type Scope } from "effect"
import type { Seeded } from "./seeded.ts"

/** What a store's disk is, and how it is opened; memory by default, SQLite files for some runs. */
export interface StoreDisk {
  readonly open: Effect.Effect<{ readonly engine: EngineService; readonly raftLog: RaftLogService }, never, Scope.Scope>
  /** Loses what was not synced; undefined when this kind of disk cannot. */
  readonly crash: ((random: Seeded, loss: CrashLoss) => void) | undefined
}
/** `all`: every unsynced write is gone. `some`: a random suffix of them. */
export type CrashLoss = "all" | "some"
export type DiskFactory = (storeId: StoreId) => Effect.Effect<StoreDisk, never, Scope.Scope>

export const memoryDisks: DiskFactory = () =>
  Effect.sync(() => {
    const disk = new MemoryDisk()
    return {
      open: Effect.acquireRelease(
        Effect.sync(() => ({ engine: makeMemoryEngine({ disk }), raftLog: makeMemoryRaftLog({ disk }) })),
        ({ engine, raftLog }) =>
          Effect.sync(() => {
            engine.close()
            raftLog.close()
          })
      ),
      crash: (random, loss) =>
        disk.crash(
          loss === "all"
            ? {}
            : { keepWrites: random.int(0, disk.pendingWrites + 1), keepCompactions: random.chance(0.5) }
        )
    }
  })
