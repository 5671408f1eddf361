/** Ends joint states that no operator is working on: their operator timed out, or the scheduler restarted meanwhile. */
import { metapb } from "@reefkv/wire"
import type { ClusterView } from "../cluster/ClusterView.ts"
import { isInJoint, isVoter, type RegionInfo } from "../cluster/RegionInfo.ts"
import { whyNotLeaderOf } from "../filters.ts"
import { type Decision, nothing, Priority, planFor } from "../operators/Operator.ts"
import type { OperatorStep } from "../operators/OperatorStep.ts"

export const checkJointState = (view: ClusterView, region: RegionInfo): Decision => {
  const { peers } = region.meta
  if (!peers.some(isInJoint)) return nothing("not in joint state")
  const inRole = (role: metapb.PeerRole) =>
    peers.filter((peer) => peer.role === role).map((peer) => ({ storeId: peer.storeId, peerId: peer.id }))
  const leave: OperatorStep = {
    type: "leaveJoint",
    promote: inRole(metapb.PeerRole.IncomingVoter),
    demote: inRole(metapb.PeerRole.DemotingVoter)
  }
  const steps: Array<OperatorStep> = []
  const leader = peers.find((peer) => peer.id === region.leader?.id)
  if (leader?.role === metapb.PeerRole.DemotingVoter) {
    const heir = peers.find((peer) => isVoter(peer) && whyNotLeaderOf(view, region, peer.storeId) === undefined)
    if (heir === undefined) return nothing(`region ${region.meta.id}: no voter may lead after the joint state`)
    steps.push({ type: "transferLeader", fromStoreId: leader.storeId, toStoreId: heir.storeId })
  }
  steps.push(leave)
  return planFor(region, { desc: "leave-joint-state", kind: "replica", priority: Priority.high, steps })
}
