/**
 * A hunt in several processes: each takes every Nth seed and tells of its runs in lines of JSON; whoever started them
 * reads the runs back in the order of their seeds, so that totals, hash and the first failure are those of one process.
 */
import { writeSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import type { RunResult } from "./runSeed.ts"

const Ran = Schema.Struct({
  workload: Schema.String,
  seed: Schema.Number,
  hash: Schema.String,
  virtualMs: Schema.Number,
  counts: Schema.Record(Schema.String, Schema.Number),
  /** All there is to say about a failure; undefined when nothing was wrong. */
  report: Schema.UndefinedOr(Schema.String).pipe(Schema.optionalKey)
})
/** What a hunt keeps of one run. */
export type Ran = typeof Ran.Type
const readRan = Schema.decodeUnknownSync(Schema.fromJsonString(Ran))

/** All there is to say about a failure; `how` are the flags besides seed and workload that it takes to repeat it. */
export const reportOf = (result: RunResult, traceLines: number, how: string): string => {
  const which = result.workload === "mix" ? "" : ` --workload ${result.workload}`
  return [
    `\n${result.workload} seed ${result.seed} FAILED: ${result.failure}\n`,
    result.dump,
    `\nthe last ${traceLines} lines of the trace:`,
    ...result.trace.slice(-traceLines).map((line) => `  ${line}`),
    `\nrepeat it with: bun run sim --seed ${result.seed}${which}${how}\n`
  ].join("\n")
}

/** "K/N" of `--share`: this process takes the seeds K, K + N, K + 2 N, … from the first. */
export const shareOf = (text: string | undefined): { readonly share: number; readonly of: number } => {
  const [share = 0, of = 1] = text?.split("/").map(Number) ?? []
  return { share, of }
}

/** To the process that reads with `runsOfJobs`. */
export const tell = (ran: Ran): void => {
  const bytes = new TextEncoder().encode(`${JSON.stringify(ran)}\n`)
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at)
}

/** The runs of `jobs` processes that are given `args`, in order of their seeds; they end when nobody wants more. */
export async function* runsOfJobs(jobs: number, args: ReadonlyArray<string>, firstSeed: number): AsyncGenerator<Ran> {
  const seeds = args.some((arg) => arg.startsWith("--seed")) ? [] : ["--seeds", `${firstSeed}..`]
  const processes = Array.from({ length: jobs }, (_, k) =>
    Bun.spawn([process.execPath, join(import.meta.dir, "main.ts"), ...args, ...seeds, "--share", `${k}/${jobs}`], {
      stdout: "pipe",
      stderr: "inherit"
    })
  )
  try {
    let streams = processes.map(({ stdout }) => runsOfSeeds(stdout))
    while (streams.length > 0) {
      const ended = new Set<(typeof streams)[number]>()
      for (const stream of streams) {
        const next = await stream.next()
        if (next.done === true) ended.add(stream)
        else yield* next.value
      }
      streams = streams.filter((stream) => !ended.has(stream))
    }
    for (const one of processes) {
      if ((await one.exited) !== 0) throw new Error(`a process of the hunt ended with ${one.exitCode}`)
    }
  } finally {
    for (const one of processes) one.kill()
  }
}

/** All runs of one seed at a time: with several workloads a seed has several. */
async function* runsOfSeeds(stdout: ReadableStream<Uint8Array>): AsyncGenerator<Array<Ran>> {
  let ofSeed: Array<Ran> = []
  for await (const line of linesOf(stdout)) {
    const ran = readRan(line)
    if (ofSeed.length > 0 && ofSeed[0]!.seed !== ran.seed) {
      yield ofSeed
      ofSeed = []
    }
    ofSeed.push(ran)
  }
  if (ofSeed.length > 0) yield ofSeed
}

async function* linesOf(stdout: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const text = new TextDecoder()
  let rest = ""
  for await (const chunk of stdout) {
    const lines = (rest + text.decode(chunk, { stream: true })).split("\n")
    rest = lines.pop() ?? ""
    yield* lines
  }
}
