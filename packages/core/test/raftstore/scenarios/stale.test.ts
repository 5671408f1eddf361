/** Peers that missed their own end, and what a store remembers of them: TiKV's scenarios by their names (FEATURES 1.6). */
import { expect, setDefaultTimeout, test } from "bun:test"
import { eraftpb, metapb, type StoreId } from "@reefkv/wire"
import { Effect } from "effect"
import { readRegionState } from "../../../src/raftstore/records.ts"
import { type Cluster, changePeer, firstRegionId } from "../cluster/Cluster.ts"
import { runScenario } from "../cluster/runScenario.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

const { AddLearnerNode, RemoveNode } = eraftpb.ConfChangeType
const stateOf = (c: Cluster, storeId: StoreId) => readRegionState(c.engine(storeId).latest, firstRegionId)

test("stale_peer_out_of_region", () =>
  runScenario({ seed: 8_001, stores: 6, replicas: 3, config: { stalePeerCheckMs: 500 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      yield* c.transferLeader("k", 1)
      yield* c.waitLocal(3, "k", "1")
      c.isolate(3)
      // All whom the isolated peer knows are replaced while it is away.
      for (const id of [4, 5, 6]) yield* c.addPeer("k", id)
      yield* c.removePeer("k", 3)
      yield* c.transferLeader("k", 4)
      for (const id of [1, 2]) yield* c.removePeer("k", id)
      yield* c.mustPut("k", "2")
      expect(c.localGet(3, "k")).toBe("1")
      c.network.heal()
      yield* c.waitUntil("the stale peer left", () => c.status(3, firstRegionId) === undefined)
      expect(c.localEntries(3)).toBe(0)
      expect(stateOf(c, 3)).toMatchObject({ kind: "Tombstone", removedPeerId: 103 })
      yield* c.mustGet("k", "2")
    })
  ))

test("stale_peer_without_data", () =>
  runScenario({ seed: 8_002, stores: 4, replicas: 3, config: { stalePeerCheckMs: 500 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      c.network.snapshotFilter = (_head, _from, to) => (to === 4 ? "break" : undefined)
      const peer = yield* c.addPeer("k", 4)
      yield* c.waitUntil("the new peer is there, empty", () => c.status(4, firstRegionId)?.region.peers.length === 0)
      yield* c.removePeer("k", 4)
      yield* c.waitUntil("and leaves", () => c.status(4, firstRegionId) === undefined)
      // It never had a region of its own; the tombstone knows its id all the same, and an old vote finds nobody.
      expect(stateOf(c, 4)).toMatchObject({ kind: "Tombstone", removedPeerId: peer.id })
      const late = (id: number) =>
        c.router(4).onRaftMessages([
          {
            regionId: firstRegionId,
            fromPeer: metapb.Peer.create({ id: 101, storeId: 1 }),
            toPeer: metapb.Peer.create({ id, storeId: 4 }),
            message: eraftpb.Message.create({
              msgType: eraftpb.MessageType.MsgRequestVote,
              to: id,
              from: 101,
              term: 50,
              index: 9,
              logTerm: 6
            }),
            regionEpoch: { confVer: 4, version: 1 },
            isTombstone: false,
            startKey: new Uint8Array(0),
            endKey: new Uint8Array(0),
            mergeTarget: undefined,
            extraMsg: undefined,
            extraCtx: new Uint8Array(0),
            diskUsage: 0
          }
        ])
      late(peer.id)
      yield* Effect.sleep(50)
      expect(c.status(4, firstRegionId)).toBeUndefined()
      // Nor after a restart.
      yield* c.crash(4, "all")
      yield* c.start(4)
      late(peer.id)
      yield* Effect.sleep(50)
      expect(c.status(4, firstRegionId)).toBeUndefined()
      // A new peer of the same region is welcome.
      c.network.snapshotFilter = undefined
      const again = yield* c.addPeer("k", 4)
      yield* c.waitLocal(4, "k", "1")
      expect(c.status(4, firstRegionId)?.peerId).toBe(again.id)
    })
  ))

test("stale_learner", () =>
  runScenario({ seed: 8_003, stores: 4, replicas: 3, config: { stalePeerCheckMs: 500 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      const learner = metapb.Peer.create({ id: c.scheduler.newId(), storeId: 4, role: metapb.PeerRole.Learner })
      const has = (region: metapb.Region): boolean => region.peers.some(({ id }) => id === learner.id)
      yield* c.mustAdmin("add learner", "k", () => changePeer(AddLearnerNode, learner), has)
      yield* c.waitLocal(4, "k", "1")
      c.isolate(4)
      yield* c.mustAdmin(
        "remove learner",
        "k",
        () => changePeer(RemoveNode, learner),
        (region) => !has(region)
      )
      // Learners never campaign: nobody would ever tell it.
      c.network.heal()
      yield* c.waitUntil("the learner left", () => c.status(4, firstRegionId) === undefined)
      expect(c.localEntries(4)).toBe(0)
    })
  ))

test("readd_peer", () =>
  runScenario({ seed: 8_004, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k1", "1")
      yield* c.transferLeader("k1", 1)
      yield* c.waitLocal(3, "k1", "1")
      c.isolate(3)
      yield* c.removePeer("k1", 3)
      const again = yield* c.addPeer("k1", 3)
      yield* c.mustPut("k2", "2")
      expect(c.status(3, firstRegionId)?.peerId).toBe(103)
      c.network.heal()
      yield* c.waitLocal(3, "k2", "2")
      yield* c.waitLocal(3, "k1", "1")
      expect(c.status(3, firstRegionId)?.peerId).toBe(again.id)
    })
  ))

test("safe_tombstone_gc and fast_destroy", () =>
  runScenario({ seed: 8_005, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.transferLeader("k", 1)
      for (let i = 0; i < 20; i++) yield* c.mustPut(`k${i}`, "v")
      yield* c.waitLocal(3, "k19", "v")
      expect(c.raftLog(3).groups()).toEqual([firstRegionId])
      yield* c.removePeer("k", 3)
      yield* c.waitUntil("data and log are gone", () => c.localEntries(3) === 0 && c.raftLog(3).groups().length === 0)
      // A store that dies at any moment of it finishes the work when it comes back.
      for (let round = 0; round < 4; round++) {
        yield* c.addPeer("k", 3)
        yield* c.waitLocal(3, "k19", "v")
        const { storeId, region } = yield* c.mustLead("k")
        yield* Effect.forkScoped(c.admin(storeId, region, changePeer(RemoveNode, c.peerOn(region, 3)!)))
        yield* Effect.sleep(1 + 2 * round)
        yield* c.crash(3)
        yield* c.start(3)
        yield* c.removePeer("k", 3)
        yield* c.waitUntil("data and log are gone", () => c.localEntries(3) === 0 && c.raftLog(3).groups().length === 0)
        expect(stateOf(c, 3)?.kind).toBe("Tombstone")
      }
    })
  ))

test("a peer destroyed twice is destroyed once", () =>
  runScenario({ seed: 8_006, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "v")
      yield* c.transferLeader("k", 1)
      const { region } = yield* c.mustLead("k")
      const peer = c.peerOn(region, 3)!
      const end = {
        regionId: firstRegionId,
        fromPeer: c.peerOn(region, 1)!,
        toPeer: peer,
        message: undefined,
        regionEpoch: { confVer: 9, version: 9 },
        isTombstone: true,
        startKey: new Uint8Array(0),
        endKey: new Uint8Array(0),
        mergeTarget: undefined,
        extraMsg: undefined,
        extraCtx: new Uint8Array(0),
        diskUsage: 0
      }
      // Of an older epoch, or for another peer: not believed.
      c.router(3).onRaftMessages([{ ...end, regionEpoch: { confVer: 1, version: 1 } }])
      c.router(3).onRaftMessages([{ ...end, toPeer: { ...peer, id: peer.id + 1 } }])
      yield* Effect.sleep(20)
      expect(c.status(3, firstRegionId)).toBeDefined()
      c.router(3).onRaftMessages([end, end])
      c.router(3).onRaftMessages([end])
      yield* Effect.sleep(20)
      expect(c.status(3, firstRegionId)).toBeUndefined()
      expect(c.events.filter((event) => event.type === "RegionDestroyed")).toHaveLength(1)
    })
  ))
