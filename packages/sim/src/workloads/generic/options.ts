/** What a generic run is like: kinds of fault by letter, all sizes and timings drawn from the seed. */
import { Rng } from "../../world/Rng.ts"
import { drawOptions, type RunOptions } from "../options.ts"

/**
 * U loses 10 % of all Raft messages, P partitions the stores two ways, R stops and starts all of them each round, S compacts the
 * log early, C adds and removes peers, X splits small regions.
 */
export interface GenericRun {
  readonly name: string
  readonly clients: number
  /** Any of U, P, R, S, C, X. */
  readonly faults: string
}

export const roundCount = 3
/** Entries that a log may keep in runs that compact it early. */
export const logGcLimit = 20
/** A region is split when it is larger than the second, into pieces of about the first. */
const splitBytes = { size: 200, max: 300 } as const

/** About a round's share of operations; with more clients each does less. */
const opsEveryMs = 12
/** Keys of a round, of all clients together: at least this many, however long it takes, and at most. */
const keysOfRound = { min: 20, max: 60 } as const
const keysOfClientMin = 3

/** Keys of one client in one round. */
export const keysOf = ({ clients }: GenericRun): { readonly min: number; readonly max: number } => {
  const min = Math.max(keysOfClientMin, Math.ceil(keysOfRound.min / clients))
  return { min, max: Math.max(min, Math.floor(keysOfRound.max / clients)) }
}

export const drawGenericOptions = (what: GenericRun, seed: number): RunOptions => {
  const drawn = drawOptions(seed)
  const rng = new Rng(`generic options ${seed}`)
  const has = (letter: string): boolean => what.faults.includes(letter)
  const roundMs = rng.pick([1_000, 1_500, 2_000])
  return {
    ...drawn,
    stores: 5,
    clients: what.clients,
    // Those of the last reads and writes only; the clients' keys are their own.
    keys: 3,
    troubleMs: roundCount * roundMs,
    faults: [],
    admin: [],
    thinkMs: opsEveryMs * what.clients,
    swaps: false,
    network: { ...drawn.network, latencyMaxMs: rng.pick([1, 3]), loss: 0, longMs: 50 },
    store: {
      ...drawn.store,
      regionSplitBytes: has("X") ? splitBytes.size : 1 << 20,
      regionMaxBytes: has("X") ? splitBytes.max : 2 << 20,
      splitCheckIntervalMs: 100,
      logGcIntervalMs: 50,
      logGcCountLimit: has("S") ? logGcLimit : 100_000,
      logGcThreshold: has("S") ? 5 : 50_000,
      consistencyCheckIntervalMs: rng.pick([0, 1_000])
    },
    // With peers that come and go by chance, three replicas leave room both ways.
    scheduler: { ...drawn.scheduler, maxReplicas: has("C") || has("X") ? 3 : 5 }
  }
}
