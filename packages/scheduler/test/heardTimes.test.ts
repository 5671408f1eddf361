import { describe, expect, test } from "bun:test"
import { makeMemoryEngine } from "@reefkv/engine-memory"
import type { metapb } from "@reefkv/wire"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { Cluster } from "../src/cluster/Cluster.ts"
import { livenessOf, noDamage } from "../src/cluster/StoreInfo.ts"
import { defaultSchedulerConfig, type SchedulerConfig } from "../src/index.ts"
import { type Command, type CommandLog, makeCommandLog } from "../src/persist.ts"
import { makeHeardTimes, silentBefore } from "../src/service/HeardTimes.ts"
import { bootstrap, FakeCluster, MemoryDisk, makeStore, run, startScheduler, statsOf } from "./support.ts"

const minute = 60_000
const hour = 60 * minute
const quick: Partial<SchedulerConfig> = {
  storeDisconnectedMs: 1_000,
  storeUnhealthyMs: 2_000,
  maxStoreDownMs: 10_000,
  storePersistIntervalMs: 1_000,
  prepareTimeoutMs: 500
}
const quiet = { haltScheduling: true }

const livenessById = (cluster: FakeCluster) =>
  Effect.map(cluster.service.stores, (stores) =>
    Object.fromEntries(stores.map(({ store, liveness }) => [store.id, liveness]))
  )

/** One region on three of four stores; `restart` stops the scheduler, or leaves it to a crash, and starts another. */
const makeWorld = (config: Partial<SchedulerConfig>) =>
  Effect.gen(function* () {
    const disk = new MemoryDisk()
    let running = yield* startScheduler(disk, config)
    const { region } = yield* bootstrap(running.service)
    let cluster = new FakeCluster(running.service)
    cluster.addRegion(region)
    yield* cluster.listen(1)
    for (const id of [101, 102, 103]) yield* cluster.join(id)
    yield* cluster.settle(3_000)
    const restart = (how: { readonly crash?: boolean; readonly offMs?: number } = {}) =>
      Effect.gen(function* () {
        if (how.crash === true) disk.crash()
        yield* running.stop
        yield* TestClock.adjust(how.offMs ?? 0)
        running = yield* startScheduler(disk, config)
        const old = cluster
        const { leaderStoreId, meta } = old.region(region.id)
        cluster = new FakeCluster(running.service)
        cluster.addRegion(meta, leaderStoreId)
        for (const id of old.live) yield* cluster.listen(id)
        return cluster
      })
    return { first: cluster, region, restart }
  })
/** A store that holds the region and does not lead it falls silent for good. */
const killFollower = (cluster: FakeCluster, region: metapb.Region): number => {
  const dead = cluster.storesOf(region.id).find((id) => id !== cluster.region(region.id).leaderStoreId)!
  cluster.live.delete(dead)
  return dead
}

describe("silence over restarts", () => {
  test("a scheduler that restarts more often than max-store-down-time replaces a dead store's replicas", () =>
    run(
      Effect.gen(function* () {
        const { first, region, restart } = yield* makeWorld(quick)
        const dead = killFollower(first, region)
        let cluster = first
        for (const crash of [false, true]) {
          yield* cluster.settle(4_000)
          cluster = yield* restart({ crash })
        }
        // 8 s of silence are not enough, and nor is what a new scheduler has not waited for itself.
        yield* cluster.settle(1_500)
        expect(cluster.storesOf(region.id)).toContain(dead)
        for (let n = 0; n < 2; n++) {
          yield* cluster.settle(4_000)
          cluster = yield* restart()
        }
        expect(cluster.storesOf(region.id)).not.toContain(dead)
        expect(cluster.storesOf(region.id).length).toBe(3)
      })
    ))

  test("a scheduler that was off for an hour: no store is down that reports, and others have time to", () =>
    run(
      Effect.gen(function* () {
        const { first, region, restart } = yield* makeWorld({ ...quick, storeUnhealthyMs: 5_000 })
        const dead = killFollower(first, region)
        const cluster = yield* restart({ offMs: hour })
        const late = cluster.storesOf(region.id).find((id) => id !== dead && id !== 1) ?? 1
        cluster.live.delete(late)
        expect(new Set(Object.values(yield* livenessById(cluster)))).toEqual(new Set(["alive"]))
        yield* cluster.settle(4_500)
        expect((yield* livenessById(cluster))[dead]).toBe("disconnected")
        expect(cluster.obeyed).toEqual([])
        cluster.live.add(late)
        yield* cluster.settle(4_000)
        expect(cluster.storesOf(region.id)).not.toContain(dead)
        const liveness = yield* livenessById(cluster)
        expect(liveness).toMatchObject({ [dead]: "down", [late]: "alive" })
        expect(Object.values(liveness).filter((one) => one === "alive").length).toBe(3)
      })
    ))

  test("people see the last heartbeat also after a restart, until the next", () =>
    run(
      Effect.gen(function* () {
        const disk = new MemoryDisk()
        const first = yield* startScheduler(disk, quiet)
        yield* bootstrap(first.service)
        yield* TestClock.adjust(5_000)
        yield* first.service.storeHeartbeat(statsOf(1))
        yield* TestClock.adjust(2 * minute)
        yield* first.service.storeHeartbeat(statsOf(1))
        yield* TestClock.adjust(1_000)
        yield* first.stop
        const second = yield* startScheduler(disk, quiet)
        const seen = Effect.map(second.service.stores, ([store]) => store!.lastHeartbeatUnixMs)
        expect(yield* seen).toBe(5_000 + 2 * minute)
        yield* second.service.storeHeartbeat(statsOf(1))
        expect(yield* seen).toBe(6_000 + 2 * minute)
      })
    ))
})

describe("what is written", () => {
  /** One cluster of two stores, its heard times, and each batch that was written, on a wall clock set by hand. */
  const makeTimes = (written: ReadonlyMap<number, number> = new Map()) => {
    const cluster = new Cluster()
    const batches: Array<ReadonlyArray<Command>> = []
    const real = makeCommandLog(makeMemoryEngine({ disk: new MemoryDisk() }))
    const log: CommandLog = {
      ...real,
      write: (commands, options) => {
        expect(options.sync).toBe(true)
        batches.push(commands)
        return real.write(commands, options)
      }
    }
    const wall = { nowMs: 1_000_000 }
    const times = makeHeardTimes({
      cluster,
      log,
      config: () => defaultSchedulerConfig,
      nowUnixMs: () => wall.nowMs,
      written
    })
    const hear = (...ids: ReadonlyArray<number>) => {
      for (const id of ids) {
        cluster.putStore({
          meta: makeStore(id),
          stats: undefined,
          heardMs: 0,
          silentBeforeMs: 0,
          damage: noDamage,
          heardUnixMs: wall.nowMs
        })
      }
    }
    const writtenNow = Effect.map(real.load, ({ heard }) => [...heard])
    return { batches, cluster, hear, save: times.save, wall, writtenNow }
  }

  test("all stores in one batch, and not more often than the interval", () =>
    run(
      Effect.gen(function* () {
        const { batches, hear, save, wall, writtenNow } = makeTimes()
        for (let second = 0; second < 300; second++) {
          hear(1, 2)
          yield* save
          wall.nowMs += 1_000
        }
        expect(batches.map((batch) => batch.length)).toEqual([2, 2, 2, 2, 2])
        expect(yield* writtenNow).toEqual([
          [1, 1_240_000],
          [2, 1_240_000]
        ])
        // Silent stores have nothing new to write.
        wall.nowMs += hour
        yield* save
        expect(batches.length).toBe(5)
      })
    ))

  test("a store that never reported, or that an older scheduler wrote down, counts from when it is first met", () =>
    run(
      Effect.gen(function* () {
        const { cluster, save, wall, writtenNow } = makeTimes()
        cluster.putStore({
          meta: makeStore(7),
          stats: undefined,
          heardMs: 0,
          silentBeforeMs: 0,
          damage: noDamage,
          heardUnixMs: 0
        })
        yield* save
        wall.nowMs += hour
        yield* save
        expect(yield* writtenNow).toEqual([[7, 1_000_000]])
      })
    ))

  test("a time from a clock that ran ahead is replaced by the next heartbeat's", () =>
    run(
      Effect.gen(function* () {
        const { hear, save, writtenNow } = makeTimes(new Map([[1, 1_000_000 + hour]]))
        hear(1)
        yield* save
        expect(yield* writtenNow).toEqual([[1, 1_000_000]])
      })
    ))

  test("a wall clock that jumps: back is no silence, forward downs no store sooner than it is unhealthy", () => {
    const at = (writtenUnixMs: number | undefined) => silentBefore(writtenUnixMs, 10 * hour, defaultSchedulerConfig)
    expect([at(undefined), at(11 * hour), at(10 * hour), at(10 * hour - minute)]).toEqual([0, 0, 0, 0])
    const silentBeforeMs = at(1)
    expect(silentBeforeMs).toBeGreaterThan(9 * hour)
    const store = {
      meta: makeStore(1),
      stats: undefined,
      heardMs: 5_000,
      silentBeforeMs,
      damage: noDamage,
      heardUnixMs: 1
    }
    const view = (silentMs: number) => livenessOf(store, 5_000 + silentMs, defaultSchedulerConfig)
    expect([20_000, 20_001, 10 * minute, 10 * minute + 1].map(view)).toEqual([
      "alive",
      "disconnected",
      "disconnected",
      "down"
    ])
  })
})
