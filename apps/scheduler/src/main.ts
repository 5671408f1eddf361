/** `bun run scheduler`: one scheduler process. */
import { schedulerKeys } from "@reefkv/config"
import { configCommand, layerProcessLog, runProcess, SchedulerServer, schedulerProcess } from "@reefkv/process"
import { Console, Effect, Layer } from "effect"

const announce = Layer.effectDiscard(
  Effect.flatMap(SchedulerServer, (server) =>
    Console.log(`scheduler of cluster ${server.clusterId} listening on ${server.advertiseAddress}`)
  )
)

runProcess(
  configCommand("scheduler", "The scheduler of a ReefKV cluster", schedulerKeys, process.env, (values) =>
    Layer.launch(Layer.provide(announce, schedulerProcess(values))).pipe(
      Effect.provide(layerProcessLog(values.log.level))
    )
  )
)
