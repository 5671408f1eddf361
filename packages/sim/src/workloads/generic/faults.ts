/**
 * What goes wrong in generic runs, by letter. Each fault has a `begin`, for the whole run or a round, and says at the end
 * why it has not happened: an injector that injects nothing makes every run pass.
 */
import type { StoreEvent } from "@reefkv/core"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Run } from "../../Run.ts"
import { logGcLimit } from "./options.ts"

/** A fault of a run. */
export interface Fault {
  /** For one round. */
  readonly round: (untilMs: number) => void
  /** When the round's time is over; the network is whole again. */
  readonly afterRound: () => void
  /** When all clients rest and everything that they have written is still there. */
  readonly whileFull?: () => void
  /** What stores say of themselves. */
  readonly onEvent?: (store: SimStore, event: StoreEvent) => void
  /** Why it has not happened as it should; waits for what takes time. */
  readonly verdict: () => void
}

const quiet = (): void => {}

/** Of all Raft messages between stores, and of all snapshots. */
const lossRate = 0.1

/**
 * U: Raft messages are lost, one by one, and snapshots as a whole. Their chunks, the scheduler's calls and the clients'
 * are not touched: they go over connections, which lose nothing in the middle.
 */
export const loss = (run: Run): Fault => {
  const { world, cluster } = run
  const rng = world.rng("loss")
  const before = { ...cluster.raftMessages }
  cluster.loses = () => rng.chance(lossRate)
  cluster.gatesSnapshot = () => (rng.chance(lossRate) ? "break" : "pass")
  return {
    round: quiet,
    afterRound: quiet,
    verdict: () => {
      cluster.loses = undefined
      cluster.gatesSnapshot = undefined
      const lost = cluster.raftMessages.lost - before.lost
      const messages = lost + cluster.raftMessages.passed - before.passed
      const share = lost / messages
      run.assert(share > lossRate / 2 && share < 2 * lossRate, `${lost} of ${messages} Raft messages were lost`)
    }
  }
}

/** P: the stores are in two halves, others every election timeout or so. Clients and the scheduler reach all of them. */
export const partitions = (run: Run): Fault => {
  const { world, rng, options } = run
  const { network, stores } = run.cluster
  const electionMs = options.store.electionTicks * options.store.raftTickMs
  const cutBefore = network.counts.cut
  let made = 0
  const partition = (): void => {
    network.heal()
    const hosts = rng.shuffle(stores.map(({ host }) => host))
    const at = rng.between(1, hosts.length - 1)
    world.log(`partition ${hosts.slice(0, at).map(({ name }) => name)} | ${hosts.slice(at).map(({ name }) => name)}`)
    network.partition([hosts.slice(0, at), hosts.slice(at)])
    made++
  }
  return {
    round: (untilMs) =>
      world.repeat(() => {
        const delayMs = electionMs * (1 + rng.double())
        return world.nowMs + delayMs < untilMs ? delayMs : undefined
      }, partition),
    afterRound: () => network.heal(),
    verdict: () => {
      run.assert(made >= 3, `${made} partitions were made`)
      const cut = network.counts.cut - cutBefore
      run.assert(cut > made, `${made} partitions took ${cut} frames`)
    }
  }
}

/** R: all stores go down after each round, by a clean stop, kill -9 or a loss of power, and come back in any order. */
export const restarts = (run: Run): Fault => {
  const { world, rng, options } = run
  const { stores } = run.cluster
  const generations = stores.map(({ host }) => host.generation)
  let rounds = 0
  const restartAll = (): void => {
    for (const store of rng.shuffle([...stores])) {
      const how = rng.pick(["stop", "kill", "power"] as const)
      if (how === "stop") store.stop(quiet)
      else store.kill(how === "power")
    }
    run.until("all stores are down", () => stores.find(({ host }) => host.phase !== "down")?.host.name)
    run.forMs(options.store.electionTicks * options.store.raftTickMs)
    for (const store of rng.shuffle([...stores])) {
      world.after(rng.below(50), undefined, () => store.start())
    }
    rounds++
  }
  return {
    round: quiet,
    afterRound: restartAll,
    verdict: () => {
      // Down is one generation, up again another.
      for (const [i, { host }] of stores.entries()) {
        const passed = host.generation - generations[i]!
        run.assert(passed >= 2 * rounds && rounds > 0, `${host.name}: ${passed} steps in ${rounds} restarts`)
      }
    }
  }
}

/** S: logs are compacted early, so that who falls behind needs a snapshot. No log stays longer than twice the limit. */
export const logGc = (run: Run): Fault => {
  const { cluster } = run
  let trimmed = false
  const logs = () =>
    cluster.stores.flatMap(({ host, running }) =>
      (running?.router.regions() ?? []).map((status) => ({ ...status, host: host.name }))
    )
  return {
    round: quiet,
    afterRound: quiet,
    onEvent: (_store, event) => {
      if (event.type === "LogCompacted") trimmed = true
    },
    verdict: () => {
      run.until("every log is trimmed to twice its limit", () => {
        const long = logs().find(({ lastIndex, truncatedIndex }) => lastIndex - truncatedIndex > 2 * logGcLimit)
        return long === undefined ? undefined : `${long.host} keeps a long log of region ${long.region.id}`
      })
      const longest = Math.max(...logs().map(({ lastIndex }) => lastIndex))
      run.assert(longest > 2 * logGcLimit, `no log had more than ${longest} entries, there was nothing to trim`)
      run.assert(trimmed, "no store has shortened a log")
    }
  }
}

/** Between two tries to change a membership, in milliseconds. */
const changeEveryMs = { min: 30, max: 150 } as const

/** C: a random store's peer of a random region is added, or removed when it is there. */
export const confChanges = (run: Run): Fault => {
  const { world, rng, cluster } = run
  const atFirst = new Set(cluster.knownRegions().flatMap(({ peers }) => peers.map(({ id }) => id)))
  const before = cluster.regions.confChanges
  let tries = 0
  let added = 0
  let removed = 0
  const change = (): void => {
    const regions = cluster.knownRegions()
    if (regions.length === 0) return
    const region = rng.pick(regions)
    const { storeId } = rng.pick(cluster.stores)
    const kind = region.peers.some((peer) => peer.storeId === storeId) ? "remove-peer" : "add-peer"
    world.log(`${kind} region ${region.id} store ${storeId}`)
    cluster.scheduler.ask((s) => s.addOperator({ kind, regionId: region.id, storeId }))
    tries++
  }
  return {
    round: (untilMs) =>
      world.repeat(
        () => (world.nowMs < untilMs ? rng.between(changeEveryMs.min, changeEveryMs.max) : undefined),
        change
      ),
    afterRound: quiet,
    onEvent: (_store, event) => {
      if (event.type !== "ConfChangeApplied") return
      const now = new Set(event.region.peers.map(({ id }) => id))
      if ([...now].some((id) => !atFirst.has(id))) added++
      if ([...atFirst].some((id) => !now.has(id))) removed++
    },
    verdict: () => {
      const applied = cluster.regions.confChanges - before
      const what = `${tries} tries, ${applied} applied, ${added} with a new peer, ${removed} without an old one`
      run.assert(applied >= 4 && added + removed > 0, `memberships hardly changed: ${what}`)
    }
  }
}

/** X: regions over a few hundred bytes are split; the options make it so, and this looks that it was. */
export const splits = (run: Run): Fault => {
  const { cluster } = run
  const before = cluster.regions.splits
  return {
    round: quiet,
    afterRound: quiet,
    whileFull: () =>
      run.until("a region is split", () => {
        const led = cluster.knownRegions().map(({ id }) => cluster.leaderOf(id)?.status.approximateBytes ?? "unknown")
        return cluster.regions.splits > before ? undefined : `regions have ${led} bytes`
      }),
    verdict: () => {
      const applied = cluster.regions.splits - before
      run.assert(applied > 0, "no region was split")
      const regions = cluster.knownRegions().length
      run.assert(regions > 1, `${applied} splits and ${regions} region`)
    }
  }
}

/** In the order in which they are begun and judged. */
export const faultsByLetter: ReadonlyArray<readonly [letter: string, begin: (run: Run) => Fault]> = [
  ["U", loss],
  ["P", partitions],
  ["R", restarts],
  ["S", logGc],
  ["C", confChanges],
  ["X", splits]
]
