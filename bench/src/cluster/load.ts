/** A closed loop over one target: so many operations under way at any time, each followed by the next as it is answered. */
import { cpuSeconds } from "../process/procfs.ts"
import { keyOf, randomBytes, seededRandom } from "../process/seeded.ts"
import type { Done, OperationKind, Target } from "./Target.ts"

export interface LoadShape {
  readonly operation: OperationKind
  /** Keys under way at any time; a batch counts as its keys. */
  readonly concurrency: number
  readonly batchSize: number
  readonly seconds: number
}

export interface LoadOptions {
  readonly keys: number
  readonly valueBytes: number
  readonly seed: number
}

/** Latencies are of an operation as the client sees it: a whole batch, for batches. */
export interface LoadResult {
  /** Keys written or read per second. */
  readonly keysPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly errors: number
  /** Of the servers, for each key. */
  readonly serverCpuMicros: number
  /** Of this process, for each key. */
  readonly clientCpuMicros: number
}

export const isBatch = (operation: OperationKind): boolean => operation === "batchPut" || operation === "batchGet"

/** Values are windows into one random block: making them must not cost the client anything. */
const valueBlockBytes = 64 * 1024

export class Load {
  private readonly target: Target
  private readonly keys: ReadonlyArray<Uint8Array>
  private readonly block: Uint8Array
  private readonly random: () => number
  private readonly valueBytes: number

  constructor(target: Target, { keys, seed, valueBytes }: LoadOptions) {
    this.target = target
    this.random = seededRandom(seed)
    this.valueBytes = valueBytes
    this.keys = Array.from({ length: keys }, (_, i) => keyOf(i))
    this.block = randomBytes(this.random, valueBlockBytes + valueBytes)
  }

  /** Every key once, so that each read finds something. */
  async fill(batchSize: number): Promise<void> {
    for (let from = 0; from < this.keys.length; from += batchSize) {
      const keys = this.keys.slice(from, from + batchSize)
      for (let attempt = 0; ; attempt++) {
        const ok = await new Promise<boolean>((resolve) =>
          this.target.batchPut(
            keys,
            keys.map(() => this.value()),
            resolve
          )
        )
        if (ok) break
        if (attempt > 20) throw new Error(`${this.target.name}: the keys cannot be written`)
      }
    }
  }

  run(shape: LoadShape): Promise<LoadResult> {
    const keysPerCall = isBatch(shape.operation) ? shape.batchSize : 1
    const loops = Math.max(1, Math.floor(shape.concurrency / keysPerCall))
    const latencies: Array<number> = []
    let errors = 0
    let running = loops
    const serverBefore = cpuSeconds(this.target.pids)
    const clientBefore = process.cpuUsage()
    const startedMs = performance.now()
    const endMs = startedMs + shape.seconds * 1000
    return new Promise((resolve) => {
      const finish = (): void => {
        const elapsed = (performance.now() - startedMs) / 1000
        const keys = latencies.length * keysPerCall
        const client = process.cpuUsage(clientBefore)
        latencies.sort((a, b) => a - b)
        resolve({
          keysPerSecond: keys / elapsed,
          p50Ms: quantile(latencies, 0.5),
          p99Ms: quantile(latencies, 0.99),
          errors,
          serverCpuMicros: ((cpuSeconds(this.target.pids) - serverBefore) * 1e6) / Math.max(1, keys),
          clientCpuMicros: (client.user + client.system) / Math.max(1, keys)
        })
      }
      const next = (): void => {
        const sentMs = performance.now()
        if (sentMs >= endMs) {
          running--
          if (running === 0) finish()
          return
        }
        this.issue(shape.operation, keysPerCall, (ok) => {
          if (ok) latencies.push(performance.now() - sentMs)
          else errors++
          next()
        })
      }
      for (let i = 0; i < loops; i++) next()
    })
  }

  private issue(operation: OperationKind, batchSize: number, done: Done): void {
    switch (operation) {
      case "put":
        this.target.put(this.key(), this.value(), done)
        return
      case "get":
        this.target.get(this.key(), done)
        return
      case "batchPut": {
        const keys = this.distinctKeys(batchSize)
        this.target.batchPut(
          keys,
          keys.map(() => this.value()),
          done
        )
        return
      }
      case "batchGet":
        this.target.batchGet(this.distinctKeys(batchSize), done)
    }
  }

  private key(): Uint8Array {
    return this.keys[Math.floor(this.random() * this.keys.length)]!
  }
  private value(): Uint8Array {
    const from = Math.floor(this.random() * valueBlockBytes)
    return this.block.subarray(from, from + this.valueBytes)
  }
  /** etcd refuses a transaction that writes a key twice. */
  private distinctKeys(count: number): Array<Uint8Array> {
    const chosen = new Set<Uint8Array>()
    while (chosen.size < count) chosen.add(this.key())
    return [...chosen]
  }
}

const quantile = (sorted: ReadonlyArray<number>, q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
