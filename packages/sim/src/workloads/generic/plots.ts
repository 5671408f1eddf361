/**
 * The runs of the list of scenarios that have a plot of their own: one partition, one snapshot, one split, leaders and
 * peers that move, and a disk for each store. Names are TinyKV's; five stores and five replicas where nothing else is said.
 */
import type { RegionError, WriteDone } from "@reefkv/core"
import type { OperatorRequest } from "@reefkv/scheduler"
import { compareEnds, epochOf, equalBytes, formatRegion, type metapb } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import type { KvClient, Outcome } from "../KvClient.ts"
import { type CalmChange, calmOptions, electionMs } from "../scenarios/calm.ts"
import { bytesOf, peerOn, Steps } from "../scenarios/steps.ts"

/** A calm cluster, the plot, and then rest and verdict as in every run. The scheduler does only what it is asked to. */
const plot = (name: string, what: string, change: CalmChange, body: (s: Steps) => void): Workload => ({
  name: `generic/${name}`,
  what,
  options: (seed) => calmOptions(seed, { ...change, scheduler: { maxReplicas: 5, ...change.scheduler }, stores: 5 }),
  play: (run) => {
    run.start()
    const steps = new Steps(run)
    steps.haltScheduling(true)
    body(steps)
    steps.end()
  }
})

const othersThan = (s: Steps, ...not: ReadonlyArray<SimStore>): Array<SimStore> =>
  s.rng.shuffle(s.stores.filter((store) => !not.includes(store)))

const onePartition = plot(
  "one-partition",
  "the leader with the majority goes on, the leader with the minority is replaced and catches up",
  {},
  (s: Steps) => {
    s.put("k0", "v0")
    const first = s.leader("k0").store
    const minority = othersThan(s, first).slice(0, 2)
    const cutBefore = s.cluster.network.counts.cut
    s.partition(minority, othersThan(s, ...minority))
    s.put("k1", "v1")
    s.mustGet("k1", "v1")
    s.forMs(electionMs)
    for (const store of minority) s.assert(s.local(store, "k1") === undefined, `${store.host.name} hears the majority`)
    s.assert(s.leader("k1").store === first, "the leader with the majority was replaced")
    s.heal()
    for (const store of minority) s.holds(store, "k1", "v1")

    const second = s.leader("k1").store
    const withLeader = [second, othersThan(s, second)[0]!]
    s.partition(withLeader, othersThan(s, ...withLeader))
    s.put("k1", "changed")
    s.assert(!withLeader.includes(s.leader("k1").store), "the leader with the minority still leads")
    s.assert(s.local(second, "k1") === "v1", "the old leader hears of the new one's writes")
    s.mustGet("k1", "changed")
    s.assert(s.cluster.network.counts.cut > cutBefore, "the partitions took nothing")
    s.heal()
    s.holds(second, "k1", "changed")
  }
)

const logLimit = 10
/** A put or delete again and again until it is acknowledged. */
const surely = (s: Steps, what: string, begin: (done: (outcome: Outcome) => void) => void): void => {
  s.run.wait<true>(what, (done) => {
    const attempt = (): void => begin(({ type }) => (type === "done" ? done(true) : attempt()))
    attempt()
  })
}
const lockOn = (store: SimStore, key: string): string | undefined => {
  const value = store.running?.engine.latest.get("lock", bytesOf(key))
  return value === undefined ? undefined : new TextDecoder().decode(value)
}
const comesToLock = (s: Steps, store: SimStore, key: string, value: string | undefined): void =>
  s.run.until(`${store.host.name} has lock ${key} = ${value}`, () => {
    const found = lockOn(store, key)
    return store.running !== undefined && found === value ? undefined : `it has ${found}`
  })

const oneSnapshot = plot(
  "one-snapshot",
  "a store that missed more than the log keeps catches up by snapshot, deletions included, in a family of its own",
  { store: { logGcCountLimit: logLimit, logGcThreshold: 2 } },
  (s: Steps) => {
    const locks: KvClient = s.run.client("locks", "lock")
    const put = (n: number): void => surely(s, `k${n}`, (done) => locks.put(`k${n}`, done, `v${n}`))
    put(1)
    put(2)
    for (const store of s.stores) comesToLock(s, store, "k2", "v2")
    const late = s.followers("k")[0]!
    const region = s.region("k")
    s.isolate(late)
    for (let n = 100; n < 115; n++) put(n)
    surely(s, "delete k2", (done) => locks.delete("k2", done))
    const there = s.status(late, region.id)!.appliedIndex
    s.until("the others cut their logs past what the late store has", () =>
      othersThan(s, late).every((store) => s.status(store, region.id)!.truncatedIndex > there)
    )
    s.assert(lockOn(late, "k100") === undefined && lockOn(late, "k2") === "v2", "the late store is not late")
    s.heal()
    comesToLock(s, late, "k114", "v114")
    comesToLock(s, late, "k2", undefined)
    s.assert(lockOn(late, "k1") === "v1", "what was there before the snapshot is gone")
    // The data is there a moment before the store says how it came.
    s.until(
      "the late store has caught up by a snapshot",
      () => s.countOf("SnapshotApplied", (_e, by) => by === late) > 0
    )

    // It survives restarts, clean or not, and the logs stay short.
    for (const how of ["stop", "kill"] as const) {
      if (how === "stop") s.stop(late)
      else s.kill(late)
      s.start(late)
      comesToLock(s, late, "k114", "v114")
      comesToLock(s, late, "k2", undefined)
    }
    put(115)
    for (const store of s.stores) comesToLock(s, store, "k115", "v115")
    s.until("every log is trimmed to twice its limit", () =>
      s.stores.every((store) => {
        const { lastIndex, truncatedIndex } = s.status(store, region.id)!
        return lastIndex - truncatedIndex <= 2 * logLimit
      })
    )
  }
)

const operatorTriesMax = 40
/** Longer than a heartbeat's interval. */
const operatorTryMs = 150

/**
 * Asks the scheduler for an operator until `holds`. It refuses while it has not heard yet what has just happened: that a
 * new leader's followers keep up, say.
 */
const operate = (s: Steps, request: OperatorRequest, what: string, holds: () => boolean): void => {
  for (let tries = 0; !holds() && tries < operatorTriesMax; tries++) {
    s.cluster.scheduler.ask((to) => to.addOperator(request))
    s.forMs(operatorTryMs)
  }
  s.assert(holds(), `not after ${operatorTriesMax} tries: ${what}`)
}

const transferLeader = plot(
  "transfer-leader",
  "the leader moves to each of the five stores in turn, and the scheduler sees it there",
  {},
  (s: Steps) => {
    const { id } = s.region("k")
    for (const store of s.rng.shuffle([...s.stores, ...s.stores])) {
      const { storeId } = store
      operate(
        s,
        { kind: "transfer-leader", regionId: id, toStoreId: storeId },
        `the scheduler sees the leader on ${store.host.name}`,
        () => s.knownRegion(id)?.leader?.storeId === storeId
      )
      s.assert(s.leader("k").store === store, `${store.host.name} does not lead`)
      s.put("k", `by ${storeId}`)
    }
    s.assert(s.cluster.elections.count > s.stores.length, "leaders have hardly changed")
  }
)

/** The store's peer goes, by the scheduler's hand: it moves the leader away first where that is needed. */
const removed = (s: Steps, store: SimStore): void => {
  const { id } = s.region("k")
  operate(s, { kind: "remove-peer", regionId: id, storeId: store.storeId }, `${store.host.name} has no peer`, () => {
    const region = s.leads("k")?.region
    return region !== undefined && peerOn(region, store) === undefined
  })
  s.until(`${store.host.name} holds nothing`, () => s.status(store, id) === undefined && s.entries(store) === 0)
}
const membersAre = (s: Steps, ...stores: ReadonlyArray<SimStore>): void => {
  const region = s.region("k")
  const wanted = stores.map(({ storeId }) => storeId).sort()
  const found = region.peers.map(({ storeId }) => storeId).sort()
  s.assert(wanted.join() === found.join(), `${formatRegion(region)} is on stores ${found}, not ${wanted}`)
}

const basicConfChange = plot(
  "basic-conf-change",
  "a region shrinks to one replica, grows, loses a peer and gets a new one on the same store",
  {},
  (s: Steps) => {
    const [one, two, three, four, five] = s.rng.shuffle([...s.stores]) as [
      SimStore,
      SimStore,
      SimStore,
      SimStore,
      SimStore
    ]
    s.transferLeader("k", one)
    s.put("k0", "v0")
    const firstOnTwo = peerOn(s.region("k"), two)!
    for (const store of [two, three, four, five]) removed(s, store)
    membersAre(s, one)
    s.put("k1", "v1")
    s.forMs(electionMs)
    for (const store of [two, three, four, five])
      s.assert(s.entries(store) === 0, `${store.host.name} holds data again`)

    const { confVer } = epochOf(s.region("k"))
    const second = s.addPeer("k", two)
    s.assert(epochOf(s.region("k")).confVer === confVer + 1, "one change did not raise conf_ver by one")
    s.assert(second.id > firstOnTwo.id, "a removed peer's id came back")
    s.holds(two, "k1", "v1")
    s.put("k2", "v2")
    s.holds(two, "k2", "v2")
    s.assert(s.local(three, "k1") === undefined, "a store outside of the region has its data")
    s.addPeer("k", three)
    s.holds(three, "k2", "v2")
    membersAre(s, one, two, three)

    removed(s, two)
    s.put("k3", "v3")
    s.holds(three, "k3", "v3")
    s.assert(s.entries(two) === 0, "a removed peer learns of a write")

    // Again, removed again, and replaced by yet another peer on the same store.
    s.addPeer("k", two)
    s.holds(two, "k3", "v3")
    removed(s, two)
    const last = s.addPeer("k", two)
    s.put("k4", "v4")
    for (const n of [0, 1, 2, 3, 4]) s.holds(two, `k${n}`, `v${n}`)
    const here = s.status(two, s.region("k").id)
    s.assert(here?.peerId === last.id, `peer ${here?.peerId} is there instead of peer ${last.id}`)
  }
)

const confChangeRemoveLeader = plot(
  "conf-change-remove-leader",
  "the leader of five is removed, comes back and leads, and the leader of a pair is removed",
  {},
  (s: Steps) => {
    const [one, two, ...rest] = s.rng.shuffle([...s.stores]) as [SimStore, SimStore, ...Array<SimStore>]
    s.transferLeader("k", one)
    s.put("k0", "v0")
    removed(s, one)
    s.put("k1", "v1")
    s.assert(s.leader("k").store !== one && s.entries(one) === 0, "the removed leader is still in it")

    s.addPeer("k", one)
    s.holds(one, "k1", "v1")
    s.transferLeader("k", one)
    s.put("k2", "v2")

    for (const store of rest) removed(s, store)
    membersAre(s, one, two)
    s.transferLeader("k", one)
    s.put("k3", "v3")
    removed(s, one)
    membersAre(s, two)
    s.put("k4", "v4")
    s.assert(s.leader("k").store === two, "the last peer does not lead")

    s.addPeer("k", one)
    for (const n of [0, 1, 2, 3, 4]) s.holds(one, `k${n}`, `v${n}`)
  }
)

/** A write straight to a store, with a region and epoch of the caller's choice. */
const writeTo = (s: Steps, store: SimStore, region: metapb.Region, epoch: metapb.RegionEpoch, key: string) =>
  s.run.wait<WriteDone | RegionError>(`a write of ${key}`, (done) =>
    s.world.after(0, store.host, () => {
      const header = { regionId: region.id, epoch, peer: peerOn(region, store), term: 0, deadlineMs: 0 }
      const commands = [{ type: "put" as const, cf: "default" as const, key: bytesOf(key), value: bytesOf("x") }]
      store.running!.router.write({ header, commands }, done)
    })
  )

const oneSplit = plot(
  "one-split",
  "a region splits while one store is isolated; the halves join, refuse each other's keys, and the store gets both",
  { store: { regionMaxBytes: 300, regionSplitBytes: 200 } },
  (s: Steps) => {
    s.put("a", "v")
    const before = s.region("a")
    const late = s.followers("a")[0]!
    s.isolate(late)
    for (let n = 100; n < 140; n++) s.put(`k${n}`, `v${n}-0123456789`)
    s.untilKnown("the region was split", (regions) => regions.length > 1)

    const left = s.region("a")
    const right = s.region("k139")
    s.assert(left.id !== right.id, "one region has both ends")
    const all = s.cluster.knownRegions().sort((a, b) => compareEnds(a.endKey, b.endKey))
    s.assert(all[0]!.startKey.length === 0 && all.at(-1)!.endKey.length === 0, "the ranges do not reach both ends")
    for (const [i, region] of all.slice(1).entries()) {
      s.assert(equalBytes(all[i]!.endKey, region.startKey), `${formatRegion(region)} does not join`)
    }

    // To a caller that knows the new epoch the left part says that the key moved; to one that does not, what is there now.
    const { store } = s.leader("a")
    const moved = writeTo(s, store, left, epochOf(left), "k139")
    s.assert(moved._tag === "KeyNotInRegion", `a key that moved was answered with ${moved._tag}`)
    const stale = writeTo(s, store, left, epochOf(before), "k139")
    s.assert(stale._tag === "EpochNotMatch", `an old epoch was answered with ${stale._tag}`)
    s.assert(
      stale.currentRegions.some(({ id }) => id === left.id),
      "the answer does not say what is there now"
    )

    s.assert(s.local(late, "k139") === undefined, "the isolated store hears the others")
    s.heal()
    s.put("a", "w")
    s.put("k139", "w")
    s.holds(late, "a", "w")
    s.holds(late, "k139", "w")
    s.until("the isolated store has both regions", () =>
      [left, right].every(({ id }) => s.status(late, id)?.region.peers.length === 5)
    )
  }
)

const differentDisks = plot(
  "different-db-path",
  "every store has a disk of its own and comes back from it; nobody sees another's data",
  { scheduler: { maxReplicas: 3 } },
  (s: Steps) => {
    s.put("k", "v")
    const region = s.region("k")
    const members = s.stores.filter((store) => peerOn(region, store) !== undefined)
    const [outside, another] = othersThan(s, ...members)
    for (const store of members) s.holds(store, "k", "v")
    const untouched = (): void => {
      for (const store of [outside!, another!]) s.assert(s.entries(store) === 0, `${store.host.name} sees others' data`)
    }
    untouched()
    const peers = new Map(members.map((store) => [store, s.status(store, region.id)!.peerId]))
    s.assert(new Set(s.stores.map(({ disk }) => disk.disk)).size === 5, "two stores share a disk")
    s.assert(new Set(s.stores.map(({ storeId }) => storeId)).size === 5, "two stores have one id")

    // What one store has not heard of, its disk does not hold, whatever the others write.
    const late = s.followers("k")[0]!
    s.isolate(late)
    s.put("k", "w")
    s.assert(s.local(late, "k") === "v", `${late.host.name} sees others' data`)
    s.heal()
    for (const store of members) s.holds(store, "k", "w")

    // Each comes back from its own, whatever the order.
    const ids = s.stores.map(({ storeId }) => storeId)
    for (const store of s.stores) {
      if (s.rng.chance(0.5)) s.stop(store)
      else s.kill(store)
    }
    for (const store of s.rng.shuffle([...s.stores])) s.start(store)
    s.assert(
      s.stores.every(({ storeId }, i) => storeId === ids[i]),
      "stores came back as others"
    )
    for (const store of members) {
      s.holds(store, "k", "w")
      s.assert(
        s.status(store, region.id)?.peerId === peers.get(store),
        `${store.host.name} came back with another peer`
      )
    }
    untouched()
    s.mustGet("k", "w")
  }
)

export const plots: ReadonlyArray<Workload> = [
  onePartition,
  oneSnapshot,
  transferLeader,
  basicConfChange,
  confChangeRemoveLeader,
  oneSplit,
  differentDisks
]
