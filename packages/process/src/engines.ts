/** The table of engines a configuration can name. A new engine is a package and one line here. */

import type { engineKinds } from "@reefkv/config"
import type { EngineFactory } from "@reefkv/engine"
import { Effect } from "effect"

export type EngineKind = (typeof engineKinds)[number]

/** Loaded when named, so that a process on memory never loads SQLite. */
const engines: Readonly<Record<EngineKind, () => Promise<{ readonly engineFactory: EngineFactory }>>> = {
  sqlite: () => import("@reefkv/engine-sqlite"),
  memory: () => import("@reefkv/engine-memory")
}

export const loadEngine = (kind: EngineKind): Effect.Effect<EngineFactory> =>
  Effect.map(
    Effect.promise(() => engines[kind]()),
    (module) => module.engineFactory
  )
