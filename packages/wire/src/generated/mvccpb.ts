/**
 * Generated from proto/mvccpb.proto by `bun run generate`; do not edit.
 *
 * One key of etcd's store, as Range and Put return it.
 */

import type { Codec } from "../codec/Codec.ts"
import { EMPTY, type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"

export interface KeyValue {
  key: Uint8Array
  createRevision: number
  modRevision: number
  version: number
  value: Uint8Array
  lease: bigint
}

function makeKeyValue(partial: Partial<KeyValue> = {}): KeyValue {
  return {
    key: partial.key ?? EMPTY,
    createRevision: partial.createRevision ?? 0,
    modRevision: partial.modRevision ?? 0,
    version: partial.version ?? 0,
    value: partial.value ?? EMPTY,
    lease: partial.lease ?? 0n
  }
}

export function writeKeyValue(m: KeyValue, w: Writer): void {
  if (m.lease !== 0n) {
    w.int64(m.lease)
    w.tag(48)
  }
  if (m.value.length > 0) {
    w.bytes(m.value)
    w.tag(42)
  }
  if (m.version !== 0) {
    w.int53(m.version)
    w.tag(32)
  }
  if (m.modRevision !== 0) {
    w.int53(m.modRevision)
    w.tag(24)
  }
  if (m.createRevision !== 0) {
    w.int53(m.createRevision)
    w.tag(16)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(10)
  }
}

export function readKeyValue(r: Reader, end: number): KeyValue {
  const m: KeyValue = {
    key: EMPTY,
    createRevision: 0,
    modRevision: 0,
    version: 0,
    value: EMPTY,
    lease: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.key = r.bytes()
        break
      case 16:
        m.createRevision = r.int53()
        break
      case 24:
        m.modRevision = r.int53()
        break
      case 32:
        m.version = r.int53()
        break
      case 42:
        m.value = r.bytes()
        break
      case 48:
        m.lease = r.int64()
        break
      default:
        r.unknown(tag, "mvccpb.KeyValue", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const KeyValue: Codec<KeyValue> = {
  name: "mvccpb.KeyValue",
  create: makeKeyValue,
  encode: writeKeyValue,
  decode: readKeyValue
}
