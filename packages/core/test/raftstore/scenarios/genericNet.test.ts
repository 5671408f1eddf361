/** The generic run itself: what it is there to find, it finds. Each row is a cluster with one thing wrong. */
import { expect, setDefaultTimeout, test } from "bun:test"
import type { EngineService, ReadView } from "@reefkv/engine"
import { epochOf, type StoreId } from "@reefkv/wire"
import { Effect } from "effect"
import { type DiskFactory, memoryDisks } from "../cluster/disks.ts"
import { type GenericOptions, runGeneric } from "./generic.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

const text = (key: Uint8Array): string => Buffer.from(key).toString()

/** Disks that no longer show some keys, as if a write had been acknowledged and lost, or a delete had not taken place. */
const forgetful =
  (hidden: (storeId: StoreId, key: string) => boolean): DiskFactory =>
  (storeId) =>
    Effect.map(memoryDisks(storeId), (disk) => ({
      ...disk,
      open: Effect.map(disk.open, ({ engine, raftLog }) => ({ raftLog, engine: hiding(storeId, engine, hidden) }))
    }))
const hiding = (
  storeId: StoreId,
  engine: EngineService,
  hidden: (storeId: StoreId, key: string) => boolean
): EngineService => {
  const view = (of: ReadView): ReadView => ({
    get: (cf, key) => (hidden(storeId, text(key)) ? undefined : of.get(cf, key)),
    getMany: (cf, keys) => of.getMany(cf, keys),
    scan: (cf, options, visit) =>
      of.scan(cf, options, (key, value) => (hidden(storeId, text(key)) ? undefined : visit(key, value)))
  })
  return { ...engine, latest: view(engine.latest) }
}

const failureOf = (options: Omit<GenericOptions, "clients" | "roundMs">): Promise<string> =>
  runGeneric({ clients: 3, rounds: 1, roundMs: 400, ...options }).then(
    () => "nothing was found",
    (error: unknown) => String(error)
  )

const rows: ReadonlyArray<readonly [what: string, options: Parameters<typeof failureOf>[0], found: RegExp]> = [
  [
    "an acknowledged write that is gone",
    { seed: 3_901, disks: forgetful((_, key) => key === "01-000002") },
    /client 1: at position 2 of \d+ found x 1 3 y/
  ],
  [
    "the newest acknowledged write that is gone, after all stores restarted",
    { seed: 3_902, faults: "R", disks: forgetful((_, key) => key === "00-000000") },
    /client 0: at position 0 of/
  ],
  [
    "one replica that differs",
    { seed: 3_903, disks: forgetful((storeId, key) => storeId === 4 && key.endsWith("-000001")) },
    /differs between stores|found/
  ],
  [
    "logs that are never cut",
    { seed: 3_904, faults: "S", rounds: 3, config: { logGcCountLimit: 100_000, logGcThreshold: 90_000 } },
    /not within 10000 ms: every log is trimmed/
  ],
  [
    "a region that is never split",
    { seed: 3_905, faults: "X", config: { regionMaxBytes: 1 << 30, regionSplitBytes: 1 << 29 } },
    /not within 10000 ms: the regions were split/
  ]
]
for (const [what, options, found] of rows) {
  test(`finds ${what}`, async () => {
    expect(await failureOf(options)).toMatch(found)
  })
}

test("the same run with nothing wrong finds nothing", async () => {
  expect(await failureOf({ seed: 3_906 })).toBe("nothing was found")
})

test("every letter does what it says", async () => {
  const seen = new Map<string, number>()
  const count = (what: string, of: number): void => void seen.set(what, of)
  await runGeneric({
    clients: 5,
    seed: 3_907,
    faults: "XCSURP",
    rounds: 2,
    roundMs: 600,
    inspect: (c) => {
      const { stats } = c.network
      const events = (type: string): number => c.events.filter((event) => event.type === type).length
      count("U: messages lost, in percent", Math.round((100 * stats.lostByChance) / stats.sent))
      count("P: messages cut off", stats.lostByCut)
      count("R: starts of stores", events("StoreStarted"))
      // All stores begin with a peer each: the first membership has conf_ver 5.
      count("C: membership changes", Math.max(...c.directory.all().map(({ region }) => epochOf(region).confVer)) - 5)
      count("S: snapshots", stats.snapshots)
      count("X: regions", c.directory.all().length)
    }
  })
  expect(seen.get("U: messages lost, in percent")).toBeGreaterThanOrEqual(5)
  expect(seen.get("R: starts of stores")).toBeGreaterThanOrEqual(10)
  expect(seen.get("X: regions")).toBeGreaterThan(3)
  for (const [what, times] of seen) expect([what, times > 0]).toEqual([what, true])
})
