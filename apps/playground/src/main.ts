/**
 * `bun start`: a whole cluster to watch. Starts a scheduler and stores on loopback, loads a data set over the wire while
 * regions split and spread, reads every key back, prints a report, and stays up until it is stopped.
 */
import { type KvError, layerRawClient, RawClient } from "@reefkv/client"
import { ConfigProblems, engineKinds } from "@reefkv/config"
import {
  type EventLine,
  fileProblem,
  runProcess,
  StartError,
  schedulerEventLine,
  storeEventLine
} from "@reefkv/process"
import { Clock, Effect, FileSystem, Option } from "effect"
import { Command, Flag } from "effect/cli"
import type { ClusterOptions } from "./Cluster.ts"
import { type DataSet, loadDataSet } from "./dataset.ts"
import { startInProcess } from "./inProcess.ts"
import { load, readBack } from "./load.ts"
import { startProcesses } from "./processes.ts"
import { loadLines, placementLines, settle } from "./report.ts"
import { makeTerminal, type Terminal } from "./terminal.ts"

const storesMax = 16
const replicasMax = 3
const regionSizeMin = 1024
const portMax = 65_535

const flags = {
  stores: Flag.Int("stores").pipe(Flag.withDescription("How many stores"), Flag.withDefault(3)),
  engine: Flag.Literals("engine", engineKinds).pipe(
    Flag.withDescription("Which engine keeps the data"),
    Flag.withDefault("sqlite")
  ),
  data: Flag.String("data").pipe(
    Flag.withDescription("Directory to keep the cluster in; without it a temporary one, removed at the end"),
    Flag.optional
  ),
  load: Flag.String("load").pipe(
    Flag.withDescription("Data set: cities, none, or a file of lines with a key, a tab and a value"),
    Flag.withDefault("cities")
  ),
  port: Flag.Int("port").pipe(
    Flag.withDescription("Port of the scheduler, which clients connect to; 0 lets the system choose"),
    Flag.withDefault(2379)
  ),
  regionSize: Flag.Int("region-size").pipe(
    Flag.withDescription("Bytes of data at which a region is cut, about"),
    Flag.withDefault(1024 * 1024)
  ),
  processes: Flag.Boolean("processes").pipe(
    Flag.withDescription("Start real processes instead of one process with everything in it"),
    Flag.withDefault(false)
  ),
  quiet: Flag.Boolean("quiet").pipe(
    Flag.withDescription("Do not print events as they happen"),
    Flag.withDefault(false)
  ),
  exit: Flag.Boolean("exit").pipe(Flag.withDescription("End after the report"), Flag.withDefault(false))
}

const playground = Command.make("playground", flags, (input) =>
  Effect.scoped(
    Effect.gen(function* () {
      const problems = problemsOf(input)
      if (problems.length > 0) return yield* new ConfigProblems({ problems })
      // The cities can be read; a file of one's own is looked at before anything starts.
      const ownData = ["cities", "none"].includes(input.load) ? undefined : yield* loadDataSet(input.load)
      const terminal = makeTerminal(process.stdout)
      const directory = yield* dataDirectory(input.data)
      const line = (text: string) => {
        if (!input.quiet) terminal.line(text)
      }
      const event = (one: EventLine | undefined) => {
        if (one !== undefined && one.level !== "debug") line(one.text)
      }
      const options: ClusterOptions = {
        stores: input.stores,
        engine: input.engine,
        directory,
        regionBytes: input.regionSize,
        port: input.port,
        onStoreEvent: (one) => event(storeEventLine(one)),
        onSchedulerEvent: (one) => event(schedulerEventLine(one)),
        onLine: line
      }
      const cluster = yield* input.processes ? startProcesses(options) : startInProcess(options)
      yield* Effect.gen(function* () {
        const first = firstWrite(terminal)
        // In one process the others' start only holds the first write up, unless an older cluster needs them for it.
        const together = input.processes || Option.isSome(input.data)
        yield* Effect.all([first, cluster.startRest], { concurrency: together ? 2 : 1, discard: true })
        if (input.load !== "none")
          yield* loadAndReport(
            ownData ?? (yield* loadDataSet(input.load)),
            Math.min(replicasMax, input.stores),
            terminal
          )
      }).pipe(Effect.provide(layerRawClient({ endpoints: cluster.schedulerAddress })))
      if (input.exit) return
      for (const line of usageLines(cluster.schedulerAddress)) terminal.line(line)
      yield* Effect.never
    })
  )
).pipe(Command.withDescription("A whole ReefKV cluster on this machine, to watch and to try"))

/** A number outside its range, one sentence each. */
const problemsOf = (input: { readonly stores: number; readonly regionSize: number; readonly port: number }) => [
  ...outside("--stores", input.stores, 1, storesMax),
  ...outside("--region-size", input.regionSize, regionSizeMin, Number.MAX_SAFE_INTEGER),
  ...outside("--port", input.port, 0, portMax)
]
const outside = (flag: string, value: number, from: number, to: number): ReadonlyArray<string> =>
  value >= from && value <= to
    ? []
    : [`${flag}: expected ${to === Number.MAX_SAFE_INTEGER ? `at least ${from}` : `${from} to ${to}`}, found ${value}`]

/** The given directory, made when absent; otherwise one that goes away with the scope. */
const dataDirectory = Effect.fnUntraced(function* (given: Option.Option<string>) {
  const files = yield* FileSystem.FileSystem
  const made = Option.match(given, {
    onNone: () => files.makeTempDirectoryScoped({ prefix: "reefkv-playground-" }),
    onSome: (path) => Effect.as(files.makeDirectory(path, { recursive: true }), path)
  })
  return yield* Effect.mapError(
    made,
    (error) =>
      new StartError({
        message: `--data: ${Option.getOrElse(given, () => "a temporary directory")} cannot be used: ${fileProblem(error)}`
      })
  )
})

const firstWrite = Effect.fnUntraced(function* (terminal: Terminal) {
  const client = yield* RawClient
  yield* client.put("playground/started", String(yield* Clock.currentTimeMillis))
  terminal.line(`first write accepted ${Math.round(performance.now())} ms after the process started`)
})

const loadAndReport = Effect.fnUntraced(function* (data: DataSet, replicas: number, terminal: Terminal) {
  const client = yield* RawClient
  terminal.line(`loading ${data.pairs.length} keys of ${data.name}`)
  const loaded = yield* load(client, data, terminal)
  const placement = yield* settle(client, replicas)
  const back = yield* readBack(client, data, terminal)
  terminal.line("")
  for (const line of [...placementLines(placement), ...loadLines(loaded, back)]) terminal.line(line)
  if (back.missing + back.different > 0) {
    return yield* new StartError({ message: `${back.missing} keys are missing and ${back.different} differ` })
  }
})

const usageLines = (schedulerAddress: string): Array<string> => [
  "",
  `The cluster is up. Any TiKV client can connect to ${schedulerAddress}; try`,
  `  bun run ctl --pd ${schedulerAddress} regions`,
  `  bun run ctl --pd ${schedulerAddress} scan --prefix city/NZ/ --limit 5`,
  `  curl http://${schedulerAddress}/pd/api/v1/stores`,
  "Ctrl-C stops it."
]

export type PlaygroundError = StartError | KvError

runProcess(playground)
