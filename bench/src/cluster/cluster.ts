/**
 * `bench cluster`: three etcd processes, three stores on SQLite and three on memory, loaded in turns by one client in one
 * run. Turns interleave (A B C A B C …), so that whatever else the machine does falls on all alike; medians are shown, and
 * the ratio of each ReefKV to etcd.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { memoryOf } from "../process/procfs.ts"
import { keyOf, seedDefault } from "../process/seeded.ts"
import { type Environment, environment, environmentLine, table, writeJson } from "../report.ts"
import { etcdVersion, startEtcd } from "./etcd.ts"
import { isBatch, Load, type LoadResult, median } from "./load.ts"
import { type Engine, reefTarget, startReef } from "./reefkv.ts"
import type { OperationKind, Target } from "./Target.ts"

export interface ClusterBenchOptions {
  readonly systems: ReadonlyArray<string>
  readonly operations: ReadonlyArray<OperationKind>
  readonly concurrencies: ReadonlyArray<number>
  readonly batchSize: number
  readonly rounds: number
  readonly seconds: number
  readonly keys: number
  readonly valueBytes: number
  /** Regions to cut the keys into before the load; etcd has nothing of the kind. */
  readonly regions: number
  /** Another checkout of the project, whose clusters take part too: two versions in one run. */
  readonly against: string | undefined
  readonly directory: string | undefined
  readonly json: string | undefined
}

export const clusterDefaults: ClusterBenchOptions = {
  systems: ["etcd", "sqlite", "memory"],
  operations: ["put", "get", "batchPut", "batchGet"],
  concurrencies: [1, 64, 256],
  batchSize: 64,
  rounds: 3,
  seconds: 3,
  keys: 20_000,
  valueBytes: 256,
  regions: 1,
  against: undefined,
  directory: undefined,
  json: undefined
}

const warmUpSeconds = 1
const baseline = "etcd"

/** What the project wants, as ReefKV / etcd for keys per second: shown beside what was measured. */
const targets: ReadonlyArray<{
  readonly system: string
  readonly operation: OperationKind
  readonly concurrencies: ReadonlyArray<number>
  readonly ratio: number
}> = [
  { system: "reefkv sqlite", operation: "put", concurrencies: [64, 256], ratio: 0.5 },
  { system: "reefkv sqlite", operation: "get", concurrencies: [64, 256], ratio: 1.5 },
  { system: "reefkv memory", operation: "put", concurrencies: [64, 256], ratio: 1 }
]

export interface ClusterRow extends LoadResult {
  readonly system: string
  readonly operation: OperationKind
  readonly concurrency: number
  readonly rounds: ReadonlyArray<LoadResult>
}

export const benchCluster = async (options: ClusterBenchOptions): Promise<void> => {
  const etcd = options.systems.includes(baseline) ? etcdVersion() : undefined
  if (options.systems.includes(baseline) && etcd === undefined) {
    console.log("etcd is not installed here: only ReefKV is measured, and there is nothing to compare it with.")
  }
  const env = environment(etcd)
  console.log(environmentLine(env))
  const directory = await mkdtemp(join(options.directory ?? tmpdir(), "reefkv-bench-"))
  const loads: Array<{ readonly target: Target; readonly load: Load }> = []
  try {
    const entrants = options.systems.flatMap((system) =>
      system === baseline || options.against === undefined
        ? [{ system, root: undefined }]
        : [
            { system, root: undefined },
            { system, root: options.against }
          ]
    )
    for (const { root, system } of entrants) {
      if (system === baseline && etcd === undefined) continue
      const target =
        system === baseline ? await startEtcd(directory) : await startOurs(system, root, directory, options)
      const load = new Load(target, { keys: options.keys, valueBytes: options.valueBytes, seed: seedDefault })
      loads.push({ target, load })
      await load.fill(options.batchSize)
    }
    const rows = await measure(loads, options)
    print(rows, options)
    const memory = loads.map(({ target }) => ({
      system: target.name,
      residentBytes: target.pids.map((pid) => memoryOf(pid).residentBytes)
    }))
    console.log(
      `\nresident MB of each server process after the load: ${memory
        .map(({ residentBytes, system }) => `${system} ${residentBytes.map((b) => Math.round(b / 1e6)).join(" ")}`)
        .join("; ")}`
    )
    await writeJson(options.json, resultOf(env, options, rows, memory))
  } finally {
    for (const { target } of loads) await target.close()
    await rm(directory, { recursive: true, force: true })
  }
}

const startOurs = async (
  system: string,
  root: string | undefined,
  directory: string,
  options: ClusterBenchOptions
): Promise<Target> => {
  const engine = engineOf(system)
  const name = root === undefined ? `reefkv ${engine}` : `${engine}, the other`
  const cluster = await startReef({ engine, directory: join(directory, name), stores: 3, root })
  if (options.regions > 1) {
    await cluster.control.split(
      Array.from({ length: options.regions - 1 }, (_, i) =>
        keyOf(Math.floor(((i + 1) * options.keys) / options.regions))
      )
    )
    // Leaders spread by the scheduler's own doing.
    await Bun.sleep(leaderSpreadMs)
  }
  return reefTarget(cluster, name)
}
const leaderSpreadMs = 15_000

const engineOf = (system: string): Engine => {
  if (system === "sqlite" || system === "memory") return system
  throw new Error(`--systems: expected etcd, sqlite or memory, found ${system}`)
}

const measure = async (
  loads: ReadonlyArray<{ readonly target: Target; readonly load: Load }>,
  options: ClusterBenchOptions
): Promise<ReadonlyArray<ClusterRow>> => {
  const rows: Array<ClusterRow> = []
  for (const operation of options.operations) {
    for (const concurrency of options.concurrencies) {
      if (isBatch(operation) && concurrency < options.batchSize) continue
      const shape = { operation, concurrency, batchSize: options.batchSize, seconds: options.seconds }
      const results = loads.map((): Array<LoadResult> => [])
      for (const { load } of loads) await load.run({ ...shape, seconds: warmUpSeconds })
      for (let round = 0; round < options.rounds; round++) {
        for (const [i, { load }] of loads.entries()) results[i]!.push(await load.run(shape))
      }
      for (const [i, { target }] of loads.entries()) {
        rows.push({ system: target.name, operation, concurrency, rounds: results[i]!, ...medians(results[i]!) })
      }
      process.stderr.write(`  measured ${operation} at ${concurrency}\n`)
    }
  }
  return rows
}

const medians = (rounds: ReadonlyArray<LoadResult>): LoadResult => ({
  keysPerSecond: median(rounds.map((one) => one.keysPerSecond)),
  p50Ms: median(rounds.map((one) => one.p50Ms)),
  p99Ms: median(rounds.map((one) => one.p99Ms)),
  errors: rounds.reduce((sum, one) => sum + one.errors, 0),
  serverCpuMicros: median(rounds.map((one) => one.serverCpuMicros)),
  clientCpuMicros: median(rounds.map((one) => one.clientCpuMicros))
})

const ratioOf = (rows: ReadonlyArray<ClusterRow>, row: ClusterRow): number | undefined => {
  const base = rows.find(
    (one) => one.system === baseline && one.operation === row.operation && one.concurrency === row.concurrency
  )
  return base === undefined || base === row ? undefined : row.keysPerSecond / base.keysPerSecond
}

const targetOf = (row: ClusterRow): number | undefined =>
  targets.find(
    ({ concurrencies, operation, system }) =>
      system === row.system && operation === row.operation && concurrencies.includes(row.concurrency)
  )?.ratio

const print = (rows: ReadonlyArray<ClusterRow>, options: ClusterBenchOptions): void => {
  console.log(
    `\n${options.valueBytes}-byte values, ${options.keys} keys, ${options.rounds} interleaved rounds of ${options.seconds} s, medians, ` +
      `${options.regions} region${options.regions === 1 ? "" : "s"}; CPU in µs of all servers, and of the client, for each key`
  )
  console.log(
    table(
      [
        "operation",
        "c",
        "system",
        "keys/s",
        "p50 ms",
        "p99 ms",
        "server µs",
        "client µs",
        "errors",
        "÷ etcd",
        "wanted"
      ],
      rows.map((row) => [
        row.operation,
        String(row.concurrency),
        row.system,
        row.keysPerSecond,
        row.p50Ms,
        row.p99Ms,
        row.serverCpuMicros,
        row.clientCpuMicros,
        String(row.errors),
        ratioOf(rows, row),
        targetOf(row)
      ])
    )
  )
  if (rows.some(({ operation }) => isBatch(operation))) {
    console.log(
      `\nbatchPut, batchGet: ${options.batchSize} keys a call; ReefKV: BatchCommands with independent commands, each answered by itself; ` +
        "etcd: one Txn, all or nothing, one entry of its log."
    )
  }
}

const resultOf = (
  env: Environment,
  options: ClusterBenchOptions,
  rows: ReadonlyArray<ClusterRow>,
  memory: unknown
) => ({
  bench: "cluster",
  environment: env,
  options,
  results: rows.map((row) => ({ ...row, ratioToEtcd: ratioOf(rows, row), wantedRatio: targetOf(row) })),
  memory
})
