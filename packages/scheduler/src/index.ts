/** The public face of the package; see README.md. */
export type { Liveness } from "./cluster/StoreInfo.ts"
export { type LocalRegionWithLeader, type LocalSchedulerClient, makeLocalClient } from "./localClient.ts"
export { makeScheduler, type SchedulerOptions, schedulerLayer } from "./Scheduler.ts"
export {
  defaultSchedulerConfig,
  type SchedulerConfig,
  schedulerNames,
  validateSchedulerConfig
} from "./SchedulerConfig.ts"
export { SchedulerError, SchedulerErrorReason, schedulerError } from "./SchedulerError.ts"
export { type SchedulerEvent, type SchedulerEventSink, SchedulerEvents } from "./SchedulerEvent.ts"
export {
  type ClusterStatus,
  type MemberInfo,
  type OperatorRequest,
  type OperatorState,
  type OperatorStatus,
  type RecordEntry,
  type RegionStatus,
  SchedulerService,
  type SchedulerServiceShape,
  type SchedulerStatus,
  type ServiceSafePoint,
  type StoreStatus,
  type Timestamp
} from "./SchedulerService.ts"
export { nullKeyspaceId } from "./service/GcState.ts"
