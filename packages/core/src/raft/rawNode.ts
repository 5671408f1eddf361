/**
 * The door of one Raft group: ticks, messages and proposals in, a `Ready` out, acknowledgements back in.
 *
 * Driven by one caller, synchronously. At most one Ready is outstanding: after `ready()` the peer may be ticked and
 * stepped, but `hasReady()` answers false until `advanceAppend`. Applying may lag behind; `advanceApply` reports it.
 */
import type { Message } from "./message.ts"
import type { Ready } from "./ready.ts"
import type { Storage } from "./storage.ts"
import type { ConfChangeV2, Config, ConfState, ProposeResult, RoleName, Status, StepRefusal } from "./types.ts"

export declare class RawNode {
  constructor(config: Config, storage: Storage)
  /** One unit of time passed. True when something became ready. */
  tick(): boolean
  /** The caller's monotonic clock, before `tick` and `step`: the send instant of any heartbeat round they start. */
  setNow(nowMs: number): void
  step(m: Message): StepRefusal | undefined
  /** Starts an election now. Ignored by a leader, a non-voter, and with `checkQuorum` while a live leader was heard. */
  campaign(): void
  propose(data: Uint8Array): ProposeResult
  proposeConfChange(data: Uint8Array, cc: ConfChangeV2): ProposeResult
  applyConfChange(cc: ConfChangeV2): ConfState
  applyConfChangeRejected(index?: number): void
  readIndex(context: Uint8Array): boolean
  transferLeader(to: number): void
  hasReady(): boolean
  ready(): Ready
  advanceAppend(ready: Ready): void
  advanceApply(appliedIndex: number): void
  reportUnreachable(id: number): void
  reportSnapshot(id: number, ok: boolean): void
  requestSnapshot(): boolean
  status(): Status
  quorumAckedAt(): number | undefined
  leaseBasis(): number | undefined
  assertInvariants(): void
  readonly id: number
  readonly term: number
  readonly vote: number
  readonly commit: number
  readonly applied: number
  readonly role: RoleName
  readonly leaderId: number
  readonly isLeader: boolean
  readonly firstIndex: number
  readonly lastIndex: number
  readonly lastTerm: number
  readonly hasPendingConf: boolean
  readonly leadTransferee: number
  readonly committedInOwnTerm: boolean
  readonly randomizedElectionTicks: number
  readonly confState: ConfState
}
