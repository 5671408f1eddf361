/** A text that must occur exactly once in one file, and what to put there instead. */
export interface Patch {
  /** Under `packages/`. */
  readonly file: string
  readonly from: string
  readonly to: string
}

/** A known bug. */
export interface Mutant extends Patch {
  readonly name: string
  /** What is broken. */
  readonly what: string
  /** The workload whose faults are aimed at it. */
  readonly workload: string
  /** What else must go: a guard that makes the break harmless as long as it stands. */
  readonly also?: ReadonlyArray<Patch>
}

export const patchesOf = ({ file, from, to, also = [] }: Mutant): ReadonlyArray<Patch> => [{ file, from, to }, ...also]
