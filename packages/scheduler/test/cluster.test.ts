import { describe, expect, test } from "bun:test"
import { EngineError } from "@reefkv/engine"
import { metapb, pdpb } from "@reefkv/wire"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import {
  damageAfter,
  isDamagedPeer,
  livenessOf,
  noDamage,
  type StoreInfo,
  saysDamaged
} from "../src/cluster/StoreInfo.ts"
import { defaultSchedulerConfig } from "../src/index.ts"
import {
  bootstrap,
  bytes,
  FakeCluster,
  heartbeatOf,
  MemoryDisk,
  makePeer,
  makeRegion,
  makeStore,
  refusalOf,
  run,
  startScheduler,
  statsOf
} from "./support.ts"

const { StoreState } = metapb
const quiet = { haltScheduling: true }

describe("bootstrap", () => {
  test("Bootstrap: exactly one call succeeds, also of two at the same time", () =>
    run(
      Effect.gen(function* () {
        const { service, events } = yield* startScheduler(new MemoryDisk(), quiet, { slowWrites: true })
        expect(yield* service.isBootstrapped).toBe(false)
        const attempt = (storeId: number) =>
          Effect.result(
            service.bootstrap(makeStore(storeId), makeRegion(9, "", "", { peers: [makePeer(storeId + 20, storeId)] }))
          )
        const racing = yield* Effect.forkChild(Effect.all([attempt(1), attempt(2), attempt(3)], { concurrency: 3 }))
        yield* TestClock.adjust(100)
        const results = yield* Fiber.join(racing)
        expect(results.map((result) => (result._tag === "Failure" ? result.failure.reason : "ok"))).toEqual([
          "ok",
          "alreadyBootstrapped",
          "alreadyBootstrapped"
        ])
        expect(yield* service.isBootstrapped).toBe(true)
        expect((yield* service.getAllStores({ excludeTombstone: false })).map((store) => store.id)).toEqual([1])
        expect(events.map((event) => event.type)).toEqual(["ClusterBootstrapped", "StoreJoined"])
      })
    ))

  test("a bad first store or region is refused and leaves nothing", () =>
    run(
      Effect.gen(function* () {
        const { service } = yield* startScheduler(new MemoryDisk(), quiet)
        const good = makeRegion(2, "", "", { peers: [makePeer(3, 1)] })
        const cases: ReadonlyArray<[metapb.Store, metapb.Region, string]> = [
          [makeStore(0), good, "needs an id"],
          [makeStore(1, { address: "" }), good, "no address"],
          [makeStore(1), { ...good, startKey: bytes("a") }, "cover every key"],
          [makeStore(1), { ...good, peers: [makePeer(3, 1), makePeer(4, 2)] }, "one peer, on store 1"],
          [makeStore(1), { ...good, peers: [makePeer(3, 2)] }, "one peer, on store 1"],
          [makeStore(1), { ...good, peers: [] }, "no peers"]
        ]
        for (const [store, region, text] of cases) {
          expect((yield* refusalOf(service.bootstrap(store, region))).message).toContain(text)
        }
        expect(yield* service.isBootstrapped).toBe(false)
      })
    ))

  test("before it, questions about the cluster answer NOT_BOOTSTRAPPED", () =>
    run(
      Effect.gen(function* () {
        const { service } = yield* startScheduler(new MemoryDisk(), quiet)
        const region = makeRegion(2, "", "")
        for (const call of [
          service.getStore(1),
          service.putStore(makeStore(1)),
          service.getAllStores({ excludeTombstone: false }),
          service.storeHeartbeat(statsOf(1)),
          service.regionHeartbeat(heartbeatOf(region)),
          service.askBatchSplit(region, 1),
          service.getRegion(bytes("a")),
          service.getClusterConfig,
          service.gcSafePoint,
          service.updateGcSafePoint(5n),
          service.splitRegions([bytes("a")])
        ]) {
          const refusal = yield* refusalOf(call as Effect.Effect<unknown, typeof refusal_>)
          expect([refusal.reason, refusal.type]).toEqual(["notBootstrapped", pdpb.ErrorType.NOT_BOOTSTRAPPED])
        }
      })
    ))
  const refusal_ = undefined as never as import("../src/index.ts").SchedulerError
})

test("GetPDMembers · UpdateAdvertiseUrls: one member with a stable id, under the addresses it announces", () =>
  run(
    Effect.gen(function* () {
      const disk = new MemoryDisk()
      const first = yield* startScheduler(disk, quiet)
      const before = yield* first.service.members
      expect(before.leader.memberId).toBeGreaterThan(0)
      yield* first.service.announce({ name: "one", clientUrls: ["http://a:1"], peerUrls: ["http://a:2"] })
      const after = yield* first.service.members
      expect(after.leader).toEqual({
        ...before.leader,
        name: "one",
        clientUrls: ["http://a:1"],
        peerUrls: ["http://a:2"]
      })
      expect(after.members).toEqual([after.leader])
      yield* first.stop
      const second = yield* startScheduler(disk, quiet)
      expect((yield* second.service.members).leader.memberId).toBe(before.leader.memberId)
    })
  ))

test("ClusterID · CheckClusterID: chosen once, the same after a restart; data of another cluster is refused", () =>
  run(
    Effect.gen(function* () {
      const disk = new MemoryDisk()
      const first = yield* startScheduler(disk, quiet)
      const id = first.service.clusterId
      expect(Number.isSafeInteger(id) && id > 0).toBe(true)
      yield* first.stop
      const second = yield* startScheduler(disk, quiet)
      expect(second.service.clusterId).toBe(id)
      yield* second.stop
      const refusal = yield* refusalOf(Effect.asVoid(Effect.scoped(startScheduler(disk, quiet, { clusterId: id + 1 }))))
      expect(refusal.reason).toBe("clusterMismatch")
      expect((yield* startScheduler(new MemoryDisk(), quiet, { clusterId: 4242 })).service.clusterId).toBe(4242)
    })
  ))

describe("stores", () => {
  test("PutStore: an address belongs to one live store; a tombstone's may be taken over", () =>
    run(
      Effect.gen(function* () {
        const { service } = yield* startScheduler(new MemoryDisk(), quiet)
        yield* bootstrap(service)
        yield* service.putStore(makeStore(101))
        const clash = yield* refusalOf(service.putStore(makeStore(102, { address: "store-101:20160" })))
        expect([clash.reason, clash.type]).toEqual(["refused", pdpb.ErrorType.DUPLICATED_ENTRY])
        yield* service.removeStore(101, { force: true })
        yield* service.putStore(makeStore(102, { address: "store-101:20160" }))
        const back = yield* refusalOf(service.putStore(makeStore(101)))
        expect(back.type).toBe(pdpb.ErrorType.STORE_TOMBSTONE)
        yield* service.putStore(makeStore(102, { address: "moved:1", labels: [{ key: "zone", value: "z1" }] }))
        const { store } = yield* service.getStore(102)
        expect([store.address, store.labels]).toEqual(["moved:1", [{ key: "zone", value: "z1" }]])
      })
    ))

  test("GetStore: an unknown id is refused in the words clients look for", () =>
    run(
      Effect.gen(function* () {
        const { service } = yield* startScheduler(new MemoryDisk(), quiet)
        yield* bootstrap(service)
        const refusal = yield* refusalOf(service.getStore(99))
        expect([refusal.type, refusal.message]).toEqual([pdpb.ErrorType.UNKNOWN, "invalid store ID 99, not found"])
      })
    ))

  test("StoreHeartbeat: unknown and tombstone stores are refused, known ones are told their state", () =>
    run(
      Effect.gen(function* () {
        const { service } = yield* startScheduler(new MemoryDisk(), quiet)
        yield* bootstrap(service)
        expect((yield* refusalOf(service.storeHeartbeat(statsOf(99)))).reason).toBe("notFound")
        expect(yield* service.storeHeartbeat(statsOf(1, { usedSize: 7 }))).toEqual({ state: metapb.NodeState.Serving })
        expect((yield* service.getStore(1)).stats?.usedSize).toBe(7)
        yield* service.putStore(makeStore(101))
        yield* service.removeStore(101, { force: true })
        expect((yield* refusalOf(service.storeHeartbeat(statsOf(101)))).type).toBe(pdpb.ErrorType.STORE_TOMBSTONE)
      })
    ))

  test("RemoveStore: Up, Offline, Tombstone once empty; offline is shown, tombstones are hidden on request", () =>
    run(
      Effect.gen(function* () {
        const { service, events } = yield* startScheduler(new MemoryDisk(), { maxReplicas: 1 })
        const { region } = yield* bootstrap(service)
        const cluster = new FakeCluster(service)
        cluster.addRegion(region)
        yield* cluster.listen(1)
        yield* cluster.join(101)
        yield* cluster.heartbeatAll
        yield* service.removeStore(1, { force: false })
        expect((yield* service.getStore(1)).store.state).toBe(StoreState.Offline)
        expect((yield* service.getAllStores({ excludeTombstone: true })).length).toBe(2)
        yield* cluster.settle(5_000)
        expect(cluster.storesOf(region.id)).toEqual([101])
        const { store } = yield* service.getStore(1)
        expect([store.state, store.nodeState]).toEqual([StoreState.Tombstone, metapb.NodeState.Removed])
        expect((yield* service.getAllStores({ excludeTombstone: true })).map(({ id }) => id)).toEqual([101])
        expect((yield* service.getAllStores({ excludeTombstone: false })).length).toBe(2)
        const states = events.flatMap((event) => (event.type === "StoreStateChanged" ? [[event.from, event.to]] : []))
        expect(states).toEqual([
          [StoreState.Up, StoreState.Offline],
          [StoreState.Offline, StoreState.Tombstone]
        ])
      })
    ))

  test("RemoveStore: refused when too few stores would be left; forced it is a tombstone at once; it can be taken back", () =>
    run(
      Effect.gen(function* () {
        const { service } = yield* startScheduler(new MemoryDisk(), quiet)
        const { region } = yield* bootstrap(service)
        yield* service.regionHeartbeat(heartbeatOf(region))
        expect((yield* refusalOf(service.removeStore(1, { force: false }))).message).toContain(
          "0 stores for 3 replicas"
        )
        for (const id of [101, 102, 103]) yield* service.putStore(makeStore(id))
        yield* service.removeStore(1, { force: false })
        yield* service.cancelRemoveStore(1)
        expect((yield* service.getStore(1)).store.state).toBe(StoreState.Up)
        yield* service.removeStore(101, { force: true })
        expect((yield* service.getStore(101)).store.state).toBe(StoreState.Tombstone)
        expect((yield* refusalOf(service.cancelRemoveStore(101))).reason).toBe("refused")
      })
    ))

  test("liveness: disconnected after 20 s, unhealthy after 10 min, down after 30 min, alive again on a heartbeat", () =>
    run(
      Effect.gen(function* () {
        const { service, events } = yield* startScheduler(new MemoryDisk(), {
          patrolIntervalMs: 60_000,
          scheduleIntervalMinMs: 60_000,
          scheduleIntervalMaxMs: 60_000,
          regionFlushIntervalMs: 60_000
        })
        yield* bootstrap(service)
        const liveness = Effect.map(service.stores, ([store]) => store!.liveness)
        yield* service.storeHeartbeat(statsOf(1))
        const seen: Array<string> = []
        for (const minutes of [0.3, 0.1, 9.7, 20]) {
          yield* TestClock.adjust(minutes * 60_000)
          seen.push(yield* liveness)
        }
        expect(seen).toEqual(["alive", "disconnected", "unhealthy", "down"])
        yield* service.storeHeartbeat(statsOf(1))
        yield* TestClock.adjust(1_000)
        expect(yield* liveness).toBe("alive")
        const changes = events.flatMap((event) => (event.type === "StoreLivenessChanged" ? [event.to] : []))
        expect(changes).toEqual(["disconnected", "unhealthy", "down", "alive"])
      })
    ))

  test("a clock that jumps makes no store down: silence is measured on the monotonic clock", () => {
    const view = (monotonicMs: number) => livenessOf(heard, monotonicMs, defaultSchedulerConfig)
    const heard: StoreInfo = {
      meta: makeStore(1),
      stats: undefined,
      heardMs: 5_000,
      silentBeforeMs: 0,
      damage: noDamage,
      heardUnixMs: 1_700_000_000_000
    }
    expect([view(25_000), view(25_001)]).toEqual(["alive", "disconnected"])
  })
})

describe("restarts", () => {
  test("LoadClusterInfo · LoadStores · RaftClusterRestart: what was known is known again, without leaders", () =>
    run(
      Effect.gen(function* () {
        const disk = new MemoryDisk()
        let running = yield* startScheduler(disk, quiet)
        const { region } = yield* bootstrap(running.service)
        yield* running.service.putStore(makeStore(101))
        yield* running.service.putStore(makeStore(102))
        yield* running.service.removeStore(102, { force: true })
        const left: metapb.Region = { ...region, endKey: bytes("m"), regionEpoch: { version: 2, confVer: 1 } }
        const right: metapb.Region = makeRegion(500, "m", "", { version: 2, peers: [makePeer(501, 1)] })
        yield* running.service.regionHeartbeat(heartbeatOf(left))
        yield* running.service.regionHeartbeat(heartbeatOf(right))
        for (let round = 0; round < 3; round++) {
          yield* running.stop
          running = yield* startScheduler(disk, quiet)
          const { service } = running
          expect(yield* service.isBootstrapped).toBe(true)
          const stores = yield* service.getAllStores({ excludeTombstone: false })
          expect(stores.map((store) => [store.id, store.state])).toEqual([
            [1, StoreState.Up],
            [101, StoreState.Up],
            [102, StoreState.Tombstone]
          ])
          const regions = yield* service.regions
          expect(regions.map((found) => [found.region, found.leader, found.reported])).toEqual([
            [left, undefined, false],
            [right, undefined, false]
          ])
          expect((yield* service.stores).map((store) => store.liveness)).toEqual(["alive", "alive", "alive"])
        }
      })
    ))

  test("after a crash: what was promised is there, region metadata at most one flush behind", () =>
    run(
      Effect.gen(function* () {
        const disk = new MemoryDisk()
        const first = yield* startScheduler(disk, quiet)
        const { region } = yield* bootstrap(first.service)
        yield* first.service.putStore(makeStore(101))
        yield* first.service.regionHeartbeat(heartbeatOf({ ...region, regionEpoch: { version: 5, confVer: 1 } }))
        disk.crash()
        const second = yield* startScheduler(disk, quiet)
        expect((yield* second.service.getAllStores({ excludeTombstone: false })).length).toBe(2)
        expect((yield* second.service.getRegionById(region.id))?.region?.regionEpoch?.version).toBe(1)
        // The leader's next heartbeat is a forward jump like any other.
        yield* second.service.regionHeartbeat(heartbeatOf({ ...region, regionEpoch: { version: 5, confVer: 1 } }))
        expect((yield* second.service.getRegionById(region.id))?.region?.regionEpoch?.version).toBe(5)
      })
    ))

  test("an evicted region does not come back after a restart", () =>
    run(
      Effect.gen(function* () {
        const disk = new MemoryDisk()
        const first = yield* startScheduler(disk, quiet)
        yield* bootstrap(first.service)
        yield* first.service.regionHeartbeat(heartbeatOf(makeRegion(700, "m", "", { version: 2 })))
        yield* TestClock.adjust(1_500)
        yield* first.service.regionHeartbeat(heartbeatOf(makeRegion(600, "", "", { version: 3 })))
        yield* first.stop
        const second = yield* startScheduler(disk, quiet)
        expect((yield* second.service.regions).map((found) => found.region?.id)).toEqual([600])
      })
    ))

  test("EtcdKV: records are durable, sorted, scanned by prefix and bounded", () =>
    run(
      Effect.gen(function* () {
        const disk = new MemoryDisk()
        const first = yield* startScheduler(disk, quiet)
        for (const key of ["keyspaces/2", "keyspaces/1", "keyspacf", "a"]) {
          yield* first.service.putRecord(key, bytes(`v ${key}`))
        }
        yield* first.service.deleteRecord("a")
        disk.crash()
        const { service } = yield* startScheduler(disk, quiet)
        expect((yield* service.scanRecords("keyspaces/", 9)).map(({ key }) => key)).toEqual([
          "keyspaces/1",
          "keyspaces/2"
        ])
        expect((yield* service.scanRecords("", 2)).length).toBe(2)
        expect(yield* service.getRecord("keyspaces/2")).toEqual(bytes("v keyspaces/2"))
        expect(yield* service.getRecord("a")).toBeUndefined()
        expect((yield* refusalOf(service.putRecord("", bytes("x")))).reason).toBe("refused")
        expect((yield* refusalOf(service.putRecord("k", new Uint8Array(2 ** 20 + 1)))).reason).toBe("refused")
      })
    ))

  test("a failing engine: nothing is promised, nothing changes, and later writes work", () =>
    run(
      Effect.gen(function* () {
        const disk = new MemoryDisk()
        const { service } = yield* startScheduler(disk, quiet)
        yield* bootstrap(service)
        disk.setFault(new EngineError({ reason: "disk-full", message: "no space" }))
        expect((yield* refusalOf(service.putStore(makeStore(101)))).reason).toBe("unavailable")
        expect((yield* refusalOf(service.allocId(5_000))).reason).toBe("unavailable")
        expect((yield* refusalOf(service.tso(1))).message).toContain("no space")
        expect((yield* service.stores).length).toBe(1)
        disk.setFault(undefined)
        yield* service.putStore(makeStore(101))
        yield* service.tso(1)
        expect((yield* service.stores).length).toBe(2)
      })
    ))
})

describe("configuration", () => {
  test("putClusterConfig and updateConfig: validated, in force at once, kept over a restart", () =>
    run(
      Effect.gen(function* () {
        const disk = new MemoryDisk()
        const first = yield* startScheduler(disk, { ...quiet, leaderScheduleLimit: 7 })
        yield* bootstrap(first.service)
        const { clusterId } = first.service
        yield* first.service.putClusterConfig({ id: clusterId, maxPeerCount: 5 })
        expect(
          (yield* refusalOf(first.service.putClusterConfig({ id: clusterId, maxPeerCount: 0 }))).message
        ).toContain("maxReplicas")
        expect((yield* refusalOf(first.service.putClusterConfig({ id: 1, maxPeerCount: 3 }))).reason).toBe(
          "clusterMismatch"
        )
        yield* first.service.updateConfig({ patrolBatch: 9 })
        yield* first.stop
        // What the file says changes with the file, what was changed while running stays.
        const { service } = yield* startScheduler(disk, { ...quiet, leaderScheduleLimit: 8 })
        const config = yield* service.config
        expect([config.maxReplicas, config.patrolBatch, config.leaderScheduleLimit]).toEqual([5, 9, 8])
        expect(yield* service.getClusterConfig).toEqual({ id: clusterId, maxPeerCount: 5 })
      })
    ))

  test("every broken rule is named before anything starts", () =>
    run(
      Effect.gen(function* () {
        const bad = {
          maxReplicas: 0,
          storeDisconnectedMs: 2 ** 40,
          leaderToleranceRatio: 2,
          schedulers: ["balance-moon"]
        }
        const refusal = yield* refusalOf(Effect.asVoid(Effect.scoped(startScheduler(new MemoryDisk(), bad))))
        for (const text of ["maxReplicas", "must rise in this order", "leaderToleranceRatio", "balance-moon"]) {
          expect(refusal.message).toContain(text)
        }
      })
    ))
})

test("damage: a replica is damaged when two heartbeats in a row said so while it was the region's peer there", () => {
  let store: StoreInfo = {
    meta: metapb.Store.create({ id: 6 }),
    stats: undefined,
    heardMs: 0,
    silentBeforeMs: 0,
    damage: noDamage,
    heardUnixMs: 0
  }
  const heartbeat = (peerId: number, ...damaged: ReadonlyArray<number>): void => {
    store = { ...store, damage: damageAfter(store.damage, damaged, () => peerId) }
  }
  heartbeat(7, 2)
  expect([saysDamaged(store, 2), isDamagedPeer(store, 2, 7)]).toEqual([true, false])
  heartbeat(7, 2)
  expect(isDamagedPeer(store, 2, 7)).toBe(true)
  // Peer 8 has been put in its place; the store's last word is of before that.
  expect(isDamagedPeer(store, 2, 8)).toBe(false)
  heartbeat(8, 2)
  expect([saysDamaged(store, 2), isDamagedPeer(store, 2, 8)]).toEqual([true, false])
  heartbeat(8)
  expect([saysDamaged(store, 2), isDamagedPeer(store, 2, 8)]).toEqual([false, false])
  heartbeat(8, 2, 5)
  heartbeat(8, 2)
  expect([isDamagedPeer(store, 2, 8), saysDamaged(store, 5)]).toEqual([true, false])
})
