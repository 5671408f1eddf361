/** Timestamps are unique, and one that was asked for after another was received is larger. */
export class Timestamps {
  count = 0
  private newest = 0n
  private readonly given = new Set<bigint>()

  /** What every answer to a request made now must be above. */
  floor(): bigint {
    return this.newest
  }
  /** `last` is the newest of `count` consecutive timestamps, as `physical << 18 | logical`. */
  onAnswer(world: { fail(message: string): void }, floor: bigint, last: bigint, count: number): void {
    for (let i = 0; i < count; i++) {
      const one = last - BigInt(i)
      if (one <= floor)
        world.fail(`timestamp ${one} is not above ${floor}, which was given out before it was asked for`)
      if (this.given.has(one)) world.fail(`timestamp ${one} was given twice`)
      this.given.add(one)
      this.count++
    }
    if (last > this.newest) this.newest = last
  }
}
