/** Runs the examples of README.md: each must end well and print what its `// →` comments say. */
import { afterAll, expect, spyOn, test } from "bun:test"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { makeRealCluster } from "./RealCluster.ts"

const readme = readFileSync(join(import.meta.dir, "../README.md"), "utf8")
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] as string)
const root = mkdtempSync(join(tmpdir(), "reefkv-readme-"))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test("there are examples, each short", () => {
  expect(examples.length).toBe(5)
  for (const example of examples) expect(example.split("\n").length).toBeLessThanOrEqual(15)
})

test.each(examples.map((example, i) => [`example ${i + 1}`, example] as const))("%s", async (name, example) => {
  const directory = join(root, name)
  mkdirSync(directory)
  const run = async (address: string): Promise<ReadonlyArray<string>> => {
    const file = join(directory, "example.ts")
    const source = example
      .replaceAll('"@reefkv/client"', JSON.stringify(join(import.meta.dir, "../src/index.ts")))
      .replaceAll('"effect"', JSON.stringify(import.meta.resolve("effect")))
      .replaceAll("127.0.0.1:2379", address)
      .replaceAll('"./data"', JSON.stringify(join(directory, "data")))
    writeFileSync(file, source)
    const log = spyOn(console, "log").mockImplementation(() => {})
    try {
      await import(file)
      return log.mock.calls.map((line) => line.join(" "))
    } finally {
      log.mockRestore()
    }
  }
  const printed = await (example.includes("127.0.0.1:2379")
    ? Effect.runPromise(
        Effect.scoped(Effect.flatMap(makeRealCluster(1), ({ address }) => Effect.promise(() => run(address))))
      )
    : run(""))
  const promised = [...example.matchAll(/^\/\/ → (.*)$/gm)].map((match) => match[1] as string)
  if (promised.length > 0) expect(printed).toEqual(promised)
})
