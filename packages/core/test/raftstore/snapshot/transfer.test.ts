/** A snapshot's whole way: made from one engine, staged in another, put in place; and what breaks on the way. */
import { describe, expect, test } from "bun:test"
import { type EngineService, WriteBatch } from "@reefkv/engine"
import { MemoryDisk, makeMemoryEngine } from "@reefkv/engine-memory"
import { metapb, type raft_serverpb } from "@reefkv/wire"
import { Effect, Fiber, type Scope, Stream } from "effect"
import fc from "fast-check"
import { MessageType, makeMessage } from "../../../src/raft/index.ts"
import { toRaftMessage } from "../../../src/raftstore/messageCodec.ts"
import { putApplyState, putRegionState, readApplyState, readRegionState } from "../../../src/raftstore/records.ts"
import { applySnapshot, clearRange } from "../../../src/raftstore/snapshot/apply.ts"
import { ChunkBuilder, encodeEndChunk } from "../../../src/raftstore/snapshot/format.ts"
import { type GeneratedSnapshot, generateSnapshot } from "../../../src/raftstore/snapshot/generate.ts"
import {
  dropStaged,
  readHead,
  readStaged,
  receiveSnapshot,
  stagedRegionIds
} from "../../../src/raftstore/snapshot/stage.ts"
import { runTest } from "../support/run.ts"
import { bytes, regionOf, seeded, text } from "../support/values.ts"

const families = ["default", "lock", "write"] as const
const region = regionOf(7, "b", "y", [1, 2])
const limits = { snapshotChunkBytes: 64, scanSliceEntries: 3 }
const applied = { appliedIndex: 40, appliedTerm: 8, truncatedIndex: 5, truncatedTerm: 5 }

const write = (engine: EngineService, fill: (batch: WriteBatch) => void): Effect.Effect<void> => {
  const batch = new WriteBatch()
  fill(batch)
  return Effect.orDie(engine.write(batch, { sync: false }))
}
const dump = (engine: EngineService): Array<string> => {
  const lines: Array<string> = []
  for (const cf of families) {
    engine.latest.scan(cf, { start: bytes(""), end: bytes(""), limit: 1e6 }, (key, value) => {
      lines.push(`${cf}/${text(key)}=${text(value)}`)
    })
  }
  return lines
}

const source = Effect.gen(function* () {
  const engine = makeMemoryEngine()
  yield* write(engine, (batch) => {
    putRegionState(batch, { kind: "Normal", region, removedPeerId: 0 })
    putApplyState(batch, region.id, applied)
    for (let i = 0; i < 20; i++) batch.put(families[i % 3]!, bytes(`k${i}`), bytes(`value ${i}`))
    batch
      .put("default", bytes("a"), bytes("of the region to the left"))
      .put("default", bytes("y"), bytes("to the right"))
  })
  return engine
})

const headFor = (made: Pick<GeneratedSnapshot, "snapshot">, toPeerId = 702): raft_serverpb.RaftMessage =>
  toRaftMessage(
    {
      regionId: region.id,
      from: metapb.Peer.create({ id: 701, storeId: 1 }),
      to: metapb.Peer.create({ id: toPeerId, storeId: 2 }),
      epoch: { confVer: 1, version: 1 }
    },
    makeMessage({ type: MessageType.snapshot, to: toPeerId, from: 701, term: 8, snapshot: made.snapshot })
  )

const make = (): Effect.Effect<
  { readonly made: GeneratedSnapshot; readonly chunks: ReadonlyArray<Uint8Array>; readonly expected: Array<string> },
  never,
  Scope.Scope
> =>
  Effect.gen(function* () {
    const engine = yield* source
    const made = yield* generateSnapshot(engine, region.id, limits)
    // A write after the engine snapshot must not be in it, although the stream is read later.
    yield* write(engine, (batch) => batch.put("default", bytes("late"), bytes("x")))
    const chunks = yield* Stream.runCollect(made.chunks)
    const expected = dump(engine).filter((line) => !/late|\/a=|\/y=/.test(line))
    return { made, chunks, expected }
  }).pipe(Effect.orDie)

describe("a snapshot's way", () => {
  test("index, term, membership and data of one moment arrive in the other engine", () =>
    runTest(
      Effect.gen(function* () {
        const { made, chunks, expected } = yield* make()
        expect(made.snapshot.metadata).toMatchObject({ index: 40, term: 8, confState: { voters: [701, 702] } })
        expect(chunks.length).toBeGreaterThan(3)

        const engine = makeMemoryEngine()
        yield* write(engine, (batch) =>
          batch
            .put("default", bytes("a"), bytes("neighbour"))
            .put("default", bytes("old"), bytes("goes"))
            .put("write", bytes("k3"), bytes("goes"))
            .put("lock", bytes("y"), bytes("neighbour"))
        )
        const staged = yield* receiveSnapshot(engine, headFor(made), Stream.fromIterable(chunks))
        expect(staged).toMatchObject({ regionId: 7, chunks: chunks.length - 1 })
        expect(stagedRegionIds(engine.latest)).toEqual([7])
        expect(dump(engine)).toContain("default/old=goes")

        const state = yield* applySnapshot(engine, staged, { alsoClear: [] })
        expect(state).toEqual({ appliedIndex: 40, appliedTerm: 8, truncatedIndex: 40, truncatedTerm: 8 })
        expect(dump(engine).sort()).toEqual([...expected, "default/a=neighbour", "lock/y=neighbour"].sort())
        expect(readRegionState(engine.latest, 7)).toEqual({ kind: "Normal", region, removedPeerId: 0 })
        expect(readApplyState(engine.latest, 7)).toEqual(state)
        expect(stagedRegionIds(engine.latest)).toEqual([])
      })
    ))

  test("an empty region is a snapshot with an end chunk only", () =>
    runTest(
      Effect.gen(function* () {
        const engine = makeMemoryEngine()
        yield* write(engine, (batch) => {
          putRegionState(batch, { kind: "Normal", region, removedPeerId: 0 })
          putApplyState(batch, region.id, applied)
        })
        const made = yield* generateSnapshot(engine, region.id, limits)
        const chunks = yield* Stream.runCollect(made.chunks)
        expect(chunks).toHaveLength(1)
        const other = makeMemoryEngine()
        const staged = yield* receiveSnapshot(other, headFor(made), Stream.fromIterable(chunks))
        yield* applySnapshot(other, staged, { alsoClear: [] })
        expect(dump(other)).toEqual([])
      })
    ))

  test("a region that is not here, or waits for a snapshot itself, cannot be sent", () =>
    runTest(
      Effect.gen(function* () {
        const engine = makeMemoryEngine()
        expect((yield* Effect.flip(generateSnapshot(engine, 7, limits)))._tag).toBe("SnapshotGenerateError")
        yield* write(engine, (batch) => {
          putRegionState(batch, { kind: "Applying", region, removedPeerId: 0 })
          putApplyState(batch, 7, applied)
        })
        expect((yield* Effect.flip(generateSnapshot(engine, 7, limits))).message).toContain("Applying")
      })
    ))
})

describe("what is refused leaves nothing behind", () => {
  const refused = (
    change: (chunks: ReadonlyArray<Uint8Array>) => ReadonlyArray<Uint8Array>
  ): Promise<{ readonly reason: string; readonly staged: Array<number> }> =>
    runTest(
      Effect.gen(function* () {
        const { made, chunks } = yield* make()
        const engine = makeMemoryEngine()
        const error = yield* Effect.flip(receiveSnapshot(engine, headFor(made), Stream.fromIterable(change(chunks))))
        if (error._tag !== "SnapshotRefused") throw error
        return { reason: error.reason, staged: stagedRegionIds(engine.latest) }
      })
    )
  const rows: ReadonlyArray<
    readonly [string, (chunks: ReadonlyArray<Uint8Array>) => ReadonlyArray<Uint8Array>, string]
  > = [
    ["the end is missing", (c) => c.slice(0, -1), "ended before its end chunk"],
    ["a chunk in the middle is missing", (c) => [...c.slice(0, 2), ...c.slice(3)], "chunk 3 came where 2 was due"],
    ["the last data chunk is missing, the end renumbered", (c) => [c[0]!, encodeEndChunk(1, zeroes)], "were sent"],
    ["a chunk comes twice", (c) => [c[0]!, ...c], "chunk 0 came where 1 was due"],
    ["more after the end", (c) => [...c, c[c.length - 1]!], "after the end chunk"],
    ["a byte is wrong", (c) => [c[0]!.map((b, i) => (i === 20 ? b ^ 1 : b)), ...c.slice(1)], "wrong checksum"],
    ["a key outside the region", () => [oneEntry(0, "z")], "a key outside"],
    ["a key at the exclusive end", () => [oneEntry(0, "y")], "a key outside"],
    ["keys that do not ascend", () => [twoEntries("c", "c")], "do not ascend"],
    ["no chunks at all", () => [], "ended before its end chunk"]
  ]
  const zeroes = families.map(() => ({ entries: 0, bytes: 0 }))
  const oneEntry = (family: number, key: string): Uint8Array => {
    const builder = new ChunkBuilder(16)
    builder.add(family, bytes(key), bytes("v"))
    return builder.finish(0)
  }
  const twoEntries = (first: string, second: string): Uint8Array => {
    const builder = new ChunkBuilder(16)
    builder.add(1, bytes(first), bytes("v"))
    builder.add(1, bytes(second), bytes("v"))
    return builder.finish(0)
  }
  for (const [name, change, reason] of rows) {
    test(name, async () => {
      const result = await refused(change)
      expect(result.reason).toContain(reason)
      expect(result.staged).toEqual([])
    })
  }

  test("a head for a peer that is not in the region, or of another region", () =>
    runTest(
      Effect.gen(function* () {
        const { made } = yield* make()
        expect(readHead(headFor(made, 999))).toMatchObject({ reason: expect.stringContaining("peer 999 is not in") })
        expect(readHead({ ...headFor(made), regionId: 8 })).toMatchObject({ _tag: "SnapshotRefused" })
        expect(readHead({ ...headFor(made), message: undefined })).toMatchObject({ _tag: "SnapshotRefused" })
      })
    ))

  test("a stream that breaks, or a receiver that is interrupted", () =>
    runTest(
      Effect.gen(function* () {
        const { made, chunks } = yield* make()
        const engine = makeMemoryEngine()
        const broken = Stream.concat(Stream.fromIterable(chunks.slice(0, 2)), Stream.fail("connection reset"))
        const error = yield* Effect.flip(receiveSnapshot(engine, headFor(made), broken))
        expect(error).toMatchObject({ reason: "the stream broke: connection reset" })
        expect(stagedRegionIds(engine.latest)).toEqual([])

        const stalled = Stream.concat(Stream.fromIterable(chunks.slice(0, 2)), Stream.never)
        const fiber = yield* Effect.forkScoped(receiveSnapshot(engine, headFor(made), stalled))
        while (stagedRegionIds(engine.latest).length === 0) yield* Effect.yieldNow
        yield* Fiber.interrupt(fiber)
        expect(stagedRegionIds(engine.latest)).toEqual([])
      })
    ))
})

describe("crashes", () => {
  /** All writes of receive and apply, so that a crash can be put after each of them. */
  const run = (disk: MemoryDisk): Promise<{ readonly expected: Array<string>; readonly writes: number }> =>
    runTest(
      Effect.gen(function* () {
        const { made, chunks, expected } = yield* make()
        const inner = makeMemoryEngine({ disk })
        let writes = 0
        const engine: EngineService = {
          ...inner,
          latest: inner.latest,
          // Never synced: the crash then decides how many of the writes reached the disk.
          write: (batch) => {
            writes += 1
            return inner.write(batch, { sync: false })
          }
        }
        const staged = yield* receiveSnapshot(engine, headFor(made), Stream.fromIterable(chunks))
        yield* applySnapshot(engine, staged, { alsoClear: [] })
        return { expected, writes }
      })
    )

  test("after any prefix of the writes the snapshot is not there, staged, applying and complete, or applied", async () => {
    const whole = await run(new MemoryDisk())
    const seen = new Set<string>()
    for (let keepWrites = 0; keepWrites <= whole.writes; keepWrites++) {
      const disk = new MemoryDisk()
      await run(disk)
      disk.crash({ keepWrites })
      await runTest(
        Effect.gen(function* () {
          const engine = makeMemoryEngine({ disk })
          const state = readRegionState(engine.latest, 7)
          seen.add(state?.kind ?? "none")
          if (state?.kind === "Applying") {
            // What a start does for such a region: it must find everything it needs.
            const staged = readStaged(engine.latest, 7)
            if (staged === undefined) throw new Error(`applying without a staged snapshot after ${keepWrites} writes`)
            yield* applySnapshot(engine, staged, { alsoClear: [] })
          }
          if (state !== undefined) {
            expect(dump(engine)).toEqual(whole.expected)
            expect(readApplyState(engine.latest, 7)?.appliedIndex).toBe(40)
          } else {
            // Leftovers that a start drops.
            for (const id of stagedRegionIds(engine.latest)) yield* dropStaged(engine, id)
            expect(dump(engine)).toEqual([])
          }
          expect(stagedRegionIds(engine.latest)).toEqual([])
        })
      )
    }
    expect(seen).toEqual(new Set(["none", "Applying", "Normal"]))
  })
})

describe("clearRange", () => {
  test("deletes the range in every data family and nothing beside it", () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 3 })),
        fc.constantFrom("", "a", "ab", "b"),
        fc.constantFrom("", "b", "bb", "c"),
        (keys, start, end) =>
          runTest(
            Effect.gen(function* () {
              const engine = makeMemoryEngine()
              yield* write(engine, (batch) => {
                for (const cf of families) for (const key of keys) batch.put(cf, bytes(key), bytes("v"))
                batch.put("raft", bytes("abc"), bytes("stays"))
              })
              yield* clearRange(engine, { start: bytes(start), end: bytes(end) })
              const left = keys.filter((key) => key < start || (end !== "" && key >= end)).sort()
              expect(dump(engine)).toEqual(families.flatMap((cf) => left.map((key) => `${cf}/${key}=v`)))
              expect(engine.latest.get("raft", bytes("abc"))).toBeDefined()
            })
          )
      ),
      seeded(60)
    ))

  test("in slices, when there is more than one", () =>
    runTest(
      Effect.gen(function* () {
        const engine = makeMemoryEngine()
        yield* write(engine, (batch) => {
          for (let i = 0; i < 9000; i++) batch.put("default", bytes(`k${i}`), bytes(""))
        })
        yield* clearRange(engine, { start: bytes("k"), end: bytes("l") })
        expect(dump(engine)).toEqual([])
      })
    ))
})
