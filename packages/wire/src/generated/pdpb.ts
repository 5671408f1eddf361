/**
 * Generated from proto/pdpb.proto by `bun run generate`; do not edit.
 *
 * The PD service: members, timestamps, ids, routing, heartbeats, operators, safe points.
 * Left out: global config, DC locations, region sync between PDs, external timestamps, the V2 safe-point calls.
 */

import type { Codec } from "../codec/Codec.ts"
import { EMPTY, type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"
import * as apipb from "./apipb.ts"
import * as eraftpb from "./eraftpb.ts"
import * as metapb from "./metapb.ts"
import * as raft_serverpb from "./raft_serverpb.ts"
import * as replication_modepb from "./replication_modepb.ts"

export const EventType = {
  PUT: 0,
  DELETE: 1
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type EventType = (typeof EventType)[keyof typeof EventType] | (number & {})

export const ErrorType = {
  OK: 0,
  UNKNOWN: 1,
  NOT_BOOTSTRAPPED: 2,
  STORE_TOMBSTONE: 3,
  ALREADY_BOOTSTRAPPED: 4,
  INCOMPATIBLE_VERSION: 5,
  REGION_NOT_FOUND: 6,
  GLOBAL_CONFIG_NOT_FOUND: 7,
  DUPLICATED_ENTRY: 8,
  ENTRY_NOT_FOUND: 9,
  INVALID_VALUE: 10,
  DATA_COMPACTED: 11,
  REGIONS_NOT_CONTAIN_ALL_KEY_RANGE: 12
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type ErrorType = (typeof ErrorType)[keyof typeof ErrorType] | (number & {})

export const ServiceMode = {
  UNKNOWN_SVC_MODE: 0,
  PD_SVC_MODE: 1,
  API_SVC_MODE: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type ServiceMode = (typeof ServiceMode)[keyof typeof ServiceMode] | (number & {})

export const CheckPolicy = {
  SCAN: 0,
  APPROXIMATE: 1,
  USEKEY: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type CheckPolicy = (typeof CheckPolicy)[keyof typeof CheckPolicy] | (number & {})

export const SplitReason = {
  ADMIN: 0,
  SIZE: 1,
  LOAD: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type SplitReason = (typeof SplitReason)[keyof typeof SplitReason] | (number & {})

export const ControlGrpcEvent = {
  PAUSE: 0,
  RESUME: 1
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type ControlGrpcEvent = (typeof ControlGrpcEvent)[keyof typeof ControlGrpcEvent] | (number & {})

export const OperatorStatus = {
  SUCCESS: 0,
  TIMEOUT: 1,
  CANCEL: 2,
  REPLACE: 3,
  RUNNING: 4
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type OperatorStatus = (typeof OperatorStatus)[keyof typeof OperatorStatus] | (number & {})

export const QueryKind = {
  Others: 0,
  GC: 1,
  Get: 2,
  Scan: 3,
  Coprocessor: 4,
  Delete: 5,
  DeleteRange: 6,
  Put: 7,
  Prewrite: 8,
  AcquirePessimisticLock: 9,
  Commit: 10,
  Rollback: 11
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type QueryKind = (typeof QueryKind)[keyof typeof QueryKind] | (number & {})

export interface RequestHeader {
  clusterId: number
  senderId: number
  callerId: string
  callerComponent: string
}

function makeRequestHeader(partial: Partial<RequestHeader> = {}): RequestHeader {
  return {
    clusterId: partial.clusterId ?? 0,
    senderId: partial.senderId ?? 0,
    callerId: partial.callerId ?? "",
    callerComponent: partial.callerComponent ?? ""
  }
}

export function writeRequestHeader(m: RequestHeader, w: Writer): void {
  if (m.callerComponent !== "") {
    w.string(m.callerComponent)
    w.tag(34)
  }
  if (m.callerId !== "") {
    w.string(m.callerId)
    w.tag(26)
  }
  if (m.senderId !== 0) {
    w.uint53(m.senderId)
    w.tag(16)
  }
  if (m.clusterId !== 0) {
    w.uint53(m.clusterId)
    w.tag(8)
  }
}

export function readRequestHeader(r: Reader, end: number): RequestHeader {
  const m: RequestHeader = {
    clusterId: 0,
    senderId: 0,
    callerId: "",
    callerComponent: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.clusterId = r.uint53()
        break
      case 16:
        m.senderId = r.uint53()
        break
      case 26:
        m.callerId = r.string()
        break
      case 34:
        m.callerComponent = r.string()
        break
      default:
        r.unknown(tag, "pdpb.RequestHeader", [1, 2, 3, 4])
    }
  }
  return m
}

export const RequestHeader: Codec<RequestHeader> = {
  name: "pdpb.RequestHeader",
  create: makeRequestHeader,
  encode: writeRequestHeader,
  decode: readRequestHeader
}

export interface ResponseHeader {
  clusterId: number
  error: Error | undefined
}

function makeResponseHeader(partial: Partial<ResponseHeader> = {}): ResponseHeader {
  return {
    clusterId: partial.clusterId ?? 0,
    error: partial.error
  }
}

export function writeResponseHeader(m: ResponseHeader, w: Writer): void {
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
    error: undefined
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
      default:
        r.unknown(tag, "pdpb.ResponseHeader", [1, 2])
    }
  }
  return m
}

export const ResponseHeader: Codec<ResponseHeader> = {
  name: "pdpb.ResponseHeader",
  create: makeResponseHeader,
  encode: writeResponseHeader,
  decode: readResponseHeader
}

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
        r.unknown(tag, "pdpb.Error", [1, 2])
    }
  }
  return m
}

export const Error: Codec<Error> = {
  name: "pdpb.Error",
  create: makeError,
  encode: writeError,
  decode: readError
}

export interface TsoRequest {
  header: RequestHeader | undefined
  count: number
  dcLocation: string
}

function makeTsoRequest(partial: Partial<TsoRequest> = {}): TsoRequest {
  return {
    header: partial.header,
    count: partial.count ?? 0,
    dcLocation: partial.dcLocation ?? ""
  }
}

export function writeTsoRequest(m: TsoRequest, w: Writer): void {
  if (m.dcLocation !== "") {
    w.string(m.dcLocation)
    w.tag(26)
  }
  if (m.count !== 0) {
    w.uint32(m.count)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readTsoRequest(r: Reader, end: number): TsoRequest {
  const m: TsoRequest = {
    header: undefined,
    count: 0,
    dcLocation: ""
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
      case 16:
        m.count = r.uint32()
        break
      case 26:
        m.dcLocation = r.string()
        break
      default:
        r.unknown(tag, "pdpb.TsoRequest", [1, 2, 3])
    }
  }
  return m
}

export const TsoRequest: Codec<TsoRequest> = {
  name: "pdpb.TsoRequest",
  create: makeTsoRequest,
  encode: writeTsoRequest,
  decode: readTsoRequest
}

export interface Timestamp {
  physical: number
  logical: number
  suffixBits: number
}

function makeTimestamp(partial: Partial<Timestamp> = {}): Timestamp {
  return {
    physical: partial.physical ?? 0,
    logical: partial.logical ?? 0,
    suffixBits: partial.suffixBits ?? 0
  }
}

export function writeTimestamp(m: Timestamp, w: Writer): void {
  if (m.suffixBits !== 0) {
    w.uint32(m.suffixBits)
    w.tag(24)
  }
  if (m.logical !== 0) {
    w.int53(m.logical)
    w.tag(16)
  }
  if (m.physical !== 0) {
    w.int53(m.physical)
    w.tag(8)
  }
}

export function readTimestamp(r: Reader, end: number): Timestamp {
  const m: Timestamp = {
    physical: 0,
    logical: 0,
    suffixBits: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.physical = r.int53()
        break
      case 16:
        m.logical = r.int53()
        break
      case 24:
        m.suffixBits = r.uint32()
        break
      default:
        r.unknown(tag, "pdpb.Timestamp", [1, 2, 3])
    }
  }
  return m
}

export const Timestamp: Codec<Timestamp> = {
  name: "pdpb.Timestamp",
  create: makeTimestamp,
  encode: writeTimestamp,
  decode: readTimestamp
}

export interface TsoResponse {
  header: ResponseHeader | undefined
  count: number
  timestamp: Timestamp | undefined
}

function makeTsoResponse(partial: Partial<TsoResponse> = {}): TsoResponse {
  return {
    header: partial.header,
    count: partial.count ?? 0,
    timestamp: partial.timestamp
  }
}

export function writeTsoResponse(m: TsoResponse, w: Writer): void {
  if (m.timestamp !== undefined) {
    const start = w.mark()
    writeTimestamp(m.timestamp, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.count !== 0) {
    w.uint32(m.count)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readTsoResponse(r: Reader, end: number): TsoResponse {
  const m: TsoResponse = {
    header: undefined,
    count: 0,
    timestamp: undefined
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
      case 16:
        m.count = r.uint32()
        break
      case 26: {
        const to = r.enter()
        m.timestamp = readTimestamp(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.TsoResponse", [1, 2, 3])
    }
  }
  return m
}

export const TsoResponse: Codec<TsoResponse> = {
  name: "pdpb.TsoResponse",
  create: makeTsoResponse,
  encode: writeTsoResponse,
  decode: readTsoResponse
}

export interface BootstrapRequest {
  header: RequestHeader | undefined
  store: metapb.Store | undefined
  region: metapb.Region | undefined
}

function makeBootstrapRequest(partial: Partial<BootstrapRequest> = {}): BootstrapRequest {
  return {
    header: partial.header,
    store: partial.store,
    region: partial.region
  }
}

export function writeBootstrapRequest(m: BootstrapRequest, w: Writer): void {
  if (m.region !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.region, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.store !== undefined) {
    const start = w.mark()
    metapb.writeStore(m.store, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBootstrapRequest(r: Reader, end: number): BootstrapRequest {
  const m: BootstrapRequest = {
    header: undefined,
    store: undefined,
    region: undefined
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
      case 18: {
        const to = r.enter()
        m.store = metapb.readStore(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.region = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.BootstrapRequest", [1, 2, 3])
    }
  }
  return m
}

export const BootstrapRequest: Codec<BootstrapRequest> = {
  name: "pdpb.BootstrapRequest",
  create: makeBootstrapRequest,
  encode: writeBootstrapRequest,
  decode: readBootstrapRequest
}

export interface BootstrapResponse {
  header: ResponseHeader | undefined
  replicationStatus: replication_modepb.ReplicationStatus | undefined
}

function makeBootstrapResponse(partial: Partial<BootstrapResponse> = {}): BootstrapResponse {
  return {
    header: partial.header,
    replicationStatus: partial.replicationStatus
  }
}

export function writeBootstrapResponse(m: BootstrapResponse, w: Writer): void {
  if (m.replicationStatus !== undefined) {
    const start = w.mark()
    replication_modepb.writeReplicationStatus(m.replicationStatus, w)
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

export function readBootstrapResponse(r: Reader, end: number): BootstrapResponse {
  const m: BootstrapResponse = {
    header: undefined,
    replicationStatus: undefined
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
        m.replicationStatus = replication_modepb.readReplicationStatus(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.BootstrapResponse", [1, 2])
    }
  }
  return m
}

export const BootstrapResponse: Codec<BootstrapResponse> = {
  name: "pdpb.BootstrapResponse",
  create: makeBootstrapResponse,
  encode: writeBootstrapResponse,
  decode: readBootstrapResponse
}

export interface IsBootstrappedRequest {
  header: RequestHeader | undefined
}

function makeIsBootstrappedRequest(partial: Partial<IsBootstrappedRequest> = {}): IsBootstrappedRequest {
  return {
    header: partial.header
  }
}

export function writeIsBootstrappedRequest(m: IsBootstrappedRequest, w: Writer): void {
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readIsBootstrappedRequest(r: Reader, end: number): IsBootstrappedRequest {
  const m: IsBootstrappedRequest = {
    header: undefined
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
      default:
        r.unknown(tag, "pdpb.IsBootstrappedRequest", [1])
    }
  }
  return m
}

export const IsBootstrappedRequest: Codec<IsBootstrappedRequest> = {
  name: "pdpb.IsBootstrappedRequest",
  create: makeIsBootstrappedRequest,
  encode: writeIsBootstrappedRequest,
  decode: readIsBootstrappedRequest
}

export interface IsBootstrappedResponse {
  header: ResponseHeader | undefined
  bootstrapped: boolean
}

function makeIsBootstrappedResponse(partial: Partial<IsBootstrappedResponse> = {}): IsBootstrappedResponse {
  return {
    header: partial.header,
    bootstrapped: partial.bootstrapped ?? false
  }
}

export function writeIsBootstrappedResponse(m: IsBootstrappedResponse, w: Writer): void {
  if (m.bootstrapped) {
    w.bool(m.bootstrapped)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readIsBootstrappedResponse(r: Reader, end: number): IsBootstrappedResponse {
  const m: IsBootstrappedResponse = {
    header: undefined,
    bootstrapped: false
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
      case 16:
        m.bootstrapped = r.bool()
        break
      default:
        r.unknown(tag, "pdpb.IsBootstrappedResponse", [1, 2])
    }
  }
  return m
}

export const IsBootstrappedResponse: Codec<IsBootstrappedResponse> = {
  name: "pdpb.IsBootstrappedResponse",
  create: makeIsBootstrappedResponse,
  encode: writeIsBootstrappedResponse,
  decode: readIsBootstrappedResponse
}

export interface AllocIDRequest {
  header: RequestHeader | undefined
  count: number
}

function makeAllocIDRequest(partial: Partial<AllocIDRequest> = {}): AllocIDRequest {
  return {
    header: partial.header,
    count: partial.count ?? 0
  }
}

export function writeAllocIDRequest(m: AllocIDRequest, w: Writer): void {
  if (m.count !== 0) {
    w.uint32(m.count)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readAllocIDRequest(r: Reader, end: number): AllocIDRequest {
  const m: AllocIDRequest = {
    header: undefined,
    count: 0
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
      case 16:
        m.count = r.uint32()
        break
      default:
        r.unknown(tag, "pdpb.AllocIDRequest", [1, 2])
    }
  }
  return m
}

export const AllocIDRequest: Codec<AllocIDRequest> = {
  name: "pdpb.AllocIDRequest",
  create: makeAllocIDRequest,
  encode: writeAllocIDRequest,
  decode: readAllocIDRequest
}

export interface AllocIDResponse {
  header: ResponseHeader | undefined
  id: number
  count: number
}

function makeAllocIDResponse(partial: Partial<AllocIDResponse> = {}): AllocIDResponse {
  return {
    header: partial.header,
    id: partial.id ?? 0,
    count: partial.count ?? 0
  }
}

export function writeAllocIDResponse(m: AllocIDResponse, w: Writer): void {
  if (m.count !== 0) {
    w.uint32(m.count)
    w.tag(24)
  }
  if (m.id !== 0) {
    w.uint53(m.id)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readAllocIDResponse(r: Reader, end: number): AllocIDResponse {
  const m: AllocIDResponse = {
    header: undefined,
    id: 0,
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
      case 16:
        m.id = r.uint53()
        break
      case 24:
        m.count = r.uint32()
        break
      default:
        r.unknown(tag, "pdpb.AllocIDResponse", [1, 2, 3])
    }
  }
  return m
}

export const AllocIDResponse: Codec<AllocIDResponse> = {
  name: "pdpb.AllocIDResponse",
  create: makeAllocIDResponse,
  encode: writeAllocIDResponse,
  decode: readAllocIDResponse
}

export interface GetStoreRequest {
  header: RequestHeader | undefined
  storeId: number
}

function makeGetStoreRequest(partial: Partial<GetStoreRequest> = {}): GetStoreRequest {
  return {
    header: partial.header,
    storeId: partial.storeId ?? 0
  }
}

export function writeGetStoreRequest(m: GetStoreRequest, w: Writer): void {
  if (m.storeId !== 0) {
    w.uint53(m.storeId)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetStoreRequest(r: Reader, end: number): GetStoreRequest {
  const m: GetStoreRequest = {
    header: undefined,
    storeId: 0
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
      case 16:
        m.storeId = r.uint53()
        break
      default:
        r.unknown(tag, "pdpb.GetStoreRequest", [1, 2])
    }
  }
  return m
}

export const GetStoreRequest: Codec<GetStoreRequest> = {
  name: "pdpb.GetStoreRequest",
  create: makeGetStoreRequest,
  encode: writeGetStoreRequest,
  decode: readGetStoreRequest
}

export interface GetStoreResponse {
  header: ResponseHeader | undefined
  store: metapb.Store | undefined
  stats: StoreStats | undefined
}

function makeGetStoreResponse(partial: Partial<GetStoreResponse> = {}): GetStoreResponse {
  return {
    header: partial.header,
    store: partial.store,
    stats: partial.stats
  }
}

export function writeGetStoreResponse(m: GetStoreResponse, w: Writer): void {
  if (m.stats !== undefined) {
    const start = w.mark()
    writeStoreStats(m.stats, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.store !== undefined) {
    const start = w.mark()
    metapb.writeStore(m.store, w)
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

export function readGetStoreResponse(r: Reader, end: number): GetStoreResponse {
  const m: GetStoreResponse = {
    header: undefined,
    store: undefined,
    stats: undefined
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
        m.store = metapb.readStore(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.stats = readStoreStats(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.GetStoreResponse", [1, 2, 3])
    }
  }
  return m
}

export const GetStoreResponse: Codec<GetStoreResponse> = {
  name: "pdpb.GetStoreResponse",
  create: makeGetStoreResponse,
  encode: writeGetStoreResponse,
  decode: readGetStoreResponse
}

export interface PutStoreRequest {
  header: RequestHeader | undefined
  store: metapb.Store | undefined
}

function makePutStoreRequest(partial: Partial<PutStoreRequest> = {}): PutStoreRequest {
  return {
    header: partial.header,
    store: partial.store
  }
}

export function writePutStoreRequest(m: PutStoreRequest, w: Writer): void {
  if (m.store !== undefined) {
    const start = w.mark()
    metapb.writeStore(m.store, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPutStoreRequest(r: Reader, end: number): PutStoreRequest {
  const m: PutStoreRequest = {
    header: undefined,
    store: undefined
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
      case 18: {
        const to = r.enter()
        m.store = metapb.readStore(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.PutStoreRequest", [1, 2])
    }
  }
  return m
}

export const PutStoreRequest: Codec<PutStoreRequest> = {
  name: "pdpb.PutStoreRequest",
  create: makePutStoreRequest,
  encode: writePutStoreRequest,
  decode: readPutStoreRequest
}

export interface PutStoreResponse {
  header: ResponseHeader | undefined
  replicationStatus: replication_modepb.ReplicationStatus | undefined
}

function makePutStoreResponse(partial: Partial<PutStoreResponse> = {}): PutStoreResponse {
  return {
    header: partial.header,
    replicationStatus: partial.replicationStatus
  }
}

export function writePutStoreResponse(m: PutStoreResponse, w: Writer): void {
  if (m.replicationStatus !== undefined) {
    const start = w.mark()
    replication_modepb.writeReplicationStatus(m.replicationStatus, w)
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

export function readPutStoreResponse(r: Reader, end: number): PutStoreResponse {
  const m: PutStoreResponse = {
    header: undefined,
    replicationStatus: undefined
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
        m.replicationStatus = replication_modepb.readReplicationStatus(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.PutStoreResponse", [1, 2])
    }
  }
  return m
}

export const PutStoreResponse: Codec<PutStoreResponse> = {
  name: "pdpb.PutStoreResponse",
  create: makePutStoreResponse,
  encode: writePutStoreResponse,
  decode: readPutStoreResponse
}

export interface GetAllStoresRequest {
  header: RequestHeader | undefined
  excludeTombstoneStores: boolean
}

function makeGetAllStoresRequest(partial: Partial<GetAllStoresRequest> = {}): GetAllStoresRequest {
  return {
    header: partial.header,
    excludeTombstoneStores: partial.excludeTombstoneStores ?? false
  }
}

export function writeGetAllStoresRequest(m: GetAllStoresRequest, w: Writer): void {
  if (m.excludeTombstoneStores) {
    w.bool(m.excludeTombstoneStores)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetAllStoresRequest(r: Reader, end: number): GetAllStoresRequest {
  const m: GetAllStoresRequest = {
    header: undefined,
    excludeTombstoneStores: false
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
      case 16:
        m.excludeTombstoneStores = r.bool()
        break
      default:
        r.unknown(tag, "pdpb.GetAllStoresRequest", [1, 2])
    }
  }
  return m
}

export const GetAllStoresRequest: Codec<GetAllStoresRequest> = {
  name: "pdpb.GetAllStoresRequest",
  create: makeGetAllStoresRequest,
  encode: writeGetAllStoresRequest,
  decode: readGetAllStoresRequest
}

export interface GetAllStoresResponse {
  header: ResponseHeader | undefined
  stores: metapb.Store[]
}

function makeGetAllStoresResponse(partial: Partial<GetAllStoresResponse> = {}): GetAllStoresResponse {
  return {
    header: partial.header,
    stores: partial.stores ?? []
  }
}

export function writeGetAllStoresResponse(m: GetAllStoresResponse, w: Writer): void {
  for (let i = m.stores.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writeStore(m.stores[i]!, w)
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

export function readGetAllStoresResponse(r: Reader, end: number): GetAllStoresResponse {
  const m: GetAllStoresResponse = {
    header: undefined,
    stores: []
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
        m.stores.push(metapb.readStore(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.GetAllStoresResponse", [1, 2])
    }
  }
  return m
}

export const GetAllStoresResponse: Codec<GetAllStoresResponse> = {
  name: "pdpb.GetAllStoresResponse",
  create: makeGetAllStoresResponse,
  encode: writeGetAllStoresResponse,
  decode: readGetAllStoresResponse
}

export interface GetRegionRequest {
  header: RequestHeader | undefined
  regionKey: Uint8Array
  needBuckets: boolean
}

function makeGetRegionRequest(partial: Partial<GetRegionRequest> = {}): GetRegionRequest {
  return {
    header: partial.header,
    regionKey: partial.regionKey ?? EMPTY,
    needBuckets: partial.needBuckets ?? false
  }
}

export function writeGetRegionRequest(m: GetRegionRequest, w: Writer): void {
  if (m.needBuckets) {
    w.bool(m.needBuckets)
    w.tag(24)
  }
  if (m.regionKey.length > 0) {
    w.bytes(m.regionKey)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetRegionRequest(r: Reader, end: number): GetRegionRequest {
  const m: GetRegionRequest = {
    header: undefined,
    regionKey: EMPTY,
    needBuckets: false
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
        m.regionKey = r.bytes()
        break
      case 24:
        m.needBuckets = r.bool()
        break
      default:
        r.unknown(tag, "pdpb.GetRegionRequest", [1, 2, 3])
    }
  }
  return m
}

export const GetRegionRequest: Codec<GetRegionRequest> = {
  name: "pdpb.GetRegionRequest",
  create: makeGetRegionRequest,
  encode: writeGetRegionRequest,
  decode: readGetRegionRequest
}

export interface GetRegionResponse {
  header: ResponseHeader | undefined
  region: metapb.Region | undefined
  leader: metapb.Peer | undefined
  downPeers: PeerStats[]
  pendingPeers: metapb.Peer[]
  buckets: metapb.Buckets | undefined
}

function makeGetRegionResponse(partial: Partial<GetRegionResponse> = {}): GetRegionResponse {
  return {
    header: partial.header,
    region: partial.region,
    leader: partial.leader,
    downPeers: partial.downPeers ?? [],
    pendingPeers: partial.pendingPeers ?? [],
    buckets: partial.buckets
  }
}

export function writeGetRegionResponse(m: GetRegionResponse, w: Writer): void {
  if (m.buckets !== undefined) {
    const start = w.mark()
    metapb.writeBuckets(m.buckets, w)
    w.lengthSince(start)
    w.tag(58)
  }
  for (let i = m.pendingPeers.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writePeer(m.pendingPeers[i]!, w)
    w.lengthSince(start)
    w.tag(50)
  }
  for (let i = m.downPeers.length - 1; i >= 0; i--) {
    const start = w.mark()
    writePeerStats(m.downPeers[i]!, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.leader !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.leader, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.region !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.region, w)
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

export function readGetRegionResponse(r: Reader, end: number): GetRegionResponse {
  const m: GetRegionResponse = {
    header: undefined,
    region: undefined,
    leader: undefined,
    downPeers: [],
    pendingPeers: [],
    buckets: undefined
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
        m.region = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.leader = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.downPeers.push(readPeerStats(r, to))
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.pendingPeers.push(metapb.readPeer(r, to))
        r.leave(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.buckets = metapb.readBuckets(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.GetRegionResponse", [1, 2, 3, 5, 6, 7])
    }
  }
  return m
}

export const GetRegionResponse: Codec<GetRegionResponse> = {
  name: "pdpb.GetRegionResponse",
  create: makeGetRegionResponse,
  encode: writeGetRegionResponse,
  decode: readGetRegionResponse
}

export interface GetRegionByIDRequest {
  header: RequestHeader | undefined
  regionId: number
  needBuckets: boolean
}

function makeGetRegionByIDRequest(partial: Partial<GetRegionByIDRequest> = {}): GetRegionByIDRequest {
  return {
    header: partial.header,
    regionId: partial.regionId ?? 0,
    needBuckets: partial.needBuckets ?? false
  }
}

export function writeGetRegionByIDRequest(m: GetRegionByIDRequest, w: Writer): void {
  if (m.needBuckets) {
    w.bool(m.needBuckets)
    w.tag(24)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetRegionByIDRequest(r: Reader, end: number): GetRegionByIDRequest {
  const m: GetRegionByIDRequest = {
    header: undefined,
    regionId: 0,
    needBuckets: false
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
      case 16:
        m.regionId = r.uint53()
        break
      case 24:
        m.needBuckets = r.bool()
        break
      default:
        r.unknown(tag, "pdpb.GetRegionByIDRequest", [1, 2, 3])
    }
  }
  return m
}

export const GetRegionByIDRequest: Codec<GetRegionByIDRequest> = {
  name: "pdpb.GetRegionByIDRequest",
  create: makeGetRegionByIDRequest,
  encode: writeGetRegionByIDRequest,
  decode: readGetRegionByIDRequest
}

export interface QueryRegionRequest {
  header: RequestHeader | undefined
  needBuckets: boolean
  ids: number[]
  keys: Uint8Array[]
  prevKeys: Uint8Array[]
}

function makeQueryRegionRequest(partial: Partial<QueryRegionRequest> = {}): QueryRegionRequest {
  return {
    header: partial.header,
    needBuckets: partial.needBuckets ?? false,
    ids: partial.ids ?? [],
    keys: partial.keys ?? [],
    prevKeys: partial.prevKeys ?? []
  }
}

export function writeQueryRegionRequest(m: QueryRegionRequest, w: Writer): void {
  for (let i = m.prevKeys.length - 1; i >= 0; i--) {
    w.bytes(m.prevKeys[i]!)
    w.tag(42)
  }
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(34)
  }
  if (m.ids.length > 0) {
    const list = w.mark()
    for (let i = m.ids.length - 1; i >= 0; i--) w.uint53(m.ids[i]!)
    w.lengthSince(list)
    w.tag(26)
  }
  if (m.needBuckets) {
    w.bool(m.needBuckets)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readQueryRegionRequest(r: Reader, end: number): QueryRegionRequest {
  const m: QueryRegionRequest = {
    header: undefined,
    needBuckets: false,
    ids: [],
    keys: [],
    prevKeys: []
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
      case 16:
        m.needBuckets = r.bool()
        break
      case 24:
        m.ids.push(r.uint53())
        break
      case 26: {
        const to = r.enterPacked()
        while (r.pos < to) m.ids.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 34:
        m.keys.push(r.bytes())
        break
      case 42:
        m.prevKeys.push(r.bytes())
        break
      default:
        r.unknown(tag, "pdpb.QueryRegionRequest", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const QueryRegionRequest: Codec<QueryRegionRequest> = {
  name: "pdpb.QueryRegionRequest",
  create: makeQueryRegionRequest,
  encode: writeQueryRegionRequest,
  decode: readQueryRegionRequest
}

export interface QueryRegionResponse {
  header: ResponseHeader | undefined
  keyIdMap: number[]
  prevKeyIdMap: number[]
  regionsById: Map<number, RegionResponse>
}

function makeQueryRegionResponse(partial: Partial<QueryRegionResponse> = {}): QueryRegionResponse {
  return {
    header: partial.header,
    keyIdMap: partial.keyIdMap ?? [],
    prevKeyIdMap: partial.prevKeyIdMap ?? [],
    regionsById: partial.regionsById ?? new Map()
  }
}

export function writeQueryRegionResponse(m: QueryRegionResponse, w: Writer): void {
  if (m.regionsById.size > 0) {
    for (const [k, v] of [...m.regionsById].reverse()) {
      const entry = w.mark()
      const start = w.mark()
      writeRegionResponse(v, w)
      w.lengthSince(start)
      w.tag(18)
      w.uint53(k)
      w.tag(8)
      w.lengthSince(entry)
      w.tag(34)
    }
  }
  if (m.prevKeyIdMap.length > 0) {
    const list = w.mark()
    for (let i = m.prevKeyIdMap.length - 1; i >= 0; i--) w.uint53(m.prevKeyIdMap[i]!)
    w.lengthSince(list)
    w.tag(26)
  }
  if (m.keyIdMap.length > 0) {
    const list = w.mark()
    for (let i = m.keyIdMap.length - 1; i >= 0; i--) w.uint53(m.keyIdMap[i]!)
    w.lengthSince(list)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readQueryRegionResponse(r: Reader, end: number): QueryRegionResponse {
  const m: QueryRegionResponse = {
    header: undefined,
    keyIdMap: [],
    prevKeyIdMap: [],
    regionsById: new Map()
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
      case 16:
        m.keyIdMap.push(r.uint53())
        break
      case 18: {
        const to = r.enterPacked()
        while (r.pos < to) m.keyIdMap.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 24:
        m.prevKeyIdMap.push(r.uint53())
        break
      case 26: {
        const to = r.enterPacked()
        while (r.pos < to) m.prevKeyIdMap.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 34: {
        const entryEnd = r.enter()
        let k: number = 0
        let v: RegionResponse = RegionResponse.create()
        while (r.pos < entryEnd) {
          const tag = r.tag()
          switch (tag) {
            case 8:
              k = r.uint53()
              break
            case 18: {
              const to = r.enter()
              v = readRegionResponse(r, to)
              r.leave(to)
              break
            }
            default:
              r.unknown(tag, "pdpb.QueryRegionResponse.regions_by_id", [1, 2])
          }
        }
        r.leave(entryEnd)
        m.regionsById.set(k, v)
        break
      }
      default:
        r.unknown(tag, "pdpb.QueryRegionResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const QueryRegionResponse: Codec<QueryRegionResponse> = {
  name: "pdpb.QueryRegionResponse",
  create: makeQueryRegionResponse,
  encode: writeQueryRegionResponse,
  decode: readQueryRegionResponse
}

export interface RegionResponse {
  region: metapb.Region | undefined
  leader: metapb.Peer | undefined
  downPeers: PeerStats[]
  pendingPeers: metapb.Peer[]
  buckets: metapb.Buckets | undefined
}

function makeRegionResponse(partial: Partial<RegionResponse> = {}): RegionResponse {
  return {
    region: partial.region,
    leader: partial.leader,
    downPeers: partial.downPeers ?? [],
    pendingPeers: partial.pendingPeers ?? [],
    buckets: partial.buckets
  }
}

export function writeRegionResponse(m: RegionResponse, w: Writer): void {
  if (m.buckets !== undefined) {
    const start = w.mark()
    metapb.writeBuckets(m.buckets, w)
    w.lengthSince(start)
    w.tag(42)
  }
  for (let i = m.pendingPeers.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writePeer(m.pendingPeers[i]!, w)
    w.lengthSince(start)
    w.tag(34)
  }
  for (let i = m.downPeers.length - 1; i >= 0; i--) {
    const start = w.mark()
    writePeerStats(m.downPeers[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.leader !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.leader, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.region !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.region, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRegionResponse(r: Reader, end: number): RegionResponse {
  const m: RegionResponse = {
    region: undefined,
    leader: undefined,
    downPeers: [],
    pendingPeers: [],
    buckets: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.region = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.leader = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.downPeers.push(readPeerStats(r, to))
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.pendingPeers.push(metapb.readPeer(r, to))
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.buckets = metapb.readBuckets(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.RegionResponse", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const RegionResponse: Codec<RegionResponse> = {
  name: "pdpb.RegionResponse",
  create: makeRegionResponse,
  encode: writeRegionResponse,
  decode: readRegionResponse
}

export interface ScanRegionsRequest {
  header: RequestHeader | undefined
  startKey: Uint8Array
  limit: number
  endKey: Uint8Array
}

function makeScanRegionsRequest(partial: Partial<ScanRegionsRequest> = {}): ScanRegionsRequest {
  return {
    header: partial.header,
    startKey: partial.startKey ?? EMPTY,
    limit: partial.limit ?? 0,
    endKey: partial.endKey ?? EMPTY
  }
}

export function writeScanRegionsRequest(m: ScanRegionsRequest, w: Writer): void {
  if (m.endKey.length > 0) {
    w.bytes(m.endKey)
    w.tag(34)
  }
  if (m.limit !== 0) {
    w.int32(m.limit)
    w.tag(24)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readScanRegionsRequest(r: Reader, end: number): ScanRegionsRequest {
  const m: ScanRegionsRequest = {
    header: undefined,
    startKey: EMPTY,
    limit: 0,
    endKey: EMPTY
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
        m.startKey = r.bytes()
        break
      case 24:
        m.limit = r.int32()
        break
      case 34:
        m.endKey = r.bytes()
        break
      default:
        r.unknown(tag, "pdpb.ScanRegionsRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const ScanRegionsRequest: Codec<ScanRegionsRequest> = {
  name: "pdpb.ScanRegionsRequest",
  create: makeScanRegionsRequest,
  encode: writeScanRegionsRequest,
  decode: readScanRegionsRequest
}

export interface Region {
  region: metapb.Region | undefined
  leader: metapb.Peer | undefined
  downPeers: PeerStats[]
  pendingPeers: metapb.Peer[]
  buckets: metapb.Buckets | undefined
}

function makeRegion(partial: Partial<Region> = {}): Region {
  return {
    region: partial.region,
    leader: partial.leader,
    downPeers: partial.downPeers ?? [],
    pendingPeers: partial.pendingPeers ?? [],
    buckets: partial.buckets
  }
}

export function writeRegion(m: Region, w: Writer): void {
  if (m.buckets !== undefined) {
    const start = w.mark()
    metapb.writeBuckets(m.buckets, w)
    w.lengthSince(start)
    w.tag(42)
  }
  for (let i = m.pendingPeers.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writePeer(m.pendingPeers[i]!, w)
    w.lengthSince(start)
    w.tag(34)
  }
  for (let i = m.downPeers.length - 1; i >= 0; i--) {
    const start = w.mark()
    writePeerStats(m.downPeers[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.leader !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.leader, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.region !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.region, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRegion(r: Reader, end: number): Region {
  const m: Region = {
    region: undefined,
    leader: undefined,
    downPeers: [],
    pendingPeers: [],
    buckets: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.region = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.leader = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.downPeers.push(readPeerStats(r, to))
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.pendingPeers.push(metapb.readPeer(r, to))
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.buckets = metapb.readBuckets(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.Region", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const Region: Codec<Region> = {
  name: "pdpb.Region",
  create: makeRegion,
  encode: writeRegion,
  decode: readRegion
}

export interface ScanRegionsResponse {
  header: ResponseHeader | undefined
  regionMetas: metapb.Region[]
  leaders: metapb.Peer[]
  regions: Region[]
}

function makeScanRegionsResponse(partial: Partial<ScanRegionsResponse> = {}): ScanRegionsResponse {
  return {
    header: partial.header,
    regionMetas: partial.regionMetas ?? [],
    leaders: partial.leaders ?? [],
    regions: partial.regions ?? []
  }
}

export function writeScanRegionsResponse(m: ScanRegionsResponse, w: Writer): void {
  for (let i = m.regions.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeRegion(m.regions[i]!, w)
    w.lengthSince(start)
    w.tag(34)
  }
  for (let i = m.leaders.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writePeer(m.leaders[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  for (let i = m.regionMetas.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writeRegion(m.regionMetas[i]!, w)
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

export function readScanRegionsResponse(r: Reader, end: number): ScanRegionsResponse {
  const m: ScanRegionsResponse = {
    header: undefined,
    regionMetas: [],
    leaders: [],
    regions: []
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
        m.regionMetas.push(metapb.readRegion(r, to))
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.leaders.push(metapb.readPeer(r, to))
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.regions.push(readRegion(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.ScanRegionsResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const ScanRegionsResponse: Codec<ScanRegionsResponse> = {
  name: "pdpb.ScanRegionsResponse",
  create: makeScanRegionsResponse,
  encode: writeScanRegionsResponse,
  decode: readScanRegionsResponse
}

export interface KeyRange {
  startKey: Uint8Array
  endKey: Uint8Array
}

function makeKeyRange(partial: Partial<KeyRange> = {}): KeyRange {
  return {
    startKey: partial.startKey ?? EMPTY,
    endKey: partial.endKey ?? EMPTY
  }
}

export function writeKeyRange(m: KeyRange, w: Writer): void {
  if (m.endKey.length > 0) {
    w.bytes(m.endKey)
    w.tag(18)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(10)
  }
}

export function readKeyRange(r: Reader, end: number): KeyRange {
  const m: KeyRange = {
    startKey: EMPTY,
    endKey: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.startKey = r.bytes()
        break
      case 18:
        m.endKey = r.bytes()
        break
      default:
        r.unknown(tag, "pdpb.KeyRange", [1, 2])
    }
  }
  return m
}

export const KeyRange: Codec<KeyRange> = {
  name: "pdpb.KeyRange",
  create: makeKeyRange,
  encode: writeKeyRange,
  decode: readKeyRange
}

export interface BatchScanRegionsRequest {
  header: RequestHeader | undefined
  needBuckets: boolean
  ranges: KeyRange[]
  limit: number
  containAllKeyRange: boolean
}

function makeBatchScanRegionsRequest(partial: Partial<BatchScanRegionsRequest> = {}): BatchScanRegionsRequest {
  return {
    header: partial.header,
    needBuckets: partial.needBuckets ?? false,
    ranges: partial.ranges ?? [],
    limit: partial.limit ?? 0,
    containAllKeyRange: partial.containAllKeyRange ?? false
  }
}

export function writeBatchScanRegionsRequest(m: BatchScanRegionsRequest, w: Writer): void {
  if (m.containAllKeyRange) {
    w.bool(m.containAllKeyRange)
    w.tag(40)
  }
  if (m.limit !== 0) {
    w.int32(m.limit)
    w.tag(32)
  }
  for (let i = m.ranges.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKeyRange(m.ranges[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.needBuckets) {
    w.bool(m.needBuckets)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBatchScanRegionsRequest(r: Reader, end: number): BatchScanRegionsRequest {
  const m: BatchScanRegionsRequest = {
    header: undefined,
    needBuckets: false,
    ranges: [],
    limit: 0,
    containAllKeyRange: false
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
      case 16:
        m.needBuckets = r.bool()
        break
      case 26: {
        const to = r.enter()
        m.ranges.push(readKeyRange(r, to))
        r.leave(to)
        break
      }
      case 32:
        m.limit = r.int32()
        break
      case 40:
        m.containAllKeyRange = r.bool()
        break
      default:
        r.unknown(tag, "pdpb.BatchScanRegionsRequest", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const BatchScanRegionsRequest: Codec<BatchScanRegionsRequest> = {
  name: "pdpb.BatchScanRegionsRequest",
  create: makeBatchScanRegionsRequest,
  encode: writeBatchScanRegionsRequest,
  decode: readBatchScanRegionsRequest
}

export interface BatchScanRegionsResponse {
  header: ResponseHeader | undefined
  regions: Region[]
}

function makeBatchScanRegionsResponse(partial: Partial<BatchScanRegionsResponse> = {}): BatchScanRegionsResponse {
  return {
    header: partial.header,
    regions: partial.regions ?? []
  }
}

export function writeBatchScanRegionsResponse(m: BatchScanRegionsResponse, w: Writer): void {
  for (let i = m.regions.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeRegion(m.regions[i]!, w)
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

export function readBatchScanRegionsResponse(r: Reader, end: number): BatchScanRegionsResponse {
  const m: BatchScanRegionsResponse = {
    header: undefined,
    regions: []
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
        m.regions.push(readRegion(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.BatchScanRegionsResponse", [1, 2])
    }
  }
  return m
}

export const BatchScanRegionsResponse: Codec<BatchScanRegionsResponse> = {
  name: "pdpb.BatchScanRegionsResponse",
  create: makeBatchScanRegionsResponse,
  encode: writeBatchScanRegionsResponse,
  decode: readBatchScanRegionsResponse
}

export interface GetClusterConfigRequest {
  header: RequestHeader | undefined
}

function makeGetClusterConfigRequest(partial: Partial<GetClusterConfigRequest> = {}): GetClusterConfigRequest {
  return {
    header: partial.header
  }
}

export function writeGetClusterConfigRequest(m: GetClusterConfigRequest, w: Writer): void {
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetClusterConfigRequest(r: Reader, end: number): GetClusterConfigRequest {
  const m: GetClusterConfigRequest = {
    header: undefined
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
      default:
        r.unknown(tag, "pdpb.GetClusterConfigRequest", [1])
    }
  }
  return m
}

export const GetClusterConfigRequest: Codec<GetClusterConfigRequest> = {
  name: "pdpb.GetClusterConfigRequest",
  create: makeGetClusterConfigRequest,
  encode: writeGetClusterConfigRequest,
  decode: readGetClusterConfigRequest
}

export interface GetClusterConfigResponse {
  header: ResponseHeader | undefined
  cluster: metapb.Cluster | undefined
}

function makeGetClusterConfigResponse(partial: Partial<GetClusterConfigResponse> = {}): GetClusterConfigResponse {
  return {
    header: partial.header,
    cluster: partial.cluster
  }
}

export function writeGetClusterConfigResponse(m: GetClusterConfigResponse, w: Writer): void {
  if (m.cluster !== undefined) {
    const start = w.mark()
    metapb.writeCluster(m.cluster, w)
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

export function readGetClusterConfigResponse(r: Reader, end: number): GetClusterConfigResponse {
  const m: GetClusterConfigResponse = {
    header: undefined,
    cluster: undefined
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
        m.cluster = metapb.readCluster(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.GetClusterConfigResponse", [1, 2])
    }
  }
  return m
}

export const GetClusterConfigResponse: Codec<GetClusterConfigResponse> = {
  name: "pdpb.GetClusterConfigResponse",
  create: makeGetClusterConfigResponse,
  encode: writeGetClusterConfigResponse,
  decode: readGetClusterConfigResponse
}

export interface PutClusterConfigRequest {
  header: RequestHeader | undefined
  cluster: metapb.Cluster | undefined
}

function makePutClusterConfigRequest(partial: Partial<PutClusterConfigRequest> = {}): PutClusterConfigRequest {
  return {
    header: partial.header,
    cluster: partial.cluster
  }
}

export function writePutClusterConfigRequest(m: PutClusterConfigRequest, w: Writer): void {
  if (m.cluster !== undefined) {
    const start = w.mark()
    metapb.writeCluster(m.cluster, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPutClusterConfigRequest(r: Reader, end: number): PutClusterConfigRequest {
  const m: PutClusterConfigRequest = {
    header: undefined,
    cluster: undefined
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
      case 18: {
        const to = r.enter()
        m.cluster = metapb.readCluster(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.PutClusterConfigRequest", [1, 2])
    }
  }
  return m
}

export const PutClusterConfigRequest: Codec<PutClusterConfigRequest> = {
  name: "pdpb.PutClusterConfigRequest",
  create: makePutClusterConfigRequest,
  encode: writePutClusterConfigRequest,
  decode: readPutClusterConfigRequest
}

export interface PutClusterConfigResponse {
  header: ResponseHeader | undefined
}

function makePutClusterConfigResponse(partial: Partial<PutClusterConfigResponse> = {}): PutClusterConfigResponse {
  return {
    header: partial.header
  }
}

export function writePutClusterConfigResponse(m: PutClusterConfigResponse, w: Writer): void {
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPutClusterConfigResponse(r: Reader, end: number): PutClusterConfigResponse {
  const m: PutClusterConfigResponse = {
    header: undefined
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
      default:
        r.unknown(tag, "pdpb.PutClusterConfigResponse", [1])
    }
  }
  return m
}

export const PutClusterConfigResponse: Codec<PutClusterConfigResponse> = {
  name: "pdpb.PutClusterConfigResponse",
  create: makePutClusterConfigResponse,
  encode: writePutClusterConfigResponse,
  decode: readPutClusterConfigResponse
}

export interface Member {
  name: string
  memberId: number
  peerUrls: string[]
  clientUrls: string[]
  leaderPriority: number
  deployPath: string
  binaryVersion: string
  gitHash: string
  dcLocation: string
}

function makeMember(partial: Partial<Member> = {}): Member {
  return {
    name: partial.name ?? "",
    memberId: partial.memberId ?? 0,
    peerUrls: partial.peerUrls ?? [],
    clientUrls: partial.clientUrls ?? [],
    leaderPriority: partial.leaderPriority ?? 0,
    deployPath: partial.deployPath ?? "",
    binaryVersion: partial.binaryVersion ?? "",
    gitHash: partial.gitHash ?? "",
    dcLocation: partial.dcLocation ?? ""
  }
}

export function writeMember(m: Member, w: Writer): void {
  if (m.dcLocation !== "") {
    w.string(m.dcLocation)
    w.tag(74)
  }
  if (m.gitHash !== "") {
    w.string(m.gitHash)
    w.tag(66)
  }
  if (m.binaryVersion !== "") {
    w.string(m.binaryVersion)
    w.tag(58)
  }
  if (m.deployPath !== "") {
    w.string(m.deployPath)
    w.tag(50)
  }
  if (m.leaderPriority !== 0) {
    w.int32(m.leaderPriority)
    w.tag(40)
  }
  for (let i = m.clientUrls.length - 1; i >= 0; i--) {
    w.string(m.clientUrls[i]!)
    w.tag(34)
  }
  for (let i = m.peerUrls.length - 1; i >= 0; i--) {
    w.string(m.peerUrls[i]!)
    w.tag(26)
  }
  if (m.memberId !== 0) {
    w.uint53(m.memberId)
    w.tag(16)
  }
  if (m.name !== "") {
    w.string(m.name)
    w.tag(10)
  }
}

export function readMember(r: Reader, end: number): Member {
  const m: Member = {
    name: "",
    memberId: 0,
    peerUrls: [],
    clientUrls: [],
    leaderPriority: 0,
    deployPath: "",
    binaryVersion: "",
    gitHash: "",
    dcLocation: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.name = r.string()
        break
      case 16:
        m.memberId = r.uint53()
        break
      case 26:
        m.peerUrls.push(r.string())
        break
      case 34:
        m.clientUrls.push(r.string())
        break
      case 40:
        m.leaderPriority = r.int32()
        break
      case 50:
        m.deployPath = r.string()
        break
      case 58:
        m.binaryVersion = r.string()
        break
      case 66:
        m.gitHash = r.string()
        break
      case 74:
        m.dcLocation = r.string()
        break
      default:
        r.unknown(tag, "pdpb.Member", [1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
  }
  return m
}

export const Member: Codec<Member> = {
  name: "pdpb.Member",
  create: makeMember,
  encode: writeMember,
  decode: readMember
}

export interface GetMembersRequest {
  header: RequestHeader | undefined
}

function makeGetMembersRequest(partial: Partial<GetMembersRequest> = {}): GetMembersRequest {
  return {
    header: partial.header
  }
}

export function writeGetMembersRequest(m: GetMembersRequest, w: Writer): void {
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetMembersRequest(r: Reader, end: number): GetMembersRequest {
  const m: GetMembersRequest = {
    header: undefined
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
      default:
        r.unknown(tag, "pdpb.GetMembersRequest", [1])
    }
  }
  return m
}

export const GetMembersRequest: Codec<GetMembersRequest> = {
  name: "pdpb.GetMembersRequest",
  create: makeGetMembersRequest,
  encode: writeGetMembersRequest,
  decode: readGetMembersRequest
}

export interface GetMembersResponse {
  header: ResponseHeader | undefined
  members: Member[]
  leader: Member | undefined
  etcdLeader: Member | undefined
  tsoAllocatorLeaders: Map<string, Member>
}

function makeGetMembersResponse(partial: Partial<GetMembersResponse> = {}): GetMembersResponse {
  return {
    header: partial.header,
    members: partial.members ?? [],
    leader: partial.leader,
    etcdLeader: partial.etcdLeader,
    tsoAllocatorLeaders: partial.tsoAllocatorLeaders ?? new Map()
  }
}

export function writeGetMembersResponse(m: GetMembersResponse, w: Writer): void {
  if (m.tsoAllocatorLeaders.size > 0) {
    for (const [k, v] of [...m.tsoAllocatorLeaders].reverse()) {
      const entry = w.mark()
      const start = w.mark()
      writeMember(v, w)
      w.lengthSince(start)
      w.tag(18)
      w.string(k)
      w.tag(10)
      w.lengthSince(entry)
      w.tag(42)
    }
  }
  if (m.etcdLeader !== undefined) {
    const start = w.mark()
    writeMember(m.etcdLeader, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.leader !== undefined) {
    const start = w.mark()
    writeMember(m.leader, w)
    w.lengthSince(start)
    w.tag(26)
  }
  for (let i = m.members.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeMember(m.members[i]!, w)
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

export function readGetMembersResponse(r: Reader, end: number): GetMembersResponse {
  const m: GetMembersResponse = {
    header: undefined,
    members: [],
    leader: undefined,
    etcdLeader: undefined,
    tsoAllocatorLeaders: new Map()
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
        m.members.push(readMember(r, to))
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.leader = readMember(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.etcdLeader = readMember(r, to)
        r.leave(to)
        break
      }
      case 42: {
        const entryEnd = r.enter()
        let k: string = ""
        let v: Member = Member.create()
        while (r.pos < entryEnd) {
          const tag = r.tag()
          switch (tag) {
            case 10:
              k = r.string()
              break
            case 18: {
              const to = r.enter()
              v = readMember(r, to)
              r.leave(to)
              break
            }
            default:
              r.unknown(tag, "pdpb.GetMembersResponse.tso_allocator_leaders", [1, 2])
          }
        }
        r.leave(entryEnd)
        m.tsoAllocatorLeaders.set(k, v)
        break
      }
      default:
        r.unknown(tag, "pdpb.GetMembersResponse", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const GetMembersResponse: Codec<GetMembersResponse> = {
  name: "pdpb.GetMembersResponse",
  create: makeGetMembersResponse,
  encode: writeGetMembersResponse,
  decode: readGetMembersResponse
}

export interface GetClusterInfoRequest {
  header: ResponseHeader | undefined
}

function makeGetClusterInfoRequest(partial: Partial<GetClusterInfoRequest> = {}): GetClusterInfoRequest {
  return {
    header: partial.header
  }
}

export function writeGetClusterInfoRequest(m: GetClusterInfoRequest, w: Writer): void {
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetClusterInfoRequest(r: Reader, end: number): GetClusterInfoRequest {
  const m: GetClusterInfoRequest = {
    header: undefined
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
      default:
        r.unknown(tag, "pdpb.GetClusterInfoRequest", [1])
    }
  }
  return m
}

export const GetClusterInfoRequest: Codec<GetClusterInfoRequest> = {
  name: "pdpb.GetClusterInfoRequest",
  create: makeGetClusterInfoRequest,
  encode: writeGetClusterInfoRequest,
  decode: readGetClusterInfoRequest
}

export interface GetClusterInfoResponse {
  header: ResponseHeader | undefined
  serviceModes: ServiceMode[]
  tsoUrls: string[]
}

function makeGetClusterInfoResponse(partial: Partial<GetClusterInfoResponse> = {}): GetClusterInfoResponse {
  return {
    header: partial.header,
    serviceModes: partial.serviceModes ?? [],
    tsoUrls: partial.tsoUrls ?? []
  }
}

export function writeGetClusterInfoResponse(m: GetClusterInfoResponse, w: Writer): void {
  for (let i = m.tsoUrls.length - 1; i >= 0; i--) {
    w.string(m.tsoUrls[i]!)
    w.tag(26)
  }
  if (m.serviceModes.length > 0) {
    const list = w.mark()
    for (let i = m.serviceModes.length - 1; i >= 0; i--) w.int32(m.serviceModes[i]!)
    w.lengthSince(list)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetClusterInfoResponse(r: Reader, end: number): GetClusterInfoResponse {
  const m: GetClusterInfoResponse = {
    header: undefined,
    serviceModes: [],
    tsoUrls: []
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
      case 16:
        m.serviceModes.push(r.int32())
        break
      case 18: {
        const to = r.enterPacked()
        while (r.pos < to) m.serviceModes.push(r.int32())
        r.leavePacked(to)
        break
      }
      case 26:
        m.tsoUrls.push(r.string())
        break
      default:
        r.unknown(tag, "pdpb.GetClusterInfoResponse", [1, 2, 3])
    }
  }
  return m
}

export const GetClusterInfoResponse: Codec<GetClusterInfoResponse> = {
  name: "pdpb.GetClusterInfoResponse",
  create: makeGetClusterInfoResponse,
  encode: writeGetClusterInfoResponse,
  decode: readGetClusterInfoResponse
}

export interface PeerStats {
  peer: metapb.Peer | undefined
  downSeconds: number
}

function makePeerStats(partial: Partial<PeerStats> = {}): PeerStats {
  return {
    peer: partial.peer,
    downSeconds: partial.downSeconds ?? 0
  }
}

export function writePeerStats(m: PeerStats, w: Writer): void {
  if (m.downSeconds !== 0) {
    w.uint53(m.downSeconds)
    w.tag(16)
  }
  if (m.peer !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.peer, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPeerStats(r: Reader, end: number): PeerStats {
  const m: PeerStats = {
    peer: undefined,
    downSeconds: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.peer = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.downSeconds = r.uint53()
        break
      default:
        r.unknown(tag, "pdpb.PeerStats", [1, 2])
    }
  }
  return m
}

export const PeerStats: Codec<PeerStats> = {
  name: "pdpb.PeerStats",
  create: makePeerStats,
  encode: writePeerStats,
  decode: readPeerStats
}

export interface RegionHeartbeatRequest {
  header: RequestHeader | undefined
  region: metapb.Region | undefined
  leader: metapb.Peer | undefined
  downPeers: PeerStats[]
  pendingPeers: metapb.Peer[]
  bytesWritten: number
  bytesRead: number
  keysWritten: number
  keysRead: number
  approximateSize: number
  interval: TimeInterval | undefined
  approximateKeys: number
  term: number
  replicationStatus: replication_modepb.RegionReplicationStatus | undefined
  queryStats: QueryStats | undefined
  /** @deprecated */
  cpuUsage: number
  cpuStats: CPUStats | undefined
  approximateKvSize: number
  approximateColumnarKvSize: number
  bucketMeta: metapb.BucketMeta | undefined
}

function makeRegionHeartbeatRequest(partial: Partial<RegionHeartbeatRequest> = {}): RegionHeartbeatRequest {
  return {
    header: partial.header,
    region: partial.region,
    leader: partial.leader,
    downPeers: partial.downPeers ?? [],
    pendingPeers: partial.pendingPeers ?? [],
    bytesWritten: partial.bytesWritten ?? 0,
    bytesRead: partial.bytesRead ?? 0,
    keysWritten: partial.keysWritten ?? 0,
    keysRead: partial.keysRead ?? 0,
    approximateSize: partial.approximateSize ?? 0,
    interval: partial.interval,
    approximateKeys: partial.approximateKeys ?? 0,
    term: partial.term ?? 0,
    replicationStatus: partial.replicationStatus,
    queryStats: partial.queryStats,
    cpuUsage: partial.cpuUsage ?? 0,
    cpuStats: partial.cpuStats,
    approximateKvSize: partial.approximateKvSize ?? 0,
    approximateColumnarKvSize: partial.approximateColumnarKvSize ?? 0,
    bucketMeta: partial.bucketMeta
  }
}

export function writeRegionHeartbeatRequest(m: RegionHeartbeatRequest, w: Writer): void {
  if (m.cpuStats !== undefined) {
    const start = w.mark()
    writeCPUStats(m.cpuStats, w)
    w.lengthSince(start)
    w.tag(170)
  }
  if (m.bucketMeta !== undefined) {
    const start = w.mark()
    metapb.writeBucketMeta(m.bucketMeta, w)
    w.lengthSince(start)
    w.tag(162)
  }
  if (m.approximateColumnarKvSize !== 0) {
    w.uint53(m.approximateColumnarKvSize)
    w.tag(152)
  }
  if (m.approximateKvSize !== 0) {
    w.uint53(m.approximateKvSize)
    w.tag(144)
  }
  if (m.cpuUsage !== 0) {
    w.uint53(m.cpuUsage)
    w.tag(136)
  }
  if (m.queryStats !== undefined) {
    const start = w.mark()
    writeQueryStats(m.queryStats, w)
    w.lengthSince(start)
    w.tag(130)
  }
  if (m.replicationStatus !== undefined) {
    const start = w.mark()
    replication_modepb.writeRegionReplicationStatus(m.replicationStatus, w)
    w.lengthSince(start)
    w.tag(122)
  }
  if (m.term !== 0) {
    w.uint53(m.term)
    w.tag(112)
  }
  if (m.approximateKeys !== 0) {
    w.uint53(m.approximateKeys)
    w.tag(104)
  }
  if (m.interval !== undefined) {
    const start = w.mark()
    writeTimeInterval(m.interval, w)
    w.lengthSince(start)
    w.tag(98)
  }
  if (m.approximateSize !== 0) {
    w.uint53(m.approximateSize)
    w.tag(80)
  }
  if (m.keysRead !== 0) {
    w.uint53(m.keysRead)
    w.tag(72)
  }
  if (m.keysWritten !== 0) {
    w.uint53(m.keysWritten)
    w.tag(64)
  }
  if (m.bytesRead !== 0) {
    w.uint53(m.bytesRead)
    w.tag(56)
  }
  if (m.bytesWritten !== 0) {
    w.uint53(m.bytesWritten)
    w.tag(48)
  }
  for (let i = m.pendingPeers.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writePeer(m.pendingPeers[i]!, w)
    w.lengthSince(start)
    w.tag(42)
  }
  for (let i = m.downPeers.length - 1; i >= 0; i--) {
    const start = w.mark()
    writePeerStats(m.downPeers[i]!, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.leader !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.leader, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.region !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.region, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRegionHeartbeatRequest(r: Reader, end: number): RegionHeartbeatRequest {
  const m: RegionHeartbeatRequest = {
    header: undefined,
    region: undefined,
    leader: undefined,
    downPeers: [],
    pendingPeers: [],
    bytesWritten: 0,
    bytesRead: 0,
    keysWritten: 0,
    keysRead: 0,
    approximateSize: 0,
    interval: undefined,
    approximateKeys: 0,
    term: 0,
    replicationStatus: undefined,
    queryStats: undefined,
    cpuUsage: 0,
    cpuStats: undefined,
    approximateKvSize: 0,
    approximateColumnarKvSize: 0,
    bucketMeta: undefined
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
      case 18: {
        const to = r.enter()
        m.region = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.leader = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.downPeers.push(readPeerStats(r, to))
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.pendingPeers.push(metapb.readPeer(r, to))
        r.leave(to)
        break
      }
      case 48:
        m.bytesWritten = r.uint53()
        break
      case 56:
        m.bytesRead = r.uint53()
        break
      case 64:
        m.keysWritten = r.uint53()
        break
      case 72:
        m.keysRead = r.uint53()
        break
      case 80:
        m.approximateSize = r.uint53()
        break
      case 98: {
        const to = r.enter()
        m.interval = readTimeInterval(r, to)
        r.leave(to)
        break
      }
      case 104:
        m.approximateKeys = r.uint53()
        break
      case 112:
        m.term = r.uint53()
        break
      case 122: {
        const to = r.enter()
        m.replicationStatus = replication_modepb.readRegionReplicationStatus(r, to)
        r.leave(to)
        break
      }
      case 130: {
        const to = r.enter()
        m.queryStats = readQueryStats(r, to)
        r.leave(to)
        break
      }
      case 136:
        m.cpuUsage = r.uint53()
        break
      case 170: {
        const to = r.enter()
        m.cpuStats = readCPUStats(r, to)
        r.leave(to)
        break
      }
      case 144:
        m.approximateKvSize = r.uint53()
        break
      case 152:
        m.approximateColumnarKvSize = r.uint53()
        break
      case 162: {
        const to = r.enter()
        m.bucketMeta = metapb.readBucketMeta(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.RegionHeartbeatRequest", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21])
    }
  }
  return m
}

export const RegionHeartbeatRequest: Codec<RegionHeartbeatRequest> = {
  name: "pdpb.RegionHeartbeatRequest",
  create: makeRegionHeartbeatRequest,
  encode: writeRegionHeartbeatRequest,
  decode: readRegionHeartbeatRequest
}

export interface ChangePeer {
  peer: metapb.Peer | undefined
  changeType: eraftpb.ConfChangeType
}

function makeChangePeer(partial: Partial<ChangePeer> = {}): ChangePeer {
  return {
    peer: partial.peer,
    changeType: partial.changeType ?? 0
  }
}

export function writeChangePeer(m: ChangePeer, w: Writer): void {
  if (m.changeType !== 0) {
    w.int32(m.changeType)
    w.tag(16)
  }
  if (m.peer !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.peer, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readChangePeer(r: Reader, end: number): ChangePeer {
  const m: ChangePeer = {
    peer: undefined,
    changeType: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.peer = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.changeType = r.int32()
        break
      default:
        r.unknown(tag, "pdpb.ChangePeer", [1, 2])
    }
  }
  return m
}

export const ChangePeer: Codec<ChangePeer> = {
  name: "pdpb.ChangePeer",
  create: makeChangePeer,
  encode: writeChangePeer,
  decode: readChangePeer
}

export interface ChangePeerV2 {
  changes: ChangePeer[]
}

function makeChangePeerV2(partial: Partial<ChangePeerV2> = {}): ChangePeerV2 {
  return {
    changes: partial.changes ?? []
  }
}

export function writeChangePeerV2(m: ChangePeerV2, w: Writer): void {
  for (let i = m.changes.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeChangePeer(m.changes[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readChangePeerV2(r: Reader, end: number): ChangePeerV2 {
  const m: ChangePeerV2 = {
    changes: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.changes.push(readChangePeer(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.ChangePeerV2", [1])
    }
  }
  return m
}

export const ChangePeerV2: Codec<ChangePeerV2> = {
  name: "pdpb.ChangePeerV2",
  create: makeChangePeerV2,
  encode: writeChangePeerV2,
  decode: readChangePeerV2
}

export interface TransferLeader {
  peer: metapb.Peer | undefined
  peers: metapb.Peer[]
}

function makeTransferLeader(partial: Partial<TransferLeader> = {}): TransferLeader {
  return {
    peer: partial.peer,
    peers: partial.peers ?? []
  }
}

export function writeTransferLeader(m: TransferLeader, w: Writer): void {
  for (let i = m.peers.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writePeer(m.peers[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.peer !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.peer, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readTransferLeader(r: Reader, end: number): TransferLeader {
  const m: TransferLeader = {
    peer: undefined,
    peers: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.peer = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.peers.push(metapb.readPeer(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.TransferLeader", [1, 2])
    }
  }
  return m
}

export const TransferLeader: Codec<TransferLeader> = {
  name: "pdpb.TransferLeader",
  create: makeTransferLeader,
  encode: writeTransferLeader,
  decode: readTransferLeader
}

export interface Merge {
  target: metapb.Region | undefined
}

function makeMerge(partial: Partial<Merge> = {}): Merge {
  return {
    target: partial.target
  }
}

export function writeMerge(m: Merge, w: Writer): void {
  if (m.target !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.target, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readMerge(r: Reader, end: number): Merge {
  const m: Merge = {
    target: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.target = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.Merge", [1])
    }
  }
  return m
}

export const Merge: Codec<Merge> = {
  name: "pdpb.Merge",
  create: makeMerge,
  encode: writeMerge,
  decode: readMerge
}

export interface SplitRegion {
  policy: CheckPolicy
  keys: Uint8Array[]
}

function makeSplitRegion(partial: Partial<SplitRegion> = {}): SplitRegion {
  return {
    policy: partial.policy ?? 0,
    keys: partial.keys ?? []
  }
}

export function writeSplitRegion(m: SplitRegion, w: Writer): void {
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(18)
  }
  if (m.policy !== 0) {
    w.int32(m.policy)
    w.tag(8)
  }
}

export function readSplitRegion(r: Reader, end: number): SplitRegion {
  const m: SplitRegion = {
    policy: 0,
    keys: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.policy = r.int32()
        break
      case 18:
        m.keys.push(r.bytes())
        break
      default:
        r.unknown(tag, "pdpb.SplitRegion", [1, 2])
    }
  }
  return m
}

export const SplitRegion: Codec<SplitRegion> = {
  name: "pdpb.SplitRegion",
  create: makeSplitRegion,
  encode: writeSplitRegion,
  decode: readSplitRegion
}

export interface SwitchWitness {
  peerId: number
  isWitness: boolean
}

function makeSwitchWitness(partial: Partial<SwitchWitness> = {}): SwitchWitness {
  return {
    peerId: partial.peerId ?? 0,
    isWitness: partial.isWitness ?? false
  }
}

export function writeSwitchWitness(m: SwitchWitness, w: Writer): void {
  if (m.isWitness) {
    w.bool(m.isWitness)
    w.tag(16)
  }
  if (m.peerId !== 0) {
    w.uint53(m.peerId)
    w.tag(8)
  }
}

export function readSwitchWitness(r: Reader, end: number): SwitchWitness {
  const m: SwitchWitness = {
    peerId: 0,
    isWitness: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.peerId = r.uint53()
        break
      case 16:
        m.isWitness = r.bool()
        break
      default:
        r.unknown(tag, "pdpb.SwitchWitness", [1, 2])
    }
  }
  return m
}

export const SwitchWitness: Codec<SwitchWitness> = {
  name: "pdpb.SwitchWitness",
  create: makeSwitchWitness,
  encode: writeSwitchWitness,
  decode: readSwitchWitness
}

export interface BatchSwitchWitness {
  switchWitnesses: SwitchWitness[]
}

function makeBatchSwitchWitness(partial: Partial<BatchSwitchWitness> = {}): BatchSwitchWitness {
  return {
    switchWitnesses: partial.switchWitnesses ?? []
  }
}

export function writeBatchSwitchWitness(m: BatchSwitchWitness, w: Writer): void {
  for (let i = m.switchWitnesses.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeSwitchWitness(m.switchWitnesses[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBatchSwitchWitness(r: Reader, end: number): BatchSwitchWitness {
  const m: BatchSwitchWitness = {
    switchWitnesses: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.switchWitnesses.push(readSwitchWitness(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.BatchSwitchWitness", [1])
    }
  }
  return m
}

export const BatchSwitchWitness: Codec<BatchSwitchWitness> = {
  name: "pdpb.BatchSwitchWitness",
  create: makeBatchSwitchWitness,
  encode: writeBatchSwitchWitness,
  decode: readBatchSwitchWitness
}

export interface ChangeSplit {
  autoSplitEnabled: boolean
}

function makeChangeSplit(partial: Partial<ChangeSplit> = {}): ChangeSplit {
  return {
    autoSplitEnabled: partial.autoSplitEnabled ?? false
  }
}

export function writeChangeSplit(m: ChangeSplit, w: Writer): void {
  if (m.autoSplitEnabled) {
    w.bool(m.autoSplitEnabled)
    w.tag(8)
  }
}

export function readChangeSplit(r: Reader, end: number): ChangeSplit {
  const m: ChangeSplit = {
    autoSplitEnabled: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.autoSplitEnabled = r.bool()
        break
      default:
        r.unknown(tag, "pdpb.ChangeSplit", [1])
    }
  }
  return m
}

export const ChangeSplit: Codec<ChangeSplit> = {
  name: "pdpb.ChangeSplit",
  create: makeChangeSplit,
  encode: writeChangeSplit,
  decode: readChangeSplit
}

export interface RegionHeartbeatResponse {
  header: ResponseHeader | undefined
  changePeer: ChangePeer | undefined
  transferLeader: TransferLeader | undefined
  regionId: number
  regionEpoch: metapb.RegionEpoch | undefined
  targetPeer: metapb.Peer | undefined
  merge: Merge | undefined
  splitRegion: SplitRegion | undefined
  changePeerV2: ChangePeerV2 | undefined
  switchWitnesses: BatchSwitchWitness | undefined
  changeSplit: ChangeSplit | undefined
}

function makeRegionHeartbeatResponse(partial: Partial<RegionHeartbeatResponse> = {}): RegionHeartbeatResponse {
  return {
    header: partial.header,
    changePeer: partial.changePeer,
    transferLeader: partial.transferLeader,
    regionId: partial.regionId ?? 0,
    regionEpoch: partial.regionEpoch,
    targetPeer: partial.targetPeer,
    merge: partial.merge,
    splitRegion: partial.splitRegion,
    changePeerV2: partial.changePeerV2,
    switchWitnesses: partial.switchWitnesses,
    changeSplit: partial.changeSplit
  }
}

export function writeRegionHeartbeatResponse(m: RegionHeartbeatResponse, w: Writer): void {
  if (m.changeSplit !== undefined) {
    const start = w.mark()
    writeChangeSplit(m.changeSplit, w)
    w.lengthSince(start)
    w.tag(90)
  }
  if (m.switchWitnesses !== undefined) {
    const start = w.mark()
    writeBatchSwitchWitness(m.switchWitnesses, w)
    w.lengthSince(start)
    w.tag(82)
  }
  if (m.changePeerV2 !== undefined) {
    const start = w.mark()
    writeChangePeerV2(m.changePeerV2, w)
    w.lengthSince(start)
    w.tag(74)
  }
  if (m.splitRegion !== undefined) {
    const start = w.mark()
    writeSplitRegion(m.splitRegion, w)
    w.lengthSince(start)
    w.tag(66)
  }
  if (m.merge !== undefined) {
    const start = w.mark()
    writeMerge(m.merge, w)
    w.lengthSince(start)
    w.tag(58)
  }
  if (m.targetPeer !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.targetPeer, w)
    w.lengthSince(start)
    w.tag(50)
  }
  if (m.regionEpoch !== undefined) {
    const start = w.mark()
    metapb.writeRegionEpoch(m.regionEpoch, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(32)
  }
  if (m.transferLeader !== undefined) {
    const start = w.mark()
    writeTransferLeader(m.transferLeader, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.changePeer !== undefined) {
    const start = w.mark()
    writeChangePeer(m.changePeer, w)
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

export function readRegionHeartbeatResponse(r: Reader, end: number): RegionHeartbeatResponse {
  const m: RegionHeartbeatResponse = {
    header: undefined,
    changePeer: undefined,
    transferLeader: undefined,
    regionId: 0,
    regionEpoch: undefined,
    targetPeer: undefined,
    merge: undefined,
    splitRegion: undefined,
    changePeerV2: undefined,
    switchWitnesses: undefined,
    changeSplit: undefined
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
        m.changePeer = readChangePeer(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.transferLeader = readTransferLeader(r, to)
        r.leave(to)
        break
      }
      case 32:
        m.regionId = r.uint53()
        break
      case 42: {
        const to = r.enter()
        m.regionEpoch = metapb.readRegionEpoch(r, to)
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.targetPeer = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.merge = readMerge(r, to)
        r.leave(to)
        break
      }
      case 66: {
        const to = r.enter()
        m.splitRegion = readSplitRegion(r, to)
        r.leave(to)
        break
      }
      case 74: {
        const to = r.enter()
        m.changePeerV2 = readChangePeerV2(r, to)
        r.leave(to)
        break
      }
      case 82: {
        const to = r.enter()
        m.switchWitnesses = readBatchSwitchWitness(r, to)
        r.leave(to)
        break
      }
      case 90: {
        const to = r.enter()
        m.changeSplit = readChangeSplit(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.RegionHeartbeatResponse", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    }
  }
  return m
}

export const RegionHeartbeatResponse: Codec<RegionHeartbeatResponse> = {
  name: "pdpb.RegionHeartbeatResponse",
  create: makeRegionHeartbeatResponse,
  encode: writeRegionHeartbeatResponse,
  decode: readRegionHeartbeatResponse
}

export interface AskSplitRequest {
  header: RequestHeader | undefined
  region: metapb.Region | undefined
}

function makeAskSplitRequest(partial: Partial<AskSplitRequest> = {}): AskSplitRequest {
  return {
    header: partial.header,
    region: partial.region
  }
}

export function writeAskSplitRequest(m: AskSplitRequest, w: Writer): void {
  if (m.region !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.region, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readAskSplitRequest(r: Reader, end: number): AskSplitRequest {
  const m: AskSplitRequest = {
    header: undefined,
    region: undefined
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
      case 18: {
        const to = r.enter()
        m.region = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.AskSplitRequest", [1, 2])
    }
  }
  return m
}

export const AskSplitRequest: Codec<AskSplitRequest> = {
  name: "pdpb.AskSplitRequest",
  create: makeAskSplitRequest,
  encode: writeAskSplitRequest,
  decode: readAskSplitRequest
}

export interface AskSplitResponse {
  header: ResponseHeader | undefined
  newRegionId: number
  newPeerIds: number[]
}

function makeAskSplitResponse(partial: Partial<AskSplitResponse> = {}): AskSplitResponse {
  return {
    header: partial.header,
    newRegionId: partial.newRegionId ?? 0,
    newPeerIds: partial.newPeerIds ?? []
  }
}

export function writeAskSplitResponse(m: AskSplitResponse, w: Writer): void {
  if (m.newPeerIds.length > 0) {
    const list = w.mark()
    for (let i = m.newPeerIds.length - 1; i >= 0; i--) w.uint53(m.newPeerIds[i]!)
    w.lengthSince(list)
    w.tag(26)
  }
  if (m.newRegionId !== 0) {
    w.uint53(m.newRegionId)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readAskSplitResponse(r: Reader, end: number): AskSplitResponse {
  const m: AskSplitResponse = {
    header: undefined,
    newRegionId: 0,
    newPeerIds: []
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
      case 16:
        m.newRegionId = r.uint53()
        break
      case 24:
        m.newPeerIds.push(r.uint53())
        break
      case 26: {
        const to = r.enterPacked()
        while (r.pos < to) m.newPeerIds.push(r.uint53())
        r.leavePacked(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.AskSplitResponse", [1, 2, 3])
    }
  }
  return m
}

export const AskSplitResponse: Codec<AskSplitResponse> = {
  name: "pdpb.AskSplitResponse",
  create: makeAskSplitResponse,
  encode: writeAskSplitResponse,
  decode: readAskSplitResponse
}

export interface ReportSplitRequest {
  header: RequestHeader | undefined
  left: metapb.Region | undefined
  right: metapb.Region | undefined
}

function makeReportSplitRequest(partial: Partial<ReportSplitRequest> = {}): ReportSplitRequest {
  return {
    header: partial.header,
    left: partial.left,
    right: partial.right
  }
}

export function writeReportSplitRequest(m: ReportSplitRequest, w: Writer): void {
  if (m.right !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.right, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.left !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.left, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readReportSplitRequest(r: Reader, end: number): ReportSplitRequest {
  const m: ReportSplitRequest = {
    header: undefined,
    left: undefined,
    right: undefined
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
      case 18: {
        const to = r.enter()
        m.left = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.right = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.ReportSplitRequest", [1, 2, 3])
    }
  }
  return m
}

export const ReportSplitRequest: Codec<ReportSplitRequest> = {
  name: "pdpb.ReportSplitRequest",
  create: makeReportSplitRequest,
  encode: writeReportSplitRequest,
  decode: readReportSplitRequest
}

export interface ReportSplitResponse {
  header: ResponseHeader | undefined
}

function makeReportSplitResponse(partial: Partial<ReportSplitResponse> = {}): ReportSplitResponse {
  return {
    header: partial.header
  }
}

export function writeReportSplitResponse(m: ReportSplitResponse, w: Writer): void {
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readReportSplitResponse(r: Reader, end: number): ReportSplitResponse {
  const m: ReportSplitResponse = {
    header: undefined
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
      default:
        r.unknown(tag, "pdpb.ReportSplitResponse", [1])
    }
  }
  return m
}

export const ReportSplitResponse: Codec<ReportSplitResponse> = {
  name: "pdpb.ReportSplitResponse",
  create: makeReportSplitResponse,
  encode: writeReportSplitResponse,
  decode: readReportSplitResponse
}

export interface AskBatchSplitRequest {
  header: RequestHeader | undefined
  region: metapb.Region | undefined
  splitCount: number
  reason: SplitReason
}

function makeAskBatchSplitRequest(partial: Partial<AskBatchSplitRequest> = {}): AskBatchSplitRequest {
  return {
    header: partial.header,
    region: partial.region,
    splitCount: partial.splitCount ?? 0,
    reason: partial.reason ?? 0
  }
}

export function writeAskBatchSplitRequest(m: AskBatchSplitRequest, w: Writer): void {
  if (m.reason !== 0) {
    w.int32(m.reason)
    w.tag(32)
  }
  if (m.splitCount !== 0) {
    w.uint32(m.splitCount)
    w.tag(24)
  }
  if (m.region !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.region, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readAskBatchSplitRequest(r: Reader, end: number): AskBatchSplitRequest {
  const m: AskBatchSplitRequest = {
    header: undefined,
    region: undefined,
    splitCount: 0,
    reason: 0
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
      case 18: {
        const to = r.enter()
        m.region = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      case 24:
        m.splitCount = r.uint32()
        break
      case 32:
        m.reason = r.int32()
        break
      default:
        r.unknown(tag, "pdpb.AskBatchSplitRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const AskBatchSplitRequest: Codec<AskBatchSplitRequest> = {
  name: "pdpb.AskBatchSplitRequest",
  create: makeAskBatchSplitRequest,
  encode: writeAskBatchSplitRequest,
  decode: readAskBatchSplitRequest
}

export interface SplitID {
  newRegionId: number
  newPeerIds: number[]
}

function makeSplitID(partial: Partial<SplitID> = {}): SplitID {
  return {
    newRegionId: partial.newRegionId ?? 0,
    newPeerIds: partial.newPeerIds ?? []
  }
}

export function writeSplitID(m: SplitID, w: Writer): void {
  if (m.newPeerIds.length > 0) {
    const list = w.mark()
    for (let i = m.newPeerIds.length - 1; i >= 0; i--) w.uint53(m.newPeerIds[i]!)
    w.lengthSince(list)
    w.tag(18)
  }
  if (m.newRegionId !== 0) {
    w.uint53(m.newRegionId)
    w.tag(8)
  }
}

export function readSplitID(r: Reader, end: number): SplitID {
  const m: SplitID = {
    newRegionId: 0,
    newPeerIds: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.newRegionId = r.uint53()
        break
      case 16:
        m.newPeerIds.push(r.uint53())
        break
      case 18: {
        const to = r.enterPacked()
        while (r.pos < to) m.newPeerIds.push(r.uint53())
        r.leavePacked(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.SplitID", [1, 2])
    }
  }
  return m
}

export const SplitID: Codec<SplitID> = {
  name: "pdpb.SplitID",
  create: makeSplitID,
  encode: writeSplitID,
  decode: readSplitID
}

export interface AskBatchSplitResponse {
  header: ResponseHeader | undefined
  ids: SplitID[]
}

function makeAskBatchSplitResponse(partial: Partial<AskBatchSplitResponse> = {}): AskBatchSplitResponse {
  return {
    header: partial.header,
    ids: partial.ids ?? []
  }
}

export function writeAskBatchSplitResponse(m: AskBatchSplitResponse, w: Writer): void {
  for (let i = m.ids.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeSplitID(m.ids[i]!, w)
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

export function readAskBatchSplitResponse(r: Reader, end: number): AskBatchSplitResponse {
  const m: AskBatchSplitResponse = {
    header: undefined,
    ids: []
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
        m.ids.push(readSplitID(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.AskBatchSplitResponse", [1, 2])
    }
  }
  return m
}

export const AskBatchSplitResponse: Codec<AskBatchSplitResponse> = {
  name: "pdpb.AskBatchSplitResponse",
  create: makeAskBatchSplitResponse,
  encode: writeAskBatchSplitResponse,
  decode: readAskBatchSplitResponse
}

export interface ReportBatchSplitRequest {
  header: RequestHeader | undefined
  regions: metapb.Region[]
}

function makeReportBatchSplitRequest(partial: Partial<ReportBatchSplitRequest> = {}): ReportBatchSplitRequest {
  return {
    header: partial.header,
    regions: partial.regions ?? []
  }
}

export function writeReportBatchSplitRequest(m: ReportBatchSplitRequest, w: Writer): void {
  for (let i = m.regions.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writeRegion(m.regions[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readReportBatchSplitRequest(r: Reader, end: number): ReportBatchSplitRequest {
  const m: ReportBatchSplitRequest = {
    header: undefined,
    regions: []
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
      case 18: {
        const to = r.enter()
        m.regions.push(metapb.readRegion(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.ReportBatchSplitRequest", [1, 2])
    }
  }
  return m
}

export const ReportBatchSplitRequest: Codec<ReportBatchSplitRequest> = {
  name: "pdpb.ReportBatchSplitRequest",
  create: makeReportBatchSplitRequest,
  encode: writeReportBatchSplitRequest,
  decode: readReportBatchSplitRequest
}

export interface ReportBatchSplitResponse {
  header: ResponseHeader | undefined
}

function makeReportBatchSplitResponse(partial: Partial<ReportBatchSplitResponse> = {}): ReportBatchSplitResponse {
  return {
    header: partial.header
  }
}

export function writeReportBatchSplitResponse(m: ReportBatchSplitResponse, w: Writer): void {
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readReportBatchSplitResponse(r: Reader, end: number): ReportBatchSplitResponse {
  const m: ReportBatchSplitResponse = {
    header: undefined
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
      default:
        r.unknown(tag, "pdpb.ReportBatchSplitResponse", [1])
    }
  }
  return m
}

export const ReportBatchSplitResponse: Codec<ReportBatchSplitResponse> = {
  name: "pdpb.ReportBatchSplitResponse",
  create: makeReportBatchSplitResponse,
  encode: writeReportBatchSplitResponse,
  decode: readReportBatchSplitResponse
}

export interface TimeInterval {
  startTimestamp: number
  endTimestamp: number
}

function makeTimeInterval(partial: Partial<TimeInterval> = {}): TimeInterval {
  return {
    startTimestamp: partial.startTimestamp ?? 0,
    endTimestamp: partial.endTimestamp ?? 0
  }
}

export function writeTimeInterval(m: TimeInterval, w: Writer): void {
  if (m.endTimestamp !== 0) {
    w.uint53(m.endTimestamp)
    w.tag(16)
  }
  if (m.startTimestamp !== 0) {
    w.uint53(m.startTimestamp)
    w.tag(8)
  }
}

export function readTimeInterval(r: Reader, end: number): TimeInterval {
  const m: TimeInterval = {
    startTimestamp: 0,
    endTimestamp: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.startTimestamp = r.uint53()
        break
      case 16:
        m.endTimestamp = r.uint53()
        break
      default:
        r.unknown(tag, "pdpb.TimeInterval", [1, 2])
    }
  }
  return m
}

export const TimeInterval: Codec<TimeInterval> = {
  name: "pdpb.TimeInterval",
  create: makeTimeInterval,
  encode: writeTimeInterval,
  decode: readTimeInterval
}

export interface RecordPair {
  key: string
  value: number
}

function makeRecordPair(partial: Partial<RecordPair> = {}): RecordPair {
  return {
    key: partial.key ?? "",
    value: partial.value ?? 0
  }
}

export function writeRecordPair(m: RecordPair, w: Writer): void {
  if (m.value !== 0) {
    w.uint53(m.value)
    w.tag(16)
  }
  if (m.key !== "") {
    w.string(m.key)
    w.tag(10)
  }
}

export function readRecordPair(r: Reader, end: number): RecordPair {
  const m: RecordPair = {
    key: "",
    value: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.key = r.string()
        break
      case 16:
        m.value = r.uint53()
        break
      default:
        r.unknown(tag, "pdpb.RecordPair", [1, 2])
    }
  }
  return m
}

export const RecordPair: Codec<RecordPair> = {
  name: "pdpb.RecordPair",
  create: makeRecordPair,
  encode: writeRecordPair,
  decode: readRecordPair
}

export interface PeerStat {
  regionId: number
  readKeys: number
  readBytes: number
  queryStats: QueryStats | undefined
  writtenKeys: number
  writtenBytes: number
  cpuStats: CPUStats | undefined
}

function makePeerStat(partial: Partial<PeerStat> = {}): PeerStat {
  return {
    regionId: partial.regionId ?? 0,
    readKeys: partial.readKeys ?? 0,
    readBytes: partial.readBytes ?? 0,
    queryStats: partial.queryStats,
    writtenKeys: partial.writtenKeys ?? 0,
    writtenBytes: partial.writtenBytes ?? 0,
    cpuStats: partial.cpuStats
  }
}

export function writePeerStat(m: PeerStat, w: Writer): void {
  if (m.cpuStats !== undefined) {
    const start = w.mark()
    writeCPUStats(m.cpuStats, w)
    w.lengthSince(start)
    w.tag(58)
  }
  if (m.writtenBytes !== 0) {
    w.uint53(m.writtenBytes)
    w.tag(48)
  }
  if (m.writtenKeys !== 0) {
    w.uint53(m.writtenKeys)
    w.tag(40)
  }
  if (m.queryStats !== undefined) {
    const start = w.mark()
    writeQueryStats(m.queryStats, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.readBytes !== 0) {
    w.uint53(m.readBytes)
    w.tag(24)
  }
  if (m.readKeys !== 0) {
    w.uint53(m.readKeys)
    w.tag(16)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readPeerStat(r: Reader, end: number): PeerStat {
  const m: PeerStat = {
    regionId: 0,
    readKeys: 0,
    readBytes: 0,
    queryStats: undefined,
    writtenKeys: 0,
    writtenBytes: 0,
    cpuStats: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      case 16:
        m.readKeys = r.uint53()
        break
      case 24:
        m.readBytes = r.uint53()
        break
      case 34: {
        const to = r.enter()
        m.queryStats = readQueryStats(r, to)
        r.leave(to)
        break
      }
      case 40:
        m.writtenKeys = r.uint53()
        break
      case 48:
        m.writtenBytes = r.uint53()
        break
      case 58: {
        const to = r.enter()
        m.cpuStats = readCPUStats(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.PeerStat", [1, 2, 3, 4, 5, 6, 7])
    }
  }
  return m
}

export const PeerStat: Codec<PeerStat> = {
  name: "pdpb.PeerStat",
  create: makePeerStat,
  encode: writePeerStat,
  decode: readPeerStat
}

export interface StoreStats {
  storeId: number
  capacity: number
  available: number
  regionCount: number
  sendingSnapCount: number
  receivingSnapCount: number
  startTime: number
  applyingSnapCount: number
  isBusy: boolean
  usedSize: number
  bytesWritten: number
  keysWritten: number
  bytesRead: number
  keysRead: number
  interval: TimeInterval | undefined
  cpuUsages: RecordPair[]
  readIoRates: RecordPair[]
  writeIoRates: RecordPair[]
  opLatencies: RecordPair[]
  peerStats: PeerStat[]
  queryStats: QueryStats | undefined
  slowScore: number
  damagedRegionsId: number[]
  isApplyBusy: boolean
  snapshotStats: SnapshotStat[]
  slowTrend: SlowTrend | undefined
  isGrpcPaused: boolean
  totalMemory: number
  usedMemory: number
  networkSlowScores: Map<number, number>
  dfs: DfsStatItem[]
  isStopping: boolean
}

function makeStoreStats(partial: Partial<StoreStats> = {}): StoreStats {
  return {
    storeId: partial.storeId ?? 0,
    capacity: partial.capacity ?? 0,
    available: partial.available ?? 0,
    regionCount: partial.regionCount ?? 0,
    sendingSnapCount: partial.sendingSnapCount ?? 0,
    receivingSnapCount: partial.receivingSnapCount ?? 0,
    startTime: partial.startTime ?? 0,
    applyingSnapCount: partial.applyingSnapCount ?? 0,
    isBusy: partial.isBusy ?? false,
    usedSize: partial.usedSize ?? 0,
    bytesWritten: partial.bytesWritten ?? 0,
    keysWritten: partial.keysWritten ?? 0,
    bytesRead: partial.bytesRead ?? 0,
    keysRead: partial.keysRead ?? 0,
    interval: partial.interval,
    cpuUsages: partial.cpuUsages ?? [],
    readIoRates: partial.readIoRates ?? [],
    writeIoRates: partial.writeIoRates ?? [],
    opLatencies: partial.opLatencies ?? [],
    peerStats: partial.peerStats ?? [],
    queryStats: partial.queryStats,
    slowScore: partial.slowScore ?? 0,
    damagedRegionsId: partial.damagedRegionsId ?? [],
    isApplyBusy: partial.isApplyBusy ?? false,
    snapshotStats: partial.snapshotStats ?? [],
    slowTrend: partial.slowTrend,
    isGrpcPaused: partial.isGrpcPaused ?? false,
    totalMemory: partial.totalMemory ?? 0,
    usedMemory: partial.usedMemory ?? 0,
    networkSlowScores: partial.networkSlowScores ?? new Map(),
    dfs: partial.dfs ?? [],
    isStopping: partial.isStopping ?? false
  }
}

export function writeStoreStats(m: StoreStats, w: Writer): void {
  if (m.isStopping) {
    w.bool(m.isStopping)
    w.tag(256)
  }
  for (let i = m.dfs.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeDfsStatItem(m.dfs[i]!, w)
    w.lengthSince(start)
    w.tag(250)
  }
  if (m.networkSlowScores.size > 0) {
    for (const [k, v] of [...m.networkSlowScores].reverse()) {
      const entry = w.mark()
      w.uint53(v)
      w.tag(16)
      w.uint53(k)
      w.tag(8)
      w.lengthSince(entry)
      w.tag(242)
    }
  }
  if (m.usedMemory !== 0) {
    w.uint53(m.usedMemory)
    w.tag(232)
  }
  if (m.totalMemory !== 0) {
    w.uint53(m.totalMemory)
    w.tag(224)
  }
  if (m.isGrpcPaused) {
    w.bool(m.isGrpcPaused)
    w.tag(216)
  }
  if (m.slowTrend !== undefined) {
    const start = w.mark()
    writeSlowTrend(m.slowTrend, w)
    w.lengthSince(start)
    w.tag(210)
  }
  for (let i = m.snapshotStats.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeSnapshotStat(m.snapshotStats[i]!, w)
    w.lengthSince(start)
    w.tag(202)
  }
  if (m.isApplyBusy) {
    w.bool(m.isApplyBusy)
    w.tag(192)
  }
  if (m.damagedRegionsId.length > 0) {
    const list = w.mark()
    for (let i = m.damagedRegionsId.length - 1; i >= 0; i--) w.uint53(m.damagedRegionsId[i]!)
    w.lengthSince(list)
    w.tag(186)
  }
  if (m.slowScore !== 0) {
    w.uint53(m.slowScore)
    w.tag(176)
  }
  if (m.queryStats !== undefined) {
    const start = w.mark()
    writeQueryStats(m.queryStats, w)
    w.lengthSince(start)
    w.tag(170)
  }
  for (let i = m.peerStats.length - 1; i >= 0; i--) {
    const start = w.mark()
    writePeerStat(m.peerStats[i]!, w)
    w.lengthSince(start)
    w.tag(162)
  }
  for (let i = m.opLatencies.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeRecordPair(m.opLatencies[i]!, w)
    w.lengthSince(start)
    w.tag(154)
  }
  for (let i = m.writeIoRates.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeRecordPair(m.writeIoRates[i]!, w)
    w.lengthSince(start)
    w.tag(146)
  }
  for (let i = m.readIoRates.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeRecordPair(m.readIoRates[i]!, w)
    w.lengthSince(start)
    w.tag(138)
  }
  for (let i = m.cpuUsages.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeRecordPair(m.cpuUsages[i]!, w)
    w.lengthSince(start)
    w.tag(130)
  }
  if (m.interval !== undefined) {
    const start = w.mark()
    writeTimeInterval(m.interval, w)
    w.lengthSince(start)
    w.tag(122)
  }
  if (m.keysRead !== 0) {
    w.uint53(m.keysRead)
    w.tag(112)
  }
  if (m.bytesRead !== 0) {
    w.uint53(m.bytesRead)
    w.tag(104)
  }
  if (m.keysWritten !== 0) {
    w.uint53(m.keysWritten)
    w.tag(96)
  }
  if (m.bytesWritten !== 0) {
    w.uint53(m.bytesWritten)
    w.tag(88)
  }
  if (m.usedSize !== 0) {
    w.uint53(m.usedSize)
    w.tag(80)
  }
  if (m.isBusy) {
    w.bool(m.isBusy)
    w.tag(72)
  }
  if (m.applyingSnapCount !== 0) {
    w.uint32(m.applyingSnapCount)
    w.tag(64)
  }
  if (m.startTime !== 0) {
    w.uint32(m.startTime)
    w.tag(56)
  }
  if (m.receivingSnapCount !== 0) {
    w.uint32(m.receivingSnapCount)
    w.tag(48)
  }
  if (m.sendingSnapCount !== 0) {
    w.uint32(m.sendingSnapCount)
    w.tag(40)
  }
  if (m.regionCount !== 0) {
    w.uint32(m.regionCount)
    w.tag(32)
  }
  if (m.available !== 0) {
    w.uint53(m.available)
    w.tag(24)
  }
  if (m.capacity !== 0) {
    w.uint53(m.capacity)
    w.tag(16)
  }
  if (m.storeId !== 0) {
    w.uint53(m.storeId)
    w.tag(8)
  }
}

export function readStoreStats(r: Reader, end: number): StoreStats {
  const m: StoreStats = {
    storeId: 0,
    capacity: 0,
    available: 0,
    regionCount: 0,
    sendingSnapCount: 0,
    receivingSnapCount: 0,
    startTime: 0,
    applyingSnapCount: 0,
    isBusy: false,
    usedSize: 0,
    bytesWritten: 0,
    keysWritten: 0,
    bytesRead: 0,
    keysRead: 0,
    interval: undefined,
    cpuUsages: [],
    readIoRates: [],
    writeIoRates: [],
    opLatencies: [],
    peerStats: [],
    queryStats: undefined,
    slowScore: 0,
    damagedRegionsId: [],
    isApplyBusy: false,
    snapshotStats: [],
    slowTrend: undefined,
    isGrpcPaused: false,
    totalMemory: 0,
    usedMemory: 0,
    networkSlowScores: new Map(),
    dfs: [],
    isStopping: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.storeId = r.uint53()
        break
      case 16:
        m.capacity = r.uint53()
        break
      case 24:
        m.available = r.uint53()
        break
      case 32:
        m.regionCount = r.uint32()
        break
      case 40:
        m.sendingSnapCount = r.uint32()
        break
      case 48:
        m.receivingSnapCount = r.uint32()
        break
      case 56:
        m.startTime = r.uint32()
        break
      case 64:
        m.applyingSnapCount = r.uint32()
        break
      case 72:
        m.isBusy = r.bool()
        break
      case 80:
        m.usedSize = r.uint53()
        break
      case 88:
        m.bytesWritten = r.uint53()
        break
      case 96:
        m.keysWritten = r.uint53()
        break
      case 104:
        m.bytesRead = r.uint53()
        break
      case 112:
        m.keysRead = r.uint53()
        break
      case 122: {
        const to = r.enter()
        m.interval = readTimeInterval(r, to)
        r.leave(to)
        break
      }
      case 130: {
        const to = r.enter()
        m.cpuUsages.push(readRecordPair(r, to))
        r.leave(to)
        break
      }
      case 138: {
        const to = r.enter()
        m.readIoRates.push(readRecordPair(r, to))
        r.leave(to)
        break
      }
      case 146: {
        const to = r.enter()
        m.writeIoRates.push(readRecordPair(r, to))
        r.leave(to)
        break
      }
      case 154: {
        const to = r.enter()
        m.opLatencies.push(readRecordPair(r, to))
        r.leave(to)
        break
      }
      case 162: {
        const to = r.enter()
        m.peerStats.push(readPeerStat(r, to))
        r.leave(to)
        break
      }
      case 170: {
        const to = r.enter()
        m.queryStats = readQueryStats(r, to)
        r.leave(to)
        break
      }
      case 176:
        m.slowScore = r.uint53()
        break
      case 184:
        m.damagedRegionsId.push(r.uint53())
        break
      case 186: {
        const to = r.enterPacked()
        while (r.pos < to) m.damagedRegionsId.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 192:
        m.isApplyBusy = r.bool()
        break
      case 202: {
        const to = r.enter()
        m.snapshotStats.push(readSnapshotStat(r, to))
        r.leave(to)
        break
      }
      case 210: {
        const to = r.enter()
        m.slowTrend = readSlowTrend(r, to)
        r.leave(to)
        break
      }
      case 216:
        m.isGrpcPaused = r.bool()
        break
      case 224:
        m.totalMemory = r.uint53()
        break
      case 232:
        m.usedMemory = r.uint53()
        break
      case 242: {
        const entryEnd = r.enter()
        let k: number = 0
        let v: number = 0
        while (r.pos < entryEnd) {
          const tag = r.tag()
          switch (tag) {
            case 8:
              k = r.uint53()
              break
            case 16:
              v = r.uint53()
              break
            default:
              r.unknown(tag, "pdpb.StoreStats.network_slow_scores", [1, 2])
          }
        }
        r.leave(entryEnd)
        m.networkSlowScores.set(k, v)
        break
      }
      case 250: {
        const to = r.enter()
        m.dfs.push(readDfsStatItem(r, to))
        r.leave(to)
        break
      }
      case 256:
        m.isStopping = r.bool()
        break
      default:
        r.unknown(tag, "pdpb.StoreStats", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32])
    }
  }
  return m
}

export const StoreStats: Codec<StoreStats> = {
  name: "pdpb.StoreStats",
  create: makeStoreStats,
  encode: writeStoreStats,
  decode: readStoreStats
}

export interface DfsStatScope {
  isGlobal: boolean
  keyspaceId: number
  component: string
  keyspaceIdentities: apipb.KeyspaceIdentity[]
}

function makeDfsStatScope(partial: Partial<DfsStatScope> = {}): DfsStatScope {
  return {
    isGlobal: partial.isGlobal ?? false,
    keyspaceId: partial.keyspaceId ?? 0,
    component: partial.component ?? "",
    keyspaceIdentities: partial.keyspaceIdentities ?? []
  }
}

export function writeDfsStatScope(m: DfsStatScope, w: Writer): void {
  for (let i = m.keyspaceIdentities.length - 1; i >= 0; i--) {
    const start = w.mark()
    apipb.writeKeyspaceIdentity(m.keyspaceIdentities[i]!, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.component !== "") {
    w.string(m.component)
    w.tag(26)
  }
  if (m.keyspaceId !== 0) {
    w.uint32(m.keyspaceId)
    w.tag(16)
  }
  if (m.isGlobal) {
    w.bool(m.isGlobal)
    w.tag(8)
  }
}

export function readDfsStatScope(r: Reader, end: number): DfsStatScope {
  const m: DfsStatScope = {
    isGlobal: false,
    keyspaceId: 0,
    component: "",
    keyspaceIdentities: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.isGlobal = r.bool()
        break
      case 16:
        m.keyspaceId = r.uint32()
        break
      case 26:
        m.component = r.string()
        break
      case 34: {
        const to = r.enter()
        m.keyspaceIdentities.push(apipb.readKeyspaceIdentity(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.DfsStatScope", [1, 2, 3, 4])
    }
  }
  return m
}

export const DfsStatScope: Codec<DfsStatScope> = {
  name: "pdpb.DfsStatScope",
  create: makeDfsStatScope,
  encode: writeDfsStatScope,
  decode: readDfsStatScope
}

export interface DfsStatItem {
  scope: DfsStatScope | undefined
  writtenBytes: number
  writeRequests: number
}

function makeDfsStatItem(partial: Partial<DfsStatItem> = {}): DfsStatItem {
  return {
    scope: partial.scope,
    writtenBytes: partial.writtenBytes ?? 0,
    writeRequests: partial.writeRequests ?? 0
  }
}

export function writeDfsStatItem(m: DfsStatItem, w: Writer): void {
  if (m.writeRequests !== 0) {
    w.uint53(m.writeRequests)
    w.tag(24)
  }
  if (m.writtenBytes !== 0) {
    w.uint53(m.writtenBytes)
    w.tag(16)
  }
  if (m.scope !== undefined) {
    const start = w.mark()
    writeDfsStatScope(m.scope, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readDfsStatItem(r: Reader, end: number): DfsStatItem {
  const m: DfsStatItem = {
    scope: undefined,
    writtenBytes: 0,
    writeRequests: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.scope = readDfsStatScope(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.writtenBytes = r.uint53()
        break
      case 24:
        m.writeRequests = r.uint53()
        break
      default:
        r.unknown(tag, "pdpb.DfsStatItem", [1, 2, 3])
    }
  }
  return m
}

export const DfsStatItem: Codec<DfsStatItem> = {
  name: "pdpb.DfsStatItem",
  create: makeDfsStatItem,
  encode: writeDfsStatItem,
  decode: readDfsStatItem
}

export interface SlowTrend {
  causeValue: number
  causeRate: number
  resultValue: number
  resultRate: number
}

function makeSlowTrend(partial: Partial<SlowTrend> = {}): SlowTrend {
  return {
    causeValue: partial.causeValue ?? 0,
    causeRate: partial.causeRate ?? 0,
    resultValue: partial.resultValue ?? 0,
    resultRate: partial.resultRate ?? 0
  }
}

export function writeSlowTrend(m: SlowTrend, w: Writer): void {
  if (!Object.is(m.resultRate, 0)) {
    w.double(m.resultRate)
    w.tag(33)
  }
  if (!Object.is(m.resultValue, 0)) {
    w.double(m.resultValue)
    w.tag(25)
  }
  if (!Object.is(m.causeRate, 0)) {
    w.double(m.causeRate)
    w.tag(17)
  }
  if (!Object.is(m.causeValue, 0)) {
    w.double(m.causeValue)
    w.tag(9)
  }
}

export function readSlowTrend(r: Reader, end: number): SlowTrend {
  const m: SlowTrend = {
    causeValue: 0,
    causeRate: 0,
    resultValue: 0,
    resultRate: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 9:
        m.causeValue = r.double()
        break
      case 17:
        m.causeRate = r.double()
        break
      case 25:
        m.resultValue = r.double()
        break
      case 33:
        m.resultRate = r.double()
        break
      default:
        r.unknown(tag, "pdpb.SlowTrend", [1, 2, 3, 4])
    }
  }
  return m
}

export const SlowTrend: Codec<SlowTrend> = {
  name: "pdpb.SlowTrend",
  create: makeSlowTrend,
  encode: writeSlowTrend,
  decode: readSlowTrend
}

export interface SnapshotStat {
  regionId: number
  generateDurationSec: number
  sendDurationSec: number
  totalDurationSec: number
  transportSize: number
}

function makeSnapshotStat(partial: Partial<SnapshotStat> = {}): SnapshotStat {
  return {
    regionId: partial.regionId ?? 0,
    generateDurationSec: partial.generateDurationSec ?? 0,
    sendDurationSec: partial.sendDurationSec ?? 0,
    totalDurationSec: partial.totalDurationSec ?? 0,
    transportSize: partial.transportSize ?? 0
  }
}

export function writeSnapshotStat(m: SnapshotStat, w: Writer): void {
  if (m.transportSize !== 0) {
    w.uint53(m.transportSize)
    w.tag(40)
  }
  if (m.totalDurationSec !== 0) {
    w.uint53(m.totalDurationSec)
    w.tag(32)
  }
  if (m.sendDurationSec !== 0) {
    w.uint53(m.sendDurationSec)
    w.tag(24)
  }
  if (m.generateDurationSec !== 0) {
    w.uint53(m.generateDurationSec)
    w.tag(16)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readSnapshotStat(r: Reader, end: number): SnapshotStat {
  const m: SnapshotStat = {
    regionId: 0,
    generateDurationSec: 0,
    sendDurationSec: 0,
    totalDurationSec: 0,
    transportSize: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      case 16:
        m.generateDurationSec = r.uint53()
        break
      case 24:
        m.sendDurationSec = r.uint53()
        break
      case 32:
        m.totalDurationSec = r.uint53()
        break
      case 40:
        m.transportSize = r.uint53()
        break
      default:
        r.unknown(tag, "pdpb.SnapshotStat", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const SnapshotStat: Codec<SnapshotStat> = {
  name: "pdpb.SnapshotStat",
  create: makeSnapshotStat,
  encode: writeSnapshotStat,
  decode: readSnapshotStat
}

export interface PeerReport {
  raftState: raft_serverpb.RaftLocalState | undefined
  regionState: raft_serverpb.RegionLocalState | undefined
  isForceLeader: boolean
  hasCommitMerge: boolean
  appliedIndex: number
}

function makePeerReport(partial: Partial<PeerReport> = {}): PeerReport {
  return {
    raftState: partial.raftState,
    regionState: partial.regionState,
    isForceLeader: partial.isForceLeader ?? false,
    hasCommitMerge: partial.hasCommitMerge ?? false,
    appliedIndex: partial.appliedIndex ?? 0
  }
}

export function writePeerReport(m: PeerReport, w: Writer): void {
  if (m.appliedIndex !== 0) {
    w.uint53(m.appliedIndex)
    w.tag(40)
  }
  if (m.hasCommitMerge) {
    w.bool(m.hasCommitMerge)
    w.tag(32)
  }
  if (m.isForceLeader) {
    w.bool(m.isForceLeader)
    w.tag(24)
  }
  if (m.regionState !== undefined) {
    const start = w.mark()
    raft_serverpb.writeRegionLocalState(m.regionState, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.raftState !== undefined) {
    const start = w.mark()
    raft_serverpb.writeRaftLocalState(m.raftState, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPeerReport(r: Reader, end: number): PeerReport {
  const m: PeerReport = {
    raftState: undefined,
    regionState: undefined,
    isForceLeader: false,
    hasCommitMerge: false,
    appliedIndex: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.raftState = raft_serverpb.readRaftLocalState(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.regionState = raft_serverpb.readRegionLocalState(r, to)
        r.leave(to)
        break
      }
      case 24:
        m.isForceLeader = r.bool()
        break
      case 32:
        m.hasCommitMerge = r.bool()
        break
      case 40:
        m.appliedIndex = r.uint53()
        break
      default:
        r.unknown(tag, "pdpb.PeerReport", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const PeerReport: Codec<PeerReport> = {
  name: "pdpb.PeerReport",
  create: makePeerReport,
  encode: writePeerReport,
  decode: readPeerReport
}

export interface StoreReport {
  peerReports: PeerReport[]
  step: number
}

function makeStoreReport(partial: Partial<StoreReport> = {}): StoreReport {
  return {
    peerReports: partial.peerReports ?? [],
    step: partial.step ?? 0
  }
}

export function writeStoreReport(m: StoreReport, w: Writer): void {
  if (m.step !== 0) {
    w.uint53(m.step)
    w.tag(16)
  }
  for (let i = m.peerReports.length - 1; i >= 0; i--) {
    const start = w.mark()
    writePeerReport(m.peerReports[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readStoreReport(r: Reader, end: number): StoreReport {
  const m: StoreReport = {
    peerReports: [],
    step: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.peerReports.push(readPeerReport(r, to))
        r.leave(to)
        break
      }
      case 16:
        m.step = r.uint53()
        break
      default:
        r.unknown(tag, "pdpb.StoreReport", [1, 2])
    }
  }
  return m
}

export const StoreReport: Codec<StoreReport> = {
  name: "pdpb.StoreReport",
  create: makeStoreReport,
  encode: writeStoreReport,
  decode: readStoreReport
}

export interface StoreHeartbeatRequest {
  header: RequestHeader | undefined
  stats: StoreStats | undefined
  storeReport: StoreReport | undefined
  drAutosyncStatus: replication_modepb.StoreDRAutoSyncStatus | undefined
}

function makeStoreHeartbeatRequest(partial: Partial<StoreHeartbeatRequest> = {}): StoreHeartbeatRequest {
  return {
    header: partial.header,
    stats: partial.stats,
    storeReport: partial.storeReport,
    drAutosyncStatus: partial.drAutosyncStatus
  }
}

export function writeStoreHeartbeatRequest(m: StoreHeartbeatRequest, w: Writer): void {
  if (m.drAutosyncStatus !== undefined) {
    const start = w.mark()
    replication_modepb.writeStoreDRAutoSyncStatus(m.drAutosyncStatus, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.storeReport !== undefined) {
    const start = w.mark()
    writeStoreReport(m.storeReport, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.stats !== undefined) {
    const start = w.mark()
    writeStoreStats(m.stats, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readStoreHeartbeatRequest(r: Reader, end: number): StoreHeartbeatRequest {
  const m: StoreHeartbeatRequest = {
    header: undefined,
    stats: undefined,
    storeReport: undefined,
    drAutosyncStatus: undefined
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
      case 18: {
        const to = r.enter()
        m.stats = readStoreStats(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.storeReport = readStoreReport(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.drAutosyncStatus = replication_modepb.readStoreDRAutoSyncStatus(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.StoreHeartbeatRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const StoreHeartbeatRequest: Codec<StoreHeartbeatRequest> = {
  name: "pdpb.StoreHeartbeatRequest",
  create: makeStoreHeartbeatRequest,
  encode: writeStoreHeartbeatRequest,
  decode: readStoreHeartbeatRequest
}

export interface DemoteFailedVoters {
  regionId: number
  failedVoters: metapb.Peer[]
}

function makeDemoteFailedVoters(partial: Partial<DemoteFailedVoters> = {}): DemoteFailedVoters {
  return {
    regionId: partial.regionId ?? 0,
    failedVoters: partial.failedVoters ?? []
  }
}

export function writeDemoteFailedVoters(m: DemoteFailedVoters, w: Writer): void {
  for (let i = m.failedVoters.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writePeer(m.failedVoters[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readDemoteFailedVoters(r: Reader, end: number): DemoteFailedVoters {
  const m: DemoteFailedVoters = {
    regionId: 0,
    failedVoters: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      case 18: {
        const to = r.enter()
        m.failedVoters.push(metapb.readPeer(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.DemoteFailedVoters", [1, 2])
    }
  }
  return m
}

export const DemoteFailedVoters: Codec<DemoteFailedVoters> = {
  name: "pdpb.DemoteFailedVoters",
  create: makeDemoteFailedVoters,
  encode: writeDemoteFailedVoters,
  decode: readDemoteFailedVoters
}

export interface ForceLeader {
  failedStores: number[]
  enterForceLeaders: number[]
}

function makeForceLeader(partial: Partial<ForceLeader> = {}): ForceLeader {
  return {
    failedStores: partial.failedStores ?? [],
    enterForceLeaders: partial.enterForceLeaders ?? []
  }
}

export function writeForceLeader(m: ForceLeader, w: Writer): void {
  if (m.enterForceLeaders.length > 0) {
    const list = w.mark()
    for (let i = m.enterForceLeaders.length - 1; i >= 0; i--) w.uint53(m.enterForceLeaders[i]!)
    w.lengthSince(list)
    w.tag(18)
  }
  if (m.failedStores.length > 0) {
    const list = w.mark()
    for (let i = m.failedStores.length - 1; i >= 0; i--) w.uint53(m.failedStores[i]!)
    w.lengthSince(list)
    w.tag(10)
  }
}

export function readForceLeader(r: Reader, end: number): ForceLeader {
  const m: ForceLeader = {
    failedStores: [],
    enterForceLeaders: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.failedStores.push(r.uint53())
        break
      case 10: {
        const to = r.enterPacked()
        while (r.pos < to) m.failedStores.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 16:
        m.enterForceLeaders.push(r.uint53())
        break
      case 18: {
        const to = r.enterPacked()
        while (r.pos < to) m.enterForceLeaders.push(r.uint53())
        r.leavePacked(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.ForceLeader", [1, 2])
    }
  }
  return m
}

export const ForceLeader: Codec<ForceLeader> = {
  name: "pdpb.ForceLeader",
  create: makeForceLeader,
  encode: writeForceLeader,
  decode: readForceLeader
}

export interface RecoveryPlan {
  creates: metapb.Region[]
  /** @deprecated */
  updates: metapb.Region[]
  tombstones: number[]
  demotes: DemoteFailedVoters[]
  forceLeader: ForceLeader | undefined
  step: number
}

function makeRecoveryPlan(partial: Partial<RecoveryPlan> = {}): RecoveryPlan {
  return {
    creates: partial.creates ?? [],
    updates: partial.updates ?? [],
    tombstones: partial.tombstones ?? [],
    demotes: partial.demotes ?? [],
    forceLeader: partial.forceLeader,
    step: partial.step ?? 0
  }
}

export function writeRecoveryPlan(m: RecoveryPlan, w: Writer): void {
  if (m.step !== 0) {
    w.uint53(m.step)
    w.tag(48)
  }
  if (m.forceLeader !== undefined) {
    const start = w.mark()
    writeForceLeader(m.forceLeader, w)
    w.lengthSince(start)
    w.tag(42)
  }
  for (let i = m.demotes.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeDemoteFailedVoters(m.demotes[i]!, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.tombstones.length > 0) {
    const list = w.mark()
    for (let i = m.tombstones.length - 1; i >= 0; i--) w.uint53(m.tombstones[i]!)
    w.lengthSince(list)
    w.tag(26)
  }
  for (let i = m.updates.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writeRegion(m.updates[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  for (let i = m.creates.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writeRegion(m.creates[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRecoveryPlan(r: Reader, end: number): RecoveryPlan {
  const m: RecoveryPlan = {
    creates: [],
    updates: [],
    tombstones: [],
    demotes: [],
    forceLeader: undefined,
    step: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.creates.push(metapb.readRegion(r, to))
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.updates.push(metapb.readRegion(r, to))
        r.leave(to)
        break
      }
      case 24:
        m.tombstones.push(r.uint53())
        break
      case 26: {
        const to = r.enterPacked()
        while (r.pos < to) m.tombstones.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.demotes.push(readDemoteFailedVoters(r, to))
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.forceLeader = readForceLeader(r, to)
        r.leave(to)
        break
      }
      case 48:
        m.step = r.uint53()
        break
      default:
        r.unknown(tag, "pdpb.RecoveryPlan", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const RecoveryPlan: Codec<RecoveryPlan> = {
  name: "pdpb.RecoveryPlan",
  create: makeRecoveryPlan,
  encode: writeRecoveryPlan,
  decode: readRecoveryPlan
}

export interface AwakenRegions {
  abnormalStores: number[]
}

function makeAwakenRegions(partial: Partial<AwakenRegions> = {}): AwakenRegions {
  return {
    abnormalStores: partial.abnormalStores ?? []
  }
}

export function writeAwakenRegions(m: AwakenRegions, w: Writer): void {
  if (m.abnormalStores.length > 0) {
    const list = w.mark()
    for (let i = m.abnormalStores.length - 1; i >= 0; i--) w.uint53(m.abnormalStores[i]!)
    w.lengthSince(list)
    w.tag(10)
  }
}

export function readAwakenRegions(r: Reader, end: number): AwakenRegions {
  const m: AwakenRegions = {
    abnormalStores: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.abnormalStores.push(r.uint53())
        break
      case 10: {
        const to = r.enterPacked()
        while (r.pos < to) m.abnormalStores.push(r.uint53())
        r.leavePacked(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.AwakenRegions", [1])
    }
  }
  return m
}

export const AwakenRegions: Codec<AwakenRegions> = {
  name: "pdpb.AwakenRegions",
  create: makeAwakenRegions,
  encode: writeAwakenRegions,
  decode: readAwakenRegions
}

export interface ControlGrpc {
  ctrlEvent: ControlGrpcEvent
}

function makeControlGrpc(partial: Partial<ControlGrpc> = {}): ControlGrpc {
  return {
    ctrlEvent: partial.ctrlEvent ?? 0
  }
}

export function writeControlGrpc(m: ControlGrpc, w: Writer): void {
  if (m.ctrlEvent !== 0) {
    w.int32(m.ctrlEvent)
    w.tag(8)
  }
}

export function readControlGrpc(r: Reader, end: number): ControlGrpc {
  const m: ControlGrpc = {
    ctrlEvent: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.ctrlEvent = r.int32()
        break
      default:
        r.unknown(tag, "pdpb.ControlGrpc", [1])
    }
  }
  return m
}

export const ControlGrpc: Codec<ControlGrpc> = {
  name: "pdpb.ControlGrpc",
  create: makeControlGrpc,
  encode: writeControlGrpc,
  decode: readControlGrpc
}

export interface StoreHeartbeatResponse {
  header: ResponseHeader | undefined
  replicationStatus: replication_modepb.ReplicationStatus | undefined
  clusterVersion: string
  /** @deprecated */
  requireDetailedReport: boolean
  recoveryPlan: RecoveryPlan | undefined
  awakenRegions: AwakenRegions | undefined
  controlGrpc: ControlGrpc | undefined
  state: metapb.NodeState
}

function makeStoreHeartbeatResponse(partial: Partial<StoreHeartbeatResponse> = {}): StoreHeartbeatResponse {
  return {
    header: partial.header,
    replicationStatus: partial.replicationStatus,
    clusterVersion: partial.clusterVersion ?? "",
    requireDetailedReport: partial.requireDetailedReport ?? false,
    recoveryPlan: partial.recoveryPlan,
    awakenRegions: partial.awakenRegions,
    controlGrpc: partial.controlGrpc,
    state: partial.state ?? 0
  }
}

export function writeStoreHeartbeatResponse(m: StoreHeartbeatResponse, w: Writer): void {
  if (m.state !== 0) {
    w.int32(m.state)
    w.tag(64)
  }
  if (m.controlGrpc !== undefined) {
    const start = w.mark()
    writeControlGrpc(m.controlGrpc, w)
    w.lengthSince(start)
    w.tag(58)
  }
  if (m.awakenRegions !== undefined) {
    const start = w.mark()
    writeAwakenRegions(m.awakenRegions, w)
    w.lengthSince(start)
    w.tag(50)
  }
  if (m.recoveryPlan !== undefined) {
    const start = w.mark()
    writeRecoveryPlan(m.recoveryPlan, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.requireDetailedReport) {
    w.bool(m.requireDetailedReport)
    w.tag(32)
  }
  if (m.clusterVersion !== "") {
    w.string(m.clusterVersion)
    w.tag(26)
  }
  if (m.replicationStatus !== undefined) {
    const start = w.mark()
    replication_modepb.writeReplicationStatus(m.replicationStatus, w)
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

export function readStoreHeartbeatResponse(r: Reader, end: number): StoreHeartbeatResponse {
  const m: StoreHeartbeatResponse = {
    header: undefined,
    replicationStatus: undefined,
    clusterVersion: "",
    requireDetailedReport: false,
    recoveryPlan: undefined,
    awakenRegions: undefined,
    controlGrpc: undefined,
    state: 0
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
        m.replicationStatus = replication_modepb.readReplicationStatus(r, to)
        r.leave(to)
        break
      }
      case 26:
        m.clusterVersion = r.string()
        break
      case 32:
        m.requireDetailedReport = r.bool()
        break
      case 42: {
        const to = r.enter()
        m.recoveryPlan = readRecoveryPlan(r, to)
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.awakenRegions = readAwakenRegions(r, to)
        r.leave(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.controlGrpc = readControlGrpc(r, to)
        r.leave(to)
        break
      }
      case 64:
        m.state = r.int32()
        break
      default:
        r.unknown(tag, "pdpb.StoreHeartbeatResponse", [1, 2, 3, 4, 5, 6, 7, 8])
    }
  }
  return m
}

export const StoreHeartbeatResponse: Codec<StoreHeartbeatResponse> = {
  name: "pdpb.StoreHeartbeatResponse",
  create: makeStoreHeartbeatResponse,
  encode: writeStoreHeartbeatResponse,
  decode: readStoreHeartbeatResponse
}

export interface ScatterRegionRequest {
  header: RequestHeader | undefined
  /** @deprecated */
  regionId: number
  region: metapb.Region | undefined
  leader: metapb.Peer | undefined
  group: string
  regionsId: number[]
  retryLimit: number
  skipStoreLimit: boolean
}

function makeScatterRegionRequest(partial: Partial<ScatterRegionRequest> = {}): ScatterRegionRequest {
  return {
    header: partial.header,
    regionId: partial.regionId ?? 0,
    region: partial.region,
    leader: partial.leader,
    group: partial.group ?? "",
    regionsId: partial.regionsId ?? [],
    retryLimit: partial.retryLimit ?? 0,
    skipStoreLimit: partial.skipStoreLimit ?? false
  }
}

export function writeScatterRegionRequest(m: ScatterRegionRequest, w: Writer): void {
  if (m.skipStoreLimit) {
    w.bool(m.skipStoreLimit)
    w.tag(64)
  }
  if (m.retryLimit !== 0) {
    w.uint53(m.retryLimit)
    w.tag(56)
  }
  if (m.regionsId.length > 0) {
    const list = w.mark()
    for (let i = m.regionsId.length - 1; i >= 0; i--) w.uint53(m.regionsId[i]!)
    w.lengthSince(list)
    w.tag(50)
  }
  if (m.group !== "") {
    w.string(m.group)
    w.tag(42)
  }
  if (m.leader !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.leader, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.region !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.region, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readScatterRegionRequest(r: Reader, end: number): ScatterRegionRequest {
  const m: ScatterRegionRequest = {
    header: undefined,
    regionId: 0,
    region: undefined,
    leader: undefined,
    group: "",
    regionsId: [],
    retryLimit: 0,
    skipStoreLimit: false
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
      case 16:
        m.regionId = r.uint53()
        break
      case 26: {
        const to = r.enter()
        m.region = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.leader = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      case 42:
        m.group = r.string()
        break
      case 48:
        m.regionsId.push(r.uint53())
        break
      case 50: {
        const to = r.enterPacked()
        while (r.pos < to) m.regionsId.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 56:
        m.retryLimit = r.uint53()
        break
      case 64:
        m.skipStoreLimit = r.bool()
        break
      default:
        r.unknown(tag, "pdpb.ScatterRegionRequest", [1, 2, 3, 4, 5, 6, 7, 8])
    }
  }
  return m
}

export const ScatterRegionRequest: Codec<ScatterRegionRequest> = {
  name: "pdpb.ScatterRegionRequest",
  create: makeScatterRegionRequest,
  encode: writeScatterRegionRequest,
  decode: readScatterRegionRequest
}

export interface ScatterRegionResponse {
  header: ResponseHeader | undefined
  finishedPercentage: number
  failedRegionsId: number[]
}

function makeScatterRegionResponse(partial: Partial<ScatterRegionResponse> = {}): ScatterRegionResponse {
  return {
    header: partial.header,
    finishedPercentage: partial.finishedPercentage ?? 0,
    failedRegionsId: partial.failedRegionsId ?? []
  }
}

export function writeScatterRegionResponse(m: ScatterRegionResponse, w: Writer): void {
  if (m.failedRegionsId.length > 0) {
    const list = w.mark()
    for (let i = m.failedRegionsId.length - 1; i >= 0; i--) w.uint53(m.failedRegionsId[i]!)
    w.lengthSince(list)
    w.tag(26)
  }
  if (m.finishedPercentage !== 0) {
    w.uint53(m.finishedPercentage)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readScatterRegionResponse(r: Reader, end: number): ScatterRegionResponse {
  const m: ScatterRegionResponse = {
    header: undefined,
    finishedPercentage: 0,
    failedRegionsId: []
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
      case 16:
        m.finishedPercentage = r.uint53()
        break
      case 24:
        m.failedRegionsId.push(r.uint53())
        break
      case 26: {
        const to = r.enterPacked()
        while (r.pos < to) m.failedRegionsId.push(r.uint53())
        r.leavePacked(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.ScatterRegionResponse", [1, 2, 3])
    }
  }
  return m
}

export const ScatterRegionResponse: Codec<ScatterRegionResponse> = {
  name: "pdpb.ScatterRegionResponse",
  create: makeScatterRegionResponse,
  encode: writeScatterRegionResponse,
  decode: readScatterRegionResponse
}

export interface GetGCSafePointRequest {
  header: RequestHeader | undefined
}

function makeGetGCSafePointRequest(partial: Partial<GetGCSafePointRequest> = {}): GetGCSafePointRequest {
  return {
    header: partial.header
  }
}

export function writeGetGCSafePointRequest(m: GetGCSafePointRequest, w: Writer): void {
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetGCSafePointRequest(r: Reader, end: number): GetGCSafePointRequest {
  const m: GetGCSafePointRequest = {
    header: undefined
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
      default:
        r.unknown(tag, "pdpb.GetGCSafePointRequest", [1])
    }
  }
  return m
}

export const GetGCSafePointRequest: Codec<GetGCSafePointRequest> = {
  name: "pdpb.GetGCSafePointRequest",
  create: makeGetGCSafePointRequest,
  encode: writeGetGCSafePointRequest,
  decode: readGetGCSafePointRequest
}

export interface GetGCSafePointResponse {
  header: ResponseHeader | undefined
  safePoint: bigint
}

function makeGetGCSafePointResponse(partial: Partial<GetGCSafePointResponse> = {}): GetGCSafePointResponse {
  return {
    header: partial.header,
    safePoint: partial.safePoint ?? 0n
  }
}

export function writeGetGCSafePointResponse(m: GetGCSafePointResponse, w: Writer): void {
  if (m.safePoint !== 0n) {
    w.uint64(m.safePoint)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetGCSafePointResponse(r: Reader, end: number): GetGCSafePointResponse {
  const m: GetGCSafePointResponse = {
    header: undefined,
    safePoint: 0n
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
      case 16:
        m.safePoint = r.uint64()
        break
      default:
        r.unknown(tag, "pdpb.GetGCSafePointResponse", [1, 2])
    }
  }
  return m
}

export const GetGCSafePointResponse: Codec<GetGCSafePointResponse> = {
  name: "pdpb.GetGCSafePointResponse",
  create: makeGetGCSafePointResponse,
  encode: writeGetGCSafePointResponse,
  decode: readGetGCSafePointResponse
}

export interface UpdateGCSafePointRequest {
  header: RequestHeader | undefined
  safePoint: bigint
}

function makeUpdateGCSafePointRequest(partial: Partial<UpdateGCSafePointRequest> = {}): UpdateGCSafePointRequest {
  return {
    header: partial.header,
    safePoint: partial.safePoint ?? 0n
  }
}

export function writeUpdateGCSafePointRequest(m: UpdateGCSafePointRequest, w: Writer): void {
  if (m.safePoint !== 0n) {
    w.uint64(m.safePoint)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readUpdateGCSafePointRequest(r: Reader, end: number): UpdateGCSafePointRequest {
  const m: UpdateGCSafePointRequest = {
    header: undefined,
    safePoint: 0n
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
      case 16:
        m.safePoint = r.uint64()
        break
      default:
        r.unknown(tag, "pdpb.UpdateGCSafePointRequest", [1, 2])
    }
  }
  return m
}

export const UpdateGCSafePointRequest: Codec<UpdateGCSafePointRequest> = {
  name: "pdpb.UpdateGCSafePointRequest",
  create: makeUpdateGCSafePointRequest,
  encode: writeUpdateGCSafePointRequest,
  decode: readUpdateGCSafePointRequest
}

export interface UpdateGCSafePointResponse {
  header: ResponseHeader | undefined
  newSafePoint: bigint
}

function makeUpdateGCSafePointResponse(partial: Partial<UpdateGCSafePointResponse> = {}): UpdateGCSafePointResponse {
  return {
    header: partial.header,
    newSafePoint: partial.newSafePoint ?? 0n
  }
}

export function writeUpdateGCSafePointResponse(m: UpdateGCSafePointResponse, w: Writer): void {
  if (m.newSafePoint !== 0n) {
    w.uint64(m.newSafePoint)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readUpdateGCSafePointResponse(r: Reader, end: number): UpdateGCSafePointResponse {
  const m: UpdateGCSafePointResponse = {
    header: undefined,
    newSafePoint: 0n
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
      case 16:
        m.newSafePoint = r.uint64()
        break
      default:
        r.unknown(tag, "pdpb.UpdateGCSafePointResponse", [1, 2])
    }
  }
  return m
}

export const UpdateGCSafePointResponse: Codec<UpdateGCSafePointResponse> = {
  name: "pdpb.UpdateGCSafePointResponse",
  create: makeUpdateGCSafePointResponse,
  encode: writeUpdateGCSafePointResponse,
  decode: readUpdateGCSafePointResponse
}

export interface UpdateServiceGCSafePointRequest {
  header: RequestHeader | undefined
  serviceId: Uint8Array
  ttl: bigint
  safePoint: bigint
}

function makeUpdateServiceGCSafePointRequest(partial: Partial<UpdateServiceGCSafePointRequest> = {}): UpdateServiceGCSafePointRequest {
  return {
    header: partial.header,
    serviceId: partial.serviceId ?? EMPTY,
    ttl: partial.ttl ?? 0n,
    safePoint: partial.safePoint ?? 0n
  }
}

export function writeUpdateServiceGCSafePointRequest(m: UpdateServiceGCSafePointRequest, w: Writer): void {
  if (m.safePoint !== 0n) {
    w.uint64(m.safePoint)
    w.tag(32)
  }
  if (m.ttl !== 0n) {
    w.int64(m.ttl)
    w.tag(24)
  }
  if (m.serviceId.length > 0) {
    w.bytes(m.serviceId)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readUpdateServiceGCSafePointRequest(r: Reader, end: number): UpdateServiceGCSafePointRequest {
  const m: UpdateServiceGCSafePointRequest = {
    header: undefined,
    serviceId: EMPTY,
    ttl: 0n,
    safePoint: 0n
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
        m.serviceId = r.bytes()
        break
      case 24:
        m.ttl = r.int64()
        break
      case 32:
        m.safePoint = r.uint64()
        break
      default:
        r.unknown(tag, "pdpb.UpdateServiceGCSafePointRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const UpdateServiceGCSafePointRequest: Codec<UpdateServiceGCSafePointRequest> = {
  name: "pdpb.UpdateServiceGCSafePointRequest",
  create: makeUpdateServiceGCSafePointRequest,
  encode: writeUpdateServiceGCSafePointRequest,
  decode: readUpdateServiceGCSafePointRequest
}

export interface UpdateServiceGCSafePointResponse {
  header: ResponseHeader | undefined
  serviceId: Uint8Array
  ttl: bigint
  minSafePoint: bigint
}

function makeUpdateServiceGCSafePointResponse(partial: Partial<UpdateServiceGCSafePointResponse> = {}): UpdateServiceGCSafePointResponse {
  return {
    header: partial.header,
    serviceId: partial.serviceId ?? EMPTY,
    ttl: partial.ttl ?? 0n,
    minSafePoint: partial.minSafePoint ?? 0n
  }
}

export function writeUpdateServiceGCSafePointResponse(m: UpdateServiceGCSafePointResponse, w: Writer): void {
  if (m.minSafePoint !== 0n) {
    w.uint64(m.minSafePoint)
    w.tag(32)
  }
  if (m.ttl !== 0n) {
    w.int64(m.ttl)
    w.tag(24)
  }
  if (m.serviceId.length > 0) {
    w.bytes(m.serviceId)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readUpdateServiceGCSafePointResponse(r: Reader, end: number): UpdateServiceGCSafePointResponse {
  const m: UpdateServiceGCSafePointResponse = {
    header: undefined,
    serviceId: EMPTY,
    ttl: 0n,
    minSafePoint: 0n
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
      case 18:
        m.serviceId = r.bytes()
        break
      case 24:
        m.ttl = r.int64()
        break
      case 32:
        m.minSafePoint = r.uint64()
        break
      default:
        r.unknown(tag, "pdpb.UpdateServiceGCSafePointResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const UpdateServiceGCSafePointResponse: Codec<UpdateServiceGCSafePointResponse> = {
  name: "pdpb.UpdateServiceGCSafePointResponse",
  create: makeUpdateServiceGCSafePointResponse,
  encode: writeUpdateServiceGCSafePointResponse,
  decode: readUpdateServiceGCSafePointResponse
}

export interface KeyspaceScope {
  keyspace:
    | { readonly case: "keyspaceId"; readonly value: number }
    | { readonly case: "keyspaceIdentity"; readonly value: apipb.KeyspaceIdentity }
    | undefined
}

function makeKeyspaceScope(partial: Partial<KeyspaceScope> = {}): KeyspaceScope {
  return {
    keyspace: partial.keyspace
  }
}

export function writeKeyspaceScope(m: KeyspaceScope, w: Writer): void {
  if (m.keyspace !== undefined) {
    switch (m.keyspace.case) {
      case "keyspaceIdentity": {
        const start = w.mark()
        apipb.writeKeyspaceIdentity(m.keyspace.value, w)
        w.lengthSince(start)
        w.tag(18)
        break
      }
      case "keyspaceId": {
        w.uint32(m.keyspace.value)
        w.tag(8)
        break
      }
    }
  }
}

export function readKeyspaceScope(r: Reader, end: number): KeyspaceScope {
  const m: KeyspaceScope = {
    keyspace: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.keyspace = { case: "keyspaceId", value: r.uint32() }
        break
      case 18: {
        const to = r.enter()
        m.keyspace = { case: "keyspaceIdentity", value: apipb.readKeyspaceIdentity(r, to) }
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.KeyspaceScope", [1, 2])
    }
  }
  return m
}

export const KeyspaceScope: Codec<KeyspaceScope> = {
  name: "pdpb.KeyspaceScope",
  create: makeKeyspaceScope,
  encode: writeKeyspaceScope,
  decode: readKeyspaceScope
}

export interface AdvanceGCSafePointRequest {
  header: RequestHeader | undefined
  keyspaceScope: KeyspaceScope | undefined
  target: bigint
}

function makeAdvanceGCSafePointRequest(partial: Partial<AdvanceGCSafePointRequest> = {}): AdvanceGCSafePointRequest {
  return {
    header: partial.header,
    keyspaceScope: partial.keyspaceScope,
    target: partial.target ?? 0n
  }
}

export function writeAdvanceGCSafePointRequest(m: AdvanceGCSafePointRequest, w: Writer): void {
  if (m.target !== 0n) {
    w.uint64(m.target)
    w.tag(24)
  }
  if (m.keyspaceScope !== undefined) {
    const start = w.mark()
    writeKeyspaceScope(m.keyspaceScope, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readAdvanceGCSafePointRequest(r: Reader, end: number): AdvanceGCSafePointRequest {
  const m: AdvanceGCSafePointRequest = {
    header: undefined,
    keyspaceScope: undefined,
    target: 0n
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
      case 18: {
        const to = r.enter()
        m.keyspaceScope = readKeyspaceScope(r, to)
        r.leave(to)
        break
      }
      case 24:
        m.target = r.uint64()
        break
      default:
        r.unknown(tag, "pdpb.AdvanceGCSafePointRequest", [1, 2, 3])
    }
  }
  return m
}

export const AdvanceGCSafePointRequest: Codec<AdvanceGCSafePointRequest> = {
  name: "pdpb.AdvanceGCSafePointRequest",
  create: makeAdvanceGCSafePointRequest,
  encode: writeAdvanceGCSafePointRequest,
  decode: readAdvanceGCSafePointRequest
}

export interface AdvanceGCSafePointResponse {
  header: ResponseHeader | undefined
  oldGcSafePoint: bigint
  newGcSafePoint: bigint
}

function makeAdvanceGCSafePointResponse(partial: Partial<AdvanceGCSafePointResponse> = {}): AdvanceGCSafePointResponse {
  return {
    header: partial.header,
    oldGcSafePoint: partial.oldGcSafePoint ?? 0n,
    newGcSafePoint: partial.newGcSafePoint ?? 0n
  }
}

export function writeAdvanceGCSafePointResponse(m: AdvanceGCSafePointResponse, w: Writer): void {
  if (m.newGcSafePoint !== 0n) {
    w.uint64(m.newGcSafePoint)
    w.tag(24)
  }
  if (m.oldGcSafePoint !== 0n) {
    w.uint64(m.oldGcSafePoint)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readAdvanceGCSafePointResponse(r: Reader, end: number): AdvanceGCSafePointResponse {
  const m: AdvanceGCSafePointResponse = {
    header: undefined,
    oldGcSafePoint: 0n,
    newGcSafePoint: 0n
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
      case 16:
        m.oldGcSafePoint = r.uint64()
        break
      case 24:
        m.newGcSafePoint = r.uint64()
        break
      default:
        r.unknown(tag, "pdpb.AdvanceGCSafePointResponse", [1, 2, 3])
    }
  }
  return m
}

export const AdvanceGCSafePointResponse: Codec<AdvanceGCSafePointResponse> = {
  name: "pdpb.AdvanceGCSafePointResponse",
  create: makeAdvanceGCSafePointResponse,
  encode: writeAdvanceGCSafePointResponse,
  decode: readAdvanceGCSafePointResponse
}

export interface AdvanceTxnSafePointRequest {
  header: RequestHeader | undefined
  keyspaceScope: KeyspaceScope | undefined
  target: bigint
}

function makeAdvanceTxnSafePointRequest(partial: Partial<AdvanceTxnSafePointRequest> = {}): AdvanceTxnSafePointRequest {
  return {
    header: partial.header,
    keyspaceScope: partial.keyspaceScope,
    target: partial.target ?? 0n
  }
}

export function writeAdvanceTxnSafePointRequest(m: AdvanceTxnSafePointRequest, w: Writer): void {
  if (m.target !== 0n) {
    w.uint64(m.target)
    w.tag(24)
  }
  if (m.keyspaceScope !== undefined) {
    const start = w.mark()
    writeKeyspaceScope(m.keyspaceScope, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readAdvanceTxnSafePointRequest(r: Reader, end: number): AdvanceTxnSafePointRequest {
  const m: AdvanceTxnSafePointRequest = {
    header: undefined,
    keyspaceScope: undefined,
    target: 0n
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
      case 18: {
        const to = r.enter()
        m.keyspaceScope = readKeyspaceScope(r, to)
        r.leave(to)
        break
      }
      case 24:
        m.target = r.uint64()
        break
      default:
        r.unknown(tag, "pdpb.AdvanceTxnSafePointRequest", [1, 2, 3])
    }
  }
  return m
}

export const AdvanceTxnSafePointRequest: Codec<AdvanceTxnSafePointRequest> = {
  name: "pdpb.AdvanceTxnSafePointRequest",
  create: makeAdvanceTxnSafePointRequest,
  encode: writeAdvanceTxnSafePointRequest,
  decode: readAdvanceTxnSafePointRequest
}

export interface AdvanceTxnSafePointResponse {
  header: ResponseHeader | undefined
  oldTxnSafePoint: bigint
  newTxnSafePoint: bigint
  blockerDescription: string
}

function makeAdvanceTxnSafePointResponse(partial: Partial<AdvanceTxnSafePointResponse> = {}): AdvanceTxnSafePointResponse {
  return {
    header: partial.header,
    oldTxnSafePoint: partial.oldTxnSafePoint ?? 0n,
    newTxnSafePoint: partial.newTxnSafePoint ?? 0n,
    blockerDescription: partial.blockerDescription ?? ""
  }
}

export function writeAdvanceTxnSafePointResponse(m: AdvanceTxnSafePointResponse, w: Writer): void {
  if (m.blockerDescription !== "") {
    w.string(m.blockerDescription)
    w.tag(34)
  }
  if (m.newTxnSafePoint !== 0n) {
    w.uint64(m.newTxnSafePoint)
    w.tag(24)
  }
  if (m.oldTxnSafePoint !== 0n) {
    w.uint64(m.oldTxnSafePoint)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readAdvanceTxnSafePointResponse(r: Reader, end: number): AdvanceTxnSafePointResponse {
  const m: AdvanceTxnSafePointResponse = {
    header: undefined,
    oldTxnSafePoint: 0n,
    newTxnSafePoint: 0n,
    blockerDescription: ""
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
      case 16:
        m.oldTxnSafePoint = r.uint64()
        break
      case 24:
        m.newTxnSafePoint = r.uint64()
        break
      case 34:
        m.blockerDescription = r.string()
        break
      default:
        r.unknown(tag, "pdpb.AdvanceTxnSafePointResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const AdvanceTxnSafePointResponse: Codec<AdvanceTxnSafePointResponse> = {
  name: "pdpb.AdvanceTxnSafePointResponse",
  create: makeAdvanceTxnSafePointResponse,
  encode: writeAdvanceTxnSafePointResponse,
  decode: readAdvanceTxnSafePointResponse
}

export interface SetGCBarrierRequest {
  header: RequestHeader | undefined
  keyspaceScope: KeyspaceScope | undefined
  barrierId: string
  barrierTs: bigint
  ttlSeconds: bigint
}

function makeSetGCBarrierRequest(partial: Partial<SetGCBarrierRequest> = {}): SetGCBarrierRequest {
  return {
    header: partial.header,
    keyspaceScope: partial.keyspaceScope,
    barrierId: partial.barrierId ?? "",
    barrierTs: partial.barrierTs ?? 0n,
    ttlSeconds: partial.ttlSeconds ?? 0n
  }
}

export function writeSetGCBarrierRequest(m: SetGCBarrierRequest, w: Writer): void {
  if (m.ttlSeconds !== 0n) {
    w.int64(m.ttlSeconds)
    w.tag(40)
  }
  if (m.barrierTs !== 0n) {
    w.uint64(m.barrierTs)
    w.tag(32)
  }
  if (m.barrierId !== "") {
    w.string(m.barrierId)
    w.tag(26)
  }
  if (m.keyspaceScope !== undefined) {
    const start = w.mark()
    writeKeyspaceScope(m.keyspaceScope, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readSetGCBarrierRequest(r: Reader, end: number): SetGCBarrierRequest {
  const m: SetGCBarrierRequest = {
    header: undefined,
    keyspaceScope: undefined,
    barrierId: "",
    barrierTs: 0n,
    ttlSeconds: 0n
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
      case 18: {
        const to = r.enter()
        m.keyspaceScope = readKeyspaceScope(r, to)
        r.leave(to)
        break
      }
      case 26:
        m.barrierId = r.string()
        break
      case 32:
        m.barrierTs = r.uint64()
        break
      case 40:
        m.ttlSeconds = r.int64()
        break
      default:
        r.unknown(tag, "pdpb.SetGCBarrierRequest", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const SetGCBarrierRequest: Codec<SetGCBarrierRequest> = {
  name: "pdpb.SetGCBarrierRequest",
  create: makeSetGCBarrierRequest,
  encode: writeSetGCBarrierRequest,
  decode: readSetGCBarrierRequest
}

export interface GCBarrierInfo {
  barrierId: string
  barrierTs: bigint
  ttlSeconds: bigint
}

function makeGCBarrierInfo(partial: Partial<GCBarrierInfo> = {}): GCBarrierInfo {
  return {
    barrierId: partial.barrierId ?? "",
    barrierTs: partial.barrierTs ?? 0n,
    ttlSeconds: partial.ttlSeconds ?? 0n
  }
}

export function writeGCBarrierInfo(m: GCBarrierInfo, w: Writer): void {
  if (m.ttlSeconds !== 0n) {
    w.int64(m.ttlSeconds)
    w.tag(24)
  }
  if (m.barrierTs !== 0n) {
    w.uint64(m.barrierTs)
    w.tag(16)
  }
  if (m.barrierId !== "") {
    w.string(m.barrierId)
    w.tag(10)
  }
}

export function readGCBarrierInfo(r: Reader, end: number): GCBarrierInfo {
  const m: GCBarrierInfo = {
    barrierId: "",
    barrierTs: 0n,
    ttlSeconds: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.barrierId = r.string()
        break
      case 16:
        m.barrierTs = r.uint64()
        break
      case 24:
        m.ttlSeconds = r.int64()
        break
      default:
        r.unknown(tag, "pdpb.GCBarrierInfo", [1, 2, 3])
    }
  }
  return m
}

export const GCBarrierInfo: Codec<GCBarrierInfo> = {
  name: "pdpb.GCBarrierInfo",
  create: makeGCBarrierInfo,
  encode: writeGCBarrierInfo,
  decode: readGCBarrierInfo
}

export interface SetGCBarrierResponse {
  header: ResponseHeader | undefined
  newBarrierInfo: GCBarrierInfo | undefined
}

function makeSetGCBarrierResponse(partial: Partial<SetGCBarrierResponse> = {}): SetGCBarrierResponse {
  return {
    header: partial.header,
    newBarrierInfo: partial.newBarrierInfo
  }
}

export function writeSetGCBarrierResponse(m: SetGCBarrierResponse, w: Writer): void {
  if (m.newBarrierInfo !== undefined) {
    const start = w.mark()
    writeGCBarrierInfo(m.newBarrierInfo, w)
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

export function readSetGCBarrierResponse(r: Reader, end: number): SetGCBarrierResponse {
  const m: SetGCBarrierResponse = {
    header: undefined,
    newBarrierInfo: undefined
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
        m.newBarrierInfo = readGCBarrierInfo(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.SetGCBarrierResponse", [1, 2])
    }
  }
  return m
}

export const SetGCBarrierResponse: Codec<SetGCBarrierResponse> = {
  name: "pdpb.SetGCBarrierResponse",
  create: makeSetGCBarrierResponse,
  encode: writeSetGCBarrierResponse,
  decode: readSetGCBarrierResponse
}

export interface DeleteGCBarrierRequest {
  header: RequestHeader | undefined
  keyspaceScope: KeyspaceScope | undefined
  barrierId: string
}

function makeDeleteGCBarrierRequest(partial: Partial<DeleteGCBarrierRequest> = {}): DeleteGCBarrierRequest {
  return {
    header: partial.header,
    keyspaceScope: partial.keyspaceScope,
    barrierId: partial.barrierId ?? ""
  }
}

export function writeDeleteGCBarrierRequest(m: DeleteGCBarrierRequest, w: Writer): void {
  if (m.barrierId !== "") {
    w.string(m.barrierId)
    w.tag(26)
  }
  if (m.keyspaceScope !== undefined) {
    const start = w.mark()
    writeKeyspaceScope(m.keyspaceScope, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readDeleteGCBarrierRequest(r: Reader, end: number): DeleteGCBarrierRequest {
  const m: DeleteGCBarrierRequest = {
    header: undefined,
    keyspaceScope: undefined,
    barrierId: ""
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
      case 18: {
        const to = r.enter()
        m.keyspaceScope = readKeyspaceScope(r, to)
        r.leave(to)
        break
      }
      case 26:
        m.barrierId = r.string()
        break
      default:
        r.unknown(tag, "pdpb.DeleteGCBarrierRequest", [1, 2, 3])
    }
  }
  return m
}

export const DeleteGCBarrierRequest: Codec<DeleteGCBarrierRequest> = {
  name: "pdpb.DeleteGCBarrierRequest",
  create: makeDeleteGCBarrierRequest,
  encode: writeDeleteGCBarrierRequest,
  decode: readDeleteGCBarrierRequest
}

export interface DeleteGCBarrierResponse {
  header: ResponseHeader | undefined
  deletedBarrierInfo: GCBarrierInfo | undefined
}

function makeDeleteGCBarrierResponse(partial: Partial<DeleteGCBarrierResponse> = {}): DeleteGCBarrierResponse {
  return {
    header: partial.header,
    deletedBarrierInfo: partial.deletedBarrierInfo
  }
}

export function writeDeleteGCBarrierResponse(m: DeleteGCBarrierResponse, w: Writer): void {
  if (m.deletedBarrierInfo !== undefined) {
    const start = w.mark()
    writeGCBarrierInfo(m.deletedBarrierInfo, w)
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

export function readDeleteGCBarrierResponse(r: Reader, end: number): DeleteGCBarrierResponse {
  const m: DeleteGCBarrierResponse = {
    header: undefined,
    deletedBarrierInfo: undefined
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
        m.deletedBarrierInfo = readGCBarrierInfo(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.DeleteGCBarrierResponse", [1, 2])
    }
  }
  return m
}

export const DeleteGCBarrierResponse: Codec<DeleteGCBarrierResponse> = {
  name: "pdpb.DeleteGCBarrierResponse",
  create: makeDeleteGCBarrierResponse,
  encode: writeDeleteGCBarrierResponse,
  decode: readDeleteGCBarrierResponse
}

export interface SetGlobalGCBarrierRequest {
  header: RequestHeader | undefined
  barrierId: string
  barrierTs: bigint
  ttlSeconds: bigint
}

function makeSetGlobalGCBarrierRequest(partial: Partial<SetGlobalGCBarrierRequest> = {}): SetGlobalGCBarrierRequest {
  return {
    header: partial.header,
    barrierId: partial.barrierId ?? "",
    barrierTs: partial.barrierTs ?? 0n,
    ttlSeconds: partial.ttlSeconds ?? 0n
  }
}

export function writeSetGlobalGCBarrierRequest(m: SetGlobalGCBarrierRequest, w: Writer): void {
  if (m.ttlSeconds !== 0n) {
    w.int64(m.ttlSeconds)
    w.tag(32)
  }
  if (m.barrierTs !== 0n) {
    w.uint64(m.barrierTs)
    w.tag(24)
  }
  if (m.barrierId !== "") {
    w.string(m.barrierId)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readSetGlobalGCBarrierRequest(r: Reader, end: number): SetGlobalGCBarrierRequest {
  const m: SetGlobalGCBarrierRequest = {
    header: undefined,
    barrierId: "",
    barrierTs: 0n,
    ttlSeconds: 0n
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
        m.barrierId = r.string()
        break
      case 24:
        m.barrierTs = r.uint64()
        break
      case 32:
        m.ttlSeconds = r.int64()
        break
      default:
        r.unknown(tag, "pdpb.SetGlobalGCBarrierRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const SetGlobalGCBarrierRequest: Codec<SetGlobalGCBarrierRequest> = {
  name: "pdpb.SetGlobalGCBarrierRequest",
  create: makeSetGlobalGCBarrierRequest,
  encode: writeSetGlobalGCBarrierRequest,
  decode: readSetGlobalGCBarrierRequest
}

export interface SetGlobalGCBarrierResponse {
  header: ResponseHeader | undefined
  newBarrierInfo: GlobalGCBarrierInfo | undefined
}

function makeSetGlobalGCBarrierResponse(partial: Partial<SetGlobalGCBarrierResponse> = {}): SetGlobalGCBarrierResponse {
  return {
    header: partial.header,
    newBarrierInfo: partial.newBarrierInfo
  }
}

export function writeSetGlobalGCBarrierResponse(m: SetGlobalGCBarrierResponse, w: Writer): void {
  if (m.newBarrierInfo !== undefined) {
    const start = w.mark()
    writeGlobalGCBarrierInfo(m.newBarrierInfo, w)
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

export function readSetGlobalGCBarrierResponse(r: Reader, end: number): SetGlobalGCBarrierResponse {
  const m: SetGlobalGCBarrierResponse = {
    header: undefined,
    newBarrierInfo: undefined
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
        m.newBarrierInfo = readGlobalGCBarrierInfo(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.SetGlobalGCBarrierResponse", [1, 2])
    }
  }
  return m
}

export const SetGlobalGCBarrierResponse: Codec<SetGlobalGCBarrierResponse> = {
  name: "pdpb.SetGlobalGCBarrierResponse",
  create: makeSetGlobalGCBarrierResponse,
  encode: writeSetGlobalGCBarrierResponse,
  decode: readSetGlobalGCBarrierResponse
}

export interface DeleteGlobalGCBarrierRequest {
  header: RequestHeader | undefined
  barrierId: string
}

function makeDeleteGlobalGCBarrierRequest(partial: Partial<DeleteGlobalGCBarrierRequest> = {}): DeleteGlobalGCBarrierRequest {
  return {
    header: partial.header,
    barrierId: partial.barrierId ?? ""
  }
}

export function writeDeleteGlobalGCBarrierRequest(m: DeleteGlobalGCBarrierRequest, w: Writer): void {
  if (m.barrierId !== "") {
    w.string(m.barrierId)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readDeleteGlobalGCBarrierRequest(r: Reader, end: number): DeleteGlobalGCBarrierRequest {
  const m: DeleteGlobalGCBarrierRequest = {
    header: undefined,
    barrierId: ""
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
        m.barrierId = r.string()
        break
      default:
        r.unknown(tag, "pdpb.DeleteGlobalGCBarrierRequest", [1, 2])
    }
  }
  return m
}

export const DeleteGlobalGCBarrierRequest: Codec<DeleteGlobalGCBarrierRequest> = {
  name: "pdpb.DeleteGlobalGCBarrierRequest",
  create: makeDeleteGlobalGCBarrierRequest,
  encode: writeDeleteGlobalGCBarrierRequest,
  decode: readDeleteGlobalGCBarrierRequest
}

export interface DeleteGlobalGCBarrierResponse {
  header: ResponseHeader | undefined
  deletedBarrierInfo: GlobalGCBarrierInfo | undefined
}

function makeDeleteGlobalGCBarrierResponse(partial: Partial<DeleteGlobalGCBarrierResponse> = {}): DeleteGlobalGCBarrierResponse {
  return {
    header: partial.header,
    deletedBarrierInfo: partial.deletedBarrierInfo
  }
}

export function writeDeleteGlobalGCBarrierResponse(m: DeleteGlobalGCBarrierResponse, w: Writer): void {
  if (m.deletedBarrierInfo !== undefined) {
    const start = w.mark()
    writeGlobalGCBarrierInfo(m.deletedBarrierInfo, w)
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

export function readDeleteGlobalGCBarrierResponse(r: Reader, end: number): DeleteGlobalGCBarrierResponse {
  const m: DeleteGlobalGCBarrierResponse = {
    header: undefined,
    deletedBarrierInfo: undefined
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
        m.deletedBarrierInfo = readGlobalGCBarrierInfo(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.DeleteGlobalGCBarrierResponse", [1, 2])
    }
  }
  return m
}

export const DeleteGlobalGCBarrierResponse: Codec<DeleteGlobalGCBarrierResponse> = {
  name: "pdpb.DeleteGlobalGCBarrierResponse",
  create: makeDeleteGlobalGCBarrierResponse,
  encode: writeDeleteGlobalGCBarrierResponse,
  decode: readDeleteGlobalGCBarrierResponse
}

export interface GlobalGCBarrierInfo {
  barrierId: string
  barrierTs: bigint
  ttlSeconds: bigint
}

function makeGlobalGCBarrierInfo(partial: Partial<GlobalGCBarrierInfo> = {}): GlobalGCBarrierInfo {
  return {
    barrierId: partial.barrierId ?? "",
    barrierTs: partial.barrierTs ?? 0n,
    ttlSeconds: partial.ttlSeconds ?? 0n
  }
}

export function writeGlobalGCBarrierInfo(m: GlobalGCBarrierInfo, w: Writer): void {
  if (m.ttlSeconds !== 0n) {
    w.int64(m.ttlSeconds)
    w.tag(24)
  }
  if (m.barrierTs !== 0n) {
    w.uint64(m.barrierTs)
    w.tag(16)
  }
  if (m.barrierId !== "") {
    w.string(m.barrierId)
    w.tag(10)
  }
}

export function readGlobalGCBarrierInfo(r: Reader, end: number): GlobalGCBarrierInfo {
  const m: GlobalGCBarrierInfo = {
    barrierId: "",
    barrierTs: 0n,
    ttlSeconds: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.barrierId = r.string()
        break
      case 16:
        m.barrierTs = r.uint64()
        break
      case 24:
        m.ttlSeconds = r.int64()
        break
      default:
        r.unknown(tag, "pdpb.GlobalGCBarrierInfo", [1, 2, 3])
    }
  }
  return m
}

export const GlobalGCBarrierInfo: Codec<GlobalGCBarrierInfo> = {
  name: "pdpb.GlobalGCBarrierInfo",
  create: makeGlobalGCBarrierInfo,
  encode: writeGlobalGCBarrierInfo,
  decode: readGlobalGCBarrierInfo
}

export interface GetGCStateRequest {
  header: RequestHeader | undefined
  keyspaceScope: KeyspaceScope | undefined
  excludeGcBarriers: boolean
  includeGlobalGcBarriers: boolean
}

function makeGetGCStateRequest(partial: Partial<GetGCStateRequest> = {}): GetGCStateRequest {
  return {
    header: partial.header,
    keyspaceScope: partial.keyspaceScope,
    excludeGcBarriers: partial.excludeGcBarriers ?? false,
    includeGlobalGcBarriers: partial.includeGlobalGcBarriers ?? false
  }
}

export function writeGetGCStateRequest(m: GetGCStateRequest, w: Writer): void {
  if (m.includeGlobalGcBarriers) {
    w.bool(m.includeGlobalGcBarriers)
    w.tag(32)
  }
  if (m.excludeGcBarriers) {
    w.bool(m.excludeGcBarriers)
    w.tag(24)
  }
  if (m.keyspaceScope !== undefined) {
    const start = w.mark()
    writeKeyspaceScope(m.keyspaceScope, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetGCStateRequest(r: Reader, end: number): GetGCStateRequest {
  const m: GetGCStateRequest = {
    header: undefined,
    keyspaceScope: undefined,
    excludeGcBarriers: false,
    includeGlobalGcBarriers: false
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
      case 18: {
        const to = r.enter()
        m.keyspaceScope = readKeyspaceScope(r, to)
        r.leave(to)
        break
      }
      case 24:
        m.excludeGcBarriers = r.bool()
        break
      case 32:
        m.includeGlobalGcBarriers = r.bool()
        break
      default:
        r.unknown(tag, "pdpb.GetGCStateRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const GetGCStateRequest: Codec<GetGCStateRequest> = {
  name: "pdpb.GetGCStateRequest",
  create: makeGetGCStateRequest,
  encode: writeGetGCStateRequest,
  decode: readGetGCStateRequest
}

export interface GCState {
  keyspaceScope: KeyspaceScope | undefined
  isKeyspaceLevelGc: boolean
  txnSafePoint: bigint
  gcSafePoint: bigint
  gcBarriers: GCBarrierInfo[]
}

function makeGCState(partial: Partial<GCState> = {}): GCState {
  return {
    keyspaceScope: partial.keyspaceScope,
    isKeyspaceLevelGc: partial.isKeyspaceLevelGc ?? false,
    txnSafePoint: partial.txnSafePoint ?? 0n,
    gcSafePoint: partial.gcSafePoint ?? 0n,
    gcBarriers: partial.gcBarriers ?? []
  }
}

export function writeGCState(m: GCState, w: Writer): void {
  for (let i = m.gcBarriers.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeGCBarrierInfo(m.gcBarriers[i]!, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.gcSafePoint !== 0n) {
    w.uint64(m.gcSafePoint)
    w.tag(32)
  }
  if (m.txnSafePoint !== 0n) {
    w.uint64(m.txnSafePoint)
    w.tag(24)
  }
  if (m.isKeyspaceLevelGc) {
    w.bool(m.isKeyspaceLevelGc)
    w.tag(16)
  }
  if (m.keyspaceScope !== undefined) {
    const start = w.mark()
    writeKeyspaceScope(m.keyspaceScope, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGCState(r: Reader, end: number): GCState {
  const m: GCState = {
    keyspaceScope: undefined,
    isKeyspaceLevelGc: false,
    txnSafePoint: 0n,
    gcSafePoint: 0n,
    gcBarriers: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.keyspaceScope = readKeyspaceScope(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.isKeyspaceLevelGc = r.bool()
        break
      case 24:
        m.txnSafePoint = r.uint64()
        break
      case 32:
        m.gcSafePoint = r.uint64()
        break
      case 42: {
        const to = r.enter()
        m.gcBarriers.push(readGCBarrierInfo(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.GCState", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const GCState: Codec<GCState> = {
  name: "pdpb.GCState",
  create: makeGCState,
  encode: writeGCState,
  decode: readGCState
}

export interface GlobalGCBarriersInfo {
  barriers: GlobalGCBarrierInfo[]
}

function makeGlobalGCBarriersInfo(partial: Partial<GlobalGCBarriersInfo> = {}): GlobalGCBarriersInfo {
  return {
    barriers: partial.barriers ?? []
  }
}

export function writeGlobalGCBarriersInfo(m: GlobalGCBarriersInfo, w: Writer): void {
  for (let i = m.barriers.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeGlobalGCBarrierInfo(m.barriers[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGlobalGCBarriersInfo(r: Reader, end: number): GlobalGCBarriersInfo {
  const m: GlobalGCBarriersInfo = {
    barriers: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.barriers.push(readGlobalGCBarrierInfo(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.GlobalGCBarriersInfo", [1])
    }
  }
  return m
}

export const GlobalGCBarriersInfo: Codec<GlobalGCBarriersInfo> = {
  name: "pdpb.GlobalGCBarriersInfo",
  create: makeGlobalGCBarriersInfo,
  encode: writeGlobalGCBarriersInfo,
  decode: readGlobalGCBarriersInfo
}

export interface GetGCStateResponse {
  header: ResponseHeader | undefined
  gcState: GCState | undefined
  globalGcBarriers: GlobalGCBarriersInfo | undefined
}

function makeGetGCStateResponse(partial: Partial<GetGCStateResponse> = {}): GetGCStateResponse {
  return {
    header: partial.header,
    gcState: partial.gcState,
    globalGcBarriers: partial.globalGcBarriers
  }
}

export function writeGetGCStateResponse(m: GetGCStateResponse, w: Writer): void {
  if (m.globalGcBarriers !== undefined) {
    const start = w.mark()
    writeGlobalGCBarriersInfo(m.globalGcBarriers, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.gcState !== undefined) {
    const start = w.mark()
    writeGCState(m.gcState, w)
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

export function readGetGCStateResponse(r: Reader, end: number): GetGCStateResponse {
  const m: GetGCStateResponse = {
    header: undefined,
    gcState: undefined,
    globalGcBarriers: undefined
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
        m.gcState = readGCState(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.globalGcBarriers = readGlobalGCBarriersInfo(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.GetGCStateResponse", [1, 2, 3])
    }
  }
  return m
}

export const GetGCStateResponse: Codec<GetGCStateResponse> = {
  name: "pdpb.GetGCStateResponse",
  create: makeGetGCStateResponse,
  encode: writeGetGCStateResponse,
  decode: readGetGCStateResponse
}

export interface GetAllKeyspacesGCStatesRequest {
  header: RequestHeader | undefined
  excludeGcBarriers: boolean
  excludeGlobalGcBarriers: boolean
}

function makeGetAllKeyspacesGCStatesRequest(partial: Partial<GetAllKeyspacesGCStatesRequest> = {}): GetAllKeyspacesGCStatesRequest {
  return {
    header: partial.header,
    excludeGcBarriers: partial.excludeGcBarriers ?? false,
    excludeGlobalGcBarriers: partial.excludeGlobalGcBarriers ?? false
  }
}

export function writeGetAllKeyspacesGCStatesRequest(m: GetAllKeyspacesGCStatesRequest, w: Writer): void {
  if (m.excludeGlobalGcBarriers) {
    w.bool(m.excludeGlobalGcBarriers)
    w.tag(24)
  }
  if (m.excludeGcBarriers) {
    w.bool(m.excludeGcBarriers)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetAllKeyspacesGCStatesRequest(r: Reader, end: number): GetAllKeyspacesGCStatesRequest {
  const m: GetAllKeyspacesGCStatesRequest = {
    header: undefined,
    excludeGcBarriers: false,
    excludeGlobalGcBarriers: false
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
      case 16:
        m.excludeGcBarriers = r.bool()
        break
      case 24:
        m.excludeGlobalGcBarriers = r.bool()
        break
      default:
        r.unknown(tag, "pdpb.GetAllKeyspacesGCStatesRequest", [1, 2, 3])
    }
  }
  return m
}

export const GetAllKeyspacesGCStatesRequest: Codec<GetAllKeyspacesGCStatesRequest> = {
  name: "pdpb.GetAllKeyspacesGCStatesRequest",
  create: makeGetAllKeyspacesGCStatesRequest,
  encode: writeGetAllKeyspacesGCStatesRequest,
  decode: readGetAllKeyspacesGCStatesRequest
}

export interface GetAllKeyspacesGCStatesResponse {
  header: ResponseHeader | undefined
  gcStates: GCState[]
  globalGcBarriers: GlobalGCBarrierInfo[]
}

function makeGetAllKeyspacesGCStatesResponse(partial: Partial<GetAllKeyspacesGCStatesResponse> = {}): GetAllKeyspacesGCStatesResponse {
  return {
    header: partial.header,
    gcStates: partial.gcStates ?? [],
    globalGcBarriers: partial.globalGcBarriers ?? []
  }
}

export function writeGetAllKeyspacesGCStatesResponse(m: GetAllKeyspacesGCStatesResponse, w: Writer): void {
  for (let i = m.globalGcBarriers.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeGlobalGCBarrierInfo(m.globalGcBarriers[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  for (let i = m.gcStates.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeGCState(m.gcStates[i]!, w)
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

export function readGetAllKeyspacesGCStatesResponse(r: Reader, end: number): GetAllKeyspacesGCStatesResponse {
  const m: GetAllKeyspacesGCStatesResponse = {
    header: undefined,
    gcStates: [],
    globalGcBarriers: []
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
        m.gcStates.push(readGCState(r, to))
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.globalGcBarriers.push(readGlobalGCBarrierInfo(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.GetAllKeyspacesGCStatesResponse", [1, 2, 3])
    }
  }
  return m
}

export const GetAllKeyspacesGCStatesResponse: Codec<GetAllKeyspacesGCStatesResponse> = {
  name: "pdpb.GetAllKeyspacesGCStatesResponse",
  create: makeGetAllKeyspacesGCStatesResponse,
  encode: writeGetAllKeyspacesGCStatesResponse,
  decode: readGetAllKeyspacesGCStatesResponse
}

export interface GetOperatorRequest {
  header: RequestHeader | undefined
  regionId: number
}

function makeGetOperatorRequest(partial: Partial<GetOperatorRequest> = {}): GetOperatorRequest {
  return {
    header: partial.header,
    regionId: partial.regionId ?? 0
  }
}

export function writeGetOperatorRequest(m: GetOperatorRequest, w: Writer): void {
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetOperatorRequest(r: Reader, end: number): GetOperatorRequest {
  const m: GetOperatorRequest = {
    header: undefined,
    regionId: 0
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
      case 16:
        m.regionId = r.uint53()
        break
      default:
        r.unknown(tag, "pdpb.GetOperatorRequest", [1, 2])
    }
  }
  return m
}

export const GetOperatorRequest: Codec<GetOperatorRequest> = {
  name: "pdpb.GetOperatorRequest",
  create: makeGetOperatorRequest,
  encode: writeGetOperatorRequest,
  decode: readGetOperatorRequest
}

export interface GetOperatorResponse {
  header: ResponseHeader | undefined
  regionId: number
  desc: Uint8Array
  status: OperatorStatus
  kind: Uint8Array
}

function makeGetOperatorResponse(partial: Partial<GetOperatorResponse> = {}): GetOperatorResponse {
  return {
    header: partial.header,
    regionId: partial.regionId ?? 0,
    desc: partial.desc ?? EMPTY,
    status: partial.status ?? 0,
    kind: partial.kind ?? EMPTY
  }
}

export function writeGetOperatorResponse(m: GetOperatorResponse, w: Writer): void {
  if (m.kind.length > 0) {
    w.bytes(m.kind)
    w.tag(42)
  }
  if (m.status !== 0) {
    w.int32(m.status)
    w.tag(32)
  }
  if (m.desc.length > 0) {
    w.bytes(m.desc)
    w.tag(26)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetOperatorResponse(r: Reader, end: number): GetOperatorResponse {
  const m: GetOperatorResponse = {
    header: undefined,
    regionId: 0,
    desc: EMPTY,
    status: 0,
    kind: EMPTY
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
      case 16:
        m.regionId = r.uint53()
        break
      case 26:
        m.desc = r.bytes()
        break
      case 32:
        m.status = r.int32()
        break
      case 42:
        m.kind = r.bytes()
        break
      default:
        r.unknown(tag, "pdpb.GetOperatorResponse", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const GetOperatorResponse: Codec<GetOperatorResponse> = {
  name: "pdpb.GetOperatorResponse",
  create: makeGetOperatorResponse,
  encode: writeGetOperatorResponse,
  decode: readGetOperatorResponse
}

export interface SplitRegionsRequest {
  header: RequestHeader | undefined
  splitKeys: Uint8Array[]
  retryLimit: number
}

function makeSplitRegionsRequest(partial: Partial<SplitRegionsRequest> = {}): SplitRegionsRequest {
  return {
    header: partial.header,
    splitKeys: partial.splitKeys ?? [],
    retryLimit: partial.retryLimit ?? 0
  }
}

export function writeSplitRegionsRequest(m: SplitRegionsRequest, w: Writer): void {
  if (m.retryLimit !== 0) {
    w.uint53(m.retryLimit)
    w.tag(24)
  }
  for (let i = m.splitKeys.length - 1; i >= 0; i--) {
    w.bytes(m.splitKeys[i]!)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readSplitRegionsRequest(r: Reader, end: number): SplitRegionsRequest {
  const m: SplitRegionsRequest = {
    header: undefined,
    splitKeys: [],
    retryLimit: 0
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
        m.splitKeys.push(r.bytes())
        break
      case 24:
        m.retryLimit = r.uint53()
        break
      default:
        r.unknown(tag, "pdpb.SplitRegionsRequest", [1, 2, 3])
    }
  }
  return m
}

export const SplitRegionsRequest: Codec<SplitRegionsRequest> = {
  name: "pdpb.SplitRegionsRequest",
  create: makeSplitRegionsRequest,
  encode: writeSplitRegionsRequest,
  decode: readSplitRegionsRequest
}

export interface SplitRegionsResponse {
  header: ResponseHeader | undefined
  finishedPercentage: number
  regionsId: number[]
}

function makeSplitRegionsResponse(partial: Partial<SplitRegionsResponse> = {}): SplitRegionsResponse {
  return {
    header: partial.header,
    finishedPercentage: partial.finishedPercentage ?? 0,
    regionsId: partial.regionsId ?? []
  }
}

export function writeSplitRegionsResponse(m: SplitRegionsResponse, w: Writer): void {
  if (m.regionsId.length > 0) {
    const list = w.mark()
    for (let i = m.regionsId.length - 1; i >= 0; i--) w.uint53(m.regionsId[i]!)
    w.lengthSince(list)
    w.tag(26)
  }
  if (m.finishedPercentage !== 0) {
    w.uint53(m.finishedPercentage)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readSplitRegionsResponse(r: Reader, end: number): SplitRegionsResponse {
  const m: SplitRegionsResponse = {
    header: undefined,
    finishedPercentage: 0,
    regionsId: []
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
      case 16:
        m.finishedPercentage = r.uint53()
        break
      case 24:
        m.regionsId.push(r.uint53())
        break
      case 26: {
        const to = r.enterPacked()
        while (r.pos < to) m.regionsId.push(r.uint53())
        r.leavePacked(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.SplitRegionsResponse", [1, 2, 3])
    }
  }
  return m
}

export const SplitRegionsResponse: Codec<SplitRegionsResponse> = {
  name: "pdpb.SplitRegionsResponse",
  create: makeSplitRegionsResponse,
  encode: writeSplitRegionsResponse,
  decode: readSplitRegionsResponse
}

export interface SplitAndScatterRegionsRequest {
  header: RequestHeader | undefined
  splitKeys: Uint8Array[]
  group: string
  retryLimit: number
}

function makeSplitAndScatterRegionsRequest(partial: Partial<SplitAndScatterRegionsRequest> = {}): SplitAndScatterRegionsRequest {
  return {
    header: partial.header,
    splitKeys: partial.splitKeys ?? [],
    group: partial.group ?? "",
    retryLimit: partial.retryLimit ?? 0
  }
}

export function writeSplitAndScatterRegionsRequest(m: SplitAndScatterRegionsRequest, w: Writer): void {
  if (m.retryLimit !== 0) {
    w.uint53(m.retryLimit)
    w.tag(32)
  }
  if (m.group !== "") {
    w.string(m.group)
    w.tag(26)
  }
  for (let i = m.splitKeys.length - 1; i >= 0; i--) {
    w.bytes(m.splitKeys[i]!)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readSplitAndScatterRegionsRequest(r: Reader, end: number): SplitAndScatterRegionsRequest {
  const m: SplitAndScatterRegionsRequest = {
    header: undefined,
    splitKeys: [],
    group: "",
    retryLimit: 0
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
        m.splitKeys.push(r.bytes())
        break
      case 26:
        m.group = r.string()
        break
      case 32:
        m.retryLimit = r.uint53()
        break
      default:
        r.unknown(tag, "pdpb.SplitAndScatterRegionsRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const SplitAndScatterRegionsRequest: Codec<SplitAndScatterRegionsRequest> = {
  name: "pdpb.SplitAndScatterRegionsRequest",
  create: makeSplitAndScatterRegionsRequest,
  encode: writeSplitAndScatterRegionsRequest,
  decode: readSplitAndScatterRegionsRequest
}

export interface SplitAndScatterRegionsResponse {
  header: ResponseHeader | undefined
  splitFinishedPercentage: number
  scatterFinishedPercentage: number
  regionsId: number[]
}

function makeSplitAndScatterRegionsResponse(partial: Partial<SplitAndScatterRegionsResponse> = {}): SplitAndScatterRegionsResponse {
  return {
    header: partial.header,
    splitFinishedPercentage: partial.splitFinishedPercentage ?? 0,
    scatterFinishedPercentage: partial.scatterFinishedPercentage ?? 0,
    regionsId: partial.regionsId ?? []
  }
}

export function writeSplitAndScatterRegionsResponse(m: SplitAndScatterRegionsResponse, w: Writer): void {
  if (m.regionsId.length > 0) {
    const list = w.mark()
    for (let i = m.regionsId.length - 1; i >= 0; i--) w.uint53(m.regionsId[i]!)
    w.lengthSince(list)
    w.tag(34)
  }
  if (m.scatterFinishedPercentage !== 0) {
    w.uint53(m.scatterFinishedPercentage)
    w.tag(24)
  }
  if (m.splitFinishedPercentage !== 0) {
    w.uint53(m.splitFinishedPercentage)
    w.tag(16)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readSplitAndScatterRegionsResponse(r: Reader, end: number): SplitAndScatterRegionsResponse {
  const m: SplitAndScatterRegionsResponse = {
    header: undefined,
    splitFinishedPercentage: 0,
    scatterFinishedPercentage: 0,
    regionsId: []
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
      case 16:
        m.splitFinishedPercentage = r.uint53()
        break
      case 24:
        m.scatterFinishedPercentage = r.uint53()
        break
      case 32:
        m.regionsId.push(r.uint53())
        break
      case 34: {
        const to = r.enterPacked()
        while (r.pos < to) m.regionsId.push(r.uint53())
        r.leavePacked(to)
        break
      }
      default:
        r.unknown(tag, "pdpb.SplitAndScatterRegionsResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const SplitAndScatterRegionsResponse: Codec<SplitAndScatterRegionsResponse> = {
  name: "pdpb.SplitAndScatterRegionsResponse",
  create: makeSplitAndScatterRegionsResponse,
  encode: writeSplitAndScatterRegionsResponse,
  decode: readSplitAndScatterRegionsResponse
}

export interface QueryStats {
  gc: number
  get: number
  scan: number
  coprocessor: number
  delete: number
  deleteRange: number
  put: number
  prewrite: number
  acquirePessimisticLock: number
  commit: number
  rollback: number
}

function makeQueryStats(partial: Partial<QueryStats> = {}): QueryStats {
  return {
    gc: partial.gc ?? 0,
    get: partial.get ?? 0,
    scan: partial.scan ?? 0,
    coprocessor: partial.coprocessor ?? 0,
    delete: partial.delete ?? 0,
    deleteRange: partial.deleteRange ?? 0,
    put: partial.put ?? 0,
    prewrite: partial.prewrite ?? 0,
    acquirePessimisticLock: partial.acquirePessimisticLock ?? 0,
    commit: partial.commit ?? 0,
    rollback: partial.rollback ?? 0
  }
}

export function writeQueryStats(m: QueryStats, w: Writer): void {
  if (m.rollback !== 0) {
    w.uint53(m.rollback)
    w.tag(88)
  }
  if (m.commit !== 0) {
    w.uint53(m.commit)
    w.tag(80)
  }
  if (m.acquirePessimisticLock !== 0) {
    w.uint53(m.acquirePessimisticLock)
    w.tag(72)
  }
  if (m.prewrite !== 0) {
    w.uint53(m.prewrite)
    w.tag(64)
  }
  if (m.put !== 0) {
    w.uint53(m.put)
    w.tag(56)
  }
  if (m.deleteRange !== 0) {
    w.uint53(m.deleteRange)
    w.tag(48)
  }
  if (m.delete !== 0) {
    w.uint53(m.delete)
    w.tag(40)
  }
  if (m.coprocessor !== 0) {
    w.uint53(m.coprocessor)
    w.tag(32)
  }
  if (m.scan !== 0) {
    w.uint53(m.scan)
    w.tag(24)
  }
  if (m.get !== 0) {
    w.uint53(m.get)
    w.tag(16)
  }
  if (m.gc !== 0) {
    w.uint53(m.gc)
    w.tag(8)
  }
}

export function readQueryStats(r: Reader, end: number): QueryStats {
  const m: QueryStats = {
    gc: 0,
    get: 0,
    scan: 0,
    coprocessor: 0,
    delete: 0,
    deleteRange: 0,
    put: 0,
    prewrite: 0,
    acquirePessimisticLock: 0,
    commit: 0,
    rollback: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.gc = r.uint53()
        break
      case 16:
        m.get = r.uint53()
        break
      case 24:
        m.scan = r.uint53()
        break
      case 32:
        m.coprocessor = r.uint53()
        break
      case 40:
        m.delete = r.uint53()
        break
      case 48:
        m.deleteRange = r.uint53()
        break
      case 56:
        m.put = r.uint53()
        break
      case 64:
        m.prewrite = r.uint53()
        break
      case 72:
        m.acquirePessimisticLock = r.uint53()
        break
      case 80:
        m.commit = r.uint53()
        break
      case 88:
        m.rollback = r.uint53()
        break
      default:
        r.unknown(tag, "pdpb.QueryStats", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    }
  }
  return m
}

export const QueryStats: Codec<QueryStats> = {
  name: "pdpb.QueryStats",
  create: makeQueryStats,
  encode: writeQueryStats,
  decode: readQueryStats
}

export interface CPUStats {
  unifiedRead: number
  scheduler: number
}

function makeCPUStats(partial: Partial<CPUStats> = {}): CPUStats {
  return {
    unifiedRead: partial.unifiedRead ?? 0,
    scheduler: partial.scheduler ?? 0
  }
}

export function writeCPUStats(m: CPUStats, w: Writer): void {
  if (m.scheduler !== 0) {
    w.uint53(m.scheduler)
    w.tag(16)
  }
  if (m.unifiedRead !== 0) {
    w.uint53(m.unifiedRead)
    w.tag(8)
  }
}

export function readCPUStats(r: Reader, end: number): CPUStats {
  const m: CPUStats = {
    unifiedRead: 0,
    scheduler: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.unifiedRead = r.uint53()
        break
      case 16:
        m.scheduler = r.uint53()
        break
      default:
        r.unknown(tag, "pdpb.CPUStats", [1, 2])
    }
  }
  return m
}

export const CPUStats: Codec<CPUStats> = {
  name: "pdpb.CPUStats",
  create: makeCPUStats,
  encode: writeCPUStats,
  decode: readCPUStats
}
