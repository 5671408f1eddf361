/**
 * What aimed workloads have in common: one mechanism, a small hot world around it, and rounds in which a fault is placed
 * at the moment that could hurt. Between rounds everything is healed; clients go on all the time. In the general mix the
 * same faults happen too, but rarely at that moment.
 *
 * A round must not fail by itself: what it asks for may be refused, or come too late. What must never happen is judged by
 * the checkers.
 */
import type { Run } from "../../Run.ts"
import type { Workload } from "../../Workload.ts"
import { Rng } from "../../world/Rng.ts"
import type { RunOptions } from "../options.ts"
import { calmOptions } from "../scenarios/calm.ts"
import { type Command, type Led, Steps } from "../scenarios/steps.ts"

export { electionMs } from "../scenarios/calm.ts"

/** Rounds begin for so long, after the cluster is up. */
const roundsMs = 5_000
/** A leader is there within so much time after a fault has ended, or the round is left out. */
const leaderMaxMs = 2_000

export type Round = (s: Steps) => void

export interface Aim {
  readonly name: string
  readonly what: string
  /** Changes to the calm world, drawn from the seed. */
  readonly options: (calm: RunOptions, rng: Rng) => RunOptions
  /** With weights. */
  readonly rounds: ReadonlyArray<readonly [Round, number]>
}

export const aimed = ({ name, what, options, rounds }: Aim): Workload => ({
  name,
  what,
  options: (seed) => options(calmOptions(seed), new Rng(`${name} options ${seed}`)),
  play: (run) => {
    run.start()
    const s = new Steps(run)
    s.haltScheduling(true)
    const stopLoad = startLoad(run)
    const untilMs = s.world.nowMs + roundsMs
    while (s.world.nowMs < untilMs) {
      s.rng.weighted(rounds)(s)
      recover(s)
    }
    stopLoad()
    s.end()
  }
})

/** Clients that do one thing after the other until they are told to stop. */
const startLoad = (run: Run): (() => void) => {
  const { world, cluster, options, rng } = run
  let over = false
  for (let i = 1; i <= options.clients; i++) {
    const client = run.client(`load${i}`)
    const next = (): void => {
      if (over) return
      world.after(options.thinkMs * 2 * rng.double(), cluster.clients, () => (over ? undefined : client.act(next)))
    }
    next()
  }
  return () => {
    over = true
  }
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
