/** Everything that `--workload` can name. */
import type { Workload } from "../Workload.ts"
import { elections } from "./aimed/elections.ts"
import { membership } from "./aimed/membership.ts"
import { reads } from "./aimed/reads.ts"
import { snapshots } from "./aimed/snapshots.ts"
import { splits } from "./aimed/splits.ts"
import { swaps } from "./aimed/swaps.ts"
import { genericWorkloads } from "./generic/index.ts"
import { lifecycle } from "./lifecycle.ts"
import { mix, small } from "./mix.ts"
import { raw } from "./raw.ts"
import { rot } from "./rot.ts"
import { scenarios } from "./scenarios/index.ts"
import { weakPoints } from "./scenarios/weakPoints.ts"
import { ttl } from "./ttl.ts"

export const workloads: ReadonlyArray<Workload> = [
  mix,
  small,
  lifecycle,
  raw,
  ttl,
  reads,
  elections,
  splits,
  snapshots,
  membership,
  swaps,
  rot,
  ...scenarios,
  ...weakPoints,
  ...genericWorkloads
]

/** The one of that name, or all in that folder: `scenario` is every `scenario/…`. */
export const workloadsNamed = (name: string): ReadonlyArray<Workload> =>
  workloads.filter((one) => one.name === name || one.name.startsWith(`${name}/`))

export const workloadNamed = (name: string): Workload | undefined => workloads.find((one) => one.name === name)
