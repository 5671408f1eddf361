/** The root command: what all commands share. */
import { Console, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { makePdApi } from "./PdApi.ts"

export const root = Command.make("ctl").pipe(
  Command.withDescription("Look into a ReefKV or TiKV cluster, and change it"),
  Command.withSharedFlags({
    pd: Flag.String("pd").pipe(
      Flag.withDescription("Address of a scheduler (PD), host:port; several with commas"),
      Flag.withDefault("127.0.0.1:2379")
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print JSON, for programs"), Flag.withDefault(false))
  })
)

/** The API of the first scheduler named. */
export const pdApi = Effect.flatMap(root, ({ pd }) => makePdApi(pd.split(",")[0]?.trim() ?? pd))

/** Prints `value` as JSON, or what `text` makes of it. */
export const print = Effect.fnUntraced(function* (value: unknown, text: () => string) {
  const { json } = yield* root
  yield* Console.log(json ? JSON.stringify(value, null, 2) : text())
})
