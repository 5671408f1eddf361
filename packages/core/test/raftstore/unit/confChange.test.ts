/** The membership after a change, the same on every replica. */
import { describe, expect, test } from "bun:test"
import { epochOf, eraftpb, formatPeer, metapb, raft_cmdpb } from "@reefkv/wire"
import fc from "fast-check"
import { nextRegion } from "../../../src/raftstore/admin/confChange.ts"
import { isJoint } from "../../../src/raftstore/confState.ts"

const { AddNode, RemoveNode, AddLearnerNode } = eraftpb.ConfChangeType
const { Voter, Learner, IncomingVoter, DemotingVoter } = metapb.PeerRole

const peer = (id: number, storeId: number, role: metapb.PeerRole = Voter): metapb.Peer =>
  metapb.Peer.create({ id, storeId, role })
const region = (...peers: ReadonlyArray<metapb.Peer>): metapb.Region =>
  metapb.Region.create({ id: 1, regionEpoch: { confVer: 10, version: 3 }, peers: [...peers] })
const change = (changeType: eraftpb.ConfChangeType, of: metapb.Peer): raft_cmdpb.ChangePeerRequest =>
  raft_cmdpb.ChangePeerRequest.create({ changeType, peer: of })
const peersAfter = (from: metapb.Region, ...changes: ReadonlyArray<raft_cmdpb.ChangePeerRequest>): string => {
  const next = nextRegion(from, changes)
  if (next._tag !== "Changed") return next._tag
  return `${next.region.peers.map(formatPeer).join(" ")} c${epochOf(next.region).confVer}`
}
const three = region(peer(1, 1), peer(2, 2), peer(3, 3))

describe("single changes", () => {
  test("add, promote, demote, remove: one step of conf_ver each", () => {
    expect(peersAfter(three, change(AddNode, peer(4, 4)))).toBe("1@1 2@2 3@3 4@4 c11")
    expect(peersAfter(three, change(AddLearnerNode, peer(4, 4)))).toBe("1@1 2@2 3@3 4@4 (learner) c11")
    const learning = region(peer(1, 1), peer(4, 4, Learner))
    expect(peersAfter(learning, change(AddNode, peer(4, 4)))).toBe("1@1 4@4 c11")
    expect(peersAfter(three, change(AddLearnerNode, peer(3, 3)))).toBe("1@1 2@2 3@3 (learner) c11")
    expect(peersAfter(three, change(RemoveNode, peer(3, 3)))).toBe("1@1 2@2 c11")
  })

  test("5.2 a resent step is idempotent by type and peer id", () => {
    expect(peersAfter(three, change(AddNode, peer(3, 3)))).toBe("Unchanged")
    expect(peersAfter(three, change(RemoveNode, peer(9, 9)))).toBe("Unchanged")
    expect(peersAfter(region(peer(1, 1), peer(4, 4, Learner)), change(AddLearnerNode, peer(4, 4)))).toBe("Unchanged")
  })

  test("5.2 the id decides: an old removal does not hit the peer that came after", () => {
    const replaced = region(peer(1, 1), peer(2, 2), peer(33, 3))
    expect(peersAfter(replaced, change(RemoveNode, peer(3, 3)))).toBe("Unchanged")
  })

  test("a store holds one peer, an id one store, a region one voter at least", () => {
    expect(peersAfter(three, change(AddNode, peer(9, 3)))).toBe("Refused")
    expect(peersAfter(three, change(AddNode, peer(3, 9)))).toBe("Refused")
    expect(peersAfter(region(peer(1, 1)), change(RemoveNode, peer(1, 1)))).toBe("Refused")
    expect(peersAfter(region(peer(1, 1), peer(2, 2, Learner)), change(RemoveNode, peer(1, 1)))).toBe("Refused")
  })
})

describe("joint changes", () => {
  test("several changes that touch no voter are refused: nobody would see that a joint configuration is to be left", () => {
    const learning = region(peer(1, 1), peer(2, 2), peer(4, 4, Learner))
    const swapLearners = [change(RemoveNode, peer(4, 4)), change(AddLearnerNode, peer(5, 5))]
    expect(peersAfter(learning, ...swapLearners)).toBe("Refused")
    expect(peersAfter(learning, ...swapLearners.toReversed())).toBe("Refused")
    expect(peersAfter(learning, change(AddNode, peer(1, 1)), change(RemoveNode, peer(4, 4)))).toBe("Refused")
    expect(peersAfter(learning, change(AddNode, peer(1, 1)), change(AddLearnerNode, peer(4, 4)))).toBe("Unchanged")
  })

  const swap = [change(AddNode, peer(4, 4)), change(AddLearnerNode, peer(3, 3))]

  test("enter with incoming and demoting voters, leave to voters and learners", () => {
    expect(peersAfter(three, ...swap)).toBe("1@1 2@2 3@3 (demoting voter) 4@4 (incoming voter) c12")
    const joint = region(peer(1, 1), peer(2, 2), peer(3, 3, DemotingVoter), peer(4, 4, IncomingVoter))
    expect(isJoint(joint)).toBe(true)
    expect(peersAfter(joint)).toBe("1@1 2@2 3@3 (learner) 4@4 c12")
    expect(peersAfter(joint, change(AddNode, peer(5, 5)))).toBe("Refused")
  })

  test("a voter leaves by demotion, not by removal; leaving nothing changes nothing", () => {
    expect(peersAfter(three, change(AddNode, peer(4, 4)), change(RemoveNode, peer(3, 3)))).toBe("Refused")
    expect(peersAfter(three)).toBe("Unchanged")
    expect(peersAfter(three, change(AddNode, peer(4, 4)), change(RemoveNode, peer(4, 4)))).toBe("Refused")
  })
})

test("any sequence of changes keeps stores and ids unique, conf_ver rising and a voter", () => {
  const one = fc.record({
    changeType: fc.constantFrom<eraftpb.ConfChangeType>(AddNode, RemoveNode, AddLearnerNode),
    id: fc.integer({ min: 1, max: 8 }),
    storeId: fc.integer({ min: 1, max: 5 })
  })
  fc.assert(
    fc.property(fc.array(fc.array(one, { maxLength: 3 }), { maxLength: 20 }), (steps) => {
      let now = three
      for (const step of steps) {
        const next = nextRegion(
          now,
          step.map(({ changeType, id, storeId }) => change(changeType, peer(id, storeId)))
        )
        if (next._tag !== "Changed") continue
        expect(epochOf(next.region).confVer).toBeGreaterThan(epochOf(now).confVer)
        expect(epochOf(next.region).version).toBe(epochOf(now).version)
        now = next.region
        expect(new Set(now.peers.map(({ id }) => id)).size).toBe(now.peers.length)
        expect(new Set(now.peers.map(({ storeId }) => storeId)).size).toBe(now.peers.length)
        expect(now.peers.some(({ role }) => role !== Learner && role !== DemotingVoter)).toBe(true)
      }
    }),
    { seed: 20260725, numRuns: 300 }
  )
})
