/**
 * What a store's loop hands to others because it takes time: scans, streams, questions to the scheduler. Each is a bounded
 * worker of the store's scope (workers/Worker.ts); results come back through the mailbox.
 */
import type { EngineError, EngineService, KeyRange, RaftLogService, ReadView } from "@reefkv/engine"
import type { metapb, pdpb, RegionId, raft_serverpb, StoreId } from "@reefkv/wire"
import { type Cause, Effect, Exit, Scope } from "effect"
import type { Snapshot } from "../raft/index.ts"
import { hashRegion } from "./consistencyCheck.ts"
import { clearGarbage } from "./destroy.ts"
import type { ApplyState, Garbage } from "./records.ts"
import type { RegionWithLeader, SchedulerClientService, SchedulerError } from "./SchedulerClient.ts"
import type { StoreConfig } from "./StoreConfig.ts"
import { applySnapshot } from "./snapshot/apply.ts"
import type { SnapshotFormatError } from "./snapshot/format.ts"
import { generateSnapshot, type SnapshotGenerateError } from "./snapshot/generate.ts"
import type { StagedSnapshot } from "./snapshot/stage.ts"
import type { TransportError, TransportService } from "./Transport.ts"
import { compactLogs, type LogGcTask } from "./workers/logGc.ts"
import { type ScrubTask, scrub } from "./workers/scrub.ts"
import { type SplitCheckResult, type SplitCheckTask, splitCheck } from "./workers/splitCheck.ts"
import { Worker } from "./workers/Worker.ts"

export interface SendSnapshotTask {
  readonly regionId: RegionId
  readonly toStoreId: StoreId
  /** The message that announces the snapshot, once it is known what it holds. */
  readonly head: (snapshot: Snapshot) => raft_serverpb.RaftMessage
}
export interface ApplySnapshotTask {
  readonly staged: StagedSnapshot
  readonly alsoClear: ReadonlyArray<KeyRange>
}
export interface HashTask {
  readonly region: metapb.Region
  readonly index: number
  /** The engine as it was at `index`; closed by the worker. */
  readonly view: ReadView
  readonly scope: Scope.Closeable
}

export interface StoreWorkers {
  readonly splitCheck: Worker<SplitCheckTask, SplitCheckResult, EngineError>
  readonly logGc: Worker<ReadonlyArray<LogGcTask>, void, EngineError>
  readonly askSplit: Worker<
    { readonly region: metapb.Region; readonly count: number },
    ReadonlyArray<pdpb.SplitID>,
    SchedulerError
  >
  readonly reportSplit: Worker<ReadonlyArray<metapb.Region>, void, SchedulerError>
  readonly storeHeartbeat: Worker<pdpb.StoreStats, void, SchedulerError>
  readonly lookUpRegion: Worker<RegionId, RegionWithLeader | undefined, SchedulerError>
  /** Answers the bytes sent. */
  readonly sendSnapshot: Worker<
    SendSnapshotTask,
    number,
    EngineError | SnapshotGenerateError | TransportError | Cause.TimeoutError
  >
  readonly applySnapshot: Worker<ApplySnapshotTask, ApplyState, EngineError | SnapshotFormatError>
  readonly clearGarbage: Worker<Garbage, void, EngineError>
  readonly hash: Worker<HashTask, Uint8Array, EngineError>
  readonly scrub: Worker<ScrubTask, ReadonlyArray<EngineError>, EngineError>
}

/** Tasks that may wait per worker. A peer has at most one of a kind, and asks again at its next occasion when refused. */
const tasksMax = 1024

export const makeStoreWorkers = Effect.fnUntraced(function* (
  config: StoreConfig,
  engine: EngineService,
  raftLog: RaftLogService,
  transport: TransportService,
  scheduler: SchedulerClientService
): Effect.fn.Return<StoreWorkers, never, Scope.Scope> {
  const waits = { capacity: tasksMax, overflow: "refuse" } as const
  return {
    splitCheck: yield* Worker.make((task: SplitCheckTask) => splitCheck(engine, task, config), waits),
    logGc: yield* Worker.make((tasks: ReadonlyArray<LogGcTask>) => compactLogs(engine, raftLog, tasks), waits),
    askSplit: yield* Worker.make(
      ({ region, count }: { readonly region: metapb.Region; readonly count: number }) =>
        scheduler.askBatchSplit(region, count),
      { ...waits, concurrency: 4 }
    ),
    reportSplit: yield* Worker.make((regions: ReadonlyArray<metapb.Region>) => scheduler.reportBatchSplit(regions), {
      ...waits,
      overflow: "dropOldest"
    }),
    // Only the newest is of interest: one waits at most.
    storeHeartbeat: yield* Worker.make((stats: pdpb.StoreStats) => scheduler.storeHeartbeat(stats), {
      capacity: 1,
      overflow: "dropOldest"
    }),
    lookUpRegion: yield* Worker.make((regionId: RegionId) => scheduler.getRegionById(regionId), waits),
    sendSnapshot: yield* Worker.make(
      (task: SendSnapshotTask) =>
        Effect.scoped(
          Effect.gen(function* () {
            const made = yield* generateSnapshot(engine, task.regionId, config)
            yield* transport.sendSnapshot(task.toStoreId, task.head(made.snapshot), made.chunks)
            return made.sent.reduce((bytes, family) => bytes + family.bytes, 0)
          })
        ).pipe(Effect.timeout(config.snapshotTimeoutMs)),
      { ...waits, concurrency: config.snapshotSendsMax }
    ),
    applySnapshot: yield* Worker.make(
      ({ staged, alsoClear }: ApplySnapshotTask) => applySnapshot(engine, staged, { alsoClear }),
      waits
    ),
    clearGarbage: yield* Worker.make((garbage: Garbage) => clearGarbage(engine, garbage), waits),
    hash: yield* Worker.make(
      ({ view, region, scope }: HashTask) =>
        hashRegion(view, region, config.scanSliceEntries).pipe(Effect.onExit(() => Scope.close(scope, Exit.void))),
      waits
    ),
    scrub: yield* Worker.make((task: ScrubTask) => scrub(engine, raftLog, task, config.scanSliceEntries), waits)
  }
})
