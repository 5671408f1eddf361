/** The raw methods as unary calls: clients without BatchCommands (Rust, Java) and the methods it does not carry. */

import { type Binding, type Call, GrpcCode, type Reply, unary } from "@reefkv/grpc"
import type { Command } from "@reefkv/storage"
import { type Method, services } from "@reefkv/wire"
import type { RequestContext, TikvCalls } from "./TikvCalls.ts"

const { methods } = services.Tikv

type Unary<Request, Response> = Method<Request, Response> & {
  readonly requestStream: false
  readonly responseStream: false
}

/** A unary method served by a command: the cluster is checked, the deadline taken over, the answer sent as it comes. */
export const commandBinding = <Request extends { readonly context: RequestContext }, Response>(
  calls: TikvCalls,
  method: Unary<Request, Response>,
  command: Command<Request, Response>
): Binding =>
  unary(method, (request: Request, reply: Reply<Response>, call: Call) => {
    calls.count(method.name)
    const refusal = calls.clusterRefusal(request.context)
    if (refusal !== undefined) {
      reply.fail(GrpcCode.invalidArgument, refusal)
      return undefined
    }
    command(request, calls.deadlineMs(request.context, call), reply.send)
    return untilAnswered
  })

/** A stopping server lets accepted commands be answered: each is, by its deadline at the latest. */
const untilAnswered = { stopping: () => {} }

export const rawUnaryBindings = (calls: TikvCalls): ReadonlyArray<Binding> => {
  const { raw } = calls.parts
  return [
    commandBinding(calls, methods.RawGet, raw.get),
    commandBinding(calls, methods.RawBatchGet, raw.batchGet),
    commandBinding(calls, methods.RawPut, raw.put),
    commandBinding(calls, methods.RawBatchPut, raw.batchPut),
    commandBinding(calls, methods.RawDelete, raw.delete),
    commandBinding(calls, methods.RawBatchDelete, raw.batchDelete),
    commandBinding(calls, methods.RawScan, raw.scan),
    commandBinding(calls, methods.RawDeleteRange, raw.deleteRange),
    commandBinding(calls, methods.RawBatchScan, raw.batchScan),
    commandBinding(calls, methods.RawGetKeyTTL, raw.getKeyTtl),
    commandBinding(calls, methods.RawCompareAndSwap, raw.compareAndSwap),
    commandBinding(calls, methods.RawChecksum, raw.checksum)
  ]
}
