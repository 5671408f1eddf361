import { describe, expect, test } from "bun:test"
import { metapb } from "@reefkv/wire"
import { checkRegion } from "../src/checkers/index.ts"
import { checkJointState } from "../src/checkers/jointState.ts"
import { checkLearner } from "../src/checkers/learner.ts"
import { checkReplica } from "../src/checkers/replica.ts"
import { DecisionWorld, descOf, words } from "./decisions.ts"

const { Offline, Tombstone } = metapb.StoreState
const { DemotingVoter, IncomingVoter } = metapb.PeerRole
const downMs = 31 * 60_000

describe("replica checker", () => {
  test("Basic: a missing replica comes as a learner on the emptiest store and is then promoted", () => {
    const world = new DecisionWorld().stores(1, 2, 3)
    world.region({ stores: [2] })
    const region = world.region({ stores: [1] })
    expect(words(checkReplica(world.view, region))).toEqual(["add learner on store 3", "promote learner on store 3"])
  })

  test("Basic: one too many goes, from the fullest store, but not the leader", () => {
    const world = new DecisionWorld().stores(1, 2, 3, 4)
    world.region({ stores: [1, 4], bytes: 2 ** 30 })
    const region = world.region({ stores: [1, 2, 3, 4] })
    expect(words(checkReplica(world.view, region))).toEqual(["remove peer on store 4"])
  })

  test("Basic: of those in excess a pending one goes first", () => {
    const world = new DecisionWorld().stores(1, 2, 3, 4)
    world.region({ stores: [4], bytes: 2 ** 30 })
    const region = world.region({ stores: [1, 2, 3, 4], pending: [2] })
    expect(words(checkReplica(world.view, region))).toEqual(["remove peer on store 2"])
  })

  test("enough replicas: nothing, and the reason says so", () => {
    const world = new DecisionWorld().stores(1, 2, 3, 4)
    expect(words(checkReplica(world.view, world.region({ stores: [1, 2, 3] })))).toBe("as many replicas as wanted")
  })

  test("LostStore: a replica on a store nobody knows is left alone, without a crash", () => {
    const world = new DecisionWorld().stores(1, 2)
    expect(words(checkReplica(world.view, world.region({ stores: [1, 2, 77] })))).toBe("as many replicas as wanted")
  })

  test("Offline: a replica on a store being removed is replaced; the leader moves off it first", () => {
    const world = new DecisionWorld().stores(2, 3, 4).store(1, { state: Offline })
    const decision = checkReplica(world.view, world.region({ stores: [1, 2, 3] }))
    expect(descOf(decision)).toBe("replace-offline-replica")
    expect(words(decision)).toEqual([
      "add learner on store 4",
      "transfer leader from store 1 to store 2",
      "enter joint state: promote store 4; demote store 1",
      "leave joint state",
      "remove peer on store 1"
    ])
  })

  test("Offline: a busy store waits, with the reason; a removed one is no target", () => {
    const world = new DecisionWorld()
      .stores(1, 2)
      .store(3, { state: Offline })
      .store(4, { stats: { isBusy: true } })
      .store(5, { state: Tombstone })
    const region = world.region({ stores: [1, 2, 3] })
    expect(words(checkReplica(world.view, region))).toBe(
      "no store to replace the offline replica on store 3: store 4 is busy"
    )
    world.store(4, {})
    expect(descOf(checkReplica(world.view, region))).toBe("replace-offline-replica")
  })

  test("damaged: what a store says it cannot read is replaced though the store lives; not where it still lies", () => {
    const world = new DecisionWorld().stores(1, 2, 4).store(3, {})
    const region = world.region({ stores: [1, 2, 3], down: { 3: 1 } })
    expect(words(checkReplica(world.view, region))).toBe("as many replicas as wanted")
    world.store(3, { stats: { damagedRegionsId: [region.meta.id] } })
    const decision = checkReplica(world.view, region)
    expect(descOf(decision)).toBe("replace-damaged-replica")
    expect(words(decision)).toContain("add learner on store 4")
    const shrunk = world.region({ stores: [1, 2] })
    world.store(3, { stats: { damagedRegionsId: [shrunk.meta.id] } }).store(4, { silentMs: downMs })
    expect(words(checkReplica(world.view, shrunk))).toStartWith("no store for a missing replica")
    world.store(3, {})
    expect(words(checkReplica(world.view, shrunk))).toContain("add learner on store 3")
  })

  test("damaged: without another store it makes room for its own successor, if the others are good", () => {
    const world = new DecisionWorld().stores(1, 2).store(3, {})
    const region = world.region({ stores: [1, 2, 3] })
    world.store(3, { stats: { damagedRegionsId: [region.meta.id] } })
    expect(descOf(checkReplica(world.view, region))).toBe("remove-damaged-replica")
    const lagging = world.region({ stores: [1, 2, 3], down: { 2: 5 } })
    world.store(3, { stats: { damagedRegionsId: [lagging.meta.id] } })
    expect(words(checkReplica(world.view, lagging))).toStartWith("no store to replace the damaged replica on store 3")
  })

  test("down peers: replaced once their store has been silent for max-store-down-time, not before", () => {
    const world = new DecisionWorld().stores(1, 2, 4).store(3, { silentMs: 29 * 60_000 })
    const region = world.region({ stores: [1, 2, 3], down: { 3: 29 * 60 } })
    expect(words(checkReplica(world.view, region))).toBe("as many replicas as wanted")
    world.store(3, { silentMs: downMs })
    const decision = checkReplica(world.view, region)
    expect(descOf(decision)).toBe("replace-down-replica")
    expect(words(decision)).toContain("add learner on store 4")
  })

  test("down peers: a replica its leader does not hear, on a store that is alive, is not replaced", () => {
    const world = new DecisionWorld().stores(1, 2, 3, 4)
    const region = world.region({ stores: [1, 2, 3], down: { 3: 7_200 } })
    expect(words(checkReplica(world.view, region))).toBe("as many replicas as wanted")
  })

  test("down peers: with one replica too many the down one goes, with no store for another one", () => {
    const world = new DecisionWorld().stores(1, 2, 4).store(3, { silentMs: downMs })
    const decision = checkReplica(world.view, world.region({ stores: [1, 2, 3, 4] }))
    expect([descOf(decision), words(decision)]).toEqual(["remove-extra-down-replica", ["remove peer on store 3"]])
  })

  test("a replica on a store that was removed by force is replaced at once", () => {
    const world = new DecisionWorld().stores(1, 2, 4).store(3, { state: Tombstone })
    expect(descOf(checkReplica(world.view, world.region({ stores: [1, 2, 3] })))).toBe("replace-down-replica")
  })

  test("down before offline", () => {
    const world = new DecisionWorld().stores(1, 4).store(2, { state: Offline }).store(3, { silentMs: downMs })
    expect(descOf(checkReplica(world.view, world.region({ stores: [1, 2, 3] })))).toBe("replace-down-replica")
  })

  test("targets: full, snapshotting, lagging, silent and stopping stores are passed over", () => {
    const world = new DecisionWorld()
      .stores(1, 9)
      .store(2, { stats: { available: 100 } })
      .store(3, { stats: { receivingSnapCount: 17 } })
      .store(4, { silentMs: 30_000 })
      .store(5, { stats: { isStopping: true } })
    world.region({ stores: [9], bytes: 2 ** 40 })
    const region = world.region({ stores: [1] })
    // Store 9 is by far the fullest and still the only one that may take it.
    expect(words(checkReplica(world.view, region))).toEqual(["add learner on store 9", "promote learner on store 9"])
  })
})

describe("learner checker", () => {
  test("a learner with its data is promoted when a voter is missing, and waits while it is pending", () => {
    const world = new DecisionWorld().stores(1, 2, 3)
    expect(words(checkLearner(world.view, world.region({ stores: [1, 2], learners: [3] })))).toEqual([
      "promote learner on store 3"
    ])
    const pending = world.region({ stores: [1, 2], learners: [3], pending: [3] })
    expect(words(checkLearner(world.view, pending))).toContain("has no snapshot yet")
  })

  test("a learner nobody needs goes; one that replaces a down voter stays and is promoted", () => {
    const world = new DecisionWorld().stores(1, 2, 3, 4)
    expect(words(checkLearner(world.view, world.region({ stores: [1, 2, 3], learners: [4] })))).toEqual([
      "remove peer on store 4"
    ])
    world.store(3, { silentMs: downMs })
    expect(words(checkLearner(world.view, world.region({ stores: [1, 2, 3], learners: [4] })))).toEqual([
      "promote learner on store 4"
    ])
  })

  test("after a restart a learner is not needless while a voter's store, silent before it, has not been heard", () => {
    const world = new DecisionWorld().stores(1, 2, 3, 4).store(3, { silentMs: 1_000, silentBeforeMs: 60_000 })
    const region = world.region({ stores: [1, 2, 3], learners: [4] })
    expect(words(checkLearner(world.view, region))).toContain("waits for store 3")
    world.store(3, {})
    expect(words(checkLearner(world.view, region))).toEqual(["remove peer on store 4"])
  })
})

describe("joint state checker", () => {
  const roles = { 3: DemotingVoter, 4: IncomingVoter }

  test("a joint state nobody works on is left; never while the leader is being demoted", () => {
    const world = new DecisionWorld().stores(1, 2, 3, 4)
    expect(words(checkJointState(world.view, world.region({ stores: [1, 2, 3, 4], roles })))).toEqual([
      "leave joint state"
    ])
    expect(words(checkJointState(world.view, world.region({ stores: [1, 2, 3, 4], roles, leader: 3 })))).toEqual([
      "transfer leader from store 3 to store 1",
      "leave joint state"
    ])
  })

  test("regions are asked joint state first; those with an operator or without a reported leader are left alone", () => {
    const world = new DecisionWorld().stores(1, 2, 3, 4)
    const region = world.region({ stores: [1, 2, 3, 4], roles })
    const decision = checkRegion(world.view, region)
    expect(descOf(decision)).toBe("leave-joint-state")
    if (decision._tag === "Plan") world.operators.add(decision.plan)
    expect(words(checkRegion(world.view, region))).toBe("an operator is running")
    const silent = { ...world.region({ stores: [1] }), reported: false }
    expect(words(checkRegion(world.view, silent))).toBe("its leader has not reported")
  })
})
