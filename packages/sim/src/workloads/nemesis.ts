/**
 * Trouble, drawn from the seed: hosts die and come back, disks lose and fail, links are cut and slow, clocks jump. Every
 * fault that is started here is ended here, and `calm` ends all of them at once.
 */
import { epochOf } from "@reefkv/wire"
import type { Cluster } from "../cluster/Cluster.ts"
import type { SimStore } from "../cluster/SimStore.ts"
import type { Rng } from "../world/Rng.ts"
import type { FaultName } from "./options.ts"

/** A store that is down comes back after at most this long. */
const downMaxMs = 900

export class Nemesis {
  faults = 0
  private over = false
  private readonly cluster: Cluster
  private readonly rng: Rng

  constructor(cluster: Cluster) {
    this.cluster = cluster
    this.rng = cluster.world.rng("nemesis")
  }

  act(): void {
    const { cluster, rng } = this
    if (this.over || cluster.options.faults.length === 0) return
    this.faults++
    this.do(rng.weighted(cluster.options.faults))
  }

  /** From now on nothing is wrong with the world, and everything that is down starts. */
  calm(): void {
    const { cluster } = this
    this.over = true
    cluster.world.log("calm")
    cluster.network.heal()
    Object.assign(cluster.network.faults, { loss: 0, duplication: 0, long: 0 })
    cluster.scheduler.host.slewWall(0)
    cluster.scheduler.host.resume()
    cluster.scheduler.disk.disarm()
    cluster.scheduler.start()
    for (const store of cluster.stores) {
      store.host.slewWall(0)
      store.host.resume()
      store.disk.disarm()
      store.start()
    }
    // Who is stopping, or dies later of a failure that already happened, is started when it is down.
    cluster.world.repeat(
      () => 100,
      () => {
        if (cluster.scheduler.host.phase === "down") cluster.scheduler.start()
        for (const store of cluster.stores) if (store.host.phase === "down") store.start()
      }
    )
  }

  private do(fault: FaultName): void {
    const { cluster, rng } = this
    const { world, network, scheduler } = cluster
    const store = rng.pick(cluster.stores)
    world.log(`nemesis ${fault} ${store.host.name}`)
    switch (fault) {
      case "kill":
        this.kill(store)
        break
      case "killAtWrite":
        // At the leader of some region more often than not: that is where writes are.
        this.killAtWrite(rng.chance(0.5) ? (this.someLeader() ?? store) : store)
        break
      case "powerOff":
        for (const one of cluster.stores) {
          if (one.host.phase === "up") one.kill(true)
          this.startLater(one)
        }
        break
      case "restart":
        if (store.host.isUp && !store.host.paused) {
          store.stop(() => this.startLater(store))
          // A process that does not stop in time is killed.
          const { generation } = store.host
          world.after(2_500, undefined, () => {
            if (store.host.generation === generation && store.host.phase === "stopping") {
              world.fail(`${store.host.name} did not stop within 2500 ms`)
            }
          })
        }
        break
      case "pause": {
        const { generation } = store.host
        store.host.pause()
        world.after(rng.between(5, 700), undefined, () => {
          if (store.host.generation === generation) store.host.resume()
        })
        break
      }
      case "partition": {
        const hosts = rng.shuffle([...cluster.stores.map(({ host }) => host), scheduler.host, cluster.clients])
        const at = rng.between(1, hosts.length - 1)
        network.partition([hosts.slice(0, at), hosts.slice(at)])
        this.healLater()
        break
      }
      case "oneWay":
        network.cut(store.host, rng.pick(cluster.stores).host)
        this.healLater()
        break
      case "isolateLeader": {
        const leader = (this.someLeader() ?? store).host
        const others = cluster.stores.map(({ host }) => host).filter((host) => host !== leader)
        // Clients still reach it: they must not be served what is no longer true.
        network.partition([[leader], others])
        this.healLater()
        break
      }
      case "cutInTransfer": {
        // The old leader does not hear that it is over; clients still reach it.
        const handed = this.transfer()
        if (handed === undefined) break
        const others = cluster.stores.map(({ host }) => host).filter((host) => host !== handed.from.host)
        world.after(rng.double() * 15, undefined, () => {
          network.partition([[handed.from.host], others])
          this.healLater()
        })
        break
      }
      case "stallInTransfer": {
        const handed = this.transfer()
        if (handed !== undefined) this.stall(handed.to)
        break
      }
      case "slowLink":
        network.slowDown(store.host, rng.pick(cluster.stores).host, rng.between(10, 200))
        this.healLater()
        break
      case "reset":
        network.reset(
          store.host,
          rng.pick([...cluster.stores.map(({ host }) => host), scheduler.host, cluster.clients, cluster.clients])
        )
        break
      case "lossBurst": {
        const before = network.faults.loss
        network.faults.loss = rng.pick([0.1, 0.3, 0.6])
        world.after(rng.between(50, 600), undefined, () => {
          network.faults.loss = this.over ? 0 : before
        })
        break
      }
      case "clockJump":
        ;(rng.chance(0.3) ? scheduler.host : store.host).wallSkewMs = rng.between(-5_000, 5_000)
        break
      case "clockSlew": {
        const { host } = rng.chance(0.3) ? scheduler : store
        host.slewWall(rng.pick([-0.5, 0.5, 2]))
        world.after(rng.between(100, 2_000), undefined, () => host.slewWall(0))
        break
      }
      case "diskFailure":
        store.disk.failAfter(rng.below(4))
        this.startIfDown(store)
        break
      case "diskReadFailure":
        // For so short a time that a store may get over it, or longer: then it ends as soon as it reads for itself.
        store.disk.failReadsAfter(rng.below(40))
        world.after(rng.between(1, 400), undefined, () => store.disk.repairReads())
        this.startIfDown(store)
        break
      case "diskStall":
        this.stall(store)
        break
      case "diskFull":
        store.disk.full = true
        world.after(rng.between(200, 1_500), undefined, () => {
          store.disk.full = false
        })
        break
      case "schedulerKill":
        scheduler.kill(rng.chance(0.5))
        world.after(rng.between(1, 700), undefined, () => scheduler.start())
        break
      case "schedulerRestart":
        if (scheduler.host.isUp) scheduler.stop(() => scheduler.start())
        break
      case "schedulerCut":
        network.partition([[scheduler.host], cluster.stores.map(({ host }) => host)])
        this.healLater()
        break
    }
  }

  /** Some leader is told to hand over, directly. */
  private transfer(): { readonly from: SimStore; readonly to: SimStore } | undefined {
    const { cluster, rng } = this
    const regions = cluster.knownRegions()
    const leader = regions.length === 0 ? undefined : cluster.leaderOf(rng.pick(regions).id)
    if (leader === undefined) return undefined
    const { store, status } = leader
    const peer = rng.pick(status.region.peers)
    const to = cluster.storeOf(peer.storeId)
    if (to === undefined || to === store) return undefined
    cluster.world.after(0, store.host, () => {
      const header = {
        regionId: status.region.id,
        epoch: epochOf(status.region),
        peer: undefined,
        term: 0,
        deadlineMs: 0
      }
      store.running?.router.admin({ header, command: { type: "transferLeader", peer } }, () => {})
    })
    return { from: store, to }
  }
  private stall(store: SimStore): void {
    const { rng, cluster } = this
    const ms = rng.between(10, 300)
    const which = rng.pick(["log", "data", "both"] as const)
    if (which !== "data") store.disk.stallLogMs = ms
    if (which !== "log") store.disk.stallDataMs = ms
    cluster.world.after(rng.between(100, 1_000), undefined, () => {
      store.disk.stallLogMs = 0
      store.disk.stallDataMs = 0
    })
  }
  private kill(store: SimStore): void {
    if (store.host.phase !== "down") store.kill(this.rng.chance(0.8))
    this.startLater(store)
  }
  private killAtWrite(store: SimStore): void {
    const { rng } = this
    if (!store.host.isUp) {
      this.kill(store)
      return
    }
    const point = rng.pick([undefined, "append", "write", "sync", "compact"] as const)
    store.disk.crashAt(point, rng.chance(0.5) ? "before" : "after", () => {
      if (!this.over) this.kill(store)
    })
  }
  private startLater(store: SimStore): void {
    this.cluster.world.after(this.rng.between(1, downMaxMs), undefined, () => store.start())
  }
  private healLater(): void {
    this.cluster.world.after(this.rng.between(20, 1_000), undefined, () => this.cluster.network.heal())
  }
  private someLeader(): SimStore | undefined {
    const leaders = this.cluster.knownRegions().flatMap(({ id }) => {
      const leader = this.cluster.leaderOf(id)
      return leader === undefined ? [] : [leader.store]
    })
    return leaders.length === 0 ? undefined : this.rng.pick(leaders)
  }
  /** A while from now. */
  private startIfDown(store: SimStore): void {
    this.cluster.world.repeat(this.once(1_000), () => {
      if (store.host.phase === "down") this.startLater(store)
    })
  }
  private once(ms: number): () => number | undefined {
    let left = 1
    return () => (left-- > 0 ? ms : undefined)
  }
}
