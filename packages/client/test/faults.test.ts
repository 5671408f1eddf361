/** What goes wrong between a client and its cluster, one thing at a time, and what the caller must hear of it. */
import { describe, expect, test } from "bun:test"
import { GrpcCode } from "@reefkv/grpc"
import { metapb, regionError } from "@reefkv/wire"
import { Deferred, Effect, Exit, Fiber, Scope } from "effect"
import { TestClock } from "effect/testing"
import { KvError, makeNetworkClient, type NetworkClientOptions, type RawClientService, toText } from "../src/index.ts"
import { advancing } from "./clock.ts"
import { bytes, type FakeCluster, makeFakeCluster, startPd, startStore } from "./FakeCluster.ts"

const run = <A, E>(body: Effect.Effect<A, E, Scope.Scope>) => Effect.runPromise(Effect.scoped(body))

const withClient = <A, E>(
  body: (client: RawClientService, cluster: FakeCluster) => Effect.Effect<A, E, Scope.Scope>,
  options: Partial<NetworkClientOptions> = {}
) =>
  run(
    Effect.gen(function* () {
      const cluster = yield* makeFakeCluster()
      const client = yield* makeNetworkClient({ endpoints: cluster.pd?.address ?? "", ...options })
      yield* client.put("a", "1")
      cluster.counts.clear()
      return yield* body(client, cluster)
    })
  )
/** The same on a test clock. */
const onTestClock = <A, E>(
  body: (client: RawClientService, cluster: FakeCluster) => Effect.Effect<A, E, Scope.Scope>,
  options: Partial<NetworkClientOptions> = {}
) =>
  run(
    Effect.gen(function* () {
      const cluster = yield* makeFakeCluster()
      const client = yield* makeNetworkClient({ endpoints: cluster.pd?.address ?? "", ...options })
      yield* client.put("a", "1")
      cluster.counts.clear()
      return yield* body(client, cluster)
    }).pipe(Effect.provide(TestClock.layer()))
  )
const failure = <A>(call: Effect.Effect<A, KvError>): Effect.Effect<KvError, unknown> => Effect.flip(call)
const reason = <A>(call: Effect.Effect<A, KvError>) => Effect.map(failure(call), (error) => error.reason)
/** Misbehaves for the first `times` requests. */
const first = <A>(times: number, wish: A) => {
  let left = times
  return (): A | undefined => (left-- > 0 ? wish : undefined)
}

describe("region errors", () => {
  test("a leader that moved is found by the store's hint, without the scheduler", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        cluster.transferLeader("a", 3)
        expect(yield* client.get("a")).toEqual(bytes("1"))
        expect(yield* client.get("a")).toEqual(bytes("1"))
        expect(cluster.counted("rawGet")).toBe(3)
        expect(cluster.counted("GetRegion")).toBe(0)
      })
    ))

  test("without a hint the other peers are tried in turn", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        const asked: Array<number> = []
        cluster.transferLeader("a", 3)
        cluster.misbehave = (storeId) => {
          asked.push(storeId)
          return storeId === 3 ? undefined : { regionError: regionError.notLeader(1) }
        }
        expect(yield* client.get("a")).toEqual(bytes("1"))
        expect(asked).toEqual([1, 2, 3])
        expect(cluster.counted("GetRegion")).toBe(0)
      })
    ))

  test("a leader the cache does not know makes it ask the scheduler", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        const store = yield* startStore(cluster, 9)
        const region = cluster.regionOf(bytes("a"))
        const peer = metapb.Peer.create({ id: 99, storeId: store.id })
        region.meta = { ...region.meta, regionEpoch: { confVer: 2, version: 1 }, peers: [peer] }
        region.leaderStoreId = store.id
        cluster.misbehave = (storeId) => (storeId === 1 ? { regionError: regionError.notLeader(1, peer) } : undefined)
        expect(yield* client.get("a")).toEqual(bytes("1"))
        expect(cluster.counted("GetRegion")).toBe(1)
      })
    ))

  test("stores that name each other do not make it spin", () =>
    onTestClock((client, cluster) =>
      Effect.gen(function* () {
        const { peers } = cluster.regionOf(bytes("a")).meta
        cluster.misbehave = (storeId) => {
          const other = peers.find((peer) => peer.storeId === (storeId === 1 ? 2 : 1))
          return { regionError: regionError.notLeader(1, other) }
        }
        const error = yield* advancing(Effect.flip(client.get("a", { timeoutMs: 3_000 })))
        expect(error.reason).toBe("deadline")
        expect(error.message).toContain('get of "a": no answer within 3000 ms')
        expect(error.message).toContain("does not lead region 1")
        expect(cluster.counted("rawGet")).toBeLessThan(100)
      })
    ))

  test("a split is learnt from the store's answer, without the scheduler", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        yield* client.put("x", "2")
        cluster.split("m")
        cluster.counts.clear()
        expect(yield* client.get("a")).toEqual(bytes("1"))
        expect(yield* client.get("x")).toEqual(bytes("2"))
        expect(cluster.counted("rawGet")).toBe(3)
        expect(cluster.counted("GetRegion")).toBe(0)
        expect(client.stats().cachedRegions).toBe(2)
      })
    ))

  test("an older region from the scheduler does not displace a newer one from a store", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        const old = [...cluster.regions.map((region) => ({ ...region }))]
        cluster.pdRegions = () => old
        cluster.split("m")
        yield* client.get("a")
        cluster.counts.clear()
        expect(yield* client.get("a")).toEqual(bytes("1"))
        expect(yield* client.get("x")).toBeUndefined()
        expect(cluster.counted("rawGet")).toBe(2)
      })
    ))

  test.each([
    ["region not found", regionError.regionNotFound(1)],
    ["stale command", regionError.staleCommand()],
    ["read index not ready", regionError.readIndexNotReady(1, "new leader")],
    ["merging", regionError.proposalInMergingMode(1)],
    ["not initialized", regionError.regionNotInitialized(1)],
    ["epoch not match without regions", regionError.epochNotMatch([])],
    ["mismatched peer", regionError.mismatchPeerId(1, 2)],
    ["store not match", regionError.storeNotMatch(1, 2)],
    ["something else", regionError.otherRegionError("unheard of")],
    ["undetermined, for a put", regionError.undeterminedResult("who knows")]
  ])("%s is retried until it works", (_, error) =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        cluster.misbehave = first(2, { regionError: error })
        yield* client.put("a", "2")
        expect(yield* client.get("a")).toEqual(bytes("2"))
        expect(cluster.counted("rawPut")).toBeGreaterThanOrEqual(3)
      })
    )
  )

  test("an entry too large is refused at once", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        cluster.misbehave = () => ({ regionError: regionError.raftEntryTooLarge(1, 9_000_000, 8_388_608) })
        expect(yield* reason(client.put("a", "2"))).toBe("refused")
        expect(cluster.counted("rawPut")).toBe(1)
      })
    ))

  test("a compare-and-swap is sent again after a region error, which says that nothing was done", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        cluster.transferLeader("a", 2)
        cluster.split("m")
        expect(yield* client.compareAndSwap("a", "1", "2")).toEqual({ swapped: true, previous: bytes("1") })
      })
    ))
})

describe("connections and stores", () => {
  test("a broken stream is opened again and what was on it is sent again", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        cluster.misbehave = first(1, "break" as const)
        const calls = Array.from({ length: 20 }, (_, i) => client.put(`k${i}`, "v"))
        yield* Effect.all(calls, { concurrency: "unbounded" })
        expect(cluster.data.size).toBe(21)
      })
    ))

  test("a store that is gone: the call goes to the new leader", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        yield* cluster.stores.get(1)?.stop ?? Effect.void
        cluster.transferLeader("a", 2)
        expect(yield* client.get("a")).toEqual(bytes("1"))
      })
    ))

  test("a store that comes back at another address is found there", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        yield* cluster.stores.get(1)?.stop ?? Effect.void
        yield* startStore(cluster, 1)
        expect(yield* client.get("a")).toEqual(bytes("1"))
        yield* client.put("a", "2")
        expect(cluster.counted("GetStore")).toBeGreaterThan(0)
      })
    ))

  test("no store at all: the call ends at its deadline and says what it saw", () =>
    onTestClock((client, cluster) =>
      Effect.gen(function* () {
        for (const store of cluster.stores.values()) yield* store.stop
        const error = yield* advancing(Effect.flip(client.get("a", { timeoutMs: 3_000 })))
        expect(error.reason).toBe("deadline")
        expect(error.message).toContain("store ")
      })
    ))

  test("a store that does not answer: another peer is tried after a while", () =>
    onTestClock((client, cluster) =>
      Effect.gen(function* () {
        cluster.misbehave = (storeId) => (storeId === 1 ? "swallow" : undefined)
        cluster.transferLeader("a", 2)
        expect(yield* advancing(client.get("a"))).toEqual(bytes("1"))
        expect(cluster.counted("rawGet")).toBe(2)
      })
    ))

  test("a write at its deadline is undetermined if a store may have it, else only late", () =>
    onTestClock((client, cluster) =>
      Effect.gen(function* () {
        cluster.misbehave = () => "swallow"
        expect(yield* advancing(reason(client.put("a", "2", { timeoutMs: 1_000 })))).toBe("undetermined")
        expect(yield* advancing(reason(client.get("a", { timeoutMs: 1_000 })))).toBe("deadline")
        // Several attempts, none of which could be sent anywhere.
        cluster.misbehave = () => ({ regionError: regionError.regionNotFound(1) })
        cluster.pdRegions = () => []
        const late = yield* advancing(failure(client.put("a", "2", { timeoutMs: 1_000 })))
        expect(late.reason).toBe("deadline")
        expect(late.message).toContain("knows no current region")
        expect([...cluster.data.values()].map(({ value }) => toText(value))).toEqual(["1"])
      })
    ))

  test("a put whose answer was lost is sent again, unless that was switched off", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        cluster.misbehave = first(1, "apply-and-break" as const)
        yield* client.put("a", "2")
        expect(cluster.counted("rawPut")).toBeGreaterThan(1)
        cluster.counts.clear()
        cluster.misbehave = first(1, "apply-and-break" as const)
        const error = yield* failure(client.put("a", "3", { resendWrites: false }))
        expect(error.reason).toBe("undetermined")
        expect(error.message).toContain("may have been applied")
        expect(cluster.counted("rawPut")).toBe(1)
      })
    ))

  test("a compare-and-swap whose answer was lost is undetermined, and not sent again", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        cluster.misbehave = first(1, "apply-and-break" as const)
        expect(yield* reason(client.compareAndSwap("a", "1", "2"))).toBe("undetermined")
        expect(cluster.counted("rawCompareAndSwap")).toBe(1)
        expect(yield* client.get("a")).toEqual(bytes("2"))
      })
    ))

  test("what could not be sent at all is tried elsewhere, also when it must not be sent twice", () =>
    run(
      Effect.gen(function* () {
        const cluster = yield* makeFakeCluster()
        const stale = cluster.regions.map((region) => ({ ...region }))
        cluster.pdRegions = () => stale
        yield* cluster.stores.get(1)?.stop ?? Effect.void
        cluster.transferLeader("a", 2)
        const connected = () => makeNetworkClient({ endpoints: cluster.pd?.address ?? "" })
        expect((yield* (yield* connected()).compareAndSwap("a", undefined, "1")).swapped).toBe(true)
        yield* (yield* connected()).put("a", "2", { resendWrites: false })
        expect(yield* (yield* connected()).get("a")).toEqual(bytes("2"))
      })
    ))

  test("a refused call is not tried again; of a refused stream only what was refused for sure counts as refused", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        cluster.misbehave = () => ({ status: { code: GrpcCode.unimplemented, message: "no such thing" } })
        const error = yield* failure(client.put("a", "2"))
        expect(error).toMatchObject({ reason: "refused" })
        expect(error.message).toContain("no such thing")
        expect(yield* reason(client.getKeyTtl("a"))).toBe("refused")
        expect(cluster.counted("rawPut")).toBe(1)
        expect(cluster.counted("rawGetKeyTtl")).toBe(1)
        cluster.misbehave = () => ({ status: { code: GrpcCode.invalidArgument, message: "cannot read that" } })
        expect(yield* reason(client.put("a", "2"))).toBe("undetermined")
        expect(yield* reason(client.get("a"))).toBe("refused")
        expect(yield* reason(client.compareAndSwap("a", "1", "2"))).toBe("refused")
      })
    ))

  test("an interrupted call is given up and its answer thrown away", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        const seen = yield* Deferred.make<void>()
        cluster.misbehave = () => {
          Deferred.doneUnsafe(seen, Exit.void)
          return "swallow"
        }
        const fiber = yield* Effect.forkChild(client.get("a"))
        yield* Deferred.await(seen)
        expect(client.stats().openCalls).toBe(1)
        yield* Fiber.interrupt(fiber)
        expect(client.stats().openCalls).toBe(0)
      })
    ))

  test("too many open calls are refused", () =>
    withClient(
      (client, cluster) =>
        Effect.gen(function* () {
          cluster.misbehave = () => "swallow"
          const fibers = [yield* Effect.forkChild(client.get("a")), yield* Effect.forkChild(client.get("b"))]
          yield* Effect.yieldNow
          const error = yield* Effect.flip(client.get("c"))
          expect(error.reason).toBe("unavailable")
          expect(error.message).toContain("2 calls are open")
          yield* Fiber.interruptAll(fibers)
        }),
      { openCallsMax: 2 }
    ))

  test("closing the client answers what is open, and whatever comes after", () =>
    run(
      Effect.gen(function* () {
        const cluster = yield* makeFakeCluster()
        const scope = yield* Scope.make()
        const client = yield* makeNetworkClient({ endpoints: cluster.pd?.address ?? "" }).pipe(Scope.provide(scope))
        yield* client.put("a", "1")
        const seen = yield* Deferred.make<void>()
        cluster.misbehave = (_, name) => {
          if (name === "rawPut") Deferred.doneUnsafe(seen, Exit.void)
          return "swallow"
        }
        const get = client.getAsync("a").then(
          () => "answered",
          (error: KvError) => error.reason
        )
        const put = client.putAsync("a", "2").then(
          () => "answered",
          (error: KvError) => error.reason
        )
        yield* Deferred.await(seen)
        yield* Scope.close(scope, Exit.void)
        expect(yield* Effect.promise(() => get)).toBe("closed")
        expect(yield* Effect.promise(() => put)).toBe("undetermined")
        expect(yield* reason(client.get("a"))).toBe("closed")
      })
    ))
})

describe("the scheduler", () => {
  test("one of several endpoints is enough, and a follower names the leader", () =>
    run(
      Effect.gen(function* () {
        const cluster = yield* makeFakeCluster()
        const leader = cluster.pd?.address ?? ""
        const follower = yield* startPd(cluster, { leader })
        const dead = yield* startPd(cluster)
        yield* dead.stop
        const client = yield* makeNetworkClient({ endpoints: `http://${dead.address}, ${follower.address}/` })
        yield* client.put("a", "1")
        expect(yield* client.get("a")).toEqual(bytes("1"))
      })
    ))

  test("a leader that steps down is looked for again", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        let asked = 0
        cluster.pdFails = { code: GrpcCode.unavailable, message: "this member is not leader" }
        const original = cluster.count.bind(cluster)
        cluster.count = (what) => {
          original(what)
          if (what === "ScanRegions" && ++asked === 3) cluster.pdFails = undefined
        }
        expect((yield* client.regions()).length).toBe(1)
        expect(cluster.counted("GetMembers")).toBeGreaterThanOrEqual(2)
      })
    ))

  test("requests for regions that are known need no scheduler", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        yield* cluster.pd?.stop ?? Effect.void
        expect(yield* client.get("a")).toEqual(bytes("1"))
      })
    ))

  test("while it is away a leader may move to a store that was never needed before", () =>
    onTestClock((client, cluster) =>
      Effect.gen(function* () {
        yield* cluster.pd?.stop ?? Effect.void
        cluster.transferLeader("a", 3)
        expect(yield* advancing(client.get("a", { timeoutMs: 5_000 }))).toEqual(bytes("1"))
        expect(yield* client.get("a")).toEqual(bytes("1"))
      })
    ))

  test("while it is away a store that failed is used again", () =>
    onTestClock((client, cluster) =>
      Effect.gen(function* () {
        yield* cluster.pd?.stop ?? Effect.void
        cluster.misbehave = first(1, { status: { code: GrpcCode.unavailable, message: "for a moment" } })
        expect(yield* advancing(client.get("a", { timeoutMs: 5_000 }))).toEqual(bytes("1"))
        cluster.misbehave = () => undefined
        expect(yield* client.get("a")).toEqual(bytes("1"))
      })
    ))

  test("a store that moved is found again when a slow scheduler tells where", () =>
    onTestClock((client, cluster) =>
      Effect.gen(function* () {
        const fails = { code: GrpcCode.unavailable, message: "not yet" }
        cluster.pdFails = fails
        const store = cluster.stores.get(1)!
        const before = store.address
        yield* store.stop
        yield* startStore(cluster, 1)
        expect(cluster.stores.get(1)!.address).not.toBe(before)
        const call = yield* Effect.forkChild(advancing(client.get("a", { timeoutMs: 20_000 })))
        yield* Effect.forkChild(
          Effect.andThen(
            Effect.sleep(3_000),
            Effect.sync(() => {
              cluster.pdFails = undefined
            })
          )
        )
        expect(yield* Fiber.join(call)).toEqual(bytes("1"))
      })
    ))

  test("nobody there: connecting fails in its time and says where it looked", () =>
    run(
      Effect.gen(function* () {
        const cluster = yield* makeFakeCluster()
        yield* cluster.pd?.stop ?? Effect.void
        const address = cluster.pd?.address ?? ""
        const error = yield* advancing(Effect.flip(makeNetworkClient({ endpoints: address })))
        expect(error).toBeInstanceOf(KvError)
        expect(error.reason).toBe("unavailable")
        expect(error.message).toContain(address)
      }).pipe(Effect.provide(TestClock.layer()))
    ))

  test("another cluster behind the same address is not written to", () =>
    run(
      Effect.gen(function* () {
        const cluster = yield* makeFakeCluster()
        const other = yield* startPd(cluster, { clusterId: 8_002 })
        const client = yield* makeNetworkClient({ endpoints: [cluster.pd?.address ?? "", other.address] })
        yield* cluster.pd?.stop ?? Effect.void
        const error = yield* failure(client.put("a", "1", { timeoutMs: 5_000 }))
        expect(error.message).toContain("cluster 8002")
        expect(cluster.data.size).toBe(0)
      })
    ))

  test.each([
    ["no scheduler endpoint was given", { endpoints: "" }],
    ["is no scheduler endpoint", { endpoints: "localhost" }],
    ["keyspace needs", { endpoints: "127.0.0.1:1", keyspace: "a" }],
    ["connectionsPerStore", { endpoints: "127.0.0.1:1", connectionsPerStore: 0 }]
  ])("bad options: %s", (message, options) =>
    run(
      Effect.gen(function* () {
        const error = yield* Effect.flip(makeNetworkClient(options))
        expect(error.reason).toBe("invalid-argument")
        expect(error.message).toContain(message)
      })
    )
  )

  test("many misses of one turn are asked together", () =>
    withClient((client, cluster) =>
      Effect.gen(function* () {
        const keys = Array.from({ length: 100 }, (_, i) => `k${String(i).padStart(3, "0")}`)
        cluster.split(...keys)
        // Drops the one region that is known: the store's answer is to have no regions in it.
        cluster.misbehave = first(1, { regionError: regionError.regionNotFound(1) })
        yield* client.get("a")
        cluster.counts.clear()
        yield* Effect.all(
          keys.map((key) => client.get(key)),
          { concurrency: "unbounded" }
        )
        expect(cluster.counted("rawGet")).toBe(100)
        expect(cluster.counted("BatchScanRegions") + cluster.counted("GetRegion")).toBeLessThanOrEqual(2)
      })
    ))
})
