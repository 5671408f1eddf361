/**
 * Generated from proto/raft_cmdpb.proto by `bun run generate`; do not edit.
 *
 * What a region proposes through its raft log: data and admin commands.
 */

import type { Codec } from "../codec/Codec.ts"
import { EMPTY, type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"
import * as eraftpb from "./eraftpb.ts"
import * as errorpb from "./errorpb.ts"
import * as kvrpcpb from "./kvrpcpb.ts"
import * as metapb from "./metapb.ts"
import * as raft_serverpb from "./raft_serverpb.ts"

export const CmdType = {
  Invalid: 0,
  Get: 1,
  Put: 3,
  Delete: 4,
  Snap: 5,
  Prewrite: 6,
  DeleteRange: 7,
  IngestSST: 8,
  ReadIndex: 9
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type CmdType = (typeof CmdType)[keyof typeof CmdType] | (number & {})

export const AdminCmdType = {
  InvalidAdmin: 0,
  ChangePeer: 1,
  Split: 2,
  CompactLog: 3,
  TransferLeader: 4,
  ComputeHash: 5,
  VerifyHash: 6,
  PrepareMerge: 7,
  CommitMerge: 8,
  RollbackMerge: 9,
  BatchSplit: 10,
  ChangePeerV2: 11,
  PrepareFlashback: 12,
  FinishFlashback: 13,
  BatchSwitchWitness: 14,
  UpdateGcPeer: 15
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type AdminCmdType = (typeof AdminCmdType)[keyof typeof AdminCmdType] | (number & {})

export const StatusCmdType = {
  InvalidStatus: 0,
  RegionLeader: 1,
  RegionDetail: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type StatusCmdType = (typeof StatusCmdType)[keyof typeof StatusCmdType] | (number & {})

export interface GetRequest {
  cf: string
  key: Uint8Array
}

function makeGetRequest(partial: Partial<GetRequest> = {}): GetRequest {
  return {
    cf: partial.cf ?? "",
    key: partial.key ?? EMPTY
  }
}

export function writeGetRequest(m: GetRequest, w: Writer): void {
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(10)
  }
}

export function readGetRequest(r: Reader, end: number): GetRequest {
  const m: GetRequest = {
    cf: "",
    key: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.cf = r.string()
        break
      case 18:
        m.key = r.bytes()
        break
      default:
        r.unknown(tag, "raft_cmdpb.GetRequest", [1, 2])
    }
  }
  return m
}

export const GetRequest: Codec<GetRequest> = {
  name: "raft_cmdpb.GetRequest",
  create: makeGetRequest,
  encode: writeGetRequest,
  decode: readGetRequest
}

export interface GetResponse {
  value: Uint8Array
}

function makeGetResponse(partial: Partial<GetResponse> = {}): GetResponse {
  return {
    value: partial.value ?? EMPTY
  }
}

export function writeGetResponse(m: GetResponse, w: Writer): void {
  if (m.value.length > 0) {
    w.bytes(m.value)
    w.tag(10)
  }
}

export function readGetResponse(r: Reader, end: number): GetResponse {
  const m: GetResponse = {
    value: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.value = r.bytes()
        break
      default:
        r.unknown(tag, "raft_cmdpb.GetResponse", [1])
    }
  }
  return m
}

export const GetResponse: Codec<GetResponse> = {
  name: "raft_cmdpb.GetResponse",
  create: makeGetResponse,
  encode: writeGetResponse,
  decode: readGetResponse
}

export interface PutRequest {
  cf: string
  key: Uint8Array
  value: Uint8Array
}

function makePutRequest(partial: Partial<PutRequest> = {}): PutRequest {
  return {
    cf: partial.cf ?? "",
    key: partial.key ?? EMPTY,
    value: partial.value ?? EMPTY
  }
}

export function writePutRequest(m: PutRequest, w: Writer): void {
  if (m.value.length > 0) {
    w.bytes(m.value)
    w.tag(26)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(10)
  }
}

export function readPutRequest(r: Reader, end: number): PutRequest {
  const m: PutRequest = {
    cf: "",
    key: EMPTY,
    value: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.cf = r.string()
        break
      case 18:
        m.key = r.bytes()
        break
      case 26:
        m.value = r.bytes()
        break
      default:
        r.unknown(tag, "raft_cmdpb.PutRequest", [1, 2, 3])
    }
  }
  return m
}

export const PutRequest: Codec<PutRequest> = {
  name: "raft_cmdpb.PutRequest",
  create: makePutRequest,
  encode: writePutRequest,
  decode: readPutRequest
}

export interface PutResponse {}

function makePutResponse(_partial?: Partial<PutResponse>): PutResponse {
  return {}
}

export function writePutResponse(_m: PutResponse, _w: Writer): void {}

export function readPutResponse(r: Reader, end: number): PutResponse {
  const m: PutResponse = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.PutResponse", [])
  }
  return m
}

export const PutResponse: Codec<PutResponse> = {
  name: "raft_cmdpb.PutResponse",
  create: makePutResponse,
  encode: writePutResponse,
  decode: readPutResponse
}

export interface DeleteRequest {
  cf: string
  key: Uint8Array
}

function makeDeleteRequest(partial: Partial<DeleteRequest> = {}): DeleteRequest {
  return {
    cf: partial.cf ?? "",
    key: partial.key ?? EMPTY
  }
}

export function writeDeleteRequest(m: DeleteRequest, w: Writer): void {
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(10)
  }
}

export function readDeleteRequest(r: Reader, end: number): DeleteRequest {
  const m: DeleteRequest = {
    cf: "",
    key: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.cf = r.string()
        break
      case 18:
        m.key = r.bytes()
        break
      default:
        r.unknown(tag, "raft_cmdpb.DeleteRequest", [1, 2])
    }
  }
  return m
}

export const DeleteRequest: Codec<DeleteRequest> = {
  name: "raft_cmdpb.DeleteRequest",
  create: makeDeleteRequest,
  encode: writeDeleteRequest,
  decode: readDeleteRequest
}

export interface DeleteResponse {}

function makeDeleteResponse(_partial?: Partial<DeleteResponse>): DeleteResponse {
  return {}
}

export function writeDeleteResponse(_m: DeleteResponse, _w: Writer): void {}

export function readDeleteResponse(r: Reader, end: number): DeleteResponse {
  const m: DeleteResponse = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.DeleteResponse", [])
  }
  return m
}

export const DeleteResponse: Codec<DeleteResponse> = {
  name: "raft_cmdpb.DeleteResponse",
  create: makeDeleteResponse,
  encode: writeDeleteResponse,
  decode: readDeleteResponse
}

export interface DeleteRangeRequest {
  cf: string
  startKey: Uint8Array
  endKey: Uint8Array
  notifyOnly: boolean
}

function makeDeleteRangeRequest(partial: Partial<DeleteRangeRequest> = {}): DeleteRangeRequest {
  return {
    cf: partial.cf ?? "",
    startKey: partial.startKey ?? EMPTY,
    endKey: partial.endKey ?? EMPTY,
    notifyOnly: partial.notifyOnly ?? false
  }
}

export function writeDeleteRangeRequest(m: DeleteRangeRequest, w: Writer): void {
  if (m.notifyOnly) {
    w.bool(m.notifyOnly)
    w.tag(32)
  }
  if (m.endKey.length > 0) {
    w.bytes(m.endKey)
    w.tag(26)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(18)
  }
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(10)
  }
}

export function readDeleteRangeRequest(r: Reader, end: number): DeleteRangeRequest {
  const m: DeleteRangeRequest = {
    cf: "",
    startKey: EMPTY,
    endKey: EMPTY,
    notifyOnly: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.cf = r.string()
        break
      case 18:
        m.startKey = r.bytes()
        break
      case 26:
        m.endKey = r.bytes()
        break
      case 32:
        m.notifyOnly = r.bool()
        break
      default:
        r.unknown(tag, "raft_cmdpb.DeleteRangeRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const DeleteRangeRequest: Codec<DeleteRangeRequest> = {
  name: "raft_cmdpb.DeleteRangeRequest",
  create: makeDeleteRangeRequest,
  encode: writeDeleteRangeRequest,
  decode: readDeleteRangeRequest
}

export interface DeleteRangeResponse {}

function makeDeleteRangeResponse(_partial?: Partial<DeleteRangeResponse>): DeleteRangeResponse {
  return {}
}

export function writeDeleteRangeResponse(_m: DeleteRangeResponse, _w: Writer): void {}

export function readDeleteRangeResponse(r: Reader, end: number): DeleteRangeResponse {
  const m: DeleteRangeResponse = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.DeleteRangeResponse", [])
  }
  return m
}

export const DeleteRangeResponse: Codec<DeleteRangeResponse> = {
  name: "raft_cmdpb.DeleteRangeResponse",
  create: makeDeleteRangeResponse,
  encode: writeDeleteRangeResponse,
  decode: readDeleteRangeResponse
}

export interface SnapRequest {}

function makeSnapRequest(_partial?: Partial<SnapRequest>): SnapRequest {
  return {}
}

export function writeSnapRequest(_m: SnapRequest, _w: Writer): void {}

export function readSnapRequest(r: Reader, end: number): SnapRequest {
  const m: SnapRequest = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.SnapRequest", [])
  }
  return m
}

export const SnapRequest: Codec<SnapRequest> = {
  name: "raft_cmdpb.SnapRequest",
  create: makeSnapRequest,
  encode: writeSnapRequest,
  decode: readSnapRequest
}

export interface SnapResponse {
  region: metapb.Region | undefined
}

function makeSnapResponse(partial: Partial<SnapResponse> = {}): SnapResponse {
  return {
    region: partial.region
  }
}

export function writeSnapResponse(m: SnapResponse, w: Writer): void {
  if (m.region !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.region, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readSnapResponse(r: Reader, end: number): SnapResponse {
  const m: SnapResponse = {
    region: undefined
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
      default:
        r.unknown(tag, "raft_cmdpb.SnapResponse", [1])
    }
  }
  return m
}

export const SnapResponse: Codec<SnapResponse> = {
  name: "raft_cmdpb.SnapResponse",
  create: makeSnapResponse,
  encode: writeSnapResponse,
  decode: readSnapResponse
}

export interface PrewriteRequest {
  key: Uint8Array
  value: Uint8Array
  lock: Uint8Array
}

function makePrewriteRequest(partial: Partial<PrewriteRequest> = {}): PrewriteRequest {
  return {
    key: partial.key ?? EMPTY,
    value: partial.value ?? EMPTY,
    lock: partial.lock ?? EMPTY
  }
}

export function writePrewriteRequest(m: PrewriteRequest, w: Writer): void {
  if (m.lock.length > 0) {
    w.bytes(m.lock)
    w.tag(26)
  }
  if (m.value.length > 0) {
    w.bytes(m.value)
    w.tag(18)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(10)
  }
}

export function readPrewriteRequest(r: Reader, end: number): PrewriteRequest {
  const m: PrewriteRequest = {
    key: EMPTY,
    value: EMPTY,
    lock: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.key = r.bytes()
        break
      case 18:
        m.value = r.bytes()
        break
      case 26:
        m.lock = r.bytes()
        break
      default:
        r.unknown(tag, "raft_cmdpb.PrewriteRequest", [1, 2, 3])
    }
  }
  return m
}

export const PrewriteRequest: Codec<PrewriteRequest> = {
  name: "raft_cmdpb.PrewriteRequest",
  create: makePrewriteRequest,
  encode: writePrewriteRequest,
  decode: readPrewriteRequest
}

export interface PrewriteResponse {}

function makePrewriteResponse(_partial?: Partial<PrewriteResponse>): PrewriteResponse {
  return {}
}

export function writePrewriteResponse(_m: PrewriteResponse, _w: Writer): void {}

export function readPrewriteResponse(r: Reader, end: number): PrewriteResponse {
  const m: PrewriteResponse = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.PrewriteResponse", [])
  }
  return m
}

export const PrewriteResponse: Codec<PrewriteResponse> = {
  name: "raft_cmdpb.PrewriteResponse",
  create: makePrewriteResponse,
  encode: writePrewriteResponse,
  decode: readPrewriteResponse
}

export interface ReadIndexRequest {
  startTs: bigint
  keyRanges: kvrpcpb.KeyRange[]
}

function makeReadIndexRequest(partial: Partial<ReadIndexRequest> = {}): ReadIndexRequest {
  return {
    startTs: partial.startTs ?? 0n,
    keyRanges: partial.keyRanges ?? []
  }
}

export function writeReadIndexRequest(m: ReadIndexRequest, w: Writer): void {
  for (let i = m.keyRanges.length - 1; i >= 0; i--) {
    const start = w.mark()
    kvrpcpb.writeKeyRange(m.keyRanges[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(8)
  }
}

export function readReadIndexRequest(r: Reader, end: number): ReadIndexRequest {
  const m: ReadIndexRequest = {
    startTs: 0n,
    keyRanges: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.startTs = r.uint64()
        break
      case 18: {
        const to = r.enter()
        m.keyRanges.push(kvrpcpb.readKeyRange(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.ReadIndexRequest", [1, 2])
    }
  }
  return m
}

export const ReadIndexRequest: Codec<ReadIndexRequest> = {
  name: "raft_cmdpb.ReadIndexRequest",
  create: makeReadIndexRequest,
  encode: writeReadIndexRequest,
  decode: readReadIndexRequest
}

export interface ReadIndexResponse {
  readIndex: number
  locked: kvrpcpb.LockInfo | undefined
}

function makeReadIndexResponse(partial: Partial<ReadIndexResponse> = {}): ReadIndexResponse {
  return {
    readIndex: partial.readIndex ?? 0,
    locked: partial.locked
  }
}

export function writeReadIndexResponse(m: ReadIndexResponse, w: Writer): void {
  if (m.locked !== undefined) {
    const start = w.mark()
    kvrpcpb.writeLockInfo(m.locked, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.readIndex !== 0) {
    w.uint53(m.readIndex)
    w.tag(8)
  }
}

export function readReadIndexResponse(r: Reader, end: number): ReadIndexResponse {
  const m: ReadIndexResponse = {
    readIndex: 0,
    locked: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.readIndex = r.uint53()
        break
      case 18: {
        const to = r.enter()
        m.locked = kvrpcpb.readLockInfo(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.ReadIndexResponse", [1, 2])
    }
  }
  return m
}

export const ReadIndexResponse: Codec<ReadIndexResponse> = {
  name: "raft_cmdpb.ReadIndexResponse",
  create: makeReadIndexResponse,
  encode: writeReadIndexResponse,
  decode: readReadIndexResponse
}

export interface Request {
  cmdType: CmdType
  get: GetRequest | undefined
  put: PutRequest | undefined
  delete: DeleteRequest | undefined
  snap: SnapRequest | undefined
  prewrite: PrewriteRequest | undefined
  deleteRange: DeleteRangeRequest | undefined
  readIndex: ReadIndexRequest | undefined
}

function makeRequest(partial: Partial<Request> = {}): Request {
  return {
    cmdType: partial.cmdType ?? 0,
    get: partial.get,
    put: partial.put,
    delete: partial.delete,
    snap: partial.snap,
    prewrite: partial.prewrite,
    deleteRange: partial.deleteRange,
    readIndex: partial.readIndex
  }
}

export function writeRequest(m: Request, w: Writer): void {
  if (m.readIndex !== undefined) {
    const start = w.mark()
    writeReadIndexRequest(m.readIndex, w)
    w.lengthSince(start)
    w.tag(82)
  }
  if (m.deleteRange !== undefined) {
    const start = w.mark()
    writeDeleteRangeRequest(m.deleteRange, w)
    w.lengthSince(start)
    w.tag(66)
  }
  if (m.prewrite !== undefined) {
    const start = w.mark()
    writePrewriteRequest(m.prewrite, w)
    w.lengthSince(start)
    w.tag(58)
  }
  if (m.snap !== undefined) {
    const start = w.mark()
    writeSnapRequest(m.snap, w)
    w.lengthSince(start)
    w.tag(50)
  }
  if (m.delete !== undefined) {
    const start = w.mark()
    writeDeleteRequest(m.delete, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.put !== undefined) {
    const start = w.mark()
    writePutRequest(m.put, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.get !== undefined) {
    const start = w.mark()
    writeGetRequest(m.get, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.cmdType !== 0) {
    w.int32(m.cmdType)
    w.tag(8)
  }
}

export function readRequest(r: Reader, end: number): Request {
  const m: Request = {
    cmdType: 0,
    get: undefined,
    put: undefined,
    delete: undefined,
    snap: undefined,
    prewrite: undefined,
    deleteRange: undefined,
    readIndex: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.cmdType = r.int32()
        break
      case 18: {
        const to = r.enter()
        m.get = readGetRequest(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.put = readPutRequest(r, to)
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.delete = readDeleteRequest(r, to)
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.snap = readSnapRequest(r, to)
        r.leave(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.prewrite = readPrewriteRequest(r, to)
        r.leave(to)
        break
      }
      case 66: {
        const to = r.enter()
        m.deleteRange = readDeleteRangeRequest(r, to)
        r.leave(to)
        break
      }
      case 82: {
        const to = r.enter()
        m.readIndex = readReadIndexRequest(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.Request", [1, 2, 4, 5, 6, 7, 8, 10])
    }
  }
  return m
}

export const Request: Codec<Request> = {
  name: "raft_cmdpb.Request",
  create: makeRequest,
  encode: writeRequest,
  decode: readRequest
}

export interface Response {
  cmdType: CmdType
  get: GetResponse | undefined
  put: PutResponse | undefined
  delete: DeleteResponse | undefined
  snap: SnapResponse | undefined
  prewrite: PrewriteResponse | undefined
  delteRange: DeleteRangeResponse | undefined
  readIndex: ReadIndexResponse | undefined
}

function makeResponse(partial: Partial<Response> = {}): Response {
  return {
    cmdType: partial.cmdType ?? 0,
    get: partial.get,
    put: partial.put,
    delete: partial.delete,
    snap: partial.snap,
    prewrite: partial.prewrite,
    delteRange: partial.delteRange,
    readIndex: partial.readIndex
  }
}

export function writeResponse(m: Response, w: Writer): void {
  if (m.readIndex !== undefined) {
    const start = w.mark()
    writeReadIndexResponse(m.readIndex, w)
    w.lengthSince(start)
    w.tag(82)
  }
  if (m.delteRange !== undefined) {
    const start = w.mark()
    writeDeleteRangeResponse(m.delteRange, w)
    w.lengthSince(start)
    w.tag(66)
  }
  if (m.prewrite !== undefined) {
    const start = w.mark()
    writePrewriteResponse(m.prewrite, w)
    w.lengthSince(start)
    w.tag(58)
  }
  if (m.snap !== undefined) {
    const start = w.mark()
    writeSnapResponse(m.snap, w)
    w.lengthSince(start)
    w.tag(50)
  }
  if (m.delete !== undefined) {
    const start = w.mark()
    writeDeleteResponse(m.delete, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.put !== undefined) {
    const start = w.mark()
    writePutResponse(m.put, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.get !== undefined) {
    const start = w.mark()
    writeGetResponse(m.get, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.cmdType !== 0) {
    w.int32(m.cmdType)
    w.tag(8)
  }
}

export function readResponse(r: Reader, end: number): Response {
  const m: Response = {
    cmdType: 0,
    get: undefined,
    put: undefined,
    delete: undefined,
    snap: undefined,
    prewrite: undefined,
    delteRange: undefined,
    readIndex: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.cmdType = r.int32()
        break
      case 18: {
        const to = r.enter()
        m.get = readGetResponse(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.put = readPutResponse(r, to)
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.delete = readDeleteResponse(r, to)
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.snap = readSnapResponse(r, to)
        r.leave(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.prewrite = readPrewriteResponse(r, to)
        r.leave(to)
        break
      }
      case 66: {
        const to = r.enter()
        m.delteRange = readDeleteRangeResponse(r, to)
        r.leave(to)
        break
      }
      case 82: {
        const to = r.enter()
        m.readIndex = readReadIndexResponse(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.Response", [1, 2, 4, 5, 6, 7, 8, 10])
    }
  }
  return m
}

export const Response: Codec<Response> = {
  name: "raft_cmdpb.Response",
  create: makeResponse,
  encode: writeResponse,
  decode: readResponse
}

export interface ChangePeerRequest {
  changeType: eraftpb.ConfChangeType
  peer: metapb.Peer | undefined
}

function makeChangePeerRequest(partial: Partial<ChangePeerRequest> = {}): ChangePeerRequest {
  return {
    changeType: partial.changeType ?? 0,
    peer: partial.peer
  }
}

export function writeChangePeerRequest(m: ChangePeerRequest, w: Writer): void {
  if (m.peer !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.peer, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.changeType !== 0) {
    w.int32(m.changeType)
    w.tag(8)
  }
}

export function readChangePeerRequest(r: Reader, end: number): ChangePeerRequest {
  const m: ChangePeerRequest = {
    changeType: 0,
    peer: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.changeType = r.int32()
        break
      case 18: {
        const to = r.enter()
        m.peer = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.ChangePeerRequest", [1, 2])
    }
  }
  return m
}

export const ChangePeerRequest: Codec<ChangePeerRequest> = {
  name: "raft_cmdpb.ChangePeerRequest",
  create: makeChangePeerRequest,
  encode: writeChangePeerRequest,
  decode: readChangePeerRequest
}

export interface ChangePeerResponse {
  region: metapb.Region | undefined
}

function makeChangePeerResponse(partial: Partial<ChangePeerResponse> = {}): ChangePeerResponse {
  return {
    region: partial.region
  }
}

export function writeChangePeerResponse(m: ChangePeerResponse, w: Writer): void {
  if (m.region !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.region, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readChangePeerResponse(r: Reader, end: number): ChangePeerResponse {
  const m: ChangePeerResponse = {
    region: undefined
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
      default:
        r.unknown(tag, "raft_cmdpb.ChangePeerResponse", [1])
    }
  }
  return m
}

export const ChangePeerResponse: Codec<ChangePeerResponse> = {
  name: "raft_cmdpb.ChangePeerResponse",
  create: makeChangePeerResponse,
  encode: writeChangePeerResponse,
  decode: readChangePeerResponse
}

export interface ChangePeerV2Request {
  changes: ChangePeerRequest[]
}

function makeChangePeerV2Request(partial: Partial<ChangePeerV2Request> = {}): ChangePeerV2Request {
  return {
    changes: partial.changes ?? []
  }
}

export function writeChangePeerV2Request(m: ChangePeerV2Request, w: Writer): void {
  for (let i = m.changes.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeChangePeerRequest(m.changes[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readChangePeerV2Request(r: Reader, end: number): ChangePeerV2Request {
  const m: ChangePeerV2Request = {
    changes: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.changes.push(readChangePeerRequest(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.ChangePeerV2Request", [1])
    }
  }
  return m
}

export const ChangePeerV2Request: Codec<ChangePeerV2Request> = {
  name: "raft_cmdpb.ChangePeerV2Request",
  create: makeChangePeerV2Request,
  encode: writeChangePeerV2Request,
  decode: readChangePeerV2Request
}

export interface ChangePeerV2Response {
  region: metapb.Region | undefined
}

function makeChangePeerV2Response(partial: Partial<ChangePeerV2Response> = {}): ChangePeerV2Response {
  return {
    region: partial.region
  }
}

export function writeChangePeerV2Response(m: ChangePeerV2Response, w: Writer): void {
  if (m.region !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.region, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readChangePeerV2Response(r: Reader, end: number): ChangePeerV2Response {
  const m: ChangePeerV2Response = {
    region: undefined
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
      default:
        r.unknown(tag, "raft_cmdpb.ChangePeerV2Response", [1])
    }
  }
  return m
}

export const ChangePeerV2Response: Codec<ChangePeerV2Response> = {
  name: "raft_cmdpb.ChangePeerV2Response",
  create: makeChangePeerV2Response,
  encode: writeChangePeerV2Response,
  decode: readChangePeerV2Response
}

export interface SplitRequest {
  splitKey: Uint8Array
  newRegionId: number
  newPeerIds: number[]
  /** @deprecated */
  rightDerive: boolean
  shareSourceRegionSize: boolean
}

function makeSplitRequest(partial: Partial<SplitRequest> = {}): SplitRequest {
  return {
    splitKey: partial.splitKey ?? EMPTY,
    newRegionId: partial.newRegionId ?? 0,
    newPeerIds: partial.newPeerIds ?? [],
    rightDerive: partial.rightDerive ?? false,
    shareSourceRegionSize: partial.shareSourceRegionSize ?? false
  }
}

export function writeSplitRequest(m: SplitRequest, w: Writer): void {
  if (m.shareSourceRegionSize) {
    w.bool(m.shareSourceRegionSize)
    w.tag(40)
  }
  if (m.rightDerive) {
    w.bool(m.rightDerive)
    w.tag(32)
  }
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
  if (m.splitKey.length > 0) {
    w.bytes(m.splitKey)
    w.tag(10)
  }
}

export function readSplitRequest(r: Reader, end: number): SplitRequest {
  const m: SplitRequest = {
    splitKey: EMPTY,
    newRegionId: 0,
    newPeerIds: [],
    rightDerive: false,
    shareSourceRegionSize: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.splitKey = r.bytes()
        break
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
      case 32:
        m.rightDerive = r.bool()
        break
      case 40:
        m.shareSourceRegionSize = r.bool()
        break
      default:
        r.unknown(tag, "raft_cmdpb.SplitRequest", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const SplitRequest: Codec<SplitRequest> = {
  name: "raft_cmdpb.SplitRequest",
  create: makeSplitRequest,
  encode: writeSplitRequest,
  decode: readSplitRequest
}

export interface SplitResponse {
  left: metapb.Region | undefined
  right: metapb.Region | undefined
}

function makeSplitResponse(partial: Partial<SplitResponse> = {}): SplitResponse {
  return {
    left: partial.left,
    right: partial.right
  }
}

export function writeSplitResponse(m: SplitResponse, w: Writer): void {
  if (m.right !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.right, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.left !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.left, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readSplitResponse(r: Reader, end: number): SplitResponse {
  const m: SplitResponse = {
    left: undefined,
    right: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.left = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.right = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.SplitResponse", [1, 2])
    }
  }
  return m
}

export const SplitResponse: Codec<SplitResponse> = {
  name: "raft_cmdpb.SplitResponse",
  create: makeSplitResponse,
  encode: writeSplitResponse,
  decode: readSplitResponse
}

export interface BatchSplitRequest {
  requests: SplitRequest[]
  rightDerive: boolean
  shareSourceRegionSize: boolean
}

function makeBatchSplitRequest(partial: Partial<BatchSplitRequest> = {}): BatchSplitRequest {
  return {
    requests: partial.requests ?? [],
    rightDerive: partial.rightDerive ?? false,
    shareSourceRegionSize: partial.shareSourceRegionSize ?? false
  }
}

export function writeBatchSplitRequest(m: BatchSplitRequest, w: Writer): void {
  if (m.shareSourceRegionSize) {
    w.bool(m.shareSourceRegionSize)
    w.tag(24)
  }
  if (m.rightDerive) {
    w.bool(m.rightDerive)
    w.tag(16)
  }
  for (let i = m.requests.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeSplitRequest(m.requests[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBatchSplitRequest(r: Reader, end: number): BatchSplitRequest {
  const m: BatchSplitRequest = {
    requests: [],
    rightDerive: false,
    shareSourceRegionSize: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.requests.push(readSplitRequest(r, to))
        r.leave(to)
        break
      }
      case 16:
        m.rightDerive = r.bool()
        break
      case 24:
        m.shareSourceRegionSize = r.bool()
        break
      default:
        r.unknown(tag, "raft_cmdpb.BatchSplitRequest", [1, 2, 3])
    }
  }
  return m
}

export const BatchSplitRequest: Codec<BatchSplitRequest> = {
  name: "raft_cmdpb.BatchSplitRequest",
  create: makeBatchSplitRequest,
  encode: writeBatchSplitRequest,
  decode: readBatchSplitRequest
}

export interface BatchSplitResponse {
  regions: metapb.Region[]
}

function makeBatchSplitResponse(partial: Partial<BatchSplitResponse> = {}): BatchSplitResponse {
  return {
    regions: partial.regions ?? []
  }
}

export function writeBatchSplitResponse(m: BatchSplitResponse, w: Writer): void {
  for (let i = m.regions.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writeRegion(m.regions[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBatchSplitResponse(r: Reader, end: number): BatchSplitResponse {
  const m: BatchSplitResponse = {
    regions: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regions.push(metapb.readRegion(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.BatchSplitResponse", [1])
    }
  }
  return m
}

export const BatchSplitResponse: Codec<BatchSplitResponse> = {
  name: "raft_cmdpb.BatchSplitResponse",
  create: makeBatchSplitResponse,
  encode: writeBatchSplitResponse,
  decode: readBatchSplitResponse
}

export interface CompactLogRequest {
  compactIndex: number
  compactTerm: number
  voterReplicatedIndex: number
}

function makeCompactLogRequest(partial: Partial<CompactLogRequest> = {}): CompactLogRequest {
  return {
    compactIndex: partial.compactIndex ?? 0,
    compactTerm: partial.compactTerm ?? 0,
    voterReplicatedIndex: partial.voterReplicatedIndex ?? 0
  }
}

export function writeCompactLogRequest(m: CompactLogRequest, w: Writer): void {
  if (m.voterReplicatedIndex !== 0) {
    w.uint53(m.voterReplicatedIndex)
    w.tag(24)
  }
  if (m.compactTerm !== 0) {
    w.uint53(m.compactTerm)
    w.tag(16)
  }
  if (m.compactIndex !== 0) {
    w.uint53(m.compactIndex)
    w.tag(8)
  }
}

export function readCompactLogRequest(r: Reader, end: number): CompactLogRequest {
  const m: CompactLogRequest = {
    compactIndex: 0,
    compactTerm: 0,
    voterReplicatedIndex: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.compactIndex = r.uint53()
        break
      case 16:
        m.compactTerm = r.uint53()
        break
      case 24:
        m.voterReplicatedIndex = r.uint53()
        break
      default:
        r.unknown(tag, "raft_cmdpb.CompactLogRequest", [1, 2, 3])
    }
  }
  return m
}

export const CompactLogRequest: Codec<CompactLogRequest> = {
  name: "raft_cmdpb.CompactLogRequest",
  create: makeCompactLogRequest,
  encode: writeCompactLogRequest,
  decode: readCompactLogRequest
}

export interface CompactLogResponse {}

function makeCompactLogResponse(_partial?: Partial<CompactLogResponse>): CompactLogResponse {
  return {}
}

export function writeCompactLogResponse(_m: CompactLogResponse, _w: Writer): void {}

export function readCompactLogResponse(r: Reader, end: number): CompactLogResponse {
  const m: CompactLogResponse = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.CompactLogResponse", [])
  }
  return m
}

export const CompactLogResponse: Codec<CompactLogResponse> = {
  name: "raft_cmdpb.CompactLogResponse",
  create: makeCompactLogResponse,
  encode: writeCompactLogResponse,
  decode: readCompactLogResponse
}

export interface TransferLeaderRequest {
  peer: metapb.Peer | undefined
  peers: metapb.Peer[]
}

function makeTransferLeaderRequest(partial: Partial<TransferLeaderRequest> = {}): TransferLeaderRequest {
  return {
    peer: partial.peer,
    peers: partial.peers ?? []
  }
}

export function writeTransferLeaderRequest(m: TransferLeaderRequest, w: Writer): void {
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

export function readTransferLeaderRequest(r: Reader, end: number): TransferLeaderRequest {
  const m: TransferLeaderRequest = {
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
        r.unknown(tag, "raft_cmdpb.TransferLeaderRequest", [1, 2])
    }
  }
  return m
}

export const TransferLeaderRequest: Codec<TransferLeaderRequest> = {
  name: "raft_cmdpb.TransferLeaderRequest",
  create: makeTransferLeaderRequest,
  encode: writeTransferLeaderRequest,
  decode: readTransferLeaderRequest
}

export interface TransferLeaderResponse {}

function makeTransferLeaderResponse(_partial?: Partial<TransferLeaderResponse>): TransferLeaderResponse {
  return {}
}

export function writeTransferLeaderResponse(_m: TransferLeaderResponse, _w: Writer): void {}

export function readTransferLeaderResponse(r: Reader, end: number): TransferLeaderResponse {
  const m: TransferLeaderResponse = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.TransferLeaderResponse", [])
  }
  return m
}

export const TransferLeaderResponse: Codec<TransferLeaderResponse> = {
  name: "raft_cmdpb.TransferLeaderResponse",
  create: makeTransferLeaderResponse,
  encode: writeTransferLeaderResponse,
  decode: readTransferLeaderResponse
}

export interface ComputeHashRequest {
  context: Uint8Array
}

function makeComputeHashRequest(partial: Partial<ComputeHashRequest> = {}): ComputeHashRequest {
  return {
    context: partial.context ?? EMPTY
  }
}

export function writeComputeHashRequest(m: ComputeHashRequest, w: Writer): void {
  if (m.context.length > 0) {
    w.bytes(m.context)
    w.tag(10)
  }
}

export function readComputeHashRequest(r: Reader, end: number): ComputeHashRequest {
  const m: ComputeHashRequest = {
    context: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.context = r.bytes()
        break
      default:
        r.unknown(tag, "raft_cmdpb.ComputeHashRequest", [1])
    }
  }
  return m
}

export const ComputeHashRequest: Codec<ComputeHashRequest> = {
  name: "raft_cmdpb.ComputeHashRequest",
  create: makeComputeHashRequest,
  encode: writeComputeHashRequest,
  decode: readComputeHashRequest
}

export interface VerifyHashRequest {
  index: number
  hash: Uint8Array
  context: Uint8Array
}

function makeVerifyHashRequest(partial: Partial<VerifyHashRequest> = {}): VerifyHashRequest {
  return {
    index: partial.index ?? 0,
    hash: partial.hash ?? EMPTY,
    context: partial.context ?? EMPTY
  }
}

export function writeVerifyHashRequest(m: VerifyHashRequest, w: Writer): void {
  if (m.context.length > 0) {
    w.bytes(m.context)
    w.tag(26)
  }
  if (m.hash.length > 0) {
    w.bytes(m.hash)
    w.tag(18)
  }
  if (m.index !== 0) {
    w.uint53(m.index)
    w.tag(8)
  }
}

export function readVerifyHashRequest(r: Reader, end: number): VerifyHashRequest {
  const m: VerifyHashRequest = {
    index: 0,
    hash: EMPTY,
    context: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.index = r.uint53()
        break
      case 18:
        m.hash = r.bytes()
        break
      case 26:
        m.context = r.bytes()
        break
      default:
        r.unknown(tag, "raft_cmdpb.VerifyHashRequest", [1, 2, 3])
    }
  }
  return m
}

export const VerifyHashRequest: Codec<VerifyHashRequest> = {
  name: "raft_cmdpb.VerifyHashRequest",
  create: makeVerifyHashRequest,
  encode: writeVerifyHashRequest,
  decode: readVerifyHashRequest
}

export interface VerifyHashResponse {}

function makeVerifyHashResponse(_partial?: Partial<VerifyHashResponse>): VerifyHashResponse {
  return {}
}

export function writeVerifyHashResponse(_m: VerifyHashResponse, _w: Writer): void {}

export function readVerifyHashResponse(r: Reader, end: number): VerifyHashResponse {
  const m: VerifyHashResponse = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.VerifyHashResponse", [])
  }
  return m
}

export const VerifyHashResponse: Codec<VerifyHashResponse> = {
  name: "raft_cmdpb.VerifyHashResponse",
  create: makeVerifyHashResponse,
  encode: writeVerifyHashResponse,
  decode: readVerifyHashResponse
}

export interface PrepareMergeRequest {
  minIndex: number
  target: metapb.Region | undefined
}

function makePrepareMergeRequest(partial: Partial<PrepareMergeRequest> = {}): PrepareMergeRequest {
  return {
    minIndex: partial.minIndex ?? 0,
    target: partial.target
  }
}

export function writePrepareMergeRequest(m: PrepareMergeRequest, w: Writer): void {
  if (m.target !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.target, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.minIndex !== 0) {
    w.uint53(m.minIndex)
    w.tag(8)
  }
}

export function readPrepareMergeRequest(r: Reader, end: number): PrepareMergeRequest {
  const m: PrepareMergeRequest = {
    minIndex: 0,
    target: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.minIndex = r.uint53()
        break
      case 18: {
        const to = r.enter()
        m.target = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.PrepareMergeRequest", [1, 2])
    }
  }
  return m
}

export const PrepareMergeRequest: Codec<PrepareMergeRequest> = {
  name: "raft_cmdpb.PrepareMergeRequest",
  create: makePrepareMergeRequest,
  encode: writePrepareMergeRequest,
  decode: readPrepareMergeRequest
}

export interface PrepareMergeResponse {}

function makePrepareMergeResponse(_partial?: Partial<PrepareMergeResponse>): PrepareMergeResponse {
  return {}
}

export function writePrepareMergeResponse(_m: PrepareMergeResponse, _w: Writer): void {}

export function readPrepareMergeResponse(r: Reader, end: number): PrepareMergeResponse {
  const m: PrepareMergeResponse = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.PrepareMergeResponse", [])
  }
  return m
}

export const PrepareMergeResponse: Codec<PrepareMergeResponse> = {
  name: "raft_cmdpb.PrepareMergeResponse",
  create: makePrepareMergeResponse,
  encode: writePrepareMergeResponse,
  decode: readPrepareMergeResponse
}

export interface PrepareFlashbackRequest {
  startTs: bigint
}

function makePrepareFlashbackRequest(partial: Partial<PrepareFlashbackRequest> = {}): PrepareFlashbackRequest {
  return {
    startTs: partial.startTs ?? 0n
  }
}

export function writePrepareFlashbackRequest(m: PrepareFlashbackRequest, w: Writer): void {
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(8)
  }
}

export function readPrepareFlashbackRequest(r: Reader, end: number): PrepareFlashbackRequest {
  const m: PrepareFlashbackRequest = {
    startTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.startTs = r.uint64()
        break
      default:
        r.unknown(tag, "raft_cmdpb.PrepareFlashbackRequest", [1])
    }
  }
  return m
}

export const PrepareFlashbackRequest: Codec<PrepareFlashbackRequest> = {
  name: "raft_cmdpb.PrepareFlashbackRequest",
  create: makePrepareFlashbackRequest,
  encode: writePrepareFlashbackRequest,
  decode: readPrepareFlashbackRequest
}

export interface PrepareFlashbackResponse {}

function makePrepareFlashbackResponse(_partial?: Partial<PrepareFlashbackResponse>): PrepareFlashbackResponse {
  return {}
}

export function writePrepareFlashbackResponse(_m: PrepareFlashbackResponse, _w: Writer): void {}

export function readPrepareFlashbackResponse(r: Reader, end: number): PrepareFlashbackResponse {
  const m: PrepareFlashbackResponse = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.PrepareFlashbackResponse", [])
  }
  return m
}

export const PrepareFlashbackResponse: Codec<PrepareFlashbackResponse> = {
  name: "raft_cmdpb.PrepareFlashbackResponse",
  create: makePrepareFlashbackResponse,
  encode: writePrepareFlashbackResponse,
  decode: readPrepareFlashbackResponse
}

export interface FinishFlashbackRequest {}

function makeFinishFlashbackRequest(_partial?: Partial<FinishFlashbackRequest>): FinishFlashbackRequest {
  return {}
}

export function writeFinishFlashbackRequest(_m: FinishFlashbackRequest, _w: Writer): void {}

export function readFinishFlashbackRequest(r: Reader, end: number): FinishFlashbackRequest {
  const m: FinishFlashbackRequest = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.FinishFlashbackRequest", [])
  }
  return m
}

export const FinishFlashbackRequest: Codec<FinishFlashbackRequest> = {
  name: "raft_cmdpb.FinishFlashbackRequest",
  create: makeFinishFlashbackRequest,
  encode: writeFinishFlashbackRequest,
  decode: readFinishFlashbackRequest
}

export interface FinishFlashbackResponse {}

function makeFinishFlashbackResponse(_partial?: Partial<FinishFlashbackResponse>): FinishFlashbackResponse {
  return {}
}

export function writeFinishFlashbackResponse(_m: FinishFlashbackResponse, _w: Writer): void {}

export function readFinishFlashbackResponse(r: Reader, end: number): FinishFlashbackResponse {
  const m: FinishFlashbackResponse = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.FinishFlashbackResponse", [])
  }
  return m
}

export const FinishFlashbackResponse: Codec<FinishFlashbackResponse> = {
  name: "raft_cmdpb.FinishFlashbackResponse",
  create: makeFinishFlashbackResponse,
  encode: writeFinishFlashbackResponse,
  decode: readFinishFlashbackResponse
}

export interface CommitMergeRequest {
  source: metapb.Region | undefined
  commit: number
  entries: eraftpb.Entry[]
  sourceState: raft_serverpb.RegionLocalState | undefined
  sourceMeta: Uint8Array
}

function makeCommitMergeRequest(partial: Partial<CommitMergeRequest> = {}): CommitMergeRequest {
  return {
    source: partial.source,
    commit: partial.commit ?? 0,
    entries: partial.entries ?? [],
    sourceState: partial.sourceState,
    sourceMeta: partial.sourceMeta ?? EMPTY
  }
}

export function writeCommitMergeRequest(m: CommitMergeRequest, w: Writer): void {
  if (m.sourceMeta.length > 0) {
    w.bytes(m.sourceMeta)
    w.tag(802)
  }
  if (m.sourceState !== undefined) {
    const start = w.mark()
    raft_serverpb.writeRegionLocalState(m.sourceState, w)
    w.lengthSince(start)
    w.tag(34)
  }
  for (let i = m.entries.length - 1; i >= 0; i--) {
    const start = w.mark()
    eraftpb.writeEntry(m.entries[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.commit !== 0) {
    w.uint53(m.commit)
    w.tag(16)
  }
  if (m.source !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.source, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readCommitMergeRequest(r: Reader, end: number): CommitMergeRequest {
  const m: CommitMergeRequest = {
    source: undefined,
    commit: 0,
    entries: [],
    sourceState: undefined,
    sourceMeta: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.source = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.commit = r.uint53()
        break
      case 26: {
        const to = r.enter()
        m.entries.push(eraftpb.readEntry(r, to))
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.sourceState = raft_serverpb.readRegionLocalState(r, to)
        r.leave(to)
        break
      }
      case 802:
        m.sourceMeta = r.bytes()
        break
      default:
        r.unknown(tag, "raft_cmdpb.CommitMergeRequest", [1, 2, 3, 4, 100])
    }
  }
  return m
}

export const CommitMergeRequest: Codec<CommitMergeRequest> = {
  name: "raft_cmdpb.CommitMergeRequest",
  create: makeCommitMergeRequest,
  encode: writeCommitMergeRequest,
  decode: readCommitMergeRequest
}

export interface CommitMergeResponse {}

function makeCommitMergeResponse(_partial?: Partial<CommitMergeResponse>): CommitMergeResponse {
  return {}
}

export function writeCommitMergeResponse(_m: CommitMergeResponse, _w: Writer): void {}

export function readCommitMergeResponse(r: Reader, end: number): CommitMergeResponse {
  const m: CommitMergeResponse = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.CommitMergeResponse", [])
  }
  return m
}

export const CommitMergeResponse: Codec<CommitMergeResponse> = {
  name: "raft_cmdpb.CommitMergeResponse",
  create: makeCommitMergeResponse,
  encode: writeCommitMergeResponse,
  decode: readCommitMergeResponse
}

export interface RollbackMergeRequest {
  commit: number
}

function makeRollbackMergeRequest(partial: Partial<RollbackMergeRequest> = {}): RollbackMergeRequest {
  return {
    commit: partial.commit ?? 0
  }
}

export function writeRollbackMergeRequest(m: RollbackMergeRequest, w: Writer): void {
  if (m.commit !== 0) {
    w.uint53(m.commit)
    w.tag(8)
  }
}

export function readRollbackMergeRequest(r: Reader, end: number): RollbackMergeRequest {
  const m: RollbackMergeRequest = {
    commit: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.commit = r.uint53()
        break
      default:
        r.unknown(tag, "raft_cmdpb.RollbackMergeRequest", [1])
    }
  }
  return m
}

export const RollbackMergeRequest: Codec<RollbackMergeRequest> = {
  name: "raft_cmdpb.RollbackMergeRequest",
  create: makeRollbackMergeRequest,
  encode: writeRollbackMergeRequest,
  decode: readRollbackMergeRequest
}

export interface RollbackMergeResponse {}

function makeRollbackMergeResponse(_partial?: Partial<RollbackMergeResponse>): RollbackMergeResponse {
  return {}
}

export function writeRollbackMergeResponse(_m: RollbackMergeResponse, _w: Writer): void {}

export function readRollbackMergeResponse(r: Reader, end: number): RollbackMergeResponse {
  const m: RollbackMergeResponse = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.RollbackMergeResponse", [])
  }
  return m
}

export const RollbackMergeResponse: Codec<RollbackMergeResponse> = {
  name: "raft_cmdpb.RollbackMergeResponse",
  create: makeRollbackMergeResponse,
  encode: writeRollbackMergeResponse,
  decode: readRollbackMergeResponse
}

export interface SwitchWitnessRequest {
  peerId: number
  isWitness: boolean
}

function makeSwitchWitnessRequest(partial: Partial<SwitchWitnessRequest> = {}): SwitchWitnessRequest {
  return {
    peerId: partial.peerId ?? 0,
    isWitness: partial.isWitness ?? false
  }
}

export function writeSwitchWitnessRequest(m: SwitchWitnessRequest, w: Writer): void {
  if (m.isWitness) {
    w.bool(m.isWitness)
    w.tag(16)
  }
  if (m.peerId !== 0) {
    w.uint53(m.peerId)
    w.tag(8)
  }
}

export function readSwitchWitnessRequest(r: Reader, end: number): SwitchWitnessRequest {
  const m: SwitchWitnessRequest = {
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
        r.unknown(tag, "raft_cmdpb.SwitchWitnessRequest", [1, 2])
    }
  }
  return m
}

export const SwitchWitnessRequest: Codec<SwitchWitnessRequest> = {
  name: "raft_cmdpb.SwitchWitnessRequest",
  create: makeSwitchWitnessRequest,
  encode: writeSwitchWitnessRequest,
  decode: readSwitchWitnessRequest
}

export interface BatchSwitchWitnessRequest {
  switchWitnesses: SwitchWitnessRequest[]
}

function makeBatchSwitchWitnessRequest(partial: Partial<BatchSwitchWitnessRequest> = {}): BatchSwitchWitnessRequest {
  return {
    switchWitnesses: partial.switchWitnesses ?? []
  }
}

export function writeBatchSwitchWitnessRequest(m: BatchSwitchWitnessRequest, w: Writer): void {
  for (let i = m.switchWitnesses.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeSwitchWitnessRequest(m.switchWitnesses[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBatchSwitchWitnessRequest(r: Reader, end: number): BatchSwitchWitnessRequest {
  const m: BatchSwitchWitnessRequest = {
    switchWitnesses: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.switchWitnesses.push(readSwitchWitnessRequest(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.BatchSwitchWitnessRequest", [1])
    }
  }
  return m
}

export const BatchSwitchWitnessRequest: Codec<BatchSwitchWitnessRequest> = {
  name: "raft_cmdpb.BatchSwitchWitnessRequest",
  create: makeBatchSwitchWitnessRequest,
  encode: writeBatchSwitchWitnessRequest,
  decode: readBatchSwitchWitnessRequest
}

export interface BatchSwitchWitnessResponse {}

function makeBatchSwitchWitnessResponse(_partial?: Partial<BatchSwitchWitnessResponse>): BatchSwitchWitnessResponse {
  return {}
}

export function writeBatchSwitchWitnessResponse(_m: BatchSwitchWitnessResponse, _w: Writer): void {}

export function readBatchSwitchWitnessResponse(r: Reader, end: number): BatchSwitchWitnessResponse {
  const m: BatchSwitchWitnessResponse = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.BatchSwitchWitnessResponse", [])
  }
  return m
}

export const BatchSwitchWitnessResponse: Codec<BatchSwitchWitnessResponse> = {
  name: "raft_cmdpb.BatchSwitchWitnessResponse",
  create: makeBatchSwitchWitnessResponse,
  encode: writeBatchSwitchWitnessResponse,
  decode: readBatchSwitchWitnessResponse
}

export interface UpdateGcPeerRequest {
  peerId: number[]
}

function makeUpdateGcPeerRequest(partial: Partial<UpdateGcPeerRequest> = {}): UpdateGcPeerRequest {
  return {
    peerId: partial.peerId ?? []
  }
}

export function writeUpdateGcPeerRequest(m: UpdateGcPeerRequest, w: Writer): void {
  if (m.peerId.length > 0) {
    const list = w.mark()
    for (let i = m.peerId.length - 1; i >= 0; i--) w.uint53(m.peerId[i]!)
    w.lengthSince(list)
    w.tag(10)
  }
}

export function readUpdateGcPeerRequest(r: Reader, end: number): UpdateGcPeerRequest {
  const m: UpdateGcPeerRequest = {
    peerId: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.peerId.push(r.uint53())
        break
      case 10: {
        const to = r.enterPacked()
        while (r.pos < to) m.peerId.push(r.uint53())
        r.leavePacked(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.UpdateGcPeerRequest", [1])
    }
  }
  return m
}

export const UpdateGcPeerRequest: Codec<UpdateGcPeerRequest> = {
  name: "raft_cmdpb.UpdateGcPeerRequest",
  create: makeUpdateGcPeerRequest,
  encode: writeUpdateGcPeerRequest,
  decode: readUpdateGcPeerRequest
}

export interface AdminRequest {
  cmdType: AdminCmdType
  changePeer: ChangePeerRequest | undefined
  /** @deprecated */
  split: SplitRequest | undefined
  compactLog: CompactLogRequest | undefined
  transferLeader: TransferLeaderRequest | undefined
  verifyHash: VerifyHashRequest | undefined
  prepareMerge: PrepareMergeRequest | undefined
  commitMerge: CommitMergeRequest | undefined
  rollbackMerge: RollbackMergeRequest | undefined
  splits: BatchSplitRequest | undefined
  changePeerV2: ChangePeerV2Request | undefined
  computeHash: ComputeHashRequest | undefined
  prepareFlashback: PrepareFlashbackRequest | undefined
  finishFlashback: FinishFlashbackRequest | undefined
  switchWitnesses: BatchSwitchWitnessRequest | undefined
  updateGcPeers: UpdateGcPeerRequest | undefined
}

function makeAdminRequest(partial: Partial<AdminRequest> = {}): AdminRequest {
  return {
    cmdType: partial.cmdType ?? 0,
    changePeer: partial.changePeer,
    split: partial.split,
    compactLog: partial.compactLog,
    transferLeader: partial.transferLeader,
    verifyHash: partial.verifyHash,
    prepareMerge: partial.prepareMerge,
    commitMerge: partial.commitMerge,
    rollbackMerge: partial.rollbackMerge,
    splits: partial.splits,
    changePeerV2: partial.changePeerV2,
    computeHash: partial.computeHash,
    prepareFlashback: partial.prepareFlashback,
    finishFlashback: partial.finishFlashback,
    switchWitnesses: partial.switchWitnesses,
    updateGcPeers: partial.updateGcPeers
  }
}

export function writeAdminRequest(m: AdminRequest, w: Writer): void {
  if (m.updateGcPeers !== undefined) {
    const start = w.mark()
    writeUpdateGcPeerRequest(m.updateGcPeers, w)
    w.lengthSince(start)
    w.tag(130)
  }
  if (m.switchWitnesses !== undefined) {
    const start = w.mark()
    writeBatchSwitchWitnessRequest(m.switchWitnesses, w)
    w.lengthSince(start)
    w.tag(122)
  }
  if (m.finishFlashback !== undefined) {
    const start = w.mark()
    writeFinishFlashbackRequest(m.finishFlashback, w)
    w.lengthSince(start)
    w.tag(114)
  }
  if (m.prepareFlashback !== undefined) {
    const start = w.mark()
    writePrepareFlashbackRequest(m.prepareFlashback, w)
    w.lengthSince(start)
    w.tag(106)
  }
  if (m.computeHash !== undefined) {
    const start = w.mark()
    writeComputeHashRequest(m.computeHash, w)
    w.lengthSince(start)
    w.tag(98)
  }
  if (m.changePeerV2 !== undefined) {
    const start = w.mark()
    writeChangePeerV2Request(m.changePeerV2, w)
    w.lengthSince(start)
    w.tag(90)
  }
  if (m.splits !== undefined) {
    const start = w.mark()
    writeBatchSplitRequest(m.splits, w)
    w.lengthSince(start)
    w.tag(82)
  }
  if (m.rollbackMerge !== undefined) {
    const start = w.mark()
    writeRollbackMergeRequest(m.rollbackMerge, w)
    w.lengthSince(start)
    w.tag(74)
  }
  if (m.commitMerge !== undefined) {
    const start = w.mark()
    writeCommitMergeRequest(m.commitMerge, w)
    w.lengthSince(start)
    w.tag(66)
  }
  if (m.prepareMerge !== undefined) {
    const start = w.mark()
    writePrepareMergeRequest(m.prepareMerge, w)
    w.lengthSince(start)
    w.tag(58)
  }
  if (m.verifyHash !== undefined) {
    const start = w.mark()
    writeVerifyHashRequest(m.verifyHash, w)
    w.lengthSince(start)
    w.tag(50)
  }
  if (m.transferLeader !== undefined) {
    const start = w.mark()
    writeTransferLeaderRequest(m.transferLeader, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.compactLog !== undefined) {
    const start = w.mark()
    writeCompactLogRequest(m.compactLog, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.split !== undefined) {
    const start = w.mark()
    writeSplitRequest(m.split, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.changePeer !== undefined) {
    const start = w.mark()
    writeChangePeerRequest(m.changePeer, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.cmdType !== 0) {
    w.int32(m.cmdType)
    w.tag(8)
  }
}

export function readAdminRequest(r: Reader, end: number): AdminRequest {
  const m: AdminRequest = {
    cmdType: 0,
    changePeer: undefined,
    split: undefined,
    compactLog: undefined,
    transferLeader: undefined,
    verifyHash: undefined,
    prepareMerge: undefined,
    commitMerge: undefined,
    rollbackMerge: undefined,
    splits: undefined,
    changePeerV2: undefined,
    computeHash: undefined,
    prepareFlashback: undefined,
    finishFlashback: undefined,
    switchWitnesses: undefined,
    updateGcPeers: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.cmdType = r.int32()
        break
      case 18: {
        const to = r.enter()
        m.changePeer = readChangePeerRequest(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.split = readSplitRequest(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.compactLog = readCompactLogRequest(r, to)
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.transferLeader = readTransferLeaderRequest(r, to)
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.verifyHash = readVerifyHashRequest(r, to)
        r.leave(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.prepareMerge = readPrepareMergeRequest(r, to)
        r.leave(to)
        break
      }
      case 66: {
        const to = r.enter()
        m.commitMerge = readCommitMergeRequest(r, to)
        r.leave(to)
        break
      }
      case 74: {
        const to = r.enter()
        m.rollbackMerge = readRollbackMergeRequest(r, to)
        r.leave(to)
        break
      }
      case 82: {
        const to = r.enter()
        m.splits = readBatchSplitRequest(r, to)
        r.leave(to)
        break
      }
      case 90: {
        const to = r.enter()
        m.changePeerV2 = readChangePeerV2Request(r, to)
        r.leave(to)
        break
      }
      case 98: {
        const to = r.enter()
        m.computeHash = readComputeHashRequest(r, to)
        r.leave(to)
        break
      }
      case 106: {
        const to = r.enter()
        m.prepareFlashback = readPrepareFlashbackRequest(r, to)
        r.leave(to)
        break
      }
      case 114: {
        const to = r.enter()
        m.finishFlashback = readFinishFlashbackRequest(r, to)
        r.leave(to)
        break
      }
      case 122: {
        const to = r.enter()
        m.switchWitnesses = readBatchSwitchWitnessRequest(r, to)
        r.leave(to)
        break
      }
      case 130: {
        const to = r.enter()
        m.updateGcPeers = readUpdateGcPeerRequest(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.AdminRequest", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
    }
  }
  return m
}

export const AdminRequest: Codec<AdminRequest> = {
  name: "raft_cmdpb.AdminRequest",
  create: makeAdminRequest,
  encode: writeAdminRequest,
  decode: readAdminRequest
}

export interface AdminResponse {
  cmdType: AdminCmdType
  changePeer: ChangePeerResponse | undefined
  /** @deprecated */
  split: SplitResponse | undefined
  compactLog: CompactLogResponse | undefined
  transferLeader: TransferLeaderResponse | undefined
  verifyHash: VerifyHashResponse | undefined
  prepareMerge: PrepareMergeResponse | undefined
  commitMerge: CommitMergeResponse | undefined
  rollbackMerge: RollbackMergeResponse | undefined
  splits: BatchSplitResponse | undefined
  changePeerV2: ChangePeerV2Response | undefined
  prepareFlashback: PrepareFlashbackResponse | undefined
  finishFlashback: FinishFlashbackResponse | undefined
  switchWitnesses: BatchSwitchWitnessResponse | undefined
}

function makeAdminResponse(partial: Partial<AdminResponse> = {}): AdminResponse {
  return {
    cmdType: partial.cmdType ?? 0,
    changePeer: partial.changePeer,
    split: partial.split,
    compactLog: partial.compactLog,
    transferLeader: partial.transferLeader,
    verifyHash: partial.verifyHash,
    prepareMerge: partial.prepareMerge,
    commitMerge: partial.commitMerge,
    rollbackMerge: partial.rollbackMerge,
    splits: partial.splits,
    changePeerV2: partial.changePeerV2,
    prepareFlashback: partial.prepareFlashback,
    finishFlashback: partial.finishFlashback,
    switchWitnesses: partial.switchWitnesses
  }
}

export function writeAdminResponse(m: AdminResponse, w: Writer): void {
  if (m.switchWitnesses !== undefined) {
    const start = w.mark()
    writeBatchSwitchWitnessResponse(m.switchWitnesses, w)
    w.lengthSince(start)
    w.tag(114)
  }
  if (m.finishFlashback !== undefined) {
    const start = w.mark()
    writeFinishFlashbackResponse(m.finishFlashback, w)
    w.lengthSince(start)
    w.tag(106)
  }
  if (m.prepareFlashback !== undefined) {
    const start = w.mark()
    writePrepareFlashbackResponse(m.prepareFlashback, w)
    w.lengthSince(start)
    w.tag(98)
  }
  if (m.changePeerV2 !== undefined) {
    const start = w.mark()
    writeChangePeerV2Response(m.changePeerV2, w)
    w.lengthSince(start)
    w.tag(90)
  }
  if (m.splits !== undefined) {
    const start = w.mark()
    writeBatchSplitResponse(m.splits, w)
    w.lengthSince(start)
    w.tag(82)
  }
  if (m.rollbackMerge !== undefined) {
    const start = w.mark()
    writeRollbackMergeResponse(m.rollbackMerge, w)
    w.lengthSince(start)
    w.tag(74)
  }
  if (m.commitMerge !== undefined) {
    const start = w.mark()
    writeCommitMergeResponse(m.commitMerge, w)
    w.lengthSince(start)
    w.tag(66)
  }
  if (m.prepareMerge !== undefined) {
    const start = w.mark()
    writePrepareMergeResponse(m.prepareMerge, w)
    w.lengthSince(start)
    w.tag(58)
  }
  if (m.verifyHash !== undefined) {
    const start = w.mark()
    writeVerifyHashResponse(m.verifyHash, w)
    w.lengthSince(start)
    w.tag(50)
  }
  if (m.transferLeader !== undefined) {
    const start = w.mark()
    writeTransferLeaderResponse(m.transferLeader, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.compactLog !== undefined) {
    const start = w.mark()
    writeCompactLogResponse(m.compactLog, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.split !== undefined) {
    const start = w.mark()
    writeSplitResponse(m.split, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.changePeer !== undefined) {
    const start = w.mark()
    writeChangePeerResponse(m.changePeer, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.cmdType !== 0) {
    w.int32(m.cmdType)
    w.tag(8)
  }
}

export function readAdminResponse(r: Reader, end: number): AdminResponse {
  const m: AdminResponse = {
    cmdType: 0,
    changePeer: undefined,
    split: undefined,
    compactLog: undefined,
    transferLeader: undefined,
    verifyHash: undefined,
    prepareMerge: undefined,
    commitMerge: undefined,
    rollbackMerge: undefined,
    splits: undefined,
    changePeerV2: undefined,
    prepareFlashback: undefined,
    finishFlashback: undefined,
    switchWitnesses: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.cmdType = r.int32()
        break
      case 18: {
        const to = r.enter()
        m.changePeer = readChangePeerResponse(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.split = readSplitResponse(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.compactLog = readCompactLogResponse(r, to)
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.transferLeader = readTransferLeaderResponse(r, to)
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.verifyHash = readVerifyHashResponse(r, to)
        r.leave(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.prepareMerge = readPrepareMergeResponse(r, to)
        r.leave(to)
        break
      }
      case 66: {
        const to = r.enter()
        m.commitMerge = readCommitMergeResponse(r, to)
        r.leave(to)
        break
      }
      case 74: {
        const to = r.enter()
        m.rollbackMerge = readRollbackMergeResponse(r, to)
        r.leave(to)
        break
      }
      case 82: {
        const to = r.enter()
        m.splits = readBatchSplitResponse(r, to)
        r.leave(to)
        break
      }
      case 90: {
        const to = r.enter()
        m.changePeerV2 = readChangePeerV2Response(r, to)
        r.leave(to)
        break
      }
      case 98: {
        const to = r.enter()
        m.prepareFlashback = readPrepareFlashbackResponse(r, to)
        r.leave(to)
        break
      }
      case 106: {
        const to = r.enter()
        m.finishFlashback = readFinishFlashbackResponse(r, to)
        r.leave(to)
        break
      }
      case 114: {
        const to = r.enter()
        m.switchWitnesses = readBatchSwitchWitnessResponse(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.AdminResponse", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    }
  }
  return m
}

export const AdminResponse: Codec<AdminResponse> = {
  name: "raft_cmdpb.AdminResponse",
  create: makeAdminResponse,
  encode: writeAdminResponse,
  decode: readAdminResponse
}

export interface RegionLeaderRequest {}

function makeRegionLeaderRequest(_partial?: Partial<RegionLeaderRequest>): RegionLeaderRequest {
  return {}
}

export function writeRegionLeaderRequest(_m: RegionLeaderRequest, _w: Writer): void {}

export function readRegionLeaderRequest(r: Reader, end: number): RegionLeaderRequest {
  const m: RegionLeaderRequest = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.RegionLeaderRequest", [])
  }
  return m
}

export const RegionLeaderRequest: Codec<RegionLeaderRequest> = {
  name: "raft_cmdpb.RegionLeaderRequest",
  create: makeRegionLeaderRequest,
  encode: writeRegionLeaderRequest,
  decode: readRegionLeaderRequest
}

export interface RegionLeaderResponse {
  leader: metapb.Peer | undefined
}

function makeRegionLeaderResponse(partial: Partial<RegionLeaderResponse> = {}): RegionLeaderResponse {
  return {
    leader: partial.leader
  }
}

export function writeRegionLeaderResponse(m: RegionLeaderResponse, w: Writer): void {
  if (m.leader !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.leader, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRegionLeaderResponse(r: Reader, end: number): RegionLeaderResponse {
  const m: RegionLeaderResponse = {
    leader: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.leader = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.RegionLeaderResponse", [1])
    }
  }
  return m
}

export const RegionLeaderResponse: Codec<RegionLeaderResponse> = {
  name: "raft_cmdpb.RegionLeaderResponse",
  create: makeRegionLeaderResponse,
  encode: writeRegionLeaderResponse,
  decode: readRegionLeaderResponse
}

export interface RegionDetailRequest {}

function makeRegionDetailRequest(_partial?: Partial<RegionDetailRequest>): RegionDetailRequest {
  return {}
}

export function writeRegionDetailRequest(_m: RegionDetailRequest, _w: Writer): void {}

export function readRegionDetailRequest(r: Reader, end: number): RegionDetailRequest {
  const m: RegionDetailRequest = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_cmdpb.RegionDetailRequest", [])
  }
  return m
}

export const RegionDetailRequest: Codec<RegionDetailRequest> = {
  name: "raft_cmdpb.RegionDetailRequest",
  create: makeRegionDetailRequest,
  encode: writeRegionDetailRequest,
  decode: readRegionDetailRequest
}

export interface RegionDetailResponse {
  region: metapb.Region | undefined
  leader: metapb.Peer | undefined
}

function makeRegionDetailResponse(partial: Partial<RegionDetailResponse> = {}): RegionDetailResponse {
  return {
    region: partial.region,
    leader: partial.leader
  }
}

export function writeRegionDetailResponse(m: RegionDetailResponse, w: Writer): void {
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

export function readRegionDetailResponse(r: Reader, end: number): RegionDetailResponse {
  const m: RegionDetailResponse = {
    region: undefined,
    leader: undefined
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
      default:
        r.unknown(tag, "raft_cmdpb.RegionDetailResponse", [1, 2])
    }
  }
  return m
}

export const RegionDetailResponse: Codec<RegionDetailResponse> = {
  name: "raft_cmdpb.RegionDetailResponse",
  create: makeRegionDetailResponse,
  encode: writeRegionDetailResponse,
  decode: readRegionDetailResponse
}

export interface StatusRequest {
  cmdType: StatusCmdType
  regionLeader: RegionLeaderRequest | undefined
  regionDetail: RegionDetailRequest | undefined
}

function makeStatusRequest(partial: Partial<StatusRequest> = {}): StatusRequest {
  return {
    cmdType: partial.cmdType ?? 0,
    regionLeader: partial.regionLeader,
    regionDetail: partial.regionDetail
  }
}

export function writeStatusRequest(m: StatusRequest, w: Writer): void {
  if (m.regionDetail !== undefined) {
    const start = w.mark()
    writeRegionDetailRequest(m.regionDetail, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.regionLeader !== undefined) {
    const start = w.mark()
    writeRegionLeaderRequest(m.regionLeader, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.cmdType !== 0) {
    w.int32(m.cmdType)
    w.tag(8)
  }
}

export function readStatusRequest(r: Reader, end: number): StatusRequest {
  const m: StatusRequest = {
    cmdType: 0,
    regionLeader: undefined,
    regionDetail: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.cmdType = r.int32()
        break
      case 18: {
        const to = r.enter()
        m.regionLeader = readRegionLeaderRequest(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.regionDetail = readRegionDetailRequest(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.StatusRequest", [1, 2, 3])
    }
  }
  return m
}

export const StatusRequest: Codec<StatusRequest> = {
  name: "raft_cmdpb.StatusRequest",
  create: makeStatusRequest,
  encode: writeStatusRequest,
  decode: readStatusRequest
}

export interface StatusResponse {
  cmdType: StatusCmdType
  regionLeader: RegionLeaderResponse | undefined
  regionDetail: RegionDetailResponse | undefined
}

function makeStatusResponse(partial: Partial<StatusResponse> = {}): StatusResponse {
  return {
    cmdType: partial.cmdType ?? 0,
    regionLeader: partial.regionLeader,
    regionDetail: partial.regionDetail
  }
}

export function writeStatusResponse(m: StatusResponse, w: Writer): void {
  if (m.regionDetail !== undefined) {
    const start = w.mark()
    writeRegionDetailResponse(m.regionDetail, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.regionLeader !== undefined) {
    const start = w.mark()
    writeRegionLeaderResponse(m.regionLeader, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.cmdType !== 0) {
    w.int32(m.cmdType)
    w.tag(8)
  }
}

export function readStatusResponse(r: Reader, end: number): StatusResponse {
  const m: StatusResponse = {
    cmdType: 0,
    regionLeader: undefined,
    regionDetail: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.cmdType = r.int32()
        break
      case 18: {
        const to = r.enter()
        m.regionLeader = readRegionLeaderResponse(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.regionDetail = readRegionDetailResponse(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.StatusResponse", [1, 2, 3])
    }
  }
  return m
}

export const StatusResponse: Codec<StatusResponse> = {
  name: "raft_cmdpb.StatusResponse",
  create: makeStatusResponse,
  encode: writeStatusResponse,
  decode: readStatusResponse
}

export interface RaftRequestHeader {
  regionId: number
  peer: metapb.Peer | undefined
  readQuorum: boolean
  uuid: Uint8Array
  regionEpoch: metapb.RegionEpoch | undefined
  term: number
  syncLog: boolean
  replicaRead: boolean
  appliedIndex: number
  flags: number
  flagData: Uint8Array
  priority: kvrpcpb.CommandPri
  resourceGroupName: string
}

function makeRaftRequestHeader(partial: Partial<RaftRequestHeader> = {}): RaftRequestHeader {
  return {
    regionId: partial.regionId ?? 0,
    peer: partial.peer,
    readQuorum: partial.readQuorum ?? false,
    uuid: partial.uuid ?? EMPTY,
    regionEpoch: partial.regionEpoch,
    term: partial.term ?? 0,
    syncLog: partial.syncLog ?? false,
    replicaRead: partial.replicaRead ?? false,
    appliedIndex: partial.appliedIndex ?? 0,
    flags: partial.flags ?? 0,
    flagData: partial.flagData ?? EMPTY,
    priority: partial.priority ?? 0,
    resourceGroupName: partial.resourceGroupName ?? ""
  }
}

export function writeRaftRequestHeader(m: RaftRequestHeader, w: Writer): void {
  if (m.resourceGroupName !== "") {
    w.string(m.resourceGroupName)
    w.tag(106)
  }
  if (m.priority !== 0) {
    w.int32(m.priority)
    w.tag(96)
  }
  if (m.flagData.length > 0) {
    w.bytes(m.flagData)
    w.tag(90)
  }
  if (m.flags !== 0) {
    w.uint53(m.flags)
    w.tag(80)
  }
  if (m.appliedIndex !== 0) {
    w.uint53(m.appliedIndex)
    w.tag(72)
  }
  if (m.replicaRead) {
    w.bool(m.replicaRead)
    w.tag(64)
  }
  if (m.syncLog) {
    w.bool(m.syncLog)
    w.tag(56)
  }
  if (m.term !== 0) {
    w.uint53(m.term)
    w.tag(48)
  }
  if (m.regionEpoch !== undefined) {
    const start = w.mark()
    metapb.writeRegionEpoch(m.regionEpoch, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.uuid.length > 0) {
    w.bytes(m.uuid)
    w.tag(34)
  }
  if (m.readQuorum) {
    w.bool(m.readQuorum)
    w.tag(24)
  }
  if (m.peer !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.peer, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readRaftRequestHeader(r: Reader, end: number): RaftRequestHeader {
  const m: RaftRequestHeader = {
    regionId: 0,
    peer: undefined,
    readQuorum: false,
    uuid: EMPTY,
    regionEpoch: undefined,
    term: 0,
    syncLog: false,
    replicaRead: false,
    appliedIndex: 0,
    flags: 0,
    flagData: EMPTY,
    priority: 0,
    resourceGroupName: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      case 18: {
        const to = r.enter()
        m.peer = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      case 24:
        m.readQuorum = r.bool()
        break
      case 34:
        m.uuid = r.bytes()
        break
      case 42: {
        const to = r.enter()
        m.regionEpoch = metapb.readRegionEpoch(r, to)
        r.leave(to)
        break
      }
      case 48:
        m.term = r.uint53()
        break
      case 56:
        m.syncLog = r.bool()
        break
      case 64:
        m.replicaRead = r.bool()
        break
      case 72:
        m.appliedIndex = r.uint53()
        break
      case 80:
        m.flags = r.uint53()
        break
      case 90:
        m.flagData = r.bytes()
        break
      case 96:
        m.priority = r.int32()
        break
      case 106:
        m.resourceGroupName = r.string()
        break
      default:
        r.unknown(tag, "raft_cmdpb.RaftRequestHeader", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
    }
  }
  return m
}

export const RaftRequestHeader: Codec<RaftRequestHeader> = {
  name: "raft_cmdpb.RaftRequestHeader",
  create: makeRaftRequestHeader,
  encode: writeRaftRequestHeader,
  decode: readRaftRequestHeader
}

export interface RaftResponseHeader {
  error: errorpb.Error | undefined
  uuid: Uint8Array
  currentTerm: number
}

function makeRaftResponseHeader(partial: Partial<RaftResponseHeader> = {}): RaftResponseHeader {
  return {
    error: partial.error,
    uuid: partial.uuid ?? EMPTY,
    currentTerm: partial.currentTerm ?? 0
  }
}

export function writeRaftResponseHeader(m: RaftResponseHeader, w: Writer): void {
  if (m.currentTerm !== 0) {
    w.uint53(m.currentTerm)
    w.tag(24)
  }
  if (m.uuid.length > 0) {
    w.bytes(m.uuid)
    w.tag(18)
  }
  if (m.error !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.error, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRaftResponseHeader(r: Reader, end: number): RaftResponseHeader {
  const m: RaftResponseHeader = {
    error: undefined,
    uuid: EMPTY,
    currentTerm: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.error = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.uuid = r.bytes()
        break
      case 24:
        m.currentTerm = r.uint53()
        break
      default:
        r.unknown(tag, "raft_cmdpb.RaftResponseHeader", [1, 2, 3])
    }
  }
  return m
}

export const RaftResponseHeader: Codec<RaftResponseHeader> = {
  name: "raft_cmdpb.RaftResponseHeader",
  create: makeRaftResponseHeader,
  encode: writeRaftResponseHeader,
  decode: readRaftResponseHeader
}

export interface CustomRequest {
  data: Uint8Array
}

function makeCustomRequest(partial: Partial<CustomRequest> = {}): CustomRequest {
  return {
    data: partial.data ?? EMPTY
  }
}

export function writeCustomRequest(m: CustomRequest, w: Writer): void {
  if (m.data.length > 0) {
    w.bytes(m.data)
    w.tag(10)
  }
}

export function readCustomRequest(r: Reader, end: number): CustomRequest {
  const m: CustomRequest = {
    data: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.data = r.bytes()
        break
      default:
        r.unknown(tag, "raft_cmdpb.CustomRequest", [1])
    }
  }
  return m
}

export const CustomRequest: Codec<CustomRequest> = {
  name: "raft_cmdpb.CustomRequest",
  create: makeCustomRequest,
  encode: writeCustomRequest,
  decode: readCustomRequest
}

export interface RaftCmdRequest {
  header: RaftRequestHeader | undefined
  requests: Request[]
  adminRequest: AdminRequest | undefined
  statusRequest: StatusRequest | undefined
  customRequest: CustomRequest | undefined
}

function makeRaftCmdRequest(partial: Partial<RaftCmdRequest> = {}): RaftCmdRequest {
  return {
    header: partial.header,
    requests: partial.requests ?? [],
    adminRequest: partial.adminRequest,
    statusRequest: partial.statusRequest,
    customRequest: partial.customRequest
  }
}

export function writeRaftCmdRequest(m: RaftCmdRequest, w: Writer): void {
  if (m.customRequest !== undefined) {
    const start = w.mark()
    writeCustomRequest(m.customRequest, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.statusRequest !== undefined) {
    const start = w.mark()
    writeStatusRequest(m.statusRequest, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.adminRequest !== undefined) {
    const start = w.mark()
    writeAdminRequest(m.adminRequest, w)
    w.lengthSince(start)
    w.tag(26)
  }
  for (let i = m.requests.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeRequest(m.requests[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRaftRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRaftCmdRequest(r: Reader, end: number): RaftCmdRequest {
  const m: RaftCmdRequest = {
    header: undefined,
    requests: [],
    adminRequest: undefined,
    statusRequest: undefined,
    customRequest: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.header = readRaftRequestHeader(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.requests.push(readRequest(r, to))
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.adminRequest = readAdminRequest(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.statusRequest = readStatusRequest(r, to)
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.customRequest = readCustomRequest(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.RaftCmdRequest", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const RaftCmdRequest: Codec<RaftCmdRequest> = {
  name: "raft_cmdpb.RaftCmdRequest",
  create: makeRaftCmdRequest,
  encode: writeRaftCmdRequest,
  decode: readRaftCmdRequest
}

export interface RaftCmdResponse {
  header: RaftResponseHeader | undefined
  responses: Response[]
  adminResponse: AdminResponse | undefined
  statusResponse: StatusResponse | undefined
}

function makeRaftCmdResponse(partial: Partial<RaftCmdResponse> = {}): RaftCmdResponse {
  return {
    header: partial.header,
    responses: partial.responses ?? [],
    adminResponse: partial.adminResponse,
    statusResponse: partial.statusResponse
  }
}

export function writeRaftCmdResponse(m: RaftCmdResponse, w: Writer): void {
  if (m.statusResponse !== undefined) {
    const start = w.mark()
    writeStatusResponse(m.statusResponse, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.adminResponse !== undefined) {
    const start = w.mark()
    writeAdminResponse(m.adminResponse, w)
    w.lengthSince(start)
    w.tag(26)
  }
  for (let i = m.responses.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeResponse(m.responses[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    writeRaftResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRaftCmdResponse(r: Reader, end: number): RaftCmdResponse {
  const m: RaftCmdResponse = {
    header: undefined,
    responses: [],
    adminResponse: undefined,
    statusResponse: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.header = readRaftResponseHeader(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.responses.push(readResponse(r, to))
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.adminResponse = readAdminResponse(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.statusResponse = readStatusResponse(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_cmdpb.RaftCmdResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const RaftCmdResponse: Codec<RaftCmdResponse> = {
  name: "raft_cmdpb.RaftCmdResponse",
  create: makeRaftCmdResponse,
  encode: writeRaftCmdResponse,
  decode: readRaftCmdResponse
}
