/**
 * The one store of this process as the client's dispatcher sees stores: a lane and calls that hand requests to the raw
 * commands directly, without a socket, a codec or a turn of the event loop.
 */
import { headerOf, type RouterService, toErrorpb } from "@reefkv/core"
import type { Command, RawCommands } from "@reefkv/storage"
import { compareBytes, kvrpcpb, type StoreId, toRegionKey } from "@reefkv/wire"
import { Effect, Result } from "effect"
import type { BatchedReply, Lane, Ticket } from "../store/BatchLane.ts"
import type { StoreCalls } from "../store/StoreCalls.ts"
import type { StoreConnection, Stores } from "../store/Stores.ts"

/** The store's own limit: the dispatcher above has the caller's. */
const NO_DEADLINE = 0

export const makeInProcessStores = (storeId: StoreId, raw: RawCommands, router: RouterService): Stores => {
  const lane = inProcessLane(raw)
  const calls = inProcessCalls(raw, router)
  const connection: StoreConnection = { storeId, address: "in process", calls, lane: () => lane }
  const find = (id: StoreId): StoreConnection | undefined => (id === storeId ? connection : undefined)
  return {
    connected: find,
    resolve: (id, done) => done(Result.succeed(find(id))),
    suspect: () => {}
  }
}

const inProcessLane = (raw: RawCommands): Lane => ({
  send: (ticket) => {
    const { request } = ticket
    switch (request.case) {
      case "rawGet":
        return raw.get(request.value, NO_DEADLINE, (value) => answer(ticket, { case: "rawGet", value }))
      case "rawPut":
        return raw.put(request.value, NO_DEADLINE, (value) => answer(ticket, { case: "rawPut", value }))
      case "rawDelete":
        return raw.delete(request.value, NO_DEADLINE, (value) => answer(ticket, { case: "rawDelete", value }))
      case "rawBatchGet":
        return raw.batchGet(request.value, NO_DEADLINE, (value) => answer(ticket, { case: "rawBatchGet", value }))
      case "rawBatchPut":
        return raw.batchPut(request.value, NO_DEADLINE, (value) => answer(ticket, { case: "rawBatchPut", value }))
      case "rawBatchDelete":
        return raw.batchDelete(request.value, NO_DEADLINE, (value) => answer(ticket, { case: "rawBatchDelete", value }))
      case "rawDeleteRange":
        return raw.deleteRange(request.value, NO_DEADLINE, (value) => answer(ticket, { case: "rawDeleteRange", value }))
      case "rawScan":
        return raw.scan(request.value, NO_DEADLINE, (value) => answer(ticket, { case: "rawScan", value }))
      default:
        throw new Error(`the raw client sends no ${request.case}`)
    }
  },
  // The store has it from the moment it was sent, and its answer has not come.
  withdraw: (ticket) => {
    ticket.waiter = undefined
    return true
  }
})

const answer = (ticket: Ticket, reply: BatchedReply): void => ticket.waiter?.onReply(reply)

const inProcessCalls = (raw: RawCommands, router: RouterService): StoreCalls => {
  const call =
    <Request, Response>(command: Command<Request, Response>) =>
    (request: Request): Effect.Effect<Response> =>
      Effect.callback((resume) => command(request, NO_DEADLINE, (response) => resume(Effect.succeed(response))))
  return {
    getKeyTtl: call(raw.getKeyTtl),
    compareAndSwap: call(raw.compareAndSwap),
    checksum: call(raw.checksum),
    splitRegion: (request) => {
      const { apiVersion } = raw.config
      const splitKeys = request.splitKeys.map((key) => toRegionKey(apiVersion, "raw", key)).sort(compareBytes)
      const header = headerOf(request.context, NO_DEADLINE)
      return Effect.map(router.adminEffect({ header, command: { type: "split", splitKeys } }), (result) =>
        result._tag === "AdminDone"
          ? kvrpcpb.SplitRegionResponse.create({ regions: [...result.regions] })
          : kvrpcpb.SplitRegionResponse.create({ regionError: toErrorpb(result) })
      )
    }
  }
}
