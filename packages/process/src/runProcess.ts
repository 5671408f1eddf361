/**
 * The outermost edge of a process: runs a command until it ends or SIGINT/SIGTERM interrupts it, closes its scope, and
 * turns the outcome into an exit code. Failures are told in their own sentence; only bugs come with a stack trace.
 *
 * Exit codes: 0 done or stopped by a signal, 1 could not do its work, 2 wrong flags or configuration, 70 a bug.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Effect, Exit, Predicate } from "effect"
import type { CliError } from "effect/cli"
import { CliConfig, Command, GlobalFlag } from "effect/cli"
import { layerProcessLog } from "./processLog.ts"

export const version = "0.1.0"

/** Not the library's log level: a process has its own key for that. */
const globalFlags = [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions]

const exitCodes = { done: 0, failed: 1, usage: 2, bug: 70 } as const

export const runProcess = <
  Name extends string,
  Input,
  ContextInput,
  E extends { readonly _tag: string },
  R extends NodeServices.NodeServices
>(
  command: Command.Command<Name, Input, ContextInput, E, R>
): void => {
  // Nobody reads what it says any more: no reason for a store to end.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {})
  const program = Command.run(command, { version }).pipe(
    Effect.provide(NodeServices.layer),
    Effect.provide(CliConfig.layer({ builtIns: globalFlags })),
    Effect.provide(layerProcessLog("info"))
  )
  NodeRuntime.runMain(program as Effect.Effect<void, E | CliError.CliError>, {
    disableErrorReporting: true,
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) ? exitCodes.done : report(exit.cause))
  })
}

/** Prints what went wrong and answers the exit code. */
const report = (cause: Cause.Cause<unknown>): number => {
  if (Cause.hasInterruptsOnly(cause)) return exitCodes.done
  for (const reason of cause.reasons) {
    if (reason._tag !== "Fail") continue
    const { error } = reason
    if (!Predicate.hasProperty(error, "_tag")) continue
    // The command line library has already printed its own complaint beside the help text.
    if (error._tag === "ShowHelp") return exitCodes.usage
    console.error(`error: ${sentence(error)}`)
    return usageTags.includes(String(error._tag)) ? exitCodes.usage : exitCodes.failed
  }
  console.error(Cause.pretty(cause))
  return exitCodes.bug
}

const sentence = (error: object): string => {
  if (Predicate.hasProperty(error, "problems") && Array.isArray(error.problems)) return error.problems.join("\n       ")
  if (Predicate.hasProperty(error, "message")) {
    const message = String(error.message)
    const path = Predicate.hasProperty(error, "path") ? error.path : undefined
    return typeof path === "string" && !message.includes(path) ? `${path}: ${message}` : message
  }
  return JSON.stringify(error)
}

const usageTags: ReadonlyArray<string> = [
  "ConfigProblems",
  "StoreConfigError",
  "UnrecognizedOption",
  "DuplicateOption",
  "MissingOption",
  "MissingArgument",
  "UnexpectedArgument",
  "InvalidValue",
  "UnknownSubcommand"
]
