/**
 * What aimed workloads have in common: one mechanism, a small hot world around it, and rounds in which a fault is placed
 * at the moment that could hurt. Between rounds everything is healed; clients go on all the time. In the general mix the
 * same faults happen too, but rarely at that moment.
 *
 * A round must not fail by itself: what it asks for may be refused, or come too late. What must never happen is judged by
 * the checkers.
 */
import { Effect } from "effect"
import type { Run } from "../../Run.ts"
import type { Workload } from "../../Workload.ts"
import { Rng } from "../../world/Rng.ts"
import { type KvClient, keyName } from "../KvClient.ts"
import type { RunOptions } from "../options.ts"
import { calmOptions } from "../scenarios/calm.ts"
import { type Command, type Led, Steps } from "../scenarios/steps.ts"

export { electionMs } from "../scenarios/calm.ts"

/** Rounds begin for so long, after the cluster is up. */
const roundsMs = 5_000
/** A leader is there within so much time after a fault has ended, or the round is left out. */
const leaderMaxMs = 2_000

/** Between two looks at what the scheduler believes. */
const lookEveryMs = 25

/** What the clients of an aimed workload do meanwhile. */
export interface Load {
  /** Nobody writes: logs become equal. */
  readsOnly: boolean
}
/** What a client does next when nobody asks for less. */
export type Act = (client: KvClient, key: string, rng: Rng, next: () => void) => void
export type Round = (s: Steps, load: Load) => void

export interface Aim {
  readonly name: string
  readonly what: string
  /** Any operation when absent. */
  readonly act?: Act
  /** Changes to the calm world, drawn from the seed. */
  readonly options: (calm: RunOptions, rng: Rng) => RunOptions
  /** Before the clients come; nothing is wrong yet. */
  readonly setup?: (s: Steps) => void
  /** With weights. */
  readonly rounds: ReadonlyArray<readonly [Round, number]>
}

export const aimed = ({ name, what, act = anything, options, setup, rounds }: Aim): Workload => ({
  name,
  what,
  options: (seed) => options(calmOptions(seed), new Rng(`${name} options ${seed}`)),
  play: (run) => {
    run.start()
    const s = new Steps(run)
    s.haltScheduling(true)
    setup?.(s)
    const load = startLoad(run, act)
    lookAtScheduler(s, () => !load.over)
    failReads(s, () => !load.over)
    const untilMs = s.world.nowMs + roundsMs
    while (s.world.nowMs < untilMs) {
      s.rng.weighted(rounds)(s, load)
      load.readsOnly = false
      recover(s)
    }
    load.over = true
    s.end()
  }
})

const anything: Act = (client, _key, _rng, next) => client.act(next)

/** Clients that do one thing after the other until they are told to stop. */
const startLoad = (run: Run, does: Act): Load & { over: boolean } => {
  const { world, cluster, options, rng } = run
  const load = { over: false, readsOnly: false }
  for (let i = 1; i <= options.clients; i++) {
    const client = run.client(`load${i}`)
    const act = (): void => {
      if (load.over) return
      if (load.readsOnly) client.get(keyName(rng.below(options.keys)), next)
      else does(client, keyName(rng.below(options.keys)), rng, next)
    }
    const next = (): void => void world.after(options.thinkMs * 2 * rng.double(), cluster.clients, act)
    next()
  }
  return load
}

/** What the scheduler answers must hold together too, not only what it says by itself. */
const lookAtScheduler = (s: Steps, goesOn: () => boolean): void => {
  const { cluster, world } = s
  world.repeat(
    () => (goesOn() ? lookEveryMs : undefined),
    () =>
      cluster.scheduler.ask((service) =>
        Effect.map(service.regions, (known) => {
          for (const { region } of known) if (region !== undefined) cluster.regions.onSchedulerRegion(world, region)
        })
      )
  )
}

/**
 * By coin, a disk cannot be read now and then: in the midst of rounds, and for a short time, so that some stores get over it
 * and others end and come back after the round.
 */
const failReads = (s: Steps, goesOn: () => boolean): void => {
  const rng = s.world.rng("failing reads")
  if (!rng.chance(0.3)) return
  s.world.repeat(
    () => (goesOn() ? rng.between(100, 1_500) : undefined),
    () => {
      const { host, disk } = rng.pick(s.stores)
      s.world.log(`${host.name} cannot be read`)
      disk.failReadsAfter(rng.below(40))
      s.world.after(rng.between(1, 100), undefined, () => disk.repairReads())
    }
  )
}

/** Everything that a round left broken is whole again, and somebody leads. */
const recover = (s: Steps): void => {
  s.cluster.network.heal()
  s.cluster.network.faults.loss = 0
  s.wires.end()
  for (const { host, disk } of s.stores) {
    host.resume()
    disk.disarm()
  }
  if (s.cluster.scheduler.host.phase === "down") s.cluster.scheduler.start()
  upAgain(s)
  waitFor(s, leaderMaxMs, () => s.cluster.knownRegions().every(({ id }) => s.cluster.leaderOf(id) !== undefined))
  s.forMs(s.rng.between(0, 60))
}

/** Stores that are down start, also those that die a little later of what was done to them. */
export const upAgain = (s: Steps): void => {
  for (const store of s.stores) store.start()
}

/** True when it came to be so in time. */
export const waitFor = (s: Steps, maxMs: number, holds: () => boolean): boolean => {
  const untilMs = s.world.nowMs + maxMs
  while (!holds()) {
    if (s.world.nowMs >= untilMs) return false
    s.forMs(1)
  }
  return true
}

/** Between `minMs` and `maxMs` go by, to the microsecond. */
export const someTime = (s: Steps, minMs: number, maxMs: number): void =>
  s.forMs(minMs + s.rng.double() * (maxMs - minMs))

/** Who leads some region. */
export const someLeader = (s: Steps): Led | undefined => {
  const regions = s.cluster.knownRegions()
  if (regions.length === 0) return undefined
  const led = s.cluster.leaderOf(s.rng.pick(regions).id)
  return led === undefined ? undefined : { ...led, region: led.status.region }
}

/** Stores with another peer of the region, in seeded order. */
export const othersOf = (s: Steps, { store, region }: Led) =>
  s.rng.shuffle(s.stores.filter((one) => one !== store && region.peers.some(({ storeId }) => storeId === one.storeId)))

/** Asked of the leader, whatever it answers, within a bound. */
export const tryAdmin = (s: Steps, { store, region }: Led, command: Command, maxMs = 300): boolean => {
  const asked = s.ask(store, region, command)
  waitFor(s, maxMs, () => asked.result !== undefined)
  return asked.result?._tag === "AdminDone"
}
