import { describe, expect, test } from "bun:test"
import { metapb } from "@reefkv/wire"
import { checkRegion } from "../src/checkers/index.ts"
import { whyNotLeaderOf } from "../src/filters.ts"
import { Scatterer } from "../src/scatter.ts"
import { balanceLeader, leaderThreshold } from "../src/schedulers/balanceLeader.ts"
import { balanceRegion } from "../src/schedulers/balanceRegion.ts"
import { evictLeader } from "../src/schedulers/evictLeader.ts"
import { DecisionWorld, descOf, mib, words } from "./decisions.ts"

const { Offline } = metapb.StoreState

/** `counts[n]` leaders on store n + 1, each with followers on all other stores. */
const withLeaders = (counts: ReadonlyArray<number>, bytes = 0): DecisionWorld => {
  const world = new DecisionWorld()
  const ids = counts.map((_, at) => at + 1)
  world.stores(...ids)
  counts.forEach((count, at) => {
    for (let n = 0; n < count; n++) world.region({ stores: [at + 1, ...ids.filter((id) => id !== at + 1)], bytes })
  })
  return world
}

describe("balance-leader", () => {
  test("BalanceLimit: equal or one apart stays, two apart moves", () => {
    expect(words(balanceLeader(withLeaders([2, 2, 2]).view))).toBe("leaders are even")
    expect(words(balanceLeader(withLeaders([3, 2, 2]).view))).toBe("leaders are even")
    expect(words(balanceLeader(withLeaders([2, 0, 2]).view))).toEqual(["transfer leader from store 1 to store 2"])
  })

  test("BalanceLeaderScheduleStrategy: by count, whatever the sizes", () => {
    const world = withLeaders([1, 3, 2])
    const big = world.region({ stores: [1, 2, 3], bytes: 2 ** 40 })
    expect(big.approximateBytes).toBe(2 ** 40)
    // Store 1 leads by far the most data, but only two regions.
    expect(words(balanceLeader(world.view))).toBe("leaders are even")
  })

  test("BalanceLeaderTolerantRatio: stores that lead many may differ by more", () => {
    const threshold = (counts: ReadonlyArray<number>) => {
      const { view } = withLeaders(counts)
      return leaderThreshold(view, view.stores)
    }
    expect([threshold([1, 0, 0]), threshold([10, 10, 10]), threshold([200, 200, 200])]).toEqual([2, 2, 11])
    // Without any tolerance one apart still stays: moving it would only change who is ahead.
    const strict = withLeaders([3, 2, 2])
    strict.config = { ...strict.config, leaderToleranceRatio: 0 }
    expect(words(balanceLeader(strict.view))).toBe("leaders are even")
  })

  test("BalanceFilter: busy, down, disconnected, leaving and evicted stores get no leader", () => {
    for (const words_ of [
      { stats: { isBusy: true } },
      { silentMs: 21_000 },
      { silentMs: 31 * 60_000 },
      { state: Offline },
      { stats: { isStopping: true } }
    ]) {
      const world = withLeaders([4, 0, 4]).store(2, words_)
      expect(words(balanceLeader(world.view))).toBe("leaders are even")
    }
    const evicted = withLeaders([4, 0, 4])
    evicted.config = { ...evicted.config, evictLeaderStores: [2] }
    expect(words(balanceLeader(evicted.view))).toBe("leaders are even")
  })

  test("BalanceSelector: the first source without a fitting region does not end the search", () => {
    const world = new DecisionWorld().stores(1, 2, 3)
    for (let n = 0; n < 6; n++) world.region({ stores: [1, 2] })
    for (let n = 0; n < 4; n++) world.region({ stores: [2, 3] })
    // Store 1 leads most, but store 3 holds none of its regions; store 2 leads as many as it may give away.
    world.store(2, {})
    expect(words(balanceLeader(world.view))).toEqual(["transfer leader from store 1 to store 2"])
    const pending = new DecisionWorld().stores(1, 2, 3)
    for (let n = 0; n < 6; n++) pending.region({ stores: [1, 3], pending: [3] })
    for (let n = 0; n < 4; n++) pending.region({ stores: [2, 3] })
    expect(words(balanceLeader(pending.view))).toEqual(["transfer leader from store 2 to store 3"])
  })

  test("running operators count as done: a second leader does not follow the first", () => {
    const world = withLeaders([2, 0, 2])
    const first = balanceLeader(world.view)
    if (first._tag === "Plan") world.operators.add(first.plan)
    expect(world.view.leaderCount(2)).toBe(1)
    expect(words(balanceLeader(world.view))).toBe("leaders are even")
  })

  test("the limit stops it, and it never moves a leader to and fro", () => {
    const world = withLeaders([40, 0, 0])
    world.config = { ...world.config, leaderScheduleLimit: 2 }
    for (let n = 0; n < 3; n++) {
      const decision = balanceLeader(world.view)
      if (decision._tag === "Plan") world.operators.add(decision.plan)
    }
    expect(words(balanceLeader(world.view))).toBe("leader-schedule-limit is reached")
    expect(world.operators.size).toBe(2)
  })
})

describe("evict-leader", () => {
  test("takes every leader away, to the store that leads least", () => {
    const world = withLeaders([2, 3, 1])
    expect(words(evictLeader(world.view))).toBe("no store to evict leaders from")
    world.config = { ...world.config, evictLeaderStores: [1] }
    expect(words(evictLeader(world.view))).toEqual(["transfer leader from store 1 to store 3"])
  })
})

describe("balance-region", () => {
  const exactly = (replicas: number, world: DecisionWorld): DecisionWorld => {
    world.config = { ...world.config, maxReplicas: replicas }
    return world
  }

  test("Replicas13C: the fullest store gives to the emptiest", () => {
    const world = exactly(1, new DecisionWorld().stores(1, 2, 3))
    for (let n = 0; n < 4; n++) world.region({ stores: [1], bytes: 10 * mib })
    world.region({ stores: [2], bytes: 10 * mib })
    expect(words(balanceRegion(world.view))).toEqual([
      "add learner on store 3",
      "promote learner on store 3",
      "transfer leader from store 1 to store 3",
      "remove peer on store 1"
    ])
  })

  test("Replicas13C: no gain, no move: a difference below twice the region's size stays", () => {
    const world = exactly(1, new DecisionWorld().stores(1, 2))
    world.region({ stores: [1], bytes: 10 * mib })
    expect(words(balanceRegion(world.view))).toContain("no store is emptier than store 1")
    world.region({ stores: [1], bytes: 10 * mib })
    expect(descOf(balanceRegion(world.view))).toBe("balance-region")
  })

  test("Replicas33C: only to stores without a replica; down and disconnected stores get none; a follower moves first", () => {
    const world = new DecisionWorld().stores(1, 2, 3, 5).store(4, { silentMs: 31 * 60_000 })
    for (let n = 0; n < 3; n++) world.region({ stores: [1, 2, 3], bytes: 10 * mib })
    const decision = balanceRegion(world.view)
    expect(words(decision)).toEqual([
      "add learner on store 5",
      "enter joint state: promote store 5; demote store 2",
      "leave joint state",
      "remove peer on store 2"
    ])
    world.store(5, { silentMs: 25_000 })
    expect(descOf(balanceRegion(world.view))).toBe("nothing")
  })

  test("Replicas33C: a store being removed gives too", () => {
    const world = new DecisionWorld().stores(2, 3, 4).store(1, { state: Offline })
    for (let n = 0; n < 4; n++) world.region({ stores: [2, 1, 3], bytes: 10 * mib })
    expect(words(balanceRegion(world.view))).toContain("add learner on store 4")
  })

  test("Replicas53C: five replicas over six stores", () => {
    const world = exactly(5, new DecisionWorld().stores(1, 2, 3, 4, 5, 6))
    for (let n = 0; n < 3; n++) world.region({ stores: [1, 2, 3, 4, 5], bytes: 10 * mib })
    expect(words(balanceRegion(world.view))).toContain("add learner on store 6")
  })

  test("ReplacePendingRegion3C: a replica that is pending on the source goes first", () => {
    const world = new DecisionWorld().stores(1, 2, 3, 4)
    for (let n = 0; n < 5; n++) world.region({ stores: [1, 2, 3], bytes: 10 * mib })
    const pending = world.region({ stores: [1, 2, 3], bytes: 10 * mib, pending: [2] })
    const decision = balanceRegion(world.view)
    expect(decision._tag === "Plan" && decision.plan.regionId).toBe(pending.meta.id)
  })

  test("regions that are down, short of replicas, in joint state or busy are left to the checkers", () => {
    const world = new DecisionWorld().stores(1, 2, 3, 4)
    world.region({ stores: [1, 2, 3], bytes: 50 * mib, down: { 3: 10 } })
    world.region({ stores: [1, 2], bytes: 50 * mib })
    world.region({ stores: [1, 2, 3], bytes: 50 * mib, roles: { 3: metapb.PeerRole.IncomingVoter } })
    expect(descOf(balanceRegion(world.view))).toBe("nothing")
    expect(words(balanceRegion(world.view))).toContain("region")
  })

  test("few and empty regions spread: the case PD's tolerance leaves alone", () => {
    const world = new DecisionWorld().stores(1, 2, 3, 4)
    for (let n = 0; n < 3; n++) world.region({ stores: [1, 2, 3] })
    expect(words(balanceRegion(world.view))).toContain("add learner on store 4")
  })

  test("CompareStoreScore: stores are ordered by the sum of region scores, with running operators added in", () => {
    const world = new DecisionWorld().stores(1, 2, 3, 4)
    for (let n = 0; n < 4; n++) world.region({ stores: [1, 2, 3], bytes: 10 * mib })
    const decision = balanceRegion(world.view)
    if (decision._tag === "Plan") world.operators.add(decision.plan)
    const scores = [1, 2, 3, 4].map((id) => world.view.regionScore(id) / mib)
    expect(scores).toEqual([40, 30, 40, 10])
    expect(world.view.pendingCount(4)).toBe(1)
  })
})

test("a step somebody else already did has no influence any more", () => {
  const world = new DecisionWorld().stores(1, 2, 3)
  const region = world.region({ stores: [2, 1, 3] })
  const { confVer, version } = region.meta.regionEpoch!
  world.operators.add({
    regionId: region.meta.id,
    version,
    confVer,
    desc: "test",
    kind: "region",
    priority: 0,
    steps: [
      { type: "removePeer", storeId: 3, peerId: 103 },
      { type: "transferLeader", fromStoreId: 1, toStoreId: 2 }
    ]
  })
  expect([1, 2, 3].map((id) => world.view.leaderCount(id))).toEqual([0, 1, 0])
  expect([1, 2, 3].map((id) => world.view.regionCount(id))).toEqual([1, 1, 0])
})

test("a pending replica takes no leader", () => {
  const world = new DecisionWorld().stores(1, 2, 3)
  const region = world.region({ stores: [1, 2, 3], pending: [2] })
  expect([1, 2, 3].map((id) => whyNotLeaderOf(world.view, region, id))).toEqual([
    undefined,
    "has a pending replica of the region",
    undefined
  ])
})

test("IsRegionUnhealthy: regions with pending or down replicas give no leader; a learner takes none", () => {
  const world = new DecisionWorld().stores(1, 2, 3)
  for (let n = 0; n < 4; n++) world.region({ stores: [1, 3], learners: [2] })
  // Store 2 leads nothing but holds only learners; store 3 may take one.
  expect(words(balanceLeader(world.view))).toEqual(["transfer leader from store 1 to store 3"])
  const sick = new DecisionWorld().stores(1, 2, 3)
  for (let n = 0; n < 4; n++) sick.region({ stores: [1, 2, 3], down: { 3: 60 } })
  expect(words(balanceLeader(sick.view))).toContain("pending or down")
})

describe("scatter", () => {
  test("replicas and leaders of a group end up even; what is spread stays", () => {
    const world = new DecisionWorld().stores(1, 2, 3, 4, 5, 6)
    const scatterer = new Scatterer()
    const regions = Array.from({ length: 12 }, () => world.region({ stores: [1, 2, 3] }))
    const replicas = new Map<number, number>()
    const leaders = new Map<number, number>()
    const bump = (counts: Map<number, number>, id: number) => counts.set(id, (counts.get(id) ?? 0) + 1)
    for (const region of regions) {
      const decision = scatterer.scatter(world.view, region, "table-1")
      const at = new Set(region.meta.peers.map((peer) => peer.storeId))
      let leader = region.leader!.storeId
      if (decision._tag === "Plan") {
        for (const step of decision.plan.steps) {
          if (step.type === "addLearner") at.add(step.storeId)
          if (step.type === "removePeer") at.delete(step.storeId)
          if (step.type === "transferLeader") leader = step.toStoreId
        }
      }
      expect([at.size, at.has(leader)]).toEqual([3, true])
      for (const id of at) bump(replicas, id)
      bump(leaders, leader)
    }
    expect([...replicas.values()].sort()).toEqual([6, 6, 6, 6, 6, 6])
    expect(Math.max(...leaders.values()) - Math.min(...leaders.values())).toBeLessThanOrEqual(1)
    expect(leaders.size).toBe(6)
  })

  test("three stores, three replicas: only leaders move", () => {
    const world = new DecisionWorld().stores(1, 2, 3)
    const scatterer = new Scatterer()
    const plans = Array.from({ length: 3 }, () =>
      words(scatterer.scatter(world.view, world.region({ stores: [1, 2, 3] }), "g"))
    )
    expect(plans).toEqual([
      "already spread",
      ["transfer leader from store 1 to store 2"],
      ["transfer leader from store 1 to store 3"]
    ])
  })

  test("a region that lacks replicas waits for them; where there are no more stores it is as good as it gets", () => {
    const four = new DecisionWorld().stores(1, 2, 3, 4)
    expect(words(new Scatterer().scatter(four.view, four.region({ stores: [1, 2] }), "g"))).toBe(
      "the region has 2 of 3 voters"
    )
    const one = new DecisionWorld().stores(1)
    expect(words(new Scatterer().scatter(one.view, one.region({ stores: [1] }), "g"))).toBe("already spread")
  })
})

test("decisions leave nothing to do in the end: random clusters settle, balanced, without going to and fro", () => {
  for (let seed = 1; seed <= 20; seed++) {
    let state = seed * 7_919
    const world = new DecisionWorld().stores(1, 2, 3, 4, 5)
    world.nextDouble = () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31
      return state / 2 ** 31
    }
    for (let n = 0; n < 15; n++) world.region({ stores: [1, 2, 3], bytes: 8 * mib })
    let moves = 0
    for (; moves < 300; moves++) {
      const { view } = world
      const decisions = [...world.cluster.regions.all()].map((region) => checkRegion(view, region))
      const next = [...decisions, balanceRegion(view), balanceLeader(view)].find((decision) => decision._tag === "Plan")
      if (next?._tag !== "Plan") break
      world.carryOut(next.plan)
    }
    expect(moves).toBeLessThan(60)
    const { view } = world
    const regionCounts = [1, 2, 3, 4, 5].map((id) => view.regionCount(id))
    const leaderCounts = [1, 2, 3, 4, 5].map((id) => view.leaderCount(id))
    expect([regionCounts.reduce((a, b) => a + b), leaderCounts.reduce((a, b) => a + b)]).toEqual([45, 15])
    expect(Math.max(...regionCounts) - Math.min(...regionCounts)).toBeLessThanOrEqual(1)
    expect(Math.max(...leaderCounts) - Math.min(...leaderCounts)).toBeLessThanOrEqual(1)
  }
})
