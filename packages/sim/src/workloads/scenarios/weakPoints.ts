/** The known mistakes of systems like this one (docs/scenarios.md, section 5), each as a situation and the right behaviour. */
import type { Workload } from "../../Workload.ts"
import { weakHeartbeats } from "./weakHeartbeats.ts"
import { weakMembership } from "./weakMembership.ts"
import { weakPeers } from "./weakPeers.ts"
import { weakProcess } from "./weakProcess.ts"
import { weakProposals } from "./weakProposals.ts"
import { weakSnapshots } from "./weakSnapshots.ts"
import { weakSplits } from "./weakSplits.ts"

export const weakPoints: ReadonlyArray<Workload> = [
  ...weakHeartbeats,
  ...weakSplits,
  ...weakProposals,
  ...weakPeers,
  ...weakSnapshots,
  ...weakMembership,
  ...weakProcess
]
