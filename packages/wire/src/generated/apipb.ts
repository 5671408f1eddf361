/**
 * Generated from proto/apipb.proto by `bun run generate`; do not edit.
 *
 * Identity of a keyspace inside a namespace.
 */

import type { Codec } from "../codec/Codec.ts"
import { type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"

export interface KeyspaceIdentity {
  namespaceId: number
  keyspaceId: number
}

function makeKeyspaceIdentity(partial: Partial<KeyspaceIdentity> = {}): KeyspaceIdentity {
  return {
    namespaceId: partial.namespaceId ?? 0,
    keyspaceId: partial.keyspaceId ?? 0
  }
}

export function writeKeyspaceIdentity(m: KeyspaceIdentity, w: Writer): void {
  if (m.keyspaceId !== 0) {
    w.uint32(m.keyspaceId)
    w.tag(16)
  }
  if (m.namespaceId !== 0) {
    w.uint32(m.namespaceId)
    w.tag(8)
  }
}

export function readKeyspaceIdentity(r: Reader, end: number): KeyspaceIdentity {
  const m: KeyspaceIdentity = {
    namespaceId: 0,
    keyspaceId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.namespaceId = r.uint32()
        break
      case 16:
        m.keyspaceId = r.uint32()
        break
      default:
        r.unknown(tag, "apipb.KeyspaceIdentity", [1, 2])
    }
  }
  return m
}

export const KeyspaceIdentity: Codec<KeyspaceIdentity> = {
  name: "apipb.KeyspaceIdentity",
  create: makeKeyspaceIdentity,
  encode: writeKeyspaceIdentity,
  decode: readKeyspaceIdentity
}
