/** Views for tests of pure decisions: stores and regions by short words, no service, no clock. */
import { metapb, pdpb } from "@reefkv/wire"
import { Cluster } from "../src/cluster/Cluster.ts"
import { type ClusterView, makeView } from "../src/cluster/ClusterView.ts"
import { type RegionInfo, unreportedRegion } from "../src/cluster/RegionInfo.ts"
import { defaultSchedulerConfig, type SchedulerConfig } from "../src/index.ts"
import type { Decision, OperatorPlan } from "../src/operators/Operator.ts"
import { OperatorController } from "../src/operators/OperatorController.ts"
import { describeStep } from "../src/operators/OperatorStep.ts"
import { makePeer, makeStore } from "./support.ts"

export const mib = 1024 * 1024

export interface StoreWords {
  readonly state?: metapb.StoreState
  readonly silentMs?: number
  readonly silentBeforeMs?: number
  readonly stats?: Partial<pdpb.StoreStats>
}

/** Peers as `[storeId, …]`, the first leads; peer ids are region id × 100 + store id. */
export interface RegionWords {
  readonly stores: ReadonlyArray<number>
  readonly learners?: ReadonlyArray<number>
  readonly pending?: ReadonlyArray<number>
  readonly down?: Readonly<Record<number, number>>
  readonly bytes?: number
  readonly roles?: Readonly<Record<number, metapb.PeerRole>>
  readonly leader?: number
}

const key = (at: number): Uint8Array => (at === 0 ? new Uint8Array(0) : Buffer.from([at >> 8, at & 0xff]))

export class DecisionWorld {
  readonly cluster = new Cluster()
  nowMs = 100_000_000
  private count = 0
  private nextId = 100_000
  config: SchedulerConfig = defaultSchedulerConfig
  /** Always the first of equals. */
  nextDouble = (): number => 0
  readonly operators = new OperatorController({
    config: () => this.config,
    events: { listening: () => false, emit: () => {} },
    region: (id) => this.cluster.regions.get(id),
    allocId: () => this.nextId++,
    nowMs: () => this.nowMs,
    nowUnixMs: () => this.nowMs,
    whyNotStore: () => undefined,
    send: () => {}
  })

  stores(...ids: ReadonlyArray<number>): this {
    for (const id of ids) this.store(id, {})
    return this
  }
  store(id: number, words: StoreWords): this {
    this.cluster.putStore({
      meta: makeStore(id, { state: words.state ?? metapb.StoreState.Up }),
      stats: pdpb.StoreStats.create({ storeId: id, capacity: 1_000, available: 900, ...words.stats }),
      heardMs: this.nowMs - (words.silentMs ?? 0),
      silentBeforeMs: words.silentBeforeMs ?? 0,
      // Said of its peer, in two heartbeats; peer ids are as `region` makes them.
      damage: new Map(
        words.stats?.damagedRegionsId?.map((regionId) => [regionId, { peerId: regionId * 100 + id, heartbeats: 2 }])
      ),
      heardUnixMs: 0
    })
    return this
  }
  /** Regions tile the key space in the order they are made. */
  region(words: RegionWords): RegionInfo {
    const id = ++this.count
    const ids = [...words.stores, ...(words.learners ?? [])]
    const peers = ids.map((storeId) =>
      makePeer(
        id * 100 + storeId,
        storeId,
        words.roles?.[storeId] ?? (words.learners?.includes(storeId) ? metapb.PeerRole.Learner : metapb.PeerRole.Voter)
      )
    )
    const on = (storeId: number) => peers.find((peer) => peer.storeId === storeId)!
    const region: RegionInfo = {
      ...unreportedRegion(
        metapb.Region.create({
          id,
          startKey: key(id - 1),
          endKey: key(id),
          regionEpoch: { version: 1, confVer: 1 },
          peers
        })
      ),
      leader: on(words.leader ?? ids[0]!),
      term: 6,
      reported: true,
      approximateBytes: words.bytes ?? 0,
      pendingPeers: (words.pending ?? []).map(on),
      downPeers: Object.entries(words.down ?? {}).map(([storeId, downSeconds]) => ({
        peer: on(Number(storeId)),
        downSeconds
      }))
    }
    this.cluster.putRegion(region)
    return region
  }
  /** Does at once what the plan's steps ask for. */
  carryOut(plan: OperatorPlan): void {
    const region = this.cluster.regions.get(plan.regionId)!
    let peers = [...region.meta.peers]
    let leaderStoreId = region.leader!.storeId
    const setRole = (storeId: number, role: metapb.PeerRole) => {
      peers = peers.map((peer) => (peer.storeId === storeId ? { ...peer, role } : peer))
    }
    for (const step of plan.steps) {
      if (step.type === "transferLeader") leaderStoreId = step.toStoreId
      if (step.type === "addLearner") peers.push(makePeer(this.nextId++, step.storeId, metapb.PeerRole.Learner))
      if (step.type === "promoteLearner") setRole(step.storeId, metapb.PeerRole.Voter)
      if (step.type === "leaveJoint") {
        for (const { storeId } of step.promote) setRole(storeId, metapb.PeerRole.Voter)
        for (const { storeId } of step.demote) setRole(storeId, metapb.PeerRole.Learner)
      }
      if (step.type === "removePeer") peers = peers.filter((peer) => peer.storeId !== step.storeId)
    }
    const { confVer, version } = region.meta.regionEpoch!
    this.cluster.putRegion({
      ...region,
      meta: { ...region.meta, peers, regionEpoch: { version, confVer: confVer + 1 } },
      leader: peers.find((peer) => peer.storeId === leaderStoreId)
    })
  }
  get view(): ClusterView {
    return makeView({
      cluster: this.cluster,
      config: this.config,
      operators: this.operators,
      nowMs: this.nowMs,
      nextDouble: this.nextDouble
    })
  }
}

/** The plan as words, or the reason why there is none. */
export const words = (decision: Decision): ReadonlyArray<string> | string =>
  decision._tag === "Nothing"
    ? decision.reason
    : decision.plan.steps.map((step) =>
        describeStep(step)
          .replaceAll(/(learner|peer) \d+ /g, "$1 ")
          .replaceAll(/\d+ on store/g, "store")
      )
export const descOf = (decision: Decision): string => (decision._tag === "Plan" ? decision.plan.desc : "nothing")
