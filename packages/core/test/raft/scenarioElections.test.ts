/** Elections among several peers, and what each role makes of the messages it may get. Names after etcd-raft and TinyKV. */
import { describe, expect, test } from "bun:test"
import { type Message, MessageType } from "../../src/raft/message.ts"
import { Cluster, change, encodeConfChange, paperConfig } from "./support/Cluster.ts"
import { confStateOf } from "./support/MemoryStorage.ts"
import { ack, entriesOf, lead, nameOf, sent, solo, tell } from "./support/solo.ts"

const { electionTicks } = paperConfig

/** Three or five peers, some with a log (terms), some absent. */
function clusterWith(logs: ReadonlyArray<ReadonlyArray<number> | "absent">, preVote = false): Cluster {
  const ids = logs.map((_, i) => i + 1)
  const c = new Cluster()
  logs.forEach((terms, i) => {
    if (terms === "absent") return
    const peer = c.add(i + 1, confStateOf(ids), { preVote })
    peer.storage.append(entriesOf(terms))
    peer.storage.hardState = { term: terms.at(-1) ?? 0, vote: 0, commit: 0 }
    peer.restart()
  })
  return c
}

for (const preVote of [false, true]) {
  const mode = preVote ? "with pre-vote" : "without pre-vote"
  describe(`elections ${mode}`, () => {
    test(`LeaderElection2AA: dead peers and short logs, ${mode}`, () => {
      const rows: ReadonlyArray<readonly [ReadonlyArray<ReadonlyArray<number> | "absent">, string, number]> = [
        [[[], [], []], "leader", 1],
        [[[], [], "absent"], "leader", 1],
        // Two of three are dead: no majority.
        [[[], "absent", "absent"], preVote ? "preCandidate" : "candidate", preVote ? 0 : 1],
        [[[], "absent", "absent", []], preVote ? "preCandidate" : "candidate", preVote ? 0 : 1],
        [[[], "absent", "absent", [], []], "leader", 1],
        // Three logs are further along than the candidate's, but two others agree; then the other way round.
        [[[], [1], [1], [1, 1], []], "follower", preVote ? 1 : 1]
      ]
      for (const [logs, role, term] of rows) {
        const c = clusterWith(logs, preVote)
        c.campaign(1)
        expect([logs, c.node(1).role, c.node(1).term]).toEqual([logs, role, term] as never)
      }
    })

    test(`LeaderCycle2AA: every peer can lead in turn, ${mode}`, () => {
      const c = Cluster.of(3, { preVote })
      for (const id of [1, 2, 3]) {
        c.campaign(id)
        expect(c.leaders).toEqual([id])
        for (const peer of c.peers.values()) expect(peer.node.leaderId).toBe(id)
      }
    })

    test(`VoteFromAnyState2AA: a vote for a higher term is given from any role, ${mode}`, () => {
      const type = preVote ? MessageType.requestPreVote : MessageType.requestVote
      for (const role of ["follower", "preCandidate", "candidate", "leader"] as const) {
        const p = solo({ preVote: role === "preCandidate", hardState: { term: 1, vote: 0, commit: 0 } })
        if (role === "leader") lead(p)
        else if (role !== "follower") p.node.campaign()
        sent(p)
        expect(p.node.role).toBe(role)
        const before = p.node.term
        const term = before + 1
        const answers = tell(p, type, 2, { term, logTerm: term, index: 42 })
        expect(answers.map((m) => [nameOf(m), m.to, m.term, m.reject])).toEqual([
          [preVote ? "requestPreVoteResponse" : "requestVoteResponse", 2, term, false]
        ])
        if (preVote) expect([p.node.term, p.node.role]).toEqual([before, role])
        else expect([p.node.term, p.node.role, p.node.vote]).toEqual([term, "follower", 2])
      }
    })

    test(`SingleNodeCandidate2AA: a group of one elects itself, ${mode}`, () => {
      const c = Cluster.of(1, { preVote })
      c.campaign(1)
      expect(c.leaders).toEqual([1])
    })

    test(`LeaderElectionOverwriteNewerLogs2AB: uncommitted entries of a higher term are overwritten, ${mode}`, () => {
      // 1 led term 1 and wrote an entry; 3 won term 2 by the votes of 4 and 5, wrote an entry and told nobody.
      const c = new Cluster()
      const load = (id: number, terms: ReadonlyArray<number>, term: number, vote: number) => {
        const peer = c.add(id, confStateOf([1, 2, 3, 4, 5]), { preVote })
        peer.storage.append(entriesOf(terms))
        peer.storage.hardState = { term, vote, commit: 0 }
        peer.restart()
      }
      load(1, [1], 1, 1)
      load(2, [1], 1, 1)
      load(3, [2], 2, 3)
      load(4, [], 2, 3)
      load(5, [], 2, 3)
      c.campaign(1)
      // Without pre-vote, the first attempt only teaches 1 the current term.
      if (!preVote) {
        expect([c.node(1).role, c.node(1).term]).toEqual(["follower", 2])
        c.campaign(1)
      } else c.campaign(1)
      expect(c.leaders).toEqual([1])
      for (const peer of c.peers.values()) expect(peer.log).toBe(`1/1 2/${c.node(1).term}`)
    })
  })
}

test("SplitVote2AA: a tie is resolved in the next round", () => {
  const c = Cluster.of(3)
  // 2 and 3 never hear leader 1, and each votes for itself before it hears the other.
  c.campaign(1)
  c.isolate(1)
  c.node(2).campaign()
  c.node(3).campaign()
  c.settle()
  expect([c.node(2).role, c.node(3).role, c.node(2).term]).toEqual(["candidate", "candidate", 2])
  c.campaign(3)
  expect([c.node(2).role, c.node(3).role, c.node(3).term]).toEqual(["follower", "leader", 3])
})

test("DuelingCandidates2AB: a rival cut off from the leader loses later", () => {
  const c = Cluster.of(3)
  c.cutLink(1, 3)
  c.node(1).campaign()
  c.settle()
  c.node(3).campaign()
  c.settle()
  // 2 voted for 1 in term 1 and refuses 3.
  expect([c.node(1).role, c.node(3).role]).toEqual(["leader", "candidate"])
  c.recover()
  // 3 campaigns with term 2; 1 and 2 hold an entry that it lacks.
  c.campaign(3)
  expect([1, 2, 3].map((id) => [c.node(id).role, c.node(id).term, c.node(id).lastIndex])).toEqual([
    ["follower", 2, 1],
    ["follower", 2, 1],
    ["follower", 2, 0]
  ])
})

test("DuelingPreCandidates: with pre-vote the rival disturbs nobody's term", () => {
  const c = Cluster.of(3, { preVote: true })
  c.cutLink(1, 3)
  c.node(1).campaign()
  c.settle()
  c.node(3).campaign()
  c.settle()
  expect([c.node(1).role, c.node(3).role]).toEqual(["leader", "follower"])
  c.recover()
  c.campaign(3)
  expect([1, 2, 3].map((id) => [c.node(id).role, c.node(id).term])).toEqual([
    ["leader", 1],
    ["follower", 1],
    ["follower", 1]
  ])
})

test("CandidateConcede2AB: the loser takes over the winner's log", () => {
  const c = Cluster.of(3)
  c.isolate(1)
  c.campaign(1)
  c.campaign(3)
  c.recover()
  c.beat(3)
  c.propose(3, "force follower")
  c.beat(3)
  expect([c.node(1).role, c.node(1).term]).toEqual(["follower", 1])
  for (const peer of c.peers.values()) {
    expect(peer.log).toBe("1/1 2/1")
    expect(peer.appliedData).toEqual(["force follower"])
  }
})

test("CampaignWhileLeader2AA: an election wish does nothing to a leader", () => {
  for (const preVote of [false, true]) {
    const c = Cluster.of(1, { preVote })
    expect(c.node(1).role).toBe("follower")
    c.campaign(1)
    expect([c.node(1).role, c.node(1).term]).toEqual(["leader", 1])
    c.campaign(1)
    expect([c.node(1).role, c.node(1).term]).toEqual(["leader", 1])
  }
})

test("RecvMessageType_MsgRequestVote2AB: the grant by log and earlier vote", () => {
  // The voter's log ends in (2, term 2). Rows: index, logTerm, earlier vote → refused.
  const rows: ReadonlyArray<readonly [number, number, number, boolean]> = [
    [0, 0, 0, true],
    [1, 0, 0, true],
    [2, 0, 0, true],
    [3, 0, 0, true],
    [0, 1, 0, true],
    [1, 1, 0, true],
    [2, 1, 0, true],
    [3, 1, 0, true],
    [0, 2, 0, true],
    [1, 2, 0, true],
    [2, 2, 0, false],
    [3, 2, 0, false],
    [0, 3, 0, false],
    [1, 3, 0, false],
    [2, 3, 0, false],
    [3, 2, 2, false],
    [3, 2, 1, true]
  ]
  for (const [index, logTerm, vote, refused] of rows) {
    const p = solo({ terms: [2, 2], hardState: { term: 3, vote, commit: 0 } })
    const answers = tell(p, MessageType.requestVote, 2, { term: 3, index, logTerm })
    expect([index, logTerm, vote, answers.map((m) => m.reject)]).toEqual([index, logTerm, vote, [refused]])
  }
})

test("RecvMessageType_MsgBeat2AA: only a leader sends heartbeats when its interval ends", () => {
  for (const [role, count] of [
    ["leader", 2],
    ["candidate", 0],
    ["follower", 0]
  ] as const) {
    const p = solo({ terms: [0, 1], hardState: { term: 1, vote: 0, commit: 0 }, heartbeatTicks: 1 })
    if (role === "leader") lead(p)
    if (role === "candidate") p.node.campaign()
    sent(p)
    expect(p.node.role).toBe(role)
    p.node.tick()
    expect(sent(p).filter((m) => m.type === MessageType.heartbeat).length).toBe(count)
  }
})

test("RecvMessageType_MsgBeat2AA: nobody else can make a leader send heartbeats", () => {
  const p = solo()
  lead(p)
  for (const type of [MessageType.beat, MessageType.hup, MessageType.propose, MessageType.checkQuorum]) {
    expect(p.node.step({ ...blank, type, from: 2 })).toBe("localMessage")
    expect(sent(p)).toEqual([])
  }
})

test("AllServerStepdown2AB: any message of a higher term makes any role a follower", () => {
  for (const role of ["follower", "preCandidate", "candidate", "leader"] as const) {
    for (const type of [MessageType.requestVote, MessageType.append] as const) {
      const p = solo({ preVote: role === "preCandidate" })
      if (role === "leader") lead(p)
      else if (role !== "follower") p.node.campaign()
      sent(p)
      expect(p.node.role).toBe(role)
      const entries = p.node.lastIndex
      tell(p, type, 2, { term: 3, logTerm: 3, index: type === MessageType.append ? 9 : 9 })
      expect([p.node.role, p.node.term, p.node.lastIndex]).toEqual(["follower", 3, entries])
      expect([p.node.leaderId, p.node.vote]).toEqual(type === MessageType.append ? [2, 0] : [0, 2])
    }
  }
})

for (const kind of ["heartbeat", "append"] as const) {
  const name =
    kind === "heartbeat"
      ? "CandidateResetTermMessageType_MsgHeartbeat2AA"
      : "CandidateResetTermMessageType_MsgAppend2AA"
  test(`${name}: a candidate with a higher term comes back under the leader's next term`, () => {
    const c = Cluster.of(3, { checkQuorum: kind === "append" })
    c.campaign(1)
    // 3 campaigns in isolation.
    c.isolate(3)
    for (let i = 0; i < 3 * electionTicks; i++) c.node(3).tick()
    c.settle()
    expect(c.node(3).role).toBe("candidate")
    c.recover()
    if (kind === "heartbeat") {
      // The leader does not listen to it: 3 hears a heartbeat of a term equal to its own.
      const { term } = c.node(3)
      c.node(3).step({ ...blank, type: MessageType.heartbeat, from: 1, to: 3, term })
      c.settle()
      expect([c.node(3).role, c.node(3).term, c.node(3).leaderId]).toEqual(["follower", term, 1])
      return
    }
    // With check quorum, its answer to the append tells the leader that a new term is needed.
    c.propose(1, "x")
    expect(c.leaders).toEqual([])
    for (let i = 0; i < 4 * electionTicks && c.leaders.length === 0; i++) for (const id of [1, 2, 3]) c.tick(id)
    c.settle()
    const [leader] = c.leaders
    expect(c.node(3).leaderId).toBe(leader!)
    expect(c.node(3).term).toBe(c.node(leader!).term)
  })
}

describe("a follower that comes back from isolation", () => {
  test("DisruptiveFollower2AA: without pre-vote its higher term deposes the leader", () => {
    const c = Cluster.of(3, { checkQuorum: true })
    c.campaign(1)
    c.isolate(3)
    for (let i = 0; i < electionTicks; i++) c.node(3).tick()
    c.settle()
    expect([c.node(3).role, c.node(3).term]).toEqual(["candidate", 2])
    c.recover()
    // Its vote requests are ignored, but its answer to a heartbeat carries the higher term.
    c.beat(1)
    expect([c.node(1).role, c.node(1).term]).toEqual(["follower", 2])
  })

  test("DisruptiveFollowerPreVote: with pre-vote it deposes nobody", () => {
    const c = Cluster.of(3, { checkQuorum: true, preVote: true })
    c.campaign(1)
    c.isolate(3)
    for (const data of ["a", "b", "c"]) c.propose(1, data)
    for (let i = 0; i < 2 * electionTicks; i++) c.node(3).tick()
    c.settle()
    c.recover()
    c.beat(1)
    expect([c.leaders, c.node(1).term, c.node(3).term]).toEqual([[1], 1, 1])
    expect(c.peer(3).appliedData).toEqual(["a", "b", "c"])
  })
})

describe("check quorum", () => {
  test("LeaderStepdownWhenQuorumLost: a leader that hears nobody for an election timeout steps down", () => {
    const p = solo({ checkQuorum: true })
    lead(p)
    for (let i = 0; i < electionTicks - 1; i++) p.node.tick()
    expect(p.node.role).toBe("leader")
    p.node.tick()
    expect([p.node.role, p.node.leaderId, p.node.term]).toEqual(["follower", 0, 1])
  })

  test("LeaderStepdownWhenQuorumActive: a leader that hears a quorum stays", () => {
    const p = solo({ checkQuorum: true })
    lead(p)
    for (let i = 0; i < 3 * electionTicks; i++) {
      tell(p, MessageType.heartbeatResponse, 2)
      p.node.tick()
    }
    expect(p.node.role).toBe("leader")
  })

  test("LeaderSupersedingWithCheckQuorum: votes wait until the old leader has been silent for an election timeout", () => {
    const c = new Cluster()
    // 2 has the longest patience, so that it only votes.
    for (const id of [1, 2, 3])
      c.add(id, confStateOf([1, 2, 3]), { checkQuorum: true, random: () => (id === 2 ? 0.9 : 0) })
    c.campaign(1)
    c.isolate(1)
    for (let i = 0; i < electionTicks; i++) c.node(3).tick()
    c.settle()
    // 2 heard from 1 within the timeout.
    expect([c.node(3).role, c.node(2).term]).toEqual(["candidate", 1])
    for (let i = 0; i < electionTicks - 1; i++) c.node(2).tick()
    c.campaign(3)
    expect(c.node(3).role).toBe("candidate")
    c.node(2).tick()
    c.campaign(3)
    expect(c.node(3).role).toBe("leader")
    c.recover()
    c.beat(3)
    expect([c.leaders, c.node(1).leaderId]).toEqual([[3], 3])
  })

  test("FreeStuckCandidateWithCheckQuorum: a candidate nobody listens to is freed by the leader's next message", () => {
    const c = Cluster.of(3, { checkQuorum: true })
    c.campaign(1)
    c.isolate(1)
    for (let i = 0; i < electionTicks; i++) c.node(3).tick()
    c.settle()
    c.recover()
    expect([c.node(3).role, c.node(3).term]).toEqual(["candidate", 2])
    c.beat(1)
    expect([c.node(1).role, c.node(1).term]).toEqual(["follower", 2])
    for (let i = 0; i < electionTicks; i++) c.node(2).tick()
    c.campaign(3)
    expect(c.leaders.length).toBe(1)
  })

  test("NonPromotableVoterWithCheckQuorum: a peer outside the membership follows and never campaigns", () => {
    const c = new Cluster()
    c.add(1, confStateOf([1, 2]), { checkQuorum: true })
    c.add(2, confStateOf([1]), { checkQuorum: true })
    c.add(3, confStateOf([1]), { checkQuorum: true })
    for (let i = 0; i < 5 * electionTicks; i++) c.node(2).tick()
    expect(c.node(2).role).toBe("follower")
    c.campaign(1)
    expect([c.leaders, c.node(2).leaderId]).toEqual([[1], 1])
  })

  test("a peer that restarts keeps its promise not to vote for another election timeout", () => {
    const c = Cluster.of(3, { checkQuorum: true })
    c.campaign(1)
    c.beat(1)
    c.peer(2).restart()
    c.isolate(1)
    for (let i = 0; i < electionTicks; i++) c.node(3).tick()
    c.campaign(3)
    expect(c.node(2).term).toBe(1)
    expect(c.leaders).toEqual([1])
    for (let i = 0; i < electionTicks; i++) c.node(2).tick()
    c.campaign(3)
    expect(c.leaders).toEqual([1, 3])
  })

  test("a peer that never lived before votes at once", () => {
    const p = solo({ checkQuorum: true, voteQuietTicks: 0, hardState: { term: 5, vote: 0, commit: 0 } })
    expect(tell(p, MessageType.requestVote, 2, { term: 6 }).map((m) => m.reject)).toEqual([false])
  })

  test("an election wish does not break the promise to a live leader", () => {
    const c = Cluster.of(3, { checkQuorum: true })
    c.campaign(1)
    c.beat(1)
    c.campaign(2)
    expect([c.leaders, c.node(2).role, c.node(2).term]).toEqual([[1], "follower", 1])
  })
})

describe("pre-vote", () => {
  test("PreVoteFromAnyState: a refusal carries the voter's term and lets a stale candidate catch up", () => {
    const p = solo({ preVote: true, hardState: { term: 5, vote: 0, commit: 0 } })
    const [answer] = tell(p, MessageType.requestPreVote, 2, { term: 3 })
    expect([nameOf(answer!), answer!.term, answer!.reject]).toEqual(["requestPreVoteResponse", 5, true])
  })

  test("PreVoteWithSplitVote: a tie in a pre-vote round is resolved later", () => {
    const c = Cluster.of(3, { preVote: true })
    c.campaign(1)
    c.isolate(1)
    // Both win their pre-vote, then split the real one.
    c.node(2).campaign()
    c.node(3).campaign()
    c.settle()
    expect([c.node(2).role, c.node(3).role, c.node(2).term, c.node(3).term]).toEqual(["candidate", "candidate", 2, 2])
    c.campaign(2)
    expect([c.node(2).role, c.node(3).role, c.node(2).term]).toEqual(["leader", "follower", 3])
  })

  test("PreVoteWithCheckQuorum: followers that hear a leader ignore a pre-vote", () => {
    const c = Cluster.of(3, { preVote: true, checkQuorum: true })
    c.campaign(1)
    c.isolate(1)
    for (let i = 0; i < electionTicks; i++) c.node(2).tick()
    c.settle()
    expect(c.node(2).role).toBe("preCandidate")
    for (let i = 0; i < electionTicks; i++) c.node(3).tick()
    c.settle()
    expect([2, 3].filter((id) => c.node(id).isLeader).length).toBe(1)
  })

  test("a stale grant of an earlier pre-vote does not count for a later term", () => {
    const p = solo({ preVote: true })
    p.node.campaign()
    sent(p)
    tell(p, MessageType.requestPreVoteResponse, 2, { term: 7 })
    expect(p.node.role).toBe("preCandidate")
    tell(p, MessageType.requestPreVoteResponse, 2, { term: 1 })
    expect(p.node.role).toBe("candidate")
  })
})

test("learners vote when asked, since their membership may be out of date, but never campaign", () => {
  const p = solo({ voters: [2, 3], learners: [1] })
  for (let i = 0; i < 5 * electionTicks; i++) p.node.tick()
  expect(p.node.role).toBe("follower")
  p.node.campaign()
  expect(p.node.role).toBe("follower")
  expect(tell(p, MessageType.requestVote, 2, { term: 1 }).map((m) => m.reject)).toEqual([false])
})

test("a refusal that names a commit index we hold commits it here", () => {
  const p = solo({ terms: [1, 1, 1] })
  p.node.campaign()
  sent(p)
  tell(p, MessageType.requestVoteResponse, 2, { term: 2, reject: true, commit: 2, commitTerm: 1 })
  expect(p.node.commit).toBe(2)
  tell(p, MessageType.requestVoteResponse, 3, { term: 2, reject: true, commit: 3, commitTerm: 2 })
  expect(p.node.commit).toBe(2)
})

test("a candidate that learns of a committed membership change asks again once it is applied", () => {
  const p = solo()
  const entry = { kind: 2, term: 1, index: 1, data: encodeConfChange(change("addNode", 4)) }
  tell(p, MessageType.append, 2, { term: 1, entries: [entry] })
  p.node.campaign()
  sent(p)
  p.node.step({
    ...blank,
    type: MessageType.requestVoteResponse,
    from: 2,
    term: 2,
    reject: true,
    commit: 1,
    commitTerm: 1
  })
  expect([p.node.role, p.node.commit]).toEqual(["follower", 1])
  p.run()
  expect(p.node.confState.voters).toEqual([1, 2, 3, 4])
})

test("the first answer of a voter counts", () => {
  const p = solo()
  p.node.campaign()
  p.run()
  tell(p, MessageType.requestVoteResponse, 2, { term: 1, reject: true })
  tell(p, MessageType.requestVoteResponse, 2, { term: 1 })
  expect(p.node.role).toBe("candidate")
  tell(p, MessageType.requestVoteResponse, 3, { term: 1 })
  expect(p.node.role).toBe("leader")
})

test("a peer that has led owes nothing to the leader before it", () => {
  const p = solo({ checkQuorum: true })
  tell(p, MessageType.heartbeat, 2, { term: 1 })
  tell(p, MessageType.timeoutNow, 2, { term: 1 })
  tell(p, MessageType.requestVoteResponse, 3)
  expect(p.node.role).toBe("leader")
  for (let i = 0; p.node.isLeader && i < 3 * electionTicks; i++) p.node.tick()
  expect(p.node.role).toBe("follower")
  p.node.campaign()
  expect(p.node.role).toBe("candidate")
})

test("a vote request that names a commit index we hold commits it here, even when it is refused", () => {
  const p = solo({ terms: [1, 1, 2] })
  const request = { term: 3, index: 2, logTerm: 1, commit: 2, commitTerm: 1 }
  expect(tell(p, MessageType.requestVote, 2, request).map((m) => [m.reject, m.commit])).toEqual([[true, 0]])
  expect(p.node.commit).toBe(2)
})

test("messages that contradict themselves are refused and change nothing", () => {
  const p = solo()
  lead(p)
  const before = p.node.status()
  const cases: ReadonlyArray<readonly [Partial<Message>, string]> = [
    [{ type: MessageType.append, from: 2, to: 3, term: 2 }, "wrongPeer"],
    [{ type: MessageType.append, from: 2, term: 2, entries: entriesOf([1], 5) }, "malformed"],
    [{ type: MessageType.append, from: 2, term: 2, entries: entriesOf([2, 1]) }, "malformed"],
    [{ type: MessageType.append, from: 2, term: 2, entries: entriesOf([3]) }, "malformed"],
    [{ type: MessageType.append, from: 2, term: 0 }, "malformed"],
    [{ type: MessageType.snapshot, from: 2, term: 2 }, "malformed"],
    [{ type: MessageType.readIndex, from: 2 }, "malformed"],
    [{ type: MessageType.appendResponse, from: 9, term: 2 }, "unknownPeer"],
    [{ type: MessageType.appendResponse, from: 2, term: 1, index: 99 }, "malformed"],
    [{ type: MessageType.heartbeat, from: 2, term: 1 }, "secondLeader"]
  ]
  for (const [fields, refusal] of cases) expect(p.node.step({ ...blank, ...fields })).toBe(refusal as never)
  expect(p.node.status()).toEqual(before)
  expect(sent(p)).toEqual([])
})

test("an append that contradicts what is committed is refused without a trace in the log", () => {
  const p = solo({ terms: [1, 1], hardState: { term: 1, vote: 0, commit: 2 } })
  p.run()
  expect(
    p.node.step({
      ...blank,
      type: MessageType.append,
      from: 2,
      term: 2,
      index: 2,
      logTerm: 1,
      entries: entriesOf([2], 3)
    })
  ).toBeUndefined()
  sent(p)
  const q = solo({ terms: [1, 1, 1], hardState: { term: 1, vote: 0, commit: 1 } })
  q.run()
  q.node.step({
    ...blank,
    type: MessageType.append,
    from: 2,
    term: 2,
    index: 1,
    logTerm: 1,
    commit: 3,
    entries: entriesOf([1, 1], 2)
  })
  q.run()
  expect(q.node.commit).toBe(3)
  // Shares entry 3's place but starts from a previous entry we hold: only a peer that lost data can claim this.
  expect(
    q.node.step({ ...blank, type: MessageType.append, from: 3, term: 3, index: 3, logTerm: 2, entries: [] })
  ).toBeUndefined()
  expect(q.node.lastIndex).toBe(3)
})

test("an acknowledgement of entries that this peer lost in a crash, before its own sync, is no contradiction", () => {
  const p = solo()
  lead(p)
  p.node.propose(new Uint8Array(1))
  // The append has left; the crash comes before the sync, and the peer is no leader any more.
  expect(p.node.ready().messages.length).toBe(0)
  p.restart()
  expect(p.node.step({ ...blank, type: MessageType.appendResponse, from: 2, term: 1, index: 2 })).toBeUndefined()
  expect([p.node.role, p.node.lastIndex]).toEqual(["follower", 1])
})

test("an only voter that restarts waits as well: a leader that left it alone may not know yet that it is gone", () => {
  const c = Cluster.of(2, { checkQuorum: true })
  c.campaign(1)
  c.node(1).setNow(1000)
  c.beat(1)
  expect(c.node(1).leaseBasis()).toBe(1000)
  const p = c.peer(2)
  p.storage.confState = confStateOf([2])
  p.restart()
  c.campaign(2)
  for (let i = 0; i < electionTicks - 1; i++) c.tick(2)
  expect(c.leaders).toEqual([1])
  c.tick(2)
  expect(c.leaders).toContain(2)
})

test("acknowledged entries of a peer that lost its disk are not counted beyond the leader's log", () => {
  const p = solo()
  lead(p)
  ack(p, 2)
  expect(p.node.step({ ...blank, type: MessageType.appendResponse, from: 2, term: 1, index: 7 })).toBe("malformed")
  expect(p.node.commit).toBe(1)
})

const blank: Message = {
  type: MessageType.append,
  to: 1,
  from: 2,
  term: 0,
  logTerm: 0,
  index: 0,
  commit: 0,
  commitTerm: 0,
  entries: [],
  snapshot: undefined,
  requestSnapshot: 0,
  reject: false,
  rejectHint: 0,
  context: new Uint8Array(0)
}
