/**
 * `bun run test`: the checks, then every test of every package. Arguments are passed on to `bun test` (a folder, a name),
 * and then the checks are left out. The last line counts what really ran, from the runner's own report.
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

const started = performance.now()
const selection = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), "reefkv-test-"))
const reportPath = join(folder, "report.xml")
const checked: Outcome = selection.length === 0 ? await runChecks() : { passed: 0, failed: 0 }
const runner = Bun.spawn(
  [
    "bun",
    "test",
    "--reporter=junit",
    `--reporter-outfile=${reportPath}`,
    ...(selection.length === 0 ? ["packages", "apps"] : selection)
  ],
  { stdout: "inherit", stderr: "inherit" }
)
const code = await runner.exited
const tested = await readReport(reportPath)
await rm(folder, { recursive: true })
// A runner that exits badly without a failed test (a crash, an error between tests) must not look like a success.
const failed = checked.failed + Math.max(tested.failed, code === 0 ? 0 : 1)
console.log(`${((performance.now() - started) / 1000).toFixed(1)} s`)
console.log(`${checked.passed + tested.passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
