/** All commands of the tool. */
import { Command } from "effect/cli"
import { get, put, remove, scan } from "./commands/keyValue.ts"
import { addPeer, operators, removePeer, scatter, transferLeader } from "./commands/operators.ts"
import { region, regionForKey, regions, split } from "./commands/regions.ts"
import { store, stores } from "./commands/stores.ts"
import { root } from "./root.ts"

export const ctl = root.pipe(
  Command.withSubcommands([
    stores,
    store,
    regions,
    region,
    regionForKey,
    operators,
    split,
    transferLeader,
    addPeer,
    removePeer,
    scatter,
    get,
    put,
    remove,
    scan
  ])
)
