/** Membership changes, one by one and joint, learners, and the door `RawNode`. Names after etcd-raft and TinyKV. */
import { describe, expect, test } from "bun:test"
import { MessageType } from "../../src/raft/message.ts"
import { leaveJoint } from "../../src/raft/types.ts"
import { bytes, Cluster, change, encodeConfChange, paperConfig, unbytes } from "./support/Cluster.ts"
import { confStateOf } from "./support/MemoryStorage.ts"
import { ack, entriesOf, lead, nameOf, propose, sent, sentOf, solo, tell } from "./support/solo.ts"

const { electionTicks } = paperConfig
const explicit = (cc: ReturnType<typeof change>) => ({ ...cc, transition: "explicit" as const })

test("AddNode3A: the member list grows", () => {
  const p = solo({ voters: [1] })
  expect(p.node.applyConfChange(change("addNode", 2)).voters).toEqual([1, 2])
})

test("AddNodeCheckQuorum: a leader does not step down over a peer that had no time to answer", () => {
  const c = Cluster.of(1, { checkQuorum: true })
  c.campaign(1)
  for (let i = 0; i < electionTicks - 1; i++) c.node(1).tick()
  c.proposeConfChange(1, change("addNode", 2))
  c.node(1).tick()
  expect(c.node(1).role).toBe("leader")
  for (let i = 0; i < electionTicks; i++) c.node(1).tick()
  expect(c.node(1).role).toBe("follower")
})

test("RemoveNode3A: the member list shrinks, but never below one voter", () => {
  const p = solo({ voters: [1, 2] })
  expect(p.node.applyConfChange(change("removeNode", 2)).voters).toEqual([1])
  lead(p)
  // Deviation from TinyKV, which lets the last peer remove itself: a group without voters can never do anything again.
  expect(p.node.proposeConfChange(bytes("x"), change("removeNode", 1))).toEqual({
    ok: false,
    reason: "invalidConfChange"
  })
  expect(() => p.node.applyConfChange(change("removeNode", 1))).toThrow("no voter would be left")
})

test("CommitAfterRemoveNode3A: a smaller quorum commits what was waiting", () => {
  const p = solo({ voters: [1, 2] })
  lead(p)
  ack(p, 2)
  const cc = change("removeNode", 2)
  expect(p.node.proposeConfChange(encodeConfChange(cc), cc).ok).toBe(true)
  propose(p, "hello")
  sent(p)
  // 2 acknowledges the removal only; its application commits the rest.
  ack(p, 2, 2)
  expect(p.node.commit).toBe(3)
  expect(p.appliedData).toEqual(["hello"])
  expect(p.node.confState.voters).toEqual([1])
})

test("RawNodeProposeAndConfChange3A: both kinds of proposals reach the log", () => {
  const c = Cluster.of(1)
  c.campaign(1)
  c.propose(1, "somedata")
  const cc = change("addLearnerNode", 2)
  expect(c.proposeConfChange(1, cc)).toEqual({ ok: true, index: 3, term: 1 })
  expect(
    c
      .peer(1)
      .storage.all()
      .map((e) => [e.index, e.kind])
  ).toEqual([
    [1, 0],
    [2, 0],
    [3, 2]
  ])
  expect(c.node(1).confState).toEqual({ ...confStateOf([1]), learners: [2] })
  expect(c.node(1).hasPendingConf).toBe(false)
})

test("RawNodeProposeAddDuplicateNode3A: a repeated addition does not block the next change", () => {
  const c = Cluster.of(1)
  c.campaign(1)
  const results = [1, 1, 2].map((id) => c.proposeConfChange(1, change("addLearnerNode", id + 1)))
  expect(results.map((r) => r.ok)).toEqual([true, true, true])
  expect([c.node(1).confState.learners, c.node(1).lastIndex]).toEqual([[2, 3], 4])
})

test("RawNodeStart2AC: the Ready cycle of a fresh group of one", () => {
  const p = solo({ voters: [1] })
  expect(p.node.hasReady()).toBe(false)
  p.node.campaign()
  const vote = p.node.ready()
  expect([vote.hardState, vote.softState, vote.mustSync, vote.entries.length]).toEqual([
    { term: 1, vote: 1, commit: 0 },
    { leader: 0, role: "candidate" },
    true,
    0
  ])
  p.persist(vote)
  p.node.advanceAppend(vote)
  const noop = p.node.ready()
  expect([noop.softState, noop.entries.map((e) => [e.index, e.data.length]), noop.committedEntries.length]).toEqual([
    { leader: 1, role: "leader" },
    [[1, 0]],
    0
  ])
  p.persist(noop)
  p.node.advanceAppend(noop)
  const commit = p.node.ready()
  expect([commit.hardState, commit.mustSync, commit.committedEntries.map((e) => e.index)]).toEqual([
    { term: 1, vote: 1, commit: 1 },
    false,
    [1]
  ])
  p.persist(commit)
  p.node.advanceAppend(commit)
  p.node.advanceApply(1)
  expect(p.node.hasReady()).toBe(false)
})

test("RawNodeRestart2AC: a restart hands out committed entries only", () => {
  const p = solo({ voters: [1], terms: [1, 1], hardState: { term: 1, vote: 0, commit: 1 } })
  const ready = p.node.ready()
  expect(ready.committedEntries.map((e) => e.index)).toEqual([1])
  expect([ready.hardState, ready.entries, ready.mustSync, ready.softState]).toEqual([undefined, [], false, undefined])
  p.persist(ready)
  p.node.advanceAppend(ready)
  expect(p.node.hasReady()).toBe(false)
})

test("RawNodeRestart2AC: what was applied is not handed out again, even when the commit index was lost", () => {
  const p = solo({ voters: [1], terms: [1, 1, 1], hardState: { term: 1, vote: 0, commit: 1 }, appliedIndex: 2 })
  expect([p.node.commit, p.node.applied, p.node.hasReady()]).toEqual([2, 2, false])
})

test("RawNodeRestartFromSnapshot2C: a restart on top of a snapshot", () => {
  const p = solo({ voters: [1, 2] })
  p.storage.install({ metadata: { index: 2, term: 1, confState: confStateOf([1, 2]) }, data: bytes("[]") })
  p.storage.append(entriesOf([1], 3))
  p.storage.hardState = { term: 1, vote: 0, commit: 3 }
  p.restart()
  expect([p.node.firstIndex, p.node.lastIndex, p.node.applied]).toEqual([3, 3, 2])
  const ready = p.node.ready()
  expect(ready.committedEntries.map((e) => e.index)).toEqual([3])
})

describe("one change at a time", () => {
  test("StepConfig: a change waits until the one before it is applied", () => {
    const p = solo()
    lead(p)
    ack(p, 2)
    const add = change("addNode", 4)
    expect(p.node.proposeConfChange(encodeConfChange(add), add).ok).toBe(true)
    expect(p.node.hasPendingConf).toBe(true)
    expect(p.node.proposeConfChange(bytes(""), change("addNode", 5))).toEqual({
      ok: false,
      reason: "pendingConfChange"
    })
    sent(p)
    ack(p, 2)
    expect([p.node.confState.voters, p.node.hasPendingConf]).toEqual([[1, 2, 3, 4], false])
    expect(p.node.proposeConfChange(bytes(""), change("addNode", 5)).ok).toBe(true)
  })

  test("a new leader takes no change before it has committed in its term, nor while an older one may be unapplied", () => {
    const p = solo({ terms: [1] })
    lead(p)
    const cc = change("addNode", 4)
    expect(p.node.proposeConfChange(bytes(""), cc)).toEqual({ ok: false, reason: "termNotCommitted" })
    // Committed, but not applied: entry 1 could be a change.
    p.node.step({ ...blank, type: MessageType.appendResponse, from: 2, term: p.node.term, index: 2 })
    expect(p.node.committedInOwnTerm).toBe(true)
    expect(p.node.proposeConfChange(bytes(""), cc)).toEqual({ ok: false, reason: "pendingConfChange" })
    p.run()
    expect(p.node.proposeConfChange(bytes(""), cc).ok).toBe(true)
  })

  test("a change refused at apply is followed by the next one", () => {
    const p = solo({ voters: [1] })
    lead(p)
    const cc = change("addNode", 2)
    expect(p.node.proposeConfChange(encodeConfChange(cc), cc).ok).toBe(true)
    for (let i = 0; i < 3; i++) {
      const ready = p.node.ready()
      p.persist(ready)
      p.node.advanceAppend(ready)
      if (ready.committedEntries.some((e) => e.index === 2)) break
    }
    p.node.applyConfChangeRejected(1)
    expect(p.node.hasPendingConf).toBe(true)
    p.node.applyConfChangeRejected(2)
    expect([p.node.hasPendingConf, p.node.confState.voters]).toEqual([false, [1]])
    expect(p.node.proposeConfChange(encodeConfChange(cc), cc).ok).toBe(true)
  })

  test("CampaignWithUnappliedConfChange: a peer that has not applied a committed change does not campaign", () => {
    const p = solo()
    const cc = encodeConfChange(change("addNode", 4))
    p.node.step({
      ...blank,
      type: MessageType.append,
      from: 2,
      term: 1,
      commit: 1,
      entries: [{ kind: 2, term: 1, index: 1, data: cc }]
    })
    const ready = p.node.ready()
    p.persist(ready)
    p.node.advanceAppend(ready)
    p.node.campaign()
    expect(p.node.role).toBe("follower")
    p.apply(ready.committedEntries)
    p.node.campaign()
    expect(p.node.role).toBe("candidate")
  })

  test("repeating a change, or a change an installed snapshot covers, changes nothing", () => {
    const p = solo()
    const once = p.node.applyConfChange(change("addNode", 4))
    expect(p.node.applyConfChange(change("addNode", 4))).toEqual(once)
    tell(p, MessageType.snapshot, 2, {
      term: 1,
      snapshot: { metadata: { index: 5, term: 1, confState: confStateOf([1, 2]) }, data: bytes("[]") }
    })
    expect(p.node.applyConfChange(change("addNode", 5), 4).voters).toEqual([1, 2])
  })
})

describe("joining", () => {
  test("a new member is told by a heartbeat at once, with commit index 0", () => {
    const p = solo({ voters: [1] })
    lead(p)
    const cc = change("addNode", 2)
    p.node.proposeConfChange(encodeConfChange(cc), cc)
    const out = sent(p).filter((m) => m.to === 2)
    expect(out.map((m) => [nameOf(m), m.commit]).find(([name]) => name === "heartbeat")).toEqual(["heartbeat", 0])
  })

  test("a new member is told at once even when it takes the place of another", () => {
    const p = solo({ learners: [5] })
    lead(p)
    p.node.applyConfChange(change("addLearnerNode", 4, ["removeNode", 5]))
    const out = sent(p)
    expect(out.filter((m) => m.type === MessageType.heartbeat).map((m) => m.to)).toEqual([2, 3, 4])
  })

  test("AddLearner: a learner receives entries, and does not count", () => {
    const c = Cluster.of(1)
    c.add(2, confStateOf([1]))
    c.campaign(1)
    c.propose(1, "a")
    c.proposeConfChange(1, change("addLearnerNode", 2))
    c.beat(1)
    expect(c.peer(2).appliedData).toEqual(["a"])
    c.isolate(2)
    c.propose(1, "b")
    expect([c.peer(1).appliedData, c.peer(2).appliedData]).toEqual([["a", "b"], ["a"]])
  })

  test("LearnerPromotion: a promoted learner counts and can lead", () => {
    const c = Cluster.of(1)
    c.add(2, confStateOf([1]))
    c.campaign(1)
    c.proposeConfChange(1, change("addLearnerNode", 2))
    c.beat(1)
    for (let i = 0; i < 3 * electionTicks; i++) c.node(2).tick()
    expect(c.node(2).role).toBe("follower")
    c.proposeConfChange(1, change("addNode", 2))
    c.beat(1)
    expect(c.node(2).confState.voters).toEqual([1, 2])
    c.campaign(2)
    expect(c.leaders).toEqual([2])
  })

  test("demotion: a leader that becomes a learner steps down", () => {
    const c = Cluster.of(3)
    c.campaign(1)
    c.proposeConfChange(1, change("addLearnerNode", 1))
    expect([c.node(1).role, c.node(1).confState.learners]).toEqual(["follower", [1]])
    c.campaign(2)
    c.propose(2, "x")
    expect(c.peer(1).appliedData).toEqual(["x"])
  })
})

describe("joint consensus", () => {
  test("V2AddDoubleAuto: two additions go through a joint configuration and leave it by themselves", () => {
    const c = Cluster.of(1)
    for (const id of [2, 3]) c.add(id, confStateOf([1]))
    c.campaign(1)
    c.proposeConfChange(1, change("addNode", 2, ["addNode", 3]))
    c.beat(1)
    for (const id of [1, 2, 3]) expect(c.node(id).confState).toEqual(confStateOf([1, 2, 3]))
    // no-op, change, leave
    expect(
      c
        .peer(1)
        .storage.all()
        .map((e) => [e.kind, e.data.length > 0])
    ).toEqual([
      [0, false],
      [2, true],
      [2, false]
    ])
  })

  test("V2AddSingleExplicit: an explicit joint configuration stays until somebody leaves it", () => {
    const c = Cluster.of(1)
    c.add(2, confStateOf([1]))
    c.campaign(1)
    c.proposeConfChange(1, explicit(change("addNode", 2)))
    c.beat(1)
    expect(c.node(1).confState).toEqual({ ...confStateOf([1, 2]), votersOutgoing: [1] })
    expect(c.proposeConfChange(1, change("addNode", 3))).toEqual({ ok: false, reason: "inJoint" })
    expect(c.node(1).proposeConfChange(bytes(""), leaveJoint).ok).toBe(true)
    c.settle()
    expect(c.node(1).confState).toEqual(confStateOf([1, 2]))
    expect(c.node(1).proposeConfChange(bytes(""), leaveJoint)).toEqual({ ok: false, reason: "notInJoint" })
  })

  test("commit and election need a majority of both halves", () => {
    const p = solo({ voters: [1, 2, 3] })
    lead(p)
    ack(p, 2)
    // outgoing 1 2 3, incoming 1 4 5
    const cc = explicit(change("removeNode", 2, ["removeNode", 3], ["addNode", 4], ["addNode", 5]))
    p.node.proposeConfChange(encodeConfChange(cc), cc)
    sent(p)
    ack(p, 2)
    expect(p.node.confState).toEqual({ ...confStateOf([1, 4, 5]), votersOutgoing: [1, 2, 3] })
    propose(p, "x")
    sent(p)
    const { lastIndex } = p.node
    ack(p, 4)
    ack(p, 5)
    expect(p.node.commit).toBeLessThan(lastIndex)
    ack(p, 3)
    expect(p.node.commit).toBe(lastIndex)
    // Election by the same rule.
    tell(p, MessageType.append, 2, { term: 9, index: lastIndex, logTerm: 1 })
    p.node.campaign()
    sent(p)
    for (const id of [4, 5]) tell(p, MessageType.requestVoteResponse, id)
    expect(p.node.role).toBe("candidate")
    tell(p, MessageType.requestVoteResponse, 2)
    expect(p.node.role).toBe("leader")
  })

  test("a voter demoted inside a joint configuration votes until it is left, then is a learner", () => {
    const c = Cluster.of(3)
    c.campaign(1)
    c.proposeConfChange(1, explicit(change("addLearnerNode", 3)))
    expect(c.node(1).confState).toEqual({ ...confStateOf([1, 2]), votersOutgoing: [1, 2, 3], learnersNext: [3] })
    expect(c.node(1).status().progress.get(3)!.isLearner).toBe(false)
    c.node(1).proposeConfChange(bytes(""), leaveJoint)
    c.settle()
    expect(c.node(1).confState).toEqual({ ...confStateOf([1, 2]), learners: [3] })
    expect(c.node(1).status().progress.get(3)!.isLearner).toBe(true)
  })

  test("joint enter, restart in, leader down in: a new leader leaves it as asked", () => {
    const c = Cluster.of(3)
    c.add(4, confStateOf([1, 2, 3]))
    c.campaign(1)
    // The leave entry of leader 1 reaches nobody.
    const cc = { ...change("addNode", 4, ["removeNode", 3]) }
    c.node(1).proposeConfChange(encodeConfChange(cc), cc)
    let joint = false
    c.holdBack = (m) => {
      joint ||= m.entries.some((e) => e.kind === 2 && e.data.length === 0)
      return joint && m.from === 1
    }
    c.settle()
    expect(c.node(2).confState.votersOutgoing.length + c.node(1).confState.votersOutgoing.length).toBeGreaterThan(0)
    c.held = []
    c.holdBack = undefined
    c.isolate(1)
    c.peer(2).restart()
    c.campaign(2)
    c.beat(2)
    c.campaign(2)
    c.beat(2)
    c.beat(2)
    expect(c.node(2).isLeader).toBe(true)
    expect(c.node(2).confState).toEqual(confStateOf([1, 2, 4]))
    c.recover()
    c.beat(2)
    expect(c.node(1).confState).toEqual(confStateOf([1, 2, 4]))
    expect(c.leaders).toEqual([2])
  })

  test("auto leave waits for the end of a leader transfer", () => {
    const p = solo()
    lead(p)
    ack(p, 2)
    ack(p, 3)
    const cc = { ...change("addLearnerNode", 4), transition: "implicit" as const }
    p.node.proposeConfChange(encodeConfChange(cc), cc)
    sent(p)
    p.node.transferLeader(3)
    ack(p, 2)
    expect([p.node.confState.autoLeave, p.node.lastIndex]).toEqual([true, 2])
    for (let i = 0; i < electionTicks + 1; i++) p.node.tick()
    sent(p)
    expect([p.node.leadTransferee, p.node.lastIndex]).toEqual([0, 3])
  })
})

describe("leaving", () => {
  test("V1RemoveLeader: a removed leader commits its removal without itself, says so, and steps down", () => {
    const c = Cluster.of(3)
    c.campaign(1)
    c.proposeConfChange(1, change("removeNode", 1))
    expect([c.node(1).role, c.node(1).confState.voters]).toEqual(["follower", [2, 3]])
    // Everybody learned that the removal is committed before the leader fell silent.
    for (const id of [2, 3]) expect(c.node(id).confState.voters).toEqual([2, 3])
    for (let i = 0; i < 3 * electionTicks; i++) c.node(1).tick()
    expect(c.node(1).role).toBe("follower")
    c.campaign(2)
    expect(c.propose(2, "x")).toBe(true)
    expect(c.peer(3).appliedData).toEqual(["x"])
  })

  test("a group of two whose leader left and whose last word was lost elects the survivor", () => {
    const c = Cluster.of(2, { preVote: true })
    c.campaign(1)
    let removal = 0
    // Everything that could tell 2 about the commit is lost.
    c.holdBack = (m) => {
      if (m.from === 1 && removal > 0 && m.commit >= removal) return true
      return false
    }
    removal = c.node(1).lastIndex + 1
    c.proposeConfChange(1, change("removeNode", 1))
    expect([c.node(1).role, c.node(2).confState.voters]).toEqual(["follower", [1, 2]])
    c.held = []
    c.holdBack = undefined
    // The departed leader still answers votes; its refusal or grant, either way, lets 2 go on.
    c.campaign(2)
    c.campaign(2)
    expect(c.leaders).toEqual([2])
    expect(c.node(2).confState.voters).toEqual([2])
    c.propose(2, "x")
    expect(c.peer(2).appliedData).toEqual(["x"])
  })

  test("V2ReplaceLeader: a leader replaces itself through a joint configuration and leads until it is left", () => {
    const c = Cluster.of(3)
    c.add(4, confStateOf([1, 2, 3]))
    c.campaign(1)
    const cc = explicit(change("addNode", 4, ["removeNode", 1]))
    c.proposeConfChange(1, cc)
    c.beat(1)
    expect([c.node(1).role, c.node(1).confState]).toEqual([
      "leader",
      { ...confStateOf([2, 3, 4]), votersOutgoing: [1, 2, 3] }
    ])
    c.propose(1, "still leading")
    c.node(1).proposeConfChange(bytes(""), leaveJoint)
    c.settle()
    expect(c.node(1).role).toBe("follower")
    c.campaign(4)
    expect([c.leaders, c.peer(4).appliedData]).toEqual([[4], ["still leading"]])
  })

  test("messages of a removed peer are not taken for answers of a member", () => {
    const c = Cluster.of(3)
    c.campaign(1)
    c.proposeConfChange(1, change("removeNode", 3))
    expect(c.node(1).step({ ...blank, type: MessageType.appendResponse, from: 3, term: 1, index: 1 })).toBe(
      "unknownPeer"
    )
    expect(c.node(1).status().progress.has(3)).toBe(false)
  })

  test("with check quorum, a removed peer that campaigns deposes nobody", () => {
    const c = Cluster.of(3, { checkQuorum: true, preVote: true })
    c.campaign(1)
    c.isolate(3)
    c.proposeConfChange(1, change("removeNode", 3))
    c.recover()
    for (let i = 0; i < 5 * electionTicks; i++) {
      c.node(3).tick()
      c.settle()
      c.tick(1)
      c.tick(2)
    }
    expect([c.leaders, c.node(1).term]).toEqual([[1], 1])
  })
})

test("progress of new members starts as a probe near the end of the log", () => {
  const p = solo({ terms: [1, 1, 1] })
  lead(p)
  ack(p, 2)
  p.node.applyConfChange(change("addNode", 4))
  expect(p.node.status().progress.get(4)).toMatchObject({ state: "probe", match: 0, next: 4, recentActive: true })
  expect(
    sentOf(p, MessageType.append)
      .filter((m) => m.to === 4)
      .map((m) => [m.index, m.entries.length])
  ).toEqual([[3, 1]])
})

test("a change handed out before a snapshot arrived is applied to the membership it was made for", () => {
  const p = solo()
  const cc = change("addLearnerNode", 4, ["removeNode", 3])
  const entry = { kind: 2, term: 1, index: 1, data: encodeConfChange(cc) }
  p.node.step({ ...blank, term: 1, commit: 1, entries: [entry] })
  const first = p.node.ready()
  p.persist(first)
  p.node.advanceAppend(first)
  // Applying lags; the snapshot's membership is joint already, where no other joint change could begin.
  const confState = { ...confStateOf([1, 2]), votersOutgoing: [1, 2, 5], autoLeave: true }
  const snapshot = { metadata: { index: 9, term: 1, confState }, data: bytes("[]") }
  p.node.step({ ...blank, type: MessageType.snapshot, term: 1, snapshot })
  expect(p.node.applyConfChange(cc, 1)).toEqual({
    ...confStateOf([1, 2]),
    learners: [4],
    votersOutgoing: [1, 2, 3],
    autoLeave: true
  })
  p.node.advanceApply(1)
  const second = p.node.ready()
  p.persist(second)
  p.node.advanceAppend(second)
  expect(p.node.confState).toEqual(confState)
})

test("a log that holds a membership change says durably that the change before it is committed", () => {
  const p = solo({ voters: [1] })
  lead(p)
  // The hard state of a Ready that need not be synced is thrown away here.
  const pass = () => {
    const ready = p.node.ready()
    if (ready.mustSync && ready.hardState !== undefined) p.storage.hardState = ready.hardState
    p.storage.append(ready.entries)
    p.node.advanceAppend(ready)
    p.apply(ready.committedEntries)
  }
  for (const id of [2, 3]) {
    const cc = change("addLearnerNode", id)
    expect(p.node.proposeConfChange(encodeConfChange(cc), cc).ok).toBe(true)
    while (p.node.hasReady()) pass()
  }
  const changes = p.storage
    .all()
    .filter((e) => e.kind === 2)
    .map((e) => e.index)
  expect([changes, p.storage.hardState.commit]).toEqual([[2, 3], 2])
})

test("data of changes and proposals is passed through unread", () => {
  const c = Cluster.of(1)
  c.campaign(1)
  const cc = change("addLearnerNode", 2)
  c.proposeConfChange(1, cc)
  expect(unbytes(c.peer(1).storage.all()[1]!.data)).toBe(unbytes(encodeConfChange(cc)))
})

const blank = {
  type: MessageType.append as MessageType,
  to: 1,
  from: 2,
  term: 0,
  logTerm: 0,
  index: 0,
  commit: 0,
  commitTerm: 0,
  entries: entriesOf([]),
  snapshot: undefined,
  requestSnapshot: 0,
  reject: false,
  rejectHint: 0,
  context: bytes("")
}
