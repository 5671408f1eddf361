/**
 * Evens out how many regions each store leads, by count. A leader moves only if the source then still leads at least as
 * many as the target, so that two stores never pass one leader to and fro.
 */
import type { ClusterView } from "../cluster/ClusterView.ts"
import { isOffline, isUp, type StoreInfo } from "../cluster/StoreInfo.ts"
import { isHealthy, whyNotLeaderOf, whyNotLeaderTarget } from "../filters.ts"
import { type Decision, nothing, Priority } from "../operators/Operator.ts"
import { planTransfer } from "../operators/plans.ts"

/** Regions of one source store tried per run. */
const triesMax = 32

/** By how many leaders two stores must differ before one moves: two at least, more when stores lead many. */
export const leaderThreshold = (view: ClusterView, stores: ReadonlyArray<StoreInfo>): number => {
  const total = stores.reduce((sum, store) => sum + view.leaderCount(store.meta.id), 0)
  return Math.max(2, Math.ceil((total / stores.length) * view.config.leaderToleranceRatio) + 1)
}

export const balanceLeader = (view: ClusterView): Decision => {
  if (view.runningCount("leader") >= view.config.leaderScheduleLimit) return nothing("leader-schedule-limit is reached")
  const stores = view.stores.filter((store) => isUp(store) || isOffline(store))
  const targets = stores.filter((store) => whyNotLeaderTarget(view, store.meta.id) === undefined)
  if (targets.length === 0) return nothing("no store may take a leader")
  const threshold = leaderThreshold(view, stores)
  const sources = [...stores].sort((a, b) => view.leaderCount(b.meta.id) - view.leaderCount(a.meta.id))
  targets.sort((a, b) => view.leaderCount(a.meta.id) - view.leaderCount(b.meta.id))

  let reason = "leaders are even"
  for (const source of sources) {
    const sourceId = source.meta.id
    const least = view.leaderCount(targets[0]!.meta.id)
    if (view.leaderCount(sourceId) - least < threshold) break
    const { leaders } = view.regionsOf(sourceId)
    const first = view.random(Math.max(1, leaders.size))
    for (let tried = 0; tried < Math.min(triesMax, leaders.size); tried++) {
      const region = view.region(leaders.at((first + tried) % leaders.size)!)
      if (region === undefined || view.hasOperator(region.meta.id)) continue
      if (!isHealthy(region)) {
        reason = `region ${region.meta.id} has pending or down replicas`
        continue
      }
      const target = targets.find(
        (candidate) =>
          candidate.meta.id !== sourceId &&
          view.leaderCount(sourceId) - view.leaderCount(candidate.meta.id) >= threshold &&
          whyNotLeaderOf(view, region, candidate.meta.id) === undefined
      )
      if (target === undefined) {
        reason = `no store that leads fewer regions than store ${sourceId} holds a voter of region ${region.meta.id}`
        continue
      }
      return planTransfer(region, target.meta.id, { desc: "balance-leader", kind: "leader", priority: Priority.low })
    }
  }
  return nothing(reason)
}
