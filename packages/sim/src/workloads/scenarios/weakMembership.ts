/** FEATURES 5.2, membership and leadership: pairs, quorums, repeated steps, followers that come back, reads by lease. */
import { epochOf, findPeer, isVoter, metapb } from "@reefkv/wire"
import type { Workload } from "../../Workload.ts"
import { electionMs } from "./calm.ts"
import { addLearner, addVoter, change, peerOn, remove, type Steps } from "./steps.ts"
import {
  addCaughtUp,
  answered,
  askAdmin,
  askWrite,
  busyClients,
  hand,
  leaderOf,
  noDeadline,
  onEvent,
  show,
  untilReplicated,
  weak
} from "./weakSteps.ts"

const { Learner, Voter, IncomingVoter } = metapb.PeerRole

const leaderOfTwo = weak(
  "leader-of-two-removed",
  "of a group of two the leader is to go, and its last word to the other is lost",
  { scheduler: { maxReplicas: 2 } },
  (s: Steps) => {
    const { store, region } = s.leader("k000")
    s.assert(region.peers.length === 2, `${region.peers.length} members, not two`)
    const other = s.followers("k000")[0]!
    s.put("k000", "v")
    // Straight to it: refused, because the other could never learn that it is alone.
    const removal = change(remove(peerOn(region, store)!))
    const refused = answered(s, askAdmin(s, store, region, removal))
    s.assert(refused._tag === "Refused", `the leader's own removal ended as ${show(refused)}`)
    const demoted = answered(s, askAdmin(s, store, region, change(addLearner(peerOn(region, store)!))))
    s.assert(demoted._tag === "Refused", `the leader's own demotion ended as ${show(demoted)}`)
    s.assert(s.region("k000").peers.length === 2, "a member is gone")
    // By the scheduler: handed over first. What the old leader then says to the new one is lost from some moment on.
    s.operator({ kind: "remove-peer", regionId: region.id, storeId: store.storeId })
    s.until("the other leads", () => leaderOf(s, region.id).store === other)
    const losing = s.wires.lose((message, from, to) => from === other && to === store && message.regionId === region.id)
    s.forMs(s.rng.between(0, 50))
    losing.end()
    s.until("it is alone", () => leaderOf(s, region.id).region.peers.length === 1)
    s.assert(leaderOf(s, region.id).store === other, "somebody else leads")
    s.mustGet("k000", "v")
    s.until("the old leader's peer is gone", () => s.status(store, region.id) === undefined)
  }
)

const noQuorum = weak(
  "no-healthy-quorum",
  "with one of three members dead, a healthy one is to be removed or demoted",
  {},
  (s: Steps) => {
    const [dead, healthy] = s.followers("k000")
    dead!.kill(true)
    s.forMs(3 * electionMs)
    const { store, region } = s.leader("k000")
    const peer = peerOn(region, healthy!)!
    for (const command of s.rng.shuffle([change(remove(peer)), change(addLearner(peer))])) {
      const result = answered(s, askAdmin(s, store, region, command))
      s.assert(result._tag === "Refused", `it ended as ${show(result)}`)
    }
    s.put("k000", "v")
    s.assert(s.region("k000").peers.every(isVoter) && s.region("k000").peers.length === 3, "the members changed")
    // The dead one may go.
    s.mustAdmin(
      "the dead one is removed",
      "k000",
      (led) => change(remove(peerOn(led.region, dead!)!)),
      ({ peers }) => peers.length === 2
    )
  }
)

const beforeNoOp = weak(
  "change-before-no-op",
  "a new leader is asked for a membership change before an entry of its own term is committed",
  { stores: 4, store: noDeadline },
  (s: Steps) => {
    const { region } = s.leader("k000")
    const next = s.followers("k000")[0]!
    const spare = s.spares("k000")[0]!
    const peer = { id: s.newId(), storeId: spare.storeId, role: Voter, isWitness: false }
    let elected = 0
    onEvent(s, (event, at) => {
      if (event.type === "LeaderElected" && at === next) elected = event.term
    })
    const losing = s.wires.lose((m, _, to) => elected > 0 && to === next && m.regionId === region.id)
    // One transfer may come to nothing: its target has just got its data, or the word of it is late.
    let askedMs = Number.NEGATIVE_INFINITY
    s.until("it leads", () => {
      const led = s.leads("k000")
      if (elected === 0 && led !== undefined && s.world.nowMs - askedMs > 2 * electionMs) {
        askedMs = s.world.nowMs
        askAdmin(s, led.store, region, { type: "transferLeader", peer: findPeer(region, next.storeId)! })
      }
      return elected > 0
    })
    const result = answered(s, askAdmin(s, next, region, change(addVoter(peer))), 10 * electionMs)
    s.assert(result._tag !== "AdminDone", "it was done")
    s.assert(s.countOf("ConfChangeProposed", (_, at) => at === next) === 0, "it was proposed")
    losing.end()
    s.forMs(50)
    addCaughtUp(s, "k000", spare)
  }
)

const learnersAtOnce = weak(
  "learners-at-once",
  "one request changes several learners and no voter: whatever becomes of it, members can be changed afterwards",
  { stores: 5 },
  (s: Steps) => {
    const [first, second] = s.spares("k000")
    const gone = s.addPeer("k000", first!, Learner)
    const { store, region } = s.leader("k000")
    const learner = metapb.Peer.create({ id: s.newId(), storeId: second!.storeId, role: Learner })
    const asked = askAdmin(s, store, region, change(...s.rng.shuffle([remove(gone), addLearner(learner)])))
    const result = answered(s, asked)
    s.assert(result._tag === "Refused", `two changes of learners ended as ${show(result)}`)
    s.forMs(s.rng.between(0, 100))
    s.removePeer("k000", first!)
    addCaughtUp(s, "k000", second!)
  }
)

const throughLearner = weak(
  "move-through-learner",
  "a replica moves by the scheduler's hand while its snapshot is held up: no voter without data, never",
  { stores: 4 },
  (s: Steps) => {
    const { region } = s.leader("k000")
    const from = s.followers("k000")[0]!
    const to = s.spares("k000")[0]!
    onEvent(s, (event) => {
      if (event.type !== "ConfChangeApplied" || event.regionId !== region.id) return
      const peer = peerOn(event.region, to)
      const votes = peer?.role === Voter || peer?.role === IncomingVoter
      const has = (s.status(to, region.id)?.appliedIndex ?? 0) > 0
      if (votes && !has) s.world.fail(`${to.host.name} votes without data: ${event.summary}`)
      const voters = event.region.peers.filter((one) => one.role === Voter).length
      if (voters < 2) s.world.fail(`${voters} voters that stay: ${event.summary}`)
    })
    const gate = s.wires.gate((_, __, at) => (at === to ? s.rng.pick(["hold", "hold", "break"] as const) : undefined))
    s.operator({ kind: "transfer-peer", regionId: region.id, fromStoreId: from.storeId, toStoreId: to.storeId })
    s.until("the snapshot is held up", () => gate.asked > 0)
    s.forMs(s.rng.between(50, 500))
    s.assert(s.region("k000").peers.filter(isVoter).length === 3, "the voters changed before the data was there")
    gate.end()
    s.until("it has moved", () => {
      const { peers } = leaderOf(s, region.id).region
      return peers.length === 3 && peers.every((one) => one.role === Voter && one.storeId !== from.storeId)
    })
  }
)

const resent = weak(
  "step-resent",
  "an operator's steps come several times, all at once, or after the operator is over",
  { stores: 5, scheduler: { operatorResendMs: 100 } },
  (s: Steps) => {
    const { network } = s.cluster
    const { region } = s.leader("k000")
    const to = s.spares("k000")[0]!
    const tooLate = s.rng.chance(0.5)
    const changes: Array<string> = []
    onEvent(s, (event, at) => {
      if (event.type === "ConfChangeApplied" && at === leaderOf(s, region.id).store) changes.push(event.summary)
    })
    hand(s, ({ label }) => (label === "step" ? "hold" : "pass"))
    s.operator({ kind: "add-peer", regionId: region.id, storeId: to.storeId })
    s.until("the same step is on its way several times", () => network.holding >= 3)
    if (tooLate) {
      s.scheduler("cancel it", (service) => service.cancelOperator(region.id))
      // The membership moves on: the old step is of an older conf_ver.
      addCaughtUp(s, "k000", s.spares("k000").find((one) => one !== to)!)
    }
    hand(s, undefined)
    network.release()
    if (tooLate) {
      s.forMs(200)
      const late = changes.filter((one) => new RegExp(`@${to.storeId}\\b`).test(one))
      s.assert(late.length === 0 && peerOn(s.region("k000"), to) === undefined, `a late step was obeyed: ${late}`)
    } else {
      s.until("it is a voter", () => peerOn(leaderOf(s, region.id).region, to)?.role === Voter)
      s.forMs(200)
      const { confVer } = epochOf(s.region("k000"))
      s.assert(changes.length === 2, `two changes were made in ${changes.length}: ${changes.join("; ")}`)
      s.assert(confVer === epochOf(region).confVer + 2, `conf_ver rose from ${epochOf(region).confVer} to ${confVer}`)
    }
  }
)

const disruptive = weak(
  "disruptive-follower",
  "a follower that heard nobody for long, or still does, comes back with its wish to be elected",
  { store: { hibernateAfterTicks: 0 } },
  (s: Steps) => {
    const { store, region, status } = s.leader("k000")
    const away = s.followers("k000")[0]!
    const deaf = s.rng.chance(0.5)
    if (deaf) {
      // It is heard, and hears nothing.
      for (const other of s.stores) if (other !== away) s.cut(other, away)
    } else s.isolate(away)
    const untilMs = s.world.nowMs + s.rng.between(3, 20) * electionMs
    for (let i = 0; s.world.nowMs < untilMs; i++) {
      const result = answered(s, askWrite(s, store, region, `w${i}`, "v"), electionMs)
      s.assert(result._tag === "Written", `a write while it was away ended as ${show(result)}`)
      s.forMs(s.rng.between(1, 50))
    }
    s.heal()
    s.forMs(3 * electionMs)
    const now = leaderOf(s, region.id)
    s.assert(
      now.store === store && now.status.term === status.term,
      `store ${store.storeId} in term ${status.term} was deposed by ${now.store.storeId} in ${now.status.term}`
    )
    untilReplicated(s, region.id)
  }
)

const heardAtOnce = weak(
  "new-peer-hears-at-once",
  "a peer is added while heartbeats are a quarter of a second apart: it is made at once",
  { stores: 4, store: { raftTickMs: 50, heartbeatTicks: 5, electionTicks: 10, leaseMs: 400 } },
  (s: Steps) => {
    const spare = s.spares("k000")[0]!
    const { id } = s.region("k000")
    s.addPeer("k000", spare, s.rng.pick([Learner, Voter]))
    s.until("its peer is made", () => s.countOf("RegionCreated", (_, at) => at === spare) > 0)
    const made = s.events.find(({ event, store }) => event.type === "RegionCreated" && store === spare)!
    const added = s.events.find(({ event }) => event.type === "ConfChangeApplied" && event.regionId === id)!
    s.assert(made.atMs - added.atMs < 30, `its peer was made ${(made.atMs - added.atMs).toFixed(0)} ms later`)
  }
)

const noEntries = weak(
  "reads-need-no-entry",
  "reads of leader and followers come in large numbers: the log does not grow by them",
  { store: { hibernateAfterTicks: 0 } },
  (s: Steps) => {
    s.put("k000", "v")
    const { region } = s.leader("k000")
    untilReplicated(s, region.id)
    const { lastIndex, term } = leaderOf(s, region.id).status
    for (let i = 0; i < 60; i++) s.mustGet("k000", "v")
    const now = leaderOf(s, region.id).status
    s.assert(now.term === term && now.lastIndex === lastIndex, `${now.lastIndex - lastIndex} entries for 60 reads`)
    const byLease = s.stores.reduce((sum, store) => sum + s.counter(store, "readsByLease"), 0)
    s.assert(byLease >= 30, `${byLease} of 60 reads by lease`)
  }
)

const oldLeader = weak(
  "reads-of-the-old-leader",
  "clients go on reading from a leader that is handing over, cut off, or stopped for a while",
  { disk: { syncMaxMs: 2, writeMaxMs: 3 } },
  (s: Steps) => {
    const stop = busyClients(s, 5, 3)
    for (let round = 0; round < 4; round++) {
      const { store, region } = s.leader("k000")
      const next = s.followers("k000")[0]!
      const how = s.rng.pick(["cut off", "cut in transfer", "paused", "target slow to apply"])
      s.world.log(`round ${how}`)
      if (how === "target slow to apply") next.disk.stallDataMs = s.rng.between(20, 200)
      if (how === "cut in transfer" || how === "target slow to apply") {
        askAdmin(s, store, region, { type: "transferLeader", peer: findPeer(region, next.storeId)! })
        s.world.run(s.world.nowMs + s.rng.double() * 15)
      }
      if (how === "paused") store.host.pause()
      else if (how !== "target slow to apply") s.isolate(store)
      s.forMs(s.rng.between(20, 5 * electionMs))
      store.host.resume()
      s.forMs(s.rng.between(0, 20))
      next.disk.disarm()
      s.heal()
      s.forMs(s.rng.between(0, 200))
    }
    stop()
  }
)

export const weakMembership: ReadonlyArray<Workload> = [
  leaderOfTwo,
  noQuorum,
  beforeNoOp,
  learnersAtOnce,
  throughLearner,
  resent,
  disruptive,
  heardAtOnce,
  noEntries,
  oldLeader
]
