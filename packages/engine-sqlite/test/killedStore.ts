/**
 * A process that opens a store and writes until it is killed; run by the tests of locks and of `kill -9`.
 * Prints "open", then a line with the number of each batch and append once it is synced.
 */
import { WriteBatch } from "@reefkv/engine"
import { Effect } from "effect"
import { makeSqliteStore } from "../src/index.ts"

const [directory, mode] = process.argv.slice(2)
if (directory === undefined) throw new Error("usage: killedStore <directory> [idle]")

const numberBytes = (n: number) => Uint8Array.of(n >> 16, (n >> 8) & 255, n & 255)

await Effect.runPromise(
  Effect.scoped(
    Effect.gen(function* () {
      const { engine, raftLog } = yield* makeSqliteStore({ directory, walCheckpointBytes: 64 * 1024 })
      process.stdout.write("open\n")
      if (mode === "idle") return yield* Effect.never
      for (let n = 1; ; n++) {
        const batch = new WriteBatch()
          .put("default", numberBytes(n), new Uint8Array(3000))
          .put("raft", Uint8Array.of(1), numberBytes(n))
        yield* engine.write(batch, { sync: n % 4 === 0 })
        yield* raftLog.append([
          { groupId: 1, entries: [{ index: n, term: 1, kind: 0, data: numberBytes(n) }], state: numberBytes(n) }
        ])
        process.stdout.write(`${n}\n`)
        yield* Effect.yieldNow
      }
    })
  )
)
