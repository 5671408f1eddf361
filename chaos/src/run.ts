/**
 * One run: start → trouble (clients, nemesis) → heal → whole again → read everything → stop cleanly → judge. Whatever is
 * found broken is collected, and the run goes on as far as it can, since two findings say more than one.
 */
import { readFileSync } from "node:fs"
import { connect, type Kv } from "@reefkv/client"
import { History, Timestamps } from "@reefkv/sim/checkers"
import { Rng } from "@reefkv/sim/rng"
import { Effect } from "effect"
import { administrationStrand } from "./administration.ts"
import { Cluster, schedulerName } from "./Cluster.ts"
import { type Counts, runClient } from "./clients.ts"
import { firstSplits, Keys } from "./Keys.ts"
import { type FaultCounts, linkStrand, processStrand } from "./nemesis.ts"
import { Once } from "./once.ts"
import { runTimestampClient } from "./timestamps.ts"
import { awaitWhole, checkTiles, compareFiles, readAll } from "./verdict.ts"

export interface ChaosOptions {
  readonly seed: string
  /** Of trouble; starting and judging come on top, with bounds of their own. */
  readonly seconds: number
  readonly clients: number
  readonly print: (line: string) => void
}

export interface ChaosResult {
  /** Nothing in it: clean. */
  readonly broken: ReadonlyArray<string>
  readonly totals: ReadonlyArray<string>
  /** Where the processes' logs and data are; gone after a clean run. */
  readonly directory: string
}

/** Generous, since machines are slow at times; reaching one is a failure. */
const startTimeoutMs = 60_000
const wholeTimeoutMs = 180_000
const lastCallTimeoutMs = 60_000
const clientsEndMs = 120_000
const reportIntervalMs = 5_000
/** Kept of what was found; the first ones say most. */
const brokenMax = 20
/** Connections of clients, shared among them. */
const connections = 3
const onceWriters = 2
const timestampClients = 2

export const runChaos = async ({ seed, seconds, clients, print }: ChaosOptions): Promise<ChaosResult> => {
  const broken: Array<string> = []
  const onBroken = (what: string): void => {
    if (broken.length >= brokenMax) return
    broken.push(what)
    print(`BROKEN: ${what}`)
  }
  const history = new History()
  const timestamps = new Timestamps()
  const once = new Once()
  const faults: FaultCounts = new Map()
  const work: FaultCounts = new Map()
  const counts: Counts = { answered: 0, unknown: 0, failed: 0 }
  const startedMs = performance.now()
  const elapsed = (): string => `${((performance.now() - startedMs) / 1_000).toFixed(0).padStart(4)} s`

  const cluster = await Cluster.start(seed, onBroken, startTimeoutMs)
  const kvs: Array<Kv> = []
  const keys = new Keys(new Rng(`${seed}/keys`))
  let regions = 0
  let entries = 0
  try {
    const schedulerAddress = cluster.addressOf(schedulerName)
    while (kvs.length < connections) {
      kvs.push(await connect(schedulerAddress, { connectTimeoutMs: startTimeoutMs, attemptTimeoutMs: 2_000 }))
    }
    const kv = kvs[0]!
    await Effect.runPromise(kv.client.splitRegions(firstSplits, { timeoutMs: startTimeoutMs }))
    await awaitWhole(cluster, startTimeoutMs)
    print(`${elapsed()}  up: seed ${seed}, logs in ${cluster.directory}`)

    let stopping = false
    const isStopping = (): boolean => stopping
    const parts = { keys, history, counts, stopping: isStopping, onBroken }
    const running = [
      ...Array.from({ length: clients }, (_, i) =>
        runClient({ ...parts, name: `c${i}`, kv: kvs[i % connections]!, rng: new Rng(`${seed}/client/${i}`) })
      ),
      ...Array.from({ length: onceWriters }, (_, i) => once.run(kvs[i % connections]!, isStopping)),
      ...Array.from({ length: timestampClients }, (_, i) =>
        runTimestampClient({
          address: schedulerAddress,
          timestamps,
          rng: new Rng(`${seed}/timestamps/${i}`),
          stopping: isStopping,
          onBroken
        })
      )
    ].map((client) => client.catch((error) => onBroken(`a client failed: ${describe(error)}`)))
    const strands = [
      processStrand(cluster, new Rng(`${seed}/processes`), faults, onBroken),
      linkStrand(cluster, new Rng(`${seed}/links`), faults),
      administrationStrand(cluster, new Rng(`${seed}/administration`), work)
    ]
    const corrupted = (): number => cluster.links.reduce((sum, link) => sum + link.corrupted, 0)
    const line = (): string => {
      const now = strands.map((strand) => strand.now()).filter((text) => text !== "")
      return `${elapsed()}  ${counts.answered} answers, ${counts.unknown} unknown, ${counts.failed} failed; ${timestamps.count} timestamps; ${sum(faults)} faults${now.length === 0 ? "" : `: ${now.join(", ")}`}`
    }
    const endMs = performance.now() + seconds * 1_000
    while (performance.now() < endMs && broken.length === 0) {
      await Bun.sleep(Math.min(reportIntervalMs, Math.ceil(endMs - performance.now())))
      print(line())
    }

    await Promise.all(strands.map((strand) => strand.stop()))
    await cluster.heal()
    print(`${elapsed()}  healed`)
    stopping = true
    if (!(await settles(Promise.all(running), clientsEndMs))) onBroken("calls of clients did not end")
    // The path of reads and writes once more with everything well, and new operations against old connections.
    await attempt(onBroken, async () => {
      regions = await awaitWhole(cluster, wholeTimeoutMs)
    })
    await attempt(onBroken, () => readAll(kv, keys.names, history, lastCallTimeoutMs, onBroken))
    await attempt(onBroken, () => once.verify(kv, lastCallTimeoutMs, onBroken))
    await attempt(onBroken, () => checkTiles(kv, lastCallTimeoutMs, onBroken))
    await attempt(onBroken, async () => {
      await awaitWhole(cluster, wholeTimeoutMs)
    })
    print(`${elapsed()}  whole again with ${regions} regions, everything read`)
    await Promise.all(kvs.map((one) => one.close()))
    for (const member of cluster.members) {
      if (!(await member.stop())) onBroken(`${member.name} did not stop cleanly:\n${member.lastLines()}`)
    }
    await attempt(onBroken, () => {
      entries = compareFiles(cluster, onBroken)
    })
    checkLogs(cluster, onBroken)
    history.check({ fail: onBroken })
    const totals = [
      `faults: ${sum(faults)} (${[...faults].map(([name, count]) => `${name} ${count}`).join(", ")}); ${corrupted()} pieces of data spoiled`,
      `administration: ${[...work].map(([name, count]) => `${name} ${count}`).join(", ")}`,
      `processes: ${cluster.members.map(({ name, lives }) => `${name} ${lives} lives`).join(", ")}`,
      `operations: ${history.operations} on ${keys.names.length} keys, of them ${counts.unknown} of unknown outcome; ${counts.failed} calls failed without effect`,
      `written once: ${once.acked.length} acknowledged and found, ${once.maybe.length} unknown`,
      `timestamps: ${timestamps.count}, unique and rising`,
      `replicas: ${regions} regions on three stores, equal in ${entries} entries`,
      `histories too long to tell: ${history.undecided}`
    ]
    if (broken.length === 0) cluster.removeFiles()
    return { broken, totals, directory: cluster.directory }
  } finally {
    await Promise.all(kvs.map((one) => one.close()))
    await cluster.close()
  }
}

/** Words in a log that no run may cause. */
const badLine = /is damaged|^\s+at .*\(|panic|AssertionError|assertion/i

const checkLogs = (cluster: Cluster, onBroken: (what: string) => void): void => {
  for (const { name, logPath } of cluster.members) {
    const bad = readFileSync(logPath, "utf8")
      .split("\n")
      .find((line) => badLine.test(line))
    if (bad !== undefined) onBroken(`${name} said: ${bad}`)
  }
}

const sum = (counts: FaultCounts): number => [...counts.values()].reduce((total, count) => total + count, 0)

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

/** A question that cannot be answered counts as broken. */
const attempt = async (onBroken: (what: string) => void, ask: () => Promise<void> | void): Promise<void> => {
  try {
    await ask()
  } catch (error) {
    onBroken(describe(error))
  }
}

const settles = async (work: Promise<unknown>, timeoutMs: number): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), timeoutMs)
  const settled = await Promise.race([work.then(() => true), promise])
  clearTimeout(timer)
  return settled
}
