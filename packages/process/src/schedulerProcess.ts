/** One scheduler from its configuration values: engine, decisions, and its port. */
import type { schedulerKeys, Values } from "@reefkv/config"
import { validateSchedulerConfig } from "@reefkv/scheduler"
import { SchedulerServer, schedulerServerLayer } from "@reefkv/server"
import { Effect, Layer } from "effect"
import { parseAddress } from "./address.ts"
import { loadEngine } from "./engines.ts"
import { obeyRules } from "./sectionRules.ts"

export type SchedulerValues = Values<typeof schedulerKeys>

export const schedulerProcess = (values: SchedulerValues) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { host, port } = yield* parseAddress("server.addr", values.server.addr)
      yield* obeyRules("schedule", values.schedule, validateSchedulerConfig)
      const engine = yield* loadEngine(values.storage.engine)
      return schedulerServerLayer({
        host,
        port,
        name: values.server.name,
        advertiseAddress: values.server.advertiseAddr === "" ? undefined : values.server.advertiseAddr,
        scheduler: { config: values.schedule }
      }).pipe(Layer.provide(engine.layer({ directory: values.storage.dataDir })))
    })
  )

export { SchedulerServer }
