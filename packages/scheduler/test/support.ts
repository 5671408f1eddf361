/**
 * One scheduler on virtual time, and a cluster of pretended stores for it: each region is a value, each operator step is
 * carried out at once on it, heartbeats go through the real service. No Raft: what is tested is the scheduler.
 */
import { Engine, type EngineService } from "@reefkv/engine"
import { MemoryDisk, makeMemoryEngine } from "@reefkv/engine-memory"
import { eraftpb, metapb, pdpb } from "@reefkv/wire"
import { Clock, Context, Effect, type Exit, Logger, Random, Scope, Stream } from "effect"
import { TestClock } from "effect/testing"
import {
  makeScheduler,
  type SchedulerConfig,
  type SchedulerError,
  type SchedulerEvent,
  SchedulerEvents,
  type SchedulerServiceShape
} from "../src/index.ts"

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const none = new Uint8Array(0)

/** Runs on a TestClock with seeded chance; everything the program scoped is closed at the end. */
export const run = <A, E>(program: Effect.Effect<A, E, Scope.Scope>, seed = "scheduler tests"): Promise<A> =>
  Effect.runPromise(
    Effect.scoped(program).pipe(Random.withSeed(seed), Effect.provide([TestClock.layer(), Logger.layer([])]))
  )

/** A machine's clock that shows what `now` says, whose monotonic time stands still and where sleep returns at once. */
export const clockAt = (now: () => number): Clock.Clock => ({
  ...Effect.runSync(Clock.Clock),
  currentTimeMillisUnsafe: now,
  currentTimeMillis: Effect.sync(now),
  monotonicTimeNanosUnsafe: () => 0n,
  monotonicTimeNanos: Effect.succeed(0n),
  sleep: () => Effect.void
})

export interface Running {
  readonly service: SchedulerServiceShape
  readonly events: Array<SchedulerEvent>
  /** Closes the scheduler's scope: a graceful stop. */
  readonly stop: Effect.Effect<void>
}

/** The engine with writes that let every other fiber run first, as a disk does. */
const slowed = (engine: EngineService): EngineService => ({
  ...engine,
  write: (batch, options) =>
    Effect.yieldNow.pipe(Effect.andThen(Effect.yieldNow), Effect.andThen(engine.write(batch, options)))
})

/** A scheduler on the disk, in a scope of its own inside the test's scope. */
export const startScheduler = (
  disk: MemoryDisk,
  config: Partial<SchedulerConfig> = {},
  options: { readonly clusterId?: number; readonly slowWrites?: boolean } = {}
): Effect.Effect<Running, SchedulerError, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Scope.fork(yield* Effect.scope)
    const events: Array<SchedulerEvent> = []
    const engine = makeMemoryEngine({ disk })
    const { clusterId, slowWrites } = options
    const service = yield* makeScheduler({ config, ...(clusterId === undefined ? {} : { clusterId }) }).pipe(
      Effect.provideContext(
        Context.make(Engine, slowWrites === true ? slowed(engine) : engine).pipe(
          Context.add(SchedulerEvents, { listening: () => true, emit: (event) => events.push(event) }),
          Context.add(Scope.Scope, scope)
        )
      )
    )
    return { service, events, stop: Scope.close(scope, exitVoid) }
  })
const exitVoid: Exit.Exit<void> = Effect.runSync(Effect.exit(Effect.void))

export const makeStore = (id: number, extra: Partial<metapb.Store> = {}): metapb.Store =>
  metapb.Store.create({ id, address: `store-${id}:20160`, version: "8.5.0", ...extra })
export const makePeer = (id: number, storeId: number, role: metapb.PeerRole = metapb.PeerRole.Voter): metapb.Peer =>
  metapb.Peer.create({ id, storeId, role })
export const makeRegion = (
  id: number,
  start: string,
  end: string,
  options: {
    readonly version?: number
    readonly confVer?: number
    readonly peers?: ReadonlyArray<metapb.Peer>
  } = {}
): metapb.Region =>
  metapb.Region.create({
    id,
    startKey: bytes(start),
    endKey: bytes(end),
    regionEpoch: { version: options.version ?? 1, confVer: options.confVer ?? 1 },
    peers: [...(options.peers ?? [makePeer(id * 10 + 1, 1)])]
  })
/** By its first peer unless `leader` is given. */
export const heartbeatOf = (
  region: metapb.Region,
  extra: Partial<pdpb.RegionHeartbeatRequest> = {}
): pdpb.RegionHeartbeatRequest =>
  pdpb.RegionHeartbeatRequest.create({ region, leader: region.peers[0], term: 6, ...extra })
export const statsOf = (storeId: number, extra: Partial<pdpb.StoreStats> = {}): pdpb.StoreStats =>
  pdpb.StoreStats.create({ storeId, capacity: 100, available: 90, ...extra })

/** One region with one peer on store 1. Ids come from the scheduler. */
export const bootstrap = (service: SchedulerServiceShape) =>
  Effect.gen(function* () {
    const storeId = yield* service.allocId()
    const last = yield* service.allocId(2)
    const region = makeRegion(last - 1, "", "", { peers: [makePeer(last, storeId)] })
    yield* service.bootstrap(makeStore(storeId), region)
    return { storeId, region }
  })

interface FakeRegion {
  meta: metapb.Region
  leaderStoreId: number
  term: number
  bytes: number
  /** Peers that have no data yet; each pass of `settle` gives one more pass of time. */
  pending: Set<number>
  down: Map<number, number>
}

/** Stores that obey. `live` stores send heartbeats; regions led by a dead one are silent. */
export class FakeCluster {
  readonly regions = new Map<number, FakeRegion>()
  readonly live = new Set<number>()
  /** Store heartbeats carry these. */
  readonly stats = new Map<number, Partial<pdpb.StoreStats>>()
  /** Every step obeyed, as words. */
  readonly obeyed: Array<string> = []
  /** Steps are heard and ignored. */
  deaf = false
  /** New replicas wait this many passes for their data. */
  snapshotPasses = 0

  readonly service: SchedulerServiceShape
  constructor(service: SchedulerServiceShape) {
    this.service = service
  }

  /** Brings a store up: its steps are obeyed from now on. */
  join(storeId: number, extra: Partial<metapb.Store> = {}) {
    return Effect.gen({ self: this }, function* () {
      yield* this.service.putStore(makeStore(storeId, extra))
      yield* this.listen(storeId)
    })
  }
  listen(storeId: number) {
    return Effect.gen({ self: this }, function* () {
      this.live.add(storeId)
      yield* Stream.runForEach(this.service.operatorSteps(storeId), (step) =>
        Effect.suspend(() => {
          if (!this.live.has(storeId) || this.deaf) return Effect.void
          return this.obey(step) ? this.heartbeat(step.regionId) : Effect.void
        })
      ).pipe(Effect.forkScoped)
      yield* this.storeHeartbeat(storeId)
    })
  }
  addRegion(meta: metapb.Region, leaderStoreId = meta.peers[0]!.storeId, size = 0): void {
    this.regions.set(meta.id, { meta, leaderStoreId, term: 6, bytes: size, pending: new Set(), down: new Map() })
  }
  region(id: number): FakeRegion {
    return this.regions.get(id)!
  }

  storeHeartbeat(storeId: number) {
    const regionCount = [...this.regions.values()].filter((region) =>
      region.meta.peers.some((peer) => peer.storeId === storeId)
    ).length
    return Effect.ignore(this.service.storeHeartbeat(statsOf(storeId, { regionCount, ...this.stats.get(storeId) })))
  }
  heartbeat(regionId: number) {
    return Effect.suspend(() => {
      const region = this.region(regionId)
      if (!this.live.has(region.leaderStoreId)) return Effect.void
      return Effect.ignore(
        this.service.regionHeartbeat(
          heartbeatOf(region.meta, {
            leader: region.meta.peers.find((peer) => peer.storeId === region.leaderStoreId),
            term: region.term,
            approximateSize: region.bytes,
            pendingPeers: region.meta.peers.filter((peer) => region.pending.has(peer.id)),
            downPeers: [...region.down].map(([id, downSeconds]) => ({
              peer: region.meta.peers.find((peer) => peer.id === id),
              downSeconds
            }))
          })
        )
      )
    })
  }
  get heartbeatAll() {
    return Effect.suspend(() =>
      Effect.andThen(
        Effect.forEach([...this.live], (id) => this.storeHeartbeat(id), { discard: true }),
        Effect.forEach([...this.regions.keys()], (id) => this.heartbeat(id), { discard: true })
      )
    )
  }
  /** Virtual time with heartbeats of all live stores and leaders each `everyMs`. */
  settle(totalMs: number, everyMs = 500) {
    return Effect.gen({ self: this }, function* () {
      for (let passed = 0; passed < totalMs; passed += everyMs) {
        yield* this.heartbeatAll
        yield* TestClock.adjust(everyMs)
      }
    })
  }

  /** Carries the step out on the region, with Raft's own rules as assertions; false when it changed nothing. */
  private obey(step: pdpb.RegionHeartbeatResponse): boolean {
    const region = this.region(step.regionId)
    if (step.targetPeer?.storeId !== region.leaderStoreId) return false
    if (step.transferLeader !== undefined) {
      const to = step.transferLeader.peer!
      if (!region.meta.peers.some((peer) => peer.id === to.id && peer.role !== metapb.PeerRole.Learner)) {
        throw new Error(`leader transfer to ${to.id}, which is no voter`)
      }
      region.leaderStoreId = to.storeId
      region.term += 1
      this.obeyed.push(`r${step.regionId} leader s${to.storeId}`)
      return true
    }
    if (step.changePeer !== undefined) {
      this.change(region, [step.changePeer], false)
      return true
    }
    if (step.changePeerV2 !== undefined) {
      const { changes } = step.changePeerV2
      if (changes.length === 0) this.leaveJoint(region)
      else this.change(region, changes, true)
      return true
    }
    return false
  }
  private bump(region: FakeRegion, peers: Array<metapb.Peer>, by: number): void {
    const epoch = region.meta.regionEpoch!
    region.meta = { ...region.meta, peers, regionEpoch: { ...epoch, confVer: epoch.confVer + by } }
  }
  private change(region: FakeRegion, changes: ReadonlyArray<pdpb.ChangePeer>, joint: boolean): void {
    const { AddLearnerNode, AddNode, RemoveNode } = eraftpb.ConfChangeType
    const { DemotingVoter, IncomingVoter, Learner, Voter } = metapb.PeerRole
    let peers = [...region.meta.peers]
    let changed = 0
    for (const { changeType, peer } of changes) {
      const at = peers.findIndex((other) => other.id === peer!.id)
      if (changeType === AddLearnerNode && at < 0) {
        if (peers.some((other) => other.storeId === peer!.storeId)) throw new Error("two peers on one store")
        peers.push(makePeer(peer!.id, peer!.storeId, Learner))
        if (this.snapshotPasses > 0) region.pending.add(peer!.id)
      } else if (changeType === AddLearnerNode && joint && peers[at]!.storeId === region.leaderStoreId) {
        throw new Error("the leader was asked to demote itself")
      } else if (changeType === AddLearnerNode && joint) peers[at] = { ...peers[at]!, role: DemotingVoter }
      else if (changeType === AddNode && at >= 0) peers[at] = { ...peers[at]!, role: joint ? IncomingVoter : Voter }
      else if (changeType === RemoveNode && at >= 0) {
        if (peers[at]!.storeId === region.leaderStoreId) throw new Error("the leader was asked to remove itself")
        peers = peers.filter((other) => other.id !== peer!.id)
      } else continue
      changed += 1
      this.obeyed.push(
        `r${region.meta.id} ${joint ? "joint " : ""}${["add", "remove", "learner"][changeType]} s${peer!.storeId}`
      )
    }
    this.bump(region, peers, changed)
  }
  private leaveJoint(region: FakeRegion): void {
    const { DemotingVoter, IncomingVoter, Learner, Voter } = metapb.PeerRole
    let changed = 0
    const peers = region.meta.peers.map((peer) => {
      if (peer.role === IncomingVoter) {
        changed += 1
        return { ...peer, role: Voter }
      }
      if (peer.role === DemotingVoter) {
        if (peer.storeId === region.leaderStoreId) throw new Error("the leader is demoted on leaving the joint state")
        changed += 1
        return { ...peer, role: Learner }
      }
      return peer
    })
    this.obeyed.push(`r${region.meta.id} leave joint`)
    this.bump(region, peers, changed)
  }

  storesOf(regionId: number): Array<number> {
    return this.region(regionId)
      .meta.peers.map((peer) => peer.storeId)
      .sort((a, b) => a - b)
  }
  leaderCounts(): Map<number, number> {
    const counts = new Map<number, number>()
    for (const region of this.regions.values()) {
      counts.set(region.leaderStoreId, (counts.get(region.leaderStoreId) ?? 0) + 1)
    }
    return counts
  }
  replicaCounts(): Map<number, number> {
    const counts = new Map<number, number>()
    for (const region of this.regions.values()) {
      for (const peer of region.meta.peers) counts.set(peer.storeId, (counts.get(peer.storeId) ?? 0) + 1)
    }
    return counts
  }
}

/** The reason a call was refused with; fails the test when it was not. */
export const refusalOf = <A>(effect: Effect.Effect<A, SchedulerError, never>): Effect.Effect<SchedulerError> =>
  Effect.matchEffect(effect, {
    onFailure: Effect.succeed,
    onSuccess: (value) => Effect.die(new Error(`expected a refusal, got ${JSON.stringify(value)}`))
  })

export { MemoryDisk }
