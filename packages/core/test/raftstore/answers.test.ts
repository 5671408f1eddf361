/** Every accepted request is answered exactly once, and a refusal says what the caller can do with it. */
import { describe, expect, test } from "bun:test"
import type { RaftLogService } from "@reefkv/engine"
import { epochOf, type metapb, type StoreId } from "@reefkv/wire"
import { Effect, Fiber } from "effect"
import type { RequestHeader, RouterService, WriteCommand } from "../../src/raftstore/Router.ts"
import { type Cluster, firstRegionId } from "./cluster/Cluster.ts"
import { type DiskFactory, memoryDisks } from "./cluster/disks.ts"
import { runScenario } from "./cluster/runScenario.ts"

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const put = (key: string, value = "v"): WriteCommand => ({
  type: "put",
  cf: "default",
  key: bytes(key),
  value: bytes(value)
})
const headerOf = (region: metapb.Region, deadlineMs = 0): RequestHeader => ({
  regionId: region.id,
  epoch: epochOf(region),
  peer: undefined,
  term: 0,
  deadlineMs
})
const write = (router: RouterService, region: metapb.Region, key: string, deadlineMs = 0) =>
  router.writeEffect({ header: headerOf(region, deadlineMs), commands: [put(key)] })
const read = (router: RouterService, region: metapb.Region, key: string, deadlineMs = 0) =>
  Effect.map(
    router.readEffect({ header: headerOf(region, deadlineMs), keys: [bytes(key)], replicaRead: false }, (done) => done),
    (result) => result._tag
  )

describe("exactly one answer", () => {
  test("5.2 closing the store answers what is proposed, what waits to be read, and what is asked of the scheduler", () =>
    runScenario({ seed: 61_001, stores: 3 }, (c) =>
      Effect.gen(function* () {
        yield* c.mustPut("k", "1")
        const { storeId, region } = yield* c.mustLead("k")
        const router = c.router(storeId)
        c.isolate(storeId)
        // Past the lease, so that a read has to ask, and before the leader gives up.
        yield* Effect.sleep(c.config.leaseMs)
        const waiting = yield* Effect.forEach(
          [
            Effect.map(write(router, region, "k"), (result) => result._tag),
            read(router, region, "k"),
            Effect.map(
              router.adminEffect({
                header: headerOf(region),
                command: { type: "compactLog", index: router.region(region.id)!.appliedIndex - 1 }
              }),
              (result) => result._tag
            )
          ],
          (request) => Effect.forkScoped(request)
        )
        yield* Effect.sleep(2)
        yield* c.stop(storeId)
        const tags = yield* Effect.forEach(waiting, (fiber) => Fiber.join(fiber))
        // What was proposed may still come about; the read and what never left the mailbox certainly did nothing.
        expect(tags).toEqual(["UndeterminedResult", "ServerIsBusy", "UndeterminedResult"])
        expect((yield* write(router, region, "k"))._tag).toBe("ServerIsBusy")
        expect(yield* read(router, region, "k")).toBe("ServerIsBusy")
      })
    ))

  test("a deadline before the proposal means that nothing was done, after it that nobody knows", () =>
    runScenario({ seed: 61_002, stores: 3 }, (c) =>
      Effect.gen(function* () {
        yield* c.mustPut("k", "1")
        const { storeId, region } = yield* c.mustLead("k")
        const router = c.router(storeId)
        expect((yield* write(router, region, "k", c.nowMs()))._tag).toBe("DeadlineExceeded")
        c.isolate(storeId)
        expect((yield* write(router, region, "k", c.nowMs() + 40))._tag).toBe("UndeterminedResult")
        yield* Effect.sleep(c.config.leaseMs)
        expect(["DeadlineExceeded", "NotLeader"]).toContain(yield* read(router, region, "k", c.nowMs() + 40))
      })
    ))

  test("a leader that is deposed tells its writers, within a grace, that the outcome is unknown", () =>
    runScenario({ seed: 61_003, stores: 3 }, (c) =>
      Effect.gen(function* () {
        yield* c.mustPut("k", "1")
        const { storeId, region } = yield* c.mustLead("k")
        const router = c.router(storeId)
        c.isolate(storeId)
        const startedMs = c.nowMs()
        const result = yield* router.writeEffect({ header: headerOf(region, startedMs + 60_000), commands: [put("k")] })
        expect(result._tag).toBe("UndeterminedResult")
        // Check quorum, then two election timeouts of grace: long before the caller's own deadline.
        expect(c.nowMs() - startedMs).toBeLessThan(6 * c.config.electionTicks * c.config.raftTickMs)
        expect((yield* write(router, region, "k"))._tag).toBe("NotLeader")
      })
    ))

  test("5.2 a write that another leader's entry replaced is StaleCommand: certainly not done", () =>
    runScenario({ seed: 61_004, stores: 3 }, (c) =>
      Effect.gen(function* () {
        yield* c.mustPut("k", "1")
        const { storeId, region } = yield* c.mustLead("k")
        c.isolate(storeId)
        const lost = yield* Effect.forkScoped(
          c.router(storeId).writeEffect({ header: headerOf(region, c.nowMs() + 60_000), commands: [put("k", "lost")] })
        )
        yield* c.waitUntil("another leader", () => {
          const leader = c.leaderOf(region.id)
          return leader !== undefined && leader.storeId !== storeId
        })
        c.network.heal()
        yield* c.mustPut("k", "2")
        expect((yield* Fiber.join(lost))._tag).toBe("StaleCommand")
        yield* c.mustGet("k", "2")
      })
    ))
})

describe("refusals", () => {
  test("over the mailbox's bound, and over a region's bound of proposals: ServerIsBusy, nothing done", () =>
    runScenario({ seed: 61_005, stores: 3, config: { mailboxMax: 8, proposalsMaxPerRegion: 4 } }, (c) =>
      Effect.gen(function* () {
        yield* c.mustPut("k", "1")
        const { storeId, region } = yield* c.mustLead("k")
        const router = c.router(storeId)
        c.isolate(storeId)
        const tags: Array<string> = []
        for (let i = 0; i < 20; i++) {
          router.write({ header: headerOf(region, c.nowMs() + 50), commands: [put(`k${i}`)] }, (result) => {
            tags.push(result._tag)
          })
        }
        // Those that found no room in the mailbox know at once; a quarter of it is for other stores.
        expect(tags.filter((tag) => tag === "ServerIsBusy").length).toBe(14)
        yield* c.waitUntil("all are answered", () => tags.length === 20)
        expect(tags.filter((tag) => tag === "ServerIsBusy").length).toBe(16)
      })
    ))

  test("5.1 an old epoch is told the region and those that took over its range; keys outside are named", () =>
    runScenario({ seed: 61_006, stores: 3 }, (c) =>
      Effect.gen(function* () {
        yield* c.mustPut("a", "1")
        const { region: old } = yield* c.mustLead("a")
        yield* c.split("g")
        yield* c.split("p")
        const { storeId, region } = yield* c.mustLead("z")
        expect(region.id).toBe(old.id)
        const stale = yield* write(c.router(storeId), old, "a")
        expect(stale._tag).toBe("EpochNotMatch")
        if (stale._tag !== "EpochNotMatch") return
        const text = (key: Uint8Array): string => new TextDecoder().decode(key)
        expect(stale.currentRegions.map((one) => [text(one.startKey), text(one.endKey)])).toEqual([
          ["p", ""],
          ["g", "p"],
          ["", "g"]
        ])
        const outside = yield* write(c.router(storeId), region, "a")
        expect(outside._tag).toBe("KeyNotInRegion")
        // Both ends of a range may be asked for; the end itself is no key of the region.
        expect(yield* read(c.router(storeId), region, "a")).toBe("KeyNotInRegion")
      })
    ))

  test("a region elsewhere, another store's peer, another peer id, an old term, a follower, an entry too large", () =>
    runScenario({ seed: 61_007, stores: 3, config: { raftEntryMaxBytes: 9 * 1024 * 1024 } }, (c) =>
      Effect.gen(function* () {
        yield* c.mustPut("k", "1")
        const { storeId, region } = yield* c.mustLead("k")
        const peer = c.peerOn(region, storeId)!
        const ask = (on: StoreId, header: Partial<RequestHeader>, commands = [put("k")]) =>
          Effect.map(
            c.router(on).writeEffect({ header: { ...headerOf(region), ...header }, commands }),
            (one) => one._tag
          )
        const other = c.storeIds.find((id) => id !== storeId)!
        expect(yield* ask(storeId, { regionId: 999 })).toBe("RegionNotFound")
        expect(yield* ask(storeId, { peer: c.peerOn(region, other) })).toBe("StoreNotMatch")
        expect(yield* ask(storeId, { peer: { ...peer, id: peer.id + 50 } })).toBe("MismatchPeerId")
        expect(yield* ask(storeId, { term: 1 })).toBe("StaleCommand")
        expect(yield* ask(other, {})).toBe("NotLeader")
        expect(yield* ask(storeId, {}, [])).toBe("Refused")
        const large = Array.from({ length: 10 }, (_, i) => put(`k${i}`, "x".repeat(1024 * 1024)))
        expect(yield* ask(storeId, {}, large)).toBe("RaftEntryTooLarge")
      })
    ))
})

/** The target's log gives back one entry with other bytes than were written. */
const rottenDisks =
  (target: StoreId, rotten: { data: Uint8Array | undefined }): DiskFactory =>
  (storeId) =>
    Effect.map(memoryDisks(storeId), (disk) =>
      storeId !== target
        ? disk
        : {
            ...disk,
            open: Effect.map(disk.open, ({ engine, raftLog }) => {
              const spoiled: RaftLogService = {
                ...raftLog,
                entries: (groupId, from, to, maxBytes) =>
                  raftLog
                    .entries(groupId, from, to, maxBytes)
                    .map((entry) =>
                      rotten.data !== undefined && Buffer.from(entry.data).includes(Buffer.from(rotten.data))
                        ? { ...entry, data: bytes("no command at all") }
                        : entry
                    )
              }
              return { engine, raftLog: spoiled }
            })
          }
    )

test("5.2 an entry that cannot be read halts its peer there; the store and its other regions go on", () => {
  const rotten: { data: Uint8Array | undefined } = { data: undefined }
  return runScenario({ seed: 61_008, stores: 3, disks: rottenDisks(3, rotten) }, (c: Cluster) =>
    Effect.gen(function* () {
      yield* c.split("m")
      yield* c.transferLeader("a", 1)
      yield* c.mustPut("z", "1")
      yield* c.mustPut("a", "good")
      yield* c.mustPut("b", "rotten-value")
      yield* c.mustPut("c", "after")
      yield* c.waitLocal(3, "c", "after")
      // Everything is to be read from the log again, and one entry there has gone bad.
      rotten.data = bytes("rotten-value")
      yield* c.crash(3, "all")
      yield* c.start(3)
      yield* c.waitUntil("the peer halts", () =>
        c.events.some((event) => event.type === "PeerDamaged" && event.storeId === 3)
      )
      yield* c.mustPut("z", "2")
      yield* c.waitLocal(3, "z", "2")
      expect(c.localGet(3, "b")).toBeUndefined()
      expect(c.localGet(3, "c")).toBeUndefined()
      const damaged = c.events.flatMap((event) => (event.type === "PeerDamaged" ? [event.regionId] : []))
      expect(damaged).toHaveLength(1)
      expect(damaged[0]).not.toBe(firstRegionId)
      expect(c.status(3, damaged[0]!)?.role).toBe("damaged")
      yield* c.mustGet("b", "rotten-value")
    })
  )
})
