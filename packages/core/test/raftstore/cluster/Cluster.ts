/**
 * N stores in one process on virtual time, with everything a test needs to hurt them: the network's faults, graceful stops,
 * crashes that lose what was not synced, a clock that moves only when the driver moves it.
 *
 * Every wait has a bound in virtual time, and what does not come within it fails with the state of every store.
 */
import { type EngineService, type RaftLogService, WriteBatch } from "@reefkv/engine"
import {
  epochOf,
  eraftpb,
  formatRegion,
  metapb,
  type PeerId,
  type RegionId,
  raft_cmdpb,
  type StoreId
} from "@reefkv/wire"
import { Clock, Deferred, Effect, Exit, Scope } from "effect"
import type { RegionError } from "../../../src/raftstore/RegionError.ts"
import type { AdminDone, AdminRequest, RegionStatus, RouterService } from "../../../src/raftstore/Router.ts"
import { initialApplyState, putApplyState, putRegionState, putStoreIdent } from "../../../src/raftstore/records.ts"
import type { SchedulerClientService } from "../../../src/raftstore/SchedulerClient.ts"
import { defaultStoreConfig, type StoreConfig, validateStoreConfig } from "../../../src/raftstore/StoreConfig.ts"
import type { StoreEvent } from "../../../src/raftstore/StoreEvent.ts"
import { type CountedRouter, countAnswers } from "./answers.ts"
import { Client, type Family, isRefusal } from "./Client.ts"
import { type CrashLoss, type DiskFactory, memoryDisks, type StoreDisk } from "./disks.ts"
import { launchStore } from "./launchStore.ts"
import { Network } from "./Network.ts"
import { Seeded } from "./seeded.ts"
import { type KnownRegion, TestScheduler } from "./TestScheduler.ts"

/** Ten times faster than the defaults: an election takes 100 to 200 ms of virtual time. */
export const testStoreConfig: StoreConfig = {
  ...defaultStoreConfig,
  raftTickMs: 10,
  heartbeatTicks: 2,
  electionTicks: 10,
  leaseMs: 80,
  requestTimeoutMs: 1_000,
  splitCheckIntervalMs: 50,
  regionHeartbeatIntervalMs: 100,
  storeHeartbeatIntervalMs: 200,
  logGcIntervalMs: 50,
  snapshotTimeoutMs: 2_000,
  snapshotChunkBytes: 4 * 1024,
  stalePeerCheckMs: 2_000,
  peerDownMs: 2_000,
  hibernateAfterTicks: 0
}

/** What the cluster needs of a scheduler; the real one (realScheduler.ts) or the test's own. */
export interface ClusterScheduler {
  readonly clusterId: number
  /** One client, for one store or for the test's clients. */
  readonly client: Effect.Effect<SchedulerClientService, never, Scope.Scope>
  /** Every region it knows, by start key. */
  all(): Array<KnownRegion>
  newId(): number
}

export interface ClusterOptions {
  readonly seed: number
  readonly stores: number
  /** Stores that hold the first region; all of them when absent. */
  readonly replicas?: number
  readonly config?: Partial<StoreConfig>
  readonly keyMode?: "raw" | "txn"
  readonly disks?: DiskFactory
  /** Instead of `Cluster.scheduler`, which then knows nothing. */
  readonly schedulerFactory?: () => Effect.Effect<ClusterScheduler, never, Scope.Scope>
  /** The stores bootstrap the cluster themselves, with one replica; else all begin with the first region in place. */
  readonly bootstrap?: "by stores" | "prepared"
}

interface RunningStore {
  readonly router: RouterService
  readonly counted: CountedRouter
  readonly engine: EngineService
  readonly raftLog: RaftLogService
  readonly scope: Scope.Closeable
  readonly gone: Deferred.Deferred<void>
  /** Throws when the store contradicts itself. */
  readonly invariants: () => void
}
interface Host {
  readonly storeId: StoreId
  readonly disk: StoreDisk
  running: RunningStore | undefined
}

export const firstRegionId = 1

export class Cluster {
  readonly options: ClusterOptions
  readonly config: StoreConfig
  readonly random: Seeded
  readonly network: Network
  /** The test's own scheduler; unused when the options name another. */
  readonly scheduler: TestScheduler
  /** The scheduler in use. */
  readonly directory: ClusterScheduler
  readonly client: Client
  /** Newest last, of all stores; bounded. */
  readonly events: Array<StoreEvent> = []
  /** Stores whose loop ended without being asked to. */
  readonly crashReports: Array<string> = []
  private readonly clock: Clock.Clock
  private readonly scope: Scope.Scope
  private readonly hosts = new Map<StoreId, Host>()
  private readonly schedulerClient: SchedulerClientService

  private constructor(
    options: ClusterOptions,
    clock: Clock.Clock,
    scope: Scope.Scope,
    scheduler: TestScheduler,
    directory: ClusterScheduler,
    client: SchedulerClientService
  ) {
    this.scheduler = scheduler
    this.directory = directory
    this.options = options
    this.config = { ...testStoreConfig, ...options.config }
    const problems = validateStoreConfig(this.config)
    if (problems.length > 0) throw new Error(problems.join("; "))
    this.clock = clock
    this.scope = scope
    this.random = new Seeded(options.seed)
    this.network = new Network(clock, this.random.fork())
    this.schedulerClient = client
    this.client = this.newClient()
  }

  static readonly make = Effect.fnUntraced(function* (
    options: ClusterOptions
  ): Effect.fn.Return<Cluster, never, Scope.Scope> {
    const clock = yield* Clock.Clock
    const own = new TestScheduler()
    const directory = options.schedulerFactory === undefined ? directoryOf(own) : yield* options.schedulerFactory()
    const cluster = new Cluster(options, clock, yield* Effect.scope, own, directory, yield* directory.client)
    yield* cluster.network.run
    for (let id = 1; id <= options.stores; id++) {
      const disk = yield* (options.disks ?? memoryDisks)(id)
      cluster.hosts.set(id, { storeId: id, disk, running: undefined })
    }
    yield* cluster.prepareDisks
    for (const id of cluster.storeIds) yield* cluster.start(id)
    return cluster
  })

  /** Every store knows who it is, and the first region lies on the first `replicas` of them, as after a bootstrap. */
  private readonly prepareDisks = Effect.gen({ self: this }, function* () {
    const byStores = this.options.bootstrap === "by stores"
    const members = byStores ? [] : this.storeIds.slice(0, this.options.replicas ?? this.options.stores)
    const region = metapb.Region.create({
      id: firstRegionId,
      regionEpoch: { confVer: members.length, version: 1 },
      peers: members.map((storeId) => metapb.Peer.create({ id: 100 + storeId, storeId }))
    })
    for (const host of this.hosts.values()) {
      const batch = new WriteBatch()
      putStoreIdent(batch, { clusterId: this.directory.clusterId, storeId: host.storeId, apiVersion: "V1TTL" })
      if (members.includes(host.storeId)) {
        putRegionState(batch, { kind: "Normal", region, removedPeerId: 0 })
        putApplyState(batch, region.id, initialApplyState)
      }
      yield* Effect.scoped(
        Effect.flatMap(host.disk.open, ({ engine }) => Effect.orDie(engine.write(batch, { sync: true })))
      )
    }
    if (byStores) return
    yield* Effect.orDie(this.schedulerClient.bootstrap(this.storeRecord(this.storeIds[0]!), region))
  })

  // ---- stores

  /** Whether these disks can lose what was not synced. */
  get canCrash(): boolean {
    return [...this.hosts.values()].every(({ disk }) => disk.crash !== undefined)
  }
  get storeIds(): Array<StoreId> {
    return [...this.hosts.keys()]
  }
  get runningIds(): Array<StoreId> {
    return this.storeIds.filter((id) => this.host(id).running !== undefined)
  }
  isRunning(storeId: StoreId): boolean {
    return this.host(storeId).running !== undefined
  }
  router(storeId: StoreId): RouterService {
    return this.running(storeId).router
  }
  engine(storeId: StoreId): EngineService {
    return this.running(storeId).engine
  }
  storeRecord(storeId: StoreId): metapb.Store {
    return metapb.Store.create({ id: storeId, address: `store-${storeId}:20160`, version: "8.5.0" })
  }

  start(storeId: StoreId): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const host = this.host(storeId)
      if (host.running !== undefined) throw new Error(`store ${storeId} is already running`)
      const scope = yield* Scope.fork(this.scope)
      const gone = yield* Deferred.make<void>()
      const { engine, raftLog } = yield* Scope.provide(host.disk.open, scope)
      const {
        router: inner,
        invariants,
        stopped
      } = yield* launchStore({
        store: this.storeRecord(storeId),
        engine,
        raftLog,
        transport: this.network.transportOf(storeId),
        scheduler: yield* Scope.provide(this.directory.client, scope),
        config: this.config,
        keyMode: this.options.keyMode ?? "raw",
        seed: this.random.int(0, 2 ** 31),
        onEvent: (event) => this.onEvent(event)
      }).pipe(Scope.provide(scope))
      const counted = countAnswers(inner)
      const { router } = counted
      const running = { router, counted, engine, raftLog, scope, gone, invariants }
      host.running = running
      yield* Effect.exit(stopped).pipe(
        Effect.tap((exit) =>
          Effect.sync(() => {
            // A loop that ends while its store should be up is a bug, whatever it ended with.
            if (host.running === running) this.crashReports.push(`store ${storeId} ended by itself: ${String(exit)}`)
          })
        ),
        Effect.forkIn(scope)
      )
      this.network.attach(storeId, { router, gone: Deferred.await(gone) })
    })
  }

  /** A graceful stop: the store answers what it holds, nothing is lost. */
  stop(storeId: StoreId): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const running = this.running(storeId)
      this.host(storeId).running = undefined
      yield* Scope.close(running.scope, Exit.void)
      if (running.counted.open() > 0) {
        return yield* this.fail(`store ${storeId} stopped and left ${running.counted.open()} requests unanswered`)
      }
      yield* this.forget(storeId, running)
    })
  }

  /** Power loss: nothing that the store does from now on counts, and what was not synced may be gone. */
  crash(storeId: StoreId, loss: CrashLoss = "some"): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const host = this.host(storeId)
      const running = this.running(storeId)
      const crash = host.disk.crash
      if (crash === undefined) throw new Error("these disks cannot crash")
      crash(this.random, loss)
      host.running = undefined
      yield* this.forget(storeId, running)
      // The fibers of the dead store find every door closed; how they end is nobody's business.
      yield* Effect.exit(Scope.close(running.scope, Exit.void))
    })
  }
  private forget(storeId: StoreId, running: RunningStore): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.network.detach(storeId)
      return Effect.asVoid(Deferred.succeed(running.gone, undefined))
    })
  }

  // ---- looking

  nowMs(): number {
    return Number(this.clock.monotonicTimeNanosUnsafe()) / 1e6
  }
  status(storeId: StoreId, regionId: RegionId): RegionStatus | undefined {
    return this.host(storeId).running?.router.region(regionId)
  }
  /** The running leader of the newest term that says so itself. */
  leaderOf(regionId: RegionId): { readonly storeId: StoreId; readonly status: RegionStatus } | undefined {
    let best: { readonly storeId: StoreId; readonly status: RegionStatus } | undefined
    for (const storeId of this.runningIds) {
      const status = this.status(storeId, regionId)
      if (status?.role === "leader" && status.term > (best?.status.term ?? 0)) best = { storeId, status }
    }
    return best
  }
  peerOn(region: metapb.Region, storeId: StoreId): metapb.Peer | undefined {
    return region.peers.find((peer) => peer.storeId === storeId)
  }
  /** The value in the store's own engine, without Raft. */
  localGet(storeId: StoreId, key: string, cf: Family = "default"): string | undefined {
    const value = this.engine(storeId).latest.get(cf, bytesOf(key))
    return value === undefined ? undefined : Buffer.from(value).toString()
  }
  /** Number of data entries a store holds, all families. */
  localEntries(storeId: StoreId): number {
    let entries = 0
    for (const cf of ["default", "lock", "write"] as const) {
      const all = { start: new Uint8Array(0), end: new Uint8Array(0), limit: Number.MAX_SAFE_INTEGER, keyOnly: true }
      this.engine(storeId).latest.scan(cf, all, () => {
        entries += 1
      })
    }
    return entries
  }
  raftLog(storeId: StoreId): RaftLogService {
    return this.running(storeId).raftLog
  }
  newClient(): Client {
    return new Client(
      {
        scheduler: this.schedulerClient,
        store: (id) => {
          const running = this.hosts.get(id)?.running
          return running === undefined ? undefined : { router: running.router, gone: Deferred.await(running.gone) }
        },
        nowMs: () => this.nowMs(),
        giveUp: (why) => this.fail(why)
      },
      this.random.fork()
    )
  }

  // ---- waiting

  /** Fails the scenario when `condition` does not hold within `boundMs` of virtual time. */
  waitUntil(what: string, condition: () => boolean, boundMs = 10_000): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const until = this.nowMs() + boundMs
      while (!condition()) {
        if (this.crashReports.length > 0) return yield* this.fail(`while waiting: ${what}`)
        if (this.nowMs() >= until) return yield* this.fail(`not within ${boundMs} ms: ${what}`)
        yield* Effect.sleep(5)
      }
    })
  }
  fail(why: string): Effect.Effect<never> {
    return Effect.suspend(() => Effect.die(new Error(`${why}\n${this.dump()}`)))
  }

  /** Everything one wants to see when a test fails. */
  dump(): string {
    const lines = [`seed ${this.options.seed}, virtual time ${Math.round(this.nowMs())} ms`, ...this.crashReports]
    for (const { storeId, running } of this.hosts.values()) {
      lines.push(`store ${storeId}${running === undefined ? " (down)" : ""}`)
      if (running === undefined) continue
      for (const status of running.router.regions()) {
        lines.push(
          `  ${formatRegion(status.region)} peer ${status.peerId} ${status.role} of ${status.leaderPeerId} term ${status.term}` +
            ` applied ${status.appliedIndex} commit ${status.commitIndex} last ${status.lastIndex}` +
            ` truncated ${status.truncatedIndex} bytes ${status.approximateBytes} pending [${status.pendingPeerIds}]`
        )
      }
      lines.push(`  ${[...running.router.counters()].map(([name, count]) => `${name}=${count}`).join(" ")}`)
    }
    for (const known of this.directory.all()) {
      lines.push(`scheduler: ${formatRegion(known.region)} leader ${known.leader?.id} term ${known.term}`)
    }
    lines.push(`network: ${JSON.stringify(this.network.stats)} loss ${this.network.lossRate}`)
    lines.push(...this.events.slice(-eventsInDump).map((event) => `  ${JSON.stringify(event, printBytes)}`))
    return lines.join("\n")
  }

  // ---- acting on data

  mustPut(key: string, value: string, cf: Family = "default"): Effect.Effect<void> {
    return Effect.asVoid(this.client.put(bytesOf(key), bytesOf(value), cf))
  }
  mustDelete(key: string, cf: Family = "default"): Effect.Effect<void> {
    return Effect.asVoid(this.client.delete(bytesOf(key), cf))
  }
  mustGet(key: string, value: string | undefined, cf: Family = "default"): Effect.Effect<void> {
    return Effect.flatMap(this.client.get(bytesOf(key), cf), (found) => {
      const text = found === undefined ? undefined : Buffer.from(found).toString()
      return text === value ? Effect.void : this.fail(`key ${key}: expected ${value}, found ${text}`)
    })
  }
  /** The store's own engine comes to hold the value (undefined: to hold none). */
  waitLocal(storeId: StoreId, key: string, value: string | undefined, cf: Family = "default"): Effect.Effect<void> {
    return this.waitUntil(
      `store ${storeId} holds ${key} = ${value}`,
      () => this.isRunning(storeId) && this.localGet(storeId, key, cf) === value
    )
  }

  // ---- acting on regions

  /** The region that holds the key, as its leader sees it. */
  mustLead(key: string): Effect.Effect<{ readonly storeId: StoreId; readonly region: metapb.Region }> {
    const find = (): { storeId: StoreId; region: metapb.Region } | undefined => {
      const candidates = this.runningIds.flatMap((storeId) => {
        const status = this.router(storeId).regionByKey(bytesOf(key))
        return status?.role === "leader" ? [{ storeId, region: status.region, term: status.term }] : []
      })
      // A deposed leader of the old range may still think it leads: the newest version, then the newest term, wins.
      candidates.sort((a, b) => epochOf(b.region).version - epochOf(a.region).version || b.term - a.term)
      return candidates[0]
    }
    return Effect.map(
      this.waitUntil(`a leader for key ${key}`, () => find() !== undefined),
      () => find()!
    )
  }

  /** Asks whoever leads the region of the key until the command is done, or `until` says it is. */
  mustAdmin(
    what: string,
    key: string,
    command: (region: metapb.Region) => AdminRequest["command"],
    until: (region: metapb.Region) => boolean = () => false,
    boundMs = 10_000
  ): Effect.Effect<metapb.Region> {
    return Effect.gen({ self: this }, function* () {
      const give = this.nowMs() + boundMs
      let last = "not asked"
      while (this.nowMs() < give) {
        const { storeId, region } = yield* this.mustLead(key)
        if (until(region)) return region
        const result = yield* this.admin(storeId, region, command(region))
        if (!isRefusal(result)) {
          const after = result.regions.find(({ id }) => id === region.id) ?? region
          // Without a condition of its own a command is over when it is answered.
          if (until(after) || !until(region)) return after
        } else last = `${result._tag} ${"message" in result ? result.message : ""}`
        yield* Effect.sleep(10)
      }
      return yield* this.fail(`${what} did not succeed within ${boundMs} ms; last: ${last}`)
    })
  }
  /** One try. */
  admin(
    storeId: StoreId,
    region: metapb.Region,
    command: AdminRequest["command"]
  ): Effect.Effect<AdminDone | RegionError> {
    return Effect.suspend(() => {
      const running = this.host(storeId).running
      if (running === undefined) return Effect.succeed<RegionError>({ _tag: "RegionNotFound", regionId: region.id })
      const header = {
        regionId: region.id,
        epoch: epochOf(region),
        peer: this.peerOn(region, storeId),
        term: 0,
        deadlineMs: this.nowMs() + 500
      }
      return Effect.raceFirst(
        running.router.adminEffect({ header, command }),
        Effect.as(Deferred.await(running.gone), {
          _tag: "UndeterminedResult",
          message: "the store went down"
        } satisfies RegionError)
      )
    })
  }

  /** Cuts the region of the key so that `key` starts a region. */
  split(key: string): Effect.Effect<void> {
    return Effect.asVoid(
      this.mustAdmin(
        `split at ${key}`,
        key,
        () => ({ type: "split", splitKeys: [bytesOf(key)] }),
        (region) => Buffer.compare(region.startKey, bytesOf(key)) === 0
      )
    )
  }
  transferLeader(key: string, toStoreId: StoreId): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const until = this.nowMs() + 10_000
      while (this.nowMs() < until) {
        const { storeId, region } = yield* this.mustLead(key)
        if (storeId === toStoreId) return
        const peer = this.peerOn(region, toStoreId)
        if (peer === undefined) return yield* this.fail(`${formatRegion(region)} has no peer on store ${toStoreId}`)
        yield* this.admin(storeId, region, { type: "transferLeader", peer })
        yield* Effect.sleep(20)
      }
      return yield* this.fail(`the leader of ${key} did not move to store ${toStoreId}`)
    })
  }
  /** Adds a voter on the store with a new peer id (or the given one) and answers the peer. */
  addPeer(key: string, storeId: StoreId, peerId: PeerId = this.directory.newId()): Effect.Effect<metapb.Peer> {
    const peer = metapb.Peer.create({ id: peerId, storeId })
    return Effect.as(
      this.mustAdmin(
        `add peer ${peerId} on store ${storeId}`,
        key,
        () => changePeer(eraftpb.ConfChangeType.AddNode, peer),
        (region) => region.peers.some(({ id }) => id === peerId)
      ),
      peer
    )
  }
  /** Removes the peer on the store, whatever its id. A leader is asked to hand over first. */
  removePeer(key: string, storeId: StoreId): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const { storeId: leading, region } = yield* this.mustLead(key)
      const peer = this.peerOn(region, storeId)
      if (peer === undefined) return
      if (leading === storeId) {
        const other = region.peers.find((p) => p.storeId !== storeId && this.isRunning(p.storeId))
        if (other !== undefined) yield* this.transferLeader(key, other.storeId)
      }
      yield* this.mustAdmin(
        `remove peer ${peer.id} from store ${storeId}`,
        key,
        () => changePeer(eraftpb.ConfChangeType.RemoveNode, peer),
        (now) => !now.peers.some(({ id }) => id === peer.id)
      )
    })
  }
  /** The store hears nobody and nobody hears it. */
  isolate(storeId: StoreId): void {
    this.network.partition([[storeId], this.storeIds.filter((id) => id !== storeId)], this.storeIds)
  }

  // ---- whole-cluster checks

  /** Throws (fails) when a store contradicts itself, or replicas at the same applied index differ. */
  checkInvariants(): Effect.Effect<void> {
    return Effect.suspend(() => {
      if (this.crashReports.length > 0) return this.fail("a store ended by itself")
      const seen = new Map<string, { readonly storeId: StoreId; readonly data: string }>()
      for (const storeId of this.runningIds) {
        const { router, engine, invariants } = this.running(storeId)
        try {
          invariants()
        } catch (error) {
          return this.fail(`store ${storeId}: ${String(error)}`)
        }
        for (const { region, appliedIndex } of router.regions()) {
          if (region.peers.length === 0) continue
          const data = contentOf(engine, region)
          const key = `${region.id}@${appliedIndex}`
          const other = seen.get(key)
          if (other === undefined) seen.set(key, { storeId, data })
          else if (other.data !== data) {
            return this.fail(
              `${formatRegion(region)} at applied index ${appliedIndex} differs between stores ${other.storeId} and ${storeId}:\n${other.data}\n--\n${data}`
            )
          }
        }
      }
      return Effect.void
    })
  }

  private onEvent(event: StoreEvent): void {
    this.events.push(event)
    if (this.events.length > eventsKeptMax) this.events.splice(0, eventsKeptMax / 2)
  }
  private host(storeId: StoreId): Host {
    const host = this.hosts.get(storeId)
    if (host === undefined) throw new Error(`no store ${storeId}`)
    return host
  }
  private running(storeId: StoreId): RunningStore {
    const running = this.host(storeId).running
    if (running === undefined) throw new Error(`store ${storeId} is down`)
    return running
  }
}

const directoryOf = (scheduler: TestScheduler): ClusterScheduler => ({
  clusterId: scheduler.clusterId,
  client: Effect.succeed(scheduler.client),
  all: () => scheduler.all(),
  newId: () => scheduler.newId()
})

const eventsKeptMax = 4096
const eventsInDump = 40
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const printBytes = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array
    ? Buffer.from(value).toString("latin1")
    : typeof value === "bigint"
      ? Number(value)
      : value

export const changePeer = (
  changeType: eraftpb.ConfChangeType,
  peer: metapb.Peer
): Extract<AdminRequest["command"], { type: "changePeers" }> => ({
  type: "changePeers",
  changes: [raft_cmdpb.ChangePeerRequest.create({ changeType, peer })]
})

/** Data of a region and the region itself, as text that can be compared and read. */
const contentOf = (engine: EngineService, region: metapb.Region): string => {
  const lines = [formatRegion(region)]
  for (const cf of ["default", "lock", "write"] as const) {
    const range = { start: region.startKey, end: region.endKey, limit: Number.MAX_SAFE_INTEGER }
    engine.latest.scan(cf, range, (key, value) => {
      lines.push(`${cf} ${Buffer.from(key).toString()} = ${Buffer.from(value).toString()}`)
    })
  }
  return lines.join("\n")
}
