/**
 * The client's side of the scheduler: which endpoint leads, and what regions and stores there are.
 *
 * States: unknown leader → connected to a leader → (any failure that speaks of connection or leadership) → unknown leader.
 * Finding a leader asks the endpoints given and all members learnt since, one after another, until one names a leader.
 * Every call has a deadline; within it failures are retried with the `scheduler` backoff. Fibers that need a leader at the
 * same time share one search.
 */
import { type GrpcChannel, GrpcCode, GrpcError, makeGrpcChannel } from "@reefkv/grpc"
import { type ClusterId, type Method, type metapb, pdpb, type RegionId, type StoreId, services } from "@reefkv/wire"
import { Clock, Effect, Random, Result, Scope, Semaphore } from "effect"
import { KvError } from "../KvError.ts"
import { Backoff, backoffs } from "../routing/backoff.ts"

/** Longest wait for one answer of one endpoint, before another is tried. */
const ATTEMPT_MS = 3_000
/** Endpoints remembered; a cluster has a handful. */
const ENDPOINTS_MAX = 64

const { methods } = services.PD

export interface RegionInfo {
  readonly region: metapb.Region
  readonly leader: metapb.Peer | undefined
}

export interface RegionRange {
  readonly start: Uint8Array
  readonly end: Uint8Array
}

export interface PdClientOptions {
  /** `host:port`, with or without `http://`; at least one. */
  readonly endpoints: ReadonlyArray<string>
  /** How long `makePdClient` looks for a leader. */
  readonly timeoutMs: number
}

/** Keys are in region form. All fail with KvError `unavailable` or `refused`; a thing that is not there is undefined. */
export interface PdClient {
  readonly clusterId: ClusterId
  readonly region: (key: Uint8Array, deadlineMs: number) => Effect.Effect<RegionInfo | undefined, KvError>
  /** The region left of the one that holds `key`. */
  readonly previousRegion: (key: Uint8Array, deadlineMs: number) => Effect.Effect<RegionInfo | undefined, KvError>
  readonly regionById: (id: RegionId, deadlineMs: number) => Effect.Effect<RegionInfo | undefined, KvError>
  /** Up to `limit` regions that overlap the range, ascending. */
  readonly scanRegions: (
    range: RegionRange,
    limit: number,
    deadlineMs: number
  ) => Effect.Effect<ReadonlyArray<RegionInfo>, KvError>
  /** The regions of several ranges in one call; ranges ascending, without overlap. */
  readonly batchScanRegions: (
    ranges: ReadonlyArray<RegionRange>,
    limit: number,
    deadlineMs: number
  ) => Effect.Effect<ReadonlyArray<RegionInfo>, KvError>
  /** Undefined when there is no such store, or it is a tombstone. */
  readonly store: (id: StoreId, deadlineMs: number) => Effect.Effect<metapb.Store | undefined, KvError>
  readonly allStores: (deadlineMs: number) => Effect.Effect<ReadonlyArray<metapb.Store>, KvError>
  /** For calls that have no method here. The header of the request is filled in. */
  readonly call: <Request extends { header: pdpb.RequestHeader | undefined }, Response>(
    method: Method<Request, Response>,
    request: Request,
    deadlineMs: number
  ) => Effect.Effect<Response, KvError>
}

/** `http://10.0.0.1:2379/` → `10.0.0.1:2379`. */
export const addressOf = (endpoint: string): string => endpoint.replace(/^https?:\/\//, "").replace(/\/+$/, "")

interface Leader {
  readonly channel: GrpcChannel
  readonly clusterId: ClusterId
}

export const makePdClient = Effect.fnUntraced(function* (
  options: PdClientOptions
): Effect.fn.Return<PdClient, KvError, Scope.Scope> {
  const clock = yield* Clock.Clock
  const random = yield* Random.Random
  const scope = yield* Effect.scope
  const searching = yield* Semaphore.make(1)
  const given = [...new Set(options.endpoints.map(addressOf))]
  const badEndpoint = given.find((address) => !/^(\[[^\]]+\]|[^:/\s]+):\d{1,5}$/.test(address))
  if (given.length === 0 || badEndpoint !== undefined) {
    return yield* new KvError({
      reason: "invalid-argument",
      message:
        given.length === 0
          ? "no scheduler endpoint was given; say for example 127.0.0.1:2379"
          : `${JSON.stringify(badEndpoint)} is no scheduler endpoint; it should look like 127.0.0.1:2379`
    })
  }
  const channels = new Map<string, GrpcChannel>()
  let endpoints: ReadonlyArray<string> = given
  let leader: Leader | undefined
  let closed = false

  const channelTo = Effect.fnUntraced(function* (address: string) {
    const known = channels.get(address)
    if (known !== undefined) return known
    const channel = yield* makeGrpcChannel(address, { reconnectBackoffMs: 50, reconnectBackoffMaxMs: 1_000 }).pipe(
      Scope.provide(scope)
    )
    channels.set(address, channel)
    return channel
  })

  /** Asks each endpoint in turn; fails with what each of them said. */
  const search = Effect.fnUntraced(function* (deadlineMs: number): Effect.fn.Return<Leader, GrpcError> {
    const said: Array<string> = []
    for (const address of endpoints) {
      const timeoutMs = Math.min(ATTEMPT_MS, deadlineMs - clock.currentTimeMillisUnsafe())
      if (timeoutMs <= 0) break
      const channel = yield* channelTo(address)
      const answer = yield* Effect.result(
        channel.unary(methods.GetMembers, pdpb.GetMembersRequest.create(), { timeoutMs })
      )
      if (Result.isFailure(answer)) {
        said.push(`${address}: ${answer.failure.message}`)
        continue
      }
      const { header, members, leader } = answer.success
      const known = members.flatMap((member) => member.clientUrls.map(addressOf))
      const url = leader?.clientUrls[0]
      if (header?.error !== undefined) said.push(`${address}: ${header.error.message}`)
      else if (url === undefined || header === undefined || header.clusterId === 0)
        said.push(`${address}: knows no leader`)
      else {
        // The given endpoints stay: members may be reachable under other names from here than from there.
        endpoints = [...new Set([addressOf(url), ...known, ...given])].slice(0, ENDPOINTS_MAX)
        return { channel: yield* channelTo(addressOf(url)), clusterId: header.clusterId }
      }
    }
    return yield* new GrpcError({ code: GrpcCode.unavailable, message: said.join("; ") || "no time left" })
  })

  const findLeader = (deadlineMs: number): Effect.Effect<Leader, GrpcError> =>
    Effect.suspend(() => {
      if (leader !== undefined) return Effect.succeed(leader)
      return searching.withPermits(1)(
        Effect.gen(function* () {
          // Somebody else may have found it while this fiber waited for its turn.
          leader ??= yield* search(deadlineMs)
          return leader
        })
      )
    })

  /** Runs `attempt` until it answers, fails for good, or the deadline comes. */
  const retrying = Effect.fnUntraced(function* <A>(
    what: string,
    deadlineMs: number,
    attempt: (leader: Leader, timeoutMs: number) => Effect.Effect<A, GrpcError | KvError>
  ): Effect.fn.Return<A, KvError> {
    const backoff = new Backoff()
    let last = "no time was left"
    for (;;) {
      if (closed)
        return yield* new KvError({ reason: "closed", message: `the client is closed, ${what} was not asked` })
      const left = deadlineMs - clock.currentTimeMillisUnsafe()
      if (left <= 0) break
      const found = yield* Effect.result(findLeader(deadlineMs))
      if (Result.isFailure(found)) last = found.failure.message
      else {
        const current = found.success
        const result = yield* Effect.result(attempt(current, Math.min(left, ATTEMPT_MS)))
        if (Result.isSuccess(result)) return result.success
        const { failure } = result
        if (failure instanceof KvError) return yield* failure
        if (!isTransient(failure)) {
          return yield* new KvError({
            reason: "refused",
            message: `the scheduler at ${current.channel.address} refused ${what}: ${failure.message}`,
            cause: failure
          })
        }
        last = `${current.channel.address}: ${failure.message}`
        if (leader === current) leader = undefined
      }
      const wait = backoff.next(backoffs.scheduler, random.nextDoubleUnsafe())
      const room = deadlineMs - clock.currentTimeMillisUnsafe()
      if (room <= 0) break
      yield* Effect.sleep(Math.min(wait, room))
    }
    return yield* new KvError({
      reason: "unavailable",
      message: `the scheduler did not answer ${what} (endpoints ${endpoints.join(", ")}): ${last}`
    })
  })

  const first = yield* retrying("the first question", clock.currentTimeMillisUnsafe() + options.timeoutMs, (found) =>
    Effect.succeed(found)
  )
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      closed = true
    })
  )
  const clusterId = first.clusterId
  const header = pdpb.RequestHeader.create({ clusterId })

  const call: PdClient["call"] = (method, request, deadlineMs) =>
    retrying(method.name, deadlineMs, (current, timeoutMs) => {
      if (current.clusterId !== clusterId) {
        return Effect.fail(
          new KvError({
            reason: "refused",
            message: `the scheduler at ${current.channel.address} belongs to cluster ${current.clusterId}, this client to ${clusterId}`
          })
        )
      }
      request.header = header
      return current.channel.unary(method, request, { timeoutMs })
    })

  /** Fails if the answer's header carries an error. "Not bootstrapped yet" is an answer without the object. */
  const checked = <Response extends { readonly header: pdpb.ResponseHeader | undefined }>(
    name: string,
    response: Response
  ): Effect.Effect<Response, KvError> => {
    const error = response.header?.error
    if (error === undefined || error.type === pdpb.ErrorType.NOT_BOOTSTRAPPED) return Effect.succeed(response)
    return Effect.fail(new KvError({ reason: "refused", message: `the scheduler refused ${name}: ${error.message}` }))
  }
  const infoOf = (answer: { readonly region: metapb.Region | undefined; readonly leader: metapb.Peer | undefined }) =>
    answer.region === undefined ? undefined : { region: answer.region, leader: leaderIn(answer.leader) }

  const scanRegions: PdClient["scanRegions"] = Effect.fnUntraced(function* (range, limit, deadlineMs) {
    const request = pdpb.ScanRegionsRequest.create({ startKey: range.start, endKey: range.end, limit })
    const answer = yield* checked("ScanRegions", yield* call(methods.ScanRegions, request, deadlineMs))
    if (answer.regions.length > 0) return regionsOf(answer.regions)
    return answer.regionMetas.map((region, i) => ({ region, leader: leaderIn(answer.leaders[i]) }))
  })

  return {
    clusterId,
    call,
    scanRegions,
    region: Effect.fnUntraced(function* (key, deadlineMs) {
      const request = pdpb.GetRegionRequest.create({ regionKey: key })
      return infoOf(yield* checked("GetRegion", yield* call(methods.GetRegion, request, deadlineMs)))
    }),
    previousRegion: Effect.fnUntraced(function* (key, deadlineMs) {
      const request = pdpb.GetRegionRequest.create({ regionKey: key })
      return infoOf(yield* checked("GetPrevRegion", yield* call(methods.GetPrevRegion, request, deadlineMs)))
    }),
    regionById: Effect.fnUntraced(function* (regionId, deadlineMs) {
      const request = pdpb.GetRegionByIDRequest.create({ regionId })
      return infoOf(yield* checked("GetRegionByID", yield* call(methods.GetRegionByID, request, deadlineMs)))
    }),
    batchScanRegions: Effect.fnUntraced(function* (ranges, limit, deadlineMs) {
      const request = pdpb.BatchScanRegionsRequest.create({
        limit,
        ranges: ranges.map(({ start, end }) => ({ startKey: start, endKey: end }))
      })
      const answer = yield* Effect.result(call(methods.BatchScanRegions, request, deadlineMs))
      if (Result.isSuccess(answer)) return regionsOf((yield* checked("BatchScanRegions", answer.success)).regions)
      // Schedulers before 8.x do not know the method.
      if (!isUnimplemented(answer.failure)) return yield* answer.failure
      const found: Array<RegionInfo> = []
      for (const range of ranges) {
        if (found.length >= limit) break
        found.push(...(yield* scanRegions(range, limit - found.length, deadlineMs)))
      }
      return found
    }),
    store: Effect.fnUntraced(function* (storeId, deadlineMs) {
      const response = yield* call(methods.GetStore, pdpb.GetStoreRequest.create({ storeId }), deadlineMs)
      // An unknown store is an error in the header, told only by its text.
      if (response.header?.error?.message.includes("not found") === true) return undefined
      return (yield* checked("GetStore", response)).store
    }),
    allStores: Effect.fnUntraced(function* (deadlineMs) {
      const request = pdpb.GetAllStoresRequest.create({ excludeTombstoneStores: true })
      return (yield* checked("GetAllStores", yield* call(methods.GetAllStores, request, deadlineMs))).stores
    })
  }
})

const leaderIn = (leader: metapb.Peer | undefined): metapb.Peer | undefined =>
  leader === undefined || leader.id === 0 ? undefined : leader

const regionsOf = (regions: ReadonlyArray<pdpb.Region>): ReadonlyArray<RegionInfo> =>
  regions.flatMap(({ region, leader }) => (region === undefined ? [] : [{ region, leader: leaderIn(leader) }]))

/** Failures after which another member, or the same one a moment later, may answer. */
const isTransient = (error: GrpcError): boolean =>
  error.code === GrpcCode.unavailable ||
  error.code === GrpcCode.deadlineExceeded ||
  error.code === GrpcCode.cancelled ||
  error.code === GrpcCode.resourceExhausted ||
  error.code === GrpcCode.internal ||
  /not leader|is not leader|no leader|is not served|not primary/.test(error.message)

const isUnimplemented = (error: KvError): boolean =>
  error.cause instanceof GrpcError && error.cause.code === GrpcCode.unimplemented
