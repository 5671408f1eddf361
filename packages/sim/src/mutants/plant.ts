/**
 * Known bugs, planted in memory while the source is loaded, to see that the checkers bite. Files are not changed.
 */
import { plugin } from "bun"
import { patchesOf } from "./Mutant.ts"
import { mutants } from "./mutants.ts"

/** Must run before the first import of the files. False when there is no such mutant. */
export const plantMutant = (name: string): boolean => {
  const mutant = mutants.find((one) => one.name === name)
  if (mutant === undefined) return false
  const patches = patchesOf(mutant)
  plugin({
    name: `mutant ${name}`,
    setup: (build) => {
      for (const file of new Set(patches.map((patch) => patch.file))) {
        build.onLoad({ filter: new RegExp(`/packages/${file.replaceAll(".", "\\.")}$`) }, async ({ path }) => {
          let source = await Bun.file(path).text()
          for (const { from, to } of patches.filter((patch) => patch.file === file)) {
            const parts = source.split(from)
            if (parts.length !== 2) {
              throw new Error(`mutant ${name}: its text occurs ${parts.length - 1} times in ${file}`)
            }
            source = parts.join(to)
          }
          return { contents: source, loader: "ts" }
        })
      }
    }
  })
  return true
}
