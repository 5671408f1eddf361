/** Planted bugs are where they should be, and some of them are found by the command that hunts for all. */
import { describe, expect, test } from "bun:test"
import { join } from "node:path"
import { patchesOf } from "../src/mutants/Mutant.ts"
import { mutants } from "../src/mutants/mutants.ts"
import { workloadNamed } from "../src/workloads/index.ts"

const packages = join(import.meta.dir, "../..")
const main = join(packages, "sim/src/main.ts")
const run = (...args: ReadonlyArray<string>) => {
  const { stdout, stderr, exitCode } = Bun.spawnSync([process.execPath, main, ...args])
  return { out: stdout.toString(), err: stderr.toString(), exitCode }
}

describe("every mutant can be planted", () => {
  for (const mutant of mutants) {
    test(mutant.name, async () => {
      for (const { file, from, to } of patchesOf(mutant)) {
        const source = await Bun.file(join(packages, file)).text()
        expect(source.split(from).length - 1).toBe(1)
        expect(from).not.toBe(to)
      }
      expect(workloadNamed(mutant.workload)).toBeDefined()
    })
  }
  test("under a name of its own", () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
    expect(mutants.length).toBeGreaterThanOrEqual(25)
  })
})

/** Found by their first seeds, and by different checkers; the others are for `bun run sim mutants`. */
const quick: ReadonlyArray<readonly [name: string, says: string | RegExp]> = [
  ["split-without-version", "means two things"],
  ["conf-ver-not-raised", "means two things"],
  ["answered-twice", "answered a write twice"],
  ["vote-for-shorter-log", "what is applied at"],
  ["ids-not-saved", /(is|was) given twice|means two things/]
]

test("the hunt finds them and says how", () => {
  const { out, exitCode } = run("mutants", ...quick.map(([name]) => name))
  for (const [name, says] of quick) expect(out.split("\n").find((line) => line.includes(`\`${name}\``))).toMatch(says)
  expect(out).toContain(`${quick.length} of ${quick.length} found`)
  expect(exitCode).toBe(0)
}, 60_000)

test("a run with a mutant fails, and prints how to repeat it", () => {
  const { out, exitCode } = run("--seed", "1", "--workload", "splits", "--mutant", "split-without-version")
  expect(out).toContain("means two things")
  expect(out).toContain("bun run sim --seed 1 --workload splits --mutant split-without-version")
  expect(exitCode).toBe(1)
}, 30_000)

test("a mutant that does not exist is refused", () => {
  const { err, exitCode } = run("mutants", "nobody")
  expect(err).toContain("no mutant nobody")
  expect(exitCode).not.toBe(0)
})
