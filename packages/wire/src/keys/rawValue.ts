/**
 * Raw values as stored: the user's bytes with what the API version adds behind them.
 *
 *   V1       value
 *   V1TTL    value, expiry in seconds since the epoch as eight big-endian bytes (0: never)
 *   V2       value, the same eight bytes only if bit 0 of the next is set, one byte of flags
 *
 * Source: TiKV's `api_version` component.
 */
import { WireError } from "../codec/WireError.ts"
import type { ApiVersion } from "./codec.ts"

const EXPIRY_BYTES = 8
const FLAG_HAS_EXPIRY = 1
const TWO_TO_32 = 0x1_0000_0000
const SUBJECT = "raw value"

export interface RawValue {
  /** The user's bytes. A view into the stored ones when decoded. */
  readonly value: Uint8Array
  /** Seconds since the epoch from which the value is gone; 0 if it stays. */
  readonly expirySeconds: number
}

/** The stored form. Throws WireError for an expiry where the API has none, or one that is no time. */
export function encodeRawValue(api: ApiVersion, value: Uint8Array, expirySeconds = 0): Uint8Array {
  if (!(Number.isSafeInteger(expirySeconds) && expirySeconds >= 0)) {
    throw new WireError("out-of-range", `${expirySeconds} is no expiry`, -1, SUBJECT)
  }
  if (api === "V1") {
    if (expirySeconds !== 0) throw new WireError("out-of-range", "V1 values do not expire", -1, SUBJECT)
    return value
  }
  const expiryBytes = api === "V1TTL" || expirySeconds !== 0 ? EXPIRY_BYTES : 0
  const out = new Uint8Array(value.length + expiryBytes + (api === "V2" ? 1 : 0))
  out.set(value)
  if (expiryBytes > 0) {
    const view = new DataView(out.buffer, value.length, EXPIRY_BYTES)
    view.setUint32(0, Math.floor(expirySeconds / TWO_TO_32))
    view.setUint32(4, expirySeconds >>> 0)
  }
  if (api === "V2") out[out.length - 1] = expiryBytes > 0 ? FLAG_HAS_EXPIRY : 0
  return out
}

/** The user's part of a stored value and its expiry. Throws WireError if `stored` is too short or flagged unknown. */
export function decodeRawValue(api: ApiVersion, stored: Uint8Array): RawValue {
  if (api === "V1") return { value: stored, expirySeconds: 0 }
  let end = stored.length
  if (api === "V2") {
    if (end < 1) throw new WireError("malformed-key", "no flag byte", end, SUBJECT)
    const flags = stored[--end] as number
    if ((flags & ~FLAG_HAS_EXPIRY) !== 0) throw new WireError("malformed-key", `unknown flags ${flags}`, end, SUBJECT)
    if ((flags & FLAG_HAS_EXPIRY) === 0) return { value: stored.subarray(0, end), expirySeconds: 0 }
  }
  end -= EXPIRY_BYTES
  if (end < 0) throw new WireError("malformed-key", "too short to hold an expiry", stored.length, SUBJECT)
  const view = new DataView(stored.buffer, stored.byteOffset + end, EXPIRY_BYTES)
  const expirySeconds = view.getUint32(0) * TWO_TO_32 + view.getUint32(4)
  if (!Number.isSafeInteger(expirySeconds)) throw new WireError("unsafe-integer", "expiry above 2^53 - 1", end, SUBJECT)
  return { value: stored.subarray(0, end), expirySeconds }
}

/** Whether a value with this expiry is gone at `nowSeconds`. */
export function isExpired(expirySeconds: number, nowSeconds: number): boolean {
  return expirySeconds !== 0 && expirySeconds <= nowSeconds
}

/** Seconds left to live at `nowSeconds`; 0 for a value that does not expire. */
export function ttlSeconds(expirySeconds: number, nowSeconds: number): number {
  return expirySeconds === 0 ? 0 : Math.max(expirySeconds - nowSeconds, 0)
}
