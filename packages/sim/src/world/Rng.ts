/**
 * All chance of a simulation: streams of numbers that depend on a name and the seed only (sfc32). Each user has a stream
 * of its own, so that one more draw in one place does not change what happens in all others.
 */
export class Rng {
  private a: number
  private b: number
  private c: number
  private d = 1

  constructor(name: string) {
    let hash = 0x811c9dc5
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619)
    this.a = hash | 0
    this.b = (hash ^ 0x9e3779b9) | 0
    this.c = (hash ^ 0x243f6a88) | 0
    for (let i = 0; i < 15; i++) this.u32()
  }

  /** Uniform in [0, 2^32). */
  u32(): number {
    const sum = (((this.a + this.b) | 0) + this.d) | 0
    this.d = (this.d + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum
    this.c |= 0
    return sum >>> 0
  }
  /** Uniform in [0, 1), with 53 bits. */
  double(): number {
    return (this.u32() * 2097152 + (this.u32() >>> 11)) / 9007199254740992
  }
  /** Whole number in [0, end). */
  below(end: number): number {
    return Math.floor((this.u32() / 4294967296) * end)
  }
  /** Whole number in [from, to]. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1)
  }
  chance(probability: number): boolean {
    return probability > 0 && this.u32() < probability * 4294967296
  }
  pick<A>(items: ReadonlyArray<A>): A {
    if (items.length === 0) throw new Error("Rng.pick of nothing")
    return items[this.below(items.length)]!
  }
  /** With weights that need not sum to one; at least one must be above zero. */
  weighted<A>(items: ReadonlyArray<readonly [A, number]>): A {
    let total = 0
    for (const [, weight] of items) total += weight
    let at = this.double() * total
    for (const [item, weight] of items) {
      at -= weight
      if (at < 0 && weight > 0) return item
    }
    throw new Error("Rng.weighted without weights")
  }
  shuffle<A>(items: ReadonlyArray<A>): Array<A> {
    const shuffled = [...items]
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const held = shuffled[i]!
      shuffled[i] = shuffled[j]!
      shuffled[j] = held
    }
    return shuffled
  }
}
