/**
 * Turns "these replicas, that leader" into steps. Order, always: new replicas come as learners and wait for their
 * snapshot; voters change, in one joint change when more than one changes; the leader leaves a store before its replica
 * does; what is to go is removed last. Fault tolerance is never below that of the start or of the end.
 *
 * A leader never takes part in a change that demotes it: when only a new replica may lead next, that one is promoted and
 * leads before the rest changes. A change of a single voter needs no joint state. Without joint consensus each replacement is done fully before the
 * next begins, so that at most one voter is in excess. Source: PD `operator.Builder`.
 */
import type { metapb, StoreId } from "@reefkv/wire"
import { isInJoint, isLearner, isPending, isVoter, type RegionInfo } from "../cluster/RegionInfo.ts"
import type { OperatorStep, ReplicaId } from "./OperatorStep.ts"

export interface TargetReplicas {
  /** The stores that shall hold a replica, in order of preference for new leaders. */
  readonly roles: ReadonlyMap<StoreId, "voter" | "learner">
  /** Undefined: the leader stays, or goes where `mayLead` allows when its replica goes. */
  readonly leaderStoreId?: StoreId | undefined
}

export interface BuildOptions {
  readonly useJointConsensus: boolean
  /** Whether a store may take the leader when it has to move. */
  readonly mayLead: (storeId: StoreId) => boolean
}

export type Built =
  | { readonly _tag: "Steps"; readonly steps: ReadonlyArray<OperatorStep> }
  | { readonly _tag: "Impossible"; readonly reason: string }

const impossible = (reason: string): Built => ({ _tag: "Impossible", reason })

export const buildSteps = (region: RegionInfo, target: TargetReplicas, options: BuildOptions): Built => {
  const leader = region.leader
  if (leader === undefined) return impossible("the region has no known leader")
  if (region.meta.peers.some(isInJoint)) return impossible("the region is in joint state")
  const origin = new Map(region.meta.peers.map((peer) => [peer.storeId, peer]))

  const add: Array<ReplicaId & { readonly voter: boolean }> = []
  const promote: Array<ReplicaId> = []
  const demote: Array<ReplicaId> = []
  for (const [storeId, role] of target.roles) {
    const peer = origin.get(storeId)
    if (peer === undefined) add.push({ storeId, peerId: 0, voter: role === "voter" })
    else if (isLearner(peer) && role === "voter") promote.push({ storeId, peerId: peer.id })
    else if (!isLearner(peer) && role === "learner") demote.push({ storeId, peerId: peer.id })
  }
  const remove = region.meta.peers.filter((peer) => !target.roles.has(peer.storeId))

  const leaderStoreId = chooseLeader(region, leader, target, options)
  if (leaderStoreId === undefined) return impossible("no store that keeps a voter may lead the region")
  const steps =
    options.useJointConsensus || demote.length > 0
      ? jointSteps({ add, promote, demote, remove, origin, from: leader.storeId, to: leaderStoreId })
      : singleSteps({ add, promote, remove, origin, from: leader.storeId, to: leaderStoreId })
  return steps.length === 0 ? impossible("nothing to change") : { _tag: "Steps", steps }
}

/** The leader stays where it is when it can, else goes to a healthy voter that stays, else to a new one. */
const chooseLeader = (
  region: RegionInfo,
  leader: metapb.Peer,
  target: TargetReplicas,
  options: BuildOptions
): StoreId | undefined => {
  const votes = (storeId: StoreId): boolean => target.roles.get(storeId) === "voter"
  if (target.leaderStoreId !== undefined) return votes(target.leaderStoreId) ? target.leaderStoreId : undefined
  if (votes(leader.storeId)) return leader.storeId
  const voters = [...target.roles.keys()].filter((storeId) => votes(storeId) && options.mayLead(storeId))
  const staying = voters.find((storeId) =>
    region.meta.peers.some(
      (peer) =>
        peer.storeId === storeId &&
        isVoter(peer) &&
        !isPending(region, peer.id) &&
        !region.downPeers.some((down) => down.peer?.id === peer.id)
    )
  )
  return staying ?? voters.find((storeId) => !region.meta.peers.some((peer) => peer.storeId === storeId))
}

interface Changes {
  readonly add: ReadonlyArray<ReplicaId & { readonly voter: boolean }>
  readonly promote: ReadonlyArray<ReplicaId>
  readonly remove: ReadonlyArray<metapb.Peer>
  readonly origin: ReadonlyMap<StoreId, metapb.Peer>
  readonly from: StoreId
  readonly to: StoreId
}

const votedAtStart = (changes: Changes, storeId: StoreId): boolean => {
  const peer = changes.origin.get(storeId)
  return peer !== undefined && isVoter(peer)
}
const replicaOf = (peer: metapb.Peer): ReplicaId => ({ storeId: peer.storeId, peerId: peer.id })
const bare = (replica: ReplicaId): ReplicaId => ({ storeId: replica.storeId, peerId: replica.peerId })

const jointSteps = (changes: Changes & { readonly demote: ReadonlyArray<ReplicaId> }): Array<OperatorStep> => {
  const { add, from, remove, to } = changes
  const steps: Array<OperatorStep> = add.map((replica) => ({ type: "addLearner", ...bare(replica) }))
  const promote = [...changes.promote, ...add.filter((replica) => replica.voter).map(bare)]
  const leaving = remove.filter((peer) => !isLearner(peer))
  const transfer: OperatorStep = { type: "transferLeader", fromStoreId: from, toStoreId: to }
  if (from !== to) {
    const heir = promote.find((replica) => replica.storeId === to)
    if (heir !== undefined && !votedAtStart(changes, to)) steps.push({ type: "promoteLearner", ...heir })
    steps.push(transfer)
  }

  const promoting = from === to ? promote : promote.filter((replica) => replica.storeId !== to)
  const votersChanging = promoting.length + changes.demote.length + leaving.length
  if (votersChanging > 1 || changes.demote.length > 0) {
    const demote = [...changes.demote, ...leaving.map(replicaOf)]
    steps.push({ type: "enterJoint", promote: promoting, demote }, { type: "leaveJoint", promote: promoting, demote })
  } else {
    for (const replica of promoting) steps.push({ type: "promoteLearner", ...replica })
  }
  for (const peer of remove) steps.push({ type: "removePeer", ...replicaOf(peer) })
  return steps
}

const singleSteps = (changes: Changes): Array<OperatorStep> => {
  const { add, from, promote, remove, to } = changes
  const steps: Array<OperatorStep> = promote.map((replica) => ({ type: "promoteLearner", ...replica }))
  const transfer: OperatorStep = { type: "transferLeader", fromStoreId: from, toStoreId: to }
  let moved = from === to
  if (!moved && votedAtStart(changes, to)) {
    steps.push(transfer)
    moved = true
  }
  // The leader's own replica goes last: by then its new store votes.
  const leaving = [...remove.filter((peer) => peer.storeId !== from), ...remove.filter((peer) => peer.storeId === from)]
  for (let at = 0; at < Math.max(add.length, leaving.length); at++) {
    const incoming = add[at]
    if (incoming !== undefined) {
      steps.push({ type: "addLearner", ...bare(incoming) })
      if (incoming.voter) steps.push({ type: "promoteLearner", ...bare(incoming) })
    }
    if (!moved && (incoming?.storeId === to || (incoming === undefined && at >= add.length))) {
      steps.push(transfer)
      moved = true
    }
    const outgoing = leaving[at]
    if (outgoing !== undefined) steps.push({ type: "removePeer", ...replicaOf(outgoing) })
  }
  if (!moved) steps.push(transfer)
  return steps
}
