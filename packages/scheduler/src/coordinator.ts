/**
 * What the scheduler does by itself, as four timers over plain functions:
 *
 * - patrol: walks all regions in key order, a batch at a time, and asks the checkers;
 * - schedulers: each on its own pause, which doubles while it finds nothing and is short again after it found something
 *   or the stores changed;
 * - operators: expires them, drops those of vanished regions, repeats steps without effect;
 * - stores: notices silence and return, turns emptied stores into tombstones.
 *
 * A fifth writes changed region metadata down, a sixth when stores were last heard. Nothing is planned before enough regions have reported (see
 * `prepareRegionsRatio`), or a restart would mistake what it has not heard of yet for what is missing.
 */
import { metapb, type StoreId } from "@reefkv/wire"
import { Effect, type Scope } from "effect"
import { checkRegion } from "./checkers/index.ts"
import type { Cluster } from "./cluster/Cluster.ts"
import type { ClusterView } from "./cluster/ClusterView.ts"
import { regionCountOf } from "./cluster/Regions.ts"
import { isOffline, isTombstone, type Liveness, livenessOf, type StoreInfo } from "./cluster/StoreInfo.ts"
import type { Decision } from "./operators/Operator.ts"
import type { OperatorController } from "./operators/OperatorController.ts"
import type { CommandLog } from "./persist.ts"
import type { SchedulerConfig } from "./SchedulerConfig.ts"
import type { SchedulerError } from "./SchedulerError.ts"
import type { SchedulerEventSink } from "./SchedulerEvent.ts"
import type { SchedulerStatus } from "./SchedulerService.ts"
import { schedulers } from "./schedulers/index.ts"
import { heardTickMs } from "./service/HeardTimes.ts"
import type { IdAllocator } from "./service/IdAllocator.ts"

const operatorTickMs = 200
const storeTickMs = 500

/** Ids held ready for the new peers of one patrol batch, on top of one a region. */
const peerIdsReady = 16

export interface CoordinatorOptions {
  readonly cluster: Cluster
  readonly operators: OperatorController
  readonly ids: IdAllocator
  readonly log: CommandLog
  readonly events: SchedulerEventSink
  readonly config: () => SchedulerConfig
  readonly nowMs: () => number
  readonly view: () => ClusterView
  /** Persists the state, then changes the memory. */
  readonly setStoreState: (store: StoreInfo, state: metapb.StoreState) => Effect.Effect<void, SchedulerError>
  /** Writes the times of last heartbeats that are due. */
  readonly saveHeardTimes: Effect.Effect<void, SchedulerError>
}

export interface Coordinator {
  /** Runs the timers until the scope closes; the last flush is synced. */
  readonly run: Effect.Effect<void, never, Scope.Scope>
  /** Stores changed: idle schedulers look again at once. */
  wake(): void
  started(): boolean
  diagnostics(): ReadonlyArray<SchedulerStatus>
}

export const makeCoordinator = (options: CoordinatorOptions): Coordinator => {
  const { cluster, config, events, ids, log, nowMs, operators } = options
  const openedMs = nowMs()
  let started = false
  let cursor = 0
  let patrolDiagnostic = ""
  const timing = new Map<string, { intervalMs: number; dueMs: number; diagnostic: string }>(
    schedulers.map(({ name }) => [name, { intervalMs: 0, dueMs: 0, diagnostic: "has not run yet" }])
  )
  const liveness = new Map<StoreId, Liveness>()

  const mayStart = (): boolean => {
    if (started) return true
    if (!cluster.bootstrapped) return false
    const { size, reportedCount } = cluster.regions
    const enough = size > 0 && reportedCount >= size * config().prepareRegionsRatio
    if (!enough && nowMs() - openedMs < config().prepareTimeoutMs) return false
    started = true
    if (events.listening()) {
      events.emit({ type: "SchedulingStarted", regionsReported: reportedCount, regionsKnown: size })
    }
    return true
  }

  const begin = (decision: Decision): string | undefined => {
    if (decision._tag === "Nothing") return decision.reason
    const added = operators.add(decision.plan)
    return added._tag === "Refused" ? added.reason : undefined
  }

  const patrol = Effect.gen(function* () {
    if (!mayStart() || config().haltScheduling) return
    const { patrolBatch } = config()
    yield* ids.ensure(patrolBatch + peerIdsReady)
    const batch = cluster.regions.tree.slice(cursor, patrolBatch)
    cursor = batch.length < patrolBatch ? 0 : cursor + patrolBatch
    let view = options.view()
    for (const region of batch) {
      const decision = checkRegion(view, region)
      const refusal = begin(decision)
      if (refusal !== undefined) {
        patrolDiagnostic = refusal
        continue
      }
      patrolDiagnostic = `started an operator for region ${region.meta.id}`
      // The next choice must see what this one will do, or one store gets everything.
      view = options.view()
    }
  })

  const isEnabled = (name: string): boolean =>
    name === "evict-leader" ? config().evictLeaderStores.length > 0 : config().schedulers.includes(name)

  const schedule = Effect.gen(function* () {
    if (!mayStart() || config().haltScheduling) return
    yield* ids.ensure(peerIdsReady)
    const { scheduleIntervalMaxMs, scheduleIntervalMinMs } = config()
    for (const { name, schedule: run } of schedulers) {
      const timer = timing.get(name)!
      if (!isEnabled(name) || nowMs() < timer.dueMs) continue
      const refusal = begin(run(options.view()))
      timer.diagnostic = refusal ?? `started an operator at its last run`
      timer.intervalMs =
        refusal === undefined
          ? scheduleIntervalMinMs
          : Math.min(scheduleIntervalMaxMs, Math.max(scheduleIntervalMinMs, timer.intervalMs * 2))
      timer.dueMs = nowMs() + timer.intervalMs
    }
  })

  const wake = (): void => {
    for (const timer of timing.values()) {
      timer.intervalMs = 0
      timer.dueMs = 0
    }
  }

  const watchStores = Effect.gen(function* () {
    for (const store of cluster.stores) {
      const id = store.meta.id
      const now = livenessOf(store, nowMs(), config())
      const before = liveness.get(id) ?? "alive"
      if (now !== before && !isTombstone(store)) {
        if (events.listening()) events.emit({ type: "StoreLivenessChanged", storeId: id, from: before, to: now })
        wake()
      }
      liveness.set(id, now)
      if (isOffline(store) && isEmptied(store, now)) yield* options.setStoreState(store, metapb.StoreState.Tombstone)
    }
  })
  /** No region has a replica there, and the store, while it still talks, says so itself. */
  const isEmptied = (store: StoreInfo, now: Liveness): boolean =>
    regionCountOf(cluster.regions.onStore(store.meta.id)) === 0 &&
    (now !== "alive" || store.stats === undefined || store.stats.regionCount === 0)

  const flush = (sync: boolean) =>
    Effect.suspend(() => {
      if (!cluster.hasRegionChanges()) return Effect.void
      const changes = cluster.takeRegionChanges()
      return log
        .write(
          [
            ...changes.deleted.map((regionId) => ({ type: "regionGone", regionId }) as const),
            ...changes.put.map((region) => ({ type: "region", region }) as const)
          ],
          { sync }
        )
        .pipe(Effect.tapError(() => Effect.sync(() => cluster.restoreRegionChanges(changes))))
    })

  /** An engine that fails now may work at the next turn; until then nothing is planned on unsaved ground. */
  const every = (name: string, intervalMs: () => number, turn: Effect.Effect<void, SchedulerError>) =>
    Effect.suspend(() => Effect.sleep(intervalMs())).pipe(
      Effect.andThen(turn),
      Effect.catch((error) => Effect.logWarning(`scheduler ${name}: ${error.message}`)),
      Effect.forever,
      Effect.forkScoped
    )

  return {
    run: Effect.gen(function* () {
      yield* Effect.addFinalizer(() =>
        flush(true).pipe(Effect.catch((error) => Effect.logWarning(`scheduler flush on close: ${error.message}`)))
      )
      yield* every("patrol", () => config().patrolIntervalMs, patrol)
      yield* every("schedulers", () => config().scheduleIntervalMinMs, schedule)
      yield* every(
        "operators",
        () => operatorTickMs,
        Effect.sync(() => operators.tick())
      )
      yield* every("stores", () => storeTickMs, watchStores)
      yield* every("heartbeat times", () => heardTickMs, options.saveHeardTimes)
      yield* every("flush", () => config().regionFlushIntervalMs, flush(false))
    }),
    wake,
    started: () => started,
    diagnostics: () => [
      { name: "patrol", enabled: !config().haltScheduling, diagnostic: patrolDiagnostic },
      ...schedulers.map(({ name }) => ({
        name,
        enabled: isEnabled(name) && !config().haltScheduling,
        diagnostic: timing.get(name)!.diagnostic
      }))
    ]
  }
}
