/** 5.3: bootstrap may die between any two of its steps, before or after each, and is finished by the next start. */
import { describe, expect, test } from "bun:test"
import { type EngineService, type RaftLogService, WriteBatch } from "@reefkv/engine"
import { MemoryDisk, makeMemoryEngine, makeMemoryRaftLog } from "@reefkv/engine-memory"
import { metapb } from "@reefkv/wire"
import { Effect, Exit } from "effect"
import { bootstrap, identify } from "../../../src/raftstore/bootstrap.ts"
import {
  initialApplyState,
  readAllRegionStates,
  readApplyState,
  readPrepareBootstrap,
  readStoreIdent
} from "../../../src/raftstore/records.ts"
import type { SchedulerClientService } from "../../../src/raftstore/SchedulerClient.ts"
import { TestScheduler } from "../cluster/TestScheduler.ts"
import { runTest } from "../support/run.ts"

/** Kills the process at its n-th step outside of itself. */
class Fuse {
  steps = 0
  private readonly at: number
  private readonly after: boolean

  constructor(at: number, after: boolean) {
    this.at = at
    this.after = after
  }
  readonly pass = <A, E>(step: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      this.steps++
      if (this.steps !== this.at) return step
      const death = Effect.die("power loss")
      return this.after ? Effect.andThen(step, death) : death
    })
}
const safe = (): Fuse => new Fuse(Number.POSITIVE_INFINITY, false)

const scheduled = (client: SchedulerClientService, fuse: Fuse): SchedulerClientService => ({
  ...client,
  clusterId: fuse.pass(client.clusterId),
  isBootstrapped: fuse.pass(client.isBootstrapped),
  allocId: fuse.pass(client.allocId),
  bootstrap: (store, region) => fuse.pass(client.bootstrap(store, region)),
  getRegionById: (id) => fuse.pass(client.getRegionById(id))
})

interface Host {
  readonly engine: EngineService
  readonly raftLog: RaftLogService
}
const open = (disk: MemoryDisk): Host => ({ engine: makeMemoryEngine({ disk }), raftLog: makeMemoryRaftLog({ disk }) })

const start = (host: Host, client: SchedulerClientService, fuse: Fuse) =>
  Effect.gen(function* () {
    const engine: EngineService = {
      ...host.engine,
      write: (batch, options) => fuse.pass(host.engine.write(batch, options))
    }
    const raftLog: RaftLogService = { ...host.raftLog, destroy: (ids) => fuse.pass(host.raftLog.destroy(ids)) }
    const scheduler = scheduled(client, fuse)
    const ident = yield* identify(engine, scheduler, "V1TTL")
    const region = yield* bootstrap(
      engine,
      raftLog,
      scheduler,
      metapb.Store.create({ id: ident.storeId, address: "a" })
    )
    return { ident, region }
  })

/** Number of steps of a start that nothing disturbs. */
const stepsOfStart = 9

describe("5.3 bootstrap", () => {
  for (let at = 1; at <= stepsOfStart; at++) {
    for (const after of [false, true]) {
      test(`5.3 dies ${after ? "after" : "before"} step ${at}: the next start finishes it`, () =>
        runTest(
          Effect.gen(function* () {
            const scheduler = new TestScheduler()
            const disk = new MemoryDisk()
            const died = yield* Effect.exit(start(open(disk), scheduler.client, new Fuse(at, after)))
            expect(Exit.isFailure(died)).toBe(true)
            disk.crash({})
            const host = open(disk)
            const first = readStoreIdent(host.engine.latest)
            const { ident } = yield* start(host, scheduler.client, safe())
            const [region] = readAllRegionStates(host.engine.latest).map((state) => state.region)
            // An id that was written is kept; one that was not is burnt.
            if (first !== undefined) expect(ident).toEqual(first)
            expect(region?.peers.map(({ storeId }) => storeId)).toEqual([ident.storeId])
            expect(scheduler.all().map((known) => known.region.id)).toEqual([region!.id])
            expect(readAllRegionStates(host.engine.latest)).toHaveLength(1)
            expect(readApplyState(host.engine.latest, region!.id)).toEqual(initialApplyState)
            expect(readPrepareBootstrap(host.engine.latest)).toBeUndefined()
            // And once done it is done.
            expect((yield* start(host, scheduler.client, safe())).region).toBeUndefined()
          })
        ))

      test(`5.3 dies ${after ? "after" : "before"} step ${at}, and another store wins meanwhile: nothing is left`, () =>
        runTest(
          Effect.gen(function* () {
            const scheduler = new TestScheduler()
            const disk = new MemoryDisk()
            yield* Effect.exit(start(open(disk), scheduler.client, new Fuse(at, after)))
            disk.crash({})
            const rival = open(new MemoryDisk())
            yield* start(rival, scheduler.client, safe())
            const host = open(disk)
            yield* start(host, scheduler.client, safe())
            const [winner] = scheduler.all()
            expect(scheduler.all()).toHaveLength(1)
            // On exactly one of the two, whoever it was.
            const regionsOf = (of: Host) => readAllRegionStates(of.engine.latest).map((state) => state.region.id)
            expect([...regionsOf(host), ...regionsOf(rival)]).toEqual([winner!.region.id])
            const leader = winner!.region.peers[0]!.storeId
            expect(readStoreIdent((regionsOf(host).length > 0 ? host : rival).engine.latest)?.storeId).toBe(leader)
            expect(readPrepareBootstrap(host.engine.latest)).toBeUndefined()
          })
        ))
    }
  }

  test("the steps above are all there are", () =>
    runTest(
      Effect.gen(function* () {
        const fuse = safe()
        yield* start(open(new MemoryDisk()), new TestScheduler().client, fuse)
        // clusterId, allocId, write ident, isBootstrapped, 2 × allocId, write prepared, bootstrap, delete prepared
        expect(fuse.steps).toBe(stepsOfStart)
      })
    ))

  test("5.2 a second bootstrap is refused: the store joins instead", () =>
    runTest(
      Effect.gen(function* () {
        const scheduler = new TestScheduler()
        const one = yield* start(open(new MemoryDisk()), scheduler.client, safe())
        const two = yield* start(open(new MemoryDisk()), scheduler.client, safe())
        expect(one.region).toBeDefined()
        expect(two.region).toBeUndefined()
        expect(two.ident.storeId).not.toBe(one.ident.storeId)
      })
    ))

  test("a data directory of another cluster is refused before anything is changed", () =>
    runTest(
      Effect.gen(function* () {
        const host = open(new MemoryDisk())
        yield* start(host, new TestScheduler().client, safe())
        const other = { ...new TestScheduler().client, clusterId: Effect.succeed(4242) }
        const error = yield* Effect.flip(identify(host.engine, other, "V1TTL"))
        expect(error._tag).toBe("BootstrapError")
        expect(error.message).toContain("4242")
      })
    ))

  test("values written under one API version are never read under another", () =>
    runTest(
      Effect.gen(function* () {
        const host = open(new MemoryDisk())
        const { client } = new TestScheduler()
        yield* start(host, client, safe())
        for (const other of ["V1", "V2"] as const) {
          const error = yield* Effect.flip(identify(host.engine, client, other))
          expect(error).toMatchObject({ _tag: "BootstrapError", reason: "otherApiVersion" })
        }
        expect((yield* identify(host.engine, client, "V1TTL")).apiVersion).toBe("V1TTL")
      })
    ))

  test("data that no store wrote is left alone", () =>
    runTest(
      Effect.gen(function* () {
        const host = open(new MemoryDisk())
        const batch = new WriteBatch()
        batch.put("default", new Uint8Array([1]), new Uint8Array([2]))
        yield* host.engine.write(batch, { sync: true })
        const error = yield* Effect.flip(identify(host.engine, new TestScheduler().client, "V1TTL"))
        expect(error).toMatchObject({ _tag: "BootstrapError", reason: "foreignData" })
        expect(readStoreIdent(host.engine.latest)).toBeUndefined()
      })
    ))
})
