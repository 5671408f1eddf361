/**
 * How a configuration chooses an engine: each engine package exports one of these, and whoever composes a store keeps a
 * table of them by `kind`. A new engine is a package and one line in that table.
 */
import type { Layer } from "effect"
import type { Engine } from "./Engine.ts"
import type { EngineError } from "./EngineError.ts"
import type { RaftLog } from "./RaftLog.ts"

export interface EngineFactory {
  /** What `[storage] engine` names and what a data directory remembers. */
  readonly kind: string
  /** False when nothing is left after the process ends: such a store must not vote again under its old id. */
  readonly durable: boolean
  /** Opens both parts of one store in one directory, created when absent; closes them with the layer's scope. */
  readonly layer: (options: { readonly directory: string }) => Layer.Layer<Engine | RaftLog, EngineError>
}
