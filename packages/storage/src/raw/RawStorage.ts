/**
 * The raw commands of kvrpcpb over the regions of one store: checks, the way to the peer, values with their expiry, and
 * the answer. The router drives it: reads come back with a view, writes when they are applied.
 *
 * Every command calls `done` exactly once, from within the call or later from the store's loop, and never throws for what
 * a client sent. A response says one of three things: the result; `regionError`, when another store or a later moment may
 * do better; or `error`, when the request itself is wrong and nothing was changed. RawBatchGet and the scans have no
 * `error` field: as in TiKV, one pair carries the refusal (`error.abort`).
 */
import type { RouterService } from "@reefkv/core"
import type { EngineService } from "@reefkv/engine"
import { Context, Effect, FiberSet, type Scope } from "effect"
import { CompareAndSwap } from "./compareAndSwap.ts"
import type { RawCommands } from "./RawCommands.ts"
import type { RawClocks, RawConfig } from "./RawConfig.ts"
import { RegionAccess } from "./RegionAccess.ts"
import { makeRawReads } from "./rawReads.ts"
import { makeRawScans } from "./rawScans.ts"
import { makeRawWrites } from "./rawWrites.ts"

export interface RawStorageParts {
  readonly config: RawConfig
  readonly clocks: RawClocks
  readonly router: RouterService
  /** For snapshots behind long scans. */
  readonly engine: EngineService
}

/** Closing the scope answers the long scans that are under way. */
export const makeRawStorage = Effect.fnUntraced(function* ({
  config,
  clocks,
  router,
  engine
}: RawStorageParts): Effect.fn.Return<RawCommands, never, Scope.Scope> {
  const fork = yield* FiberSet.makeRuntime<never, void, never>()
  const access = new RegionAccess(config, clocks, router)
  const atomic = new CompareAndSwap(access)
  const scans = makeRawScans(access, engine, fork)
  return {
    config,
    ...makeRawReads(access),
    ...makeRawWrites(access, atomic),
    scan: scans.scan,
    batchScan: scans.batchScan,
    checksum: scans.checksum,
    stats: () => ({ slicedReads: scans.slicedReads(), latchedKeys: atomic.latchedKeys })
  }
})

export class RawStorage extends Context.Service<RawStorage, RawCommands>()("@reefkv/storage/RawStorage") {}
