/**
 * A cluster for tests: real gRPC servers on loopback, one PD and some stores, over one map of data and one list of
 * regions. It checks requests as a store must (store, region, peer, leader, epoch, key) and can be told to misbehave.
 */
import {
  type Address,
  type Binding,
  bidi,
  GrpcCode,
  type GrpcServerService,
  makeGrpcServer,
  type Reply,
  type Sink,
  unary
} from "@reefkv/grpc"
import {
  compareBytes,
  EMPTY,
  type errorpb,
  findPeer,
  keyInRange,
  kvrpcpb,
  metapb,
  pdpb,
  RawChecksum,
  regionError,
  sameEpoch,
  services,
  type tikvpb
} from "@reefkv/wire"
import { Effect, Exit, Scope } from "effect"

export const CLUSTER_ID = 7_001

export interface FakeRegion {
  meta: metapb.Region
  leaderStoreId: number
}

type Request = NonNullable<tikvpb.BatchCommandsRequest_Request["cmd"]>
type Response = NonNullable<tikvpb.BatchCommandsResponse_Response["cmd"]>

/** What a test wants a store to do with a request, instead of serving it. */
export type Misbehaviour =
  | { readonly regionError: errorpb.Error }
  /** The stream or call ends with this status. */
  | { readonly status: GrpcFailure }
  /** Never answered. */
  | "swallow"
  /** The stream ends; the request was not applied. */
  | "break"
  /** The request is applied, then the stream ends. */
  | "apply-and-break"
  | undefined

export class FakeCluster {
  readonly data = new Map<string, { key: Uint8Array; value: Uint8Array; ttl: number }>()
  regions: Array<FakeRegion> = []
  readonly stores = new Map<number, FakeStore>()
  readonly counts = new Map<string, number>()
  /** Requests of each BatchCommands message. */
  readonly batches: Array<number> = []
  misbehave: (storeId: number, name: string, key: Uint8Array) => Misbehaviour = () => undefined
  /** Pairs in one reply; more are refused, as a store does whose answer would be too large. */
  replyPairsMax = Number.POSITIVE_INFINITY
  /** What PD says instead of the truth. */
  pdRegions: (() => ReadonlyArray<FakeRegion>) | undefined
  pdFails: GrpcFailure | undefined
  pd: FakePd | undefined
  private lastId = 1_000

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1)
  }
  counted(what: string): number {
    return this.counts.get(what) ?? 0
  }
  nextId(): number {
    return ++this.lastId
  }
  regionOf(key: Uint8Array): FakeRegion {
    const found = this.regions.find(({ meta }) => keyInRange(key, meta.startKey, meta.endKey))
    if (found === undefined) throw new Error("no region")
    return found
  }
  sorted(): ReadonlyArray<{ key: Uint8Array; value: Uint8Array; ttl: number }> {
    return [...this.data.values()].sort((a, b) => compareBytes(a.key, b.key))
  }

  /** As a store would: every resulting region has the old version plus the number of new ones; the right-most keeps the id. */
  split(...keys: ReadonlyArray<string | Uint8Array>): ReadonlyArray<metapb.Region> {
    let made: ReadonlyArray<metapb.Region> = []
    for (const text of keys) {
      const key = bytes(text)
      const region = this.regionOf(key)
      const { meta } = region
      if (compareBytes(key, meta.startKey) === 0) continue
      const epoch = { confVer: meta.regionEpoch?.confVer ?? 1, version: (meta.regionEpoch?.version ?? 1) + 1 }
      const left: FakeRegion = {
        leaderStoreId: region.leaderStoreId,
        meta: {
          ...meta,
          id: this.nextId(),
          endKey: key,
          regionEpoch: epoch,
          peers: meta.peers.map((peer) => ({ ...peer, id: this.nextId() }))
        }
      }
      region.meta = { ...meta, startKey: key, regionEpoch: { ...epoch } }
      this.regions.splice(this.regions.indexOf(region), 0, left)
      made = [left.meta, region.meta]
    }
    return made
  }
  transferLeader(key: string, storeId: number): void {
    this.regionOf(bytes(key)).leaderStoreId = storeId
  }
}

export interface GrpcFailure {
  readonly code: number
  readonly message: string
}

export interface FakeStore {
  readonly id: number
  address: string
  server: GrpcServerService | undefined
  stop: Effect.Effect<void>
}
export interface FakePd {
  readonly address: string
  readonly stop: Effect.Effect<void>
}

export const bytes = (text: string | Uint8Array): Uint8Array =>
  typeof text === "string" ? new TextEncoder().encode(text) : text
const idOf = (key: Uint8Array): string => Buffer.from(key).toString("latin1")

/** A cluster of `stores` stores with one region over everything, led by store 1. */
export const makeFakeCluster = Effect.fnUntraced(function* (
  options: { readonly stores?: number; readonly startPd?: boolean } = {}
) {
  const cluster = new FakeCluster()
  const peers: Array<metapb.Peer> = []
  for (let id = 1; id <= (options.stores ?? 3); id++) {
    yield* startStore(cluster, id)
    peers.push(metapb.Peer.create({ id: cluster.nextId(), storeId: id }))
  }
  const meta = metapb.Region.create({ id: 1, regionEpoch: { confVer: 1, version: 1 }, peers })
  cluster.regions = [{ meta, leaderStoreId: 1 }]
  cluster.pd = yield* startPd(cluster)
  return cluster
})

/** Starts a server of its own scope, so that it can be stopped alone. */
const listen = Effect.fnUntraced(function* (bindings: ReadonlyArray<Binding>, host = "127.0.0.1", port = 0) {
  const outer = yield* Effect.scope
  const scope = yield* Scope.fork(outer)
  const server = yield* makeGrpcServer({ bindings, graceMs: 0 }).pipe(Scope.provide(scope))
  const address: Address = yield* server.listen(host, port).pipe(Effect.orDie, Scope.provide(scope))
  return { server, address: `${address.host}:${address.port}`, stop: Scope.close(scope, Exit.void) }
})

export const startStore = Effect.fnUntraced(function* (cluster: FakeCluster, id: number) {
  const { address, server, stop } = yield* listen(storeBindings(cluster, id))
  const store: FakeStore = { id, address, server, stop }
  cluster.stores.set(id, store)
  return store
})

export const startPd = Effect.fnUntraced(function* (
  cluster: FakeCluster,
  options: { readonly leader?: string; readonly clusterId?: number } = {}
) {
  const self = { address: "" }
  const { address, stop } = yield* listen(pdBindings(cluster, self, options))
  self.address = address
  return { address, stop }
})

// --- stores

const storeBindings = (cluster: FakeCluster, storeId: number): ReadonlyArray<Binding> => {
  const { methods } = services.Tikv
  /** Serves one request or does what the test wants; `answer` is called at most once. */
  const handle = (
    request: Request,
    answer: (response: Response) => void,
    breakOff: (status?: GrpcFailure) => void
  ): void => {
    cluster.count(request.case)
    const wish = cluster.misbehave(storeId, request.case, keyOf(request))
    if (wish === "swallow") return
    if (wish === "break") {
      breakOff()
      return
    }
    if (typeof wish === "object" && "status" in wish) {
      breakOff(wish.status)
      return
    }
    const refusal = typeof wish === "object" ? wish.regionError : check(cluster, storeId, request)
    const response = serve(cluster, request, refusal)
    if (wish === "apply-and-break") breakOff()
    else answer(response)
  }
  const single = <Req, Res>(
    name: "rawGetKeyTtl" | "rawCompareAndSwap" | "rawChecksum" | "splitRegion",
    request: Req & { context: kvrpcpb.Context | undefined },
    key: Uint8Array,
    reply: Reply<Res>,
    use: (regionError: errorpb.Error | undefined) => Res
  ): void => {
    cluster.count(name)
    const wish = cluster.misbehave(storeId, name, key)
    if (wish === "swallow") return
    if (wish === "break") {
      reply.fail(GrpcCode.unavailable, "broken off")
      return
    }
    if (typeof wish === "object" && "status" in wish) {
      reply.fail(wish.status.code, wish.status.message)
      return
    }
    const response = use(
      typeof wish === "object" ? wish.regionError : checkContext(cluster, storeId, request.context, key)
    )
    if (wish === "apply-and-break") reply.fail(GrpcCode.unavailable, "broken off")
    else reply.send(response)
  }
  return [
    bidi(methods.BatchCommands, (sink: Sink<tikvpb.BatchCommandsResponse>) => ({
      message: ({ requestIds, requests }) => {
        cluster.batches.push(requests.length)
        const responses: Array<tikvpb.BatchCommandsResponse_Response> = []
        const ids: Array<number> = []
        let broken: GrpcFailure | undefined
        for (const [i, { cmd }] of requests.entries()) {
          if (cmd === undefined || broken !== undefined) continue
          handle(
            cmd,
            (response) => {
              responses.push({ cmd: response })
              ids.push(requestIds[i] ?? 0)
            },
            (status) => {
              broken = status ?? { code: GrpcCode.unavailable, message: "broken off" }
            }
          )
        }
        if (ids.length > 0) {
          // In another order than asked: only the ids may count.
          responses.reverse()
          ids.reverse()
          sink.write({
            responses,
            requestIds: ids,
            transportLayerLoad: 0,
            healthFeedback: undefined,
            tikvSendTimeNs: 0n
          })
        }
        if (broken !== undefined) sink.fail(broken.code, broken.message)
      },
      halfClosed: () => sink.end(),
      cancelled: () => cluster.count("cancelled stream")
    })),
    unary(methods.RawGetKeyTTL, (request, reply) =>
      single("rawGetKeyTtl", request, request.key, reply, (error) => {
        const found = cluster.data.get(idOf(request.key))
        return kvrpcpb.RawGetKeyTTLResponse.create({
          regionError: error,
          ttl: found?.ttl ?? 0,
          notFound: found === undefined
        })
      })
    ),
    unary(methods.RawCompareAndSwap, (request, reply) =>
      single("rawCompareAndSwap", request, request.key, reply, (error) => {
        if (error !== undefined) return kvrpcpb.RawCASResponse.create({ regionError: error })
        const found = cluster.data.get(idOf(request.key))
        const equal = request.previousNotExist
          ? found === undefined
          : found !== undefined && compareBytes(found.value, request.previousValue) === 0
        if (equal) {
          const { key, ttl, value } = request
          cluster.data.set(idOf(key), { key: new Uint8Array(key), value: new Uint8Array(value), ttl })
        }
        return kvrpcpb.RawCASResponse.create({
          succeed: equal,
          previousNotExist: found === undefined,
          previousValue: found?.value ?? EMPTY
        })
      })
    ),
    unary(methods.RawChecksum, (request, reply) =>
      single("rawChecksum", request, request.ranges[0]?.startKey ?? EMPTY, reply, (error) => {
        const sum = new RawChecksum()
        for (const { endKey, startKey } of request.ranges) {
          for (const { key, value } of cluster.sorted()) if (keyInRange(key, startKey, endKey)) sum.add(key, value)
        }
        const { checksum, totalBytes, totalKvs } = sum
        return kvrpcpb.RawChecksumResponse.create({ regionError: error, checksum, totalBytes, totalKvs })
      })
    ),
    unary(methods.SplitRegion, (request, reply) =>
      single("splitRegion", request, request.splitKeys[0] ?? EMPTY, reply, (error) => {
        if (error !== undefined) return kvrpcpb.SplitRegionResponse.create({ regionError: error })
        const before = cluster.regionOf(request.splitKeys[0] ?? EMPTY).meta
        cluster.split(...request.splitKeys.map((key) => new Uint8Array(key)))
        const regions = cluster.regions
          .map(({ meta }) => meta)
          .filter(({ startKey }) => keyInRange(startKey, before.startKey, before.endKey))
        return kvrpcpb.SplitRegionResponse.create({ regions })
      })
    )
  ]
}

const keyOf = (request: Request): Uint8Array => {
  switch (request.case) {
    case "rawGet":
    case "rawPut":
    case "rawDelete":
      return request.value.key
    case "rawBatchGet":
    case "rawBatchDelete":
      return request.value.keys[0] ?? EMPTY
    case "rawBatchPut":
      return request.value.pairs[0]?.key ?? EMPTY
    case "rawScan":
      return request.value.reverse ? request.value.endKey : request.value.startKey
    case "rawDeleteRange":
      return request.value.startKey
    default:
      return EMPTY
  }
}

const keysOf = (request: Request): ReadonlyArray<Uint8Array> => {
  switch (request.case) {
    case "rawBatchGet":
    case "rawBatchDelete":
      return request.value.keys
    case "rawBatchPut":
      return request.value.pairs.map(({ key }) => key)
    default:
      return [keyOf(request)]
  }
}

const check = (cluster: FakeCluster, storeId: number, request: Request): errorpb.Error | undefined => {
  if (!("context" in request.value)) return undefined
  for (const key of keysOf(request)) {
    const refusal = checkContext(cluster, storeId, request.value.context as kvrpcpb.Context | undefined, key)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

const checkContext = (
  cluster: FakeCluster,
  storeId: number,
  context: kvrpcpb.Context | undefined,
  key: Uint8Array
): errorpb.Error | undefined => {
  if (context?.clusterId !== CLUSTER_ID) return regionError.otherRegionError("no cluster id")
  const peer = context.peer
  if (peer?.storeId !== storeId) return regionError.storeNotMatch(peer?.storeId ?? 0, storeId)
  const region = cluster.regions.find(({ meta }) => meta.id === context.regionId)
  if (region === undefined || findPeer(region.meta, storeId) === undefined) {
    return regionError.regionNotFound(context.regionId)
  }
  if (region.leaderStoreId !== storeId) {
    return regionError.notLeader(context.regionId, findPeer(region.meta, region.leaderStoreId))
  }
  const epoch = context.regionEpoch
  if (region.meta.regionEpoch === undefined || epoch === undefined || !sameEpoch(region.meta.regionEpoch, epoch)) {
    // All regions with peers on this store, which is more than needed and allowed.
    const current = cluster.regions.filter(({ leaderStoreId }) => leaderStoreId === storeId).map(({ meta }) => meta)
    return regionError.epochNotMatch(current, { regionId: context.regionId, epoch })
  }
  if (!keyInRange(key, region.meta.startKey, region.meta.endKey)) return regionError.keyNotInRegion(key, region.meta)
  return undefined
}

const tooLarge = [kvrpcpb.KvPair.create({ error: kvrpcpb.KeyError.create({ abort: "the reply would be too large" }) })]

const serve = (cluster: FakeCluster, request: Request, error: errorpb.Error | undefined): Response => {
  const { data } = cluster
  const put = (key: Uint8Array, value: Uint8Array, ttl: number): void => {
    data.set(idOf(key), { key: new Uint8Array(key), value: new Uint8Array(value), ttl })
  }
  switch (request.case) {
    case "rawGet": {
      const found = error === undefined ? data.get(idOf(request.value.key)) : undefined
      return {
        case: "rawGet",
        value: { regionError: error, error: "", value: found?.value ?? EMPTY, notFound: found === undefined }
      }
    }
    case "rawPut": {
      const { cf, key, ttl, value } = request.value
      if (cf !== "" && cf !== "default")
        return { case: "rawPut", value: { regionError: error, error: "invalid cf name" } }
      if (value.length > 0 && value[0] === 0) {
        return { case: "rawPut", value: { regionError: error, error: "values must not start with zero" } }
      }
      if (error === undefined) put(key, value, ttl)
      return { case: "rawPut", value: { regionError: error, error: "" } }
    }
    case "rawDelete":
      if (error === undefined) data.delete(idOf(request.value.key))
      return { case: "rawDelete", value: { regionError: error, error: "" } }
    case "rawBatchGet": {
      const pairs =
        error !== undefined
          ? []
          : request.value.keys.flatMap((key) => {
              const found = data.get(idOf(key))
              return found === undefined ? [] : [kvrpcpb.KvPair.create({ key, value: found.value })]
            })
      return {
        case: "rawBatchGet",
        value: { regionError: error, pairs: pairs.length > cluster.replyPairsMax ? tooLarge : pairs }
      }
    }
    case "rawBatchPut":
      if (error === undefined) {
        for (const { key, value } of request.value.pairs) put(key, value, request.value.ttls[0] ?? 0)
      }
      return { case: "rawBatchPut", value: { regionError: error, error: "" } }
    case "rawBatchDelete":
      if (error === undefined) for (const key of request.value.keys) data.delete(idOf(key))
      return { case: "rawBatchDelete", value: { regionError: error, error: "" } }
    case "rawDeleteRange": {
      const { endKey, startKey } = request.value
      if (error === undefined) {
        for (const { key } of cluster.sorted()) if (keyInRange(key, startKey, endKey)) data.delete(idOf(key))
      }
      return { case: "rawDeleteRange", value: { regionError: error, error: "" } }
    }
    case "rawScan": {
      const { context, endKey, keyOnly, limit, reverse, startKey } = request.value
      const region = cluster.regions.find(({ meta }) => meta.id === context?.regionId)
      const [low, high] = reverse ? [endKey, startKey] : [startKey, endKey]
      const inRange = cluster
        .sorted()
        .filter(({ key }) => keyInRange(key, low, high))
        .filter(({ key }) => region !== undefined && keyInRange(key, region.meta.startKey, region.meta.endKey))
      if (reverse) inRange.reverse()
      const found = inRange
        .slice(0, limit)
        .map(({ key, value }) => kvrpcpb.KvPair.create({ key, value: keyOnly ? EMPTY : value }))
      const kvs = found.length > cluster.replyPairsMax ? tooLarge : found
      return { case: "rawScan", value: { regionError: error, kvs: error === undefined ? kvs : [] } }
    }
    default:
      return { case: "empty", value: { testId: 0 } }
  }
}

// --- PD

const pdBindings = (
  cluster: FakeCluster,
  self: { address: string },
  options: { readonly leader?: string; readonly clusterId?: number }
): ReadonlyArray<Binding> => {
  const { methods } = services.PD
  const clusterId = options.clusterId ?? CLUSTER_ID
  const header = pdpb.ResponseHeader.create({ clusterId })
  const regions = (): ReadonlyArray<FakeRegion> => cluster.pdRegions?.() ?? cluster.regions
  const infoOf = ({ leaderStoreId, meta }: FakeRegion) => ({
    region: meta,
    leader: meta.peers.find(({ storeId }) => storeId === leaderStoreId)
  })
  const overlapping = (startKey: Uint8Array, endKey: Uint8Array): ReadonlyArray<FakeRegion> =>
    regions().filter(
      ({ meta }) =>
        (endKey.length === 0 || compareBytes(meta.startKey, endKey) < 0) &&
        (meta.endKey.length === 0 || compareBytes(startKey, meta.endKey) < 0)
    )
  const guarded = <Req extends { header: pdpb.RequestHeader | undefined }, Res>(
    name: string,
    answer: (request: Req) => Res
  ) => {
    return (request: Req, reply: Reply<Res>): void => {
      cluster.count(name)
      if (request.header?.clusterId !== clusterId) reply.fail(GrpcCode.failedPrecondition, "mismatch cluster id")
      else if (options.leader !== undefined) reply.fail(GrpcCode.unavailable, "this member is not leader")
      else if (cluster.pdFails !== undefined) reply.fail(cluster.pdFails.code, cluster.pdFails.message)
      else reply.send(answer(request))
    }
  }
  return [
    unary(methods.GetMembers, (_, reply) => {
      cluster.count("GetMembers")
      const leader = pdpb.Member.create({
        name: "pd",
        memberId: 1,
        clientUrls: [`http://${options.leader ?? self.address}`]
      })
      reply.send(pdpb.GetMembersResponse.create({ header, members: [leader], leader }))
    }),
    unary(
      methods.GetRegion,
      guarded("GetRegion", (request) => {
        const found = regions().find(({ meta }) => keyInRange(request.regionKey, meta.startKey, meta.endKey))
        return pdpb.GetRegionResponse.create({ header, ...(found === undefined ? {} : infoOf(found)) })
      })
    ),
    unary(
      methods.GetPrevRegion,
      guarded("GetPrevRegion", (request) => {
        const at = regions().findIndex(({ meta }) => keyInRange(request.regionKey, meta.startKey, meta.endKey))
        const found = regions()[at - 1]
        return pdpb.GetRegionResponse.create({ header, ...(found === undefined ? {} : infoOf(found)) })
      })
    ),
    unary(
      methods.ScanRegions,
      guarded("ScanRegions", (request) => {
        const found = overlapping(request.startKey, request.endKey).slice(0, request.limit)
        return pdpb.ScanRegionsResponse.create({
          header,
          regions: found.map((region) => pdpb.Region.create(infoOf(region)))
        })
      })
    ),
    unary(
      methods.BatchScanRegions,
      guarded("BatchScanRegions", (request) => {
        const found = new Set(request.ranges.flatMap(({ endKey, startKey }) => overlapping(startKey, endKey)))
        const answer = [...found].slice(0, request.limit).map((region) => pdpb.Region.create(infoOf(region)))
        return pdpb.BatchScanRegionsResponse.create({ header, regions: answer })
      })
    ),
    unary(
      methods.GetStore,
      guarded("GetStore", (request) => {
        const store = cluster.stores.get(request.storeId)
        if (store === undefined) {
          const error = { type: pdpb.ErrorType.UNKNOWN, message: `invalid store ID ${request.storeId}, not found` }
          return pdpb.GetStoreResponse.create({ header: { clusterId, error } })
        }
        return pdpb.GetStoreResponse.create({
          header,
          store: metapb.Store.create({ id: store.id, address: store.address, version: "8.5.0" })
        })
      })
    ),
    unary(
      methods.GetAllStores,
      guarded("GetAllStores", () =>
        pdpb.GetAllStoresResponse.create({
          header,
          stores: [...cluster.stores.values()].map(({ address, id }) => metapb.Store.create({ id, address }))
        })
      )
    )
  ]
}
