/** The whole cluster in this process: the layers of the real processes, on loopback sockets the system chooses. */
import { decodeConfig, schedulerKeys, storeKeys } from "@reefkv/config"
import { StoreEvents } from "@reefkv/core"
import { SchedulerServer, schedulerProcess, storeProcess } from "@reefkv/process"
import { SchedulerEvents } from "@reefkv/scheduler"
import { Context, Effect, Layer } from "effect"
import { type ClusterOptions, playgroundSettings } from "./Cluster.ts"

/** Closed with the scope: stores first, the scheduler last. */
export const startInProcess = Effect.fnUntraced(function* (options: ClusterOptions) {
  const scheduler = yield* startScheduler(options)
  yield* startStore(options, scheduler.address, 1)
  const startRest = Effect.forEach(
    Array.from({ length: options.stores - 1 }, (_, i) => i + 2),
    (number) => startStore(options, scheduler.address, number),
    { concurrency: "unbounded", discard: true }
  )
  return { schedulerAddress: scheduler.address, startRest }
})

const startScheduler = Effect.fnUntraced(function* (options: ClusterOptions) {
  const values = yield* decodeConfig(schedulerKeys, {
    flags: {
      "server.addr": `127.0.0.1:${options.port}`,
      "storage.engine": options.engine,
      "storage.data-dir": `${options.directory}/scheduler`
    }
  })
  const events = { listening: () => true, emit: options.onSchedulerEvent }
  const context = yield* Layer.build(schedulerProcess(values)).pipe(Effect.provideService(SchedulerEvents, events))
  return { address: Context.get(context, SchedulerServer).advertiseAddress }
})

const startStore = Effect.fnUntraced(function* (options: ClusterOptions, schedulerAddress: string, number: number) {
  const values = yield* decodeConfig(storeKeys, {
    flags: {
      ...playgroundSettings(options.regionBytes),
      "server.addr": "127.0.0.1:0",
      "server.status-addr": "127.0.0.1:0",
      "pd.endpoints": schedulerAddress,
      "storage.engine": options.engine,
      "storage.data-dir": `${options.directory}/store-${number}`
    }
  })
  const events = { listening: () => true, emit: options.onStoreEvent }
  yield* Layer.build(storeProcess(values)).pipe(Effect.provideService(StoreEvents, events))
})
