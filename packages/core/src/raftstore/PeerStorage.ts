/**
 * What Raft reads of one peer's log, and how far that log and the region's data are: bounds from the RaftLog, the applied
 * and truncated positions from the engine's apply state, a bounded cache of the newest entries.
 *
 * The durability argument of the whole store, in five lines:
 * 1. `RaftLog.append` is the only sync of a pass. Votes, append responses and a leader's own acknowledgement follow it.
 * 2. Data, region states and apply states go to the engine in one batch per pass, unsynced. A crash loses a suffix of
 *    these batches; the applied index in what is left is exactly as old as the data, and the log refills the rest.
 * 3. The log forgets entries only after `engine.sync` made the apply state that passed them durable (workers/logGc).
 * 4. A snapshot's data and states are synced before the log is reset; a tombstone is synced before the log is destroyed.
 *    `startLog` and the store's start finish either step after a crash between the two.
 * 5. A new region of a split has its first state in the same batch as its parent, and that batch is synced before the
 *    child acts. Votes that an uninitialised child gave before are kept: the split takes over its log.
 * So after a restart: commit = max(stored commit, applied), and applied ≤ last index of the log always.
 */
import { EngineError, type GroupAppend, type RaftLogService } from "@reefkv/engine"
import { decode, encode, eraftpb, type metapb, type PeerId, type RegionId } from "@reefkv/wire"
import { type Entry, emptyBytes, entryBytes, type HardState, type Snapshot, type Storage } from "../raft/index.ts"
import { confStateOf } from "./confState.ts"
import type { ApplyState } from "./records.ts"

/** Entries kept in memory per peer, in bytes; older ones are read from the log. */
export const entryCacheBytesMax = 512 * 1024

export const encodeHardState = (state: HardState): Uint8Array => encode(eraftpb.HardState, state)
export const decodeHardState = (bytes: Uint8Array | undefined): HardState => {
  if (bytes === undefined) return { term: 0, vote: 0, commit: 0 }
  const { term, vote, commit } = decode(eraftpb.HardState, bytes)
  return { term, vote, commit }
}

/** How a peer's log stands when the peer is made, and what must be appended to it before the peer may promise anything. */
export interface LogStart {
  readonly hardState: HardState
  readonly lastIndex: number
  readonly lastTerm: number
  /** Goes out with the peer's first append, or at the start of the store. */
  readonly reset: GroupAppend | undefined
}

/**
 * Fits the log to how far the region's data is. They do not fit for a new region (no log yet, or one that only holds the
 * votes of the uninitialised peer before it) and after a crash between a snapshot's data and its log reset: then the log
 * starts anew at the applied position. The vote of the present term is kept: it was given, and may count.
 * Throws when the log was cut past the data: entries that nobody here has applied are gone.
 */
export const startLog = (raftLog: LogReads, regionId: RegionId, apply: ApplyState): LogStart => {
  const group = raftLog.group(regionId)
  const hard = decodeHardState(group?.state)
  if (group !== undefined && group.truncated.index > apply.appliedIndex) {
    throw new Error(
      `region ${regionId}: the log starts after index ${group.truncated.index} but data is applied only up to ${apply.appliedIndex}`
    )
  }
  const fits =
    group === undefined
      ? apply.appliedIndex === 0
      : group.lastIndex >= apply.appliedIndex && raftLog.term(regionId, apply.appliedIndex) === apply.appliedTerm
  if (fits) {
    return {
      hardState: { ...hard, commit: Math.max(hard.commit, apply.appliedIndex) },
      lastIndex: group?.lastIndex ?? 0,
      lastTerm: group?.lastTerm ?? 0,
      reset: undefined
    }
  }
  const term = Math.max(hard.term, apply.appliedTerm)
  const hardState = { term, vote: term === hard.term ? hard.vote : 0, commit: apply.appliedIndex }
  return {
    hardState,
    lastIndex: apply.appliedIndex,
    lastTerm: apply.appliedTerm,
    reset: {
      groupId: regionId,
      entries: [],
      reset: { index: apply.appliedIndex, term: apply.appliedTerm },
      state: encodeHardState(hardState)
    }
  }
}

/** What a peer reads of a log. */
export type LogReads = Pick<RaftLogService, "group" | "term" | "entries">

/** Stands for an empty cache in every peer that has none, which is most of them; never pushed to. */
const noCache: Array<Entry> = []
Object.freeze(noCache)

/** Whether a snapshot may be sent now; one for all peers of a store. */
export interface SnapshotGate {
  maySend(regionId: RegionId, toPeerId: PeerId): boolean
}

export class PeerStorage implements Storage {
  readonly regionId: RegionId
  private readonly raftLog: LogReads
  /** Entries that Raft asked for are not what was written. Raft is told that they cannot be read now. */
  damage: string | undefined
  /** Replaced as a whole when a pass is published. All 0 while the peer is uninitialised. */
  applyState: ApplyState
  private last: number
  private lastEntryTerm: number
  /** The newest entries, contiguous up to `last`; empty when nothing was appended lately. */
  private cache: Array<Entry> = noCache
  private cacheBytes = 0
  private region: metapb.Region
  /** Until Raft has read its first state. */
  private start: LogStart | undefined
  /** Not yet in the log; taken by the first pass that looks at the peer. */
  pendingReset: GroupAppend | undefined
  /** Whether anything was appended since the last look; see `releaseIdleCache`. */
  private appended = false
  private readonly gate: SnapshotGate

  constructor(raftLog: LogReads, region: metapb.Region, applyState: ApplyState, gate: SnapshotGate) {
    this.raftLog = raftLog
    this.gate = gate
    this.regionId = region.id
    this.region = region
    this.applyState = applyState
    const start = startLog(raftLog, region.id, applyState)
    this.start = start
    this.last = start.lastIndex
    this.lastEntryTerm = start.lastTerm
    this.pendingReset = start.reset
  }

  initialState(): { hardState: HardState; confState: ReturnType<typeof confStateOf> } {
    const start = this.start
    if (start === undefined) throw new Error(`region ${this.regionId}: the initial state was read twice`)
    this.start = undefined
    return { hardState: start.hardState, confState: confStateOf(this.region) }
  }
  firstIndex(): number {
    return this.applyState.truncatedIndex + 1
  }
  lastIndex(): number {
    return this.last
  }
  term(index: number): number | "compacted" | "unavailable" {
    if (index === this.last) return this.lastEntryTerm
    const { truncatedIndex, truncatedTerm } = this.applyState
    if (index < truncatedIndex) return "compacted"
    if (index === truncatedIndex) return truncatedTerm
    if (index > this.last) return "unavailable"
    const cached = this.cached(index)
    if (cached !== undefined) return cached.term
    return this.raftLog.term(this.regionId, index) ?? "unavailable"
  }
  entries(from: number, to: number, maxBytes: number): ReadonlyArray<Entry> | "compacted" | "unavailable" {
    if (from < this.firstIndex()) return "compacted"
    if (to > this.last + 1) return "unavailable"
    if (from >= to) return []
    const cacheFrom = this.last - this.cache.length + 1
    const source =
      from >= cacheFrom ? this.cache.slice(from - cacheFrom, to - cacheFrom) : this.readLog(from, to, maxBytes)
    if (source === undefined) return "unavailable"
    let bytes = 0
    for (let i = 0; i < source.length; i++) {
      bytes += entryBytes(source[i]!)
      if (bytes > maxBytes && i > 0) return source.slice(0, i)
    }
    return source
  }
  /**
   * Only a description: data, index and term of what is sent are read from one engine snapshot when the sending starts,
   * and may be newer (snapshot/generate.ts).
   */
  snapshot(requestIndex: number, to: number): Snapshot | "temporarilyUnavailable" {
    const { appliedIndex, appliedTerm } = this.applyState
    if (appliedIndex === 0 || appliedIndex < requestIndex || !this.gate.maySend(this.regionId, to)) {
      return "temporarilyUnavailable"
    }
    const confState = confStateOf(this.region)
    return { metadata: { index: appliedIndex, term: appliedTerm, confState }, data: emptyBytes }
  }

  /** The entries are durable. They may replace a conflicting tail. */
  onAppended(entries: ReadonlyArray<Entry>): void {
    if (entries.length === 0) return
    const first = entries[0]!
    if (first.index > this.last + 1) {
      throw new Error(`region ${this.regionId}: appended from ${first.index} after last index ${this.last}`)
    }
    this.appended = true
    const overlap = this.last - first.index + 1
    for (let i = 0; i < overlap && this.cache.length > 0; i++) this.cacheBytes -= entryBytes(this.cache.pop()!)
    if (this.cache === noCache) this.cache = []
    for (const entry of entries) {
      this.cache.push(entry)
      this.cacheBytes += entryBytes(entry)
    }
    const last = entries[entries.length - 1]!
    this.last = last.index
    this.lastEntryTerm = last.term
    this.trimCache()
  }

  /** The region and how far it is applied, as published after a pass. */
  onApplied(region: metapb.Region, applyState: ApplyState): void {
    this.region = region
    this.applyState = applyState
  }

  /** A snapshot replaced log and data. */
  onReset(region: metapb.Region, applyState: ApplyState): void {
    this.region = region
    this.applyState = applyState
    this.last = applyState.appliedIndex
    this.lastEntryTerm = applyState.appliedTerm
    this.cache = noCache
    this.cacheBytes = 0
  }

  /** Drops the cache of a peer to which nothing was appended since the last call. */
  releaseIdleCache(): void {
    if (!this.appended) this.releaseCache()
    this.appended = false
  }
  releaseCache(): void {
    this.cache = noCache
    this.cacheBytes = 0
  }

  /** Undefined, and `damage` says why, when one of the entries is damaged. */
  private readLog(from: number, to: number, maxBytes: number): ReadonlyArray<Entry> | undefined {
    try {
      return this.raftLog.entries(this.regionId, from, to, maxBytes)
    } catch (error) {
      if (!(error instanceof EngineError) || error.reason !== "corrupt" || error.groupId === undefined) throw error
      this.damage = error.message
      return undefined
    }
  }

  private cached(index: number): Entry | undefined {
    return this.cache[index - (this.last - this.cache.length + 1)]
  }
  private trimCache(): void {
    if (this.cacheBytes <= entryCacheBytesMax) return
    let drop = 0
    // To half, so that a full cache is not cut at each append.
    while (this.cacheBytes > entryCacheBytesMax / 2 && drop < this.cache.length - 1) {
      this.cacheBytes -= entryBytes(this.cache[drop]!)
      drop++
    }
    this.cache = this.cache.slice(drop)
  }
}
