/**
 * What regions may become: an epoch names one range and one membership for ever; a split's pieces tile what was cut; no
 * peer's or scheduler's epoch falls while it lives; no id is given twice, and a destroyed peer stays gone.
 */
import type { StoreEvent } from "@reefkv/core"
import type { SchedulerEvent } from "@reefkv/scheduler"
import {
  compareBytes,
  compareEnds,
  epochOf,
  equalBytes,
  formatPeer,
  formatRange,
  formatRegion,
  type metapb,
  overlaps,
  type pdpb,
  type StoreId
} from "@reefkv/wire"
import type { Host } from "../world/Host.ts"
import type { World } from "../world/World.ts"

interface Epoch {
  readonly version: number
  readonly confVer: number
}

export class Regions {
  splits = 0
  confChanges = 0
  /** Set by workloads that damage stores: those of which replicas may be damaged. No others ever are. */
  mayBeDamaged: ((storeId: StoreId) => boolean) | undefined
  private readonly rangeOfVersion = new Map<string, string>()
  private readonly peersOfEpoch = new Map<string, string>()
  /** Peers that their stores have destroyed, for good. */
  private readonly gone = new Set<string>()
  private readonly peerPlaces = new Map<number, string>()
  private readonly uses = new Map<number, string>()
  private readonly ranges = new Map<number, metapb.Region>()
  private readonly splitsSeen = new Map<string, string>()
  /** What each store's incarnation showed last. */
  private readonly stores = new Map<
    Host,
    {
      readonly generation: number
      readonly peers: Map<number, { readonly region: metapb.Region; readonly peerId: number }>
    }
  >()
  private epochsAtScheduler = new Map<number, Epoch>()
  /** What the running scheduler knows, as it said last, and the term of the last heartbeat that it took. */
  private atScheduler = new Map<number, metapb.Region>()
  private termsAtScheduler = new Map<number, number>()

  onStoreEvent(world: World, event: StoreEvent): void {
    if (event.type === "SplitApplied") this.onSplit(world, event.regionId, event.regions)
    else if (event.type === "ConfChangeApplied") {
      this.confChanges++
      this.onRegion(world, event.region)
    } else if (event.type === "RegionDestroyed") this.gone.add(`peer ${event.peerId} on store ${event.storeId}`)
    else if (event.type === "RegionCreated") {
      const peer = `peer ${event.peerId} on store ${event.storeId}`
      if (this.gone.has(peer)) world.fail(`${peer} of region ${event.regionId} was destroyed, and is back`)
    } else if (event.type === "PeerDamaged" && this.mayBeDamaged?.(event.storeId) !== true) {
      world.fail(
        `peer ${event.peerId} of region ${event.regionId} on store ${event.storeId} is damaged: ${event.message}`
      )
    }
  }

  onSchedulerEvent(world: World, event: SchedulerEvent): void {
    if (event.type !== "RegionChanged") return
    const { region } = event
    this.onSchedulerRegion(world, region)
    for (const other of this.atScheduler.values()) {
      if (other.id === region.id || epochOf(other).version <= epochOf(region).version || !overlaps(other, region))
        continue
      world.fail(`the scheduler takes ${formatRegion(region)} for what was ${formatRegion(other)}`)
    }
    for (const id of event.evictedRegionIds) {
      this.atScheduler.delete(id)
      this.termsAtScheduler.delete(id)
    }
    this.atScheduler.set(region.id, region)
  }
  /** The running scheduler took it. */
  onHeartbeat(world: World, { region, term }: pdpb.RegionHeartbeatRequest): void {
    if (region === undefined) return
    const known = this.termsAtScheduler.get(region.id) ?? 0
    if (term < known)
      world.fail(`the scheduler took ${formatRegion(region)} of term ${term} after one of term ${known}`)
    this.termsAtScheduler.set(region.id, term)
  }
  /** A region as the running scheduler describes it to whoever asks. */
  onSchedulerRegion(world: World, region: metapb.Region): void {
    this.onRegion(world, region)
    const { version, confVer } = epochOf(region)
    const known = this.epochsAtScheduler.get(region.id)
    if (known !== undefined && (version < known.version || confVer < known.confVer)) {
      world.fail(`the scheduler's ${formatRegion(region)} fell from v${known.version}/c${known.confVer}`)
    }
    this.epochsAtScheduler.set(region.id, { version, confVer })
  }
  /** It may know regions a little too old now. */
  onSchedulerStart(): void {
    this.epochsAtScheduler = new Map()
    this.atScheduler = new Map()
    this.termsAtScheduler = new Map()
  }

  /** A peer as a running store shows it. */
  onStatus(world: World, host: Host, region: metapb.Region, peerId: number): void {
    if (region.peers.length === 0) return
    let store = this.stores.get(host)
    if (store?.generation !== host.generation) {
      store = { generation: host.generation, peers: new Map() }
      this.stores.set(host, store)
    }
    const known = store.peers.get(region.id)
    // Regions are replaced, never changed: the same one says nothing new.
    if (known?.region === region && known.peerId === peerId) return
    this.onRegion(world, region)
    if (known?.peerId === peerId) {
      const before = epochOf(known.region)
      const { version, confVer } = epochOf(region)
      if (version < before.version || confVer < before.confVer) {
        world.fail(`${host.name}: ${formatRegion(region)} fell from v${before.version}/c${before.confVer}`)
      }
    }
    store.peers.set(region.id, { region, peerId })
  }

  private onRegion(world: World, region: metapb.Region): void {
    const { version, confVer } = epochOf(region)
    this.same(
      world,
      this.rangeOfVersion,
      `region ${region.id} version ${version}`,
      formatRange(region.startKey, region.endKey)
    )
    const peers = region.peers.map(formatPeer).sort().join(" ")
    this.same(world, this.peersOfEpoch, `region ${region.id} confVer ${confVer}`, peers)
    this.sameUse(world, region.id, "a region's")
    for (const { id, storeId } of region.peers) {
      this.sameUse(world, id, "a peer's")
      const place = `region ${region.id} on store ${storeId}`
      const known = this.peerPlaces.get(id)
      if (known === undefined) this.peerPlaces.set(id, place)
      else if (known !== place) world.fail(`peer id ${id} is given twice: ${known}, and ${place}`)
    }
  }
  /** Regions and peers share one sequence of ids. */
  private sameUse(world: World, id: number, use: string): void {
    const known = this.uses.get(id)
    if (known === undefined) this.uses.set(id, use)
    else if (known !== use) world.fail(`id ${id} is given twice: it is ${known}, and ${use}`)
  }
  private same(world: World, known: Map<string, string>, what: string, value: string): void {
    const before = known.get(what)
    if (before === undefined) known.set(what, value)
    else if (before !== value) world.fail(`${what} means two things: ${before}, and ${value}`)
  }

  private onSplit(world: World, parentId: number, regions: ReadonlyArray<metapb.Region>): void {
    for (const region of regions) this.onRegion(world, region)
    const parent = regions.find(({ id }) => id === parentId)
    if (parent === undefined) {
      world.fail(`region ${parentId} is not among the regions it was split into`)
      return
    }
    const text = regions.map(formatRegion).join(", ")
    const key = `${parentId} v${epochOf(parent).version}`
    const known = this.splitsSeen.get(key)
    if (known !== undefined) {
      if (known !== text) world.fail(`region ${key} was split in two ways: ${known}; and ${text}`)
      return
    }
    this.splits++
    this.splitsSeen.set(key, text)
    for (let i = 1; i < regions.length; i++) {
      if (!equalBytes(regions[i - 1]!.endKey, regions[i]!.startKey)) world.fail(`a split leaves a hole: ${text}`)
    }
    // Of several splits in a row some may have been applied right before a crash, without an event.
    const before = this.ranges.get(parentId)
    if (before !== undefined) {
      const inside =
        compareBytes(regions[0]!.startKey, before.startKey) >= 0 &&
        compareEnds(regions[regions.length - 1]!.endKey, before.endKey) <= 0
      const direct = epochOf(before).version === epochOf(parent).version - (regions.length - 1)
      const whole =
        equalBytes(regions[0]!.startKey, before.startKey) &&
        equalBytes(regions[regions.length - 1]!.endKey, before.endKey)
      if (!inside || (direct && !whole)) world.fail(`${formatRegion(before)} was split into ${text}`)
    }
    for (const region of regions) this.ranges.set(region.id, region)
  }
}
