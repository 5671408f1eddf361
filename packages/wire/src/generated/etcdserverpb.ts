/**
 * Generated from proto/etcdserverpb.proto by `bun run generate`; do not edit.
 *
 * The part of etcd v3 that clients call on the PD port: the member list and the safe point key.
 * Left out: DeleteRange, Txn, Compact, Watch, Lease, Maintenance, Auth, and all member changes.
 */

import type { Codec } from "../codec/Codec.ts"
import { EMPTY, type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"
import * as mvccpb from "./mvccpb.ts"

export const RangeRequest_SortOrder = {
  NONE: 0,
  ASCEND: 1,
  DESCEND: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type RangeRequest_SortOrder = (typeof RangeRequest_SortOrder)[keyof typeof RangeRequest_SortOrder] | (number & {})

export const RangeRequest_SortTarget = {
  KEY: 0,
  VERSION: 1,
  CREATE: 2,
  MOD: 3,
  VALUE: 4
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type RangeRequest_SortTarget = (typeof RangeRequest_SortTarget)[keyof typeof RangeRequest_SortTarget] | (number & {})

export interface ResponseHeader {
  clusterId: number
  memberId: number
  revision: number
  raftTerm: number
}

function makeResponseHeader(partial: Partial<ResponseHeader> = {}): ResponseHeader {
  return {
    clusterId: partial.clusterId ?? 0,
    memberId: partial.memberId ?? 0,
    revision: partial.revision ?? 0,
    raftTerm: partial.raftTerm ?? 0
  }
}

export function writeResponseHeader(m: ResponseHeader, w: Writer): void {
  if (m.raftTerm !== 0) {
    w.uint53(m.raftTerm)
    w.tag(32)
  }
  if (m.revision !== 0) {
    w.int53(m.revision)
    w.tag(24)
  }
  if (m.memberId !== 0) {
    w.uint53(m.memberId)
    w.tag(16)
  }
  if (m.clusterId !== 0) {
    w.uint53(m.clusterId)
    w.tag(8)
  }
}

export function readResponseHeader(r: Reader, end: number): ResponseHeader {
  const m: ResponseHeader = {
    clusterId: 0,
    memberId: 0,
    revision: 0,
    raftTerm: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.clusterId = r.uint53()
        break
      case 16:
        m.memberId = r.uint53()
        break
      case 24:
        m.revision = r.int53()
        break
      case 32:
        m.raftTerm = r.uint53()
        break
      default:
        r.unknown(tag, "etcdserverpb.ResponseHeader", [1, 2, 3, 4])
    }
  }
  return m
}

export const ResponseHeader: Codec<ResponseHeader> = {
  name: "etcdserverpb.ResponseHeader",
  create: makeResponseHeader,
  encode: writeResponseHeader,
  decode: readResponseHeader
}

export interface RangeRequest {
  key: Uint8Array
  /** Empty: the one key. A single zero byte: no upper bound. */
  rangeEnd: Uint8Array
  /** 0: no limit. */
  limit: number
  revision: number
  sortOrder: RangeRequest_SortOrder
  sortTarget: RangeRequest_SortTarget
  serializable: boolean
  keysOnly: boolean
  countOnly: boolean
  minModRevision: bigint
  maxModRevision: bigint
  minCreateRevision: bigint
  maxCreateRevision: bigint
}

function makeRangeRequest(partial: Partial<RangeRequest> = {}): RangeRequest {
  return {
    key: partial.key ?? EMPTY,
    rangeEnd: partial.rangeEnd ?? EMPTY,
    limit: partial.limit ?? 0,
    revision: partial.revision ?? 0,
    sortOrder: partial.sortOrder ?? 0,
    sortTarget: partial.sortTarget ?? 0,
    serializable: partial.serializable ?? false,
    keysOnly: partial.keysOnly ?? false,
    countOnly: partial.countOnly ?? false,
    minModRevision: partial.minModRevision ?? 0n,
    maxModRevision: partial.maxModRevision ?? 0n,
    minCreateRevision: partial.minCreateRevision ?? 0n,
    maxCreateRevision: partial.maxCreateRevision ?? 0n
  }
}

export function writeRangeRequest(m: RangeRequest, w: Writer): void {
  if (m.maxCreateRevision !== 0n) {
    w.int64(m.maxCreateRevision)
    w.tag(104)
  }
  if (m.minCreateRevision !== 0n) {
    w.int64(m.minCreateRevision)
    w.tag(96)
  }
  if (m.maxModRevision !== 0n) {
    w.int64(m.maxModRevision)
    w.tag(88)
  }
  if (m.minModRevision !== 0n) {
    w.int64(m.minModRevision)
    w.tag(80)
  }
  if (m.countOnly) {
    w.bool(m.countOnly)
    w.tag(72)
  }
  if (m.keysOnly) {
    w.bool(m.keysOnly)
    w.tag(64)
  }
  if (m.serializable) {
    w.bool(m.serializable)
    w.tag(56)
  }
  if (m.sortTarget !== 0) {
    w.int32(m.sortTarget)
    w.tag(48)
  }
  if (m.sortOrder !== 0) {
    w.int32(m.sortOrder)
    w.tag(40)
  }
  if (m.revision !== 0) {
    w.int53(m.revision)
    w.tag(32)
  }
  if (m.limit !== 0) {
    w.int53(m.limit)
    w.tag(24)
  }
  if (m.rangeEnd.length > 0) {
    w.bytes(m.rangeEnd)
    w.tag(18)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(10)
  }
}

export function readRangeRequest(r: Reader, end: number): RangeRequest {
  const m: RangeRequest = {
    key: EMPTY,
    rangeEnd: EMPTY,
    limit: 0,
    revision: 0,
    sortOrder: 0,
    sortTarget: 0,
    serializable: false,
    keysOnly: false,
    countOnly: false,
    minModRevision: 0n,
    maxModRevision: 0n,
    minCreateRevision: 0n,
    maxCreateRevision: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.key = r.bytes()
        break
      case 18:
        m.rangeEnd = r.bytes()
        break
      case 24:
        m.limit = r.int53()
        break
      case 32:
        m.revision = r.int53()
        break
      case 40:
        m.sortOrder = r.int32()
        break
      case 48:
        m.sortTarget = r.int32()
        break
      case 56:
        m.serializable = r.bool()
        break
      case 64:
        m.keysOnly = r.bool()
        break
      case 72:
        m.countOnly = r.bool()
        break
      case 80:
        m.minModRevision = r.int64()
        break
      case 88:
        m.maxModRevision = r.int64()
        break
      case 96:
        m.minCreateRevision = r.int64()
        break
      case 104:
        m.maxCreateRevision = r.int64()
        break
      default:
        r.unknown(tag, "etcdserverpb.RangeRequest", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
    }
  }
  return m
}

export const RangeRequest: Codec<RangeRequest> = {
  name: "etcdserverpb.RangeRequest",
  create: makeRangeRequest,
  encode: writeRangeRequest,
  decode: readRangeRequest
}

export interface RangeResponse {
  header: ResponseHeader | undefined
  kvs: mvccpb.KeyValue[]
  more: boolean
  count: number
}

function makeRangeResponse(partial: Partial<RangeResponse> = {}): RangeResponse {
  return {
    header: partial.header,
    kvs: partial.kvs ?? [],
    more: partial.more ?? false,
    count: partial.count ?? 0
  }
}

export function writeRangeResponse(m: RangeResponse, w: Writer): void {
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
    mvccpb.writeKeyValue(m.kvs[i]!, w)
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

export function readRangeResponse(r: Reader, end: number): RangeResponse {
  const m: RangeResponse = {
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
        m.kvs.push(mvccpb.readKeyValue(r, to))
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
        r.unknown(tag, "etcdserverpb.RangeResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const RangeResponse: Codec<RangeResponse> = {
  name: "etcdserverpb.RangeResponse",
  create: makeRangeResponse,
  encode: writeRangeResponse,
  decode: readRangeResponse
}

export interface PutRequest {
  key: Uint8Array
  value: Uint8Array
  lease: bigint
  prevKv: boolean
  ignoreValue: boolean
  ignoreLease: boolean
}

function makePutRequest(partial: Partial<PutRequest> = {}): PutRequest {
  return {
    key: partial.key ?? EMPTY,
    value: partial.value ?? EMPTY,
    lease: partial.lease ?? 0n,
    prevKv: partial.prevKv ?? false,
    ignoreValue: partial.ignoreValue ?? false,
    ignoreLease: partial.ignoreLease ?? false
  }
}

export function writePutRequest(m: PutRequest, w: Writer): void {
  if (m.ignoreLease) {
    w.bool(m.ignoreLease)
    w.tag(48)
  }
  if (m.ignoreValue) {
    w.bool(m.ignoreValue)
    w.tag(40)
  }
  if (m.prevKv) {
    w.bool(m.prevKv)
    w.tag(32)
  }
  if (m.lease !== 0n) {
    w.int64(m.lease)
    w.tag(24)
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

export function readPutRequest(r: Reader, end: number): PutRequest {
  const m: PutRequest = {
    key: EMPTY,
    value: EMPTY,
    lease: 0n,
    prevKv: false,
    ignoreValue: false,
    ignoreLease: false
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
      case 24:
        m.lease = r.int64()
        break
      case 32:
        m.prevKv = r.bool()
        break
      case 40:
        m.ignoreValue = r.bool()
        break
      case 48:
        m.ignoreLease = r.bool()
        break
      default:
        r.unknown(tag, "etcdserverpb.PutRequest", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const PutRequest: Codec<PutRequest> = {
  name: "etcdserverpb.PutRequest",
  create: makePutRequest,
  encode: writePutRequest,
  decode: readPutRequest
}

export interface PutResponse {
  header: ResponseHeader | undefined
  prevKv: mvccpb.KeyValue | undefined
}

function makePutResponse(partial: Partial<PutResponse> = {}): PutResponse {
  return {
    header: partial.header,
    prevKv: partial.prevKv
  }
}

export function writePutResponse(m: PutResponse, w: Writer): void {
  if (m.prevKv !== undefined) {
    const start = w.mark()
    mvccpb.writeKeyValue(m.prevKv, w)
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

export function readPutResponse(r: Reader, end: number): PutResponse {
  const m: PutResponse = {
    header: undefined,
    prevKv: undefined
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
        m.prevKv = mvccpb.readKeyValue(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "etcdserverpb.PutResponse", [1, 2])
    }
  }
  return m
}

export const PutResponse: Codec<PutResponse> = {
  name: "etcdserverpb.PutResponse",
  create: makePutResponse,
  encode: writePutResponse,
  decode: readPutResponse
}

export interface Member {
  id: number
  name: string
  peerURLs: string[]
  clientURLs: string[]
  isLearner: boolean
}

function makeMember(partial: Partial<Member> = {}): Member {
  return {
    id: partial.id ?? 0,
    name: partial.name ?? "",
    peerURLs: partial.peerURLs ?? [],
    clientURLs: partial.clientURLs ?? [],
    isLearner: partial.isLearner ?? false
  }
}

export function writeMember(m: Member, w: Writer): void {
  if (m.isLearner) {
    w.bool(m.isLearner)
    w.tag(40)
  }
  for (let i = m.clientURLs.length - 1; i >= 0; i--) {
    w.string(m.clientURLs[i]!)
    w.tag(34)
  }
  for (let i = m.peerURLs.length - 1; i >= 0; i--) {
    w.string(m.peerURLs[i]!)
    w.tag(26)
  }
  if (m.name !== "") {
    w.string(m.name)
    w.tag(18)
  }
  if (m.id !== 0) {
    w.uint53(m.id)
    w.tag(8)
  }
}

export function readMember(r: Reader, end: number): Member {
  const m: Member = {
    id: 0,
    name: "",
    peerURLs: [],
    clientURLs: [],
    isLearner: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.id = r.uint53()
        break
      case 18:
        m.name = r.string()
        break
      case 26:
        m.peerURLs.push(r.string())
        break
      case 34:
        m.clientURLs.push(r.string())
        break
      case 40:
        m.isLearner = r.bool()
        break
      default:
        r.unknown(tag, "etcdserverpb.Member", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const Member: Codec<Member> = {
  name: "etcdserverpb.Member",
  create: makeMember,
  encode: writeMember,
  decode: readMember
}

export interface MemberListRequest {
  linearizable: boolean
}

function makeMemberListRequest(partial: Partial<MemberListRequest> = {}): MemberListRequest {
  return {
    linearizable: partial.linearizable ?? false
  }
}

export function writeMemberListRequest(m: MemberListRequest, w: Writer): void {
  if (m.linearizable) {
    w.bool(m.linearizable)
    w.tag(8)
  }
}

export function readMemberListRequest(r: Reader, end: number): MemberListRequest {
  const m: MemberListRequest = {
    linearizable: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.linearizable = r.bool()
        break
      default:
        r.unknown(tag, "etcdserverpb.MemberListRequest", [1])
    }
  }
  return m
}

export const MemberListRequest: Codec<MemberListRequest> = {
  name: "etcdserverpb.MemberListRequest",
  create: makeMemberListRequest,
  encode: writeMemberListRequest,
  decode: readMemberListRequest
}

export interface MemberListResponse {
  header: ResponseHeader | undefined
  members: Member[]
}

function makeMemberListResponse(partial: Partial<MemberListResponse> = {}): MemberListResponse {
  return {
    header: partial.header,
    members: partial.members ?? []
  }
}

export function writeMemberListResponse(m: MemberListResponse, w: Writer): void {
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

export function readMemberListResponse(r: Reader, end: number): MemberListResponse {
  const m: MemberListResponse = {
    header: undefined,
    members: []
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
      default:
        r.unknown(tag, "etcdserverpb.MemberListResponse", [1, 2])
    }
  }
  return m
}

export const MemberListResponse: Codec<MemberListResponse> = {
  name: "etcdserverpb.MemberListResponse",
  create: makeMemberListResponse,
  encode: writeMemberListResponse,
  decode: readMemberListResponse
}
