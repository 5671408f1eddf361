/** The two engines at the work that a store gives them: 256-byte values under keys of one width, in random order. */
import { join } from "node:path"
import { type EngineService, type KeyRange, type RaftLogService, WriteBatch } from "@reefkv/engine"
import { makeMemoryEngine, makeMemoryRaftLog } from "@reefkv/engine-memory"
import { makeSqliteStore } from "@reefkv/engine-sqlite"
import { Effect, Exit, Scope } from "effect"
import { splitCheck } from "../../../packages/core/src/raftstore/workers/splitCheck.ts"
import { keyOf, randomBytes, seedDefault, seededRandom } from "../process/seeded.ts"
import { drive } from "./run.ts"
import { keep, type Micro, type Suite } from "./Suite.ts"

interface Opened {
  readonly variant: string
  readonly engine: EngineService
  readonly raftLog: RaftLogService
}

const keys = 50_000
const valueBytes = 256
/** About 64 MiB: what a split check of a region that is large, not huge, has to read. */
const regionKeys = 230_000
const mib = 1024 * 1024
const everything: KeyRange = { start: new Uint8Array(0), end: new Uint8Array(0) }

export const engineSuite = async (directory: string): Promise<Suite> => {
  const scope = Effect.runSync(Scope.make())
  const sqlite = await Effect.runPromise(
    Scope.provide(makeSqliteStore({ directory: join(directory, "engines") }), scope)
  )
  const memory = { engine: makeMemoryEngine(), raftLog: makeMemoryRaftLog() }
  const opened: ReadonlyArray<Opened> = [
    { variant: "sqlite", ...sqlite },
    { variant: "memory", ...memory }
  ]
  const benches: Array<Micro> = []
  for (const one of opened) {
    await fill(one.engine, 0, keys)
    benches.push(...engineBenches(one), ...logBenches(one))
  }
  return { benches, close: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

const fill = async (engine: EngineService, from: number, to: number): Promise<void> => {
  const value = randomBytes(seededRandom(seedDefault), valueBytes)
  for (let start = from; start < to; start += 1_000) {
    const batch = new WriteBatch()
    for (let i = start; i < Math.min(to, start + 1_000); i++) batch.put("default", keyOf(i), value)
    await drive(engine.write(batch, { sync: false }))
  }
}

const engineBenches = ({ engine, variant }: Opened): ReadonlyArray<Micro> => {
  const random = seededRandom(seedDefault)
  const value = randomBytes(random, valueBytes)
  const names = Array.from({ length: keys }, (_, i) => keyOf(i))
  const key = (): Uint8Array => names[Math.floor(random() * keys)]!
  const put = (count: number) => () => {
    const batch = new WriteBatch()
    for (let i = 0; i < count; i++) batch.put("default", key(), value)
    return drive(engine.write(batch, { sync: false }))
  }
  const range = (count: number): KeyRange => {
    const start = Math.floor(random() * (keys - count))
    return { start: names[start]!, end: names[start + count]! }
  }
  return [
    { name: "engine put, batches of 1", variant, items: 1, unit: "put", run: put(1) },
    { name: "engine put, batches of 64", variant, items: 64, unit: "put", run: put(64) },
    {
      name: "engine get of the latest state",
      variant,
      items: 64,
      unit: "get",
      run: () => {
        for (let i = 0; i < 64; i++) keep(engine.latest.get("default", key()))
      }
    },
    {
      name: "engine getMany of 64",
      variant,
      items: 64,
      unit: "get",
      run: () => keep(engine.latest.getMany("default", Array.from({ length: 64 }, key)))
    },
    {
      name: "engine scan of 100",
      variant,
      items: 100,
      unit: "entry",
      run: () => engine.latest.scan("default", { ...range(100), limit: 100 }, (_, found) => keep(found))
    },
    {
      name: "engine snapshot, one get",
      variant,
      items: 1,
      unit: "snapshot",
      run: () => drive(Effect.scoped(Effect.map(engine.snapshot, (view) => keep(view.get("default", key())))))
    },
    {
      name: "engine range delete of 100, put back",
      variant,
      items: 100,
      unit: "entry",
      run: () => {
        const start = Math.floor(random() * (keys - 100))
        const batch = new WriteBatch()
        batch.deleteRange("default", names[start]!, names[start + 100]!)
        for (let i = 0; i < 100; i++) batch.put("default", names[start + i]!, value)
        return drive(engine.write(batch, { sync: false }))
      }
    },
    {
      name: "engine splitKeys of everything",
      variant,
      items: 1,
      unit: "call",
      run: () => keep(engine.splitKeys(everything, mib, 10))
    },
    {
      name: "engine approximateSize of a tenth",
      variant,
      items: 1,
      unit: "call",
      run: () => keep(engine.approximateSize(range(keys / 10)))
    }
  ]
}

/** Entries kept by each group before it is compacted, so that a long run does not grow without end. */
const compactEvery = 4_096

const logBenches = ({ raftLog, variant }: Opened): ReadonlyArray<Micro> => {
  const data = randomBytes(seededRandom(seedDefault), valueBytes)
  const last = new Map<number, number>()
  const append = (firstGroup: number, groups: number, entriesEach: number) => async () => {
    const appends = []
    const marks = []
    for (let g = 0; g < groups; g++) {
      const groupId = firstGroup + g
      const from = (last.get(groupId) ?? 0) + 1
      const entries = Array.from({ length: entriesEach }, (_, i) => ({ index: from + i, term: 1, kind: 0, data }))
      appends.push({ groupId, entries })
      const to = from + entriesEach - 1
      last.set(groupId, to)
      if (Math.floor(to / compactEvery) !== Math.floor((from - 1) / compactEvery)) {
        marks.push({ groupId, mark: { index: from - 1, term: 1 } })
      }
    }
    await drive(raftLog.append(appends))
    if (marks.length > 0) await drive(raftLog.compact(marks.filter(({ mark }) => mark.index > 0)))
  }
  return [
    { name: "raft log append, 1 entry", variant, items: 1, unit: "entry", run: append(1, 1, 1) },
    { name: "raft log append, 64 entries of a group", variant, items: 64, unit: "entry", run: append(2, 1, 64) },
    { name: "raft log append, an entry of 64 groups", variant, items: 64, unit: "entry", run: append(1_000, 64, 1) }
  ]
}

/** On engines of their own, since the region is large. */
export const splitCheckSuite = async (directory: string): Promise<Suite> => {
  const scope = Effect.runSync(Scope.make())
  const sqlite = await Effect.runPromise(
    Scope.provide(makeSqliteStore({ directory: join(directory, "split-check") }), scope)
  )
  const opened = [
    { variant: "sqlite", engine: sqlite.engine },
    { variant: "memory", engine: makeMemoryEngine() }
  ]
  const benches: Array<Micro> = []
  for (const { engine, variant } of opened) {
    await fill(engine, 0, regionKeys)
    const task = {
      regionId: 1,
      range: everything,
      epoch: { confVer: 1, version: 1 },
      keyMode: "raw",
      policy: "size"
    } as const
    const limits = {
      regionMaxBytes: 48 * mib,
      regionSplitBytes: 32 * mib,
      regionMaxKeys: 1_440_000,
      regionSplitKeys: 960_000,
      batchSplitLimit: 10,
      scanSliceEntries: 512
    }
    benches.push({
      name: "split check of a region of 64 MiB",
      variant,
      items: regionKeys,
      unit: "entry",
      run: async () => keep(await Effect.runPromise(splitCheck(engine, task, limits)))
    })
  }
  return { benches, close: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}
