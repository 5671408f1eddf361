/** Takes every leader away from the stores that must lead nothing (a rolling restart, a suspected disk). */
import type { ClusterView } from "../cluster/ClusterView.ts"
import { whyNotLeaderOf } from "../filters.ts"
import { type Decision, nothing, Priority } from "../operators/Operator.ts"
import { planTransfer } from "../operators/plans.ts"

/** Regions of one store tried per run. */
const triesMax = 32

export const evictLeader = (view: ClusterView): Decision => {
  if (view.config.evictLeaderStores.length === 0) return nothing("no store to evict leaders from")
  if (view.runningCount("leader") >= view.config.leaderScheduleLimit) return nothing("leader-schedule-limit is reached")
  let reason = "the stores lead nothing"
  for (const storeId of view.config.evictLeaderStores) {
    const { leaders } = view.regionsOf(storeId)
    const first = view.random(Math.max(1, leaders.size))
    for (let tried = 0; tried < Math.min(triesMax, leaders.size); tried++) {
      const region = view.region(leaders.at((first + tried) % leaders.size)!)
      if (region === undefined || view.hasOperator(region.meta.id)) continue
      const heirs = region.meta.peers
        .map((peer) => peer.storeId)
        .filter((heir) => heir !== storeId && whyNotLeaderOf(view, region, heir) === undefined)
        .sort((a, b) => view.leaderCount(a) - view.leaderCount(b))
      if (heirs[0] === undefined) {
        reason = `no other voter of region ${region.meta.id} may lead`
        continue
      }
      return planTransfer(region, heirs[0], { desc: "evict-leader", kind: "leader", priority: Priority.high })
    }
  }
  return nothing(reason)
}
