/** The page of scenarios names tests; each of them is still there, under that name, in that file. */
import { expect, test } from "bun:test"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dir, "..")

interface Reference {
  readonly file: string
  readonly name: string
}

/** A file in backquotes and the names in double quotes that follow it, with dots between them. */
const referencesOf = (page: string): Array<Reference> => {
  const found: Array<Reference> = []
  for (const [, file = "", names = ""] of page.matchAll(/`([\w-]+(?:\/[\w-]+)+)` ((?:(?: · )?"[^"\n]+")+)/g)) {
    for (const [, name = ""] of names.matchAll(/"([^"\n]+)"/g)) found.push({ file, name })
  }
  return found
}

const pathOf = (file: string): string | undefined => {
  const [owner = "", ...rest] = file.split("/")
  const candidates = [`packages/${owner}/test`, `apps/${owner}/test`].map((at) => `${at}/${rest.join("/")}.test.ts`)
  return [...candidates, `packages/${owner}/src/${rest.join("/")}.ts`].find((path) => existsSync(join(root, path)))
}

/** What stands in quotes of any kind, with comments taken out first, so that a name in a comment does not count. */
const stringsOf = (source: string): Array<string> => {
  const code = source.replace(/^\s*\/\*[\s\S]*?\*\//gm, "").replace(/^\s*\/\/.*$/gm, "")
  return [...code.matchAll(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`|'(?:[^'\\\n]|\\.)*'/g)].map(
    ([literal]) => literal
  )
}

/** Those of `references` whose file or name is gone. */
const missing = (references: ReadonlyArray<Reference>): Array<string> => {
  const strings = new Map<string, ReadonlyArray<string>>()
  return references.flatMap(({ file, name }) => {
    const path = pathOf(file)
    if (path === undefined) return [`${file}: there is no such test file`]
    const known = strings.get(path) ?? stringsOf(readFileSync(join(root, path), "utf8"))
    strings.set(path, known)
    return known.some((literal) => literal.includes(name)) ? [] : [`${path}: no test is called "${name}"`]
  })
}

const page = readFileSync(join(root, "docs/scenarios.md"), "utf8")

test("every test that the page of scenarios names is there", () => {
  const references = referencesOf(page)
  expect(references.length).toBeGreaterThan(300)
  expect(missing(references)).toEqual([])
})

test("every row of the page names a test or says why not", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| ") && !/^\| (---|what|section|all) /.test(line))
  const silent = rows.filter(
    (row) =>
      referencesOf(row).length === 0 &&
      !/\| (later|does not apply|missing): .+ \|$/.test(row) &&
      !/(\| \d+ ){4}\|$/.test(row)
  )
  expect(rows.length).toBeGreaterThan(100)
  expect(silent).toEqual([])
})

test("a test that is gone, renamed, or only spoken of in a comment is noticed", () => {
  const here = '`core/raft/safety` "safe and live with" · "no such test" and `core/raft/nowhere` "x"'
  expect(missing(referencesOf(here))).toEqual([
    'packages/core/test/raft/safety.test.ts: no test is called "no such test"',
    "core/raft/nowhere: there is no such test file"
  ])
  expect(stringsOf('// "a"\n/* "b" */\ntest("c", () => {})\n')).toEqual(['"c"'])
})
