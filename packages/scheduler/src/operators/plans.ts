/**
 * The moves that decisions speak in: replace one replica, add one, remove one, move the leader. Each answers a plan or
 * why it cannot be made.
 */
import { metapb, type StoreId } from "@reefkv/wire"
import type { ClusterView } from "../cluster/ClusterView.ts"
import { isLearner, peerOnStore, type RegionInfo } from "../cluster/RegionInfo.ts"
import { mayLead } from "../filters.ts"
import { buildSteps, type TargetReplicas } from "./build.ts"
import { type Decision, nothing, type OperatorPlan, planFor } from "./Operator.ts"

export type PlanWords = Pick<OperatorPlan, "desc" | "kind" | "priority">

/** The replicas as they are, by store: what a target is changed from. */
export const presentRoles = (region: RegionInfo): Map<StoreId, "voter" | "learner"> =>
  new Map(region.meta.peers.map((peer) => [peer.storeId, isLearner(peer) ? "learner" : "voter"]))

export const planTarget = (
  view: ClusterView,
  region: RegionInfo,
  target: TargetReplicas,
  words: PlanWords
): Decision => {
  const built = buildSteps(region, target, {
    useJointConsensus: view.config.useJointConsensus,
    mayLead: mayLead(view, region)
  })
  return built._tag === "Impossible"
    ? nothing(`region ${region.meta.id}: ${built.reason}`)
    : planFor(region, { ...words, steps: built.steps })
}

/** `leads`: the new replica also takes the leader. */
export const planReplace = (
  view: ClusterView,
  region: RegionInfo,
  fromStoreId: StoreId,
  toStoreId: StoreId,
  words: PlanWords,
  options: { readonly leads: boolean } = { leads: false }
): Decision => {
  const roles = presentRoles(region)
  const role = roles.get(fromStoreId) ?? "voter"
  roles.delete(fromStoreId)
  roles.set(toStoreId, role)
  return planTarget(view, region, { roles, leaderStoreId: options.leads ? toStoreId : undefined }, words)
}

export const planAdd = (
  view: ClusterView,
  region: RegionInfo,
  storeId: StoreId,
  role: "voter" | "learner",
  words: PlanWords
): Decision => planTarget(view, region, { roles: presentRoles(region).set(storeId, role) }, words)

export const planRemove = (view: ClusterView, region: RegionInfo, storeId: StoreId, words: PlanWords): Decision => {
  const roles = presentRoles(region)
  roles.delete(storeId)
  return planTarget(view, region, { roles }, words)
}

/** Only the leader moves; the caller has checked that it may. */
export const planTransfer = (region: RegionInfo, toStoreId: StoreId, words: PlanWords): Decision => {
  if (region.leader === undefined) return nothing(`region ${region.meta.id} has no known leader`)
  const peer = peerOnStore(region.meta, toStoreId)
  if (peer === undefined || peer.role !== metapb.PeerRole.Voter) {
    return nothing(`store ${toStoreId} holds no voter of region ${region.meta.id}`)
  }
  return planFor(region, {
    ...words,
    steps: [{ type: "transferLeader", fromStoreId: region.leader.storeId, toStoreId }]
  })
}
