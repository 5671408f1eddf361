/**
 * Generated from proto/tracepb.proto by `bun run generate`; do not edit.
 *
 * Trace context carried by a request.
 */

import type { Codec } from "../codec/Codec.ts"
import { type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"

export interface RemoteParentSpan {
  traceId: bigint
  spanId: bigint
}

function makeRemoteParentSpan(partial: Partial<RemoteParentSpan> = {}): RemoteParentSpan {
  return {
    traceId: partial.traceId ?? 0n,
    spanId: partial.spanId ?? 0n
  }
}

export function writeRemoteParentSpan(m: RemoteParentSpan, w: Writer): void {
  if (m.spanId !== 0n) {
    w.uint64(m.spanId)
    w.tag(16)
  }
  if (m.traceId !== 0n) {
    w.uint64(m.traceId)
    w.tag(8)
  }
}

export function readRemoteParentSpan(r: Reader, end: number): RemoteParentSpan {
  const m: RemoteParentSpan = {
    traceId: 0n,
    spanId: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.traceId = r.uint64()
        break
      case 16:
        m.spanId = r.uint64()
        break
      default:
        r.unknown(tag, "tracepb.RemoteParentSpan", [1, 2])
    }
  }
  return m
}

export const RemoteParentSpan: Codec<RemoteParentSpan> = {
  name: "tracepb.RemoteParentSpan",
  create: makeRemoteParentSpan,
  encode: writeRemoteParentSpan,
  decode: readRemoteParentSpan
}

export interface TraceContext {
  remoteParentSpans: RemoteParentSpan[]
  durationThresholdMs: number
}

function makeTraceContext(partial: Partial<TraceContext> = {}): TraceContext {
  return {
    remoteParentSpans: partial.remoteParentSpans ?? [],
    durationThresholdMs: partial.durationThresholdMs ?? 0
  }
}

export function writeTraceContext(m: TraceContext, w: Writer): void {
  if (m.durationThresholdMs !== 0) {
    w.uint32(m.durationThresholdMs)
    w.tag(16)
  }
  for (let i = m.remoteParentSpans.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeRemoteParentSpan(m.remoteParentSpans[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readTraceContext(r: Reader, end: number): TraceContext {
  const m: TraceContext = {
    remoteParentSpans: [],
    durationThresholdMs: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.remoteParentSpans.push(readRemoteParentSpan(r, to))
        r.leave(to)
        break
      }
      case 16:
        m.durationThresholdMs = r.uint32()
        break
      default:
        r.unknown(tag, "tracepb.TraceContext", [1, 2])
    }
  }
  return m
}

export const TraceContext: Codec<TraceContext> = {
  name: "tracepb.TraceContext",
  create: makeTraceContext,
  encode: writeTraceContext,
  decode: readTraceContext
}
