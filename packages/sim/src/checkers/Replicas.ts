/**
 * Raft's log matching and state machine safety, and equal state at equal applied index: every probe looks at all running
 * stores and compares with whatever any replica ever showed at the same place.
 */
import { epochOf, type metapb } from "@reefkv/wire"
import type { SimStore } from "../cluster/SimStore.ts"
import { ByteHash } from "../world/Trace.ts"
import type { World } from "../world/World.ts"

const families = ["default", "lock", "write"] as const

export class Replicas {
  statesCompared = 0
  entriesCompared = 0
  /** `region index term` → content; every entry of every log. */
  private readonly entries = new Map<string, string>()
  /** `region index` → term and content of what was applied there. */
  private readonly applied = new Map<string, string>()
  /** `region index` → content of the region's range when it was applied. */
  private readonly states = new Map<string, string>()
  /** `host generation region` → last index whose entry was compared, and last applied index whose state was. */
  private readonly progress = new Map<string, { entry: number; state: number }>()

  onProbe(world: World, store: SimStore): void {
    const { running, host } = store
    // Between apply and publish the engine is ahead of what the peers say.
    if (running === undefined || running.handle.phase !== "running" || running.handle.applying !== undefined) return
    for (const status of running.router.regions()) {
      if (status.role === "applying snapshot" || status.region.peers.length === 0) continue
      // The data of a snapshot is there before the peer says so.
      if (running.handle.peers.get(status.region.id)?.snapshotInPlace !== undefined) continue
      const key = `${host.name} ${host.generation} ${status.region.id} ${status.peerId}`
      let progress = this.progress.get(key)
      if (progress === undefined) {
        progress = { entry: 0, state: 0 }
        this.progress.set(key, progress)
      }
      this.compareLog(world, store, status.region.id, status.appliedIndex, progress)
      if (status.appliedIndex > progress.state) {
        progress.state = status.appliedIndex
        this.compareState(world, store, status.region, status.appliedIndex)
      }
    }
  }

  private compareLog(
    world: World,
    { running, host }: SimStore,
    regionId: number,
    appliedIndex: number,
    progress: { entry: number }
  ): void {
    const group = running!.raftLog.group(regionId)
    if (group === undefined) return
    const from = Math.max(progress.entry, group.truncated.index) + 1
    if (from > group.lastIndex) return
    for (const entry of running!.raftLog.entries(regionId, from, group.lastIndex + 1, Number.MAX_SAFE_INTEGER)) {
      const hash = new ByteHash()
      hash.add(entry.data)
      const content = `${entry.kind} ${hash.text()}`
      this.entriesCompared++
      this.same(
        world,
        this.entries,
        `entry ${entry.index} of region ${regionId} in term ${entry.term}`,
        content,
        host.name
      )
      if (entry.index > appliedIndex) continue
      this.same(
        world,
        this.applied,
        `what is applied at ${entry.index} of region ${regionId}`,
        `term ${entry.term} ${content}`,
        host.name
      )
      progress.entry = entry.index
    }
  }

  private compareState(world: World, { running, host }: SimStore, region: metapb.Region, appliedIndex: number): void {
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
    this.statesCompared++
    this.same(
      world,
      this.states,
      `the state of region ${region.id} at ${appliedIndex}`,
      `v${version}/c${confVer}, ${count} entries, ${hash.text()}`,
      host.name
    )
  }

  private same(world: World, known: Map<string, string>, what: string, value: string, where: string): void {
    const before = known.get(what)
    if (before === undefined) known.set(what, value)
    else if (before !== value) world.fail(`${what} is (${value}) on ${where}, and was (${before}) elsewhere`)
  }
}
