/**
 * The nouns of one Raft group: entries, states, snapshots, membership, configuration and the answers a caller gets.
 *
 * Plain data only; nothing here has behaviour beyond small constants. Ids, terms and indexes are numbers that the caller
 * has already checked to be safe integers. Id 0 means "nobody"; term 0 and index 0 mean "before the first".
 */

/** Kind of a log entry; the numbers are those of eraftpb.EntryType. `confChange` (V1) is never written by this package. */
export const EntryKind = { normal: 0, confChange: 1, confChangeV2: 2 } as const
export type EntryKind = (typeof EntryKind)[keyof typeof EntryKind]

/**
 * One slot of the replicated log. `data` is opaque. An entry of kind `normal` with empty data is the no-op with which a
 * leader opens its term; one of kind `confChangeV2` with empty data asks to leave the joint configuration.
 */
export interface Entry {
  readonly kind: number
  readonly term: number
  readonly index: number
  readonly data: Uint8Array
}

/** What must survive a restart besides the entries. `vote` is 0 when no vote was given in `term`. */
export interface HardState {
  readonly term: number
  readonly vote: number
  readonly commit: number
}

export type RoleName = "follower" | "preCandidate" | "candidate" | "leader"

/** What is useful to watch and is lost at a restart. `leader` is 0 when unknown. */
export interface SoftState {
  readonly leader: number
  readonly role: RoleName
}

/**
 * Membership as stored in snapshots. `votersOutgoing` is non-empty exactly while the group is joint. `learnersNext` are
 * outgoing voters that become learners when the joint configuration is left.
 */
export interface ConfState {
  readonly voters: ReadonlyArray<number>
  readonly learners: ReadonlyArray<number>
  readonly votersOutgoing: ReadonlyArray<number>
  readonly learnersNext: ReadonlyArray<number>
  readonly autoLeave: boolean
}

export interface SnapshotMetadata {
  readonly index: number
  readonly term: number
  readonly confState: ConfState
}

export interface Snapshot {
  readonly metadata: SnapshotMetadata
  readonly data: Uint8Array
}

/**
 * How a change takes effect. `auto`: directly when it is a single change, else joint with automatic leave. `implicit`:
 * joint with automatic leave. `explicit`: joint until somebody proposes to leave.
 */
export type ConfChangeTransition = "auto" | "implicit" | "explicit"

export type ConfChangeType = "addNode" | "removeNode" | "addLearnerNode"

export interface ConfChangeSingle {
  readonly type: ConfChangeType
  readonly nodeId: number
}

/** A change of membership, decoded. No changes with transition `auto` means: leave the joint configuration. */
export interface ConfChangeV2 {
  readonly transition: ConfChangeTransition
  readonly changes: ReadonlyArray<ConfChangeSingle>
  readonly context: Uint8Array
}

/** What `applyConfChange` takes for a `confChangeV2` entry with empty data. */
export const leaveJoint: ConfChangeV2 = { transition: "auto", changes: [], context: new Uint8Array(0) }

export type ReadOnlyOption = "safe" | "leaseBased"

export interface Config {
  /** This peer's id; never 0, never reused. */
  readonly id: number
  /** A follower that hears nothing for a random number of ticks in `[electionTicks, 2 * electionTicks)` campaigns. */
  readonly electionTicks: number
  /** A leader sends heartbeats every so many ticks; well below `electionTicks`. */
  readonly heartbeatTicks: number
  /** Bound on the entries of one append message; a single larger entry still goes out alone. */
  readonly maxEntriesBytesPerMessage: number
  /** Bound on unacknowledged append messages per follower. */
  readonly maxInflightMessages: number
  /** Bound on unacknowledged append bytes per follower; absent or 0: no bound but the message count. */
  readonly maxInflightBytes?: number
  /** Bound on proposed and not yet committed bytes; a proposal beyond it is refused unless nothing else is uncommitted. */
  readonly maxUncommittedBytes: number
  /** Bound on the committed entries of one Ready, and on those handed out and not yet applied. */
  readonly maxCommittedBytesPerReady: number
  /** Ask before raising the term, so that a peer coming back from isolation deposes nobody. Raft thesis 9.6. */
  readonly preVote: boolean
  /**
   * A leader that has not heard from a quorum for `electionTicks` steps down, and a peer that heard from a live leader
   * within `electionTicks` grants no vote (except in a leader transfer). Leases need it. Raft thesis 6.2, 6.4.1.
   */
  readonly checkQuorum: boolean
  /** `leaseBased` needs `checkQuorum` and `leaseMs`; when the lease is not valid it does what `safe` does. */
  readonly readOnly: ReadOnlyOption
  /** How long after the send instant of a heartbeat round its quorum keeps the leader safe. Only read by `leaseBased`. */
  readonly leaseMs?: number
  /** Last index the state machine has applied durably. */
  readonly appliedIndex: number
  /** Uniform in `[0, 1)`; drawn once per term or campaign. */
  readonly random: () => number
  /** Do not send an empty append when only the commit index moved; followers learn it by the next append or heartbeat. */
  readonly skipBroadcastCommit?: boolean
  /** Bound on reads waiting for a quorum, and on reads waiting for the first commit of a term. Default 4096. */
  readonly maxPendingReads?: number
  /** Bound on outgoing messages between two Readies; beyond it messages are dropped as a network would. Default 4096. */
  readonly maxPendingMessages?: number
  /**
   * Ticks after construction in which no vote is granted and no election begun (only with `checkQuorum`). A peer that
   * restarts has forgotten that it promised a leader to stay quiet, so the default is `electionTicks` when the stored term
   * is above 0. Hand in 0 for a peer that never existed before (bootstrap, split, creation by message), or its group
   * waits that long for its first leader; and for an only voter, if leaders are never removed while they lead (else the
   * leader that left it alone may still hold a lease).
   */
  readonly voteQuietTicks?: number
}

export type ProposeRefusal =
  | "notLeader"
  /** A leader transfer is under way; nothing is accepted until it ends. */
  | "transferring"
  | "tooManyUncommitted"
  /** An earlier membership change may not have been applied yet. */
  | "pendingConfChange"
  /** The leader has not committed an entry of its own term yet. */
  | "termNotCommitted"
  /** A joint configuration must be left before another change. */
  | "inJoint"
  | "notInJoint"
  /** The change cannot be applied to the present membership, for instance it would leave no voter. */
  | "invalidConfChange"

export type ProposeResult =
  | { readonly ok: true; readonly index: number; readonly term: number }
  | { readonly ok: false; readonly reason: ProposeRefusal }

/** Why `step` took no notice of a message. None of these touches log or votes. */
export type StepRefusal =
  /** A kind that only this peer may send to itself. */
  | "localMessage"
  /** Addressed to another peer id. */
  | "wrongPeer"
  /** A response from a peer that is no member. */
  | "unknownPeer"
  /** Contradicts itself: gaps in entries, a leader of term 0, a snapshot message without snapshot, an ack beyond the log. */
  | "malformed"
  /** Contradicts what is committed here, or claims a second leader in one term: some peer has lost data. */
  | "conflictsWithCommitted"
  | "secondLeader"

export type ProgressState = "probe" | "replicate" | "snapshot"

export interface ProgressStatus {
  readonly match: number
  readonly next: number
  readonly state: ProgressState
  readonly paused: boolean
  readonly recentActive: boolean
  readonly isLearner: boolean
  /** Index of the snapshot under way; 0 when none. */
  readonly pendingSnapshot: number
  readonly inflightMessages: number
  readonly inflightBytes: number
  readonly sentCommit: number
}

export interface LeaseStatus {
  readonly quorumAckedAt: number | undefined
  readonly basis: number | undefined
}

/** A picture for people and heartbeats; costs allocations, so it is not for the hot path. */
export interface Status {
  readonly id: number
  readonly term: number
  readonly vote: number
  readonly commit: number
  readonly applied: number
  readonly leader: number
  readonly role: RoleName
  readonly leadTransferee: number
  /** Empty unless leader. */
  readonly progress: ReadonlyMap<number, ProgressStatus>
  readonly confState: ConfState
  readonly electionElapsed: number
  readonly randomizedElectionTicks: number
  readonly lastIndex: number
  readonly firstIndex: number
  readonly lease: LeaseStatus
}

export const emptyBytes: Uint8Array = new Uint8Array(0)
export const noEntries: ReadonlyArray<Entry> = Object.freeze([])

/** Counted on top of the data for every size limit, so that a million empty entries are not free. */
export const entryOverheadBytes = 24

export function entryBytes(entry: Entry): number {
  return entry.data.length + entryOverheadBytes
}
