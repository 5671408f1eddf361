/**
 * Connections to stores by store id. An address is asked from the scheduler when a store is first needed, and again after
 * it failed or turned out to belong to another store; the connection is kept while the address stays the same.
 *
 * A store is unknown → resolving (one question to the scheduler, whoever needs the store waits for its answer) →
 * connected → suspect (the next use asks for the address again first) → connected. Stores are as many as the cluster has;
 * one is let go when the scheduler no longer knows it.
 */
import { type GrpcChannel, makeGrpcChannel } from "@reefkv/grpc"
import { metapb, type StoreId } from "@reefkv/wire"
import { Clock, Effect, Exit, type Fiber, type Result, Scope } from "effect"
import type { KvError } from "../KvError.ts"
import type { PdClient } from "../pd/PdClient.ts"
import { BatchLane, type Defer, type Lane } from "./BatchLane.ts"
import { grpcCalls, type StoreCalls } from "./StoreCalls.ts"

/** Pings on a connection with calls open: a store that vanished without closing its socket is noticed after both. */
const KEEPALIVE_MS = 10_000
const KEEPALIVE_TIMEOUT_MS = 3_000
/** Longest wait for the scheduler to tell an address; whoever waits may ask again. */
const RESOLVE_MS = 5_000

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
  const resolving = new Map<StoreId, Array<(resolved: Resolved) => void>>()

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

  const ask = Effect.fnUntraced(function* (storeId: StoreId): Effect.fn.Return<StoreConnection | undefined, KvError> {
    const store = yield* pd.store(storeId, clock.currentTimeMillisUnsafe() + RESOLVE_MS)
    const entry = entries.get(storeId)
    const gone = store === undefined || store.address === "" || store.state === metapb.StoreState.Tombstone
    if (!gone && entry !== undefined && entry.connection.address === store.address) {
      entry.suspect = false
      return entry.connection
    }
    if (entry !== undefined) {
      entries.delete(storeId)
      yield* Scope.close(entry.scope, Exit.void)
    }
    if (gone) return undefined
    const made = yield* connect(storeId, store.address)
    entries.set(storeId, made)
    return made.connection
  })

  return {
    connected: (id) => {
      const entry = entries.get(id)
      return entry === undefined || entry.suspect ? undefined : entry.connection
    },
    resolve: (id, done) => {
      const waiting = resolving.get(id)
      if (waiting !== undefined) {
        waiting.push(done)
        return
      }
      const all = [done]
      resolving.set(id, all)
      options.fork(
        Effect.map(Effect.result(ask(id)), (resolved) => {
          resolving.delete(id)
          for (const tell of all) tell(resolved)
        })
      )
    },
    suspect: (id) => {
      const entry = entries.get(id)
      if (entry !== undefined) entry.suspect = true
    }
  }
})
