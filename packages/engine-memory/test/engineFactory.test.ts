/** The choice of the memory engine: empty each time, and never in place of another engine's data. */
import { expect, test } from "bun:test"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Engine, RaftLog } from "@reefkv/engine"
import { failureReason } from "@reefkv/engine/testing"
import { Effect } from "effect"
import { engineFactory } from "../src/index.ts"

const kinds = Effect.gen(function* () {
  return [(yield* Engine).kind, (yield* RaftLog).kind]
})

test("opens beside nothing, and refuses a directory that another engine has written", async () => {
  const directory = mkdtempSync(join(tmpdir(), "reefkv-memory-"))
  try {
    const opened = Effect.provide(kinds, engineFactory.layer({ directory: join(directory, "absent") }))
    expect(await Effect.runPromise(opened)).toEqual(["memory", "memory"])
    writeFileSync(join(directory, "engine"), "sqlite\n")
    const refused = failureReason(Effect.provide(kinds, engineFactory.layer({ directory })))
    expect(await Effect.runPromise(refused)).toBe("other-engine")
  } finally {
    rmSync(directory, { recursive: true })
  }
})
