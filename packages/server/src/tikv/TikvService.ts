/**
 * The `tikvpb.Tikv` service of one store, as bindings: raw methods (unary and in BatchCommands), region split, and what
 * stores send each other. Transactional methods are not bound, so they end with UNIMPLEMENTED; in BatchCommands each gets
 * an error reply of its own.
 */

import { type Binding, unary } from "@reefkv/grpc"
import { services } from "@reefkv/wire"
import { Effect, type Scope } from "effect"
import { batchCommandsBinding } from "./batchCommands.ts"
import { raftBindings } from "./raftStreams.ts"
import { commandBinding, rawUnaryBindings } from "./rawUnary.ts"
import { splitRegion } from "./splitRegion.ts"
import { TikvCalls, type TikvParts } from "./TikvCalls.ts"

const { methods, name } = services.Tikv

export interface TikvService {
  /** For the health service. */
  readonly name: string
  readonly bindings: ReadonlyArray<Binding>
  /** Calls and commands by name since the start. */
  readonly counters: () => ReadonlyMap<string, number>
}

/** Closing the scope interrupts snapshots that are being received. */
export const makeTikvService = Effect.fnUntraced(function* (
  parts: TikvParts
): Effect.fn.Return<TikvService, never, Scope.Scope> {
  const calls = new TikvCalls(parts)
  const bindings = [
    ...rawUnaryBindings(calls),
    batchCommandsBinding(calls),
    commandBinding(calls, methods.SplitRegion, splitRegion(calls)),
    // 0: no stale read is safe yet. Clients poll it for every store, so it is answered.
    unary(methods.GetStoreSafeTS, (_request, reply) => reply.send({ safeTs: 0n })),
    ...(yield* raftBindings(calls))
  ]
  return { name, bindings, counters: () => calls.counters() }
})
