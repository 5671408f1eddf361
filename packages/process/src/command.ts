/**
 * The command line of a process that is run by a table of keys: `--config FILE` and one flag per key. Reads the file and
 * the environment, decodes, and hands the values over; what is wrong is printed as sentences and the process exits with 2.
 */

import { ConfigProblems, decodeConfig, envName, keyName, type Table, type Values } from "@reefkv/config"
import { Effect, FileSystem, Option, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { fileProblem } from "./fileProblem.ts"

/** A problem an operator can mend: printed without a stack trace. */
export class StartError extends Schema.TaggedError<StartError>()("StartError", { message: Schema.String }) {}

const keyFlags = (table: Table): Record<string, Flag.Flag<Option.Option<string>>> => {
  const flags: Record<string, Flag.Flag<Option.Option<string>>> = {}
  for (const [section, keys] of Object.entries(table)) {
    for (const [key, spec] of Object.entries(keys)) {
      const name = keyName(section, key)
      flags[name] = Flag.String(name).pipe(
        Flag.withDescription(
          `${spec.doc} Expects ${spec.expects}; default ${spec.defaultText === "" ? "empty" : spec.defaultText}; environment ${envName(section, key)}`
        ),
        Flag.optional
      )
    }
  }
  return flags
}

/** `env` is the process's environment, handed in by the app. */
export const configCommand = <T extends Table, E, R>(
  name: string,
  description: string,
  table: T,
  env: Readonly<Record<string, string | undefined>>,
  run: (values: Values<T>) => Effect.Effect<void, E, R>
) =>
  Command.make(
    name,
    {
      config: Flag.String("config").pipe(Flag.withDescription("TOML file to read"), Flag.optional),
      keys: keyFlags(table)
    },
    Effect.fnUntraced(function* ({ config, keys }) {
      const flags: Record<string, string> = {}
      for (const [flagName, value] of Object.entries(keys)) {
        if (Option.isSome(value)) flags[flagName] = value.value
      }
      const toml = Option.isSome(config) ? { path: config.value, text: yield* readToml(config.value) } : undefined
      const values = yield* decodeConfig(table, { toml, env, flags })
      yield* run(values)
    })
  ).pipe(Command.withDescription(description))

const readToml = (path: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    return yield* files.readFileString(path)
  }).pipe(
    Effect.catch((error) =>
      Effect.fail(new ConfigProblems({ problems: [`${path}: cannot be read: ${fileProblem(error)}`] }))
    )
  )
