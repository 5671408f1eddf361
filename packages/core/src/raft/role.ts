/**
 * The role of a peer: a union whose members own what only makes sense in that role, so that leaving a role forgets it.
 *
 *     follower ──timeout──▶ preCandidate ──quorum would vote──▶ candidate ──quorum voted──▶ leader
 *        ▲                        │                                 │                          │
 *        └────────────────────────┴──── leader heard, higher term, or vote lost ◀──────────────┘
 *
 * Only `becomeFollower`, `becomePreCandidate`, `becomeCandidate` and `becomeLeader` in `raft.ts` assign it.
 */
import type { LeaseBlocks } from "./lease.ts"
import type { ReadOnly } from "./readOnly.ts"
import type { Tracker } from "./tracker.ts"

export interface Follower {
  readonly kind: "follower"
  /** 0 while unknown. */
  leader: number
  /** Ticks since the leader was heard or a vote was given. */
  electionElapsed: number
  /** Drawn from `[electionTicks, 2 * electionTicks)`. */
  readonly electionTimeout: number
  /** Highest heartbeat round seen from `leader` in this term. */
  leaderRound: number
  /** Index from which a snapshot was asked of the leader, 0 when none was. */
  requestedSnapshot: number
}

export interface PreCandidate {
  readonly kind: "preCandidate"
  electionElapsed: number
  readonly electionTimeout: number
  readonly votes: Map<number, boolean>
}

export interface Candidate {
  readonly kind: "candidate"
  electionElapsed: number
  readonly electionTimeout: number
  /** Own vote included once it is durable; without it the election is not won. */
  readonly votes: Map<number, boolean>
}

/** A read request kept until the leader has committed in its term. */
export interface EarlyRead {
  readonly from: number
  readonly context: Uint8Array
}

export interface Leader {
  readonly kind: "leader"
  readonly tracker: Tracker
  readonly reads: ReadOnly
  readonly leaseBlocks: LeaseBlocks
  earlyReads: EarlyRead[]
  heartbeatElapsed: number
  /** Ticks since the last quorum check. */
  quorumElapsed: number
  /** Peer that shall take over, 0 when none. */
  transferee: number
  transferElapsed: number
  /** No membership change may be proposed before this index is applied. */
  pendingConfIndex: number
  /** Bytes of data proposed in this term and not yet handed out as committed. */
  uncommittedBytes: number
  /** An entry of this term is committed. */
  committedOwnTerm: boolean
  /** A follower or learner was allowed to read in this term; see `RawNode.readsElsewhere`. */
  readsElsewhere: boolean
  /** The next Ready broadcasts a heartbeat round. */
  heartbeatDue: boolean
  /** Some member is due an append in the next Ready. */
  appendsDue: boolean
  /** The highest round that a quorum has answered. */
  quorumRound: number
}

export type Role = Follower | PreCandidate | Candidate | Leader
