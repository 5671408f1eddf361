/**
 * What the scheduler answers instead of a result. `reason` is what a store acts on, `type` is the pdpb error type a PD
 * port puts into `header.error`, `message` says what was expected, what was found and what to do.
 */
import { pdpb } from "@reefkv/wire"
import { Schema } from "effect"

/**
 * `unavailable`: no answer, nothing is known to have changed, try again. All others are answers: `notBootstrapped`,
 * `alreadyBootstrapped`, `clusterMismatch`, `notFound`, `stale` (an epoch or range behind what is known), `refused`.
 */
export const SchedulerErrorReason = Schema.Literals([
  "unavailable",
  "notBootstrapped",
  "alreadyBootstrapped",
  "clusterMismatch",
  "notFound",
  "stale",
  "refused"
])
export type SchedulerErrorReason = typeof SchedulerErrorReason.Type

export class SchedulerError extends Schema.TaggedError<SchedulerError>()("SchedulerError", {
  reason: SchedulerErrorReason,
  /** A `pdpb.ErrorType`. */
  type: Schema.Number,
  message: Schema.String,
  cause: Schema.optional(Schema.Defect())
}) {}

const typeOfReason: Record<SchedulerErrorReason, pdpb.ErrorType> = {
  unavailable: pdpb.ErrorType.UNKNOWN,
  notBootstrapped: pdpb.ErrorType.NOT_BOOTSTRAPPED,
  alreadyBootstrapped: pdpb.ErrorType.ALREADY_BOOTSTRAPPED,
  clusterMismatch: pdpb.ErrorType.UNKNOWN,
  notFound: pdpb.ErrorType.UNKNOWN,
  stale: pdpb.ErrorType.UNKNOWN,
  refused: pdpb.ErrorType.UNKNOWN
}

/** The error for `reason`, with its usual pdpb type unless another is given. */
export const schedulerError = (
  reason: SchedulerErrorReason,
  message: string,
  type: pdpb.ErrorType = typeOfReason[reason]
): SchedulerError => new SchedulerError({ reason, type, message })
