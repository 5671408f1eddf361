/**
 * Everything one store's loop works on: the peers, the maps, the mailbox, what is due to be sent and answered. Made by the
 * router before the store starts, so that requests and messages have a place to arrive; the services come with `attach`.
 *
 * Only the loop's fiber changes what is in here, except for the mailbox, which anybody fills. Readers outside the loop
 * (lease reads, the status port) look at published state in one synchronous turn.
 */
import type { EngineError, EngineService, RaftLogService, TruncationMark } from "@reefkv/engine"
import type { KeyMode, metapb, RegionId, raft_serverpb, StoreId } from "@reefkv/wire"
import { Cause, type Clock, type Scope } from "effect"
import type { ApplyPass } from "./apply.ts"
import { Counters } from "./Counters.ts"
import { ConsistencyChecks } from "./consistencyCheck.ts"
import { GarbageRanges } from "./destroy.ts"
import { EarlyVotes } from "./earlyVotes.ts"
import { Neighbours } from "./hibernate.ts"
import { Mailbox } from "./Mailbox.ts"
import type { Peer } from "./Peer.ts"
import { AnswerBox } from "./proposals.ts"
import { RegionMap } from "./regionMap.ts"
import type { SchedulerClientService } from "./SchedulerClient.ts"
import type { StoreConfig } from "./StoreConfig.ts"
import type { StoreEvent, StoreEventSink } from "./StoreEvent.ts"
import { Snapshots } from "./snapshotFlow.ts"
import type { StoreMessage } from "./storeMessage.ts"
import type { StoreWorkers } from "./storeWorkers.ts"
import type { TransportService } from "./Transport.ts"

/** What the store needs to run, present from `attach` on. */
export interface StoreServices {
  readonly storeId: StoreId
  readonly clusterId: number
  readonly engine: EngineService
  readonly raftLog: RaftLogService
  readonly transport: TransportService
  readonly scheduler: SchedulerClientService
  readonly workers: StoreWorkers
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Drawn at the start of this store; tells its read contexts from those before a restart. */
  readonly incarnation: number
  readonly keyMode: KeyMode
}

export type StorePhase = "starting" | "running" | "stopped"

export class StoreState {
  readonly config: StoreConfig
  readonly clock: Clock.Clock
  readonly events: StoreEventSink
  readonly mailbox: Mailbox<StoreMessage>
  readonly counters: Counters = new Counters()
  readonly answers: AnswerBox = new AnswerBox()
  readonly peers: Map<RegionId, Peer> = new Map()
  readonly regions: RegionMap = new RegionMap()
  readonly earlyVotes: EarlyVotes = new EarlyVotes()
  phase: StorePhase = "starting"
  /** Why the loop ended, when disk, log or a bug ended it. */
  failure: Cause.Cause<EngineError> | undefined
  /** Monotonic milliseconds, read once per pass. */
  nowMs = 0
  /** Ticks since the store started. */
  tick = 0
  /** A tick lies in the mailbox: another one is coalesced with it. */
  tickPending = false
  readSequence = 0
  nextSplitCheckMs = 0
  nextLogGcMs = 0
  nextConsistencyCheckMs = 0
  nextScrubMs = 0
  /** The region whose replicas were compared last; the next one in id order follows. */
  lastCheckedRegionId: RegionId = 0
  nextStoreHeartbeatMs = 0
  /** Wall clock, for the scheduler. */
  readonly startedAtSeconds: number
  /** Snapshots under way, both directions. */
  readonly snapshots: Snapshots
  readonly garbage: GarbageRanges = new GarbageRanges()
  /** Stores whose failing link is reported in the mailbox. */
  readonly unreachable: Set<StoreId> = new Set()
  /** The device has too little left: writes are refused until it has more. */
  diskFull = false
  /** What the last store heartbeat reported as written, and when it was sent (wall clock). */
  reportedBytes = 0
  reportedKeys = 0
  reportedAtSeconds: number
  readonly neighbours: Neighbours = new Neighbours()
  readonly checks: ConsistencyChecks = new ConsistencyChecks()
  readonly damagedRegionIds: Set<RegionId> = new Set()
  /** The replica that was scrubbed last, and whether one is being read. */
  lastScrubbedRegionId: RegionId = 0
  scrubbing = false
  /** Marked, and not yet on record: for the next write of the loop. */
  readonly damageDue: Array<Peer> = []
  /** What the present pass took from the mailbox, and how far it has come. */
  taken: ReadonlyArray<StoreMessage> = []
  takenAt = 0
  /** What the present pass has applied and not yet published. */
  applying: ApplyPass | undefined
  /** Truncation marks that were applied and that the log has not been cut to. */
  readonly logGcDue: Map<RegionId, TruncationMark> = new Map()
  /** For the end of the pass: logs of destroyed peers, snapshots that nobody wants, regions to hash as they are now. */
  readonly logDestroys: Array<RegionId> = []
  readonly stagedDrops: Array<RegionId> = []
  readonly hashesDue: Array<{ readonly region: metapb.Region; readonly index: number }> = []
  /** Engine views that were taken for work which was then refused. */
  readonly viewsToClose: Array<Scope.Closeable> = []
  /** Peers that are to be destroyed once the snapshot that is being put in place is. */
  readonly destroysWaiting: Array<Peer> = []
  /** Peers to look at in this pass, in the order in which they were touched. */
  private touchedPeers: Array<Peer> = []
  private outbox: Map<StoreId, Array<raft_serverpb.RaftMessage>> = new Map()
  private attached: StoreServices | undefined

  constructor(config: StoreConfig, clock: Clock.Clock, events: StoreEventSink) {
    this.config = config
    this.clock = clock
    this.events = events
    this.mailbox = new Mailbox(config.mailboxMax)
    this.snapshots = new Snapshots(config)
    this.reportedAtSeconds = Math.floor(clock.currentTimeMillisUnsafe() / 1000)
    this.startedAtSeconds = Math.floor(clock.currentTimeMillisUnsafe() / 1000)
    this.nowMs = this.readClockMs()
  }

  attach(services: StoreServices): void {
    if (this.attached !== undefined) throw new Error("the store was started twice")
    this.attached = services
  }
  get services(): StoreServices {
    if (this.attached === undefined) throw new Error("the store has not started")
    return this.attached
  }
  /** 0 until the store knows who it is. */
  get storeId(): StoreId {
    return this.attached?.storeId ?? 0
  }
  get engine(): EngineService {
    return this.services.engine
  }

  readClockMs(): number {
    return Number(this.clock.monotonicTimeNanosUnsafe()) / 1e6
  }

  /** The peer has something for this pass: messages, proposals, a Ready, entries to apply. */
  touch(peer: Peer): void {
    if (peer.touched || peer.destroyed) return
    peer.touched = true
    this.touchedPeers.push(peer)
  }
  takeTouched(): Array<Peer> {
    const touched = this.touchedPeers
    this.touchedPeers = []
    for (const peer of touched) peer.touched = false
    return touched
  }
  get hasTouched(): boolean {
    return this.touchedPeers.length > 0
  }

  send(toStoreId: StoreId, message: raft_serverpb.RaftMessage): void {
    const messages = this.outbox.get(toStoreId)
    if (messages === undefined) this.outbox.set(toStoreId, [message])
    else messages.push(message)
  }
  /** Hands over what was sent since the last flush: one call per destination. */
  flushOutbox(): void {
    if (this.outbox.size === 0) return
    const outbox = this.outbox
    this.outbox = new Map()
    for (const [storeId, messages] of outbox) {
      this.counters.raftMessagesSent += messages.length
      this.services.transport.send(storeId, messages)
    }
  }

  emit(event: StoreEvent): void {
    if (this.events.listening()) this.events.emit(event)
  }

  /** Throws when maps, peers and regions contradict each other. Dear: for tests and the simulator, between passes. */
  invariants(): void {
    if (this.failure !== undefined) throw Cause.squash(this.failure)
    this.regions.invariants()
    for (const [regionId, peer] of this.peers) {
      if (peer.regionId !== regionId) throw new Error(`peer of region ${peer.regionId} is filed under ${regionId}`)
      if (peer.destroyed) throw new Error(`region ${regionId}: a destroyed peer is in the peer map`)
      const mapped = this.regions.get(regionId)
      if (peer.isInitialized ? mapped !== peer.region : mapped !== undefined) {
        throw new Error(`region ${regionId}: the peer's region is not the one in the region map`)
      }
      peer.invariants()
    }
    for (const region of this.regions.all()) {
      if (!this.peers.has(region.id)) throw new Error(`region ${region.id} is in the region map without a peer`)
    }
  }
}
