/**
 * What callers pass, checked and brought into one form. Everything here throws KvError `invalid-argument` for what cannot
 * be meant, so that nothing wrong is ever sent.
 */
import { compareBytes, EMPTY, prefixEnd } from "@reefkv/wire"
import { type Bytes, toBytes, toKey, toValue } from "../Bytes.ts"
import { invalidArgument } from "../KvError.ts"
import type { KeyItem, PairItem, Range } from "./commands.ts"
import type { CallOptions, KeyRangeOptions, PutOptions } from "./RawClient.ts"

/** The longest a timer can run. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1

export const timeoutOf = (options: CallOptions | undefined, otherwiseMs: number): number => {
  const timeoutMs = options?.timeoutMs ?? otherwiseMs
  if (timeoutMs > 0 && timeoutMs <= TIMEOUT_MAX_MS) return timeoutMs
  throw invalidArgument(`timeoutMs must be between 1 and ${TIMEOUT_MAX_MS}, this is ${timeoutMs}`)
}

/** What requests say for it: the empty name is `default`. */
export const cfOf = (options: CallOptions | undefined): string => options?.columnFamily ?? ""

/** What requests say for it: 0 is none. */
export const ttlOf = (options: PutOptions | undefined): number => {
  const ttl = options?.ttlSeconds
  if (ttl === undefined) return 0
  if (Number.isSafeInteger(ttl) && ttl > 0) return ttl
  throw invalidArgument(`ttlSeconds must be a whole number of seconds from 1 on, this is ${ttl}`)
}

export const countOf = (name: string, count: number, least = 0): number => {
  if (Number.isSafeInteger(count) && count >= least) return count
  throw invalidArgument(`${name} must be a whole number from ${least} on, this is ${count}`)
}

export const keyItems = (keys: Iterable<Bytes>): Array<KeyItem> => {
  if (typeof keys === "string" || keys instanceof Uint8Array) {
    throw invalidArgument("several keys are wanted, in an array or another iterable; this is a single one")
  }
  const items: Array<KeyItem> = []
  for (const key of keys) items.push({ key: toKey(key) })
  return items
}

export const pairItems = (entries: Iterable<readonly [Bytes, Bytes]>): Array<PairItem> => {
  const items: Array<PairItem> = []
  for (const [key, value] of entries) items.push({ key: toKey(key), value: toValue(value) })
  return items
}

/** `[start, end)`; empty where it is open. */
export const boundsOf = ({ end, prefix, start }: KeyRangeOptions): Range => {
  if (prefix === undefined) {
    return { start: start === undefined ? EMPTY : toBytes(start), end: end === undefined ? EMPTY : toBytes(end) }
  }
  if (start !== undefined || end !== undefined) throw invalidArgument("a range is given by prefix or by start and end")
  const from = toBytes(prefix)
  return { start: from, end: prefixEnd(from) }
}

/** The range, unless it holds no key. */
export const nonEmpty = (start: Uint8Array, end: Uint8Array): Range | undefined =>
  end.length > 0 && compareBytes(start, end) >= 0 ? undefined : { start, end }

export const rangeOf = (options: KeyRangeOptions): Range | undefined => {
  const { end, start } = boundsOf(options)
  return nonEmpty(start, end)
}
