/** `regions`, `region <id>`, `region-for-key <key>`, `split <key…>`. */
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { client } from "../client.ts"
import { bytesArgument, showBytes } from "../keys.ts"
import type { PdRegion } from "../PdApi.ts"
import { pdApi, print } from "../root.ts"
import { table } from "../table.ts"

const HEAD = ["ID", "START", "END", "EPOCH", "LEADER", "STORES", "MIB", "KEYS"]
const NUMBERS = new Set(["ID", "MIB", "KEYS"])

interface Shown {
  readonly id: number
  readonly start: Uint8Array
  readonly end: Uint8Array
  readonly version: number
  readonly confVer: number
  readonly leaderStoreId: number | undefined
  /** Each with a mark behind it when it is no healthy voter. */
  readonly stores: ReadonlyArray<string>
  readonly mib?: number | undefined
  readonly keys?: number | undefined
}

const bound = (key: Uint8Array, open: string): string => (key.length === 0 ? open : showBytes(key))

const row = (region: Shown): ReadonlyArray<string> => [
  `${region.id}`,
  bound(region.start, "-∞"),
  bound(region.end, "+∞"),
  `v${region.version}/c${region.confVer}`,
  region.leaderStoreId === undefined ? "none" : `store ${region.leaderStoreId}`,
  region.stores.join(" "),
  `${region.mib ?? "-"}`,
  `${region.keys ?? "-"}`
]

const show = (regions: ReadonlyArray<Shown>): string =>
  regions.length === 0 ? "no regions" : table(HEAD, regions.map(row), NUMBERS)

const shownOf = (region: PdRegion): Shown => {
  const pending = new Set(region.pending_peers?.map(({ id }) => id))
  const down = new Set(region.down_peers?.flatMap(({ peer }) => (peer === undefined ? [] : [peer.id])))
  return {
    id: region.id,
    start: Buffer.from(region.start_key, "hex"),
    end: Buffer.from(region.end_key, "hex"),
    version: region.epoch.version ?? 0,
    confVer: region.epoch.conf_ver ?? 0,
    leaderStoreId: region.leader?.store_id,
    stores: region.peers.map(({ id, is_learner, role_name, store_id }) => {
      const marks = [
        is_learner === true ? "learner" : role_name === undefined || role_name === "Voter" ? "" : role_name,
        pending.has(id) ? "pending" : "",
        down.has(id) ? "down" : ""
      ].filter((mark) => mark !== "")
      return marks.length === 0 ? `${store_id}` : `${store_id}(${marks.join(",")})`
    }),
    mib: region.approximate_size,
    keys: region.approximate_keys
  }
}

/** In key order: PD's keys are hex, which sorts as the bytes do. */
const inOrder = (regions: ReadonlyArray<PdRegion>): ReadonlyArray<PdRegion> =>
  [...regions].sort((a, b) => (a.start_key < b.start_key ? -1 : a.start_key > b.start_key ? 1 : 0))

export const regions = Command.make(
  "regions",
  {},
  Effect.fnUntraced(function* () {
    const api = yield* pdApi
    const all = inOrder(yield* api.regions)
    yield* print(all, () => show(all.map(shownOf)))
  })
).pipe(Command.withDescription("All regions, in key order"))

export const region = Command.make(
  "region",
  { id: Argument.Int("id").pipe(Argument.withDescription("Region id")) },
  Effect.fnUntraced(function* ({ id }) {
    const api = yield* pdApi
    const found = yield* api.region(id)
    yield* print(found, () => show([shownOf(found)]))
  })
).pipe(Command.withDescription("One region"))

export const regionForKey = Command.make(
  "region-for-key",
  { key: bytesArgument("key").pipe(Argument.withDescription("Text, escaped text, or hex as 0x…")) },
  Effect.fnUntraced(function* ({ key }) {
    const api = yield* pdApi
    const found = yield* api.regionForKey(key)
    yield* print(found, () => show([shownOf(found)]))
  })
).pipe(Command.withDescription("The region that holds a key"))

export const split = Command.make(
  "split",
  {
    keys: bytesArgument("key").pipe(Argument.withDescription("Each becomes the start of a region"), Argument.atLeast(1))
  },
  Effect.fnUntraced(function* ({ keys }) {
    const made = yield* (yield* client).splitRegions(keys)
    const shown = made.map(
      ({ end, epoch, id, leader, peers, start }): Shown => ({
        id,
        start,
        end,
        version: epoch.version,
        confVer: epoch.confVer,
        leaderStoreId: leader?.storeId,
        stores: peers.map(({ storeId }) => `${storeId}`)
      })
    )
    const json = shown.map(({ end, id, start }) => ({
      id,
      start_key: Buffer.from(start).toString("hex").toUpperCase(),
      end_key: Buffer.from(end).toString("hex").toUpperCase()
    }))
    yield* print(json, () => show(shown))
  }, Effect.scoped)
).pipe(
  Command.withDescription("Split regions at keys"),
  Command.withExamples([{ command: "ctl split city/m city/t", description: "Three regions where one was" }])
)
