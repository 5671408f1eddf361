/**
 * Snapshots in many chunks over slow wires, while what they are of moves on: the receiver is replaced, the region is cut
 * or gets another leader, the receiver's disk stalls or its power goes.
 */
import { metapb } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import { keyName } from "../KvClient.ts"
import { addLearner, bytesOf, change, type Led, peerOn, remove, type Steps } from "../scenarios/steps.ts"
import { aimed, electionMs, othersOf, type Round, someLeader, someTime, tryAdmin, upAgain, waitFor } from "./aimed.ts"

const keys = 24

const spareOf = (s: Steps, { region }: Led): SimStore | undefined =>
  s.rng.shuffle(s.stores.filter((store) => peerOn(region, store) === undefined))[0]

const newLearner = (s: Steps, store: SimStore): metapb.Peer =>
  metapb.Peer.create({ id: s.newId(), storeId: store.storeId, role: metapb.PeerRole.Learner })

/** The region as its leader has it by now. */
const again = (s: Steps, { region }: Led): Led | undefined => {
  const led = s.cluster.leaderOf(region.id)
  return led === undefined ? undefined : { ...led, region: led.status.region }
}
const leadElsewhere = (s: Steps, led: Led, not: SimStore): Led | undefined => {
  const to = othersOf(s, led).find((store) => store !== not)
  const peer = to === undefined ? undefined : peerOn(led.region, to)
  if (to === undefined || peer === undefined) return undefined
  s.ask(led.store, led.region, { type: "transferLeader", peer })
  waitFor(s, 2 * electionMs, () => s.cluster.leaderOf(led.region.id)?.store === to)
  return again(s, led)
}
const removed = (s: Steps, led: Led, peer: metapb.Peer): Led | undefined => {
  // A new leader refuses until it has heard the others.
  for (let tries = 6; tries > 0; tries--) {
    const now = again(s, led)
    if (now !== undefined && tryAdmin(s, now, change(remove(peer)))) break
    someTime(s, 5, 20)
  }
  return again(s, led)
}
/** A learner that nobody wants any more goes. */
const drop = (s: Steps, led: Led): void => {
  for (const peer of again(s, led)?.region.peers ?? []) {
    const now = again(s, led)
    if (peer.role === metapb.PeerRole.Learner && now !== undefined) tryAdmin(s, now, change(remove(peer)))
  }
}
const streaming = (s: Steps, from: number): boolean =>
  s.events.slice(from).some(({ event }) => event.type === "SnapshotGenerated")

/** A learner joins, and the snapshot to it is slow. Undefined when it did not come to that. */
const slowSnapshot = (s: Steps, chunkMs: number) => {
  const led = someLeader(s)
  const to = led === undefined ? undefined : spareOf(s, led)
  if (led === undefined || to === undefined) return undefined
  const learner = newLearner(s, to)
  const from = s.events.length
  if (!tryAdmin(s, led, change(addLearner(learner)))) return undefined
  s.cluster.network.slowDown(led.store.host, to.host, chunkMs)
  if (!waitFor(s, 2 * electionMs, () => streaming(s, from))) return undefined
  // With the learner in it: the epoch is another one now.
  const now = again(s, led)
  return now === undefined ? undefined : { led: now, to, learner }
}
/** Snapshots from the others take some time too. */
const slowOthers = (
  s: Steps,
  { led, to }: { readonly led: Led; readonly to: SimStore },
  minMs: number,
  maxMs: number
) => {
  for (const { host } of s.stores) {
    if (host !== led.store.host && host !== to.host)
      s.cluster.network.slowDown(host, to.host, s.rng.between(minMs, maxMs))
  }
}

/**
 * The receiver is replaced by another peer on the same store while its snapshot is on the way. The new peer gets one of
 * its own, from another leader, over a faster wire.
 */
const replaced: Round = (s) => {
  const slow = slowSnapshot(s, s.rng.between(40, 300))
  if (slow === undefined) return
  const { led, to, learner } = slow
  slowOthers(s, slow, 5, 40)
  someTime(s, 10, 200)
  const next = s.rng.chance(0.8) ? leadElsewhere(s, led, to) : led
  const without = next === undefined ? undefined : removed(s, next, learner)
  if (without === undefined) return
  tryAdmin(s, without, change(addLearner(newLearner(s, to))))
  someTime(s, 100, 2_000)
  s.cluster.network.heal()
  someTime(s, 50, 300)
  drop(s, led)
}

/** The sender goes in the middle of its snapshot, and the receiver is replaced before it has given it up. */
const orphaned: Round = (s) => {
  const slow = slowSnapshot(s, s.rng.between(10, 60))
  if (slow === undefined) return
  const { led, to, learner } = slow
  slowOthers(s, slow, 5, 40)
  someTime(s, 10, 200)
  if (s.rng.chance(0.5)) s.kill(led.store, false)
  else s.isolate(led.store)
  waitFor(s, 4 * electionMs, () => (again(s, led)?.store ?? led.store) !== led.store)
  const next = again(s, led)
  const without = next === undefined ? undefined : removed(s, next, learner)
  if (without === undefined) return
  tryAdmin(s, without, change(addLearner(newLearner(s, to))))
  someTime(s, 200, 4_200)
  drop(s, led)
}

/** The region is cut while its snapshot is on the way: the parts come to the receiver by snapshots of their own. */
const cutMeanwhile: Round = (s) => {
  const slow = slowSnapshot(s, s.rng.between(20, 150))
  if (slow === undefined) return
  const { led, to } = slow
  someTime(s, 0, 200)
  const inside = Array.from({ length: keys }, (_, i) => bytesOf(keyName(i))).filter(
    (key) =>
      Buffer.compare(key, led.region.startKey) > 0 &&
      (led.region.endKey.length === 0 || Buffer.compare(key, led.region.endKey) < 0)
  )
  if (inside.length > 0) tryAdmin(s, led, { type: "split", splitKeys: [s.rng.pick(inside)] })
  // The part may have another leader, whose wire to the receiver is not slow.
  someTime(s, 100, 1_500)
  s.cluster.network.heal()
  someTime(s, 50, 300)
  for (const { id } of s.cluster.knownRegions()) {
    const part = s.cluster.leaderOf(id)
    if (part !== undefined) drop(s, { ...part, region: part.status.region })
  }
  // What is left of the receiver's peers goes before the next one comes.
  waitFor(s, electionMs, () => (to.running?.router.regions().length ?? 0) === 0)
}

/** The receiver's disk is slow to append, so that snapshots wait for its loop, and its leader changes meanwhile. */
const stalledReceiver: Round = (s) => {
  const slow = slowSnapshot(s, s.rng.between(10, 60))
  if (slow === undefined) return
  const { led, to } = slow
  slowOthers(s, slow, 30, 250)
  to.disk.stallLogMs = s.rng.between(200, 600)
  leadElsewhere(s, led, to)
  someTime(s, 500, 2_000)
  to.disk.disarm()
  s.cluster.network.heal()
  someTime(s, 50, 300)
  drop(s, led)
}

/** A follower is away for so long that it needs a snapshot, and its power goes while it takes it. */
const powerInSnapshot: Round = (s) => {
  const led = someLeader(s)
  const away = led === undefined ? undefined : othersOf(s, led)[0]
  if (led === undefined || away === undefined) return
  s.isolate(away)
  someTime(s, 100, 300)
  const now = again(s, led)
  if (now !== undefined) tryAdmin(s, now, { type: "compactLog", index: now.status.appliedIndex - 1 })
  someTime(s, 60, 120)
  s.cluster.network.heal()
  const from = s.events.length
  if (!waitFor(s, 300, () => streaming(s, from))) return
  if (s.rng.chance(0.5)) {
    waitFor(s, 500, () => s.events.slice(from).some((one) => one.event.type === "SnapshotApplied"))
    someTime(s, 0, 30)
    s.kill(away)
  } else {
    const moment = s.rng.pick(["before", "after"] as const)
    away.disk.crashAt(s.rng.pick(["append", "sync", "write"] as const), moment, () => s.kill(away))
    someTime(s, 10, 300)
  }
  someTime(s, 1, 200)
  upAgain(s)
  someTime(s, 50, 300)
}

export const snapshots = aimed({
  name: "snapshots",
  what: "snapshots on slow wires while their receivers are replaced, stall and crash",
  options: (calm, rng) => ({
    ...calm,
    stores: 4,
    clients: 4,
    keys,
    thinkMs: rng.pick([3, 10]),
    valueBytesMax: 200,
    store: {
      ...calm.store,
      snapshotChunkBytes: rng.pick([64, 128, 256]),
      snapshotTimeoutMs: rng.pick([1_000, 4_000]),
      // A leader that forgets what has been committed comes to it soon.
      maxUncommittedBytes: rng.pick([2_000, calm.store.maxUncommittedBytes]),
      regionMaxBytes: 1_000_000,
      regionSplitBytes: 1_000_000,
      logGcIntervalMs: rng.pick([10, 50]),
      logGcThreshold: 5,
      logGcCountLimit: 50
    }
  }),
  // Two regions that do not live on the same stores: each store has one to write for while it gets the other.
  setup: (s) => {
    s.split(keyName(keys / 2))
    const spare = s.spares(keyName(0))[0]
    const away = s.followers(keyName(0))[0]
    if (spare === undefined || away === undefined) return
    s.addPeer(keyName(0), spare)
    s.removePeer(keyName(0), away)
  },
  rounds: [
    [replaced, 3],
    [orphaned, 2],
    [cutMeanwhile, 2],
    [stalledReceiver, 2],
    [powerInSnapshot, 2]
  ]
})
