/**
 * Evens out how much each store holds, by the sum of region sizes (an empty region weighs 1 MiB, so that few and small
 * regions spread too). The fullest store gives: first a replica that is pending there anyway, then a follower, then one
 * it leads. A replica moves only if the source then still holds at least as much as the target.
 */
import type { ClusterView } from "../cluster/ClusterView.ts"
import { isInJoint, isVoter, type RegionInfo, regionScoreOf } from "../cluster/RegionInfo.ts"
import type { IdSet } from "../cluster/Regions.ts"
import { isOffline, isUp, type StoreInfo } from "../cluster/StoreInfo.ts"
import { replicaTargets } from "../filters.ts"
import { type Decision, nothing, Priority } from "../operators/Operator.ts"
import { planReplace } from "../operators/plans.ts"

/** Regions tried per set of the source store and run. */
const triesMax = 16

export const balanceRegion = (view: ClusterView): Decision => {
  if (view.runningCount("region") >= view.config.regionScheduleLimit) return nothing("region-schedule-limit is reached")
  const stores = view.stores.filter((store) => isUp(store) || isOffline(store))
  if (stores.length < 2) return nothing("fewer than two stores")
  const average = stores.reduce((sum, store) => sum + view.regionScore(store.meta.id), 0) / stores.length
  const tolerance = average * view.config.regionToleranceRatio
  // Of equally full stores the one that leads least: its followers move without moving a leader first.
  const sources = [...stores].sort(
    (a, b) =>
      view.regionScore(b.meta.id) - view.regionScore(a.meta.id) ||
      view.leaderCount(a.meta.id) - view.leaderCount(b.meta.id)
  )

  let reason = "sizes are even"
  for (const source of sources) {
    const sets = view.regionsOf(source.meta.id)
    for (const [set, pendingAllowed] of [
      [sets.pending, true],
      [sets.followers, false],
      [sets.leaders, false]
    ] as const) {
      const found = pick(view, source, set, pendingAllowed, tolerance)
      if (found._tag === "Plan") return found
      if (found.reason !== "") reason = found.reason
    }
  }
  return nothing(reason)
}

const pick = (
  view: ClusterView,
  source: StoreInfo,
  set: IdSet,
  pendingAllowed: boolean,
  tolerance: number
): Decision => {
  const first = view.random(Math.max(1, set.size))
  let reason = ""
  for (let tried = 0; tried < Math.min(triesMax, set.size); tried++) {
    const region = view.region(set.at((first + tried) % set.size)!)
    if (region === undefined) continue
    const refusal = whyNotMovable(view, region, source, pendingAllowed)
    if (refusal !== undefined) {
      reason = `region ${region.meta.id} ${refusal}`
      continue
    }
    const need = Math.max(2 * regionScoreOf(region), tolerance)
    const target = replicaTargets(view, region).find(
      (candidate) => view.regionScore(source.meta.id) - view.regionScore(candidate.meta.id) >= need
    )
    if (target === undefined) {
      reason = `no store is emptier than store ${source.meta.id} by twice the size of region ${region.meta.id}`
      continue
    }
    return planReplace(view, region, source.meta.id, target.meta.id, {
      desc: "balance-region",
      kind: "region",
      priority: Priority.low
    })
  }
  return nothing(reason)
}

/** A region short of replicas, down, or changing is the checkers' business. */
const whyNotMovable = (
  view: ClusterView,
  region: RegionInfo,
  source: StoreInfo,
  pendingAllowed: boolean
): string | undefined => {
  if (view.hasOperator(region.meta.id)) return "has an operator"
  if (!region.reported || region.leader === undefined) return "has no leader that reported"
  if (region.downPeers.length > 0) return "has down replicas"
  if (region.meta.peers.some(isInJoint)) return "is in joint state"
  if (region.meta.peers.filter(isVoter).length !== view.config.maxReplicas) return "has not as many replicas as wanted"
  if (region.pendingPeers.some((peer) => !pendingAllowed || peer.storeId !== source.meta.id))
    return "has pending replicas"
  return undefined
}
