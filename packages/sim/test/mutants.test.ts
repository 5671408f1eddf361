/** Planted bugs are where they should be, and some of them are found by a seed known to find them. */
import { describe, expect, test } from "bun:test"
import { join } from "node:path"
import { mutants } from "../src/mutants/mutants.ts"

const packages = join(import.meta.dir, "../..")

describe("every mutant can be planted", () => {
  for (const { name, file, from } of mutants) {
    test(name, async () => {
      const source = await Bun.file(join(packages, file)).text()
      expect(source.split(from).length - 1).toBe(1)
    })
  }
})

/** Found at once; the slower ones are for `bun run sim --mutant NAME --seeds 1..300`. */
const quick: ReadonlyArray<readonly [name: string, seed: number, says: string]> = [
  ["split-without-version", 2, "means two things"],
  ["truncate-past-durable", 1, "the log starts after index"]
]

for (const [name, seed, says] of quick) {
  test(`seed ${seed} finds ${name}, and prints how to repeat it`, () => {
    const command = ["bun", join(packages, "sim/src/main.ts"), "--seed", `${seed}`, "--mutant", name]
    const { stdout, exitCode } = Bun.spawnSync(command)
    const said = stdout.toString()
    expect(said).toContain(says)
    expect(said).toContain(`bun run sim --seed ${seed} --mutant ${name}`)
    expect(exitCode).toBe(1)
  })
}
