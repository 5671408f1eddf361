/** `keyspacepb.Keyspace` on the PD port, and the meta storage that is not there. API V2 clients load one keyspace. */

import type { Binding } from "@reefkv/grpc"
import { schedulerError } from "@reefkv/scheduler"
import { services } from "@reefkv/wire"
import { Effect } from "effect"
import { idOf, type Keyspaces } from "./Keyspaces.ts"
import { type PdContext, pdUnary } from "./pdCall.ts"

/** Keyspaces of one GetAllKeyspaces page when the client names no limit. */
const PAGE_MAX = 1_000

/** The oneof in which requests name a keyspace; identities (a newer form) are not known here. */
type Named = { readonly case: string; readonly value: unknown } | undefined
const idNamed = (keyspace: Named) =>
  typeof keyspace?.value === "number"
    ? Effect.succeed(keyspace.value)
    : Effect.fail(schedulerError("refused", "name the keyspace by its id; keyspace identities are not supported"))

export const keyspaceBindings = (pd: PdContext, keyspaces: Keyspaces): ReadonlyArray<Binding> => {
  const { methods } = services.Keyspace
  return [
    pdUnary(pd, methods.LoadKeyspace, (request) =>
      Effect.map(keyspaces.byName(request.name), (keyspace) => ({ keyspace }))
    ),
    pdUnary(pd, methods.LoadKeyspaceByID, (request) =>
      Effect.map(Effect.flatMap(idNamed(request.keyspace), keyspaces.byId), (keyspace) => ({ keyspace }))
    ),
    pdUnary(pd, methods.LookupKeyspace, (request) =>
      Effect.map(keyspaces.byName(request.name), (keyspace) => ({ keyspaces: [keyspace] }))
    ),
    pdUnary(pd, methods.UpdateKeyspaceState, (request) =>
      Effect.gen(function* () {
        const id = yield* idNamed(request.keyspace)
        return { keyspace: yield* keyspaces.updateState(id, request.state) }
      })
    ),
    pdUnary(pd, methods.GetAllKeyspaces, (request) =>
      Effect.gen(function* () {
        const startId = request.startKeyspace === undefined ? 0 : yield* idNamed(request.startKeyspace)
        const limit = request.limit > 0 ? request.limit : PAGE_MAX
        const all = yield* keyspaces.all
        return { keyspaces: all.filter((keyspace) => idOf(keyspace) >= startId).slice(0, limit) }
      })
    )
  ]
}
