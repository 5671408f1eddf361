/**
 * `open`: a store inside this process, for programs without Effect. The store's code is loaded by the first call, so that
 * a program that only connects carries none of it.
 */
import { Effect, Exit, Scope } from "effect"
import type { EmbeddedOptions } from "../embedded/index.ts"
import { type Kv, makeKv } from "./Kv.ts"

/**
 * `open()` keeps everything in memory; `open("some/directory")` keeps it in SQLite files there, for one process at a time.
 * Rejects with a KvError that says what is in the way.
 */
export const open = async (directoryOrOptions?: string | EmbeddedOptions): Promise<Kv> => {
  const options =
    typeof directoryOrOptions === "string" ? { directory: directoryOrOptions } : (directoryOrOptions ?? {})
  const { makeEmbeddedClient } = await import("../embedded/index.ts")
  const scope = Scope.makeUnsafe()
  const close = () => Effect.runPromise(Scope.close(scope, Exit.void))
  try {
    const client = await Effect.runPromise(Effect.provideService(makeEmbeddedClient(options), Scope.Scope, scope))
    return makeKv(client, close)
  } catch (error) {
    await close()
    throw error
  }
}
