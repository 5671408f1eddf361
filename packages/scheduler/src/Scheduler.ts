/**
 * Puts the scheduler together: loads what is on disk, makes the memory, starts the timers, answers the service. One
 * engine of its own; closing the scope ends every step stream and writes down what is still unwritten.
 */
import { Engine } from "@reefkv/engine"
import { type ClusterId, metapb, pdpb } from "@reefkv/wire"
import { Clock, Effect, Layer, Random, Semaphore } from "effect"
import { Cluster } from "./cluster/Cluster.ts"
import { makeView } from "./cluster/ClusterView.ts"
import { isOffline, isTombstone, livenessOf, noDamage } from "./cluster/StoreInfo.ts"
import { type Coordinator, makeCoordinator } from "./coordinator.ts"
import { OperatorController } from "./operators/OperatorController.ts"
import { makeCommandLog } from "./persist.ts"
import { defaultSchedulerConfig, type SchedulerConfig, validateSchedulerConfig } from "./SchedulerConfig.ts"
import { type SchedulerError, schedulerError } from "./SchedulerError.ts"
import { SchedulerEvents } from "./SchedulerEvent.ts"
import { type MemberInfo, SchedulerService, type SchedulerServiceShape } from "./SchedulerService.ts"
import { makeGcState } from "./service/GcState.ts"
import { makeHeardTimes, silentBefore } from "./service/HeardTimes.ts"
import { makeIdAllocator } from "./service/IdAllocator.ts"
import { batchScan, query, scan, toRegionStatus, toWireRegion } from "./service/lookups.ts"
import { type Parts, whyNotBootstrapped } from "./service/Parts.ts"
import { makeRegionReports } from "./service/regionReports.ts"
import { makeRequests } from "./service/requests.ts"
import { StepStreams } from "./service/StepStreams.ts"
import { makeStoreAdmin } from "./service/storeAdmin.ts"
import { makeTso } from "./service/Tso.ts"

export interface SchedulerOptions {
  /** Laid over the defaults; what was changed while running is laid over this. */
  readonly config?: Partial<SchedulerConfig>
  readonly member?: MemberInfo
  /** For the very first start; refused when the data belongs to another cluster. Chosen by chance when left out. */
  readonly clusterId?: ClusterId
}

const recordKeyMax = 4 * 1024
const recordValueMax = 1024 * 1024

/** A random id that fits a JavaScript number and is never 0. */
const randomId = Effect.map(Random.next, (double) => 1 + Math.floor(double * (Number.MAX_SAFE_INTEGER - 1)))

/** Known names with values of the right type; the rest of a newer or damaged record is refused by name. */
const parseOverrides = (stored: unknown): Partial<SchedulerConfig> | string => {
  if (stored === undefined) return {}
  if (typeof stored !== "object" || stored === null) return "the stored configuration is no record"
  const defaults: Readonly<Record<string, unknown>> = { ...defaultSchedulerConfig }
  const overrides: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(stored)) {
    const like = defaults[name]
    if (like === undefined) return `unknown option ${name}`
    if (typeof like !== typeof value || Array.isArray(like) !== Array.isArray(value))
      return `${name} has the wrong type`
    overrides[name] = value
  }
  return overrides
}

export const makeScheduler = Effect.fnUntraced(function* (options: SchedulerOptions = {}) {
  const engine = yield* Engine
  const clock = yield* Clock.Clock
  const random = yield* Random.Random
  const events = yield* SchedulerEvents
  const log = makeCommandLog(engine)
  const persisted = yield* log.load

  // Identity.
  if (persisted.foreign) {
    return yield* schedulerError(
      "refused",
      "the data directory holds data that no scheduler wrote, such as a store's: give the scheduler a directory of its own"
    )
  }
  if (
    options.clusterId !== undefined &&
    persisted.clusterId !== undefined &&
    options.clusterId !== persisted.clusterId
  ) {
    return yield* schedulerError(
      "clusterMismatch",
      `the data belongs to cluster ${persisted.clusterId}, not ${options.clusterId}: start with its own data, or with none`
    )
  }
  const clusterId: ClusterId = persisted.clusterId ?? options.clusterId ?? (yield* randomId)
  const memberId = persisted.memberId ?? (yield* randomId)
  if (persisted.clusterId === undefined || persisted.memberId === undefined) {
    yield* log.write([{ type: "identity", clusterId, memberId }], { sync: true })
  }
  let member: MemberInfo = options.member ?? { name: "scheduler", clientUrls: [], peerUrls: [] }

  // Configuration.
  const base: SchedulerConfig = { ...defaultSchedulerConfig, ...options.config }
  const stored = parseOverrides(persisted.config)
  if (typeof stored === "string")
    return yield* schedulerError("refused", `cannot use the stored configuration: ${stored}`)
  let overrides: Partial<SchedulerConfig> = stored
  let config: SchedulerConfig = { ...base, ...overrides }
  const broken = validateSchedulerConfig(config)
  if (broken.length > 0) return yield* schedulerError("refused", `bad configuration: ${broken.join("; ")}`)

  // Memory.
  const nowMs = (): number => Number(clock.monotonicTimeNanosUnsafe() / 1_000_000n)
  const cluster = new Cluster()
  cluster.bootstrapped = persisted.bootstrapped
  for (const meta of persisted.stores) {
    const heardUnixMs = persisted.heard.get(meta.id)
    cluster.putStore({
      meta,
      stats: undefined,
      heardMs: nowMs(),
      damage: noDamage,
      silentBeforeMs: silentBefore(heardUnixMs, clock.currentTimeMillisUnsafe(), config),
      heardUnixMs: heardUnixMs ?? 0
    })
  }
  for (const meta of persisted.regions) cluster.loadRegion(meta)

  const ids = makeIdAllocator(log, persisted.idWindowEnd, () => config.idReserveStep)
  const tso = makeTso(log, clock, persisted.tsoWindowMs, () => config.tsoSaveIntervalMs)
  const gc = makeGcState(log, clock, persisted)
  const streams = new StepStreams((storeId) => operators.onListening(storeId))
  yield* Effect.addFinalizer(() => Effect.sync(() => streams.end()))
  const operators: OperatorController = new OperatorController({
    config: () => config,
    events,
    region: (id) => cluster.regions.get(id),
    allocId: () => ids.takeUnsafe(),
    nowMs,
    nowUnixMs: () => clock.currentTimeMillisUnsafe(),
    whyNotStore: (storeId, gets) => {
      const store = cluster.store(storeId)
      if (store === undefined) return `store ${storeId} is not known`
      // It may have been asked to go after the plan was made. It counts as empty before the replica is there, is taken
      // for gone, and would then vote with nobody behind it.
      if (isTombstone(store) || (gets === "replica" && isOffline(store))) return `store ${storeId} is being removed`
      return livenessOf(store, nowMs(), config) === "alive" ? undefined : `store ${storeId} is silent`
    },
    send: (storeId, response) => streams.send(storeId, response)
  })
  const oneAtATime = Semaphore.makeUnsafe(1)
  const parts: Parts = {
    cluster,
    operators,
    ids,
    log,
    events,
    config: () => config,
    nowMs,
    nowUnixMs: () => clock.currentTimeMillisUnsafe(),
    view: () => makeView({ cluster, config, operators, nowMs: nowMs(), nextDouble: () => random.nextDoubleUnsafe() }),
    wake: () => coordinator.wake(),
    changing: (effect) => oneAtATime.withPermit(effect)
  }
  const stores = makeStoreAdmin(parts)
  const reports = makeRegionReports(parts)
  const requests = makeRequests(parts)
  const coordinator: Coordinator = makeCoordinator({
    ...parts,
    setStoreState: stores.setState,
    saveHeardTimes: makeHeardTimes({ ...parts, written: persisted.heard }).save
  })
  yield* coordinator.run

  /** An answer from memory, or `notBootstrapped`. */
  const fromMemory = <A>(answer: () => A): Effect.Effect<A, SchedulerError> =>
    Effect.suspend(() => {
      const refusal = whyNotBootstrapped(parts)
      return refusal === undefined ? Effect.succeed(answer()) : Effect.fail(refusal)
    })
  const whenBootstrapped = <A>(effect: Effect.Effect<A, SchedulerError>): Effect.Effect<A, SchedulerError> =>
    Effect.andThen(
      fromMemory(() => undefined),
      effect
    )

  const updateConfig = Effect.fnUntraced(function* (change: Partial<SchedulerConfig>) {
    const parsed = parseOverrides(change)
    if (typeof parsed === "string") return yield* schedulerError("refused", parsed)
    const newOverrides = { ...overrides, ...parsed }
    const newConfig: SchedulerConfig = { ...base, ...newOverrides }
    const refusals = validateSchedulerConfig(newConfig)
    if (refusals.length > 0) return yield* schedulerError("refused", refusals.join("; "))
    yield* log.write([{ type: "config", config: newOverrides }], { sync: true })
    overrides = newOverrides
    config = newConfig
    coordinator.wake()
    return config
  })
  const changeConfig = (change: (from: SchedulerConfig) => Partial<SchedulerConfig>) =>
    parts.changing(Effect.suspend(() => updateConfig(change(config))))

  const switchScheduler = Effect.fnUntraced(function* (name: string, storeId: number | undefined, on: boolean) {
    if (name === "evict-leader") {
      if (storeId === undefined || cluster.store(storeId) === undefined) {
        return yield* schedulerError("notFound", `evict-leader needs a known store, not ${storeId ?? "none"}`)
      }
      yield* changeConfig(({ evictLeaderStores }) => {
        const others = evictLeaderStores.filter((id) => id !== storeId)
        return { evictLeaderStores: on ? [...others, storeId] : others }
      })
      return
    }
    yield* changeConfig(({ schedulers }) => {
      const others = schedulers.filter((other) => other !== name)
      return { schedulers: on ? [...others, name] : others }
    })
  })

  const checkRecord = (key: string, value?: Uint8Array): SchedulerError | undefined => {
    const keyBytes = Buffer.byteLength(key)
    if (keyBytes === 0 || keyBytes > recordKeyMax) {
      return schedulerError("refused", `a record's key must have 1 to ${recordKeyMax} bytes, has ${keyBytes}`)
    }
    return value !== undefined && value.length > recordValueMax
      ? schedulerError("refused", `a record may have ${recordValueMax} bytes, has ${value.length}`)
      : undefined
  }
  const checked = <A>(refusal: SchedulerError | undefined, effect: Effect.Effect<A, SchedulerError>) =>
    refusal === undefined ? effect : Effect.fail(refusal)

  const selfMember = (): pdpb.Member =>
    pdpb.Member.create({
      name: member.name,
      memberId,
      clientUrls: [...member.clientUrls],
      peerUrls: [...member.peerUrls]
    })
  const clusterRecord = (): metapb.Cluster => metapb.Cluster.create({ id: clusterId, maxPeerCount: config.maxReplicas })

  const service: SchedulerServiceShape = {
    clusterId,
    status: Effect.sync(() => ({
      clusterId,
      bootstrapped: cluster.bootstrapped,
      schedulingStarted: coordinator.started(),
      regionsKnown: cluster.regions.size,
      regionsReported: cluster.regions.reportedCount,
      operatorsRunning: operators.size
    })),
    members: Effect.sync(() => ({ members: [selfMember()], leader: selfMember() })),
    announce: (announced) =>
      Effect.sync(() => {
        member = announced
      }),
    allocId: (count = 1) => ids.alloc(count),
    tso: (count) => tso.next(count),

    isBootstrapped: Effect.sync(() => cluster.bootstrapped),
    bootstrap: (store, region) => stores.bootstrap(store, region, clusterRecord()),
    getClusterConfig: fromMemory(clusterRecord),
    putClusterConfig: (record) =>
      record.id !== 0 && record.id !== clusterId
        ? Effect.fail(schedulerError("clusterMismatch", `this is cluster ${clusterId}, not ${record.id}`))
        : whenBootstrapped(Effect.asVoid(changeConfig(() => ({ maxReplicas: record.maxPeerCount })))),
    config: Effect.sync(() => config),
    updateConfig: (change) => changeConfig(() => change),

    getStore: stores.getStore,
    getAllStores: ({ excludeTombstone }) =>
      fromMemory(() =>
        cluster.stores.filter((store) => !(excludeTombstone && isTombstone(store))).map((store) => store.meta)
      ),
    putStore: stores.putStore,
    removeStore: (storeId, { force }) => stores.removeStore(storeId, force),
    cancelRemoveStore: stores.cancelRemoveStore,
    storeHeartbeat: stores.storeHeartbeat,
    stores: Effect.sync(stores.statuses),

    regionHeartbeat: reports.regionHeartbeat,
    operatorSteps: (storeId) => streams.subscribe(storeId),
    askSplit: reports.askSplit,
    askBatchSplit: reports.askBatchSplit,
    reportSplit: (left, right) => reports.reportBatchSplit([left, right]),
    reportBatchSplit: reports.reportBatchSplit,
    getRegion: (key) => fromMemory(() => optional(cluster.regions.tree.find(key))),
    getPrevRegion: (key) => fromMemory(() => optional(cluster.regions.tree.findPrevious(key))),
    getRegionById: (regionId) => fromMemory(() => optional(cluster.regions.get(regionId))),
    scanRegions: (startKey, endKey, limit) =>
      fromMemory(() => scan(cluster.regions, startKey, endKey, limit).map(toWireRegion)),
    batchScanRegions: (ranges, limit, { containAllKeyRange }) =>
      Effect.flatMap(
        fromMemory(() => batchScan(cluster.regions, ranges, limit, containAllKeyRange)),
        (found) =>
          found._tag === "Found"
            ? Effect.succeed(found.regions.map(toWireRegion))
            : Effect.fail(
                schedulerError(
                  "notFound",
                  `no region is known at key ${hex(found.at)} of the range [${hex(found.range.startKey)}, ${hex(found.range.endKey)}): try again`,
                  pdpb.ErrorType.REGIONS_NOT_CONTAIN_ALL_KEY_RANGE
                )
              )
      ),
    queryRegion: (request) => fromMemory(() => query(cluster.regions, request)),
    regions: Effect.sync(() => cluster.regions.tree.slice(0, cluster.regions.size).map(toRegionStatus)),

    splitRegions: requests.splitRegions,
    scatterRegions: ({ group, regionIds }) => requests.scatterRegions(regionIds, group),
    getOperator: requests.getOperator,
    operators: Effect.sync(() => operators.list()),
    operatorHistory: Effect.sync(() => operators.history()),
    addOperator: requests.addOperator,
    cancelOperator: (regionId) =>
      Effect.suspend(() =>
        operators.cancel(regionId, "asked for by a person")
          ? Effect.void
          : Effect.fail(
              schedulerError("notFound", `region ${regionId} has no running operator`, pdpb.ErrorType.REGION_NOT_FOUND)
            )
      ),
    schedulers: Effect.sync(() => coordinator.diagnostics()),
    enableScheduler: (name, storeId) => switchScheduler(name, storeId, true),
    disableScheduler: (name, storeId) => switchScheduler(name, storeId, false),

    gcSafePoint: fromMemory(() => gc.gcSafePoint()),
    updateGcSafePoint: (ts) => whenBootstrapped(gc.updateGcSafePoint(ts)),
    updateServiceGcSafePoint: (id, ttl, ts) => whenBootstrapped(gc.updateService(id, ttl, ts)),
    serviceSafePoints: Effect.sync(() => gc.services()),
    getGcState: (scope) => fromMemory(() => gc.state(scope)),
    globalGcBarriers: fromMemory(() =>
      gc.barriers("global-barrier").map((barrier) => pdpb.GlobalGCBarrierInfo.create(barrier))
    ),
    advanceTxnSafePoint: (target) => whenBootstrapped(gc.advanceTxnSafePoint(target)),
    advanceGcSafePoint: (target) => whenBootstrapped(gc.advanceGcSafePoint(target)),
    setGcBarrier: (id, ts, ttl, { global }) =>
      whenBootstrapped(gc.setBarrier(global ? "global-barrier" : "barrier", id, ts, ttl)),
    deleteGcBarrier: (id, { global }) => whenBootstrapped(gc.deleteBarrier(global ? "global-barrier" : "barrier", id)),

    getRecord: (key) => log.record(key),
    putRecord: (key, value) =>
      checked(checkRecord(key, value), log.write([{ type: "record", key, value }], { sync: true })),
    deleteRecord: (key) => checked(checkRecord(key), log.write([{ type: "recordGone", key }], { sync: true })),
    scanRecords: (prefix, limit) => log.records(prefix, limit)
  }
  return service
})

const optional = (region: Parameters<typeof toWireRegion>[0] | undefined): pdpb.Region | undefined =>
  region === undefined ? undefined : toWireRegion(region)
const hex = (key: Uint8Array): string => `0x${Buffer.from(key).toString("hex")}`

/** The service over the Engine in its context, for as long as the layer lives. */
export const schedulerLayer = (options: SchedulerOptions = {}): Layer.Layer<SchedulerService, SchedulerError, Engine> =>
  Layer.effect(SchedulerService, makeScheduler(options))
