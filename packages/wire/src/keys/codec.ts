/**
 * Where a key is in which form.
 *
 * A user's key has up to three forms, by API version and by whether it is raw or transactional:
 *
 *   | API, mode    | in requests to a store | in region bounds, to and from PD  |
 *   | ------------ | ---------------------- | --------------------------------- |
 *   | V1 raw       | key                    | key                               |
 *   | V1TTL raw    | key                    | key                               |
 *   | V1 txn       | key                    | memcomparable(key)                |
 *   | V2 raw       | `r` + keyspace + key   | memcomparable(`r` + keyspace + key) |
 *   | V2 txn       | `x` + keyspace + key   | memcomparable(`x` + keyspace + key) |
 *
 * The keyspace is a three-byte big-endian id. In V1, raw and transactional keys share one region space. A store needs
 * only `toRegionKey`: does this request's key lie within my region? A client needs `KeyCodec`.
 * Source: client-go `internal/apicodec`.
 */
import { EMPTY } from "../codec/Reader.ts"
import { WireError } from "../codec/WireError.ts"
import { compareBytes, concatBytes, startsWith } from "./bytes.ts"
import { decodeMemcomparable, encodeMemcomparable } from "./memcomparable.ts"

/** V1TTL is V1 whose raw values carry an expiry; clients cannot tell it from V1. */
export type ApiVersion = "V1" | "V1TTL" | "V2"
export type KeyMode = "raw" | "txn"

/** The keyspace of V2 clients that name none. */
export const KEYSPACE_ID_DEFAULT = 0
export const KEYSPACE_ID_MAX = 0xffffff
/** What V1 clients put into `Context.keyspace_id`: no keyspace. */
export const KEYSPACE_ID_NONE = 0xffffffff

const MODE_BYTE = { raw: 0x72, txn: 0x78 } as const
const PREFIX_BYTES = 4
const SUBJECT = "keyspace key"

/** A range `[start, end)` of keys in one form; an empty `end` is +∞. */
export interface KeyRange {
  readonly start: Uint8Array
  readonly end: Uint8Array
}

/** The form in which a store compares a request's key with its region's bounds. */
export function toRegionKey(api: ApiVersion, mode: KeyMode, requestKey: Uint8Array): Uint8Array {
  return isPlainInRegions(api, mode) ? requestKey : encodeMemcomparable(requestKey)
}

/** The same for a range bound, where empty stays empty (unbounded). */
export function toRegionBound(api: ApiVersion, mode: KeyMode, requestBound: Uint8Array): Uint8Array {
  return requestBound.length === 0 ? EMPTY : toRegionKey(api, mode, requestBound)
}

/** A region bound in the form requests use; empty stays empty. Throws WireError if it is not memcomparable. */
export function fromRegionBound(api: ApiVersion, mode: KeyMode, bound: Uint8Array): Uint8Array {
  return bound.length === 0 || isPlainInRegions(api, mode) ? bound : decodeMemcomparable(bound)
}

function isPlainInRegions(api: ApiVersion, mode: KeyMode): boolean {
  return api !== "V2" && mode === "raw"
}

/** The four bytes in front of every V2 key of a keyspace. */
export function keyspacePrefix(mode: KeyMode, keyspaceId: number): Uint8Array {
  if (!(keyspaceId >>> 0 === keyspaceId && keyspaceId <= KEYSPACE_ID_MAX)) {
    throw new WireError("out-of-range", `${keyspaceId} is no keyspace id`, -1, SUBJECT)
  }
  return Uint8Array.of(MODE_BYTE[mode], keyspaceId >>> 16, (keyspaceId >>> 8) & 0xff, keyspaceId & 0xff)
}

/** The first four bytes past a keyspace: its prefix, as a big-endian number, plus one. */
export function keyspaceEnd(mode: KeyMode, keyspaceId: number): Uint8Array {
  const end = keyspacePrefix(mode, keyspaceId)
  const view = new DataView(end.buffer)
  view.setUint32(0, view.getUint32(0) + 1)
  return end
}

/** The mode, keyspace and user key of a V2 request key, or undefined if it has no V2 prefix. `key` is a view. */
export function splitKeyspace(
  requestKey: Uint8Array
): { readonly mode: KeyMode; readonly keyspaceId: number; readonly key: Uint8Array } | undefined {
  if (requestKey.length < PREFIX_BYTES) return undefined
  const [modeByte, high, middle, low] = requestKey as unknown as readonly [number, number, number, number]
  if (modeByte !== MODE_BYTE.raw && modeByte !== MODE_BYTE.txn) return undefined
  return {
    mode: modeByte === MODE_BYTE.raw ? "raw" : "txn",
    keyspaceId: (high << 16) | (middle << 8) | low,
    key: requestKey.subarray(PREFIX_BYTES)
  }
}

/** A client's translation between the user's keys and the other two forms. All methods are pure. */
export interface KeyCodec {
  readonly api: ApiVersion
  readonly mode: KeyMode
  /** User key → request key. */
  encodeKey(key: Uint8Array): Uint8Array
  /** Request key → user key, a view. Throws WireError outside the keyspace. */
  decodeKey(requestKey: Uint8Array): Uint8Array
  /** User range → request range, staying inside the keyspace where a bound is open. */
  encodeRange(range: KeyRange): KeyRange
  /** User key → region key. */
  encodeRegionKey(key: Uint8Array): Uint8Array
  /** User range → region range. */
  encodeRegionRange(range: KeyRange): KeyRange
  /**
   * Region bounds → the part of the region that is in this keyspace, in user keys. Throws WireError if the bounds do not
   * decode or the region lies outside the keyspace.
   */
  decodeRegionRange(range: KeyRange): KeyRange
}

export function makeKeyCodec(api: ApiVersion, mode: KeyMode, keyspaceId: number = KEYSPACE_ID_DEFAULT): KeyCodec {
  if (api !== "V2") return plainKeyCodec(api, mode)
  return keyspaceKeyCodec(mode, keyspacePrefix(mode, keyspaceId), keyspaceEnd(mode, keyspaceId))
}

function plainKeyCodec(api: ApiVersion, mode: KeyMode): KeyCodec {
  return {
    api,
    mode,
    encodeKey: (key) => key,
    decodeKey: (key) => key,
    encodeRange: (range) => range,
    encodeRegionKey: (key) => toRegionKey(api, mode, key),
    encodeRegionRange: ({ start, end }) => ({
      start: toRegionBound(api, mode, start),
      end: toRegionBound(api, mode, end)
    }),
    decodeRegionRange: ({ start, end }) => ({
      start: fromRegionBound(api, mode, start),
      end: fromRegionBound(api, mode, end)
    })
  }
}

function keyspaceKeyCodec(mode: KeyMode, prefix: Uint8Array, end: Uint8Array): KeyCodec {
  const encodeKey = (key: Uint8Array): Uint8Array => concatBytes(prefix, key)
  const encodeRange = (range: KeyRange): KeyRange => ({
    start: encodeKey(range.start),
    end: range.end.length === 0 ? end : encodeKey(range.end)
  })
  return {
    api: "V2",
    mode,
    encodeKey,
    decodeKey: (requestKey) => {
      if (!startsWith(requestKey, prefix)) {
        throw new WireError("malformed-key", "the key is outside the client's keyspace", 0, SUBJECT)
      }
      return requestKey.subarray(PREFIX_BYTES)
    },
    encodeRange,
    encodeRegionKey: (key) => encodeMemcomparable(encodeKey(key)),
    encodeRegionRange: (range) => {
      const inRequests = encodeRange(range)
      return { start: encodeMemcomparable(inRequests.start), end: encodeMemcomparable(inRequests.end) }
    },
    decodeRegionRange: (range) => {
      const regionStart = fromRegionBound("V2", mode, range.start)
      const regionEnd = fromRegionBound("V2", mode, range.end)
      const before = regionEnd.length > 0 && compareBytes(regionEnd, prefix) <= 0
      if (before || compareBytes(regionStart, end) >= 0) {
        throw new WireError("malformed-key", "the region is outside the client's keyspace", 0, SUBJECT)
      }
      return {
        start: compareBytes(regionStart, prefix) <= 0 ? EMPTY : regionStart.subarray(PREFIX_BYTES),
        end: regionEnd.length === 0 || compareBytes(regionEnd, end) >= 0 ? EMPTY : regionEnd.subarray(PREFIX_BYTES)
      }
    }
  }
}
