/** FEATURES 5.2 and 5.3, those who wait: each is answered once and in time, whatever becomes of the leader or the peer. */
import type { ReadDone, RegionError } from "@reefkv/core"
import { epochOf, findPeer, type metapb } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import { electionMs } from "./calm.ts"
import { type Steps, bytesOf as toBytes } from "./steps.ts"
import {
  addCaughtUp,
  answered,
  askAdmin,
  askWrite,
  type Counted,
  leaderOf,
  membersOf,
  noDeadline,
  onEvent,
  show,
  untilReplicated,
  weak
} from "./weakSteps.ts"

/** Election timeouts after which nobody may wait any more at a leader that lost its quorum: check, step down, grace. */
const patience = 6 * electionMs + 100

const notDone: ReadonlyArray<string> = ["StaleCommand", "UndeterminedResult", "NotLeader"]

/** The leader alone, with writes that it can never commit; another one leads and writes other values to the same keys. */
const loseLeader = (s: Steps, keys: ReadonlyArray<string>) => {
  const old = s.leader("k000")
  s.isolate(old.store)
  const writes = keys.map((key) => askWrite(s, old.store, old.region, key, "old"))
  s.until("another leads", () => leaderOf(s, old.region.id).store !== old.store)
  const now = leaderOf(s, old.region.id)
  return { old, now, writes }
}
const mustEnd = (s: Steps, writes: ReadonlyArray<Counted<{ readonly _tag: "Written" }>>, boundMs: number): void => {
  for (const one of writes) {
    const result = answered(s, one, boundMs)
    s.assert(notDone.includes(result._tag), `${one.what} of a leader without quorum ended as ${show(result)}`)
  }
}

const overwritten = weak(
  "proposals-overwritten",
  "what a leader without quorum proposed is overwritten by its successor's entries",
  { store: noDeadline },
  (s: Steps) => {
    const keys = Array.from({ length: s.rng.between(1, 8) }, (_, i) => `w${i}`)
    const { now, writes } = loseLeader(s, keys)
    for (const key of keys) answered(s, askWrite(s, now.store, leaderOf(s, now.region.id).region, key, "new"))
    if (s.rng.chance(0.5)) s.heal()
    mustEnd(s, writes, patience)
    s.heal()
    untilReplicated(s, now.region.id)
    for (const store of s.stores) for (const key of keys) s.holds(store, key, "new")
  }
)

const jumped = weak(
  "proposals-jumped",
  "a snapshot replaces the log in which the writers' entries stood",
  { store: { ...noDeadline, logGcCountLimit: 2, logGcThreshold: 1, logGcIntervalMs: 10 } },
  (s: Steps) => {
    const { old, now, writes } = loseLeader(s, ["w0", "w1", "w2"])
    for (let i = 0; i < 6; i++) answered(s, askWrite(s, now.store, now.region, `w${i % 3}`, `new${i}`))
    const { lastIndex } = s.status(old.store, old.region.id)!
    s.until("the log is cut", () => (s.status(now.store, old.region.id)?.truncatedIndex ?? 0) > lastIndex)
    s.heal()
    // Whoever still waits is answered by the snapshot itself, not by a time that runs out later.
    let jumpedMs = 0
    onEvent(s, (event, at) => {
      if (event.type === "SnapshotApplied" && at === old.store) jumpedMs ||= s.world.nowMs
    })
    mustEnd(s, writes, patience)
    s.until("the snapshot is in place", () => jumpedMs > 0)
    for (const one of writes) {
      s.assert(one.answeredMs <= jumpedMs + 5, `${one.what} waited ${(one.answeredMs - jumpedMs).toFixed(0)} ms more`)
    }
    untilReplicated(s, old.region.id)
  }
)

const inTransfer = weak(
  "proposals-in-transfer",
  "writes come every millisecond while leadership is handed over, to a target that may not answer",
  { store: noDeadline },
  (s: Steps) => {
    const { store, region } = s.leader("k000")
    const to = s.followers("k000")[0]!
    const how = s.rng.pick(["well", "target cut off", "target paused", "old leader cut off"])
    s.world.log(`variant ${how}`)
    if (how === "target cut off") s.isolate(to)
    if (how === "target paused") to.host.pause()
    const writes: Array<Counted<{ readonly _tag: "Written" }>> = []
    const write = (): void => {
      writes.push(askWrite(s, store, region, `w${writes.length}`, "v"))
      s.forMs(1)
    }
    for (let i = 0; i < 10; i++) write()
    askAdmin(s, store, region, { type: "transferLeader", peer: findPeer(region, to.storeId)! })
    const cutAfter = s.rng.between(0, 10)
    for (let i = 0; i < 60; i++) {
      if (i === cutAfter && how === "old leader cut off") s.isolate(store)
      write()
    }
    for (const one of writes) answered(s, one, patience)
    s.heal()
    to.host.resume()
    // Who was told that it is done can rely on it; who was told that it is not, as well.
    untilReplicated(s, region.id)
    for (const [i, { result }] of writes.entries()) {
      const found = s.local(leaderOf(s, region.id).store, `w${i}`)
      if (result?._tag === "Written") s.assert(found === "v", `the acknowledged write of w${i} is lost`)
      else if (result?._tag !== "UndeterminedResult") {
        s.assert(found === undefined, `w${i} is there, and its writer was told ${show(result)}`)
      }
    }
  }
)

const closed = weak(
  "requests-at-a-closed-region",
  "reads and writes come in all the time while the store's peer hands over, is removed, and comes back",
  { stores: 4, store: noDeadline },
  (s: Steps) => {
    const { store, region } = s.leader("k000")
    const said = new Map<string, number>()
    let open = 0
    const ask = (at: SimStore, known: metapb.Region): void => {
      const { running } = at
      if (running === undefined) return
      const header = { regionId: known.id, epoch: epochOf(known), peer: undefined, term: 0, deadlineMs: 0 }
      const done = (result: { readonly _tag: string } | ReadDone | RegionError): void => {
        open--
        said.set(result._tag, (said.get(result._tag) ?? 0) + 1)
      }
      open += 3
      running.router.read({ header, keys: [toBytes("k000")], replicaRead: s.rng.chance(0.5) }, done)
      const commands = [{ type: "put", cf: "default", key: toBytes("w"), value: toBytes("v") }] as const
      running.router.write({ header, commands }, done)
      running.router.admin({ header, command: { type: "split", splitKeys: [] } }, done)
    }
    let asking = true
    s.world.repeat(
      () => (asking ? 1 : undefined),
      () => s.world.after(0, store.host, () => ask(store, s.status(store, region.id)?.region ?? region))
    )
    s.removePeer("k000", store)
    s.until("it is gone", () => s.status(store, region.id) === undefined)
    s.forMs(30)
    addCaughtUp(s, "k000", store)
    s.removePeer("k000", store)
    asking = false
    s.until("all are answered", () => open === 0, patience)
    s.assert((said.get("RegionNotFound") ?? 0) > 0, `nobody came while it was closed: ${show([...said])}`)
    s.assert(said.get("ServerIsBusy") === undefined || said.size > 2, show([...said]))
  }
)

const atDeadline = weak(
  "answers-at-the-deadline",
  "deadlines fall right into proposal, commit and apply; nobody waits longer, nobody is told what is not so",
  {},
  (s: Steps) => {
    const { store, region } = s.leader("k000")
    const slow = s.rng.pick(["nothing", "followers", "disk"])
    if (slow === "followers") {
      for (const one of s.followers("k000")) s.cluster.network.slowDown(one.host, store.host, s.rng.between(80, 150))
    }
    if (slow === "disk") store.disk.stallLogMs = s.rng.between(1, 20)
    const writes = Array.from({ length: 60 }, (_, i) => {
      s.forMs(s.rng.between(0, 2))
      const afterMs = s.rng.double() * 40
      const dueMs = s.world.nowMs + afterMs
      const deadlineMs = store.host.monotonicMs() + afterMs
      return { key: `w${i}`, dueMs, asked: askWrite(s, store, region, `w${i}`, "v", { deadlineMs }) }
    })
    for (const { asked, dueMs } of writes) {
      answered(s, asked, 500)
      s.assert(
        asked.answeredMs < dueMs + 60,
        `${asked.what} waited ${(asked.answeredMs - dueMs).toFixed(0)} ms too long`
      )
    }
    s.heal()
    store.disk.disarm()
    s.put("k001", "after")
    untilReplicated(s, region.id)
    for (const { key, asked } of writes) {
      const found = s.local(s.leader("k000").store, key)
      const tag = asked.result!._tag
      if (tag === "Written") s.assert(found === "v", `the acknowledged ${key} is lost`)
      else if (tag === "DeadlineExceeded" || tag === "NotLeader") {
        s.assert(found === undefined, `${key} is there, and its writer was told ${tag}`)
      } else s.assert(tag === "UndeterminedResult", `${key} ended as ${tag}`)
    }
  }
)

const flood = weak(
  "flood",
  "far more requests at once than mailbox and region take: refused in words, and Raft goes on below",
  { store: { ...noDeadline, mailboxMax: 64, proposalsMaxPerRegion: 16 } },
  (s: Steps) => {
    const { store, region, status } = s.leader("k000")
    const writes: Array<Counted<{ readonly _tag: "Written" }>> = []
    for (let burst = 0; burst < 20; burst++) {
      for (let i = 0; i < 200; i++) writes.push(askWrite(s, store, region, `w${writes.length}`, "v"))
      s.forMs(s.rng.between(1, 20))
    }
    let busy = 0
    for (const one of writes) {
      const result = answered(s, one, 3_000)
      if (result._tag === "ServerIsBusy") busy++
      else s.assert(result._tag === "Written", `${one.what} ended as ${show(result)}`)
    }
    s.assert(busy > 500 && busy < writes.length, `${busy} of ${writes.length} were told ServerIsBusy`)
    const now = leaderOf(s, region.id)
    s.assert(now.store === store && now.status.term === status.term, "leadership was lost under the flood")
    s.assert(answered(s, askWrite(s, store, region, "w", "v"))._tag === "Written", "a quiet store refuses a write")
    s.assert(membersOf(s, now.region).length === 3, "a member is gone")
  }
)

export const weakProposals: ReadonlyArray<Workload> = [overwritten, jumped, inTransfer, closed, atDeadline, flood]
