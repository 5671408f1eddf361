/**
 * Raw keys between the form requests use and the form stored (and compared with region bounds): the same in V1,
 * memcomparable in V2. And ranges of them: which part of a request's range lies in a region.
 */
import type { RegionError } from "@reefkv/core"
import {
  type ApiVersion,
  compareBytes,
  compareEnds,
  decodeMemcomparable,
  type KeyRange,
  keyInRange,
  keyspaceEnd,
  keyspacePrefix,
  type kvrpcpb,
  type metapb,
  splitKeyspace,
  toRegionBound,
  toRegionKey
} from "@reefkv/wire"
import { checkKeyspace } from "./checks.ts"
import type { RawConfig } from "./RawConfig.ts"
import type { Refused } from "./RegionAccess.ts"

export const toStoredKey = (api: ApiVersion, key: Uint8Array): Uint8Array => toRegionKey(api, "raw", key)

/** Throws WireError for a stored key that is not of this API's form. */
export const fromStoredKey = (api: ApiVersion, key: Uint8Array): Uint8Array =>
  api === "V2" ? decodeMemcomparable(key) : key

/** A request's range in stored form, or why it is refused. An empty `end` is +∞; an empty range is legal. */
export const storedRange = (
  config: RawConfig,
  context: kvrpcpb.Context | undefined,
  range: KeyRange
): KeyRange | Refused => {
  const { start, end } = range
  if (start.length > config.keyMaxBytes || end.length > config.keyMaxBytes) {
    const size = Math.max(start.length, end.length)
    return { refused: `max key size exceeded, size: ${size}, limit: ${config.keyMaxBytes}` }
  }
  if (end.length > 0 && compareBytes(start, end) > 0)
    return { refused: "invalid range: the start key is after the end key" }
  if (config.apiVersion !== "V2") return range
  const within = keyspaceRange(context, start, end)
  if ("refused" in within) return within
  return { start: toRegionBound("V2", "raw", within.start), end: toRegionBound("V2", "raw", within.end) }
}

/** V2: both bounds lie in one keyspace, where the end may be the keyspace's own; an open bound is the keyspace's. */
const keyspaceRange = (
  context: kvrpcpb.Context | undefined,
  start: Uint8Array,
  end: Uint8Array
): KeyRange | Refused => {
  const split = splitKeyspace(start.length > 0 ? start : end)
  const refusal = checkKeyspace(context, start.length > 0 ? start : end)
  if (refusal !== undefined || split === undefined) return { refused: refusal ?? "invalid key mode" }
  const low = keyspacePrefix("raw", split.keyspaceId)
  const high = keyspaceEnd("raw", split.keyspaceId)
  if (end.length > 0 && compareBytes(end, high) > 0)
    return { refused: "invalid key mode: the range leaves its keyspace" }
  return { start: start.length > 0 ? start : low, end: end.length > 0 ? end : high }
}

/**
 * The part of `[start, end)` that lies in the region. The bound the scan begins at must itself be in the region, or the
 * client has taken it to the wrong one; the other bound may lie beyond, because clients walk from region to region.
 */
export const clipToRegion = (region: metapb.Region, range: KeyRange, reverse: boolean): KeyRange | RegionError => {
  const { start, end } = range
  const outside = reverse
    ? end.length > 0 && (compareBytes(end, region.startKey) <= 0 || compareEnds(end, region.endKey) > 0)
    : start.length > 0 && !keyInRange(start, region.startKey, region.endKey)
  if (outside) return { _tag: "KeyNotInRegion", key: reverse ? end : start, region }
  return {
    start: compareBytes(start, region.startKey) < 0 ? region.startKey : start,
    end: compareEnds(end, region.endKey) > 0 ? region.endKey : end
  }
}
