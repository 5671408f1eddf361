/**
 * The run behind most of TinyKV's scenarios: clients put growing keys and scan their own prefix, which must hold exactly
 * what was acknowledged, while faults run; after each round everything is read again in order and deleted.
 *
 * Letters as in the list of scenarios: U loses messages, P partitions, R restarts all stores, S compacts the log early,
 * C adds and removes peers, X splits small regions.
 */
import { epochOf, eraftpb, type metapb } from "@reefkv/wire"
import { Effect, Fiber } from "effect"
import type { StoreConfig } from "../../../src/raftstore/StoreConfig.ts"
import { type Cluster, type ClusterOptions, changePeer, firstRegionId } from "../cluster/Cluster.ts"
import type { DiskFactory } from "../cluster/disks.ts"
import { runScenario } from "../cluster/runScenario.ts"

export interface GenericOptions {
  readonly clients: number
  /** Any of U, P, R, S, C, X. */
  readonly faults?: string
  readonly seed: number
  readonly rounds?: number
  readonly roundMs?: number
  readonly config?: Partial<StoreConfig>
  readonly disks?: DiskFactory
  /** Looks at the cluster when all is over and right. */
  readonly inspect?: (cluster: Cluster) => void
}

const storeCount = 5
const logGcLimit = 50
const splitBytes = 600
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const keyOf = (client: number, n: number): string => `${String(client).padStart(2, "0")}-${String(n).padStart(6, "0")}`
/** Long enough that a round's writes of one client fill several regions in the runs that split. */
const valueOf = (client: number, n: number): string => `x ${client} ${n} y`.padEnd(60, ".")

const configOf = (faults: string): Partial<StoreConfig> => ({
  ...(faults.includes("S")
    ? { logGcCountLimit: logGcLimit, logGcThreshold: 10 }
    : { logGcCountLimit: 100_000, logGcThreshold: 50_000 }),
  ...(faults.includes("X") ? { regionMaxBytes: (splitBytes * 3) / 2, regionSplitBytes: splitBytes } : {})
})

export const runGeneric = (options: GenericOptions): Promise<void> => {
  const faults = options.faults ?? ""
  const has = (letter: string): boolean => faults.includes(letter)
  const cluster: ClusterOptions = {
    seed: options.seed,
    stores: storeCount,
    config: { ...configOf(faults), ...options.config },
    ...(options.disks === undefined ? {} : { disks: options.disks })
  }
  return runScenario(cluster, (c) =>
    Effect.gen(function* () {
      if (has("U")) c.network.lossRate = 0.1
      let totalWritten = 0
      for (let round = 0; round < (options.rounds ?? 3); round++) {
        const over = { now: false }
        const written = Array.from({ length: options.clients }, () => 0)
        const workers = yield* Effect.forEach(written, (_, client) =>
          Effect.forkScoped(clientLoop(c, client, over, written))
        )
        const nemeses: Array<Effect.Effect<void>> = []
        if (has("P")) nemeses.push(partitions(c, over))
        if (has("C")) nemeses.push(membershipChanges(c, over))
        const running = yield* Effect.forEach(nemeses, (nemesis) => Effect.forkScoped(nemesis))
        yield* Effect.sleep(options.roundMs ?? 400)
        over.now = true
        for (const nemesis of running) yield* Fiber.join(nemesis)
        c.network.heal()
        for (const worker of workers) yield* Fiber.join(worker)
        totalWritten += written.reduce((sum, count) => sum + count, 0)
        if (has("R")) yield* restartAll(c)
        yield* checkAndClear(c, written)
        yield* c.checkInvariants()
      }
      c.network.lossRate = 0
      if (process.env["REEFKV_SCENARIO_STATS"] !== undefined) {
        const regions = c.directory.all().length
        console.log(
          `${faults} seed ${options.seed}: ${totalWritten} writes, ${regions} regions, ${Math.round(c.nowMs())} ms, ${JSON.stringify(c.network.stats)}`
        )
      }
      if (has("S")) yield* checkTrimmed(c)
      if (has("X")) yield* checkSplit(c)
      options.inspect?.(c)
    })
  )
}

/** One client: puts the next key or scans what it has put, until the round is over. */
export const clientLoop = (
  c: Cluster,
  id: number,
  over: { readonly now: boolean },
  written: Array<number>
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const client = c.newClient()
    const random = c.random.fork()
    while (!over.now) {
      const n = written[id]!
      if (n === 0 || random.chance(0.5)) {
        yield* client.put(bytes(keyOf(id, n)), bytes(valueOf(id, n)))
        written[id] = n + 1
      } else {
        yield* expectAll(c, yield* client.scan(bytes(keyOf(id, 0)), bytes(keyOf(id, n))), id, n)
      }
    }
  })

const expectAll = (
  c: Cluster,
  found: ReadonlyArray<readonly [Uint8Array, Uint8Array]>,
  client: number,
  count: number
): Effect.Effect<void> => {
  const text = found.map(([, value]) => Buffer.from(value).toString())
  for (let n = 0; n < Math.max(count, text.length); n++) {
    if (text[n] !== valueOf(client, n) || n >= count) {
      return c.fail(`client ${client}: at position ${n} of ${count} found ${text[n]}, ${text.length} entries in all`)
    }
  }
  return Effect.void
}

export const checkAndClear = (c: Cluster, written: ReadonlyArray<number>): Effect.Effect<void> =>
  Effect.gen(function* () {
    const client = c.newClient()
    for (const [id, count] of written.entries()) {
      yield* expectAll(c, yield* client.scan(bytes(keyOf(id, 0)), bytes(keyOf(id, 999_999))), id, count)
    }
    yield* Effect.forEach(
      written.entries(),
      ([id, count]) =>
        Effect.gen(function* () {
          const mine = c.newClient()
          for (let n = 0; n < count; n++) yield* mine.delete(bytes(keyOf(id, n)))
        }),
      { concurrency: "unbounded", discard: true }
    )
    const left = yield* client.scan(bytes("0"), bytes("9"))
    if (left.length > 0) return yield* c.fail(`${left.length} entries are left after all were deleted`)
  })

/** Random two-way partitions, one every election timeout or so. */
const partitions = (c: Cluster, over: { readonly now: boolean }): Effect.Effect<void> =>
  Effect.gen(function* () {
    const random = c.random.fork()
    const electionMs = c.config.electionTicks * c.config.raftTickMs
    while (!over.now) {
      const here = c.storeIds.filter(() => random.chance(0.5))
      c.network.partition([here, c.storeIds.filter((id) => !here.includes(id))], c.storeIds)
      yield* Effect.sleep(electionMs + random.int(0, electionMs))
    }
  })

/** Adds or removes a random store's peer of a random region, one try each; never below two replicas. */
const membershipChanges = (c: Cluster, over: { readonly now: boolean }): Effect.Effect<void> =>
  Effect.gen(function* () {
    const random = c.random.fork()
    while (!over.now) {
      const known = random.pick(c.directory.all())
      const storeId = random.pick(c.storeIds)
      const leader = c.leaderOf(known.region.id)
      if (leader !== undefined && leader.storeId !== storeId) {
        const region: metapb.Region = leader.status.region
        const peer = region.peers.find((p) => p.storeId === storeId)
        const { AddNode, RemoveNode } = eraftpb.ConfChangeType
        if (peer === undefined) {
          const added = { id: c.directory.newId(), storeId, role: 0, isWitness: false }
          yield* c.admin(leader.storeId, region, changePeer(AddNode, added))
        } else if (region.peers.length > 2) {
          yield* c.admin(leader.storeId, region, changePeer(RemoveNode, peer))
        }
      }
      yield* Effect.sleep(random.int(10, 40))
    }
  })

/** All stores go down, some by a clean stop and some by a crash, and come back in any order. */
export const restartAll = (c: Cluster): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (const id of c.random.shuffle(c.storeIds)) yield* !c.canCrash || c.random.chance(0.5) ? c.stop(id) : c.crash(id)
    yield* Effect.sleep(c.config.electionTicks * c.config.raftTickMs)
    for (const id of c.random.shuffle(c.storeIds)) yield* c.start(id)
  })

/** No region keeps more than twice the limit once all is quiet. */
const checkTrimmed = (c: Cluster): Effect.Effect<void> =>
  c.waitUntil("every log is trimmed to twice the limit", () =>
    c.runningIds.every((storeId) =>
      c
        .router(storeId)
        .regions()
        .every((status) => status.lastIndex - status.truncatedIndex <= 2 * logGcLimit)
    )
  )

const checkSplit = (c: Cluster): Effect.Effect<void> =>
  c.waitUntil("the regions were split and tile the key space", () => {
    const regions = c.directory.all().map(({ region }) => region)
    if (regions.length < 2 || !regions.some(({ id }) => id === firstRegionId)) return false
    for (const [i, region] of regions.entries()) {
      if (epochOf(region).version < 2) return false
      const next = regions[i + 1]
      const end = Buffer.from(region.endKey)
      if (next === undefined ? end.length !== 0 : Buffer.compare(end, next.startKey) !== 0) return false
    }
    return regions[0]!.startKey.length === 0
  })
