/** `get`, `put`, `delete`, `scan`. */
import { Console, Effect, Option, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { CtlError } from "../CtlError.ts"
import { client } from "../client.ts"
import { bytesArgument, bytesFlag, bytesJson, showBytes } from "../keys.ts"
import { print, root } from "../root.ts"

const keyArgument = bytesArgument("key").pipe(Argument.withDescription("Text, escaped text, or hex as 0x…"))
const SCAN_LIMIT = 100

export const get = Command.make(
  "get",
  { key: keyArgument },
  Effect.fnUntraced(function* ({ key }) {
    const value = yield* (yield* client).get(key)
    if (value === undefined) return yield* new CtlError({ message: `there is no value for ${showBytes(key)}` })
    yield* print({ ...bytesJson("key", key), ...bytesJson("value", value) }, () => showBytes(value))
  }, Effect.scoped)
).pipe(Command.withDescription("The value of a key; ends with 1 when there is none"))

export const put = Command.make(
  "put",
  {
    key: keyArgument,
    value: bytesArgument("value").pipe(Argument.withDescription("In the same forms as keys")),
    ttl: Flag.Int("ttl").pipe(Flag.withDescription("Seconds until the value is gone"), Flag.optional)
  },
  Effect.fnUntraced(function* ({ key, ttl, value }) {
    yield* (yield* client).put(key, value, Option.isSome(ttl) ? { ttlSeconds: ttl.value } : {})
    yield* print({ ...bytesJson("key", key), stored_bytes: value.length }, () => "stored")
  }, Effect.scoped)
).pipe(Command.withDescription("Store a value"))

export const remove = Command.make(
  "delete",
  { key: keyArgument },
  Effect.fnUntraced(function* ({ key }) {
    yield* (yield* client).delete(key)
    yield* print(bytesJson("key", key), () => "deleted")
  }, Effect.scoped)
).pipe(Command.withDescription("Delete a key, if it is there"))

export const scan = Command.make(
  "scan",
  {
    start: bytesFlag("start").pipe(Flag.withDescription("First key"), Flag.optional),
    end: bytesFlag("end").pipe(Flag.withDescription("The key to stop before"), Flag.optional),
    prefix: bytesFlag("prefix").pipe(Flag.withDescription("Instead of start and end"), Flag.optional),
    limit: Flag.Int("limit").pipe(Flag.withDescription("Entries at most"), Flag.withDefault(SCAN_LIMIT)),
    reverse: Flag.Boolean("reverse").pipe(Flag.withDescription("From the end"), Flag.withDefault(false)),
    keysOnly: Flag.Boolean("keys-only").pipe(Flag.withDescription("Without values"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function* ({ end, keysOnly, limit, prefix, reverse, start }) {
    const { json } = yield* root
    const entries = (yield* client).scan({
      limit,
      reverse,
      keysOnly,
      ...(Option.isSome(start) ? { start: start.value } : {}),
      ...(Option.isSome(end) ? { end: end.value } : {}),
      ...(Option.isSome(prefix) ? { prefix: prefix.value } : {})
    })
    // One line each, as they come: a scan may be long. JSON lines, for the same reason.
    yield* Stream.runForEach(entries, ([key, value]) => {
      const line = json
        ? JSON.stringify({ ...bytesJson("key", key), ...(keysOnly ? {} : bytesJson("value", value)) })
        : keysOnly
          ? showBytes(key)
          : `${showBytes(key)}\t${showBytes(value)}`
      return Console.log(line)
    })
  }, Effect.scoped)
).pipe(
  Command.withDescription("Keys and values in order; one JSON object a line with --json"),
  Command.withExamples([
    { command: "ctl scan --prefix city/ --limit 10", description: "The first ten keys that start with city/" },
    { command: "ctl scan --start 0x00ff --reverse --keys-only", description: "Keys from the last down to 00FF" }
  ])
)
