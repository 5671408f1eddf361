/** Everything that `--workload` can name. */
import type { Workload } from "../Workload.ts"
import { mix, small } from "./mix.ts"

export const workloads: ReadonlyArray<Workload> = [mix, small]

export const workloadNamed = (name: string): Workload | undefined => workloads.find((one) => one.name === name)
