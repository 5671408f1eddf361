/**
 * Raft's log matching and state machine safety, and equal state at equal applied index: every probe looks at all running
 * stores and compares with whatever any replica ever showed at the same place.
 */
import { EngineError } from "@reefkv/engine"
import { epochOf, type metapb } from "@reefkv/wire"
import type { SimStore } from "../cluster/SimStore.ts"
import { ByteHash } from "../world/Trace.ts"
import type { World } from "../world/World.ts"

const families = ["default", "lock", "write"] as const

/** An entry's kind and data, as numbers. */
interface Content {
  readonly kind: number
  readonly hash: number
}
/** What replicas of one region have shown. */
interface Shown {
  /** By term, then by index: every entry of every log. */
  readonly entries: Map<number, Map<number, Content>>
  /** By index: term and content of what was applied there. */
  readonly applied: Map<number, { readonly term: number; readonly content: Content }>
  /** By index: the content of the region's range when it was applied. */
  readonly states: Map<number, State>
}
interface State {
  readonly version: number
  readonly confVer: number
  readonly count: number
  readonly hash: number
}

/** How far one peer of one incarnation was looked at: the last entry that was compared as applied, and the last state. */
interface Progress {
  readonly peerId: number
  entry: number
  state: number
}

export class Replicas {
  statesCompared = 0
  entriesCompared = 0
  private readonly shown = new Map<number, Shown>()
  private readonly progress = new Map<
    SimStore,
    { readonly generation: number; readonly byRegion: Map<number, Progress> }
  >()

  onProbe(world: World, store: SimStore): void {
    const { running, host } = store
    // Between apply and publish the engine is ahead of what the peers say.
    if (running === undefined || running.handle.phase !== "running" || running.handle.applying !== undefined) return
    let peers = this.progress.get(store)
    if (peers?.generation !== host.generation) {
      peers = { generation: host.generation, byRegion: new Map() }
      this.progress.set(store, peers)
    }
    for (const status of running.router.regions()) {
      if (status.role === "applying snapshot" || status.region.peers.length === 0) continue
      // The data of a snapshot is there before the peer says so.
      if (running.handle.peers.get(status.region.id)?.snapshotInPlace !== undefined) continue
      let progress = peers.byRegion.get(status.region.id)
      if (progress?.peerId !== status.peerId) {
        progress = { peerId: status.peerId, entry: 0, state: 0 }
        peers.byRegion.set(status.region.id, progress)
      }
      const shown = this.shownOf(status.region.id)
      try {
        this.compareLog(world, store, shown, status.region.id, status.appliedIndex, progress)
        if (status.appliedIndex > progress.state) {
          progress.state = status.appliedIndex
          this.compareState(world, store, shown, status.region, status.appliedIndex)
        }
      } catch (error) {
        // What a store cannot read it cannot serve: there is nothing to compare.
        if (!(error instanceof EngineError) || (error.reason !== "corrupt" && error.reason !== "io")) throw error
      }
    }
  }

  private shownOf(regionId: number): Shown {
    let shown = this.shown.get(regionId)
    if (shown === undefined) {
      shown = { entries: new Map(), applied: new Map(), states: new Map() }
      this.shown.set(regionId, shown)
    }
    return shown
  }

  private compareLog(
    world: World,
    { running, host }: SimStore,
    shown: Shown,
    regionId: number,
    appliedIndex: number,
    progress: Progress
  ): void {
    const group = running!.raftLog.group(regionId)
    if (group === undefined) return
    const from = Math.max(progress.entry, group.truncated.index) + 1
    if (from > group.lastIndex) return
    for (const entry of running!.raftLog.entries(regionId, from, group.lastIndex + 1, Number.MAX_SAFE_INTEGER)) {
      const { index, term, kind } = entry
      const hash = new ByteHash()
      hash.add(entry.data)
      const content: Content = { kind, hash: hash.value() }
      this.entriesCompared++
      let ofTerm = shown.entries.get(term)
      if (ofTerm === undefined) {
        ofTerm = new Map()
        shown.entries.set(term, ofTerm)
      }
      const same = ofTerm.get(index)
      if (same === undefined) ofTerm.set(index, content)
      else if (same.kind !== kind || same.hash !== content.hash) {
        world.fail(
          `entry ${index} of region ${regionId} in term ${term} is (${print(content)}) on ${host.name}, and was (${print(same)}) elsewhere`
        )
      }
      if (index > appliedIndex) continue
      const applied = shown.applied.get(index)
      if (applied === undefined) shown.applied.set(index, { term, content })
      else if (applied.term !== term || applied.content.kind !== kind || applied.content.hash !== content.hash) {
        world.fail(
          `what is applied at ${index} of region ${regionId} is (term ${term} ${print(content)}) on ${host.name}, and was (term ${applied.term} ${print(applied.content)}) elsewhere`
        )
      }
      progress.entry = index
    }
  }

  private compareState(
    world: World,
    { running, host }: SimStore,
    shown: Shown,
    region: metapb.Region,
    appliedIndex: number
  ): void {
    const hash = new ByteHash()
    let count = 0
    const range = { start: region.startKey, end: region.endKey, limit: Number.MAX_SAFE_INTEGER }
    for (const cf of families) {
      running!.engine.latest.scan(cf, range, (key, value) => {
        hash.add(key)
        hash.add(value)
        count++
      })
    }
    const { version, confVer } = epochOf(region)
    const state: State = { version, confVer, count, hash: hash.value() }
    this.statesCompared++
    const known = shown.states.get(appliedIndex)
    if (known === undefined) shown.states.set(appliedIndex, state)
    else if (
      known.version !== version ||
      known.confVer !== confVer ||
      known.count !== count ||
      known.hash !== state.hash
    ) {
      world.fail(
        `the state of region ${region.id} at ${appliedIndex} is (${printState(state)}) on ${host.name}, and was (${printState(known)}) elsewhere`
      )
    }
  }
}

const print = ({ kind, hash }: Content): string => `${kind} ${hash.toString(16)}`
const printState = ({ version, confVer, count, hash }: State): string =>
  `v${version}/c${confVer}, ${count} entries, ${hash.toString(16)}`
