/** FEATURES 5.2, snapshots: refused for their range, lost on the way, both ways at once, after the log was cut. */
import { metapb } from "@reefkv/wire"
import type { Frame } from "../../network/Network.ts"
import type { Workload } from "../../Workload.ts"
import { isAppend } from "./interference.ts"
import type { Steps } from "./steps.ts"
import {
  addCaughtUp,
  busyClients,
  fill,
  hand,
  keepLog,
  leaderOf,
  powerCycle,
  splitInto,
  untilReplicated,
  weak
} from "./weakSteps.ts"

const { Learner } = metapb.PeerRole

/** Of snapshots to one peer there is one under way at a time. */
const oneAtATime = (s: Steps): void => {
  const sending = new Set<string>()
  for (const { event, store } of s.events) {
    if (event.type !== "SnapshotGenerated" && event.type !== "SnapshotSent") continue
    const key = `${store.host.name} ${store.host.generation} ${event.regionId} ${event.toPeerId}`
    if (event.type === "SnapshotSent") sending.delete(key)
    else {
      s.assert(!sending.has(key), `two snapshots to peer ${event.toPeerId} of region ${event.regionId} at once`)
      sending.add(key)
    }
  }
}

const overlapping = weak(
  "overlapping-snapshot",
  "the child's snapshot arrives where the parent has not applied the split yet, and covers the same keys",
  { stores: 4, store: keepLog },
  (s: Steps) => {
    s.put("k000", "left")
    s.put("k004", "right")
    const spare = s.spares("k000")[0]!
    const parentId = s.region("k000").id
    const late = s.wires.gate((head, _, to) => (to === spare && head.regionId === parentId ? "hold" : undefined))
    const childs = s.wires.gate((head, _, to) => (to === spare && head.regionId !== parentId ? "hold" : undefined))
    s.addPeer("k000", spare, Learner)
    s.until("the parent's snapshot is under way", () => late.asked > 0)
    splitInto(s, "k003")
    const child = s.region("k000")
    s.until("the child is there, empty", () => s.status(spare, child.id) !== undefined)
    // The parent arrives as it was, and hears nothing more; then comes the child.
    const losing = s.wires.lose((m, from, to) => to === spare && m.regionId === parentId && isAppend(m, from, to))
    late.end()
    s.until("the whole parent is there", () => (s.status(spare, parentId)?.appliedIndex ?? 0) > 0)
    childs.end()
    const isRefusal = (event: { readonly type: string; readonly regionId?: number }): boolean =>
      event.regionId === child.id
    s.until("the child's snapshot is refused", () => s.countOf("SnapshotRefused", isRefusal) > 0)
    s.until("its sender was told", () => s.countOf("SnapshotSent", (e) => e.type === "SnapshotSent" && !e.ok) > 0)
    s.forMs(s.rng.between(0, 300))
    s.assert(s.local(spare, "k000") === "left" && s.local(spare, "k004") === "right", "the parent's data was touched")
    losing.end()
    s.until("the split is applied there", () => s.countOf("SplitApplied", (_, at) => at === spare) > 0)
    untilReplicated(s, child.id)
    untilReplicated(s, parentId)
    s.put("k000", "later")
    s.holds(spare, "k000", "later")
    oneAtATime(s)
  }
)

const lost = weak(
  "snapshot-lost",
  "a piece of a snapshot, or the word that it arrived, is lost several times in a row",
  { stores: 4, store: { ...keepLog, snapshotTimeoutMs: 1_000 } },
  (s: Steps) => {
    fill(s, "w", 20, 50)
    const what = s.rng.pick(["open", "chunk", "end"])
    const label = `snapshot.${what}${s.rng.chance(0.5) ? " answer" : ""}`
    const times = s.rng.between(1, 3)
    let left = times
    hand(s, (frame: Frame) => (frame.label === label && left-- > 0 ? "lose" : "pass"))
    const to = s.spares("k000")[0]!
    const began = s.world.nowMs
    addCaughtUp(s, "k000", to)
    // Once all of it arrived, the word that it did is not needed: the peer says so itself.
    s.assert(left < times, `no ${label} was lost`)
    s.assert(s.world.nowMs - began < 10_000, "it took ten seconds")
    untilReplicated(s, s.region("k000").id)
    for (const key of ["w00", "w19"]) s.holds(to, key, "x".repeat(50))
    oneAtATime(s)
  }
)

const crosswise = weak(
  "snapshots-crosswise",
  "two stores send each other a snapshot while each may send and take one only; one stream stands still",
  { stores: 4, store: { ...keepLog, snapshotSendsMax: 1, snapshotReceivesMax: 1, snapshotTimeoutMs: 1_000 } },
  (s: Steps) => {
    splitInto(s, "k003")
    const left = s.leader("k000")
    const right = s.spares("k005")[0]!
    // The right region moves from the left one's leader to the spare, and is led there.
    addCaughtUp(s, "k005", right)
    s.removePeer("k005", left.store)
    s.transferLeader("k005", right)
    s.transferLeader("k000", left.store)
    fill(s, "a", 10, 50)
    fill(s, "w", 10, 50)
    let stalled = s.rng.between(0, 2)
    hand(s, ({ label }) => (label.startsWith("snapshot.chunk") && stalled-- > 0 ? "hold" : "pass"))
    s.addPeer("k000", right, Learner)
    s.addPeer("k005", left.store, Learner)
    for (const [store, key] of [
      [right, "a09"],
      [left.store, "w09"]
    ] as const) {
      s.holds(store, key, "x".repeat(50), 15_000)
    }
    oneAtATime(s)
  }
)

const compacted = weak(
  "snapshot-after-compaction",
  "the log is cut up to what is applied, again and again, while a snapshot is made and a follower lags",
  { stores: 4, store: { scanSliceEntries: 2, snapshotChunkBytes: 64 } },
  (s: Steps) => {
    fill(s, "w", 30, 40)
    const regionId = s.region("w00").id
    const lagging = s.followers("w00")[0]!
    if (s.rng.chance(0.5)) lagging.host.pause()
    let cutting = true
    s.world.repeat(
      () => (cutting ? 3 : undefined),
      () => {
        const led = s.cluster.leaderOf(regionId)
        if (led === undefined) return
        s.ask(led.store, led.status.region, { type: "compactLog", index: led.status.appliedIndex - 1 })
      }
    )
    const spare = s.spares("w00")[0]!
    const peer = s.addPeer("w00", spare, Learner)
    s.until("it has the data", () => (s.status(spare, regionId)?.appliedIndex ?? 0) > 0)
    lagging.host.resume()
    s.forMs(s.rng.between(0, 50))
    cutting = false
    s.holds(spare, "w29", "x".repeat(40))
    s.mustAdmin(
      "it is a voter",
      "w00",
      () => ({ type: "changePeers", changes: [{ changeType: 0, peer: { ...peer, role: 0 } }] }),
      ({ peers }) => peers.some(({ id, role }) => id === peer.id && role === 0)
    )
    // It can lead: the log that begins with the snapshot fits those of the others.
    s.transferLeader("w00", spare)
    s.put("k001", "led by the new one")
    untilReplicated(s, regionId)
    const cuts = s.countOf("LogCompacted", (event, at) => event.type === "LogCompacted" && at !== spare)
    s.assert(cuts > 2, `the log was cut ${cuts} times only`)
  }
)

const readsAfterReturn = weak(
  "replica-reads-after-return",
  "followers serve reads while one of them is removed and comes back by a snapshot, again and again",
  { stores: 4 },
  (s: Steps) => {
    const stop = busyClients(s, 4, 5)
    const store = s.followers("k000")[0]!
    for (let round = 0; round < 3; round++) {
      s.removePeer("k000", store)
      s.forMs(s.rng.between(0, 100))
      if (s.rng.chance(0.3)) powerCycle(s, store, 20)
      s.until("it runs", () => store.running?.handle.phase === "running")
      addCaughtUp(s, "k000", store)
      s.forMs(s.rng.between(50, 200))
    }
    stop()
    s.assert(leaderOf(s, s.region("k000").id).region.peers.length === 3, "a member is missing")
  }
)

export const weakSnapshots: ReadonlyArray<Workload> = [overlapping, lost, crosswise, compacted, readsAfterReturn]
