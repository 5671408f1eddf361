export { KeyLatches } from "./raw/KeyLatches.ts"
export { defaultRawConfig, type RawClocks, type RawConfig } from "./raw/RawConfig.ts"
export {
  type Command,
  type Done,
  makeRawStorage,
  type RawCommands,
  RawStorage,
  type RawStorageParts
} from "./raw/RawStorage.ts"
