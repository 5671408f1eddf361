/** The known mistakes of systems like this one (docs/scenarios.md, section 5), each as a situation and the right behaviour. */
import type { Workload } from "../../Workload.ts"
import { weakHeartbeats } from "./weakHeartbeats.ts"
import { weakSplits } from "./weakSplits.ts"

export const weakPoints: ReadonlyArray<Workload> = [...weakHeartbeats, ...weakSplits]
