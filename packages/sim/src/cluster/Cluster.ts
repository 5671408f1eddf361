/** A whole cluster in one world: stores, the scheduler, the hosts of clients, the wires between them, and the checkers. */
import type { RegionStatus, StoreEvent } from "@reefkv/core"
import { defaultSchedulerConfig, type OperatorRequest, type SchedulerEvent } from "@reefkv/scheduler"
import { formatRegion, hex, type metapb, type raft_serverpb, type StoreId } from "@reefkv/wire"
import { Elections } from "../checkers/Elections.ts"
import { History } from "../checkers/History.ts"
import { checkMemberships } from "../checkers/Memberships.ts"
import { Operators } from "../checkers/Operators.ts"
import { Regions } from "../checkers/Regions.ts"
import { Replicas } from "../checkers/Replicas.ts"
import { Silence } from "../checkers/Silence.ts"
import { StoreStates } from "../checkers/StoreStates.ts"
import { Timestamps } from "../checkers/Timestamps.ts"
import { Network } from "../network/Network.ts"
import { Rpc } from "../network/Rpc.ts"
import type { SnapshotGate, StoreNetwork } from "../network/storeTransport.ts"
import type { RunOptions } from "../workloads/options.ts"
import { Host } from "../world/Host.ts"
import { markAlso, markOfText } from "../world/Trace.ts"
import type { World } from "../world/World.ts"
import { SimScheduler } from "./SimScheduler.ts"
import { type RawMethodName, SimStore } from "./SimStore.ts"

/** Between two looks at all running stores. */
const probeMs = 50
/** Within which the scheduler's timer ends an operator whose time is over. */
const operatorSlackMs = 1_000

export class Cluster {
  readonly world: World
  readonly options: RunOptions
  readonly network: Network
  readonly rpc: Rpc
  readonly scheduler: SimScheduler
  readonly stores: ReadonlyArray<SimStore>
  /** All clients live here; never killed. */
  readonly clients: Host
  readonly history = new History()
  readonly elections = new Elections()
  readonly regions = new Regions()
  readonly replicas = new Replicas()
  readonly timestamps = new Timestamps()
  readonly storeStates = new StoreStates()
  readonly operators: Operators
  readonly silence: Silence
  /** Set by workloads that lose certain Raft messages: true loses this one. */
  loses: ((from: Host, to: Host, message: raft_serverpb.RaftMessage) => boolean) | undefined
  /** What became of those that `loses` was asked about. */
  readonly raftMessages = { passed: 0, lost: 0 }
  /** Set by workloads that break snapshots or hold them back, asked before a snapshot's first chunk leaves. */
  gatesSnapshot: ((from: Host, to: Host, head: raft_serverpb.RaftMessage) => SnapshotGate) | undefined
  /** Set by workloads that look at what stores say of themselves. */
  watches: ((store: SimStore, event: StoreEvent) => void) | undefined
  /** The same for the scheduler. */
  watchesScheduler: ((event: SchedulerEvent) => void) | undefined
  /** Set by workloads that must know when a raw command reached its store; called right before it is served. */
  watchesRequests: ((store: SimStore, name: RawMethodName, request: object) => void) | undefined
  /** Set by workloads in which not every change of members leaves a cluster that can heal: those that people may ask for. */
  permitsChange: ((region: metapb.Region, request: OperatorRequest) => boolean) | undefined
  private readonly byStoreId = new Map<StoreId, SimStore>()
  private readonly byHost: ReadonlyMap<Host, SimStore>
  private streams = 0

  constructor(world: World, options: RunOptions) {
    this.world = world
    this.options = options
    const schedulerHost = new Host(world, "scheduler")
    const waits = { ...defaultSchedulerConfig, ...options.scheduler }
    this.silence = new Silence({
      maxStoreDownMs: waits.maxStoreDownMs,
      storeUnhealthyMs: waits.storeUnhealthyMs,
      storeDisconnectedMs: waits.storeDisconnectedMs,
      scheduler: schedulerHost,
      isTombstone: (storeId) => this.storeStates.isTombstone(storeId)
    })
    this.operators = new Operators({
      maxReplicas: options.scheduler.maxReplicas ?? defaultSchedulerConfig.maxReplicas,
      operatorMaxMs:
        Math.max(
          options.scheduler.regionOperatorTimeoutMs ?? defaultSchedulerConfig.regionOperatorTimeoutMs,
          options.scheduler.leaderOperatorTimeoutMs ?? defaultSchedulerConfig.leaderOperatorTimeoutMs
        ) + operatorSlackMs,
      whyNotDown: (storeId, peerId) => this.silence.whyNotDown(storeId, peerId, world.nowMs),
      isLeaving: (storeId) => this.storeStates.isLeaving(storeId),
      hasData: (regionId, { peerId, storeId }) => {
        const here = this.byStoreId.get(storeId)?.running?.router.region(regionId)
        // One that is damaged had data; the scheduler hears of it by heartbeats, later.
        return here?.peerId === peerId && here.role !== "damaged" ? here.appliedIndex > 0 : undefined
      }
    })
    this.network = new Network(world, { ...options.network })
    this.rpc = new Rpc(world, this.network)
    this.clients = new Host(world, "clients")
    // It has no program: the workload posts its events itself.
    this.clients.phase = "up"
    this.scheduler = new SimScheduler(
      {
        world,
        rpc: this.rpc,
        config: options.scheduler,
        diskTimes: options.disk,
        onEvent: (event) => this.onSchedulerEvent(event),
        onHeartbeat: (heartbeat) => {
          this.silence.onRegionHeartbeat(heartbeat)
          return () => this.regions.onHeartbeat(world, heartbeat)
        },
        onStoreHeartbeat: (storeId) => {
          const wasTombstone = this.storeStates.isTombstone(storeId)
          const cameMs = world.nowMs
          return () => {
            if (wasTombstone)
              world.fail(`the scheduler takes a heartbeat of store ${storeId}, which was removed for good`)
            this.silence.onHeard(storeId, cameMs)
          }
        },
        onRunning: () => {
          this.silence.onSchedulerStart(world.nowMs)
          this.regions.onSchedulerStart()
          this.operators.onSchedulerStart()
        }
      },
      schedulerHost
    )
    const net: StoreNetwork = {
      network: this.network,
      rpc: this.rpc,
      hostOf: (storeId) => this.byStoreId.get(storeId)?.host,
      routerOf: (host) => this.byHost.get(host)?.running?.router,
      isWatched: () => this.loses !== undefined,
      passes: (from, to, message) => {
        const passes = this.loses?.(from, to, message) !== true
        if (passes) this.raftMessages.passed++
        else this.raftMessages.lost++
        return passes
      },
      gateOf: (from, to, head) => this.gatesSnapshot?.(from, to, head) ?? "pass",
      nextStreamId: () => ++this.streams
    }
    const drift = world.rng("clocks")
    this.stores = Array.from({ length: options.stores }, (_, i) => {
      return new SimStore(
        {
          world,
          net,
          scheduler: schedulerHost,
          config: options.store,
          diskTimes: options.disk,
          clockRate: 1 + options.clockDrift * (2 * drift.double() - 1),
          apiVersion: options.apiVersion ?? "V1",
          isTombstone: (storeId) => this.storeStates.isTombstone(storeId),
          onEvent: (store, event) => this.onStoreEvent(store, event),
          onRunning: (store) => this.onRunning(store),
          onRequest: (store, name, request) => this.watchesRequests?.(store, name, request)
        },
        i + 1
      )
    })
    this.byHost = new Map(this.stores.map((store) => [store.host, store]))
  }

  start(): void {
    this.scheduler.start()
    for (const store of this.stores) store.start()
    this.world.repeat(
      () => probeMs,
      () => this.probe()
    )
  }

  get runningStores(): Array<SimStore> {
    return this.stores.filter(({ host, running }) => host.isUp && running?.handle.phase === "running")
  }
  storeOf(storeId: StoreId): SimStore | undefined {
    return this.byStoreId.get(storeId)
  }
  /** The leader of the newest term that says so itself. */
  leaderOf(regionId: number): { readonly store: SimStore; readonly status: RegionStatus } | undefined {
    let best: { readonly store: SimStore; readonly status: RegionStatus } | undefined
    for (const store of this.runningStores) {
      const status = store.running!.router.region(regionId)
      if (status?.role === "leader" && status.term > (best?.status.term ?? 0)) best = { store, status }
    }
    return best
  }
  /** Regions as some running store shows them, in order of their ids. */
  knownRegions(): Array<metapb.Region> {
    const known = new Map<number, metapb.Region>()
    for (const store of this.runningStores) {
      for (const { region } of store.running!.router.regions()) {
        const before = known.get(region.id)
        const version = region.regionEpoch?.version ?? 0
        if (region.peers.length > 0 && (before?.regionEpoch?.version ?? -1) < version) known.set(region.id, region)
      }
    }
    return [...known.values()].sort((a, b) => a.id - b.id)
  }

  probe(): void {
    const { world } = this
    if (this.scheduler.host.isUp) this.operators.onProbe(world)
    for (const store of this.stores) {
      const { running, host } = store
      if (running === undefined || running.handle.phase !== "running") continue
      for (const { region, peerId } of running.router.regions()) {
        this.regions.onStatus(world, host, region, peerId)
      }
      if (running.handle.mailbox.load > this.options.store.mailboxMax) {
        world.fail(`${host.name}: ${running.handle.mailbox.load} in a mailbox for ${this.options.store.mailboxMax}`)
      }
      running.answers.onProbe()
      checkMemberships(world, store)
      this.replicas.onProbe(world, store)
    }
  }

  /** Everything one wants to see when a run fails. */
  dump(): string {
    const lines = [`virtual time ${this.world.nowMs.toFixed(0)} ms, network ${JSON.stringify(this.network.counts)}`]
    for (const { host, storeId, running } of this.stores) {
      lines.push(
        `${host.name} store ${storeId} ${host.phase}${host.paused ? " paused" : ""} ${running?.handle.phase ?? ""}`
      )
      for (const one of running?.router.regions() ?? []) {
        lines.push(
          `  ${formatRegion(one.region)} peers [${one.region.peers.map((p) => `${p.id}@${p.storeId}r${p.role}`).join(" ")}]` +
            ` peer ${one.peerId} ${one.role} of ${one.leaderPeerId} term ${one.term} applied ${one.appliedIndex}` +
            ` commit ${one.commitIndex} last ${one.lastIndex} truncated ${one.truncatedIndex} pending [${one.pendingPeerIds}]`
        )
      }
    }
    return lines.join("\n")
  }

  private onRunning(store: SimStore): void {
    const known = this.byStoreId.get(store.storeId)
    if (known !== undefined && known !== store) this.world.fail(`store id ${store.storeId} is given twice`)
    this.byStoreId.set(store.storeId, store)
  }
  private onStoreEvent(store: SimStore, event: StoreEvent): void {
    this.world.logMarked(markOfValue(store.host.index, event), () => `${store.host.name} ${printEvent(event)}`)
    this.elections.onEvent(this.world, event)
    this.regions.onStoreEvent(this.world, event)
    this.watches?.(store, event)
    // A store is found by its address as soon as the scheduler knows it, before it says that it runs.
    if (event.type === "StoreStarted") {
      store.storeId = event.storeId
      this.onRunning(store)
    }
  }
  private onSchedulerEvent(event: SchedulerEvent): void {
    this.world.logMarked(markOfValue(this.scheduler.host.index, event), () => `scheduler ${printEvent(event)}`)
    this.regions.onSchedulerEvent(this.world, event)
    this.storeStates.onSchedulerEvent(this.world, event)
    if (event.type === "StoreJoined") this.silence.onHeard(event.storeId, this.world.nowMs)
    this.operators.onSchedulerEvent(this.world, event)
    this.watchesScheduler?.(event)
  }
}

/** In one line; events hold regions with bytes and bigints. */
const printEvent = (event: { readonly type: string }): string => {
  const { type, ...rest } = event
  return `${type} ${JSON.stringify(rest, (_key, value: unknown) =>
    value instanceof Uint8Array
      ? hex(value)
      : typeof value === "bigint"
        ? Number(value)
        : isRegion(value)
          ? formatRegion(value)
          : value
  )}`
}
/** Stands for all that `value` holds; see Trace.addMarked. */
const markOfValue = (mark: number, value: unknown): number => {
  switch (typeof value) {
    case "number":
      return Number.isInteger(value)
        ? markAlso(markAlso(mark, value), Math.floor(value / 4_294_967_296))
        : markAlso(mark, markOfText(String(value)))
    case "string":
      return markAlso(mark, markOfText(value))
    case "object": {
      if (value === null) return markAlso(mark, 1)
      let all = markAlso(mark, 2)
      // Typed arrays, arrays and records alike: in order of their keys.
      if (value instanceof Uint8Array) for (const byte of value) all = markAlso(all, byte)
      else for (const [name, one] of Object.entries(value)) all = markOfValue(markAlso(all, markOfText(name)), one)
      return all
    }
    default:
      return markAlso(mark, markOfText(String(value)))
  }
}
const isRegion = (value: unknown): value is metapb.Region =>
  typeof value === "object" && value !== null && "regionEpoch" in value && "peers" in value
