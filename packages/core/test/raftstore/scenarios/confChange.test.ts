/** Membership: TiKV's scenarios by their names (FEATURES 1.6), and what runs with many seeds have found. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { epochOf, eraftpb, metapb, raft_cmdpb, type StoreId } from "@reefkv/wire"
import { Effect } from "effect"
import type { AdminRequest } from "../../../src/raftstore/Router.ts"
import { type Cluster, changePeer, firstRegionId } from "../cluster/Cluster.ts"
import { runScenario } from "../cluster/runScenario.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

const { AddNode, RemoveNode, AddLearnerNode } = eraftpb.ConfChangeType
const { PeerRole } = metapb
const put = { type: "put" as const, cf: "default" as const, key: new Uint8Array([1]), value: new Uint8Array([1]) }

describe("crashes around membership changes", () => {
  /**
   * Data is not synced, so a crash takes the region back to an older membership. The removed peers are gone for good: if
   * those who stay had also forgotten that the removals were committed, they would wait for votes that never come.
   * Found by ConfChangeUnreliableRecover3B, seed 4018.
   */
  test("the members that stay can still elect after a crash that loses every unsynced write", () =>
    runScenario({ seed: 6_001, stores: 5 }, (c) =>
      Effect.gen(function* () {
        yield* c.transferLeader("k", 1)
        yield* c.mustPut("k", "before")
        for (const id of [3, 4, 5]) yield* c.removePeer("k", id)
        for (const id of [3, 4, 5]) yield* c.waitUntil(`store ${id} is empty`, () => c.localEntries(id) === 0)
        yield* c.mustPut("k", "after")
        for (const id of c.storeIds) yield* c.crash(id, "all")
        for (const id of c.storeIds) yield* c.start(id)
        yield* c.mustGet("k", "after")
        expect((yield* c.mustLead("k")).region.peers.map((peer) => peer.storeId)).toEqual([1, 2])
      })
    ))

  test("so can the one that is left of a pair", () =>
    runScenario({ seed: 6_002, stores: 2 }, (c) =>
      Effect.gen(function* () {
        yield* c.transferLeader("k", 1)
        yield* c.mustPut("k", "v")
        yield* c.removePeer("k", 2)
        yield* c.waitUntil("store 2 is empty", () => c.localEntries(2) === 0)
        yield* c.crash(1, "all")
        yield* c.start(1)
        yield* c.mustGet("k", "v")
      })
    ))
})

test("conf_change_safe", () =>
  runScenario({ seed: 6_003, stores: 5 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      yield* c.transferLeader("k", 1)
      // The leader is left with one other and proposes a removal, which therefore cannot commit.
      c.network.partition(
        [
          [1, 2],
          [3, 4, 5]
        ],
        c.storeIds
      )
      const { region } = c.status(1, firstRegionId)!
      const result = yield* c.admin(1, region, changePeer(RemoveNode, c.peerOn(region, 5)!))
      expect(result._tag).not.toBe("AdminDone")
      yield* c.mustPut("k", "2")
      c.network.heal()
      yield* c.waitLocal(1, "k", "2")
      // The group is as it was: the proposal was overwritten.
      const now = (yield* c.mustLead("k")).region
      expect(epochOf(now)).toEqual(epochOf(region))
      expect(now.peers).toHaveLength(5)
      yield* c.waitLocal(5, "k", "2")
    })
  ))

test("transfer_leader_safe", () =>
  runScenario({ seed: 6_004, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      yield* c.transferLeader("k", 1)
      // The target misses the log. It must not lead before it has caught up, and the group goes on without it.
      c.network.filter = (m, _from, to) =>
        to === 3 && m.message?.msgType === eraftpb.MessageType.MsgAppend ? { drop: true } : undefined
      yield* c.mustPut("k", "2")
      const { region } = yield* c.mustLead("k")
      yield* c.admin(1, region, { type: "transferLeader", peer: c.peerOn(region, 3)! })
      yield* c.mustPut("k", "3")
      expect((yield* c.mustLead("k")).storeId).not.toBe(3)
      c.network.filter = undefined
      yield* c.transferLeader("k", 3)
      yield* c.mustGet("k", "3")
      // To nobody, to a learner, to itself.
      const lead = yield* c.mustLead("k")
      const to = (peer: metapb.Peer) => c.admin(lead.storeId, lead.region, { type: "transferLeader", peer })
      expect((yield* to(metapb.Peer.create({ id: 999, storeId: 9 })))._tag).toBe("Refused")
      expect((yield* to(c.peerOn(lead.region, 3)!))._tag).toBe("AdminDone")
      yield* c.mustPut("k", "4")
    })
  ))

test("remove_node_on_partition", () =>
  runScenario({ seed: 6_005, stores: 3, config: { stalePeerCheckMs: 60_000 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      yield* c.transferLeader("k", 1)
      yield* c.waitLocal(3, "k", "1")
      c.isolate(3)
      yield* c.removePeer("k", 3)
      yield* c.mustPut("k", "2")
      expect(c.localGet(3, "k")).toBe("1")
      c.network.heal()
      // Its call for votes is answered by those that know better, long before it asks the scheduler.
      yield* c.waitUntil("the removed peer left", () => c.status(3, firstRegionId) === undefined, 5_000)
      expect(c.localEntries(3)).toBe(0)
    })
  ))

test("split_brain", () =>
  runScenario({ seed: 6_006, stores: 6, replicas: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      yield* c.transferLeader("k", 1)
      for (const id of [4, 5, 6]) yield* c.addPeer("k", id)
      c.network.partition(
        [
          [1, 4, 5, 6],
          [2, 3]
        ],
        c.storeIds
      )
      for (const id of [2, 3]) yield* c.removePeer("k", id)
      yield* c.mustPut("k", "2")
      // The two that were left behind are a majority of the first three; they must not come to lead.
      yield* Effect.sleep(1_000)
      for (const id of [2, 3]) expect(c.status(id, firstRegionId)?.role ?? "gone").not.toBe("leader")
      yield* c.mustGet("k", "2")
      c.network.heal()
      yield* c.waitUntil("both leave", () => [2, 3].every((id) => c.status(id, firstRegionId) === undefined))
      yield* c.mustGet("k", "2")
    })
  ))

test("learner_with_slow_snapshot", () =>
  runScenario({ seed: 6_007, stores: 4, replicas: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      yield* c.transferLeader("k", 1)
      c.network.snapshotFilter = (_head, _from, to) => (to === 4 ? { delayMs: 800 } : undefined)
      const learner = metapb.Peer.create({ id: c.scheduler.newId(), storeId: 4, role: PeerRole.Learner })
      yield* c.mustAdmin(
        "add learner",
        "k",
        () => changePeer(AddLearnerNode, learner),
        (region) => region.peers.some(({ id }) => id === learner.id)
      )
      // It has no vote: with one voter away the other two still are a quorum.
      yield* c.stop(3)
      yield* c.mustPut("k", "2")
      expect(c.localGet(4, "k")).toBeUndefined()
      yield* c.waitLocal(4, "k", "2")
      // Caught up, it can be promoted.
      yield* c.mustAdmin(
        "promote",
        "k",
        () => changePeer(AddNode, learner),
        (region) => region.peers.some(({ id, role }) => id === learner.id && role === PeerRole.Voter)
      )
      yield* c.start(3)
      yield* c.transferLeader("k", 4)
      yield* c.mustPut("k", "3")
    })
  ))

test("after_remove_itself", () =>
  runScenario({ seed: 6_008, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      const { storeId, region } = yield* c.mustLead("k")
      const self = c.peerOn(region, storeId)!
      // A leader neither removes nor demotes itself, alone or in a batch.
      for (const changes of [
        changePeer(RemoveNode, self).changes,
        changePeer(AddLearnerNode, self).changes,
        [
          ...changePeer(AddLearnerNode, self).changes,
          ...changePeer(AddNode, metapb.Peer.create({ id: c.scheduler.newId(), storeId: 9 })).changes
        ]
      ]) {
        expect((yield* c.admin(storeId, region, { type: "changePeers", changes }))._tag).toBe("Refused")
      }
      expect(epochOf((yield* c.mustLead("k")).region)).toEqual(epochOf(region))
      yield* c.mustPut("k", "2")
    })
  ))

test("a change that would leave no healthy quorum is refused", () =>
  runScenario({ seed: 6_009, stores: 4, replicas: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      yield* c.transferLeader("k", 1)
      yield* c.stop(3)
      yield* Effect.sleep(500)
      const { region } = yield* c.mustLead("k")
      // Of {1, 3} only one would be alive.
      const result = yield* c.admin(1, region, changePeer(RemoveNode, c.peerOn(region, 2)!))
      expect(result._tag).toBe("Refused")
      yield* c.mustPut("k", "2")
    })
  ))

describe("joint consensus", () => {
  /** Store 4 comes as a voter for store 3, which becomes a learner, in one step. */
  const swap = (c: Cluster, region: metapb.Region, incoming: metapb.Peer): AdminRequest["command"] => ({
    type: "changePeers",
    changes: [
      raft_cmdpb.ChangePeerRequest.create({ changeType: AddNode, peer: incoming }),
      raft_cmdpb.ChangePeerRequest.create({ changeType: AddLearnerNode, peer: c.peerOn(region, 3)! })
    ]
  })
  const rolesOf = (region: metapb.Region): Array<readonly [StoreId, number]> =>
    region.peers.map(({ storeId, role }) => [storeId, role] as const).sort(([a], [b]) => a - b)
  const inJoint: ReadonlyArray<readonly [StoreId, number]> = [
    [1, PeerRole.Voter],
    [2, PeerRole.Voter],
    [3, PeerRole.DemotingVoter],
    [4, PeerRole.IncomingVoter]
  ]
  const left: ReadonlyArray<readonly [StoreId, number]> = [
    [1, PeerRole.Voter],
    [2, PeerRole.Voter],
    [3, PeerRole.Learner],
    [4, PeerRole.Voter]
  ]

  const enter = (c: Cluster): Effect.Effect<metapb.Region> =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "before")
      yield* c.transferLeader("k", 1)
      const learner = metapb.Peer.create({ id: c.scheduler.newId(), storeId: 4, role: PeerRole.Learner })
      yield* c.mustAdmin(
        "add learner",
        "k",
        () => changePeer(AddLearnerNode, learner),
        (region) => region.peers.length === 4
      )
      yield* c.waitLocal(4, "k", "before")
      return yield* c.mustAdmin(
        "enter",
        "k",
        (region) => swap(c, region, { ...learner, role: PeerRole.Voter }),
        (region) => region.peers.some(({ role }) => role === PeerRole.IncomingVoter)
      )
    })
  const leave = (c: Cluster): Effect.Effect<metapb.Region> =>
    c.mustAdmin(
      "leave",
      "k",
      () => ({ type: "leaveJoint" }),
      (region) => region.peers.every(({ role }) => role === PeerRole.Voter || role === PeerRole.Learner)
    )

  test("enter, request in, leave", () =>
    runScenario({ seed: 6_101, stores: 4, replicas: 3 }, (c) =>
      Effect.gen(function* () {
        const joint = yield* enter(c)
        expect(rolesOf(joint)).toEqual([...inJoint])
        yield* c.mustPut("k", "in joint")
        yield* c.mustGet("k", "in joint")
        // Nothing else may change meanwhile.
        const lead = yield* c.mustLead("k")
        const more = changePeer(AddLearnerNode, metapb.Peer.create({ id: c.scheduler.newId(), storeId: 9 }))
        expect((yield* c.admin(lead.storeId, lead.region, more))._tag).toBe("Refused")
        const after = yield* leave(c)
        expect(rolesOf(after)).toEqual([...left])
        expect(epochOf(after).confVer).toBe(epochOf(joint).confVer + 2)
        // Leaving again changes nothing.
        yield* c.admin(lead.storeId, after, { type: "leaveJoint" })
        expect(epochOf((yield* c.mustLead("k")).region)).toEqual(epochOf(after))
        yield* c.mustPut("k", "after")
        yield* c.waitLocal(3, "k", "after")
      })
    ))

  test("restart in", () =>
    runScenario({ seed: 6_102, stores: 4, replicas: 3 }, (c) =>
      Effect.gen(function* () {
        yield* enter(c)
        yield* c.mustPut("k", "in joint")
        for (const id of c.storeIds) yield* c.crash(id, "all")
        for (const id of c.storeIds) yield* c.start(id)
        yield* c.mustGet("k", "in joint")
        expect(rolesOf((yield* c.mustLead("k")).region)).toEqual([...inJoint])
        expect(rolesOf(yield* leave(c))).toEqual([...left])
      })
    ))

  test("leader down in", () =>
    runScenario({ seed: 6_103, stores: 4, replicas: 3 }, (c) =>
      Effect.gen(function* () {
        yield* enter(c)
        yield* c.crash(1)
        yield* c.mustPut("k", "without the leader")
        expect(rolesOf(yield* leave(c))).toEqual([...left])
        yield* c.start(1)
        yield* c.waitLocal(1, "k", "without the leader")
      })
    ))

  test("both halves must agree: with two of the outgoing voters away nothing commits", () =>
    runScenario({ seed: 6_104, stores: 4, replicas: 3 }, (c) =>
      Effect.gen(function* () {
        const region = yield* enter(c)
        yield* c.mustPut("k", "1")
        yield* c.transferLeader("k", 1)
        // 1 and 4 are two of the incoming three, and only one of the outgoing three.
        c.network.partition(
          [
            [1, 4],
            [2, 3]
          ],
          c.storeIds
        )
        const header = { ...c.client.header(region, c.peerOn(region, 1)!), deadlineMs: c.nowMs() + 300 }
        const result = yield* c.router(1).writeEffect({ header, commands: [put] })
        expect(result._tag).not.toBe("Written")
        c.network.heal()
        yield* c.mustPut("k", "2")
      })
    ))
})
