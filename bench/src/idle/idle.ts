/**
 * `bench idle`: what a store costs that has nothing to do. An empty store; then a single store whose key space is cut into
 * many regions; then three stores that share some. Resident memory and CPU time are the kernel's; heap is what JavaScript's
 * objects take after a full collection, which a preloaded file (heapReport.ts) does on a signal after the window.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Engine, type ReefCluster, startReef } from "../cluster/reefkv.ts"
import type { Child } from "../process/child.ts"
import { cpuSeconds, memoryOf } from "../process/procfs.ts"
import { keyOf } from "../process/seeded.ts"
import { environment, environmentLine, table, writeJson } from "../report.ts"

export interface IdleOptions {
  /** On a single store. */
  readonly regions: number
  /** Shared by three stores; 0 leaves that part out. */
  readonly spread: number
  readonly engine: Engine
  readonly windowSeconds: number
  readonly directory: string | undefined
  readonly json: string | undefined
}

export const idleDefaults = {
  regions: 10_000,
  spread: 1_000,
  engine: "sqlite" as Engine,
  windowSeconds: 20
} as const

/** Until start-up garbage is gone and regions without traffic have gone to sleep (ten seconds by default, then some). */
const settleSeconds = 25

interface IdleRow {
  readonly what: string
  readonly process: string
  readonly regions: number
  readonly residentBytes: number
  readonly anonymousBytes: number
  /** Of one core, in percent. */
  readonly cpuPercent: number
  /** Undefined for the scheduler. */
  readonly heapBytes: number | undefined
}

const heapReport = fileURLToPath(new URL("./heapReport.ts", import.meta.url))

export const benchIdle = async (options: IdleOptions): Promise<void> => {
  const env = environment(undefined)
  console.log(environmentLine(env))
  const rows: Array<IdleRow> = []
  const directory = await mkdtemp(join(options.directory ?? tmpdir(), "reefkv-idle-"))
  const inCluster = async (name: string, stores: number, use: (cluster: ReefCluster) => Promise<void>) => {
    const cluster = await startReef({
      engine: options.engine,
      directory: join(directory, name),
      stores,
      runtimeFlags: ["--preload", heapReport]
    })
    try {
      await use(cluster)
    } finally {
      await cluster.stop()
    }
  }
  try {
    await inCluster("one", 1, async (cluster) => {
      rows.push(...(await observe("empty store", 1, cluster, options.windowSeconds)))
      await cut(cluster, options.regions)
      rows.push(...(await observe("many regions", options.regions, cluster, options.windowSeconds)))
    })
    if (options.spread > 0) {
      await inCluster("three", 3, async (cluster) => {
        await cut(cluster, options.spread)
        rows.push(...(await observe("regions on three stores", options.spread, cluster, options.windowSeconds)))
      })
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
  console.log(`\n${options.engine} engine, ${options.windowSeconds} s window after ${settleSeconds} s of rest`)
  console.log(
    table(
      ["what", "process", "regions", "resident MB", "anonymous MB", "heap MB", "CPU % of a core"],
      rows.map((row) => [
        row.what,
        row.process,
        row.regions.toLocaleString("en-US"),
        row.residentBytes / 1e6,
        row.anonymousBytes / 1e6,
        row.heapBytes === undefined ? undefined : row.heapBytes / 1e6,
        row.cpuPercent
      ])
    )
  )
  const [empty, many] = ["empty store", "many regions"].map((what) =>
    rows.find((row) => row.what === what && row.process !== "scheduler")
  )
  if (empty !== undefined && many !== undefined && many.regions > empty.regions) {
    const each = (bytes: (row: IdleRow) => number): number =>
      Math.round((bytes(many) - bytes(empty)) / (many.regions - empty.regions))
    console.log(
      `\nfor each further region: ${each((row) => row.heapBytes ?? 0)} bytes of heap, ${each((row) => row.residentBytes)} resident ` +
        "(what the runtime keeps free and SQLite's cache included)"
    )
  }
  console.log("wanted: an empty store below 120 MB resident; 10,000 regions below 5 % of a core and 2 KB of heap each")
  await writeJson(options.json, { bench: "idle", environment: env, options, results: rows })
}

const cut = async (cluster: ReefCluster, regions: number): Promise<void> => {
  const startedMs = performance.now()
  await cluster.control.split(Array.from({ length: regions - 1 }, (_, i) => keyOf(i + 1)))
  const made = (await cluster.control.regions()).length
  if (made !== regions) throw new Error(`${made} regions were made instead of ${regions}`)
  console.log(`  ${regions} regions after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
}

const observe = async (
  what: string,
  regions: number,
  cluster: ReefCluster,
  windowSeconds: number
): Promise<ReadonlyArray<IdleRow>> => {
  await Bun.sleep(settleSeconds * 1000)
  const processes = [
    ...cluster.stores.map(({ child }, i) => ({ name: `store ${i + 1}`, child, isStore: true })),
    { name: "scheduler", child: cluster.scheduler, isStore: false }
  ]
  const before = processes.map(({ child }) => cpuSeconds([child.pid]))
  const startedMs = performance.now()
  await Bun.sleep(windowSeconds * 1000)
  const seconds = (performance.now() - startedMs) / 1000
  const after = processes.map(({ child }) => ({ cpu: cpuSeconds([child.pid]), memory: memoryOf(child.pid) }))
  return Promise.all(
    processes.map(async ({ child, isStore, name }, i) => ({
      what,
      process: name,
      regions,
      ...after[i]!.memory,
      cpuPercent: ((after[i]!.cpu - before[i]!) / seconds) * 100,
      heapBytes: isStore ? await heapOf(child) : undefined
    }))
  )
}

const heapOf = async (child: Child): Promise<number> => {
  const answer = child.next(/^heap (\d+) bytes/)
  process.kill(child.pid, "SIGUSR2")
  return Number((await answer)[1])
}
