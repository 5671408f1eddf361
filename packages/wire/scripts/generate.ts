/**
 * Writes src/generated from proto/.
 *
 *   bun scripts/generate.ts           write the modules
 *   bun scripts/generate.ts --check   exit 1 if the committed modules are not what would be written
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { emitModule, emitRegistry, emitServices } from "./emit.ts"
import { fullName, loadFiles } from "./schema.ts"

const OUT_DIR = join(import.meta.dir, "..", "src", "generated")

/** File name → text of every generated module. */
export function generate(): ReadonlyMap<string, string> {
  const files = loadFiles()
  const moduleOf = new Map<string, string>()
  for (const file of files) {
    for (const type of [...file.messages, ...file.enums]) moduleOf.set(fullName(type), file.module)
  }
  const out = new Map<string, string>()
  for (const file of files) out.set(`${file.module}.ts`, emitModule(file, moduleOf))
  out.set("services.ts", emitServices(files, moduleOf))
  out.set("registry.ts", emitRegistry(files))
  return out
}

/** Names of committed modules that differ from what the .proto files say, are missing, or are left over. */
export function stale(generated: ReadonlyMap<string, string>, dir: string = OUT_DIR): readonly string[] {
  const committed = new Set(readdirSync(dir))
  const different = [...generated].filter(
    ([name, text]) => !committed.has(name) || readFileSync(join(dir, name), "utf8") !== text
  )
  const leftOver = [...committed].filter((name) => !generated.has(name))
  return [...different.map(([name]) => name), ...leftOver]
}

if (import.meta.main) {
  const generated = generate()
  if (process.argv.includes("--check")) {
    const names = stale(generated)
    if (names.length > 0) {
      console.error(`not current: ${names.join(", ")}; run \`bun run generate\` in packages/wire`)
      process.exit(1)
    }
  } else {
    mkdirSync(OUT_DIR, { recursive: true })
    for (const name of readdirSync(OUT_DIR)) if (!generated.has(name)) rmSync(join(OUT_DIR, name))
    for (const [name, text] of generated) writeFileSync(join(OUT_DIR, name), text)
    console.log(`wrote ${generated.size} modules`)
  }
}
