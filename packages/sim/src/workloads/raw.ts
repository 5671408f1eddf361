/**
 * Every raw command of the wire, on one small set of keys, under faults: what a command of many keys did or found in its
 * region is recorded as an operation on each of them, so that the histories of single keys judge all commands together.
 *
 * The same keys are used in a second column family, with single commands and swaps.
 *
 * In half of the runs there are swaps, and then every write asks to be ordered with them, also those of many keys. A range
 * cannot ask that (kvrpcpb's RawDeleteRangeRequest has no word for it), so ranges are deleted in the other half only.
 */
import { compareBytes, type kvrpcpb, type metapb, regionContains } from "@reefkv/wire"
import type { Operation } from "../checkers/linearizability.ts"
import type { Run } from "../Run.ts"
import type { Workload } from "../Workload.ts"
import { Rng } from "../world/Rng.ts"
import { type KvClient, keyName } from "./KvClient.ts"
import { drawOptions, type RunOptions } from "./options.ts"
import { trouble } from "./trouble.ts"

const draw = (seed: number): RunOptions => {
  const drawn = drawOptions(seed)
  const rng = new Rng(`raw options ${seed}`)
  return {
    ...drawn,
    clients: rng.pick([2, 3]),
    keys: rng.pick([6, 12]),
    troubleMs: rng.pick([3_000, 5_000]),
    thinkMs: rng.pick([5, 20, 60]),
    adminEveryMs: rng.pick([200, 500]),
    faultEveryMs: rng.pick([200, 500]),
    apiVersion: rng.pick(["V1", "V1TTL"])
  }
}

export const raw: Workload = {
  name: "raw",
  what: "batches, ranges, scans of all kinds beside single gets, puts and swaps",
  options: draw,
  play: (run) => {
    run.start()
    trouble(run, (i) => new RawClient(run, `r${i}`))
  }
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
/** After all keys. */
const keysEnd = bytesOf("l")
const successor = (key: string): Uint8Array => bytesOf(`${key}\0`)

class RawClient {
  private readonly run: Run
  private readonly name: string
  private readonly client: KvClient
  /** Works on the same keys in another column family, where nothing of the first may show. */
  private readonly elsewhere: KvClient
  private readonly rng: Rng
  private readonly keys: ReadonlyArray<string>
  private readonly swaps: boolean
  private written = 0

  constructor(run: Run, name: string) {
    this.run = run
    this.name = name
    this.client = run.client(name)
    this.elsewhere = run.client(`${name}e`, "write")
    this.rng = run.world.rng(`raw ${name}`)
    this.swaps = run.options.swaps
    this.keys = Array.from({ length: run.options.keys }, (_, i) => keyName(i))
  }

  act(done: () => void): void {
    const { rng } = this
    const key = rng.pick(this.keys)
    rng.pick<(key: string, done: () => void) => void>([
      (_, then) => rng.pick([this.client, this.elsewhere]).act(() => then()),
      (one, then) => this.batchGet(one, then),
      (one, then) => this.batchPut(one, then),
      (one, then) => this.batchDelete(one, then),
      (one, then) =>
        this.swaps ? this.client.swapLastSeen(one, () => then(), rng.chance(0.5)) : this.deleteRange(one, then),
      (one, then) => this.scan(one, then),
      (one, then) => this.scan(one, then),
      (one, then) => this.batchScan(one, then),
      (one, then) => this.checksum(one, then)
    ])(key, done)
  }

  /** The key and some others that the region holds, in any order, each once. */
  private some(key: string, region: metapb.Region): Array<string> {
    const others = this.keys.filter((other) => other !== key && this.rng.chance(0.4) && holds(region, other))
    return this.rng.shuffle([key, ...others])
  }
  private recorder(): (key: string, operation: Operation, known: boolean) => void {
    const { history } = this.run.cluster
    const called = history.now()
    return (key, operation, known) => {
      const returned = known ? history.now() : Number.POSITIVE_INFINITY
      history.add(key, { client: this.name, called, returned, operation })
    }
  }

  private batchGet(key: string, done: () => void): void {
    const record = this.recorder()
    let asked: Array<string> = []
    const body = (context: kvrpcpb.Context, region: metapb.Region) => {
      asked = this.some(key, region)
      return { context, keys: asked.map(bytesOf) }
    }
    this.client.request("batchGet", key, body, (end) => {
      if (end.type === "answered") {
        const found = this.valuesOf(end.answer.pairs, asked)
        for (const one of asked) record(one, { type: "get", found: found.get(one) }, true)
        const order = asked.filter((one) => found.has(one))
        this.expect(order.join() === [...found.keys()].join(), `batchGet of ${asked} answers ${[...found.keys()]}`)
      }
      done()
    })
  }

  private batchPut(key: string, done: () => void): void {
    const record = this.recorder()
    let asked: Array<readonly [string, string]> = []
    const body = (context: kvrpcpb.Context, region: metapb.Region) => {
      asked = this.some(key, region).map((one) => [one, `${this.name}-b${++this.written}`] as const)
      const pairs = asked.map(([one, value]) => ({
        error: undefined,
        key: bytesOf(one),
        value: bytesOf(value),
        commitTs: 0n
      }))
      return { context, pairs, forCas: this.swaps }
    }
    this.client.request("batchPut", key, body, (end) => {
      if (end.type !== "given up") {
        for (const [one, value] of asked) record(one, { type: "put", value }, end.type === "answered")
      }
      done()
    })
  }

  private batchDelete(key: string, done: () => void): void {
    const record = this.recorder()
    let asked: Array<string> = []
    const body = (context: kvrpcpb.Context, region: metapb.Region) => {
      asked = this.some(key, region)
      return { context, keys: asked.map(bytesOf), forCas: this.swaps }
    }
    this.client.request("batchDelete", key, body, (end) => {
      if (end.type !== "given up") {
        for (const one of asked) record(one, { type: "delete" }, end.type === "answered")
      }
      done()
    })
  }

  private deleteRange(key: string, done: () => void): void {
    const record = this.recorder()
    let asked: Array<string> = []
    const body = (context: kvrpcpb.Context, region: metapb.Region) => {
      const last = this.rng.pick(this.keys.filter((one) => one >= key && holds(region, one)))
      asked = this.keys.filter((one) => one >= key && one <= last)
      return { context, startKey: bytesOf(key), endKey: successor(last) }
    }
    this.client.request("deleteRange", key, body, (end) => {
      if (end.type !== "given up") {
        for (const one of asked) record(one, { type: "delete" }, end.type === "answered")
      }
      done()
    })
  }

  /** In either direction, of keys only or with values, and with a limit that may cut it short. */
  private scan(key: string, done: () => void): void {
    const { rng } = this
    const record = this.recorder()
    const reverse = rng.chance(0.5)
    const keyOnly = rng.chance(0.3)
    const limit = rng.pick([1, 2, 5, 100])
    const body = (context: kvrpcpb.Context, region: metapb.Region) => {
      const end = region.endKey.length === 0 ? keysEnd : region.endKey
      const [startKey, endKey] = reverse ? [end, bytesOf(key)] : [bytesOf(key), end]
      return { context, startKey, endKey, limit, reverse, keyOnly }
    }
    this.client.request("scan", key, body, (end) => {
      if (end.type === "answered") {
        const range = this.keys.filter((one) => one >= key && holds(end.region, one))
        if (reverse) range.reverse()
        const found = this.valuesOf(end.answer.kvs, range)
        const order = range.filter((one) => found.has(one))
        this.expect(found.size <= limit, `a scan with limit ${limit} answers ${found.size} pairs`)
        this.expect(order.join() === [...found.keys()].join(), `a scan answers ${[...found.keys()]} in this order`)
        // A full answer says nothing of what lies behind its last pair.
        const covered = found.size < limit ? range : range.slice(0, range.indexOf(order[order.length - 1]!) + 1)
        for (const one of covered) {
          if (!keyOnly) record(one, { type: "get", found: found.get(one) }, true)
          else record(one, { type: "exists", found: found.has(one) }, true)
          this.expect(!keyOnly || (found.get(one) ?? "") === "", "a scan of keys answers a value")
        }
      }
      done()
    })
  }

  /** Single keys as ranges of their own. */
  private batchScan(key: string, done: () => void): void {
    const record = this.recorder()
    let asked: Array<string> = []
    const body = (context: kvrpcpb.Context, region: metapb.Region) => {
      asked = this.some(key, region)
      const ranges = asked.map((one) => ({ startKey: bytesOf(one), endKey: successor(one) }))
      return { context, ranges, eachLimit: 2 }
    }
    this.client.request("batchScan", key, body, (end) => {
      if (end.type === "answered") {
        const found = this.valuesOf(end.answer.kvs, asked)
        for (const one of asked) record(one, { type: "get", found: found.get(one) }, true)
      }
      done()
    })
  }

  /** Of one key: whether there is something under it. */
  private checksum(key: string, done: () => void): void {
    const record = this.recorder()
    const ranges = [{ startKey: bytesOf(key), endKey: successor(key) }]
    this.client.request(
      "checksum",
      key,
      (context) => ({ context, ranges }),
      (end) => {
        if (end.type === "answered") {
          const { totalKvs } = end.answer
          this.expect(Number(totalKvs) <= 1, `a checksum of one key counts ${totalKvs} pairs`)
          record(key, { type: "exists", found: Number(totalKvs) === 1 }, true)
        }
        done()
      }
    )
  }

  /** What was found, in the order of the answer. */
  private valuesOf(pairs: ReadonlyArray<kvrpcpb.KvPair>, asked: ReadonlyArray<string>): Map<string, string> {
    const found = new Map<string, string>()
    for (const { key, value, error } of pairs) {
      const name = textOf(key)
      this.expect(error === undefined, `a pair of ${name} is an error`)
      this.expect(asked.includes(name) && !found.has(name), `${name} was not asked for, or answered twice`)
      found.set(name, textOf(value))
    }
    return found
  }
  private expect(holdsTrue: boolean, otherwise: string): void {
    if (!holdsTrue) this.run.world.fail(`${this.name}: ${otherwise}`)
  }
}

const holds = (region: metapb.Region, key: string): boolean =>
  regionContains(region, bytesOf(key)) && compareBytes(bytesOf(key), keysEnd) < 0
