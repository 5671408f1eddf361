/** A directory's files with their contents' hashes, to see that nothing in it changed. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"

/** Path below `directory` to size and hash of each file; a directory counts with a `/` behind. */
export const directoryBytes = (directory: string): Readonly<Record<string, string>> => {
  const found: Record<string, string> = {}
  if (!existsSync(directory)) return found
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" }).sort()) {
    const path = join(directory, name)
    found[name] = statSync(path).isDirectory()
      ? "/"
      : `${statSync(path).size} bytes, ${new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex")}`
  }
  return found
}
