/**
 * What a peer wants done, in this order: send `messages`; persist `hardState`, `entries` and `snapshot` in one write,
 * synced when `mustSync`; send `messagesAfterSync`; call `advanceAppend`; apply `committedEntries`; call `advanceApply`.
 */
import type { Message } from "./message.ts"
import type { Entry, HardState, Snapshot, SoftState } from "./types.ts"

/** A read may be served once the state machine has applied `index`. */
export interface ReadState {
  readonly index: number
  readonly context: Uint8Array
}

export interface Ready {
  /** Defined when leader or role changed. */
  readonly softState: SoftState | undefined
  /**
   * Defined when it changed. Without `mustSync` only the commit index moved, and a crash may take it back; the next Ready
   * with `mustSync` brings it again.
   */
  readonly hardState: HardState | undefined
  /** The write must be durable before `messagesAfterSync` leave and before `advanceAppend`. */
  readonly mustSync: boolean
  /** To append; `entries[0].index` may be at or below the durable last index, whose tail from there on is then void. */
  readonly entries: ReadonlyArray<Entry>
  /** Replaces the whole state machine and log; `entries` then continue it. */
  readonly snapshot: Snapshot | undefined
  /** To apply, in order; durable here once this Ready's write is. Always empty together with a snapshot. */
  readonly committedEntries: ReadonlyArray<Entry>
  /** May leave before the sync. */
  readonly messages: Message[]
  /** Votes and append responses: must not leave before the sync. */
  readonly messagesAfterSync: Message[]
  readonly readStates: ReadState[]
}
