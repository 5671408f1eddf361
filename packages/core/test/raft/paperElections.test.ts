/** Rules of the Raft paper about terms and elections (5.1, 5.2, 5.4.1), a test per rule. */
import { describe, expect, test } from "bun:test"
import { MessageType } from "../../src/raft/message.ts"
import { RawNode } from "../../src/raft/rawNode.ts"
import { paperConfig } from "./support/Cluster.ts"
import { confStateOf, MemoryStorage } from "./support/MemoryStorage.ts"
import { makeRng } from "./support/random.ts"
import { ack, entriesOf, lead, nameOf, propose, sent, sentOf, solo, tell } from "./support/solo.ts"

const { electionTicks } = paperConfig
const ids = (size: number) => Array.from({ length: size }, (_, i) => i + 1)

describe("5.1: a higher term in a message makes each role a follower of that term", () => {
  test("FollowerUpdateTermFromMessage2AA: from follower", () => {
    const p = solo()
    tell(p, MessageType.append, 2, { term: 2 })
    expect([p.node.term, p.node.role, p.node.leaderId]).toEqual([2, "follower", 2])
  })
  test("CandidateUpdateTermFromMessage2AA: from candidate", () => {
    const p = solo()
    p.node.campaign()
    expect(p.node.role).toBe("candidate")
    tell(p, MessageType.append, 2, { term: 2 })
    expect([p.node.term, p.node.role, p.node.leaderId]).toEqual([2, "follower", 2])
  })
  test("LeaderUpdateTermFromMessage2AA: from leader", () => {
    const p = solo()
    lead(p)
    tell(p, MessageType.append, 2, { term: 2 })
    expect([p.node.term, p.node.role, p.node.leaderId]).toEqual([2, "follower", 2])
  })
  test("5.1: a message of an older term changes nothing, but its sender is told the present one", () => {
    const p = solo({ hardState: { term: 3, vote: 0, commit: 0 } })
    for (const type of [MessageType.append, MessageType.heartbeat] as const) {
      const out = tell(p, type, 2, { term: 2, entries: entriesOf([2]) })
      expect(out.map((m) => [nameOf(m), m.term])).toEqual([["appendResponse", 3]])
    }
    const [vote] = tell(p, MessageType.requestVote, 2, { term: 2, index: 9, logTerm: 2 })
    expect([nameOf(vote!), vote!.term, vote!.reject, p.node.vote]).toEqual(["requestVoteResponse", 3, true, 0])
    expect([p.node.term, p.node.leaderId, p.node.lastIndex]).toEqual([3, 0, 0])
  })
})

describe("5.2: leader election", () => {
  test("StartAsFollower2AA: a peer starts as follower", () => {
    expect(solo().node.role).toBe("follower")
  })

  test("LeaderBcastBeat2AA: a leader sends heartbeats without entries on its interval", () => {
    const p = solo({ heartbeatTicks: 3 })
    lead(p)
    for (let i = 0; i < 10; i++) propose(p, "x")
    sent(p)
    for (let i = 0; i < 2; i++) p.node.tick()
    expect(sent(p)).toEqual([])
    p.node.tick()
    const beats = sent(p)
    expect(beats.map((m) => [nameOf(m), m.to, m.term, m.entries.length])).toEqual([
      ["heartbeat", 2, 1, 0],
      ["heartbeat", 3, 1, 0]
    ])
  })

  for (const from of ["follower", "candidate"] as const) {
    const name = from === "follower" ? "FollowerStartElection2AA" : "CandidateStartNewElection2AA"
    test(`${name}: a ${from} that hears nothing raises its term, votes for itself and asks all others`, () => {
      const p = solo()
      if (from === "follower") tell(p, MessageType.heartbeat, 2, { term: 1 })
      else {
        p.node.campaign()
        sent(p)
      }
      for (let i = 1; i < 2 * electionTicks; i++) p.node.tick()
      expect([p.node.term, p.node.role, p.node.vote]).toEqual([2, "candidate", 1])
      expect(sent(p).map((m) => [nameOf(m), m.to, m.term])).toEqual([
        ["requestVote", 2, 2],
        ["requestVote", 3, 2]
      ])
    })
  }

  test("LeaderElectionInOneRoundRPC2AA: a majority of votes wins, a majority of refusals loses, else it waits", () => {
    const rows: ReadonlyArray<readonly [number, Record<number, boolean>, string]> = [
      [1, {}, "leader"],
      [3, { 2: true, 3: true }, "leader"],
      [3, { 2: true }, "leader"],
      [5, { 2: true, 3: true, 4: true, 5: true }, "leader"],
      [5, { 2: true, 3: true, 4: true }, "leader"],
      [5, { 2: true, 3: true }, "leader"],
      [3, { 2: false, 3: false }, "follower"],
      [5, { 2: false, 3: false, 4: false, 5: false }, "follower"],
      [5, { 2: true, 3: false, 4: false, 5: false }, "follower"],
      [3, {}, "candidate"],
      [5, { 2: true }, "candidate"],
      [5, { 2: false, 3: false }, "candidate"],
      [5, {}, "candidate"]
    ]
    for (const [size, votes, role] of rows) {
      const p = solo({ voters: ids(size) })
      p.node.campaign()
      p.run()
      for (const [id, granted] of Object.entries(votes))
        tell(p, MessageType.requestVoteResponse, Number(id), { term: 1, reject: !granted })
      expect([size, votes, p.node.role, p.node.term]).toEqual([size, votes, role, 1] as never)
    }
  })

  test("FollowerVote2AA: one vote a term, first come first served", () => {
    const rows: ReadonlyArray<readonly [number, number, boolean]> = [
      [0, 2, true],
      [0, 3, true],
      [2, 2, true],
      [3, 3, true],
      [2, 3, false],
      [3, 2, false]
    ]
    for (const [vote, candidate, granted] of rows) {
      const p = solo({ hardState: { term: 1, vote, commit: 0 } })
      const [answer] = tell(p, MessageType.requestVote, candidate, { term: 1 })
      expect([vote, candidate, answer?.to, answer?.term, answer?.reject]).toEqual([
        vote,
        candidate,
        candidate,
        1,
        !granted
      ])
    }
  })

  test("CandidateFallback2AA: an append of an equal or newer term makes a candidate a follower of its sender", () => {
    for (const term of [1, 2]) {
      const p = solo()
      p.node.campaign()
      expect(p.node.role).toBe("candidate")
      tell(p, MessageType.append, 2, { term })
      expect([p.node.role, p.node.term, p.node.leaderId]).toEqual(["follower", term, 2])
    }
  })

  for (const role of ["follower", "candidate"] as const) {
    const name = role === "follower" ? "FollowerElectionTimeoutRandomized2AA" : "CandidateElectionTimeoutRandomized2AA"
    test(`${name}: the timeout of a ${role} takes every value of its range`, () => {
      const rng = makeRng(7)
      const p = solo({ random: rng.next })
      const seen = new Set<number>()
      for (let round = 0; round < 50 * electionTicks; round++) {
        if (role === "follower") tell(p, MessageType.append, 2, { term: p.node.term + 1 })
        else p.node.campaign()
        sent(p)
        let ticks = 0
        while (sentOf(p, MessageType.requestVote).length === 0) {
          p.node.tick()
          ticks++
        }
        seen.add(ticks)
      }
      expect([...seen].sort((a, b) => a - b)).toEqual(
        Array.from({ length: electionTicks }, (_, i) => electionTicks + i)
      )
    })

    const conflictName =
      role === "follower" ? "FollowersElectionTimeoutNonconflict2AA" : "CandidatesElectionTimeoutNonconflict2AA"
    test(`${conflictName}: of five ${role}s, two rarely time out together`, () => {
      const rng = makeRng(11)
      const rounds = 1000
      let conflicts = 0
      const nodes = ids(5).map(
        (id) => new RawNode({ ...paperConfig, id, random: rng.next }, new MemoryStorage(confStateOf(ids(5))))
      )
      for (let round = 0; round < rounds; round++) {
        for (const node of nodes) {
          if (role === "candidate") node.campaign()
          else {
            const term = node.term + 1
            node.step({ ...templateAppend, to: node.id, from: (node.id % 5) + 1, term })
          }
        }
        let fired = 0
        while (fired === 0) {
          for (const node of nodes) {
            const before = node.term
            node.tick()
            if (node.term > before) fired++
          }
        }
        if (fired > 1) conflicts++
      }
      expect(conflicts / rounds).toBeLessThan(0.3)
      expect(conflicts).toBeGreaterThan(0)
    })
  }

  test("5.2: a follower that hears its leader does not campaign", () => {
    for (const type of [MessageType.append, MessageType.heartbeat] as const) {
      const p = solo()
      for (let i = 0; i < 5; i++) {
        for (let t = 0; t < electionTicks - 1; t++) p.node.tick()
        tell(p, type, 2, { term: 1 })
      }
      expect([p.node.role, p.node.term]).toEqual(["follower", 1])
      for (let t = 0; t < electionTicks; t++) p.node.tick()
      expect(p.node.role).toBe("candidate")
    }
  })

  test("5.2: a candidate that wins tells everybody at once", () => {
    const p = solo()
    p.node.campaign()
    p.run()
    p.outbox = []
    const out = tell(p, MessageType.requestVoteResponse, 2)
    expect(out.map((m) => [nameOf(m), m.to, m.term])).toEqual([
      ["append", 2, 1],
      ["append", 3, 1]
    ])
  })

  test("5.2: a vote and its term are durable before the answer leaves", () => {
    const p = solo()
    p.node.step({ ...templateAppend, type: MessageType.requestVote, from: 2, to: 1, term: 4 })
    const ready = p.node.ready()
    expect(ready.hardState).toEqual({ term: 4, vote: 2, commit: 0 })
    expect(ready.mustSync).toBe(true)
    expect(ready.messages).toEqual([])
    expect(ready.messagesAfterSync.map(nameOf)).toEqual(["requestVoteResponse"])
  })

  test("5.2: a candidate does not win before its own vote is durable, even when the others suffice", () => {
    const p = solo()
    p.node.campaign()
    const ready = p.node.ready()
    for (const id of [2, 3])
      p.node.step({ ...templateAppend, type: MessageType.requestVoteResponse, from: id, to: 1, term: 1 })
    expect(p.node.role).toBe("candidate")
    p.persist(ready)
    p.node.advanceAppend(ready)
    expect(p.node.role).toBe("leader")
  })

  test("5.2: a peer that restarts remembers its vote", () => {
    const p = solo()
    tell(p, MessageType.requestVote, 2, { term: 1 })
    p.restart()
    const [answer] = tell(p, MessageType.requestVote, 3, { term: 1 })
    expect([p.node.vote, answer?.reject]).toEqual([2, true])
  })

  test("5.2: a vote given starts the voter's election timer anew, a refusal does not", () => {
    for (const [term, lead] of [
      [2, 1],
      [0, 0]
    ] as const) {
      const p = solo({ terms: [1], hardState: { term: 1, vote: 0, commit: 0 } })
      for (let i = 0; i < electionTicks - 1; i++) p.node.tick()
      tell(p, MessageType.requestVote, 2, { term: 1, index: 1, logTerm: term })
      p.node.tick()
      expect(p.node.role).toBe(lead === 1 ? "follower" : "candidate")
    }
  })
})

describe("5.4.1: election restriction", () => {
  test("VoteRequest2AB: a vote request carries index and term of the candidate's last entry", () => {
    for (const terms of [[1], [1, 2]]) {
      const p = solo()
      tell(p, MessageType.append, 2, { term: terms.at(-1)!, entries: entriesOf(terms) })
      for (let i = 1; i < 2 * electionTicks; i++) p.node.tick()
      expect(sentOf(p, MessageType.requestVote).map((m) => [m.to, m.term, m.index, m.logTerm])).toEqual([
        [2, terms.at(-1)! + 1, terms.length, terms.at(-1)!],
        [3, terms.at(-1)! + 1, terms.length, terms.at(-1)!]
      ])
    }
  })

  test("Voter2AB: a less up-to-date candidate is refused", () => {
    const rows: ReadonlyArray<readonly [ReadonlyArray<number>, number, number, boolean]> = [
      // same last term: the longer log wins
      [[1], 1, 1, true],
      [[1], 1, 2, true],
      [[1, 1], 1, 1, false],
      // candidate's last term higher
      [[1], 2, 1, true],
      [[1], 2, 2, true],
      [[1, 1], 2, 1, true],
      // voter's last term higher
      [[2], 1, 1, false],
      [[2], 1, 2, false],
      [[2, 1].sort(), 1, 1, false]
    ]
    for (const [terms, logTerm, index, granted] of rows) {
      const p = solo({ terms })
      const [answer] = tell(p, MessageType.requestVote, 2, { term: 3, logTerm, index })
      expect([terms, logTerm, index, nameOf(answer!), answer!.reject]).toEqual([
        terms,
        logTerm,
        index,
        "requestVoteResponse",
        !granted
      ] as never)
    }
  })

  test("5.4.1: a leader's log is never behind a quorum's: the acknowledged entry survives any election", () => {
    const p = solo({ terms: [1, 1] })
    lead(p)
    ack(p, 2)
    expect(p.node.commit).toBe(3)
    // Peer 3 misses the entry; the two that have it refuse it.
    const [answer] = tell(p, MessageType.requestVote, 3, { term: 3, index: 2, logTerm: 1 })
    expect(answer!.reject).toBe(true)
  })
})

const templateAppend = {
  type: MessageType.append as MessageType,
  to: 0,
  from: 0,
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
