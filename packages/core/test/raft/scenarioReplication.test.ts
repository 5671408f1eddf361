/** Replication and commit across leaders, losses and slow followers. Names after etcd-raft and TinyKV. */
import { describe, expect, test } from "bun:test"
import { MessageType } from "../../src/raft/message.ts"
import { entryOverheadBytes } from "../../src/raft/types.ts"
import { bytes, Cluster, paperConfig } from "./support/Cluster.ts"
import { confStateOf } from "./support/MemoryStorage.ts"
import { ack, entriesOf, lead, propose, sent, sentOf, solo, tell } from "./support/solo.ts"

const { electionTicks } = paperConfig

test("ProgressLeader2AB: the leader's own match and next follow its log", () => {
  const p = solo({ voters: [1, 2] })
  lead(p)
  ack(p, 2)
  const own = () => {
    const pr = p.node.status().progress.get(1)!
    return [pr.match, pr.next, pr.state]
  }
  for (let i = 0; i < 5; i++) {
    p.run()
    expect(own()).toEqual([i + 1, i + 2, "replicate"])
    propose(p, "foo")
  }
})

test("LeaderIncreaseNext2AB: next moves ahead of acknowledgements while replicating, not while probing", () => {
  for (const state of ["replicate", "probe"] as const) {
    const p = solo({ terms: [1, 1, 1] })
    lead(p)
    if (state === "replicate") ack(p, 2)
    propose(p, "some data")
    sent(p)
    const pr = p.node.status().progress.get(2)!
    expect([pr.state, pr.next]).toEqual(state === "replicate" ? ["replicate", 6] : ["probe", 4])
  }
})

test("LogReplication2AB: proposals commit on all peers, across a change of leader", () => {
  const c = Cluster.of(3)
  c.campaign(1)
  c.propose(1, "a")
  for (const p of c.peers.values()) expect(p.appliedData).toEqual(["a"])
  c.campaign(2)
  c.propose(2, "b")
  for (const p of c.peers.values()) expect([p.appliedData, p.log]).toEqual([["a", "b"], "1/1 2/1 3/2 4/2"])
})

test("SingleNodeCommit2AB: a group of one commits alone, after its own sync", () => {
  const c = Cluster.of(1)
  c.campaign(1)
  c.propose(1, "a")
  c.propose(1, "b")
  expect([c.peer(1).appliedData, c.node(1).commit]).toEqual([["a", "b"], 3])
  c.node(1).propose(bytes("c"))
  const ready = c.node(1).ready()
  expect([ready.entries.length, ready.committedEntries.length]).toEqual([1, 0])
})

test("CommitWithoutNewTermEntry2AB: the new leader's no-op alone commits older entries", () => {
  const c = Cluster.of(5)
  c.campaign(1)
  for (const id of [3, 4, 5]) c.cutLink(1, id)
  c.propose(1, "a")
  c.propose(1, "b")
  expect(c.node(1).commit).toBe(1)
  c.recover()
  c.campaign(2)
  expect(c.node(2).commit).toBe(4)
  for (const p of c.peers.values()) expect(p.appliedData).toEqual(["a", "b"])
})

test("CannotCommitWithoutNewTermEntry: without an entry of the new term nothing older is committed", () => {
  const c = Cluster.of(5)
  c.campaign(1)
  for (const id of [3, 4, 5]) c.cutLink(1, id)
  c.propose(1, "a")
  c.recover()
  c.ignore(MessageType.append)
  c.campaign(2)
  expect([c.node(2).role, c.node(2).commit]).toEqual(["leader", 1])
  c.recover()
  c.beat(2)
  c.propose(2, "b")
  expect(c.node(2).commit).toBe(4)
})

test("CommitWithHeartbeat2AB: a lagging follower is fed after it answered a heartbeat", () => {
  const c = Cluster.of(5)
  c.campaign(1)
  c.isolate(5)
  for (const data of ["a", "b", "c"]) c.propose(1, data)
  expect([c.node(5).lastIndex, c.node(1).commit]).toEqual([1, 4])
  c.recover()
  // Nothing reaches it until it answers a heartbeat.
  c.beat(1)
  expect([c.node(5).lastIndex, c.node(5).commit]).toEqual([4, 4])
})

test("HeartbeatUpdateCommit2AB: the commit index in heartbeats is clamped to what the follower matches", () => {
  const p = solo()
  lead(p)
  ack(p, 2)
  for (let i = 0; i < 4; i++) propose(p, "x")
  sent(p)
  ack(p, 2, 5)
  expect(p.node.commit).toBe(5)
  p.node.tick()
  expect(sentOf(p, MessageType.heartbeat).map((m) => [m.to, m.commit])).toEqual([
    [2, 5],
    [3, 0]
  ])
})

test("HeartbeatUpdateCommit2AB: a follower that lost its tail does not commit beyond it", () => {
  const p = solo({ terms: [1, 1] })
  tell(p, MessageType.heartbeat, 2, { term: 1, commit: 9 })
  expect(p.node.commit).toBe(2)
})

test("OldMessages2AB: an append of a stale leader is ignored", () => {
  const c = Cluster.of(3)
  c.campaign(1)
  c.campaign(2)
  c.campaign(1)
  c.node(1).step({
    type: MessageType.append,
    to: 1,
    from: 2,
    term: 2,
    logTerm: 2,
    index: 2,
    commit: 0,
    commitTerm: 0,
    entries: entriesOf([2], 3),
    snapshot: undefined,
    requestSnapshot: 0,
    reject: false,
    rejectHint: 0,
    context: bytes("")
  })
  c.propose(1, "new")
  for (const p of c.peers.values()) expect(p.log).toBe("1/1 2/2 3/3 4/3")
})

test("Proposal2AB: proposals with enough and with too few peers", () => {
  const rows: ReadonlyArray<readonly [number, ReadonlyArray<number>, boolean]> = [
    [3, [], true],
    [3, [3], true],
    [3, [2, 3], false],
    [4, [3, 4], false],
    [5, [4, 5], true]
  ]
  for (const [size, dead, success] of rows) {
    const c = Cluster.of(size)
    for (const id of dead) c.isolate(id)
    c.campaign(1)
    expect(c.propose(1, "some data")).toBe(success)
    for (const p of c.peers.values())
      expect(p.appliedData).toEqual(success && !dead.includes(p.id) ? ["some data"] : [])
  }
})

test("ProposalByProxy: a follower refuses a proposal and names its leader", () => {
  const c = Cluster.of(3)
  c.campaign(1)
  expect([c.node(2).propose(bytes("x")), c.node(2).leaderId]).toEqual([{ ok: false, reason: "notLeader" }, 1])
})

test("HandleMessageType_MsgAppend2AB: what a follower makes of an append", () => {
  // The log holds terms [1, 2]. Rows: term, logTerm, index, commit, entries' terms → last index, commit, refused.
  type Row = readonly [number, number, number, number, ReadonlyArray<number>, number, number, boolean]
  const rows: ReadonlyArray<Row> = [
    // the previous entry does not match, or is not there
    [2, 3, 2, 3, [], 2, 0, true],
    [2, 3, 3, 3, [], 2, 0, true],
    // it matches: take over what follows, with the commit index clamped
    [2, 1, 1, 1, [], 2, 1, false],
    [2, 0, 0, 1, [2], 1, 1, false],
    [2, 2, 2, 3, [2, 2], 4, 3, false],
    [2, 2, 2, 4, [2], 3, 3, false],
    [2, 1, 1, 4, [2], 2, 2, false],
    // commit index: at most the last entry the message vouches for
    [1, 1, 1, 3, [], 2, 1, false],
    [1, 1, 1, 3, [1], 2, 2, false],
    [2, 2, 2, 3, [], 2, 2, false],
    [2, 2, 2, 4, [], 2, 2, false]
  ]
  for (const [term, logTerm, index, commit, terms, last, committed, refused] of rows) {
    // The row whose message has term 1 starts from a log that such a leader could have met.
    const p = solo({ terms: term === 1 ? [1, 1] : [1, 2] })
    const [answer] = tell(p, MessageType.append, 2, {
      term,
      logTerm,
      index,
      commit,
      entries: entriesOf(terms, index + 1)
    })
    expect([term, logTerm, index, commit, terms, p.node.lastIndex, p.node.commit, answer?.reject]).toEqual([
      term,
      logTerm,
      index,
      commit,
      terms,
      last,
      committed,
      refused
    ] as never)
  }
})

describe("flow control", () => {
  test("SendAppendForProgressProbe: one append with entries at a time, until answered", () => {
    const p = solo()
    lead(p)
    propose(p, "a")
    propose(p, "b")
    // The no-op of the election is still unanswered.
    expect(sentOf(p, MessageType.append)).toEqual([])
    expect(p.node.status().progress.get(2)).toMatchObject({ state: "probe", paused: true, next: 1 })
    const out = tell(p, MessageType.heartbeatResponse, 2)
    expect(out.filter((m) => m.to === 2).map((m) => [m.index, m.entries.length])).toEqual([[0, 3]])
  })

  test("SendAppendForProgressReplicate: appends are sent ahead, each once", () => {
    const p = solo()
    lead(p)
    ack(p, 2)
    for (let i = 0; i < 3; i++) {
      propose(p, "x")
      expect(
        sentOf(p, MessageType.append)
          .filter((m) => m.to === 2)
          .map((m) => [m.index, m.entries.length])
      ).toEqual([[i + 1, 1]])
    }
  })

  test("several proposals before one Ready share one append per follower", () => {
    const p = solo()
    lead(p)
    for (const id of [2, 3]) ack(p, id)
    sent(p)
    for (let i = 0; i < 10; i++) propose(p, "x")
    expect(sentOf(p, MessageType.append).map((m) => [m.to, m.entries.length])).toEqual([
      [2, 10],
      [3, 10]
    ])
  })

  test("MsgAppFlowControlFull: a full window sends nothing more; acknowledgements free it in order", () => {
    const p = solo({ maxInflightMessages: 3 })
    lead(p)
    ack(p, 2)
    const appends = () => sentOf(p, MessageType.append).filter((m) => m.to === 2).length
    const counts: number[] = []
    for (let i = 0; i < 5; i++) {
      propose(p, "x")
      counts.push(appends())
    }
    expect(counts).toEqual([1, 1, 1, 0, 0])
    expect(p.node.status().progress.get(2)).toMatchObject({ inflightMessages: 3, paused: true })
    // Acknowledging the second frees the first two; the two waiting entries travel together.
    expect(
      ack(p, 2, 3)
        .filter((m) => m.to === 2 && m.entries.length > 0)
        .map((m) => [m.index, m.entries.length])
    ).toEqual([[4, 2]])
    expect(p.node.status().progress.get(2)!.inflightMessages).toBe(2)
  })

  test("MsgAppFlowControlRecvHeartbeat: a heartbeat answer lets one empty append through a full window", () => {
    const p = solo({ maxInflightMessages: 2 })
    lead(p)
    ack(p, 2)
    for (let i = 0; i < 3; i++) {
      propose(p, "x")
      sent(p)
    }
    for (let i = 0; i < 2; i++) {
      const out = tell(p, MessageType.heartbeatResponse, 2).filter((m) => m.to === 2)
      expect(out.map((m) => [m.type, m.entries.length])).toEqual([[MessageType.append, 0]])
    }
    expect(tell(p, MessageType.appendResponse, 3, { index: 0 }).filter((m) => m.to === 2)).toEqual([])
  })

  test("the window is bounded by bytes as well, but one message may pass the bound", () => {
    const p = solo({ maxInflightBytes: 100 })
    lead(p)
    ack(p, 2)
    propose(p, "x".repeat(500))
    expect(sentOf(p, MessageType.append).filter((m) => m.to === 2).length).toBe(1)
    propose(p, "y")
    expect(sentOf(p, MessageType.append).filter((m) => m.to === 2).length).toBe(0)
    expect(p.node.status().progress.get(2)).toMatchObject({ inflightBytes: 500 + entryOverheadBytes, paused: true })
    expect(ack(p, 2, 2).filter((m) => m.entries.length > 0 && m.to === 2).length).toBe(1)
  })

  test("LimitAppendSize: an append holds at most so many bytes, and at least one entry", () => {
    const p = solo({ maxEntriesBytesPerMessage: 2 * (10 + entryOverheadBytes) })
    lead(p)
    ack(p, 2)
    sent(p)
    for (let i = 0; i < 5; i++) propose(p, "x".repeat(10))
    propose(p, "y".repeat(1000))
    expect(
      sentOf(p, MessageType.append)
        .filter((m) => m.to === 2)
        .map((m) => m.entries.length)
    ).toEqual([2, 2, 1, 1])
  })

  test("UncommittedEntryLimit: proposals beyond the bound are refused until earlier ones commit", () => {
    const p = solo({ maxUncommittedBytes: 30 })
    lead(p)
    ack(p, 2)
    ack(p, 3)
    for (let i = 0; i < 3; i++) expect(propose(p, "x".repeat(10))).toBe(true)
    expect(p.node.propose(bytes("y"))).toEqual({ ok: false, reason: "tooManyUncommitted" })
    // Empty proposals are free: leaving a joint configuration must always be possible.
    expect(propose(p, "")).toBe(true)
    ack(p, 2)
    expect(propose(p, "z".repeat(1000))).toBe(true)
    expect(propose(p, "z")).toBe(false)
    ack(p, 2)
    expect(propose(p, "z")).toBe(true)
  })

  test("AppendPagination: committed entries come in pages, and wait for those already handed out", () => {
    const p = solo({ voters: [1], maxCommittedBytesPerReady: 3 * (10 + entryOverheadBytes) })
    p.node.campaign()
    p.run()
    for (let i = 0; i < 10; i++) propose(p, `${i}`.padEnd(10, "."))
    const append = p.node.ready()
    p.persist(append)
    p.node.advanceAppend(append)
    expect(p.node.commit).toBe(11)
    const page = p.node.ready()
    expect(page.committedEntries.map((e) => e.index)).toEqual([2, 3, 4])
    p.persist(page)
    p.node.advanceAppend(page)
    expect(p.node.hasReady()).toBe(false)
    p.apply(page.committedEntries)
    expect(p.node.hasReady()).toBe(true)
    p.run()
    expect(p.appliedData.length).toBe(10)
  })

  test("ReportUnreachable: a follower that cannot be reached is probed from its match", () => {
    const p = solo()
    lead(p)
    ack(p, 2)
    propose(p, "x")
    sent(p)
    expect(p.node.status().progress.get(2)).toMatchObject({ state: "replicate", next: 3 })
    p.node.reportUnreachable(2)
    expect(p.node.status().progress.get(2)).toMatchObject({ state: "probe", match: 1, next: 2 })
  })

  test("PastRefusal: a refusal of something acknowledged since is ignored", () => {
    const p = solo()
    lead(p)
    ack(p, 2)
    const out = tell(p, MessageType.appendResponse, 2, { index: 1, reject: true, rejectHint: 0 })
    expect(out.filter((m) => m.to === 2)).toEqual([])
    expect(p.node.status().progress.get(2)).toMatchObject({ state: "replicate", match: 1, next: 2 })
  })

  test("FastLogRejection: a refusal's hint skips whole terms instead of single entries", () => {
    const rows: ReadonlyArray<readonly [ReadonlyArray<number>, ReadonlyArray<number>, number, number]> = [
      // leader, follower → hint index and hint term of the follower's refusal
      [[1, 2, 2, 4, 4, 4, 4], [1, 2, 2, 4, 4, 4, 4, 8, 8, 8], 0, 0],
      [[1, 2, 2, 3, 4, 4, 4, 5], [1, 2, 2, 3, 3, 3, 3, 3], 8, 3],
      [[1, 3, 3, 5, 5, 5, 5], [1, 3, 3, 4, 4, 4, 4], 7, 4],
      [[1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1], 4, 1]
    ]
    for (const [leaderTerms, followerTerms, hint, hintTerm] of rows) {
      const c = new Cluster()
      for (const id of [1, 2, 3]) c.add(id, confStateOf([1, 2, 3]))
      for (const [id, terms] of [
        [1, leaderTerms],
        [2, followerTerms]
      ] as const) {
        c.peer(id).storage.append(entriesOf(terms))
        c.peer(id).storage.hardState = { term: 9, vote: 0, commit: 0 }
        c.peer(id).restart()
      }
      c.campaign(1)
      c.beat(1)
      const refusals = c.delivered.filter((m) => m.type === MessageType.appendResponse && m.from === 2 && m.reject)
      if (hint === 0) expect(refusals.length).toBe(0)
      else {
        expect(refusals.length).toBe(1)
        expect([refusals[0]!.rejectHint, refusals[0]!.logTerm]).toEqual([hint, hintTerm])
      }
      expect(c.peer(2).log).toBe(c.peer(1).log)
    }
  })

  test("BcastCommit: with skipBroadcastCommit a commit index alone sends no append", () => {
    const p = solo({ skipBroadcastCommit: true })
    lead(p)
    ack(p, 2)
    ack(p, 3)
    propose(p, "x")
    sent(p)
    expect(ack(p, 2)).toEqual([])
    expect(p.node.commit).toBe(2)
    p.node.tick()
    expect(sentOf(p, MessageType.heartbeat).map((m) => [m.to, m.commit])).toEqual([
      [2, 2],
      [3, 1]
    ])
  })

  test("outgoing messages are bounded; what is dropped is counted and replication recovers", () => {
    const c = Cluster.of(2, { maxPendingMessages: 2 })
    c.campaign(1)
    for (let i = 0; i < 10; i++) c.node(1).step({ ...blankVote, from: 2, to: 1, term: 1 })
    expect(c.node(1).droppedMessages).toBe(8)
    c.propose(1, "x")
    expect(c.peer(2).appliedData).toEqual(["x"])
  })
})

test("LeaderAppResp: what a leader makes of append responses", () => {
  // A log of three entries from earlier terms and the no-op; the follower is probed at next = 4.
  // Rows: index, refused, hint → match, next, appends sent, their index
  const rows: ReadonlyArray<readonly [number, boolean, number, number, number, number]> = [
    // stale refusal: changes nothing
    [2, true, 2, 0, 4, 0],
    // refusal of the probe: step back to the hint
    [3, true, 2, 0, 3, 1],
    [3, true, 0, 0, 1, 1],
    // told by a higher term, which we lead meanwhile: answers no probe
    [0, false, 0, 0, 4, 0],
    // acceptance
    [3, false, 0, 3, 5, 1],
    [4, false, 0, 4, 5, 0]
  ]
  for (const [index, reject, rejectHint, match, next, appends] of rows) {
    const p = solo({ terms: [1, 1, 1] })
    lead(p)
    const out = tell(p, MessageType.appendResponse, 2, { index, reject, rejectHint })
    const pr = p.node.status().progress.get(2)!
    expect([index, reject, pr.match, pr.next]).toEqual([index, reject, match, next])
    expect(pr.state).toBe(match === 0 ? "probe" : "replicate")
    expect(out.filter((m) => m.type === MessageType.append && m.to === 2 && m.entries.length > 0).length).toBe(appends)
  }
})

test("Ready parts: nothing is handed out twice, and a Ready must be acknowledged before the next", () => {
  const p = solo({ voters: [1] })
  p.node.campaign()
  const ready = p.node.ready()
  expect(p.node.hasReady()).toBe(false)
  expect(() => p.node.ready()).toThrow("before advanceAppend")
  p.persist(ready)
  p.node.advanceAppend(ready)
  expect(() => p.node.advanceAppend(ready)).toThrow("not the outstanding one")
  p.run()
  expect(p.node.hasReady()).toBe(false)
  for (let i = 0; i < electionTicks; i++) p.node.tick()
  p.run()
  expect(p.node.isLeader).toBe(true)
})

test("a step between ready and advanceAppend that overwrites the entries is written in the next Ready", () => {
  const p = solo()
  tell(p, MessageType.append, 2, { term: 1, entries: entriesOf([1]) })
  p.node.step({
    ...blankVote,
    type: MessageType.append,
    from: 2,
    to: 1,
    term: 1,
    index: 1,
    logTerm: 1,
    entries: entriesOf([1, 1], 2)
  })
  const first = p.node.ready()
  expect(first.entries.map((e) => e.index)).toEqual([2, 3])
  // A new leader overwrites entry 2 and 3 while they are being written, and another one after it brings them back.
  p.node.step({
    ...blankVote,
    type: MessageType.append,
    from: 3,
    to: 1,
    term: 2,
    index: 1,
    logTerm: 1,
    entries: entriesOf([2], 2)
  })
  p.persist(first)
  p.node.advanceAppend(first)
  const second = p.node.ready()
  expect(second.entries.map((e) => `${e.index}/${e.term}`)).toEqual(["2/2"])
  p.persist(second)
  p.node.advanceAppend(second)
  expect(p.log).toBe("1/1 2/2")
  p.node.assertInvariants()
})

const blankVote = {
  type: MessageType.requestVote as MessageType,
  to: 0,
  from: 0,
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
