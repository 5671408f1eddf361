import { describe, expect, test } from "bun:test"
import { eraftpb, metapb, pdpb } from "@reefkv/wire"
import fc from "fast-check"
import type { RegionInfo } from "../src/cluster/RegionInfo.ts"
import { defaultSchedulerConfig, type SchedulerConfig, type SchedulerEvent } from "../src/index.ts"
import { buildSteps, type TargetReplicas } from "../src/operators/build.ts"
import { type OperatorKind, type OperatorPlan, Priority, withPeerIds } from "../src/operators/Operator.ts"
import { OperatorController } from "../src/operators/OperatorController.ts"
import {
  checkStep,
  confVerDelta,
  describeStep,
  isStepDone,
  type OperatorStep,
  stepResponse
} from "../src/operators/OperatorStep.ts"
import { DecisionWorld, type RegionWords } from "./decisions.ts"

const { Voter, Learner, IncomingVoter, DemotingVoter } = metapb.PeerRole
const regionOf = (words: RegionWords): RegionInfo => new DecisionWorld().region(words)
const peerId = (storeId: number) => 100 + storeId

describe("OperatorStep: the finish rule of each step", () => {
  const replica = (storeId: number) => ({ storeId, peerId: peerId(storeId) })
  const cases: ReadonlyArray<[OperatorStep, RegionWords, boolean]> = [
    [{ type: "transferLeader", fromStoreId: 1, toStoreId: 2 }, { stores: [1, 2] }, false],
    [{ type: "transferLeader", fromStoreId: 1, toStoreId: 2 }, { stores: [2, 1] }, true],
    [{ type: "addLearner", ...replica(3) }, { stores: [1, 2] }, false],
    [{ type: "addLearner", ...replica(3) }, { stores: [1, 2], learners: [3], pending: [3] }, false],
    [{ type: "addLearner", ...replica(3) }, { stores: [1, 2], learners: [3] }, true],
    [{ type: "addLearner", storeId: 3, peerId: 9 }, { stores: [1, 2], learners: [3] }, false],
    [{ type: "promoteLearner", ...replica(3) }, { stores: [1, 2], learners: [3] }, false],
    [{ type: "promoteLearner", ...replica(3) }, { stores: [1, 2, 3] }, true],
    [{ type: "removePeer", ...replica(2) }, { stores: [1, 2] }, false],
    [{ type: "removePeer", ...replica(2) }, { stores: [1] }, true],
    // Another peer came to the store meanwhile: the one to be removed is gone.
    [{ type: "removePeer", storeId: 2, peerId: 9 }, { stores: [1, 2] }, true],
    [{ type: "enterJoint", promote: [replica(3)], demote: [replica(2)] }, { stores: [1, 2], learners: [3] }, false],
    [
      { type: "enterJoint", promote: [replica(3)], demote: [replica(2)] },
      { stores: [1, 2, 3], roles: { 2: DemotingVoter, 3: IncomingVoter } },
      true
    ],
    [{ type: "enterJoint", promote: [replica(3)], demote: [replica(2)] }, { stores: [1, 3], learners: [2] }, true],
    [
      { type: "leaveJoint", promote: [replica(3)], demote: [replica(2)] },
      { stores: [1, 2, 3], roles: { 2: DemotingVoter, 3: IncomingVoter } },
      false
    ],
    [{ type: "leaveJoint", promote: [replica(3)], demote: [replica(2)] }, { stores: [1, 3], learners: [2] }, true]
  ]
  for (const [step, words, done] of cases) {
    test(`${describeStep(step)}: ${done ? "done" : "not done"} with ${JSON.stringify(words)}`, () => {
      expect(isStepDone(step, regionOf(words))).toBe(done)
    })
  }
  test("split: done once the range differs", () => {
    const region = regionOf({ stores: [1] })
    const { endKey, startKey } = region.meta
    const step: OperatorStep = { type: "split", policy: 0, keys: [], startKey, endKey }
    expect(isStepDone(step, region)).toBe(false)
    expect(isStepDone({ ...step, endKey: Buffer.from([9]) }, region)).toBe(true)
  })
})

test("steps that must not be asked: the leader's own removal, a transfer to no voter, a store that holds another peer", () => {
  expect(checkStep({ type: "removePeer", storeId: 1, peerId: 101 }, regionOf({ stores: [1, 2] }))).toContain(
    "must not remove itself"
  )
  expect(
    checkStep({ type: "transferLeader", fromStoreId: 1, toStoreId: 3 }, regionOf({ stores: [1], learners: [3] }))
  ).toContain("no voter")
  expect(checkStep({ type: "addLearner", storeId: 2, peerId: 9 }, regionOf({ stores: [1, 2] }))).toContain(
    "already holds peer 102"
  )
  const joint = regionOf({ stores: [1, 2], roles: { 1: DemotingVoter, 2: IncomingVoter } })
  expect(checkStep({ type: "leaveJoint", promote: [], demote: [] }, joint)).toContain("being demoted")
})

test("steps on the wire: exactly one member set, addressed to the leader, with the epoch it was decided on", () => {
  const region = regionOf({ stores: [1, 2], learners: [3] })
  const steps: ReadonlyArray<[OperatorStep, (response: pdpb.RegionHeartbeatResponse) => unknown, unknown]> = [
    [{ type: "transferLeader", fromStoreId: 1, toStoreId: 2 }, (response) => response.transferLeader?.peer?.id, 102],
    [
      { type: "addLearner", storeId: 4, peerId: 77 },
      ({ changePeer }) => [changePeer?.changeType, changePeer?.peer?.role, changePeer?.peer?.id],
      [eraftpb.ConfChangeType.AddLearnerNode, Learner, 77]
    ],
    [
      { type: "promoteLearner", storeId: 3, peerId: 103 },
      ({ changePeer }) => [changePeer?.changeType, changePeer?.peer?.role],
      [eraftpb.ConfChangeType.AddNode, Voter]
    ],
    [
      { type: "removePeer", storeId: 2, peerId: 102 },
      ({ changePeer }) => [changePeer?.changeType, changePeer?.peer?.id],
      [eraftpb.ConfChangeType.RemoveNode, 102]
    ],
    [
      { type: "enterJoint", promote: [{ storeId: 3, peerId: 103 }], demote: [{ storeId: 2, peerId: 102 }] },
      ({ changePeerV2 }) => changePeerV2?.changes.map(({ changeType, peer }) => [changeType, peer?.id]),
      [
        [eraftpb.ConfChangeType.AddNode, 103],
        [eraftpb.ConfChangeType.AddLearnerNode, 102]
      ]
    ],
    [{ type: "leaveJoint", promote: [], demote: [] }, ({ changePeerV2 }) => changePeerV2?.changes, []],
    [
      {
        type: "split",
        policy: pdpb.CheckPolicy.USEKEY,
        keys: [Buffer.from("k")],
        startKey: Buffer.from(""),
        endKey: Buffer.from("")
      },
      ({ splitRegion }) => [splitRegion?.policy, splitRegion?.keys.length],
      [pdpb.CheckPolicy.USEKEY, 1]
    ]
  ]
  for (const [step, part, expected] of steps) {
    const response = stepResponse(step, region)!
    expect(part(response)).toEqual(expected)
    const set = [
      response.changePeer,
      response.transferLeader,
      response.changePeerV2,
      response.splitRegion,
      response.merge
    ]
    expect(set.filter((member) => member !== undefined).length).toBe(1)
    expect([response.regionId, response.targetPeer?.id, response.regionEpoch]).toEqual([
      1,
      101,
      { version: 1, confVer: 1 }
    ])
  }
  expect(stepResponse(steps[0]![0], { ...region, leader: undefined })).toBeUndefined()
})

describe("steps from targets", () => {
  const build = (region: RegionInfo, target: TargetReplicas, useJointConsensus: boolean) => {
    const built = buildSteps(region, target, { useJointConsensus, mayLead: () => true })
    return built._tag === "Steps" ? built.steps.map((step) => step.type) : built.reason
  }
  const voters = (...stores: ReadonlyArray<number>): TargetReplicas => ({
    roles: new Map(stores.map((id) => [id, "voter" as const]))
  })

  test("InterleaveStepGroups: without joint consensus each replacement is done before the next begins", () => {
    expect(build(regionOf({ stores: [1, 2, 3] }), voters(1, 4, 5), false)).toEqual([
      "addLearner",
      "promoteLearner",
      "removePeer",
      "addLearner",
      "promoteLearner",
      "removePeer"
    ])
    expect(build(regionOf({ stores: [1, 2, 3] }), voters(4, 2, 3), false)).toEqual([
      "transferLeader",
      "addLearner",
      "promoteLearner",
      "removePeer"
    ])
    expect(build(regionOf({ stores: [1] }), voters(4), false)).toEqual([
      "addLearner",
      "promoteLearner",
      "transferLeader",
      "removePeer"
    ])
  })

  test("single changes need no joint state, more than one is one joint change", () => {
    expect(build(regionOf({ stores: [1, 2] }), voters(1, 2, 3), true)).toEqual(["addLearner", "promoteLearner"])
    expect(build(regionOf({ stores: [1, 2, 3] }), voters(1, 2), true)).toEqual(["removePeer"])
    expect(build(regionOf({ stores: [1, 2, 3] }), voters(1, 4, 5), true)).toEqual([
      "addLearner",
      "addLearner",
      "enterJoint",
      "leaveJoint",
      "removePeer",
      "removePeer"
    ])
  })

  test("FindAvailableStore: the leader goes to the first voter that may lead and keeps up", () => {
    const region = regionOf({ stores: [1, 2, 3], pending: [2] })
    const built = buildSteps(region, voters(2, 3), { useJointConsensus: true, mayLead: () => true })
    expect(built._tag === "Steps" && built.steps[0]).toEqual({ type: "transferLeader", fromStoreId: 1, toStoreId: 3 })
    const none = buildSteps(region, voters(2, 3), { useJointConsensus: true, mayLead: () => false })
    expect(none).toEqual({ _tag: "Impossible", reason: "no store that keeps a voter may lead the region" })
  })

  test("nothing to change, no leader, joint state: refused with the reason", () => {
    expect(build(regionOf({ stores: [1, 2] }), voters(1, 2), true)).toBe("nothing to change")
    expect(build({ ...regionOf({ stores: [1] }), leader: undefined }, voters(2), true)).toContain("no known leader")
    expect(build(regionOf({ stores: [1, 2], roles: { 2: IncomingVoter } }), voters(1), true)).toContain("joint state")
    expect(build(regionOf({ stores: [1] }), voters(), true)).toContain("may lead")
  })

  test("property: any target is reached, with a leader that votes throughout and never fewer voters than at start or end", () => {
    const stores = fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(
        stores,
        stores,
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        fc.boolean(),
        (from, to, learnerAt, joint) => {
          const region = regionOf({ stores: from })
          const roles = new Map(
            to.map((id, n) => [id, n > 0 && joint && learnerAt[id - 1] ? ("learner" as const) : ("voter" as const)])
          )
          const built = buildSteps(region, { roles }, { useJointConsensus: joint, mayLead: () => true })
          if (built._tag === "Impossible") {
            expect(built.reason).toBe("nothing to change")
            expect([...roles.keys()].sort()).toEqual([...from].sort())
            return
          }
          let next = 1_000
          const steps = withPeerIds(built.steps, () => next++)
          const peers = new Map(region.meta.peers.map((peer) => [peer.storeId, { ...peer }]))
          let leader = region.leader!.storeId
          const least = Math.min(from.length, [...roles.values()].filter((role) => role === "voter").length)
          for (const step of steps) {
            const at = (storeId: number, id: number) => {
              const peer = peers.get(storeId)
              expect(peer?.id).toBe(id)
              return peer!
            }
            switch (step.type) {
              case "addLearner":
                expect(peers.has(step.storeId)).toBe(false)
                peers.set(step.storeId, metapb.Peer.create({ id: step.peerId, storeId: step.storeId, role: Learner }))
                break
              case "promoteLearner":
                at(step.storeId, step.peerId).role = Voter
                break
              case "removePeer":
                expect(step.storeId).not.toBe(leader)
                at(step.storeId, step.peerId)
                peers.delete(step.storeId)
                break
              case "transferLeader":
                expect(step.fromStoreId).toBe(leader)
                expect(peers.get(step.toStoreId)!.role).not.toBe(Learner)
                leader = step.toStoreId
                break
              case "enterJoint":
                for (const { storeId, peerId: id } of step.promote) at(storeId, id).role = IncomingVoter
                for (const { storeId, peerId: id } of step.demote) at(storeId, id).role = DemotingVoter
                break
              case "leaveJoint":
                for (const { storeId, peerId: id } of step.promote) at(storeId, id).role = Voter
                for (const { storeId, peerId: id } of step.demote) at(storeId, id).role = Learner
                break
            }
            expect([Learner, DemotingVoter] as ReadonlyArray<number>).not.toContain(peers.get(leader)!.role)
            const inOld = [...peers.values()].filter(({ role }) => role === Voter || role === DemotingVoter).length
            const inNew = [...peers.values()].filter(({ role }) => role === Voter || role === IncomingVoter).length
            expect(Math.min(inOld, inNew)).toBeGreaterThanOrEqual(least)
          }
          expect(
            [...peers.values()].map(({ storeId, role }) => [storeId, role === Voter ? "voter" : "learner"]).sort()
          ).toEqual([...roles].sort())
        }
      ),
      { seed: 4_711, numRuns: 500 }
    )
  })
})

describe("controller", () => {
  class ControllerWorld {
    nowMs = 1_000
    config: SchedulerConfig = defaultSchedulerConfig
    readonly regions = new Map<number, RegionInfo>()
    readonly sent: Array<string> = []
    readonly silent = new Set<number>()
    readonly events: Array<SchedulerEvent> = []
    readonly controller = new OperatorController({
      config: () => this.config,
      events: { listening: () => true, emit: (event) => this.events.push(event) },
      region: (id) => this.regions.get(id),
      allocId: () => 9_000 + this.sent.length,
      nowMs: () => this.nowMs,
      nowUnixMs: () => this.nowMs,
      whyNotStore: (storeId) => (this.silent.has(storeId) ? `store ${storeId} is silent` : undefined),
      send: (storeId, response) => this.sent.push(`r${response.regionId} to s${storeId}`)
    })
    private readonly world = new DecisionWorld()

    region(words: RegionWords): RegionInfo {
      const region = this.world.region(words)
      this.regions.set(region.meta.id, region)
      return region
    }
    /** The region as its leader reports it next. */
    report(region: RegionInfo, change: Partial<RegionInfo>, confVer = region.meta.regionEpoch!.confVer): RegionInfo {
      const next = { ...region, ...change }
      const reported = { ...next, meta: { ...next.meta, regionEpoch: { version: 1, confVer } } }
      this.regions.set(region.meta.id, reported)
      this.controller.onRegion(reported)
      return reported
    }
    plan(region: RegionInfo, steps: ReadonlyArray<OperatorStep>, extra: Partial<OperatorPlan> = {}): OperatorPlan {
      const { confVer, version } = region.meta.regionEpoch!
      return {
        regionId: region.meta.id,
        version,
        confVer,
        desc: "test",
        kind: "region",
        priority: Priority.low,
        steps,
        ...extra
      }
    }
    ended(): Array<string> {
      return this.events.flatMap((event) =>
        event.type === "OperatorEnded" ? [`${event.outcome}: ${event.reason}`] : []
      )
    }
  }
  const transfer: OperatorStep = { type: "transferLeader", fromStoreId: 1, toStoreId: 2 }
  const remove: OperatorStep = { type: "removePeer", storeId: 3, peerId: 103 }
  const without = (region: RegionInfo, storeId: number) => ({
    meta: { ...region.meta, peers: region.meta.peers.filter((peer) => peer.storeId !== storeId) }
  })
  const ledBy = (region: RegionInfo, storeId: number) => ({
    leader: region.meta.peers.find((peer) => peer.storeId === storeId)
  })

  test("Operator: steps are sent one after another, and the end is success", () => {
    const world = new ControllerWorld()
    const region = world.region({ stores: [1, 2, 3] })
    world.controller.add(world.plan(region, [transfer, remove]))
    expect(world.sent).toEqual(["r1 to s1"])
    const led = world.report(region, ledBy(region, 2))
    expect(world.sent).toEqual(["r1 to s1", "r1 to s2"])
    world.report(led, without(led, 3), 2)
    expect(world.ended()).toEqual(["success: "])
    expect(world.controller.size).toBe(0)
    expect(world.events.map((event) => event.type)).toEqual([
      "OperatorStarted",
      "OperatorStepSent",
      "OperatorStepDone",
      "OperatorStepSent",
      "OperatorStepDone",
      "OperatorEnded"
    ])
  })

  test("OperatorStatus: running, then timeout after 10 s for a leader, 10 min for a region, then success and cancelled", () => {
    const world = new ControllerWorld()
    const regions = Array.from({ length: 4 }, () => world.region({ stores: [1, 2, 3] }))
    world.controller.add(world.plan(regions[0]!, [transfer]))
    world.controller.add(world.plan(regions[1]!, [{ ...remove, peerId: 203 }]))
    world.controller.add(world.plan(regions[2]!, [transfer]))
    world.report(regions[2]!, ledBy(regions[2]!, 2))
    world.controller.add(world.plan(regions[3]!, [transfer]))
    world.controller.cancel(4, "by hand")
    const states = () => [1, 2, 3, 4].map((id) => world.controller.status(id)?.state)
    expect(states()).toEqual(["running", "running", "success", "cancelled"])
    world.nowMs += 10_000
    world.controller.tick()
    expect(states()).toEqual(["timeout", "running", "success", "cancelled"])
    world.nowMs += 10 * 60_000 - 10_000
    world.controller.tick()
    expect(states()).toEqual(["timeout", "timeout", undefined, undefined])
    expect(world.controller.status(99)).toBeUndefined()
  })

  test("time-outs and vanished regions need no heartbeat", () => {
    const world = new ControllerWorld()
    const region = world.region({ stores: [1, 2, 3] })
    world.controller.add(world.plan(region, [remove]))
    world.regions.delete(region.meta.id)
    world.controller.tick()
    world.nowMs += 1_900
    world.controller.tick()
    expect(world.ended()).toEqual([])
    world.nowMs += 100
    world.controller.tick()
    expect(world.ended()).toEqual(["cancelled: its region is gone"])
  })

  test("a split whose child reports before the parent does not end the parent's operator", () => {
    const world = new ControllerWorld()
    const region = world.region({ stores: [1, 2, 3] })
    world.controller.add(world.plan(region, [remove]))
    for (let n = 0; n < 3; n++) {
      world.regions.delete(region.meta.id)
      world.controller.tick()
      world.nowMs += 1_000
      world.report(region, {})
      world.controller.tick()
    }
    expect(world.controller.status(region.meta.id)?.state).toBe("running")
    world.report(region, without(region, 3), 2)
    expect(world.ended()).toEqual(["success: "])
  })

  test("a leader is not handed to a store that fell silent", () => {
    const world = new ControllerWorld()
    const region = world.region({ stores: [1, 2, 3] })
    world.controller.add(world.plan(region, [transfer]))
    world.silent.add(2)
    world.controller.tick()
    expect(world.ended()).toEqual(["cancelled: store 2 is silent"])
  })

  test("a replica does not go to a store that fell silent, whether it is being added, waits for its snapshot or is to vote", () => {
    const add: OperatorStep = { type: "addLearner", storeId: 4, peerId: 55 }
    const promote: OperatorStep = { type: "promoteLearner", storeId: 4, peerId: 55 }
    const joint: OperatorStep = {
      type: "enterJoint",
      promote: [{ storeId: 4, peerId: 55 }],
      demote: [{ storeId: 3, peerId: 103 }]
    }
    const learner = metapb.Peer.create({ id: 55, storeId: 4, role: Learner })
    for (const [steps, hasLearner, isPending] of [
      [[add, promote], false, false],
      [[add, promote], true, true],
      [[promote], true, false],
      [[joint], true, false]
    ] as const) {
      const world = new ControllerWorld()
      const region = world.region({ stores: [1, 2, 3] })
      const meta = hasLearner ? { ...region.meta, peers: [...region.meta.peers, learner] } : region.meta
      const present = { ...region, meta, pendingPeers: isPending ? [learner] : [] }
      world.regions.set(region.meta.id, present)
      world.controller.add(world.plan(present, steps))
      expect(world.controller.status(1)?.state).toBe("running")
      world.silent.add(4)
      world.controller.tick()
      expect(world.ended()).toEqual(["cancelled: store 4 is silent"])
    }
  })

  test("a joint change that would demote whoever leads by now ends, so that the region can be planned for anew", () => {
    const world = new ControllerWorld()
    const region = world.region({ stores: [1, 2, 3], learners: [4] })
    const joint: OperatorStep = {
      type: "enterJoint",
      promote: [{ storeId: 4, peerId: 104 }],
      demote: [{ storeId: 3, peerId: 103 }]
    }
    world.controller.add(world.plan(region, [joint]))
    world.report(region, ledBy(region, 3))
    expect(world.sent.length).toBe(1)
    expect(world.ended()).toEqual(["cancelled: the leader must not be demoted"])
  })

  test("a step without effect is sent again by timer, not on every heartbeat; a new leader hears it at once", () => {
    const world = new ControllerWorld()
    const region = world.region({ stores: [1, 2, 3] })
    world.controller.add(world.plan(region, [remove]))
    world.report(region, {})
    world.report(region, {})
    expect(world.sent.length).toBe(1)
    // 2 s as the longest pause: sent again after 250, 500 and 1,000 ms, then each 2,000 ms.
    const sentAt: Array<number> = []
    for (let ms = 50; ms <= 8_000; ms += 50) {
      world.nowMs += 50
      const before = world.sent.length
      world.controller.tick()
      if (world.sent.length > before) sentAt.push(ms)
    }
    expect(sentAt).toEqual([250, 750, 1_750, 3_750, 5_750, 7_750])
    world.report(region, ledBy(region, 2))
    expect(world.sent.at(-1)).toBe("r1 to s2")
  })

  test("an epoch that moved makes the leader refuse the step: it is sent again with the new one at once", () => {
    const world = new ControllerWorld()
    const region = world.region({ stores: [1, 2, 3] })
    world.controller.add(world.plan(region, [remove]))
    const split = { ...region, meta: { ...region.meta, regionEpoch: { version: 2, confVer: 1 } } }
    world.regions.set(region.meta.id, split)
    world.controller.onRegion(split)
    expect(world.sent.length).toBe(2)
  })

  test("a learner that waits for its snapshot is not asked for again", () => {
    const world = new ControllerWorld()
    const region = world.region({ stores: [1, 2, 3] })
    const add: OperatorStep = { type: "addLearner", storeId: 4, peerId: 55 }
    world.controller.add(world.plan(region, [add]))
    const learner = metapb.Peer.create({ id: 55, storeId: 4, role: Learner })
    const meta = { ...region.meta, peers: [...region.meta.peers, learner] }
    world.report(region, { meta, pendingPeers: [learner] }, 2)
    world.nowMs += 60_000
    world.controller.tick()
    expect([world.sent.length, world.controller.status(1)?.state]).toEqual([1, "running"])
    world.report(region, { meta, pendingPeers: [] }, 2)
    expect(world.controller.status(1)?.state).toBe("success")
  })

  test("DispatchOutdatedRegion: a conf_ver that its own steps do not explain cancels the operator", () => {
    const world = new ControllerWorld()
    const region = world.region({ stores: [1, 2, 3] })
    const add: OperatorStep = { type: "addLearner", storeId: 4, peerId: 0 }
    const started = world.controller.add(world.plan(region, [add, { ...add, type: "promoteLearner" }]))
    const newPeerId =
      started._tag === "Started" && started.operator.steps[0]!.type === "addLearner"
        ? started.operator.steps[0]!.peerId
        : 0
    const withLearner = {
      meta: {
        ...region.meta,
        peers: [...region.meta.peers, metapb.Peer.create({ id: newPeerId, storeId: 4, role: Learner })]
      }
    }
    // One step, one change: explained.
    const next = world.report(region, withLearner, 2)
    expect(world.controller.status(1)?.state).toBe("running")
    // Somebody else changed members too.
    world.report(next, {}, 4)
    expect(world.ended()).toEqual(["cancelled: conf_ver rose by 3, its own steps explain 1"])
  })

  test("a joint change explains as many conf_ver steps as it changes peers, on entering and on leaving", () => {
    const replica = (storeId: number) => ({ storeId, peerId: storeId })
    const promote = [replica(4), replica(5)]
    expect(confVerDelta({ type: "enterJoint", promote, demote: [replica(1)] })).toBe(3)
    expect(confVerDelta({ type: "leaveJoint", promote, demote: [replica(1)] })).toBe(3)
    expect(confVerDelta(transfer)).toBe(0)
  })

  test("the step that would remove the leader ends the operator instead of being sent", () => {
    const world = new ControllerWorld()
    const region = world.region({ stores: [1, 2, 3] })
    world.controller.add(world.plan(region, [remove]))
    world.report(region, ledBy(region, 3))
    expect(world.sent.length).toBe(1)
    expect(world.ended()).toEqual(["cancelled: the leader must not remove itself"])
  })

  test("Basic (coordinator) · Controller: one operator a region; wrong region or epoch refused; higher priority replaces", () => {
    const world = new ControllerWorld()
    const region = world.region({ stores: [1, 2, 3] })
    const refusal = (plan: OperatorPlan) => {
      const added = world.controller.add(plan)
      return added._tag === "Refused" ? added.reason : "started"
    }
    expect(refusal({ ...world.plan(region, [remove]), regionId: 77 })).toContain("not known")
    expect(refusal({ ...world.plan(region, [remove]), confVer: 0 })).toContain("the plan was made for")
    expect(refusal({ ...world.plan(region, [remove]), version: 9 })).toContain("the plan was made for")
    expect(refusal(world.plan(region, []))).toContain("no steps")
    expect(refusal(world.plan(region, [remove]))).toBe("started")
    expect(refusal(world.plan(region, [remove]))).toContain("busy")
    expect(refusal(world.plan(region, [transfer], { priority: Priority.high, desc: "urgent" }))).toBe("started")
    expect(world.ended()).toEqual(["replaced: by urgent"])
    expect(world.controller.list().map((operator) => operator.desc)).toEqual(["urgent"])
  })

  test("OperatorCount · Controller: counts and limits by kind", () => {
    const world = new ControllerWorld()
    world.config = { ...world.config, leaderScheduleLimit: 2, regionScheduleLimit: 1 }
    const started = (kind: OperatorKind) =>
      world.controller.add(world.plan(world.region({ stores: [1, 2, 3] }), [transfer], { kind }))._tag
    expect([started("leader"), started("leader"), started("leader")]).toEqual(["Started", "Started", "Refused"])
    expect([started("region"), started("region")]).toEqual(["Started", "Refused"])
    expect([started("admin"), started("admin"), started("replica")]).toEqual(["Started", "Started", "Started"])
    expect([world.controller.count("leader"), world.controller.count("region"), world.controller.size]).toEqual([
      2, 1, 6
    ])
  })

  test("OperatorKind: words for people", () => {
    const world = new ControllerWorld()
    const kinds: Array<string> = []
    for (const [steps, kind] of [
      [[transfer], "leader"],
      [[transfer, { ...remove, peerId: 203 }], "replica"],
      [[{ type: "split", policy: 0, keys: [], startKey: Buffer.from([0, 2]), endKey: Buffer.from([0, 3]) }], "admin"]
    ] as ReadonlyArray<[ReadonlyArray<OperatorStep>, OperatorKind]>) {
      const region = world.region({ stores: [1, 2, 3] })
      world.controller.add(world.plan(region, steps, { kind }))
      kinds.push(world.controller.status(region.meta.id)!.kind)
    }
    expect(kinds).toEqual(["leader", "leader,region,replica", "split,admin"])
  })

  test("the history is bounded in number and in time", () => {
    const world = new ControllerWorld()
    world.config = { ...world.config, operatorHistoryMax: 5 }
    for (let n = 0; n < 9; n++) {
      const region = world.region({ stores: [1, 2, 3] })
      world.controller.add(world.plan(region, [transfer]))
      world.controller.cancel(region.meta.id, "by hand")
    }
    expect(world.controller.history().map((operator) => operator.regionId)).toEqual([5, 6, 7, 8, 9])
    world.nowMs += world.config.operatorHistoryMs
    world.controller.tick()
    expect(world.controller.history()).toEqual([])
  })

  test("a new peer has one id in all steps of its operator", () => {
    let next = 50
    const replica = { storeId: 4, peerId: 0 }
    const steps = withPeerIds(
      [
        { type: "addLearner", ...replica },
        { type: "enterJoint", promote: [replica], demote: [{ storeId: 3, peerId: 103 }] },
        { type: "leaveJoint", promote: [replica], demote: [{ storeId: 3, peerId: 103 }] },
        remove
      ],
      () => next++
    )
    expect(steps.map(describeStep)).toEqual([
      "add learner 50 on store 4",
      "enter joint state: promote 50 on store 4; demote 103 on store 3",
      "leave joint state",
      "remove peer 103 on store 3"
    ])
    expect(next).toBe(51)
  })
})
