/** Random administration: what people, the scheduler's operators and tools ask of regions while clients work. */
import type { AdminRequest } from "@reefkv/core"
import type { OperatorRequest } from "@reefkv/scheduler"
import { encode, epochOf, type metapb, pdpb } from "@reefkv/wire"
import { Effect } from "effect"
import type { Cluster } from "../cluster/Cluster.ts"
import { readAnswer, schedulerCallTimeoutMs, schedulerMethods } from "../network/schedulerCalls.ts"
import type { Rng } from "../world/Rng.ts"
import { keyName } from "./KvClient.ts"
import type { AdminName } from "./options.ts"

export class Admin {
  private readonly cluster: Cluster
  private readonly rng: Rng
  /** Ids that the scheduler gave this client. */
  private readonly ids = new Set<number>()
  private readonly timestamps: Rng

  constructor(cluster: Cluster) {
    this.cluster = cluster
    this.rng = cluster.world.rng("admin")
    this.timestamps = cluster.world.rng("timestamps")
  }

  act(): void {
    const { rng, cluster } = this
    if (cluster.options.admin.length === 0) return
    const regions = cluster.knownRegions()
    if (regions.length === 0) return
    this.do(rng.weighted(cluster.options.admin), rng.pick(regions))
  }

  /** Asks for timestamps, whose order is checked. */
  askTimestamp(): void {
    const { cluster } = this
    const few = 1 + this.rng.below(3)
    // Now and then most of a millisecond's, so that the next ones do not fit.
    const count = this.timestamps.chance(0.2) ? this.timestamps.between(100_000, 2 ** 18 - 1) : few
    const floor = cluster.timestamps.floor()
    const { name, request, response } = schedulerMethods.tso
    const bytes = encode(request, pdpb.TsoRequest.create({ count }))
    cluster.rpc.call(cluster.clients, cluster.scheduler.host, name, bytes, schedulerCallTimeoutMs, (end) => {
      if (end._tag !== "Answered") return
      const answer = readAnswer(response, end.bytes)
      if (answer._tag === "Error" || answer.value.timestamp === undefined) return
      const { physical, logical } = answer.value.timestamp
      cluster.timestamps.onAnswer(cluster.world, floor, (BigInt(physical) << 18n) | BigInt(logical), count)
    })
  }

  private do(what: AdminName, region: metapb.Region): void {
    const { rng, cluster } = this
    const { scheduler } = cluster
    const regionId = region.id
    const storeId = rng.pick(cluster.stores).storeId
    const key = new TextEncoder().encode(keyName(rng.below(cluster.options.keys)))
    if (storeId === 0) return
    const peer = region.peers.find((one) => one.storeId === storeId)
    cluster.world.log(`admin ${what} region ${regionId} store ${storeId}`)
    switch (what) {
      case "split":
        scheduler.ask((s) => s.addOperator({ kind: "split-region", regionId, policy: "usekey", keys: [key] }))
        break
      case "transferLeader":
        scheduler.ask((s) => s.addOperator({ kind: "transfer-leader", regionId, toStoreId: storeId }))
        break
      case "movePeer": {
        const from = rng.pick(region.peers).storeId
        const free = cluster.stores.filter((one) => region.peers.every((held) => held.storeId !== one.storeId))
        const to = free.length > 0 ? rng.pick(free).storeId : storeId
        this.change({ kind: "transfer-peer", regionId, fromStoreId: from, toStoreId: to })
        break
      }
      case "addPeer":
        scheduler.ask((s) => s.addOperator({ kind: "add-peer", regionId, storeId }))
        break
      case "removePeer":
        this.change({ kind: "remove-peer", regionId, storeId })
        break
      case "addLearner":
        scheduler.ask((s) => s.addOperator({ kind: "add-learner", regionId, storeId }))
        break
      case "scatter":
        this.change({ kind: "scatter-region", regionId, group: "" })
        break
      case "allocId":
        this.allocIds()
        break
      case "splitAtStore":
        this.atLeader(regionId, { type: "split", splitKeys: [key] })
        break
      case "transferLeaderAtStore":
        if (peer !== undefined) this.atLeader(regionId, { type: "transferLeader", peer })
        break
      case "consistencyCheck":
        this.atLeader(regionId, { type: "consistencyCheck" })
        break
      case "compactLog": {
        const applied = cluster.leaderOf(regionId)?.status.appliedIndex ?? 0
        if (applied >= 8) this.atLeader(regionId, { type: "compactLog", index: applied - rng.below(4) })
        break
      }
    }
  }

  /** Asked for where the workload permits it, of the region as the scheduler knows it then. */
  private change(request: OperatorRequest): void {
    const { scheduler, permitsChange } = this.cluster
    scheduler.ask((s) =>
      permitsChange === undefined
        ? s.addOperator(request)
        : Effect.flatMap(s.regions, (regions) => {
            const known = regions.find(({ region }) => region?.id === request.regionId)?.region
            return known !== undefined && permitsChange(known, request) ? s.addOperator(request) : Effect.void
          })
    )
  }

  private allocIds(): void {
    const { cluster } = this
    const count = 1 + this.rng.below(20)
    cluster.scheduler.ask((s) =>
      Effect.map(s.allocId(count), (last) => {
        for (let id = last - count + 1; id <= last; id++) {
          if (this.ids.has(id)) cluster.world.fail(`id ${id} was given twice`)
          this.ids.add(id)
        }
      })
    )
  }

  /** Straight to the leader's store, as a control tool would; counted by the store's router, the answer is not looked at. */
  private atLeader(regionId: number, command: AdminRequest["command"]): void {
    const { world } = this.cluster
    const leader = this.cluster.leaderOf(regionId)
    if (leader === undefined) return
    const { store, status } = leader
    world.after(0, store.host, () => {
      store.running?.router.admin(
        {
          header: { regionId, epoch: epochOf(status.region), peer: undefined, term: 0, deadlineMs: 0 },
          command
        },
        (result) => world.log(`${store.host.name} admin ${command.type}: ${result._tag}`)
      )
    })
  }
}
