/** `bun run bench [micro|cluster|idle|split] [--json FILE] …`: what the project measures of itself. Everything without a name. */
import { parseArgs } from "node:util"
import { benchCluster, clusterDefaults } from "./cluster/cluster.ts"
import type { OperationKind } from "./cluster/Target.ts"
import { benchIdle, idleDefaults } from "./idle/idle.ts"
import { benchMicro } from "./micro/micro.ts"
import { benchSplits, splitDefaults } from "./split/split.ts"

const usage = `bun run bench [micro|cluster|idle|split] [options]

  --json FILE            also write the results to FILE; with several benchmarks in one run the name is put before it
  --directory DIR        where data directories are made; by default the system's temporary directory

micro
  --only TEXT            only benchmarks whose name contains TEXT
  --time MS              time for each benchmark (default 400)

cluster
  --systems LIST         of etcd, sqlite, memory (default all)
  --operations LIST      of put, get, batchPut, batchGet (default all)
  --concurrency LIST     keys under way (default ${clusterDefaults.concurrencies.join(",")})
  --rounds N             interleaved rounds (default ${clusterDefaults.rounds})
  --seconds N            of each round (default ${clusterDefaults.seconds})
  --keys N               keys in use (default ${clusterDefaults.keys})
  --regions N            regions to cut them into (default ${clusterDefaults.regions})
  --against DIR          another checkout of the project, to compare two versions in one run

idle
  --regions N            regions on a single store (default ${idleDefaults.regions})
  --spread N             regions on three stores; 0 leaves that part out (default ${idleDefaults.spread})
  --engine NAME          sqlite or memory (default ${idleDefaults.engine})
  --window N             seconds over which CPU time is counted (default ${idleDefaults.windowSeconds})

split
  --engine NAME          sqlite or memory (default both)
  --keys N               keys to put (default ${splitDefaults.keys})
`

const { positionals, values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    help: { type: "boolean", default: false },
    json: { type: "string" },
    directory: { type: "string" },
    against: { type: "string" },
    only: { type: "string" },
    time: { type: "string" },
    systems: { type: "string" },
    operations: { type: "string" },
    concurrency: { type: "string" },
    rounds: { type: "string" },
    seconds: { type: "string" },
    keys: { type: "string" },
    regions: { type: "string" },
    spread: { type: "string" },
    engine: { type: "string" },
    window: { type: "string" }
  }
})

const number = (name: string, text: string | undefined, otherwise: number): number => {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name}: expected a number, found ${text}`)
  return value
}

const oneOf = <T extends string>(name: string, text: string, allowed: ReadonlyArray<T>): T => {
  const found = allowed.find((one) => one === text)
  if (found === undefined) throw new Error(`--${name}: expected one of ${allowed.join(", ")}, found ${text}`)
  return found
}

const listOf = <T extends string>(
  name: string,
  text: string | undefined,
  allowed: ReadonlyArray<T>
): ReadonlyArray<T> => (text === undefined ? allowed : text.split(",").map((one) => oneOf(name, one, allowed)))

const engines = ["sqlite", "memory"] as const
const operations: ReadonlyArray<OperationKind> = ["put", "get", "batchPut", "batchGet"]

const benches = {
  micro: (json: string | undefined) =>
    benchMicro({ only: values.only, timeMs: number("time", values.time, 400), directory: values.directory, json }),
  cluster: (json: string | undefined) =>
    benchCluster({
      ...clusterDefaults,
      systems: listOf("systems", values.systems, ["etcd", "sqlite", "memory"]),
      operations: listOf("operations", values.operations, operations),
      concurrencies:
        values.concurrency === undefined
          ? clusterDefaults.concurrencies
          : values.concurrency.split(",").map((text) => number("concurrency", text, 1)),
      rounds: number("rounds", values.rounds, clusterDefaults.rounds),
      seconds: number("seconds", values.seconds, clusterDefaults.seconds),
      keys: number("keys", values.keys, clusterDefaults.keys),
      regions: number("regions", values.regions, clusterDefaults.regions),
      against: values.against,
      directory: values.directory,
      json
    }),
  idle: (json: string | undefined) =>
    benchIdle({
      regions: number("regions", values.regions, idleDefaults.regions),
      spread: number("spread", values.spread, idleDefaults.spread),
      engine: oneOf("engine", values.engine ?? idleDefaults.engine, engines),
      windowSeconds: number("window", values.window, idleDefaults.windowSeconds),
      directory: values.directory,
      json
    }),
  split: (json: string | undefined) =>
    benchSplits({
      engines: values.engine === undefined ? engines : [oneOf("engine", values.engine, engines)],
      keys: number("keys", values.keys, splitDefaults.keys),
      directory: values.directory,
      json
    })
} as const

const names = ["micro", "cluster", "idle", "split"] as const

if (values.help) console.log(usage)
else {
  try {
    const chosen = positionals.length === 0 ? names : positionals.map((name) => oneOf("bench", name, names))
    for (const name of chosen) {
      const { json } = values
      await benches[name](json === undefined || chosen.length === 1 ? json : `${name}-${json}`)
    }
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
