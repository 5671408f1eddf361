export { KeyLatches } from "./raw/KeyLatches.ts"
export type { Command, Done, RawCommands } from "./raw/RawCommands.ts"
export { defaultRawConfig, type RawClocks, type RawConfig } from "./raw/RawConfig.ts"
export { makeRawStorage, RawStorage, type RawStorageParts } from "./raw/RawStorage.ts"
