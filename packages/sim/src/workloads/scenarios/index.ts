/** Scenarios by name, each on the whole simulated cluster; see README.md beside this file. */
import type { Workload } from "../../Workload.ts"
import { found } from "./found.ts"
import { splits } from "./splits.ts"

export const scenarios: ReadonlyArray<Workload> = [...splits, ...found]
