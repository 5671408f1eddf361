export { engineFactory } from "./engineFactory.ts"
export { type CrashOptions, MemoryDisk, pendingBatchesMax } from "./MemoryDisk.ts"
export { MemoryEngine, type MemoryEngineHandle, type MemoryEngineOptions, makeMemoryEngine } from "./MemoryEngine.ts"
export {
  MemoryRaftLog,
  type MemoryRaftLogHandle,
  type MemoryRaftLogOptions,
  makeMemoryRaftLog
} from "./MemoryRaftLog.ts"
