/**
 * How far the log may be forgotten. The command goes through the log, so that every replica cuts at the same place; apply
 * only moves the truncation mark, the log itself is cut by the log-GC worker after the data is durable (workers/logGc.ts).
 */
import type { AdminOutcome, PeerApply } from "../apply.ts"
import type { AdminCommand } from "../commandCodec.ts"
import type { Peer } from "../Peer.ts"
import { proposeAdmin } from "../propose.ts"
import type { AdminDone, Answer } from "../Router.ts"
import type { StoreState } from "../StoreState.ts"

export const proposeCompactLog = (
  store: StoreState,
  peer: Peer,
  index: number,
  deadlineMs: number,
  answer: Answer<AdminDone>
): void => {
  const term = index < peer.appliedIndex && index > 0 ? peer.storage.term(index) : "unavailable"
  if (term === "compacted") {
    store.answers.add(answer, { _tag: "AdminDone", regions: [peer.region] })
  } else if (term === "unavailable") {
    store.answers.add(answer, {
      _tag: "Refused",
      message: `region ${peer.regionId}: the log can be compacted below applied index ${peer.appliedIndex}, not at ${index}`
    })
  } else {
    proposeAdmin(store, peer, { type: "compactLog", index, term }, deadlineMs, answer)
  }
}

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
