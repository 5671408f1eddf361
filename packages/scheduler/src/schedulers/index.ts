/** All schedulers by name. Each is (view) → a plan, or why there is none. */
import type { ClusterView } from "../cluster/ClusterView.ts"
import type { Decision } from "../operators/Operator.ts"
import { balanceLeader } from "./balanceLeader.ts"
import { balanceRegion } from "./balanceRegion.ts"
import { evictLeader } from "./evictLeader.ts"

export const schedulers: ReadonlyArray<{
  readonly name: string
  readonly schedule: (view: ClusterView) => Decision
}> = [
  { name: "evict-leader", schedule: evictLeader },
  { name: "balance-leader", schedule: balanceLeader },
  { name: "balance-region", schedule: balanceRegion }
]
