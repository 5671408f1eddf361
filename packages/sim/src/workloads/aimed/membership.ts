/**
 * Memberships that change while those who should hear of it do not: a scheduler that is behind, learners without data,
 * halves of joint configurations that are cut off, late messages to and from peers that are gone.
 */
import { metapb } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import { addLearner, addVoter, change, type Led, peerOn, remove, type Steps } from "../scenarios/steps.ts"
import { aimed, electionMs, othersOf, type Round, someLeader, someTime, tryAdmin, waitFor } from "./aimed.ts"

const stalePeerCheckMs = 300

const again = (s: Steps, { region }: Led): Led | undefined => {
  const led = s.cluster.leaderOf(region.id)
  return led === undefined ? undefined : { ...led, region: led.status.region }
}
const peerOf = (id: number, store: SimStore, role: metapb.PeerRole): metapb.Peer =>
  metapb.Peer.create({ id, storeId: store.storeId, role })
const spareOf = (s: Steps, { region }: Led): SimStore | undefined =>
  s.rng.shuffle(s.stores.filter((store) => peerOn(region, store) === undefined))[0]

/**
 * A voter is replaced by a learner while the leader does not reach the scheduler. The learner comes to be, loses its
 * leader before it has any data, and asks the scheduler, which has not heard of it.
 */
const laggingScheduler: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  const { scheduler, network } = s.cluster
  const out = othersOf(s, led)[0]
  const old = out === undefined ? undefined : peerOn(led.region, out)
  const to = s.rng.chance(0.5) ? out : (spareOf(s, led) ?? out)
  if (out === undefined || old === undefined || to === undefined) return
  const id = s.newId()
  network.cut(led.store.host, scheduler.host)
  if (!tryAdmin(s, led, change(remove(old)))) return
  const now = again(s, led)
  if (now === undefined) return
  s.wires.gate(() => "hold")
  if (!tryAdmin(s, now, change(addLearner(peerOf(id, to, metapb.PeerRole.Learner))))) return
  waitFor(s, electionMs, () => s.events.some(({ event }) => event.type === "RegionCreated" && event.peerId === id))
  network.partition([[led.store.host], [to.host]])
  s.wires.end()
  s.forMs(stalePeerCheckMs * (1 + 2 * s.rng.double()))
}

/** A voter is about to be replaced by a learner that has its data, through a joint configuration. */
interface Replacement {
  readonly now: Led
  readonly joint: ReturnType<typeof change>
  readonly to: SimStore
  readonly demoted: SimStore
  readonly kept: SimStore
}
const replacement = (s: Steps): Replacement | undefined => {
  const led = someLeader(s)
  const to = led === undefined ? undefined : spareOf(s, led)
  if (led === undefined || to === undefined) return undefined
  const [demoted, kept] = othersOf(s, led)
  const old = demoted === undefined ? undefined : peerOn(led.region, demoted)
  if (demoted === undefined || kept === undefined || old === undefined) return undefined
  const id = s.newId()
  if (!tryAdmin(s, led, change(addLearner(peerOf(id, to, metapb.PeerRole.Learner))))) return undefined
  someTime(s, 30, 100)
  const now = again(s, led)
  if (now === undefined || now.store !== led.store) return undefined
  const joint = change(
    addVoter(peerOf(id, to, metapb.PeerRole.Voter)),
    addLearner({ ...old, role: metapb.PeerRole.Learner })
  )
  return { now, joint, to, demoted, kept }
}

/**
 * As soon as a joint configuration is committed the leader and the new voter are alone with each other; the two others may
 * not know yet that their votes are not enough.
 */
const jointHalves: Round = (s) => {
  const plan = replacement(s)
  if (plan === undefined) return
  const { now, joint } = plan
  if (s.rng.chance(0.5)) s.ask(now.store, now.region, joint)
  else {
    tryAdmin(s, now, joint)
    someTime(s, 0, 50)
    const entered = again(s, now)
    if (entered !== undefined) s.ask(entered.store, entered.region, { type: "leaveJoint" })
  }
  someTime(s, 0, 20)
  apart(s, plan, 0)
}

/**
 * The leader enters a joint configuration, or leaves it, and is alone with the new voter from that instant on. The two
 * others have the entry and do not know that it is committed: in a joint configuration the new half alone must not commit,
 * and after it the old half alone must not elect.
 */
const cutAtTheStep: Round = (s) => {
  const plan = replacement(s)
  if (plan === undefined) return
  const { now, joint, kept, demoted } = plan
  const leaves = s.rng.chance(0.5)
  if (leaves && !tryAdmin(s, now, joint)) return
  if (leaves) someTime(s, 0, 50)
  const before = again(s, now)
  if (before === undefined || before.store !== now.store) return
  // What says that it is committed is on its way for so long that it can be cut off.
  for (const other of [kept, demoted]) s.cluster.network.slowDown(now.store.host, other.host, 10)
  s.ask(before.store, before.region, leaves ? { type: "leaveJoint" } : joint)
  waitFor(s, electionMs, () => again(s, now)?.region.peers.some(({ role }) => isJoint(role)) !== leaves)
  apart(s, plan, 20)
}
const isJoint = (role: metapb.PeerRole): boolean =>
  role === metapb.PeerRole.IncomingVoter || role === metapb.PeerRole.DemotingVoter

/** The leader's side goes on for a while, at least `minMs`, and is silent then while the other one could elect. */
const apart = (s: Steps, { now, to, kept, demoted }: Replacement, minMs: number): void => {
  s.partition([now.store, to], [kept, demoted])
  someTime(s, minMs, 3 * electionMs)
  if (s.rng.chance(0.5)) s.kill(now.store)
  else s.isolate(now.store)
  s.isolate(to)
  someTime(s, electionMs, 3 * electionMs)
  s.cluster.network.heal()
  for (const store of s.stores) store.start()
  someTime(s, electionMs, 3 * electionMs)
  const last = again(s, now)
  if (last !== undefined) tryAdmin(s, last, { type: "leaveJoint" })
  dropLearners(s, now)
}

const dropLearners = (s: Steps, led: Led): void => {
  for (const peer of again(s, led)?.region.peers ?? []) {
    const last = again(s, led)
    if (peer.role === metapb.PeerRole.Learner && last !== undefined) tryAdmin(s, last, change(remove(peer)))
  }
}

/** As many learners as other voters: the leader hears the learners only, while the voters elect another one. */
const learnersOnly: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  let now: Led | undefined = led
  for (let i = 0; i < 2 && now !== undefined; i++) {
    const to = spareOf(s, now)
    if (to !== undefined) tryAdmin(s, now, change(addLearner(peerOf(s.newId(), to, metapb.PeerRole.Learner))))
    now = again(s, led)
  }
  someTime(s, 30, 150)
  const last = again(s, led)
  if (last === undefined) return
  const learners = last.region.peers.filter(({ role }) => role === metapb.PeerRole.Learner)
  const own = s.stores.filter((store) => store === last.store || learners.some((p) => p.storeId === store.storeId))
  s.partition(
    own,
    s.stores.filter((store) => !own.includes(store))
  )
  someTime(s, electionMs, 4 * electionMs)
  s.cluster.network.heal()
  someTime(s, electionMs, 2 * electionMs)
  dropLearners(s, led)
}

/**
 * One voter is away while two others are removed and replaced. When it is back it hears only those who are gone too: what
 * is left of them must not help it to lead.
 */
const ghosts: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined || led.region.peers.length !== 3) return
  const [away, gone] = othersOf(s, led)
  const [first, second] = s.rng.shuffle(s.stores.filter((store) => peerOn(led.region, store) === undefined))
  if (away === undefined || gone === undefined || first === undefined || second === undefined) return
  s.isolate(away)
  const replace = (old: SimStore, to: SimStore): boolean => {
    for (const make of [
      () => change(addVoter(peerOf(s.newId(), to, metapb.PeerRole.Voter))),
      (now: Led) => change(remove(peerOn(now.region, old)!))
    ]) {
      const now = again(s, led)
      if (now === undefined || now.store === old || peerOn(now.region, old) === undefined) return false
      if (!tryAdmin(s, now, make(now))) return false
      someTime(s, 20, 60)
    }
    return true
  }
  if (!replace(away, first) || !replace(gone, second)) return
  someTime(s, 0, electionMs)
  s.cluster.network.heal()
  s.partition(
    [away, gone],
    s.stores.filter((store) => store !== away && store !== gone)
  )
  someTime(s, 2 * electionMs, 6 * electionMs)
}

/** A deposed leader goes on to report what it knows, and its reports are late besides. */
const lateReports: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  s.cluster.network.slowDown(led.store.host, s.cluster.scheduler.host, s.rng.between(50, 4 * electionMs))
  s.isolate(led.store)
  waitFor(s, 4 * electionMs, () => (s.cluster.leaderOf(led.region.id)?.store ?? led.store) !== led.store)
  const now = again(s, led)
  const to = now === undefined ? undefined : spareOf(s, now)
  if (now === undefined || to === undefined) return
  tryAdmin(s, now, change(addLearner(peerOf(s.newId(), to, metapb.PeerRole.Learner))))
  someTime(s, electionMs, 4 * electionMs)
  s.cluster.network.heal()
  dropLearners(s, led)
}

/** Two voters and a learner: the leader hears the learner only, then goes. */
const learnerOnly: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  const [out, kept] = othersOf(s, led)
  const old = out === undefined ? undefined : peerOn(led.region, out)
  if (out === undefined || kept === undefined || old === undefined) return
  const id = s.newId()
  if (!tryAdmin(s, led, change(remove(old)))) return
  const now = again(s, led)
  if (now === undefined || !tryAdmin(s, now, change(addLearner(peerOf(id, out, metapb.PeerRole.Learner))))) return
  someTime(s, 30, 150)
  const other = s.rng.chance(0.5) ? kept : undefined
  if (other !== undefined) s.isolate(other)
  someTime(s, 10, electionMs)
  s.isolate(now.store)
  if (other !== undefined) s.isolate(out)
  someTime(s, electionMs, 2 * electionMs)
  s.cluster.network.heal()
  someTime(s, electionMs, 2 * electionMs)
  const last = again(s, led)
  if (last !== undefined) tryAdmin(s, last, change(addVoter(peerOf(id, out, metapb.PeerRole.Voter))))
}

/** A peer is removed and another takes its place; what was sent to the first one, or by it, comes later. */
const lateMessages: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  const out = othersOf(s, led)[0]
  const old = out === undefined ? undefined : peerOn(led.region, out)
  if (out === undefined || old === undefined) return
  const held = s.wires.hold(
    (message, from, to) => message.regionId === led.region.id && (to === out || from === out) && s.rng.chance(0.5)
  )
  someTime(s, 10, 60)
  if (s.rng.chance(0.5)) s.isolate(out)
  tryAdmin(s, led, change(remove(old)))
  const id = s.newId()
  someTime(s, 10, 2 * electionMs)
  s.cluster.network.heal()
  const back = s.rng.chance(0.6)
  if (s.rng.chance(0.5)) held.release()
  const now = again(s, led)
  const to = back ? out : ((now === undefined ? undefined : spareOf(s, now)) ?? out)
  if (now !== undefined) tryAdmin(s, now, change(addVoter(peerOf(id, to, metapb.PeerRole.Voter))))
  someTime(s, 10, 2 * electionMs)
  held.release()
  someTime(s, 50, 3 * electionMs)
}

/**
 * Peers come and go quickly while their stores clean up logs, and crash. A store that is held up meanwhile finds that its
 * log is due for cleaning and that its peer is replaced, both at once.
 */
const churn: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  for (let left = s.rng.between(2, 4); left > 0; left--) {
    const now = again(s, led)
    const out = now === undefined ? undefined : othersOf(s, now)[0]
    const old = now === undefined || out === undefined ? undefined : peerOn(now.region, out)
    if (now === undefined || out === undefined || old === undefined || now.region.peers.length < 3) return
    const id = s.newId()
    const index = now.status.appliedIndex - 1
    tryAdmin(s, now, { type: "compactLog", index })
    const heldUp = s.rng.chance(0.5)
    if (heldUp) {
      waitFor(s, 30, () => (out.running?.router.region(led.region.id)?.truncatedIndex ?? 0) >= index)
      out.host.pause()
    } else someTime(s, 0, 30)
    tryAdmin(s, now, change(remove(old)))
    if (!heldUp && s.rng.chance(0.2)) s.kill(out)
    someTime(s, 0, 30)
    out.start()
    const next = again(s, led)
    if (next !== undefined) tryAdmin(s, next, change(addVoter(peerOf(id, out, metapb.PeerRole.Voter))))
    someTime(s, 20, 150)
    out.host.resume()
  }
}

/** A store loses power as soon as its peer is gone: what it destroyed must not come back. */
const powerAfterRemoval: Round = (s) => {
  const led = someLeader(s)
  const out = led === undefined ? undefined : othersOf(s, led)[0]
  const old = led === undefined || out === undefined ? undefined : peerOn(led.region, out)
  if (led === undefined || out === undefined || old === undefined) return
  const from = s.events.length
  tryAdmin(s, led, change(remove(old)))
  const gone = (): boolean =>
    s.events.slice(from).some(({ event }) => event.type === "RegionDestroyed" && event.peerId === old.id)
  if (!waitFor(s, 3 * electionMs, gone)) return
  someTime(s, 0, 20)
  s.kill(out)
  someTime(s, 10, 2 * electionMs)
  out.start()
  someTime(s, 10, 50)
  const now = again(s, led)
  if (now !== undefined) tryAdmin(s, now, change(addVoter(peerOf(s.newId(), out, metapb.PeerRole.Voter))))
}

export const membership = aimed({
  name: "membership",
  what: "membership changes that somebody does not hear of in time",
  options: (calm, rng) => ({
    ...calm,
    stores: 5,
    clients: 4,
    keys: 6,
    thinkMs: rng.pick([3, 10]),
    wander: 0.3,
    store: {
      ...calm.store,
      stalePeerCheckMs,
      regionHeartbeatIntervalMs: 20,
      regionMaxBytes: 1_000_000,
      regionSplitBytes: 1_000_000,
      logGcIntervalMs: rng.pick([10, 50]),
      logGcThreshold: 5,
      logGcCountLimit: 50
    }
  }),
  rounds: [
    [laggingScheduler, 2],
    [jointHalves, 2],
    [cutAtTheStep, 3],
    [learnerOnly, 1],
    [learnersOnly, 2],
    [ghosts, 2],
    [lateReports, 2],
    [lateMessages, 3],
    [churn, 2],
    [powerAfterRemoval, 1]
  ]
})
