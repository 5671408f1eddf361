/** The same seed is the same run: within a process, and in another one. */
import { expect, test } from "bun:test"
import { join } from "node:path"
import { runSeed } from "../src/index.ts"
import { workloads } from "../src/workloads/index.ts"
import { mix } from "../src/workloads/mix.ts"

const main = join(import.meta.dir, "../src/main.ts")
const inAnotherProcess = (seed: number): string => {
  const { stdout } = Bun.spawnSync(["bun", main, "--seeds", `${seed}..${seed + 1}`])
  return stdout.toString().trim().split("\n").at(-1) ?? ""
}

test("a seed twice in one process gives equal traces, whatever ran before", () => {
  const first = runSeed(mix, 11)
  runSeed(mix, 12)
  expect(runSeed(mix, 11)).toEqual(first)
  expect(first.failure).toBeUndefined()
})

test("two seeds are two runs", () => {
  expect(runSeed(mix, 11).hash).not.toBe(runSeed(mix, 12).hash)
})

test("two processes agree on a seed, and the last line is its hash", () => {
  const here = inAnotherProcess(11)
  expect(here).toMatch(/^hash [0-9a-f]{16}$/)
  expect(inAnotherProcess(11)).toBe(here)
})

/** All of them in CI; elsewhere those that draw everything from the seed, and some of the others. */
const isTwice = (at: number): boolean => process.env["CI"] !== undefined || at < 5 || at % 12 === 0

for (const workload of workloads.filter((_, at) => isTwice(at))) {
  test(`${workload.name}: the same seed twice is the same run`, () => {
    const first = runSeed(workload, 1)
    expect(runSeed(workload, 1)).toEqual(first)
    expect(first.failure).toBeUndefined()
  })
}
