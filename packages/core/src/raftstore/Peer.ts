/**
 * One replica of one region on this store: its Raft node, its log, what waits for it. A plain record without a fiber,
 * timer or closure of its own; the store's loop drives it.
 *
 * States: uninitialised (created by a message, owns no range until a snapshot or its parent's split arrives), normal,
 * applying a snapshot (Raft is held back until the data is in place), destroyed (no longer in the peer map; whoever still
 * holds it must look at `destroyed` first). `damaged` peers stay in the map, answer nobody and apply nothing.
 */
import { findPeerById, type metapb, type PeerId, type RegionId } from "@reefkv/wire"
import { type Entry, RawNode } from "../raft/index.ts"
import type { DestroyOrder } from "./destroy.ts"
import type { HibernateAsk } from "./hibernate.ts"
import type { PeerStorage } from "./PeerStorage.ts"
import { type PendingWrite, ProposalQueue } from "./proposals.ts"
import type { RegionError } from "./RegionError.ts"
import type { AdminDone, Answer } from "./Router.ts"
import { ReadQueue } from "./reads.ts"
import type { Removal } from "./records.ts"
import type { RegionSize } from "./regionSize.ts"
import type { StoreConfig } from "./StoreConfig.ts"
import type { SnapshotInPlace } from "./snapshotFlow.ts"

/** A split of this region whose ids are being asked for. `caller` is undefined when nobody waits: a split check's. */
export interface PendingSplit {
  /** The region's version when the ids were asked for. */
  readonly version: number
  readonly caller: { readonly answer: Answer<AdminDone>; readonly deadlineMs: number } | undefined
}

export interface PeerOptions {
  readonly region: metapb.Region
  readonly meta: metapb.Peer
  readonly storage: PeerStorage
  readonly config: StoreConfig
  readonly random: () => number
  readonly size: RegionSize
  /** Handed to Raft: 0 for a peer that never existed before, undefined for one that comes back. */
  readonly voteQuietTicks: number | undefined
  readonly nowMs: number
}

export class Peer {
  readonly regionId: RegionId
  readonly id: PeerId
  /** As the store published it last; replaced, never changed. Without peers while uninitialised. */
  region: metapb.Region
  /** This replica as the region lists it, or as the message that created it named it. */
  meta: metapb.Peer
  readonly storage: PeerStorage
  readonly raft: RawNode
  size: RegionSize
  readonly proposals: ProposalQueue = new ProposalQueue()
  readonly reads: ReadQueue = new ReadQueue()
  /** Checked writes of this pass, to become one entry. */
  pendingWrites: Array<PendingWrite> | undefined
  /** In the loop's list of peers to look at in this pass. */
  touched = false
  destroyed = false
  /** What went wrong; the peer halts. */
  damaged: string | undefined
  /** A Ready with a snapshot is out and its data is being put in place. */
  applyingSnapshot = false
  /** Index of the newest split or merge proposed here: a lease read must not pass it between commit and apply. */
  rangeChangeIndex = 0
  /** Set while ids for a split are asked for. */
  pendingSplit: PendingSplit | undefined
  splitCheckPending = false
  /** Senders that the region does not list, so that an uninitialised peer can answer them. Bounded by `peerCacheMax`. */
  peerCache: Map<PeerId, metapb.Peer> | undefined
  /** When the leader of each other peer heard from it last; only kept while leader. */
  lastHeardMs: Map<PeerId, number> | undefined
  /** Whom this peer removed as leader a while ago, and until which tick it goes on telling them: see farewell.ts. */
  farewells: ReadonlyArray<{ readonly to: metapb.Peer; readonly untilTick: number }> = none
  /** Where the newest membership change stands in the log that was applied here; not known after a start or a snapshot. */
  lastChange: Removal | undefined
  pendingPeerIds: ReadonlyArray<PeerId> = none
  nextHeartbeatMs = 0
  /**
   * When a leader of this region last spoke to this peer, or the peer led itself, or asked about it. Not the same as
   * "a leader is known": learners and uninitialised peers have no election timer and believe in their last one for ever.
   */
  leaderHeardMs: number
  /** While uninitialised: the newest membership that addressed this peer, and so counts it as a member. */
  memberAtConfVer = 0
  staleCheckPending = false
  /** What Raft said last, to tell a change of leadership: own term as leader, or 0, and the leader that is known. */
  ledTerm = 0
  knownLeaderId: PeerId = 0
  /** The term in which it was seen to lead. */
  knownLeaderTerm = 0
  /** Committed entries that wait for the next pass. */
  applyBacklog: ReadonlyArray<Entry> = none
  /** A snapshot's data is in place; the next pass finishes it. */
  snapshotInPlace: SnapshotInPlace | undefined
  /** The peer goes with the next engine write. */
  destroyOrder: DestroyOrder | undefined
  /** As they are, or will be, in the log. */
  savedTerm: number
  savedVote: PeerId
  savedCommit: number
  /** Ticks without anything but ticks and heartbeats. */
  idleTicks = 0
  /** A hibernating peer is not ticked; see hibernate.ts. */
  hibernating = false
  hibernateAsk: HibernateAsk | undefined
  slowCheckTick = 0
  /** Written since the last region heartbeat. */
  bytesWritten = 0
  keysWritten = 0
  /** Estimate of the entries kept. */
  logBytes = 0

  constructor(options: PeerOptions) {
    const { config, storage } = options
    this.regionId = options.region.id
    this.id = options.meta.id
    this.region = options.region
    this.meta = options.meta
    this.storage = storage
    this.size = options.size
    this.leaderHeardMs = options.nowMs
    this.nextHeartbeatMs = options.nowMs
    this.raft = new RawNode(
      {
        id: options.meta.id,
        electionTicks: config.electionTicks,
        heartbeatTicks: config.heartbeatTicks,
        maxEntriesBytesPerMessage: config.maxEntriesBytesPerMessage,
        maxInflightMessages: config.maxInflightMessages,
        maxUncommittedBytes: config.maxUncommittedBytes,
        maxCommittedBytesPerReady: config.maxCommittedBytesPerReady,
        preVote: true,
        checkQuorum: true,
        readOnly: "safe",
        appliedIndex: storage.applyState.appliedIndex,
        random: options.random,
        ...(options.voteQuietTicks === undefined ? {} : { voteQuietTicks: options.voteQuietTicks })
      },
      storage
    )
    this.savedTerm = this.raft.term
    this.savedVote = this.raft.vote
    this.savedCommit = this.raft.commit
  }

  get isInitialized(): boolean {
    return this.region.peers.length > 0
  }
  get isLeader(): boolean {
    return this.raft.isLeader
  }
  get appliedIndex(): number {
    return this.storage.applyState.appliedIndex
  }
  get appliedTerm(): number {
    return this.storage.applyState.appliedTerm
  }
  /** The leader as far as this peer knows, as the region lists it. */
  get leader(): metapb.Peer | undefined {
    return this.raft.leaderId === 0 ? undefined : this.findPeer(this.raft.leaderId)
  }

  findPeer(peerId: PeerId): metapb.Peer | undefined {
    return findPeerById(this.region, peerId) ?? this.peerCache?.get(peerId)
  }
  rememberPeer(peer: metapb.Peer): void {
    if (findPeerById(this.region, peer.id) !== undefined) return
    this.peerCache ??= new Map()
    if (this.peerCache.size >= peerCacheMax && !this.peerCache.has(peer.id)) this.peerCache.clear()
    this.peerCache.set(peer.id, peer)
  }

  notLeader(): RegionError {
    return { _tag: "NotLeader", regionId: this.regionId, leader: this.isLeader ? undefined : this.leader }
  }

  /**
   * True when this leader alone may answer a read from what is applied here now. Once others read in its term, it must
   * have applied everything committed: a follower may be ahead of it, and who was told something there must not be told
   * less here.
   */
  hasReadLease(nowMs: number, leaseMs: number): boolean {
    if (this.raft.readsElsewhere && this.raft.commit > this.appliedIndex) return false
    return this.hasLease(nowMs, leaseMs)
  }
  /**
   * True when this leader's commit index is a read index without asking: the lease of its last heartbeat round holds, an
   * entry of its own term is applied here (so that everything acknowledged by earlier leaders is), and no split is
   * committed but not yet applied (its new regions may already serve writes elsewhere).
   */
  hasLease(nowMs: number, leaseMs: number): boolean {
    const raft = this.raft
    if (!raft.isLeader || this.damaged !== undefined || this.appliedTerm !== raft.term) return false
    if (this.rangeChangeIndex > this.appliedIndex && raft.commit >= this.rangeChangeIndex) return false
    const basis = raft.leaseBasis()
    return basis !== undefined && nowMs < basis + leaseMs
  }

  /** Throws when the peer contradicts itself. Dear: for tests and the simulator. */
  invariants(): void {
    this.raft.assertInvariants()
    this.proposals.invariants(this.appliedIndex)
    if (this.appliedIndex > this.storage.lastIndex()) {
      throw new Error(
        `region ${this.regionId}: applied ${this.appliedIndex} is past the log's ${this.storage.lastIndex()}`
      )
    }
  }
}

export const peerCacheMax = 16

/** Stands for an empty list in every peer that has none. */
const none: ReadonlyArray<never> = Object.freeze([])
