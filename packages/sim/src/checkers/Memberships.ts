/** A peer counts votes and copies among the members that its region lists, in the roles that it lists. */
import { formatRegion, isInJointState, metapb } from "@reefkv/wire"
import type { SimStore } from "../cluster/SimStore.ts"
import type { World } from "../world/World.ts"

const { Learner, DemotingVoter, IncomingVoter } = metapb.PeerRole

/** Raft's configuration by the roles, as text: who votes, who voted before the change, who learns, who is to learn. */
const configurationOf = (region: metapb.Region): string => {
  const joint = isInJointState(region)
  const ids = (holds: (role: metapb.PeerRole) => boolean): ReadonlyArray<number> =>
    region.peers.filter(({ role }) => holds(role)).map(({ id }) => id)
  return print({
    voters: ids((role) => role !== Learner && role !== DemotingVoter),
    votersOutgoing: joint ? ids((role) => role !== Learner && role !== IncomingVoter) : [],
    learners: ids((role) => role === Learner),
    learnersNext: ids((role) => role === DemotingVoter)
  })
}

interface Configuration {
  readonly voters: ReadonlyArray<number>
  readonly votersOutgoing: ReadonlyArray<number>
  readonly learners: ReadonlyArray<number>
  readonly learnersNext: ReadonlyArray<number>
}
const print = ({ voters, votersOutgoing, learners, learnersNext }: Configuration): string =>
  [voters, votersOutgoing, learners, learnersNext].map((ids) => [...ids].sort((a, b) => a - b).join(" ")).join(" | ")

export const checkMemberships = (world: World, { host, running }: SimStore): void => {
  if (running === undefined || running.handle.applying !== undefined) return
  for (const peer of running.handle.peers.values()) {
    if (!peer.isInitialized || peer.damaged !== undefined || peer.applyingSnapshot || peer.snapshotInPlace) continue
    const raft = print(peer.raft.confState)
    const listed = configurationOf(peer.region)
    if (raft !== listed) {
      world.fail(
        `${host.name}: raft's members of ${formatRegion(peer.region)} are (${raft}), those of the region (${listed})`
      )
    }
  }
}
