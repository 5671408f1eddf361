/** Point reads: RawGet, RawBatchGet, RawGetKeyTTL. A key past its expiry is absent, whether or not it is still stored. */
import { EMPTY, type errorpb, type kvrpcpb, regionError, ttlSeconds } from "@reefkv/wire"
import { checkKey, ttlDisabled } from "./checks.ts"
import { toStoredKey } from "./keyForm.ts"
import type { RawCommands } from "./RawCommands.ts"
import { type RegionAccess, refusedPair } from "./RegionAccess.ts"
import { ReplyBudget } from "./walks.ts"

export const makeRawReads = (access: RegionAccess): Pick<RawCommands, "get" | "batchGet" | "getKeyTtl"> => {
  const { config, clocks } = access
  const api = config.apiVersion
  return {
    get: (request, deadlineMs, done) => {
      const cf = access.accept(request, checkKey(config, request.context, request.key))
      if (typeof cf !== "string") {
        done({ regionError: undefined, error: cf.refused, value: EMPTY, notFound: false })
        return
      }
      const key = toStoredKey(api, request.key)
      const refuse = (error: errorpb.Error): void =>
        done({ regionError: error, error: "", value: EMPTY, notFound: false })
      access.read(request.context, deadlineMs, [key], refuse, ({ view }) => {
        const live = access.live(view.get(cf, key))
        done({ regionError: undefined, error: "", value: live?.value ?? EMPTY, notFound: live === undefined })
      })
    },

    batchGet: (request, deadlineMs, done) => {
      let wrongKey: string | undefined
      for (const key of request.keys) wrongKey ??= checkKey(config, request.context, key)
      const cf = access.accept(request, wrongKey)
      if (typeof cf !== "string") {
        done({ regionError: undefined, pairs: [refusedPair(cf)] })
        return
      }
      const keys = request.keys.map((key) => toStoredKey(api, key))
      const refuse = (error: errorpb.Error): void => done({ regionError: error, pairs: [] })
      access.read(request.context, deadlineMs, keys, refuse, ({ view }) => {
        const budget = new ReplyBudget(config.replyMaxBytes)
        const pairs: Array<kvrpcpb.KvPair> = []
        const stored = view.getMany(cf, keys)
        for (let i = 0; i < stored.length; i++) {
          const live = access.live(stored[i])
          const key = request.keys[i]
          if (live === undefined || key === undefined) continue
          if (!budget.take(key, live.value)) {
            refuse(regionError.otherRegionError(budget.refusal.refused))
            return
          }
          pairs.push({ error: undefined, key, value: live.value, commitTs: 0n })
        }
        done({ regionError: undefined, pairs })
      })
    },

    getKeyTtl: (request, deadlineMs, done) => {
      const noTtl = api === "V1" ? ttlDisabled : undefined
      const cf = access.accept(request, checkKey(config, request.context, request.key) ?? noTtl)
      if (typeof cf !== "string") {
        done({ regionError: undefined, error: cf.refused, ttl: 0, notFound: false })
        return
      }
      const key = toStoredKey(api, request.key)
      const refuse = (error: errorpb.Error): void => done({ regionError: error, error: "", ttl: 0, notFound: false })
      access.read(request.context, deadlineMs, [key], refuse, ({ view }) => {
        // One look at the clock: between two a last second could pass, and 0 would say that the value stays.
        const nowSeconds = clocks.nowSeconds()
        const live = access.live(view.get(cf, key), nowSeconds)
        const ttl = live === undefined ? 0 : ttlSeconds(live.expirySeconds, nowSeconds)
        done({ regionError: undefined, error: "", ttl, notFound: live === undefined })
      })
    }
  }
}
