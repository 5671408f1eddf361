export { defaults, type SqliteOptions } from "./options.ts"
export type { SqliteEngineHandle } from "./SqliteEngine.ts"
export type { SqliteRaftLogHandle } from "./SqliteRaftLog.ts"
export { cfDefault, cfLock, cfRaft, cfWrite, dataSchema } from "./schema/data.ts"
export { raftEntry, raftGroup, raftSchema } from "./schema/raft.ts"
export { storeInfo } from "./schema/storeInfo.ts"
export {
  engineFactory,
  makeSqliteEngine,
  makeSqliteRaftLog,
  makeSqliteStore,
  SqliteEngine,
  SqliteRaftLog,
  type SqliteStore,
  sqliteStoreLayer
} from "./store.ts"
