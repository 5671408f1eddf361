/** The fault injector itself: a test that trusts faults which never happen proves nothing (TinyKV issue 265). */
import { describe, expect, test } from "bun:test"
import { metapb, type raft_serverpb, type StoreId } from "@reefkv/wire"
import { Clock, Deferred, Effect, Fiber, type Scope, Stream } from "effect"
import { TestClock } from "effect/testing"
import { MessageType, makeMessage } from "../../../src/raft/index.ts"
import { toRaftMessage } from "../../../src/raftstore/messageCodec.ts"
import type { RouterService } from "../../../src/raftstore/Router.ts"
import { runTest } from "../support/run.ts"
import { Network } from "./Network.ts"
import { Seeded } from "./seeded.ts"

const message = (index: number): raft_serverpb.RaftMessage =>
  toRaftMessage(
    {
      regionId: 1,
      from: metapb.Peer.create({ id: 11, storeId: 1 }),
      to: metapb.Peer.create({ id: 12, storeId: 2 }),
      epoch: { confVer: 1, version: 1 }
    },
    makeMessage({ type: MessageType.append, from: 11, to: 12, index })
  )

interface Listener {
  readonly came: Array<number>
  readonly raw: Array<raft_serverpb.RaftMessage>
  readonly unreachable: Array<StoreId>
  readonly gone: Deferred.Deferred<void>
  onSnapshot: RouterService["onSnapshot"]
}

/** Stores 1 to 3, of which only the receiving side exists. */
const world = (
  seed = 7
): Effect.Effect<{ readonly network: Network; readonly stores: ReadonlyMap<StoreId, Listener> }, never, Scope.Scope> =>
  Effect.gen(function* () {
    const network = new Network(yield* Clock.Clock, new Seeded(seed))
    yield* network.run
    const stores = new Map<StoreId, Listener>()
    for (const id of [1, 2, 3]) {
      const gone = yield* Deferred.make<void>()
      const listener: Listener = { came: [], raw: [], unreachable: [], gone, onSnapshot: () => Effect.void }
      stores.set(id, listener)
      const router: Pick<RouterService, "onRaftMessages" | "onUnreachable" | "onSnapshot"> = {
        onRaftMessages: (messages) => {
          listener.raw.push(...messages)
          listener.came.push(...messages.map((m) => m.message?.index ?? -1))
        },
        onUnreachable: (storeId) => listener.unreachable.push(storeId),
        onSnapshot: (head, chunks) => listener.onSnapshot(head, chunks)
      }
      // The network calls nothing else of a router.
      network.attach(id, { router: router as RouterService, gone: Deferred.await(gone) })
    }
    return { network, stores }
  })

const numbers = (count: number): Array<number> => Array.from({ length: count }, (_, i) => i + 1)
const sendEach = (network: Network, count: number, from: StoreId, to: StoreId): void => {
  for (const i of numbers(count)) network.transportOf(from).send(to, [message(i)])
}

describe("delivery", () => {
  test("all messages of a link, in order, after the latency, as copies", () =>
    runTest(
      Effect.gen(function* () {
        const { network, stores } = yield* world()
        network.latencyMinMs = 2
        network.latencyMaxMs = 9
        const original = message(1)
        network.transportOf(1).send(2, [original])
        sendEach(network, 50, 1, 2)
        yield* TestClock.adjust(1)
        expect(stores.get(2)!.came).toEqual([])
        yield* TestClock.adjust(10)
        expect(stores.get(2)!.came).toEqual([1, ...numbers(50)])
        expect(stores.get(2)!.raw[0]).toEqual(original)
        expect(stores.get(2)!.raw[0]).not.toBe(original)
        expect(stores.get(1)!.came).toEqual([])
      })
    ))
})

describe("loss", () => {
  test("takes about the given share, message by message, and says how many", () =>
    runTest(
      Effect.gen(function* () {
        const { network, stores } = yield* world()
        network.lossRate = 0.1
        for (let i = 0; i < 20; i++) network.transportOf(1).send(2, numbers(100).map(message))
        yield* TestClock.adjust(20)
        const lost = 2000 - stores.get(2)!.came.length
        expect(lost).toBeGreaterThan(150)
        expect(lost).toBeLessThan(250)
        expect(network.stats).toMatchObject({ sent: 2000, delivered: 2000 - lost, lostByChance: lost })
      })
    ))
  test("is the same for the same seed and another for another", async () => {
    const run = (seed: number): Promise<ReadonlyArray<number>> =>
      runTest(
        Effect.gen(function* () {
          const { network, stores } = yield* world(seed)
          network.lossRate = 0.3
          sendEach(network, 200, 1, 2)
          yield* TestClock.adjust(20)
          return stores.get(2)!.came
        })
      )
    expect(await run(5)).toEqual([...(await run(5))])
    expect(await run(5)).not.toEqual([...(await run(6))])
  })
})

describe("cuts", () => {
  test("one direction at a time", () =>
    runTest(
      Effect.gen(function* () {
        const { network, stores } = yield* world()
        network.cut(1, 2)
        sendEach(network, 3, 1, 2)
        sendEach(network, 3, 2, 1)
        yield* TestClock.adjust(10)
        expect(stores.get(2)!.came).toEqual([])
        expect(stores.get(1)!.came).toEqual([1, 2, 3])
        expect(stores.get(1)!.unreachable).toEqual([])
        network.heal()
        sendEach(network, 1, 1, 2)
        yield* TestClock.adjust(10)
        expect(stores.get(2)!.came).toEqual([1])
      })
    ))
  test("take what is on the way", () =>
    runTest(
      Effect.gen(function* () {
        const { network, stores } = yield* world()
        network.latencyMinMs = network.latencyMaxMs = 5
        sendEach(network, 3, 1, 2)
        yield* TestClock.adjust(3)
        network.cut(1, 2)
        yield* TestClock.adjust(10)
        expect(stores.get(2)!.came).toEqual([])
        expect(network.stats.lostByCut).toBe(3)
      })
    ))
  test("partition: groups hear themselves only; a store in no group hears nobody", () =>
    runTest(
      Effect.gen(function* () {
        const { network, stores } = yield* world()
        network.partition([[1, 2]], [1, 2, 3])
        for (const [from, to] of [
          [1, 2],
          [2, 1],
          [1, 3],
          [3, 1],
          [2, 3],
          [3, 2]
        ] as const) {
          sendEach(network, 1, from, to)
        }
        yield* TestClock.adjust(10)
        expect([1, 2, 3].map((id) => stores.get(id)!.came.length)).toEqual([1, 1, 0])
      })
    ))
})

describe("stores that are down", () => {
  test("nothing arrives, and the sender is told", () =>
    runTest(
      Effect.gen(function* () {
        const { network, stores } = yield* world()
        network.detach(2)
        sendEach(network, 1, 1, 2)
        yield* TestClock.adjust(10)
        expect(stores.get(2)!.came).toEqual([])
        expect(stores.get(1)!.unreachable).toEqual([2])
      })
    ))
})

describe("restarts", () => {
  test("what was on the way to a store before its restart does not arrive after it", () =>
    runTest(
      Effect.gen(function* () {
        const { network, stores } = yield* world()
        network.latencyMinMs = network.latencyMaxMs = 5
        sendEach(network, 3, 1, 2)
        network.detach(2)
        const came: Array<number> = []
        const router: Pick<RouterService, "onRaftMessages"> = {
          onRaftMessages: (messages) => came.push(...messages.map((m) => m.message?.index ?? -1))
        }
        network.attach(2, { router: router as RouterService, gone: Effect.never })
        yield* TestClock.adjust(3)
        sendEach(network, 1, 1, 2)
        yield* TestClock.adjust(20)
        expect(stores.get(2)!.came).toEqual([])
        expect(came).toEqual([1])
      })
    ))
})

describe("filter", () => {
  test("drops or delays single messages; later ones of the link do not wait", () =>
    runTest(
      Effect.gen(function* () {
        const { network, stores } = yield* world()
        network.filter = (m) => {
          if (m.message?.index === 2) return { drop: true }
          return m.message?.index === 3 ? { delayMs: 100 } : undefined
        }
        sendEach(network, 5, 1, 2)
        yield* TestClock.adjust(50)
        expect(stores.get(2)!.came).toEqual([1, 4, 5])
        yield* TestClock.adjust(60)
        expect(stores.get(2)!.came).toEqual([1, 4, 5, 3])
        expect(network.stats.lostByFilter).toBe(1)
      })
    ))
})

describe("snapshots", () => {
  const chunks = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]
  /** Keeps what comes. */
  const taking = (listener: Listener): Array<number> => {
    const came: Array<number> = []
    listener.onSnapshot = (_head, stream) =>
      Stream.runForEach(stream, (chunk) => Effect.sync(() => came.push(chunk[0]!))).pipe(
        Effect.mapError((cause) => ({ _tag: "SnapshotRefused" as const, reason: String(cause) }))
      )
    return came
  }
  const start = (network: Network) =>
    Effect.forkScoped(Effect.exit(network.transportOf(1).sendSnapshot(2, message(9), Stream.fromIterable(chunks))))

  test("arrive chunk by chunk", () =>
    runTest(
      Effect.gen(function* () {
        const { network, stores } = yield* world()
        const came = taking(stores.get(2)!)
        const fiber = yield* start(network)
        yield* TestClock.adjust(100)
        expect((yield* Fiber.join(fiber))._tag).toBe("Success")
        expect(came).toEqual([1, 2, 3])
      })
    ))
  test("fail when the link is cut on the way, when the receiver goes down, when it is down, when it refuses", () =>
    runTest(
      Effect.gen(function* () {
        const { network, stores } = yield* world()
        network.latencyMinMs = network.latencyMaxMs = 10
        const came = taking(stores.get(2)!)
        const cut = yield* start(network)
        yield* TestClock.adjust(25)
        network.cut(1, 2)
        yield* TestClock.adjust(100)
        expect((yield* Fiber.join(cut))._tag).toBe("Failure")
        expect(came).toEqual([1])

        network.heal()
        const crashed = yield* start(network)
        yield* TestClock.adjust(25)
        yield* Deferred.succeed(stores.get(2)!.gone, undefined)
        yield* TestClock.adjust(100)
        expect((yield* Fiber.join(crashed))._tag).toBe("Failure")

        network.detach(2)
        const down = yield* start(network)
        yield* TestClock.adjust(100)
        expect((yield* Fiber.join(down))._tag).toBe("Failure")

        stores.get(3)!.onSnapshot = () => Effect.fail({ _tag: "SnapshotRefused", reason: "overlap" })
        const refused = yield* Effect.forkScoped(
          Effect.flip(network.transportOf(1).sendSnapshot(3, message(9), Stream.fromIterable(chunks)))
        )
        yield* TestClock.adjust(100)
        expect(yield* Fiber.join(refused)).toMatchObject({ reason: "rejected", message: "overlap" })
        expect(network.stats.snapshotsFailed).toBe(4)
      })
    ))
})
