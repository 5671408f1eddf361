/**
 * Arithmetic of majorities, for one set of voters and for the two sets of a joint configuration (Raft thesis 4.3).
 *
 * The empty set agrees with everything: its index is +Infinity and its vote is won, so that a non-joint configuration is
 * a joint one whose outgoing half is empty, and the conjunction of both halves needs no special case.
 */

export type VoteResult = "won" | "lost" | "pending"

export function majoritySize(voters: number): number {
  return (voters >> 1) + 1
}

/**
 * The largest value that at least a majority of the first `count` slots reach: the commit index when the slots are match
 * indexes. Reorders `values`, which is a scratch array of the caller; sorting by insertion, since groups are small.
 */
export function majorityValue(values: number[], count: number): number {
  if (count === 0) return Number.POSITIVE_INFINITY
  for (let i = 1; i < count; i++) {
    const value = values[i]!
    let j = i - 1
    while (j >= 0 && values[j]! > value) {
      values[j + 1] = values[j]!
      j--
    }
    values[j + 1] = value
  }
  return values[count - majoritySize(count)]!
}

/** Outcome of a vote in one set. `votes` holds true for granted, false for refused; absent voters are undecided. */
export function majorityVote(voters: ReadonlyArray<number>, votes: ReadonlyMap<number, boolean>): VoteResult {
  if (voters.length === 0) return "won"
  let granted = 0
  let refused = 0
  for (const id of voters) {
    const vote = votes.get(id)
    if (vote === true) granted++
    else if (vote === false) refused++
  }
  const quorum = majoritySize(voters.length)
  if (granted >= quorum) return "won"
  return voters.length - refused < quorum ? "lost" : "pending"
}

/** Won when both halves are won, lost as soon as one is lost. */
export function jointVote(
  incoming: ReadonlyArray<number>,
  outgoing: ReadonlyArray<number>,
  votes: ReadonlyMap<number, boolean>
): VoteResult {
  const a = majorityVote(incoming, votes)
  const b = majorityVote(outgoing, votes)
  if (a === "lost" || b === "lost") return "lost"
  return a === "won" && b === "won" ? "won" : "pending"
}
