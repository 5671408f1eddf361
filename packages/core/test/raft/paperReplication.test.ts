/** Rules of the Raft paper about replication, commit and compaction (5.3, 5.4.2, 7), a test per rule. */
import { describe, expect, test } from "bun:test"
import { MessageType } from "../../src/raft/message.ts"
import { bytes, Cluster, unbytes } from "./support/Cluster.ts"
import { confStateOf } from "./support/MemoryStorage.ts"
import { ack, entriesOf, lead, nameOf, propose, sent, sentOf, solo, tell } from "./support/solo.ts"

const ids = (size: number) => Array.from({ length: size }, (_, i) => i + 1)

/** Leader of term 1 whose no-op, entry 1, everybody has. */
function leaderWithCommittedNoop(size = 3) {
  const p = solo({ voters: ids(size) })
  lead(p)
  for (const id of ids(size)) if (id !== 1) ack(p, id)
  sent(p)
  expect(p.node.commit).toBe(1)
  return p
}

describe("5.3: log replication", () => {
  test("LeaderStartReplication2AB: an append carries the index and term before its entries", () => {
    const p = leaderWithCommittedNoop()
    propose(p, "some data")
    const out = sent(p)
    expect([p.node.lastIndex, p.node.commit]).toEqual([2, 1])
    expect(
      out.map((m) => [nameOf(m), m.to, m.index, m.logTerm, m.commit, m.entries.map((e) => unbytes(e.data))])
    ).toEqual([
      ["append", 2, 1, 1, 1, ["some data"]],
      ["append", 3, 1, 1, 1, ["some data"]]
    ])
  })

  test("LeaderCommitEntry2AB: a replicated entry is applied and its commit index reaches the followers", () => {
    const p = leaderWithCommittedNoop()
    propose(p, "some data")
    sent(p)
    const out = [2, 3].flatMap((id) => ack(p, id))
    expect(p.node.commit).toBe(2)
    expect(p.appliedData).toEqual(["some data"])
    expect(out.filter((m) => m.type === MessageType.append).map((m) => [m.to, m.commit])).toEqual(
      expect.arrayContaining([
        [2, 2],
        [3, 2]
      ])
    )
  })

  test("LeaderAcknowledgeCommit2AB: an entry is committed once a majority has it", () => {
    const rows: ReadonlyArray<readonly [number, ReadonlyArray<number>, boolean]> = [
      [1, [], true],
      [3, [], false],
      [3, [2], true],
      [3, [2, 3], true],
      [5, [], false],
      [5, [2], false],
      [5, [2, 3], true],
      [5, [2, 3, 4], true],
      [5, [2, 3, 4, 5], true]
    ]
    for (const [size, acks, committed] of rows) {
      const p = leaderWithCommittedNoop(size)
      propose(p, "x")
      sent(p)
      for (const id of acks) ack(p, id)
      expect([size, acks, p.node.commit > 1]).toEqual([size, acks, committed] as never)
    }
  })

  test("LeaderCommitPrecedingEntries2AB: entries of earlier terms are committed along with a newer one", () => {
    for (const terms of [[], [2], [1, 2], [1]]) {
      const p = solo({ terms, hardState: { term: 2, vote: 0, commit: 0 } })
      lead(p)
      propose(p, "some data")
      sent(p)
      for (const id of [2, 3]) ack(p, id)
      const n = terms.length
      expect(p.applied.map((e) => [e.index, e.term])).toEqual([
        ...terms.map((term, i) => [i + 1, term]),
        [n + 1, 3],
        [n + 2, 3]
      ] as never)
    }
  })

  test("FollowerCommitEntry2AB: a follower applies what the leader has committed, in order", () => {
    const rows: ReadonlyArray<readonly [number, number]> = [
      [1, 1],
      [2, 2],
      [2, 1],
      [0, 0]
    ]
    for (const [count, commit] of rows) {
      const p = solo()
      tell(p, MessageType.append, 2, { term: 1, commit, entries: entriesOf(Array(count).fill(1)) })
      expect(p.node.commit).toBe(commit)
      expect(p.applied.map((e) => e.index)).toEqual(ids(commit))
    }
  })

  test("5.3: a commit index beyond the entries of the message is clamped to them", () => {
    const p = solo({ terms: [1, 1, 1], hardState: { term: 1, vote: 0, commit: 0 } })
    // Entry 2 and 3 here may still differ from the leader's.
    tell(p, MessageType.append, 2, { term: 2, index: 1, logTerm: 1, commit: 3 })
    expect(p.node.commit).toBe(1)
  })

  test("FollowerCheckMessageType_MsgAppend2AB: an append is accepted exactly when the previous entry matches", () => {
    const terms = [1, 2]
    const rows: ReadonlyArray<readonly [number, number, number, boolean, number, number]> = [
      // logTerm, index → answered index, reject, hint, hint's term
      [0, 0, 1, false, 0, 0],
      [1, 1, 1, false, 0, 0],
      [2, 2, 2, false, 0, 0],
      [1, 2, 2, true, 1, 1],
      [3, 3, 3, true, 2, 2],
      [9, 10, 10, true, 2, 2]
    ]
    for (const [logTerm, index, answered, reject, hint, hintTerm] of rows) {
      const p = solo({ terms, hardState: { term: 2, vote: 0, commit: 1 } })
      const [m] = tell(p, MessageType.append, 2, { term: 9, logTerm, index })
      expect([logTerm, index, m?.index, m?.reject, m?.rejectHint, m?.logTerm]).toEqual([
        logTerm,
        index,
        answered,
        reject,
        hint,
        hintTerm
      ])
    }
  })

  test("FollowerAppendEntries2AB: a conflicting suffix is replaced, a matching one is kept", () => {
    const rows: ReadonlyArray<
      readonly [number, number, ReadonlyArray<number>, ReadonlyArray<number>, ReadonlyArray<number>]
    > = [
      // index, logTerm, entries' terms → log's terms, terms to persist
      [2, 2, [3], [1, 2, 3], [3]],
      [1, 1, [3, 4], [1, 3, 4], [3, 4]],
      [0, 0, [1], [1, 2], []],
      [0, 0, [3], [3], [3]]
    ]
    for (const [index, logTerm, terms, log, unstable] of rows) {
      const p = solo({ terms: [1, 2] })
      p.node.step({
        type: MessageType.append,
        from: 2,
        to: 1,
        term: 4,
        index,
        logTerm,
        commit: 0,
        commitTerm: 0,
        entries: entriesOf(terms, index + 1),
        snapshot: undefined,
        requestSnapshot: 0,
        reject: false,
        rejectHint: 0,
        context: bytes("")
      })
      const ready = p.node.ready()
      expect(ready.entries.map((e) => e.term)).toEqual(unstable as never)
      p.persist(ready)
      p.node.advanceAppend(ready)
      expect(p.storage.all().map((e) => e.term)).toEqual(log as never)
    }
  })

  test("LeaderSyncFollowerLog2AB: the six divergent logs of figure 7 converge to the leader's", () => {
    const leaderTerms = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]
    const followers = [
      [1, 1, 1, 4, 4, 5, 5, 6, 6],
      [1, 1, 1, 4],
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
      [1, 1, 1, 4, 4, 4, 4],
      [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3]
    ]
    for (const terms of followers) {
      const c = new Cluster()
      for (const id of [1, 2, 3]) c.add(id, confStateOf([1, 2, 3]))
      const load = (id: number, terms: ReadonlyArray<number>, term: number, commit: number) => {
        const p = c.peer(id)
        p.storage.append(entriesOf(terms))
        p.storage.hardState = { term, vote: 0, commit }
        p.restart()
      }
      load(1, leaderTerms, 8, 3)
      load(2, terms, 7, 0)
      // Peer 3 is empty and votes for anybody; it stays silent afterwards.
      c.node(1).campaign()
      c.settle()
      expect(c.leaders).toEqual([1])
      c.propose(1, "x")
      expect(c.peer(2).log).toBe(c.peer(1).log)
      expect(c.peer(2).applied.length).toBe(leaderTerms.length + 2)
    }
  })

  test("5.3: appends and heartbeats are idempotent", () => {
    const p = solo()
    for (let i = 0; i < 3; i++) {
      const [answer] = tell(p, MessageType.append, 2, { term: 1, commit: 1, entries: entriesOf([1, 1]) })
      // Once something is committed, a repetition that starts before it is answered with the commit index.
      expect([answer!.index, answer!.reject]).toEqual([i === 0 ? 2 : 1, false])
    }
    expect(p.applied.length).toBe(1)
    expect(p.node.lastIndex).toBe(2)
  })

  test("5.3: entries are durable before they are acknowledged", () => {
    const p = solo()
    p.node.step({
      ...sentOf(leaderWithCommittedNoopThenPropose(), MessageType.append)[0]!,
      from: 2,
      to: 1,
      index: 0,
      logTerm: 0,
      entries: entriesOf([1]),
      commit: 0
    })
    const ready = p.node.ready()
    expect([ready.mustSync, ready.entries.length, ready.messages.length]).toEqual([true, 1, 0])
    expect(ready.messagesAfterSync.map(nameOf)).toEqual(["appendResponse"])
  })

  test("5.3: a leader counts its own entry only once it is durable, while the append is already on its way", () => {
    const p = leaderWithCommittedNoop()
    propose(p, "x")
    const ready = p.node.ready()
    expect(ready.messages.map(nameOf)).toEqual(["append", "append"])
    p.persist(ready)
    expect(p.node.status().progress.get(1)!.match).toBe(1)
    p.node.advanceAppend(ready)
    expect(p.node.status().progress.get(1)!.match).toBe(2)
    expect(p.node.commit).toBe(1)
  })

  test("5.3: a leader never overwrites or deletes its own entries", () => {
    const p = leaderWithCommittedNoop()
    propose(p, "mine")
    sent(p)
    expect(
      p.node.step({
        ...sentOf(leaderWithCommittedNoopThenPropose(), MessageType.append)[0]!,
        from: 2,
        to: 1,
        term: 1,
        index: 0,
        logTerm: 0,
        entries: entriesOf([1, 1, 1])
      })
    ).toBe("secondLeader")
    expect(p.node.lastIndex).toBe(2)
  })
})

function leaderWithCommittedNoopThenPropose() {
  const p = leaderWithCommittedNoop()
  propose(p, "x")
  return p
}

describe("5.4.2: committing entries from previous terms", () => {
  test("LeaderOnlyCommitsLogFromCurrentTerm2AB: an entry of an earlier term is not committed by counting copies", () => {
    const rows: ReadonlyArray<readonly [number, number]> = [
      [1, 0],
      [2, 0],
      [3, 3]
    ]
    for (const [acked, commit] of rows) {
      const p = solo({ terms: [1, 2], hardState: { term: 2, vote: 0, commit: 0 } })
      lead(p)
      expect(p.node.lastIndex).toBe(3)
      ack(p, 2, acked)
      expect([acked, p.node.commit]).toEqual([acked, commit])
    }
  })

  test("8: a new leader opens its term with a no-op entry", () => {
    const p = solo({ terms: [1] })
    p.node.campaign()
    p.run()
    p.outbox = []
    const [append] = tell(p, MessageType.requestVoteResponse, 2)
    expect(append!.entries.map((e) => [e.index, e.term, e.data.length])).toEqual([[2, 2, 0]])
    expect(p.node.committedInOwnTerm).toBe(false)
    ack(p, 2)
    expect(p.node.committedInOwnTerm).toBe(true)
  })
})

describe("7: log compaction", () => {
  test("7: a follower keeps the entries that follow a snapshot it already holds", () => {
    const p = solo({ terms: [1, 1, 1] })
    const metadata = { index: 2, term: 1, confState: confStateOf([1, 2, 3]) }
    const [answer] = tell(p, MessageType.snapshot, 2, { term: 1, snapshot: { metadata, data: bytes("[]") } })
    expect([p.node.lastIndex, p.node.commit, answer!.index]).toEqual([3, 2, 2])
    expect(p.snapshotsInstalled).toEqual([])
  })

  test("7: a snapshot that the log contradicts replaces all of it", () => {
    const p = solo({ terms: [1, 1, 1] })
    const metadata = { index: 2, term: 2, confState: confStateOf([1, 2, 3]) }
    const [answer] = tell(p, MessageType.snapshot, 2, { term: 2, snapshot: { metadata, data: bytes("[]") } })
    expect([p.node.lastIndex, p.node.lastTerm, p.node.firstIndex, p.node.applied, answer!.index]).toEqual([
      2, 2, 3, 2, 2
    ])
  })
})
