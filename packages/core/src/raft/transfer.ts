/** Handing leadership over (Raft thesis 3.10): first the whole log, then the order to take over. */
import { MessageType, makeMessage } from "./message.ts"
import type { Progress } from "./progress.ts"
import type { Raft } from "./raft.ts"
import { encodeRound } from "./readOnly.ts"
import { markDue } from "./replication.ts"
import type { Leader } from "./role.ts"

export function startTransfer(raft: Raft, role: Leader, to: number): void {
  const pr = role.tracker.get(to)
  if (pr === undefined || pr.isLearner || to === role.transferee) return
  // A newer wish replaces the old one; asking for ourselves only cancels it.
  role.transferee = 0
  if (to === raft.id) return
  role.transferee = to
  role.transferElapsed = 0
  if (pr.match === raft.log.lastIndex) sendTimeoutNow(raft, role, to)
  else markDue(role, pr, "evenEmpty")
}

/** The target acknowledged something: once it has the whole log, it is told to take over. */
export function maybeFinishTransfer(raft: Raft, role: Leader, pr: Progress): void {
  if (pr.id === role.transferee && pr.match === raft.log.lastIndex) sendTimeoutNow(raft, role, pr.id)
}

function sendTimeoutNow(raft: Raft, role: Leader, to: number): void {
  const { round } = role.reads
  role.leaseBlocks.onTimeoutNowSent(to, round)
  raft.send(makeMessage({ type: MessageType.timeoutNow, to, from: raft.id, context: encodeRound(round) }))
}
