/**
 * A split while the scheduler takes its time over the new ids (FEATURES 5.1): whoever asked is answered exactly once,
 * whatever happens to the region meanwhile, and ids that come late are checked against the region as it is then.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { epochOf, eraftpb, metapb, type pdpb, type RegionId } from "@reefkv/wire"
import { Deferred, Effect, Fiber, type Scope } from "effect"
import type { RegionError } from "../../../src/raftstore/RegionError.ts"
import type { AdminDone, RouterService } from "../../../src/raftstore/Router.ts"
import type { SchedulerError } from "../../../src/raftstore/SchedulerClient.ts"
import { type Cluster, type ClusterOptions, changePeer, firstRegionId } from "../cluster/Cluster.ts"
import { runScenario } from "../cluster/runScenario.ts"
import { TestScheduler } from "../cluster/TestScheduler.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

const { AddNode, AddLearnerNode, RemoveNode } = eraftpb.ConfChangeType
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

type Ids = ReadonlyArray<pdpb.SplitID>

/** The test's scheduler, which holds back the ids of some regions until it is told otherwise. */
class SlowScheduler {
  readonly inner = new TestScheduler()
  readonly held: Array<{ readonly regionId: RegionId; readonly release: () => void }> = []
  holds: (regionId: RegionId) => boolean = () => false
  /** Changes what the scheduler answers, for one that is wrong. */
  spoil: ((ids: Ids) => Ids) | undefined

  readonly options: Pick<ClusterOptions, "schedulerFactory"> = {
    schedulerFactory: () =>
      Effect.succeed({
        clusterId: this.inner.clusterId,
        client: Effect.succeed({
          ...this.inner.client,
          askBatchSplit: (region: metapb.Region, count: number): Effect.Effect<Ids, SchedulerError> =>
            Effect.gen({ self: this }, function* () {
              // The scheduler has answered; the answer is on its way.
              const ids = yield* this.inner.client.askBatchSplit(region, count)
              if (this.holds(region.id)) {
                const gate = yield* Deferred.make<void>()
                this.held.push({ regionId: region.id, release: () => Deferred.doneUnsafe(gate, Effect.void) })
                yield* Deferred.await(gate)
              }
              return this.spoil?.(ids) ?? ids
            })
        }),
        all: () => this.inner.all(),
        newId: () => this.inner.newId()
      })
  }
}

interface Asked {
  readonly c: Cluster
  readonly slow: SlowScheduler
  readonly leader: number
  readonly region: metapb.Region
  readonly router: RouterService
  /** Every answer the asker got; one in the end. */
  readonly answers: Array<AdminDone | RegionError>
}
const askTimeoutMs = 60_000

/** Asks for a split at "m" and goes on once the scheduler holds the question. */
const asked = (
  options: Pick<ClusterOptions, "seed" | "stores" | "replicas" | "config"> & { readonly deadlineMs?: number },
  then: (at: Asked) => Effect.Effect<void, never, Scope.Scope>
): Promise<void> => {
  const slow = new SlowScheduler()
  return runScenario({ ...options, ...slow.options }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("a", "1")
      yield* c.mustPut("z", "1")
      yield* c.transferLeader("a", 1)
      const { storeId: leader, region } = yield* c.mustLead("a")
      const router = c.router(leader)
      const answers: Array<AdminDone | RegionError> = []
      slow.holds = () => true
      router.admin(
        {
          header: {
            regionId: region.id,
            epoch: epochOf(region),
            peer: undefined,
            term: 0,
            deadlineMs: c.nowMs() + (options.deadlineMs ?? askTimeoutMs)
          },
          command: { type: "split", splitKeys: [bytes("m")] }
        },
        (answer) => void answers.push(answer)
      )
      yield* c.waitUntil("the scheduler holds the question", () => slow.held.length === 1)
      expect(answers).toEqual([])
      yield* then({ c, slow, leader, region, router, answers })
      // The ids come at last, and change nothing for whoever has been answered.
      const before = answers.length
      slow.holds = () => false
      for (const { release } of slow.held) release()
      yield* Effect.sleep(300)
      expect(answers).toHaveLength(1)
      expect(before).toBe(1)
    })
  )
}
const tags = (answers: ReadonlyArray<{ readonly _tag: string }>): Array<string> => answers.map(({ _tag }) => _tag)

describe("5.1 a split that waits for its ids is answered exactly once", () => {
  test("5.1 when the ids come: done", () =>
    asked({ seed: 71_001, stores: 3 }, ({ c, slow, answers }) =>
      Effect.gen(function* () {
        slow.held[0]!.release()
        yield* c.waitUntil("answered", () => answers.length > 0)
        expect(tags(answers)).toEqual(["AdminDone"])
        yield* c.mustPut("a", "2")
        yield* c.mustPut("z", "2")
        expect(slow.inner.all()).toHaveLength(2)
      })
    ))

  test("5.1 when the leader hands over: NotLeader at once, and the new leader may split", () =>
    asked({ seed: 71_002, stores: 3 }, ({ c, slow, answers }) =>
      Effect.gen(function* () {
        yield* c.transferLeader("a", 2)
        yield* c.waitUntil("answered", () => answers.length > 0, 1_000)
        expect(tags(answers)).toEqual(["NotLeader"])
        slow.holds = () => false
        yield* c.split("m")
        expect(slow.inner.all()).toHaveLength(2)
      })
    ))

  test("5.1 when the leader is cut off: NotLeader as soon as it gives up", () =>
    asked({ seed: 71_003, stores: 3 }, ({ c, leader, answers }) =>
      Effect.gen(function* () {
        c.isolate(leader)
        yield* c.waitUntil("answered", () => answers.length > 0, 1_000)
        expect(tags(answers)).toEqual(["NotLeader"])
        c.network.heal()
      })
    ))

  test("5.1 when the deadline passes: nothing is done, and nothing will be", () =>
    asked({ seed: 71_004, stores: 3, deadlineMs: 100 }, ({ c, slow, answers }) =>
      Effect.gen(function* () {
        yield* c.waitUntil("answered", () => answers.length > 0, 500)
        expect(tags(answers)).toEqual(["DeadlineExceeded"])
        slow.held[0]!.release()
        yield* Effect.sleep(300)
        expect(slow.inner.all()).toHaveLength(1)
      })
    ))

  test("5.1 when the store stops: it is told before the store is gone", () =>
    asked({ seed: 71_005, stores: 3 }, ({ c, leader, answers }) =>
      Effect.gen(function* () {
        yield* c.stop(leader)
        // Never proposed, so certainly not done.
        expect(tags(answers)).toEqual(["ServerIsBusy"])
        yield* c.start(leader)
      })
    ))

  test("5.1 when the peer is removed from the store: RegionNotFound", () =>
    asked({ seed: 71_006, stores: 3 }, ({ c, leader, region, router, answers }) =>
      Effect.gen(function* () {
        router.onRaftMessages([
          {
            regionId: region.id,
            fromPeer: region.peers.find((peer) => peer.storeId !== leader)!,
            toPeer: c.peerOn(region, leader)!,
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
        yield* c.waitUntil("answered", () => answers.length > 0, 500)
        expect(tags(answers)).toEqual(["RegionNotFound"])
      })
    ))

  test("5.1 a second wish meanwhile is ServerIsBusy", () =>
    asked({ seed: 71_007, stores: 3 }, ({ c, slow, leader, region, answers }) =>
      Effect.gen(function* () {
        const second = yield* c.admin(leader, region, { type: "split", splitKeys: [bytes("g")] })
        expect(second._tag).toBe("ServerIsBusy")
        slow.held[0]!.release()
        yield* c.waitUntil("answered", () => answers.length > 0)
        expect(tags(answers)).toEqual(["AdminDone"])
      })
    ))
})

describe("5.1 ids that come late", () => {
  test("5.1 membership changed since they were asked for: EpochNotMatch, and no peer id is paired with the wrong store", () =>
    asked({ seed: 71_101, stores: 4, replicas: 3 }, ({ c, slow, region, answers }) =>
      Effect.gen(function* () {
        // One goes and another comes, so that there are as many peers as ids again.
        yield* c.removePeer("a", 3)
        yield* c.addPeer("a", 4)
        expect((yield* c.mustLead("a")).region.peers).toHaveLength(region.peers.length)
        slow.held[0]!.release()
        yield* c.waitUntil("answered", () => answers.length > 0)
        const [answer] = answers
        if (answer?._tag !== "EpochNotMatch") return yield* c.fail(`expected EpochNotMatch, got ${answer?._tag}`)
        expect(answer.currentRegions.map(({ id }) => id)).toEqual([firstRegionId])
        expect(slow.inner.all()).toHaveLength(1)
        slow.holds = () => false
        yield* c.split("m")
        const child = (yield* c.mustLead("a")).region
        expect(child.peers.map(({ storeId }) => storeId).sort()).toEqual([1, 2, 4])
      })
    ))

  test("5.1 a membership change that stands in the log before the split refuses it at apply, everywhere", () =>
    asked({ seed: 71_102, stores: 4, replicas: 3 }, ({ c, slow, leader, region, answers }) =>
      Effect.gen(function* () {
        // Nothing commits while the leader is alone: the change is proposed, then the split, under one epoch.
        c.isolate(leader)
        const learner = metapb.Peer.create({ id: c.directory.newId(), storeId: 4, role: metapb.PeerRole.Learner })
        const change = yield* Effect.forkScoped(c.admin(leader, region, changePeer(AddLearnerNode, learner)))
        yield* Effect.sleep(2)
        const { lastIndex } = c.status(leader, region.id)!
        slow.held[0]!.release()
        yield* c.waitUntil(
          "the split is in the log",
          () => c.status(leader, region.id)!.lastIndex === lastIndex + 1,
          60
        )
        c.network.heal()
        expect((yield* Fiber.join(change))._tag).toBe("AdminDone")
        yield* c.waitUntil("answered", () => answers.length > 0)
        expect(tags(answers)).toEqual(["EpochNotMatch"])
        expect(slow.inner.all()).toHaveLength(1)
        for (const id of [1, 2, 3]) {
          yield* c.waitUntil(
            `store ${id} knows the learner and no child`,
            () => c.status(id, region.id)?.region.peers.length === 4 && c.router(id).regions().length === 1
          )
        }
      })
    ))

  test("5.1 too few ids, or not one per peer, are refused, and the next question may do better", () =>
    asked({ seed: 71_103, stores: 3 }, ({ c, slow, answers }) =>
      Effect.gen(function* () {
        slow.spoil = (ids) => ids.map((id) => ({ ...id, newPeerIds: id.newPeerIds.slice(1) }))
        slow.held[0]!.release()
        yield* c.waitUntil("answered", () => answers.length > 0)
        expect(tags(answers)).toEqual(["Refused"])
        expect(slow.inner.all()).toHaveLength(1)
        slow.spoil = undefined
        slow.holds = () => false
        yield* c.split("m")
        expect(slow.inner.all()).toHaveLength(2)
      })
    ))
})

test("5.1 5.3 a region that waits for the scheduler does not hold up the splits of others", () => {
  const slow = new SlowScheduler()
  return runScenario({ seed: 71_201, stores: 3, ...slow.options }, (c) =>
    Effect.gen(function* () {
      yield* c.split("m")
      const { storeId, region } = yield* c.mustLead("z")
      slow.holds = (regionId) => regionId === region.id
      const waiting = yield* Effect.forkScoped(c.admin(storeId, region, { type: "split", splitKeys: [bytes("t")] }))
      yield* c.waitUntil("the scheduler holds the question", () => slow.held.length === 1)
      yield* c.split("g")
      yield* c.mustPut("a", "1")
      expect(slow.inner.all()).toHaveLength(3)
      slow.held[0]!.release()
      expect((yield* Fiber.join(waiting))._tag).toBe("AdminDone")
    })
  )
})

test("5.1 a full region whose split was refused is split at a later check", () => {
  const slow = new SlowScheduler()
  // The ids of the first questions are of no use.
  let spoiled = 0
  slow.spoil = (ids) => (spoiled++ < 2 ? [] : ids)
  return runScenario(
    { seed: 71_202, stores: 3, config: { regionMaxBytes: 3_000, regionSplitBytes: 2_000 }, ...slow.options },
    (c) =>
      Effect.gen(function* () {
        let written = 0
        while (slow.inner.all().length < 2 && written < 400) {
          yield* c.mustPut(`k${String(written++).padStart(4, "0")}`, "v".repeat(80))
          yield* Effect.sleep(5)
        }
        expect(spoiled).toBeGreaterThan(2)
        expect(slow.inner.all().length).toBeGreaterThan(1)
      })
  )
})

test("5.1 a peer of the region that is added and removed while it splits again and again: ids and ranges stay apart", () => {
  const slow = new SlowScheduler()
  return runScenario({ seed: 71_203, stores: 4, replicas: 3, ...slow.options }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("z", "1")
      for (const [i, at] of ["b", "d", "f", "h", "k"].entries()) {
        const { storeId, region } = yield* c.mustLead("z")
        slow.holds = (id) => id === region.id && i % 2 === 0
        const split = yield* Effect.forkScoped(c.admin(storeId, region, { type: "split", splitKeys: [bytes(at)] }))
        const peer = c.peerOn(region, 4)
        const change =
          peer === undefined
            ? changePeer(AddNode, metapb.Peer.create({ id: c.directory.newId(), storeId: 4 }))
            : changePeer(RemoveNode, peer)
        yield* c.admin(storeId, region, change)
        slow.holds = () => false
        for (const { release } of slow.held.splice(0)) release()
        yield* Fiber.join(split)
        yield* c.checkInvariants()
      }
      const seen = new Set<number>()
      for (const storeId of c.runningIds) {
        for (const { region, peerId } of c.router(storeId).regions()) {
          if (region.peers.length === 0) continue
          expect(c.peerOn(region, storeId)?.id).toBe(peerId)
          expect(seen.has(peerId)).toBe(false)
          seen.add(peerId)
        }
      }
    })
  )
})
