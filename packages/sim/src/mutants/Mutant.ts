/** A known bug: a text that must occur exactly once in one file, and what to put there instead. */
export interface Mutant {
  readonly name: string
  /** What is broken. */
  readonly what: string
  /** The workload whose faults are aimed at it. */
  readonly workload: string
  /** Under `packages/`. */
  readonly file: string
  readonly from: string
  readonly to: string
}
