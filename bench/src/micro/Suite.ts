/** A list of micro benchmarks and how one of them is described. */

export interface Micro {
  /** "engine put 64": what is done. */
  readonly name: string
  /** "sqlite", "memory", or empty where there is one way only. */
  readonly variant: string
  /** Items done by one call, so that the time of one item can be shown. */
  readonly items: number
  /** "put", "entry", "node": what an item is. */
  readonly unit: string
  /** A promise only where the work may wait for a disk. */
  readonly run: () => void | Promise<void>
}

/** Called once before the benchmarks run; answers them and how to clean up behind them. */
export interface Suite {
  readonly benches: ReadonlyArray<Micro>
  readonly close: () => Promise<void>
}

/** What the compiler cannot prove unused, it must compute. */
export let sink: unknown
export const keep = (value: unknown): void => {
  sink = value
}
