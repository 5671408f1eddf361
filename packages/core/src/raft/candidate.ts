/**
 * Elections: asking for votes, counting them, winning or giving up. Covers candidates and pre-candidates, which differ in
 * that the latter only asks whether it would win, without raising its term (Raft thesis 9.6).
 */

import { stepFollower } from "./follower.ts"
import { allVoters } from "./membership.ts"
import { campaignTransfer, type Message, MessageType, makeMessage } from "./message.ts"
import { jointVote, type VoteResult } from "./quorum.ts"
import type { Raft } from "./raft.ts"
import type { Candidate, PreCandidate } from "./role.ts"
import { emptyBytes, type StepRefusal } from "./types.ts"

export type CampaignKind = "preElection" | "election" | "transfer"

/** Starts an election of the given kind and, when no other voter is needed, ends it. */
export function campaign(raft: Raft, kind: CampaignKind): void {
  if (kind === "preElection") raft.becomePreCandidate()
  else raft.becomeCandidate()
  const type = kind === "preElection" ? MessageType.requestPreVote : MessageType.requestVote
  const { log } = raft
  const commitTerm = log.term(log.committed)
  for (const id of allVoters(raft.confState)) {
    if (id === raft.id) continue
    raft.send(
      makeMessage({
        type,
        to: id,
        from: raft.id,
        term: kind === "preElection" ? raft.term + 1 : raft.term,
        index: log.lastIndex,
        logTerm: log.lastTerm,
        commit: log.committed,
        commitTerm: typeof commitTerm === "number" ? commitTerm : 0,
        context: kind === "transfer" ? campaignTransfer : emptyBytes
      })
    )
  }
  // Asking in advance promises nothing, so our own pre-vote need not be durable.
  const role = raft.role
  if (role.kind === "preCandidate") countVote(raft, role, raft.id, true)
}

export function stepCandidate(raft: Raft, role: Candidate | PreCandidate, m: Message): StepRefusal | undefined {
  switch (m.type) {
    case MessageType.append:
    case MessageType.heartbeat:
    case MessageType.snapshot: {
      raft.becomeFollower(m.term, m.from)
      const follower = raft.role
      return follower.kind === "follower" ? stepFollower(raft, follower, m) : undefined
    }
    case MessageType.requestVoteResponse:
      if (role.kind === "candidate") onVote(raft, role, m)
      return undefined
    case MessageType.requestPreVoteResponse:
      // A grant carries the term we asked about; one for an earlier question is stale.
      if (role.kind === "preCandidate" && (m.reject || m.term === raft.term + 1)) onVote(raft, role, m)
      return undefined
    default:
      return undefined
  }
}

function onVote(raft: Raft, role: Candidate | PreCandidate, m: Message): void {
  if (m.reject) {
    raft.maybeCommitByVote(m)
    if (raft.role !== role) return
  }
  countVote(raft, role, m.from, !m.reject)
}

/** Our own vote is on disk: it counts from now on. */
export function countDurableVote(raft: Raft, role: Candidate): void {
  if (!role.votes.has(raft.id)) countVote(raft, role, raft.id, true)
}

/** The first answer of a voter counts; later ones are repetitions. */
function countVote(raft: Raft, role: Candidate | PreCandidate, from: number, granted: boolean): void {
  if (!role.votes.has(from)) role.votes.set(from, granted)
  const result = tally(raft, role)
  if (result === "won") {
    if (role.kind === "preCandidate") campaign(raft, "election")
    else raft.becomeLeader()
  } else if (result === "lost") raft.becomeFollower(raft.term, 0)
}

/**
 * A candidate does not win before its own vote is durable, even when the others suffice: after a crash it could campaign
 * in the same term again and lead it twice, with two different logs.
 */
function tally(raft: Raft, role: Candidate | PreCandidate): VoteResult {
  const result = jointVote(raft.confState.voters, raft.confState.votersOutgoing, role.votes)
  return result === "won" && !role.votes.has(raft.id) ? "pending" : result
}
