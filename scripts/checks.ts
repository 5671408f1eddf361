/** The checks beside the tests: each one command that exits with 0 when the tree is as it should be. */
export interface Check {
  readonly name: string
  readonly command: ReadonlyArray<string>
}

export const checks: ReadonlyArray<Check> = [
  { name: "types", command: ["bun", "run", "--silent", "types"] },
  { name: "format and lint", command: ["bun", "run", "--silent", "lint"] },
  { name: "arrows between packages", command: ["bun", "run", "--silent", "arrows"] },
  { name: "generated code is current", command: ["bun", "packages/wire/scripts/generate.ts", "--check"] },
  { name: "example configuration is current", command: ["bun", "scripts/exampleConfig.ts", "--check"] }
]

export interface Outcome {
  readonly passed: number
  readonly failed: number
}

/** Runs each check, printing a line for it and the output of those that fail. */
export const runChecks = async (): Promise<Outcome> => {
  let passed = 0
  let failed = 0
  for (const check of checks) {
    const child = Bun.spawn([...check.command], { stdout: "pipe", stderr: "pipe" })
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited
    ])
    if (code === 0) passed++
    else failed++
    console.log(`${code === 0 ? "ok  " : "FAIL"} ${check.name}`)
    if (code !== 0) console.log(out + err)
  }
  return { passed, failed }
}
