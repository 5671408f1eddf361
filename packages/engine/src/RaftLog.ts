/**
 * The contract of the log store: entries, a state record and a truncation mark for many groups, appended together with
 * one sync for a whole pass of the store's loop. It stores what it is given and knows nothing of Raft's rules.
 *
 * Per group the kept entries are contiguous: `firstIndex = truncated.index + 1 … lastIndex`.
 */
import { Context, type Effect } from "effect"
import type { EngineError } from "./EngineError.ts"

export interface LogEntry {
  readonly index: number
  readonly term: number
  /** An opaque small integer (0–255) of the caller: what kind of entry this is. */
  readonly kind: number
  readonly data: Uint8Array
}

/** The last entry that is no longer kept: index and term, so that its term can still be answered. */
export interface TruncationMark {
  readonly index: number
  readonly term: number
}

/** What one group adds in a pass. */
export interface GroupAppend {
  readonly groupId: number
  /**
   * Contiguous, ascending; may be empty. Entries at or after `entries[0].index` that are already there are replaced (a
   * conflicting tail goes). A gap after the last kept index is a defect.
   */
  readonly entries: ReadonlyArray<LogEntry>
  /** The group's state record (hard state), replaced when given. */
  readonly state?: Uint8Array | undefined
  /**
   * Starts the log anew after this mark before the entries are added: all kept entries go. Used for a new group and
   * after a snapshot.
   */
  readonly reset?: TruncationMark | undefined
}

/** What is known of a group without reading entries. A state that was damaged at rest throws "corrupt" with `groupId`. */
export interface GroupLog {
  readonly truncated: TruncationMark
  /** `truncated.index` when no entry is kept. */
  readonly lastIndex: number
  readonly lastTerm: number
  readonly state: Uint8Array | undefined
}

export interface RaftLogService {
  readonly kind: string
  /** All groups or none: atomic, and durable on return. Groups appear at most once. */
  append(groups: ReadonlyArray<GroupAppend>): Effect.Effect<void, EngineError>
  /** The group's bounds and state, or undefined for an unknown group. From memory. Throws EngineError. */
  group(groupId: number): GroupLog | undefined
  /** Every known group id, ascending. */
  groups(): Array<number>
  /**
   * Entries `[from, to)`, cut before the first entry that makes the sum of data lengths exceed `maxBytes`; yet at least
   * one entry is answered when `from < to`. The range must be kept: asking outside it is a defect. Throws EngineError.
   */
  entries(groupId: number, from: number, to: number, maxBytes: number): Array<LogEntry>
  /** Term of a kept entry or of the truncation mark; undefined outside. Throws EngineError. */
  term(groupId: number, index: number): number | undefined
  /**
   * Forgets entries up to and including `mark.index`, which must be kept or be the present mark, and carry that entry's
   * term; anything else is a defect. Need not be durable on return, and the space may be reclaimed later.
   */
  compact(
    groups: ReadonlyArray<{ readonly groupId: number; readonly mark: TruncationMark }>
  ): Effect.Effect<void, EngineError>
  /** Forgets the group: entries, state and mark; durable on return. Unknown groups are ignored. */
  destroy(groupIds: ReadonlyArray<number>): Effect.Effect<void, EngineError>
  readonly stats: () => {
    readonly kind: string
    readonly sizeBytes: number
    readonly entries: number
    readonly groups: number
  }
}

export class RaftLog extends Context.Service<RaftLog, RaftLogService>()("@reefkv/engine/RaftLog") {}
