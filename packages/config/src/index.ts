export {
  ConfigProblems,
  decodeConfig,
  envName,
  exampleToml,
  keyName,
  type Sources,
  type Table,
  type Values
} from "./decode.ts"
export { choice, durationMs, flag, integer, type Key, list, ratio, sizeBytes, storeIds, text } from "./key.ts"
export { schedulerKeys } from "./schedulerKeys.ts"
export { engineKinds, storeKeys } from "./storeKeys.ts"
