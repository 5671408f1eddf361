/**
 * Versioned keys: a key followed by its timestamp, newest version first.
 *
 * The timestamp is stored as eight big-endian bytes of its complement, so that a higher timestamp sorts before a lower
 * one under the same key. The key in front must be memcomparable, or versions of different keys would mix.
 */
import { WireError } from "../codec/WireError.ts"
import { decodeMemcomparable, encodeMemcomparable } from "./memcomparable.ts"

export const TIMESTAMP_BYTES = 8
/** The highest timestamp: seeks to it land on a key's newest version. */
export const TIMESTAMP_MAX = 0xffff_ffff_ffff_ffffn

/** `key` followed by `ts`, as stored in the default and write column families. */
export function appendTimestamp(key: Uint8Array, ts: bigint): Uint8Array {
  const out = new Uint8Array(key.length + TIMESTAMP_BYTES)
  out.set(key)
  putTimestamp(out, key.length, ts)
  return out
}

/** The memcomparable form of a user key followed by `ts`, in one allocation. */
export function encodeVersionedKey(userKey: Uint8Array, ts: bigint): Uint8Array {
  const out = encodeMemcomparable(userKey, TIMESTAMP_BYTES)
  putTimestamp(out, out.length - TIMESTAMP_BYTES, ts)
  return out
}

/** The two parts of a versioned key; `key` is a view. Throws WireError if there is no room for a timestamp. */
export function splitTimestamp(versioned: Uint8Array): { readonly key: Uint8Array; readonly ts: bigint } {
  return { key: keyOfVersioned(versioned), ts: timestampOf(versioned) }
}

/** The user key and timestamp of `encodeVersionedKey`'s output; WireError for anything else. */
export function decodeVersionedKey(versioned: Uint8Array): { readonly key: Uint8Array; readonly ts: bigint } {
  return { key: decodeMemcomparable(keyOfVersioned(versioned)), ts: timestampOf(versioned) }
}

/** The part of a versioned key in front of its timestamp, as a view. */
export function keyOfVersioned(versioned: Uint8Array): Uint8Array {
  return versioned.subarray(0, timestampAt(versioned))
}

/** The timestamp at the end of a versioned key. */
export function timestampOf(versioned: Uint8Array): bigint {
  const at = timestampAt(versioned)
  const view = new DataView(versioned.buffer, versioned.byteOffset + at, TIMESTAMP_BYTES)
  return TIMESTAMP_MAX - view.getBigUint64(0)
}

function putTimestamp(out: Uint8Array, at: number, ts: bigint): void {
  if (ts < 0n || ts > TIMESTAMP_MAX) throw new WireError("out-of-range", `${ts} is no timestamp`, -1, "versioned key")
  new DataView(out.buffer, out.byteOffset + at, TIMESTAMP_BYTES).setBigUint64(0, TIMESTAMP_MAX - ts)
}

function timestampAt(versioned: Uint8Array): number {
  const at = versioned.length - TIMESTAMP_BYTES
  if (at < 0) throw new WireError("malformed-key", "too short to end in a timestamp", versioned.length, "versioned key")
  return at
}
