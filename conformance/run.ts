/**
 * `bun run conformance go`: starts a cluster of real processes and drives it with real clients: client-go's rawkv at
 * v2.0.7 and at a current commit, and go-ycsb's tikv driver in raw mode (workload a). Skipped, with a clear word and
 * exit code 0, where Go is absent. The last line is `N passed, N failed` from the programs' own counts.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

const startTimeoutMs = 60_000
const programTimeoutMs = 300_000
const root = join(import.meta.dir, "..")
const goFolder = join(import.meta.dir, "go")

interface Program {
  readonly name: string
  readonly folder: string
  readonly buildFlags: ReadonlyArray<string>
  readonly args: (schedulerAddress: string) => ReadonlyArray<string>
  /** From what it printed and how it ended. */
  readonly count: (output: string, exitCode: number) => { readonly passed: number; readonly failed: number }
}

const ownCount: Program["count"] = (output, exitCode) => {
  const counts = /^(\d+) passed, (\d+) failed$/m.exec(output)
  if (counts === null) return { passed: 0, failed: 1 }
  return { passed: Number(counts[1]), failed: Math.max(Number(counts[2]), exitCode === 0 ? 0 : 1) }
}

const ycsbRecords = 5_000
const ycsbOperations = 10_000

/** Operations that succeeded; a line of errors, or fewer operations than asked for, is a failure. */
const ycsbCount: Program["count"] = (output, exitCode) => {
  const done = (name: string): number =>
    [...output.matchAll(new RegExp(`^${name}\\s.*?Count: (\\d+)`, "gm"))].reduce(
      (most, match) => Math.max(most, Number(match[1])),
      0
    )
  const inserted = done("INSERT")
  const ran = done("READ") + done("UPDATE")
  const errors = [...output.matchAll(/^\w*ERROR\w*\s.*?Count: (\d+)/gm)].reduce(
    (sum, match) => sum + Number(match[1]),
    0
  )
  const complete = inserted === ycsbRecords && ran === ycsbOperations && exitCode === 0
  return { passed: inserted + ran, failed: errors + (complete ? 0 : 1) }
}

const programs: ReadonlyArray<Program> = [
  {
    name: "client-go rawkv, current",
    folder: goFolder,
    buildFlags: [],
    args: (address) => ["-pd", address],
    count: ownCount
  },
  {
    name: "client-go rawkv, v2.0.7",
    folder: goFolder,
    buildFlags: ["-modfile=v2.0.7.mod"],
    args: (address) => ["-pd", address],
    count: ownCount
  },
  {
    name: "go-ycsb tikv driver, raw, workload a",
    folder: join(goFolder, "ycsb"),
    buildFlags: [],
    args: (address) => ["-pd", address, "-records", String(ycsbRecords), "-operations", String(ycsbOperations)],
    count: ycsbCount
  }
]

const hasGo = async (): Promise<boolean> => {
  try {
    return (await Bun.spawn(["go", "version"], { stdout: "ignore", stderr: "ignore" }).exited) === 0
  } catch {
    return false
  }
}

/** The playground's processes, with its small regions, so that regions split while the clients write. */
const startCluster = async (directory: string) => {
  const child = Bun.spawn(
    [
      "bun",
      "apps/playground/src/main.ts",
      "--processes",
      "--load",
      "none",
      "--port",
      "0",
      "--quiet",
      "--region-size",
      "131072",
      "--data",
      directory
    ],
    { cwd: root, stdout: "pipe", stderr: "inherit" }
  )
  const deadline = setTimeout(() => child.kill(), startTimeoutMs)
  let said = ""
  const decoder = new TextDecoder()
  const reader = child.stdout.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) throw new Error(`the cluster did not start:\n${said}`)
    said += decoder.decode(value, { stream: true })
    const address = /can connect to ([^;\s]+);/.exec(said)?.[1]
    if (address === undefined) continue
    clearTimeout(deadline)
    reader.releaseLock()
    return {
      address,
      stop: async () => {
        child.kill("SIGTERM")
        await child.exited
      }
    }
  }
}

const runProgram = async (program: Program, directory: string, address: string) => {
  const binary = join(directory, program.name.replace(/\W+/g, "-"))
  const build = Bun.spawn(["go", "build", ...program.buildFlags, "-o", binary, "."], {
    cwd: program.folder,
    stdout: "inherit",
    stderr: "inherit"
  })
  if ((await build.exited) !== 0) return { passed: 0, failed: 1 }
  const child = Bun.spawn([binary, ...program.args(address)], { stdout: "pipe", stderr: "ignore" })
  const deadline = setTimeout(() => child.kill(), programTimeoutMs)
  const output = await new Response(child.stdout).text()
  const exitCode = await child.exited
  clearTimeout(deadline)
  // The clients' own log lines begin with a bracketed time.
  console.log(
    output
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("[20"))
      .join("\n")
  )
  return program.count(output, exitCode)
}

const [language] = process.argv.slice(2)
if (language !== undefined && language !== "go") {
  console.error(`unknown client language "${language}"; known: go`)
  process.exit(2)
}
if (!(await hasGo())) {
  console.log("skipped: Go is not installed, so the real clients were not run")
  process.exit(0)
}
const directory = await mkdtemp(join(tmpdir(), "reefkv-conformance-"))
const cluster = await startCluster(join(directory, "cluster"))
let passed = 0
let failed = 0
for (const program of programs) {
  console.log(`\n== ${program.name}`)
  const counts = await runProgram(program, directory, cluster.address)
  passed += counts.passed
  failed += counts.failed
}
await cluster.stop()
await rm(directory, { recursive: true })
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
