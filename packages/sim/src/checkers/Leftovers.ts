/**
 * What a store keeps at rest, and nobody needs: records, logs and data of regions that have no peer there, snapshots and
 * their bookkeeping. A cluster that works can hide such a thing for ever, until a crash, a new peer or a full disk meets it.
 */
import { EngineError } from "@reefkv/engine"
import { decode, epochOf, formatRegion, raft_serverpb, sameEpoch } from "@reefkv/wire"
import type { RunningStore, SimStore } from "../cluster/SimStore.ts"

const families = ["default", "lock", "write"] as const
const everything = { start: new Uint8Array(0), end: new Uint8Array(0), limit: Number.MAX_SAFE_INTEGER }
const { PeerState } = raft_serverpb

/** What is left behind on the first store that keeps such a thing, or undefined. */
export const whyLeftOver = (stores: ReadonlyArray<SimStore>): string | undefined => {
  for (const { host, running } of stores) {
    if (running === undefined || running.handle.phase !== "running" || running.handle.applying !== undefined) continue
    const why = unlessUnreadable(() => inRecords(running) ?? inLogs(running) ?? inData(running) ?? underWay(running))
    if (why !== undefined) return `${host.name} keeps ${why}`
  }
  return undefined
}

/** What cannot be read is judged by others. */
const unlessUnreadable = (look: () => string | undefined): string | undefined => {
  try {
    return look()
  } catch (error) {
    if (error instanceof EngineError && (error.reason === "corrupt" || error.reason === "io")) return undefined
    throw error
  }
}

/** Keys of a store's own records are text: docs/formats.md. */
const inRecords = ({ engine, handle }: RunningStore): string | undefined => {
  const byRegion = new Map<number, Map<string, Uint8Array>>()
  let stray: string | undefined
  engine.latest.scan("raft", everything, (key, value) => {
    const text = new TextDecoder().decode(key)
    const [kind, id, tail = ""] = text.split("/")
    if (kind === "region") {
      const records = byRegion.get(Number(id)) ?? new Map<string, Uint8Array>()
      records.set(tail, value.slice())
      byRegion.set(Number(id), records)
    } else if (text !== "store/ident") stray ??= `the record ${text}`
  })
  if (stray !== undefined) return stray
  for (const [regionId, records] of byRegion) {
    const bytes = records.get("state")
    if (bytes === undefined) return `records of region ${regionId} without a state: ${[...records.keys()]}`
    const { state, region } = decode(raft_serverpb.RegionLocalState, bytes)
    const peer = handle.peers.get(regionId)
    if (state === PeerState.Tombstone) {
      if (peer?.isInitialized) return `a tombstone of region ${regionId}, whose peer ${peer.id} is here`
      if (records.has("apply")) return `an apply state of region ${regionId}, which is a tombstone`
    } else {
      if (peer === undefined || region === undefined) return `a state of region ${regionId}, which has no peer`
      if (!sameEpoch(epochOf(region), epochOf(peer.region))) {
        return `the state ${formatRegion(region)} of what is ${formatRegion(peer.region)}`
      }
      if (records.has("removal")) return `the entry that removed a peer of region ${regionId}, which is here`
    }
    if (records.has("damaged") && peer?.damaged === undefined) return `the damage of region ${regionId}, which has none`
  }
  return undefined
}

/** A log that only holds votes may outlive its peer: see "Found and left" in README.md. */
const inLogs = ({ raftLog, handle }: RunningStore): string | undefined => {
  for (const regionId of raftLog.groups()) {
    const log = raftLog.group(regionId)
    if (log !== undefined && log.lastIndex > 0 && !handle.peers.has(regionId)) return `the log of region ${regionId}`
  }
  return undefined
}

const inData = ({ engine, handle }: RunningStore): string | undefined => {
  let stray: string | undefined
  for (const cf of families) {
    engine.latest.scan(cf, { ...everything, keyOnly: true }, (key) => {
      if (handle.regions.byKey(key) === undefined) stray = `${new TextDecoder().decode(key)} in ${cf}, of no region`
      return stray === undefined
    })
  }
  return stray
}

const underWay = ({ handle }: RunningStore): string | undefined => {
  const { registry, staged, staging } = handle.snapshots
  const { sending, receiving, staged: waiting, applying } = registry.counts()
  if (sending + receiving + waiting + applying > 0) return `snapshots under way: ${JSON.stringify(registry.counts())}`
  return staged.size + staging.size > 0 ? `${staged.size} staged snapshots, ${staging.size} being staged` : undefined
}
