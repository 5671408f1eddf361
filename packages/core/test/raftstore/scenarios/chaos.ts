/**
 * Everything at once, drawn from the seed: clients as in the generic runs, and a nemesis that at every step picks one of
 * partition, one-way cut, loss, crash, stop, transfer, membership change (also joint), split, scheduler away. Afterwards
 * all is healed and the cluster must come to rest: every key there, replicas equal, ranges tiled, hashes agreed on.
 */
import { epochOf, eraftpb, metapb, raft_cmdpb, type StoreId } from "@reefkv/wire"
import { Effect, Fiber } from "effect"
import { type Cluster, changePeer } from "../cluster/Cluster.ts"
import { runScenario } from "../cluster/runScenario.ts"
import type { Seeded } from "../cluster/seeded.ts"
import { checkAndClear, clientLoop } from "./generic.ts"

const clients = 4
const { AddNode, RemoveNode, AddLearnerNode } = eraftpb.ConfChangeType
const { PeerRole } = metapb

export const runChaos = (seed: number, steps: number): Promise<void> =>
  runScenario(
    {
      seed,
      stores: 5,
      replicas: 3,
      boundMs: 300_000,
      config: {
        logGcCountLimit: 40,
        logGcThreshold: 10,
        regionMaxBytes: 1_500,
        regionSplitBytes: 1_000,
        stalePeerCheckMs: 1_000,
        hibernateAfterTicks: seed % 2 === 0 ? 20 : 0
      }
    },
    (c) =>
      Effect.gen(function* () {
        const over = { now: false }
        const written = Array.from({ length: clients }, () => 0)
        const workers = yield* Effect.forEach(written, (_, client) =>
          Effect.forkScoped(clientLoop(c, client, over, written))
        )
        const random = c.random.fork()
        for (let step = 0; step < steps; step++) {
          yield* trouble(c, random)
          yield* Effect.sleep(random.int(0, 150))
        }
        c.network.heal()
        c.network.lossRate = 0
        c.network.latencyMaxMs = 3
        c.network.snapshotFilter = undefined
        c.scheduler.available = true
        for (const id of c.storeIds) if (!c.isRunning(id)) yield* c.start(id)
        over.now = true
        for (const worker of workers) yield* Fiber.join(worker)
        yield* leaveAllJoint(c)
        yield* checkAndClear(c, written)
        yield* converge(c)
        yield* compareHashes(c)
      })
  )

/** Stores that must be up, so that a majority of any three replicas can be found. */
const runningMin = 4

const trouble = (c: Cluster, random: Seeded): Effect.Effect<void> =>
  Effect.gen(function* () {
    const storeId = random.pick(c.storeIds)
    switch (random.int(0, 15)) {
      case 0: {
        const here = c.storeIds.filter(() => random.chance(0.5))
        c.network.partition([here, c.storeIds.filter((id) => !here.includes(id))], c.storeIds)
        return
      }
      case 1:
        c.network.cut(storeId, random.pick(c.storeIds))
        return
      case 2:
      case 3:
        c.network.heal()
        return
      case 4:
        c.network.lossRate = random.pick([0, 0.02, 0.1, 0.3])
        return
      case 5:
      case 6:
        if (!c.isRunning(storeId)) return yield* startWithScheduler(c, storeId)
        if (c.runningIds.length <= runningMin) return
        return yield* random.chance(0.5) ? c.crash(storeId) : c.stop(storeId)
      case 7: {
        if (!c.isRunning(storeId)) return
        yield* c.crash(storeId)
        return yield* startWithScheduler(c, storeId)
      }
      case 9: {
        // The power of the whole room.
        for (const id of c.runningIds) yield* c.crash(id, random.chance(0.5) ? "all" : "some")
        for (const id of random.shuffle(c.storeIds)) yield* startWithScheduler(c, id)
        return
      }
      case 10:
        c.network.latencyMaxMs = random.pick([3, 3, 10, 40])
        return
      case 11: {
        const fate = random.pick([undefined, "break", "delay"] as const)
        c.network.snapshotFilter =
          fate === undefined ? undefined : () => (fate === "break" ? "break" : { delayMs: random.int(0, 400) })
        return
      }
      case 8:
        c.scheduler.available = !c.scheduler.available
        return
      default:
        return yield* changeRegion(c, random)
    }
  })

/** A store asks the scheduler who it is before it serves: without one it would wait. */
const startWithScheduler = (c: Cluster, storeId: StoreId): Effect.Effect<void> => {
  c.scheduler.available = true
  return c.start(storeId)
}

/** One try at the leader of a random region; refusals are part of life. */
const changeRegion = (c: Cluster, random: Seeded): Effect.Effect<void> =>
  Effect.gen(function* () {
    const known = random.pick(c.directory.all())
    const leader = c.leaderOf(known.region.id)
    if (leader === undefined) return
    const { region } = leader.status
    const storeId = random.pick(c.storeIds)
    const peer = c.peerOn(region, storeId)
    const voters = region.peers.filter(({ role }) => role === PeerRole.Voter)
    const ask = (command: Parameters<Cluster["admin"]>[2]): Effect.Effect<void> =>
      Effect.asVoid(Effect.timeoutOption(c.admin(leader.storeId, region, command), 600))
    if (region.peers.some(({ role }) => role === PeerRole.IncomingVoter || role === PeerRole.DemotingVoter)) {
      return yield* ask({ type: "leaveJoint" })
    }
    switch (random.int(0, 6)) {
      case 0:
        if (peer !== undefined) yield* ask({ type: "transferLeader", peer })
        return
      case 1:
        return yield* ask({
          type: "split",
          splitKeys: [new TextEncoder().encode(`0${random.int(0, 4)}-0000${random.int(10, 99)}`)]
        })
      case 2:
      case 3: {
        if (peer === undefined) {
          const added = metapb.Peer.create({ id: c.directory.newId(), storeId })
          return yield* ask(changePeer(random.chance(0.5) ? AddNode : AddLearnerNode, added))
        }
        if (peer.role === PeerRole.Learner) {
          return yield* ask(changePeer(random.chance(0.7) ? AddNode : RemoveNode, peer))
        }
        return voters.length > 2 ? yield* ask(changePeer(RemoveNode, peer)) : undefined
      }
      default: {
        // A joint swap: a learner or a new peer comes in, a voter becomes a learner.
        const incoming = peer ?? metapb.Peer.create({ id: c.directory.newId(), storeId })
        const outgoing = voters.find(({ id }) => id !== incoming.id && id !== leader.status.peerId)
        if (outgoing === undefined || (incoming.role === PeerRole.Voter && peer !== undefined)) return
        return yield* ask({
          type: "changePeers",
          changes: [
            raft_cmdpb.ChangePeerRequest.create({ changeType: AddNode, peer: incoming }),
            raft_cmdpb.ChangePeerRequest.create({ changeType: AddLearnerNode, peer: outgoing })
          ]
        })
      }
    }
  })

const leaveAllJoint = (c: Cluster): Effect.Effect<void> =>
  Effect.gen(function* () {
    const joint = (region: metapb.Region): boolean =>
      region.peers.some(({ role }) => role === PeerRole.IncomingVoter || role === PeerRole.DemotingVoter)
    for (const { region } of c.directory.all()) {
      const key = Buffer.from(region.startKey).toString()
      // A leader that is being demoted hands over first.
      const lead = yield* c.mustLead(key)
      if (c.peerOn(lead.region, lead.storeId)?.role === PeerRole.DemotingVoter) {
        const { Voter, IncomingVoter } = PeerRole
        const heir = lead.region.peers.find(({ role }) => role === Voter || role === IncomingVoter)
        if (heir !== undefined) yield* c.transferLeader(key, heir.storeId)
      }
      yield* c.mustAdmin(
        "leave joint",
        key,
        () => ({ type: "leaveJoint" }),
        (now) => !joint(now)
      )
    }
  })

/** Every region has all its peers in place, at its epoch and at its leader's applied index; nobody else holds any of it. */
const converge = (c: Cluster): Effect.Effect<void> =>
  Effect.andThen(
    c.waitUntil(
      "every replica is where its leader is, and no stale one is left",
      () => {
        const regions = c.directory.all()
        if (regions.length === 0 || regions[0]!.region.startKey.length > 0) return false
        for (const [i, { region }] of regions.entries()) {
          const next = regions[i + 1]
          const end = Buffer.from(region.endKey)
          if (next === undefined ? end.length > 0 : Buffer.compare(end, next.region.startKey) !== 0) return false
          const leader = c.leaderOf(region.id)
          if (leader === undefined || epochOf(leader.status.region).confVer !== epochOf(region).confVer) return false
          for (const storeId of c.storeIds) {
            const status = c.status(storeId, region.id)
            const peer = c.peerOn(region, storeId)
            if ((status === undefined) !== (peer === undefined)) return false
            if (status === undefined || peer === undefined) continue
            if (status.peerId !== peer.id || status.appliedIndex !== leader.status.appliedIndex) return false
          }
        }
        const known = new Set(regions.map(({ region }) => region.id))
        return c.storeIds.every((id) =>
          c
            .router(id)
            .regions()
            .every(({ region }) => known.has(region.id))
        )
      },
      30_000
    ),
    c.checkInvariants()
  )

/** The store's own consistency check, once per region. */
const compareHashes = (c: Cluster): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (const { region } of c.directory.all()) {
      const replicas = region.peers.length
      const before = c.events.length
      yield* c.mustAdmin("consistency check", Buffer.from(region.startKey).toString(), () => ({
        type: "consistencyCheck"
      }))
      yield* c.waitUntil(`region ${region.id} is compared everywhere`, () => {
        const checked = c.events
          .slice(before)
          .flatMap((event) => (event.type === "ConsistencyChecked" && event.regionId === region.id ? [event] : []))
        return new Set(checked.map(({ storeId }) => storeId)).size === replicas
      })
    }
    if (c.events.some((event) => event.type === "PeerDamaged")) return yield* c.fail("a peer is damaged")
  })
