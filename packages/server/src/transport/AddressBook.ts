/**
 * Where a store is dialled for raft traffic: asked of the scheduler once, kept until a connection to it fails. Concurrent
 * questions about one store share one answer; failures are not kept.
 *
 * Stores must find each other again while the scheduler is away, or one broken connection would cost a region its quorum
 * until it is back: then the last address that it told is tried.
 */
import type { SchedulerClientService, SchedulerError } from "@reefkv/core"
import { metapb, type StoreId } from "@reefkv/wire"
import { Cache, Duration, Effect, Exit } from "effect"
import { parseAddress } from "../port/OnePort.ts"

/** Stores whose address is kept; far above any cluster this serves. */
const ADDRESSES_MAX = 4_096
/** An address is asked for again after this, so that a store that moved without a failing connection is found. */
const ADDRESS_LIFE = Duration.minutes(10)
/** Wait for a scheduler that does not answer. */
const PATIENCE = Duration.seconds(1)

/** Why a store cannot be dialled, for people. */
export interface NoAddress {
  readonly _tag: "NoAddress"
  readonly message: string
}
const noAddress = (message: string): NoAddress => ({ _tag: "NoAddress", message })

/** `told`: by the scheduler just now. */
interface Found {
  readonly address: string
  readonly told: boolean
}

export interface AddressBook {
  /** `host:port`. */
  addressOf(storeId: StoreId): Effect.Effect<string, NoAddress>
  /** The address did not serve: the next question goes to the scheduler. */
  forget(storeId: StoreId): Effect.Effect<void>
}

const impatience = {
  duration: PATIENCE,
  orElse: (): Effect.Effect<never, SchedulerError> =>
    Effect.fail({ _tag: "SchedulerError", reason: "unavailable", message: "the scheduler does not answer" })
}

export const makeAddressBook = Effect.fnUntraced(function* (
  scheduler: Pick<SchedulerClientService, "getStore">
): Effect.fn.Return<AddressBook> {
  /** As the scheduler told them, the oldest first. */
  const last = new Map<StoreId, string>()
  const remember = (storeId: StoreId, address: string): void => {
    last.set(storeId, address)
    if (last.size <= ADDRESSES_MAX) return
    const oldest = last.keys().next()
    if (!oldest.done) last.delete(oldest.value)
  }
  const ask = (storeId: StoreId) =>
    scheduler.getStore(storeId).pipe(
      Effect.flatMap((store): Effect.Effect<string, NoAddress> => {
        last.delete(storeId)
        if (store.state === metapb.StoreState.Tombstone) {
          return Effect.fail(noAddress(`store ${storeId} is a tombstone`))
        }
        // A store may listen for its peers on an address of its own.
        const address = store.peerAddress === "" ? store.address : store.peerAddress
        if (parseAddress(address) === undefined) {
          return Effect.fail(
            noAddress(`store ${storeId} has the address ${JSON.stringify(address)}, which is not host:port`)
          )
        }
        remember(storeId, address)
        return Effect.succeed(address)
      })
    )
  const lookup = (storeId: StoreId): Effect.Effect<Found, NoAddress> =>
    (last.has(storeId) ? Effect.timeoutOrElse(ask(storeId), impatience) : ask(storeId)).pipe(
      Effect.map((address) => ({ address, told: true })),
      Effect.catch((error) => {
        if (error._tag === "NoAddress") return Effect.fail(error)
        const address = error.reason === "unavailable" ? last.get(storeId) : undefined
        if (address !== undefined) return Effect.succeed({ address, told: false })
        last.delete(storeId)
        return Effect.fail(noAddress(`store ${storeId}: ${error.message}`))
      })
    )
  const cache = yield* Cache.makeWith(lookup, {
    capacity: ADDRESSES_MAX,
    timeToLive: (exit) => (Exit.isSuccess(exit) && exit.value.told ? ADDRESS_LIFE : Duration.zero)
  })
  return {
    addressOf: (storeId) => Effect.map(Cache.get(cache, storeId), ({ address }) => address),
    forget: (storeId) => Cache.invalidate(cache, storeId)
  }
})
