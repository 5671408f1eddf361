/** The golden scripts of testdata/raft. `REWRITE=1 bun test packages/core/test/raft/scripts.test.ts` records them anew. */

import { describe, expect, test } from "bun:test"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Stage } from "./support/Stage.ts"
import { parseCommand, runScript } from "./support/script.ts"

const folder = join(import.meta.dir, "../../testdata/raft")

describe("scripts", () => {
  for (const name of readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .sort()) {
    test(name, () => {
      const path = join(folder, name)
      const recorded = readFileSync(path, "utf8")
      const stage = new Stage()
      const printed = runScript(recorded, (command) => stage.run(command))
      if (process.env["REWRITE"] === "1") writeFileSync(path, printed)
      else expect(printed).toBe(recorded)
      expect(printed).not.toContain("Unexpected error")
      expect(printed).not.toContain("Error expected")
    })
  }
})

describe("the script runner", () => {
  const echo = (printed: string) =>
    runScript(printed, (c) => (c.name === "fail" ? raise(c.words.join(" ")) : [...c.words]))
  const raise = (message: string): never => {
    throw new Error(message)
  }
  test("compares nothing itself: it replaces recorded output, keeps comments and prints ok for silence", () => {
    expect(echo("# hello\nsay a b\n---\nold\nlines\n\n(say c)\n---\nx\n")).toBe(
      "# hello\nsay a b\n---\na\nb\n\n(say c)\n---\nok\n"
    )
  })
  test("an expected error is printed, a missing or an unexpected one stands out", () => {
    expect(echo("!fail no\n---\n")).toBe("!fail no\n---\nError: no\n")
    expect(echo("!say a\n---\n")).toContain("Error expected")
    expect(echo("fail a\n---\n")).toContain("Unexpected error")
  })
  test("commands must be followed by a separator", () => {
    expect(() => echo("say a\n")).toThrow("without a ---")
  })
  test("words and options are told apart", () => {
    expect(parseCommand("tick 1 n=10")).toEqual({ name: "tick", words: ["1"], options: new Map([["n", "10"]]) })
  })
})
