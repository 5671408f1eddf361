/**
 * Whole store processes over sockets: a real scheduler behind its PD port, real stores with their Raft groups, and
 * clients that speak gRPC to them.
 */
import { afterAll, describe, expect, test } from "bun:test"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { defaultStoreConfig, type StoreConfig, StoreEvents } from "@reefkv/core"
import type { Engine, EngineError, RaftLog } from "@reefkv/engine"
import { MemoryDisk, MemoryEngine, MemoryRaftLog } from "@reefkv/engine-memory"
import { engineFactory } from "@reefkv/engine-sqlite"
import { type GrpcChannel, GrpcCode, makeGrpcChannel } from "@reefkv/grpc"
import { SchedulerService } from "@reefkv/scheduler"
import { kvrpcpb, metapb, services } from "@reefkv/wire"
import { Context, Deferred, Effect, Exit, Layer, Queue, Scope } from "effect"
import { GrpcSchedulerClient } from "../src/schedulerClient/index.ts"
import { SchedulerServer, layer as schedulerLayer } from "../src/schedulerServer.ts"
import { StoreServer, type StoreServerOptions, layer as storeLayer } from "../src/storeServer.ts"
import { bytes, openBatch, run, text } from "./support/store.ts"

const { methods } = services.Tikv

/** Ten times the production pace, so that elections and heartbeats fit a test. */
const quick: StoreConfig = {
  ...defaultStoreConfig,
  raftTickMs: 10,
  heartbeatTicks: 2,
  electionTicks: 20,
  leaseMs: 150,
  regionHeartbeatIntervalMs: 50,
  storeHeartbeatIntervalMs: 50,
  splitCheckIntervalMs: 20
}

const memory = (disk = new MemoryDisk()) => Layer.merge(MemoryEngine.layer({ disk }), MemoryRaftLog.layer({ disk }))

const startScheduler = Effect.gen(function* () {
  const context = yield* Layer.build(
    schedulerLayer({ host: "127.0.0.1", port: 0 }).pipe(Layer.provide(MemoryEngine.layer()))
  )
  return { pd: Context.get(context, SchedulerServer), scheduler: Context.get(context, SchedulerService) }
})

const startStore = Effect.fnUntraced(function* (
  pdAddress: string,
  engine: Layer.Layer<Engine | RaftLog, EngineError>,
  options: Partial<StoreServerOptions> = {}
) {
  const events = yield* Queue.unbounded<string>()
  const built = yield* Layer.build(
    storeLayer({
      host: "127.0.0.1",
      port: 0,
      status: { host: "127.0.0.1", port: 0 },
      store: quick,
      graceMs: 1_000,
      ...options
    }).pipe(
      Layer.provide(GrpcSchedulerClient.layer({ endpoints: [pdAddress] })),
      Layer.provide(engine),
      Layer.provide(
        Layer.succeed(StoreEvents, {
          listening: () => true,
          emit: (event) => void Queue.offerUnsafe(events, event.type)
        })
      )
    )
  )
  const server = Context.get(built, StoreServer)
  const channel = yield* makeGrpcChannel(server.address)
  /** The next event of this type. */
  const awaitEvent = Effect.fnUntraced(function* (type: string) {
    while ((yield* Queue.take(events)) !== type) {}
  })
  return { server, channel, awaitEvent }
})

/** What a client knows of a region: from PD. */
const locate = Effect.fnUntraced(function* (pd: GrpcChannel, clusterId: number, key: Uint8Array) {
  for (;;) {
    const { region, leader } = yield* pd.unary(services.PD.methods.GetRegion, {
      header: { clusterId, senderId: 0, callerId: "", callerComponent: "" },
      regionKey: key,
      needBuckets: false
    })
    if (region !== undefined && leader !== undefined) return { region, leader }
    yield* Effect.yieldNow
  }
})

const contextOf = (region: metapb.Region, peer: metapb.Peer, clusterId: number): kvrpcpb.Context =>
  kvrpcpb.Context.create({ regionId: region.id, regionEpoch: region.regionEpoch, peer, clusterId })

describe("one store", () => {
  test("bootstraps, serves raw commands unary and in batches, splits, and tells about itself", () =>
    run(
      Effect.gen(function* () {
        const { pd } = yield* startScheduler
        const { server, channel } = yield* startStore(pd.address, memory())
        const pdChannel = yield* makeGrpcChannel(pd.address)
        const { region, leader } = yield* locate(pdChannel, server.clusterId, bytes("k"))
        expect(leader.storeId).toBe(server.storeId)
        const context = contextOf(region, leader, server.clusterId)
        const put = yield* channel.unary(
          methods.RawPut,
          kvrpcpb.RawPutRequest.create({ context, key: bytes("k"), value: bytes("v"), ttl: 1_000 })
        )
        expect(put).toEqual({ regionError: undefined, error: "" })
        const swap = yield* channel.unary(
          methods.RawCompareAndSwap,
          kvrpcpb.RawCASRequest.create({ context, key: bytes("k"), previousValue: bytes("v"), value: bytes("w") })
        )
        expect(swap.succeed).toBe(true)
        const batch = yield* openBatch(channel)
        const count = 2_000
        for (let from = 0; from < count; from += 100) {
          batch.send(
            Array.from({ length: 100 }, (_, i) => {
              const key = bytes(`key${String(from + i).padStart(5, "0")}`)
              const value = kvrpcpb.RawPutRequest.create({ context, key, value: bytes("x".repeat(100)) })
              return [from + i, { case: "rawPut", value }] as const
            })
          )
        }
        const replies = yield* batch.take(count)
        expect(
          [...replies.values()].every((reply) => reply?.case === "rawPut" && reply.value.regionError === undefined)
        ).toBe(true)
        const scan = yield* channel.unary(methods.RawScan, kvrpcpb.RawScanRequest.create({ context, limit: 10_000 }))
        expect(scan.kvs.length).toBe(count + 1)
        // A long checksum goes on from a snapshot of the real engine.
        const sum = yield* channel.unary(
          methods.RawChecksum,
          kvrpcpb.RawChecksumRequest.create({ context, ranges: [{ startKey: bytes(""), endKey: bytes("") }] })
        )
        expect(sum).toMatchObject({ totalKvs: count + 1, error: "", regionError: undefined })

        const split = yield* channel.unary(
          methods.SplitRegion,
          kvrpcpb.SplitRegionRequest.create({ context, splitKeys: [bytes("key01000")], isRawKv: true })
        )
        expect(split.regionError).toBeUndefined()
        expect(split.regions.length).toBe(2)
        const stale = yield* channel.unary(methods.RawGet, kvrpcpb.RawGetRequest.create({ context, key: bytes("k") }))
        expect(stale.regionError?.epochNotMatch?.currentRegions.length).toBe(2)
        const right = split.right ?? metapb.Region.create()
        const rightContext = contextOf(right, right.peers[0] ?? leader, server.clusterId)
        const rest = yield* channel.unary(
          methods.RawScan,
          kvrpcpb.RawScanRequest.create({ context: rightContext, startKey: bytes("key01000"), limit: 10_000 })
        )
        expect(rest.kvs.length).toBe(1_000)
        const wiped = yield* channel.unary(
          methods.RawDeleteRange,
          kvrpcpb.RawDeleteRangeRequest.create({ context: rightContext, startKey: bytes("key01000") })
        )
        expect(wiped).toEqual({ regionError: undefined, error: "" })
        const empty = yield* channel.unary(
          methods.RawScan,
          kvrpcpb.RawScanRequest.create({ context: rightContext, limit: 1 })
        )
        expect(empty.kvs).toEqual([])

        const http = (path: string) =>
          Effect.tryPromise(async () => {
            const response = await fetch(`http://${server.statusAddress}${path}`)
            return { status: response.status, body: await response.text() }
          })
        const config = JSON.parse((yield* http("/config")).body)
        expect(config.storage).toMatchObject({ "api-version": 1, "enable-ttl": true, engine: "memory" })
        expect(config.raftstore["raft-tick-ms"]).toBe(10)
        expect(JSON.parse((yield* http("/status")).body)).toMatchObject({
          store_id: server.storeId,
          cluster_id: server.clusterId,
          region_count: 2,
          leader_count: 2,
          serving: true
        })
        const metrics = (yield* http("/metrics")).body
        expect(metrics).toContain('tikv_raftstore_region_count{type="leader"} 2')
        expect(metrics).toContain(`reefkv_grpc_requests_total{method="batch:rawPut"} ${count}`)
        expect(metrics).toContain('reefkv_store_events_total{event="splitsApplied"} 1')
        const shown = JSON.parse((yield* http(`/region/${right.id}`)).body)
        expect(shown).toMatchObject({
          id: right.id,
          role: "leader",
          start_key: Buffer.from("key01000").toString("hex").toUpperCase()
        })
        expect(JSON.parse((yield* http("/regions")).body).count).toBe(2)
        expect((yield* http("/region/999999")).status).toBe(404)
        expect((yield* http("/region/x")).status).toBe(400)
        expect((yield* http("/nowhere")).status).toBe(404)
        const grpcPort = yield* Effect.tryPromise(() => fetch(`http://${server.address}/status`))
        expect(grpcPort.status).toBe(400)
      })
    ))

  const directory = mkdtempSync(join(tmpdir(), "reefkv-"))
  afterAll(() => rmSync(directory, { recursive: true }))
  const engines = { memory: memory(), sqlite: engineFactory.layer({ directory }) }
  test.each(["memory", "sqlite"] as const)("keeps its data and its id over a restart: %s", (kind) =>
    run(
      Effect.gen(function* () {
        const { pd } = yield* startScheduler
        const pdChannel = yield* makeGrpcChannel(pd.address)
        const disk = engines[kind]
        const first = yield* Scope.make()
        const before = yield* startStore(pd.address, disk).pipe(Scope.provide(first))
        const { clusterId, storeId } = before.server
        const { region, leader } = yield* locate(pdChannel, clusterId, bytes("k"))
        const context = contextOf(region, leader, clusterId)
        yield* before.channel.unary(
          methods.RawPut,
          kvrpcpb.RawPutRequest.create({ context, key: bytes("k"), value: bytes("kept") })
        )
        yield* Scope.close(first, Exit.void)
        const after = yield* startStore(pd.address, disk)
        expect(after.server).toMatchObject({ storeId, clusterId })
        let got = yield* after.channel.unary(methods.RawGet, kvrpcpb.RawGetRequest.create({ context, key: bytes("k") }))
        while (got.regionError?.notLeader !== undefined) {
          got = yield* after.channel.unary(methods.RawGet, kvrpcpb.RawGetRequest.create({ context, key: bytes("k") }))
        }
        expect([got.regionError, text(got.value)]).toEqual([undefined, "kept"])
      })
    )
  )

  test("a port in use is refused before anything is written", () =>
    run(
      Effect.gen(function* () {
        const { pd, scheduler } = yield* startScheduler
        const port = Number(pd.address.split(":")[1])
        for (const options of [{ port }, { status: { host: "127.0.0.1", port } }]) {
          const failed = yield* Effect.flip(Effect.scoped(startStore(pd.address, memory(), options)))
          expect(failed).toMatchObject({ _tag: "ListenError", reason: "in-use", address: `127.0.0.1:${port}` })
        }
        expect(yield* scheduler.isBootstrapped).toBe(false)
      })
    ))

  test("closing ends open streams as UNAVAILABLE and frees the port", () =>
    run(
      Effect.gen(function* () {
        const { pd } = yield* startScheduler
        const pdChannel = yield* makeGrpcChannel(pd.address)
        const scope = yield* Scope.make()
        const disk = memory()
        const { server } = yield* startStore(pd.address, disk).pipe(Scope.provide(scope))
        const { region, leader } = yield* locate(pdChannel, server.clusterId, bytes("k"))
        const context = contextOf(region, leader, server.clusterId)
        const other = yield* makeGrpcChannel(server.address)
        const batch = yield* openBatch(other)
        batch.send([[1, { case: "rawPut", value: kvrpcpb.RawPutRequest.create({ context, key: bytes("k") }) }]])
        yield* batch.take(1)
        yield* Scope.close(scope, Exit.void)
        expect((yield* Deferred.await(batch.ended))?.code).toBe(GrpcCode.unavailable)
        const again = yield* startStore(pd.address, disk, { port: Number(server.address.split(":")[1]) })
        expect(again.server).toMatchObject({ address: server.address, storeId: server.storeId })
      })
    ))
})

describe("three stores", () => {
  test(
    "replicas follow, followers name the leader, and a write survives the leader's loss",
    () =>
      run(
        Effect.gen(function* () {
          const { pd, scheduler } = yield* startScheduler
          const pdChannel = yield* makeGrpcChannel(pd.address)
          const scopes = yield* Effect.forEach([1, 2, 3], () => Scope.make())
          const stores = []
          for (const scope of scopes) stores.push(yield* startStore(pd.address, memory()).pipe(Scope.provide(scope)))
          const clusterId = stores[0]?.server.clusterId ?? 0
          let { region, leader } = yield* locate(pdChannel, clusterId, bytes("k"))
          while (region.peers.length < 3 || region.peers.some(({ role }) => role !== metapb.PeerRole.Voter)) {
            ;({ region, leader } = yield* locate(pdChannel, clusterId, bytes("k")))
          }
          const byId = new Map(stores.map((store, i) => [store.server.storeId, { ...store, scope: scopes[i] }]))
          const at = (peer: metapb.Peer) => {
            const found = byId.get(peer.storeId)
            if (found === undefined) throw new Error(`no store ${peer.storeId}`)
            return found
          }
          const put = (peer: metapb.Peer, value: string) =>
            at(peer).channel.unary(
              methods.RawPut,
              kvrpcpb.RawPutRequest.create({
                context: contextOf(region, peer, clusterId),
                key: bytes("k"),
                value: bytes(value)
              })
            )
          const written = yield* put(leader, "1")
          expect(written).toEqual({ regionError: undefined, error: "" })
          const follower = region.peers.find(({ id }) => id !== leader.id) ?? leader
          expect((yield* put(follower, "x")).regionError?.notLeader?.leader?.id).toBe(leader.id)
          const replica = yield* at(follower).channel.unary(
            methods.RawGet,
            kvrpcpb.RawGetRequest.create({
              context: { ...contextOf(region, follower, clusterId), replicaRead: true },
              key: bytes("k")
            })
          )
          expect([replica.regionError, text(replica.value)]).toEqual([undefined, "1"])

          const lost = at(leader).scope
          if (lost !== undefined) yield* Scope.close(lost, Exit.void)
          const left = region.peers.filter(({ id }) => id !== leader.id)
          // Clients try the peers they know, as told or in turn.
          let answer = yield* put(left[0] ?? leader, "2")
          for (let turn = 1; answer.regionError !== undefined; turn++) {
            const hint = answer.regionError.notLeader?.leader
            const next = left.find(({ id }) => id === hint?.id) ?? left[turn % 2] ?? leader
            answer = yield* put(next, "2")
          }
          let got: kvrpcpb.RawGetResponse | undefined
          for (const peer of left) {
            const response = yield* at(peer).channel.unary(
              methods.RawGet,
              kvrpcpb.RawGetRequest.create({ context: contextOf(region, peer, clusterId), key: bytes("k") })
            )
            if (response.regionError === undefined) got = response
          }
          expect(text(got?.value ?? bytes(""))).toBe("2")
          expect((yield* scheduler.stores).length).toBe(3)
        })
      ),
    20_000
  )
})
