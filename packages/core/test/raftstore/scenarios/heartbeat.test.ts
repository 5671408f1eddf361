/** What leaders tell the scheduler, and when: TiKV's scenarios by their names (FEATURES 1.6, 5.1). */
import { expect, setDefaultTimeout, test } from "bun:test"
import { epochOf } from "@reefkv/wire"
import { Effect, Fiber } from "effect"
import { firstRegionId } from "../cluster/Cluster.ts"
import { runScenario } from "../cluster/runScenario.ts"
import { addPeerStep, removePeerStep } from "../cluster/TestScheduler.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

test("pending_peers", () =>
  runScenario({ seed: 9_001, stores: 4, replicas: 3, config: { regionHeartbeatIntervalMs: 60_000 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "v")
      c.network.snapshotFilter = (_head, _from, to) => (to === 4 ? "break" : undefined)
      const peer = yield* c.addPeer("k", 4)
      const pending = (): Array<number> => c.scheduler.known(firstRegionId)?.pendingPeers.map(({ id }) => id) ?? []
      // No interval heartbeat is due for a minute: the change of membership itself is told, and the end of the wait.
      yield* c.waitUntil("the scheduler knows that the peer waits", () => pending().includes(peer.id), 1_000)
      c.network.snapshotFilter = undefined
      yield* c.waitUntil("and that it no longer does", () => !pending().includes(peer.id), 2_000)
      yield* c.waitLocal(4, "k", "v")
    })
  ))

test("down_peers", () =>
  runScenario({ seed: 9_002, stores: 3, config: { peerDownMs: 500 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "v")
      yield* c.transferLeader("k", 1)
      const down = (): Array<number> =>
        c.scheduler.known(firstRegionId)?.downPeers.map(({ peer }) => peer?.storeId ?? 0) ?? []
      yield* Effect.sleep(600)
      expect(down()).toEqual([])
      yield* c.stop(3)
      yield* c.waitUntil("store 3 is reported", () => down().includes(3), 2_000)
      expect(down()).toEqual([3])
      yield* c.start(3)
      yield* c.waitUntil("and no longer", () => down().length === 0, 2_000)
    })
  ))

test("region_heartbeat_term and region_heartbeat_leader_change", () =>
  runScenario({ seed: 9_003, stores: 3, config: { regionHeartbeatIntervalMs: 60_000 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "v")
      for (const to of [1, 2, 3, 1]) {
        const before = c.scheduler.known(firstRegionId)?.term ?? 0
        const moved = c.scheduler.known(firstRegionId)?.leader?.storeId !== to
        yield* c.transferLeader("k", to)
        yield* c.waitUntil(
          `the scheduler knows the leader on store ${to}`,
          () => c.scheduler.known(firstRegionId)?.leader?.storeId === to,
          500
        )
        const { status } = c.leaderOf(firstRegionId)!
        expect(c.scheduler.known(firstRegionId)?.term).toBe(status.term)
        if (moved) expect(status.term).toBeGreaterThan(before)
      }
    })
  ))

test("a split is told for both halves at once", () =>
  runScenario({ seed: 9_004, stores: 3, config: { regionHeartbeatIntervalMs: 60_000 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      yield* c.split("m")
      const splitMs = c.nowMs()
      yield* c.waitUntil("no hole", () => {
        const all = c.scheduler.all()
        return all.length === 2 && all.every(({ leader }) => leader !== undefined)
      })
      expect(c.nowMs() - splitMs).toBeLessThan(50)
    })
  ))

test("an operator step that is sent again and again takes effect once", () =>
  runScenario({ seed: 9_005, stores: 4, replicas: 3, config: { regionHeartbeatIntervalMs: 15 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "v")
      const { region } = yield* c.mustLead("k")
      const before = epochOf(region).confVer
      const peer = { id: c.scheduler.newId(), storeId: 4, role: 0, isWitness: false }
      c.network.latencyMinMs = 10
      c.network.latencyMaxMs = 25
      c.scheduler.want(firstRegionId, addPeerStep(peer))
      yield* c.waitUntil("the peer is in", () => c.scheduler.wantedStep(firstRegionId) === undefined)
      expect(epochOf((yield* c.mustLead("k")).region).confVer).toBe(before + 1)
      const steps = c.events.filter((event) => event.type === "OperatorStepReceived")
      expect(steps.length).toBeGreaterThan(1)
      c.scheduler.want(firstRegionId, removePeerStep(peer))
      yield* c.waitUntil("the peer is out", () => c.scheduler.wantedStep(firstRegionId) === undefined)
      expect(epochOf((yield* c.mustLead("k")).region).confVer).toBe(before + 2)
    })
  ))

test("a store that starts while the scheduler is away waits for it, whichever call fails first", () =>
  runScenario({ seed: 9_006, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "v")
      for (let callsAnswered = 0; callsAnswered < 4; callsAnswered++) {
        yield* c.stop(3)
        c.scheduler.availableCalls = callsAnswered
        const starting = yield* Effect.forkScoped(c.start(3))
        yield* Effect.sleep(400)
        expect(c.isRunning(3)).toBe(callsAnswered >= 3)
        c.scheduler.availableCalls = Number.POSITIVE_INFINITY
        yield* Fiber.join(starting)
        yield* c.mustPut("k", `v${callsAnswered}`)
        yield* c.waitLocal(3, "k", `v${callsAnswered}`)
      }
    })
  ))
