import { describe, expect, test } from "bun:test"
import { decode, encode, eraftpb, metapb, raft_serverpb } from "@reefkv/wire"
import fc from "fast-check"
import { type Message, MessageType, makeMessage } from "../../src/raft/index.ts"
import { fromEraft, mayCreatePeer, toEraft, toRaftMessage } from "../../src/raftstore/messageCodec.ts"
import { bytes, seeded } from "./support/values.ts"

const someNumber = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const someBytes = fc.uint8Array({ maxLength: 20 })
const someIds = fc.array(someNumber, { maxLength: 3 })
const someMessage: fc.Arbitrary<Message> = fc.record({
  type: fc.constantFrom(...Object.values(MessageType)),
  to: someNumber,
  from: someNumber,
  term: someNumber,
  logTerm: someNumber,
  index: someNumber,
  commit: someNumber,
  commitTerm: someNumber,
  entries: fc.array(fc.record({ kind: fc.nat({ max: 2 }), term: someNumber, index: someNumber, data: someBytes }), {
    maxLength: 3
  }),
  snapshot: fc.option(
    fc.record({
      data: someBytes,
      metadata: fc.record({
        index: someNumber,
        term: someNumber,
        confState: fc.record({
          voters: someIds,
          learners: someIds,
          votersOutgoing: someIds,
          learnersNext: someIds,
          autoLeave: fc.boolean()
        })
      })
    }),
    { nil: undefined }
  ),
  requestSnapshot: someNumber,
  reject: fc.boolean(),
  rejectHint: someNumber,
  context: someBytes
})

test("every field of a raft message crosses the wire", () => {
  const from = metapb.Peer.create({ id: 11, storeId: 1 })
  const to = metapb.Peer.create({ id: 12, storeId: 2 })
  fc.assert(
    fc.property(someMessage, (message) => {
      const envelope = { regionId: 9, from, to, epoch: { confVer: 2, version: 3 } }
      const sent = encode(raft_serverpb.RaftMessage, toRaftMessage(envelope, message))
      const came = decode(raft_serverpb.RaftMessage, sent)
      expect(fromEraft(came.message)).toEqual(message)
      expect(came).toMatchObject({ regionId: 9, fromPeer: from, toPeer: to, regionEpoch: { confVer: 2, version: 3 } })
    }),
    seeded(300)
  )
})

describe("what is no raft message", () => {
  test("none at all, or a kind of a newer store", () => {
    expect(fromEraft(undefined)).toBeUndefined()
    expect(fromEraft(eraftpb.Message.create({ msgType: 19 }))).toBeUndefined()
    expect(fromEraft(eraftpb.Message.create({ msgType: -1 }))).toBeUndefined()
  })
  test("a snapshot without metadata is none", () => {
    const message = eraftpb.Message.create({ msgType: 7, snapshot: { data: bytes("x"), metadata: undefined } })
    expect(fromEraft(message)?.snapshot).toBeUndefined()
  })
})

/** FEATURES 1.4: IsInitialMsg. */
test("a vote, or a heartbeat with commit 0, may create a peer", () => {
  const of = (type: MessageType, commit = 0): eraftpb.Message => toEraft(makeMessage({ type, to: 1, from: 2, commit }))
  expect(mayCreatePeer(of(MessageType.requestVote, 7))).toBe(true)
  expect(mayCreatePeer(of(MessageType.requestPreVote, 7))).toBe(true)
  expect(mayCreatePeer(of(MessageType.heartbeat))).toBe(true)
  expect(mayCreatePeer(of(MessageType.heartbeat, 1))).toBe(false)
  expect(mayCreatePeer(of(MessageType.append))).toBe(false)
  expect(mayCreatePeer(of(MessageType.snapshot))).toBe(false)
})
