/**
 * `bun run sim mutants`: plants each known bug, looks for the first seed that finds it, and prints a table. A bug that is
 * not found within its budget is a failure of the faults or the checkers.
 */
import { join } from "node:path"
import { Schema } from "effect"
import { mutants } from "./mutants.ts"

const Found = Schema.Struct({
  /** The seed that found it; absent when none did. */
  seed: Schema.Number.pipe(Schema.optionalKey),
  runs: Schema.Number,
  /** Of all those runs. */
  virtualMs: Schema.Number,
  /** What was broken, as the run said it. */
  says: Schema.String
})
/** What became of the hunt for one mutant. */
export type Found = typeof Found.Type
const readFound = Schema.decodeUnknownSync(Schema.fromJsonString(Found))

/** Of what a checker says, in the table. */
const saysMax = 90

/** Hunts the mutants of these names, or all; false when one was not found. */
export const huntMutants = async (names: ReadonlyArray<string>, jobs: number): Promise<boolean> => {
  const wanted = names.length === 0 ? mutants : mutants.filter(({ name }) => names.includes(name))
  const missed: Array<string> = []
  const waiting = [...wanted]
  console.log("| mutant | workload | seed | virtual s | who says what |\n|---|---|---|---|---|")
  const worker = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const { name, workload } = mutant
      const found = await huntOne(name)
      if (found.seed === undefined) missed.push(name)
      const seed = found.seed ?? `none of ${found.runs}`
      console.log(
        `| \`${name}\` | ${workload} | ${seed} | ${(found.virtualMs / 1_000).toFixed(0)} | ${short(found.says)} |`
      )
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, worker))
  console.log(`${wanted.length - missed.length} of ${wanted.length} found`)
  if (missed.length > 0) console.log(`NOT FOUND: ${missed.join(", ")}`)
  return missed.length === 0
}

const huntOne = async (name: string): Promise<Found> => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "one.ts"), name], { stdout: "pipe", stderr: "pipe" })
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  const code = await child.exited
  if (code !== 0) throw new Error(`the hunt for ${name} ended with ${code}:\n${err}`)
  return readFound(out)
}

const short = (says: string): string => {
  const line = (says.split("\n")[0] ?? "").replaceAll("|", "/")
  return line.length > saysMax ? `${line.slice(0, saysMax)}…` : line
}
