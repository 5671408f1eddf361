/** The cluster as real processes: one scheduler and the stores, started like an operator would, stopped with SIGTERM. */
import { fileURLToPath } from "node:url"
import { StartError } from "@reefkv/process"
import { Deferred, Effect, Stream } from "effect"
import { ChildProcess, type ChildProcessSpawner } from "effect/process"
import { type ClusterOptions, playgroundSettings } from "./Cluster.ts"

/** A process that has not announced itself by then did not start. */
const startTimeoutMs = 15_000
/** SIGKILL follows SIGTERM after this. */
const stopTimeoutMs = 10_000
/** Of a process that fails to start, for the error. */
const linesKept = 20

const mainOf = (app: string): string => fileURLToPath(new URL(`../../${app}/src/main.ts`, import.meta.url))

export const startProcesses = Effect.fnUntraced(function* (options: ClusterOptions) {
  const scheduler = yield* start(options, "scheduler", "scheduler", {
    "server.addr": `127.0.0.1:${options.port}`,
    "storage.engine": options.engine,
    "storage.data-dir": `${options.directory}/scheduler`
  })
  const schedulerAddress = yield* matchOf(scheduler.announcement, /listening on (\S+)/)
  const startStore = (number: number) =>
    start(options, "store", `store-${number}`, {
      ...playgroundSettings(options.regionBytes),
      "server.addr": "127.0.0.1:0",
      "server.status-addr": "127.0.0.1:0",
      "pd.endpoints": schedulerAddress,
      "storage.engine": options.engine,
      "storage.data-dir": `${options.directory}/store-${number}`
    })
  yield* startStore(1)
  const startRest = Effect.forEach(
    Array.from({ length: options.stores - 1 }, (_, i) => i + 2),
    startStore,
    { concurrency: "unbounded", discard: true }
  )
  return { schedulerAddress, startRest }
})

const start = Effect.fnUntraced(function* (
  options: ClusterOptions,
  app: string,
  name: string,
  flags: Readonly<Record<string, string>>
) {
  const child = yield* ChildProcess.make(
    process.execPath,
    [mainOf(app), ...Object.entries(flags).flatMap(([key, value]) => [`--${key}`, value])],
    { stdin: "ignore", killSignal: "SIGTERM", forceKillAfter: stopTimeoutMs }
  ).pipe(Effect.mapError((error) => new StartError({ message: `${name}: ${error.message}` })))
  const said: Array<string> = []
  const announced = yield* Deferred.make<string, StartError>()
  const failed = (why: string) => new StartError({ message: `${name} ${why}: ${said.join(" / ")}` })
  yield* Effect.forkScoped(
    child.all.pipe(
      Stream.decodeText(),
      Stream.splitLines,
      Stream.runForEach((line) => {
        if (said.length < linesKept) said.push(line)
        options.onLine(`${name} (pid ${child.pid}): ${line}`)
        return line.includes("listening on") ? Deferred.succeed(announced, line) : Effect.void
      }),
      Effect.andThen(howEnded(child)),
      Effect.tap((how) => Effect.sync(() => options.onLine(`${name} (pid ${child.pid}) ended with ${how}`))),
      Effect.ensuring(Effect.suspend(() => Deferred.fail(announced, failed("ended before it was ready"))))
    )
  )
  const announcement = yield* Effect.timeoutOrElse(Deferred.await(announced), {
    duration: startTimeoutMs,
    orElse: () => Effect.fail(failed("was not ready in time"))
  })
  return { announcement }
})

/** `exit code 1`, or the signal that ended it. */
const howEnded = (child: ChildProcessSpawner.ChildProcessHandle): Effect.Effect<string> =>
  child.exitCode.pipe(
    Effect.map((code) => `exit code ${code}`),
    Effect.catch((error) => Effect.succeed(/SIG[A-Z0-9]+/.exec(String(error.reason.cause))?.[0] ?? error.message))
  )

const matchOf = (text: string, pattern: RegExp): Effect.Effect<string, StartError> => {
  const found = pattern.exec(text)?.[1]
  return found === undefined
    ? Effect.fail(new StartError({ message: `unexpected announcement: ${text}` }))
    : Effect.succeed(found)
}
