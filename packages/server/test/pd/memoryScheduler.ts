/**
 * A SchedulerService in a few Maps: what it is told it answers, with nothing scheduled and nothing kept. Tests of the
 * wire use it where they need to hold an answer back, make a hole or an error; the real one is tested by its package and
 * end to end in schedulerServer.test.ts.
 */
import {
  defaultSchedulerConfig,
  type OperatorStatus,
  type RegionStatus,
  type SchedulerConfig,
  type SchedulerError,
  type SchedulerServiceShape,
  type SchedulerStatus,
  type StoreStatus,
  schedulerError
} from "@reefkv/scheduler"
import { compareBytes, keyInRange, metapb, pdpb } from "@reefkv/wire"
import { Effect, Queue, Stream } from "effect"

export const CLUSTER_ID = 7_001

export const peer = (id: number, storeId: number): metapb.Peer => metapb.Peer.create({ id, storeId })
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
/** `[start, end)` as text; the first peer leads. */
export const region = (id: number, start: string, end: string, peers = [peer(id + 1, 1)]): metapb.Region =>
  metapb.Region.create({
    id,
    startKey: bytes(start),
    endKey: bytes(end),
    regionEpoch: { confVer: 1, version: 1 },
    peers
  })
export const store = (id: number, address = `127.0.0.1:${20_160 + id}`): metapb.Store =>
  metapb.Store.create({ id, address, version: "8.5.0", statusAddress: `127.0.0.1:${20_180 + id}` })

export interface MemoryScheduler {
  readonly service: SchedulerServiceShape
  readonly heartbeats: Array<pdpb.RegionHeartbeatRequest>
  readonly regions: Array<pdpb.Region>
  /** Replaces all regions; leaders are the first peers. */
  setRegions(regions: ReadonlyArray<metapb.Region>): void
  /** Sends an operator step to the store's subscribers. */
  pushStep(storeId: number, step: pdpb.RegionHeartbeatResponse): void
  subscribers(storeId: number): number
  readonly operators: Map<number, OperatorStatus>
  readonly records: Map<string, Uint8Array>
  /** While set, every tso and queryRegion call waits for this effect first. */
  gate: Effect.Effect<void>
  /** While set, region lookups and tso fail with it. */
  failure: SchedulerError | undefined
  readonly tsoCalls: Array<number>
}

const regionAnswer = (meta: metapb.Region): pdpb.Region => pdpb.Region.create({ region: meta, leader: meta.peers[0] })

const unsupported = (what: string) => Effect.fail(schedulerError("refused", `${what}: not in the memory scheduler`))

export const makeMemoryScheduler = (): MemoryScheduler => {
  const stores = new Map<number, metapb.Store>()
  const stats = new Map<number, pdpb.StoreStats>()
  const queues = new Map<number, Set<Queue.Queue<pdpb.RegionHeartbeatResponse>>>()
  const services = new Map<string, bigint>()
  const schedulers = new Set(["balance-leader", "balance-region"])
  let bootstrapped = false
  let nextId = 1_000
  let physical = 1_700_000_000_000
  let logical = 0
  let member = pdpb.Member.create({ name: "", memberId: 11 })
  let config: SchedulerConfig = defaultSchedulerConfig
  let cluster = metapb.Cluster.create({ id: CLUSTER_ID, maxPeerCount: 3 })
  let gcSafePoint = 0n
  let txnSafePoint = 0n
  const barriers = new Map<string, bigint>()

  const needed = <A>(answer: () => A): Effect.Effect<A, SchedulerError> =>
    Effect.suspend(() =>
      bootstrapped
        ? Effect.succeed(answer())
        : Effect.fail(schedulerError("notBootstrapped", "cluster is not bootstrapped"))
    )
  const lookup = <A>(answer: () => A) =>
    Effect.suspend(() => (memory.failure === undefined ? needed(answer) : Effect.fail(memory.failure)))
  const byKey = (key: Uint8Array) =>
    memory.regions.find(({ region }) => region !== undefined && keyInRange(key, region.startKey, region.endKey))
  const before = (key: Uint8Array) => {
    const start = byKey(key)?.region?.startKey
    if (start === undefined || start.length === 0) return undefined
    return memory.regions.find(({ region }) => region !== undefined && compareBytes(region.endKey, start) === 0)
  }
  const scan = (start: Uint8Array, end: Uint8Array, limit: number) =>
    memory.regions
      .filter(
        ({ region }) => region !== undefined && (region.endKey.length === 0 || compareBytes(region.endKey, start) > 0)
      )
      .filter(({ region }) => region !== undefined && (end.length === 0 || compareBytes(region.startKey, end) < 0))
      .slice(0, limit > 0 ? limit : undefined)
  const storeStatus = (meta: metapb.Store): StoreStatus => {
    const here = memory.regions.filter(({ region }) => region?.peers.some((p) => p.storeId === meta.id))
    return {
      store: meta,
      stats: stats.get(meta.id),
      liveness: "alive",
      lastHeartbeatUnixMs: stats.has(meta.id) ? 1_700_000_001_000 : 0,
      leaderCount: here.filter(({ leader }) => leader?.storeId === meta.id).length,
      regionCount: here.length,
      learnerCount: 0,
      pendingPeerCount: 0,
      leaderBytes: 0,
      regionBytes: 0
    }
  }
  const setStep = (regionId: number, desc: string, steps: ReadonlyArray<string>): OperatorStatus => {
    const operator: OperatorStatus = {
      operatorId: nextId++,
      regionId,
      desc,
      kind: "admin,region",
      state: "running",
      steps,
      currentStep: 0,
      reason: "",
      createdUnixMs: 1_700_000_000_000,
      elapsedMs: 0
    }
    memory.operators.set(regionId, operator)
    return operator
  }

  const service: SchedulerServiceShape = {
    clusterId: CLUSTER_ID,
    status: Effect.sync(() => ({
      clusterId: CLUSTER_ID,
      bootstrapped,
      schedulingStarted: bootstrapped,
      regionsKnown: memory.regions.length,
      regionsReported: memory.regions.length,
      operatorsRunning: memory.operators.size
    })),
    members: Effect.sync(() => ({ members: [member], leader: member })),
    announce: (info) =>
      Effect.sync(() => {
        member = { ...member, name: info.name, clientUrls: [...info.clientUrls], peerUrls: [...info.peerUrls] }
      }),
    allocId: (count = 1) => Effect.sync(() => (nextId += count)),
    tso: (count) =>
      Effect.andThen(
        Effect.suspend(() => memory.gate),
        Effect.suspend(() => {
          if (memory.failure !== undefined) return Effect.fail(memory.failure)
          memory.tsoCalls.push(count)
          if (logical + count >= 2 ** 18) {
            physical++
            logical = 0
          }
          logical += count
          return Effect.succeed({ physical, logical })
        })
      ),
    isBootstrapped: Effect.sync(() => bootstrapped),
    bootstrap: (first, whole) =>
      Effect.suspend(() => {
        if (bootstrapped) return Effect.fail(schedulerError("alreadyBootstrapped", "cluster is already bootstrapped"))
        bootstrapped = true
        stores.set(first.id, first)
        memory.setRegions([whole])
        return Effect.void
      }),
    getClusterConfig: needed(() => cluster),
    putClusterConfig: (next) =>
      needed(() => {
        cluster = next
      }),
    config: Effect.sync(() => config),
    updateConfig: (change) =>
      Effect.suspend(() => {
        if (change.maxReplicas === 0) return Effect.fail(schedulerError("refused", "maxReplicas must be at least 1"))
        config = { ...config, ...change }
        return Effect.succeed(config)
      }),
    getStore: (id) =>
      Effect.suspend(() => {
        const found = stores.get(id)
        if (!bootstrapped) return Effect.fail(schedulerError("notBootstrapped", "cluster is not bootstrapped"))
        return found === undefined
          ? Effect.fail(schedulerError("notFound", `invalid store ID ${id}, not found`))
          : Effect.succeed({ store: found, stats: stats.get(id) })
      }),
    getAllStores: ({ excludeTombstone }) =>
      needed(() => [...stores.values()].filter((s) => !excludeTombstone || s.state !== metapb.StoreState.Tombstone)),
    putStore: (next) =>
      needed(() => {
        stores.set(next.id, next)
      }),
    removeStore: (id, { force }) =>
      needed(() => {
        const found = stores.get(id)
        if (found !== undefined) {
          stores.set(id, { ...found, state: force ? metapb.StoreState.Tombstone : metapb.StoreState.Offline })
        }
      }),
    cancelRemoveStore: (id) =>
      needed(() => {
        const found = stores.get(id)
        if (found !== undefined) stores.set(id, { ...found, state: metapb.StoreState.Up })
      }),
    storeHeartbeat: (next) =>
      needed(() => {
        stats.set(next.storeId, next)
        return { state: metapb.NodeState.Serving }
      }),
    stores: Effect.sync(() => [...stores.values()].map(storeStatus)),
    regionHeartbeat: (heartbeat) =>
      Effect.suspend(() => {
        if (heartbeat.term === 0) return Effect.fail(schedulerError("stale", "the heartbeat's term is behind"))
        memory.heartbeats.push(heartbeat)
        return Effect.void
      }),
    operatorSteps: (storeId) =>
      Stream.unwrap(
        Effect.gen(function* () {
          const queue = yield* Queue.unbounded<pdpb.RegionHeartbeatResponse>()
          const all = queues.get(storeId) ?? new Set()
          queues.set(storeId, all.add(queue))
          return Stream.fromQueue(queue).pipe(Stream.ensuring(Effect.sync(() => all.delete(queue))))
        })
      ),
    askSplit: (asked) => needed(() => ({ newRegionId: nextId++, newPeerIds: asked.peers.map(() => nextId++) })),
    askBatchSplit: (asked, count) =>
      Effect.suspend(() => {
        const known = memory.regions.find(({ region: r }) => r?.id === asked.id)?.region
        if (known?.regionEpoch?.version !== asked.regionEpoch?.version) {
          return Effect.fail(schedulerError("stale", `region ${asked.id} has another epoch`))
        }
        return Effect.succeed(
          Array.from({ length: count }, () => ({ newRegionId: nextId++, newPeerIds: asked.peers.map(() => nextId++) }))
        )
      }),
    reportSplit: (left, right) => needed(() => memory.setRegions([left, right])),
    reportBatchSplit: (all) => needed(() => memory.setRegions(all)),
    getRegion: (key) => lookup(() => byKey(key)),
    getPrevRegion: (key) => lookup(() => before(key)),
    getRegionById: (id) => lookup(() => memory.regions.find(({ region: r }) => r?.id === id)),
    scanRegions: (start, end, limit) => lookup(() => scan(start, end, limit)),
    batchScanRegions: (ranges, limit, { containAllKeyRange }) =>
      Effect.suspend(() => {
        const found = ranges.flatMap((range) => scan(range.startKey, range.endKey, 0))
        const holes = ranges.some((range) => byKey(range.startKey) === undefined)
        if (containAllKeyRange && holes) {
          const type = pdpb.ErrorType.REGIONS_NOT_CONTAIN_ALL_KEY_RANGE
          return Effect.fail(schedulerError("notFound", "found regions do not contain all key ranges", type))
        }
        return Effect.succeed(found.slice(0, limit > 0 ? limit : undefined))
      }),
    queryRegion: (request) =>
      Effect.andThen(
        Effect.suspend(() => memory.gate),
        lookup(() => {
          const regionsById = new Map<number, pdpb.RegionResponse>()
          const idOf = (found: pdpb.Region | undefined) => {
            if (found?.region === undefined) return 0
            regionsById.set(found.region.id, pdpb.RegionResponse.create({ ...found }))
            return found.region.id
          }
          const keyIdMap = request.keys.map((key) => idOf(byKey(key)))
          const prevKeyIdMap = request.prevKeys.map((key) => idOf(before(key)))
          for (const id of request.ids) idOf(memory.regions.find(({ region: r }) => r?.id === id))
          return { keyIdMap, prevKeyIdMap, regionsById }
        })
      ),
    regions: Effect.sync(() =>
      memory.regions.map(
        (known): RegionStatus => ({
          ...known,
          term: 6,
          approximateBytes: 3 * 1024 * 1024,
          approximateKeys: 42,
          bytesWritten: 0,
          bytesRead: 0,
          keysWritten: 0,
          keysRead: 0,
          reported: true
        })
      )
    ),
    splitRegions: (keys) => needed(() => ({ finishedPercentage: 100, regionsId: keys.map((_, i) => 500 + i) })),
    scatterRegions: ({ regionIds }) =>
      needed(() => {
        for (const id of regionIds) setStep(id, "scatter-region", ["scatter"])
        return { finishedPercentage: 100, failedRegionsId: [] }
      }),
    getOperator: (regionId) =>
      Effect.suspend(() => {
        const operator = memory.operators.get(regionId)
        return operator === undefined
          ? Effect.fail(
              schedulerError("notFound", `operator of region ${regionId} not found`, pdpb.ErrorType.REGION_NOT_FOUND)
            )
          : Effect.succeed(operator)
      }),
    operators: Effect.sync(() => [...memory.operators.values()]),
    operatorHistory: Effect.succeed([]),
    addOperator: (request) =>
      Effect.suspend(() =>
        memory.regions.some(({ region: r }) => r?.id === request.regionId)
          ? Effect.succeed(setStep(request.regionId, `admin-${request.kind}`, [JSON.stringify(request.kind)]))
          : Effect.fail(schedulerError("notFound", `region ${request.regionId} not found`))
      ),
    cancelOperator: (regionId) =>
      Effect.suspend(() =>
        memory.operators.delete(regionId)
          ? Effect.void
          : Effect.fail(schedulerError("notFound", `no operator runs on region ${regionId}`))
      ),
    schedulers: Effect.sync(() =>
      [...schedulers].map((name): SchedulerStatus => ({ name, enabled: true, diagnostic: "balanced" }))
    ),
    enableScheduler: (name) => Effect.sync(() => void schedulers.add(name)),
    disableScheduler: (name) =>
      Effect.suspend(() =>
        schedulers.delete(name) ? Effect.void : Effect.fail(schedulerError("notFound", `no scheduler ${name}`))
      ),
    gcSafePoint: Effect.sync(() => gcSafePoint),
    updateGcSafePoint: (next) =>
      Effect.sync(() => {
        if (next > gcSafePoint) gcSafePoint = next
        return gcSafePoint
      }),
    updateServiceGcSafePoint: (serviceId, ttlSeconds, safePoint) =>
      Effect.sync(() => {
        if (ttlSeconds <= 0n) services.delete(serviceId)
        else services.set(serviceId, safePoint)
        const all = [...services].sort((a, b) => (a[1] < b[1] ? -1 : 1))
        const [smallest = "", minSafePoint = 0n] = all[0] ?? []
        return { serviceId: smallest, ttlSeconds, minSafePoint }
      }),
    serviceSafePoints: Effect.sync(() =>
      [...services].map(([serviceId, safePoint]) => ({ serviceId, safePoint, expiresUnixMs: Number.POSITIVE_INFINITY }))
    ),
    getGcState: (scope) =>
      Effect.sync(() =>
        pdpb.GCState.create({
          keyspaceScope: scope ?? pdpb.KeyspaceScope.create({ keyspace: { case: "keyspaceId", value: 0xffff_ffff } }),
          txnSafePoint,
          gcSafePoint,
          gcBarriers: [...barriers].map(([barrierId, barrierTs]) => ({ barrierId, barrierTs, ttlSeconds: 60n }))
        })
      ),
    globalGcBarriers: Effect.succeed([]),
    advanceTxnSafePoint: (target) =>
      Effect.suspend(() => {
        if (target < txnSafePoint) return Effect.fail(schedulerError("refused", "the txn safe point never falls"))
        const oldTxnSafePoint = txnSafePoint
        const blocker = [...barriers].find(([, ts]) => ts < target)
        txnSafePoint = blocker === undefined ? target : blocker[1]
        return Effect.succeed({
          oldTxnSafePoint,
          newTxnSafePoint: txnSafePoint,
          blockerDescription: blocker === undefined ? "" : `barrier ${blocker[0]}`
        })
      }),
    advanceGcSafePoint: (target) => Effect.succeed({ oldGcSafePoint: 0n, newGcSafePoint: target }),
    setGcBarrier: (barrierId, barrierTs, ttlSeconds) =>
      Effect.sync(() => {
        barriers.set(barrierId, barrierTs)
        return { barrierId, barrierTs, ttlSeconds }
      }),
    deleteGcBarrier: () => unsupported("deleteGcBarrier"),
    getRecord: (key) => Effect.sync(() => memory.records.get(key)),
    putRecord: (key, value) => Effect.sync(() => void memory.records.set(key, value)),
    deleteRecord: (key) => Effect.sync(() => void memory.records.delete(key)),
    scanRecords: (prefix, limit) =>
      Effect.sync(() =>
        [...memory.records]
          .filter(([key]) => key.startsWith(prefix))
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .slice(0, limit)
          .map(([key, value]) => ({ key, value }))
      )
  }
  const memory: MemoryScheduler = {
    service,
    heartbeats: [],
    regions: [],
    setRegions: (next) => {
      memory.regions.splice(0, memory.regions.length, ...next.map(regionAnswer))
    },
    pushStep: (storeId, step) => {
      for (const queue of queues.get(storeId) ?? []) Queue.offerUnsafe(queue, step)
    },
    subscribers: (storeId) => queues.get(storeId)?.size ?? 0,
    operators: new Map(),
    records: new Map(),
    gate: Effect.void,
    failure: undefined,
    tsoCalls: []
  }
  return memory
}
