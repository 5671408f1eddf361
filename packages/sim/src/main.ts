/**
 * `bun run sim`: runs seeds and says what it found. The last line is `hash <hex>`: equal for equal seeds and code.
 *
 *   bun run sim --seed N               one run; --verbose prints every line of its trace
 *   bun run sim --seeds A..B           those runs, A included, B not
 *   bun run sim --minutes M            new seeds until the time is over
 *   bun run sim mutants [NAME...]      plants each known bug and says which seed finds it, after how much virtual time
 *   bun run sim list                   workloads and mutants by name
 *   --workload NAME                    what happens in the run; default mix. With `all` each seed runs every workload,
 *                                      with `scenario` every scenario.
 *   --engine mirror                    after each run what its stores asked of their disks is done again on SQLite and memory
 *                                      side by side, with crashes at seeded bytes (disk/replay.ts)
 *   --mutant NAME                      the same with a known bug planted in the source
 *   --keep-going                       does not stop at a failure
 *   --jobs N                           N processes share the seeds; the output is that of one. Of mutants, N are hunted
 *                                      at once
 *
 * Ends with 1 when a run failed. A failure prints what was broken, the state of every store, the trace before it, and the
 * command that repeats it.
 */
import { parseArgs } from "node:util"
import { type Ran, reportOf, runsOfJobs, shareOf, tell } from "./jobs.ts"
import { huntMutants } from "./mutants/hunt.ts"
import { mutants } from "./mutants/mutants.ts"
import { plantMutant } from "./mutants/plant.ts"

const parse = () =>
  parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: {
      seed: { type: "string" },
      seeds: { type: "string" },
      minutes: { type: "string" },
      workload: { type: "string", default: "mix" },
      engine: { type: "string", default: "memory" },
      mutant: { type: "string" },
      verbose: { type: "boolean", default: false },
      "trace-lines": { type: "string", default: "60" },
      "keep-going": { type: "boolean", default: false },
      jobs: { type: "string" },
      share: { type: "string" }
    }
  })

const usage = (problem: string): never => {
  console.error(
    `${problem}\nusage: bun run sim [mutants [NAME...] | list] [--seed N | --seeds A..B | --minutes M] [--workload NAME] [--engine mirror] [--mutant NAME] [--verbose] [--jobs N]`
  )
  process.exit(2)
}
const parsed = (() => {
  try {
    return parse()
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error))
  }
})()
const { values, positionals } = parsed

const numberOf = (text: string, what: string): number => {
  const number = Number(text)
  return text.trim() !== "" && Number.isFinite(number) && number >= 0
    ? number
    : usage(`${what} must be a number, not "${text}"`)
}

const minutes = values.minutes === undefined ? undefined : numberOf(values.minutes, "--minutes")
const single = values.seed !== undefined || (values.seeds === undefined && minutes === undefined)
/** Each day's hunt begins elsewhere; the seeds themselves say everything needed to repeat a run. */
const firstSeed = Math.floor(Date.now() / 1_000) * 1_000

/** Seeds to run, in order: those of this process's share; endless without an end to `--seeds`, until the time is over. */
function* seedsToRun(): Generator<number> {
  const [from = "", to = ""] = values.seed?.split("..") ?? values.seeds?.split("..") ?? [String(firstSeed)]
  const first = numberOf(from, "a seed")
  const end = single
    ? first + 1
    : to === "" && minutes !== undefined
      ? Number.POSITIVE_INFINITY
      : numberOf(to, "--seeds")
  const { share, of } = shareOf(values.share)
  for (let seed = first + share; seed < end; seed += of) yield seed
}

const main = async (): Promise<number> => {
  if (values.mutant !== undefined && !plantMutant(values.mutant)) return usage(`no mutant ${values.mutant}`)
  // After the mutant is planted: what is loaded earlier is not changed any more.
  if (values.engine !== "memory" && values.engine !== "mirror") return usage(`no engine ${values.engine}`)
  const run =
    values.engine === "mirror"
      ? (await import("./disk/runMirrored.ts")).runMirrored
      : (await import("./runSeed.ts")).runSeed
  const { Trace } = await import("./world/Trace.ts")
  const { workloads, workloadsNamed } = await import("./workloads/index.ts")

  const [command, ...names] = positionals
  if (command === "mutants") {
    const unknown = names.find((name) => !mutants.some((one) => one.name === name))
    if (unknown !== undefined) return usage(`no mutant ${unknown}; see: bun run sim list`)
    return (await huntMutants(names, numberOf(values.jobs ?? "1", "--jobs"))) ? 0 : 1
  }
  if (command === "list") {
    for (const { name, what } of workloads) console.log(`workload ${name}: ${what}`)
    for (const { name, what } of mutants) console.log(`mutant ${name}: ${what}`)
    return 0
  }
  if (command !== undefined) return usage(`no command ${command}`)
  const chosen = values.workload === "all" ? workloads : workloadsNamed(values.workload)
  if (chosen.length === 0) return usage(`no workload ${values.workload}; see: bun run sim list`)

  const jobs = values.jobs === undefined ? 1 : numberOf(values.jobs, "--jobs")
  const traceLines = numberOf(values["trace-lines"], "--trace-lines")
  const startedMs = performance.now()
  const untilMs = minutes === undefined ? Number.POSITIVE_INFINITY : startedMs + minutes * 60_000
  const how =
    (values.engine === "mirror" ? " --engine mirror" : "") +
    (values.mutant === undefined ? "" : ` --mutant ${values.mutant}`)
  function* runsHere(): Generator<Ran> {
    for (const seed of seedsToRun()) {
      for (const workload of chosen) {
        if (performance.now() >= untilMs) return
        const result = run(workload, seed, values.verbose ? { echo: console.log } : {})
        const { hash, virtualMs, counts, failure } = result
        const report = failure === undefined ? undefined : reportOf(result, traceLines, how)
        yield { workload: workload.name, seed, hash, virtualMs, counts, report }
      }
    }
  }
  if (values.share !== undefined) {
    for (const ran of runsHere()) tell(ran)
    return 0
  }

  const all = new Trace(0)
  const totals = new Map(chosen.map(({ name }) => [name, { runs: 0, failed: 0 }]))
  let runs = 0
  let failures = 0
  let virtualMs = 0
  const args = process.argv.slice(2)
  for await (const ran of jobs > 1 ? runsOfJobs(jobs, args, firstSeed) : runsHere()) {
    const total = totals.get(ran.workload)!
    runs++
    total.runs++
    virtualMs += ran.virtualMs
    all.add(0, ran.hash)
    if (single) console.log(`${ran.workload} seed ${ran.seed}: ${describe(ran.counts)}`)
    if (ran.report !== undefined) {
      failures++
      total.failed++
      console.log(ran.report)
      if (values["keep-going"] !== true) break
    } else if (!single && runs % 50 === 0) {
      console.log(`${runs} runs, up to seed ${ran.seed}, ${rate(runs, startedMs)}`)
    }
  }
  if (runs === 0) return usage("there is nothing to run in that")
  const seconds = (performance.now() - startedMs) / 1_000
  if (totals.size > 1) {
    for (const [name, total] of totals) console.log(`${name}: ${total.runs} runs, ${total.failed} failed`)
  }
  console.log(
    `${runs} runs, ${failures} failed, ${(virtualMs / 1_000).toFixed(0)} virtual seconds in ${seconds.toFixed(1)} s`
  )
  console.log(`hash ${all.hash()}`)
  return failures === 0 ? 0 : 1
}

const rate = (runs: number, startedMs: number): string =>
  `${(runs / ((performance.now() - startedMs) / 1_000)).toFixed(2)} runs/s`
const describe = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ")

process.exit(await main())
