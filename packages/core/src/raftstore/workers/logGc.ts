/**
 * Log compaction, in two steps with the log between them. The leader decides how far every replica may forget
 * (`chooseCompactIndex`) and proposes it; each replica applies the command as a truncation mark in its apply state; the
 * log-GC worker then makes the data durable up to there and only then lets the log forget (`compactLogs`). Data is not
 * synced as it is written: what a crash takes from it is rebuilt from the log, so the order is the safety argument.
 */
import type { EngineError, EngineService, RaftLogService, TruncationMark } from "@reefkv/engine"
import type { RegionId } from "@reefkv/wire"
import { Effect, Scheduler } from "effect"
import type { StoreConfig } from "../StoreConfig.ts"

export interface LogGcState {
  /** First index the log can still give: truncated index + 1. */
  readonly firstIndex: number
  readonly appliedIndex: number
  /** For every other peer: the last index known to match. The leader's own log is not in the list. */
  readonly matchIndexes: ReadonlyArray<number>
  /** Indexes of snapshots under way to peers: entries after them will be asked for soon. */
  readonly pendingSnapshotIndexes: ReadonlyArray<number>
  /** Bytes of the entries kept; an estimate. */
  readonly logBytes: number
}
export type LogGcLimits = Pick<StoreConfig, "logGcCountLimit" | "logGcBytesLimit" | "logGcThreshold">

/**
 * The last index to forget, or undefined when it is not worth a proposal.
 *
 * Normally nothing that a peer still needs is forgotten, and nothing less than `logGcThreshold` entries. Over the count
 * or byte limit a slow peer is left behind (it will get a snapshot), but a snapshot already on its way keeps the entries
 * after it, up to twice the limits. The applied entry itself stays, so that its term can be read.
 * Source: tikv `on_raft_gc_log_tick`.
 */
export const chooseCompactIndex = (state: LogGcState, limits: LogGcLimits): number | undefined => {
  const { firstIndex, appliedIndex } = state
  if (appliedIndex <= firstIndex) return undefined
  const kept = appliedIndex - firstIndex + 1
  const over = Math.max(kept / limits.logGcCountLimit, state.logBytes / limits.logGcBytesLimit)
  const applied = appliedIndex - 1
  let index = Math.min(applied, ...state.matchIndexes)
  if (over >= 1) {
    index = applied
    if (over < forcedOverLimits) index = Math.min(index, ...state.pendingSnapshotIndexes)
  } else if (index - firstIndex + 1 < limits.logGcThreshold) return undefined
  return index >= firstIndex ? index : undefined
}
/** At this multiple of a limit the log is cut even past a snapshot that is being sent. */
const forcedOverLimits = 2

export interface LogGcTask {
  readonly regionId: RegionId
  /** As applied: index and term of the last entry to forget. */
  readonly mark: TruncationMark
}

/** Makes everything applied so far durable, then lets the logs forget. One sync for any number of regions. */
export const compactLogs = Effect.fnUntraced(function* (
  engine: EngineService,
  raftLog: RaftLogService,
  tasks: ReadonlyArray<LogGcTask>
): Effect.fn.Return<void, EngineError> {
  if (tasks.length === 0) return
  yield* engine.sync
  // The region may have been destroyed, restarted from a snapshot, or compacted further while the sync ran. It must not
  // happen between this look and the compaction: the store's loop gets no turn.
  yield* Effect.suspend(() => {
    const marks = tasks.flatMap(({ regionId, mark }) => {
      const group = raftLog.group(regionId)
      if (group === undefined || mark.index <= group.truncated.index || mark.index > group.lastIndex) return []
      return raftLog.term(regionId, mark.index) === mark.term ? [{ groupId: regionId, mark }] : []
    })
    return marks.length > 0 ? raftLog.compact(marks) : Effect.void
  }).pipe(Effect.provideService(Scheduler.PreventSchedulerYield, true))
})
