/** Splits among slow followers, lost votes, crashes and full mailboxes: TiKV's scenarios by their names. */
import { epochOf } from "@reefkv/wire"
import type { Workload } from "../../Workload.ts"
import { electionMs, scenario } from "./calm.ts"
import { isAppend, isVote } from "./interference.ts"
import { addVoter, bytesOf, change, type Steps } from "./steps.ts"

/** Both halves of a cut at "m" live on all stores that hold them, with equal data. */
export const bothHalves = (s: Steps): void => {
  for (const key of ["a-half", "z-half"]) {
    s.put(key, "both")
    for (const { storeId } of s.region(key).peers) s.holds(s.cluster.storeOf(storeId)!, key, "both")
  }
  s.assert(s.region("a").id !== s.region("z").id, "there are no two halves")
}

const quickElection = scenario(
  "node_quick_election_after_split",
  "both halves of a split have a leader within a round trip, not after an election timeout",
  {},
  (s: Steps) => {
    s.put("a", "1")
    s.split("m")
    const beganMs = s.world.nowMs
    s.leader("a")
    s.leader("z")
    s.assert(s.world.nowMs - beganMs < electionMs, `a half had no leader for ${s.world.nowMs - beganMs} ms`)
    bothHalves(s)
  }
)

const lostVotes = scenario(
  "split_lost_request_vote",
  "the new region's first calls for votes are lost, and it gets a leader all the same",
  {},
  (s: Steps) => {
    s.put("a", "1")
    const parent = s.region("a").id
    const lost = s.wires.lose((message, from, to) => message.regionId !== parent && isVote(message, from, to), 6)
    s.split("m")
    bothHalves(s)
    s.assert(lost.count === 6, `${lost.count} votes were lost`)
    s.mustGet("a", "1")
  }
)

const slowApply = scenario(
  "follower_slow_split",
  "a follower has the split in its log and applies it late; votes for the new region come before, and count afterwards",
  {},
  (s: Steps) => {
    s.put("a", "1")
    const [slow, other] = s.followers("a")
    const parent = s.region("a").id
    // The third store takes no part in the new region's election: without the slow one there is no leader.
    const cut = s.wires.lose((message, _from, to) => message.regionId !== parent && to === other!)
    slow!.disk.stallDataMs = 40
    s.split("m")
    const { id } = s.leader("a").region
    slow!.disk.stallDataMs = 0
    cut.end()
    const momentOf = (type: "RegionCreated" | "LeaderElected"): number =>
      s.events.find(
        ({ store, event }) =>
          event.type === type && event.regionId === id && (type === "LeaderElected" || store === slow)
      )!.atMs
    const tookMs = momentOf("LeaderElected") - momentOf("RegionCreated")
    s.assert(tookMs < electionMs / 3, `the early votes did not count: no leader for ${tookMs} ms after the slow split`)
    bothHalves(s)
    s.assert(s.countOf("SnapshotSent") === 0, "a snapshot was sent")
    s.mustGet("a", "1")
  }
)

const slowSplitNoSnapshot = scenario(
  "node_slow_split_does_not_cause_snapshot",
  "a follower hears nothing of the parent's log and all of the new region: it waits for the split, no snapshot is sent",
  {},
  (s: Steps) => {
    s.put("a", "1")
    const [slow] = s.followers("a")
    const parent = s.region("a").id
    const lost = s.wires.lose(
      (message, from, to) => to === slow && message.regionId === parent && isAppend(message, from, to)
    )
    s.split("m")
    s.put("a", "2")
    s.forMs(300)
    s.assert(slow!.running!.router.regions().length === 1, "the new region came before the split")
    lost.end()
    bothHalves(s)
    s.assert(s.countOf("SnapshotSent") === 0, "a snapshot was sent")
    s.holds(slow!, "a", "2")
  }
)

const raceWithConfChange = scenario(
  "split_race_with_conf_change",
  "a split and a new peer are asked for at the same time: whichever comes first, no peer id is in two places",
  { stores: 4 },
  (s: Steps) => {
    s.put("a", "1")
    s.put("z", "1")
    const [spare] = s.spares("a")
    const { store, region } = s.leader("a")
    const peer = { id: s.newId(), storeId: spare!.storeId, role: 0, isWitness: false }
    const [first, second] = s.rng.shuffle([
      { type: "split", splitKeys: [bytesOf("m")] } as const,
      change(addVoter(peer))
    ])
    const asked = s.ask(store, region, first!)
    s.forMs(s.rng.double() * 4)
    const next = s.ask(store, region, second!)
    for (const one of [asked, next]) s.answerOf(one)
    s.split("m")
    s.mustAdmin(
      "the new peer of the right half",
      "z",
      () => change(addVoter(peer)),
      ({ peers }) => peers.some(({ id }) => id === peer.id)
    )
    const left = s.region("a")
    const right = s.region("z")
    const ids = [...left.peers, ...right.peers].map(({ id }) => id)
    s.assert(new Set(ids).size === ids.length, `a peer id is in two places: ${ids}`)
    s.assert(right.peers.length === 4, `the right half has ${right.peers.length} peers`)
    s.assert(
      left.peers.every(({ storeId }) => right.peers.some((other) => other.storeId === storeId)),
      "the left half is on a store that the parent was not on"
    )
    bothHalves(s)
  }
)

const duplicatedBatch = scenario(
  "split_duplicated_batch",
  "the same cut twice at once over wires that double messages, and a restart: done once, of two keys or of none",
  { network: { duplication: 0.3 } },
  (s: Steps) => {
    s.put("a", "1")
    const { store, region } = s.leader("a")
    const cut = (...keys: ReadonlyArray<string>) => ({ type: "split", splitKeys: keys.map(bytesOf) }) as const
    for (const keys of [["m", "m"], ["m", "c"], []]) {
      const { _tag } = s.admin(store, region, cut(...keys))
      s.assert(_tag !== "AdminDone", `a split at [${keys}] was done`)
    }
    const both = [s.ask(store, region, cut("c", "m")), s.ask(store, region, cut("c", "m"))].map((one) =>
      s.answerOf(one)
    )
    const done = both.filter(({ _tag }) => _tag === "AdminDone").length
    s.assert(done === 1, `the split was done ${done} times: ${both.map(({ _tag }) => _tag)}`)
    const [restarted] = s.followers("a")
    s.kill(restarted!)
    s.start(restarted!)
    s.untilKnown("three regions of one version", (regions) => {
      const versions = regions.map(({ region }) => epochOf(region!).version)
      return versions.length === 3 && versions.every((version) => version === epochOf(region).version + 2)
    })
    bothHalves(s)
  }
)

const initialState = scenario(
  "split_init_raft_state_recovery",
  "all power goes around a split: no store comes back with a new region's log and without the region",
  {},
  (s: Steps) => {
    s.put("a", "0")
    const { store, region } = s.leader("a")
    s.ask(store, region, { type: "split", splitKeys: [bytesOf("m")] })
    s.forMs(s.rng.double() * 25)
    for (const one of s.rng.shuffle(s.stores)) s.kill(one)
    for (const one of s.rng.shuffle(s.stores)) s.start(one)
    s.mustGet("a", "0")
    s.split("m")
    s.put("a", "1")
    for (const one of s.rng.shuffle(s.stores)) s.kill(one)
    for (const one of s.rng.shuffle(s.stores)) s.start(one)
    s.mustGet("a", "1")
    bothHalves(s)
  }
)

const crashAtSplit = scenario(
  "split_crash_at_write",
  "a store loses power in the middle of one of the writes of a split, before or after it took effect",
  {},
  (s: Steps) => {
    s.put("a", "1")
    const store = s.rng.pick(s.stores)
    const point = s.rng.pick([undefined, "append", "write", "sync"] as const)
    let crashed = false
    store.disk.crashAt(point, s.rng.pick(["before", "after"]), () => {
      crashed = true
      s.kill(store)
    })
    s.split("m")
    s.forMs(20)
    if (!crashed) store.disk.disarm()
    s.start(store)
    bothHalves(s)
    s.mustGet("a", "1")
  }
)

const crashAndSnapshot = scenario(
  "split_crash_and_snapshot_of_parent",
  "a store loses power after a split, and the parent's log is cut past the split meanwhile: the new region is still there",
  { store: { logGcCountLimit: 20, logGcThreshold: 15 } },
  (s: Steps) => {
    s.put("a", "0")
    const [store] = s.followers("a")
    s.split("m")
    s.put("a", "1")
    s.holds(store!, "a", "1")
    const { lastIndex } = s.status(store!, s.region("z").id)!
    s.kill(store!)
    // A new leader knows nothing of what the store has, and cannot tell it that the split is committed.
    s.transferLeader("z", s.followers("z").find((one) => one !== store)!)
    for (let i = 0; i < 40; i++) s.put(`z${i}`, "v")
    s.until("the parent's log is cut", () => s.leader("z").status.truncatedIndex > lastIndex)
    s.start(store!)
    s.holds(store!, "z39", "v")
    bothHalves(s)
  }
)

const sizes = { store: { regionMaxBytes: 3_000, regionSplitBytes: 2_000 } }
const value = "v".repeat(96)
const writtenBytes = 40 * (96 + 4)
const fill = (s: Steps): void => {
  for (let i = 100; i < 140; i++) s.put(`k${i}`, value)
}

const sizeAfterSplit = scenario(
  "region_size_after_split",
  "what the scheduler is told of the sizes of the halves adds up to the whole, and no half is zero",
  { store: { regionMaxBytes: 1_000_000, regionSplitBytes: 500_000 } },
  (s: Steps) => {
    fill(s)
    const total = (regions: ReadonlyArray<{ readonly approximateBytes: number }>): number =>
      regions.reduce((sum, { approximateBytes }) => sum + approximateBytes, 0)
    s.untilKnown("the size of the whole", (regions) => total(regions) >= 0.9 * writtenBytes)
    s.split("k120")
    s.untilKnown(
      "sizes of both halves",
      (regions) =>
        regions.length === 2 &&
        regions.every(({ approximateBytes }) => approximateBytes > 0) &&
        total(regions) >= 0.9 * writtenBytes &&
        total(regions) <= 1.2 * writtenBytes
    )
    // Also after the leader of one half is another store, which knows the size by its own account.
    s.transferLeader("k139", s.followers("k139")[0]!)
    s.put("k139", value)
    s.untilKnown("the new leader's size", (regions) => regions.every(({ approximateBytes }) => approximateBytes > 0))
  }
)

const sizeCheck = scenario(
  "report_approximate_size_after_split_check",
  "a region over its limit is cut by itself, and the pieces' sizes are told as the check measured them",
  sizes,
  (s: Steps) => {
    fill(s)
    s.untilKnown(
      "pieces within the limit",
      (regions) =>
        regions.length >= 2 &&
        regions.every(({ approximateBytes }) => approximateBytes > 0 && approximateBytes <= 3_000)
    )
    const total = s.known().reduce((sum, { approximateBytes }) => sum + approximateBytes, 0)
    s.assert(total > 0.8 * writtenBytes && total < 1.3 * writtenBytes, `${total} bytes are told of ${writtenBytes}`)
  }
)

const channelFull = scenario(
  "split_store_channel_full",
  "splits with mailboxes that overflow under the load: refused or dropped, never half done",
  { keys: 12, thinkMs: 0.5, store: { mailboxMax: 24, proposalsMaxPerRegion: 4 } },
  (s: Steps) => {
    for (const { disk } of s.stores) disk.stallLogMs = s.rng.between(15, 40)
    const load = s.load(40)
    for (const key of s.rng.shuffle(["k003", "k006", "k009"])) {
      s.forMs(30)
      s.split(key)
    }
    load.stop()
    s.assert(s.sumOf("mailboxRefusals") > 0, "no mailbox was ever full")
    s.assert(s.cluster.knownRegions().length === 4, "not four regions")
  }
)

export const splits: ReadonlyArray<Workload> = [
  quickElection,
  lostVotes,
  slowApply,
  slowSplitNoSnapshot,
  raceWithConfChange,
  duplicatedBatch,
  initialState,
  crashAtSplit,
  crashAndSnapshot,
  sizeAfterSplit,
  sizeCheck,
  channelFull
]
