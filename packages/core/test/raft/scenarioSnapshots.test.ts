/** Snapshots: given, taken, refused, reported. Names after etcd-raft and TinyKV. */
import { describe, expect, test } from "bun:test"
import { MessageType } from "../../src/raft/message.ts"
import type { Snapshot } from "../../src/raft/types.ts"
import { bytes, Cluster, paperConfig } from "./support/Cluster.ts"
import { confStateOf, MemoryStorage } from "./support/MemoryStorage.ts"
import { ack, entriesOf, lead, nameOf, propose, sent, solo, tell } from "./support/solo.ts"

function snapshotAt(index: number, term: number, voters: ReadonlyArray<number> = [1, 2, 3]): Snapshot {
  return { metadata: { index, term, confState: confStateOf(voters) }, data: bytes("[]") }
}

/** Leader of term 1 with entries 1 to 5 compacted; peer 2 has everything, peer 3 is probed from 6 and has nothing. */
function compactedLeader() {
  const p = solo()
  lead(p)
  for (let i = 0; i < 4; i++) propose(p, `v${i}`)
  sent(p)
  ack(p, 2)
  p.compact()
  expect([p.node.commit, p.node.firstIndex]).toEqual([5, 6])
  return p
}

test("RestoreSnapshot2C: index, term and members come from the snapshot", () => {
  const p = solo({ voters: [1, 2] })
  const snapshot = snapshotAt(11, 11, [1, 2, 3])
  const [answer] = tell(p, MessageType.snapshot, 2, { term: 11, snapshot })
  expect([p.node.lastIndex, p.node.lastTerm, p.node.commit, p.node.applied]).toEqual([11, 11, 11, 11])
  expect(p.node.confState.voters).toEqual([1, 2, 3])
  expect([answer!.index, answer!.reject]).toEqual([11, false])
  // It does not campaign before its time.
  expect(p.node.role).toBe("follower")
})

test("RestoreSnapshot2C: the members hold from the installation on, not before", () => {
  const p = solo({ voters: [1, 2] })
  p.node.step({ ...blank, term: 11, snapshot: snapshotAt(11, 11, [1, 2, 3]) })
  expect([p.node.confState.voters, p.node.commit, p.node.applied]).toEqual([[1, 2], 11, 0])
  const ready = p.node.ready()
  expect([ready.snapshot?.metadata.index, ready.committedEntries, ready.mustSync]).toEqual([11, [], true])
  // A peer in this state must not campaign: its log is not there yet.
  p.node.campaign()
  expect(p.node.role).toBe("follower")
  p.persist(ready)
  p.node.advanceAppend(ready)
  expect([p.node.confState.voters, p.node.applied]).toEqual([[1, 2, 3], 11])
})

test("RestoreIgnoreSnapshot2C: a snapshot that is not newer than what is committed is ignored", () => {
  const p = solo({ terms: [1, 1, 1], hardState: { term: 1, vote: 0, commit: 3 } })
  p.run()
  const [answer] = tell(p, MessageType.snapshot, 2, { snapshot: snapshotAt(3, 1) })
  expect([p.node.commit, answer!.index, p.snapshotsInstalled.length]).toEqual([3, 3, 0])
  // One that is ahead of the commit index, but inside a log that matches it, only raises the commit index.
  const q = solo({ terms: [1, 1, 1], hardState: { term: 1, vote: 0, commit: 1 } })
  const [fast] = tell(q, MessageType.snapshot, 2, { snapshot: snapshotAt(3, 1) })
  expect([q.node.commit, fast!.index, q.snapshotsInstalled.length]).toEqual([3, 3, 0])
})

test("ProvideSnap2C: a leader sends its snapshot when the follower's next entry is compacted", () => {
  const p = compactedLeader()
  const out = tell(p, MessageType.appendResponse, 3, { index: 0, reject: true, rejectHint: 0 })
  expect(out.filter((m) => m.to === 3).map((m) => [nameOf(m), m.snapshot?.metadata.index, m.term])).toEqual([
    ["snapshot", 5, 1]
  ])
  expect(p.node.status().progress.get(3)).toMatchObject({
    state: "snapshot",
    pendingSnapshot: 5,
    paused: true,
    next: 6
  })
})

test("IgnoreProvidingSnap: a peer that was not heard from lately gets no snapshot", () => {
  const p = solo({ checkQuorum: true })
  lead(p)
  ack(p, 3)
  for (let i = 0; i < 4; i++) propose(p, "x")
  sent(p)
  ack(p, 2)
  p.compact()
  // The quorum check forgets who was heard; then the transport loses 3.
  for (let i = 0; i < paperConfig.electionTicks; i++) p.node.tick()
  p.node.reportUnreachable(3)
  propose(p, "y")
  sent(p)
  expect([p.node.status().progress.get(3)?.state, p.storage.snapshotRequests]).toEqual(["probe", 0])
  tell(p, MessageType.heartbeatResponse, 3)
  expect([p.node.status().progress.get(3)?.state, p.storage.snapshotRequests]).toEqual(["snapshot", 1])
})

test("RestoreFromSnapMsg2C: the leader is learned from the snapshot message", () => {
  const p = solo()
  tell(p, MessageType.snapshot, 2, { term: 2, snapshot: snapshotAt(11, 2) })
  expect([p.node.leaderId, p.node.term]).toEqual([2, 2])
})

test("RestoreFromSnapWithOverlapingPeersMsg2C: the member set is replaced, not merged", () => {
  const p = solo({ voters: [1, 2, 4] })
  tell(p, MessageType.snapshot, 2, { term: 2, snapshot: snapshotAt(11, 2, [1, 2, 3]) })
  expect(p.node.confState.voters).toEqual([1, 2, 3])
})

test("RestoreWithLearner: learners come from the snapshot; it also promotes", () => {
  const p = solo({ voters: [2, 3], learners: [1] })
  const confState = { ...confStateOf([2, 3]), learners: [1] }
  tell(p, MessageType.snapshot, 2, {
    term: 1,
    snapshot: { metadata: { index: 5, term: 1, confState }, data: bytes("[]") }
  })
  p.node.campaign()
  expect([p.node.confState.learners, p.node.role]).toEqual([[1], "follower"])
  tell(p, MessageType.snapshot, 2, { term: 1, snapshot: snapshotAt(9, 1) })
  p.node.campaign()
  expect([p.node.confState.learners, p.node.role]).toEqual([[], "candidate"])
})

test("RestoreLearnerPromotion: a snapshot that leaves this peer out is not taken", () => {
  const p = solo()
  expect(tell(p, MessageType.snapshot, 2, { term: 1, snapshot: snapshotAt(9, 1, [2, 3]) })).toEqual([])
  expect([p.node.lastIndex, p.node.confState.voters]).toEqual([0, [1, 2, 3]])
  expect(p.node.step({ ...blank, snapshot: undefined })).toBe("malformed")
})

test("SlowNodeRestore2C: a slow peer recovers by snapshot and then by appends", () => {
  const c = Cluster.of(3)
  c.campaign(1)
  c.isolate(3)
  for (let i = 0; i < 100; i++) c.propose(1, `v${i}`)
  c.peer(1).compact()
  c.recover()
  // Only a peer that was heard from gets a snapshot.
  c.beat(1)
  c.propose(1, "after")
  expect(c.peer(3).snapshotsInstalled.map((s) => s.metadata.index)).toEqual([101])
  expect([c.node(3).commit, c.node(1).commit]).toEqual([102, 102])
  expect(c.peer(3).appliedData).toEqual([...Array.from({ length: 100 }, (_, i) => `v${i}`), "after"])
  expect(c.node(1).status().progress.get(3)).toMatchObject({ state: "replicate", match: 102 })
})

describe("the fate of a snapshot under way", () => {
  const sending = () => {
    const p = compactedLeader()
    tell(p, MessageType.appendResponse, 3, { index: 0, reject: true, rejectHint: 0 })
    return p
  }
  const progress = (p: ReturnType<typeof sending>) => p.node.status().progress.get(3)!

  test("PendingSnapshotPauseReplication: nothing else is sent meanwhile", () => {
    const p = sending()
    propose(p, "x")
    expect(sent(p).filter((m) => m.to === 3)).toEqual([])
    expect(tell(p, MessageType.heartbeatResponse, 3).filter((m) => m.to === 3)).toEqual([])
  })

  test("SnapshotFailure: probing starts again from the match", () => {
    const p = sending()
    p.node.reportSnapshot(3, false)
    expect(progress(p)).toMatchObject({ state: "probe", next: 1, paused: true, pendingSnapshot: 0 })
    // The next heartbeat answer tries again.
    expect(tell(p, MessageType.heartbeatResponse, 3).map(nameOf)).toEqual(["snapshot"])
  })

  test("SnapshotSucceed: probing continues after the snapshot, once the follower speaks", () => {
    const p = sending()
    p.node.reportSnapshot(3, true)
    expect(progress(p)).toMatchObject({ state: "probe", next: 6, paused: true })
    expect(ack(p, 3, 5).filter((m) => m.to === 3)).toEqual([])
    expect(progress(p)).toMatchObject({ state: "replicate", match: 5, next: 6 })
  })

  test("SnapshotSucceedViaAppResp: the follower's answer alone ends the snapshot", () => {
    const p = sending()
    propose(p, "x")
    const out = ack(p, 3, 5)
    expect(out.filter((m) => m.to === 3).map((m) => [nameOf(m), m.index, m.entries.length])).toEqual([["append", 5, 1]])
    expect(progress(p)).toMatchObject({ state: "replicate", match: 5, pendingSnapshot: 0 })
  })

  test("SnapshotSucceedViaAppRespBehind: an answer that reaches the leader's log suffices, below the snapshot", () => {
    const p = sending()
    for (let i = 0; i < 4; i++) propose(p, "x")
    sent(p)
    ack(p, 2)
    p.compact()
    // A second snapshot, at 9, while 3 acknowledges something older that is compacted here: it still needs it.
    expect([p.node.firstIndex, progress(p).state]).toEqual([10, "snapshot"])
    const requests = p.storage.snapshotRequests
    ack(p, 3, 5)
    expect(progress(p)).toMatchObject({ state: "snapshot", match: 5 })
    expect(p.storage.snapshotRequests).toBe(requests)
    ack(p, 3, 9)
    expect(progress(p)).toMatchObject({ state: "replicate", match: 9 })
  })

  test("SnapshotAbort: a later acknowledgement beyond the snapshot resumes there", () => {
    const p = sending()
    propose(p, "x")
    sent(p)
    expect(ack(p, 3, 6).filter((m) => m.to === 3 && m.entries.length > 0)).toEqual([])
    expect(progress(p)).toMatchObject({ state: "replicate", match: 6, next: 7 })
  })

  test("reports about peers that await no snapshot, or are no members, change nothing", () => {
    const p = compactedLeader()
    const before = p.node.status()
    p.node.reportSnapshot(2, false)
    p.node.reportSnapshot(9, true)
    p.node.reportUnreachable(9)
    expect(p.node.status()).toEqual(before)
  })

  test("a snapshot that is not ready is asked for again at the next occasion", () => {
    const p = compactedLeader()
    p.storage.offered = undefined
    const tries = p.storage.snapshotRequests
    expect(
      tell(p, MessageType.appendResponse, 3, { index: 0, reject: true, rejectHint: 0 }).filter((m) => m.to === 3)
    ).toEqual([])
    expect(p.storage.snapshotRequests).toBe(tries + 1)
    p.storage.offered = p.makeSnapshot()
    expect(
      tell(p, MessageType.heartbeatResponse, 3)
        .filter((m) => m.to === 3)
        .map(nameOf)
    ).toEqual(["snapshot"])
  })
})

describe("a snapshot asked for by the follower", () => {
  test("RequestSnapshot: the leader sends one although the log would do", () => {
    const c = Cluster.of(2)
    c.campaign(1)
    for (const data of ["a", "b"]) c.propose(1, data)
    c.peer(2).applied = []
    expect(c.node(2).requestSnapshot()).toBe(true)
    c.settle()
    expect(c.peer(2).snapshotsInstalled).toEqual([])
    c.peer(1).storage.offered = c.peer(1).makeSnapshot()
    c.beat(1)
    expect(c.peer(2).snapshotsInstalled.map((s) => s.metadata.index)).toEqual([3])
    c.propose(1, "c")
    expect(c.peer(2).appliedData).toEqual(["a", "b", "c"])
  })

  test("RequestSnapshot: a snapshot that does not cover the acknowledged log is not asked for", () => {
    const p = solo({ terms: [1, 1] })
    // The last entry is of an earlier term: the leader may never commit it as such.
    tell(p, MessageType.heartbeat, 2, { term: 2 })
    expect(p.node.requestSnapshot()).toBe(false)
    expect(solo().node.requestSnapshot()).toBe(false)
  })

  test("RequestSnapshot: appends are refused until it arrives, and one that is too old is not taken", () => {
    const p = solo()
    tell(p, MessageType.append, 2, { term: 1, entries: entriesOf([1, 1, 1]), commit: 1 })
    expect(p.node.requestSnapshot()).toBe(true)
    expect(sent(p).map((m) => [nameOf(m), m.reject, m.requestSnapshot])).toEqual([["appendResponse", true, 3]])
    const out = tell(p, MessageType.append, 2, { index: 3, logTerm: 1, entries: entriesOf([1], 4) })
    expect([out.map((m) => m.requestSnapshot), p.node.lastIndex]).toEqual([[3], 3])
    tell(p, MessageType.snapshot, 2, { snapshot: snapshotAt(2, 1) })
    expect(p.snapshotsInstalled).toEqual([])
    tell(p, MessageType.snapshot, 2, { snapshot: snapshotAt(3, 1) })
    expect(p.snapshotsInstalled.map((s) => s.metadata.index)).toEqual([3])
  })
})

test("a repeated request for a snapshot does not send a second one while the first is under way", () => {
  const p = compactedLeader()
  const request = { index: 5, reject: true, rejectHint: 5, requestSnapshot: 5 }
  expect(tell(p, MessageType.appendResponse, 2, request).map(nameOf)).toEqual(["snapshot"])
  expect(tell(p, MessageType.appendResponse, 2, request)).toEqual([])
})

test("a snapshot message is not dropped when too many messages wait", () => {
  const p = solo({ maxPendingMessages: 1 })
  lead(p)
  propose(p, "x")
  sent(p)
  ack(p, 2)
  p.compact()
  for (let i = 0; i < 3; i++) p.node.readIndex(bytes("r"))
  p.node.tick()
  p.node.step({ ...blank, type: MessageType.appendResponse, from: 3, reject: true, snapshot: undefined })
  expect(sent(p).map(nameOf)).toEqual(["heartbeat", "snapshot"])
})

test("entries after a pending snapshot are appended on top of it", () => {
  const p = solo()
  p.node.step({ ...blank, term: 2, snapshot: snapshotAt(10, 2) })
  p.node.step({
    ...blank,
    type: MessageType.append,
    term: 2,
    index: 10,
    logTerm: 2,
    commit: 11,
    entries: entriesOf([2, 2], 11)
  })
  const ready = p.node.ready()
  expect([ready.snapshot?.metadata.index, ready.entries.map((e) => e.index), ready.committedEntries]).toEqual([
    10,
    [11, 12],
    []
  ])
  p.persist(ready)
  p.node.advanceAppend(ready)
  expect(p.node.ready().committedEntries.map((e) => e.index)).toEqual([11])
})

test("a newer snapshot that arrives while an older one is being installed is installed next", () => {
  const p = solo()
  p.node.step({ ...blank, term: 2, snapshot: snapshotAt(10, 2) })
  const first = p.node.ready()
  p.node.step({ ...blank, term: 2, snapshot: snapshotAt(20, 2, [1, 2]) })
  p.persist(first)
  p.node.advanceAppend(first)
  expect([p.node.applied, p.node.commit]).toEqual([10, 20])
  const second = p.node.ready()
  expect(second.snapshot?.metadata.index).toBe(20)
  p.persist(second)
  p.node.advanceAppend(second)
  expect([p.node.applied, p.node.confState.voters]).toEqual([20, [1, 2]])
  p.node.assertInvariants()
})

test("a fresh peer without members takes everything from a snapshot", () => {
  const c = Cluster.of(1)
  c.campaign(1)
  c.propose(1, "a")
  c.peer(1).compact()
  const joiner = c.add(2, { voters: [], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false })
  expect(joiner.storage).toBeInstanceOf(MemoryStorage)
  c.node(1).proposeConfChange(
    bytes(JSON.stringify({ transition: "auto", changes: [{ type: "addNode", nodeId: 2 }] })),
    {
      transition: "auto",
      changes: [{ type: "addNode", nodeId: 2 }],
      context: bytes("")
    }
  )
  c.settle()
  c.peer(1).compact()
  c.beat(1)
  expect([c.node(2).confState.voters, joiner.appliedData]).toEqual([[1, 2], ["a"]])
})

const blank = {
  type: MessageType.snapshot as MessageType,
  to: 1,
  from: 2,
  term: 1,
  logTerm: 0,
  index: 0,
  commit: 0,
  commitTerm: 0,
  entries: entriesOf([]),
  snapshot: snapshotAt(1, 1) as Snapshot | undefined,
  requestSnapshot: 0,
  reject: false,
  rejectHint: 0,
  context: bytes("")
}
