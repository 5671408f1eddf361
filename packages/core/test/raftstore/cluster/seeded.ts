/** A small seeded generator (mulberry32): every random choice of a cluster test comes from one of these. */
export class Seeded {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** Uniform in [0, 1). */
  readonly next = (): number => {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  /** A whole number in [from, to). */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from))
  }
  chance(probability: number): boolean {
    return this.next() < probability
  }
  pick<A>(from: ReadonlyArray<A>): A {
    if (from.length === 0) throw new Error("nothing to pick from")
    return from[this.int(0, from.length)]!
  }
  shuffle<A>(items: ReadonlyArray<A>): Array<A> {
    const out = [...items]
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.int(0, i + 1)
      ;[out[i], out[j]] = [out[j]!, out[i]!]
    }
    return out
  }
  /** Another generator, independent of how much this one is used from now on. */
  fork(): Seeded {
    return new Seeded(Math.floor(this.next() * 4294967296))
  }
}
