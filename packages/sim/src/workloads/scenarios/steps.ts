/**
 * What a scenario does, step by step: data, regions, stores, and waits with a bound. Each call that waits drives the world.
 * What a plot starts beside its main line (a split while messages are held, say) is an `Asked` that is looked at later.
 */
import type { AdminDone, AdminRequest, RegionError, RegionStatus, StoreEvent, WriteDone } from "@reefkv/core"
import type { RegionStatus as KnownRegion, OperatorRequest, SchedulerServiceShape } from "@reefkv/scheduler"
import { compareBytes, epochOf, eraftpb, formatRegion, metapb, raft_cmdpb } from "@reefkv/wire"
import { Effect } from "effect"
import type { Cluster } from "../../cluster/Cluster.ts"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Run } from "../../Run.ts"
import type { Rng } from "../../world/Rng.ts"
import type { World } from "../../world/World.ts"
import type { KvClient, Outcome } from "../KvClient.ts"
import { Interference } from "./interference.ts"

export type Command = AdminRequest["command"]

/** The leader of a region, as it stands. */
export interface Led {
  readonly store: SimStore
  readonly status: RegionStatus
  readonly region: metapb.Region
}

/** A request under way; `result` stays undefined until it is answered, or its store is gone. */
export interface Asked {
  result: AdminDone | RegionError | undefined
}

export interface AskedWrite {
  result: WriteDone | RegionError | undefined
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
export const peerOn = (region: metapb.Region, store: SimStore): metapb.Peer | undefined =>
  region.peers.find(({ storeId }) => storeId === store.storeId)

const { AddNode, AddLearnerNode, RemoveNode } = eraftpb.ConfChangeType
export const addVoter = (peer: metapb.Peer) => raft_cmdpb.ChangePeerRequest.create({ changeType: AddNode, peer })
export const addLearner = (peer: metapb.Peer) =>
  raft_cmdpb.ChangePeerRequest.create({ changeType: AddLearnerNode, peer })
export const remove = (peer: metapb.Peer) => raft_cmdpb.ChangePeerRequest.create({ changeType: RemoveNode, peer })
export const change = (...changes: ReadonlyArray<raft_cmdpb.ChangePeerRequest>): Command => ({
  type: "changePeers",
  changes
})

/** Between two tries of what must succeed in the end. */
const againMs = 10
const families = ["default", "lock", "write"] as const
/** A store's events that are kept; more than any scenario makes. */
const eventsMax = 20_000

export class Steps {
  readonly run: Run
  readonly cluster: Cluster
  readonly world: World
  readonly rng: Rng
  /** Messages lost and held, snapshots gated. */
  readonly wires: Interference
  /** What stores said since the plot began. */
  readonly events: Array<{ readonly store: SimStore; readonly event: StoreEvent; readonly atMs: number }> = []
  private readonly client: KvClient
  private clients = 0

  constructor(run: Run) {
    this.run = run
    this.cluster = run.cluster
    this.world = run.world
    this.rng = run.rng
    this.wires = new Interference(run.cluster)
    this.client = run.client("main")
    run.cluster.watches = (store, event) => {
      if (this.events.length < eventsMax) this.events.push({ store, event, atMs: this.world.nowMs })
    }
  }

  /** The plot is over: nothing interferes any more, both ends of the key space work, the scheduler repairs. */
  end(): void {
    this.wires.end()
    this.cluster.network.heal()
    for (const store of this.stores) {
      store.host.resume()
      store.disk.disarm()
      this.start(store)
    }
    this.cluster.scheduler.start()
    this.until("the scheduler is up", () => this.cluster.scheduler.service !== undefined)
    this.haltScheduling(false)
    for (const key of ["a-last", "z-last"]) {
      this.put(key, "last")
      this.mustGet(key, "last")
    }
  }

  // ---- waiting

  until(what: string, holds: () => boolean, boundMs?: number): void {
    this.run.until(what, () => (holds() ? undefined : "not yet"), boundMs)
  }
  forMs(ms: number): void {
    this.run.forMs(ms)
  }
  assert(holds: boolean, otherwise: string): asserts holds {
    this.run.assert(holds, otherwise)
  }
  /** Repeats until `attempt` says that it is done. */
  private insist(what: string, attempt: () => boolean, boundMs = 15_000): void {
    const untilMs = this.world.nowMs + boundMs
    while (!attempt()) {
      this.assert(this.world.nowMs < untilMs, `not within ${boundMs} ms: ${what}`)
      this.forMs(againMs)
    }
  }

  // ---- looking

  get stores(): ReadonlyArray<SimStore> {
    return this.cluster.stores
  }
  status(store: SimStore, regionId: number): RegionStatus | undefined {
    return store.running?.router.region(regionId)
  }
  /** Who leads the key's region now, by the newest version and term. */
  leads(key: string): Led | undefined {
    let best: Led | undefined
    for (const store of this.cluster.runningStores) {
      const status = store.running!.router.regionByKey(bytesOf(key))
      if (status?.role !== "leader") continue
      const { region } = status
      const newer =
        best === undefined
          ? 1
          : epochOf(region).version - epochOf(best.region).version || status.term - best.status.term
      if (newer > 0) best = { store, status, region }
    }
    return best
  }
  leader(key: string): Led {
    this.run.until(`a leader for ${key}`, () => (this.leads(key) === undefined ? "nobody leads" : undefined))
    return this.leads(key)!
  }
  region(key: string): metapb.Region {
    return this.leader(key).region
  }
  /** Stores with a peer of the key's region that do not lead it, in seeded order. */
  followers(key: string): Array<SimStore> {
    const { store: leading, region } = this.leader(key)
    return this.rng.shuffle(this.stores.filter((store) => store !== leading && peerOn(region, store) !== undefined))
  }
  /** Stores without a peer of the key's region, in seeded order. */
  spares(key: string): Array<SimStore> {
    const region = this.region(key)
    return this.rng.shuffle(this.stores.filter((store) => peerOn(region, store) === undefined))
  }
  /** What the store's own data says, without Raft. */
  local(store: SimStore, key: string): string | undefined {
    const value = store.running?.engine.latest.get("default", bytesOf(key))
    return value === undefined ? undefined : new TextDecoder().decode(value)
  }
  /** Number of data entries on a store, all families. */
  entries(store: SimStore): number {
    let count = 0
    const all = { start: new Uint8Array(0), end: new Uint8Array(0), limit: Number.MAX_SAFE_INTEGER, keyOnly: true }
    for (const cf of families)
      store.running?.engine.latest.scan(cf, all, () => {
        count++
      })
    return count
  }
  counter(store: SimStore, name: string): number {
    return store.running?.router.counters().get(name) ?? 0
  }
  sumOf(name: string): number {
    return this.stores.reduce((sum, store) => sum + this.counter(store, name), 0)
  }
  countOf(type: StoreEvent["type"], test: (event: StoreEvent, store: SimStore) => boolean = () => true): number {
    return this.events.filter(({ store, event }) => event.type === type && test(event, store)).length
  }

  // ---- data

  newClient(): KvClient {
    return this.run.client(`c${++this.clients}`)
  }
  /** Clients that do one random operation after another until `stop`, which waits for those under way. */
  load(clients: number): { readonly stop: () => void } {
    let over = false
    const busy = new Set<KvClient>()
    const { world, cluster, rng } = this
    for (let i = 0; i < clients; i++) {
      const client = this.newClient()
      const next = (): void => {
        if (over) {
          busy.delete(client)
          return
        }
        world.after(rng.double() * cluster.options.thinkMs, cluster.clients, () => client.act(next))
      }
      busy.add(client)
      next()
    }
    return {
      stop: () => {
        over = true
        this.until("the clients' last operations end", () => busy.size === 0)
      }
    }
  }
  /** Writes until it is acknowledged. */
  put(key: string, value: string): void {
    this.insist(`put ${key}`, () => this.tryPut(key, value).type === "done")
  }
  tryPut(key: string, value: string): Outcome {
    return this.run.wait<Outcome>(`put ${key}`, (done) => this.client.put(key, done, value))
  }
  get(key: string): string | undefined {
    let found: string | undefined
    this.insist(`get ${key}`, () => {
      const outcome = this.run.wait<Outcome>(`get ${key}`, (done) => this.client.get(key, done))
      if (outcome.type === "found") found = outcome.value
      return outcome.type === "found"
    })
    return found
  }
  /** What the peer on that store answers to a replica read, once it does. */
  getAt(store: SimStore, key: string): string | undefined {
    let found: string | undefined
    this.insist(`get ${key} from ${store.host.name}`, () => {
      const outcome = this.run.wait<Outcome>(`get ${key} from ${store.host.name}`, (done) =>
        this.client.getAt(store.storeId, key, done)
      )
      if (outcome.type === "found") found = outcome.value
      return outcome.type === "found"
    })
    return found
  }
  mustGet(key: string, value: string | undefined): void {
    const found = this.get(key)
    this.assert(found === value, `${key} must be ${value}, is ${found}`)
  }
  /** The store's own data comes to hold the value; undefined: to hold none. */
  holds(store: SimStore, key: string, value: string | undefined, boundMs?: number): void {
    this.run.until(
      `${store.host.name} holds ${key} = ${value}`,
      () => {
        const found = this.local(store, key)
        return store.running !== undefined && found === value ? undefined : `it holds ${found}`
      },
      boundMs
    )
  }

  // ---- regions

  /** One request straight to a store; the epoch is that of `region`. */
  ask(store: SimStore, region: metapb.Region, command: Command): Asked {
    const asked: Asked = { result: undefined }
    const { generation } = store.host
    const gone: RegionError = { _tag: "UndeterminedResult", message: "the store went down" }
    const watch = (): number | undefined => {
      if (asked.result !== undefined) return undefined
      if (store.host.generation === generation) return againMs
      asked.result = gone
      return undefined
    }
    this.world.repeat(watch, () => {})
    this.world.after(0, store.host, () => {
      const { running } = store
      if (running === undefined) {
        asked.result = gone
        return
      }
      const header = { regionId: region.id, epoch: epochOf(region), peer: undefined, term: 0, deadlineMs: 0 }
      running.router.admin({ header, command }, (result) => {
        this.world.log(
          `${store.host.name} ${command.type}: ${result._tag} ${"message" in result ? result.message : ""}`
        )
        asked.result = result
      })
    })
    return asked
  }
  /** One write straight to a store, which may wait there for as long as the store lets it. */
  askWrite(store: SimStore, region: metapb.Region, key: string, value: string): AskedWrite {
    const asked: AskedWrite = { result: undefined }
    this.world.after(0, store.host, () => {
      const header = { regionId: region.id, epoch: epochOf(region), peer: undefined, term: 0, deadlineMs: 0 }
      const commands = [{ type: "put", cf: "default", key: bytesOf(key), value: bytesOf(value) } as const]
      store.running?.router.write({ header, commands }, (result) => {
        asked.result = result
      })
    })
    return asked
  }
  answerOf(asked: Asked, boundMs?: number): AdminDone | RegionError {
    this.run.until("an admin request is answered", () => (asked.result === undefined ? "not yet" : undefined), boundMs)
    return asked.result!
  }
  admin(store: SimStore, region: metapb.Region, command: Command): AdminDone | RegionError {
    return this.answerOf(this.ask(store, region, command))
  }
  /** Asks whoever leads the key's region, again and again, until `holds` of it. */
  mustAdmin(
    what: string,
    key: string,
    command: (led: Led) => Command,
    holds: (region: metapb.Region) => boolean
  ): metapb.Region {
    this.insist(what, () => {
      const led = this.leader(key)
      if (holds(led.region)) return true
      this.admin(led.store, led.region, command(led))
      return holds(this.region(key))
    })
    return this.region(key)
  }
  /** The key starts a region of its own. */
  split(key: string): void {
    const at = bytesOf(key)
    this.mustAdmin(
      `split at ${key}`,
      key,
      () => ({ type: "split", splitKeys: [at] }),
      ({ startKey }) => compareBytes(startKey, at) === 0
    )
  }
  transferLeader(key: string, to: SimStore): void {
    this.insist(`the leader of ${key} moves to ${to.host.name}`, () => {
      const { store, region } = this.leader(key)
      if (store === to) return true
      const peer = peerOn(region, to)
      this.assert(peer !== undefined, `${formatRegion(region)} has no peer on ${to.host.name}`)
      this.admin(store, region, { type: "transferLeader", peer })
      this.forMs(2 * againMs)
      return this.leader(key).store === to
    })
  }
  /** A voter, or a learner, with an id of the scheduler's. */
  addPeer(key: string, store: SimStore, role: metapb.PeerRole = metapb.PeerRole.Voter): metapb.Peer {
    const peer = metapb.Peer.create({ id: this.newId(), storeId: store.storeId, role })
    const command = change(role === metapb.PeerRole.Learner ? addLearner(peer) : addVoter(peer))
    this.mustAdmin(
      `a peer on ${store.host.name}`,
      key,
      () => command,
      ({ peers }) => peers.some(({ id }) => id === peer.id)
    )
    return peer
  }
  /** Removes the store's peer, whatever its id; leadership is handed over first. */
  removePeer(key: string, store: SimStore): void {
    const peer = peerOn(this.region(key), store)
    if (peer === undefined) return
    const other = this.followers(key).find(({ host }) => host.isUp)
    if (this.leader(key).store === store && other !== undefined) this.transferLeader(key, other)
    this.mustAdmin(
      `${store.host.name} has no peer`,
      key,
      () => change(remove(peer)),
      ({ peers }) => !peers.some(({ id }) => id === peer.id)
    )
  }

  // ---- the scheduler

  /** Asks the running scheduler, and waits for the answer. */
  scheduler<A>(what: string, question: (service: SchedulerServiceShape) => Effect.Effect<A, unknown>): A {
    return this.run.wait<A>(what, (done) =>
      this.cluster.scheduler.ask((service) => Effect.tap(question(service), (value) => Effect.sync(() => done(value))))
    )
  }
  newId(): number {
    return this.scheduler("an id", (service) => service.allocId(1))
  }
  haltScheduling(halt: boolean): void {
    this.scheduler("scheduling is switched", (service) => service.updateConfig({ haltScheduling: halt }))
  }
  operator(request: OperatorRequest): void {
    this.scheduler(`operator ${request.kind}`, (service) => service.addOperator(request))
  }
  /** All regions as the last accepted heartbeats described them. */
  known(): ReadonlyArray<KnownRegion> {
    return this.scheduler("the scheduler's regions", (service) => service.regions)
  }
  knownRegion(regionId: number): KnownRegion | undefined {
    return this.known().find(({ region }) => region?.id === regionId)
  }
  /** Asks the scheduler every few milliseconds. */
  untilKnown(what: string, holds: (regions: ReadonlyArray<KnownRegion>) => boolean, boundMs?: number): void {
    this.insist(what, () => holds(this.known()), boundMs)
  }

  // ---- stores

  start(store: SimStore): void {
    store.start()
    this.until(`${store.host.name} runs`, () => store.running?.handle.phase === "running")
  }
  restart(store: SimStore): void {
    this.kill(store)
    this.start(store)
  }
  /** A graceful stop. */
  stop(store: SimStore): void {
    this.run.wait<true>(`${store.host.name} stops`, (done) => store.stop(() => done(true)))
  }
  /** kill -9; with `power` what was not synced may go. */
  kill(store: SimStore, power = true): void {
    store.kill(power)
  }

  // ---- the network between stores

  /** The store hears no other store and none hears it; clients and scheduler reach it. */
  isolate(store: SimStore): void {
    this.partition(
      [store],
      this.stores.filter((one) => one !== store)
    )
  }
  /** Only clients still reach it. */
  cutOff(store: SimStore): void {
    const { scheduler, network } = this.cluster
    this.isolate(store)
    network.partition([[store.host], [scheduler.host]])
  }
  partition(...sides: ReadonlyArray<ReadonlyArray<SimStore>>): void {
    this.world.log(`partition ${sides.map((side) => side.map(({ host }) => host.name).join(" ")).join(" | ")}`)
    this.cluster.network.partition(sides.map((side) => side.map(({ host }) => host)))
  }
  /** One direction only. */
  cut(from: SimStore, to: SimStore): void {
    this.cluster.network.cut(from.host, to.host)
  }
  heal(): void {
    this.world.log("heal")
    this.cluster.network.heal()
  }
}
