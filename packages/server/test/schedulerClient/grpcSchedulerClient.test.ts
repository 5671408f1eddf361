/** core's SchedulerClient over real sockets: against the memory scheduler for faults, against endpoints that come and go. */
import { describe, expect, test } from "bun:test"
import type { SchedulerClientService } from "@reefkv/core"
import { schedulerError } from "@reefkv/scheduler"
import { pdpb } from "@reefkv/wire"
import { Effect, Exit, Fiber, Schedule, Scope, Stream } from "effect"
import { makePdServer, type PdServer } from "../../src/pd/PdServer.ts"
import { make } from "../../src/schedulerClient/GrpcSchedulerClient.ts"
import { makeHeartbeatStream } from "../../src/schedulerClient/HeartbeatStream.ts"
import { makePdConnection } from "../../src/schedulerClient/PdConnection.ts"
import { CLUSTER_ID, type MemoryScheduler, makeMemoryScheduler, peer, region, store } from "../pd/memoryScheduler.ts"
import { until, within, withPd } from "../pd/rawClient.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

/** A client on the endpoints, closed when the test is over. */
const withClient = async (
  endpoints: ReadonlyArray<string>,
  use: (client: SchedulerClientService) => Promise<void>
): Promise<void> => {
  const scope = Scope.makeUnsafe()
  try {
    await use(await Effect.runPromise(Scope.provide(make({ endpoints }), scope)))
  } finally {
    await within("close the client", Effect.runPromise(Scope.close(scope, Exit.void)))
  }
}
const run = <A, E>(what: string, effect: Effect.Effect<A, E>): Promise<A> => within(what, Effect.runPromise(effect))
const reasonOf = async <A>(
  what: string,
  effect: Effect.Effect<A, { readonly reason: string; readonly message: string }>
) => {
  const error = await run(what, Effect.flip(effect))
  return error.reason
}

const heartbeat = (id: number, version = 1, term = 6): pdpb.RegionHeartbeatRequest => {
  const meta = { ...region(id, "", "", [peer(id + 1, 1)]), regionEpoch: { confVer: 1, version } }
  return pdpb.RegionHeartbeatRequest.create({ region: meta, leader: meta.peers[0], term })
}
const step = (regionId: number): pdpb.RegionHeartbeatResponse =>
  pdpb.RegionHeartbeatResponse.create({ regionId, transferLeader: { peer: peer(9, 2), peers: [] } })

describe("calls", () => {
  test("each method reaches its PD method and gives its answer", () =>
    withPd(
      ({ server, memory }) =>
        withClient([server.address], async (client) => {
          expect(await run("clusterId", client.clusterId)).toBe(CLUSTER_ID)
          expect(await run("isBootstrapped", client.isBootstrapped)).toBe(false)
          expect(await reasonOf("getStore", client.getStore(1))).toBe("notBootstrapped")
          await run("bootstrap", client.bootstrap(store(1), region(2, "", "")))
          expect(await reasonOf("bootstrap again", client.bootstrap(store(1), region(2, "", "")))).toBe(
            "alreadyBootstrapped"
          )
          expect(await run("isBootstrapped", client.isBootstrapped)).toBe(true)
          const [a, b] = [await run("allocId", client.allocId), await run("allocId", client.allocId)]
          expect(b).toBeGreaterThan(a)
          await run("putStore", client.putStore(store(2)))
          expect((await run("getStore", client.getStore(2))).address).toBe(store(2).address)
          expect(await reasonOf("getStore", client.getStore(9))).toBe("notFound")
          expect((await run("getAllStores", client.getAllStores)).map(({ id }) => id)).toEqual([1, 2])
          await run("storeHeartbeat", client.storeHeartbeat(pdpb.StoreStats.create({ storeId: 1, capacity: 5 })))
          const ids = await run("askBatchSplit", client.askBatchSplit(region(2, "", ""), 3))
          expect(ids).toHaveLength(3)
          const stale = { ...region(2, "", ""), regionEpoch: { confVer: 1, version: 7 } }
          expect(await reasonOf("askBatchSplit", client.askBatchSplit(stale, 1))).toBe("stale")
          await run("report", client.reportBatchSplit([region(8, "", "m"), region(2, "m", "")]))
          expect(memory.regions).toHaveLength(2)
          expect(await run("getRegion", client.getRegion(bytes("a")))).toEqual({
            region: region(8, "", "m"),
            leader: peer(9, 1)
          })
          expect((await run("getRegionById", client.getRegionById(2)))?.region.id).toBe(2)
          expect(await run("getRegionById", client.getRegionById(99))).toBeUndefined()
        }),
      { bootstrap: false }
    ))

  test("endpoints are tried in turn; a dead one first in the list costs nothing later", () =>
    withPd(async ({ server }) => {
      const scope = Scope.makeUnsafe()
      const gone = await Effect.runPromise(
        Scope.provide(makePdServer(makeMemoryScheduler().service, { host: "127.0.0.1", port: 0 }), scope)
      )
      await Effect.runPromise(Scope.close(scope, Exit.void))
      await withClient([`http://${gone.address}`, server.address], async (client) => {
        expect(await run("clusterId", client.clusterId)).toBe(CLUSTER_ID)
        expect((await run("getStore", client.getStore(1))).id).toBe(1)
      })
    }))

  test("the endpoint that answered stays the one in use", async () => {
    const [a, b] = [makeMemoryScheduler(), makeMemoryScheduler()]
    for (const each of [a, b]) await Effect.runPromise(each.service.bootstrap(store(1), region(2, "", "")))
    const first = await serve(a, 0)
    await first.close()
    const second = await serve(b, 0)
    await withClient([first.server.address, second.server.address], async (client) => {
      await run("putStore", client.putStore(store(5)))
      const back = await serve(a, first.server.port)
      await run("putStore", client.putStore(store(6)))
      expect(
        (await run("stores of a", a.service.getAllStores({ excludeTombstone: false }))).map(({ id }) => id)
      ).toEqual([1])
      expect(
        (await run("stores of b", b.service.getAllStores({ excludeTombstone: false }))).map(({ id }) => id)
      ).toEqual([1, 5, 6])
      // When it goes, the other one takes over.
      await second.close()
      // The channel to it may still be pausing after its failed connection: the caller tries again.
      await run("putStore", Effect.retry(client.putStore(store(7)), Schedule.spaced("10 millis")))
      expect(
        (await run("stores of a", a.service.getAllStores({ excludeTombstone: false }))).map(({ id }) => id)
      ).toEqual([1, 7])
      await back.close()
    })
  })

  test("nobody there is `unavailable`, with the address in the words", async () => {
    let address = ""
    await withPd(async ({ server }) => {
      address = server.address
    })
    await withClient([address], async (client) => {
      const error = await run("clusterId", Effect.flip(client.clusterId))
      expect(error.reason).toBe("unavailable")
      expect(error.message).toContain(address)
    })
  })

  test("a scheduler that cannot answer now is `unavailable`; one of another cluster `clusterMismatch`", () =>
    withPd(async ({ server, memory }) => {
      await withClient([server.address], async (client) => {
        memory.failure = schedulerError("unavailable", "this member is not leader")
        expect(await reasonOf("getRegion", client.getRegion(bytes("a")))).toBe("unavailable")
        memory.failure = undefined
        expect((await run("getRegion", client.getRegion(bytes("a"))))?.region.id).toBe(2)
      })
      const other = makeMemoryScheduler()
      const scope = Scope.makeUnsafe()
      const foreign = { ...other.service, clusterId: 99 }
      const first = await Effect.runPromise(Scope.provide(makePdServer(foreign, { host: "127.0.0.1", port: 0 }), scope))
      await withClient([first.address, server.address], async (client) => {
        expect(await run("clusterId", client.clusterId)).toBe(99)
        await Effect.runPromise(Scope.close(scope, Exit.void))
        expect(await reasonOf("getStore", client.getStore(1))).toBe("clusterMismatch")
      })
    }))

  test("a malformed endpoint is refused before anything is dialled", async () => {
    for (const endpoints of [[], ["localhost"]]) {
      const exit = await Effect.runPromiseExit(Effect.scoped(make({ endpoints })))
      expect(Exit.hasDies(exit)).toBe(true)
    }
  })
})

describe("heartbeats and steps", () => {
  test("heartbeats arrive with the cluster's header; steps come back", () =>
    withPd(({ server, memory }) =>
      withClient([server.address], async (client) => {
        const steps = Effect.runFork(Stream.runCollect(Stream.take(client.operatorSteps(1), 2)))
        client.regionHeartbeat(heartbeat(2))
        await until("the heartbeat", () => memory.heartbeats.length === 1)
        expect(memory.heartbeats[0]?.header?.clusterId).toBe(CLUSTER_ID)
        await until("the subscription", () => memory.subscribers(1) === 1)
        memory.pushStep(1, step(2))
        // A refused heartbeat is answered on the same stream and is no step.
        client.regionHeartbeat(heartbeat(5, 1, 0))
        memory.pushStep(1, step(3))
        const collected = await run("steps", Fiber.join(steps))
        expect([...collected].map(({ regionId }) => regionId)).toEqual([2, 3])
        // Each was sent once.
        expect(memory.heartbeats).toHaveLength(1)
        expect([...collected][0]?.transferLeader?.peer?.storeId).toBe(2)
      })
    ))

  test("of the heartbeats of a region that cannot be sent yet, only the latest is", async () => {
    const memory = makeMemoryScheduler()
    await Effect.runPromise(memory.service.bootstrap(store(1), region(2, "", "")))
    // The port is chosen first and served only later.
    const probe = await serve(memory, 0)
    const { port } = probe.server
    await probe.close()
    await withClient([`127.0.0.1:${port}`], async (client) => {
      for (let version = 1; version <= 50; version++) {
        client.regionHeartbeat(heartbeat(2, version))
        client.regionHeartbeat(heartbeat(4, version))
      }
      const served = await serve(memory, port)
      await until("the latest of both regions", () => memory.heartbeats.length >= 2)
      expect(memory.heartbeats.map(({ region: r }) => [r?.id, r?.regionEpoch?.version])).toEqual([
        [2, 50],
        [4, 50]
      ])
      await served.close()
    })
  })

  test("the stream opens again by itself when the scheduler restarts, and steps flow again", async () => {
    const memory = makeMemoryScheduler()
    await Effect.runPromise(memory.service.bootstrap(store(1), region(2, "", "")))
    const first = await serve(memory, 0)
    await withClient([first.server.address], async (client) => {
      const steps: Array<number> = []
      const consumer = Effect.runFork(
        Stream.runForEach(client.operatorSteps(1), ({ regionId }) => Effect.sync(() => void steps.push(regionId)))
      )
      client.regionHeartbeat(heartbeat(2))
      await until("the subscription", () => memory.subscribers(1) === 1)
      memory.pushStep(1, step(10))
      await until("a step", () => steps.length === 1)
      await first.close()
      expect(memory.subscribers(1)).toBe(0)
      const second = await serve(memory, first.server.port)
      client.regionHeartbeat(heartbeat(2, 2))
      // The heartbeat may go down with the old stream; the store sends one at each interval.
      await until("the subscription of the new stream", () => {
        if (memory.subscribers(1) === 0) client.regionHeartbeat(heartbeat(2, 2))
        return memory.subscribers(1) === 1
      })
      memory.pushStep(1, step(11))
      await until("a step through the new stream", () => steps.length === 2)
      expect(steps).toEqual([10, 11])
      await Effect.runPromise(Fiber.interrupt(consumer))
      await second.close()
    })
  })

  test("readers of steps come and go without leaving anything behind", () =>
    withPd(async ({ server, memory }) => {
      const scope = Scope.makeUnsafe()
      const stream = await Effect.runPromise(
        Scope.provide(Effect.flatMap(makePdConnection([server.address]), makeHeartbeatStream), scope)
      )
      const readers = [1, 2].map(() => Effect.runFork(Stream.runDrain(stream.steps)))
      await until("two readers", () => stream.counters().subscribers === 2)
      stream.send(heartbeat(2))
      await until("the heartbeat", () => memory.heartbeats.length === 1)
      expect(stream.counters()).toEqual({ unsent: 0, opened: 1, refused: 0, subscribers: 2 })
      await run("interrupt", Fiber.interruptAll(readers))
      expect(stream.counters().subscribers).toBe(0)
      await Effect.runPromise(Scope.close(scope, Exit.void))
    }))

  test("closing the scope ends the stream at the server", () =>
    withPd(async ({ server, memory }) => {
      await withClient([server.address], async (client) => {
        client.regionHeartbeat(heartbeat(2))
        await until("the subscription", () => memory.subscribers(1) === 1)
      })
      await until("the end of the subscription", () => memory.subscribers(1) === 0)
    }))
})

const serve = async (memory: MemoryScheduler, port: number): Promise<{ server: PdServer; close(): Promise<void> }> => {
  const scope = Scope.makeUnsafe()
  const server = await Effect.runPromise(
    Scope.provide(makePdServer(memory.service, { host: "127.0.0.1", port }), scope)
  )
  return { server, close: () => within("close the server", Effect.runPromise(Scope.close(scope, Exit.void))) }
}
