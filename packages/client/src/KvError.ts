/**
 * The one error of this package, and what its reasons promise about the data.
 */
import { Schema } from "effect"

/**
 * - `invalid-argument`: the call itself is wrong; nothing was sent.
 * - `refused`: a store or the scheduler said no, for good; nothing was changed by the request that was refused.
 * - `unavailable`: no endpoint could be reached, or too many calls are open; nothing was changed.
 * - `deadline`: the time ran out, and nothing was changed by this call.
 * - `undetermined`: a write was sent and its answer never came: it may have been applied, or may still be.
 * - `closed`: the client was closed; as for `deadline`, unless the call was a write: then it may have been applied.
 *
 * Calls over many keys (batches, range deletes) are not atomic: whatever the reason, parts of them may have been applied.
 */
export const KvErrorReason = Schema.Literals([
  "invalid-argument",
  "refused",
  "unavailable",
  "deadline",
  "undetermined",
  "closed"
])
export type KvErrorReason = typeof KvErrorReason.Type

/** A call that did not succeed. `message` says what was asked, what was found and, where there is something, what to do. */
export class KvError extends Schema.TaggedError<KvError>()("KvError", {
  reason: KvErrorReason,
  message: Schema.String,
  cause: Schema.optional(Schema.Defect())
}) {}

export const invalidArgument = (message: string): KvError => new KvError({ reason: "invalid-argument", message })
