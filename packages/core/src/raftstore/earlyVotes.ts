/**
 * Votes for a region that cannot be created yet, because this store still has its parent, which covers the same keys: the
 * sender applied the split first. Kept in a bounded ring, the oldest out first, and replayed when the region is
 * registered; older than `earlyVoteAgeMs` they are of a past election and are forgotten.
 * Source: tikv `pending_msgs` of the store meta.
 */
import type { RegionId, raft_serverpb } from "@reefkv/wire"

export const earlyVotesMax = 256
export const earlyVoteAgeMs = 10_000

interface EarlyVote {
  readonly message: raft_serverpb.RaftMessage
  readonly cameMs: number
}

export class EarlyVotes {
  private ring: Array<EarlyVote> = []

  get size(): number {
    return this.ring.length
  }

  add(message: raft_serverpb.RaftMessage, nowMs: number): void {
    this.ring.push({ message, cameMs: nowMs })
    if (this.ring.length > earlyVotesMax) this.ring.shift()
  }

  /** Takes out the votes for a region, in order of arrival. */
  take(regionId: RegionId, nowMs: number): Array<raft_serverpb.RaftMessage> {
    if (this.ring.length === 0) return []
    const taken: Array<raft_serverpb.RaftMessage> = []
    this.ring = this.ring.filter(({ message, cameMs }) => {
      if (cameMs + earlyVoteAgeMs <= nowMs) return false
      if (message.regionId !== regionId) return true
      taken.push(message)
      return false
    })
    return taken
  }
}
