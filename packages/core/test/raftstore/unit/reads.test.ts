/** The queue of reads: asked together, answered once, checked when answered. */
import { describe, expect, test } from "bun:test"
import { AnswerBox } from "../../../src/raftstore/proposals.ts"
import type { ReadRequest } from "../../../src/raftstore/Router.ts"
import { decodeReadContext, encodeReadContext, ReadQueue } from "../../../src/raftstore/reads.ts"

const fixture = () => {
  const queue = new ReadQueue()
  const answers = new AnswerBox()
  const told = new Map<string, Array<string>>()
  const add = (name: string, deadlineMs = Number.POSITIVE_INFINITY, replicaRead = false): void => {
    const header = { regionId: 1, epoch: { confVer: 1, version: 1 }, peer: undefined, term: 0, deadlineMs }
    const request: ReadRequest = { header, keys: [], replicaRead }
    told.set(name, [])
    queue.add({ request, deadlineMs, answer: (result) => void told.get(name)!.push(result._tag) })
  }
  const all = (): Record<string, ReadonlyArray<string>> => {
    answers.flush()
    return Object.fromEntries(told)
  }
  return { queue, answers, add, all }
}
const notLeader = { _tag: "NotLeader", regionId: 1, leader: undefined } as const

describe("reads that wait", () => {
  test("one question covers all that came before it; they are readable at its index and not before", () => {
    const { queue, add } = fixture()
    add("a")
    add("b")
    queue.onAsked(7, 0)
    add("later")
    queue.onReadState(7, 12)
    expect(queue.takeReadable(11)).toHaveLength(0)
    expect(queue.takeReadable(12)).toHaveLength(2)
    expect(queue.size).toBe(1)
    expect(queue.waiting).toHaveLength(1)
  })

  test("an answer of a question that was given up says nothing", () => {
    const { queue, add } = fixture()
    add("a")
    queue.onAsked(7, 0)
    expect(queue.reaskOlderThan(0)).toBe(true)
    queue.onReadState(7, 12)
    expect(queue.takeReadable(99)).toHaveLength(0)
    expect(queue.waiting).toHaveLength(1)
  })

  test("a new leader: leader reads are sent away, replica reads ask again, also those that had an index", () => {
    const { queue, answers, add, all } = fixture()
    add("leader, asked")
    add("replica, asked", undefined, true)
    queue.onAsked(1, 0)
    add("leader, indexed")
    add("replica, indexed", undefined, true)
    queue.onAsked(2, 0)
    queue.onReadState(2, 50)
    queue.onLeaderChange(notLeader, answers)
    expect(all()).toEqual({
      "leader, asked": ["NotLeader"],
      "replica, asked": [],
      "leader, indexed": ["NotLeader"],
      "replica, indexed": []
    })
    expect(queue.waiting).toHaveLength(2)
    expect(queue.takeReadable(50)).toHaveLength(0)
    expect(queue.size).toBe(2)
  })

  test("deadlines reach reads in every state, each once", () => {
    const { queue, answers, add, all } = fixture()
    add("indexed", 100)
    queue.onLeaseIndex(50)
    add("asked", 100)
    add("asked, later", 200)
    queue.onAsked(1, 0)
    add("waiting", 100)
    queue.onTime(99, answers)
    expect(Object.values(all()).flat()).toEqual([])
    queue.onTime(100, answers)
    expect(all()).toEqual({
      indexed: ["DeadlineExceeded"],
      asked: ["DeadlineExceeded"],
      "asked, later": [],
      waiting: ["DeadlineExceeded"]
    })
    queue.onReadState(1, 60)
    expect(queue.takeReadable(60)).toHaveLength(1)
    expect(queue.size).toBe(0)
  })

  test("5.2 destroyed: every read is answered, in whatever state", () => {
    const { queue, answers, add, all } = fixture()
    add("indexed")
    queue.onLeaseIndex(50)
    add("asked")
    queue.onAsked(1, 0)
    add("waiting")
    queue.clear({ _tag: "RegionNotFound", regionId: 1 }, answers)
    for (const tags of Object.values(all())) expect(tags).toEqual(["RegionNotFound"])
    expect(queue.size).toBe(0)
  })

  test("a context finds back to its own peer and incarnation only", () => {
    const context = encodeReadContext(42, 0xdead_beef, 2 ** 40 + 3)
    expect(decodeReadContext(context, 42, 0xdead_beef)).toBe(2 ** 40 + 3)
    expect(decodeReadContext(context, 43, 0xdead_beef)).toBeUndefined()
    expect(decodeReadContext(context, 42, 1)).toBeUndefined()
    expect(decodeReadContext(context.slice(1), 42, 0xdead_beef)).toBeUndefined()
  })
})
