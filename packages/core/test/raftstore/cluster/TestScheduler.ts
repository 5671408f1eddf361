/**
 * The least a cluster of stores needs of a scheduler, with one client per store: ids, stores, regions by heartbeat, and
 * operator steps that a test asks for by name. It decides nothing by itself. Heartbeats are checked before anything of
 * them is kept: an older term or epoch changes nothing, and a newer region evicts every older one it overlaps.
 */
import {
  cloneRegion,
  compareBytes,
  decode,
  encode,
  epochOf,
  eraftpb,
  metapb,
  pdpb,
  type RegionId,
  rangesOverlap,
  regionContains,
  type StoreId
} from "@reefkv/wire"
import { Effect, Queue, Stream } from "effect"
import type {
  SchedulerClientService,
  SchedulerError,
  SchedulerErrorReason
} from "../../../src/raftstore/SchedulerClient.ts"

export interface KnownRegion {
  readonly region: metapb.Region
  readonly leader: metapb.Peer | undefined
  readonly term: number
  readonly pendingPeers: ReadonlyArray<metapb.Peer>
  readonly downPeers: ReadonlyArray<pdpb.PeerStats>
  readonly approximateBytes: number
  readonly approximateKeys: number
}

/** A step to be sent to the region's leader with each heartbeat until `done` says that it took effect. */
export interface WantedStep {
  readonly name: string
  readonly step: Partial<pdpb.RegionHeartbeatResponse>
  readonly done: (known: KnownRegion) => boolean
}

const failure = (reason: SchedulerErrorReason, message: string): SchedulerError => ({
  _tag: "SchedulerError",
  reason,
  message
})
const refuse = (reason: SchedulerErrorReason, message: string): Effect.Effect<never, SchedulerError> =>
  Effect.fail(failure(reason, message))

export class TestScheduler {
  readonly clusterId = 7001
  /** While false every call fails with `unavailable` and heartbeats are lost. */
  available = true
  /** So many calls are answered before it becomes unavailable. */
  availableCalls = Number.POSITIVE_INFINITY
  /** Every heartbeat that came, newest last; for tests that look at what was said. Bounded. */
  readonly heartbeats: Array<pdpb.RegionHeartbeatRequest> = []
  readonly storeStats = new Map<StoreId, pdpb.StoreStats>()
  private bootstrapped = false
  private nextId = 1000
  private readonly stores = new Map<StoreId, metapb.Store>()
  private readonly regions = new Map<RegionId, KnownRegion>()
  private readonly wanted = new Map<RegionId, WantedStep>()
  private readonly streams = new Map<StoreId, Queue.Queue<pdpb.RegionHeartbeatResponse>>()

  // ---- for tests

  known(regionId: RegionId): KnownRegion | undefined {
    return this.regions.get(regionId)
  }
  all(): Array<KnownRegion> {
    return [...this.regions.values()].sort((a, b) => compareBytes(a.region.startKey, b.region.startKey))
  }
  byKey(key: Uint8Array): KnownRegion | undefined {
    for (const known of this.regions.values()) if (regionContains(known.region, key)) return known
    return undefined
  }
  want(regionId: RegionId, step: WantedStep): void {
    this.wanted.set(regionId, step)
  }
  wantedStep(regionId: RegionId): WantedStep | undefined {
    return this.wanted.get(regionId)
  }
  newId(): number {
    return this.nextId++
  }

  // ---- what a store's client does

  readonly client: SchedulerClientService = this.makeClient()

  private makeClient(): SchedulerClientService {
    const guard = <A>(effect: Effect.Effect<A, SchedulerError>): Effect.Effect<A, SchedulerError> =>
      Effect.suspend(() => {
        if (!this.available || this.availableCalls <= 0) return refuse("unavailable", "the scheduler is switched off")
        this.availableCalls -= 1
        return effect
      })
    const answer = <A>(value: () => A): Effect.Effect<A, SchedulerError> => guard(Effect.sync(value))
    return {
      clusterId: answer(() => this.clusterId),
      isBootstrapped: answer(() => this.bootstrapped),
      bootstrap: (store, region) =>
        guard(
          Effect.suspend(() => {
            if (this.bootstrapped) return refuse("alreadyBootstrapped", "the cluster has its first region")
            this.bootstrapped = true
            this.stores.set(store.id, store)
            this.regions.set(region.id, noHeartbeatYet(cloneRegion(region)))
            return Effect.void
          })
        ),
      allocId: answer(() => this.newId()),
      putStore: (store) =>
        answer(() => {
          this.stores.set(store.id, store)
        }),
      getStore: (id) =>
        guard(
          Effect.suspend(() => {
            const store = this.stores.get(id)
            return store === undefined ? refuse("notFound", `store ${id}`) : Effect.succeed(store)
          })
        ),
      getAllStores: answer(() => [...this.stores.values()]),
      storeHeartbeat: (stats) =>
        answer(() => {
          this.storeStats.set(stats.storeId, stats)
        }),
      regionHeartbeat: (heartbeat) => {
        // Through bytes, as over a wire, so that no region is shared.
        if (this.available) {
          this.onHeartbeat(decode(pdpb.RegionHeartbeatRequest, encode(pdpb.RegionHeartbeatRequest, heartbeat)))
        }
      },
      operatorSteps: (id) => this.stepsFor(id),
      askBatchSplit: (region, count) =>
        guard(
          Effect.suspend(() => {
            const known = this.regions.get(region.id)
            if (known === undefined) return refuse("notFound", `region ${region.id}`)
            const came = epochOf(region)
            const kept = epochOf(known.region)
            if (came.version < kept.version || came.confVer < kept.confVer) {
              return refuse("stale", `region ${region.id}: ${came.version}/${came.confVer} asked, newer is known`)
            }
            return Effect.succeed(
              Array.from({ length: count }, () =>
                pdpb.SplitID.create({ newRegionId: this.newId(), newPeerIds: region.peers.map(() => this.newId()) })
              )
            )
          })
        ),
      reportBatchSplit: (regions) =>
        answer(() => {
          for (const region of regions) {
            const known = this.regions.get(region.id)
            this.accept({ ...(known ?? noHeartbeatYet(region)), region: cloneRegion(region) })
          }
        }),
      getRegionById: (id) =>
        answer(() => {
          const known = this.regions.get(id)
          return known === undefined ? undefined : { region: known.region, leader: known.leader }
        }),
      getRegion: (key) =>
        answer(() => {
          const known = this.byKey(key)
          return known === undefined ? undefined : { region: known.region, leader: known.leader }
        })
    }
  }

  private stepsFor(storeId: StoreId): Stream.Stream<pdpb.RegionHeartbeatResponse> {
    return Stream.unwrap(
      Effect.map(Queue.sliding<pdpb.RegionHeartbeatResponse>(stepsWaitingMax), (queue) => {
        this.streams.set(storeId, queue)
        return Stream.fromQueue(queue)
      })
    )
  }

  private onHeartbeat(heartbeat: pdpb.RegionHeartbeatRequest): void {
    const region = heartbeat.region
    if (region === undefined || heartbeat.leader === undefined) throw new Error("a heartbeat without region or leader")
    this.heartbeats.push(heartbeat)
    if (this.heartbeats.length > heartbeatsKeptMax) this.heartbeats.splice(0, heartbeatsKeptMax / 2)
    const accepted = this.accept({
      region: cloneRegion(region),
      leader: heartbeat.leader,
      term: heartbeat.term,
      pendingPeers: heartbeat.pendingPeers,
      downPeers: heartbeat.downPeers,
      approximateBytes: heartbeat.approximateSize,
      approximateKeys: heartbeat.approximateKeys
    })
    if (!accepted) return
    const wanted = this.wanted.get(region.id)
    if (wanted === undefined) return
    if (wanted.done(this.regions.get(region.id)!)) {
      this.wanted.delete(region.id)
      return
    }
    const queue = this.streams.get(heartbeat.leader.storeId)
    if (queue === undefined) return
    Queue.offerUnsafe(
      queue,
      pdpb.RegionHeartbeatResponse.create({
        regionId: region.id,
        regionEpoch: region.regionEpoch,
        targetPeer: heartbeat.leader,
        ...wanted.step
      })
    )
  }

  /** True when kept. Any jump forward is taken; nothing older than what is known, or than what it overlaps, is. */
  private accept(came: KnownRegion): boolean {
    const epoch = epochOf(came.region)
    const known = this.regions.get(came.region.id)
    if (known !== undefined) {
      const kept = epochOf(known.region)
      if (epoch.version < kept.version || epoch.confVer < kept.confVer) return false
      const same = epoch.version === kept.version && epoch.confVer === kept.confVer
      if (same && came.term < known.term) return false
    }
    const overlapping = [...this.regions.values()].filter(
      ({ region }) =>
        region.id !== came.region.id &&
        rangesOverlap(region.startKey, region.endKey, came.region.startKey, came.region.endKey)
    )
    if (overlapping.some(({ region }) => epochOf(region).version > epoch.version)) return false
    for (const { region } of overlapping) this.regions.delete(region.id)
    this.regions.set(came.region.id, came)
    return true
  }
}

const heartbeatsKeptMax = 4096
const stepsWaitingMax = 256

const noHeartbeatYet = (region: metapb.Region): KnownRegion => ({
  region,
  leader: undefined,
  term: 0,
  pendingPeers: [],
  downPeers: [],
  approximateBytes: 0,
  approximateKeys: 0
})

// ---- steps as PD sends them

const { AddNode, RemoveNode, AddLearnerNode } = eraftpb.ConfChangeType
const changeStep = (changeType: eraftpb.ConfChangeType, peer: metapb.Peer): WantedStep["step"] => ({
  changePeer: { changeType, peer }
})
const lists = (known: KnownRegion, peer: metapb.Peer): boolean =>
  known.region.peers.some(({ id, role }) => id === peer.id && role === peer.role)

export const addPeerStep = (peer: metapb.Peer): WantedStep => ({
  name: `add peer ${peer.id} on store ${peer.storeId}`,
  step: changeStep(AddNode, { ...peer, role: metapb.PeerRole.Voter }),
  done: (known) =>
    lists(known, { ...peer, role: metapb.PeerRole.Voter }) && !known.pendingPeers.some(({ id }) => id === peer.id)
})
export const addLearnerStep = (peer: metapb.Peer): WantedStep => ({
  name: `add learner ${peer.id} on store ${peer.storeId}`,
  step: changeStep(AddLearnerNode, { ...peer, role: metapb.PeerRole.Learner }),
  done: (known) =>
    lists(known, { ...peer, role: metapb.PeerRole.Learner }) && !known.pendingPeers.some(({ id }) => id === peer.id)
})
export const removePeerStep = (peer: metapb.Peer): WantedStep => ({
  name: `remove peer ${peer.id} from store ${peer.storeId}`,
  step: changeStep(RemoveNode, peer),
  done: (known) => !known.region.peers.some(({ id }) => id === peer.id)
})
export const transferLeaderStep = (peer: metapb.Peer): WantedStep => ({
  name: `transfer leader to peer ${peer.id} on store ${peer.storeId}`,
  step: { transferLeader: { peer, peers: [] } },
  done: (known) => known.leader?.id === peer.id
})
