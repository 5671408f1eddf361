/**
 * Known bugs, planted in memory while the source is loaded, to see that the checkers bite. Files are not changed.
 */
import { plugin } from "bun"
import { mutants } from "./mutants.ts"

/** Must run before the first import of the file. False when there is no such mutant. */
export const plantMutant = (name: string): boolean => {
  const mutant = mutants.find((one) => one.name === name)
  if (mutant === undefined) return false
  const suffix = `/packages/${mutant.file}`
  plugin({
    name: `mutant ${name}`,
    setup: (build) => {
      build.onLoad({ filter: new RegExp(`${suffix.replaceAll(".", "\\.")}$`) }, async ({ path }) => {
        const source = await Bun.file(path).text()
        const parts = source.split(mutant.from)
        if (parts.length !== 2) {
          throw new Error(`mutant ${name}: its text occurs ${parts.length - 1} times in ${mutant.file}`)
        }
        return { contents: parts.join(mutant.to), loader: "ts" }
      })
    }
  })
  return true
}
