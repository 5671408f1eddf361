/**
 * Byte strings as keys: their one order, ranges over them, and how they are shown to people.
 *
 * Order is unsigned byte by byte, a prefix before what it prefixes. Ranges are `[start, end)`; an empty end is +∞.
 */
import { EMPTY } from "../codec/Reader.ts"
import { WireError } from "../codec/WireError.ts"

/** Negative, zero or positive as `a` sorts before, with or after `b`. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b)
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export function startsWith(key: Uint8Array, prefix: Uint8Array): boolean {
  if (key.length < prefix.length) return false
  for (let i = 0; i < prefix.length; i++) if (key[i] !== prefix[i]) return false
  return true
}

/** The smallest key after `key`: the same with a zero byte appended. */
export function nextKey(key: Uint8Array): Uint8Array {
  const out = new Uint8Array(key.length + 1)
  out.set(key)
  return out
}

/** The smallest key after every key with this prefix; empty (+∞) when there is none. */
export function prefixEnd(prefix: Uint8Array): Uint8Array {
  let last = prefix.length - 1
  while (last >= 0 && prefix[last] === 0xff) last--
  if (last < 0) return EMPTY
  const out = prefix.slice(0, last + 1)
  out[last] = (out[last] as number) + 1
  return out
}

/** Whether `start <= key < end`, an empty `end` being +∞. */
export function keyInRange(key: Uint8Array, start: Uint8Array, end: Uint8Array): boolean {
  return compareBytes(key, start) >= 0 && (end.length === 0 || compareBytes(key, end) < 0)
}

/** Compares two range ends, where empty means +∞. */
export function compareEnds(a: Uint8Array, b: Uint8Array): number {
  if (a.length === 0 || b.length === 0) return (a.length === 0 ? 1 : 0) - (b.length === 0 ? 1 : 0)
  return compareBytes(a, b)
}

/** Whether `[aStart, aEnd)` and `[bStart, bEnd)` share a key. */
export function rangesOverlap(aStart: Uint8Array, aEnd: Uint8Array, bStart: Uint8Array, bEnd: Uint8Array): boolean {
  return (aEnd.length === 0 || compareBytes(bStart, aEnd) < 0) && (bEnd.length === 0 || compareBytes(aStart, bEnd) < 0)
}

/** Upper-case hexadecimal, as TiKV logs keys. */
export function hex(bytes: Uint8Array): string {
  let out = ""
  for (const byte of bytes) out += byte.toString(16).padStart(2, "0")
  return out.toUpperCase()
}

const ESCAPES = new Map([
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x22, '\\"'],
  [0x27, "\\'"],
  [0x5c, "\\\\"]
])

/** Printable ASCII as it is, everything else escaped as TiKV does: `a\000\377\n`. */
export function printable(bytes: Uint8Array): string {
  let out = ""
  for (const byte of bytes) {
    const escape = ESCAPES.get(byte)
    if (escape !== undefined) out += escape
    else if (byte >= 0x20 && byte < 0x7f) out += String.fromCharCode(byte)
    else out += `\\${byte.toString(8).padStart(3, "0")}`
  }
  return out
}

/** The bytes that `printable` shows as `text`. Also takes `\xHH`. Throws WireError for any other escape. */
export function parsePrintable(text: string): Uint8Array {
  const plain = new TextEncoder()
  const parts: Uint8Array[] = []
  const pattern = /\\(?:([0-3][0-7]{2})|x([0-9a-fA-F]{2})|([tnr"'\\]))|\\|[^\\]+/g
  for (const match of text.matchAll(pattern)) {
    const [whole, octal, hexadecimal, letter] = match
    if (octal !== undefined) parts.push(Uint8Array.of(Number.parseInt(octal, 8)))
    else if (hexadecimal !== undefined) parts.push(Uint8Array.of(Number.parseInt(hexadecimal, 16)))
    else if (letter !== undefined) {
      const byte = [...ESCAPES].find(([, escape]) => escape === whole)?.[0] as number
      parts.push(Uint8Array.of(byte))
    } else if (whole === "\\") {
      throw new WireError("malformed-key", "a backslash starts no known escape", match.index, "printable key")
    } else parts.push(plain.encode(whole))
  }
  return concatBytes(...parts)
}
