/** FEATURES 5.3, processes and the scheduler: crashes between writes, restarts, hangs, clocks, operators, dead stores. */
import { findPeer, isVoter } from "@reefkv/wire"
import { Effect } from "effect"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { WritePoint } from "../../disk/SimDisk.ts"
import type { Run } from "../../Run.ts"
import type { Workload } from "../../Workload.ts"
import { Admin } from "../admin.ts"
import { calmOptions } from "./calm.ts"
import { bytesOf, change, peerOn, remove, type Steps } from "./steps.ts"
import {
  answered,
  askAdmin,
  askScheduler,
  busyClients,
  hand,
  hasEpochOf,
  heartbeatOf,
  leaderOf,
  leads,
  noDeadline,
  regionById,
  regionByKey,
  schedulerEvents,
  show,
  splitInto,
  untilKnown,
  untilReplicated,
  weak
} from "./weakSteps.ts"

const slowDisk = { syncMaxMs: 2, writeMaxMs: 2 } as const
const points: ReadonlyArray<WritePoint | undefined> = [undefined, "append", "write", "sync", "compact"]

/** The next so many writes of the store end in a loss of power, before or after they took effect. */
const crashAtWrites = (run: Run, store: SimStore, times: number, at = points): void => {
  const { rng, world } = run
  if (times === 0) return
  store.disk.crashAt(rng.pick(at), rng.pick(["before", "after"]), () => {
    store.kill(true)
    world.after(rng.between(1, 100), undefined, () => {
      crashAtWrites(run, store, times - 1, at)
      store.start()
    })
  })
}

const bootstrap: Workload = {
  name: "weak/crash-at-bootstrap",
  what: "stores lose power at their first writes, and the answers to their first questions are lost",
  options: (seed) => calmOptions(seed, { disk: slowDisk }),
  play: (run: Run) => {
    const { cluster, rng } = run
    let first = 0
    cluster.watchesScheduler = (event) => {
      if (event.type === "ClusterBootstrapped") first++
    }
    for (const store of cluster.stores) crashAtWrites(run, store, rng.between(0, 4), [undefined, "sync"])
    const questions = ["AllocID", "IsBootstrapped", "Bootstrap", "PutStore"]
    let losses = rng.between(0, 6)
    // The one answer after which only the scheduler knows whose region is the first.
    let verdicts = rng.between(0, 2)
    cluster.network.hand = ({ label }) => {
      const [name = "", answer] = label.split(" ")
      const loses =
        losses > 0 && questions.includes(name) && (answer === "answer" || rng.chance(0.3)) && rng.chance(0.5)
      if (label === "Bootstrap answer" && verdicts-- > 0) return "lose"
      if (loses) losses--
      return loses ? "lose" : "pass"
    }
    run.start()
    cluster.network.hand = undefined
    run.assert(first === 1, `the cluster was bootstrapped ${first} times`)
    run.assert(cluster.knownRegions().length === 1, `there are ${cluster.knownRegions().length} regions`)
    for (const store of cluster.stores) store.disk.disarm()
  }
}

const eachWrite = weak(
  "crash-at-each-write",
  "stores lose power inside the writes of a split, a removal, a snapshot, a handing over or a cut of the log",
  {
    stores: 4,
    disk: slowDisk,
    store: { snapshotChunkBytes: 64, logGcIntervalMs: 20, logGcCountLimit: 20, logGcThreshold: 5 }
  },
  (s: Steps) => {
    const stop = busyClients(s, 2, 20)
    const cuts = ["k001", "k002", "k003", "k004", "k005"]
    for (let round = 0; round < 4; round++) {
      const what = s.rng.pick(["split", "remove", "snapshot", "transfer", "compact"])
      s.world.log(`round ${what}`)
      const key = s.rng.pick(["k000", "k003", "k005"])
      const { store, region, status } = s.leader(key)
      for (const one of s.rng.shuffle(s.stores).slice(0, s.rng.between(1, 2)))
        crashAtWrites(s.run, one, s.rng.between(1, 2))
      switch (what) {
        case "split":
          askAdmin(s, store, region, { type: "split", splitKeys: [bytesOf(cuts.shift()!)] })
          break
        case "remove": {
          const [one, another] = s.followers(key)
          if (another !== undefined) askAdmin(s, store, region, change(remove(peerOn(region, one!)!)))
          break
        }
        case "snapshot": {
          const spare = s.spares(key)[0]
          if (spare !== undefined) s.addPeer(key, spare)
          break
        }
        case "transfer":
          askAdmin(s, store, region, { type: "transferLeader", peer: s.rng.pick(region.peers) })
          break
        case "compact":
          askAdmin(s, store, region, { type: "compactLog", index: status.appliedIndex - 1 })
          break
      }
      s.forMs(s.rng.between(50, 300))
      for (const one of s.stores) one.disk.disarm()
      s.until("all stores run", () => s.cluster.runningStores.length === s.stores.length)
    }
    stop()
  }
)

const hangs = weak(
  "scheduler-hangs",
  "nothing reaches the scheduler for seconds, and a store wants many things of it: clients notice nothing",
  { store: noDeadline },
  (s: Steps) => {
    splitInto(s, "k003")
    const client = s.newClient()
    for (const key of ["k000", "k005"]) s.run.wait(`a put of ${key}`, (done) => client.put(key, done))
    const fromStores = s.stores.map(({ host }) => host)
    const { network, scheduler } = s.cluster
    hand(s, ({ from, to }) => (to === scheduler.host && fromStores.includes(from) ? "hold" : "pass"))
    const led = s.leader("k000")
    const split = askAdmin(s, led.store, led.region, { type: "split", splitKeys: [bytesOf("k001")] })
    let done = 0
    let slowestMs = 0
    const untilMs = s.world.nowMs + 2_000
    while (s.world.nowMs < untilMs) {
      const began = s.world.nowMs
      const { type } = s.run.wait(`a put`, (then: (outcome: { readonly type: string }) => void) =>
        client.put(s.rng.pick(["k000", "k005"]), then)
      )
      s.assert(type === "done", `a put ended as ${type}`)
      slowestMs = Math.max(slowestMs, s.world.nowMs - began)
      done++
    }
    s.assert(done > 40 && slowestMs < 150, `${done} puts in two seconds, one of them took ${slowestMs} ms`)
    s.assert(answered(s, split)._tag !== "AdminDone", `a split without ids ended as ${show(split.result)}`)
    hand(s, undefined)
    network.release()
    s.forMs(s.rng.between(0, 200))
    // What was held is old by now, and does no harm.
    const now = s.region("k000")
    untilKnown(s, now.id, hasEpochOf(now))
    splitInto(s, "k001")
  }
)

const knowsRegions = weak(
  "scheduler-restart",
  "a restarted scheduler knows the regions before any of them has reported, and schedules nothing until most have",
  { stores: 4, scheduler: { prepareTimeoutMs: 60_000 } },
  (s: Steps) => {
    const { scheduler } = s.cluster
    const pieces = splitInto(s, "k001", "k002", "k003", "k004").map(({ region }) => region)
    for (const region of pieces) untilKnown(s, region.id, hasEpochOf(region))
    const events = schedulerEvents(s)
    // Until they are written down.
    s.forMs(400)
    s.haltScheduling(false)
    const reporting = s.rng.shuffle(pieces).slice(0, s.rng.between(0, 3))
    hand(s, (frame) => {
      const regionId = heartbeatOf(frame)
      return regionId === undefined || reporting.some(({ id }) => id === regionId) ? "pass" : "lose"
    })
    scheduler.kill(s.rng.chance(0.5))
    s.forMs(s.rng.between(10, 300))
    const before = events.length
    scheduler.start()
    s.until("it is up", () => scheduler.service !== undefined)
    for (const region of pieces) {
      const found = regionById(s, region.id)
      s.assert(found !== undefined && hasEpochOf(region)({ region: found }), `region ${region.id}: ${show(found)}`)
    }
    s.assert(regionByKey(s, "k0035") === pieces[3]!.id, "a key's region is not found")
    // A member goes: nothing is done about it as long as most of the regions have not reported.
    s.removePeer("k0035", s.followers("k0035")[0]!)
    s.forMs(1_500)
    const status = s.scheduler("its status", (service) => service.status)
    s.assert(
      !status.schedulingStarted && status.regionsKnown === 5,
      `with ${status.regionsReported} of ${status.regionsKnown} regions it schedules: ${status.schedulingStarted}`
    )
    s.assert(!events.slice(before).some(({ type }) => type === "OperatorStarted"), "it started an operator")
    hand(s, undefined)
    s.until("the member is made up for", () => s.region("k0035").peers.filter(isVoter).length === 3, 20_000)
  }
)

const operatorTime = weak(
  "operator-without-heartbeats",
  "the leader with an operator falls silent to the scheduler: the operator ends by time, and the next one can start",
  { stores: 4, scheduler: { regionOperatorTimeoutMs: 1_000, leaderOperatorTimeoutMs: 1_000, operatorResendMs: 300 } },
  (s: Steps) => {
    const events = schedulerEvents(s)
    const { region } = s.leader("k000")
    const spare = s.spares("k000")[0]!
    const quiet = s.rng.pick(["steps lost", "heartbeats lost", "leader dead"])
    s.world.log(`variant ${quiet}`)
    hand(s, (frame) => {
      if (quiet === "steps lost" && frame.label === "step") return "lose"
      return quiet !== "steps lost" && heartbeatOf(frame) !== undefined ? "lose" : "pass"
    })
    s.operator({ kind: "add-peer", regionId: region.id, storeId: spare.storeId })
    if (quiet === "leader dead") s.leader("k000").store.host.pause()
    const ended = () => events.find((event) => event.type === "OperatorEnded" && event.regionId === region.id)
    s.until("the operator has ended", () => ended() !== undefined, 2_500)
    const end = ended()!
    s.assert(
      end.type === "OperatorEnded" && (end.outcome === "timeout" || end.outcome === "cancelled"),
      `it ended as ${show(end)}`
    )
    for (const { host } of s.stores) host.resume()
    hand(s, undefined)
    const next = (): boolean =>
      askScheduler(s, "the next operator", (service) =>
        service.addOperator({ kind: "add-peer", regionId: region.id, storeId: spare.storeId })
      )._tag === "Answer"
    s.until("the next one is taken", () => peerOn(leaderOf(s, region.id).region, spare) !== undefined || next(), 5_000)
    s.until("the peer is there", () => peerOn(leaderOf(s, region.id).region, spare) !== undefined)
  }
)

const downReplaced = weak(
  "down-peer-replaced",
  "a store dies for good: its replicas are made anew elsewhere; then it comes back all the same",
  { stores: 4, scheduler: { storeDisconnectedMs: 500, storeUnhealthyMs: 1_000, maxStoreDownMs: 2_000 } },
  (s: Steps) => {
    s.put("k000", "v")
    splitInto(s, "k003")
    const dead = s.rng.pick([s.leader("k000").store, ...s.followers("k000")])
    const spare = s.spares("k000")[0]!
    const held = s.cluster.knownRegions().filter((region) => peerOn(region, dead) !== undefined)
    s.haltScheduling(false)
    dead.kill(true)
    s.forMs(1_200)
    s.assert(s.status(spare, held[0]!.id) === undefined, "it was replaced before its time")
    for (const { id } of held) {
      s.until(
        `region ${id} has three living members`,
        () => {
          const peers = leads(s, id)?.region.peers.filter(isVoter) ?? []
          return peers.length === 3 && !peers.some(({ storeId }) => storeId === dead.storeId)
        },
        15_000
      )
    }
    s.holds(spare, "k000", "v")
    s.start(dead)
    for (const { id } of held) {
      const member = (): boolean => findPeer(leaderOf(s, id).region, dead.storeId) !== undefined
      s.until(`its old peer of region ${id} is gone`, () => s.status(dead, id) === undefined || member(), 10_000)
    }
  }
)

const timeAndIds = weak(
  "time-and-ids",
  "timestamps and ids are asked for while the scheduler dies, restarts, and its clock jumps back and forth",
  { disk: slowDisk, scheduler: { tsoSaveIntervalMs: 20, idReserveStep: 5 } },
  (s: Steps) => {
    const { scheduler } = s.cluster
    const admin = new Admin(s.cluster)
    const ids = new Set<number>()
    let asking = true
    s.world.repeat(
      () => (asking ? s.rng.between(1, 8) : undefined),
      () => {
        admin.askTimestamp()
        const count = s.rng.between(1, 7)
        scheduler.ask((service) =>
          Effect.map(service.allocId(count), (last) => {
            for (let id = last - count + 1; id <= last; id++) {
              if (ids.has(id)) s.world.fail(`id ${id} was given twice`)
              ids.add(id)
            }
          })
        )
      }
    )
    for (let round = 0; round < 6; round++) {
      s.forMs(s.rng.between(10, 150))
      scheduler.host.wallSkewMs = s.rng.between(-3_600_000, 60_000)
      s.forMs(s.rng.between(0, 50))
      if (s.rng.chance(0.3))
        scheduler.disk.crashAt(undefined, s.rng.pick(["before", "after"]), () => scheduler.kill(true))
      else scheduler.kill(s.rng.chance(0.7))
      s.forMs(s.rng.between(0, 50))
      scheduler.disk.disarm()
      scheduler.start()
      s.until("it is up", () => scheduler.service !== undefined)
    }
    s.forMs(100)
    asking = false
    s.assert(
      ids.size > 50 && s.cluster.timestamps.count > 20,
      `${ids.size} ids, ${s.cluster.timestamps.count} timestamps`
    )
  }
)

const pauses = weak(
  "ticks-after-a-pause",
  "stores stand still for seconds and go on: the ticks and messages of that time come at once",
  { store: { mailboxMax: 64 } },
  (s: Steps) => {
    const stop = busyClients(s, 3, 10)
    for (let round = 0; round < 3; round++) {
      const paused = s.rng.shuffle(s.stores).slice(0, s.rng.between(1, 3))
      for (const { host } of paused) host.pause()
      s.forMs(s.rng.between(100, 3_000))
      for (const { host } of s.rng.shuffle(paused)) {
        host.resume()
        s.forMs(s.rng.between(0, 5))
      }
      s.forMs(s.rng.between(100, 400))
    }
    stop()
    s.put("k000", "after")
    untilReplicated(s, s.region("k000").id)
  }
)

export const weakProcess: ReadonlyArray<Workload> = [
  bootstrap,
  eachWrite,
  hangs,
  knowsRegions,
  operatorTime,
  downReplaced,
  timeAndIds,
  pauses
]
