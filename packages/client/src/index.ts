export { type Bytes, toBytes, toText } from "./Bytes.ts"
export type { EmbeddedEngine, EmbeddedOptions } from "./embedded/index.ts"
export { type ConnectOptions, connect } from "./facade/connect.ts"
export type { Kv, Scan } from "./facade/Kv.ts"
export { open } from "./facade/open.ts"
export { KvError, type KvErrorReason } from "./KvError.ts"
export { layerRawClient, makeNetworkClient, type NetworkClientOptions } from "./networkClient.ts"
export {
  type CallOptions,
  type ClientStats,
  type Entry,
  type KeyRangeOptions,
  type PutOptions,
  type RangeChecksum,
  RawClient,
  type RawClientService,
  type RegionDescription,
  type ScanBatchOptions,
  type ScanOptions,
  type Swapped,
  type WriteOptions
} from "./raw/RawClient.ts"
