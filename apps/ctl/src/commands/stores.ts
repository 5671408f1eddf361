/** `stores`, `store <id>`. */
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import type { PdStore } from "../PdApi.ts"
import { pdApi, print } from "../root.ts"
import { table } from "../table.ts"

const HEAD = ["ID", "ADDRESS", "STATE", "LEADERS", "REGIONS", "USED", "AVAILABLE", "UPTIME", "VERSION"]
const NUMBERS = new Set(["ID", "LEADERS", "REGIONS", "USED", "AVAILABLE"])

const row = ({ status, store }: PdStore): ReadonlyArray<string> => [
  `${store.id}`,
  store.address,
  store.state_name,
  `${status.leader_count ?? 0}`,
  `${status.region_count ?? 0}`,
  status.used_size ?? "-",
  status.available ?? "-",
  status.uptime ?? "-",
  store.version ?? "-"
]

const show = (stores: ReadonlyArray<PdStore>): string =>
  stores.length === 0 ? "no stores" : table(HEAD, stores.map(row), NUMBERS)

export const stores = Command.make(
  "stores",
  {},
  Effect.fnUntraced(function* () {
    const api = yield* pdApi
    const all = yield* api.stores
    yield* print(all, () => show(all))
  })
).pipe(Command.withDescription("All stores that are not gone for good"))

export const store = Command.make(
  "store",
  { id: Argument.Int("id").pipe(Argument.withDescription("Store id")) },
  Effect.fnUntraced(function* ({ id }) {
    const api = yield* pdApi
    const found = yield* api.store(id)
    yield* print(found, () => show([found]))
  })
).pipe(Command.withDescription("One store"))
