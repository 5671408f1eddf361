/**
 * Reads what a store keeps, from end to end, for nothing but the engine's checksums: damage at rest is found while other
 * replicas are whole, also where no client ever reads. A replica in turn each interval: its data, its log, its records;
 * once in each round all records of the store.
 */
import { EngineError, type EngineService, type KeyRange, type RaftLogService } from "@reefkv/engine"
import { type metapb, nextKey, type RegionId } from "@reefkv/wire"
import { Cause, Effect } from "effect"
import { containDamage } from "../damage.ts"
import type { Peer } from "../Peer.ts"
import { readEngine } from "../readEngine.ts"
import { recordsRange } from "../records.ts"
import type { StoreState } from "../StoreState.ts"
import { dataFamilies } from "../snapshot/format.ts"

export interface ScrubTask {
  readonly region: metapb.Region | undefined
  /** All records of the store are read, not only the region's. */
  readonly allRecords: boolean
}

/** Read from the log before others have their turn. */
const logPageBytes = 256 * 1024
const everything: KeyRange = { start: new Uint8Array(0), end: new Uint8Array(0) }

/**
 * Answers all the damage it comes upon that is of one region: what lies behind damage that is known, and waits to be
 * removed, must be found, too. Any other failure ends it. The state may move on meanwhile: each slice is of its moment.
 */
export const scrub = Effect.fnUntraced(function* (
  engine: EngineService,
  raftLog: RaftLogService,
  { region, allRecords }: ScrubTask,
  sliceEntries: number
): Effect.fn.Return<ReadonlyArray<EngineError>, EngineError> {
  const found: Array<EngineError> = []
  const walk = Effect.fnUntraced(function* (family: "raft" | (typeof dataFamilies)[number], range: KeyRange) {
    let from: Uint8Array | undefined = range.start
    while (from !== undefined) {
      const start: Uint8Array = from
      from = yield* readEngine(() => {
        let visited = 0
        let last: Uint8Array | undefined
        try {
          engine.latest.scan(family, { start, end: range.end, limit: sliceEntries }, (key) => {
            visited++
            last = key
          })
        } catch (error) {
          if (!(error instanceof EngineError) || error.reason !== "corrupt" || error.key === undefined) throw error
          found.push(error)
          return nextKey(error.key)
        }
        return visited < sliceEntries || last === undefined ? undefined : nextKey(last)
      })
      yield* Effect.yieldNow
    }
  })
  if (region !== undefined) {
    for (const family of dataFamilies) yield* walk(family, { start: region.startKey, end: region.endKey })
    const { id } = region
    yield* Effect.catch(readLog(raftLog, id), (error) => {
      if (error.groupId !== id) return Effect.fail(error)
      found.push(error)
      return Effect.void
    })
    if (!allRecords) yield* walk("raft", recordsRange(region.id))
  }
  if (allRecords) yield* walk("raft", everything)
  return found
})

const readLog = Effect.fnUntraced(function* (
  raftLog: RaftLogService,
  regionId: RegionId
): Effect.fn.Return<void, EngineError> {
  let from: number | undefined = 0
  while (from !== undefined) {
    const after: number = from
    from = yield* readEngine(() => {
      const group = raftLog.group(regionId)
      if (group === undefined) return undefined
      const first = Math.max(after, group.truncated.index + 1)
      if (first > group.lastIndex) return undefined
      return first + raftLog.entries(regionId, first, group.lastIndex + 1, logPageBytes).length
    })
    yield* Effect.yieldNow
  }
})

/** In the loop, each interval: the next replica by region id. One that is damaged already has had its turn. */
export const scrubNext = (store: StoreState): void => {
  if (store.scrubbing) return
  let next: Peer | undefined
  let first: Peer | undefined
  for (const peer of store.peers.values()) {
    if (peer.damaged !== undefined || !peer.isInitialized || peer.applyingSnapshot) continue
    if (first === undefined || peer.regionId < first.regionId) first = peer
    if (peer.regionId > store.lastScrubbedRegionId && (next === undefined || peer.regionId < next.regionId)) next = peer
  }
  const peer = next ?? first
  store.lastScrubbedRegionId = peer?.regionId ?? 0
  store.scrubbing = true
  store.services.workers.scrub.submit({ region: peer?.region, allRecords: next === undefined }, (answer) =>
    store.mailbox.put({
      type: "result",
      run: () => {
        store.scrubbing = false
        if (answer._tag === "Cancelled") return
        store.counters.scrubs++
        const found = answer._tag === "Done" ? answer.value : [Cause.squash(answer.cause)]
        for (const error of found) if (!containDamage(store, error)) throw error
      }
    })
  )
}
