/**
 * What every raw command does: accept or refuse the request, read a region through the router, tell live values from
 * expired ones, and turn what goes wrong on the way into an answer.
 */
import { headerOf, type ReadDone, type RegionError, type RouterService, toErrorpb } from "@reefkv/core"
import { EngineError } from "@reefkv/engine"
import {
  decodeRawValue,
  EMPTY,
  type errorpb,
  isExpired,
  keyInRange,
  kvrpcpb,
  type metapb,
  type RawValue,
  type RegionId,
  regionError,
  WireError
} from "@reefkv/wire"
import { checkApi, type DataFamily, familyOf, unknownFamily } from "./checks.ts"
import type { RawClocks, RawConfig } from "./RawConfig.ts"

/** The request itself is wrong: the text for its `error`. */
export interface Refused {
  readonly refused: string
}

export class RegionAccess {
  readonly config: RawConfig
  readonly clocks: RawClocks
  readonly router: RouterService

  constructor(config: RawConfig, clocks: RawClocks, router: RouterService) {
    this.config = config
    this.clocks = clocks
    this.router = router
  }

  /** The column family to work on, unless the API version, the family's name, or `other` checks refuse the request. */
  accept(
    request: { readonly context: kvrpcpb.Context | undefined; readonly cf: string },
    other: string | undefined
  ): DataFamily | Refused {
    const { config } = this
    const wrongApi = checkApi(config, request.context)
    if (wrongApi !== undefined) return { refused: wrongApi }
    const cf = familyOf(config, request.cf)
    if (cf === undefined) return { refused: unknownFamily(config, request.cf) }
    return other === undefined ? cf : { refused: other }
  }

  /** The user's value and expiry, or undefined when absent or expired. Throws WireError for bytes of another form. */
  live(stored: Uint8Array | undefined, nowSeconds = this.clocks.nowSeconds()): RawValue | undefined {
    if (stored === undefined) return undefined
    const raw = decodeRawValue(this.config.apiVersion, stored)
    return isExpired(raw.expirySeconds, nowSeconds) ? undefined : raw
  }

  /**
   * Runs `use` once the read is allowed; every one of `keys` is then in the region. What goes wrong before or in it goes
   * to `refuse`; exactly one of the two answers the client, provided that `use` answers last.
   */
  read(
    context: kvrpcpb.Context | undefined,
    deadlineMs: number,
    keys: ReadonlyArray<Uint8Array>,
    refuse: (error: errorpb.Error) => void,
    use: (readable: ReadDone) => void
  ): void {
    const replicaRead = context?.replicaRead ?? false
    this.router.read({ header: headerOf(context, deadlineMs), keys, replicaRead }, (result) => {
      if (result._tag !== "Readable") {
        refuse(toErrorpb(result))
        return
      }
      const outside = keyOutside(keys, result.region)
      if (outside !== undefined) {
        refuse(toErrorpb(outside))
        return
      }
      const failure = this.failureOf(result.region.id, () => use(result))
      if (failure !== undefined) refuse(failure)
    })
  }

  /**
   * Runs a read of a region. A failing disk, or a value of another form, is an answer: nothing else can be told to the
   * client. Of damage the store is told, which gives the region's peer up; the client finds another one.
   */
  failureOf(regionId: RegionId, read: () => void): errorpb.Error | undefined {
    try {
      read()
      return undefined
    } catch (error) {
      if (error instanceof EngineError) {
        if (error.reason !== "corrupt") return regionError.otherRegionError(`the store cannot read: ${error.message}`)
        this.router.onDamage(error)
        return regionError.regionNotFound(regionId)
      }
      if (error instanceof WireError) {
        return regionError.otherRegionError(`a stored entry is not of this store's API version: ${error.message}`)
      }
      throw error
    }
  }
}

/** The router lets a read of a range end at the region's end key, which is no key of the region: points are checked here. */
export const keyOutside = (keys: ReadonlyArray<Uint8Array>, region: metapb.Region): RegionError | undefined => {
  const key = keys.find((one) => !keyInRange(one, region.startKey, region.endKey))
  return key === undefined ? undefined : { _tag: "KeyNotInRegion", key, region }
}

/** How a reply of pairs, which has no `error` field, refuses a request. Source: tikv `extract_kv_pairs`. */
export const refusedPair = ({ refused }: Refused): kvrpcpb.KvPair => ({
  error: kvrpcpb.KeyError.create({ abort: refused }),
  key: EMPTY,
  value: EMPTY,
  commitTs: 0n
})
