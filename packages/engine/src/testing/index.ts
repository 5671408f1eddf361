export { batchArbitrary, batchOf, keyArbitrary, opArbitrary, rangeArbitrary, scanArbitrary } from "./arbitraries.ts"
export { type CrashHarness, type CrashStore, crashSuite, type OpenStore } from "./crashSuite.ts"
export {
  bytes,
  type EngineHarness,
  engineConformance,
  failureReason,
  reasonOf,
  runScoped
} from "./engineConformance.ts"
export { checkSplitKeys, makeMirrorEngine, makeMirrorRaftLog } from "./mirror.ts"
export { NaiveLog } from "./NaiveLog.ts"
export { dumpView, type Entry, everything, hex, NaiveState, unhex } from "./NaiveState.ts"
export {
  dumpLog,
  dumpNaiveLog,
  entriesFrom,
  type RaftLogHarness,
  raftLogConformance
} from "./raftLogConformance.ts"
