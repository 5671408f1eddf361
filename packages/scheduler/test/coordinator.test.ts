import { describe, expect, test } from "bun:test"
import { metapb } from "@reefkv/wire"
import { Effect, Fiber, Stream } from "effect"
import { TestClock } from "effect/testing"
import type { SchedulerConfig, SchedulerEvent } from "../src/index.ts"
import {
  bootstrap,
  bytes,
  FakeCluster,
  heartbeatOf,
  MemoryDisk,
  makePeer,
  makeRegion,
  type Running,
  refusalOf,
  run,
  startScheduler
} from "./support.ts"

/** Stores 1, 101, 102, … that obey, and one region on store 1. */
const makeWorld = (stores: number, config: Partial<SchedulerConfig> = {}, disk = new MemoryDisk()) =>
  Effect.gen(function* () {
    const running = yield* startScheduler(disk, config)
    const { region } = yield* bootstrap(running.service)
    const cluster = new FakeCluster(running.service)
    cluster.addRegion(region)
    yield* cluster.listen(1)
    for (let id = 101; id < 100 + stores; id++) yield* cluster.join(id)
    return { ...running, cluster, region, disk }
  })
/** Cuts the one region into `count`, all led by store 1, the first keeping its id. */
const cutInto = (cluster: FakeCluster, region: metapb.Region, count: number, size = 0): void => {
  const key = (n: number) => (n === 0 || n === count ? new Uint8Array(0) : Buffer.from([n]))
  for (let n = 0; n < count; n++) {
    const id = n === 0 ? region.id : 5_000 + n
    const now = cluster.region(region.id).meta
    const peers = n === 0 ? now.peers : now.peers.map((peer) => ({ ...peer, id: id * 10 + peer.storeId }))
    cluster.addRegion(
      {
        ...now,
        id,
        startKey: key(n),
        endKey: key(n + 1),
        regionEpoch: { version: count, confVer: now.regionEpoch!.confVer },
        peers
      },
      1,
      size
    )
  }
}
const outcomes = (events: ReadonlyArray<SchedulerEvent>) =>
  events.flatMap((event) => (event.type === "OperatorEnded" ? [`${event.desc} ${event.outcome}`] : []))
const spread = (counts: ReadonlyMap<number, number>, stores: number) => {
  const all = [...counts.values()]
  while (all.length < stores) all.push(0)
  return Math.max(...all) - Math.min(...all)
}

describe("a small cluster", () => {
  test("three stores: the first region has three replicas within three seconds", () =>
    run(
      Effect.gen(function* () {
        const { cluster, events, region } = yield* makeWorld(3)
        yield* cluster.settle(3_000)
        expect(cluster.storesOf(region.id)).toEqual([1, 101, 102])
        expect(cluster.region(region.id).meta.peers.every((peer) => peer.role === metapb.PeerRole.Voter)).toBe(true)
        expect(outcomes(events)).toEqual(["make-up-replica success", "make-up-replica success"])
      })
    ))

  test("one store: nothing to do, and the reason is told", () =>
    run(
      Effect.gen(function* () {
        const { cluster, service } = yield* makeWorld(1)
        yield* cluster.settle(2_000)
        expect(cluster.obeyed).toEqual([])
        const patrol = (yield* service.schedulers).find(({ name }) => name === "patrol")
        expect(patrol?.diagnostic).toContain("every store already holds a replica")
      })
    ))

  test("leaders and replicas of few, empty regions spread over the stores", () =>
    run(
      Effect.gen(function* () {
        const { cluster, region } = yield* makeWorld(4)
        yield* cluster.settle(3_000)
        cutInto(cluster, region, 8)
        yield* cluster.settle(30_000)
        expect(spread(cluster.leaderCounts(), 4)).toBeLessThanOrEqual(1)
        expect(spread(cluster.replicaCounts(), 4)).toBeLessThanOrEqual(1)
        const settled = cluster.obeyed.length
        yield* cluster.settle(30_000)
        expect(cluster.obeyed.length).toBe(settled)
      })
    ))

  test("a store that joins later gets its share", () =>
    run(
      Effect.gen(function* () {
        const { cluster, region } = yield* makeWorld(3)
        yield* cluster.settle(3_000)
        cutInto(cluster, region, 12, 2 ** 20)
        yield* cluster.settle(20_000)
        yield* cluster.join(140)
        yield* cluster.settle(20_000)
        expect(cluster.replicaCounts().get(140)).toBe(9)
        expect(spread(cluster.leaderCounts(), 4)).toBeLessThanOrEqual(1)
      })
    ))

  test("without joint consensus the same end is reached by single steps", () =>
    run(
      Effect.gen(function* () {
        const { cluster, region } = yield* makeWorld(4, { useJointConsensus: false })
        yield* cluster.settle(3_000)
        cutInto(cluster, region, 4, 2 ** 20)
        yield* cluster.settle(20_000)
        expect(spread(cluster.replicaCounts(), 4)).toBeLessThanOrEqual(1)
        expect(cluster.obeyed.some((word) => word.includes("joint"))).toBe(false)
      })
    ))
})

test("one patrol step spreads what it starts: each choice sees what the ones before will do", () =>
  run(
    Effect.gen(function* () {
      const { cluster, region, service } = yield* makeWorld(4, { maxReplicas: 2, haltScheduling: true })
      cutInto(cluster, region, 12)
      yield* cluster.heartbeatAll
      cluster.deaf = true
      yield* service.updateConfig({ haltScheduling: false })
      yield* TestClock.adjust(150)
      const targets = new Map<string, number>()
      for (const { steps } of yield* service.operators) {
        const store = steps[0]!.split(" ").at(-1)!
        targets.set(store, (targets.get(store) ?? 0) + 1)
      }
      expect([...targets].sort()).toEqual([
        ["101", 4],
        ["102", 4],
        ["103", 4]
      ])
    })
  ))

describe("repair", () => {
  test("Replica: add, remove and offline a replica, by heartbeat answers", () =>
    run(
      Effect.gen(function* () {
        const { cluster, region, service } = yield* makeWorld(4)
        yield* cluster.settle(3_000)
        expect(cluster.storesOf(region.id).length).toBe(3)
        const leaving = cluster.storesOf(region.id).find((id) => id !== 1)!
        yield* service.removeStore(leaving, { force: false })
        yield* cluster.settle(3_000)
        expect(cluster.storesOf(region.id)).not.toContain(leaving)
        expect(cluster.storesOf(region.id).length).toBe(3)
        expect((yield* service.getStore(leaving)).store.state).toBe(metapb.StoreState.Tombstone)
      })
    ))

  test("a store that is removed while a replica is on its way there never gets a vote", () =>
    run(
      Effect.gen(function* () {
        for (const deaf of [true, false]) {
          const { cluster, events, region, service } = yield* makeWorld(4, { schedulers: [] })
          yield* cluster.settle(3_000)
          const leaving = [1, 101, 102, 103].find((id) => !cluster.storesOf(region.id).includes(id))!
          // The leader does not hear the first step; or it does, and the snapshot takes its time.
          cluster.deaf = deaf
          cluster.snapshotPasses = 1
          yield* service.addOperator({ kind: "add-peer", regionId: region.id, storeId: leaving })
          yield* cluster.settle(500)
          expect((yield* service.getOperator(region.id)).state).toBe("running")
          yield* service.removeStore(leaving, { force: false })
          yield* TestClock.adjust(300)
          expect(outcomes(events)).toContain("admin-add-peer cancelled")
          yield* TestClock.adjust(700)
          expect((yield* service.getStore(leaving)).store.state).toBe(metapb.StoreState.Tombstone)
          cluster.deaf = false
          cluster.region(region.id).pending.clear()
          const before = cluster.obeyed.length
          yield* cluster.settle(3_000)
          expect(cluster.storesOf(region.id)).not.toContain(leaving)
          expect(cluster.obeyed.slice(before).filter((step) => step.includes(`add s${leaving}`))).toEqual([])
        }
      })
    ))

  test("down stores: replicas are made anew after max-store-down-time, also when the dead store led", () =>
    run(
      Effect.gen(function* () {
        const { cluster, region } = yield* makeWorld(4, {
          storeDisconnectedMs: 2_000,
          storeUnhealthyMs: 5_000,
          maxStoreDownMs: 10_000
        })
        yield* cluster.settle(3_000)
        const dead = cluster.region(region.id).leaderStoreId
        cluster.live.delete(dead)
        // Raft elects another; the scheduler learns it from that leader's heartbeat.
        const heir = cluster.storesOf(region.id).find((id) => id !== dead)!
        cluster.region(region.id).leaderStoreId = heir
        cluster.region(region.id).term += 1
        yield* cluster.settle(9_000)
        expect(cluster.storesOf(region.id)).toContain(dead)
        yield* cluster.settle(6_000)
        expect(cluster.storesOf(region.id)).not.toContain(dead)
        expect(cluster.storesOf(region.id).length).toBe(3)
      })
    ))

  test("PeerState: the next step waits while the new replica is pending", () =>
    run(
      Effect.gen(function* () {
        const { cluster, events, region } = yield* makeWorld(2, { maxReplicas: 2 })
        cluster.snapshotPasses = 1
        yield* cluster.settle(3_000)
        const peers = cluster.region(region.id).meta.peers
        expect(peers.map((peer) => peer.role)).toEqual([metapb.PeerRole.Voter, metapb.PeerRole.Learner])
        cluster.region(region.id).pending.clear()
        yield* cluster.settle(1_000)
        expect(cluster.region(region.id).meta.peers.every((peer) => peer.role === metapb.PeerRole.Voter)).toBe(true)
        expect(outcomes(events)).toEqual(["make-up-replica success"])
      })
    ))

  test("a joint state left behind by a lost operator is ended", () =>
    run(
      Effect.gen(function* () {
        const { cluster, region } = yield* makeWorld(3)
        yield* cluster.settle(3_000)
        const state = cluster.region(region.id)
        const roles = [metapb.PeerRole.Voter, metapb.PeerRole.Voter, metapb.PeerRole.IncomingVoter]
        state.meta = {
          ...state.meta,
          regionEpoch: { version: 1, confVer: 20 },
          peers: state.meta.peers.map((peer, n) => ({ ...peer, role: roles[n]! }))
        }
        yield* cluster.settle(2_000)
        expect(cluster.obeyed.at(-1)).toBe(`r${region.id} leave joint`)
      })
    ))
})

describe("dispatch", () => {
  test("Dispatch: a step that nobody obeyed is sent again by timer until it is", () =>
    run(
      Effect.gen(function* () {
        const { cluster, events, region } = yield* makeWorld(2, { maxReplicas: 2 })
        cluster.deaf = true
        yield* cluster.heartbeatAll
        yield* TestClock.adjust(5_000)
        const sent = events.filter((event) => event.type === "OperatorStepSent").length
        expect(sent).toBe(5)
        cluster.deaf = false
        yield* TestClock.adjust(2_500)
        expect(cluster.storesOf(region.id)).toEqual([1, 101])
      })
    ))

  test("an operator of a leader that fell silent times out without any heartbeat", () =>
    run(
      Effect.gen(function* () {
        const { cluster, events, region, service } = yield* makeWorld(2, {
          maxReplicas: 2,
          leaderOperatorTimeoutMs: 4_000
        })
        yield* cluster.settle(2_000)
        cluster.deaf = true
        yield* service.addOperator({ kind: "transfer-leader", regionId: region.id, toStoreId: 101 })
        yield* TestClock.adjust(4_500)
        expect(outcomes(events).at(-1)).toBe("admin-transfer-leader timeout")
        expect((yield* service.getOperator(region.id)).state).toBe("timeout")
      })
    ))

  test("an operator ends when another region took its region's range for good", () =>
    run(
      Effect.gen(function* () {
        const { cluster, region, service, events } = yield* makeWorld(2, { haltScheduling: true })
        yield* cluster.heartbeatAll
        cluster.deaf = true
        yield* service.addOperator({ kind: "add-peer", regionId: region.id, storeId: 101 })
        yield* service.regionHeartbeat(heartbeatOf(makeRegion(900, "", "", { version: 5 })))
        yield* TestClock.adjust(2_500)
        expect(outcomes(events)).toEqual(["admin-add-peer cancelled"])
      })
    ))

  test("a second subscription of a store ends the first", () =>
    run(
      Effect.gen(function* () {
        const { service } = yield* startScheduler(new MemoryDisk(), { haltScheduling: true })
        const first = yield* Effect.forkScoped(Stream.runDrain(service.operatorSteps(1)))
        yield* TestClock.adjust(1)
        const second = yield* Effect.forkScoped(Stream.runDrain(service.operatorSteps(1)))
        yield* TestClock.adjust(1)
        expect([first.pollUnsafe()?._tag, second.pollUnsafe()]).toEqual(["Success", undefined])
      })
    ))

  test("steps reach a store that subscribes again: its older stream ends", () =>
    run(
      Effect.gen(function* () {
        const { cluster, region, service } = yield* makeWorld(2, { maxReplicas: 2 })
        yield* cluster.settle(2_000)
        yield* cluster.listen(1)
        yield* service.addOperator({ kind: "transfer-leader", regionId: region.id, toStoreId: 101 })
        yield* TestClock.adjust(100)
        expect(cluster.obeyed.filter((word) => word === `r${region.id} leader s101`).length).toBe(1)
      })
    ))
})

describe("what people ask for", () => {
  test("operators by name, refused with the reason when they cannot be", () =>
    run(
      Effect.gen(function* () {
        const { cluster, region, service } = yield* makeWorld(4, { haltScheduling: true })
        yield* cluster.heartbeatAll
        const id = region.id
        yield* service.addOperator({ kind: "add-peer", regionId: id, storeId: 101 })
        yield* TestClock.adjust(1_000)
        yield* service.addOperator({ kind: "add-learner", regionId: id, storeId: 102 })
        yield* TestClock.adjust(1_000)
        expect(cluster.region(id).meta.peers.map(({ storeId, role }) => [storeId, role])).toEqual([
          [1, 0],
          [101, 0],
          [102, 1]
        ])
        const refusals: ReadonlyArray<[Parameters<typeof service.addOperator>[0], string]> = [
          [{ kind: "transfer-leader", regionId: id, toStoreId: 102 }, "holds no voter"],
          [{ kind: "transfer-leader", regionId: id, toStoreId: 1 }, "already leads"],
          [{ kind: "add-peer", regionId: id, storeId: 101 }, "already holds"],
          [{ kind: "add-peer", regionId: id, storeId: 999 }, "not known"],
          [{ kind: "remove-peer", regionId: id, storeId: 103 }, "holds no replica"],
          [{ kind: "transfer-peer", regionId: id, fromStoreId: 1, toStoreId: 101 }, "already holds"],
          [{ kind: "transfer-leader", regionId: 999, toStoreId: 1 }, "region 999 is not known"]
        ]
        for (const [request, text] of refusals) {
          expect((yield* refusalOf(service.addOperator(request))).message).toContain(text)
        }
        yield* service.addOperator({ kind: "transfer-peer", regionId: id, fromStoreId: 1, toStoreId: 103 })
        yield* TestClock.adjust(1_000)
        expect(cluster.storesOf(id)).toEqual([101, 102, 103])
        yield* service.addOperator({ kind: "remove-peer", regionId: id, storeId: 102 })
        yield* TestClock.adjust(1_000)
        expect(cluster.storesOf(id)).toEqual([101, 103])
        expect((yield* service.operatorHistory).map((operator) => [operator.desc, operator.state])).toEqual([
          ["admin-add-peer", "success"],
          ["admin-add-learner", "success"],
          ["admin-transfer-peer", "success"],
          ["admin-remove-peer", "success"]
        ])
      })
    ))

  test("GetOperator and cancel: running, cancelled, REGION_NOT_FOUND", () =>
    run(
      Effect.gen(function* () {
        const { cluster, region, service } = yield* makeWorld(2, { haltScheduling: true })
        yield* cluster.heartbeatAll
        cluster.deaf = true
        expect((yield* refusalOf(service.getOperator(region.id))).type).toBe(6)
        yield* service.addOperator({ kind: "add-peer", regionId: region.id, storeId: 101 })
        expect((yield* service.getOperator(region.id)).state).toBe("running")
        expect((yield* service.operators).length).toBe(1)
        yield* service.cancelOperator(region.id)
        expect((yield* service.getOperator(region.id)).state).toBe("cancelled")
        expect((yield* refusalOf(service.cancelOperator(region.id))).type).toBe(6)
      })
    ))

  test("ScatterRegions: regions of a group spread; unknown ones are listed as failed", () =>
    run(
      Effect.gen(function* () {
        const { cluster, region, service } = yield* makeWorld(6)
        yield* cluster.settle(3_000)
        yield* service.updateConfig({ haltScheduling: true })
        cutInto(cluster, region, 6)
        yield* cluster.heartbeatAll
        const regionIds = [...cluster.regions.keys()]
        const asking = yield* Effect.forkChild(service.scatterRegions({ regionIds: [...regionIds, 999], group: "g" }))
        yield* TestClock.adjust(3_200)
        const answer = yield* Fiber.join(asking)
        expect(answer).toEqual({ finishedPercentage: 85, failedRegionsId: [999] })
        yield* cluster.settle(3_000)
        expect(spread(cluster.replicaCounts(), 6)).toBe(0)
        expect(spread(cluster.leaderCounts(), 6)).toBeLessThanOrEqual(1)
        expect((yield* service.operators).length).toBe(0)
      })
    ))

  test("RemoveScheduler: disabled and evicting schedulers stay so over a restart", () =>
    run(
      Effect.gen(function* () {
        const disk = new MemoryDisk()
        const first = yield* makeWorld(3, {}, disk)
        yield* first.service.disableScheduler("balance-region")
        yield* first.service.enableScheduler("evict-leader", 1)
        expect((yield* refusalOf(first.service.enableScheduler("evict-leader", 99))).reason).toBe("notFound")
        expect((yield* refusalOf(first.service.enableScheduler("balance-moon"))).reason).toBe("refused")
        yield* first.stop
        const { service } = yield* startScheduler(disk)
        const enabled = (yield* service.schedulers).filter((scheduler) => scheduler.enabled).map(({ name }) => name)
        expect(enabled).toEqual(["patrol", "evict-leader", "balance-leader"])
      })
    ))

  test("evict-leader: every leader leaves the store and none comes back", () =>
    run(
      Effect.gen(function* () {
        const { cluster, region, service } = yield* makeWorld(3)
        yield* cluster.settle(3_000)
        cutInto(cluster, region, 6)
        yield* service.enableScheduler("evict-leader", 1)
        yield* cluster.settle(20_000)
        expect(cluster.leaderCounts().get(1)).toBeUndefined()
        yield* service.disableScheduler("evict-leader", 1)
        yield* cluster.settle(20_000)
        expect(cluster.leaderCounts().get(1)).toBe(2)
      })
    ))
})

describe("start and restart", () => {
  const restart = (world: Running, disk: MemoryDisk, config: Partial<SchedulerConfig> = {}) =>
    Effect.gen(function* () {
      yield* world.stop
      return yield* startScheduler(disk, config)
    })

  /** A cluster of ten regions with one replica each on two stores, its scheduler restarted: all regions are unreported. */
  const restarted = (config: Partial<SchedulerConfig> = {}) =>
    Effect.gen(function* () {
      const disk = new MemoryDisk()
      const before = yield* makeWorld(2, { haltScheduling: true }, disk)
      cutInto(before.cluster, before.region, 10)
      yield* before.cluster.heartbeatAll
      const running = yield* restart(before, disk, { maxReplicas: 2, ...config })
      const cluster = new FakeCluster(running.service)
      for (const region of before.cluster.regions.values()) cluster.addRegion(region.meta, 1)
      yield* cluster.listen(1)
      yield* cluster.listen(101)
      return { ...running, cluster, regionIds: [...cluster.regions.keys()] }
    })

  test("ShouldRun: work begins when 80 % of the known regions have reported, not before", () =>
    run(
      Effect.gen(function* () {
        const { cluster, regionIds, service } = yield* restarted()
        for (const id of regionIds.slice(0, 7)) yield* cluster.heartbeat(id)
        yield* TestClock.adjust(3_000)
        expect([(yield* service.status).schedulingStarted, (yield* service.operators).length]).toEqual([false, 0])
        yield* cluster.heartbeat(regionIds[7]!)
        yield* TestClock.adjust(3_000)
        expect((yield* service.status).schedulingStarted).toBe(true)
        expect(cluster.obeyed.length).toBeGreaterThan(0)
      })
    ))

  test("ShouldRunWithNonLeaderRegions: regions without a leader do not count, and a bound ends the wait", () =>
    run(
      Effect.gen(function* () {
        const { cluster, regionIds, service } = yield* restarted({ prepareTimeoutMs: 20_000 })
        for (const id of regionIds.slice(0, 3)) yield* cluster.heartbeat(id)
        yield* TestClock.adjust(19_000)
        expect(yield* service.status).toMatchObject({ schedulingStarted: false, regionsKnown: 10, regionsReported: 3 })
        yield* TestClock.adjust(2_000)
        expect((yield* service.status).schedulingStarted).toBe(true)
        // The leaderless ones are left alone even then.
        yield* TestClock.adjust(3_000)
        expect(regionIds.filter((id) => cluster.storesOf(id).length === 2)).toEqual(regionIds.slice(0, 3))
      })
    ))

  test("Restart: work resumes after a restart in the middle of a move", () =>
    run(
      Effect.gen(function* () {
        const disk = new MemoryDisk()
        const first = yield* makeWorld(4, {}, disk)
        yield* first.cluster.settle(3_000)
        const { region } = first
        const leaving = first.cluster.storesOf(region.id).find((id) => id !== 1)!
        first.cluster.snapshotPasses = 1
        yield* first.service.removeStore(leaving, { force: false })
        yield* first.cluster.settle(1_000)
        expect(first.cluster.region(region.id).meta.peers.length).toBe(4)
        const second = yield* restart(first, disk)
        const cluster = new FakeCluster(second.service)
        cluster.addRegion(first.cluster.region(region.id).meta, 1)
        for (const id of [1, 101, 102, 103]) yield* cluster.listen(id)
        yield* cluster.settle(10_000)
        expect(cluster.storesOf(region.id)).not.toContain(leaving)
        expect(cluster.storesOf(region.id).length).toBe(3)
        expect((yield* second.service.getStore(leaving)).store.state).toBe(metapb.StoreState.Tombstone)
      })
    ))

  test("haltScheduling: nothing is planned until it is taken back", () =>
    run(
      Effect.gen(function* () {
        const { cluster, region, service } = yield* makeWorld(3, { haltScheduling: true })
        yield* cluster.settle(5_000)
        expect(cluster.obeyed).toEqual([])
        yield* service.updateConfig({ haltScheduling: false })
        yield* cluster.settle(3_000)
        expect(cluster.storesOf(region.id).length).toBe(3)
      })
    ))
})

test("Interval: an idle scheduler's pause doubles up to its bound, and work or a new store makes it short again", () =>
  run(
    Effect.gen(function* () {
      const { cluster, region, service } = yield* makeWorld(3)
      yield* cluster.settle(30_000, 1_000)
      // Idle by now: a sudden imbalance waits for the end of a pause of at most five seconds.
      cutInto(cluster, region, 9)
      yield* cluster.heartbeatAll
      yield* cluster.settle(8_000)
      expect(spread(cluster.leaderCounts(), 3)).toBeLessThanOrEqual(1)
      expect((yield* service.schedulers).find(({ name }) => name === "balance-leader")?.diagnostic).toBe(
        "leaders are even"
      )
    })
  ))

test("PickUp: a region of a store nobody knows crashes nothing", () =>
  run(
    Effect.gen(function* () {
      const { cluster, service } = yield* makeWorld(3)
      cluster.addRegion(makeRegion(700, "m", "", { version: 2, peers: [makePeer(701, 1), makePeer(702, 888)] }), 1)
      yield* cluster.settle(5_000)
      expect((yield* service.getRegion(bytes("z")))?.region?.id).toBe(700)
      expect(cluster.storesOf(700).length).toBe(3)
    })
  ))
