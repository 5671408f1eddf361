export * from "./grpc/index.ts"
export { GrpcSchedulerClient } from "./schedulerClient/index.ts"
export {
  layer as schedulerServerLayer,
  layerPort as schedulerPortLayer,
  SchedulerServer,
  type SchedulerServerOptions
} from "./schedulerServer.ts"
export {
  layer as storeServerLayer,
  STORE_CLOSE_GRACE_MS,
  StoreServer,
  type StoreServerError,
  type StoreServerOptions,
  type StoreServerService
} from "./storeServer.ts"
export { makeTikvService, type TikvLimits, type TikvParts, type TikvService } from "./tikv/index.ts"
export { GrpcTransport } from "./transport/index.ts"
