/** The raw client of the cluster that `--pd` names, for the life of a command. */
import { makeNetworkClient } from "@reefkv/client"
import { Effect } from "effect"
import { root } from "./root.ts"

export const client = Effect.flatMap(root, ({ pd }) => makeNetworkClient({ endpoints: pd }))
