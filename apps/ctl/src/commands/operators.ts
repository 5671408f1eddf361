/** `operators` and what makes them: `transfer-leader`, `add-peer`, `remove-peer`, `scatter`. */
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import type { OperatorRequest } from "../PdApi.ts"
import { pdApi, print } from "../root.ts"

const regionId = Argument.Int("region").pipe(Argument.withDescription("Region id"))
const storeId = Argument.Int("store").pipe(Argument.withDescription("Store id"))

const add = Effect.fnUntraced(function* (request: OperatorRequest) {
  const api = yield* pdApi
  const said = yield* api.addOperator(request)
  yield* print({ operator: request, message: said }, () => said)
})

export const operators = Command.make(
  "operators",
  {},
  Effect.fnUntraced(function* () {
    const api = yield* pdApi
    const all = yield* api.operators
    yield* print(all, () => (all.length === 0 ? "no operators are running" : all.join("\n")))
  })
).pipe(Command.withDescription("What the scheduler is doing to regions now"))

export const transferLeader = Command.make("transfer-leader", { regionId, storeId }, ({ regionId, storeId }) =>
  add({ name: "transfer-leader", region_id: regionId, to_store_id: storeId })
).pipe(Command.withDescription("Let the region's replica on a store lead it"))

export const addPeer = Command.make("add-peer", { regionId, storeId }, ({ regionId, storeId }) =>
  add({ name: "add-peer", region_id: regionId, store_id: storeId })
).pipe(Command.withDescription("Give a region a replica on a store"))

export const removePeer = Command.make("remove-peer", { regionId, storeId }, ({ regionId, storeId }) =>
  add({ name: "remove-peer", region_id: regionId, store_id: storeId })
).pipe(Command.withDescription("Take a region's replica from a store"))

export const scatter = Command.make("scatter", { regionId }, ({ regionId }) =>
  add({ name: "scatter-region", region_id: regionId })
).pipe(Command.withDescription("Spread a region's replicas and leader over the stores"))
