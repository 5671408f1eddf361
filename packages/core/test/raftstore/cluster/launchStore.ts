/** One store of the test cluster, put together as an app would, in the scope it lives in. */
import { Engine, type EngineService, RaftLog, type RaftLogService } from "@reefkv/engine"
import type { metapb } from "@reefkv/wire"
import { Clock, Context, Effect, Random, Scope } from "effect"
import type { RouterService } from "../../../src/raftstore/Router.ts"
import { makeRouter, StoreHandle } from "../../../src/raftstore/routerLive.ts"
import { SchedulerClient, type SchedulerClientService } from "../../../src/raftstore/SchedulerClient.ts"
import { startStore } from "../../../src/raftstore/Store.ts"
import type { StoreConfig } from "../../../src/raftstore/StoreConfig.ts"
import type { StoreEvent } from "../../../src/raftstore/StoreEvent.ts"
import { StoreState } from "../../../src/raftstore/StoreState.ts"
import { Transport, type TransportService } from "../../../src/raftstore/Transport.ts"

export interface LaunchOptions {
  readonly store: metapb.Store
  readonly engine: EngineService
  readonly raftLog: RaftLogService
  readonly transport: TransportService
  readonly scheduler: SchedulerClientService
  readonly config: StoreConfig
  readonly keyMode: "raw" | "txn"
  readonly seed: number
  readonly onEvent: (event: StoreEvent) => void
}
export interface Launched {
  readonly router: RouterService
  readonly invariants: () => void
  /** Ends when the store's loop ends; fails when disk or log made it end. */
  readonly stopped: Effect.Effect<void, unknown>
}

/** A store that does not start is a failed test. */
export const launchStore = (options: LaunchOptions): Effect.Effect<Launched, never, Scope.Scope> =>
  Effect.gen(function* () {
    const handle = new StoreState(options.config, yield* Clock.Clock, { listening: () => true, emit: options.onEvent })
    const router = makeRouter(handle)
    const { stopped } = yield* startStore({ store: options.store, keyMode: options.keyMode }).pipe(
      Effect.provideContext(
        Context.make(Engine, options.engine).pipe(
          Context.add(RaftLog, options.raftLog),
          Context.add(Transport, options.transport),
          Context.add(SchedulerClient, options.scheduler),
          Context.add(StoreHandle, handle),
          Context.add(Scope.Scope, yield* Effect.scope)
        )
      ),
      Random.withSeed(options.seed)
    )
    return { router, invariants: () => handle.invariants(), stopped }
  }).pipe(Effect.orDie)
