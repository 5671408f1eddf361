/** All known bugs, by where they are. */
import { inRaft } from "./inRaft.ts"
import { inRepair } from "./inRepair.ts"
import { inServices } from "./inServices.ts"
import { inStores } from "./inStores.ts"
import type { Mutant } from "./Mutant.ts"

export const mutants: ReadonlyArray<Mutant> = [...inRaft, ...inStores, ...inServices, ...inRepair]
