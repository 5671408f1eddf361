export { BootstrapError } from "./raftstore/bootstrap.ts"
export type { RegionError } from "./raftstore/RegionError.ts"
export { toErrorpb } from "./raftstore/RegionErrorCodec.ts"
export {
  type AdminDone,
  type AdminRequest,
  type Answer,
  headerOf,
  type ReadDone,
  type ReadRequest,
  type RegionStatus,
  type RequestHeader,
  Router,
  type RouterService,
  type SnapshotRefused,
  type WriteCommand,
  type WriteDone,
  type WriteRequest
} from "./raftstore/Router.ts"
export { layerRouter, StoreHandle } from "./raftstore/routerLive.ts"
export {
  type RegionWithLeader,
  SchedulerClient,
  type SchedulerClientService,
  type SchedulerError,
  type SchedulerErrorReason
} from "./raftstore/SchedulerClient.ts"
export {
  layerStore,
  Store,
  type StoreConfigError,
  type StoreOptions,
  type StoreService,
  type StoreStartError
} from "./raftstore/Store.ts"
export { defaultStoreConfig, leaseBoundMs, type StoreConfig, validateStoreConfig } from "./raftstore/StoreConfig.ts"
export { type StoreEvent, type StoreEventSink, StoreEvents } from "./raftstore/StoreEvent.ts"
export { Transport, TransportError, type TransportService } from "./raftstore/Transport.ts"
