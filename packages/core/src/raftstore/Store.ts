/**
 * One store as a layer: it finds out who it is, brings its peers back, and runs until its scope closes.
 *
 *   engine, log, transport, scheduler, router's state
 *     ─▶ identify, bootstrap (bootstrap.ts)
 *     ─▶ load: finish snapshots and removals that a crash cut short, fit logs to data, make peers
 *     ─▶ scoped fibers: store loop, workers, tick driver, operator steps
 *   scope closes ─▶ ticks and workers stop, the mailbox closes, the loop ends its pass, everybody who waits is answered
 *
 * When disk or log fail the loop ends: `stopped` then fails, everybody is answered, and the store serves no more.
 */
import { Engine, EngineError, type EngineService, type GroupAppend, RaftLog } from "@reefkv/engine"
import {
  type ApiVersion,
  findPeer,
  formatRegion,
  isVoter,
  type KeyMode,
  metapb,
  type RegionId,
  type StoreId
} from "@reefkv/wire"
import { Context, Deferred, Effect, Exit, Layer, Random, Result, type Scope, Stream } from "effect"
import { EntryKind } from "../raft/index.ts"
import { type BootstrapError, bootstrap, identify, retryUnavailable } from "./bootstrap.ts"
import { haltDamaged, noLog } from "./damage.ts"
import { startClearing } from "./destroy.ts"
import { Peer } from "./Peer.ts"
import { type LogReads, PeerStorage, startLog } from "./PeerStorage.ts"
import { readEngine } from "./readEngine.ts"
import {
  initialApplyState,
  nothingApplied,
  type RegionState,
  readAllGarbage,
  readAllRegionStates,
  readApplyState,
  readDamage
} from "./records.ts"
import { RegionSize } from "./regionSize.ts"
import { StoreHandle } from "./routerLive.ts"
import { SchedulerClient, type SchedulerError } from "./SchedulerClient.ts"
import { validateStoreConfig } from "./StoreConfig.ts"
import type { StoreState } from "./StoreState.ts"
import { applySnapshot } from "./snapshot/apply.ts"
import { SnapshotFormatError } from "./snapshot/format.ts"
import { dropStaged, readStaged, type StagedSnapshot, stagedRegionIds } from "./snapshot/stage.ts"
import { answerEverybody, runLoop } from "./storeLoop.ts"
import { makeStoreWorkers } from "./storeWorkers.ts"
import { Transport } from "./Transport.ts"
import { driveTicks } from "./tick.ts"

export interface StoreOptions {
  /** How other stores and clients reach this one; its id is filled in. */
  readonly store: metapb.Store
  readonly keyMode: KeyMode
  /** How raw values are stored, fixed by the first start in a directory; V1TTL unless given. */
  readonly apiVersion?: ApiVersion
}

export interface StoreService {
  readonly storeId: StoreId
  readonly clusterId: number
  /** Waits until the store's loop has ended; fails when disk or log made it end. */
  readonly stopped: Effect.Effect<void, EngineError>
}

export class Store extends Context.Service<Store, StoreService>()("@reefkv/core/Store") {}

export type StoreStartError = EngineError | SchedulerError | BootstrapError | StoreConfigError

export interface StoreConfigError {
  readonly _tag: "StoreConfigError"
  readonly problems: ReadonlyArray<string>
}

export const layerStore = (
  options: StoreOptions
): Layer.Layer<Store, StoreStartError, Engine | RaftLog | Transport | SchedulerClient | StoreHandle> =>
  Layer.effect(Store, startStore(options))

export const startStore = Effect.fnUntraced(function* (
  options: StoreOptions
): Effect.fn.Return<
  StoreService,
  StoreStartError,
  Engine | RaftLog | Transport | SchedulerClient | StoreHandle | Scope.Scope
> {
  const store = yield* StoreHandle
  const engine = yield* Engine
  const raftLog = yield* RaftLog
  const transport = yield* Transport
  const scheduler = yield* SchedulerClient
  const random = yield* Random.Random
  const problems = validateStoreConfig(store.config)
  if (problems.length > 0) return yield* Effect.fail({ _tag: "StoreConfigError" as const, problems })

  const { storeId, clusterId } = yield* identify(engine, scheduler, options.apiVersion ?? "V1TTL")
  const self = metapb.Store.create({ ...options.store, id: storeId })
  const bootstrapped = yield* bootstrap(engine, raftLog, scheduler, self)
  yield* retryUnavailable(scheduler.putStore(self))

  const workers = yield* makeStoreWorkers(store.config, engine, raftLog, transport, scheduler)
  store.attach({
    storeId,
    clusterId,
    engine,
    raftLog,
    transport,
    scheduler,
    workers,
    random: () => random.nextDoubleUnsafe(),
    incarnation: Math.floor(random.nextDoubleUnsafe() * 2 ** 32),
    keyMode: options.keyMode
  })
  if (bootstrapped !== undefined) store.emit({ type: "StoreBootstrapped", storeId, region: bootstrapped })
  yield* diskFailures(load(store))

  const ended = yield* Deferred.make<void, EngineError>()
  store.phase = "running"
  store.emit({ type: "StoreStarted", storeId, regions: store.regions.size })
  yield* Effect.forkScoped(
    diskFailures(runLoop(store)).pipe(
      Effect.onExit((exit) =>
        Effect.suspend(() => {
          if (Exit.isFailure(exit)) store.failure = exit.cause
          stop(store, Exit.isSuccess(exit) ? "the store is stopping" : "the store failed")
          return Deferred.done(ended, exit)
        })
      )
    )
  )
  yield* Effect.forkScoped(driveTicks(store))
  yield* Effect.forkScoped(
    Stream.runForEach(scheduler.operatorSteps(storeId), (step) =>
      // A step that finds no room is lost: the scheduler sends it again.
      Effect.sync(() => store.mailbox.offer({ type: "operatorStep", step }, 1))
    )
  )
  // Runs before the fibers above are interrupted, so that the loop ends between two passes and not inside one.
  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => {
      store.mailbox.close()
      return Effect.exit(Deferred.await(ended))
    })
  )
  return { storeId, clusterId, stopped: Deferred.await(ended) }
})

/** Reads of the engine throw, in the loop and while peers are made: that too is the disk's failure, and no bug. */
const diskFailures = <A, R>(effect: Effect.Effect<A, EngineError, R>): Effect.Effect<A, EngineError, R> =>
  Effect.catchDefect(effect, (defect) => (defect instanceof EngineError ? Effect.fail(defect) : Effect.die(defect)))

const stop = (store: StoreState, why: string): void => {
  store.phase = "stopped"
  store.mailbox.close()
  answerEverybody(store, why)
}

/** Brings back what was here: one peer per region, after whatever a crash cut short is finished. */
const load = Effect.fnUntraced(function* (store: StoreState): Effect.fn.Return<void, EngineError> {
  const { engine, raftLog } = store.services
  const states = yield* readEngine(() => readAllRegionStates(engine.latest))
  const { regions: whole, damaged } = yield* finishCutShort(store, states)
  const resets = []
  const finished: Array<metapb.Region> = []
  for (const region of whole) {
    const found = yield* readEngine(() => damageOrReset(store, region.id))
    if (typeof found === "string") damaged.push({ region, message: found })
    else {
      finished.push(region)
      if (found !== undefined) resets.push(found)
    }
  }
  if (resets.length > 0) yield* raftLog.append(resets)
  for (const garbage of yield* readEngine(() => readAllGarbage(engine.latest))) startClearing(store, garbage)
  for (const region of finished) {
    const apply = (yield* readEngine(() => readApplyState(engine.latest, region.id))) ?? initialApplyState
    const meta = findPeer(region, store.storeId)
    if (meta === undefined)
      throw new Error(`${formatRegion(region)} is stored here but has no peer on store ${store.storeId}`)
    const storage = new PeerStorage(raftLog, region, apply, store.snapshots)
    const isAlone =
      isSingleVoter(region, meta) && !(yield* readEngine(() => mayChangeMembers(storage, apply.appliedIndex)))
    const peer = new Peer({
      region,
      meta,
      storage,
      config: store.config,
      random: store.services.random,
      size: RegionSize.estimate(engine.approximateSize({ start: region.startKey, end: region.endKey })),
      // A single voter has promised silence to nobody but itself, and needs nobody's vote.
      voteQuietTicks: isAlone ? 0 : undefined,
      nowMs: store.nowMs
    })
    store.peers.set(region.id, peer)
    store.regions.replace([], [region])
    if (isAlone) peer.raft.campaign()
    store.touch(peer)
    store.emit({
      type: "RegionCreated",
      storeId: store.storeId,
      regionId: region.id,
      peerId: peer.id,
      cause: "restart"
    })
  }
  for (const one of damaged) addDamaged(store, one)
})

/**
 * Why the region's peer must not run: it was halted before, or its apply state, votes or log cannot be read now. Else what
 * has to be appended to its log before it may.
 */
const damageOrReset = (store: StoreState, regionId: RegionId): string | GroupAppend | undefined => {
  const { engine, raftLog } = store.services
  const known = readDamage(engine.latest, regionId)
  if (known !== undefined) return known
  try {
    return startLog(raftLog, regionId, readApplyState(engine.latest, regionId) ?? initialApplyState).reset
  } catch (error) {
    if (error instanceof EngineError && error.reason === "corrupt" && (error.groupId ?? error.key) !== undefined) {
      return error.message
    }
    throw error
  }
}

/** There, so that it is reported and can be removed, and of no use otherwise. */
const addDamaged = (store: StoreState, { region, message }: DamagedRegion): void => {
  const { engine } = store.services
  const meta = findPeer(region, store.storeId)
  if (meta === undefined) throw new Error(`${formatRegion(region)} is stored here but has no peer on this store`)
  const peer = new Peer({
    region,
    meta,
    storage: new PeerStorage(noLog, region, nothingApplied, store.snapshots),
    config: store.config,
    random: store.services.random,
    size: RegionSize.estimate(engine.approximateSize({ start: region.startKey, end: region.endKey })),
    voteQuietTicks: undefined,
    nowMs: store.nowMs
  })
  store.peers.set(region.id, peer)
  store.regions.replace([], [region])
  haltDamaged(store, peer, message)
  store.damageDue.push(peer)
  store.touch(peer)
}

const isSingleVoter = (region: metapb.Region, meta: metapb.Peer): boolean =>
  region.peers.every((peer) => (peer.id === meta.id ? isVoter(peer) : !isVoter(peer)))

/** Of the entries that are looked at in one piece. */
const scanPageBytes = 1 << 20

/**
 * Whether an entry that is not applied yet may change the members. Data may have fallen back at a power loss to a time before
 * others joined, whose leader has this peer's promise; the log has not.
 */
const mayChangeMembers = (storage: PeerStorage, appliedIndex: number): boolean => {
  const last = storage.lastIndex()
  for (let next = appliedIndex + 1; next <= last; ) {
    const page = storage.entries(next, last + 1, scanPageBytes)
    // What cannot be read might.
    if (typeof page === "string" || page.length === 0) return true
    if (page.some(({ kind }) => kind !== EntryKind.normal)) return true
    next += page.length
  }
  return false
}

const unreadable = ({ message }: SnapshotFormatError): string => `its snapshot cannot be read: ${message}`

/** The snapshot that was being put in place, or why it cannot be. */
const stagedOrDamage = (engine: EngineService, regionId: RegionId): StagedSnapshot | string => {
  try {
    return readStaged(engine.latest, regionId) ?? "it was being replaced, and its snapshot is gone"
  } catch (error) {
    if (error instanceof SnapshotFormatError) return unreadable(error)
    // The manifest is of this region alone.
    if (error instanceof EngineError && error.reason === "corrupt" && error.key !== undefined) return error.message
    throw error
  }
}

/** A region whose data was being replaced by a snapshot that cannot be read any more: it has neither state. */
interface DamagedRegion {
  readonly region: metapb.Region
  readonly message: string
}

/** Snapshots that were being put in place, staged ones that nobody waits for, and logs of tombstones. */
const finishCutShort = Effect.fnUntraced(function* (
  store: StoreState,
  states: ReadonlyArray<RegionState>
): Effect.fn.Return<
  { readonly regions: ReadonlyArray<metapb.Region>; readonly damaged: Array<DamagedRegion> },
  EngineError
> {
  const { engine, raftLog } = store.services
  const regions: Array<metapb.Region> = []
  const damaged: Array<DamagedRegion> = []
  const removed: Array<number> = []
  const kept = new Set<number>()
  for (const { kind, region } of states) {
    if (kind === "Tombstone") {
      if (yield* readEngine(() => isLeftOver(raftLog, region.id))) removed.push(region.id)
    } else if (kind === "Normal") {
      regions.push(region)
    } else {
      const staged = yield* readEngine(() => stagedOrDamage(engine, region.id))
      kept.add(region.id)
      if (typeof staged === "string") {
        damaged.push({ region, message: staged })
        continue
      }
      const finished = yield* Effect.result(applySnapshot(engine, staged, { alsoClear: [] }))
      if (Result.isSuccess(finished)) regions.push(staged.region)
      else if (finished.failure._tag === "EngineError") return yield* Effect.fail(finished.failure)
      else damaged.push({ region, message: unreadable(finished.failure) })
    }
  }
  for (const regionId of yield* readEngine(() => stagedRegionIds(engine.latest))) {
    if (!kept.has(regionId)) yield* dropStaged(engine, regionId)
  }
  if (removed.length > 0) yield* raftLog.destroy(removed)
  return { regions, damaged }
})

/**
 * Whether the log is of the peer that was removed. One without entries is of an uninitialised peer that came after it: the
 * votes in it still count. When they cannot be read that is no reason not to start: the region's next peer here finds it,
 * and is halted. Which of the two it is says the truncation mark, which only an uninitialised peer has at 0.
 */
const isLeftOver = (raftLog: LogReads, regionId: RegionId): boolean => {
  try {
    return (raftLog.group(regionId)?.lastIndex ?? 0) > 0
  } catch (error) {
    if (!(error instanceof EngineError) || error.reason !== "corrupt" || error.groupId !== regionId) throw error
    return raftLog.term(regionId, 0) === undefined
  }
}
