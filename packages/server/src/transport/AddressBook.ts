/**
 * Where a store is dialled for raft traffic: asked of the scheduler once, kept until a connection to it fails. Concurrent
 * questions about one store share one answer; failures are not kept.
 */
import type { SchedulerClientService, SchedulerError } from "@reefkv/core"
import { metapb, type StoreId } from "@reefkv/wire"
import { Cache, Duration, Effect, Exit } from "effect"
import { parseAddress } from "../port/OnePort.ts"

/** Stores whose address is kept; far above any cluster this serves. */
const ADDRESSES_MAX = 4_096
/** An address is asked for again after this, so that a store that moved without a failing connection is found. */
const ADDRESS_LIFE = Duration.minutes(10)

/** Why a store cannot be dialled, for people. */
export interface NoAddress {
  readonly _tag: "NoAddress"
  readonly message: string
}
const noAddress = (message: string): NoAddress => ({ _tag: "NoAddress", message })

export interface AddressBook {
  /** `host:port`. */
  addressOf(storeId: StoreId): Effect.Effect<string, NoAddress>
  /** The address did not serve: the next question goes to the scheduler. */
  forget(storeId: StoreId): Effect.Effect<void>
}

export const makeAddressBook = Effect.fnUntraced(function* (
  scheduler: Pick<SchedulerClientService, "getStore">
): Effect.fn.Return<AddressBook> {
  const lookup = (storeId: StoreId) =>
    scheduler.getStore(storeId).pipe(
      Effect.mapError((error: SchedulerError) => noAddress(`store ${storeId}: ${error.message}`)),
      Effect.flatMap((store) => {
        if (store.state === metapb.StoreState.Tombstone) {
          return Effect.fail(noAddress(`store ${storeId} is a tombstone`))
        }
        // A store may listen for its peers on an address of its own.
        const address = store.peerAddress === "" ? store.address : store.peerAddress
        return parseAddress(address) === undefined
          ? Effect.fail(
              noAddress(`store ${storeId} has the address ${JSON.stringify(address)}, which is not host:port`)
            )
          : Effect.succeed(address)
      })
    )
  const cache = yield* Cache.makeWith(lookup, {
    capacity: ADDRESSES_MAX,
    timeToLive: (exit) => (Exit.isSuccess(exit) ? ADDRESS_LIFE : Duration.zero)
  })
  return {
    addressOf: (storeId) => Cache.get(cache, storeId),
    forget: (storeId) => Cache.invalidate(cache, storeId)
  }
})
