/**
 * What one key with values that expire may show, when one client alone uses it, one operation at a time.
 *
 * An expiry is an instant on the wall clock of the store that took the write; whether it has come is judged by the clock of
 * the store that reads. No store's wall clock is further than `skewMs` from the world's time, so each comparison has a
 * margin of that on either side, and nothing beyond: a value must be there until its earliest end, and must not be there
 * after its latest one. A write of unknown outcome may take effect at any later time, with the expiry that it got when it
 * arrived.
 */
interface Value {
  readonly text: string
  /** Seconds on the world's clock from which it may be gone, and from which it must be; Infinity for one that stays. */
  readonly earliest: number
  readonly latest: number
}

/** When a request was sent and its answer came, in virtual milliseconds. */
export interface Span {
  readonly calledMs: number
  readonly returnedMs: number
}

const seconds = (ms: number): number => Math.floor(ms / 1_000)

export class ExpiringKey {
  private readonly skewMs: number
  /** What may be stored; undefined: nothing. One of them is. */
  private now: ReadonlyArray<Value | undefined> = [undefined]
  /** Writes of unknown outcome. */
  private readonly pending: Array<Value | undefined> = []

  constructor(skewMs: number) {
    this.skewMs = skewMs
  }

  /** What it most likely holds. */
  get newest(): string | undefined {
    return this.now[this.now.length - 1]?.text
  }

  /** `ttl` in seconds, 0: it stays. */
  wrote(text: string, ttl: number, span: Span): void {
    this.now = [this.valueOf(text, ttl, span)]
  }
  /** `span` must hold the moment at which a store gave it its expiry, if one did. */
  mayHaveWritten(text: string, ttl: number, span: Span): void {
    this.pending.push(this.valueOf(text, ttl, span))
  }
  deleted(): void {
    this.now = [undefined]
  }
  mayHaveDeleted(): void {
    this.pending.push(undefined)
  }

  /** Each answers what is wrong with it, if something is. */
  found(text: string, { calledMs }: Span): string | undefined {
    const value = [...this.now, ...this.pending].find((one) => one?.text === text)
    if (value === undefined) return `found ${text}, which cannot be there: ${this.describe()}`
    const atLeast = seconds(calledMs - this.skewMs)
    if (atLeast >= value.latest) return `found ${text} at ${atLeast} s or later, which ended at ${value.latest} s`
    this.now = [value]
    return undefined
  }
  notFound({ returnedMs }: Span): string | undefined {
    const atMost = seconds(returnedMs + this.skewMs)
    const mayBeGone = (value: Value | undefined): boolean => value === undefined || value.earliest <= atMost
    if (![...this.now, ...this.pending].some(mayBeGone)) {
      return `found nothing at ${atMost} s or earlier: ${this.describe()}`
    }
    // Another store's clock may be behind, and show it again.
    this.now = [...this.now.filter((value) => value !== undefined && mayBeGone(value)), undefined]
    return undefined
  }
  /** `ttl` of a value that is there; 0: it stays. */
  left(ttl: number, { calledMs, returnedMs }: Span): string | undefined {
    const from = seconds(calledMs - this.skewMs)
    const to = seconds(returnedMs + this.skewMs)
    const fits = (value: Value | undefined): boolean => {
      if (value === undefined) return false
      if (value.earliest === Number.POSITIVE_INFINITY) return ttl === 0
      return ttl > 0 && ttl >= value.earliest - to && ttl <= value.latest - from
    }
    if ([...this.now, ...this.pending].some(fits)) return undefined
    return `${ttl} s are left between ${from} s and ${to} s: ${this.describe()}`
  }

  private valueOf(text: string, ttl: number, { calledMs, returnedMs }: Span): Value {
    if (ttl === 0) return { text, earliest: Number.POSITIVE_INFINITY, latest: Number.POSITIVE_INFINITY }
    return {
      text,
      earliest: seconds(calledMs - this.skewMs) + ttl,
      latest: seconds(returnedMs + this.skewMs) + ttl
    }
  }
  private describe(): string {
    const one = (value: Value | undefined): string =>
      value === undefined ? "nothing" : `${value.text} until ${value.earliest} to ${value.latest} s`
    return `it may hold ${this.now.map(one).join(" or ")}; in doubt: ${this.pending.map(one).join(", ") || "none"}`
  }
}
