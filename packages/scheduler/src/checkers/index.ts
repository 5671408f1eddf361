/** All checkers, in the order in which a region is asked. Each is (view, region) → a plan, or why there is none. */
import type { ClusterView } from "../cluster/ClusterView.ts"
import type { RegionInfo } from "../cluster/RegionInfo.ts"
import { type Decision, nothing } from "../operators/Operator.ts"
import { checkJointState } from "./jointState.ts"
import { checkLearner } from "./learner.ts"
import { checkReplica } from "./replica.ts"

export const checkers: ReadonlyArray<{
  readonly name: string
  readonly check: (view: ClusterView, region: RegionInfo) => Decision
}> = [
  { name: "joint-state-checker", check: checkJointState },
  { name: "learner-checker", check: checkLearner },
  { name: "replica-checker", check: checkReplica }
]

/** The first plan of any checker; a region without a leader that reported is left alone. */
export const checkRegion = (view: ClusterView, region: RegionInfo): Decision => {
  if (!region.reported || region.leader === undefined) return nothing("its leader has not reported")
  if (view.hasOperator(region.meta.id)) return nothing("an operator is running")
  let reason = ""
  for (const { check } of checkers) {
    const decision = check(view, region)
    if (decision._tag === "Plan") return decision
    reason = decision.reason
  }
  return nothing(reason)
}
