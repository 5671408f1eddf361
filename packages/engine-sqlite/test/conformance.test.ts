/** SQLite against the shared suites, alone and beside the memory engine. */

import { engineConformance, makeMirrorEngine, makeMirrorRaftLog, raftLogConformance } from "@reefkv/engine/testing"
import { makeMemoryEngine, makeMemoryRaftLog } from "@reefkv/engine-memory"
import { Effect } from "effect"
import { makeSqliteEngine, makeSqliteRaftLog } from "../src/index.ts"
import { newPath } from "./temporary.ts"

const engine = Effect.flatMap(newPath, (directory) => makeSqliteEngine({ directory }))
const raftLog = Effect.flatMap(newPath, (directory) => makeSqliteRaftLog({ directory }))

engineConformance("sqlite", {
  make: engine,
  checkpoints: { newPath, open: (directory) => makeSqliteEngine({ directory }) },
  runs: 0.5
})

raftLogConformance("sqlite", { make: raftLog, runs: 0.5 })

// Nothing is cached: every entry is read back from the file.
raftLogConformance("sqlite without entry cache", {
  make: Effect.flatMap(newPath, (directory) => makeSqliteRaftLog({ directory, entryCacheBytes: 0 })),
  runs: 0.5
})

engineConformance("mirror of memory and sqlite", {
  make: Effect.gen(function* () {
    const memory = yield* Effect.acquireRelease(
      Effect.sync(() => makeMemoryEngine()),
      (handle) => Effect.sync(handle.close)
    )
    return makeMirrorEngine(memory, yield* engine)
  }),
  runs: 0.5
})

raftLogConformance("mirror of memory and sqlite", {
  make: Effect.gen(function* () {
    const memory = yield* Effect.acquireRelease(
      Effect.sync(() => makeMemoryRaftLog()),
      (handle) => Effect.sync(handle.close)
    )
    return makeMirrorRaftLog(memory, yield* raftLog)
  }),
  runs: 0.5
})
