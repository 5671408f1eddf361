/**
 * How soon a split is visible: three stores and a scheduler in one process, a steady load of puts, and the time from a
 * region's split check (SplitChecked with keys) to the moment the scheduler, which clients ask, knows the first new
 * region. Also counts the client's calls that failed meanwhile, which must be none.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { makeNetworkClient } from "@reefkv/client"
import { decodeConfig, schedulerKeys, storeKeys } from "@reefkv/config"
import { StoreEvents } from "@reefkv/core"
import { SchedulerServer, schedulerProcess, storeProcess } from "@reefkv/process"
import { SchedulerEvents } from "@reefkv/scheduler"
import { Context, Effect, Layer } from "effect"

export interface SplitOptions {
  readonly engines: ReadonlyArray<"sqlite" | "memory">
  readonly keys: number
  readonly directory: string | undefined
  readonly json: string | undefined
}
export const splitDefaults = { keys: 20_000 } as const

export interface SplitResult {
  readonly engine: string
  readonly splits: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  readonly calls: number
  readonly failedCalls: number
}

const stores = 3
const callsOpen = 64
const valueBytes = 256

/** Times of the checks that found keys, by region, until their split is seen. */
const makeWatch = () => {
  const checkedAt = new Map<number, number>()
  const known = new Set<number>()
  const parentOf = new Map<number, number>()
  const delaysMs: Array<number> = []
  return {
    delaysMs,
    checked: (regionId: number) => checkedAt.set(regionId, performance.now()),
    proposed: (regionId: number, newRegionIds: ReadonlyArray<number>) => {
      for (const id of newRegionIds) parentOf.set(id, regionId)
    },
    /** The scheduler accepted a heartbeat of the region. */
    seen: (regionId: number) => {
      const parent = known.has(regionId) ? undefined : parentOf.get(regionId)
      known.add(regionId)
      const at = parent === undefined ? undefined : checkedAt.get(parent)
      if (parent === undefined || at === undefined) return
      checkedAt.delete(parent)
      delaysMs.push(performance.now() - at)
    }
  }
}

const quantile = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

const measure = async (engine: "sqlite" | "memory", options: SplitOptions): Promise<SplitResult> => {
  const directory = await mkdtemp(join(options.directory ?? tmpdir(), "reefkv-bench-split-"))
  const watch = makeWatch()
  const program = Effect.gen(function* () {
    const schedulerValues = yield* decodeConfig(schedulerKeys, {
      flags: {
        "server.addr": "127.0.0.1:0",
        "storage.engine": engine,
        "storage.data-dir": join(directory, "scheduler")
      }
    })
    const scheduler = yield* Layer.build(schedulerProcess(schedulerValues)).pipe(
      Effect.provideService(SchedulerEvents, {
        listening: () => true,
        emit: (event) => {
          if (event.type === "RegionChanged") watch.seen(event.regionId)
        }
      })
    )
    const { advertiseAddress } = Context.get(scheduler, SchedulerServer)
    for (let number = 1; number <= stores; number++) {
      const values = yield* decodeConfig(storeKeys, {
        flags: {
          "server.addr": "127.0.0.1:0",
          "server.status-addr": "",
          "pd.endpoints": advertiseAddress,
          "storage.engine": engine,
          "storage.data-dir": join(directory, `store-${number}`),
          "raftstore.region-max-size": "384KiB",
          "raftstore.region-split-size": "256KiB",
          "raftstore.split-check-interval": "100ms"
        }
      })
      yield* Layer.build(storeProcess(values)).pipe(
        Effect.provideService(StoreEvents, {
          listening: () => true,
          emit: (event) => {
            if (event.type === "SplitChecked" && event.splitKeys > 0) watch.checked(event.regionId)
            if (event.type === "SplitProposed") watch.proposed(event.regionId, event.newRegionIds)
          }
        })
      )
    }
    const client = yield* makeNetworkClient({ endpoints: advertiseAddress })
    const value = new Uint8Array(valueBytes).fill(7)
    let failedCalls = 0
    yield* Effect.forEach(
      Array.from({ length: options.keys }, (_, i) => i),
      // Spread over the key space, so that every region grows.
      (i) =>
        Effect.catch(client.put(`split/${String((i * 7919) % options.keys).padStart(8, "0")}`, value), () =>
          Effect.sync(() => failedCalls++)
        ),
      { concurrency: callsOpen, discard: true }
    )
    return { calls: options.keys, failedCalls }
  })
  const { calls, failedCalls } = await Effect.runPromise(Effect.scoped(program))
  await rm(directory, { recursive: true })
  const sorted = watch.delaysMs.toSorted((a, b) => a - b)
  const result: SplitResult = {
    engine,
    splits: sorted.length,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    maxMs: sorted.at(-1) ?? Number.NaN,
    calls,
    failedCalls
  }
  return result
}

export const benchSplits = async (options: SplitOptions): Promise<void> => {
  const results: Array<SplitResult> = []
  for (const engine of options.engines) results.push(await measure(engine, options))
  console.log("From a region's split check to the scheduler knowing the new region, under a load of puts\n")
  for (const one of results) {
    const [p50, p99, max] = [one.p50Ms, one.p99Ms, one.maxMs].map((ms) => ms.toFixed(1))
    console.log(
      `${one.engine}: ${one.splits} splits, p50 ${p50} ms, p99 ${p99} ms, max ${max} ms (wanted 200); ${one.failedCalls} of ${one.calls} puts failed`
    )
  }
  if (options.json !== undefined) await writeFile(options.json, JSON.stringify({ split: results }, undefined, 2))
}
