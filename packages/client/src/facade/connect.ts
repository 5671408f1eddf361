/**
 * `connect`: the way to a cluster, for programs without Effect.
 */
import { Effect, Exit, Scope } from "effect"
import { makeNetworkClient, type NetworkClientOptions } from "../networkClient.ts"
import { type Kv, makeKv } from "./Kv.ts"

export type ConnectOptions = Omit<NetworkClientOptions, "endpoints">

/**
 * Connects to the cluster of a scheduler (PD): `"127.0.0.1:2379"`, several addresses in an array, or one string with
 * commas. Rejects with a KvError when no scheduler answers within `connectTimeoutMs`. Close the result when done, or let
 * `await using` do it.
 */
export const connect = async (endpoints: string | ReadonlyArray<string>, options: ConnectOptions = {}): Promise<Kv> => {
  const scope = Scope.makeUnsafe()
  const close = () => Effect.runPromise(Scope.close(scope, Exit.void))
  try {
    const client = await Effect.runPromise(
      makeNetworkClient({ ...options, endpoints }).pipe(Effect.provideService(Scope.Scope, scope))
    )
    return makeKv(client, close)
  } catch (error) {
    await close()
    throw error
  }
}
