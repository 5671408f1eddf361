export { awaitCondition, conditionTimeoutMs } from "./awaitCondition.ts"
export { directoryBytes } from "./directoryBytes.ts"
export { fetchJson, type StoreRegion, storeEvents, storeRegions } from "./httpStatus.ts"
export { awaitReplicated, leaderOf, regionsOf } from "./observe.ts"
export { type Ended, type Line, type RealProcess, spawnProcess } from "./RealProcess.ts"
export {
  type Flags,
  flagArgs,
  type Member,
  makeWorkplace,
  quickStoreFlags,
  type StoreMember,
  startCluster,
  type TestCluster,
  type TestClusterOptions,
  type Workplace
} from "./TestCluster.ts"
