/**
 * Generated from proto/coprocessor.proto by `bun run generate`; do not edit.
 *
 * Placeholder: just enough to refuse a coprocessor request in its own vocabulary.
 */

import type { Codec } from "../codec/Codec.ts"
import { EMPTY, type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"
import * as errorpb from "./errorpb.ts"
import * as kvrpcpb from "./kvrpcpb.ts"

export interface Request {
  context: kvrpcpb.Context | undefined
  tp: number
  data: Uint8Array
}

function makeRequest(partial: Partial<Request> = {}): Request {
  return {
    context: partial.context,
    tp: partial.tp ?? 0,
    data: partial.data ?? EMPTY
  }
}

export function writeRequest(m: Request, w: Writer): void {
  if (m.data.length > 0) {
    w.bytes(m.data)
    w.tag(26)
  }
  if (m.tp !== 0) {
    w.int53(m.tp)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    kvrpcpb.writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRequest(r: Reader, end: number): Request {
  const m: Request = {
    context: undefined,
    tp: 0,
    data: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = kvrpcpb.readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.tp = r.int53()
        break
      case 26:
        m.data = r.bytes()
        break
      default:
        r.unknown(tag, "coprocessor.Request", [1, 2, 3])
    }
  }
  return m
}

export const Request: Codec<Request> = {
  name: "coprocessor.Request",
  create: makeRequest,
  encode: writeRequest,
  decode: readRequest
}

export interface Response {
  data: Uint8Array
  regionError: errorpb.Error | undefined
  locked: kvrpcpb.LockInfo | undefined
  otherError: string
}

function makeResponse(partial: Partial<Response> = {}): Response {
  return {
    data: partial.data ?? EMPTY,
    regionError: partial.regionError,
    locked: partial.locked,
    otherError: partial.otherError ?? ""
  }
}

export function writeResponse(m: Response, w: Writer): void {
  if (m.otherError !== "") {
    w.string(m.otherError)
    w.tag(34)
  }
  if (m.locked !== undefined) {
    const start = w.mark()
    kvrpcpb.writeLockInfo(m.locked, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.data.length > 0) {
    w.bytes(m.data)
    w.tag(10)
  }
}

export function readResponse(r: Reader, end: number): Response {
  const m: Response = {
    data: EMPTY,
    regionError: undefined,
    locked: undefined,
    otherError: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.data = r.bytes()
        break
      case 18: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.locked = kvrpcpb.readLockInfo(r, to)
        r.leave(to)
        break
      }
      case 34:
        m.otherError = r.string()
        break
      default:
        r.unknown(tag, "coprocessor.Response", [1, 2, 3, 4])
    }
  }
  return m
}

export const Response: Codec<Response> = {
  name: "coprocessor.Response",
  create: makeResponse,
  encode: writeResponse,
  decode: readResponse
}
