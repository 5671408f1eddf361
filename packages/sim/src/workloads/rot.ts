/**
 * Bytes change at rest while clients work and hosts die. At any time on one store only, until everything there is whole
 * again: the other replicas of its regions are then a quorum that has lost nothing. Nobody may ever be served what was not
 * written (the history says), what was changed must be found within a bound, and the replicas it was part of replaced.
 * People go on moving and removing replicas meanwhile, good ones and damaged ones, as long as a good quorum is left
 * (redundancy.ts).
 *
 * A store whose files are not to be believed at all (a key, its own records) ends by itself and refuses to start. Then
 * somebody does what its message says: the store is removed, and an empty one joins in its place.
 */
import { type ColumnFamily, columnFamilies, EngineError } from "@reefkv/engine"
import { epochOf, equalBytes, isInJointState, isVoter } from "@reefkv/wire"
import { Effect } from "effect"
import type { SimStore } from "../cluster/SimStore.ts"
import type { Run } from "../Run.ts"
import type { Workload } from "../Workload.ts"
import { Rng } from "../world/Rng.ts"
import { drawOptions, type FaultName, type RunOptions } from "./options.ts"
import { Redundancy } from "./redundancy.ts"
import { trouble } from "./trouble.ts"

type Flip =
  | { readonly kind: "value" | "key"; readonly cf: ColumnFamily; readonly key: Uint8Array }
  | { readonly kind: "entry"; readonly regionId: number; readonly index: number }
  | { readonly kind: "state"; readonly regionId: number }
interface Made {
  readonly flip: Flip
  /** How long its store has run since. */
  ranMs: number
}

const lookEveryMs = 50
/** For scrubs under way, the loop, and whatever holds a store up. */
const foundSlackMs = 3_000
const everything = { start: new Uint8Array(0), end: new Uint8Array(0), limit: Number.MAX_SAFE_INTEGER }

/** Of a whole set, those by coin that leave disks and processes to be judged by their checksums. */
const faults: ReadonlyArray<FaultName> = [
  "kill",
  "killAtWrite",
  "powerOff",
  "restart",
  "pause",
  "partition",
  "isolateLeader"
]

export const drawRotOptions = (seed: number): RunOptions => {
  const drawn = drawOptions(seed)
  const rng = new Rng(`rot options ${seed}`)
  return {
    ...drawn,
    stores: rng.pick([3, 4, 4]),
    clients: 3,
    troubleMs: rng.pick([6_000, 10_000]),
    thinkMs: rng.pick([10, 30]),
    faults: faults.filter(() => rng.chance(0.3)).map((name) => [name, 1] as const),
    faultEveryMs: rng.pick([400, 1_000]),
    adminEveryMs: rng.pick([300, 1_000]),
    store: {
      ...drawn.store,
      scrubIntervalMs: rng.pick([50, 200]),
      consistencyCheckIntervalMs: rng.pick([0, 300]),
      stalePeerCheckMs: 600
    }
  }
}

export const rot: Workload = {
  name: "rot",
  what: "bytes of values, keys, log entries and records change at rest, on one store at a time, under load and faults",
  options: drawRotOptions,
  play: (run) => {
    run.start()
    const decay = new Decay(run)
    run.cluster.permitsChange = (region, request) => decay.redundancy.permits(region, request, decay.victim)
    run.cluster.watchesScheduler = (event) => decay.redundancy.onSchedulerEvent(event)
    run.cluster.regions.mayBeDamaged = (storeId) => run.cluster.storeOf(storeId) === decay.victim
    run.world.repeat(
      () => lookEveryMs,
      () => decay.look()
    )
    const { world, rng, options } = run
    const untilMs = world.nowMs + options.troubleMs
    world.repeat(
      () => (world.nowMs < untilMs ? rng.between(50, 500) : undefined),
      () => decay.act()
    )
    trouble(run)
    run.nemesis.calm()
    run.until("what changed at rest is found or gone", () => decay.whyNotWhole(), 30_000)
    world.log(`rot made ${decay.made}`)
  }
}

class Decay {
  made = 0
  readonly redundancy: Redundancy
  private readonly run: Run
  /** The only store that may be damaged now. */
  victim: SimStore | undefined
  private flips: Array<Made> = []
  private removing = false
  /** A store was lost with all its replicas: its successor must have them before anything else is damaged. */
  private mustHeal = false

  constructor(run: Run) {
    this.run = run
    this.redundancy = new Redundancy(run.cluster)
  }

  /** Changes something, if there is a store that may be damaged. */
  act(): void {
    const { run } = this
    const { cluster, rng } = run
    if (this.mustHeal || this.victim === undefined || rng.chance(0.3)) {
      if (this.whyNotWhole() === undefined) {
        this.mustHeal = false
        this.victim = rng.pick(cluster.stores)
      } else if (this.mustHeal || this.victim === undefined) return
    }
    const store = this.victim
    if (store.running === undefined || store.isLost || !store.host.isUp) return
    if (rng.chance(0.05)) {
      run.world.log(`rot: ${store.host.name} cannot be read`)
      store.disk.failReadsAfter(rng.below(20))
      this.repairLater(store)
      return
    }
    for (let left = rng.between(1, 3); left > 0; left--) {
      const flip = this.choose(store)
      if (flip === undefined || !this.make(store, flip)) continue
      run.world.log(`rot: ${store.host.name} ${describe(flip)}`)
      this.made++
      if (!isOfThePast(flip)) this.flips.push({ flip, ranMs: 0 })
    }
  }

  /** How long each flip has lain there unfound; and stores that are of no use any more. */
  look(): void {
    const { run, victim } = this
    if (victim === undefined) return
    if (victim.isLost) this.replaceStore(victim)
    if (victim.running === undefined || victim.running.handle.phase !== "running" || victim.host.paused) return
    this.flips = this.flips.filter(({ flip }) => isThere(victim, flip))
    const regions = victim.running.router.regions().length
    const { scrubIntervalMs } = run.options.store
    const boundMs = (regions + 2) * (scrubIntervalMs + lookEveryMs) + foundSlackMs
    for (const one of this.flips) {
      if (isFound(victim, one.flip)) continue
      one.ranMs += lookEveryMs
      if (one.ranMs > boundMs) {
        run.world.fail(`${victim.host.name}: not found within ${boundMs} ms: ${describe(one.flip)}`)
      }
    }
  }

  /** Why another store may not be damaged yet. */
  whyNotWhole(): string | undefined {
    const { run, victim } = this
    const { cluster } = run
    if (cluster.runningStores.length < cluster.stores.length) return "a store is down"
    if (victim?.isLost === true) return `${victim.host.name} is to be replaced`
    if (victim !== undefined) this.flips = this.flips.filter(({ flip }) => isThere(victim, flip))
    if (this.flips.length > 0) return `${victim?.host.name} ${describe(this.flips[0]!.flip)}`
    const wanted = Math.min(run.options.scheduler.maxReplicas ?? 3, cluster.stores.length)
    let end = new Uint8Array(0)
    const regions = cluster.knownRegions().sort((a, b) => Buffer.compare(a.startKey, b.startKey))
    for (const { id } of regions) {
      const region = cluster.leaderOf(id)?.status.region
      if (region === undefined) return `region ${id} has no leader`
      if (!equalBytes(region.startKey, end)) return `region ${id} does not begin where the last ends`
      end = new Uint8Array(region.endKey)
      if (isInJointState(region) || region.peers.length !== wanted || !region.peers.every(isVoter)) {
        return `region ${id} has other peers than it should`
      }
      for (const peer of region.peers) {
        const here = cluster.storeOf(peer.storeId)?.running?.router.region(id)
        if (here === undefined || here.peerId !== peer.id || here.role === "damaged" || here.appliedIndex === 0) {
          return `peer ${peer.id} of region ${id} is ${here?.role ?? "not there"}`
        }
        // One that does not know yet that a third voter is a voter counts a quorum without it.
        if (epochOf(here.region).confVer !== epochOf(region).confVer) {
          return `peer ${peer.id} of region ${id} knows another membership`
        }
      }
    }
    for (const store of cluster.stores) {
      const damaged = store.running!.router.regions().find(({ role }) => role === "damaged")
      if (damaged !== undefined) return `${store.host.name} has a damaged peer of region ${damaged.region.id}`
    }
    return this.redundancy.whyRemovalMayCome()
  }

  private choose(store: SimStore): Flip | undefined {
    const { rng } = this.run
    const { engine, raftLog } = store.running!
    const kind = rng.weighted([
      ["value", 5],
      ["entry", 3],
      ["state", 1],
      ["record", 0.7],
      ["key", 0.2]
    ] as const)
    if (kind === "entry" || kind === "state") {
      const groups = readable(() => raftLog.groups()) ?? []
      if (groups.length === 0) return undefined
      const regionId = rng.pick(groups)
      if (kind === "state") return { kind, regionId }
      const group = readable(() => raftLog.group(regionId))
      if (group === undefined || group.lastIndex === group.truncated.index) return undefined
      return { kind, regionId, index: rng.between(group.truncated.index + 1, group.lastIndex) }
    }
    const cf = kind === "record" ? "raft" : rng.pick(columnFamilies)
    const keys: Array<Uint8Array> = []
    readable(() =>
      engine.latest.scan(cf, { ...everything, keyOnly: true }, (key) => {
        keys.push(key)
      })
    )
    if (keys.length === 0) return undefined
    return { kind: kind === "key" ? "key" : "value", cf, key: rng.pick(keys) }
  }

  private make({ disk }: SimStore, flip: Flip): boolean {
    switch (flip.kind) {
      case "value":
        return disk.rotValue(flip.cf, flip.key)
      case "key":
        return disk.rotKey(flip.cf, flip.key)
      case "entry":
        return disk.rotEntry(flip.regionId, flip.index)
      case "state":
        return disk.rotState(flip.regionId)
    }
  }

  private repairLater(store: SimStore): void {
    const { world, rng } = this.run
    world.after(rng.between(50, 800), undefined, () => {
      store.disk.disarm()
      if (store.host.phase === "down") store.start()
    })
  }

  private replaceStore(store: SimStore): void {
    if (this.removing) return
    this.removing = true
    this.mustHeal = true
    replaceStore(this.run, store, (replaced) => {
      this.removing = false
      if (replaced) this.flips = []
    })
  }
}

/** Within which the scheduler must have written down that a store is gone, or it is asked again. */
const removalMs = 500

/** The store is removed for good, and an empty one takes its place as soon as the scheduler has written that down. */
export const replaceStore = (run: Run, store: SimStore, onEnd: (replaced: boolean) => void): void => {
  const { cluster, world } = run
  const { storeId } = store
  store.kill(false)
  store.held = true
  world.log(`rot: store ${storeId} is removed`)
  let over = false
  const end = (removed: boolean): void => {
    if (over) return
    over = true
    if (removed) {
      world.log(`rot: ${store.host.name} starts anew`)
      store.disk.replace()
      store.storeId = 0
      store.isLost = false
      store.held = false
      store.start()
    }
    onEnd(removed)
  }
  cluster.scheduler.ask((scheduler) =>
    Effect.tap(scheduler.removeStore(storeId, { force: true }), () =>
      Effect.sync(() => world.after(0, undefined, () => end(true)))
    )
  )
  world.after(removalMs, undefined, () => end(false))
}

/** Undefined also when it cannot be read. */
const readable = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch (error) {
    if (error instanceof EngineError) return undefined
    throw error
  }
}
const isCorrupt = (read: () => unknown): boolean => {
  try {
    read()
    return false
  } catch (error) {
    // A disk that cannot be read says nothing.
    if (error instanceof EngineError) return true
    throw error
  }
}

/** Whether the change is still in what the store keeps. It goes when it is written over, deleted or compacted. */
const isThere = ({ running }: SimStore, flip: Flip): boolean => {
  if (running === undefined) return true
  const { engine, raftLog } = running
  switch (flip.kind) {
    case "value":
    case "key":
      return isCorrupt(() => engine.latest.get(flip.cf, flip.key))
    case "state":
      return isCorrupt(() => raftLog.group(flip.regionId))
    case "entry":
      return isCorrupt(() => {
        const group = raftLog.group(flip.regionId)
        if (group === undefined || flip.index <= group.truncated.index || flip.index > group.lastIndex) return
        raftLog.entries(flip.regionId, flip.index, flip.index + 1, 1)
      })
  }
}

/**
 * How a peer left, beside a region that may have another peer there by now: told to the one that left when it asks, and
 * nothing but that goes with the record. Nobody replaces it.
 */
const isOfThePast = (flip: Flip): boolean =>
  "key" in flip && flip.cf === "raft" && /^region\/\d+\/removal$/.test(new TextDecoder().decode(flip.key))

const isFound = (store: SimStore, flip: Flip): boolean => {
  if (store.isLost) return true
  const { peers, regions } = store.running!.handle
  const owner =
    "regionId" in flip
      ? flip.regionId
      : flip.cf === "raft"
        ? Number(/^(?:region|snapshot)\/(\d+)/.exec(new TextDecoder().decode(flip.key))?.[1])
        : regions.byKey(flip.key)?.id
  const peer = owner === undefined ? undefined : peers.get(owner)
  // What no region owns is not read by anybody, and deleted unread; but the store reads its own records.
  return peer === undefined ? "regionId" in flip || flip.cf !== "raft" : peer.damaged !== undefined
}

const describe = (flip: Flip): string => {
  switch (flip.kind) {
    case "value":
    case "key":
      return `${flip.kind} ${flip.cf} ${JSON.stringify(new TextDecoder().decode(flip.key))}`
    case "entry":
      return `entry ${flip.index} of region ${flip.regionId}`
    case "state":
      return `state of region ${flip.regionId}`
  }
}
