/**
 * Generated from proto/keyspacepb.proto by `bun run generate`; do not edit.
 *
 * API V2 keyspaces.
 * Left out: namespaces, WatchKeyspaces.
 */

import type { Codec } from "../codec/Codec.ts"
import { type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"
import * as apipb from "./apipb.ts"
import * as pdpb from "./pdpb.ts"

export const KeyspaceState = {
  ENABLED: 0,
  DISABLED: 1,
  ARCHIVED: 2,
  TOMBSTONE: 3
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type KeyspaceState = (typeof KeyspaceState)[keyof typeof KeyspaceState] | (number & {})

export interface KeyspaceMeta {
  keyspace:
    | { readonly case: "id"; readonly value: number }
    | { readonly case: "keyspaceIdentity"; readonly value: apipb.KeyspaceIdentity }
    | undefined
  name: string
  state: KeyspaceState
  createdAt: number
  stateChangedAt: number
  config: Map<string, string>
}

function makeKeyspaceMeta(partial: Partial<KeyspaceMeta> = {}): KeyspaceMeta {
  return {
    keyspace: partial.keyspace,
    name: partial.name ?? "",
    state: partial.state ?? 0,
    createdAt: partial.createdAt ?? 0,
    stateChangedAt: partial.stateChangedAt ?? 0,
    config: partial.config ?? new Map()
  }
}

export function writeKeyspaceMeta(m: KeyspaceMeta, w: Writer): void {
  if (m.keyspace !== undefined) {
    switch (m.keyspace.case) {
      case "keyspaceIdentity": {
        const start = w.mark()
        apipb.writeKeyspaceIdentity(m.keyspace.value, w)
        w.lengthSince(start)
        w.tag(66)
        break
      }
    }
  }
  if (m.config.size > 0) {
    for (const [k, v] of [...m.config].reverse()) {
      const entry = w.mark()
      w.string(v)
      w.tag(18)
      w.string(k)
      w.tag(10)
      w.lengthSince(entry)
      w.tag(58)
    }
  }
  if (m.stateChangedAt !== 0) {
    w.int53(m.stateChangedAt)
    w.tag(40)
  }
  if (m.createdAt !== 0) {
    w.int53(m.createdAt)
    w.tag(32)
  }
  if (m.state !== 0) {
    w.int32(m.state)
    w.tag(24)
  }
  if (m.name !== "") {
    w.string(m.name)
    w.tag(18)
  }
  if (m.keyspace !== undefined) {
    switch (m.keyspace.case) {
      case "id": {
        w.uint32(m.keyspace.value)
        w.tag(8)
        break
      }
    }
  }
}

export function readKeyspaceMeta(r: Reader, end: number): KeyspaceMeta {
  const m: KeyspaceMeta = {
    keyspace: undefined,
    name: "",
    state: 0,
    createdAt: 0,
    stateChangedAt: 0,
    config: new Map()
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.keyspace = { case: "id", value: r.uint32() }
        break
      case 66: {
        const to = r.enter()
        m.keyspace = { case: "keyspaceIdentity", value: apipb.readKeyspaceIdentity(r, to) }
        r.leave(to)
        break
      }
      case 18:
        m.name = r.string()
        break
      case 24:
        m.state = r.int32()
        break
      case 32:
        m.createdAt = r.int53()
        break
      case 40:
        m.stateChangedAt = r.int53()
        break
      case 58: {
        const entryEnd = r.enter()
        let k: string = ""
        let v: string = ""
        while (r.pos < entryEnd) {
          const tag = r.tag()
          switch (tag) {
            case 10:
              k = r.string()
              break
            case 18:
              v = r.string()
              break
            default:
              r.unknown(tag, "keyspacepb.KeyspaceMeta.config", [1, 2])
          }
        }
        r.leave(entryEnd)
        m.config.set(k, v)
        break
      }
      default:
        r.unknown(tag, "keyspacepb.KeyspaceMeta", [1, 2, 3, 4, 5, 7, 8])
    }
  }
  return m
}

export const KeyspaceMeta: Codec<KeyspaceMeta> = {
  name: "keyspacepb.KeyspaceMeta",
  create: makeKeyspaceMeta,
  encode: writeKeyspaceMeta,
  decode: readKeyspaceMeta
}

export interface NamespaceRef {
  namespace:
    | { readonly case: "namespaceId"; readonly value: number }
    | { readonly case: "namespaceName"; readonly value: string }
    | undefined
}

function makeNamespaceRef(partial: Partial<NamespaceRef> = {}): NamespaceRef {
  return {
    namespace: partial.namespace
  }
}

export function writeNamespaceRef(m: NamespaceRef, w: Writer): void {
  if (m.namespace !== undefined) {
    switch (m.namespace.case) {
      case "namespaceName": {
        w.string(m.namespace.value)
        w.tag(18)
        break
      }
      case "namespaceId": {
        w.uint32(m.namespace.value)
        w.tag(8)
        break
      }
    }
  }
}

export function readNamespaceRef(r: Reader, end: number): NamespaceRef {
  const m: NamespaceRef = {
    namespace: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.namespace = { case: "namespaceId", value: r.uint32() }
        break
      case 18:
        m.namespace = { case: "namespaceName", value: r.string() }
        break
      default:
        r.unknown(tag, "keyspacepb.NamespaceRef", [1, 2])
    }
  }
  return m
}

export const NamespaceRef: Codec<NamespaceRef> = {
  name: "keyspacepb.NamespaceRef",
  create: makeNamespaceRef,
  encode: writeNamespaceRef,
  decode: readNamespaceRef
}

export interface LoadKeyspaceRequest {
  header: pdpb.RequestHeader | undefined
  name: string
  namespace: NamespaceRef | undefined
}

function makeLoadKeyspaceRequest(partial: Partial<LoadKeyspaceRequest> = {}): LoadKeyspaceRequest {
  return {
    header: partial.header,
    name: partial.name ?? "",
    namespace: partial.namespace
  }
}

export function writeLoadKeyspaceRequest(m: LoadKeyspaceRequest, w: Writer): void {
  if (m.namespace !== undefined) {
    const start = w.mark()
    writeNamespaceRef(m.namespace, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.name !== "") {
    w.string(m.name)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    pdpb.writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readLoadKeyspaceRequest(r: Reader, end: number): LoadKeyspaceRequest {
  const m: LoadKeyspaceRequest = {
    header: undefined,
    name: "",
    namespace: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.header = pdpb.readRequestHeader(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.name = r.string()
        break
      case 26: {
        const to = r.enter()
        m.namespace = readNamespaceRef(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "keyspacepb.LoadKeyspaceRequest", [1, 2, 3])
    }
  }
  return m
}

export const LoadKeyspaceRequest: Codec<LoadKeyspaceRequest> = {
  name: "keyspacepb.LoadKeyspaceRequest",
  create: makeLoadKeyspaceRequest,
  encode: writeLoadKeyspaceRequest,
  decode: readLoadKeyspaceRequest
}

export interface LoadKeyspaceByIDRequest {
  header: pdpb.RequestHeader | undefined
  keyspace:
    | { readonly case: "id"; readonly value: number }
    | { readonly case: "keyspaceIdentity"; readonly value: apipb.KeyspaceIdentity }
    | undefined
}

function makeLoadKeyspaceByIDRequest(partial: Partial<LoadKeyspaceByIDRequest> = {}): LoadKeyspaceByIDRequest {
  return {
    header: partial.header,
    keyspace: partial.keyspace
  }
}

export function writeLoadKeyspaceByIDRequest(m: LoadKeyspaceByIDRequest, w: Writer): void {
  if (m.keyspace !== undefined) {
    switch (m.keyspace.case) {
      case "keyspaceIdentity": {
        const start = w.mark()
        apipb.writeKeyspaceIdentity(m.keyspace.value, w)
        w.lengthSince(start)
        w.tag(26)
        break
      }
      case "id": {
        w.uint32(m.keyspace.value)
        w.tag(16)
        break
      }
    }
  }
  if (m.header !== undefined) {
    const start = w.mark()
    pdpb.writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readLoadKeyspaceByIDRequest(r: Reader, end: number): LoadKeyspaceByIDRequest {
  const m: LoadKeyspaceByIDRequest = {
    header: undefined,
    keyspace: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.header = pdpb.readRequestHeader(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.keyspace = { case: "id", value: r.uint32() }
        break
      case 26: {
        const to = r.enter()
        m.keyspace = { case: "keyspaceIdentity", value: apipb.readKeyspaceIdentity(r, to) }
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "keyspacepb.LoadKeyspaceByIDRequest", [1, 2, 3])
    }
  }
  return m
}

export const LoadKeyspaceByIDRequest: Codec<LoadKeyspaceByIDRequest> = {
  name: "keyspacepb.LoadKeyspaceByIDRequest",
  create: makeLoadKeyspaceByIDRequest,
  encode: writeLoadKeyspaceByIDRequest,
  decode: readLoadKeyspaceByIDRequest
}

export interface LoadKeyspaceResponse {
  header: pdpb.ResponseHeader | undefined
  keyspace: KeyspaceMeta | undefined
}

function makeLoadKeyspaceResponse(partial: Partial<LoadKeyspaceResponse> = {}): LoadKeyspaceResponse {
  return {
    header: partial.header,
    keyspace: partial.keyspace
  }
}

export function writeLoadKeyspaceResponse(m: LoadKeyspaceResponse, w: Writer): void {
  if (m.keyspace !== undefined) {
    const start = w.mark()
    writeKeyspaceMeta(m.keyspace, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    pdpb.writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readLoadKeyspaceResponse(r: Reader, end: number): LoadKeyspaceResponse {
  const m: LoadKeyspaceResponse = {
    header: undefined,
    keyspace: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.header = pdpb.readResponseHeader(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.keyspace = readKeyspaceMeta(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "keyspacepb.LoadKeyspaceResponse", [1, 2])
    }
  }
  return m
}

export const LoadKeyspaceResponse: Codec<LoadKeyspaceResponse> = {
  name: "keyspacepb.LoadKeyspaceResponse",
  create: makeLoadKeyspaceResponse,
  encode: writeLoadKeyspaceResponse,
  decode: readLoadKeyspaceResponse
}

export interface LookupKeyspaceRequest {
  header: pdpb.RequestHeader | undefined
  name: string
}

function makeLookupKeyspaceRequest(partial: Partial<LookupKeyspaceRequest> = {}): LookupKeyspaceRequest {
  return {
    header: partial.header,
    name: partial.name ?? ""
  }
}

export function writeLookupKeyspaceRequest(m: LookupKeyspaceRequest, w: Writer): void {
  if (m.name !== "") {
    w.string(m.name)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    pdpb.writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readLookupKeyspaceRequest(r: Reader, end: number): LookupKeyspaceRequest {
  const m: LookupKeyspaceRequest = {
    header: undefined,
    name: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.header = pdpb.readRequestHeader(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.name = r.string()
        break
      default:
        r.unknown(tag, "keyspacepb.LookupKeyspaceRequest", [1, 2])
    }
  }
  return m
}

export const LookupKeyspaceRequest: Codec<LookupKeyspaceRequest> = {
  name: "keyspacepb.LookupKeyspaceRequest",
  create: makeLookupKeyspaceRequest,
  encode: writeLookupKeyspaceRequest,
  decode: readLookupKeyspaceRequest
}

export interface LookupKeyspaceResponse {
  header: pdpb.ResponseHeader | undefined
  keyspaces: KeyspaceMeta[]
}

function makeLookupKeyspaceResponse(partial: Partial<LookupKeyspaceResponse> = {}): LookupKeyspaceResponse {
  return {
    header: partial.header,
    keyspaces: partial.keyspaces ?? []
  }
}

export function writeLookupKeyspaceResponse(m: LookupKeyspaceResponse, w: Writer): void {
  for (let i = m.keyspaces.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKeyspaceMeta(m.keyspaces[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    pdpb.writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readLookupKeyspaceResponse(r: Reader, end: number): LookupKeyspaceResponse {
  const m: LookupKeyspaceResponse = {
    header: undefined,
    keyspaces: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.header = pdpb.readResponseHeader(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.keyspaces.push(readKeyspaceMeta(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "keyspacepb.LookupKeyspaceResponse", [1, 2])
    }
  }
  return m
}

export const LookupKeyspaceResponse: Codec<LookupKeyspaceResponse> = {
  name: "keyspacepb.LookupKeyspaceResponse",
  create: makeLookupKeyspaceResponse,
  encode: writeLookupKeyspaceResponse,
  decode: readLookupKeyspaceResponse
}

export interface UpdateKeyspaceStateRequest {
  header: pdpb.RequestHeader | undefined
  keyspace:
    | { readonly case: "id"; readonly value: number }
    | { readonly case: "keyspaceIdentity"; readonly value: apipb.KeyspaceIdentity }
    | undefined
  state: KeyspaceState
}

function makeUpdateKeyspaceStateRequest(partial: Partial<UpdateKeyspaceStateRequest> = {}): UpdateKeyspaceStateRequest {
  return {
    header: partial.header,
    keyspace: partial.keyspace,
    state: partial.state ?? 0
  }
}

export function writeUpdateKeyspaceStateRequest(m: UpdateKeyspaceStateRequest, w: Writer): void {
  if (m.keyspace !== undefined) {
    switch (m.keyspace.case) {
      case "keyspaceIdentity": {
        const start = w.mark()
        apipb.writeKeyspaceIdentity(m.keyspace.value, w)
        w.lengthSince(start)
        w.tag(34)
        break
      }
    }
  }
  if (m.state !== 0) {
    w.int32(m.state)
    w.tag(24)
  }
  if (m.keyspace !== undefined) {
    switch (m.keyspace.case) {
      case "id": {
        w.uint32(m.keyspace.value)
        w.tag(16)
        break
      }
    }
  }
  if (m.header !== undefined) {
    const start = w.mark()
    pdpb.writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readUpdateKeyspaceStateRequest(r: Reader, end: number): UpdateKeyspaceStateRequest {
  const m: UpdateKeyspaceStateRequest = {
    header: undefined,
    keyspace: undefined,
    state: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.header = pdpb.readRequestHeader(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.keyspace = { case: "id", value: r.uint32() }
        break
      case 34: {
        const to = r.enter()
        m.keyspace = { case: "keyspaceIdentity", value: apipb.readKeyspaceIdentity(r, to) }
        r.leave(to)
        break
      }
      case 24:
        m.state = r.int32()
        break
      default:
        r.unknown(tag, "keyspacepb.UpdateKeyspaceStateRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const UpdateKeyspaceStateRequest: Codec<UpdateKeyspaceStateRequest> = {
  name: "keyspacepb.UpdateKeyspaceStateRequest",
  create: makeUpdateKeyspaceStateRequest,
  encode: writeUpdateKeyspaceStateRequest,
  decode: readUpdateKeyspaceStateRequest
}

export interface UpdateKeyspaceStateResponse {
  header: pdpb.ResponseHeader | undefined
  keyspace: KeyspaceMeta | undefined
}

function makeUpdateKeyspaceStateResponse(partial: Partial<UpdateKeyspaceStateResponse> = {}): UpdateKeyspaceStateResponse {
  return {
    header: partial.header,
    keyspace: partial.keyspace
  }
}

export function writeUpdateKeyspaceStateResponse(m: UpdateKeyspaceStateResponse, w: Writer): void {
  if (m.keyspace !== undefined) {
    const start = w.mark()
    writeKeyspaceMeta(m.keyspace, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    pdpb.writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readUpdateKeyspaceStateResponse(r: Reader, end: number): UpdateKeyspaceStateResponse {
  const m: UpdateKeyspaceStateResponse = {
    header: undefined,
    keyspace: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.header = pdpb.readResponseHeader(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.keyspace = readKeyspaceMeta(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "keyspacepb.UpdateKeyspaceStateResponse", [1, 2])
    }
  }
  return m
}

export const UpdateKeyspaceStateResponse: Codec<UpdateKeyspaceStateResponse> = {
  name: "keyspacepb.UpdateKeyspaceStateResponse",
  create: makeUpdateKeyspaceStateResponse,
  encode: writeUpdateKeyspaceStateResponse,
  decode: readUpdateKeyspaceStateResponse
}

export interface GetAllKeyspacesRequest {
  header: pdpb.RequestHeader | undefined
  startKeyspace:
    | { readonly case: "startId"; readonly value: number }
    | { readonly case: "startKeyspaceIdentity"; readonly value: apipb.KeyspaceIdentity }
    | undefined
  limit: number
  namespace: NamespaceRef | undefined
}

function makeGetAllKeyspacesRequest(partial: Partial<GetAllKeyspacesRequest> = {}): GetAllKeyspacesRequest {
  return {
    header: partial.header,
    startKeyspace: partial.startKeyspace,
    limit: partial.limit ?? 0,
    namespace: partial.namespace
  }
}

export function writeGetAllKeyspacesRequest(m: GetAllKeyspacesRequest, w: Writer): void {
  if (m.startKeyspace !== undefined) {
    switch (m.startKeyspace.case) {
      case "startKeyspaceIdentity": {
        const start = w.mark()
        apipb.writeKeyspaceIdentity(m.startKeyspace.value, w)
        w.lengthSince(start)
        w.tag(42)
        break
      }
    }
  }
  if (m.namespace !== undefined) {
    const start = w.mark()
    writeNamespaceRef(m.namespace, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.limit !== 0) {
    w.uint32(m.limit)
    w.tag(24)
  }
  if (m.startKeyspace !== undefined) {
    switch (m.startKeyspace.case) {
      case "startId": {
        w.uint32(m.startKeyspace.value)
        w.tag(16)
        break
      }
    }
  }
  if (m.header !== undefined) {
    const start = w.mark()
    pdpb.writeRequestHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetAllKeyspacesRequest(r: Reader, end: number): GetAllKeyspacesRequest {
  const m: GetAllKeyspacesRequest = {
    header: undefined,
    startKeyspace: undefined,
    limit: 0,
    namespace: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.header = pdpb.readRequestHeader(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.startKeyspace = { case: "startId", value: r.uint32() }
        break
      case 42: {
        const to = r.enter()
        m.startKeyspace = { case: "startKeyspaceIdentity", value: apipb.readKeyspaceIdentity(r, to) }
        r.leave(to)
        break
      }
      case 24:
        m.limit = r.uint32()
        break
      case 34: {
        const to = r.enter()
        m.namespace = readNamespaceRef(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "keyspacepb.GetAllKeyspacesRequest", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const GetAllKeyspacesRequest: Codec<GetAllKeyspacesRequest> = {
  name: "keyspacepb.GetAllKeyspacesRequest",
  create: makeGetAllKeyspacesRequest,
  encode: writeGetAllKeyspacesRequest,
  decode: readGetAllKeyspacesRequest
}

export interface GetAllKeyspacesResponse {
  header: pdpb.ResponseHeader | undefined
  keyspaces: KeyspaceMeta[]
}

function makeGetAllKeyspacesResponse(partial: Partial<GetAllKeyspacesResponse> = {}): GetAllKeyspacesResponse {
  return {
    header: partial.header,
    keyspaces: partial.keyspaces ?? []
  }
}

export function writeGetAllKeyspacesResponse(m: GetAllKeyspacesResponse, w: Writer): void {
  for (let i = m.keyspaces.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKeyspaceMeta(m.keyspaces[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.header !== undefined) {
    const start = w.mark()
    pdpb.writeResponseHeader(m.header, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetAllKeyspacesResponse(r: Reader, end: number): GetAllKeyspacesResponse {
  const m: GetAllKeyspacesResponse = {
    header: undefined,
    keyspaces: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.header = pdpb.readResponseHeader(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.keyspaces.push(readKeyspaceMeta(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "keyspacepb.GetAllKeyspacesResponse", [1, 2])
    }
  }
  return m
}

export const GetAllKeyspacesResponse: Codec<GetAllKeyspacesResponse> = {
  name: "keyspacepb.GetAllKeyspacesResponse",
  create: makeGetAllKeyspacesResponse,
  encode: writeGetAllKeyspacesResponse,
  decode: readGetAllKeyspacesResponse
}
