/** A read is answered from a range that holds one state, or not yet. */
import { expect, test } from "bun:test"
import { makeMemoryEngine, makeMemoryRaftLog } from "@reefkv/engine-memory"
import { metapb } from "@reefkv/wire"
import { Clock, Effect } from "effect"
import { Peer } from "../../../src/raftstore/Peer.ts"
import { PeerStorage } from "../../../src/raftstore/PeerStorage.ts"
import { answerReads } from "../../../src/raftstore/readFlow.ts"
import { initialApplyState } from "../../../src/raftstore/records.ts"
import { RegionSize } from "../../../src/raftstore/regionSize.ts"
import { defaultStoreConfig } from "../../../src/raftstore/StoreConfig.ts"
import { StoreState } from "../../../src/raftstore/StoreState.ts"
import { runTest } from "../support/run.ts"

test("5.2 a replica read that is due waits while a snapshot is put in place", () =>
  runTest(
    Effect.gen(function* () {
      const store = new StoreState(defaultStoreConfig, yield* Clock.Clock, { listening: () => false, emit: () => {} })
      // Only the view is asked for.
      store.attach({ storeId: 1, engine: makeMemoryEngine({}) } as unknown as Parameters<StoreState["attach"]>[0])
      const region = metapb.Region.create({
        id: 1,
        regionEpoch: { confVer: 2, version: 1 },
        peers: [metapb.Peer.create({ id: 11, storeId: 1 }), metapb.Peer.create({ id: 12, storeId: 2 })]
      })
      const peer = new Peer({
        region,
        meta: region.peers[0]!,
        storage: new PeerStorage(makeMemoryRaftLog({}), region, initialApplyState, { maySend: () => true }),
        config: defaultStoreConfig,
        random: () => 0.5,
        size: RegionSize.empty(),
        voteQuietTicks: 0,
        nowMs: 0
      })
      store.peers.set(1, peer)
      store.regions.replace([], [region])
      const tags: Array<string> = []
      peer.reads.add({
        request: {
          header: { regionId: 1, epoch: region.regionEpoch!, peer: undefined, term: 0, deadlineMs: 0 },
          keys: [],
          replicaRead: true
        },
        deadlineMs: 1_000,
        answer: (result) => void tags.push(result._tag)
      })
      peer.reads.onLeaseIndex(initialApplyState.appliedIndex)
      peer.applyingSnapshot = true
      answerReads(store, peer)
      store.answers.flush()
      expect(tags).toEqual([])
      peer.applyingSnapshot = false
      answerReads(store, peer)
      store.answers.flush()
      expect(tags).toEqual(["Readable"])
    })
  ))
