/**
 * One command of a BatchCommands frame: from the request's oneof member to the reply's member of the same name. A command
 * that is not served gets a reply of its own that says so, since a status would end the stream and fail all the others.
 */
import type { RawCommands } from "@reefkv/storage"
import { coprocessor, kvrpcpb, regionError, type tikvpb } from "@reefkv/wire"
import type { RequestContext } from "./TikvCalls.ts"

export type BatchCommand = NonNullable<tikvpb.BatchCommandsRequest_Request["cmd"]>
export type BatchReply = NonNullable<tikvpb.BatchCommandsResponse_Response["cmd"]>
type Respond = (reply: BatchReply) => void

export const contextOf = (command: BatchCommand): RequestContext =>
  "context" in command.value ? command.value.context : undefined

/** Calls `respond` exactly once, now or later. */
export const runCommand = (raw: RawCommands, command: BatchCommand, deadlineMs: number, respond: Respond): void => {
  switch (command.case) {
    case "rawGet":
      raw.get(command.value, deadlineMs, (value) => respond({ case: "rawGet", value }))
      return
    case "rawBatchGet":
      raw.batchGet(command.value, deadlineMs, (value) => respond({ case: "rawBatchGet", value }))
      return
    case "rawPut":
      raw.put(command.value, deadlineMs, (value) => respond({ case: "rawPut", value }))
      return
    case "rawBatchPut":
      raw.batchPut(command.value, deadlineMs, (value) => respond({ case: "rawBatchPut", value }))
      return
    case "rawDelete":
      raw.delete(command.value, deadlineMs, (value) => respond({ case: "rawDelete", value }))
      return
    case "rawBatchDelete":
      raw.batchDelete(command.value, deadlineMs, (value) => respond({ case: "rawBatchDelete", value }))
      return
    case "rawScan":
      raw.scan(command.value, deadlineMs, (value) => respond({ case: "rawScan", value }))
      return
    case "rawDeleteRange":
      raw.deleteRange(command.value, deadlineMs, (value) => respond({ case: "rawDeleteRange", value }))
      return
    case "rawBatchScan":
      raw.batchScan(command.value, deadlineMs, (value) => respond({ case: "rawBatchScan", value }))
      return
    case "empty":
      // `delayTime` asks a server under test to wait; answering early is allowed.
      respond({ case: "empty", value: { testId: command.value.testId } })
      return
    default:
      respond(unserved(command.case))
  }
}

type UnservedCase = Exclude<
  BatchCommand["case"],
  | "rawGet"
  | "rawBatchGet"
  | "rawPut"
  | "rawBatchPut"
  | "rawDelete"
  | "rawBatchDelete"
  | "rawScan"
  | "rawDeleteRange"
  | "rawBatchScan"
  | "empty"
>

/** The reply to a command this store does not serve: an error that clients give to their user, with no retry. */
const unserved = (name: UnservedCase): BatchReply => {
  const text = `${name} is not served by this store`
  const error = kvrpcpb.KeyError.create({ abort: text })
  switch (name) {
    case "get":
      return { case: name, value: kvrpcpb.GetResponse.create({ error }) }
    case "scan":
      return { case: name, value: kvrpcpb.ScanResponse.create({ error }) }
    case "prewrite":
      return { case: name, value: kvrpcpb.PrewriteResponse.create({ errors: [error] }) }
    case "commit":
      return { case: name, value: kvrpcpb.CommitResponse.create({ error }) }
    case "import":
      return { case: name, value: kvrpcpb.ImportResponse.create({ error: text }) }
    case "cleanup":
      return { case: name, value: kvrpcpb.CleanupResponse.create({ error }) }
    case "batchGet":
      return { case: name, value: kvrpcpb.BatchGetResponse.create({ error }) }
    case "batchRollback":
      return { case: name, value: kvrpcpb.BatchRollbackResponse.create({ error }) }
    case "scanLock":
      return { case: name, value: kvrpcpb.ScanLockResponse.create({ error }) }
    case "resolveLock":
      return { case: name, value: kvrpcpb.ResolveLockResponse.create({ error }) }
    case "gc":
      return { case: name, value: kvrpcpb.GCResponse.create({ error }) }
    case "deleteRange":
      return { case: name, value: kvrpcpb.DeleteRangeResponse.create({ error: text }) }
    case "coprocessor":
      return { case: name, value: coprocessor.Response.create({ otherError: text }) }
    case "pessimisticLock":
      return { case: name, value: kvrpcpb.PessimisticLockResponse.create({ errors: [error] }) }
    case "pessimisticRollback":
      return { case: name, value: kvrpcpb.PessimisticRollbackResponse.create({ errors: [error] }) }
    case "checkTxnStatus":
      return { case: name, value: kvrpcpb.CheckTxnStatusResponse.create({ error }) }
    case "txnHeartBeat":
      return { case: name, value: kvrpcpb.TxnHeartBeatResponse.create({ error }) }
    case "checkSecondaryLocks":
      return { case: name, value: kvrpcpb.CheckSecondaryLocksResponse.create({ error }) }
    case "rawCoprocessor":
      return { case: name, value: kvrpcpb.RawCoprocessorResponse.create({ error: text }) }
    case "flashbackToVersion":
      return { case: name, value: kvrpcpb.FlashbackToVersionResponse.create({ error: text }) }
    case "prepareFlashbackToVersion":
      return { case: name, value: kvrpcpb.PrepareFlashbackToVersionResponse.create({ error: text }) }
    case "flush":
      return { case: name, value: kvrpcpb.FlushResponse.create({ errors: [error] }) }
    case "bufferBatchGet":
      return { case: name, value: kvrpcpb.BufferBatchGetResponse.create({ error }) }
    case "getHealthFeedback":
      return {
        case: name,
        value: kvrpcpb.GetHealthFeedbackResponse.create({ regionError: regionError.otherRegionError(text) })
      }
    case "broadcastTxnStatus":
      return { case: name, value: {} }
  }
}
