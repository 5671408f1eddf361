/**
 * Generated from proto/raft_serverpb.proto by `bun run generate`; do not edit.
 *
 * Raft between stores: routed messages, snapshots, and the state a store keeps per region.
 */

import type { Codec } from "../codec/Codec.ts"
import { EMPTY, type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"
import * as disk_usage from "./disk_usage.ts"
import * as eraftpb from "./eraftpb.ts"
import * as kvrpcpb from "./kvrpcpb.ts"
import * as metapb from "./metapb.ts"

export const PeerState = {
  Normal: 0,
  Applying: 1,
  Tombstone: 2,
  Merging: 3,
  Unavailable: 4
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type PeerState = (typeof PeerState)[keyof typeof PeerState] | (number & {})

export const ExtraMessageType = {
  MsgRegionWakeUp: 0,
  MsgWantRollbackMerge: 1,
  MsgCheckStalePeer: 2,
  MsgCheckStalePeerResponse: 3,
  MsgHibernateRequest: 4,
  MsgHibernateResponse: 5,
  MsgRejectRaftLogCausedByMemoryUsage: 6,
  MsgAvailabilityRequest: 7,
  MsgAvailabilityResponse: 8,
  MsgVoterReplicatedIndexRequest: 9,
  MsgVoterReplicatedIndexResponse: 10,
  MsgGcPeerRequest: 11,
  MsgGcPeerResponse: 12,
  MsgFlushMemtable: 13,
  MsgRefreshBuckets: 14,
  MsgSnapGenPrecheckRequest: 15,
  MsgSnapGenPrecheckResponse: 16,
  MsgPreLoadRegionRequest: 17,
  MsgPreLoadRegionResponse: 18
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type ExtraMessageType = (typeof ExtraMessageType)[keyof typeof ExtraMessageType] | (number & {})

export interface RaftMessage {
  regionId: number
  fromPeer: metapb.Peer | undefined
  toPeer: metapb.Peer | undefined
  message: eraftpb.Message | undefined
  regionEpoch: metapb.RegionEpoch | undefined
  isTombstone: boolean
  startKey: Uint8Array
  endKey: Uint8Array
  mergeTarget: metapb.Region | undefined
  extraMsg: ExtraMessage | undefined
  extraCtx: Uint8Array
  diskUsage: disk_usage.DiskUsage
}

function makeRaftMessage(partial: Partial<RaftMessage> = {}): RaftMessage {
  return {
    regionId: partial.regionId ?? 0,
    fromPeer: partial.fromPeer,
    toPeer: partial.toPeer,
    message: partial.message,
    regionEpoch: partial.regionEpoch,
    isTombstone: partial.isTombstone ?? false,
    startKey: partial.startKey ?? EMPTY,
    endKey: partial.endKey ?? EMPTY,
    mergeTarget: partial.mergeTarget,
    extraMsg: partial.extraMsg,
    extraCtx: partial.extraCtx ?? EMPTY,
    diskUsage: partial.diskUsage ?? 0
  }
}

export function writeRaftMessage(m: RaftMessage, w: Writer): void {
  if (m.diskUsage !== 0) {
    w.int32(m.diskUsage)
    w.tag(96)
  }
  if (m.extraCtx.length > 0) {
    w.bytes(m.extraCtx)
    w.tag(90)
  }
  if (m.extraMsg !== undefined) {
    const start = w.mark()
    writeExtraMessage(m.extraMsg, w)
    w.lengthSince(start)
    w.tag(82)
  }
  if (m.mergeTarget !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.mergeTarget, w)
    w.lengthSince(start)
    w.tag(74)
  }
  if (m.endKey.length > 0) {
    w.bytes(m.endKey)
    w.tag(66)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(58)
  }
  if (m.isTombstone) {
    w.bool(m.isTombstone)
    w.tag(48)
  }
  if (m.regionEpoch !== undefined) {
    const start = w.mark()
    metapb.writeRegionEpoch(m.regionEpoch, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.message !== undefined) {
    const start = w.mark()
    eraftpb.writeMessage(m.message, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.toPeer !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.toPeer, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.fromPeer !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.fromPeer, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readRaftMessage(r: Reader, end: number): RaftMessage {
  const m: RaftMessage = {
    regionId: 0,
    fromPeer: undefined,
    toPeer: undefined,
    message: undefined,
    regionEpoch: undefined,
    isTombstone: false,
    startKey: EMPTY,
    endKey: EMPTY,
    mergeTarget: undefined,
    extraMsg: undefined,
    extraCtx: EMPTY,
    diskUsage: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      case 18: {
        const to = r.enter()
        m.fromPeer = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.toPeer = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.message = eraftpb.readMessage(r, to)
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.regionEpoch = metapb.readRegionEpoch(r, to)
        r.leave(to)
        break
      }
      case 48:
        m.isTombstone = r.bool()
        break
      case 58:
        m.startKey = r.bytes()
        break
      case 66:
        m.endKey = r.bytes()
        break
      case 74: {
        const to = r.enter()
        m.mergeTarget = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      case 82: {
        const to = r.enter()
        m.extraMsg = readExtraMessage(r, to)
        r.leave(to)
        break
      }
      case 90:
        m.extraCtx = r.bytes()
        break
      case 96:
        m.diskUsage = r.int32()
        break
      default:
        r.unknown(tag, "raft_serverpb.RaftMessage", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    }
  }
  return m
}

export const RaftMessage: Codec<RaftMessage> = {
  name: "raft_serverpb.RaftMessage",
  create: makeRaftMessage,
  encode: writeRaftMessage,
  decode: readRaftMessage
}

export interface RaftTruncatedState {
  index: number
  term: number
}

function makeRaftTruncatedState(partial: Partial<RaftTruncatedState> = {}): RaftTruncatedState {
  return {
    index: partial.index ?? 0,
    term: partial.term ?? 0
  }
}

export function writeRaftTruncatedState(m: RaftTruncatedState, w: Writer): void {
  if (m.term !== 0) {
    w.uint53(m.term)
    w.tag(16)
  }
  if (m.index !== 0) {
    w.uint53(m.index)
    w.tag(8)
  }
}

export function readRaftTruncatedState(r: Reader, end: number): RaftTruncatedState {
  const m: RaftTruncatedState = {
    index: 0,
    term: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.index = r.uint53()
        break
      case 16:
        m.term = r.uint53()
        break
      default:
        r.unknown(tag, "raft_serverpb.RaftTruncatedState", [1, 2])
    }
  }
  return m
}

export const RaftTruncatedState: Codec<RaftTruncatedState> = {
  name: "raft_serverpb.RaftTruncatedState",
  create: makeRaftTruncatedState,
  encode: writeRaftTruncatedState,
  decode: readRaftTruncatedState
}

export interface SnapshotCFFile {
  cf: string
  size: number
  checksum: number
}

function makeSnapshotCFFile(partial: Partial<SnapshotCFFile> = {}): SnapshotCFFile {
  return {
    cf: partial.cf ?? "",
    size: partial.size ?? 0,
    checksum: partial.checksum ?? 0
  }
}

export function writeSnapshotCFFile(m: SnapshotCFFile, w: Writer): void {
  if (m.checksum !== 0) {
    w.uint32(m.checksum)
    w.tag(24)
  }
  if (m.size !== 0) {
    w.uint53(m.size)
    w.tag(16)
  }
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(10)
  }
}

export function readSnapshotCFFile(r: Reader, end: number): SnapshotCFFile {
  const m: SnapshotCFFile = {
    cf: "",
    size: 0,
    checksum: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.cf = r.string()
        break
      case 16:
        m.size = r.uint53()
        break
      case 24:
        m.checksum = r.uint32()
        break
      default:
        r.unknown(tag, "raft_serverpb.SnapshotCFFile", [1, 2, 3])
    }
  }
  return m
}

export const SnapshotCFFile: Codec<SnapshotCFFile> = {
  name: "raft_serverpb.SnapshotCFFile",
  create: makeSnapshotCFFile,
  encode: writeSnapshotCFFile,
  decode: readSnapshotCFFile
}

export interface SnapshotMeta {
  cfFiles: SnapshotCFFile[]
  forBalance: boolean
  forWitness: boolean
  start: number
  generateDurationSec: number
  tabletSnapPath: string
  commitIndexHint: number
}

function makeSnapshotMeta(partial: Partial<SnapshotMeta> = {}): SnapshotMeta {
  return {
    cfFiles: partial.cfFiles ?? [],
    forBalance: partial.forBalance ?? false,
    forWitness: partial.forWitness ?? false,
    start: partial.start ?? 0,
    generateDurationSec: partial.generateDurationSec ?? 0,
    tabletSnapPath: partial.tabletSnapPath ?? "",
    commitIndexHint: partial.commitIndexHint ?? 0
  }
}

export function writeSnapshotMeta(m: SnapshotMeta, w: Writer): void {
  if (m.commitIndexHint !== 0) {
    w.uint53(m.commitIndexHint)
    w.tag(56)
  }
  if (m.tabletSnapPath !== "") {
    w.string(m.tabletSnapPath)
    w.tag(50)
  }
  if (m.generateDurationSec !== 0) {
    w.uint53(m.generateDurationSec)
    w.tag(40)
  }
  if (m.start !== 0) {
    w.uint53(m.start)
    w.tag(32)
  }
  if (m.forWitness) {
    w.bool(m.forWitness)
    w.tag(24)
  }
  if (m.forBalance) {
    w.bool(m.forBalance)
    w.tag(16)
  }
  for (let i = m.cfFiles.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeSnapshotCFFile(m.cfFiles[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readSnapshotMeta(r: Reader, end: number): SnapshotMeta {
  const m: SnapshotMeta = {
    cfFiles: [],
    forBalance: false,
    forWitness: false,
    start: 0,
    generateDurationSec: 0,
    tabletSnapPath: "",
    commitIndexHint: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.cfFiles.push(readSnapshotCFFile(r, to))
        r.leave(to)
        break
      }
      case 16:
        m.forBalance = r.bool()
        break
      case 24:
        m.forWitness = r.bool()
        break
      case 32:
        m.start = r.uint53()
        break
      case 40:
        m.generateDurationSec = r.uint53()
        break
      case 50:
        m.tabletSnapPath = r.string()
        break
      case 56:
        m.commitIndexHint = r.uint53()
        break
      default:
        r.unknown(tag, "raft_serverpb.SnapshotMeta", [1, 2, 3, 4, 5, 6, 7])
    }
  }
  return m
}

export const SnapshotMeta: Codec<SnapshotMeta> = {
  name: "raft_serverpb.SnapshotMeta",
  create: makeSnapshotMeta,
  encode: writeSnapshotMeta,
  decode: readSnapshotMeta
}

export interface SnapshotChunk {
  message: RaftMessage | undefined
  data: Uint8Array
}

function makeSnapshotChunk(partial: Partial<SnapshotChunk> = {}): SnapshotChunk {
  return {
    message: partial.message,
    data: partial.data ?? EMPTY
  }
}

export function writeSnapshotChunk(m: SnapshotChunk, w: Writer): void {
  if (m.data.length > 0) {
    w.bytes(m.data)
    w.tag(18)
  }
  if (m.message !== undefined) {
    const start = w.mark()
    writeRaftMessage(m.message, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readSnapshotChunk(r: Reader, end: number): SnapshotChunk {
  const m: SnapshotChunk = {
    message: undefined,
    data: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.message = readRaftMessage(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.data = r.bytes()
        break
      default:
        r.unknown(tag, "raft_serverpb.SnapshotChunk", [1, 2])
    }
  }
  return m
}

export const SnapshotChunk: Codec<SnapshotChunk> = {
  name: "raft_serverpb.SnapshotChunk",
  create: makeSnapshotChunk,
  encode: writeSnapshotChunk,
  decode: readSnapshotChunk
}

export interface Done {}

function makeDone(_partial?: Partial<Done>): Done {
  return {}
}

export function writeDone(_m: Done, _w: Writer): void {}

export function readDone(r: Reader, end: number): Done {
  const m: Done = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "raft_serverpb.Done", [])
  }
  return m
}

export const Done: Codec<Done> = {
  name: "raft_serverpb.Done",
  create: makeDone,
  encode: writeDone,
  decode: readDone
}

export interface TabletSnapshotFileMeta {
  fileSize: number
  fileName: string
  headChunk: Uint8Array
  trailingChunk: Uint8Array
}

function makeTabletSnapshotFileMeta(partial: Partial<TabletSnapshotFileMeta> = {}): TabletSnapshotFileMeta {
  return {
    fileSize: partial.fileSize ?? 0,
    fileName: partial.fileName ?? "",
    headChunk: partial.headChunk ?? EMPTY,
    trailingChunk: partial.trailingChunk ?? EMPTY
  }
}

export function writeTabletSnapshotFileMeta(m: TabletSnapshotFileMeta, w: Writer): void {
  if (m.trailingChunk.length > 0) {
    w.bytes(m.trailingChunk)
    w.tag(34)
  }
  if (m.headChunk.length > 0) {
    w.bytes(m.headChunk)
    w.tag(26)
  }
  if (m.fileName !== "") {
    w.string(m.fileName)
    w.tag(18)
  }
  if (m.fileSize !== 0) {
    w.uint53(m.fileSize)
    w.tag(8)
  }
}

export function readTabletSnapshotFileMeta(r: Reader, end: number): TabletSnapshotFileMeta {
  const m: TabletSnapshotFileMeta = {
    fileSize: 0,
    fileName: "",
    headChunk: EMPTY,
    trailingChunk: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.fileSize = r.uint53()
        break
      case 18:
        m.fileName = r.string()
        break
      case 26:
        m.headChunk = r.bytes()
        break
      case 34:
        m.trailingChunk = r.bytes()
        break
      default:
        r.unknown(tag, "raft_serverpb.TabletSnapshotFileMeta", [1, 2, 3, 4])
    }
  }
  return m
}

export const TabletSnapshotFileMeta: Codec<TabletSnapshotFileMeta> = {
  name: "raft_serverpb.TabletSnapshotFileMeta",
  create: makeTabletSnapshotFileMeta,
  encode: writeTabletSnapshotFileMeta,
  decode: readTabletSnapshotFileMeta
}

export interface TabletSnapshotPreview {
  metas: TabletSnapshotFileMeta[]
  end: boolean
}

function makeTabletSnapshotPreview(partial: Partial<TabletSnapshotPreview> = {}): TabletSnapshotPreview {
  return {
    metas: partial.metas ?? [],
    end: partial.end ?? false
  }
}

export function writeTabletSnapshotPreview(m: TabletSnapshotPreview, w: Writer): void {
  if (m.end) {
    w.bool(m.end)
    w.tag(16)
  }
  for (let i = m.metas.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeTabletSnapshotFileMeta(m.metas[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readTabletSnapshotPreview(r: Reader, end: number): TabletSnapshotPreview {
  const m: TabletSnapshotPreview = {
    metas: [],
    end: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.metas.push(readTabletSnapshotFileMeta(r, to))
        r.leave(to)
        break
      }
      case 16:
        m.end = r.bool()
        break
      default:
        r.unknown(tag, "raft_serverpb.TabletSnapshotPreview", [1, 2])
    }
  }
  return m
}

export const TabletSnapshotPreview: Codec<TabletSnapshotPreview> = {
  name: "raft_serverpb.TabletSnapshotPreview",
  create: makeTabletSnapshotPreview,
  encode: writeTabletSnapshotPreview,
  decode: readTabletSnapshotPreview
}

export interface TabletSnapshotFileChunk {
  fileSize: number
  fileName: string
  data: Uint8Array
  iv: Uint8Array
}

function makeTabletSnapshotFileChunk(partial: Partial<TabletSnapshotFileChunk> = {}): TabletSnapshotFileChunk {
  return {
    fileSize: partial.fileSize ?? 0,
    fileName: partial.fileName ?? "",
    data: partial.data ?? EMPTY,
    iv: partial.iv ?? EMPTY
  }
}

export function writeTabletSnapshotFileChunk(m: TabletSnapshotFileChunk, w: Writer): void {
  if (m.iv.length > 0) {
    w.bytes(m.iv)
    w.tag(34)
  }
  if (m.data.length > 0) {
    w.bytes(m.data)
    w.tag(26)
  }
  if (m.fileName !== "") {
    w.string(m.fileName)
    w.tag(18)
  }
  if (m.fileSize !== 0) {
    w.uint53(m.fileSize)
    w.tag(8)
  }
}

export function readTabletSnapshotFileChunk(r: Reader, end: number): TabletSnapshotFileChunk {
  const m: TabletSnapshotFileChunk = {
    fileSize: 0,
    fileName: "",
    data: EMPTY,
    iv: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.fileSize = r.uint53()
        break
      case 18:
        m.fileName = r.string()
        break
      case 26:
        m.data = r.bytes()
        break
      case 34:
        m.iv = r.bytes()
        break
      default:
        r.unknown(tag, "raft_serverpb.TabletSnapshotFileChunk", [1, 2, 3, 4])
    }
  }
  return m
}

export const TabletSnapshotFileChunk: Codec<TabletSnapshotFileChunk> = {
  name: "raft_serverpb.TabletSnapshotFileChunk",
  create: makeTabletSnapshotFileChunk,
  encode: writeTabletSnapshotFileChunk,
  decode: readTabletSnapshotFileChunk
}

export interface TabletSnapshotHead {
  message: RaftMessage | undefined
  useCache: boolean
}

function makeTabletSnapshotHead(partial: Partial<TabletSnapshotHead> = {}): TabletSnapshotHead {
  return {
    message: partial.message,
    useCache: partial.useCache ?? false
  }
}

export function writeTabletSnapshotHead(m: TabletSnapshotHead, w: Writer): void {
  if (m.useCache) {
    w.bool(m.useCache)
    w.tag(16)
  }
  if (m.message !== undefined) {
    const start = w.mark()
    writeRaftMessage(m.message, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readTabletSnapshotHead(r: Reader, end: number): TabletSnapshotHead {
  const m: TabletSnapshotHead = {
    message: undefined,
    useCache: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.message = readRaftMessage(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.useCache = r.bool()
        break
      default:
        r.unknown(tag, "raft_serverpb.TabletSnapshotHead", [1, 2])
    }
  }
  return m
}

export const TabletSnapshotHead: Codec<TabletSnapshotHead> = {
  name: "raft_serverpb.TabletSnapshotHead",
  create: makeTabletSnapshotHead,
  encode: writeTabletSnapshotHead,
  decode: readTabletSnapshotHead
}

export interface TabletSnapshotEnd {
  checksum: bigint
}

function makeTabletSnapshotEnd(partial: Partial<TabletSnapshotEnd> = {}): TabletSnapshotEnd {
  return {
    checksum: partial.checksum ?? 0n
  }
}

export function writeTabletSnapshotEnd(m: TabletSnapshotEnd, w: Writer): void {
  if (m.checksum !== 0n) {
    w.uint64(m.checksum)
    w.tag(8)
  }
}

export function readTabletSnapshotEnd(r: Reader, end: number): TabletSnapshotEnd {
  const m: TabletSnapshotEnd = {
    checksum: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.checksum = r.uint64()
        break
      default:
        r.unknown(tag, "raft_serverpb.TabletSnapshotEnd", [1])
    }
  }
  return m
}

export const TabletSnapshotEnd: Codec<TabletSnapshotEnd> = {
  name: "raft_serverpb.TabletSnapshotEnd",
  create: makeTabletSnapshotEnd,
  encode: writeTabletSnapshotEnd,
  decode: readTabletSnapshotEnd
}

export interface TabletSnapshotRequest {
  payload:
    | { readonly case: "head"; readonly value: TabletSnapshotHead }
    | { readonly case: "preview"; readonly value: TabletSnapshotPreview }
    | { readonly case: "chunk"; readonly value: TabletSnapshotFileChunk }
    | { readonly case: "end"; readonly value: TabletSnapshotEnd }
    | undefined
}

function makeTabletSnapshotRequest(partial: Partial<TabletSnapshotRequest> = {}): TabletSnapshotRequest {
  return {
    payload: partial.payload
  }
}

export function writeTabletSnapshotRequest(m: TabletSnapshotRequest, w: Writer): void {
  if (m.payload !== undefined) {
    switch (m.payload.case) {
      case "end": {
        const start = w.mark()
        writeTabletSnapshotEnd(m.payload.value, w)
        w.lengthSince(start)
        w.tag(34)
        break
      }
      case "chunk": {
        const start = w.mark()
        writeTabletSnapshotFileChunk(m.payload.value, w)
        w.lengthSince(start)
        w.tag(26)
        break
      }
      case "preview": {
        const start = w.mark()
        writeTabletSnapshotPreview(m.payload.value, w)
        w.lengthSince(start)
        w.tag(18)
        break
      }
      case "head": {
        const start = w.mark()
        writeTabletSnapshotHead(m.payload.value, w)
        w.lengthSince(start)
        w.tag(10)
        break
      }
    }
  }
}

export function readTabletSnapshotRequest(r: Reader, end: number): TabletSnapshotRequest {
  const m: TabletSnapshotRequest = {
    payload: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.payload = { case: "head", value: readTabletSnapshotHead(r, to) }
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.payload = { case: "preview", value: readTabletSnapshotPreview(r, to) }
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.payload = { case: "chunk", value: readTabletSnapshotFileChunk(r, to) }
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.payload = { case: "end", value: readTabletSnapshotEnd(r, to) }
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_serverpb.TabletSnapshotRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const TabletSnapshotRequest: Codec<TabletSnapshotRequest> = {
  name: "raft_serverpb.TabletSnapshotRequest",
  create: makeTabletSnapshotRequest,
  encode: writeTabletSnapshotRequest,
  decode: readTabletSnapshotRequest
}

export interface AcceptedSnapshotFiles {
  fileName: string[]
}

function makeAcceptedSnapshotFiles(partial: Partial<AcceptedSnapshotFiles> = {}): AcceptedSnapshotFiles {
  return {
    fileName: partial.fileName ?? []
  }
}

export function writeAcceptedSnapshotFiles(m: AcceptedSnapshotFiles, w: Writer): void {
  for (let i = m.fileName.length - 1; i >= 0; i--) {
    w.string(m.fileName[i]!)
    w.tag(10)
  }
}

export function readAcceptedSnapshotFiles(r: Reader, end: number): AcceptedSnapshotFiles {
  const m: AcceptedSnapshotFiles = {
    fileName: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.fileName.push(r.string())
        break
      default:
        r.unknown(tag, "raft_serverpb.AcceptedSnapshotFiles", [1])
    }
  }
  return m
}

export const AcceptedSnapshotFiles: Codec<AcceptedSnapshotFiles> = {
  name: "raft_serverpb.AcceptedSnapshotFiles",
  create: makeAcceptedSnapshotFiles,
  encode: writeAcceptedSnapshotFiles,
  decode: readAcceptedSnapshotFiles
}

export interface TabletSnapshotResponse {
  files: AcceptedSnapshotFiles | undefined
}

function makeTabletSnapshotResponse(partial: Partial<TabletSnapshotResponse> = {}): TabletSnapshotResponse {
  return {
    files: partial.files
  }
}

export function writeTabletSnapshotResponse(m: TabletSnapshotResponse, w: Writer): void {
  if (m.files !== undefined) {
    const start = w.mark()
    writeAcceptedSnapshotFiles(m.files, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readTabletSnapshotResponse(r: Reader, end: number): TabletSnapshotResponse {
  const m: TabletSnapshotResponse = {
    files: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.files = readAcceptedSnapshotFiles(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_serverpb.TabletSnapshotResponse", [1])
    }
  }
  return m
}

export const TabletSnapshotResponse: Codec<TabletSnapshotResponse> = {
  name: "raft_serverpb.TabletSnapshotResponse",
  create: makeTabletSnapshotResponse,
  encode: writeTabletSnapshotResponse,
  decode: readTabletSnapshotResponse
}

export interface KeyValue {
  key: Uint8Array
  value: Uint8Array
}

function makeKeyValue(partial: Partial<KeyValue> = {}): KeyValue {
  return {
    key: partial.key ?? EMPTY,
    value: partial.value ?? EMPTY
  }
}

export function writeKeyValue(m: KeyValue, w: Writer): void {
  if (m.value.length > 0) {
    w.bytes(m.value)
    w.tag(18)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(10)
  }
}

export function readKeyValue(r: Reader, end: number): KeyValue {
  const m: KeyValue = {
    key: EMPTY,
    value: EMPTY
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
      default:
        r.unknown(tag, "raft_serverpb.KeyValue", [1, 2])
    }
  }
  return m
}

export const KeyValue: Codec<KeyValue> = {
  name: "raft_serverpb.KeyValue",
  create: makeKeyValue,
  encode: writeKeyValue,
  decode: readKeyValue
}

export interface RaftSnapshotData {
  region: metapb.Region | undefined
  fileSize: number
  data: KeyValue[]
  version: number
  meta: SnapshotMeta | undefined
  removedRecords: metapb.Peer[]
  mergedRecords: MergedRecord[]
}

function makeRaftSnapshotData(partial: Partial<RaftSnapshotData> = {}): RaftSnapshotData {
  return {
    region: partial.region,
    fileSize: partial.fileSize ?? 0,
    data: partial.data ?? [],
    version: partial.version ?? 0,
    meta: partial.meta,
    removedRecords: partial.removedRecords ?? [],
    mergedRecords: partial.mergedRecords ?? []
  }
}

export function writeRaftSnapshotData(m: RaftSnapshotData, w: Writer): void {
  for (let i = m.mergedRecords.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeMergedRecord(m.mergedRecords[i]!, w)
    w.lengthSince(start)
    w.tag(58)
  }
  for (let i = m.removedRecords.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writePeer(m.removedRecords[i]!, w)
    w.lengthSince(start)
    w.tag(50)
  }
  if (m.meta !== undefined) {
    const start = w.mark()
    writeSnapshotMeta(m.meta, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.version !== 0) {
    w.uint53(m.version)
    w.tag(32)
  }
  for (let i = m.data.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKeyValue(m.data[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.fileSize !== 0) {
    w.uint53(m.fileSize)
    w.tag(16)
  }
  if (m.region !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.region, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRaftSnapshotData(r: Reader, end: number): RaftSnapshotData {
  const m: RaftSnapshotData = {
    region: undefined,
    fileSize: 0,
    data: [],
    version: 0,
    meta: undefined,
    removedRecords: [],
    mergedRecords: []
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
      case 16:
        m.fileSize = r.uint53()
        break
      case 26: {
        const to = r.enter()
        m.data.push(readKeyValue(r, to))
        r.leave(to)
        break
      }
      case 32:
        m.version = r.uint53()
        break
      case 42: {
        const to = r.enter()
        m.meta = readSnapshotMeta(r, to)
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.removedRecords.push(metapb.readPeer(r, to))
        r.leave(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.mergedRecords.push(readMergedRecord(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_serverpb.RaftSnapshotData", [1, 2, 3, 4, 5, 6, 7])
    }
  }
  return m
}

export const RaftSnapshotData: Codec<RaftSnapshotData> = {
  name: "raft_serverpb.RaftSnapshotData",
  create: makeRaftSnapshotData,
  encode: writeRaftSnapshotData,
  decode: readRaftSnapshotData
}

export interface StoreIdent {
  clusterId: number
  storeId: number
  apiVersion: kvrpcpb.APIVersion
}

function makeStoreIdent(partial: Partial<StoreIdent> = {}): StoreIdent {
  return {
    clusterId: partial.clusterId ?? 0,
    storeId: partial.storeId ?? 0,
    apiVersion: partial.apiVersion ?? 0
  }
}

export function writeStoreIdent(m: StoreIdent, w: Writer): void {
  if (m.apiVersion !== 0) {
    w.int32(m.apiVersion)
    w.tag(24)
  }
  if (m.storeId !== 0) {
    w.uint53(m.storeId)
    w.tag(16)
  }
  if (m.clusterId !== 0) {
    w.uint53(m.clusterId)
    w.tag(8)
  }
}

export function readStoreIdent(r: Reader, end: number): StoreIdent {
  const m: StoreIdent = {
    clusterId: 0,
    storeId: 0,
    apiVersion: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.clusterId = r.uint53()
        break
      case 16:
        m.storeId = r.uint53()
        break
      case 24:
        m.apiVersion = r.int32()
        break
      default:
        r.unknown(tag, "raft_serverpb.StoreIdent", [1, 2, 3])
    }
  }
  return m
}

export const StoreIdent: Codec<StoreIdent> = {
  name: "raft_serverpb.StoreIdent",
  create: makeStoreIdent,
  encode: writeStoreIdent,
  decode: readStoreIdent
}

export interface StoreRecoverState {
  seqno: number
}

function makeStoreRecoverState(partial: Partial<StoreRecoverState> = {}): StoreRecoverState {
  return {
    seqno: partial.seqno ?? 0
  }
}

export function writeStoreRecoverState(m: StoreRecoverState, w: Writer): void {
  if (m.seqno !== 0) {
    w.uint53(m.seqno)
    w.tag(8)
  }
}

export function readStoreRecoverState(r: Reader, end: number): StoreRecoverState {
  const m: StoreRecoverState = {
    seqno: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.seqno = r.uint53()
        break
      default:
        r.unknown(tag, "raft_serverpb.StoreRecoverState", [1])
    }
  }
  return m
}

export const StoreRecoverState: Codec<StoreRecoverState> = {
  name: "raft_serverpb.StoreRecoverState",
  create: makeStoreRecoverState,
  encode: writeStoreRecoverState,
  decode: readStoreRecoverState
}

export interface RaftLocalState {
  hardState: eraftpb.HardState | undefined
  lastIndex: number
}

function makeRaftLocalState(partial: Partial<RaftLocalState> = {}): RaftLocalState {
  return {
    hardState: partial.hardState,
    lastIndex: partial.lastIndex ?? 0
  }
}

export function writeRaftLocalState(m: RaftLocalState, w: Writer): void {
  if (m.lastIndex !== 0) {
    w.uint53(m.lastIndex)
    w.tag(16)
  }
  if (m.hardState !== undefined) {
    const start = w.mark()
    eraftpb.writeHardState(m.hardState, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRaftLocalState(r: Reader, end: number): RaftLocalState {
  const m: RaftLocalState = {
    hardState: undefined,
    lastIndex: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.hardState = eraftpb.readHardState(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.lastIndex = r.uint53()
        break
      default:
        r.unknown(tag, "raft_serverpb.RaftLocalState", [1, 2])
    }
  }
  return m
}

export const RaftLocalState: Codec<RaftLocalState> = {
  name: "raft_serverpb.RaftLocalState",
  create: makeRaftLocalState,
  encode: writeRaftLocalState,
  decode: readRaftLocalState
}

export interface RaftApplyState {
  appliedIndex: number
  lastCommitIndex: number
  commitIndex: number
  commitTerm: number
  truncatedState: RaftTruncatedState | undefined
}

function makeRaftApplyState(partial: Partial<RaftApplyState> = {}): RaftApplyState {
  return {
    appliedIndex: partial.appliedIndex ?? 0,
    lastCommitIndex: partial.lastCommitIndex ?? 0,
    commitIndex: partial.commitIndex ?? 0,
    commitTerm: partial.commitTerm ?? 0,
    truncatedState: partial.truncatedState
  }
}

export function writeRaftApplyState(m: RaftApplyState, w: Writer): void {
  if (m.commitTerm !== 0) {
    w.uint53(m.commitTerm)
    w.tag(40)
  }
  if (m.commitIndex !== 0) {
    w.uint53(m.commitIndex)
    w.tag(32)
  }
  if (m.lastCommitIndex !== 0) {
    w.uint53(m.lastCommitIndex)
    w.tag(24)
  }
  if (m.truncatedState !== undefined) {
    const start = w.mark()
    writeRaftTruncatedState(m.truncatedState, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.appliedIndex !== 0) {
    w.uint53(m.appliedIndex)
    w.tag(8)
  }
}

export function readRaftApplyState(r: Reader, end: number): RaftApplyState {
  const m: RaftApplyState = {
    appliedIndex: 0,
    lastCommitIndex: 0,
    commitIndex: 0,
    commitTerm: 0,
    truncatedState: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.appliedIndex = r.uint53()
        break
      case 24:
        m.lastCommitIndex = r.uint53()
        break
      case 32:
        m.commitIndex = r.uint53()
        break
      case 40:
        m.commitTerm = r.uint53()
        break
      case 18: {
        const to = r.enter()
        m.truncatedState = readRaftTruncatedState(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_serverpb.RaftApplyState", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const RaftApplyState: Codec<RaftApplyState> = {
  name: "raft_serverpb.RaftApplyState",
  create: makeRaftApplyState,
  encode: writeRaftApplyState,
  decode: readRaftApplyState
}

export interface MergeState {
  minIndex: number
  target: metapb.Region | undefined
  commit: number
}

function makeMergeState(partial: Partial<MergeState> = {}): MergeState {
  return {
    minIndex: partial.minIndex ?? 0,
    target: partial.target,
    commit: partial.commit ?? 0
  }
}

export function writeMergeState(m: MergeState, w: Writer): void {
  if (m.commit !== 0) {
    w.uint53(m.commit)
    w.tag(24)
  }
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

export function readMergeState(r: Reader, end: number): MergeState {
  const m: MergeState = {
    minIndex: 0,
    target: undefined,
    commit: 0
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
      case 24:
        m.commit = r.uint53()
        break
      default:
        r.unknown(tag, "raft_serverpb.MergeState", [1, 2, 3])
    }
  }
  return m
}

export const MergeState: Codec<MergeState> = {
  name: "raft_serverpb.MergeState",
  create: makeMergeState,
  encode: writeMergeState,
  decode: readMergeState
}

export interface MergedRecord {
  sourceRegionId: number
  sourceEpoch: metapb.RegionEpoch | undefined
  sourcePeers: metapb.Peer[]
  sourceRemovedRecords: metapb.Peer[]
  targetRegionId: number
  targetEpoch: metapb.RegionEpoch | undefined
  targetPeers: metapb.Peer[]
  index: number
  sourceIndex: number
}

function makeMergedRecord(partial: Partial<MergedRecord> = {}): MergedRecord {
  return {
    sourceRegionId: partial.sourceRegionId ?? 0,
    sourceEpoch: partial.sourceEpoch,
    sourcePeers: partial.sourcePeers ?? [],
    sourceRemovedRecords: partial.sourceRemovedRecords ?? [],
    targetRegionId: partial.targetRegionId ?? 0,
    targetEpoch: partial.targetEpoch,
    targetPeers: partial.targetPeers ?? [],
    index: partial.index ?? 0,
    sourceIndex: partial.sourceIndex ?? 0
  }
}

export function writeMergedRecord(m: MergedRecord, w: Writer): void {
  for (let i = m.sourceRemovedRecords.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writePeer(m.sourceRemovedRecords[i]!, w)
    w.lengthSince(start)
    w.tag(74)
  }
  if (m.sourceIndex !== 0) {
    w.uint53(m.sourceIndex)
    w.tag(64)
  }
  if (m.index !== 0) {
    w.uint53(m.index)
    w.tag(56)
  }
  for (let i = m.targetPeers.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writePeer(m.targetPeers[i]!, w)
    w.lengthSince(start)
    w.tag(50)
  }
  if (m.targetEpoch !== undefined) {
    const start = w.mark()
    metapb.writeRegionEpoch(m.targetEpoch, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.targetRegionId !== 0) {
    w.uint53(m.targetRegionId)
    w.tag(32)
  }
  for (let i = m.sourcePeers.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writePeer(m.sourcePeers[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.sourceEpoch !== undefined) {
    const start = w.mark()
    metapb.writeRegionEpoch(m.sourceEpoch, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.sourceRegionId !== 0) {
    w.uint53(m.sourceRegionId)
    w.tag(8)
  }
}

export function readMergedRecord(r: Reader, end: number): MergedRecord {
  const m: MergedRecord = {
    sourceRegionId: 0,
    sourceEpoch: undefined,
    sourcePeers: [],
    sourceRemovedRecords: [],
    targetRegionId: 0,
    targetEpoch: undefined,
    targetPeers: [],
    index: 0,
    sourceIndex: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.sourceRegionId = r.uint53()
        break
      case 18: {
        const to = r.enter()
        m.sourceEpoch = metapb.readRegionEpoch(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.sourcePeers.push(metapb.readPeer(r, to))
        r.leave(to)
        break
      }
      case 74: {
        const to = r.enter()
        m.sourceRemovedRecords.push(metapb.readPeer(r, to))
        r.leave(to)
        break
      }
      case 32:
        m.targetRegionId = r.uint53()
        break
      case 42: {
        const to = r.enter()
        m.targetEpoch = metapb.readRegionEpoch(r, to)
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.targetPeers.push(metapb.readPeer(r, to))
        r.leave(to)
        break
      }
      case 56:
        m.index = r.uint53()
        break
      case 64:
        m.sourceIndex = r.uint53()
        break
      default:
        r.unknown(tag, "raft_serverpb.MergedRecord", [1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
  }
  return m
}

export const MergedRecord: Codec<MergedRecord> = {
  name: "raft_serverpb.MergedRecord",
  create: makeMergedRecord,
  encode: writeMergedRecord,
  decode: readMergedRecord
}

export interface RegionLocalState {
  state: PeerState
  region: metapb.Region | undefined
  mergeState: MergeState | undefined
  tabletIndex: number
  removedRecords: metapb.Peer[]
  mergedRecords: MergedRecord[]
}

function makeRegionLocalState(partial: Partial<RegionLocalState> = {}): RegionLocalState {
  return {
    state: partial.state ?? 0,
    region: partial.region,
    mergeState: partial.mergeState,
    tabletIndex: partial.tabletIndex ?? 0,
    removedRecords: partial.removedRecords ?? [],
    mergedRecords: partial.mergedRecords ?? []
  }
}

export function writeRegionLocalState(m: RegionLocalState, w: Writer): void {
  for (let i = m.mergedRecords.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeMergedRecord(m.mergedRecords[i]!, w)
    w.lengthSince(start)
    w.tag(50)
  }
  for (let i = m.removedRecords.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writePeer(m.removedRecords[i]!, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.tabletIndex !== 0) {
    w.uint53(m.tabletIndex)
    w.tag(32)
  }
  if (m.mergeState !== undefined) {
    const start = w.mark()
    writeMergeState(m.mergeState, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.region !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.region, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.state !== 0) {
    w.int32(m.state)
    w.tag(8)
  }
}

export function readRegionLocalState(r: Reader, end: number): RegionLocalState {
  const m: RegionLocalState = {
    state: 0,
    region: undefined,
    mergeState: undefined,
    tabletIndex: 0,
    removedRecords: [],
    mergedRecords: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.state = r.int32()
        break
      case 18: {
        const to = r.enter()
        m.region = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.mergeState = readMergeState(r, to)
        r.leave(to)
        break
      }
      case 32:
        m.tabletIndex = r.uint53()
        break
      case 42: {
        const to = r.enter()
        m.removedRecords.push(metapb.readPeer(r, to))
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.mergedRecords.push(readMergedRecord(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_serverpb.RegionLocalState", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const RegionLocalState: Codec<RegionLocalState> = {
  name: "raft_serverpb.RegionLocalState",
  create: makeRegionLocalState,
  encode: writeRegionLocalState,
  decode: readRegionLocalState
}

export interface RegionSequenceNumberRelation {
  regionId: number
  sequenceNumber: number
  applyState: RaftApplyState | undefined
  regionState: RegionLocalState | undefined
}

function makeRegionSequenceNumberRelation(partial: Partial<RegionSequenceNumberRelation> = {}): RegionSequenceNumberRelation {
  return {
    regionId: partial.regionId ?? 0,
    sequenceNumber: partial.sequenceNumber ?? 0,
    applyState: partial.applyState,
    regionState: partial.regionState
  }
}

export function writeRegionSequenceNumberRelation(m: RegionSequenceNumberRelation, w: Writer): void {
  if (m.regionState !== undefined) {
    const start = w.mark()
    writeRegionLocalState(m.regionState, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.applyState !== undefined) {
    const start = w.mark()
    writeRaftApplyState(m.applyState, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.sequenceNumber !== 0) {
    w.uint53(m.sequenceNumber)
    w.tag(16)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readRegionSequenceNumberRelation(r: Reader, end: number): RegionSequenceNumberRelation {
  const m: RegionSequenceNumberRelation = {
    regionId: 0,
    sequenceNumber: 0,
    applyState: undefined,
    regionState: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      case 16:
        m.sequenceNumber = r.uint53()
        break
      case 26: {
        const to = r.enter()
        m.applyState = readRaftApplyState(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.regionState = readRegionLocalState(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_serverpb.RegionSequenceNumberRelation", [1, 2, 3, 4])
    }
  }
  return m
}

export const RegionSequenceNumberRelation: Codec<RegionSequenceNumberRelation> = {
  name: "raft_serverpb.RegionSequenceNumberRelation",
  create: makeRegionSequenceNumberRelation,
  encode: writeRegionSequenceNumberRelation,
  decode: readRegionSequenceNumberRelation
}

export interface AvailabilityContext {
  fromRegionId: number
  fromRegionEpoch: metapb.RegionEpoch | undefined
  unavailable: boolean
  trimmed: boolean
}

function makeAvailabilityContext(partial: Partial<AvailabilityContext> = {}): AvailabilityContext {
  return {
    fromRegionId: partial.fromRegionId ?? 0,
    fromRegionEpoch: partial.fromRegionEpoch,
    unavailable: partial.unavailable ?? false,
    trimmed: partial.trimmed ?? false
  }
}

export function writeAvailabilityContext(m: AvailabilityContext, w: Writer): void {
  if (m.trimmed) {
    w.bool(m.trimmed)
    w.tag(32)
  }
  if (m.unavailable) {
    w.bool(m.unavailable)
    w.tag(24)
  }
  if (m.fromRegionEpoch !== undefined) {
    const start = w.mark()
    metapb.writeRegionEpoch(m.fromRegionEpoch, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.fromRegionId !== 0) {
    w.uint53(m.fromRegionId)
    w.tag(8)
  }
}

export function readAvailabilityContext(r: Reader, end: number): AvailabilityContext {
  const m: AvailabilityContext = {
    fromRegionId: 0,
    fromRegionEpoch: undefined,
    unavailable: false,
    trimmed: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.fromRegionId = r.uint53()
        break
      case 18: {
        const to = r.enter()
        m.fromRegionEpoch = metapb.readRegionEpoch(r, to)
        r.leave(to)
        break
      }
      case 24:
        m.unavailable = r.bool()
        break
      case 32:
        m.trimmed = r.bool()
        break
      default:
        r.unknown(tag, "raft_serverpb.AvailabilityContext", [1, 2, 3, 4])
    }
  }
  return m
}

export const AvailabilityContext: Codec<AvailabilityContext> = {
  name: "raft_serverpb.AvailabilityContext",
  create: makeAvailabilityContext,
  encode: writeAvailabilityContext,
  decode: readAvailabilityContext
}

export interface FlushMemtable {
  regionId: number
}

function makeFlushMemtable(partial: Partial<FlushMemtable> = {}): FlushMemtable {
  return {
    regionId: partial.regionId ?? 0
  }
}

export function writeFlushMemtable(m: FlushMemtable, w: Writer): void {
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readFlushMemtable(r: Reader, end: number): FlushMemtable {
  const m: FlushMemtable = {
    regionId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      default:
        r.unknown(tag, "raft_serverpb.FlushMemtable", [1])
    }
  }
  return m
}

export const FlushMemtable: Codec<FlushMemtable> = {
  name: "raft_serverpb.FlushMemtable",
  create: makeFlushMemtable,
  encode: writeFlushMemtable,
  decode: readFlushMemtable
}

export interface RefreshBuckets {
  version: number
  keys: Uint8Array[]
  sizes: number[]
}

function makeRefreshBuckets(partial: Partial<RefreshBuckets> = {}): RefreshBuckets {
  return {
    version: partial.version ?? 0,
    keys: partial.keys ?? [],
    sizes: partial.sizes ?? []
  }
}

export function writeRefreshBuckets(m: RefreshBuckets, w: Writer): void {
  if (m.sizes.length > 0) {
    const list = w.mark()
    for (let i = m.sizes.length - 1; i >= 0; i--) w.uint53(m.sizes[i]!)
    w.lengthSince(list)
    w.tag(26)
  }
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(18)
  }
  if (m.version !== 0) {
    w.uint53(m.version)
    w.tag(8)
  }
}

export function readRefreshBuckets(r: Reader, end: number): RefreshBuckets {
  const m: RefreshBuckets = {
    version: 0,
    keys: [],
    sizes: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.version = r.uint53()
        break
      case 18:
        m.keys.push(r.bytes())
        break
      case 24:
        m.sizes.push(r.uint53())
        break
      case 26: {
        const to = r.enterPacked()
        while (r.pos < to) m.sizes.push(r.uint53())
        r.leavePacked(to)
        break
      }
      default:
        r.unknown(tag, "raft_serverpb.RefreshBuckets", [1, 2, 3])
    }
  }
  return m
}

export const RefreshBuckets: Codec<RefreshBuckets> = {
  name: "raft_serverpb.RefreshBuckets",
  create: makeRefreshBuckets,
  encode: writeRefreshBuckets,
  decode: readRefreshBuckets
}

export interface CheckGcPeer {
  fromRegionId: number
  checkRegionId: number
  checkRegionEpoch: metapb.RegionEpoch | undefined
  checkPeer: metapb.Peer | undefined
}

function makeCheckGcPeer(partial: Partial<CheckGcPeer> = {}): CheckGcPeer {
  return {
    fromRegionId: partial.fromRegionId ?? 0,
    checkRegionId: partial.checkRegionId ?? 0,
    checkRegionEpoch: partial.checkRegionEpoch,
    checkPeer: partial.checkPeer
  }
}

export function writeCheckGcPeer(m: CheckGcPeer, w: Writer): void {
  if (m.checkPeer !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.checkPeer, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.checkRegionEpoch !== undefined) {
    const start = w.mark()
    metapb.writeRegionEpoch(m.checkRegionEpoch, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.checkRegionId !== 0) {
    w.uint53(m.checkRegionId)
    w.tag(16)
  }
  if (m.fromRegionId !== 0) {
    w.uint53(m.fromRegionId)
    w.tag(8)
  }
}

export function readCheckGcPeer(r: Reader, end: number): CheckGcPeer {
  const m: CheckGcPeer = {
    fromRegionId: 0,
    checkRegionId: 0,
    checkRegionEpoch: undefined,
    checkPeer: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.fromRegionId = r.uint53()
        break
      case 16:
        m.checkRegionId = r.uint53()
        break
      case 26: {
        const to = r.enter()
        m.checkRegionEpoch = metapb.readRegionEpoch(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.checkPeer = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "raft_serverpb.CheckGcPeer", [1, 2, 3, 4])
    }
  }
  return m
}

export const CheckGcPeer: Codec<CheckGcPeer> = {
  name: "raft_serverpb.CheckGcPeer",
  create: makeCheckGcPeer,
  encode: writeCheckGcPeer,
  decode: readCheckGcPeer
}

export interface ExtraMessage {
  type: ExtraMessageType
  index: number
  checkPeers: metapb.Peer[]
  waitData: boolean
  forcelyAwaken: boolean
  checkGcPeer: CheckGcPeer | undefined
  flushMemtable: FlushMemtable | undefined
  availabilityContext: AvailabilityContext | undefined
  refreshBuckets: RefreshBuckets | undefined
  snapGenPrecheckPassed: boolean
}

function makeExtraMessage(partial: Partial<ExtraMessage> = {}): ExtraMessage {
  return {
    type: partial.type ?? 0,
    index: partial.index ?? 0,
    checkPeers: partial.checkPeers ?? [],
    waitData: partial.waitData ?? false,
    forcelyAwaken: partial.forcelyAwaken ?? false,
    checkGcPeer: partial.checkGcPeer,
    flushMemtable: partial.flushMemtable,
    availabilityContext: partial.availabilityContext,
    refreshBuckets: partial.refreshBuckets,
    snapGenPrecheckPassed: partial.snapGenPrecheckPassed ?? false
  }
}

export function writeExtraMessage(m: ExtraMessage, w: Writer): void {
  if (m.snapGenPrecheckPassed) {
    w.bool(m.snapGenPrecheckPassed)
    w.tag(80)
  }
  if (m.refreshBuckets !== undefined) {
    const start = w.mark()
    writeRefreshBuckets(m.refreshBuckets, w)
    w.lengthSince(start)
    w.tag(74)
  }
  if (m.availabilityContext !== undefined) {
    const start = w.mark()
    writeAvailabilityContext(m.availabilityContext, w)
    w.lengthSince(start)
    w.tag(66)
  }
  if (m.flushMemtable !== undefined) {
    const start = w.mark()
    writeFlushMemtable(m.flushMemtable, w)
    w.lengthSince(start)
    w.tag(58)
  }
  if (m.checkGcPeer !== undefined) {
    const start = w.mark()
    writeCheckGcPeer(m.checkGcPeer, w)
    w.lengthSince(start)
    w.tag(50)
  }
  if (m.forcelyAwaken) {
    w.bool(m.forcelyAwaken)
    w.tag(40)
  }
  if (m.waitData) {
    w.bool(m.waitData)
    w.tag(32)
  }
  for (let i = m.checkPeers.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writePeer(m.checkPeers[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.index !== 0) {
    w.uint53(m.index)
    w.tag(16)
  }
  if (m.type !== 0) {
    w.int32(m.type)
    w.tag(8)
  }
}

export function readExtraMessage(r: Reader, end: number): ExtraMessage {
  const m: ExtraMessage = {
    type: 0,
    index: 0,
    checkPeers: [],
    waitData: false,
    forcelyAwaken: false,
    checkGcPeer: undefined,
    flushMemtable: undefined,
    availabilityContext: undefined,
    refreshBuckets: undefined,
    snapGenPrecheckPassed: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.type = r.int32()
        break
      case 16:
        m.index = r.uint53()
        break
      case 26: {
        const to = r.enter()
        m.checkPeers.push(metapb.readPeer(r, to))
        r.leave(to)
        break
      }
      case 32:
        m.waitData = r.bool()
        break
      case 40:
        m.forcelyAwaken = r.bool()
        break
      case 50: {
        const to = r.enter()
        m.checkGcPeer = readCheckGcPeer(r, to)
        r.leave(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.flushMemtable = readFlushMemtable(r, to)
        r.leave(to)
        break
      }
      case 66: {
        const to = r.enter()
        m.availabilityContext = readAvailabilityContext(r, to)
        r.leave(to)
        break
      }
      case 74: {
        const to = r.enter()
        m.refreshBuckets = readRefreshBuckets(r, to)
        r.leave(to)
        break
      }
      case 80:
        m.snapGenPrecheckPassed = r.bool()
        break
      default:
        r.unknown(tag, "raft_serverpb.ExtraMessage", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    }
  }
  return m
}

export const ExtraMessage: Codec<ExtraMessage> = {
  name: "raft_serverpb.ExtraMessage",
  create: makeExtraMessage,
  encode: writeExtraMessage,
  decode: readExtraMessage
}
