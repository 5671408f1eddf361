/**
 * `bench micro`: the parts by themselves, in one process, one after the other. An item is what a name speaks of (a put, an
 * entry, a lookup); where both engines can do a thing the last column is the
 * median time on SQLite over the one in memory, of the same run.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Bench } from "tinybench"
import { seedDefault } from "../process/seeded.ts"
import { environment, environmentLine, table, writeJson } from "../report.ts"
import { codecSuite } from "./codecs.ts"
import { engineSuite, splitCheckSuite } from "./engines.ts"
import { lookupSuite } from "./lookups.ts"
import { raftSuite } from "./raft.ts"
import type { Micro, Suite } from "./Suite.ts"

export interface MicroOptions {
  readonly only: string | undefined
  readonly timeMs: number
  readonly directory: string | undefined
  readonly json: string | undefined
}

interface MicroResult {
  readonly name: string
  readonly variant: string
  readonly unit: string
  readonly itemsPerSecond: number
  /** Of one item, the median over calls. */
  readonly p50Micros: number
  /** Of one call, which may be many items. */
  readonly callP99Micros: number
  readonly calls: number
}

export const benchMicro = async (options: MicroOptions): Promise<void> => {
  const env = environment(undefined)
  console.log(environmentLine(env))
  const directory = await mkdtemp(join(options.directory ?? tmpdir(), "reefkv-micro-"))
  const results: Array<MicroResult> = []
  try {
    const suites: ReadonlyArray<() => Suite | Promise<Suite>> = [
      () => engineSuite(directory),
      raftSuite,
      codecSuite,
      lookupSuite,
      () => splitCheckSuite(directory)
    ]
    for (const open of suites) {
      const suite = await open()
      try {
        for (const micro of suite.benches) {
          if (options.only === undefined || micro.name.includes(options.only)) {
            results.push(await measure(micro, options.timeMs))
          }
        }
      } finally {
        await suite.close()
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
  print(results)
  await writeJson(options.json, { bench: "micro", environment: env, seed: seedDefault, results })
}

/** Slow calls are made a few times, not as many as would take minutes. */
const iterationsMin = 8

const measure = async (micro: Micro, timeMs: number): Promise<MicroResult> => {
  const bench = new Bench({
    time: timeMs,
    iterations: iterationsMin,
    warmupTime: timeMs / 4,
    warmupIterations: 2,
    throws: true
  })
  bench.add(micro.name, micro.run)
  const [task] = await bench.run()
  const result = task?.result
  if (result === undefined || !("latency" in result)) throw new Error(`${micro.name}: no result`)
  const { latency, period } = result
  return {
    name: micro.name,
    variant: micro.variant,
    unit: micro.unit,
    itemsPerSecond: (micro.items * 1000) / period,
    p50Micros: ((latency.p50 ?? latency.mean) * 1000) / micro.items,
    callP99Micros: (latency.p99 ?? latency.max) * 1000,
    calls: latency.samplesCount
  }
}

const print = (results: ReadonlyArray<MicroResult>): void => {
  const memoryOf = (result: MicroResult): MicroResult | undefined =>
    result.variant === "sqlite"
      ? results.find((other) => other.name === result.name && other.variant === "memory")
      : undefined
  console.log(
    `\n${table(
      ["benchmark", "", "per second", "of", "µs each", "p99 µs a call", "calls", "÷ memory"],
      results.map((result) => {
        const memory = memoryOf(result)
        return [
          result.name,
          result.variant,
          result.itemsPerSecond,
          result.unit,
          result.p50Micros,
          result.callP99Micros,
          result.calls.toLocaleString("en-US"),
          memory === undefined ? undefined : result.p50Micros / memory.p50Micros
        ]
      })
    )}`
  )
}
