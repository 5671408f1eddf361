/**
 * A scheduler's refusal ⇄ `pdpb.Error`. pdpb has types for some reasons only; the others travel as UNKNOWN with the
 * reason in brackets before the text, as PD itself writes `[PD:cluster:ErrX]`. Both directions stand here so that one
 * test covers the pair. A real PD's errors decode too: what has no bracket and no telling type is `refused`.
 */
import { type SchedulerError, type SchedulerErrorReason, schedulerError } from "@reefkv/scheduler"
import { pdpb } from "@reefkv/wire"

const { ErrorType } = pdpb

/** Words that client-go looks for to mark a store a tombstone, so they stay as they are. */
const STORE_NOT_FOUND = /^invalid store ID \d+, not found/

/** Reasons without a type of their own. */
const bracketed: { readonly [reason in SchedulerErrorReason]?: string } = {
  stale: "[stale] ",
  notFound: "[not found] ",
  clusterMismatch: "[cluster mismatch] "
}

export const toPdError = (error: SchedulerError): pdpb.Error => {
  // Type OK would be a failure that does not say so.
  const type = error.type === ErrorType.OK ? ErrorType.UNKNOWN : error.type
  const plain = type !== ErrorType.UNKNOWN || STORE_NOT_FOUND.test(error.message)
  return { type, message: `${plain ? "" : (bracketed[error.reason] ?? "")}${error.message}` }
}

export const fromPdError = (error: pdpb.Error): SchedulerError => {
  switch (error.type) {
    case ErrorType.NOT_BOOTSTRAPPED:
      return schedulerError("notBootstrapped", error.message)
    case ErrorType.ALREADY_BOOTSTRAPPED:
      return schedulerError("alreadyBootstrapped", error.message)
    case ErrorType.REGION_NOT_FOUND:
    case ErrorType.ENTRY_NOT_FOUND:
    case ErrorType.GLOBAL_CONFIG_NOT_FOUND:
    case ErrorType.REGIONS_NOT_CONTAIN_ALL_KEY_RANGE:
      return schedulerError("notFound", error.message, error.type)
    default: {
      if (STORE_NOT_FOUND.test(error.message)) return schedulerError("notFound", error.message, error.type)
      for (const reason of ["stale", "notFound", "clusterMismatch"] as const) {
        const prefix = bracketed[reason] ?? ""
        if (error.message.startsWith(prefix)) {
          return schedulerError(reason, error.message.slice(prefix.length), error.type)
        }
      }
      return schedulerError("refused", error.message, error.type)
    }
  }
}
