/** TinyKV's generic scenarios by their names; what the letters mean is said in generic.ts. */
import { setDefaultTimeout, test } from "bun:test"
import { runGeneric } from "./generic.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

const table: ReadonlyArray<readonly [name: string, clients: number, faults: string]> = [
  ["Basic2B", 1, ""],
  ["Concurrent2B", 5, ""],
  ["Unreliable2B", 5, "U"],
  ["ManyPartitionsOneClient2B", 1, "P"],
  ["ManyPartitionsManyClients2B", 5, "P"],
  ["PersistOneClient2B", 1, "R"],
  ["PersistConcurrent2B", 5, "R"],
  ["PersistConcurrentUnreliable2B", 5, "RU"],
  ["PersistPartition2B", 5, "RP"],
  ["PersistPartitionUnreliable2B", 5, "RPU"],
  ["SnapshotRecover2C", 1, "RS"],
  ["SnapshotRecoverManyClients2C", 20, "RS"],
  ["SnapshotUnreliable2C", 5, "US"],
  ["SnapshotUnreliableRecover2C", 5, "URS"],
  ["SnapshotUnreliableRecoverConcurrentPartition2C", 5, "URPS"],
  ["ConfChangeRecover3B", 1, "CR"],
  ["ConfChangeRecoverManyClients3B", 20, "CR"],
  ["ConfChangeUnreliable3B", 5, "CU"],
  ["ConfChangeUnreliableRecover3B", 5, "CUR"],
  ["ConfChangeSnapshotUnreliableRecover3B", 5, "CSUR"],
  ["ConfChangeSnapshotUnreliableRecoverConcurrentPartition3B", 5, "CSURP"],
  ["SplitRecover3B", 1, "XR"],
  ["SplitRecoverManyClients3B", 20, "XR"],
  ["SplitUnreliable3B", 5, "XU"],
  ["SplitUnreliableRecover3B", 5, "XUR"],
  ["SplitConfChangeSnapshotUnreliableRecover3B", 5, "XCSUR"],
  ["SplitConfChangeSnapshotUnreliableRecoverConcurrentPartition3B", 5, "XCSURP"]
]

/** `REEFKV_SCENARIO_SEEDS=n` runs each scenario with n seeds instead of one, for a night. */
const seeds = Number(process.env["REEFKV_SCENARIO_SEEDS"] ?? 1)
const firstSeed = Number(process.env["REEFKV_SCENARIO_FIRST_SEED"] ?? 3_000)

for (const [i, [name, clients, faults]] of table.entries()) {
  for (let s = 0; s < seeds; s++) {
    const seed = firstSeed + i + s * 100
    const title = s === 0 ? name : `${name} seed ${seed}`
    test(
      title,
      () => runGeneric({ clients, faults, seed, rounds: 2, roundMs: faults.includes("P") ? 600 : 250 }),
      60_000
    )
  }
}
