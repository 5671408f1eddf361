/** 5.1: votes that come before the region are kept, few, not for long, and are given back. */
import { describe, expect, test } from "bun:test"
import { raft_serverpb } from "@reefkv/wire"
import { EarlyVotes, earlyVoteAgeMs, earlyVotesMax } from "../../../src/raftstore/earlyVotes.ts"

const vote = (regionId: number, tag = 0): raft_serverpb.RaftMessage =>
  raft_serverpb.RaftMessage.create({ regionId, fromPeer: { id: tag, storeId: 1, role: 0, isWitness: false } })

describe("5.1 early votes", () => {
  test("5.1 are replayed for the region they are for, in order, once", () => {
    const votes = new EarlyVotes()
    votes.add(vote(7, 1), 0)
    votes.add(vote(8, 2), 0)
    votes.add(vote(7, 3), 0)
    expect(votes.take(7, 1).map((one) => one.fromPeer?.id)).toEqual([1, 3])
    expect(votes.take(7, 1)).toEqual([])
    expect(votes.size).toBe(1)
  })

  test("5.1 do not grow for ever: the oldest make room", () => {
    const votes = new EarlyVotes()
    for (let i = 0; i < earlyVotesMax + 10; i++) votes.add(vote(7, i), 0)
    expect(votes.size).toBe(earlyVotesMax)
    expect(votes.take(7, 1)[0]?.fromPeer?.id).toBe(10)
  })

  test("5.1 of a past election are forgotten", () => {
    const votes = new EarlyVotes()
    votes.add(vote(7), 0)
    votes.add(vote(7), earlyVoteAgeMs - 1)
    expect(votes.take(7, earlyVoteAgeMs)).toHaveLength(1)
  })
})
