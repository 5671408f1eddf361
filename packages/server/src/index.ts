export * from "./grpc/index.ts"
export { GrpcSchedulerClient } from "./schedulerClient/index.ts"
export { layer as schedulerServerLayer, SchedulerServer, type SchedulerServerOptions } from "./schedulerServer.ts"
export { GrpcTransport } from "./transport/index.ts"
