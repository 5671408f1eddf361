export * as GrpcSchedulerClient from "./GrpcSchedulerClient.ts"
export { CALL_TIMEOUT_MS } from "./PdConnection.ts"
