/**
 * A `Storage` in memory, and the writes that a store performs for each Ready. `image()` is what a crash would leave: the
 * same content in a new object, which shares nothing that later writes could change.
 */

import type { Storage } from "../../../src/raft/storage.ts"
import { type ConfState, type Entry, entryBytes, type HardState, type Snapshot } from "../../../src/raft/types.ts"

export const noHardState: HardState = { term: 0, vote: 0, commit: 0 }

export function confStateOf(voters: ReadonlyArray<number>, learners: ReadonlyArray<number> = []): ConfState {
  return { voters, learners, votersOutgoing: [], learnersNext: [], autoLeave: false }
}

export class MemoryStorage implements Storage {
  hardState: HardState = noHardState
  confState: ConfState
  /** Snapshot handed to followers when set; `undefined` answers temporarilyUnavailable. */
  offered: Snapshot | undefined = undefined
  snapshotRequests = 0
  private truncatedIndex = 0
  private truncatedTerm = 0
  private log: Entry[] = []

  constructor(confState: ConfState) {
    this.confState = confState
  }

  initialState() {
    return { hardState: this.hardState, confState: this.confState }
  }
  firstIndex(): number {
    return this.truncatedIndex + 1
  }
  lastIndex(): number {
    return this.truncatedIndex + this.log.length
  }
  term(index: number): number | "compacted" | "unavailable" {
    if (index < this.truncatedIndex) return "compacted"
    if (index === this.truncatedIndex) return this.truncatedTerm
    return this.log[index - this.truncatedIndex - 1]?.term ?? "unavailable"
  }
  entries(from: number, to: number, maxBytes: number): ReadonlyArray<Entry> | "compacted" | "unavailable" {
    if (from <= this.truncatedIndex) return "compacted"
    if (to > this.lastIndex() + 1) return "unavailable"
    const all = this.log.slice(from - this.truncatedIndex - 1, to - this.truncatedIndex - 1)
    let bytes = 0
    const fitting = all.findIndex((entry, i) => {
      bytes += entryBytes(entry)
      return i > 0 && bytes > maxBytes
    })
    return fitting < 0 ? all : all.slice(0, fitting)
  }
  snapshot(requestIndex: number): Snapshot | "temporarilyUnavailable" {
    this.snapshotRequests++
    if (this.offered === undefined || this.offered.metadata.index < requestIndex) return "temporarilyUnavailable"
    return this.offered
  }

  append(entries: ReadonlyArray<Entry>): void {
    const first = entries[0]
    if (first === undefined) return
    if (first.index <= this.truncatedIndex) throw new Error(`append at ${first.index} below ${this.firstIndex()}`)
    if (first.index > this.lastIndex() + 1)
      throw new Error(`append at ${first.index} leaves a gap after ${this.lastIndex()}`)
    this.log.length = first.index - this.truncatedIndex - 1
    this.log.push(...entries)
  }
  install(snapshot: Snapshot): void {
    this.log = []
    this.truncatedIndex = snapshot.metadata.index
    this.truncatedTerm = snapshot.metadata.term
    this.confState = snapshot.metadata.confState
    this.offered = snapshot
  }
  /** Drops entries up to `index`. */
  compact(index: number): void {
    if (index <= this.truncatedIndex) return
    const term = this.term(index)
    if (typeof term === "string") throw new Error(`compact to ${index}: ${term}`)
    this.log = this.log.slice(index - this.truncatedIndex)
    this.truncatedIndex = index
    this.truncatedTerm = term
  }
  all(): ReadonlyArray<Entry> {
    return this.log
  }
  image(): MemoryStorage {
    const copy = new MemoryStorage(this.confState)
    copy.hardState = this.hardState
    copy.offered = this.offered
    copy.truncatedIndex = this.truncatedIndex
    copy.truncatedTerm = this.truncatedTerm
    copy.log = [...this.log]
    return copy
  }
}
