/** What the stand-in disk keeps, beyond what the crash suite asks of any engine. */
import { expect, test } from "bun:test"
import { EngineError, WriteBatch } from "@reefkv/engine"
import { dumpLog, entriesFrom, reasonOf } from "@reefkv/engine/testing"
import { Effect } from "effect"
import { MemoryDisk, makeMemoryEngine, makeMemoryRaftLog, pendingBatchesMax } from "../src/index.ts"

const numberKey = (n: number) => Uint8Array.of(n >> 8, n & 255)
const put = (n: number) => new WriteBatch().put("default", numberKey(n), numberKey(n))
const countOf = (disk: MemoryDisk) =>
  makeMemoryEngine({ disk }).approximateSize({ start: numberKey(0), end: new Uint8Array(0) }).keys

test("a crash keeps exactly the prefix asked for", () => {
  for (const keepWrites of [0, 1, 7, 100]) {
    const disk = new MemoryDisk()
    const engine = makeMemoryEngine({ disk })
    for (let n = 0; n < 10; n++) Effect.runSync(engine.write(put(n), { sync: n === 2 }))
    expect(disk.pendingWrites).toBe(7)
    disk.crash({ keepWrites })
    expect(countOf(disk)).toBe(3 + Math.min(7, keepWrites))
  }
})

test("unsynced batches are bounded: the oldest are flushed as a system would", () => {
  const disk = new MemoryDisk()
  const engine = makeMemoryEngine({ disk })
  for (let n = 0; n < pendingBatchesMax + 1; n++) Effect.runSync(engine.write(put(n), { sync: false }))
  expect(disk.pendingWrites).toBeLessThan(pendingBatchesMax)
  const lost = disk.pendingWrites
  disk.crash()
  expect(countOf(disk)).toBe(pendingBatchesMax + 1 - lost)
})

test("an engine and its snapshots from before a crash are cut off", () => {
  const disk = new MemoryDisk()
  const engine = makeMemoryEngine({ disk })
  const log = makeMemoryRaftLog({ disk })
  const view = Effect.runSync(
    Effect.scoped(
      Effect.map(engine.snapshot, (snapshot) => {
        disk.crash()
        return reasonOf(() => snapshot.get("default", numberKey(1)))
      })
    )
  )
  expect(view).toBe("closed")
  expect(reasonOf(() => engine.latest.get("default", numberKey(1)))).toBe("closed")
  expect(reasonOf(() => log.groups())).toBe("closed")
})

test("compactions since the last append come undone in the reverse of their order", () => {
  const disk = new MemoryDisk()
  const log = makeMemoryRaftLog({ disk })
  Effect.runSync(log.append([{ groupId: 1, entries: entriesFrom(1, 9, 1) }]))
  const before = dumpLog(log)
  for (const index of [3, 6]) Effect.runSync(log.compact([{ groupId: 1, mark: { index, term: 1 } }]))
  disk.crash()
  const reopened = makeMemoryRaftLog({ disk })
  expect(dumpLog(reopened)).toEqual(before)
  Effect.runSync(reopened.compact([{ groupId: 1, mark: { index: 3, term: 1 } }]))
  Effect.runSync(reopened.append([]))
  disk.crash()
  expect(makeMemoryRaftLog({ disk }).group(1)?.truncated.index).toBe(3)
})

test("a fault fails writes with its own reason and changes nothing", () => {
  const disk = new MemoryDisk()
  const engine = makeMemoryEngine({ disk })
  Effect.runSync(engine.write(put(1), { sync: false }))
  disk.setFault(new EngineError({ reason: "disk-full", message: "no space left" }))
  const failure = Effect.runSync(Effect.flip(engine.write(put(2), { sync: false })))
  expect(failure instanceof EngineError && failure.reason).toBe("disk-full")
  expect(engine.latest.get("default", numberKey(2))).toBeUndefined()
  expect(engine.latest.get("default", numberKey(1))).toBeDefined()
  disk.setFault(undefined)
  Effect.runSync(engine.write(put(2), { sync: true }))
  disk.crash()
  expect(countOf(disk)).toBe(2)
})
