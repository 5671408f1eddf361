/**
 * What one key with values that expire may show, when one client alone uses it, one operation at a time.
 *
 * An expiry is an instant on the wall clock of the store that took the write, fixed when the write came in; whether it has
 * come is judged by the wall clock of the store that reads, as it goes then. Nothing else counts: however the two clocks
 * differ, run and jump, a value is there for a reader whose clock is before the instant, and is not there for one whose
 * clock has reached it. So it may go and come again, as long as nobody writes or deletes.
 *
 * Both are known here: the instant from when the write arrived, the reader's clock from the time that its answer took. A
 * write of unknown outcome may take effect at any time after it arrived, and once.
 */

/** Whole seconds that the wall clock of the store that answered has shown at the earliest and at the latest meanwhile. */
export interface Reading {
  readonly earliest: number
  readonly latest: number
}

export class ExpiringKey {
  /** By value: the second from which it is gone; Infinity for one that stays. Those that have reached a store. */
  private readonly expiries = new Map<string, number>()
  /** What may be stored; undefined: nothing. One of them is, or one of those in doubt. */
  private now: ReadonlyArray<string | undefined> = [undefined]
  /** Writes of unknown outcome. */
  private pending: Array<string | undefined> = []

  /** What it most likely holds. */
  get newest(): string | undefined {
    return this.now[this.now.length - 1]
  }

  /**
   * A store has got the write of `value`, with `clockSeconds` on its wall clock. `ttl` in seconds, 0: it stays. Of several
   * tries only the last can have done something.
   */
  arrived(value: string, ttl: number, clockSeconds: number): void {
    this.expiries.set(value, ttl === 0 ? Number.POSITIVE_INFINITY : clockSeconds + ttl)
  }
  wrote(value: string): void {
    this.now = [value]
  }
  mayHaveWritten(value: string): void {
    this.pending.push(value)
  }
  deleted(): void {
    this.now = [undefined]
  }
  mayHaveDeleted(): void {
    this.pending.push(undefined)
  }

  /** Each answers what is wrong with it, if something is. */
  found(value: string, { earliest }: Reading): string | undefined {
    const expiry = this.expiryOf(value)
    if (expiry === undefined || !this.candidates().includes(value)) {
      return `found ${value}, which cannot be there: ${this.describe()}`
    }
    if (earliest >= expiry) return `found ${value} at ${earliest} s or later, which ended at ${expiry} s`
    this.holds(value)
    return undefined
  }
  notFound({ latest }: Reading): string | undefined {
    const mayBeGone = (value: string | undefined): boolean => {
      const expiry = value === undefined ? Number.NEGATIVE_INFINITY : this.expiryOf(value)
      return expiry !== undefined && expiry <= latest
    }
    if (!this.candidates().some(mayBeGone)) return `found nothing at ${latest} s or earlier: ${this.describe()}`
    // It is still stored if it was: a clock that is behind shows it.
    this.now = this.now.filter(mayBeGone)
    return undefined
  }
  /** `ttl` of a value that is there; 0: it stays. */
  left(ttl: number, { earliest, latest }: Reading): string | undefined {
    const fits = (value: string | undefined): boolean => {
      const expiry = value === undefined ? undefined : this.expiryOf(value)
      if (expiry === undefined) return false
      if (expiry === Number.POSITIVE_INFINITY) return ttl === 0
      return ttl > 0 && ttl >= expiry - latest && ttl <= expiry - earliest
    }
    const fitting = this.candidates().filter(fits)
    if (fitting.length === 0) return `${ttl} s are left between ${earliest} s and ${latest} s: ${this.describe()}`
    if (fitting.length === 1) this.holds(fitting[0])
    return undefined
  }

  private candidates(): ReadonlyArray<string | undefined> {
    return [...this.now, ...this.pending]
  }
  /** What was in doubt has happened, and does not happen again. */
  private holds(value: string | undefined): void {
    this.now = [value]
    this.pending = this.pending.filter((one) => one === undefined || one !== value)
  }
  private expiryOf(value: string): number | undefined {
    return this.expiries.get(value)
  }
  private describe(): string {
    const one = (value: string | undefined): string =>
      value === undefined ? "nothing" : `${value} until ${this.expiryOf(value) ?? "it arrives"} s`
    return `it may hold ${this.now.map(one).join(" or ")}; in doubt: ${this.pending.map(one).join(", ") || "none"}`
  }
}
