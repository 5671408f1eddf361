/**
 * Values that expire: put, batches, get, remaining time, scan, compare-and-swap and delete with times to live of a few seconds, on
 * stores whose wall clocks differ, run too fast or too slow, and jump forward and back while the values live. Each key has
 * one client, so that what it may show can be told: see ExpiringKey.
 */
import { type kvrpcpb, type metapb, regionContains } from "@reefkv/wire"
import { ExpiringKey, type Reading } from "../checkers/ExpiringKey.ts"
import type { Run } from "../Run.ts"
import type { Workload } from "../Workload.ts"
import { Rng } from "../world/Rng.ts"
import type { KvClient } from "./KvClient.ts"
import { drawOptions, type FaultName, type RunOptions } from "./options.ts"
import { trouble } from "./trouble.ts"

const keysPerClient = 3

const draw = (seed: number): RunOptions => {
  const drawn = drawOptions(seed)
  const rng = new Rng(`ttl options ${seed}`)
  const clockFaults: ReadonlyArray<readonly [FaultName, number]> = [
    ["clockJump", 3],
    ["clockSlew", 2]
  ]
  return {
    ...drawn,
    clients: rng.pick([2, 3]),
    keys: 3,
    troubleMs: rng.pick([6_000, 10_000]),
    thinkMs: rng.pick([20, 60]),
    faults: [
      ...drawn.faults.filter(([name]) => name !== "clockJump" && name !== "clockSlew"),
      ...clockFaults.filter(() => rng.chance(0.7))
    ],
    faultEveryMs: rng.pick([300, 800]),
    adminEveryMs: rng.pick([200, 500]),
    apiVersion: "V1TTL"
  }
}

export const ttl: Workload = {
  name: "ttl",
  what: "values that expire, on stores whose clocks differ, drift and jump",
  options: draw,
  play: (run) => {
    const { cluster, rng } = run
    const skewMs = rng.pick([0, 400, 1_500])
    for (const { host } of cluster.stores) host.wallSkewMs = rng.between(-skewMs, skewMs)
    const writes: Writes = new Map()
    cluster.watchesRequests = (store, _name, request) => {
      for (const value of valuesIn(request)) {
        const write = writes.get(value)
        write?.key.arrived(value, write.ttl, store.host.wallSeconds())
      }
    }
    run.start()
    trouble(run, (i) => new TtlClient(run, `t${i}`, writes))
  }
}

/** What was asked to be written, by value: each is written once. */
type Writes = Map<string, { readonly key: ExpiringKey; readonly ttl: number }>

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
/** What a raw command is to write. */
const valuesIn = (request: object): ReadonlyArray<string> => {
  if ("value" in request && request.value instanceof Uint8Array) return [textOf(request.value)]
  if (!("pairs" in request && Array.isArray(request.pairs))) return []
  return request.pairs.flatMap(valuesIn)
}

class TtlClient {
  private readonly run: Run
  private readonly name: string
  private readonly client: KvClient
  private readonly rng: Rng
  private readonly keys: ReadonlyArray<readonly [string, ExpiringKey]>
  private readonly writes: Writes
  private written = 0

  constructor(run: Run, name: string, writes: Writes) {
    this.run = run
    this.name = name
    this.writes = writes
    this.client = run.client(name)
    this.rng = run.world.rng(`ttl ${name}`)
    this.keys = Array.from({ length: keysPerClient }, (_, i) => [`${name}.${i}`, new ExpiringKey()])
  }

  act(done: () => void): void {
    const [key, model] = this.rng.pick(this.keys)
    // Judged here, not by the histories.
    this.run.cluster.history.operations++
    const kind = this.rng.weighted<(key: string, model: ExpiringKey, done: () => void) => void>([
      [(one, its, then) => this.put(one, its, then), 2],
      [(one, _its, then) => this.batchPut(one, then), 1],
      [(one, its, then) => this.get(one, its, then), 4],
      [(one, its, then) => this.timeLeft(one, its, then), 3],
      [(_one, _its, then) => this.scan(then), 2],
      [(one, its, then) => this.swap(one, its, then), 2],
      [(one, its, then) => this.delete(one, its, then), 0.5]
    ])
    kind(key, model, done)
  }

  private newTtl(): number {
    return this.rng.pick([0, 1, 1, 2, 3])
  }
  private newValue(key: ExpiringKey, ttl = this.newTtl()): { readonly value: string; readonly ttl: number } {
    const value = `${this.name}-${++this.written}`
    this.writes.set(value, { key, ttl })
    return { value, ttl }
  }
  /** What the clock of who answered has shown from when it was asked until now. */
  private reading({ storeId, sentMs }: { readonly storeId: number; readonly sentMs: number }): Reading {
    const { cluster, world } = this.run
    return cluster.storeOf(storeId)!.host.wallSecondsBetween(sentMs, world.nowMs)
  }
  private judge(key: string, what: string, wrong: string | undefined): void {
    if (wrong !== undefined) this.run.world.fail(`${what} of ${key}: ${wrong}`)
  }
  /** A read may be answered by a follower, with its own clock. */
  private whom(): { readonly ofAnyPeer: boolean } {
    return { ofAnyPeer: this.rng.chance(0.3) }
  }

  private put(key: string, model: ExpiringKey, done: () => void): void {
    const { value, ttl } = this.newValue(model)
    this.client.request(
      "put",
      key,
      (context) => ({ context, key: bytesOf(key), value: bytesOf(value), ttl, forCas: true }),
      (end) => {
        if (end.type === "answered") model.wrote(value)
        else if (end.type === "unknown") model.mayHaveWritten(value)
        done()
      }
    )
  }

  /** All of its keys that are in the first one's region, with a time to live for each, or one for all. */
  private batchPut(first: string, done: () => void): void {
    const common = this.rng.chance(0.3) ? this.newTtl() : undefined
    const wanted = this.keys.map(([key, model]) => ({ key, model, ...this.newValue(model, common) }))
    let asked: typeof wanted = []
    const body = (context: kvrpcpb.Context, region: metapb.Region) => {
      asked = wanted.filter(({ key }) => regionContains(region, bytesOf(key)))
      const pairs = asked.map(({ key, value }) => ({
        error: undefined,
        key: bytesOf(key),
        value: bytesOf(value),
        commitTs: 0n
      }))
      return { context, pairs, ttls: common === undefined ? asked.map(({ ttl }) => ttl) : [common], forCas: true }
    }
    this.client.request("batchPut", first, body, (end) => {
      for (const { model, value } of asked) {
        if (end.type === "answered") model.wrote(value)
        else if (end.type === "unknown") model.mayHaveWritten(value)
      }
      done()
    })
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
    const body = (context: kvrpcpb.Context) => ({ context, key: bytesOf(key) })
    this.client.request(
      "get",
      key,
      body,
      (end) => {
        if (end.type === "answered") {
          const { notFound, value } = end.answer
          const reading = this.reading(end)
          this.judge(key, "a get", notFound ? model.notFound(reading) : model.found(textOf(value), reading))
        }
        done()
      },
      this.whom()
    )
  }

  private timeLeft(key: string, model: ExpiringKey, done: () => void): void {
    const body = (context: kvrpcpb.Context) => ({ context, key: bytesOf(key) })
    this.client.request(
      "getKeyTtl",
      key,
      body,
      (end) => {
        if (end.type === "answered") {
          const { notFound, ttl } = end.answer
          const reading = this.reading(end)
          this.judge(key, "the time left", notFound ? model.notFound(reading) : model.left(Number(ttl), reading))
        }
        done()
      },
      this.whom()
    )
  }

  /** All of its keys, as far as one region holds them. */
  private scan(done: () => void): void {
    const from = this.keys[0]![0]
    const body = (context: kvrpcpb.Context) => ({
      context,
      startKey: bytesOf(from),
      endKey: bytesOf(`${this.name}/`),
      limit: 100
    })
    this.client.request(
      "scan",
      from,
      body,
      (end) => {
        if (end.type === "answered") {
          const reading = this.reading(end)
          const found = new Map(end.answer.kvs.map(({ key, value }) => [textOf(key), textOf(value)]))
          for (const [key, model] of this.keys) {
            if (!regionContains(end.region, bytesOf(key))) continue
            const value = found.get(key)
            this.judge(key, "a scan", value === undefined ? model.notFound(reading) : model.found(value, reading))
          }
        }
        done()
      },
      this.whom()
    )
  }

  private swap(key: string, model: ExpiringKey, done: () => void): void {
    const { value, ttl } = this.newValue(model)
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
          const reading = this.reading(end)
          const wrong = previous === undefined ? model.notFound(reading) : model.found(previous, reading)
          this.judge(key, "a swap", wrong)
          this.judge(key, "a swap", succeed === (previous === expected) ? undefined : `it says ${succeed}`)
          if (succeed) model.wrote(value)
        } else if (end.type === "unknown") model.mayHaveWritten(value)
        done()
      }
    )
  }
}
