/** The memory engine as a choice of the configuration. */
import type { EngineFactory } from "@reefkv/engine"
import { Layer } from "effect"
import { kind } from "./kind.ts"
import { MemoryEngine } from "./MemoryEngine.ts"
import { MemoryRaftLog } from "./MemoryRaftLog.ts"

/** The directory is ignored: nothing is written. */
export const engineFactory: EngineFactory = {
  kind,
  durable: false,
  layer: () => Layer.merge(MemoryEngine.layer(), MemoryRaftLog.layer())
}
