/**
 * No read, by lease, read index or from a follower, answers with less than what was acknowledged before it began.
 * TiKV's scenarios by their names (FEATURES 1.6). A writer counts up; readers ask stores directly, right or wrong ones,
 * and every value they get is compared with the count acknowledged when they asked.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { Effect, Fiber, type Scope } from "effect"
import { isRefusal } from "../cluster/Client.ts"
import { type Cluster, firstRegionId } from "../cluster/Cluster.ts"
import { runScenario } from "../cluster/runScenario.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

const key = new TextEncoder().encode("counter")

interface Reads {
  readonly acknowledged: number
  readonly served: number
  readonly refused: number
}

/** Writes and reads while `trouble` runs; fails at the first stale read. */
const countAndRead = (
  c: Cluster,
  options: { readonly replicaRead: boolean },
  trouble: Effect.Effect<void, never, Scope.Scope>
): Effect.Effect<Reads, never, Scope.Scope> =>
  Effect.gen(function* () {
    let acknowledged = 0
    let served = 0
    let refused = 0
    let over = false
    yield* c.mustPut("counter", "0")
    // Impatient, so that it finds a new leader while the old one still believes in itself.
    const impatient = c.newClient()
    impatient.callTimeoutMs = 15
    const writer = yield* Effect.forkScoped(
      Effect.gen(function* () {
        while (!over) {
          const next = acknowledged + 1
          yield* impatient.put(key, new TextEncoder().encode(String(next)))
          acknowledged = next
        }
      })
    )
    const random = c.random.fork()
    const readers = yield* Effect.forEach(c.storeIds, (storeId) =>
      Effect.forkScoped(
        Effect.gen(function* () {
          while (!over) {
            yield* Effect.sleep(random.int(1, 5))
            const region = c.isRunning(storeId) ? c.status(storeId, firstRegionId)?.region : undefined
            const peer = region === undefined ? undefined : c.peerOn(region, storeId)
            if (region === undefined || peer === undefined) continue
            const atLeast = acknowledged
            const header = { ...c.client.header(region, peer), deadlineMs: c.nowMs() + 60 }
            const result = yield* c
              .router(storeId)
              .readEffect({ header, keys: [key], replicaRead: options.replicaRead }, ({ view }) => ({
                _tag: "Value" as const,
                value: Number(Buffer.from(view.get("default", key) ?? new Uint8Array(0)).toString())
              }))
            if (isRefusal(result)) {
              refused += 1
              continue
            }
            served += 1
            if (result.value < atLeast) {
              return yield* c.fail(`store ${storeId} answered ${result.value}, ${atLeast} had been acknowledged`)
            }
          }
        })
      )
    )
    yield* trouble
    over = true
    for (const fiber of [writer, ...readers]) yield* Fiber.join(fiber)
    return { acknowledged, served, refused }
  })

const transfers = (c: Cluster, count: number): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (let i = 0; i < count; i++) {
      yield* c.transferLeader("counter", c.storeIds[i % c.storeIds.length]!)
      yield* Effect.sleep(c.random.int(5, 40))
    }
  })

describe("reads are never stale", () => {
  test("lease_unsafe_during_leader_transfers", () =>
    runScenario({ seed: 9_101, stores: 3 }, (c) =>
      Effect.gen(function* () {
        const reads = yield* countAndRead(c, { replicaRead: false }, transfers(c, 20))
        expect(reads.acknowledged).toBeGreaterThan(30)
        expect(reads.served).toBeGreaterThan(30)
        expect(reads.refused).toBeGreaterThan(0)
        const byLease = c.storeIds.reduce((sum, id) => sum + (c.router(id).counters().get("readsByLease") ?? 0), 0)
        expect(byLease).toBeGreaterThan(0)
      })
    ))

  test("read_index_stale_in_suspect_lease", () =>
    runScenario({ seed: 9_102, stores: 5 }, (c) =>
      Effect.gen(function* () {
        const cuts = Effect.gen(function* () {
          for (let i = 0; i < 12; i++) {
            const { storeId } = yield* c.mustLead("counter")
            // The leader hears nobody, or nobody hears it, or both; a new one takes over while it may hold a lease.
            for (const other of c.storeIds) {
              if (other === storeId) continue
              if (i % 3 !== 0) c.network.cut(other, storeId)
              if (i % 3 !== 1) c.network.cut(storeId, other)
            }
            yield* Effect.sleep(c.random.int(100, 350))
            c.network.heal()
            yield* Effect.sleep(c.random.int(0, 100))
          }
        })
        const reads = yield* countAndRead(c, { replicaRead: false }, cuts)
        expect(reads.acknowledged).toBeGreaterThan(20)
        expect(reads.served).toBeGreaterThan(20)
      })
    ))

  test("from followers, through transfers and loss", () =>
    runScenario({ seed: 9_103, stores: 3 }, (c) =>
      Effect.gen(function* () {
        c.network.lossRate = 0.05
        const reads = yield* countAndRead(c, { replicaRead: true }, transfers(c, 12))
        expect(reads.served).toBeGreaterThan(20)
        const byReplica = c.storeIds.reduce((sum, id) => sum + (c.router(id).counters().get("readsByReplica") ?? 0), 0)
        expect(byReplica).toBeGreaterThan(0)
      })
    ))

  test("through crashes and restarts", () =>
    runScenario({ seed: 9_104, stores: 3 }, (c) =>
      Effect.gen(function* () {
        const crashes = Effect.gen(function* () {
          for (let i = 0; i < 6; i++) {
            const { storeId } = yield* c.mustLead("counter")
            yield* i % 2 === 0 ? c.crash(storeId) : c.stop(storeId)
            yield* Effect.sleep(c.random.int(0, 150))
            yield* c.start(storeId)
            yield* Effect.sleep(c.random.int(50, 200))
          }
        })
        const reads = yield* countAndRead(c, { replicaRead: false }, crashes)
        expect(reads.acknowledged).toBeGreaterThan(10)
      })
    ))

  test("while the region splits: the old leader answers nothing for the range it gave away", () =>
    runScenario({ seed: 9_105, stores: 3 }, (c) =>
      Effect.gen(function* () {
        yield* c.mustPut("counter", "0")
        const splits = Effect.gen(function* () {
          for (const at of ["d", "cp", "co", "b"]) {
            yield* c.split(at)
            yield* c.transferLeader("counter", c.random.pick(c.storeIds))
            yield* Effect.sleep(30)
          }
        })
        let acknowledged = 0
        let over = false
        const writer = yield* Effect.forkScoped(
          Effect.gen(function* () {
            while (!over) {
              yield* c.mustPut("counter", String(acknowledged + 1))
              acknowledged += 1
            }
          })
        )
        const reader = yield* Effect.forkScoped(
          Effect.gen(function* () {
            while (!over) {
              const atLeast = acknowledged
              const value = yield* c.newClient().get(key)
              const found = Number(Buffer.from(value ?? new Uint8Array(0)).toString())
              if (found < atLeast) return yield* c.fail(`read ${found}, ${atLeast} had been acknowledged`)
            }
          })
        )
        yield* splits
        over = true
        yield* Fiber.join(writer)
        yield* Fiber.join(reader)
        expect(acknowledged).toBeGreaterThan(10)
      })
    ))
})

test("callback_when_destroyed", () =>
  runScenario({ seed: 9_106, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "v")
      const { storeId, region } = yield* c.mustLead("k")
      const peer = c.peerOn(region, storeId)!
      // The leader is cut off: what it takes from now on can neither commit nor be read.
      c.isolate(storeId)
      const header = { ...c.client.header(region, peer), deadlineMs: c.nowMs() + 60_000 }
      const router = c.router(storeId)
      const put = { type: "put" as const, cf: "default" as const, key, value: key }
      const waiting = yield* Effect.forEach(
        [
          router.writeEffect({ header, commands: [put] }),
          router.writeEffect({ header, commands: [put, put] }),
          router.adminEffect({ header, command: { type: "split", splitKeys: [new TextEncoder().encode("m")] } })
        ],
        (request) => Effect.forkScoped(request)
      )
      yield* Effect.sleep(5)
      // It is told that it is no member any more.
      router.onRaftMessages([
        {
          regionId: firstRegionId,
          fromPeer: region.peers.find((other) => other.id !== peer.id)!,
          toPeer: peer,
          message: undefined,
          regionEpoch: { confVer: 9, version: 9 },
          isTombstone: true,
          startKey: new Uint8Array(0),
          endKey: new Uint8Array(0),
          mergeTarget: undefined,
          extraMsg: undefined,
          extraCtx: new Uint8Array(0),
          diskUsage: 0
        }
      ])
      const began = c.nowMs()
      const tags: Array<string> = []
      for (const fiber of waiting) tags.push((yield* Fiber.join(fiber))._tag)
      // Nobody waits for the deadline; nobody is told that it was done, or that it certainly was not.
      expect(c.nowMs() - began).toBeLessThan(100)
      expect(tags.slice(0, 2)).toEqual(["UndeterminedResult", "UndeterminedResult"])
      expect(["UndeterminedResult", "RegionNotFound", "Refused"]).toContain(tags[2]!)
      expect((yield* router.writeEffect({ header, commands: [put] }))._tag).toBe("RegionNotFound")
    })
  ))
