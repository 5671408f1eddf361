/**
 * A region's peers as Raft's membership, and back: the roles in `metapb.Peer` say all that a ConfState says.
 *
 * | role          | voters | votersOutgoing (while joint) | learners | learnersNext |
 * | ------------- | ------ | ---------------------------- | -------- | ------------ |
 * | Voter         | yes    | yes                          |          |              |
 * | Learner       |        |                              | yes      |              |
 * | IncomingVoter | yes    |                              |          |              |
 * | DemotingVoter |        | yes                          |          | yes          |
 *
 * Source: tikv `util::conf_state_from_region`.
 */
import { metapb } from "@reefkv/wire"
import type { ConfState } from "../raft/index.ts"

const { PeerRole } = metapb

/** True while a change through a joint configuration has been entered and not left. */
export const isJoint = (region: metapb.Region): boolean =>
  region.peers.some((peer) => peer.role === PeerRole.IncomingVoter || peer.role === PeerRole.DemotingVoter)

export const confStateOf = (region: metapb.Region): ConfState => {
  const joint = isJoint(region)
  const voters: Array<number> = []
  const learners: Array<number> = []
  const votersOutgoing: Array<number> = []
  const learnersNext: Array<number> = []
  for (const peer of region.peers) {
    switch (peer.role) {
      case PeerRole.Learner:
        learners.push(peer.id)
        break
      case PeerRole.IncomingVoter:
        voters.push(peer.id)
        break
      case PeerRole.DemotingVoter:
        votersOutgoing.push(peer.id)
        learnersNext.push(peer.id)
        break
      default:
        voters.push(peer.id)
        if (joint) votersOutgoing.push(peer.id)
    }
  }
  return { voters, learners, votersOutgoing, learnersNext, autoLeave: false }
}
