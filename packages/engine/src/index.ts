export { assertAppend, assertCompactable, assertKept, type LogBounds } from "./assertAppend.ts"
export {
  damagedFile,
  damagedGroup,
  damagedRow,
  entrySum,
  groupSum,
  isSumOfEntryHead,
  isSumOfGroupHead,
  isSumOfKey,
  rowSum
} from "./checksum.ts"
export { checkDirectoryMarker, writeDirectoryMarker } from "./directoryMarker.ts"
export {
  type ColumnFamily,
  columnFamilies,
  Engine,
  type EngineService,
  type EngineStats,
  type KeyRange,
  type RangeEstimate,
  type ReadView,
  type ScanOptions,
  type Visit
} from "./Engine.ts"
export { EngineError, EngineErrorReason } from "./EngineError.ts"
export type { EngineFactory } from "./EngineFactory.ts"
export {
  type GroupAppend,
  type GroupLog,
  type LogEntry,
  RaftLog,
  type RaftLogService,
  type TruncationMark
} from "./RaftLog.ts"
export { WriteBatch, type WriteOp } from "./WriteBatch.ts"
