/**
 * Splits with trouble at their moments: power lost between a split and the next sync, replicas that are behind while
 * regions are cut, leaders that know of a split and have not applied it.
 */
import { keyName } from "../KvClient.ts"
import { bytesOf, type Led, peerOn, type Steps } from "../scenarios/steps.ts"
import { aimed, electionMs, othersOf, type Round, someLeader, someTime, tryAdmin, upAgain, waitFor } from "./aimed.ts"

const keys = 40
const names = Array.from({ length: keys }, (_, i) => keyName(i))

/** A region and a key strictly inside it; undefined when no region is left that can be cut. */
const cuttable = (s: Steps): { readonly led: Led; readonly key: string } | undefined => {
  for (let tries = 8; tries > 0; tries--) {
    const led = someLeader(s)
    if (led === undefined) return undefined
    const inside = names.filter((name) => {
      const key = bytesOf(name)
      const { startKey, endKey } = led.region
      return Buffer.compare(key, startKey) > 0 && (endKey.length === 0 || Buffer.compare(key, endKey) < 0)
    })
    if (inside.length > 1) return { led, key: s.rng.pick(inside.slice(1)) }
  }
  return undefined
}
const splitCommand = (key: string) => ({ type: "split", splitKeys: [bytesOf(key)] }) as const

/** True when the store has applied a split since the given event. */
const hasSplit = (s: Steps, store: unknown, from: number): boolean =>
  s.events.slice(from).some((one) => one.store === store && one.event.type === "SplitApplied")

/**
 * A follower loses power right after it applied the split and its child said or wrote something. While it is away the
 * parent gets another leader, which knows nothing of that follower, and cuts its log beyond the split.
 */
const powerAfterSplit: Round = (s) => {
  const found = cuttable(s)
  if (found === undefined) return
  const { led, key } = found
  const [victim, heir] = othersOf(s, led)
  if (victim === undefined || heir === undefined) return
  const from = s.events.length
  s.ask(led.store, led.region, splitCommand(key))
  if (!waitFor(s, 300, () => hasSplit(s, victim, from))) return
  someTime(s, 0, 40)
  s.kill(victim)
  someTime(s, 0, 20)
  const now = s.cluster.leaderOf(led.region.id)
  if (now !== undefined && now.store !== heir) {
    const peer = peerOn(now.status.region, heir)
    if (peer !== undefined) s.ask(now.store, now.status.region, { type: "transferLeader", peer })
  }
  waitFor(s, 2 * electionMs, () => s.cluster.leaderOf(led.region.id)?.store === heir)
  someTime(s, 50, 200)
  const leads = s.cluster.leaderOf(led.region.id)
  if (leads !== undefined) {
    const { store, status } = leads
    tryAdmin(s, { store, status, region: status.region }, { type: "compactLog", index: status.appliedIndex - 1 })
  }
  someTime(s, 80, 200)
  victim.start()
  someTime(s, 200, 500)
}

/** Power goes while the split is written, somewhere. */
const powerInSplit: Round = (s) => {
  const found = cuttable(s)
  if (found === undefined) return
  const { led, key } = found
  const victim = s.rng.pick(s.stores)
  victim.disk.crashAt(s.rng.pick(["append", "sync", "write"] as const), s.rng.pick(["before", "after"] as const), () =>
    s.kill(victim)
  )
  tryAdmin(s, led, splitCommand(key))
  someTime(s, 10, 300)
  upAgain(s)
  someTime(s, 50, 200)
}

/**
 * The leader knows that a split is committed long before it applies it: followers are slow to acknowledge, a batch of
 * entries comes to be committed at once, and every write of the leader's data stalls. Its followers are not slow: the new
 * region leads elsewhere and takes writes, while clients that know nothing of it still ask the old leader.
 */
const slowLeader: Round = (s, load) => {
  const found = cuttable(s)
  if (found === undefined) return
  const { led, key } = found
  const { network } = s.cluster
  const { startKey } = led.region
  const given = names.filter((name) => name < key && Buffer.compare(bytesOf(name), startKey) >= 0)
  for (const other of othersOf(s, led)) network.slowDown(other.host, led.store.host, s.rng.between(40, 60))
  let clients = 0
  // A client of its own knows no region yet, and asks the scheduler.
  const write = (name: string, afterMs: number): void => {
    const client = s.run.client(`new${++clients} ${s.world.nowMs.toFixed(0)}`)
    s.world.after(afterMs, s.cluster.clients, () => client.put(name, () => {}))
  }
  load.readsOnly = true
  for (let i = 0; i < 25; i++) write(s.rng.pick(names), s.rng.double() * 20)
  s.forMs(20)
  const from = s.events.length
  s.ask(led.store, led.region, splitCommand(key))
  waitFor(s, 20, () => s.events.slice(from).some(({ event }) => event.type === "SplitProposed"))
  led.store.disk.stallDataMs = s.rng.between(20, 50)
  someTime(s, 0, 10)
  network.heal()
  for (let afterMs = electionMs; afterMs < 4 * electionMs; afterMs += 15) write(s.rng.pick(given), afterMs)
  someTime(s, 4 * electionMs, 5 * electionMs)
}

/** A follower is away while the region is cut once or twice, and hears of children before it knows that it has some. */
const behind: Round = (s) => {
  const found = cuttable(s)
  if (found === undefined) return
  const { led, key } = found
  const away = othersOf(s, led)[0]
  if (away === undefined) return
  s.isolate(away)
  tryAdmin(s, led, splitCommand(key))
  someTime(s, 0, 3 * electionMs)
  if (s.rng.chance(0.5)) {
    s.kill(led.store, s.rng.chance(0.5))
    s.cluster.network.heal()
    someTime(s, electionMs, 3 * electionMs)
  }
}

/** The leader of a region that is being cut goes: before, while, or after it is. */
const leaderGoes: Round = (s) => {
  const found = cuttable(s)
  if (found === undefined) return
  const { led, key } = found
  const { scheduler, network } = s.cluster
  // Ids for the new region that come when the leader knows that it is none any more.
  const late = s.rng.chance(0.3)
  if (late) network.slowDown(scheduler.host, led.store.host, s.rng.between(2 * electionMs, 4 * electionMs))
  s.ask(led.store, led.region, splitCommand(key))
  someTime(s, 0, 15)
  if (late || s.rng.chance(0.5)) s.isolate(led.store)
  else s.kill(led.store)
  someTime(s, electionMs, 3 * electionMs)
}

export const splits = aimed({
  name: "splits",
  what: "splits with crashes, cuts and stalls at their moments",
  options: (calm, rng) => ({
    ...calm,
    clients: 6,
    keys,
    thinkMs: rng.pick([3, 10]),
    wander: rng.pick([0, 0.5]),
    store: {
      ...calm.store,
      maxCommittedBytesPerReady: rng.pick([1, 1, 65_536]),
      requestTimeoutMs: 500,
      leaseMs: 88,
      // Nobody cuts but the rounds.
      regionMaxBytes: 1_000_000,
      regionSplitBytes: 1_000_000,
      logGcIntervalMs: rng.pick([20, 200]),
      logGcThreshold: 5,
      logGcCountLimit: 1_000
    }
  }),
  rounds: [
    [powerAfterSplit, 3],
    [powerInSplit, 1],
    [slowLeader, 3],
    [behind, 1],
    [leaderGoes, 1]
  ]
})
