/** Requests and the epoch, the leader and the size of the region they speak of (FEATURES 1.1, 1.4, 5.1, 5.2). */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { epochOf, eraftpb, metapb } from "@reefkv/wire"
import { Effect, Fiber } from "effect"
import type { AdminRequest, RequestHeader } from "../../../src/raftstore/Router.ts"
import { type Cluster, changePeer, firstRegionId } from "../cluster/Cluster.ts"
import { runScenario } from "../cluster/runScenario.ts"
import { bytes } from "../support/values.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

const { MsgAppend, MsgRequestVote, MsgRequestPreVote } = eraftpb.MessageType
const put = (key: string, value = "v") => ({
  type: "put" as const,
  cf: "default" as const,
  key: bytes(key),
  value: bytes(value)
})
const headerOf = (region: metapb.Region, part: Partial<RequestHeader> = {}): RequestHeader => ({
  regionId: region.id,
  epoch: epochOf(region),
  peer: undefined,
  term: 0,
  deadlineMs: 0,
  ...part
})

/** Which number of the epoch each command depends on; any difference refuses it, older or newer. */
describe("CheckRegionEpoch", () => {
  type Ask = (c: Cluster, header: RequestHeader, region: metapb.Region) => Effect.Effect<{ readonly _tag: string }>
  const admin =
    (command: (region: metapb.Region, c: Cluster) => AdminRequest["command"]): Ask =>
    (c, header, region) =>
      c.router(1).adminEffect({ header, command: command(region, c) })
  const rows: ReadonlyArray<readonly [name: string, version: boolean, confVer: boolean, ask: Ask]> = [
    ["a write", true, false, (c, header) => c.router(1).writeEffect({ header, commands: [put("k")] })],
    [
      "a read",
      true,
      false,
      (c, header) =>
        c.router(1).readEffect({ header, keys: [bytes("k")], replicaRead: false }, () => ({ _tag: "Read" as const }))
    ],
    [
      "a read from a replica",
      true,
      false,
      (c, header) =>
        c.router(2).readEffect({ header, keys: [bytes("k")], replicaRead: true }, () => ({ _tag: "Read" as const }))
    ],
    ["a split", true, true, admin(() => ({ type: "split", splitKeys: [bytes("m")] }))],
    [
      "a membership change",
      false,
      true,
      admin((_, c) =>
        changePeer(
          eraftpb.ConfChangeType.AddLearnerNode,
          metapb.Peer.create({ id: c.scheduler.newId(), storeId: 4, role: metapb.PeerRole.Learner })
        )
      )
    ],
    ["a leader transfer", true, true, admin((region) => ({ type: "transferLeader", peer: region.peers[0]! }))],
    ["a log compaction", false, false, admin(() => ({ type: "compactLog", index: 6 }))]
  ]
  for (const [name, needsVersion, needsConfVer, ask] of rows) {
    test(`CheckRegionEpoch: ${name}`, () =>
      runScenario({ seed: 74_001, stores: 3 }, (c) =>
        Effect.gen(function* () {
          yield* c.mustPut("k", "v")
          yield* c.transferLeader("k", 1)
          yield* c.waitLocal(2, "k", "v")
          const { region } = yield* c.mustLead("k")
          const { version, confVer } = epochOf(region)
          const refusedAt = (epoch: metapb.RegionEpoch) =>
            Effect.map(ask(c, headerOf(region, { epoch }), region), ({ _tag }) => _tag === "EpochNotMatch")
          // What is not refused takes effect, so those come last, and one of them is enough.
          for (const by of [-1, 1]) {
            if (needsVersion) expect(yield* refusedAt({ version: version + by, confVer })).toBe(true)
            if (needsConfVer) expect(yield* refusedAt({ version, confVer: confVer + by })).toBe(true)
          }
          expect(yield* refusedAt({ version: needsVersion ? version : 99, confVer: needsConfVer ? confVer : 99 })).toBe(
            false
          )
        })
      ))
  }

  test("EpochStale: a write goes on under a membership that has changed, and a read too", () =>
    runScenario({ seed: 74_002, stores: 4, replicas: 3 }, (c) =>
      Effect.gen(function* () {
        yield* c.mustPut("k", "1")
        const { region: old } = yield* c.mustLead("k")
        yield* c.addPeer("k", 4)
        const { storeId, region } = yield* c.mustLead("k")
        expect(epochOf(region).confVer).toBe(epochOf(old).confVer + 1)
        const written = yield* c.router(storeId).writeEffect({ header: headerOf(old), commands: [put("k", "2")] })
        expect(written._tag).toBe("Written")
        yield* c.mustGet("k", "2")
      })
    ))
})

test("5.2 a write during a leader transfer is answered at once: nothing was done", () =>
  runScenario({ seed: 74_101, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      yield* c.transferLeader("k", 1)
      yield* c.waitLocal(3, "k", "1")
      // The target misses an entry and gets nothing, so the transfer stays pending.
      c.network.filter = (m, _from, to) => (to === 3 && m.message?.msgType === MsgAppend ? { drop: true } : undefined)
      yield* c.mustPut("k", "2")
      const { region } = yield* c.mustLead("k")
      yield* c.admin(1, region, { type: "transferLeader", peer: c.peerOn(region, 3)! })
      const startedMs = c.nowMs()
      const result = yield* c.router(1).writeEffect({ header: headerOf(region), commands: [put("k", "3")] })
      if (result._tag !== "ServerIsBusy") return yield* c.fail(`expected ServerIsBusy, got ${result._tag}`)
      expect(result.reason).toContain("transferred")
      expect(c.nowMs() - startedMs).toBeLessThan(c.config.raftTickMs)
      const split = yield* c.admin(1, region, { type: "compactLog", index: 6 })
      expect(["ServerIsBusy", "AdminDone"]).toContain(split._tag)
      expect(c.localGet(1, "k")).toBe("2")
      c.network.filter = undefined
      yield* c.mustPut("k", "4")
    })
  ))

test("5.2 a write that was under way when the leader handed over is answered by what became of its entry", () =>
  runScenario({ seed: 74_102, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      yield* c.transferLeader("k", 1)
      yield* c.waitLocal(3, "k", "1")
      const { region } = yield* c.mustLead("k")
      const deadlineMs = c.nowMs() + 60_000
      const before = c.status(1, firstRegionId)!.lastIndex
      // Far away, so that nothing is committed when the transfer begins.
      c.network.latencyMinMs = 20
      c.network.latencyMaxMs = 25
      const writes = yield* Effect.forEach([1, 2, 3, 4, 5], (n) =>
        Effect.forkScoped(
          c.router(1).writeEffect({ header: headerOf(region, { deadlineMs }), commands: [put(`k${n}`, "done")] })
        )
      )
      yield* c.waitUntil("they are proposed", () => c.status(1, firstRegionId)!.lastIndex > before)
      yield* c.admin(1, region, { type: "transferLeader", peer: c.peerOn(region, 3)! })
      for (const [i, write] of writes.entries()) {
        const result = yield* Fiber.join(write)
        // Taken before the transfer began: it is in the log that the new leader must have.
        expect(result._tag).toBe("Written")
        yield* c.mustGet(`k${i + 1}`, "done")
      }
      yield* c.waitUntil("store 3 leads", () => c.leaderOf(firstRegionId)?.storeId === 3)
    })
  ))

test("5.1 after a split every replica knows the sizes of both halves: a new leader reports them at once", () =>
  runScenario(
    { seed: 74_201, stores: 3, config: { regionHeartbeatIntervalMs: 60_000, splitCheckIntervalMs: 60_000 } },
    (c) =>
      Effect.gen(function* () {
        const value = "v".repeat(990)
        for (let i = 10; i < 30; i++) yield* c.mustPut(`a${i}`, value)
        for (let i = 10; i < 20; i++) yield* c.mustPut(`z${i}`, value)
        for (const id of c.storeIds) yield* c.waitLocal(id, "z19", value)
        yield* c.split("m")
        const left = (yield* c.mustLead("a")).region
        for (const to of [1, 2, 3]) {
          yield* c.transferLeader("a", to)
          yield* c.transferLeader("z", to)
          yield* c.waitUntil(
            `store ${to} is known to lead both`,
            () => [left.id, firstRegionId].every((id) => c.scheduler.known(id)?.leader?.storeId === to),
            1_000
          )
          const sizes = [left.id, firstRegionId].map((id) => c.scheduler.known(id)!.approximateBytes)
          expect(sizes[0]! / 20_000).toBeGreaterThan(0.7)
          expect(sizes[0]! / 20_000).toBeLessThan(1.3)
          expect(sizes[1]! / 10_000).toBeGreaterThan(0.7)
          expect(sizes[1]! / 10_000).toBeLessThan(1.3)
        }
      })
  ))

test("5.1 a vote for the child that comes before the parent's split counts once the split is applied", () =>
  runScenario({ seed: 74_301, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      yield* c.transferLeader("a", 1)
      for (const id of c.storeIds) yield* c.waitLocal(id, "a", "1")
      // Store 2 gets the split's entry and not the news that it is committed; store 3 is away: the child needs store 2.
      let blind = true
      c.network.filter = (m, _from, to) => {
        if (to !== 2 || m.regionId !== firstRegionId || !blind) return undefined
        const commit = m.message?.commit ?? 0
        return commit > (c.status(2, firstRegionId)?.commitIndex ?? 0) ? { drop: true } : undefined
      }
      yield* c.stop(3)
      const votes: Array<number> = []
      const inner = c.network.filter
      c.network.filter = (m, from, to) => {
        const type = m.message?.msgType
        if (m.regionId !== firstRegionId && to === 2 && (type === MsgRequestVote || type === MsgRequestPreVote)) {
          votes.push(c.nowMs())
        }
        return inner(m, from, to)
      }
      const { region } = yield* c.mustLead("a")
      const asked = yield* c.admin(1, region, { type: "split", splitKeys: [bytes("m")] })
      expect(asked._tag).toBe("AdminDone")
      const child = c.status(1, c.scheduler.byKey(bytes("a"))!.region.id)!.region
      yield* c.waitUntil("the child called for the vote of store 2", () => votes.length > 0, 50)
      expect(c.status(2, child.id)).toBeUndefined()
      yield* Effect.sleep(5)
      const callsBefore = votes.length
      blind = false
      yield* c.waitUntil("the split is applied on store 2", () => c.status(2, child.id) !== undefined)
      yield* c.waitUntil("the child leads", () => c.leaderOf(child.id) !== undefined, 50)
      // By the first call alone, long before the child would have called again.
      expect(votes.length - callsBefore).toBeLessThanOrEqual(1)
      yield* c.start(3)
      yield* c.mustPut("a", "2")
      for (const id of c.storeIds) yield* c.waitLocal(id, "a", "2")
    })
  ))

test("the store's heartbeat: regions, used space that grows, snapshots and traffic", () =>
  runScenario({ seed: 74_401, stores: 3, config: { storeHeartbeatIntervalMs: 100 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      yield* c.waitUntil("all stores reported", () => c.storeIds.every((id) => c.scheduler.storeStats.has(id)))
      const before = c.scheduler.storeStats.get(1)!
      expect(before).toMatchObject({ storeId: 1, regionCount: 1, applyingSnapCount: 0, damagedRegionsId: [] })
      expect(before.capacity).toBeGreaterThan(0)
      expect(before.available).toBeLessThanOrEqual(before.capacity)
      yield* c.split("m")
      for (let i = 0; i < 10; i++) yield* c.mustPut(`a${i}`, "v".repeat(1_000))
      let written = 0
      const seen = new Set<unknown>()
      yield* c.waitUntil("the store's report follows", () => {
        const now = c.scheduler.storeStats.get(1)!
        if (!seen.has(now)) written += now.bytesWritten
        seen.add(now)
        return now.regionCount === 2 && now.usedSize >= before.usedSize + 10_000 && written >= 10_000
      })
    })
  ))

test("a caller's split is done at all of its keys, also at more than the split check's own limit, or at none", () =>
  runScenario({ seed: 74_501, stores: 3, config: { batchSplitLimit: 2 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      const { storeId, region } = yield* c.mustLead("a")
      const tooMany = Array.from({ length: 1_025 }, (_, i) => bytes(`k${String(i).padStart(5, "0")}`))
      const refused = yield* c.admin(storeId, region, { type: "split", splitKeys: tooMany })
      expect(refused._tag).toBe("Refused")
      const asked = yield* c.admin(storeId, region, { type: "split", splitKeys: ["c", "f", "k", "p"].map(bytes) })
      if (asked._tag !== "AdminDone") return yield* c.fail(`expected AdminDone, got ${asked._tag}`)
      expect(asked.regions.map(({ endKey }) => Buffer.from(endKey).toString())).toEqual(["c", "f", "k", "p", ""])
    })
  ))

test("a raft message for another store, without a sender or an epoch, goes nowhere", () =>
  runScenario({ seed: 74_601, stores: 4, replicas: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      const vote = (to: metapb.Peer) => ({
        regionId: 77,
        fromPeer: metapb.Peer.create({ id: 900, storeId: 2 }),
        toPeer: to,
        message: eraftpb.Message.create({
          msgType: MsgRequestVote,
          to: to.id,
          from: 900,
          term: 9,
          index: 5,
          logTerm: 5
        }),
        regionEpoch: { confVer: 1, version: 1 },
        isTombstone: false,
        startKey: bytes("x"),
        endKey: bytes("y"),
        mergeTarget: undefined,
        extraMsg: undefined,
        extraCtx: new Uint8Array(0),
        diskUsage: 0
      })
      const here = metapb.Peer.create({ id: 901, storeId: 4 })
      const dropped = (): number => c.router(4).counters().get("raftMessagesDropped") ?? 0
      const before = dropped()
      c.router(4).onRaftMessages([
        vote({ ...here, storeId: 3 }),
        { ...vote(here), fromPeer: undefined },
        { ...vote(here), toPeer: undefined },
        { ...vote(here), regionEpoch: undefined },
        { ...vote(here), message: undefined }
      ])
      yield* Effect.sleep(20)
      expect(dropped() - before).toBe(5)
      expect(c.router(4).region(77)).toBeUndefined()
      // Nothing is wrong with the message itself.
      c.router(4).onRaftMessages([vote(here)])
      yield* Effect.sleep(20)
      expect(c.router(4).region(77)).toBeDefined()
    })
  ))

test("in normal running nobody is told ServerIsBusy: clients pay for it with seconds, or give up", () =>
  runScenario({ seed: 74_701, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "1")
      for (const at of ["b", "d", "f", "h"]) yield* c.split(at)
      const tags = new Map<string, number>()
      yield* Effect.forEach(
        Array.from({ length: 100 }, (_, i) => i),
        (i) =>
          Effect.gen(function* () {
            for (let n = 0; n < 10; n++) {
              const key = `${"acegi"[i % 5]}${i}-${n}`
              const { storeId, region } = yield* c.mustLead(key)
              const header = headerOf(region)
              const written = yield* c.router(storeId).writeEffect({ header, commands: [put(key)] })
              const got = yield* c
                .router(storeId)
                .readEffect({ header, keys: [bytes(key)], replicaRead: false }, () => ({ _tag: "Read" as const }))
              for (const { _tag } of [written, got]) tags.set(_tag, (tags.get(_tag) ?? 0) + 1)
            }
          }),
        { concurrency: "unbounded", discard: true }
      )
      expect([...tags].sort()).toEqual([
        ["Read", 1_000],
        ["Written", 1_000]
      ])
    })
  ))
