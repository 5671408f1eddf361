/** Splits among slow, lost and early peers: TiKV's scenarios by their names, with plots of our own. */
import type { Workload } from "../../Workload.ts"
import { electionMs, scenario } from "./calm.ts"
import { isVote } from "./interference.ts"
import type { Steps } from "./steps.ts"

/** Both halves of a cut at "m" live on all stores that hold them, with equal data. */
export const bothHalves = (s: Steps): void => {
  for (const key of ["a-half", "z-half"]) {
    s.put(key, "both")
    for (const { storeId } of s.region(key).peers) s.holds(s.cluster.storeOf(storeId)!, key, "both")
  }
  s.assert(s.region("a").id !== s.region("z").id, "there are no two halves")
}

const quickElection = scenario(
  "node_quick_election_after_split",
  "both halves of a split have a leader within a round trip, not after an election timeout",
  {},
  (s: Steps) => {
    s.put("a", "1")
    s.split("m")
    const beganMs = s.world.nowMs
    s.leader("a")
    s.leader("z")
    s.assert(s.world.nowMs - beganMs < electionMs, `a half had no leader for ${s.world.nowMs - beganMs} ms`)
    bothHalves(s)
  }
)

const lostVotes = scenario(
  "split_lost_request_vote",
  "the new region's first calls for votes are lost, and it gets a leader all the same",
  {},
  (s: Steps) => {
    s.put("a", "1")
    const parent = s.region("a").id
    const lost = s.wires.lose((message, from, to) => message.regionId !== parent && isVote(message, from, to), 6)
    s.split("m")
    bothHalves(s)
    s.assert(lost.count === 6, `${lost.count} votes were lost`)
    s.mustGet("a", "1")
  }
)

export const splits: ReadonlyArray<Workload> = [quickElection, lostVotes]
