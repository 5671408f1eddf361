/**
 * One scheduler process as a layer: the scheduler over whatever Engine is provided, and its PD port. Closing the scope
 * closes the port first, then the scheduler, which writes down what is unwritten; the engine closes last.
 */
import type { Engine } from "@reefkv/engine"
import type { ListenError } from "@reefkv/grpc"
import { type SchedulerError, type SchedulerOptions, SchedulerService, schedulerLayer } from "@reefkv/scheduler"
import { Context, Effect, Layer } from "effect"
import { makePdServer, type PdServer, type PdServerOptions } from "./pd/PdServer.ts"

export interface SchedulerServerOptions extends PdServerOptions {
  readonly scheduler?: SchedulerOptions
}

/** The PD port as it listens: `address`, `advertiseAddress`, `clusterId`. */
export class SchedulerServer extends Context.Service<SchedulerServer, PdServer>()("@reefkv/server/SchedulerServer") {}

/** The port alone, over a scheduler that runs already. */
export const layerPort = (options: PdServerOptions): Layer.Layer<SchedulerServer, ListenError, SchedulerService> =>
  Layer.effect(
    SchedulerServer,
    Effect.flatMap(SchedulerService, (scheduler) => makePdServer(scheduler, options))
  )

export const layer = (
  options: SchedulerServerOptions
): Layer.Layer<SchedulerServer | SchedulerService, ListenError | SchedulerError, Engine> =>
  Layer.provideMerge(layerPort(options), schedulerLayer(options.scheduler))
