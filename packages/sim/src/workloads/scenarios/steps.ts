/**
 * What a scenario does, step by step, to regions, the scheduler, stores and the network between them; data and waits are in
 * stage.ts. What a plot starts beside its main line (a split while messages are held, say) is an `Asked` that is looked at
 * later.
 */
import type { AdminDone, AdminRequest, RegionError, WriteDone } from "@reefkv/core"
import type { RegionStatus as KnownRegion, OperatorRequest, SchedulerServiceShape } from "@reefkv/scheduler"
import { compareBytes, epochOf, eraftpb, formatRegion, metapb, raft_cmdpb } from "@reefkv/wire"
import { Effect } from "effect"
import type { SimStore } from "../../cluster/SimStore.ts"
import { againMs, bytesOf, type Led, peerOn, Stage } from "./stage.ts"

export { bytesOf, type Led, peerOn } from "./stage.ts"

export type Command = AdminRequest["command"]

/** A request under way; `result` stays undefined until it is answered, or its store is gone. */
export interface Asked {
  result: AdminDone | RegionError | undefined
}
export interface AskedWrite {
  result: WriteDone | RegionError | undefined
}

const { AddNode, AddLearnerNode, RemoveNode } = eraftpb.ConfChangeType
export const addVoter = (peer: metapb.Peer) => raft_cmdpb.ChangePeerRequest.create({ changeType: AddNode, peer })
export const addLearner = (peer: metapb.Peer) =>
  raft_cmdpb.ChangePeerRequest.create({ changeType: AddLearnerNode, peer })
export const remove = (peer: metapb.Peer) => raft_cmdpb.ChangePeerRequest.create({ changeType: RemoveNode, peer })
export const change = (...changes: ReadonlyArray<raft_cmdpb.ChangePeerRequest>): Command => ({
  type: "changePeers",
  changes
})

export class Steps extends Stage {
  /** Adds to the history what nobody was told the outcome of. */
  private readonly unknownWrites: Array<() => void> = []

  /** The plot is over: nothing interferes any more, both ends of the key space work, the scheduler repairs. */
  end(): void {
    this.wires.end()
    this.cluster.network.heal()
    for (const store of this.stores) {
      store.host.resume()
      store.disk.disarm()
      if (store.wanted) this.start(store)
    }
    this.cluster.scheduler.start()
    this.until("the scheduler is up", () => this.cluster.scheduler.service !== undefined)
    this.haltScheduling(false)
    for (const key of ["a-last", "z-last"]) {
      this.put(key, "last")
      this.mustGet(key, "last")
    }
    for (const add of this.unknownWrites) add()
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
    const { history } = this.cluster
    const called = history.now()
    const record = (returned: number): void =>
      history.add(key, { client: `at ${store.host.name}`, called, returned, operation: { type: "put", value } })
    // Whatever it is told but that it is done, it may have happened.
    let known = false
    this.unknownWrites.push(() => {
      if (!known) record(Number.POSITIVE_INFINITY)
    })
    this.world.after(0, store.host, () => {
      const header = { regionId: region.id, epoch: epochOf(region), peer: undefined, term: 0, deadlineMs: 0 }
      const commands = [{ type: "put", cf: "default", key: bytesOf(key), value: bytesOf(value) } as const]
      store.running?.router.write({ header, commands }, (result) => {
        asked.result = result
        known = result._tag === "Written"
        if (known) record(history.now())
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
