/**
 * The log as Raft sees it: the durable part behind `Storage`, a buffer of recent entries in memory, and perhaps a snapshot
 * that is not durable yet.
 *
 *     compacted │ only in storage │ buffer: durable, not yet applied │ buffer: not yet durable │
 *               firstIndex        bufferFirst                stable ─┘             lastIndex ──┘
 *
 * Four marks move over it: `committed` (agreed by a quorum, never falls), `handed` (given out for applying), `applied`
 * (reported back) and `stable` (durable; falls when a leader overwrites a durable tail). applied ≤ handed ≤ committed ≤
 * lastIndex. Entries stay in the buffer until they are durable and applied, or until it holds too many bytes, so that the
 * way of a fresh entry through replication and apply never reads the storage.
 */
import { fail } from "./assert.ts"
import type { Storage } from "./storage.ts"
import { type Entry, entryBytes, noEntries, type Snapshot } from "./types.ts"

/** Bytes of entries kept in memory for appliers and followers that lag a little; what is not durable is always kept. */
const defaultMaxRetainedBytes = 1 << 20

export type LogRead = ReadonlyArray<Entry> | "compacted" | "unavailable"

export function totalBytes(entries: ReadonlyArray<Entry>): number {
  let bytes = 0
  for (let i = 0; i < entries.length; i++) bytes += entryBytes(entries[i]!)
  return bytes
}

export class RaftLog {
  committed: number
  handed: number
  applied: number
  /** Everything up to here is durable, except below a pending snapshot, which becomes durable as a whole. */
  stable: number
  /** A received snapshot whose installation has not been reported yet. */
  pendingSnapshot: Snapshot | undefined = undefined
  private readonly storage: Storage
  private buffer: Entry[] = []
  private bufferFirst: number
  private bufferBytes = 0
  private last: number
  private lastTermCache: number
  private readonly maxApplyingBytes: number
  private readonly maxRetainedBytes: number
  /** (last index, bytes) of batches handed out and not yet applied. */
  private readonly applyingEnds: number[] = []
  private readonly applyingSizes: number[] = []
  private applyingBytes = 0

  constructor(
    storage: Storage,
    committed: number,
    applied: number,
    maxApplyingBytes: number,
    maxRetainedBytes = defaultMaxRetainedBytes
  ) {
    this.storage = storage
    this.maxApplyingBytes = maxApplyingBytes
    this.maxRetainedBytes = maxRetainedBytes
    const first = storage.firstIndex()
    this.last = storage.lastIndex()
    if (this.last < first - 1) fail(`storage ends at ${this.last} before it starts at ${first}`)
    this.stable = this.last
    this.bufferFirst = this.last + 1
    this.lastTermCache = this.ownTerm(this.last)
    this.applied = Math.max(applied, first - 1)
    // The commit index is not synced on its own, so a crash may leave it behind what was applied.
    this.committed = Math.max(committed, this.applied)
    this.handed = this.applied
    if (this.committed > this.last) fail(`commit index ${this.committed} is beyond the last entry ${this.last}`)
  }

  get firstIndex(): number {
    return this.pendingSnapshot === undefined ? this.storage.firstIndex() : this.pendingSnapshot.metadata.index + 1
  }

  get lastIndex(): number {
    return this.last
  }

  get lastTerm(): number {
    return this.lastTermCache
  }

  term(index: number): number | "compacted" | "unavailable" {
    if (index === this.last) return this.lastTermCache
    if (index > this.last) return "unavailable"
    if (index >= this.bufferFirst) return this.buffer[index - this.bufferFirst]!.term
    if (this.pendingSnapshot !== undefined) {
      const { index: at, term } = this.pendingSnapshot.metadata
      return index === at ? term : "compacted"
    }
    return this.storage.term(index)
  }

  matchTerm(index: number, term: number): boolean {
    return this.term(index) === term
  }

  /** Whether a log that ends in (index, term) is at least as complete as this one. Raft 5.4.1. */
  isUpToDate(index: number, term: number): boolean {
    return term > this.lastTermCache || (term === this.lastTermCache && index >= this.last)
  }

  /** Entries in `[from, to)`, at least one, then as many as fit in `maxBytes`; may be cut where the storage ends early. */
  slice(from: number, to: number, maxBytes: number): LogRead {
    if (from >= to) return noEntries
    if (to > this.last + 1) return "unavailable"
    if (from >= this.bufferFirst) return this.sliceBuffer(from, to, maxBytes)
    if (from < this.firstIndex) return "compacted"
    const storedTo = Math.min(to, this.bufferFirst)
    const stored = this.storage.entries(from, storedTo, maxBytes)
    if (typeof stored === "string") return stored
    if (stored.length === 0) fail(`storage has no entry in [${from}, ${storedTo})`)
    if (stored[0]!.index !== from) fail(`storage answered entry ${stored[0]!.index} for ${from}`)
    if (storedTo === to || stored.length < storedTo - from) return stored
    const room = maxBytes - totalBytes(stored)
    const next = this.buffer[storedTo - this.bufferFirst]!
    if (entryBytes(next) > room) return stored
    return stored.concat(this.sliceBuffer(storedTo, to, room))
  }

  /** Appends what a leader proposes to itself. */
  append(entry: Entry): void {
    if (entry.index !== this.last + 1) fail(`appending ${entry.index} after ${this.last}`)
    this.buffer.push(entry)
    this.bufferBytes += entryBytes(entry)
    this.last = entry.index
    this.lastTermCache = entry.term
  }

  /**
   * The first position where `entries` disagree with this log: the first conflicting or new entry's position in
   * `entries`, or `entries.length` when the log holds them all.
   */
  findDivergence(entries: ReadonlyArray<Entry>): number {
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!
      if (entry.index > this.last || this.term(entry.index) !== entry.term) return i
    }
    return entries.length
  }

  /** Makes `entries[from..]` the end of the log, dropping whatever followed `entries[from].index - 1`. */
  truncateAndAppend(entries: ReadonlyArray<Entry>, from: number): void {
    const after = entries[from]!.index
    if (after <= this.committed) fail(`entry ${after} would replace a committed one (commit ${this.committed})`)
    if (after <= this.last) this.truncateTo(after - 1)
    for (let i = from; i < entries.length; i++) this.append(entries[i]!)
  }

  /**
   * For a follower that refuses `index`, or a leader that was refused: the largest index at or below `index` whose term is
   * at most `term`, and its term (0 when it cannot be told). Everything above it cannot match, which saves a round trip
   * per entry (Raft 5.3, after etcd-io/raft).
   */
  findConflictByTerm(index: number, term: number): { readonly index: number; readonly term: number } {
    for (; index > 0; index--) {
      const ours = this.term(index)
      if (typeof ours === "string") return { index, term: 0 }
      if (ours <= term) return { index, term: ours }
    }
    return { index: 0, term: 0 }
  }

  /** Raises the commit index; never beyond the last entry. */
  commitTo(index: number): boolean {
    if (index <= this.committed) return false
    if (index > this.last) fail(`commit index ${index} is beyond the last entry ${this.last}`)
    this.committed = index
    return true
  }

  /** Forgets everything in favour of a snapshot. */
  restore(snapshot: Snapshot): void {
    const { index, term } = snapshot.metadata
    this.pendingSnapshot = snapshot
    this.clearBuffer(index + 1)
    this.last = index
    this.lastTermCache = term
    this.stable = index
    this.committed = index
  }

  get hasUnstable(): boolean {
    return this.stable < this.last
  }

  /** Entries still to be made durable. */
  unstableEntries(): ReadonlyArray<Entry> {
    return this.stable < this.last ? this.buffer.slice(this.stable + 1 - this.bufferFirst) : noEntries
  }

  /**
   * Everything up to (index, term) became durable. A false answer means that the entry has been overwritten in memory
   * meanwhile, so that its place will be written again; this is not an error.
   */
  stableTo(index: number, term: number): boolean {
    if (index <= this.stable || index > this.last || this.term(index) !== term) return false
    this.stable = index
    this.trim()
    return true
  }

  /** The snapshot at `index` was installed and is now what the storage answers from. */
  installedSnapshot(index: number): void {
    // A newer snapshot may have replaced it meanwhile; that one is still pending.
    if (this.pendingSnapshot?.metadata.index === index) this.pendingSnapshot = undefined
    this.applyingEnds.length = 0
    this.applyingSizes.length = 0
    this.applyingBytes = 0
    this.handed = Math.max(this.handed, index)
    this.applied = Math.max(this.applied, index)
    this.trim()
  }

  get hasCommittedToHand(): boolean {
    return (
      this.handed < this.committed && this.pendingSnapshot === undefined && this.applyingBytes < this.maxApplyingBytes
    )
  }

  /** The next committed entries for the state machine, at most `maxApplyingBytes` of them with those not yet applied. */
  handCommitted(): ReadonlyArray<Entry> {
    if (!this.hasCommittedToHand) return noEntries
    const entries = this.slice(this.handed + 1, this.committed + 1, this.maxApplyingBytes - this.applyingBytes)
    if (entries === "compacted") fail(`committed entry ${this.handed + 1} was compacted before it was applied`)
    if (entries === "unavailable" || entries.length === 0) return noEntries
    const end = entries[entries.length - 1]!.index
    const bytes = totalBytes(entries)
    this.handed = end
    this.applyingEnds.push(end)
    this.applyingSizes.push(bytes)
    this.applyingBytes += bytes
    return entries
  }

  appliedTo(index: number): void {
    if (index > this.handed) fail(`applied index ${index} was never handed out (${this.handed})`)
    if (index <= this.applied) return
    this.applied = index
    let done = 0
    while (done < this.applyingEnds.length && this.applyingEnds[done]! <= index) {
      this.applyingBytes -= this.applyingSizes[done]!
      done++
    }
    if (done > 0) {
      this.applyingEnds.splice(0, done)
      this.applyingSizes.splice(0, done)
    }
    this.trim()
  }

  /** Dear check of everything the comments above promise. */
  assertInvariants(): void {
    const { applied, handed, committed, stable, last } = this
    if (!(applied <= handed && handed <= committed && committed <= last) && this.pendingSnapshot === undefined)
      fail(`marks out of order: applied ${applied}, handed ${handed}, committed ${committed}, last ${last}`)
    if (committed > last) fail(`committed ${committed} beyond last ${last}`)
    if (stable > last || stable < this.bufferFirst - 1)
      fail(`stable ${stable} outside the buffer [${this.bufferFirst}, ${last}]`)
    if (this.bufferFirst + this.buffer.length - 1 !== last) fail(`buffer does not end at ${last}`)
    let bytes = 0
    let term = 0
    this.buffer.forEach((entry, i) => {
      if (entry.index !== this.bufferFirst + i) fail(`entry ${entry.index} in the place of ${this.bufferFirst + i}`)
      if (entry.term < term) fail(`term falls at entry ${entry.index}`)
      term = entry.term
      bytes += entryBytes(entry)
    })
    if (bytes !== this.bufferBytes) fail(`buffer counts ${this.bufferBytes} bytes and holds ${bytes}`)
    if (this.ownTerm(last) !== this.lastTermCache) fail(`last term is ${this.lastTermCache}`)
  }

  private sliceBuffer(from: number, to: number, maxBytes: number): ReadonlyArray<Entry> {
    const start = from - this.bufferFirst
    const end = to - this.bufferFirst
    let bytes = entryBytes(this.buffer[start]!)
    let cut = start + 1
    while (cut < end) {
      bytes += entryBytes(this.buffer[cut]!)
      if (bytes > maxBytes) break
      cut++
    }
    return this.buffer.slice(start, cut)
  }

  private ownTerm(index: number): number {
    if (index >= this.bufferFirst && this.buffer.length > 0) return this.buffer[index - this.bufferFirst]!.term
    if (this.pendingSnapshot?.metadata.index === index) return this.pendingSnapshot.metadata.term
    const term = this.storage.term(index)
    if (typeof term === "string") fail(`storage does not know the term of its entry ${index}: ${term}`)
    return term
  }

  private truncateTo(index: number): void {
    if (index >= this.bufferFirst - 1) {
      const kept = index - this.bufferFirst + 1
      for (let i = kept; i < this.buffer.length; i++) this.bufferBytes -= entryBytes(this.buffer[i]!)
      this.buffer.length = kept
    } else this.clearBuffer(index + 1)
    this.last = index
    this.stable = Math.min(this.stable, index)
    this.lastTermCache = this.ownTerm(index)
  }

  private clearBuffer(first: number): void {
    this.buffer = []
    this.bufferBytes = 0
    this.bufferFirst = first
  }

  /** Drops entries that are durable and applied, and older durable ones when too many bytes are retained. */
  private trim(): void {
    const done = Math.min(this.stable, this.applied) - this.bufferFirst + 1
    if (done >= this.buffer.length) {
      if (this.buffer.length > 0) this.clearBuffer(this.last + 1)
      return
    }
    let drop = Math.max(done, 0)
    if (this.bufferBytes > this.maxRetainedBytes) {
      const durable = this.stable - this.bufferFirst + 1
      let bytes = this.bufferBytes
      for (let i = 0; i < durable && (i < drop || bytes > this.maxRetainedBytes); i++) {
        bytes -= entryBytes(this.buffer[i]!)
        if (i >= drop) drop = i + 1
      }
    } else if (drop * 2 < this.buffer.length) return // copying is not worth it yet
    if (drop === 0) return
    for (let i = 0; i < drop; i++) this.bufferBytes -= entryBytes(this.buffer[i]!)
    this.buffer = this.buffer.slice(drop)
    this.bufferFirst += drop
  }
}
