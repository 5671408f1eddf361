/**
 * What Raft reads of the durable log. Raft never writes through this interface: writes leave as a Ready, and after
 * `advanceAppend` the storage must answer with what was in it. All methods are synchronous and never throw for an index
 * out of range; what is gone or not there yet is an answer.
 */
import type { ConfState, Entry, HardState, Snapshot } from "./types.ts"

export interface Storage {
  /** Read once, at construction. */
  initialState(): { readonly hardState: HardState; readonly confState: ConfState }
  /** Index of the first entry that can be read; 1 in a fresh log, truncated index + 1 later. */
  firstIndex(): number
  /** Index of the last durable entry; `firstIndex() - 1` when there is none. */
  lastIndex(): number
  /** Term of an entry in `[firstIndex - 1, lastIndex]`; the one before the first is kept for matching. */
  term(index: number): number | "compacted" | "unavailable"
  /**
   * Entries in `[from, to)`, in order, without gaps, at least one, then as many as fit in `maxBytes`. `compacted` when
   * `from < firstIndex()`, `unavailable` when `to > lastIndex() + 1`, or when they are being read from elsewhere.
   */
  entries(from: number, to: number, maxBytes: number): ReadonlyArray<Entry> | "compacted" | "unavailable"
  /**
   * A snapshot at or above `requestIndex` for peer `to`. `temporarilyUnavailable` starts or awaits its generation; Raft
   * asks again at the next occasion.
   */
  snapshot(requestIndex: number, to: number): Snapshot | "temporarilyUnavailable"
}
