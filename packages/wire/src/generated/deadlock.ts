/**
 * Generated from proto/deadlock.proto by `bun run generate`; do not edit.
 *
 * The wait-for edge shown in deadlock errors and lock wait listings.
 */

import type { Codec } from "../codec/Codec.ts"
import { EMPTY, type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"

export interface WaitForEntry {
  txn: bigint
  waitForTxn: bigint
  keyHash: bigint
  key: Uint8Array
  resourceGroupTag: Uint8Array
  waitTime: number
}

function makeWaitForEntry(partial: Partial<WaitForEntry> = {}): WaitForEntry {
  return {
    txn: partial.txn ?? 0n,
    waitForTxn: partial.waitForTxn ?? 0n,
    keyHash: partial.keyHash ?? 0n,
    key: partial.key ?? EMPTY,
    resourceGroupTag: partial.resourceGroupTag ?? EMPTY,
    waitTime: partial.waitTime ?? 0
  }
}

export function writeWaitForEntry(m: WaitForEntry, w: Writer): void {
  if (m.waitTime !== 0) {
    w.uint53(m.waitTime)
    w.tag(48)
  }
  if (m.resourceGroupTag.length > 0) {
    w.bytes(m.resourceGroupTag)
    w.tag(42)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(34)
  }
  if (m.keyHash !== 0n) {
    w.uint64(m.keyHash)
    w.tag(24)
  }
  if (m.waitForTxn !== 0n) {
    w.uint64(m.waitForTxn)
    w.tag(16)
  }
  if (m.txn !== 0n) {
    w.uint64(m.txn)
    w.tag(8)
  }
}

export function readWaitForEntry(r: Reader, end: number): WaitForEntry {
  const m: WaitForEntry = {
    txn: 0n,
    waitForTxn: 0n,
    keyHash: 0n,
    key: EMPTY,
    resourceGroupTag: EMPTY,
    waitTime: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.txn = r.uint64()
        break
      case 16:
        m.waitForTxn = r.uint64()
        break
      case 24:
        m.keyHash = r.uint64()
        break
      case 34:
        m.key = r.bytes()
        break
      case 42:
        m.resourceGroupTag = r.bytes()
        break
      case 48:
        m.waitTime = r.uint53()
        break
      default:
        r.unknown(tag, "deadlock.WaitForEntry", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const WaitForEntry: Codec<WaitForEntry> = {
  name: "deadlock.WaitForEntry",
  create: makeWaitForEntry,
  encode: writeWaitForEntry,
  decode: readWaitForEntry
}
