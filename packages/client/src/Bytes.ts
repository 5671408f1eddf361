/**
 * Keys and values as callers give them. A string stands for its UTF-8 bytes; what comes back is always bytes.
 */
import { invalidArgument } from "./KvError.ts"

export type Bytes = Uint8Array | string

const utf8 = new TextEncoder()
const text = new TextDecoder()

export const toBytes = (value: Bytes): Uint8Array => (typeof value === "string" ? utf8.encode(value) : value)

/** The text of UTF-8 bytes. Bytes that are not UTF-8 become U+FFFD. */
export const toText = (value: Uint8Array): string => text.decode(value)

/**
 * Bytes of their own. Decoded messages are views into the frame they came in, and one small value that the caller keeps
 * would hold the answers of a hundred other requests in memory.
 */
export const own = (view: Uint8Array): Uint8Array => new Uint8Array(view)

/** The bytes of a key. Throws KvError for the empty key, which no store takes, and for anything that is no key at all. */
export const toKey = (key: Bytes): Uint8Array => {
  const bytes = toBytes(key)
  if (!(bytes instanceof Uint8Array)) throw invalidArgument(`a key must be a string or bytes, this is ${typeof key}`)
  if (bytes.length === 0) throw invalidArgument("the key is empty")
  return bytes
}

/** The bytes of a value; an empty value is a value. Throws KvError for anything that is neither text nor bytes. */
export const toValue = (value: Bytes): Uint8Array => {
  const bytes = toBytes(value)
  if (!(bytes instanceof Uint8Array))
    throw invalidArgument(`a value must be a string or bytes, this is ${typeof value}`)
  return bytes
}
