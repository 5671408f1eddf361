/** Writes the example configuration files from the tables of keys; with --check only says whether they are current. */
import { readFile, writeFile } from "node:fs/promises"
import { exampleToml, schedulerKeys, storeKeys } from "../packages/config/src/index.ts"

const files = [
  {
    path: "reefkv.example.toml",
    text: `# A store's configuration: bun run store --config FILE. Values are the defaults. Written by bun run generate.\n\n${exampleToml(storeKeys)}`
  },
  {
    path: "reefkv-scheduler.example.toml",
    text: `# The scheduler's configuration: bun run scheduler --config FILE. Values are the defaults. Written by bun run generate.\n\n${exampleToml(schedulerKeys)}`
  }
]

const check = process.argv.includes("--check")
let stale = 0
for (const { path, text } of files) {
  if (!check) await writeFile(path, text)
  else if ((await readFile(path, "utf8").catch(() => "")) !== text) {
    console.log(`${path} is not current: run bun run generate`)
    stale++
  }
}
process.exit(stale === 0 ? 0 : 1)
