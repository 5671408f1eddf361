/**
 * Generated from proto/tikvpb.proto by `bun run generate`; do not edit.
 *
 * The service of a store. BatchCommands multiplexes the unary methods over one stream.
 * Left out: MPP, disaggregated storage, streaming coprocessors, VersionedKv.
 */

import type { Codec } from "../codec/Codec.ts"
import { type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"
import * as coprocessor from "./coprocessor.ts"
import * as kvrpcpb from "./kvrpcpb.ts"
import * as raft_serverpb from "./raft_serverpb.ts"

export interface BatchCommandsRequest {
  requests: BatchCommandsRequest_Request[]
  requestIds: number[]
  clientSendTimeNs: bigint
}

function makeBatchCommandsRequest(partial: Partial<BatchCommandsRequest> = {}): BatchCommandsRequest {
  return {
    requests: partial.requests ?? [],
    requestIds: partial.requestIds ?? [],
    clientSendTimeNs: partial.clientSendTimeNs ?? 0n
  }
}

export function writeBatchCommandsRequest(m: BatchCommandsRequest, w: Writer): void {
  if (m.clientSendTimeNs !== 0n) {
    w.uint64(m.clientSendTimeNs)
    w.tag(24)
  }
  if (m.requestIds.length > 0) {
    const list = w.mark()
    for (let i = m.requestIds.length - 1; i >= 0; i--) w.uint53(m.requestIds[i]!)
    w.lengthSince(list)
    w.tag(18)
  }
  for (let i = m.requests.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeBatchCommandsRequest_Request(m.requests[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBatchCommandsRequest(r: Reader, end: number): BatchCommandsRequest {
  const m: BatchCommandsRequest = {
    requests: [],
    requestIds: [],
    clientSendTimeNs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.requests.push(readBatchCommandsRequest_Request(r, to))
        r.leave(to)
        break
      }
      case 16:
        m.requestIds.push(r.uint53())
        break
      case 18: {
        const to = r.enterPacked()
        while (r.pos < to) m.requestIds.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 24:
        m.clientSendTimeNs = r.uint64()
        break
      default:
        r.unknown(tag, "tikvpb.BatchCommandsRequest", [1, 2, 3])
    }
  }
  return m
}

export const BatchCommandsRequest: Codec<BatchCommandsRequest> = {
  name: "tikvpb.BatchCommandsRequest",
  create: makeBatchCommandsRequest,
  encode: writeBatchCommandsRequest,
  decode: readBatchCommandsRequest
}

export interface BatchCommandsRequest_Request {
  cmd:
    | { readonly case: "get"; readonly value: kvrpcpb.GetRequest }
    | { readonly case: "scan"; readonly value: kvrpcpb.ScanRequest }
    | { readonly case: "prewrite"; readonly value: kvrpcpb.PrewriteRequest }
    | { readonly case: "commit"; readonly value: kvrpcpb.CommitRequest }
    | { readonly case: "import"; readonly value: kvrpcpb.ImportRequest }
    | { readonly case: "cleanup"; readonly value: kvrpcpb.CleanupRequest }
    | { readonly case: "batchGet"; readonly value: kvrpcpb.BatchGetRequest }
    | { readonly case: "batchRollback"; readonly value: kvrpcpb.BatchRollbackRequest }
    | { readonly case: "scanLock"; readonly value: kvrpcpb.ScanLockRequest }
    | { readonly case: "resolveLock"; readonly value: kvrpcpb.ResolveLockRequest }
    | { readonly case: "gc"; readonly value: kvrpcpb.GCRequest }
    | { readonly case: "deleteRange"; readonly value: kvrpcpb.DeleteRangeRequest }
    | { readonly case: "rawGet"; readonly value: kvrpcpb.RawGetRequest }
    | { readonly case: "rawBatchGet"; readonly value: kvrpcpb.RawBatchGetRequest }
    | { readonly case: "rawPut"; readonly value: kvrpcpb.RawPutRequest }
    | { readonly case: "rawBatchPut"; readonly value: kvrpcpb.RawBatchPutRequest }
    | { readonly case: "rawDelete"; readonly value: kvrpcpb.RawDeleteRequest }
    | { readonly case: "rawBatchDelete"; readonly value: kvrpcpb.RawBatchDeleteRequest }
    | { readonly case: "rawScan"; readonly value: kvrpcpb.RawScanRequest }
    | { readonly case: "rawDeleteRange"; readonly value: kvrpcpb.RawDeleteRangeRequest }
    | { readonly case: "rawBatchScan"; readonly value: kvrpcpb.RawBatchScanRequest }
    | { readonly case: "coprocessor"; readonly value: coprocessor.Request }
    | { readonly case: "pessimisticLock"; readonly value: kvrpcpb.PessimisticLockRequest }
    | { readonly case: "pessimisticRollback"; readonly value: kvrpcpb.PessimisticRollbackRequest }
    | { readonly case: "checkTxnStatus"; readonly value: kvrpcpb.CheckTxnStatusRequest }
    | { readonly case: "txnHeartBeat"; readonly value: kvrpcpb.TxnHeartBeatRequest }
    | { readonly case: "checkSecondaryLocks"; readonly value: kvrpcpb.CheckSecondaryLocksRequest }
    | { readonly case: "rawCoprocessor"; readonly value: kvrpcpb.RawCoprocessorRequest }
    | { readonly case: "flashbackToVersion"; readonly value: kvrpcpb.FlashbackToVersionRequest }
    | { readonly case: "prepareFlashbackToVersion"; readonly value: kvrpcpb.PrepareFlashbackToVersionRequest }
    | { readonly case: "flush"; readonly value: kvrpcpb.FlushRequest }
    | { readonly case: "bufferBatchGet"; readonly value: kvrpcpb.BufferBatchGetRequest }
    | { readonly case: "getHealthFeedback"; readonly value: kvrpcpb.GetHealthFeedbackRequest }
    | { readonly case: "broadcastTxnStatus"; readonly value: kvrpcpb.BroadcastTxnStatusRequest }
    | { readonly case: "empty"; readonly value: BatchCommandsEmptyRequest }
    | undefined
}

function makeBatchCommandsRequest_Request(partial: Partial<BatchCommandsRequest_Request> = {}): BatchCommandsRequest_Request {
  return {
    cmd: partial.cmd
  }
}

export function writeBatchCommandsRequest_Request(m: BatchCommandsRequest_Request, w: Writer): void {
  if (m.cmd !== undefined) {
    switch (m.cmd.case) {
      case "empty": {
        const start = w.mark()
        writeBatchCommandsEmptyRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(2042)
        break
      }
      case "broadcastTxnStatus": {
        const start = w.mark()
        kvrpcpb.writeBroadcastTxnStatusRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(322)
        break
      }
      case "getHealthFeedback": {
        const start = w.mark()
        kvrpcpb.writeGetHealthFeedbackRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(314)
        break
      }
      case "bufferBatchGet": {
        const start = w.mark()
        kvrpcpb.writeBufferBatchGetRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(306)
        break
      }
      case "flush": {
        const start = w.mark()
        kvrpcpb.writeFlushRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(298)
        break
      }
      case "prepareFlashbackToVersion": {
        const start = w.mark()
        kvrpcpb.writePrepareFlashbackToVersionRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(290)
        break
      }
      case "flashbackToVersion": {
        const start = w.mark()
        kvrpcpb.writeFlashbackToVersionRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(282)
        break
      }
      case "rawCoprocessor": {
        const start = w.mark()
        kvrpcpb.writeRawCoprocessorRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(274)
        break
      }
      case "checkSecondaryLocks": {
        const start = w.mark()
        kvrpcpb.writeCheckSecondaryLocksRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(266)
        break
      }
      case "txnHeartBeat": {
        const start = w.mark()
        kvrpcpb.writeTxnHeartBeatRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(210)
        break
      }
      case "checkTxnStatus": {
        const start = w.mark()
        kvrpcpb.writeCheckTxnStatusRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(202)
        break
      }
      case "pessimisticRollback": {
        const start = w.mark()
        kvrpcpb.writePessimisticRollbackRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(194)
        break
      }
      case "pessimisticLock": {
        const start = w.mark()
        kvrpcpb.writePessimisticLockRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(186)
        break
      }
      case "coprocessor": {
        const start = w.mark()
        coprocessor.writeRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(178)
        break
      }
      case "rawBatchScan": {
        const start = w.mark()
        kvrpcpb.writeRawBatchScanRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(170)
        break
      }
      case "rawDeleteRange": {
        const start = w.mark()
        kvrpcpb.writeRawDeleteRangeRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(162)
        break
      }
      case "rawScan": {
        const start = w.mark()
        kvrpcpb.writeRawScanRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(154)
        break
      }
      case "rawBatchDelete": {
        const start = w.mark()
        kvrpcpb.writeRawBatchDeleteRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(146)
        break
      }
      case "rawDelete": {
        const start = w.mark()
        kvrpcpb.writeRawDeleteRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(138)
        break
      }
      case "rawBatchPut": {
        const start = w.mark()
        kvrpcpb.writeRawBatchPutRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(130)
        break
      }
      case "rawPut": {
        const start = w.mark()
        kvrpcpb.writeRawPutRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(122)
        break
      }
      case "rawBatchGet": {
        const start = w.mark()
        kvrpcpb.writeRawBatchGetRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(114)
        break
      }
      case "rawGet": {
        const start = w.mark()
        kvrpcpb.writeRawGetRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(106)
        break
      }
      case "deleteRange": {
        const start = w.mark()
        kvrpcpb.writeDeleteRangeRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(98)
        break
      }
      case "gc": {
        const start = w.mark()
        kvrpcpb.writeGCRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(90)
        break
      }
      case "resolveLock": {
        const start = w.mark()
        kvrpcpb.writeResolveLockRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(82)
        break
      }
      case "scanLock": {
        const start = w.mark()
        kvrpcpb.writeScanLockRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(74)
        break
      }
      case "batchRollback": {
        const start = w.mark()
        kvrpcpb.writeBatchRollbackRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(66)
        break
      }
      case "batchGet": {
        const start = w.mark()
        kvrpcpb.writeBatchGetRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(58)
        break
      }
      case "cleanup": {
        const start = w.mark()
        kvrpcpb.writeCleanupRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(50)
        break
      }
      case "import": {
        const start = w.mark()
        kvrpcpb.writeImportRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(42)
        break
      }
      case "commit": {
        const start = w.mark()
        kvrpcpb.writeCommitRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(34)
        break
      }
      case "prewrite": {
        const start = w.mark()
        kvrpcpb.writePrewriteRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(26)
        break
      }
      case "scan": {
        const start = w.mark()
        kvrpcpb.writeScanRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(18)
        break
      }
      case "get": {
        const start = w.mark()
        kvrpcpb.writeGetRequest(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(10)
        break
      }
    }
  }
}

export function readBatchCommandsRequest_Request(r: Reader, end: number): BatchCommandsRequest_Request {
  const m: BatchCommandsRequest_Request = {
    cmd: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.cmd = { case: "get", value: kvrpcpb.readGetRequest(r, to) }
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.cmd = { case: "scan", value: kvrpcpb.readScanRequest(r, to) }
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.cmd = { case: "prewrite", value: kvrpcpb.readPrewriteRequest(r, to) }
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.cmd = { case: "commit", value: kvrpcpb.readCommitRequest(r, to) }
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.cmd = { case: "import", value: kvrpcpb.readImportRequest(r, to) }
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.cmd = { case: "cleanup", value: kvrpcpb.readCleanupRequest(r, to) }
        r.leave(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.cmd = { case: "batchGet", value: kvrpcpb.readBatchGetRequest(r, to) }
        r.leave(to)
        break
      }
      case 66: {
        const to = r.enter()
        m.cmd = { case: "batchRollback", value: kvrpcpb.readBatchRollbackRequest(r, to) }
        r.leave(to)
        break
      }
      case 74: {
        const to = r.enter()
        m.cmd = { case: "scanLock", value: kvrpcpb.readScanLockRequest(r, to) }
        r.leave(to)
        break
      }
      case 82: {
        const to = r.enter()
        m.cmd = { case: "resolveLock", value: kvrpcpb.readResolveLockRequest(r, to) }
        r.leave(to)
        break
      }
      case 90: {
        const to = r.enter()
        m.cmd = { case: "gc", value: kvrpcpb.readGCRequest(r, to) }
        r.leave(to)
        break
      }
      case 98: {
        const to = r.enter()
        m.cmd = { case: "deleteRange", value: kvrpcpb.readDeleteRangeRequest(r, to) }
        r.leave(to)
        break
      }
      case 106: {
        const to = r.enter()
        m.cmd = { case: "rawGet", value: kvrpcpb.readRawGetRequest(r, to) }
        r.leave(to)
        break
      }
      case 114: {
        const to = r.enter()
        m.cmd = { case: "rawBatchGet", value: kvrpcpb.readRawBatchGetRequest(r, to) }
        r.leave(to)
        break
      }
      case 122: {
        const to = r.enter()
        m.cmd = { case: "rawPut", value: kvrpcpb.readRawPutRequest(r, to) }
        r.leave(to)
        break
      }
      case 130: {
        const to = r.enter()
        m.cmd = { case: "rawBatchPut", value: kvrpcpb.readRawBatchPutRequest(r, to) }
        r.leave(to)
        break
      }
      case 138: {
        const to = r.enter()
        m.cmd = { case: "rawDelete", value: kvrpcpb.readRawDeleteRequest(r, to) }
        r.leave(to)
        break
      }
      case 146: {
        const to = r.enter()
        m.cmd = { case: "rawBatchDelete", value: kvrpcpb.readRawBatchDeleteRequest(r, to) }
        r.leave(to)
        break
      }
      case 154: {
        const to = r.enter()
        m.cmd = { case: "rawScan", value: kvrpcpb.readRawScanRequest(r, to) }
        r.leave(to)
        break
      }
      case 162: {
        const to = r.enter()
        m.cmd = { case: "rawDeleteRange", value: kvrpcpb.readRawDeleteRangeRequest(r, to) }
        r.leave(to)
        break
      }
      case 170: {
        const to = r.enter()
        m.cmd = { case: "rawBatchScan", value: kvrpcpb.readRawBatchScanRequest(r, to) }
        r.leave(to)
        break
      }
      case 178: {
        const to = r.enter()
        m.cmd = { case: "coprocessor", value: coprocessor.readRequest(r, to) }
        r.leave(to)
        break
      }
      case 186: {
        const to = r.enter()
        m.cmd = { case: "pessimisticLock", value: kvrpcpb.readPessimisticLockRequest(r, to) }
        r.leave(to)
        break
      }
      case 194: {
        const to = r.enter()
        m.cmd = { case: "pessimisticRollback", value: kvrpcpb.readPessimisticRollbackRequest(r, to) }
        r.leave(to)
        break
      }
      case 202: {
        const to = r.enter()
        m.cmd = { case: "checkTxnStatus", value: kvrpcpb.readCheckTxnStatusRequest(r, to) }
        r.leave(to)
        break
      }
      case 210: {
        const to = r.enter()
        m.cmd = { case: "txnHeartBeat", value: kvrpcpb.readTxnHeartBeatRequest(r, to) }
        r.leave(to)
        break
      }
      case 266: {
        const to = r.enter()
        m.cmd = { case: "checkSecondaryLocks", value: kvrpcpb.readCheckSecondaryLocksRequest(r, to) }
        r.leave(to)
        break
      }
      case 274: {
        const to = r.enter()
        m.cmd = { case: "rawCoprocessor", value: kvrpcpb.readRawCoprocessorRequest(r, to) }
        r.leave(to)
        break
      }
      case 282: {
        const to = r.enter()
        m.cmd = { case: "flashbackToVersion", value: kvrpcpb.readFlashbackToVersionRequest(r, to) }
        r.leave(to)
        break
      }
      case 290: {
        const to = r.enter()
        m.cmd = { case: "prepareFlashbackToVersion", value: kvrpcpb.readPrepareFlashbackToVersionRequest(r, to) }
        r.leave(to)
        break
      }
      case 298: {
        const to = r.enter()
        m.cmd = { case: "flush", value: kvrpcpb.readFlushRequest(r, to) }
        r.leave(to)
        break
      }
      case 306: {
        const to = r.enter()
        m.cmd = { case: "bufferBatchGet", value: kvrpcpb.readBufferBatchGetRequest(r, to) }
        r.leave(to)
        break
      }
      case 314: {
        const to = r.enter()
        m.cmd = { case: "getHealthFeedback", value: kvrpcpb.readGetHealthFeedbackRequest(r, to) }
        r.leave(to)
        break
      }
      case 322: {
        const to = r.enter()
        m.cmd = { case: "broadcastTxnStatus", value: kvrpcpb.readBroadcastTxnStatusRequest(r, to) }
        r.leave(to)
        break
      }
      case 2042: {
        const to = r.enter()
        m.cmd = { case: "empty", value: readBatchCommandsEmptyRequest(r, to) }
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "tikvpb.BatchCommandsRequest.Request", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 33, 34, 35, 36, 37, 38, 39, 40, 255])
    }
  }
  return m
}

export const BatchCommandsRequest_Request: Codec<BatchCommandsRequest_Request> = {
  name: "tikvpb.BatchCommandsRequest.Request",
  create: makeBatchCommandsRequest_Request,
  encode: writeBatchCommandsRequest_Request,
  decode: readBatchCommandsRequest_Request
}

export interface BatchCommandsResponse {
  responses: BatchCommandsResponse_Response[]
  requestIds: number[]
  transportLayerLoad: number
  healthFeedback: kvrpcpb.HealthFeedback | undefined
  tikvSendTimeNs: bigint
}

function makeBatchCommandsResponse(partial: Partial<BatchCommandsResponse> = {}): BatchCommandsResponse {
  return {
    responses: partial.responses ?? [],
    requestIds: partial.requestIds ?? [],
    transportLayerLoad: partial.transportLayerLoad ?? 0,
    healthFeedback: partial.healthFeedback,
    tikvSendTimeNs: partial.tikvSendTimeNs ?? 0n
  }
}

export function writeBatchCommandsResponse(m: BatchCommandsResponse, w: Writer): void {
  if (m.tikvSendTimeNs !== 0n) {
    w.uint64(m.tikvSendTimeNs)
    w.tag(40)
  }
  if (m.healthFeedback !== undefined) {
    const start = w.mark()
    kvrpcpb.writeHealthFeedback(m.healthFeedback, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.transportLayerLoad !== 0) {
    w.uint53(m.transportLayerLoad)
    w.tag(24)
  }
  if (m.requestIds.length > 0) {
    const list = w.mark()
    for (let i = m.requestIds.length - 1; i >= 0; i--) w.uint53(m.requestIds[i]!)
    w.lengthSince(list)
    w.tag(18)
  }
  for (let i = m.responses.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeBatchCommandsResponse_Response(m.responses[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBatchCommandsResponse(r: Reader, end: number): BatchCommandsResponse {
  const m: BatchCommandsResponse = {
    responses: [],
    requestIds: [],
    transportLayerLoad: 0,
    healthFeedback: undefined,
    tikvSendTimeNs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.responses.push(readBatchCommandsResponse_Response(r, to))
        r.leave(to)
        break
      }
      case 16:
        m.requestIds.push(r.uint53())
        break
      case 18: {
        const to = r.enterPacked()
        while (r.pos < to) m.requestIds.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 24:
        m.transportLayerLoad = r.uint53()
        break
      case 34: {
        const to = r.enter()
        m.healthFeedback = kvrpcpb.readHealthFeedback(r, to)
        r.leave(to)
        break
      }
      case 40:
        m.tikvSendTimeNs = r.uint64()
        break
      default:
        r.unknown(tag, "tikvpb.BatchCommandsResponse", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const BatchCommandsResponse: Codec<BatchCommandsResponse> = {
  name: "tikvpb.BatchCommandsResponse",
  create: makeBatchCommandsResponse,
  encode: writeBatchCommandsResponse,
  decode: readBatchCommandsResponse
}

export interface BatchCommandsResponse_Response {
  cmd:
    | { readonly case: "get"; readonly value: kvrpcpb.GetResponse }
    | { readonly case: "scan"; readonly value: kvrpcpb.ScanResponse }
    | { readonly case: "prewrite"; readonly value: kvrpcpb.PrewriteResponse }
    | { readonly case: "commit"; readonly value: kvrpcpb.CommitResponse }
    | { readonly case: "import"; readonly value: kvrpcpb.ImportResponse }
    | { readonly case: "cleanup"; readonly value: kvrpcpb.CleanupResponse }
    | { readonly case: "batchGet"; readonly value: kvrpcpb.BatchGetResponse }
    | { readonly case: "batchRollback"; readonly value: kvrpcpb.BatchRollbackResponse }
    | { readonly case: "scanLock"; readonly value: kvrpcpb.ScanLockResponse }
    | { readonly case: "resolveLock"; readonly value: kvrpcpb.ResolveLockResponse }
    | { readonly case: "gc"; readonly value: kvrpcpb.GCResponse }
    | { readonly case: "deleteRange"; readonly value: kvrpcpb.DeleteRangeResponse }
    | { readonly case: "rawGet"; readonly value: kvrpcpb.RawGetResponse }
    | { readonly case: "rawBatchGet"; readonly value: kvrpcpb.RawBatchGetResponse }
    | { readonly case: "rawPut"; readonly value: kvrpcpb.RawPutResponse }
    | { readonly case: "rawBatchPut"; readonly value: kvrpcpb.RawBatchPutResponse }
    | { readonly case: "rawDelete"; readonly value: kvrpcpb.RawDeleteResponse }
    | { readonly case: "rawBatchDelete"; readonly value: kvrpcpb.RawBatchDeleteResponse }
    | { readonly case: "rawScan"; readonly value: kvrpcpb.RawScanResponse }
    | { readonly case: "rawDeleteRange"; readonly value: kvrpcpb.RawDeleteRangeResponse }
    | { readonly case: "rawBatchScan"; readonly value: kvrpcpb.RawBatchScanResponse }
    | { readonly case: "coprocessor"; readonly value: coprocessor.Response }
    | { readonly case: "pessimisticLock"; readonly value: kvrpcpb.PessimisticLockResponse }
    | { readonly case: "pessimisticRollback"; readonly value: kvrpcpb.PessimisticRollbackResponse }
    | { readonly case: "checkTxnStatus"; readonly value: kvrpcpb.CheckTxnStatusResponse }
    | { readonly case: "txnHeartBeat"; readonly value: kvrpcpb.TxnHeartBeatResponse }
    | { readonly case: "checkSecondaryLocks"; readonly value: kvrpcpb.CheckSecondaryLocksResponse }
    | { readonly case: "rawCoprocessor"; readonly value: kvrpcpb.RawCoprocessorResponse }
    | { readonly case: "flashbackToVersion"; readonly value: kvrpcpb.FlashbackToVersionResponse }
    | { readonly case: "prepareFlashbackToVersion"; readonly value: kvrpcpb.PrepareFlashbackToVersionResponse }
    | { readonly case: "flush"; readonly value: kvrpcpb.FlushResponse }
    | { readonly case: "bufferBatchGet"; readonly value: kvrpcpb.BufferBatchGetResponse }
    | { readonly case: "getHealthFeedback"; readonly value: kvrpcpb.GetHealthFeedbackResponse }
    | { readonly case: "broadcastTxnStatus"; readonly value: kvrpcpb.BroadcastTxnStatusResponse }
    | { readonly case: "empty"; readonly value: BatchCommandsEmptyResponse }
    | undefined
}

function makeBatchCommandsResponse_Response(partial: Partial<BatchCommandsResponse_Response> = {}): BatchCommandsResponse_Response {
  return {
    cmd: partial.cmd
  }
}

export function writeBatchCommandsResponse_Response(m: BatchCommandsResponse_Response, w: Writer): void {
  if (m.cmd !== undefined) {
    switch (m.cmd.case) {
      case "empty": {
        const start = w.mark()
        writeBatchCommandsEmptyResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(2042)
        break
      }
      case "broadcastTxnStatus": {
        const start = w.mark()
        kvrpcpb.writeBroadcastTxnStatusResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(322)
        break
      }
      case "getHealthFeedback": {
        const start = w.mark()
        kvrpcpb.writeGetHealthFeedbackResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(314)
        break
      }
      case "bufferBatchGet": {
        const start = w.mark()
        kvrpcpb.writeBufferBatchGetResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(306)
        break
      }
      case "flush": {
        const start = w.mark()
        kvrpcpb.writeFlushResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(298)
        break
      }
      case "prepareFlashbackToVersion": {
        const start = w.mark()
        kvrpcpb.writePrepareFlashbackToVersionResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(290)
        break
      }
      case "flashbackToVersion": {
        const start = w.mark()
        kvrpcpb.writeFlashbackToVersionResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(282)
        break
      }
      case "rawCoprocessor": {
        const start = w.mark()
        kvrpcpb.writeRawCoprocessorResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(274)
        break
      }
      case "checkSecondaryLocks": {
        const start = w.mark()
        kvrpcpb.writeCheckSecondaryLocksResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(266)
        break
      }
      case "txnHeartBeat": {
        const start = w.mark()
        kvrpcpb.writeTxnHeartBeatResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(210)
        break
      }
      case "checkTxnStatus": {
        const start = w.mark()
        kvrpcpb.writeCheckTxnStatusResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(202)
        break
      }
      case "pessimisticRollback": {
        const start = w.mark()
        kvrpcpb.writePessimisticRollbackResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(194)
        break
      }
      case "pessimisticLock": {
        const start = w.mark()
        kvrpcpb.writePessimisticLockResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(186)
        break
      }
      case "coprocessor": {
        const start = w.mark()
        coprocessor.writeResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(178)
        break
      }
      case "rawBatchScan": {
        const start = w.mark()
        kvrpcpb.writeRawBatchScanResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(170)
        break
      }
      case "rawDeleteRange": {
        const start = w.mark()
        kvrpcpb.writeRawDeleteRangeResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(162)
        break
      }
      case "rawScan": {
        const start = w.mark()
        kvrpcpb.writeRawScanResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(154)
        break
      }
      case "rawBatchDelete": {
        const start = w.mark()
        kvrpcpb.writeRawBatchDeleteResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(146)
        break
      }
      case "rawDelete": {
        const start = w.mark()
        kvrpcpb.writeRawDeleteResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(138)
        break
      }
      case "rawBatchPut": {
        const start = w.mark()
        kvrpcpb.writeRawBatchPutResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(130)
        break
      }
      case "rawPut": {
        const start = w.mark()
        kvrpcpb.writeRawPutResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(122)
        break
      }
      case "rawBatchGet": {
        const start = w.mark()
        kvrpcpb.writeRawBatchGetResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(114)
        break
      }
      case "rawGet": {
        const start = w.mark()
        kvrpcpb.writeRawGetResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(106)
        break
      }
      case "deleteRange": {
        const start = w.mark()
        kvrpcpb.writeDeleteRangeResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(98)
        break
      }
      case "gc": {
        const start = w.mark()
        kvrpcpb.writeGCResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(90)
        break
      }
      case "resolveLock": {
        const start = w.mark()
        kvrpcpb.writeResolveLockResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(82)
        break
      }
      case "scanLock": {
        const start = w.mark()
        kvrpcpb.writeScanLockResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(74)
        break
      }
      case "batchRollback": {
        const start = w.mark()
        kvrpcpb.writeBatchRollbackResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(66)
        break
      }
      case "batchGet": {
        const start = w.mark()
        kvrpcpb.writeBatchGetResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(58)
        break
      }
      case "cleanup": {
        const start = w.mark()
        kvrpcpb.writeCleanupResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(50)
        break
      }
      case "import": {
        const start = w.mark()
        kvrpcpb.writeImportResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(42)
        break
      }
      case "commit": {
        const start = w.mark()
        kvrpcpb.writeCommitResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(34)
        break
      }
      case "prewrite": {
        const start = w.mark()
        kvrpcpb.writePrewriteResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(26)
        break
      }
      case "scan": {
        const start = w.mark()
        kvrpcpb.writeScanResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(18)
        break
      }
      case "get": {
        const start = w.mark()
        kvrpcpb.writeGetResponse(m.cmd.value, w)
        w.lengthSince(start)
        w.tag(10)
        break
      }
    }
  }
}

export function readBatchCommandsResponse_Response(r: Reader, end: number): BatchCommandsResponse_Response {
  const m: BatchCommandsResponse_Response = {
    cmd: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.cmd = { case: "get", value: kvrpcpb.readGetResponse(r, to) }
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.cmd = { case: "scan", value: kvrpcpb.readScanResponse(r, to) }
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.cmd = { case: "prewrite", value: kvrpcpb.readPrewriteResponse(r, to) }
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.cmd = { case: "commit", value: kvrpcpb.readCommitResponse(r, to) }
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.cmd = { case: "import", value: kvrpcpb.readImportResponse(r, to) }
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.cmd = { case: "cleanup", value: kvrpcpb.readCleanupResponse(r, to) }
        r.leave(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.cmd = { case: "batchGet", value: kvrpcpb.readBatchGetResponse(r, to) }
        r.leave(to)
        break
      }
      case 66: {
        const to = r.enter()
        m.cmd = { case: "batchRollback", value: kvrpcpb.readBatchRollbackResponse(r, to) }
        r.leave(to)
        break
      }
      case 74: {
        const to = r.enter()
        m.cmd = { case: "scanLock", value: kvrpcpb.readScanLockResponse(r, to) }
        r.leave(to)
        break
      }
      case 82: {
        const to = r.enter()
        m.cmd = { case: "resolveLock", value: kvrpcpb.readResolveLockResponse(r, to) }
        r.leave(to)
        break
      }
      case 90: {
        const to = r.enter()
        m.cmd = { case: "gc", value: kvrpcpb.readGCResponse(r, to) }
        r.leave(to)
        break
      }
      case 98: {
        const to = r.enter()
        m.cmd = { case: "deleteRange", value: kvrpcpb.readDeleteRangeResponse(r, to) }
        r.leave(to)
        break
      }
      case 106: {
        const to = r.enter()
        m.cmd = { case: "rawGet", value: kvrpcpb.readRawGetResponse(r, to) }
        r.leave(to)
        break
      }
      case 114: {
        const to = r.enter()
        m.cmd = { case: "rawBatchGet", value: kvrpcpb.readRawBatchGetResponse(r, to) }
        r.leave(to)
        break
      }
      case 122: {
        const to = r.enter()
        m.cmd = { case: "rawPut", value: kvrpcpb.readRawPutResponse(r, to) }
        r.leave(to)
        break
      }
      case 130: {
        const to = r.enter()
        m.cmd = { case: "rawBatchPut", value: kvrpcpb.readRawBatchPutResponse(r, to) }
        r.leave(to)
        break
      }
      case 138: {
        const to = r.enter()
        m.cmd = { case: "rawDelete", value: kvrpcpb.readRawDeleteResponse(r, to) }
        r.leave(to)
        break
      }
      case 146: {
        const to = r.enter()
        m.cmd = { case: "rawBatchDelete", value: kvrpcpb.readRawBatchDeleteResponse(r, to) }
        r.leave(to)
        break
      }
      case 154: {
        const to = r.enter()
        m.cmd = { case: "rawScan", value: kvrpcpb.readRawScanResponse(r, to) }
        r.leave(to)
        break
      }
      case 162: {
        const to = r.enter()
        m.cmd = { case: "rawDeleteRange", value: kvrpcpb.readRawDeleteRangeResponse(r, to) }
        r.leave(to)
        break
      }
      case 170: {
        const to = r.enter()
        m.cmd = { case: "rawBatchScan", value: kvrpcpb.readRawBatchScanResponse(r, to) }
        r.leave(to)
        break
      }
      case 178: {
        const to = r.enter()
        m.cmd = { case: "coprocessor", value: coprocessor.readResponse(r, to) }
        r.leave(to)
        break
      }
      case 186: {
        const to = r.enter()
        m.cmd = { case: "pessimisticLock", value: kvrpcpb.readPessimisticLockResponse(r, to) }
        r.leave(to)
        break
      }
      case 194: {
        const to = r.enter()
        m.cmd = { case: "pessimisticRollback", value: kvrpcpb.readPessimisticRollbackResponse(r, to) }
        r.leave(to)
        break
      }
      case 202: {
        const to = r.enter()
        m.cmd = { case: "checkTxnStatus", value: kvrpcpb.readCheckTxnStatusResponse(r, to) }
        r.leave(to)
        break
      }
      case 210: {
        const to = r.enter()
        m.cmd = { case: "txnHeartBeat", value: kvrpcpb.readTxnHeartBeatResponse(r, to) }
        r.leave(to)
        break
      }
      case 266: {
        const to = r.enter()
        m.cmd = { case: "checkSecondaryLocks", value: kvrpcpb.readCheckSecondaryLocksResponse(r, to) }
        r.leave(to)
        break
      }
      case 274: {
        const to = r.enter()
        m.cmd = { case: "rawCoprocessor", value: kvrpcpb.readRawCoprocessorResponse(r, to) }
        r.leave(to)
        break
      }
      case 282: {
        const to = r.enter()
        m.cmd = { case: "flashbackToVersion", value: kvrpcpb.readFlashbackToVersionResponse(r, to) }
        r.leave(to)
        break
      }
      case 290: {
        const to = r.enter()
        m.cmd = { case: "prepareFlashbackToVersion", value: kvrpcpb.readPrepareFlashbackToVersionResponse(r, to) }
        r.leave(to)
        break
      }
      case 298: {
        const to = r.enter()
        m.cmd = { case: "flush", value: kvrpcpb.readFlushResponse(r, to) }
        r.leave(to)
        break
      }
      case 306: {
        const to = r.enter()
        m.cmd = { case: "bufferBatchGet", value: kvrpcpb.readBufferBatchGetResponse(r, to) }
        r.leave(to)
        break
      }
      case 314: {
        const to = r.enter()
        m.cmd = { case: "getHealthFeedback", value: kvrpcpb.readGetHealthFeedbackResponse(r, to) }
        r.leave(to)
        break
      }
      case 322: {
        const to = r.enter()
        m.cmd = { case: "broadcastTxnStatus", value: kvrpcpb.readBroadcastTxnStatusResponse(r, to) }
        r.leave(to)
        break
      }
      case 2042: {
        const to = r.enter()
        m.cmd = { case: "empty", value: readBatchCommandsEmptyResponse(r, to) }
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "tikvpb.BatchCommandsResponse.Response", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 33, 34, 35, 36, 37, 38, 39, 40, 255])
    }
  }
  return m
}

export const BatchCommandsResponse_Response: Codec<BatchCommandsResponse_Response> = {
  name: "tikvpb.BatchCommandsResponse.Response",
  create: makeBatchCommandsResponse_Response,
  encode: writeBatchCommandsResponse_Response,
  decode: readBatchCommandsResponse_Response
}

export interface BatchRaftMessage {
  msgs: raft_serverpb.RaftMessage[]
  lastObservedTime: bigint
}

function makeBatchRaftMessage(partial: Partial<BatchRaftMessage> = {}): BatchRaftMessage {
  return {
    msgs: partial.msgs ?? [],
    lastObservedTime: partial.lastObservedTime ?? 0n
  }
}

export function writeBatchRaftMessage(m: BatchRaftMessage, w: Writer): void {
  if (m.lastObservedTime !== 0n) {
    w.uint64(m.lastObservedTime)
    w.tag(104)
  }
  for (let i = m.msgs.length - 1; i >= 0; i--) {
    const start = w.mark()
    raft_serverpb.writeRaftMessage(m.msgs[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBatchRaftMessage(r: Reader, end: number): BatchRaftMessage {
  const m: BatchRaftMessage = {
    msgs: [],
    lastObservedTime: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.msgs.push(raft_serverpb.readRaftMessage(r, to))
        r.leave(to)
        break
      }
      case 104:
        m.lastObservedTime = r.uint64()
        break
      default:
        r.unknown(tag, "tikvpb.BatchRaftMessage", [1, 13])
    }
  }
  return m
}

export const BatchRaftMessage: Codec<BatchRaftMessage> = {
  name: "tikvpb.BatchRaftMessage",
  create: makeBatchRaftMessage,
  encode: writeBatchRaftMessage,
  decode: readBatchRaftMessage
}

export interface BatchCommandsEmptyRequest {
  testId: number
  delayTime: number
}

function makeBatchCommandsEmptyRequest(partial: Partial<BatchCommandsEmptyRequest> = {}): BatchCommandsEmptyRequest {
  return {
    testId: partial.testId ?? 0,
    delayTime: partial.delayTime ?? 0
  }
}

export function writeBatchCommandsEmptyRequest(m: BatchCommandsEmptyRequest, w: Writer): void {
  if (m.delayTime !== 0) {
    w.uint53(m.delayTime)
    w.tag(16)
  }
  if (m.testId !== 0) {
    w.uint53(m.testId)
    w.tag(8)
  }
}

export function readBatchCommandsEmptyRequest(r: Reader, end: number): BatchCommandsEmptyRequest {
  const m: BatchCommandsEmptyRequest = {
    testId: 0,
    delayTime: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.testId = r.uint53()
        break
      case 16:
        m.delayTime = r.uint53()
        break
      default:
        r.unknown(tag, "tikvpb.BatchCommandsEmptyRequest", [1, 2])
    }
  }
  return m
}

export const BatchCommandsEmptyRequest: Codec<BatchCommandsEmptyRequest> = {
  name: "tikvpb.BatchCommandsEmptyRequest",
  create: makeBatchCommandsEmptyRequest,
  encode: writeBatchCommandsEmptyRequest,
  decode: readBatchCommandsEmptyRequest
}

export interface BatchCommandsEmptyResponse {
  testId: number
}

function makeBatchCommandsEmptyResponse(partial: Partial<BatchCommandsEmptyResponse> = {}): BatchCommandsEmptyResponse {
  return {
    testId: partial.testId ?? 0
  }
}

export function writeBatchCommandsEmptyResponse(m: BatchCommandsEmptyResponse, w: Writer): void {
  if (m.testId !== 0) {
    w.uint53(m.testId)
    w.tag(8)
  }
}

export function readBatchCommandsEmptyResponse(r: Reader, end: number): BatchCommandsEmptyResponse {
  const m: BatchCommandsEmptyResponse = {
    testId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.testId = r.uint53()
        break
      default:
        r.unknown(tag, "tikvpb.BatchCommandsEmptyResponse", [1])
    }
  }
  return m
}

export const BatchCommandsEmptyResponse: Codec<BatchCommandsEmptyResponse> = {
  name: "tikvpb.BatchCommandsEmptyResponse",
  create: makeBatchCommandsEmptyResponse,
  encode: writeBatchCommandsEmptyResponse,
  decode: readBatchCommandsEmptyResponse
}
