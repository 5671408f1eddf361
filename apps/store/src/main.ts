/** `bun run store`: one store process. It ends by itself, with the reason, when its disk or log fails. */
import { storeKeys } from "@reefkv/config"
import { configCommand, layerProcessLog, runProcess, StoreServer, storeProcess } from "@reefkv/process"
import { Console, Effect } from "effect"

const serve = Effect.gen(function* () {
  const server = yield* StoreServer
  const status = server.statusAddress === undefined ? "" : `, status on ${server.statusAddress}`
  yield* Console.log(`store ${server.storeId} of cluster ${server.clusterId} listening on ${server.address}${status}`)
  yield* server.stopped
})

runProcess(
  configCommand("store", "A store of a ReefKV cluster", storeKeys, process.env, (values) =>
    Effect.provide(serve, storeProcess(values)).pipe(Effect.provide(layerProcessLog(values.log.level)))
  )
)
