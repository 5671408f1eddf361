/**
 * Connections to stores by store id. The scheduler is asked for all addresses when a store is first needed, and for one
 * again after that store failed or turned out to belong to another one; the connection is kept while the address stays the
 * same.
 *
 * A store is unknown → resolving (one question to the scheduler, whoever needs the store waits for its answer) →
 * connected → suspect (the next use asks for the address again first) → connected. A scheduler that does not answer soon
 * holds nobody up: the last address that it told is used, and its answer, when it comes, counts. Stores are as many as the
 * cluster has; one is let go when the scheduler no longer knows it.
 */
import { type GrpcChannel, makeGrpcChannel } from "@reefkv/grpc"
import { metapb, type StoreId } from "@reefkv/wire"
import { Clock, Effect, Exit, type Fiber, Result, Scope, Semaphore } from "effect"
import type { KvError } from "../KvError.ts"
import type { PdClient } from "../pd/PdClient.ts"
import { BatchLane, type Defer, type Lane } from "./BatchLane.ts"
import { grpcCalls, type StoreCalls } from "./StoreCalls.ts"

/** Pings on a connection with calls open: a store that vanished without closing its socket is noticed after both. */
const KEEPALIVE_MS = 10_000
const KEEPALIVE_TIMEOUT_MS = 3_000
/** Longest wait for the scheduler to tell an address; whoever waits may ask again. */
const RESOLVE_MS = 5_000
/** Wait for the scheduler where an earlier address is known. */
const PATIENCE_MS = 300

export interface StoreConnection {
  readonly storeId: StoreId
  readonly address: string
  readonly calls: StoreCalls
  /** The lane with the least work. */
  readonly lane: () => Lane
}

export interface StoresOptions {
  readonly connectionsPerStore: number
  readonly batchMax: number
  readonly defer: Defer
  readonly fork: (effect: Effect.Effect<void>) => Fiber.Fiber<void>
}

/** Undefined: there is no such store, or no longer. */
export type Resolved = Result.Result<StoreConnection | undefined, KvError>

export interface Stores {
  /** The connection, if it can be used without asking anybody. */
  readonly connected: (id: StoreId) => StoreConnection | undefined
  /** Asks the scheduler and connects. `done` is called once, later. */
  readonly resolve: (id: StoreId, done: (resolved: Resolved) => void) => void
  /** The store failed, or is another one: ask for its address before it is used again. */
  readonly suspect: (id: StoreId) => void
}

type Waiting = Array<(resolved: Resolved) => void>
const tellAll = (waiting: Waiting, resolved: Resolved): void => {
  for (const tell of waiting.splice(0)) tell(resolved)
}

interface Entry {
  readonly connection: StoreConnection
  readonly lanes: ReadonlyArray<BatchLane>
  readonly scope: Scope.Closeable
  suspect: boolean
}

export const makeStores = Effect.fnUntraced(function* (
  pd: PdClient,
  options: StoresOptions
): Effect.fn.Return<Stores, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const clock = yield* Clock.Clock
  const entries = new Map<StoreId, Entry>()
  /** As the scheduler told them last. */
  const addresses = new Map<StoreId, string>()
  /** Questions under way, and who waits for the answer. */
  const resolving = new Map<StoreId, Waiting>()

  const connect = Effect.fnUntraced(function* (storeId: StoreId, address: string): Effect.fn.Return<Entry> {
    const own = yield* Scope.fork(scope)
    const channels: Array<GrpcChannel> = []
    for (let i = 0; i < options.connectionsPerStore; i++) {
      const channel = yield* makeGrpcChannel(address, {
        reconnectBackoffMs: 20,
        reconnectBackoffMaxMs: 1_000,
        keepaliveMs: KEEPALIVE_MS,
        keepaliveTimeoutMs: KEEPALIVE_TIMEOUT_MS
      }).pipe(Scope.provide(own))
      channels.push(channel)
    }
    const lanes = channels.map((channel) => new BatchLane(channel, options.defer, options.batchMax))
    // Added last, so it runs first: what is under way hears of the end before the channels cancel their streams.
    yield* Scope.addFinalizer(
      own,
      Effect.sync(() => {
        for (const lane of lanes) lane.close()
      })
    )
    const first = lanes[0] as BatchLane
    const lane = (): Lane => {
      let least = first
      for (const candidate of lanes) if (candidate.waiting < least.waiting) least = candidate
      return least
    }
    return {
      connection: { storeId, address, calls: grpcCalls(channels[0] as GrpcChannel), lane },
      lanes,
      scope: own,
      suspect: false
    }
  })

  /** The store's entry leads to this address from here on, or to none. */
  const point = Effect.fnUntraced(function* (
    storeId: StoreId,
    address: string | undefined
  ): Effect.fn.Return<StoreConnection | undefined> {
    const entry = entries.get(storeId)
    if (entry !== undefined && entry.connection.address === address) {
      entry.suspect = false
      return entry.connection
    }
    if (entry !== undefined) {
      entries.delete(storeId)
      yield* Scope.close(entry.scope, Exit.void)
    }
    if (address === undefined) return undefined
    const made = yield* connect(storeId, address)
    entries.set(storeId, made)
    return made.connection
  })
  /** A late answer and a use of the last address may come at the same moment. */
  const pointing = yield* Semaphore.make(1)
  const pointTo = (storeId: StoreId, address: string | undefined) => pointing.withPermits(1)(point(storeId, address))

  const remember = (store: metapb.Store): void => {
    if (store.address === "" || store.state === metapb.StoreState.Tombstone) addresses.delete(store.id)
    else addresses.set(store.id, store.address)
  }
  const ask = Effect.fnUntraced(function* (storeId: StoreId): Effect.fn.Return<StoreConnection | undefined, KvError> {
    const deadlineMs = clock.currentTimeMillisUnsafe() + RESOLVE_MS
    if (addresses.has(storeId)) {
      const store = yield* pd.store(storeId, deadlineMs)
      if (store === undefined) addresses.delete(storeId)
      else remember(store)
    } else {
      // All of them: where the others are must be known when one is needed and the scheduler is away.
      const stores = yield* pd.allStores(deadlineMs)
      addresses.clear()
      for (const store of stores) remember(store)
    }
    return yield* pointTo(storeId, addresses.get(storeId))
  })

  const useLast = Effect.fnUntraced(function* (storeId: StoreId, waiting: Waiting) {
    yield* Effect.sleep(PATIENCE_MS)
    const last = addresses.get(storeId)
    if (waiting.length > 0 && last !== undefined) tellAll(waiting, Result.succeed(yield* pointTo(storeId, last)))
  })

  return {
    connected: (id) => {
      const entry = entries.get(id)
      return entry === undefined || entry.suspect ? undefined : entry.connection
    },
    resolve: (id, done) => {
      const known = resolving.get(id)
      const waiting = known ?? []
      waiting.push(done)
      if (known === undefined) {
        resolving.set(id, waiting)
        options.fork(
          Effect.map(Effect.result(ask(id)), (resolved) => {
            resolving.delete(id)
            tellAll(waiting, resolved)
          })
        )
      }
      // One timer for all who come while somebody waits.
      if (waiting.length === 1 && addresses.has(id)) options.fork(useLast(id, waiting))
    },
    suspect: (id) => {
      const entry = entries.get(id)
      if (entry !== undefined) entry.suspect = true
    }
  }
})
