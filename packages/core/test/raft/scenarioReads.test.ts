/** Linearizable reads: ReadIndex (Raft thesis 6.4) and the basis of a leader lease. */
import { describe, expect, test } from "bun:test"
import { MessageType } from "../../src/raft/message.ts"
import { decodeRound, encodeRound, ReadOnly } from "../../src/raft/readOnly.ts"
import { bytes, Cluster, change, encodeConfChange, paperConfig } from "./support/Cluster.ts"
import { confStateOf } from "./support/MemoryStorage.ts"
import { ack, lead, propose, sent, solo, tell } from "./support/solo.ts"

const { electionTicks } = paperConfig
const beats = (out: ReturnType<typeof sent>) => out.filter((m) => m.type === MessageType.heartbeat)

describe("ReadIndex", () => {
  test("ReadOnlyOptionSafe: leader and followers read at the commit index of the request", () => {
    const c = Cluster.of(3)
    c.campaign(1)
    for (const id of [1, 2, 3]) {
      for (let i = 0; i < 10; i++) c.propose(1, `${id}-${i}`)
      expect(c.node(id).readIndex(bytes(`ctx${id}`))).toBe(true)
      c.settle()
      expect(c.peer(id).readStates).toEqual([{ index: 1 + id * 10, context: `ctx${id}` }])
    }
  })

  test("a read is confirmed by a quorum's answer to a round that began after it", () => {
    const p = solo()
    lead(p)
    ack(p, 2)
    p.node.tick()
    const [old] = beats(sent(p))
    p.node.readIndex(bytes("r"))
    const [fresh] = beats(sent(p))
    // The answer to the round before the read proves nothing about the time of the read.
    tell(p, MessageType.heartbeatResponse, 2, { context: old!.context })
    expect(p.readStates).toEqual([])
    tell(p, MessageType.heartbeatResponse, 2, { context: fresh!.context })
    expect(p.readStates).toEqual([{ index: 1, context: "r" }])
  })

  test("reads of one pass share one round; a later round confirms earlier reads", () => {
    const p = solo()
    lead(p)
    ack(p, 2)
    for (let i = 0; i < 5; i++) p.node.readIndex(bytes(`r${i}`))
    expect(beats(sent(p)).length).toBe(2)
    propose(p, "x")
    p.node.readIndex(bytes("later"))
    const [round] = beats(sent(p))
    tell(p, MessageType.heartbeatResponse, 3, { context: round!.context })
    expect(p.readStates.map((r) => r.context)).toEqual(["r0", "r1", "r2", "r3", "r4", "later"])
    // Not at the index of an entry that is not committed.
    expect(p.readStates.at(-1)!.index).toBe(1)
  })

  test("ReadOnlyForNewLeader: reads wait for the first commit of the term", () => {
    const p = solo({ terms: [1, 1] })
    lead(p)
    expect(p.node.readIndex(bytes("early"))).toBe(true)
    expect(beats(sent(p))).toEqual([])
    const [round] = beats(ack(p, 2))
    tell(p, MessageType.heartbeatResponse, 2, { context: round!.context })
    expect(p.readStates).toEqual([{ index: 3, context: "early" }])
  })

  test("a group of one answers at once, but not before its first commit", () => {
    const p = solo({ voters: [1] })
    p.node.campaign()
    p.run()
    p.node.readIndex(bytes("r"))
    p.run()
    expect(p.readStates).toEqual([{ index: 1, context: "r" }])
  })

  test("a quorum shrinking to one confirms what was waiting", () => {
    const p = solo({ voters: [1, 2] })
    lead(p)
    ack(p, 2)
    p.node.readIndex(bytes("r"))
    sent(p)
    p.node.applyConfChange(change("removeNode", 2))
    p.run()
    expect(p.readStates).toEqual([{ index: 1, context: "r" }])
  })

  test("learners' answers do not confirm", () => {
    const p = solo({ voters: [1, 2, 3], learners: [4] })
    lead(p)
    ack(p, 2)
    p.node.readIndex(bytes("r"))
    const round = beats(sent(p)).find((m) => m.to === 4)!
    tell(p, MessageType.heartbeatResponse, 4, { context: round.context })
    expect(p.readStates).toEqual([])
  })

  test("in a joint configuration both halves must answer", () => {
    const p = solo()
    lead(p)
    ack(p, 2)
    const cc = {
      ...change("removeNode", 2, ["removeNode", 3], ["addNode", 4], ["addNode", 5]),
      transition: "explicit" as const
    }
    p.node.proposeConfChange(encodeConfChange(cc), cc)
    sent(p)
    ack(p, 2)
    p.node.readIndex(bytes("r"))
    const [round] = beats(sent(p))
    tell(p, MessageType.heartbeatResponse, 4, { context: round!.context })
    expect(p.readStates).toEqual([])
    tell(p, MessageType.heartbeatResponse, 3, { context: round!.context })
    expect(p.readStates.length).toBe(1)
  })

  test("a peer without leader, and a candidate, take no reads", () => {
    const p = solo()
    expect(p.node.readIndex(bytes("r"))).toBe(false)
    p.node.campaign()
    expect(p.node.readIndex(bytes("r"))).toBe(false)
  })

  test("waiting reads are bounded, before and after the first commit", () => {
    const p = solo({ maxPendingReads: 2 })
    lead(p)
    expect([1, 2, 3].map((i) => p.node.readIndex(bytes(`e${i}`)))).toEqual([true, true, false])
    ack(p, 2)
    expect(p.node.readIndex(bytes("r"))).toBe(false)
  })

  test("a leader that lost its quorum confirms nothing, and forgets the reads when it steps down", () => {
    const c = Cluster.of(3, { checkQuorum: true })
    c.campaign(1)
    c.isolate(1)
    c.node(1).readIndex(bytes("r"))
    c.settle()
    for (let i = 0; i < 3 * electionTicks; i++) c.tick(1)
    c.recover()
    c.settle()
    expect([c.node(1).isLeader, c.peer(1).readStates]).toEqual([false, []])
  })

  test("contexts that are no round numbers, and rounds never sent, confirm nothing", () => {
    const p = solo()
    lead(p)
    ack(p, 2)
    p.node.readIndex(bytes("r"))
    sent(p)
    for (const context of [bytes(""), bytes("xyz"), encodeRound(99), new Uint8Array(8).fill(255)])
      tell(p, MessageType.heartbeatResponse, 2, { context })
    expect(p.readStates).toEqual([])
  })

  test("round numbers survive their encoding", () => {
    for (const round of [0, 1, 255, 256, 65_535, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER])
      expect(decodeRound(encodeRound(round))).toBe(round)
  })
})

describe("lease", () => {
  const leaseMs = 1000

  /** Leader of term 1 with a committed no-op; the clock stands at 100. */
  function leased(config = {}) {
    const p = solo({ checkQuorum: true, voteQuietTicks: 0, ...config })
    p.node.setNow(100)
    lead(p)
    ack(p, 2)
    return p
  }
  /** One round, sent at `sentAt` and answered by `by` at `answeredAt`. */
  function round(p: ReturnType<typeof leased>, sentAt: number, answeredAt: number, by: ReadonlyArray<number>) {
    p.node.setNow(sentAt)
    p.node.tick()
    const out = beats(sent(p))
    p.node.setNow(answeredAt)
    for (const id of by) tell(p, MessageType.heartbeatResponse, id, { context: out[0]!.context })
    return out
  }

  test("runs from the send instant of the last round that a quorum answered", () => {
    const p = leased()
    expect(p.node.leaseBasis()).toBeUndefined()
    round(p, 200, 900, [2])
    expect([p.node.quorumAckedAt(), p.node.leaseBasis()]).toEqual([200, 200])
    round(p, 1000, 1001, [])
    expect(p.node.leaseBasis()).toBe(200)
    round(p, 1100, 1101, [3])
    expect(p.node.leaseBasis()).toBe(1100)
  })

  test("needs a majority of a larger group, and of both halves of a joint one", () => {
    const p = solo({ voters: [1, 2, 3, 4, 5], checkQuorum: true })
    p.node.setNow(100)
    lead(p)
    ack(p, 2)
    ack(p, 3)
    const [m] = round(p, 200, 201, [2])
    expect(p.node.leaseBasis()).toBeUndefined()
    tell(p, MessageType.heartbeatResponse, 3, { context: m!.context })
    expect(p.node.leaseBasis()).toBe(200)
    const cc = { ...change("removeNode", 2, ["removeNode", 3]), transition: "explicit" as const }
    p.node.applyConfChange(cc)
    expect(p.node.leaseBasis()).toBeUndefined()
    // Round 300 is answered by half of the voters of the old half, which answered round 200 as a majority.
    round(p, 300, 301, [4])
    expect(p.node.leaseBasis()).toBe(200)
    round(p, 400, 401, [4, 5])
    expect(p.node.leaseBasis()).toBe(400)
  })

  test("is void before the first commit of the term", () => {
    const p = solo({ checkQuorum: true, terms: [1], voteQuietTicks: 0 })
    p.node.setNow(100)
    lead(p)
    round(p, 200, 201, [2, 3])
    expect([p.node.quorumAckedAt(), p.node.leaseBasis()]).toEqual([200, undefined])
    ack(p, 2)
    expect(p.node.leaseBasis()).toBe(200)
  })

  test("lease_unsafe_during_leader_transfers: void from the order to take over until the target answered a later round", () => {
    const p = leased()
    ack(p, 3)
    round(p, 200, 201, [2, 3])
    p.node.transferLeader(2)
    expect(p.node.leaseBasis()).toBeUndefined()
    round(p, 300, 301, [3])
    for (let i = 0; i < electionTicks; i++) {
      p.node.tick()
      tell(p, MessageType.heartbeatResponse, 3)
    }
    expect([p.node.leadTransferee, p.node.leaseBasis()]).toEqual([0, undefined])
    // 3 answers, but 2 could still act on the order.
    round(p, 400, 401, [3])
    expect(p.node.leaseBasis()).toBeUndefined()
    round(p, 500, 501, [2])
    expect(p.node.leaseBasis()).toBe(500)
  })

  test("an answer to a round sent before the order to take over proves nothing about the order", () => {
    const p = leased()
    p.node.setNow(200)
    p.node.tick()
    const [old] = beats(sent(p))
    p.node.transferLeader(2)
    sent(p)
    for (let i = 0; i < electionTicks; i++) {
      tell(p, MessageType.heartbeatResponse, 3)
      p.node.tick()
    }
    sent(p)
    tell(p, MessageType.heartbeatResponse, 2, { context: old!.context })
    expect([p.node.leadTransferee, p.node.quorumAckedAt(), p.node.leaseBasis()]).toEqual([0, 200, undefined])
  })

  test("the send instants of the last 32 rounds are remembered", () => {
    const reads = new ReadOnly(1)
    for (let i = 1; i <= 100; i++) reads.startRound(i * 10)
    expect([1, 68, 69, 100].map((round) => reads.instantOf(round))).toEqual([undefined, undefined, 690, 1000])
    // Rounds that share an instant share a place.
    for (let i = 0; i < 100; i++) reads.startRound(5000)
    expect([reads.round, reads.instantOf(70), reads.instantOf(200)]).toEqual([200, 700, 5000])
  })

  test("a transfer that waits for a slow target voids it only while it is pending", () => {
    const p = leased()
    round(p, 200, 201, [2])
    // 3 has acknowledged nothing, so it is not told to take over yet.
    p.node.transferLeader(3)
    expect([sent(p).some((m) => m.type === MessageType.timeoutNow), p.node.leaseBasis()]).toEqual([false, undefined])
    p.node.transferLeader(1)
    expect(p.node.leaseBasis()).toBe(200)
  })

  test("is void after stepping down", () => {
    const p = leased()
    round(p, 200, 201, [2])
    tell(p, MessageType.append, 3, { term: 2 })
    expect([p.node.quorumAckedAt(), p.node.leaseBasis()]).toEqual([undefined, undefined])
  })

  test("is never given without check quorum or without a clock", () => {
    const p = leased({ checkQuorum: false })
    round(p, 200, 201, [2])
    expect([p.node.quorumAckedAt(), p.node.leaseBasis()]).toEqual([200, undefined])
    const q = solo({ checkQuorum: true })
    lead(q)
    ack(q, 2)
    q.node.tick()
    const [m] = beats(sent(q))
    tell(q, MessageType.heartbeatResponse, 2, { context: m!.context })
    expect(q.node.leaseBasis()).toBeUndefined()
  })

  test("a group of one has it as of now", () => {
    const p = solo({ voters: [1], checkQuorum: true })
    p.node.setNow(100)
    p.node.campaign()
    p.run()
    p.node.setNow(700)
    expect(p.node.leaseBasis()).toBe(700)
  })

  test("ReadOnlyOptionLease: a valid lease answers without a round, an expired one with", () => {
    const p = leased({ readOnly: "leaseBased", leaseMs })
    round(p, 200, 250, [2])
    p.node.readIndex(bytes("leased"))
    expect(beats(sent(p))).toEqual([])
    expect(p.readStates).toEqual([{ index: 1, context: "leased" }])
    p.node.setNow(200 + leaseMs)
    p.node.readIndex(bytes("late"))
    const [m] = beats(sent(p))
    expect(p.readStates.length).toBe(1)
    tell(p, MessageType.heartbeatResponse, 3, { context: m!.context })
    expect(p.readStates[1]).toEqual({ index: 1, context: "late" })
  })

  test("ReadOnlyOptionLeaseWithoutCheckQuorum: refused as a configuration", () => {
    expect(() => solo({ readOnly: "leaseBased", leaseMs })).toThrow("needs checkQuorum")
    expect(() => solo({ readOnly: "leaseBased", checkQuorum: true })).toThrow("needs leaseMs")
  })

  test("a voter that answered a round refuses votes for as long as the lease may run", () => {
    const c = new Cluster()
    for (const id of [1, 2, 3]) c.add(id, confStateOf([1, 2, 3]), { checkQuorum: true, preVote: true })
    c.campaign(1)
    // 3 loses the leader, 2 does not; 2 is asked to campaign and to vote in vain.
    c.cutLink(1, 3)
    for (let i = 0; i < 3 * electionTicks; i++) {
      c.tick(1)
      c.tick(2)
      c.tick(3)
      c.node(2).campaign()
      c.settle()
      expect(c.leaders).toEqual([1])
    }
  })
})
