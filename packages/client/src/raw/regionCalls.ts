/** Calls about regions themselves: list them, split them. */
import { compareBytes, equalBytes, type KeyCodec, type kvrpcpb, type metapb, WireError } from "@reefkv/wire"
import { Effect } from "effect"
import { own } from "../Bytes.ts"
import type { KvError } from "../KvError.ts"
import type { PdClient, RegionInfo } from "../pd/PdClient.ts"
import type { CachedRegion } from "../routing/RegionCache.ts"
import { type KeyItem, type Range, splitCommand } from "./commands.ts"
import type { RegionDescription } from "./RawClient.ts"
import { refusalOf } from "./replies.ts"
import { type BatchRunner, runBatch } from "./runBatch.ts"

/** Regions in one answer of the scheduler. */
const REGIONS_PAGE = 1_024

export const listRegions = Effect.fnUntraced(function* (
  pd: PdClient,
  codec: KeyCodec,
  range: Range,
  deadlineMs: number
): Effect.fn.Return<Array<RegionDescription>, KvError> {
  const found: Array<RegionDescription> = []
  const { end, start } = codec.encodeRegionRange(range)
  for (let from = start; ; ) {
    const infos = yield* pd.scanRegions({ start: from, end }, REGIONS_PAGE, deadlineMs)
    found.push(...infos.flatMap((info) => describe(codec, info)))
    const last: metapb.Region | undefined = infos.at(-1)?.region
    if (last === undefined || infos.length < REGIONS_PAGE || last.endKey.length === 0) return found
    if (end.length > 0 && compareBytes(last.endKey, end) >= 0) return found
    from = last.endKey
  }
})

export const splitAt = Effect.fnUntraced(function* (
  parts: BatchRunner,
  codec: KeyCodec,
  keys: ReadonlyArray<KeyItem>,
  deadlineMs: number
): Effect.fn.Return<Array<RegionDescription>, KvError> {
  const sorted = [...keys].sort((a, b) => compareBytes(a.key, b.key))
  const items = sorted.filter(({ key }, i) => i === 0 || !equalBytes(key, (sorted[i - 1] as KeyItem).key))
  const made = new Map<number, RegionInfo>()
  const onReply = (reply: kvrpcpb.SplitRegionResponse, parent: CachedRegion): KvError | undefined => {
    const [refusal] = reply.errors
    if (refusal !== undefined) return refusalOf(refusal)
    for (const region of reply.regions) {
      // The new regions are where the old one was, and its leader campaigns in them first.
      const leader = region.peers.find(({ storeId }) => storeId === parent.peer.storeId)
      parts.cache.insert(region, leader)
      made.set(region.id, { region, leader })
    }
    return undefined
  }
  const make = (group: ReadonlyArray<KeyItem>) => splitCommand(codec, group)
  yield* runBatch(parts, { items, deadlineMs, make, onReply, shrink: false })
  return [...made.values()].flatMap((info) => describe(codec, info)).sort((a, b) => compareBytes(a.start, b.start))
})

/** Nothing for a region outside the client's keyspace. */
const describe = (codec: KeyCodec, { leader, region }: RegionInfo): ReadonlyArray<RegionDescription> => {
  const { endKey, id, peers, regionEpoch: epoch, startKey } = region
  if (epoch === undefined) return []
  try {
    const { end, start } = codec.decodeRegionRange({ start: startKey, end: endKey })
    return [{ id, start: own(start), end: own(end), epoch, peers, leader }]
  } catch (error) {
    if (error instanceof WireError) return []
    throw error
  }
}
