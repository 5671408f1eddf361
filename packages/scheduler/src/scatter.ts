/**
 * Spreads the regions of one scatter request evenly: each replica goes to the store that took the fewest of the group so
 * far, the leader to the store that leads the fewest of it. A store keeps its replica when no other took fewer, so that
 * a scatter of what is already spread moves nothing. Groups are remembered, the oldest forgotten first.
 */
import type { RegionId, StoreId } from "@reefkv/wire"
import type { ClusterView } from "./cluster/ClusterView.ts"
import { isInJoint, isLearner, isVoter, peerOnStore, type RegionInfo } from "./cluster/RegionInfo.ts"
import { byScore, isHealthy, whyNotAlive, whyNotLeaderTarget, whyNotReplicaTarget } from "./filters.ts"
import { type Decision, nothing, Priority } from "./operators/Operator.ts"
import { planTarget } from "./operators/plans.ts"

/** The reason that is no failure. */
export const alreadySpread = "already spread"

const groupsMax = 64
/** A group that counted this many regions starts to count anew. */
const groupRegionsMax = 10_000

interface Group {
  readonly replicas: Map<StoreId, number>
  readonly leaders: Map<StoreId, number>
  readonly done: Set<RegionId>
}

export class Scatterer {
  private readonly groups = new Map<string, Group>()

  private group(name: string): Group {
    const old = this.groups.get(name)
    const found =
      old === undefined || old.done.size >= groupRegionsMax
        ? { replicas: new Map(), leaders: new Map(), done: new Set<RegionId>() }
        : old
    this.groups.delete(name)
    this.groups.set(name, found)
    if (this.groups.size > groupsMax) {
      const oldest = this.groups.keys().next()
      if (!oldest.done) this.groups.delete(oldest.value)
    }
    return found
  }

  /** A plan, or why the region stays as it is. Either way its stores are counted in the group. */
  scatter(view: ClusterView, region: RegionInfo, groupName: string): Decision {
    if (region.leader === undefined || !region.reported) return nothing("the region has no leader that reported")
    if (region.meta.peers.some(isInJoint)) return nothing("the region is in joint state")
    if (!isHealthy(region)) return nothing("the region has pending or down replicas")
    // To move one of too few would drop it just when the new one makes up the number. Source: pd `RegionScatterer.Scatter`.
    const voters = region.meta.peers.filter(isVoter).length
    const possible = view.stores.filter((store) => whyNotAlive(view, store) === undefined).length
    const wanted = Math.min(view.config.maxReplicas, possible)
    if (voters < wanted) return nothing(`the region has ${voters} of ${wanted} voters`)
    const group = this.group(groupName)
    const count = (counts: Map<StoreId, number>, storeId: StoreId): number => counts.get(storeId) ?? 0

    const able = byScore(
      view,
      view.stores.filter((store) => whyNotReplicaTarget(view, store) === undefined)
    ).map((store) => store.meta.id)
    const roles = new Map<StoreId, "voter" | "learner">()
    // Stores with a replica first: on equal counts a replica stays.
    const candidates = [...able].sort((a, b) => Number(holds(region, b)) - Number(holds(region, a)))
    for (const peer of region.meta.peers) {
      const free = candidates.filter(
        (storeId) => !roles.has(storeId) && (storeId === peer.storeId || !holds(region, storeId))
      )
      let chosen: StoreId = peer.storeId
      let least = free.includes(peer.storeId) ? count(group.replicas, peer.storeId) : Number.POSITIVE_INFINITY
      for (const storeId of free) {
        if (count(group.replicas, storeId) < least) {
          chosen = storeId
          least = count(group.replicas, storeId)
        }
      }
      roles.set(chosen, isLearner(peer) ? "learner" : "voter")
    }
    const leaders = [...roles.keys()].filter(
      (storeId) => roles.get(storeId) === "voter" && whyNotLeaderTarget(view, storeId) === undefined
    )
    let leaderStoreId = leaders.includes(region.leader.storeId) ? region.leader.storeId : undefined
    for (const storeId of leaders) {
      if (leaderStoreId === undefined || count(group.leaders, storeId) < count(group.leaders, leaderStoreId)) {
        leaderStoreId = storeId
      }
    }
    if (!group.done.has(region.meta.id)) {
      group.done.add(region.meta.id)
      for (const storeId of roles.keys()) group.replicas.set(storeId, count(group.replicas, storeId) + 1)
      if (leaderStoreId !== undefined) group.leaders.set(leaderStoreId, count(group.leaders, leaderStoreId) + 1)
    }
    const same =
      [...roles.keys()].every((storeId) => holds(region, storeId)) &&
      (leaderStoreId === undefined || leaderStoreId === region.leader.storeId)
    if (same) return nothing(alreadySpread)
    return planTarget(
      view,
      region,
      { roles, leaderStoreId },
      { desc: "scatter-region", kind: "admin", priority: Priority.high }
    )
  }
}

const holds = (region: RegionInfo, storeId: StoreId): boolean => peerOnStore(region.meta, storeId) !== undefined
