/** FEATURES 5.1, what the scheduler believes: late, missing and overtaken heartbeats, and questions that come too late. */
import { encode, epochOf, metapb, pdpb } from "@reefkv/wire"
import { readAnswer, schedulerMethods } from "../../network/schedulerCalls.ts"
import type { Workload } from "../../Workload.ts"
import type { Steps } from "./steps.ts"
import {
  addCaughtUp,
  askScheduler,
  hand,
  hasEpochOf,
  heartbeatOf,
  leaderOf,
  regionById,
  regionByKey,
  schedulerEvents,
  splitInto,
  untilKnown,
  untilReplicated,
  weak
} from "./weakSteps.ts"

const lateHeartbeat = weak(
  "late-heartbeat",
  "a deposed leader's heartbeats reach the scheduler after the new leader's",
  {},
  (s: Steps) => {
    const { network } = s.cluster
    const old = s.leader("k000")
    const regionId = old.region.id
    hand(s, (frame) => (heartbeatOf(frame) !== undefined && frame.from === old.store.host ? "hold" : "pass"))
    s.until("the old leader has something to say", () => network.holding > 2)
    s.isolate(old.store)
    s.until("another leads", () => leaderOf(s, regionId).store !== old.store)
    const { store } = leaderOf(s, regionId)
    untilKnown(s, regionId, ({ leader }) => leader?.storeId === store.storeId)
    const before = s.knownRegion(regionId)!
    const events = schedulerEvents(s)
    hand(s, undefined)
    network.release()
    s.forMs(s.rng.between(20, 200))
    // Not for a moment either, until the new leader's next one.
    const { storeId } = old.store
    s.assert(
      !events.some((event) => event.type === "RegionChanged" && event.leaderStoreId === storeId),
      `late heartbeats of store ${storeId} made it the leader again`
    )
    const after = s.knownRegion(regionId)!
    s.assert(
      after.leader?.storeId === leaderOf(s, regionId).store.storeId && after.term >= before.term,
      `store ${after.leader?.storeId} leads in term ${after.term} to the scheduler; it was term ${before.term}`
    )
  }
)

const lateParent = weak(
  "late-parent-heartbeat",
  "heartbeats of a region from before its split reach the scheduler after both halves reported",
  {},
  (s: Steps) => {
    const { network } = s.cluster
    hand(s, (frame) => (heartbeatOf(frame) === undefined ? "pass" : "hold"))
    s.until("heartbeats of the whole region", () => network.holding > 0)
    // What is held by now is of the whole; what comes later passes.
    hand(s, undefined)
    const halves = splitInto(s, "k003")
    for (const { region } of halves) untilKnown(s, region.id, hasEpochOf(region))
    network.release()
    s.forMs(s.rng.between(20, 200))
    for (const [at, key] of ["k000", "k005"].entries()) {
      const expected = halves[at]!.region
      s.assert(regionByKey(s, key) === expected.id, `${key} is in region ${regionByKey(s, key)}, not ${expected.id}`)
      s.assert(hasEpochOf(expected)(s.knownRegion(expected.id)!), `region ${expected.id} went back to an older epoch`)
    }
  }
)

const epochJumps = weak(
  "epoch-jumps",
  "several splits and membership changes happen between two heartbeats that arrive",
  { stores: 4 },
  (s: Steps) => {
    const before = s.region("k005")
    hand(s, (frame) => (heartbeatOf(frame) === undefined ? "pass" : "lose"))
    const cuts = ["k002", "k004"]
    for (const change of s.rng.shuffle(["split", "move", "split", "move"])) {
      // Ids are given to a newer epoch than the scheduler knows: its heartbeat may be on another way.
      if (change === "split") splitInto(s, cuts.shift()!)
      else {
        addCaughtUp(s, "k005", s.spares("k005")[0]!)
        s.removePeer("k005", s.followers("k005")[0]!)
      }
    }
    // First of the region itself: what was cut off it would put it out of the way.
    const now = s.region("k005")
    hand(s, (frame) => ([undefined, now.id].includes(heartbeatOf(frame)) ? "pass" : "lose"))
    untilKnown(s, now.id, hasEpochOf(now))
    s.assert(epochOf(now).version === epochOf(before).version + 2, "it was not split twice")
    s.assert(epochOf(now).confVer >= epochOf(before).confVer + 6, "its members did not change")
  }
)

const staleOverHole = weak(
  "stale-region-over-hole",
  "a stale wide region starts in a hole and would cover newer regions to its right",
  {},
  (s: Steps) => {
    const { network } = s.cluster
    const events = schedulerEvents(s)
    const parent = s.region("k000").id
    const [wide] = splitInto(s, "k005")
    untilKnown(s, wide!.region.id, () => true)
    hand(s, (frame) => (heartbeatOf(frame) === undefined || heartbeatOf(frame) === parent ? "pass" : "hold"))
    s.until("the wide region speaks", () => network.holding > 0)
    // Older heartbeats of the wide region are held; of the pieces only the middle one is heard.
    let stale = network.holding
    const [, middle] = splitInto(s, "k002", "k003")
    const heard = [parent, middle!.region.id]
    hand(s, (frame) => (heard.includes(heartbeatOf(frame) ?? parent) ? "pass" : "lose"))
    untilKnown(s, middle!.region.id, hasEpochOf(middle!.region))
    s.assert(regionByKey(s, "k000") === undefined, "there is no hole: the situation did not arise")
    network.release(() => stale-- > 0)
    s.forMs(s.rng.between(20, 100))
    s.assert(regionByKey(s, "k002") === middle!.region.id, `k002 belongs to region ${regionByKey(s, "k002")} now`)
    s.assert(regionById(s, wide!.region.id) === undefined, "the stale wide region was taken")
    s.assert(
      events.every((event) => event.type !== "RegionChanged" || !event.evictedRegionIds.includes(middle!.region.id)),
      `the stale wide region evicted region ${middle!.region.id} for a while`
    )
  }
)

const evicted = weak(
  "evicted-by-id",
  "a region whose range others took is asked for by its id, and has an operator",
  {},
  (s: Steps) => {
    const events = schedulerEvents(s)
    const parent = s.region("k000").id
    const [wide] = splitInto(s, "k004")
    const { id } = wide!.region
    untilReplicated(s, id)
    untilKnown(s, id, ({ pendingPeers }) => pendingPeers.length === 0)
    // The wide region itself is not heard of any more; it is cut, and the first piece tells of its part of the range.
    hand(s, (frame) => (heartbeatOf(frame) === id || frame.label === "step" ? "lose" : "pass"))
    const to = s.stores.find((store) => store !== leaderOf(s, id).store)!
    const started = askScheduler(s, "add an operator", (service) =>
      service.addOperator({ kind: "transfer-leader", regionId: id, toStoreId: to.storeId })
    )
    const [first] = splitInto(s, "k002")
    untilKnown(s, first!.region.id, () => true)
    s.assert(regionById(s, id) === undefined, `region ${id} is found though its range went to others`)
    s.assert(regionByKey(s, "k005") === parent, "a region that has nothing to do with it was touched")
    s.assert(regionByKey(s, "k003") === undefined, `k003 is in region ${regionByKey(s, "k003")}`)
    if (started._tag === "Answer") {
      s.until("the operator of the vanished region has ended", () =>
        events.some((event) => event.type === "OperatorEnded" && event.regionId === id)
      )
    }
    hand(s, undefined)
    untilKnown(s, id, hasEpochOf(s.region("k003")))
  }
)

const askChecked = weak(
  "ask-split-checked",
  "the scheduler is asked to split what it does not know, or knows otherwise",
  {},
  (s: Steps) => {
    const before = s.region("k000")
    const [left, right] = splitInto(s, "k003").map(({ region }) => region)
    for (const region of [left!, right!]) untilKnown(s, region.id, hasEpochOf(region))
    const { rpc, clients, scheduler } = s.cluster
    const ask = (region: metapb.Region): ReadonlyArray<pdpb.SplitID> => {
      const { name, request, response } = schedulerMethods.askBatchSplit
      const bytes = encode(request, pdpb.AskBatchSplitRequest.create({ region, splitCount: s.rng.between(1, 3) }))
      return s.run.wait("ask-split", (done) =>
        rpc.call(clients, scheduler.host, name, bytes, 1_000, (end) => {
          const answer = end._tag === "Answered" ? readAnswer(response, end.bytes) : undefined
          done(answer?._tag === "Ok" ? answer.value.ids : [])
        })
      )
    }
    const { startKey, endKey } = right!
    const wrong: ReadonlyArray<readonly [string, metapb.Region]> = [
      ["the region of before the split", before],
      ["another id with the range of a region", { ...left!, id: left!.id + 1_000 }],
      ["the range of its neighbour", { ...left!, startKey, endKey }],
      ["an older membership", { ...right!, regionEpoch: { ...epochOf(right!), confVer: 1 } }],
      ["other peers", { ...right!, peers: right!.peers.slice(1) }]
    ]
    for (const [what, region] of s.rng.shuffle(wrong)) {
      s.assert(ask(metapb.Region.create(region)).length === 0, `ids were given for ${what}`)
    }
    const given = new Set<number>()
    for (const region of [left!, right!, left!]) {
      const ids = ask(region)
      s.assert(ids.length > 0, "a right question got no ids")
      for (const { newRegionId, newPeerIds } of ids) {
        s.assert(newPeerIds.length === region.peers.length, "not one peer id per peer")
        for (const id of [newRegionId, ...newPeerIds]) {
          s.assert(!given.has(id), `id ${id} was given twice`)
          given.add(id)
        }
      }
    }
    // What was asked for and not used is burnt.
    const pieces = splitInto(s, "k001")
    s.assert(!pieces.some(({ region }) => given.has(region.id)), "an id that was given before names a region")
  }
)

const toldAtOnce = weak(
  "told-at-once",
  "leader, membership and range change while regular heartbeats are a minute apart",
  { stores: 4, store: { regionHeartbeatIntervalMs: 60_000 } },
  (s: Steps) => {
    const soonMs = 200
    for (const what of s.rng.shuffle(["leader", "range", "member"])) {
      if (what === "leader") {
        s.transferLeader("k005", s.followers("k005")[0]!)
        const { store, region } = s.leader("k005")
        untilKnown(s, region.id, ({ leader }) => leader?.storeId === store.storeId, soonMs)
      } else if (what === "range") {
        for (const { region } of splitInto(s, "k003")) untilKnown(s, region.id, hasEpochOf(region), soonMs)
      } else {
        const peer = addCaughtUp(s, "k005", s.spares("k005")[0]!)
        const { id } = s.region("k005")
        untilKnown(
          s,
          id,
          ({ region }) => region?.peers.some((one) => one.id === peer.id && one.role === 0) === true,
          soonMs
        )
      }
    }
  }
)

export const weakHeartbeats: ReadonlyArray<Workload> = [
  lateHeartbeat,
  lateParent,
  epochJumps,
  staleOverHole,
  evicted,
  askChecked,
  toldAtOnce
]
