/** What a store says of itself to the scheduler, and so to clients: client-java reads the version, all dial the address. */
import { expect, test } from "bun:test"
import { MemoryEngine, MemoryRaftLog } from "@reefkv/engine-memory"
import { makeGrpcChannel } from "@reefkv/grpc"
import { metapb, pdpb, services } from "@reefkv/wire"
import { Context, Effect, Layer } from "effect"
import { GrpcSchedulerClient } from "../src/schedulerClient/index.ts"
import { SchedulerServer, layer as schedulerLayer } from "../src/schedulerServer.ts"
import { StoreServer, layer as storeLayer } from "../src/storeServer.ts"
import { run } from "./support/store.ts"

test("a store's record: a version that parses, the address it listens on, and Up", () =>
  run(
    Effect.gen(function* () {
      const scheduler = yield* Layer.build(
        schedulerLayer({ host: "127.0.0.1", port: 0 }).pipe(Layer.provide(MemoryEngine.layer()))
      )
      const pd = Context.get(scheduler, SchedulerServer)
      const store = yield* Layer.build(
        storeLayer({ host: "127.0.0.1", port: 0, status: { host: "127.0.0.1", port: 0 } }).pipe(
          Layer.provide(GrpcSchedulerClient.layer({ endpoints: [pd.address] })),
          Layer.provide(Layer.merge(MemoryEngine.layer(), MemoryRaftLog.layer()))
        )
      )
      const server = Context.get(store, StoreServer)
      const channel = yield* makeGrpcChannel(pd.address)
      const header = { clusterId: server.clusterId, senderId: 0, callerId: "", callerComponent: "" }
      const one = yield* channel.unary(services.PD.methods.GetStore, { header, storeId: server.storeId })
      const all = yield* channel.unary(
        services.PD.methods.GetAllStores,
        pdpb.GetAllStoresRequest.create({ header, excludeTombstoneStores: true })
      )
      expect(all.stores).toEqual(one.store === undefined ? [] : [one.store])
      expect(one.store).toMatchObject({ id: server.storeId, address: server.address, state: metapb.StoreState.Up })
      expect(one.store?.version).toMatch(/^\d+\.\d+\.\d+$/)
    })
  ))
