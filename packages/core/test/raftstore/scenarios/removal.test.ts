/** What a peer leaves behind when it goes, and what it must not take with it (FEATURES 5.2). */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { EngineError, type EngineService, type RaftLogService } from "@reefkv/engine"
import { eraftpb, metapb, raft_serverpb, type StoreId } from "@reefkv/wire"
import { Effect, Fiber } from "effect"
import { parseRegionKey, readApplyState, readRegionState, stagedChunkKey } from "../../../src/raftstore/records.ts"
import { type Cluster, changePeer, firstRegionId } from "../cluster/Cluster.ts"
import { type DiskFactory, memoryDisks } from "../cluster/disks.ts"
import { runScenario } from "../cluster/runScenario.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

const { AddNode, RemoveNode } = eraftpb.ConfChangeType
const { MsgAppendResponse, MsgRequestPreVote, MsgRequestPreVoteResponse, MsgRequestVote, MsgRequestVoteResponse } =
  eraftpb.MessageType
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test("5.2 a peer whose removal is committed together with later entries applies none of them: the tombstone is its last write", () =>
  runScenario({ seed: 72_001, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "before")
      yield* c.transferLeader("k", 1)
      yield* c.waitLocal(3, "k", "before")
      // Nobody acknowledges: the removal and what comes after it are proposed and sent before either commits.
      let committedThere = 0
      let held = true
      c.network.filter = (m, _from, to) => {
        if (to === 3) committedThere = Math.max(committedThere, m.message?.commit ?? 0)
        return held && to === 1 && m.message?.msgType === MsgAppendResponse ? { drop: true } : undefined
      }
      const { region } = yield* c.mustLead("k")
      const removed = c.peerOn(region, 3)!
      const removal = yield* Effect.forkScoped(c.admin(1, region, changePeer(RemoveNode, removed)))
      yield* Effect.sleep(2)
      const writes = yield* Effect.forkScoped(c.mustPut("k", "behind the removal"))
      yield* c.waitUntil("both are in the log of store 3", () => c.status(3, firstRegionId)!.lastIndex >= 9, 60)
      const { lastIndex, commitIndex } = c.status(3, firstRegionId)!
      expect(commitIndex).toBeLessThanOrEqual(lastIndex - 2)
      held = false
      yield* c.waitUntil("store 3 is rid of it", () => c.status(3, firstRegionId) === undefined)
      expect((yield* Fiber.join(removal))._tag).toBe("AdminDone")
      yield* Fiber.join(writes)
      // It learned of both at once.
      expect(committedThere).toBeGreaterThanOrEqual(lastIndex)
      const gone = (): void => {
        const { latest } = c.engine(3)
        expect(readRegionState(latest, firstRegionId)).toMatchObject({ kind: "Tombstone", removedPeerId: removed.id })
        expect(readApplyState(latest, firstRegionId)).toBeUndefined()
        expect(c.localEntries(3)).toBe(0)
      }
      gone()
      yield* c.crash(3, "all")
      yield* c.start(3)
      gone()
      expect(c.status(3, firstRegionId)).toBeUndefined()
      yield* c.mustGet("k", "behind the removal")
    })
  ))

test("5.2 a peer that never had a range of its own goes, and the data of the others on its store stays", () =>
  runScenario({ seed: 72_002, stores: 4, replicas: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "left")
      yield* c.mustPut("z", "right")
      yield* c.split("m")
      yield* c.addPeer("a", 4)
      yield* c.waitLocal(4, "a", "left")
      const right = (yield* c.mustLead("z")).region
      c.network.snapshotFilter = (head, _from, to) => (to === 4 && head.regionId === right.id ? "break" : undefined)
      for (let round = 0; round < 3; round++) {
        yield* c.addPeer("z", 4)
        yield* c.waitUntil("it is there, without a range", () => c.status(4, right.id)?.region.peers.length === 0)
        // Its bounds are empty, which as a range would be the whole store.
        yield* c.removePeer("z", 4)
        yield* c.waitUntil("it left", () => c.status(4, right.id) === undefined)
        expect(c.localGet(4, "a")).toBe("left")
        yield* c.crash(4, "all")
        yield* c.start(4)
        expect(c.localGet(4, "a")).toBe("left")
      }
      c.network.snapshotFilter = undefined
      yield* c.addPeer("z", 4)
      yield* c.waitLocal(4, "z", "right")
    })
  ))

test("5.2 whoever asks a removed peer for its vote is refused, and told at which entry it left", () => {
  const rot: Rot = { stagedChunk: false, entry: undefined }
  return runScenario({ seed: 72_003, stores: 3, disks: rottenDisks(rot) }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "before")
      yield* c.transferLeader("k", 1)
      yield* c.waitLocal(3, "k", "before")
      const removed = c.peerOn((yield* c.mustLead("k")).region, 3)!
      // It learns of its end from its log, not from its leader's word.
      c.network.filter = (m) => (m.isTombstone ? { drop: true } : undefined)
      yield* c.removePeer("k", 3)
      yield* c.waitUntil("store 3 is rid of it", () => c.status(3, firstRegionId) === undefined)
      const { region } = yield* c.mustLead("k")
      const asker = c.peerOn(region, 2)!
      const told: Array<eraftpb.Message> = []
      c.network.filter = (m, from) => {
        if (from !== 3 || m.message === undefined || m.regionId !== firstRegionId) return undefined
        told.push(m.message)
        return { drop: true }
      }
      const ask = (msgType: eraftpb.MessageType, term: number, to = removed.id) =>
        Effect.gen(function* () {
          told.length = 0
          const raft = eraftpb.Message.create({ msgType, to, from: asker.id, term, index: 50, logTerm: term })
          const toPeer = { ...removed, id: to }
          const message = { regionId: firstRegionId, fromPeer: asker, toPeer, regionEpoch: region.regionEpoch }
          c.router(3).onRaftMessages([raft_serverpb.RaftMessage.create({ ...message, message: raft })])
          yield* Effect.sleep(50)
          return [...told]
        })
      const removal = c.status(1, firstRegionId)!.commitIndex
      const answers = function* () {
        const refusal = { to: asker.id, from: removed.id, reject: true, commit: removal, priority: 6 }
        expect(yield* ask(MsgRequestVote, 9)).toMatchObject([{ ...refusal, msgType: MsgRequestVoteResponse, term: 9 }])
        // A pre-vote asks about the term after the asker's own.
        expect(yield* ask(MsgRequestPreVote, 9)).toMatchObject([
          { ...refusal, msgType: MsgRequestPreVoteResponse, term: 8 }
        ])
      }
      yield* Effect.gen(answers)
      yield* c.crash(3, "all")
      yield* c.start(3)
      yield* Effect.gen(answers)
      // Nonsense, an earlier peer, and what is no question at all.
      expect(yield* ask(MsgRequestVote, 0)).toEqual([])
      expect(yield* ask(MsgRequestVote, 9, removed.id - 1)).toEqual([])
      expect(yield* ask(MsgAppendResponse, 9)).toEqual([])
      // What cannot be read is not told, and ends nothing.
      rot.removal = true
      expect(yield* ask(MsgRequestVote, 9)).toEqual([])
      rot.removal = false
      expect((yield* ask(MsgRequestVote, 9)).length).toBe(1)
      expect(c.status(3, firstRegionId)).toBeUndefined()
    })
  )
})

// ---- damage

/** What store 3 reads wrongly. */
interface Rot {
  stagedChunk: boolean
  entry: Uint8Array | undefined
  /** The record of the entry that removed a peer cannot be read. */
  removal?: boolean
  /** Which chunk is rotten; the first when absent. */
  readonly chunk?: number
}
const target: StoreId = 3

const rottenDisks =
  (rot: Rot): DiskFactory =>
  (storeId) =>
    Effect.map(memoryDisks(storeId), (disk) =>
      storeId !== target
        ? disk
        : { ...disk, open: Effect.map(disk.open, (opened) => ({ ...rotten(rot, opened.engine, opened.raftLog) })) }
    )
const rotten = (
  rot: Rot,
  engine: EngineService,
  raftLog: RaftLogService
): { engine: EngineService; raftLog: RaftLogService } => {
  const chunkKey = Buffer.from(stagedChunkKey(firstRegionId, rot.chunk ?? 0))
  return {
    engine: {
      ...engine,
      latest: {
        get: (cf, key) => {
          if (rot.removal === true && parseRegionKey(key)?.tail === "removal") {
            throw new EngineError({ reason: "corrupt", message: "a wrong checksum", cf, key })
          }
          return rot.stagedChunk && cf === "raft" && chunkKey.equals(key)
            ? bytes("no chunk")
            : engine.latest.get(cf, key)
        },
        getMany: (cf, keys) => engine.latest.getMany(cf, keys),
        scan: (cf, options, visit) => engine.latest.scan(cf, options, visit)
      }
    },
    raftLog: {
      ...raftLog,
      entries: (groupId, from, to, maxBytes) =>
        raftLog
          .entries(groupId, from, to, maxBytes)
          .map((entry) =>
            rot.entry !== undefined && Buffer.from(entry.data).includes(Buffer.from(rot.entry))
              ? { ...entry, data: bytes("no command at all") }
              : entry
          )
    }
  }
}
const damagedOn = (c: Cluster, storeId: StoreId): boolean =>
  c.events.some((event) => event.type === "PeerDamaged" && event.storeId === storeId)

describe("5.2 a damaged peer", () => {
  test("5.2 whose snapshot cannot be put in place: it halts, is reported, and is replaced; its store goes on", () => {
    const rot: Rot = { stagedChunk: false, entry: undefined }
    return runScenario(
      { seed: 72_101, stores: 4, replicas: 2, disks: rottenDisks(rot), config: { peerDownMs: 500 } },
      (c) =>
        Effect.gen(function* () {
          yield* c.mustPut("a", "left")
          yield* c.mustPut("z", "right")
          yield* c.split("m")
          const left = (yield* c.mustLead("a")).region
          expect(left.id).not.toBe(firstRegionId)
          yield* c.addPeer("a", 3)
          yield* c.waitLocal(3, "a", "left")
          rot.stagedChunk = true
          const bad = yield* c.addPeer("z", 3)
          yield* c.waitUntil("the snapshot is found damaged", () => damagedOn(c, 3))
          expect(c.status(3, firstRegionId)?.role).toBe("damaged")
          // The other region of the store goes on, and so does this region without it.
          yield* c.mustPut("a", "left, later")
          yield* c.waitLocal(3, "a", "left, later")
          yield* c.mustPut("z", "right, later")
          yield* c.waitUntil(
            "the scheduler hears that the replica is down, and of the damage",
            () =>
              c.scheduler.known(firstRegionId)?.downPeers.some(({ peer }) => peer?.id === bad.id) === true &&
              c.scheduler.storeStats.get(3)?.damagedRegionsId.includes(firstRegionId) === true
          )
          // What the scheduler does about it: another replica instead.
          rot.stagedChunk = false
          yield* c.removePeer("z", 3)
          yield* c.waitUntil("the damaged one left", () => c.status(3, firstRegionId) === undefined)
          yield* c.addPeer("z", 3)
          yield* c.waitLocal(3, "z", "right, later")
          yield* c.waitUntil("nothing is reported any more", () => {
            const stats = c.scheduler.storeStats.get(3)
            return stats !== undefined && stats.damagedRegionsId.length === 0
          })
        })
    )
  })

  for (const restart of [false, true]) {
    const when = restart ? ", also after a restart" : ""
    test(`5.2 with half a snapshot in place: what is there of it goes with the peer${when}`, () => {
      const rot: Rot = { stagedChunk: false, entry: undefined, chunk: 1 }
      const config = { snapshotChunkBytes: 1_000 }
      return runScenario({ seed: 72_110, stores: 4, replicas: 2, disks: rottenDisks(rot), config }, (c) =>
        Effect.gen(function* () {
          for (let i = 0; i < 5; i++) yield* c.mustPut(`z${i}`, "v".repeat(900))
          yield* c.mustPut("a", "left")
          yield* c.split("m")
          yield* c.addPeer("a", 3)
          yield* c.waitLocal(3, "a", "left")
          rot.stagedChunk = true
          yield* c.addPeer("z", 3)
          yield* c.waitUntil("the snapshot is found damaged", () => damagedOn(c, 3))
          expect(c.localEntries(3)).toBeGreaterThan(1)
          if (restart) {
            yield* c.stop(3)
            yield* c.start(3)
            // The store starts all the same, and the peer is as damaged as before.
            expect(c.status(3, firstRegionId)?.role).toBe("damaged")
            yield* c.mustPut("a", "left, later")
            yield* c.waitLocal(3, "a", "left, later")
            yield* c.stop(3)
            yield* c.start(3)
          }
          yield* c.removePeer("z", 3)
          yield* c.waitUntil("the damaged one left", () => c.status(3, firstRegionId) === undefined)
          expect(c.localEntries(3)).toBe(1)
          rot.stagedChunk = false
          yield* c.addPeer("z", 3)
          for (let i = 0; i < 5; i++) yield* c.waitLocal(3, `z${i}`, "v".repeat(900))
        })
      )
    })
  }

  test("5.2 that was removed while nobody could tell it asks the scheduler, like any other", () => {
    const rot: Rot = { stagedChunk: false, entry: undefined }
    return runScenario({ seed: 72_102, stores: 3, disks: rottenDisks(rot), config: { stalePeerCheckMs: 500 } }, (c) =>
      Effect.gen(function* () {
        yield* c.transferLeader("k", 1)
        yield* c.mustPut("k", "rotten-value")
        yield* c.waitLocal(3, "k", "rotten-value")
        rot.entry = bytes("rotten-value")
        yield* c.crash(3, "all")
        yield* c.start(3)
        yield* c.waitUntil("the entry is found damaged", () => damagedOn(c, 3))
        c.isolate(3)
        yield* c.removePeer("k", 3)
        yield* c.mustPut("k", "without it")
        c.network.heal()
        yield* c.waitUntil("the damaged one left", () => c.status(3, firstRegionId) === undefined)
        expect(c.localEntries(3)).toBe(0)
        expect(readRegionState(c.engine(3).latest, firstRegionId)?.kind).toBe("Tombstone")
      })
    )
  })

  test("5.2 that is replaced by another peer of its region on the same store makes room for it", () => {
    const rot: Rot = { stagedChunk: false, entry: undefined }
    return runScenario({ seed: 72_103, stores: 3, disks: rottenDisks(rot) }, (c) =>
      Effect.gen(function* () {
        yield* c.transferLeader("k", 1)
        yield* c.mustPut("k", "rotten-value")
        yield* c.waitLocal(3, "k", "rotten-value")
        rot.entry = bytes("rotten-value")
        yield* c.crash(3, "all")
        yield* c.start(3)
        yield* c.waitUntil("the entry is found damaged", () => damagedOn(c, 3))
        c.isolate(3)
        yield* c.removePeer("k", 3)
        const peer = metapb.Peer.create({ id: c.scheduler.newId(), storeId: 3 })
        yield* c.mustAdmin(
          "add again",
          "k",
          () => changePeer(AddNode, peer),
          (region) => region.peers.some(({ id }) => id === peer.id)
        )
        rot.entry = undefined
        yield* c.mustPut("k", "anew")
        c.network.heal()
        yield* c.waitLocal(3, "k", "anew")
        expect(c.status(3, firstRegionId)?.peerId).toBe(peer.id)
      })
    )
  })
})

test("5.2 a voter that was cut off while everybody it knew went away for good asks the scheduler, and leaves", () =>
  runScenario({ seed: 72_201, stores: 6, replicas: 3, config: { stalePeerCheckMs: 500 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      yield* c.transferLeader("k", 1)
      yield* c.waitLocal(3, "k", "1")
      c.isolate(3)
      for (const id of [4, 5, 6]) yield* c.addPeer("k", id)
      yield* c.removePeer("k", 3)
      yield* c.transferLeader("k", 4)
      for (const id of [1, 2]) yield* c.removePeer("k", id)
      // Not even their tombstones can tell it.
      for (const id of [1, 2]) yield* c.stop(id)
      c.network.heal()
      yield* c.waitUntil("it left", () => c.status(3, firstRegionId) === undefined)
      expect(c.localEntries(3)).toBe(0)
      yield* c.mustGet("k", "1")
    })
  ))
