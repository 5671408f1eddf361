/** Timestamps are unique, and one that was asked for after another was received is larger. */
interface Span {
  readonly first: bigint
  readonly last: bigint
}

export class Timestamps {
  count = 0
  private newest = 0n
  /** What was given, in order, without overlaps. */
  private readonly given: Array<Span> = []

  /** What every answer to a request made now must be above. */
  floor(): bigint {
    return this.newest
  }
  /** `last` is the newest of `count` consecutive timestamps, as `physical << 18 | logical`. */
  onAnswer(world: { fail(message: string): void }, floor: bigint, last: bigint, count: number): void {
    const first = last - BigInt(count - 1)
    if (first <= floor) {
      world.fail(`timestamp ${first} is not above ${floor}, which was given out before it was asked for`)
    }
    // Answers come more or less in order: the place is near the end.
    let at = this.given.length
    while (at > 0 && this.given[at - 1]!.first > first) at--
    const before = this.given[at - 1]
    const after = this.given[at]
    if (before !== undefined && before.last >= first) world.fail(`timestamp ${first} was given twice`)
    if (after !== undefined && after.first <= last) world.fail(`timestamp ${after.first} was given twice`)
    this.given.splice(at, 0, { first, last })
    this.count += count
    if (last > this.newest) this.newest = last
  }
}
