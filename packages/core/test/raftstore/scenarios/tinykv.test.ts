/** TinyKV's scenarios with a plot of their own, by their names (the generic runs are in generic.test.ts). */
import { expect, setDefaultTimeout, test } from "bun:test"
import { epochOf, type metapb } from "@reefkv/wire"
import { Effect } from "effect"
import { type Cluster, firstRegionId } from "../cluster/Cluster.ts"
import { runScenario } from "../cluster/runScenario.ts"
import { transferLeaderStep } from "../cluster/TestScheduler.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const others = (c: Cluster, ...not: ReadonlyArray<number>): Array<number> =>
  c.storeIds.filter((id) => !not.includes(id))

test("OnePartition2B", () =>
  runScenario({ seed: 2_001, stores: 5 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k0", "v0")
      const { storeId: first } = yield* c.mustLead("k0")

      // The leader in the majority serves while the minority lags.
      const minority = others(c, first).slice(0, 2)
      const majority = others(c, ...minority)
      c.network.partition([majority, minority], c.storeIds)
      yield* c.mustPut("k1", "v1")
      yield* c.mustGet("k1", "v1")
      yield* Effect.sleep(100)
      for (const id of minority) expect(c.localGet(id, "k1")).toBeUndefined()
      c.network.heal()
      for (const id of minority) yield* c.waitLocal(id, "k1", "v1")

      // The leader in the minority is replaced, and catches up afterwards.
      const { storeId: second } = yield* c.mustLead("k1")
      const withLeader = [second, others(c, second)[0]!]
      c.network.partition([withLeader, others(c, ...withLeader)], c.storeIds)
      yield* c.mustPut("k1", "changed")
      const { storeId: third } = yield* c.mustLead("k1")
      expect(withLeader).not.toContain(third)
      expect(c.localGet(second, "k1")).toBe("v1")
      c.network.heal()
      yield* c.waitLocal(second, "k1", "changed")
      yield* c.mustGet("k1", "changed")
    })
  ))

test("OneSnapshot2C", () =>
  runScenario({ seed: 2_002, stores: 3, config: { logGcCountLimit: 10, logGcThreshold: 2 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k1", "v1", "lock")
      yield* c.mustPut("k2", "v2", "lock")
      yield* c.waitLocal(1, "k2", "v2", "lock")
      yield* c.transferLeader("k1", 2)
      const truncatedBefore = c.status(1, firstRegionId)!.truncatedIndex
      c.isolate(1)
      for (let i = 100; i < 115; i++) yield* c.mustPut(`k${i}`, `v${i}`, "lock")
      yield* c.mustDelete("k2", "lock")
      const appliedThere = c.status(1, firstRegionId)!.appliedIndex
      yield* c.waitUntil("the others cut their log past what store 1 has", () =>
        [2, 3].every((id) => c.status(id, firstRegionId)!.truncatedIndex > appliedThere)
      )
      expect(c.localGet(1, "k100", "lock")).toBeUndefined()
      c.network.heal()
      yield* c.waitLocal(1, "k114", "v114", "lock")
      yield* c.waitLocal(1, "k2", undefined, "lock")
      expect(c.localGet(1, "k1", "lock")).toBe("v1")
      expect(c.events.some((event) => event.type === "SnapshotApplied" && event.storeId === 1)).toBe(true)

      // It survives restarts, clean or not, and the logs stay short.
      for (const down of [c.stop(1), c.crash(1)]) {
        yield* down
        yield* c.start(1)
        expect(c.localGet(1, "k114", "lock")).toBe("v114")
        expect(c.localGet(1, "k2", "lock")).toBeUndefined()
      }
      yield* c.mustPut("k115", "v115", "lock")
      yield* c.waitLocal(1, "k115", "v115", "lock")
      expect(c.status(1, firstRegionId)!.truncatedIndex).toBeGreaterThan(truncatedBefore)
      for (const id of c.storeIds) {
        const status = c.status(id, firstRegionId)!
        expect(status.lastIndex - status.truncatedIndex).toBeLessThan(2 * 10)
      }
    })
  ))

test("TransferLeader3B", () =>
  runScenario({ seed: 2_003, stores: 5 }, (c) =>
    Effect.gen(function* () {
      const { region } = yield* c.mustLead("")
      for (const storeId of c.storeIds) {
        const peer = c.peerOn(region, storeId)!
        c.scheduler.want(region.id, transferLeaderStep(peer))
        yield* c.waitUntil(
          `the scheduler sees the leader on store ${storeId}`,
          () => c.scheduler.known(region.id)?.leader?.id === peer.id
        )
        yield* c.mustPut("k", `by ${storeId}`)
      }
    })
  ))

test("BasicConfChange3B", () =>
  runScenario({ seed: 2_004, stores: 5 }, (c) =>
    Effect.gen(function* () {
      // Shrink to one replica.
      yield* c.transferLeader("k", 1)
      for (const id of [2, 3, 4, 5]) yield* c.removePeer("k", id)
      yield* c.mustPut("k1", "v1")
      for (const id of [2, 3, 4, 5]) {
        yield* c.waitUntil(`store ${id} holds nothing`, () => c.localEntries(id) === 0)
      }

      // Grow.
      yield* c.addPeer("k1", 2)
      yield* c.waitLocal(2, "k1", "v1")
      const { region } = yield* c.mustLead("k1")
      expect(epochOf(region).confVer).toBe(5 + 4 + 1)
      yield* c.mustPut("k2", "v2")
      yield* c.waitLocal(2, "k2", "v2")
      expect(c.localGet(3, "k1")).toBeUndefined()
      yield* c.addPeer("k1", 3)
      yield* c.waitLocal(3, "k2", "v2")

      // Remove one: it holds nothing any more, and learns nothing.
      yield* c.removePeer("k1", 2)
      yield* c.mustPut("k3", "v3")
      yield* c.waitLocal(3, "k3", "v3")
      yield* c.waitUntil("store 2 holds nothing", () => c.localEntries(2) === 0)

      // Add it again, remove it, and replace it by a new peer on the same store.
      const second = yield* c.addPeer("k1", 2)
      yield* c.waitLocal(2, "k3", "v3")
      yield* c.removePeer("k1", 2)
      yield* c.waitUntil("store 2 holds nothing again", () => c.localEntries(2) === 0)
      const third = yield* c.addPeer("k1", 2)
      expect(third.id).toBeGreaterThan(second.id)
      yield* c.mustPut("k4", "v4")
      for (const key of ["k1", "k2", "k3", "k4"]) yield* c.waitLocal(2, key, `v${key[1]}`)
      expect(c.status(2, firstRegionId)?.peerId).toBe(third.id)
    })
  ))

test("ConfChangeRemoveLeader3B", () =>
  runScenario({ seed: 2_005, stores: 5 }, (c) =>
    Effect.gen(function* () {
      // Remove the leader of five.
      yield* c.transferLeader("k", 1)
      yield* c.mustPut("k0", "v0")
      yield* c.removePeer("k", 1)
      yield* c.waitUntil("store 1 holds nothing", () => c.localEntries(1) === 0)
      yield* c.mustPut("k1", "v1")

      // Back in, and leading.
      yield* c.addPeer("k", 1)
      yield* c.waitLocal(1, "k1", "v1")
      yield* c.transferLeader("k", 1)
      yield* c.mustPut("k2", "v2")

      // Shrink to the pair of stores 1 and 2, and remove the leader of the pair.
      for (const id of [3, 4, 5]) yield* c.removePeer("k", id)
      yield* c.transferLeader("k", 1)
      yield* c.mustPut("k3", "v3")
      yield* c.removePeer("k", 1)
      yield* c.mustPut("k4", "v4")
      expect((yield* c.mustLead("k")).region.peers.map((peer) => peer.storeId)).toEqual([2])
      yield* c.waitUntil("store 1 holds nothing", () => c.localEntries(1) === 0)

      // Back in again.
      yield* c.addPeer("k", 1)
      for (const key of ["k0", "k1", "k2", "k3", "k4"]) yield* c.waitLocal(1, key, `v${key[1]}`)
    })
  ))

test("OneSplit3B", () =>
  runScenario(
    { seed: 2_006, stores: 5, config: { regionMaxBytes: 800, regionSplitBytes: 400, splitCheckIntervalMs: 20 } },
    (c) =>
      Effect.gen(function* () {
        yield* c.mustPut("a", "v")
        const { storeId } = yield* c.mustLead("a")
        const isolated = others(c, storeId)[0]!
        c.isolate(isolated)
        for (let i = 100; i < 200; i++) yield* c.mustPut(`k${i}`, `v${i}-0123456789`)
        yield* c.waitUntil("the region was split", () => c.scheduler.all().length > 1)

        const left = (yield* c.mustLead("a")).region
        const right = (yield* c.mustLead("k199")).region
        expect(left.id).not.toBe(right.id)
        const all = c.scheduler.all().map(({ region }) => region)
        for (const [i, region] of all.slice(1).entries()) expect(all[i]!.endKey).toEqual(region.startKey)

        // The region to the left answers KeyNotInRegion for a key that moved, to a caller that knows its new epoch.
        const leader = (yield* c.mustLead("a")).storeId
        const put = {
          header: { ...c.client.header(left, c.peerOn(left, leader)!), deadlineMs: c.nowMs() + 200 },
          commands: [{ type: "put" as const, cf: "default" as const, key: bytes("k199"), value: bytes("x") }]
        }
        expect((yield* c.router(leader).writeEffect(put))._tag).toBe("KeyNotInRegion")
        // And EpochNotMatch, with all that now covers its old range, to one that does not.
        const old = { ...put, header: { ...put.header, epoch: { confVer: 5, version: 1 } } }
        const stale = yield* c.router(leader).writeEffect(old)
        if (stale._tag !== "EpochNotMatch") return yield* c.fail(`expected EpochNotMatch, got ${stale._tag}`)
        expect(stale.currentRegions.some(({ id }) => id === left.id)).toBe(true)

        // The isolated store comes to have both.
        expect(c.localGet(isolated, "k199")).toBeUndefined()
        c.network.heal()
        yield* c.mustPut("a", "w")
        yield* c.mustPut("k199", "w")
        yield* c.waitLocal(isolated, "a", "w")
        yield* c.waitLocal(isolated, "k199", "w")
        expect(c.status(isolated, right.id)?.region.peers.length).toBe(5)
      })
  ))

test("the region's new peer ids are paired with the stores of its peers", () =>
  runScenario({ seed: 2_007, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      yield* c.mustPut("m", "2")
      yield* c.split("m")
      const left = (yield* c.mustLead("a")).region
      const right = (yield* c.mustLead("m")).region
      const stores = (region: metapb.Region): Array<number> => region.peers.map((peer) => peer.storeId).sort()
      expect(stores(right)).toEqual(stores(left))
      expect(new Set([...left.peers, ...right.peers].map(({ id }) => id)).size).toBe(6)
      expect(epochOf(left).version).toBe(2)
      expect(epochOf(right)).toEqual(epochOf(left))
      yield* c.mustGet("a", "1")
      yield* c.mustGet("m", "2")
    })
  ))
