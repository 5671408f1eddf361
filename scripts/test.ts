/**
 * `bun run test`: the checks, then every test of every package. `--conformance` adds the real clients in other languages,
 * as CI does. Other arguments are passed on to `bun test` (a folder, a name), and then the checks are left out. The last
 * line counts what really ran, from the runners' own reports.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Outcome, runChecks } from "./checks.ts"

/** Counts from the report's root element; a report that is missing or counts nothing is a failure of the run. */
const readReport = async (path: string): Promise<Outcome> => {
  const report = await readFile(path, "utf8").catch(() => "")
  const root = /<testsuites\b[^>]*>/.exec(report)?.[0] ?? ""
  const number = (name: string): number => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(root)?.[1] ?? 0)
  const failed = number("failures") + number("errors")
  const passed = number("tests") - failed - number("skipped")
  return passed + failed === 0 ? { passed: 0, failed: 1 } : { passed, failed }
}

/** The real clients' own counts; where their language is absent they say so and count nothing. */
const runConformance = async (): Promise<Outcome> => {
  const child = Bun.spawn(["bun", "conformance/run.ts"], { stdout: "pipe", stderr: "inherit" })
  const output = await new Response(child.stdout).text()
  console.log(output)
  const counts = /^(\d+) passed, (\d+) failed$/m.exec(output.trimEnd().split("\n").at(-1) ?? "")
  const exitCode = await child.exited
  if (counts !== null) return { passed: Number(counts[1]), failed: Number(counts[2]) }
  return { passed: 0, failed: exitCode === 0 ? 0 : 1 }
}

/** For one test; a bound on hanging, generous because machines are slow at times. */
const testTimeoutMs = 120_000

const started = performance.now()
const conformance = process.argv.includes("--conformance")
const selection = process.argv.slice(2).filter((argument) => argument !== "--conformance")
const folder = await mkdtemp(join(tmpdir(), "reefkv-test-"))
const reportPath = join(folder, "report.xml")
const checked: Outcome = selection.length === 0 ? await runChecks() : { passed: 0, failed: 0 }
const runner = Bun.spawn(
  [
    "bun",
    "test",
    `--timeout=${testTimeoutMs}`,
    "--reporter=junit",
    `--reporter-outfile=${reportPath}`,
    ...(selection.length === 0 ? ["packages", "apps", "chaos/test", "scripts"] : selection)
  ],
  { stdout: "inherit", stderr: "inherit" }
)
const code = await runner.exited
const tested = await readReport(reportPath)
await rm(folder, { recursive: true })
const none: Outcome = { passed: 0, failed: 0 }
const clients = conformance ? await runConformance() : none
// A runner that exits badly without a failed test (a crash, an error between tests) must not look like a success.
const failed = checked.failed + Math.max(tested.failed, code === 0 ? 0 : 1) + clients.failed
console.log(`${((performance.now() - started) / 1000).toFixed(1)} s`)
console.log(`${checked.passed + tested.passed + clients.passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
