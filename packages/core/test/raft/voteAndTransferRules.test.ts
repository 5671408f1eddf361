/** Rules of votes and transfers that only one order of messages shows. */
import { expect, test } from "bun:test"
import { MessageType } from "../../src/raft/message.ts"
import { ack, lead, propose, sent, solo, tell } from "./support/solo.ts"

test("RecvMessageType_MsgRequestVote2AB: who follows a leader of the term votes for nobody else in it", () => {
  // A leader that was elected without this peer's vote, by its heartbeat.
  const p = solo({ terms: [2, 2], hardState: { term: 3, vote: 0, commit: 0 } })
  tell(p, MessageType.heartbeat, 3, { term: 3 })
  expect(p.node.leaderId).toBe(3)
  const answers = tell(p, MessageType.requestVote, 2, { term: 3, index: 9, logTerm: 3 })
  expect(answers.map(({ type, reject }) => [type, reject])).toEqual([[MessageType.requestVoteResponse, true]])
})

test("LeaderTransferToSlowFollower3A: the order is not sent at the first acknowledgement, but at that of the whole log", () => {
  const p = solo()
  lead(p)
  for (const data of ["a", "b", "c"]) propose(p, data)
  sent(p)
  const last = p.node.lastIndex
  p.node.transferLeader(3)
  const orders = (of: ReadonlyArray<{ readonly type: MessageType; readonly to: number }>) =>
    of.filter(({ type }) => type === MessageType.timeoutNow).map(({ to }) => to)
  expect(orders(sent(p))).toEqual([])
  for (let index = last - 3; index < last; index++) expect(orders(ack(p, 3, index))).toEqual([])
  // Another's acknowledgement is none of the target's.
  expect(orders(ack(p, 2, last))).toEqual([])
  expect(orders(ack(p, 3, last))).toEqual([3])
})
