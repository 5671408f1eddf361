/** The memory engine as a choice of the configuration. */
import { checkDirectoryMarker, EngineError, type EngineFactory } from "@reefkv/engine"
import { Effect, Layer } from "effect"
import { kind } from "./kind.ts"
import { MemoryEngine } from "./MemoryEngine.ts"
import { MemoryRaftLog } from "./MemoryRaftLog.ts"

/**
 * Nothing is written into the directory. It is looked at: to start empty where another engine has left a store would look
 * like the loss of all data, and is refused with "other-engine".
 */
const checkDirectory = (directory: string): Effect.Effect<void, EngineError> =>
  Effect.try({
    try: () => checkDirectoryMarker(directory, kind),
    catch: (cause) =>
      cause instanceof EngineError
        ? cause
        : new EngineError({ reason: "io", message: "the data directory cannot be read", path: directory, cause })
  })

export const engineFactory: EngineFactory = {
  kind,
  durable: false,
  layer: ({ directory }) =>
    Layer.unwrap(Effect.as(checkDirectory(directory), Layer.merge(MemoryEngine.layer(), MemoryRaftLog.layer())))
}
