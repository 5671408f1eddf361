/**
 * Values that expire: put, get, remaining time, compare-and-swap and delete with times to live of a few seconds, on stores
 * whose wall clocks differ by a bound that is known. Each key has one client, so that what it may show can be told.
 */
import { ExpiringKey, type Span } from "../checkers/ExpiringKey.ts"
import type { Run } from "../Run.ts"
import type { Workload } from "../Workload.ts"
import { Rng } from "../world/Rng.ts"
import type { KvClient } from "./KvClient.ts"
import { drawOptions, type RunOptions } from "./options.ts"
import { trouble } from "./trouble.ts"

const keysPerClient = 3
/** A request that nobody answered reaches its store within this time: latency, slow links and pauses together. */
const arrivalMaxMs = 2_500

const draw = (seed: number): RunOptions => {
  const drawn = drawOptions(seed)
  const rng = new Rng(`ttl options ${seed}`)
  return {
    ...drawn,
    clients: rng.pick([2, 3]),
    keys: 3,
    troubleMs: rng.pick([6_000, 10_000]),
    thinkMs: rng.pick([20, 60]),
    faults: drawn.faults.filter(([name]) => name !== "clockJump"),
    faultEveryMs: rng.pick([300, 800]),
    adminEveryMs: rng.pick([200, 500]),
    apiVersion: "V1TTL",
    // Wall clocks differ by a constant, so that the bound is exact.
    clockDrift: 0
  }
}

export const ttl: Workload = {
  name: "ttl",
  what: "values that expire, on stores whose clocks differ",
  options: draw,
  play: (run) => {
    const { cluster, rng } = run
    const skewMs = rng.pick([0, 400, 1_500])
    for (const { host } of cluster.stores) host.wallSkewMs = rng.between(-skewMs, skewMs)
    run.start()
    trouble(run, (i) => new TtlClient(run, `t${i}`, skewMs))
  }
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

class TtlClient {
  private readonly run: Run
  private readonly name: string
  private readonly client: KvClient
  private readonly rng: Rng
  private readonly keys: ReadonlyArray<readonly [string, ExpiringKey]>
  private written = 0

  constructor(run: Run, name: string, skewMs: number) {
    this.run = run
    this.name = name
    this.client = run.client(name)
    this.rng = run.world.rng(`ttl ${name}`)
    this.keys = Array.from({ length: keysPerClient }, (_, i) => [`${name}.${i}`, new ExpiringKey(skewMs)])
  }

  act(done: () => void): void {
    const [key, model] = this.rng.pick(this.keys)
    // Judged here, not by the histories.
    this.run.cluster.history.operations++
    const kind = this.rng.weighted<(key: string, model: ExpiringKey, done: () => void) => void>([
      [(one, its, then) => this.put(one, its, then), 2],
      [(one, its, then) => this.get(one, its, then), 4],
      [(one, its, then) => this.timeLeft(one, its, then), 3],
      [(one, its, then) => this.swap(one, its, then), 2],
      [(one, its, then) => this.delete(one, its, then), 0.5]
    ])
    kind(key, model, done)
  }

  private newValue(): { readonly value: string; readonly ttl: number } {
    return { value: `${this.name}-${++this.written}`, ttl: this.rng.pick([0, 1, 1, 2, 3]) }
  }
  /** From now to when it is asked. */
  private span(): () => Span {
    const { world } = this.run
    const calledMs = world.nowMs
    return () => ({ calledMs, returnedMs: world.nowMs })
  }
  private unanswered({ calledMs, returnedMs }: Span): Span {
    return { calledMs, returnedMs: returnedMs + arrivalMaxMs }
  }
  private judge(key: string, what: string, wrong: string | undefined): void {
    if (wrong !== undefined) this.run.world.fail(`${what} of ${key}: ${wrong}`)
  }

  private put(key: string, model: ExpiringKey, done: () => void): void {
    const span = this.span()
    const { value, ttl } = this.newValue()
    this.client.request(
      "put",
      key,
      (context) => ({ context, key: bytesOf(key), value: bytesOf(value), ttl, forCas: true }),
      (end) => {
        if (end.type === "answered") model.wrote(value, ttl, span())
        else if (end.type === "unknown") model.mayHaveWritten(value, ttl, this.unanswered(span()))
        done()
      }
    )
  }

  private delete(key: string, model: ExpiringKey, done: () => void): void {
    this.client.request(
      "delete",
      key,
      (context) => ({ context, key: bytesOf(key), forCas: true }),
      (end) => {
        if (end.type === "answered") model.deleted()
        else if (end.type === "unknown") model.mayHaveDeleted()
        done()
      }
    )
  }

  private get(key: string, model: ExpiringKey, done: () => void): void {
    const span = this.span()
    this.client.request(
      "get",
      key,
      (context) => ({ context, key: bytesOf(key) }),
      (end) => {
        if (end.type === "answered") {
          const { notFound, value } = end.answer
          this.judge(key, "a get", notFound ? model.notFound(span()) : model.found(textOf(value), span()))
        }
        done()
      }
    )
  }

  private timeLeft(key: string, model: ExpiringKey, done: () => void): void {
    const span = this.span()
    this.client.request(
      "getKeyTtl",
      key,
      (context) => ({ context, key: bytesOf(key) }),
      (end) => {
        if (end.type === "answered") {
          const { notFound, ttl } = end.answer
          this.judge(key, "the time left", notFound ? model.notFound(span()) : model.left(Number(ttl), span()))
        }
        done()
      }
    )
  }

  private swap(key: string, model: ExpiringKey, done: () => void): void {
    const span = this.span()
    const { value, ttl } = this.newValue()
    const expected = this.rng.chance(0.2) ? undefined : model.newest
    this.client.request(
      "cas",
      key,
      (context) => ({
        context,
        key: bytesOf(key),
        value: bytesOf(value),
        ttl,
        previousNotExist: expected === undefined,
        previousValue: bytesOf(expected ?? "")
      }),
      (end) => {
        if (end.type === "answered") {
          const { previousNotExist, previousValue, succeed } = end.answer
          const previous = previousNotExist ? undefined : textOf(previousValue)
          const wrong = previous === undefined ? model.notFound(span()) : model.found(previous, span())
          this.judge(key, "a swap", wrong)
          this.judge(key, "a swap", succeed === (previous === expected) ? undefined : `it says ${succeed}`)
          if (succeed) model.wrote(value, ttl, span())
        } else if (end.type === "unknown") model.mayHaveWritten(value, ttl, this.unanswered(span()))
        done()
      }
    )
  }
}
