/** The mirror finds each difference that is planted, and passes the conformance suite when there is none. */
import { expect, test } from "bun:test"
import { EngineError, type EngineService, type RaftLogService, WriteBatch } from "@reefkv/engine"
import {
  engineConformance,
  entriesFrom,
  everything,
  makeMirrorEngine,
  makeMirrorRaftLog,
  raftLogConformance
} from "@reefkv/engine/testing"
import { Effect } from "effect"
import { makeMemoryEngine, makeMemoryRaftLog } from "../src/index.ts"

engineConformance("mirror of two memory engines", {
  make: Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => [makeMemoryEngine(), makeMemoryEngine()] as const),
      (engines) => Effect.sync(() => engines.forEach((engine) => void engine.close()))
    ),
    ([a, b]) => makeMirrorEngine(a, b)
  ),
  runs: 0.5
})

raftLogConformance("mirror of two memory logs", {
  make: Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => [makeMemoryRaftLog(), makeMemoryRaftLog()] as const),
      (logs) => Effect.sync(() => logs.forEach((log) => void log.close()))
    ),
    ([a, b]) => makeMirrorRaftLog(a, b)
  ),
  runs: 0.5
})

const key = Uint8Array.of(1)
const put = () => new WriteBatch().put("default", key, key)

const mirrored = (change: (engine: EngineService) => Partial<EngineService>): EngineService => {
  const second = makeMemoryEngine()
  const mirror = makeMirrorEngine(makeMemoryEngine(), { ...second, ...change(second) })
  Effect.runSync(mirror.write(put(), { sync: false }))
  return mirror
}

test("a value, an entry or a failure that differs is found", () => {
  const view = (engine: EngineService) => engine.latest
  const lost = mirrored((engine) => ({ latest: { ...bind(view(engine)), get: () => undefined } }))
  expect(() => lost.latest.get("default", key)).toThrow(
    "mirror: get default 01: the first answered 01, the second absent"
  )

  const extra = mirrored((engine) => ({
    latest: { ...bind(view(engine)), scan: (_cf, _options, visit) => void visit(Uint8Array.of(2), key) }
  }))
  expect(() => extra.latest.scan("default", { ...everything, limit: 5 }, () => true)).toThrow("mirror: scan")

  const refused = mirrored(() => ({
    sync: Effect.fail(new EngineError({ reason: "disk-full", message: "full" }))
  }))
  expect(() => Effect.runSync(refused.sync)).toThrow("EngineError disk-full")

  const outside = mirrored(() => ({ splitKeys: () => [Uint8Array.of(9)] }))
  expect(() => outside.splitKeys({ start: key, end: Uint8Array.of(5) }, 1, 1)).toThrow("splitKeys")
})

const bind = (view: EngineService["latest"]): EngineService["latest"] => ({
  get: (cf, k) => view.get(cf, k),
  getMany: (cf, keys) => view.getMany(cf, keys),
  scan: (cf, options, visit) => view.scan(cf, options, visit)
})

test("a log entry that differs is found", () => {
  const second = makeMemoryRaftLog()
  const shifted: RaftLogService = { ...second, term: (group, index) => second.term(group, index + 1) }
  const mirror = makeMirrorRaftLog(makeMemoryRaftLog(), shifted)
  const entries = [...entriesFrom(1, 1, 1), ...entriesFrom(2, 2, 2)]
  Effect.runSync(mirror.append([{ groupId: 1, entries }]))
  expect(mirror.entries(1, 1, 3, 1000).length).toBe(2)
  expect(() => mirror.term(1, 1)).toThrow("mirror: term 1 1: the first answered 1, the second 2")
})
