/**
 * Reads that must not be stale: by lease, by read index, and from followers, while leaders are deposed without hearing of
 * it, hand over, are held up, or have just come to lead. Clients reach every store all the time and ask anybody.
 */
import { eraftpb } from "@reefkv/wire"
import { longestLeaseMs } from "../options.ts"
import { typeOf } from "../scenarios/interference.ts"
import { peerOn, type Steps } from "../scenarios/steps.ts"
import { aimed, electionMs, othersOf, type Round, someLeader, someTime, waitFor } from "./aimed.ts"

/** Long enough for the others to elect and to serve, short enough that the old leader may still believe in itself. */
const deposed = (s: Steps): void => someTime(s, 0.5 * electionMs, 4 * electionMs)

/** The leader hears no store and none hears it. */
const isolated: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  s.isolate(led.store)
  deposed(s)
}

/** The leader hands over and does not hear that it is done. */
const cutInTransfer: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  const to = othersOf(s, led)[0]
  if (to === undefined) return
  s.ask(led.store, led.region, { type: "transferLeader", peer: peerOn(led.region, to)! })
  someTime(s, 0, 10)
  s.isolate(led.store)
  deposed(s)
}

/**
 * What the last leader committed is not known to be committed elsewhere when it goes; the next one is slow to apply it,
 * and its own first entry comes late.
 */
const takeover: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  const others = othersOf(s, led)
  const lateMs = s.rng.between(5, 60)
  for (const other of others) s.cluster.network.slowDown(led.store.host, other.host, lateMs)
  someTime(s, 10, 100)
  if (s.rng.chance(0.5)) s.kill(led.store, false)
  else s.isolate(led.store)
  for (const { disk } of others) disk.stallDataMs = s.rng.between(5, 60)
  s.cluster.network.faults.loss = s.rng.pick([0, 0.2, 0.5])
  someTime(s, 2 * electionMs, 4 * electionMs)
}

/** As above, and exactly the first appends of the new leader are lost, so that its heartbeats are answered before. */
const takeoverWithoutAppends: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  const others = othersOf(s, led)
  const lateMs = s.rng.between(5, 60)
  for (const other of others) s.cluster.network.slowDown(led.store.host, other.host, lateMs)
  someTime(s, 10, 100)
  s.isolate(led.store)
  s.wires.lose((message, from) => from !== led.store && typeOf(message) === eraftpb.MessageType.MsgAppend, 2)
  for (const { disk } of others) disk.stallDataMs = s.rng.between(5, 60)
  someTime(s, 2 * electionMs, 4 * electionMs)
}

/**
 * One follower's answers take long. The leader is held up; meanwhile the others elect. When the leader goes on, the late
 * answer to its last heartbeat is still on the way.
 */
const lateAnswers: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  const [near, far] = othersOf(s, led)
  if (near === undefined || far === undefined) return
  const { network } = s.cluster
  const heldMs = s.rng.between(2 * electionMs, 5 * electionMs)
  network.slowDown(far.host, led.store.host, heldMs + s.rng.between(-10, 40))
  network.partition([[led.store.host], [near.host]])
  someTime(s, 0, 30)
  led.store.host.pause()
  s.forMs(heldMs)
  led.store.host.resume()
  someTime(s, 60, 150)
}

/**
 * A follower whose log is complete does not hear its leader and stands for election. What the others say of it reaches the
 * leader late.
 */
const deafFollower: Round = (s, load) => {
  const led = someLeader(s)
  if (led === undefined) return
  const [deaf, other] = othersOf(s, led)
  if (deaf === undefined || other === undefined) return
  load.readsOnly = s.rng.chance(0.8)
  s.forMs(30)
  s.cut(led.store, deaf)
  const lateMs = s.rng.between(10, 70)
  const from = s.events.length
  someTime(s, 0.5 * electionMs, electionMs)
  s.cluster.network.slowDown(deaf.host, led.store.host, lateMs)
  s.cluster.network.slowDown(other.host, led.store.host, lateMs)
  waitFor(s, 2 * electionMs, () => s.events.slice(from).some(({ event }) => event.type === "LeaderElected"))
  load.readsOnly = false
  someTime(s, electionMs, 2 * electionMs)
}

/** Nobody hears the leader; what they answered to it before goes on coming for a while. */
const unheard: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  const lateMs = s.rng.between(20, 3 * electionMs)
  for (const other of othersOf(s, led)) {
    s.cluster.network.slowDown(other.host, led.store.host, lateMs)
    if (s.rng.chance(0.9)) s.cut(led.store, other)
  }
  deposed(s)
}

/** Most appends are lost while heartbeats go on: the leader is sure of itself, and commits late. */
const lostAppends: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  for (const { disk } of s.stores) disk.stallDataMs = s.rng.between(0, 20)
  const share = s.rng.pick([0.5, 0.8, 0.9])
  s.wires.lose((message) => typeOf(message) === eraftpb.MessageType.MsgAppend && s.rng.chance(share))
  someTime(s, electionMs, 5 * electionMs)
}

/** The order to take over comes when its leader has long given the transfer up, and trusts its lease again. */
const lateOrder: Round = (s, load) => {
  const led = someLeader(s)
  if (led === undefined) return
  const to = othersOf(s, led)[0]
  if (to === undefined) return
  const held = s.wires.hold((message) => typeOf(message) === eraftpb.MessageType.MsgTimeoutNow)
  // What the target answers to heartbeats from before the order comes after it; later ones do not reach the target.
  const deaf = s.rng.chance(0.5)
  if (deaf) s.cluster.network.slowDown(to.host, led.store.host, s.rng.between(5, 30))
  load.readsOnly = deaf
  if (deaf) someTime(s, 20, 60)
  s.ask(led.store, led.region, { type: "transferLeader", peer: peerOn(led.region, to)! })
  if (deaf && waitFor(s, 30, () => held.count > 0)) s.cut(led.store, to)
  someTime(s, electionMs, 2 * electionMs)
  s.isolate(led.store)
  load.readsOnly = false
  held.release()
  deposed(s)
}

/**
 * A follower does not hear the leader, the other one forgets in a restart that it has just heard it. The leader, which
 * hears no other store from then on, may believe in its lease for as long as that one had promised to keep quiet.
 */
const forgetful: Round = (s, load) => {
  const led = someLeader(s)
  if (led === undefined) return
  const [deaf, forgets] = othersOf(s, led)
  if (deaf === undefined || forgets === undefined) return
  // Whose log is complete can be elected.
  load.readsOnly = s.rng.chance(0.9)
  s.forMs(30)
  s.cut(led.store, deaf)
  someTime(s, electionMs, 3 * electionMs)
  s.kill(forgets, s.rng.chance(0.5))
  forgets.start()
  if (s.rng.chance(0.5)) someTime(s, 0, 3)
  s.isolate(led.store)
  load.readsOnly = false
  deposed(s)
}

/**
 * What the leader allowed a follower to read is late, and the follower's store has been restarted when it comes: twice, so
 * that it asks in both lives what it asked first.
 */
const lateAllowance: Round = (s) => {
  const led = someLeader(s)
  const asks = led === undefined ? undefined : othersOf(s, led)[0]
  if (led === undefined || asks === undefined) return
  const again = (): boolean => {
    s.kill(asks, false)
    asks.start()
    return waitFor(s, electionMs, () => (asks.running?.router.region(led.region.id)?.leaderPeerId ?? 0) !== 0)
  }
  const late = s.wires.hold(
    (message, from, to) => from === led.store && to === asks && typeOf(message) === eraftpb.MessageType.MsgReadIndexResp
  )
  if (!again()) return
  someTime(s, 10, 60)
  if (!again()) return
  s.cut(led.store, asks)
  someTime(s, 10, 60)
  late.release()
  someTime(s, 5, 30)
}

/** The leader is slow to apply, its followers are not; all of them are asked. */
const slowApply: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  led.store.disk.stallDataMs = s.rng.between(5, 40)
  someTime(s, electionMs, 4 * electionMs)
}

/** A leader stops for a while and goes on as if nothing had been. */
const paused: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  led.store.host.pause()
  someTime(s, 10, 4 * electionMs)
  led.store.host.resume()
  someTime(s, 10, 50)
}

/** A leader's wall clock jumps, forward or back, while nobody hears it. */
const clockJump: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  const lateMs = s.rng.between(20, 3 * electionMs)
  for (const other of othersOf(s, led)) {
    s.cluster.network.slowDown(other.host, led.store.host, lateMs)
    s.cut(led.store, other)
  }
  for (let left = 6; left > 0; left--) {
    led.store.host.wallSkewMs += s.rng.between(-150, 30)
    someTime(s, 20, 80)
  }
}

/** A leader's disk stalls; it is cut off from one side only. */
const stalled: Round = (s) => {
  const led = someLeader(s)
  if (led === undefined) return
  led.store.disk.stallLogMs = s.rng.between(20, 300)
  if (s.rng.chance(0.5)) led.store.disk.stallDataMs = s.rng.between(20, 100)
  const other = othersOf(s, led)[0]
  if (other !== undefined && s.rng.chance(0.5)) s.cut(other, led.store)
  waitFor(s, 3 * electionMs, () => s.rng.chance(0.005))
}

export const reads = aimed({
  name: "reads",
  what: "many reads of few keys while leaders are deposed, held up, or hand over",
  options: (calm, rng) => {
    const drift = rng.pick([0, 0.01, 0.03])
    const { store } = calm
    return {
      ...calm,
      clients: 8,
      keys: 2,
      thinkMs: rng.pick([1, 3]),
      wander: rng.pick([0.3, 0.6]),
      swaps: rng.chance(0.7),
      clockDrift: drift,
      network: { ...calm.network, reorder: true },
      store: {
        ...store,
        leaseMs: longestLeaseMs(store, drift),
        requestTimeoutMs: rng.pick([60, 1_000]),
        maxCommittedBytesPerReady: rng.pick([1, 256, 65_536]),
        regionMaxBytes: 1_000_000,
        regionSplitBytes: 1_000_000
      }
    }
  },
  rounds: [
    [isolated, 2],
    [cutInTransfer, 3],
    [takeover, 2],
    [takeoverWithoutAppends, 2],
    [lateAnswers, 3],
    [deafFollower, 2],
    [unheard, 2],
    [lostAppends, 2],
    [slowApply, 1],
    [lateOrder, 2],
    [forgetful, 2],
    [lateAllowance, 2],
    [paused, 1],
    [clockJump, 1],
    [stalled, 1]
  ]
})
