/**
 * Finishes what an operator left half done: a learner that has its data becomes a voter when a voter is missing or will
 * be, and goes when none is.
 *
 * PD promotes every learner; here one that nobody needs is removed instead of making an even number of voters first. A
 * learner that a person added stays only while its region is short of voters.
 */
import type { ClusterView } from "../cluster/ClusterView.ts"
import { isLearner, isPending, isVoter, type RegionInfo } from "../cluster/RegionInfo.ts"
import { type Decision, nothing, Priority, planFor } from "../operators/Operator.ts"
import { planRemove } from "../operators/plans.ts"
import { replicaTrouble } from "./replica.ts"

export const checkLearner = (view: ClusterView, region: RegionInfo): Decision => {
  const learner = region.meta.peers.find(isLearner)
  if (learner === undefined) return nothing("no learner")
  const good = region.meta.peers.filter(
    (peer) => isVoter(peer) && replicaTrouble(view, region, peer) === undefined
  ).length
  const trouble = replicaTrouble(view, region, learner)
  // After a restart a dead voter looks good for a while, and the learner that replaces it needless.
  const unheard = region.meta.peers.find(
    (peer) => isVoter(peer) && trouble === undefined && (view.store(peer.storeId)?.silentBeforeMs ?? 0) > 0
  )
  if (good >= view.config.maxReplicas && unheard !== undefined) {
    return nothing(
      `learner ${learner.id} waits for store ${unheard.storeId}, which may be down: not heard since the start`
    )
  }
  if (good >= view.config.maxReplicas || trouble !== undefined) {
    return planRemove(view, region, learner.storeId, {
      desc: "remove-learner",
      kind: "replica",
      priority: Priority.normal
    })
  }
  if (isPending(region, learner.id))
    return nothing(`learner ${learner.id} of region ${region.meta.id} has no snapshot yet`)
  return planFor(region, {
    desc: "promote-learner",
    kind: "replica",
    priority: Priority.high,
    steps: [{ type: "promoteLearner", storeId: learner.storeId, peerId: learner.id }]
  })
}
