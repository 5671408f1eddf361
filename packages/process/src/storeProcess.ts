/** One store from its configuration values: engine, the way to the scheduler, the store and its ports. */
import { ConfigProblems, type storeKeys, type Values } from "@reefkv/config"
import { validateStoreConfig } from "@reefkv/core"
import { GrpcSchedulerClient, StoreServer, storeServerLayer } from "@reefkv/server"
import { type ApiVersion, metapb } from "@reefkv/wire"
import { Effect, Layer } from "effect"
import { parseAddress } from "./address.ts"
import { loadEngine } from "./engines.ts"
import { obeyRules } from "./sectionRules.ts"

export type StoreValues = Values<typeof storeKeys>

const apiVersions: Readonly<Record<StoreValues["storage"]["apiVersion"], ApiVersion>> = {
  v1: "V1",
  v1ttl: "V1TTL",
  v2: "V2"
}

const refuse = (...problems: ReadonlyArray<string>) => Effect.fail(new ConfigProblems({ problems }))

const parseLabel = (text: string) => {
  const at = text.indexOf("=")
  return at > 0
    ? Effect.succeed(metapb.StoreLabel.create({ key: text.slice(0, at), value: text.slice(at + 1) }))
    : refuse(`server.labels: expected key=value, found "${text}"`)
}

export const storeProcess = (values: StoreValues) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { server, storage } = values
      const { host, port } = yield* parseAddress("server.addr", server.addr)
      const status = server.statusAddr === "" ? undefined : yield* parseAddress("server.status-addr", server.statusAddr)
      const labels = yield* Effect.forEach(server.labels, parseLabel)
      if (values.pd.endpoints.length === 0) return yield* refuse("pd.endpoints: expected at least one address")
      for (const endpoint of values.pd.endpoints) {
        yield* parseAddress("pd.endpoints", endpoint.replace(/^https?:\/\//, ""))
      }
      yield* obeyRules("raftstore", values.raftstore, validateStoreConfig)
      const engine = yield* loadEngine(storage.engine)
      return storeServerLayer({
        host,
        port,
        advertiseAddress: server.advertiseAddr === "" ? undefined : server.advertiseAddr,
        status,
        labels,
        apiVersion: apiVersions[storage.apiVersion],
        store: values.raftstore
      }).pipe(
        Layer.provide(
          Layer.merge(
            engine.layer({ directory: storage.dataDir }),
            GrpcSchedulerClient.layer({ endpoints: values.pd.endpoints })
          )
        )
      )
    })
  )

export { StoreServer }
