/**
 * What raw commands are run by: the API version a store serves, its limits, and its two clocks. Values, handed in by
 * whoever composes the store.
 */
import type { ApiVersion } from "@reefkv/wire"

export interface RawConfig {
  /**
   * `V1`: plain keys and values. `V1TTL`: the same to clients, with an expiry stored behind each value, so that TTLs
   * work. `V2`: keys carry a mode byte and a keyspace, values flags. Fixed for the life of a data directory, because it
   * decides what is stored.
   */
  readonly apiVersion: ApiVersion
  readonly keyMaxBytes: number
  readonly valueMaxBytes: number
  /** Pairs in the reply to one scan range. A client that asks for more is served only if the range holds no more. */
  readonly scanPairsMax: number
  /** Bytes of keys and values in one reply. */
  readonly replyMaxBytes: number
  /** Entries read at a stretch; a longer scan goes on from a snapshot in later turns of the event loop. */
  readonly scanSliceEntries: number
  /** Long scans and checksums at once; over it ServerIsBusy. */
  readonly slicedReadsMax: number
  /** Compare-and-swap and other atomic commands waiting for one key; over it ServerIsBusy. */
  readonly latchWaitersMax: number
}

const mib = 1024 * 1024

export const defaultRawConfig: RawConfig = {
  apiVersion: "V1TTL",
  keyMaxBytes: 4 * 1024,
  valueMaxBytes: 6 * mib,
  scanPairsMax: 10_240,
  replyMaxBytes: 64 * mib,
  scanSliceEntries: 2_048,
  slicedReadsMax: 64,
  latchWaitersMax: 1_024
}

export interface RawClocks {
  /** Wall time in whole seconds since the epoch: what expiries are compared with. */
  readonly nowSeconds: () => number
  /** Milliseconds on the clock of request deadlines (RequestHeader.deadlineMs). */
  readonly monotonicMs: () => number
}
