/** Splits among slow, lost and early peers: TiKV's scenarios by their names (FEATURES 1.6), with the plots of our own. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { epochOf, eraftpb, type metapb, type RegionId, type StoreId } from "@reefkv/wire"
import { Effect, Fiber, Stream } from "effect"
import { MessageType, makeMessage } from "../../../src/raft/index.ts"
import { toRaftMessage } from "../../../src/raftstore/messageCodec.ts"
import { generateSnapshot } from "../../../src/raftstore/snapshot/generate.ts"
import { type Cluster, changePeer, firstRegionId } from "../cluster/Cluster.ts"
import { runScenario } from "../cluster/runScenario.ts"
import { runGeneric } from "./generic.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const isVote = (type: number): boolean =>
  type === eraftpb.MessageType.MsgRequestVote || type === eraftpb.MessageType.MsgRequestPreVote
const regionOfKey = (c: Cluster, key: string): Effect.Effect<metapb.Region> =>
  Effect.map(c.mustLead(key), ({ region }) => region)

/** All stores hold both halves with equal data. The cut is always at "m": `a…` goes left, `z…` right. */
const bothHalvesEverywhere = (c: Cluster, stores: ReadonlyArray<StoreId> = c.storeIds): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* c.mustPut("a-last", "left")
    yield* c.mustPut("z-last", "right")
    for (const id of stores) {
      yield* c.waitLocal(id, "a-last", "left")
      yield* c.waitLocal(id, "z-last", "right")
    }
    yield* c.checkInvariants()
  })

test("node_quick_election_after_split", () =>
  runScenario({ seed: 7_001, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      yield* c.split("m")
      const before = c.nowMs()
      yield* c.mustLead("a")
      // The parent's leader campaigns in the child at once: a round trip, not an election timeout.
      expect(c.nowMs() - before).toBeLessThan(c.config.electionTicks * c.config.raftTickMs)
      yield* bothHalvesEverywhere(c)
    })
  ))

test("split_lost_request_vote", () =>
  runScenario({ seed: 7_002, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      let lost = 0
      c.network.filter = (m) => {
        const first = m.regionId !== firstRegionId && isVote(m.message?.msgType ?? 0) && lost < 6
        if (first) lost += 1
        return first ? { drop: true } : undefined
      }
      yield* c.split("m")
      yield* bothHalvesEverywhere(c)
      expect(lost).toBe(6)
    })
  ))

for (const name of ["follower_slow_split", "node_slow_split_does_not_cause_snapshot"]) {
  test(name, () =>
    runScenario({ seed: 7_003, stores: 3 }, (c) =>
      Effect.gen(function* () {
        yield* c.mustPut("a", "1")
        const { storeId } = yield* c.mustLead("a")
        const slow = c.storeIds.find((id) => id !== storeId)!
        // The follower hears nothing of the parent's log, and everything of the child.
        c.network.filter = (m, _from, to) =>
          to === slow && m.regionId === firstRegionId && m.message?.msgType === eraftpb.MessageType.MsgAppend
            ? { drop: true }
            : undefined
        yield* c.split("m")
        yield* c.mustPut("a", "2")
        yield* Effect.sleep(300)
        expect(c.status(slow, firstRegionId)?.region.endKey.length).toBe(0)
        expect(c.router(slow).regions()).toHaveLength(1)
        c.network.filter = undefined
        yield* bothHalvesEverywhere(c)
        expect(c.network.stats.snapshots).toBe(0)
      })
    )
  )
}

test("node_split_overlap_snapshot", () =>
  runScenario({ seed: 7_004, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      const { storeId } = yield* c.mustLead("a")
      const slow = c.storeIds.find((id) => id !== storeId)!
      yield* c.waitLocal(slow, "a", "1")
      c.isolate(slow)
      yield* c.split("m")
      const child = yield* regionOfKey(c, "a")
      const { storeId: leader } = yield* c.mustLead("a")
      // The child's snapshot comes while the parent here still covers the child's range: refused, and nothing changes.
      const refused = yield* Effect.scoped(
        Effect.gen(function* () {
          const made = yield* generateSnapshot(c.engine(leader), child.id, c.config)
          const to = c.peerOn(child, slow)!
          const from = c.peerOn(child, leader)!
          const head = toRaftMessage(
            { regionId: child.id, from, to, epoch: epochOf(child) },
            makeMessage({
              type: MessageType.snapshot,
              to: to.id,
              from: from.id,
              term: made.snapshot.metadata.term,
              snapshot: made.snapshot
            })
          )
          return yield* Effect.flip(
            c.router(slow).onSnapshot(
              head,
              Stream.map(made.chunks, (chunk) => chunk.slice())
            )
          )
        })
      ).pipe(Effect.orDie)
      if (refused._tag !== "SnapshotRefused") return yield* c.fail(`expected a refusal, got ${refused._tag}`)
      // No peer was made for it, because its range is covered: that is the first reason.
      expect(refused.reason).toContain(`is not on store ${slow}`)
      expect(c.status(slow, child.id)).toBeUndefined()
      expect(c.localGet(slow, "a")).toBe("1")
      c.network.heal()
      yield* bothHalvesEverywhere(c)
    })
  ))

test("split_race_with_conf_change", () =>
  runScenario({ seed: 7_005, stores: 4, replicas: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      yield* c.mustPut("z", "1")
      yield* Effect.all([c.split("m"), c.addPeer("z", 4)], { concurrency: "unbounded" })
      const left = yield* regionOfKey(c, "a")
      const right = yield* regionOfKey(c, "z")
      expect(right.peers.map((peer) => peer.storeId).sort()).toEqual([1, 2, 3, 4])
      // Whichever came first, no peer id is in two places and every store of the child was one of the parent's.
      expect(new Set([...left.peers, ...right.peers].map(({ id }) => id)).size).toBe(left.peers.length + 4)
      for (const peer of left.peers) expect(right.peers.some(({ storeId }) => storeId === peer.storeId)).toBe(true)
      yield* bothHalvesEverywhere(c, [1, 2, 3])
      yield* c.waitLocal(4, "z-last", "right")
    })
  ))

test("split_duplicated_batch", () =>
  runScenario({ seed: 7_006, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      const { storeId, region } = yield* c.mustLead("a")
      const splitAt = (...keys: ReadonlyArray<string>) =>
        c.admin(storeId, region, { type: "split", splitKeys: keys.map(bytes) })
      for (const keys of [["m", "m"], ["m", "c"], []]) {
        expect((yield* splitAt(...keys))._tag).toBe("Refused")
      }
      // The same split, twice at once: one wins, one is told why not.
      const both = yield* Effect.all([splitAt("c", "m"), splitAt("c", "m")], { concurrency: "unbounded" })
      expect(both.map(({ _tag }) => _tag === "AdminDone").sort()).toEqual([false, true])
      yield* c.waitUntil("three regions", () => c.scheduler.all().length === 3)
      for (const { region: one } of c.scheduler.all()) expect(epochOf(one).version).toBe(3)
      yield* bothHalvesEverywhere(c)
    })
  ))

test("a split key at the region's start, outside of it, or of an old epoch is refused", () =>
  runScenario({ seed: 7_007, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      const old = (yield* c.mustLead("z")).region
      yield* c.split("m")
      const { storeId, region } = yield* c.mustLead("z")
      const split = (of: metapb.Region, key: string) => c.admin(storeId, of, { type: "split", splitKeys: [bytes(key)] })
      expect((yield* split(region, "m"))._tag).toBe("Refused")
      expect((yield* split(region, "c"))._tag).toBe("KeyNotInRegion")
      expect((yield* split(old, "t"))._tag).toBe("EpochNotMatch")
      expect(c.scheduler.all()).toHaveLength(2)
    })
  ))

/**
 * The child is known on the new store before its parent is: the parent's first snapshot, taken before the split, is held
 * back, while the child already calls for votes there. What the split finds when it is applied at last differs.
 */
describe("a child that is on the store before its parent's split", () => {
  interface Plot {
    readonly c: Cluster
    readonly childId: RegionId
  }
  const early = (
    seed: number,
    childSnapshots: "pass" | "break",
    /** While the parent's snapshot is held back. */
    meanwhile: (plot: Plot) => Effect.Effect<void>,
    /** After the parent's split is applied on the new store, before the child's snapshots pass. */
    afterSplit: (plot: Plot) => Effect.Effect<void>
  ): Promise<void> =>
    runScenario({ seed, stores: 4, replicas: 3, config: { snapshotTimeoutMs: 10_000, stalePeerCheckMs: 500 } }, (c) =>
      Effect.gen(function* () {
        yield* c.mustPut("a", "1")
        yield* c.mustPut("z", "1")
        let held = false
        let open = childSnapshots === "pass"
        c.network.snapshotFilter = (head, _from, to) => {
          if (to !== 4) return undefined
          if (head.regionId === firstRegionId && !held) {
            held = true
            return { delayMs: holdMs }
          }
          return open || head.regionId === firstRegionId ? undefined : "break"
        }
        yield* c.addPeer("z", 4)
        yield* c.waitUntil("the parent's snapshot is on its way", () => held)
        const releasedMs = c.nowMs() + holdMs
        yield* c.split("m")
        const childId = (yield* regionOfKey(c, "a")).id
        yield* c.waitUntil("the child is on the new store", () => c.status(4, childId) !== undefined)
        yield* meanwhile({ c, childId })
        if (c.nowMs() >= releasedMs) return yield* c.fail("the plot took longer than the snapshot was held")
        expect(c.status(4, firstRegionId)?.region.peers ?? []).toEqual([])
        yield* c.waitUntil("the parent is split on the new store", () => {
          const parent = c.status(4, firstRegionId)?.region
          return parent?.peers.length === 4 && parent.startKey.length > 0
        })
        yield* afterSplit({ c, childId })
        open = true
        yield* c.mustPut("z-last", "right")
        yield* c.mustPut("a-last", "left")
        yield* c.waitLocal(4, "z-last", "right")
        if (c.peerOn(yield* regionOfKey(c, "a"), 4) !== undefined) yield* c.waitLocal(4, "a-last", "left")
      })
    )
  const holdMs = 1_500

  test("split_should_split_existing_same_uninitialied_peer", () =>
    early(
      7_101,
      "break",
      ({ c, childId }) =>
        Effect.sync(() => {
          expect(c.status(4, childId)?.region.peers).toEqual([])
        }),
      ({ c, childId }) =>
        Effect.sync(() => {
          // From the split, not from a snapshot: none of the child has passed.
          expect(c.status(4, childId)?.region.peers.length).toBe(4)
          expect(c.localGet(4, "a")).toBe("1")
        })
    ))

  test("split_not_to_split_existing_region", () =>
    early(
      7_102,
      "pass",
      ({ c, childId }) =>
        Effect.gen(function* () {
          yield* c.waitUntil("the child lives on the new store", () => c.status(4, childId)?.region.peers.length === 4)
          yield* c.mustPut("a-new", "only in the child")
          yield* c.waitLocal(4, "a-new", "only in the child")
        }),
      ({ c }) =>
        Effect.sync(() => {
          // The parent's old and wide snapshot did not run it over; a newer one came instead.
          expect(c.events.some((event) => event.type === "SnapshotRefused" && event.reason.includes("overlaps"))).toBe(
            true
          )
          expect(c.localGet(4, "a-new")).toBe("only in the child")
        })
    ))

  test("split_not_to_split_existing_tombstone_region", () =>
    early(
      7_103,
      "break",
      ({ c, childId }) =>
        Effect.gen(function* () {
          yield* c.removePeer("a", 4)
          yield* c.waitUntil("the child left the new store", () => c.status(4, childId) === undefined)
        }),
      ({ c, childId }) =>
        Effect.gen(function* () {
          expect(c.status(4, childId)).toBeUndefined()
          yield* c.waitUntil("the child's data does not stay", () => c.localGet(4, "a") === undefined)
        })
    ))

  test("split_not_to_split_existing_different_uninitialied_peer", () => {
    let peerId = 0
    return early(
      7_104,
      "break",
      ({ c, childId }) =>
        Effect.gen(function* () {
          yield* c.removePeer("a", 4)
          const { storeId, region } = yield* c.mustLead("a")
          peerId = c.scheduler.newId()
          const peer = { id: peerId, storeId: 4, role: 0, isWitness: false }
          yield* c.admin(storeId, region, changePeer(eraftpb.ConfChangeType.AddNode, peer))
          yield* c.waitUntil("the child is back as another peer", () => c.status(4, childId)?.peerId === peerId)
        }),
      ({ c, childId }) =>
        Effect.sync(() => {
          expect(c.status(4, childId)?.peerId).toBe(peerId)
          expect(c.status(4, childId)?.region.peers).toEqual([])
          expect(c.localGet(4, "a")).toBeUndefined()
        })
    )
  })
})

test("split_init_raft_state_recovery", () =>
  runScenario({ seed: 7_008, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "0")
      yield* c.split("m")
      for (let i = 0; i < 5; i++) yield* c.mustPut("a", `${i}`)
      // Every store loses the split's data, and keeps the child's log with votes and entries.
      for (const id of c.storeIds) yield* c.crash(id, "all")
      for (const id of c.storeIds) yield* c.start(id)
      yield* c.mustGet("a", "4")
      yield* bothHalvesEverywhere(c)
      expect(c.scheduler.all()).toHaveLength(2)
    })
  ))

/**
 * The child has acknowledged entries, its first state was lost with unsynced data, and the parent is brought up to date
 * by a snapshot, so that the split is never applied again there: its log would be that of a region nobody can make.
 * Found by chaos, seed 21021.
 */
test("a store that crashes after a split, and whose parent comes back by a snapshot, still has the child", () =>
  runScenario({ seed: 7_013, stores: 3, config: { logGcCountLimit: 20, logGcThreshold: 15 } }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "0")
      yield* c.transferLeader("a", 1)
      yield* c.split("m")
      yield* c.mustPut("a", "1")
      yield* c.waitLocal(3, "a", "1")
      yield* c.crash(3, "all")
      // A new leader knows nothing of what store 3 has, and so cannot tell it that the split is committed.
      yield* c.transferLeader("z", 2)
      const before = c.status(2, firstRegionId)!.truncatedIndex
      for (let i = 0; i < 30; i++) yield* c.mustPut(`z${i}`, "v")
      yield* c.waitUntil("the parent's log is cut", () => c.status(2, firstRegionId)!.truncatedIndex > before + 20)
      yield* c.start(3)
      yield* c.waitLocal(3, "z29", "v")
      expect(c.network.stats.snapshots).toBeGreaterThan(0)
      yield* bothHalvesEverywhere(c)
    })
  ))

test("pending_peer_in_heartbeat_during_split", () =>
  runScenario({ seed: 7_009, stores: 4, replicas: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      c.network.snapshotFilter = (_head, _from, to) => (to === 4 ? "break" : undefined)
      const added = yield* c.addPeer("a", 4)
      const isPending = (regionId: RegionId): boolean =>
        c.scheduler.known(regionId)?.pendingPeers.some(({ storeId }) => storeId === 4) === true
      yield* c.waitUntil("the new peer is pending", () => isPending(firstRegionId))
      yield* c.split("m")
      const child = yield* regionOfKey(c, "a")
      expect(c.peerOn(child, 4)?.id).not.toBe(added.id)
      yield* c.waitUntil("so it is in both halves", () => isPending(firstRegionId) && isPending(child.id))
      c.network.snapshotFilter = undefined
      yield* c.waitUntil("until it has its data", () => !isPending(firstRegionId) && !isPending(child.id))
      yield* bothHalvesEverywhere(c)
    })
  ))

test("region_size_after_split and report_approximate_size_after_split_check", () =>
  runScenario({ seed: 7_010, stores: 3, config: { regionMaxBytes: 3_000, regionSplitBytes: 2_000 } }, (c) =>
    Effect.gen(function* () {
      const value = "v".repeat(96)
      for (let i = 100; i < 190; i++) yield* c.mustPut(`k${i}`, value)
      yield* c.waitUntil("pieces of about the split size", () => {
        const all = c.scheduler.all()
        return (
          all.length >= 4 &&
          all.every(({ approximateBytes }) => approximateBytes > 0 && approximateBytes <= 3_000) &&
          all.reduce((sum, one) => sum + one.approximateBytes, 0) >= 0.9 * 90 * 100
        )
      })
      const total = c.scheduler.all().reduce((sum, one) => sum + one.approximateBytes, 0)
      // Divided at each split, never doubled; the halves are guessed to be equal, so the sum is near and not exact.
      expect(total).toBeLessThan(1.1 * 90 * 100)
    })
  ))

test("split_store_channel_full", () =>
  runGeneric({ clients: 5, faults: "X", seed: 7_011, rounds: 1, roundMs: 300, config: { mailboxMax: 24 } }))

/** FEATURES 5.1: what a command was checked against when it was proposed may have changed when it is applied. */
test("a write that stands in the log behind a split is checked again, and the same on every replica", () =>
  runScenario({ seed: 7_014, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("z", "before")
      const { storeId, region } = yield* c.mustLead("z")
      const header = { ...c.client.header(region, c.peerOn(region, storeId)!), deadlineMs: c.nowMs() + 5_000 }
      const put = (key: string) =>
        c.router(storeId).writeEffect({
          header,
          commands: [{ type: "put", cf: "default", key: bytes(key), value: bytes("behind the split") }]
        })
      // Nothing commits while the leader is alone, so that all three are proposed under the old epoch.
      c.isolate(storeId)
      const split = yield* Effect.forkScoped(c.admin(storeId, region, { type: "split", splitKeys: [bytes("m")] }))
      yield* Effect.sleep(5)
      const stays = yield* Effect.forkScoped(put("z"))
      const moves = yield* Effect.forkScoped(put("a"))
      yield* Effect.sleep(5)
      c.network.heal()
      expect((yield* Fiber.join(split))._tag).toBe("AdminDone")
      for (const refused of [yield* Fiber.join(stays), yield* Fiber.join(moves)]) {
        if (refused._tag !== "EpochNotMatch") return yield* c.fail(`expected EpochNotMatch, got ${refused._tag}`)
        // All that now covers the range the caller knew.
        expect(refused.currentRegions).toHaveLength(2)
      }
      yield* c.mustGet("z", "before")
      yield* c.mustGet("a", undefined)
      yield* bothHalvesEverywhere(c)
    })
  ))

test("a split with the scheduler away is answered, and done when it is back", () =>
  runScenario({ seed: 7_012, stores: 3 }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      const { storeId, region } = yield* c.mustLead("a")
      c.scheduler.available = false
      expect((yield* c.admin(storeId, region, { type: "split", splitKeys: [bytes("m")] }))._tag).toBe("Refused")
      c.scheduler.available = true
      yield* c.split("m")
      yield* bothHalvesEverywhere(c)
    })
  ))

test("a region over its limit whose split came to nothing is cut later, without a further write", () =>
  runScenario({ seed: 7_013, stores: 3, config: { regionMaxBytes: 3_000, regionSplitBytes: 2_000 } }, (c) =>
    Effect.gen(function* () {
      for (let i = 100; i < 125; i++) yield* c.mustPut(`k${i}`, "v".repeat(96))
      yield* c.mustPut("k125", "v".repeat(1_000))
      c.scheduler.available = false
      const wasRefused = () => c.events.some(({ type }) => type === "SplitRefused")
      yield* c.waitUntil("a split that nobody gives ids for", wasRefused)
      c.scheduler.available = true
      yield* c.waitUntil("the cut", () => c.scheduler.all().length >= 2)
      yield* c.checkInvariants()
    })
  ))
