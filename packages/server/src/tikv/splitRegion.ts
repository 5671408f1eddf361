/**
 * SplitRegion as clients ask for it: plain keys in, the resulting regions out. Which keys are raw decides the form in
 * which they become region bounds. Source: wire contract 4.4; tikv `future_split_region`.
 */
import { headerOf, toErrorpb } from "@reefkv/core"
import type { Command } from "@reefkv/storage"
import { compareBytes, equalBytes, kvrpcpb, regionError, toRegionKey } from "@reefkv/wire"
import type { TikvCalls } from "./TikvCalls.ts"

/** Split keys in one request; a client with more asks again. */
const SPLIT_KEYS_MAX = 1_024

export const splitRegion = (calls: TikvCalls): Command<kvrpcpb.SplitRegionRequest, kvrpcpb.SplitRegionResponse> => {
  const { router, raw } = calls.parts
  return (request, deadlineMs, done) => {
    const plain = request.splitKey.length > 0 ? [request.splitKey] : request.splitKeys
    const refuse = (message: string): void =>
      done(kvrpcpb.SplitRegionResponse.create({ regionError: regionError.otherRegionError(message) }))
    if (plain.length === 0 || plain.some((key) => key.length === 0)) {
      refuse("SplitRegion needs split keys, none of them empty")
      return
    }
    if (plain.length > SPLIT_KEYS_MAX) {
      refuse(`SplitRegion takes ${SPLIT_KEYS_MAX} split keys at most, found ${plain.length}`)
      return
    }
    const mode = request.isRawKv ? "raw" : "txn"
    const splitKeys = plain
      .map((key) => toRegionKey(raw.config.apiVersion, mode, key))
      .sort(compareBytes)
      .filter((key, i, sorted) => i === 0 || !equalBytes(key, sorted[i - 1] ?? key))
    const header = headerOf(request.context, deadlineMs)
    router.admin({ header, command: { type: "split", splitKeys } }, (result) => {
      if (result._tag !== "AdminDone") {
        done(kvrpcpb.SplitRegionResponse.create({ regionError: toErrorpb(result) }))
        return
      }
      const regions = [...result.regions]
      const [left, right] = regions
      done(kvrpcpb.SplitRegionResponse.create({ regions, ...(regions.length === 2 ? { left, right } : {}) }))
    })
  }
}
