/** Snapshots between stores that are busy with others, and what a peer's end or a failure leaves behind (FEATURES 5.2). */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { WriteBatch } from "@reefkv/engine"
import { makeMemoryEngine } from "@reefkv/engine-memory"
import { eraftpb } from "@reefkv/wire"
import { Effect, Stream } from "effect"
import { initialApplyState, putApplyState, putRegionState } from "../../../src/raftstore/records.ts"
import { generateSnapshot } from "../../../src/raftstore/snapshot/generate.ts"
import { firstRegionId } from "../cluster/Cluster.ts"
import { runScenario } from "../cluster/runScenario.ts"
import { runTest } from "../support/run.ts"
import { bytes, regionOf } from "../support/values.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

test("5.2 two stores that send each other a snapshot at the same time both succeed, one of each kind at a time", () =>
  runScenario({ seed: 73_001, stores: 3, config: { snapshotSendsMax: 1, snapshotReceivesMax: 1 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "left")
      yield* c.mustPut("z", "right")
      yield* c.split("m")
      const left = (yield* c.mustLead("a")).region
      const right = (yield* c.mustLead("z")).region
      // The left region leaves store 2 and is led by store 1; the right one leaves store 1 and is led by store 2.
      yield* c.removePeer("a", 2)
      yield* c.transferLeader("a", 1)
      yield* c.removePeer("z", 1)
      yield* c.transferLeader("z", 2)
      yield* c.waitUntil("both left", () => c.status(2, left.id) === undefined && c.status(1, right.id) === undefined)
      // Both streams are open at once, each for a while.
      let openNow = 0
      let openMost = 0
      c.network.snapshotFilter = () => {
        openNow += 1
        openMost = Math.max(openMost, openNow)
        return { delayMs: 300 }
      }
      const startedMs = c.nowMs()
      yield* Effect.all([c.addPeer("a", 2), c.addPeer("z", 1)], { concurrency: "unbounded" })
      yield* c.waitLocal(2, "a", "left")
      yield* c.waitLocal(1, "z", "right")
      expect(openMost).toBe(2)
      expect(c.nowMs() - startedMs).toBeLessThan(c.config.snapshotTimeoutMs)
    })
  ))

test("5.2 a receiver that never takes the stream costs its sender the deadline and nothing else", () =>
  runScenario({ seed: 73_002, stores: 4, replicas: 3, config: { snapshotSendsMax: 1, snapshotTimeoutMs: 400 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "left")
      yield* c.mustPut("z", "right")
      yield* c.split("m")
      const left = (yield* c.mustLead("a")).region
      yield* c.transferLeader("a", 1)
      yield* c.transferLeader("z", 1)
      c.network.snapshotFilter = (head, _from, to) =>
        to === 4 && head.regionId === left.id ? { delayMs: 600_000 } : undefined
      yield* c.addPeer("a", 4)
      yield* c.waitUntil("the stream hangs", () => c.network.stats.snapshots > 0)
      // The only place for a snapshot is taken, and becomes free again.
      yield* c.addPeer("z", 4)
      yield* c.waitLocal(4, "z", "right")
      c.network.snapshotFilter = undefined
      yield* c.waitLocal(4, "a", "left")
    })
  ))

describe("5.2 an engine snapshot is given back", () => {
  const filled = Effect.gen(function* () {
    const engine = makeMemoryEngine()
    const region = regionOf(7, "b", "y", [1, 2])
    const batch = new WriteBatch()
    putRegionState(batch, { kind: "Normal", region, removedPeerId: 0 })
    putApplyState(batch, region.id, initialApplyState)
    for (let i = 0; i < 200; i++) batch.put("default", bytes(`k${i}`), bytes("value"))
    yield* Effect.orDie(engine.write(batch, { sync: false }))
    return engine
  })
  const limits = { snapshotChunkBytes: 64, scanSliceEntries: 3 }

  test("5.2 when the region is not there, when the stream is left in the middle, when its taker fails or is interrupted", () =>
    runTest(
      Effect.gen(function* () {
        const engine = yield* filled
        const open = (): number => engine.stats().openSnapshots
        const absent = yield* Effect.exit(Effect.scoped(generateSnapshot(engine, 99, limits)))
        expect([absent._tag, open()]).toEqual(["Failure", 0])
        const taken = (take: (chunks: Stream.Stream<Uint8Array, unknown>) => Effect.Effect<unknown, unknown>) =>
          Effect.exit(
            Effect.scoped(
              Effect.flatMap(generateSnapshot(engine, 7, limits), (made) => {
                expect(open()).toBe(1)
                return take(made.chunks)
              })
            )
          )
        expect([(yield* taken((chunks) => Stream.runDrain(chunks)))._tag, open()]).toEqual(["Success", 0])
        yield* taken((chunks) => Stream.runDrain(Stream.take(chunks, 2)))
        expect(open()).toBe(0)
        yield* taken((chunks) => Stream.runForEach(chunks, () => Effect.fail("the link broke")))
        expect(open()).toBe(0)
        yield* taken((chunks) =>
          Effect.timeout(
            Stream.runForEach(chunks, () => Effect.never),
            0
          )
        )
        expect(open()).toBe(0)
      })
    ))
})

test("5.2 a peer that is removed and comes back by a snapshot reads nothing of its former life from its followers' view", () =>
  runScenario({ seed: 73_003, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.transferLeader("k", 1)
      yield* c.mustPut("k", "old")
      yield* c.waitLocal(3, "k", "old")
      const readAt3 = Effect.suspend(() => {
        const region = c.status(3, firstRegionId)!.region
        const header = { ...c.client.header(region, c.peerOn(region, 3)!), deadlineMs: c.nowMs() + 500 }
        return Effect.map(
          c.router(3).readEffect({ header, keys: [bytes("k")], replicaRead: true }, ({ view }) => ({
            _tag: "Value" as const,
            value: Buffer.from(view.get("default", bytes("k")) ?? new Uint8Array(0)).toString()
          })),
          (result) => ("value" in result ? result.value : result._tag)
        )
      })
      expect(yield* readAt3).toBe("old")
      // A read waits at the old peer while it goes: the answer of its question must not serve the new one.
      c.network.filter = (m, _from, to) =>
        to === 3 && m.message?.msgType === eraftpb.MessageType.MsgReadIndexResp ? { delayMs: 400 } : undefined
      const region = c.status(3, firstRegionId)!.region
      const waiting: Array<string> = []
      c.router(3).read(
        {
          header: { ...c.client.header(region, c.peerOn(region, 3)!), deadlineMs: c.nowMs() + 5_000 },
          keys: [bytes("k")],
          replicaRead: true
        },
        (result) => void waiting.push(result._tag)
      )
      yield* Effect.sleep(10)
      yield* c.removePeer("k", 3)
      yield* c.waitUntil("it left", () => c.status(3, firstRegionId) === undefined)
      expect(waiting).toEqual(["RegionNotFound"])
      yield* c.mustPut("k", "new")
      yield* c.addPeer("k", 3)
      yield* c.waitLocal(3, "k", "new")
      yield* Effect.sleep(500)
      c.network.filter = undefined
      expect(yield* readAt3).toBe("new")
      expect(waiting).toEqual(["RegionNotFound"])
    })
  ))
