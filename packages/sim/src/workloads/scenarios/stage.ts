/**
 * The ground of every scenario: waits with a bound, looks at stores and regions, and data as a client reads and writes it.
 * Each call that waits drives the world. What changes regions, stores and wires is in steps.ts.
 */
import type { RegionStatus, StoreEvent } from "@reefkv/core"
import { epochOf, type metapb } from "@reefkv/wire"
import type { Cluster } from "../../cluster/Cluster.ts"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Run } from "../../Run.ts"
import type { Rng } from "../../world/Rng.ts"
import type { World } from "../../world/World.ts"
import type { KvClient, Outcome } from "../KvClient.ts"
import { Interference } from "./interference.ts"

/** The leader of a region, as it stands. */
export interface Led {
  readonly store: SimStore
  readonly status: RegionStatus
  readonly region: metapb.Region
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
export const peerOn = (region: metapb.Region, store: SimStore): metapb.Peer | undefined =>
  region.peers.find(({ storeId }) => storeId === store.storeId)

/** Between two tries of what must succeed in the end. */
export const againMs = 10
const families = ["default", "lock", "write"] as const
/** A store's events that are kept; more than any scenario makes. */
const eventsMax = 20_000

export class Stage {
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
  protected insist(what: string, attempt: () => boolean, boundMs = 15_000): void {
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
}
