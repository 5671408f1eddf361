/** Leader transfer (Raft thesis 3.10). Names after etcd-raft and TinyKV. */
import { describe, expect, test } from "bun:test"
import { MessageType } from "../../src/raft/message.ts"
import { bytes, Cluster, change, paperConfig } from "./support/Cluster.ts"
import { ack, lead, nameOf, propose, sent, solo, tell } from "./support/solo.ts"

const { electionTicks } = paperConfig

function led(size = 3, config = {}): Cluster {
  const c = Cluster.of(size, config)
  c.campaign(1)
  c.beat(1)
  return c
}

function transfer(c: Cluster, by: number, to: number): void {
  c.node(by).transferLeader(to)
  c.settle()
}

/** The leader's view after a transfer that is still pending. */
function pending(c: Cluster, leader: number): number {
  return c.node(leader).leadTransferee
}

test("LeaderTransferToUpToDateNode3A: directly, and back", () => {
  for (const checkQuorum of [false, true]) {
    const c = led(3, { checkQuorum })
    transfer(c, 1, 2)
    expect([c.leaders, c.node(1).leaderId]).toEqual([[2], 2])
    c.propose(2, "x")
    transfer(c, 2, 1)
    expect([c.leaders, c.node(1).term]).toEqual([[1], 3])
  }
})

test("LeaderTransferToUpToDateNodeFromFollower3A: a request to a follower is forwarded", () => {
  const c = led()
  transfer(c, 2, 2)
  expect(c.leaders).toEqual([2])
  c.propose(2, "x")
  transfer(c, 1, 1)
  expect(c.leaders).toEqual([1])
  transfer(c, 3, 2)
  expect(c.leaders).toEqual([2])
})

test("LeaderTransferWithCheckQuorum: peers bound to the leader vote for the one it has chosen", () => {
  const c = led(3, { checkQuorum: true, preVote: true })
  for (let i = 0; i < electionTicks; i++) for (const id of [1, 2, 3]) c.tick(id)
  transfer(c, 1, 2)
  expect(c.leaders).toEqual([2])
})

test("LeaderTransferToSlowFollower3A: waits until the target has the log", () => {
  const c = led()
  c.isolate(3)
  c.propose(1, "a")
  c.recover()
  transfer(c, 1, 3)
  c.beat(1)
  expect([c.leaders, c.peer(3).appliedData]).toEqual([[3], ["a"]])
})

test("LeaderTransferAfterSnapshot3A: waits until the target has the snapshot", () => {
  const c = led()
  c.isolate(3)
  c.propose(1, "a")
  c.peer(1).compact()
  c.recover()
  c.holdBack = (m) => m.type === MessageType.appendResponse && m.from === 3 && !m.reject
  c.beat(1)
  transfer(c, 1, 3)
  expect([c.leaders, pending(c, 1), c.peer(3).snapshotsInstalled.length]).toEqual([[1], 3, 1])
  c.release()
  expect([c.leaders, c.peer(3).appliedData]).toEqual([[3], ["a"]])
})

test("LeaderTransferToSelf3A: no-op", () => {
  const c = led()
  transfer(c, 1, 1)
  expect([c.leaders, pending(c, 1), c.node(1).term]).toEqual([[1], 0, 1])
})

test("LeaderTransferToNonExistingNode3A: no-op", () => {
  const c = led()
  transfer(c, 1, 4)
  expect([c.leaders, pending(c, 1)]).toEqual([[1], 0])
})

test("LeaderTransferToLearner: no-op", () => {
  const c = led(2)
  c.proposeConfChange(1, change("addLearnerNode", 3))
  transfer(c, 1, 3)
  expect([c.leaders, pending(c, 1)]).toEqual([[1], 0])
})

test("LeaderTransferTimeout: given up after an election timeout", () => {
  for (const how of ["isolated", "slow"] as const) {
    const c = led(3, { checkQuorum: true })
    if (how === "slow") {
      c.isolate(3)
      c.propose(1, "a")
      c.recover()
    }
    c.isolate(3)
    transfer(c, 1, 3)
    expect(pending(c, 1)).toBe(3)
    for (let i = 0; i < electionTicks - 1; i++) c.tick(1)
    expect(pending(c, 1)).toBe(3)
    c.tick(1)
    expect([pending(c, 1), c.node(1).role]).toEqual([0, "leader"])
  }
})

test("LeaderTransferIgnoreProposal: nothing is accepted while it is pending", () => {
  const c = led()
  c.isolate(3)
  transfer(c, 1, 3)
  expect(c.node(1).propose(bytes("x"))).toEqual({ ok: false, reason: "transferring" })
  expect(c.node(1).proposeConfChange(bytes("x"), change("addNode", 4))).toEqual({ ok: false, reason: "transferring" })
  for (let i = 0; i < electionTicks; i++) c.tick(1)
  expect(c.propose(1, "x")).toBe(true)
})

test("LeaderTransferReceiveHigherTermVote3A: a higher-term election ends it", () => {
  const c = led()
  c.isolate(3)
  transfer(c, 1, 3)
  expect(pending(c, 1)).toBe(3)
  c.campaign(2)
  expect([c.leaders, pending(c, 1)]).toEqual([[2], 0])
})

test("LeaderTransferRemoveNode3A: a removed target is forgotten", () => {
  const c = led(3)
  c.ignore(MessageType.timeoutNow)
  transfer(c, 1, 3)
  expect(pending(c, 1)).toBe(3)
  c.node(1).applyConfChange(change("removeNode", 3))
  expect(pending(c, 1)).toBe(0)
})

test("LeaderTransferDemoteNode: a demoted target is forgotten", () => {
  const c = led(3)
  c.ignore(MessageType.timeoutNow)
  transfer(c, 1, 3)
  c.node(1).applyConfChange(change("addLearnerNode", 3))
  expect(pending(c, 1)).toBe(0)
})

test("LeaderTransferBack3A: asking for the leader itself cancels", () => {
  const c = led()
  c.isolate(3)
  transfer(c, 1, 3)
  expect(pending(c, 1)).toBe(3)
  transfer(c, 1, 1)
  expect([c.leaders, pending(c, 1)]).toEqual([[1], 0])
})

test("LeaderTransferSecondTransferToAnotherNode3A: a newer target wins", () => {
  const c = led()
  c.isolate(3)
  transfer(c, 1, 3)
  transfer(c, 1, 2)
  expect(c.leaders).toEqual([2])
})

test("LeaderTransferSecondTransferToSameNode: repeating the request does not extend the timeout", () => {
  const c = led()
  c.isolate(3)
  transfer(c, 1, 3)
  for (let i = 0; i < electionTicks - 1; i++) c.tick(1)
  transfer(c, 1, 3)
  c.tick(1)
  expect(pending(c, 1)).toBe(0)
})

test("TransferNonMember3A: a peer outside the group neither takes over nor counts votes", () => {
  const p = solo({ voters: [2, 3, 4] })
  expect(tell(p, MessageType.timeoutNow, 2, { term: 1 })).toEqual([])
  tell(p, MessageType.requestVoteResponse, 2, { term: 1 })
  tell(p, MessageType.requestVoteResponse, 3, { term: 1 })
  expect(p.node.role).toBe("follower")
})

test("the order to take over starts a real election at once, without pre-vote", () => {
  const p = solo({ preVote: true, checkQuorum: true })
  tell(p, MessageType.heartbeat, 2, { term: 1 })
  const out = tell(p, MessageType.timeoutNow, 2, { term: 1 })
  expect(out.map((m) => [nameOf(m), m.to, m.term, new TextDecoder().decode(m.context)])).toEqual([
    ["requestVote", 2, 2, "CampaignTransfer"],
    ["requestVote", 3, 2, "CampaignTransfer"]
  ])
})

test("the order waits for entries that were proposed before the transfer began", () => {
  const p = solo()
  lead(p)
  ack(p, 2)
  ack(p, 3)
  propose(p, "x")
  sent(p)
  p.node.transferLeader(2)
  expect(sent(p).filter((m) => m.type === MessageType.timeoutNow)).toEqual([])
  expect(
    ack(p, 2)
      .filter((m) => m.type === MessageType.timeoutNow)
      .map((m) => m.to)
  ).toEqual([2])
})

describe("a late order to take over", () => {
  test("is refused by a peer that has seen a later heartbeat of the same leader", () => {
    const c = led(3, { checkQuorum: true })
    c.holdBack = (m) => m.type === MessageType.timeoutNow
    transfer(c, 1, 2)
    const order = c.held
    c.held = []
    c.holdBack = undefined
    for (let i = 0; i < electionTicks; i++) c.tick(1)
    expect(pending(c, 1)).toBe(0)
    for (const m of order) c.deliver(m)
    c.settle()
    expect([c.leaders, c.node(2).term]).toEqual([[1], 1])
  })

  test("of another peer than the leader is ignored", () => {
    const p = solo()
    tell(p, MessageType.heartbeat, 2, { term: 1 })
    expect(tell(p, MessageType.timeoutNow, 3, { term: 1 })).toEqual([])
    expect(p.node.role).toBe("follower")
  })
})

test("a transfer waits for nobody else: a target that is ahead of the quorum takes over", () => {
  const p = solo({ voters: [1, 2, 3, 4, 5] })
  lead(p)
  ack(p, 2)
  expect(p.node.commit).toBe(0)
  p.node.transferLeader(2)
  expect(
    sent(p)
      .filter((m) => m.type === MessageType.timeoutNow)
      .map((m) => m.to)
  ).toEqual([2])
})
