/** The scheduler on its host: an engine of its own, the service, and what the host answers to calls. */
import { Engine } from "@reefkv/engine"
import {
  makeScheduler,
  type SchedulerConfig,
  type SchedulerEvent,
  SchedulerEvents,
  type SchedulerServiceShape
} from "@reefkv/scheduler"
import type { pdpb, StoreId } from "@reefkv/wire"
import { Cause, Context, Effect, type Scope } from "effect"
import { SimDisk } from "../disk/SimDisk.ts"
import type { Rpc } from "../network/Rpc.ts"
import { schedulerHandlers } from "../network/schedulerCalls.ts"
import type { Host } from "../world/Host.ts"
import type { World } from "../world/World.ts"

export interface SchedulerEnvironment {
  readonly world: World
  readonly rpc: Rpc
  readonly config: Partial<SchedulerConfig>
  readonly diskTimes: { readonly syncMaxMs: number; readonly writeMaxMs: number }
  readonly onEvent: (event: SchedulerEvent) => void
  /** Of a region, as it comes in; what it answers is called when the scheduler has taken it. */
  readonly onHeartbeat: (heartbeat: pdpb.RegionHeartbeatRequest) => () => void
  /** The same of a store. */
  readonly onStoreHeartbeat: (storeId: StoreId) => () => void
  /** It has read what it knows from its disk, and answers. */
  readonly onRunning: () => void
}

export class SimScheduler {
  readonly host: Host
  readonly disk: SimDisk
  service: SchedulerServiceShape | undefined
  private readonly env: SchedulerEnvironment

  constructor(env: SchedulerEnvironment, host: Host) {
    this.env = env
    this.host = host
    this.disk = new SimDisk(env.world, host.name, env.diskTimes)
  }

  start(): void {
    if (this.host.phase !== "down") return
    const { env, host } = this
    this.host.start(this.program(), {
      onStarted: (service) => {
        this.service = service
        env.onRunning()
        const watched: SchedulerServiceShape = {
          ...service,
          regionHeartbeat: (heartbeat) => noted(service.regionHeartbeat(heartbeat), () => env.onHeartbeat(heartbeat)),
          storeHeartbeat: (stats) => noted(service.storeHeartbeat(stats), () => env.onStoreHeartbeat(stats.storeId))
        }
        env.rpc.serve(host, schedulerHandlers(host, watched, env.rpc))
      },
      onFailure: (cause) => env.world.fail(`the scheduler does not start: ${describe(cause)}`)
    })
  }
  kill(power: boolean): void {
    if (this.host.phase === "down") return
    this.host.kill()
    this.service = undefined
    if (power) this.disk.crash()
    else this.disk.processDied()
  }
  stop(onStopped: () => void): void {
    this.host.stop(() => {
      this.service = undefined
      onStopped()
    })
  }
  /** Runs a question on the scheduler's host, if it is up; nobody waits for the answer. */
  ask(question: (service: SchedulerServiceShape) => Effect.Effect<unknown, unknown>): void {
    const { env, host, service } = this
    if (service === undefined || !host.isUp) return
    env.world.after(0, host, () => {
      host.fork(
        Effect.ignore(question(service)).pipe(
          Effect.catchCause((cause) =>
            Effect.sync(() => env.world.fail(`the scheduler died of a request: ${describe(cause)}`))
          )
        )
      )
    })
  }

  private program(): Effect.Effect<SchedulerServiceShape, unknown, Scope.Scope> {
    const { env, host, disk } = this
    return Effect.gen(function* () {
      const { engine } = yield* disk.open(host)
      return yield* makeScheduler({ config: env.config, clusterId: 77 }).pipe(
        Effect.provideContext(
          Context.make(Engine, engine).pipe(Context.add(SchedulerEvents, { listening: () => true, emit: env.onEvent }))
        )
      )
    })
  }
}

/** `begin` is called before the request is served, and what it answers when that has succeeded. */
const noted = <A, E>(request: Effect.Effect<A, E>, begin: () => () => void): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    const taken = begin()
    return Effect.tap(request, () => Effect.sync(taken))
  })

const describe = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
