/**
 * The memcomparable form of a byte string: its order is the order of the originals, and no encoded key is a prefix of
 * another, so a suffix such as a timestamp can follow.
 *
 * Groups of eight bytes, the last padded with zeros; after each group one byte, 0xFF minus the number of pad bytes. A
 * full group is therefore always followed by another, and a byte below 0xFF ends the key:
 *
 *   ""          → 00 00 00 00 00 00 00 00 F7
 *   "abc"       → 61 62 63 00 00 00 00 00 FA
 *   "12345678"  → 31 32 33 34 35 36 37 38 FF 00 00 00 00 00 00 00 00 F7
 *
 * Source: TiKV's `codec` component; the same form as in MyRocks and TiDB.
 */
import { WireError } from "../codec/WireError.ts"

const GROUP_BYTES = 8
const ENCODED_GROUP_BYTES = GROUP_BYTES + 1
const FULL_GROUP = 0xff
const SUBJECT = "memcomparable key"

/** Length of the memcomparable form of a key of `length` bytes. */
export function memcomparableLength(length: number): number {
  return (Math.floor(length / GROUP_BYTES) + 1) * ENCODED_GROUP_BYTES
}

/** The memcomparable form of `key`, with room for `suffixBytes` more (left zero) behind it. */
export function encodeMemcomparable(key: Uint8Array, suffixBytes = 0): Uint8Array {
  const length = key.length
  const out = new Uint8Array(memcomparableLength(length) + suffixBytes)
  let at = 0
  let from = 0
  for (; from + GROUP_BYTES <= length; from += GROUP_BYTES) {
    for (let i = 0; i < GROUP_BYTES; i++) out[at + i] = key[from + i] as number
    out[at + GROUP_BYTES] = FULL_GROUP
    at += ENCODED_GROUP_BYTES
  }
  const rest = length - from
  for (let i = 0; i < rest; i++) out[at + i] = key[from + i] as number
  out[at + GROUP_BYTES] = FULL_GROUP - (GROUP_BYTES - rest)
  return out
}

/** The key whose memcomparable form is all of `encoded`. Throws WireError for anything else, trailing bytes included. */
export function decodeMemcomparable(encoded: Uint8Array): Uint8Array {
  const length = encodedLength(encoded)
  if (length !== encoded.length) {
    throw new WireError("malformed-key", `${encoded.length - length} bytes follow the last group`, length, SUBJECT)
  }
  return decodeGroups(encoded, length)
}

/**
 * The key whose memcomparable form `encoded` starts with, and where that form ends; what follows is the caller's.
 * Throws WireError when no complete form is there.
 */
export function decodeMemcomparablePrefix(encoded: Uint8Array): { readonly key: Uint8Array; readonly end: number } {
  const end = encodedLength(encoded)
  return { key: decodeGroups(encoded, end), end }
}

/** Whether all of `bytes` is one memcomparable form. */
export function isMemcomparable(bytes: Uint8Array): boolean {
  try {
    return encodedLength(bytes) === bytes.length
  } catch {
    return false
  }
}

/** Checks the groups at the start of `encoded` and returns the offset behind the last. */
function encodedLength(encoded: Uint8Array): number {
  for (let at = 0; ; at += ENCODED_GROUP_BYTES) {
    if (at + ENCODED_GROUP_BYTES > encoded.length) {
      throw new WireError("malformed-key", "the last group is not complete", encoded.length, SUBJECT)
    }
    const marker = encoded[at + GROUP_BYTES] as number
    if (marker === FULL_GROUP) continue
    const padBytes = FULL_GROUP - marker
    if (padBytes > GROUP_BYTES) {
      throw new WireError("malformed-key", `${marker} is no group marker`, at + GROUP_BYTES, SUBJECT)
    }
    for (let i = GROUP_BYTES - padBytes; i < GROUP_BYTES; i++) {
      if (encoded[at + i] !== 0) throw new WireError("malformed-key", "padding is not zero", at + i, SUBJECT)
    }
    return at + ENCODED_GROUP_BYTES
  }
}

function decodeGroups(encoded: Uint8Array, end: number): Uint8Array {
  const padBytes = FULL_GROUP - (encoded[end - 1] as number)
  const out = new Uint8Array((end / ENCODED_GROUP_BYTES) * GROUP_BYTES - padBytes)
  for (let at = 0, to = 0; to < out.length; at += ENCODED_GROUP_BYTES, to += GROUP_BYTES) {
    const size = Math.min(GROUP_BYTES, out.length - to)
    for (let i = 0; i < size; i++) out[to + i] = encoded[at + i] as number
  }
  return out
}
