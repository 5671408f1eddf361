/**
 * Generated from proto/meta_storagepb.proto by `bun run generate`; do not edit.
 *
 * The etcd-like metadata store on the PD port.
 * Only Get: clients look for a router registry with it.
 */

import type { Codec } from "../codec/Codec.ts"
import { EMPTY, type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"

export const ErrorType = {
  OK: 0,
  UNKNOWN: 1,
  DATA_COMPACTED: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type ErrorType = (typeof ErrorType)[keyof typeof ErrorType] | (number & {})

export interface Error {
  type: ErrorType
  message: string
}

function makeError(partial: Partial<Error> = {}): Error {
  return {
    type: partial.type ?? 0,
    message: partial.message ?? ""
  }
}

export function writeError(m: Error, w: Writer): void {
  if (m.message !== "") {
    w.string(m.message)
    w.tag(18)
  }
  if (m.type !== 0) {
    w.int32(m.type)
    w.tag(8)
  }
}

export function readError(r: Reader, end: number): Error {
  const m: Error = {
    type: 0,
    message: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.type = r.int32()
        break
      case 18:
        m.message = r.string()
        break
      default:
        r.unknown(tag, "meta_storagepb.Error", [1, 2])
    }
  }
  return m
}

export const Error: Codec<Error> = {
  name: "meta_storagepb.Error",
  create: makeError,
  encode: writeError,
  decode: readError
}

export interface RequestHeader {
  clusterId: number
  source: string
}

function makeRequestHeader(partial: Partial<RequestHeader> = {}): RequestHeader {
  return {
    clusterId: partial.clusterId ?? 0,
    source: partial.source ?? ""
  }
}

export function writeRequestHeader(m: RequestHeader, w: Writer): void {
  if (m.source !== "") {
    w.string(m.source)
    w.tag(18)
  }
  if (m.clusterId !== 0) {
    w.uint53(m.clusterId)
    w.tag(8)
  }
}

export function readRequestHeader(r: Reader, end: number): RequestHeader {
  const m: RequestHeader = {
    clusterId: 0,
    source: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.clusterId = r.uint53()
        break
      case 18:
        m.source = r.string()
        break
      default:
        r.unknown(tag, "meta_storagepb.RequestHeader", [1, 2])
    }
  }
  return m
}

export const RequestHeader: Codec<RequestHeader> = {
  name: "meta_storagepb.RequestHeader",
  create: makeRequestHeader,
  encode: writeRequestHeader,
  decode: readRequestHeader
}

export interface ResponseHeader {
  clusterId: number
  error: Error | undefined
  revision: number
}

function makeResponseHeader(partial: Partial<ResponseHeader> = {}): ResponseHeader {
  return {
    clusterId: partial.clusterId ?? 0,
    error: partial.error,
    revision: partial.revision ?? 0
  }
}

export function writeResponseHeader(m: ResponseHeader, w: Writer): void {
  if (m.revision !== 0) {
    w.int53(m.revision)
    w.tag(24)
  }
  if (m.error !== undefined) {
    const start = w.mark()
    writeError(m.error, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.clusterId !== 0) {
    w.uint53(m.clusterId)
    w.tag(8)
  }
}

export function readResponseHeader(r: Reader, end: number): ResponseHeader {
  const m: ResponseHeader = {
    clusterId: 0,
    error: undefined,
    revision: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.clusterId = r.uint53()
        break
      case 18: {
        const to = r.enter()
        m.error = readError(r, to)
        r.leave(to)
        break
      }
      case 24:
        m.revision = r.int53()
        break
      default:
        r.unknown(tag, "meta_storagepb.ResponseHeader", [1, 2, 3])
    }
  }
  return m
}

export const ResponseHeader: Codec<ResponseHeader> = {
  name: "meta_storagepb.ResponseHeader",
  create: makeResponseHeader,
  encode: writeResponseHeader,
  decode: readResponseHeader
}

export interface GetRequest {
  header: RequestHeader | undefined
  key: Uint8Array
  rangeEnd: Uint8Array
  limit: number
  revision: number
}

function makeGetRequest(partial: Partial<GetRequest> = {}): GetRequest {
  return {
    header: partial.header,
    key: partial.key ?? EMPTY,
    rangeEnd: partial.rangeEnd ?? EMPTY,
    limit: partial.limit ?? 0,
    revision: partial.revision ?? 0
  }
}

export function writeGetRequest(m: GetRequest, w: Writer): void {
  if (m.revision !== 0) {
    w.int53(m.revision)
    w.tag(40)
  }
  if (m.limit !== 0) {
    w.int53(m.limit)
    w.tag(32)
  }
  if (m.rangeEnd.length > 0) {
    w.bytes(m.rangeEnd)
    w.tag(26)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetRequest(r: Reader, end: number): GetRequest {
  const m: GetRequest = {
    header: undefined,
    key: EMPTY,
    rangeEnd: EMPTY,
    limit: 0,
    revision: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.header = readRequestHeader(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.key = r.bytes()
        break
      case 26:
        m.rangeEnd = r.bytes()
        break
      case 32:
        m.limit = r.int53()
        break
      case 40:
        m.revision = r.int53()
        break
      default:
        r.unknown(tag, "meta_storagepb.GetRequest", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const GetRequest: Codec<GetRequest> = {
  name: "meta_storagepb.GetRequest",
  create: makeGetRequest,
  encode: writeGetRequest,
  decode: readGetRequest
}

export interface GetResponse {
  header: ResponseHeader | undefined
  kvs: KeyValue[]
  more: boolean
  count: number
}

function makeGetResponse(partial: Partial<GetResponse> = {}): GetResponse {
  return {
    header: partial.header,
    kvs: partial.kvs ?? [],
    more: partial.more ?? false,
    count: partial.count ?? 0
  }
}

export function writeGetResponse(m: GetResponse, w: Writer): void {
  if (m.count !== 0) {
    w.int53(m.count)
    w.tag(32)
  }
  if (m.more) {
    w.bool(m.more)
    w.tag(24)
  }
  for (let i = m.kvs.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKeyValue(m.kvs[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetResponse(r: Reader, end: number): GetResponse {
  const m: GetResponse = {
    header: undefined,
    kvs: [],
    more: false,
    count: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.header = readResponseHeader(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.kvs.push(readKeyValue(r, to))
        r.leave(to)
        break
      }
      case 24:
        m.more = r.bool()
        break
      case 32:
        m.count = r.int53()
        break
      default:
        r.unknown(tag, "meta_storagepb.GetResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const GetResponse: Codec<GetResponse> = {
  name: "meta_storagepb.GetResponse",
  create: makeGetResponse,
  encode: writeGetResponse,
  decode: readGetResponse
}

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
        r.unknown(tag, "meta_storagepb.KeyValue", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const KeyValue: Codec<KeyValue> = {
  name: "meta_storagepb.KeyValue",
  create: makeKeyValue,
  encode: writeKeyValue,
  decode: readKeyValue
}
