/**
 * Who this store is, and the cluster's first region. Safe to crash at every step; each step finds what the one before
 * left, and repeating a step is harmless:
 *
 *   1. no ident ──▶ a store id from the scheduler, written with sync. A crash before burns the id.
 *   2. cluster not bootstrapped ──▶ first region prepared: its state and the `prepare bootstrap` key in one synced batch
 *   3. the scheduler is told. Exactly one store ever succeeds.
 *   4a. accepted (or found accepted after a crash) ──▶ the key is deleted; the region lives
 *   4b. another store won ──▶ the prepared region and the key are deleted in one batch
 *   5. the store is put to the scheduler
 *
 * How the two outcomes are told apart after a crash at 3: the scheduler's region of that id is ours exactly when it was
 * our bootstrap that it accepted. Source: tinykv/tikv `node.rs` check_or_prepare_bootstrap_cluster.
 */
import {
  columnFamilies,
  type EngineError,
  type EngineService,
  type KeyRange,
  type RaftLogService,
  type ReadView,
  WriteBatch
} from "@reefkv/engine"
import { type ApiVersion, metapb, type StoreId } from "@reefkv/wire"
import { Effect, Schedule, Schema } from "effect"
import { readEngine } from "./readEngine.ts"
import {
  deleteApplyState,
  deletePrepareBootstrap,
  initialApplyState,
  putApplyState,
  putPrepareBootstrap,
  putRegionState,
  putStoreIdent,
  readPrepareBootstrap,
  readStoreIdent,
  regionStateKey,
  type StoreIdent
} from "./records.ts"
import type { SchedulerClientService, SchedulerError } from "./SchedulerClient.ts"

/** The store must not run: what it has on disk and what the scheduler says do not belong together. */
export class BootstrapError extends Schema.TaggedError<BootstrapError>()("BootstrapError", {
  reason: Schema.Literals(["clusterMismatch", "schedulerRefused", "foreignData", "otherApiVersion"]),
  message: Schema.String
}) {}

const initialEpoch: metapb.RegionEpoch = { confVer: 1, version: 1 }

/**
 * Tries while the scheduler does not answer, for as long as the store is wanted: a store that starts before its scheduler,
 * or without it, waits. An answer of any kind ends the wait.
 */
export const retryUnavailable = <A, R>(
  effect: Effect.Effect<A, SchedulerError, R>
): Effect.Effect<A, SchedulerError, R> =>
  Effect.retry(effect, {
    while: (error: SchedulerError) => error.reason === "unavailable",
    schedule: Schedule.min([Schedule.exponential("100 millis", 1.5), Schedule.spaced("3 seconds")])
  })

const everything: KeyRange = { start: new Uint8Array(0), end: new Uint8Array(0) }
const holdsAnything = (view: ReadView): boolean =>
  columnFamilies.some((family) => {
    let found = false
    view.scan(family, { ...everything, limit: 1, keyOnly: true }, () => {
      found = true
    })
    return found
  })

/** Step 1. Fails when the directory belongs to another cluster, to something that is no store, or to another API version. */
export const identify = Effect.fnUntraced(function* (
  engine: EngineService,
  scheduler: SchedulerClientService,
  apiVersion: ApiVersion
): Effect.fn.Return<StoreIdent, EngineError | SchedulerError | BootstrapError> {
  const known = yield* readEngine(() => readStoreIdent(engine.latest))
  // A store writes its ident before anything else.
  if (known === undefined && (yield* readEngine(() => holdsAnything(engine.latest)))) {
    return yield* new BootstrapError({
      reason: "foreignData",
      message:
        "the data directory holds data that no store wrote, such as a scheduler's: give the store a directory of its own"
    })
  }
  if (known !== undefined && known.apiVersion !== apiVersion) {
    return yield* new BootstrapError({
      reason: "otherApiVersion",
      message: `the data directory was written with API version ${known.apiVersion} and would be misread as ${apiVersion}: set the version back, or give the store an empty directory`
    })
  }
  const clusterId = yield* retryUnavailable(scheduler.clusterId)
  if (known !== undefined) {
    if (known.clusterId !== clusterId) {
      return yield* new BootstrapError({
        reason: "clusterMismatch",
        message: `the data directory belongs to cluster ${known.clusterId}, the scheduler to ${clusterId}: point the store at its own scheduler, or give it an empty directory`
      })
    }
    return known
  }
  const storeId: StoreId = yield* retryUnavailable(scheduler.allocId)
  const ident = { clusterId, storeId, apiVersion }
  const batch = new WriteBatch()
  putStoreIdent(batch, ident)
  yield* engine.write(batch, { sync: true })
  return ident
})

/** Steps 2 to 4. The region that this store bootstrapped the cluster with, now or in an earlier attempt; else undefined. */
export const bootstrap = Effect.fnUntraced(function* (
  engine: EngineService,
  raftLog: RaftLogService,
  scheduler: SchedulerClientService,
  store: metapb.Store
): Effect.fn.Return<metapb.Region | undefined, EngineError | SchedulerError> {
  let prepared = yield* readEngine(() => readPrepareBootstrap(engine.latest))
  if (prepared === undefined) {
    if (yield* retryUnavailable(scheduler.isBootstrapped)) return undefined
    const regionId = yield* retryUnavailable(scheduler.allocId)
    const peerId = yield* retryUnavailable(scheduler.allocId)
    prepared = firstRegion(regionId, { id: peerId, storeId: store.id })
    yield* prepare(engine, prepared)
  }
  const accepted = yield* tell(scheduler, store, prepared)
  yield* accepted ? keepPrepared(engine) : dropPrepared(engine, raftLog, prepared)
  return accepted ? prepared : undefined
})

const firstRegion = (id: number, peer: { readonly id: number; readonly storeId: StoreId }): metapb.Region =>
  metapb.Region.create({ id, regionEpoch: { ...initialEpoch }, peers: [metapb.Peer.create(peer)] })

const prepare = (engine: EngineService, region: metapb.Region): Effect.Effect<void, EngineError> => {
  const batch = new WriteBatch()
  putPrepareBootstrap(batch, region)
  putRegionState(batch, { kind: "Normal", region, removedPeerId: 0 })
  putApplyState(batch, region.id, initialApplyState)
  return engine.write(batch, { sync: true })
}

/** Whether the cluster's first region is ours. */
const tell = Effect.fnUntraced(function* (
  scheduler: SchedulerClientService,
  store: metapb.Store,
  region: metapb.Region
): Effect.fn.Return<boolean, SchedulerError> {
  const answer = yield* retryUnavailable(scheduler.bootstrap(store, region)).pipe(
    Effect.as("accepted" as const),
    Effect.catch((error: SchedulerError) =>
      error.reason === "alreadyBootstrapped" ? Effect.succeed("taken" as const) : Effect.fail(error)
    )
  )
  if (answer === "accepted") return true
  const known = yield* retryUnavailable(scheduler.getRegionById(region.id))
  return known?.region.peers.some((peer) => peer.id === region.peers[0]!.id) === true
})

const keepPrepared = (engine: EngineService): Effect.Effect<void, EngineError> => {
  const batch = new WriteBatch()
  deletePrepareBootstrap(batch)
  return engine.write(batch, { sync: true })
}

/** Nothing of the region was ever served: its records go, and whatever log it had. */
const dropPrepared = Effect.fnUntraced(function* (
  engine: EngineService,
  raftLog: RaftLogService,
  region: metapb.Region
): Effect.fn.Return<void, EngineError> {
  const batch = new WriteBatch()
  batch.delete("raft", regionStateKey(region.id))
  deleteApplyState(batch, region.id)
  deletePrepareBootstrap(batch)
  yield* engine.write(batch, { sync: true })
  yield* raftLog.destroy([region.id])
})
