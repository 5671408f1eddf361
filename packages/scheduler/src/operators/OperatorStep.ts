/**
 * One thing a leader is asked to do to its region, with four questions about it: is it done, may it (still) be asked,
 * by how much does it raise conf_ver, and how is it said on the wire. Each is asked of the region as last reported.
 */
import { eraftpb, metapb, type PeerId, pdpb, type StoreId } from "@reefkv/wire"
import { isInJoint, isLearner, isPending, isVoter, peerOnStore, type RegionInfo } from "../cluster/RegionInfo.ts"

/** A replica named by store and peer: a peer id is never reused, a store has at most one peer of a region. */
export interface ReplicaId {
  readonly storeId: StoreId
  readonly peerId: PeerId
}

export type OperatorStep =
  | { readonly type: "transferLeader"; readonly fromStoreId: StoreId; readonly toStoreId: StoreId }
  | ({ readonly type: "addLearner" } & ReplicaId)
  | ({ readonly type: "promoteLearner" } & ReplicaId)
  | ({ readonly type: "removePeer" } & ReplicaId)
  | {
      readonly type: "enterJoint"
      readonly promote: ReadonlyArray<ReplicaId>
      readonly demote: ReadonlyArray<ReplicaId>
    }
  | {
      readonly type: "leaveJoint"
      readonly promote: ReadonlyArray<ReplicaId>
      readonly demote: ReadonlyArray<ReplicaId>
    }
  | {
      readonly type: "split"
      readonly policy: pdpb.CheckPolicy
      readonly keys: ReadonlyArray<Uint8Array>
      /** The range when it was asked for: any change of it is taken for the split. */
      readonly startKey: Uint8Array
      readonly endKey: Uint8Array
    }

const list = (replicas: ReadonlyArray<ReplicaId>): string =>
  replicas.map((replica) => `${replica.peerId} on store ${replica.storeId}`).join(", ")

export const describeStep = (step: OperatorStep): string => {
  switch (step.type) {
    case "transferLeader":
      return `transfer leader from store ${step.fromStoreId} to store ${step.toStoreId}`
    case "addLearner":
      return `add learner ${step.peerId} on store ${step.storeId}`
    case "promoteLearner":
      return `promote learner ${step.peerId} on store ${step.storeId}`
    case "removePeer":
      return `remove peer ${step.peerId} on store ${step.storeId}`
    case "enterJoint":
      return `enter joint state: promote ${list(step.promote) || "none"}; demote ${list(step.demote) || "none"}`
    case "leaveJoint":
      return "leave joint state"
    case "split":
      return step.keys.length > 0 ? `split at ${step.keys.length} keys` : "split"
  }
}

const samePeer = (region: RegionInfo, replica: ReplicaId): metapb.Peer | undefined => {
  const peer = peerOnStore(region.meta, replica.storeId)
  return peer?.id === replica.peerId ? peer : undefined
}

/** A new learner counts as there once its leader no longer calls it pending, that is, once it has its snapshot. */
export const isStepDone = (step: OperatorStep, region: RegionInfo): boolean => {
  switch (step.type) {
    case "transferLeader":
      return region.leader?.storeId === step.toStoreId
    case "addLearner":
      return samePeer(region, step) !== undefined && !isPending(region, step.peerId)
    case "promoteLearner":
      return samePeer(region, step)?.role === metapb.PeerRole.Voter
    case "removePeer":
      return samePeer(region, step) === undefined
    case "enterJoint":
      // Leaving by itself (a leader may do so) has passed through this state too.
      return (
        step.promote.every((replica) => {
          const peer = samePeer(region, replica)
          return peer !== undefined && isVoter(peer)
        }) &&
        step.demote.every((replica) => {
          const peer = samePeer(region, replica)
          return peer === undefined || peer.role === metapb.PeerRole.DemotingVoter || isLearner(peer)
        })
      )
    case "leaveJoint":
      return (
        !region.meta.peers.some(isInJoint) &&
        step.promote.every((replica) => samePeer(region, replica)?.role === metapb.PeerRole.Voter) &&
        step.demote.every((replica) => {
          const peer = samePeer(region, replica)
          return peer === undefined || isLearner(peer)
        })
      )
    case "split":
      return (
        Buffer.compare(region.meta.startKey, step.startKey) !== 0 ||
        Buffer.compare(region.meta.endKey, step.endKey) !== 0
      )
  }
}

/** Whether the step has changed the members, done or not: a new learner waits for its snapshot after that. */
export const hasTakenEffect = (step: OperatorStep, region: RegionInfo): boolean =>
  step.type === "addLearner" ? samePeer(region, step) !== undefined : isStepDone(step, region)

/** Why the step must not be asked of the region as it now is; undefined when it may. Not asked of steps already done. */
export const checkStep = (step: OperatorStep, region: RegionInfo): string | undefined => {
  switch (step.type) {
    case "transferLeader": {
      const peer = peerOnStore(region.meta, step.toStoreId)
      return peer === undefined || !isVoter(peer) ? `store ${step.toStoreId} holds no voter` : undefined
    }
    case "addLearner": {
      const peer = peerOnStore(region.meta, step.storeId)
      return peer !== undefined && peer.id !== step.peerId
        ? `store ${step.storeId} already holds peer ${peer.id}`
        : undefined
    }
    case "promoteLearner":
      return samePeer(region, step) === undefined ? `peer ${step.peerId} is not on store ${step.storeId}` : undefined
    case "removePeer":
      // The leader would leave before the others learn of it: with two replicas, nobody could be elected.
      return region.leader?.storeId === step.storeId ? "the leader must not remove itself" : undefined
    case "enterJoint": {
      // Whoever led when this was planned no longer does. The leader would refuse, again and again.
      if (step.demote.some(({ peerId }) => peerId === region.leader?.id)) return "the leader must not be demoted"
      const missing = step.promote.find((replica) => samePeer(region, replica) === undefined)
      return missing === undefined ? undefined : `peer ${missing.peerId} is not on store ${missing.storeId}`
    }
    case "leaveJoint": {
      const leader = region.meta.peers.find((peer) => peer.id === region.leader?.id)
      return leader?.role === metapb.PeerRole.DemotingVoter ? "the leader is being demoted" : undefined
    }
    case "split":
      return undefined
  }
}

/** The stores without which the step cannot be done or would do harm: those that get a leader, a replica or a vote. */
export const storesNeeded = (step: OperatorStep): ReadonlyArray<StoreId> => {
  switch (step.type) {
    case "transferLeader":
      return [step.toStoreId]
    case "addLearner":
    case "promoteLearner":
      return [step.storeId]
    case "enterJoint":
      return step.promote.map(({ storeId }) => storeId)
    default:
      return []
  }
}

/** By how much the step raises conf_ver when it takes effect. Source: tikv `exec_change_peer_v2`, `apply_leave_joint`. */
export const confVerDelta = (step: OperatorStep): number => {
  switch (step.type) {
    case "addLearner":
    case "promoteLearner":
    case "removePeer":
      return 1
    case "enterJoint":
    case "leaveJoint":
      return step.promote.length + step.demote.length
    case "transferLeader":
    case "split":
      return 0
  }
}

const change = (changeType: eraftpb.ConfChangeType, role: metapb.PeerRole, replica: ReplicaId): pdpb.ChangePeer =>
  pdpb.ChangePeer.create({
    changeType,
    peer: metapb.Peer.create({ id: replica.peerId, storeId: replica.storeId, role })
  })
const { AddLearnerNode, AddNode, RemoveNode } = eraftpb.ConfChangeType
const { Learner, Voter } = metapb.PeerRole

/** The step as its leader hears it. Undefined while the region has no leader. */
export const stepResponse = (step: OperatorStep, region: RegionInfo): pdpb.RegionHeartbeatResponse | undefined => {
  if (region.leader === undefined) return undefined
  const common = {
    regionId: region.meta.id,
    regionEpoch: region.meta.regionEpoch,
    targetPeer: region.leader
  }
  const make = (part: Partial<pdpb.RegionHeartbeatResponse>): pdpb.RegionHeartbeatResponse =>
    pdpb.RegionHeartbeatResponse.create({ ...common, ...part })
  switch (step.type) {
    case "transferLeader": {
      const peer = peerOnStore(region.meta, step.toStoreId)
      return make({ transferLeader: pdpb.TransferLeader.create({ peer, peers: peer === undefined ? [] : [peer] }) })
    }
    case "addLearner":
      return make({ changePeer: change(AddLearnerNode, Learner, step) })
    case "promoteLearner":
      return make({ changePeer: change(AddNode, Voter, step) })
    case "removePeer":
      return make({ changePeer: change(RemoveNode, samePeer(region, step)?.role ?? Voter, step) })
    case "enterJoint":
      return make({
        changePeerV2: pdpb.ChangePeerV2.create({
          changes: [
            ...step.promote.map((replica) => change(AddNode, Voter, replica)),
            ...step.demote.map((replica) => change(AddLearnerNode, Learner, replica))
          ]
        })
      })
    case "leaveJoint":
      return make({ changePeerV2: pdpb.ChangePeerV2.create({ changes: [] }) })
    case "split":
      return make({ splitRegion: pdpb.SplitRegion.create({ policy: step.policy, keys: [...step.keys] }) })
  }
}
