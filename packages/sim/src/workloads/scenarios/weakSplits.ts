/** FEATURES 5.1, splits: questions without answers, membership that moves meanwhile, many pieces, sizes, and epochs. */
import { epochOf, equalBytes, formatRegion, metapb } from "@reefkv/wire"
import type { Workload } from "../../Workload.ts"
import { electionMs } from "./calm.ts"
import { addLearner, bytesOf, type Command, change, peerOn, remove, type Steps } from "./steps.ts"
import {
  answered,
  askAdmin,
  askWrite,
  busyClients,
  cutOff,
  fill,
  hand,
  heartbeatOf,
  leaderOf,
  membersOf,
  noDeadline,
  onEvent,
  powerCycle,
  show,
  splitInto,
  tagOf,
  untilKnown,
  untilReplicated,
  weak
} from "./weakSteps.ts"

const cutAt = (...keys: ReadonlyArray<string>): Command => ({ type: "split", splitKeys: keys.map(bytesOf) })

/** All replicas of every piece come to know the same range, version and members. */
const untilAllKnow = (s: Steps, pieces: ReadonlyArray<metapb.Region>): void => {
  for (const piece of pieces) {
    for (const store of membersOf(s, piece)) {
      s.until(`${store.host.name} knows ${formatRegion(piece)} as it is`, () => {
        const here = s.status(store, piece.id)?.region
        return (
          here !== undefined &&
          equalBytes(here.startKey, piece.startKey) &&
          equalBytes(here.endKey, piece.endKey) &&
          epochOf(here).version === epochOf(piece).version &&
          here.peers.every(({ id }, at) => id === piece.peers[at]?.id)
        )
      })
    }
  }
}

const unanswered = weak(
  "ask-split-unanswered",
  "the question for ids, or its answer, is lost; scheduler, leadership or store go meanwhile",
  { store: noDeadline },
  (s: Steps) => {
    const { store, region } = s.leader("k000")
    const { scheduler } = s.cluster
    const how = s.rng.pick([
      "ask lost",
      "answer lost",
      "scheduler dies",
      "leader goes",
      "leader cut off",
      "store stops"
    ])
    s.world.log(`variant ${how}`)
    hand(s, ({ label }) =>
      label === (how === "ask lost" ? "AskBatchSplit" : "AskBatchSplit answer") ? "lose" : "pass"
    )
    const asked = askAdmin(s, store, region, cutAt("k003"))
    s.until("it asks", () => s.countOf("SplitAsked") > 0)
    s.forMs(s.rng.between(0, 20))
    if (how === "scheduler dies") {
      scheduler.kill(true)
      s.world.after(s.rng.between(100, 600), undefined, () => scheduler.start())
    }
    if (how === "leader goes") s.transferLeader("k000", s.followers("k000")[0]!)
    if (how === "leader cut off") s.isolate(store)
    if (how === "store stops") s.stop(store)
    const answer = answered(s, asked, 5_000)
    s.assert(answer._tag !== "AdminDone", "a split without ids was done")
    hand(s, undefined)
    s.heal()
    if (how === "store stops") s.start(store)
    // Nothing of it stays behind that would refuse the next one.
    untilAllKnow(
      s,
      splitInto(s, "k003").map((piece) => piece.region)
    )
  }
)

const racesMembership = weak(
  "split-races-membership",
  "members come, or one goes for another, between the question for ids and the apply of the split",
  { stores: 5, store: noDeadline },
  (s: Steps) => {
    const { network } = s.cluster
    const [spare, other] = s.spares("k000")
    // With one for another there are as many as before: only their conf_ver tells that they are not the same.
    const swap = s.rng.chance(0.5)
    const gone = swap ? s.addPeer("k000", other!, metapb.PeerRole.Learner) : undefined
    const { store, region } = s.leader("k000")
    const learner = addLearner(metapb.Peer.create({ id: s.newId(), storeId: spare!.storeId, role: 1 }))
    const before = s.rng.chance(0.5)
    hand(s, ({ label }) => (label === "AskBatchSplit answer" ? "hold" : "pass"))
    const split = askAdmin(s, store, region, cutAt("k002", "k004"))
    s.until("ids are on their way", () => network.holding > 0, 250)
    // Either the change is applied by then, or it stands in the log right before the split, or right behind it.
    if (gone !== undefined) answered(s, askAdmin(s, store, region, change(remove(gone))), 100)
    const added = askAdmin(s, store, s.status(store, region.id)!.region, change(learner))
    if (before) s.until("it is applied", () => peerOn(s.status(store, region.id)!.region, spare!) !== undefined, 200)
    else s.forMs(s.rng.between(0, 3))
    hand(s, undefined)
    network.release()
    const done = answered(s, split)
    const changed = answered(s, added)
    if (done._tag === "AdminDone") {
      s.assert(!before && !swap, "a split with ids for other members was done")
      untilAllKnow(s, done.regions)
    } else s.assert(["EpochNotMatch", "Refused"].includes(done._tag), `the split ended as ${show(done)}`)
    s.assert(
      changed._tag === "AdminDone" || done._tag === "AdminDone",
      `neither was done: ${show(changed)}, ${show(done)}`
    )
    untilReplicated(s, region.id)
  }
)

const batch = weak(
  "batch-split",
  "a region many times the limit is cut into many pieces at once, and all replicas agree on all of them",
  { store: { regionSplitBytes: 400, regionMaxBytes: 600, splitCheckIntervalMs: 1_500, ...noDeadline } },
  (s: Steps) => {
    const { region } = s.leader("w00")
    fill(s, "w", 30, 100)
    s.until("it is cut", () => s.countOf("SplitApplied") > 0)
    const { event } = s.events.find((one) => one.event.type === "SplitApplied")!
    const pieces = event.type === "SplitApplied" ? event.regions : []
    s.assert(pieces.length >= 5, `a region of eight pieces was cut into ${pieces.length}`)
    untilAllKnow(s, pieces)
    for (const piece of pieces) {
      const { version, confVer } = epochOf(piece)
      s.assert(
        version === epochOf(region).version + pieces.length - 1 && confVer === epochOf(region).confVer,
        `${formatRegion(region)} was cut into ${pieces.length}, one of them ${formatRegion(piece)}`
      )
    }
  }
)

const families = weak(
  "size-of-all-families",
  "a region grows in its lock or write family only: its size is told, it is cut, and nothing is measured for nothing",
  { store: { regionSplitBytes: 600, regionMaxBytes: 900, splitCheckIntervalMs: 50, ...noDeadline } },
  (s: Steps) => {
    const cf = s.rng.pick(["lock", "write"] as const)
    // Below the limit, at the end of the data: nothing later ends the scan, and still the size is told.
    const { store, region } = s.leader("w00")
    fill(s, "w", 5, 100, cf)
    untilKnown(s, region.id, ({ approximateBytes }) => approximateBytes >= 400, 2_000)
    s.assert(s.status(store, region.id)!.approximateBytes >= 400, "the last region has no size")
    s.forMs(200)
    const checks = s.countOf("SplitChecked")
    s.forMs(1_000)
    s.assert(s.countOf("SplitChecked") <= checks + 3, `${s.countOf("SplitChecked") - checks} checks without a write`)
    fill(s, "x", 15, 100, cf)
    s.until("it is cut", () => s.countOf("SplitApplied") > 0)
  }
)

const ofOthers = weak(
  "split-of-others",
  "one region waits for the scheduler; another region of the same store is split meanwhile",
  { store: noDeadline },
  (s: Steps) => {
    const { network } = s.cluster
    splitInto(s, "k003")
    const { store } = s.leader("k005")
    s.transferLeader("k000", store)
    s.transferLeader("k005", store)
    hand(s, ({ label }) => (label === "AskBatchSplit" ? "hold" : "pass"))
    const first = askAdmin(s, store, s.region("k000"), cutAt("k001"))
    s.until("it asks", () => network.holding > 0, 200)
    hand(s, undefined)
    const second = answered(s, askAdmin(s, store, s.region("k005"), cutAt("k005")), 200)
    s.assert(second._tag === "AdminDone", `the other region's split ended as ${show(second)}`)
    s.assert(first.result === undefined, "the first one did not wait any more")
    if (s.rng.chance(0.5)) network.release()
    answered(s, first)
  }
)

const sizes = weak(
  "sizes-after-split",
  "after a split each replica in turn leads each half: none believes in the size of the whole",
  { store: { regionSplitBytes: 4_500, regionMaxBytes: 6_000, splitCheckIntervalMs: 100 } },
  (s: Steps) => {
    fill(s, "w", 50, 100)
    const whole = s.region("w00").id
    untilReplicated(s, whole)
    untilAllKnow(
      s,
      splitInto(s, "w25").map((piece) => piece.region)
    )
    for (const store of s.rng.shuffle(s.stores)) {
      for (const key of ["w00", "w40"]) {
        s.transferLeader(key, store)
        const { approximateBytes } = s.status(store, s.region(key).id)!
        s.assert(
          approximateBytes > 1_000 && approximateBytes < 4_000,
          `${store.host.name} says ${approximateBytes} bytes of half of 5150`
        )
      }
    }
    s.forMs(500)
    s.assert(s.cluster.knownRegions().length === 2, "a half was split again")
  }
)

const behindSplit = weak(
  "write-behind-split",
  "writes stand in the log behind a split that gives their keys away",
  { store: noDeadline },
  (s: Steps) => {
    const { store, region } = s.leader("k000")
    // The followers' answers are lost until all of it stands in the leader's log.
    const losing = s.wires.lose((message, _, to) => message.regionId === region.id && to === store)
    const split = askAdmin(s, store, region, cutAt("k003"))
    s.until("the split is proposed", () => s.countOf("SplitProposed") > 0, 60)
    const keys = ["a1", "w1", "a2"]
    const writes = keys.map((key) => askWrite(s, store, region, key, "late"))
    s.forMs(s.rng.between(1, 20))
    losing.end()
    const done = answered(s, split)
    s.assert(done._tag === "AdminDone", `the split ended as ${show(done)}`)
    for (const one of writes) {
      const result = answered(s, one)
      s.assert(result._tag === "EpochNotMatch", `a write of the old epoch behind the split: ${show(result)}`)
      if (result._tag === "EpochNotMatch") {
        s.assert(result.currentRegions.length === 2, `it is told ${result.currentRegions.length} regions of two`)
      }
    }
    untilAllKnow(s, done._tag === "AdminDone" ? done.regions : [])
    for (const one of s.stores) {
      for (const key of keys) s.assert(s.local(one, key) === undefined, `${one.host.name} applied the refused ${key}`)
    }
  }
)

const refusal = weak(
  "epoch-refusal",
  "who comes with the epoch of before several splits is told every region that now covers the old range",
  {},
  (s: Steps) => {
    const old = splitInto(s, "k004")[0]!.region
    // Elsewhere too: the store's last region is not the one next to it.
    s.split("x5")
    for (const key of s.rng.shuffle(["k001", "k002", "k003"])) s.split(key)
    const { store } = leaderOf(s, old.id)
    s.until("its leader's store has all pieces", () => store.running!.router.regions().length === 6)
    const result = answered(s, askWrite(s, store, old, "k0005", "v"))
    if (result._tag !== "EpochNotMatch") throw s.world.fail(`an old epoch was answered ${show(result)}`)
    const told = [...result.currentRegions].sort((a, b) => Buffer.compare(a.startKey, b.startKey))
    s.assert(
      told.length === 4 &&
        equalBytes(told[0]!.startKey, old.startKey) &&
        equalBytes(told[3]!.endKey, old.endKey) &&
        told.every((region, at) => at === 0 || equalBytes(told[at - 1]!.endKey, region.startKey)),
      `${formatRegion(old)} is not what was told: ${told.map(formatRegion).join(", ")}`
    )
  }
)

const childLed = weak(
  "child-leader-at-once",
  "the child of a split is led at once, also when its quorum needs a follower that applies the split late",
  {},
  (s: Steps) => {
    const { store, region } = s.leader("k000")
    const [slow, other] = s.followers("k000")
    const needsSlow = s.rng.chance(0.5)
    const losing = s.wires.lose((message, _, to) => to === slow && message.regionId === region.id)
    if (needsSlow) {
      // The other follower has applied nothing of the child when it is cut off: its vote is missing.
      onEvent(s, (event, at) => {
        if (event.type === "SplitApplied" && at === store) s.world.after(0, undefined, () => cutOff(s, other!))
      })
    }
    askAdmin(s, store, region, cutAt("k003"))
    s.until("the leader has applied the split", () => s.countOf("SplitApplied", (_, at) => at === store) > 0)
    s.forMs(s.rng.between(5, 30))
    losing.end()
    const isChild = (event: { readonly type: string; readonly regionId?: number }): boolean =>
      event.regionId !== region.id
    const firstMs = (type: string, at?: typeof slow): number =>
      s.events.find(
        ({ event, store: where }) =>
          event.type === type && (at === undefined || at === where) && (type === "SplitApplied" || isChild(event))
      )?.atMs ?? Number.NaN
    s.until("the child has a leader", () => firstMs("LeaderElected") >= 0)
    const electedMs = firstMs("LeaderElected")
    if (needsSlow) {
      // The vote of the other may have been quick enough; if not, the one that waited at the slow one counts.
      s.until("the slow one applies the split", () => firstMs("SplitApplied", slow) >= 0)
      const lateMs = electedMs - firstMs("SplitApplied", slow)
      s.assert(lateMs < electionMs / 2, `no leader for ${lateMs.toFixed(0)} ms after a quorum knew the child`)
    } else {
      const lateMs = electedMs - firstMs("SplitApplied", store)
      s.assert(lateMs < electionMs, `the child had no leader for ${lateMs.toFixed(0)} ms`)
    }
  }
)

const holes = weak(
  "holes-for-clients",
  "clients work while regions are split again and again and heartbeats of the pieces come late or never",
  {},
  (s: Steps) => {
    const stop = busyClients(s, 4)
    const { network } = s.cluster
    for (const key of s.rng.shuffle(["k001", "k002", "k003", "k004", "k005"])) {
      hand(s, (frame) => (heartbeatOf(frame) === undefined ? "pass" : "hold"))
      const { store, region } = s.leader(key)
      askAdmin(s, store, region, cutAt(key))
      s.forMs(s.rng.between(20, 200))
      hand(s, undefined)
      network.release(() => s.rng.chance(0.7))
      if (s.rng.chance(0.3)) powerCycle(s, store, s.rng.between(20, 200))
      s.forMs(s.rng.between(100, 300))
    }
    stop()
    s.assert(tagOf(s.tryPut("k000", "v")) !== "given up", "clients do not find the regions")
  }
)

export const weakSplits: ReadonlyArray<Workload> = [
  unanswered,
  racesMembership,
  batch,
  families,
  ofOthers,
  sizes,
  behindSplit,
  refusal,
  childLed,
  holes
]
