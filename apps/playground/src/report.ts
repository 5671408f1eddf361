/** What the playground says at the end: where the data lies, how fast it came there, and whether all of it came back. */
import type { RawClientService, RegionDescription } from "@reefkv/client"
import { metapb } from "@reefkv/wire"
import { Clock, Effect } from "effect"
import type { LoadResult, ReadBackResult } from "./load.ts"

/** How long the report waits for the scheduler to finish spreading replicas; then it shows what is. */
const settleTimeoutMs = 30_000
const settlePollMs = 200

export interface Placement {
  readonly regions: ReadonlyArray<RegionDescription>
  readonly stores: ReadonlyArray<metapb.Store>
  readonly settled: boolean
}

/** Every region has `replicas` voters, no learner on its way, and a leader. */
const isSettled = (regions: ReadonlyArray<RegionDescription>, replicas: number): boolean =>
  regions.every(
    (region) =>
      region.leader !== undefined &&
      region.peers.length === replicas &&
      region.peers.every((peer) => peer.role === metapb.PeerRole.Voter)
  )

/** For this long nothing may change: several rounds of the split check, which comes after the last write. */
const stableMs = 1_000

/** What changes when a region splits or a replica moves. */
const shapeOf = (regions: ReadonlyArray<RegionDescription>): string =>
  regions.map(({ id, epoch }) => `${id}/${epoch.version}/${epoch.confVer}`).join(" ")

/** Waits, within a bound, until no region splits and no replica is on its way any more. */
export const settle = Effect.fnUntraced(function* (client: RawClientService, replicas: number) {
  const giveUpMs = (yield* Clock.currentTimeMillis) + settleTimeoutMs
  let shape = ""
  let stableSinceMs = 0
  for (;;) {
    const regions = yield* client.regions()
    const nowMs = yield* Clock.currentTimeMillis
    const present = shapeOf(regions)
    if (present !== shape || !isSettled(regions, replicas)) stableSinceMs = nowMs
    shape = present
    const settled = nowMs - stableSinceMs >= stableMs
    if (settled || nowMs >= giveUpMs) {
      const placement: Placement = { regions, stores: yield* client.stores(), settled }
      return placement
    }
    yield* Effect.sleep(settlePollMs)
  }
})

const table = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): Array<string> => {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: ReadonlyArray<string>) =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")}`.trimEnd()
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)]
}

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`
const rate = ({ keys, elapsedMs }: LoadResult): string => `${Math.round((keys * 1000) / Math.max(1, elapsedMs))} keys/s`

export const placementLines = ({ regions, stores, settled }: Placement): Array<string> => [
  `${regions.length} regions on ${stores.length} stores${settled ? "" : " (replicas are still on their way)"}`,
  ...table(
    ["store", "address", "status", "leaders", "peers"],
    [...stores]
      .sort((a, b) => a.id - b.id)
      .map((store) => [
        String(store.id),
        store.address,
        store.statusAddress,
        String(regions.filter(({ leader }) => leader?.storeId === store.id).length),
        String(regions.filter(({ peers }) => peers.some(({ storeId }) => storeId === store.id)).length)
      ])
  )
]

export const loadLines = (load: LoadResult, back: ReadBackResult): Array<string> => [
  `loaded    ${load.keys} keys, ${mebibytes(load.bytes)}, in ${(load.elapsedMs / 1000).toFixed(1)} s (${rate(load)})`,
  `read back ${back.keys} keys in ${(back.elapsedMs / 1000).toFixed(1)} s (${rate(back)}): ${
    back.missing + back.different === 0
      ? "every value is as it was written"
      : `${back.missing} MISSING, ${back.different} DIFFERENT`
  }`
]
