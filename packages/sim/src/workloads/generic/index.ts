/** The generic run with every choice of clients and faults of the list of scenarios, and the runs with a plot of their own. */
import type { Workload } from "../../Workload.ts"
import { generic } from "./generic.ts"
import type { GenericRun } from "./options.ts"
import { plots } from "./plots.ts"

const table: ReadonlyArray<readonly [name: string, clients: number, faults: string]> = [
  ["basic", 1, ""],
  ["concurrent", 5, ""],
  ["unreliable", 5, "U"],
  ["many-partitions-one-client", 1, "P"],
  ["many-partitions-many-clients", 5, "P"],
  ["persist-one-client", 1, "R"],
  ["persist-concurrent", 5, "R"],
  ["persist-concurrent-unreliable", 5, "RU"],
  ["persist-partition", 5, "RP"],
  ["persist-partition-unreliable", 5, "RPU"],
  ["snapshot-recover", 1, "RS"],
  ["snapshot-recover-many-clients", 20, "RS"],
  ["snapshot-unreliable", 5, "US"],
  ["snapshot-unreliable-recover", 5, "URS"],
  ["snapshot-unreliable-recover-concurrent-partition", 5, "URPS"],
  ["conf-change-recover", 1, "CR"],
  ["conf-change-recover-many-clients", 20, "CR"],
  ["conf-change-unreliable", 5, "CU"],
  ["conf-change-unreliable-recover", 5, "CUR"],
  ["conf-change-snapshot-unreliable-recover", 5, "CSUR"],
  ["conf-change-snapshot-unreliable-recover-concurrent-partition", 5, "CSURP"],
  ["split-recover", 1, "XR"],
  ["split-recover-many-clients", 20, "XR"],
  ["split-unreliable", 5, "XU"],
  ["split-unreliable-recover", 5, "XUR"],
  ["split-conf-change-snapshot-unreliable-recover", 5, "XCSUR"],
  ["split-conf-change-snapshot-unreliable-recover-concurrent-partition", 5, "XCSURP"]
]
export const genericRuns: ReadonlyArray<GenericRun> = table.map(([name, clients, faults]) => ({
  name,
  clients,
  faults
}))

export const genericWorkloads: ReadonlyArray<Workload> = [...genericRuns.map(generic), ...plots]
