/** Scenarios by name, each on the whole simulated cluster; see README.md beside this file. */
import type { Workload } from "../../Workload.ts"
import { confChanges } from "./confChanges.ts"
import { earlyChildren } from "./earlyChild.ts"
import { elections } from "./elections.ts"
import { found } from "./found.ts"
import { foundLeaving } from "./foundLeaving.ts"
import { foundRepair } from "./foundRepair.ts"
import { foundRot } from "./foundRot.ts"
import { heartbeats } from "./heartbeats.ts"
import { hibernation } from "./hibernation.ts"
import { membership } from "./membership.ts"
import { operators } from "./operators.ts"
import { reads } from "./reads.ts"
import { replication } from "./replication.ts"
import { safeguards } from "./safeguards.ts"
import { splits } from "./splits.ts"
import { stalePeers } from "./stalePeers.ts"
import { storage } from "./storage.ts"

export const scenarios: ReadonlyArray<Workload> = [
  ...splits,
  ...earlyChildren,
  ...stalePeers,
  ...membership,
  ...confChanges,
  ...reads,
  ...heartbeats,
  ...elections,
  ...hibernation,
  ...replication,
  ...storage,
  ...operators,
  ...found,
  ...foundLeaving,
  ...foundRot,
  ...foundRepair,
  ...safeguards
]
