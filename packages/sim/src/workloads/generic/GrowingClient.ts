/**
 * One client of the generic run. It puts growing keys under a prefix of its own and scans that prefix, which must give
 * exactly what was acknowledged, in order. A put without an answer may be there or not; the client, by a coin, puts it
 * again or goes on, and from when a scan has found it, it stays.
 *
 *   idle ─begin─▶ writing ─(the round is over)─▶ idle ─clear─▶ clearing ─(all deletes acknowledged)─▶ idle
 */
import type { Run } from "../../Run.ts"
import type { Rng } from "../../world/Rng.ts"
import type { KvClient } from "../KvClient.ts"

/** Of the generic runs' keys, all of them: `[from, to)`. */
export const allKeys = { from: "g", to: "h" } as const

export class GrowingClient {
  busy = false
  /** Puts that were acknowledged, and scans that were compared, in all rounds. */
  puts = 0
  scans = 0
  private readonly run: Run
  private readonly id: number
  private readonly keys: { readonly min: number; readonly max: number }
  private readonly client: KvClient
  private readonly rng: Rng
  private round = 0
  private untilMs = 0
  /** In this round, when all keys that it must put were put. */
  private scanned = false
  /** By position of the key: true when it is certainly there, false when nobody knows. */
  private written: Array<boolean> = []

  /** `keys` of a round: the first so many take as long as they take, and after the last it only scans. */
  constructor(run: Run, id: number, keys: { readonly min: number; readonly max: number }) {
    this.run = run
    this.id = id
    this.keys = keys
    this.client = run.client(`g${id}`)
    this.rng = run.world.rng(`growing ${id}`)
  }

  /** Puts and scans until then, until it has put its least number of keys, and ends with a scan. */
  begin(round: number, untilMs: number): void {
    this.round = round
    this.untilMs = untilMs
    this.written = []
    this.scanned = false
    this.busy = true
    this.pause()
  }

  /** What stands in `pairs` under this client's prefix must be what it has written; gives the first difference. */
  compare(pairs: ReadonlyArray<readonly [key: string, value: string]>): string | undefined {
    const found = pairs.filter(([key]) => key.startsWith(this.prefix))
    let at = 0
    for (const [n, certain] of this.written.entries()) {
      const [key, value] = found[at] ?? []
      if (key === this.keyOf(n)) {
        if (value !== this.valueOf(n)) return `${key} is "${value}" and should be "${this.valueOf(n)}"`
        this.written[n] = true
        at++
      } else if (certain) return `${this.keyOf(n)} was acknowledged and is not there; ${key ?? "nothing"} follows`
    }
    return at === found.length ? undefined : `${found[at]![0]} is there, out of order or written by nobody`
  }

  /** Deletes all that it has written or may have. */
  clear(): void {
    this.busy = true
    const next = (n: number): void => {
      if (n === this.written.length) {
        this.written = []
        this.busy = false
        return
      }
      // Again until it is acknowledged: to delete twice does no harm, and nobody else writes the key.
      this.client.delete(this.keyOf(n), ({ type }) => next(type === "done" ? n + 1 : n))
    }
    this.run.world.after(0, this.run.cluster.clients, () => next(0))
  }

  private pause(): void {
    const { world, cluster, options } = this.run
    if (world.nowMs >= this.untilMs && this.scanned) {
      this.busy = false
      return
    }
    world.after(options.thinkMs * (0.2 + 1.6 * this.rng.double()), cluster.clients, () => this.act())
  }
  private act(): void {
    const n = this.written.length
    const over = this.run.world.nowMs >= this.untilMs
    const more = n === 0 || (this.hasEnough ? !over && this.rng.chance(0.6) : over || this.rng.chance(0.6))
    if (more && n < this.keys.max) this.put(n)
    else this.scan()
  }
  private put(n: number): void {
    this.client.put(
      this.keyOf(n),
      ({ type }) => {
        if (type === "done") {
          this.puts++
          this.written[n] = true
        } else if (type === "unknown") this.written[n] = false
        // Not acknowledged: by a coin the same key again, while there is time.
        if (type === "unknown" && this.run.world.nowMs < this.untilMs && this.rng.chance(0.5)) this.put(n)
        else this.pause()
      },
      this.valueOf(n)
    )
  }
  private scan(): void {
    this.client.scan(this.prefix, this.afterPrefix, (outcome) => {
      if (outcome.type === "scanned") {
        this.scans++
        if (this.hasEnough) this.scanned = true
        const difference = this.compare(outcome.pairs)
        if (difference !== undefined) this.run.world.fail(`client ${this.id} scans its prefix: ${difference}`)
      }
      this.pause()
    })
  }

  /** Of keys that are certainly there. */
  private get hasEnough(): boolean {
    return this.written.filter((certain) => certain).length >= this.keys.min || this.written.length >= this.keys.max
  }
  private get prefix(): string {
    return `${allKeys.from}${String(this.id).padStart(2, "0")}-`
  }
  /** "." follows "-". */
  private get afterPrefix(): string {
    return `${this.prefix.slice(0, -1)}.`
  }
  private keyOf(n: number): string {
    return `${this.prefix}${String(n).padStart(4, "0")}`
  }
  private valueOf(n: number): string {
    return `x ${this.round} ${this.id} ${n} y`.padEnd(20, ".")
  }
}
