/**
 * How far the log may be forgotten. The command goes through the log, so that every replica cuts at the same place; apply
 * only moves the truncation mark, the log itself is cut by the log-GC worker after the data is durable (workers/logGc.ts).
 */
import type { AdminOutcome, PeerApply } from "../apply.ts"
import type { AdminCommand } from "../commandCodec.ts"

export const applyCompactLog = (
  apply: PeerApply,
  { index, term }: Extract<AdminCommand, { type: "compactLog" }>
): AdminOutcome => {
  // Late or repeated: it is so already. At or past the applied index it would take entries that are still to be applied.
  if (index > apply.truncatedIndex && index <= apply.appliedIndex) {
    apply.truncatedIndex = index
    apply.truncatedTerm = term
  }
  return { result: { _tag: "AdminDone", regions: [apply.region] } }
}
