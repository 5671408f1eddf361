/** `bun run chaos`: real processes, real trouble, and a checker that reads what the clients were told. */
import { parseArgs } from "node:util"
import { runChaos } from "./run.ts"

const usage = `bun run chaos [options]

  --minutes M     of trouble (default 2)
  --seed S        any text; the same seed draws the same faults (default: a new one, printed)
  --clients N     that read and write at once (default 8)

Exit code: 0 clean, 1 something was broken (then the processes' logs and data stay where the output says), 2 wrong options.`

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    help: { type: "boolean", default: false },
    minutes: { type: "string", default: "2" },
    seed: { type: "string" },
    clients: { type: "string", default: "8" }
  }
})

/** Exiting kills every process that is left (Member.ts). */
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1))

const positive = (name: string, text: string): number => {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  console.error(`error: --${name}: expected a number above 0, found ${text}`)
  process.exit(2)
}

if (values.help) {
  console.log(usage)
  process.exit(0)
}
const seed = values.seed ?? String(crypto.getRandomValues(new Uint32Array(1))[0])
const seconds = positive("minutes", values.minutes) * 60
/** Everything around the trouble has bounds that sum up to less. */
const judgingMaxMs = 15 * 60_000
setTimeout(
  () => {
    console.error("error: the run did not end within its bounds")
    process.exit(1)
  },
  seconds * 1_000 + judgingMaxMs
).unref()

try {
  const { broken, totals, directory } = await runChaos({
    seed,
    seconds,
    clients: Math.ceil(positive("clients", values.clients)),
    print: console.log
  })
  for (const line of totals) console.log(line)
  if (broken.length === 0) console.log(`clean (seed ${seed}, ${values.minutes} minutes of trouble)`)
  else {
    console.log(`\nbroken in ${broken.length} ways (seed ${seed}); logs and data are in ${directory}:`)
    for (const what of broken) console.log(`- ${what}`)
  }
  process.exit(broken.length === 0 ? 0 : 1)
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
