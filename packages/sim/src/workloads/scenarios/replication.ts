/**
 * Logs that lag, stall and are overwritten: etcd-raft's data-driven files, as far as a whole cluster shows them. The bare
 * group's side of each is a script in core's testdata.
 */
import { epochOf, eraftpb } from "@reefkv/wire"
import type { Workload } from "../../Workload.ts"
import { electionMs, scenario } from "./calm.ts"
import { isAppend, typeOf } from "./interference.ts"
import { bytesOf, type Steps } from "./steps.ts"

const { MessageType } = eraftpb
const keyOf = (i: number): string => `k${String(i).padStart(3, "0")}`

const slowFollower = scenario(
  "slow_follower_after_compaction",
  "the log is cut past a follower that was away: it comes back by a snapshot and goes on by the log, while more is cut",
  { store: { logGcCountLimit: 10, logGcThreshold: 5 } },
  (s: Steps) => {
    s.put("k", "1")
    const { region } = s.leader("k")
    const [slow] = s.followers("k")
    const { lastIndex } = s.status(slow!, region.id)!
    s.isolate(slow!)
    for (let i = 0; i < 30; i++) s.put(keyOf(i), "away")
    s.until("the log is cut past it", () => s.leader("k").status.truncatedIndex > lastIndex)
    s.heal()
    for (let i = 0; i < 30; i++) s.put(keyOf(i), "back")
    s.holds(slow!, keyOf(29), "back")
    const applied = s.countOf("SnapshotApplied", (_event, store) => store === slow)
    s.assert(applied > 0, "no snapshot was applied")
    // From here on it keeps up without another one.
    for (let i = 0; i < 10; i++) {
      s.put(keyOf(i), "on")
      s.holds(slow!, keyOf(i), "on")
    }
    s.assert(s.countOf("SnapshotApplied", (_event, store) => store === slow) === applied, "it needed another snapshot")
  }
)

const window = 4
const pausedPuts = 40

const replicatePause = scenario(
  "replicate_pause",
  "a follower acknowledges nothing: the leader keeps a few messages on their way to it, and goes on when it answers",
  { store: { maxInflightMessages: window, heartbeatTicks: 5, electionTicks: 20 } },
  (s: Steps) => {
    s.put("k", "1")
    const { store } = s.leader("k")
    const [mute] = s.followers("k")
    s.holds(mute!, "k", "1")
    const silent = s.wires.hold((message, from) => from === mute && typeOf(message) === MessageType.MsgAppendResponse)
    let rounds = 0
    const appends = s.wires.record((message, from, to) => {
      if (from !== store || to !== mute) return false
      if (typeOf(message) === MessageType.MsgHeartbeat) rounds++
      return typeOf(message) === MessageType.MsgAppend && (message.message?.entries.length ?? 0) > 0
    })
    for (let i = 0; i < pausedPuts; i++) s.put(keyOf(i), "2")
    // Each answered heartbeat may make room for one more.
    const bound = window + rounds + 1
    s.assert(appends.count <= bound, `${appends.count} appends were on their way, with ${rounds} heartbeats`)
    s.assert(s.leader("k").store === store, "the leader changed")
    s.rng.chance(0.5) ? silent.release() : silent.drop()
    for (let i = 0; i < pausedPuts; i++) s.holds(mute!, keyOf(i), "2")
  }
)

const laggingCommit = scenario(
  "lagging_commit",
  "a follower has the entry and not the word that it is committed: the next heartbeat tells it",
  // An append that overtakes the entry it commits tells nothing, and only a heartbeat would tell it again.
  { network: { reorder: false } },
  (s: Steps) => {
    s.put("k", "1")
    const [lagging] = s.followers("k")
    s.holds(lagging!, "k", "1")
    const empty = s.wires.lose(
      (message, from, to) => to === lagging && isAppend(message, from, to) && message.message?.entries.length === 0
    )
    for (let i = 0; i < 5; i++) {
      s.put("k", `heartbeat ${i}`)
      s.holds(lagging!, "k", `heartbeat ${i}`, electionMs)
    }
    s.assert(empty.count > 0, "nothing was to be lost")
    empty.end()
    // The other way round: without heartbeats an append tells it.
    const quiet = s.wires.lose((message, _from, to) => to === lagging && typeOf(message) === MessageType.MsgHeartbeat)
    s.put("k", "append 1")
    s.holds(lagging!, "k", "append 1", electionMs)
    quiet.end()
  }
)

const asyncWrites = scenario(
  "async_storage_writes",
  "a follower's log is slow: the others commit without it, it acknowledges nothing that is not durable, and loses power",
  {},
  (s: Steps) => {
    s.put("k", "1")
    const { store, region } = s.leader("k")
    const [slow, other] = s.followers("k")
    slow!.disk.stallLogMs = 300
    const beganMs = s.world.nowMs
    s.put("k", "2")
    s.assert(s.world.nowMs - beganMs < 300, "a commit waited for the slow follower")
    slow!.disk.stallLogMs = 0
    s.holds(slow!, "k", "2")
    // Without the other one nothing commits before the slow disk is done.
    slow!.disk.stallLogMs = 300
    s.isolate(other!)
    const write = s.askWrite(store, region, "k", "3")
    s.forMs(20 + s.rng.double() * 200)
    s.kill(slow!)
    s.forMs(electionMs)
    s.assert(write.result === undefined || write.result._tag !== "Written", "acknowledged what one disk has")
    s.heal()
    slow!.disk.disarm()
    s.start(slow!)
    s.put("k", "4")
    s.holds(slow!, "k", "4")
  }
)

const appendAba = scenario(
  "async_storage_writes_append_aba_race",
  "entries are overwritten, and overwritten again at the same index, while a follower's first append is still on its way to the disk",
  { stores: 5, scheduler: { maxReplicas: 5 } },
  (s: Steps) => {
    s.put("k", "0")
    const [victim] = s.followers("k")
    victim!.disk.stallLogMs = s.rng.between(100, 400)
    for (let round = 0; round < 3; round++) {
      const { store, region } = s.leader("k")
      if (store === victim) {
        s.transferLeader("k", s.followers("k")[0]!)
        continue
      }
      // The leader reaches the victim alone, with entries that nobody else gets.
      const others = s.stores.filter((one) => one !== store && one !== victim)
      s.partition([store], others)
      for (let i = 0; i <= round; i++) s.askWrite(store, region, "k", `lone ${round} ${i}`)
      s.forMs(s.rng.double() * 40)
      // The others elect, and the victim hears of other entries for the same places.
      s.partition([victim!], [store])
      s.until("the others have a leader", () => (s.leads("k")?.store ?? store) !== store)
      s.put("k", `round ${round}`)
      s.forMs(s.rng.double() * 100)
      s.heal()
      if (s.rng.chance(0.3)) s.restart(victim!)
    }
    victim!.disk.disarm()
    s.put("k", "last")
    for (const one of s.stores) s.holds(one, "k", "last")
  }
)

/** The leader is heard and obeyed, and no entry and no question of a reader gets through. */
const answeredInTime = scenario(
  "answered_in_time",
  "nothing can be committed, and the leader goes on leading: writes, reads and changes are answered after the store's own limit",
  {},
  (s: Steps) => {
    s.put("k", "1")
    const { store, region } = s.leader("k")
    const [follower] = s.followers("k")
    const lost = s.wires.lose(
      (message, from, to) => isAppend(message, from, to) || typeOf(message) === MessageType.MsgReadIndex
    )
    const { requestTimeoutMs, raftTickMs } = s.cluster.options.store
    const untilMs = s.world.nowMs + requestTimeoutMs
    const writes = Array.from({ length: 3 }, (_, i) => s.askWrite(store, region, "k", `${i}`))
    const split = s.ask(store, region, { type: "split", splitKeys: [bytesOf("m")] })
    let read: string | undefined
    s.world.after(0, follower!.host, () => {
      const header = { regionId: region.id, epoch: epochOf(region), peer: undefined, term: 0, deadlineMs: 0 }
      follower!.running?.router.read({ header, keys: [bytesOf("k")], replicaRead: true }, ({ _tag }) => {
        read = _tag
      })
    })
    s.forMs(requestTimeoutMs - 5 * raftTickMs)
    s.assert(s.leader("k").store === store, "the leader lost its leadership")
    s.assert(
      [...writes, split].every(({ result }) => result === undefined) && read === undefined,
      "somebody was answered too early"
    )
    s.until(
      "all are answered",
      () => read !== undefined && [...writes, split].every(({ result }) => result !== undefined)
    )
    s.assert(
      s.world.nowMs < untilMs + 10 * raftTickMs,
      `the last answer came at ${s.world.nowMs} ms, due at ${untilMs} ms`
    )
    s.assert(read === "DeadlineExceeded", `the read is ${read}`)
    for (const { result } of writes) s.assert(result?._tag === "UndeterminedResult", `a write is ${result?._tag}`)
    lost.end()
  }
)

/** A log forgets twice, and nothing is appended until the power fails: both may come undone, the second one first. */
const compactionsUndone = scenario(
  "compactions_undone",
  "a store loses its power after two compactions of a log: the log is what it was before both, before none, or after both",
  {},
  (s: Steps) => {
    for (let i = 0; i < 12; i++) s.put("k", `${i}`)
    const { store, region, status } = s.leader("k")
    const log = () => store.running!.raftLog.group(region.id)!
    const index = status.appliedIndex
    // The data is made durable before a log forgets, and takes its time for that: the second command is applied by then.
    store.disk.stallDataMs = 60
    const asked = [6, 3].map((back) => s.ask(store, region, { type: "compactLog", index: index - back }))
    s.until("the log has forgotten up to the first", () => log().truncated.index >= index - 6)
    s.until("and up to the second", () => log().truncated.index === index - 3)
    for (const one of asked) s.assert(one.result?._tag === "AdminDone", `a compaction is ${one.result?._tag}`)
    s.kill(store)
    store.disk.stallDataMs = 0
    s.start(store)
    for (let i = 0; i < 3; i++) s.put("k", `after ${i}`)
    for (const one of s.stores) s.holds(one, "k", "after 2")
  }
)

export const replication: ReadonlyArray<Workload> = [
  compactionsUndone,
  answeredInTime,
  slowFollower,
  replicatePause,
  laggingCommit,
  asyncWrites,
  appendAba
]
