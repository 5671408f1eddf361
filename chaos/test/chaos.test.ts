/** A short run: real processes, a few faults, and the verdict. The long ones are `bun run chaos`. */
import { expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { runChaos } from "../src/run.ts"

const testTimeoutMs = 600_000

test(
  "some seconds of trouble end clean, and nothing is left behind",
  async () => {
    const lines: Array<string> = []
    const { broken, totals, directory } = await runChaos({
      seed: "test",
      seconds: 8,
      clients: 4,
      print: (line) => lines.push(line)
    })
    expect({ broken, lines }).toEqual({ broken: [], lines })
    expect(totals.join("\n")).toMatch(/faults: [1-9]/)
    expect(totals.join("\n")).toMatch(/operations: [1-9]/)
    expect(existsSync(directory)).toBe(false)
  },
  testTimeoutMs
)
