/**
 * From a table of keys and what a person wrote (TOML file, environment, flags) to typed values, or to every problem
 * found, each naming the key, where it was written, what was expected and what was found. A flag wins over the
 * environment, the environment over the file, the file over the default. Reads no file and no environment by itself.
 */
import { Effect, Result, Schema } from "effect"
import { parse as parseToml, TomlError } from "smol-toml"
import type { Key } from "./key.ts"

/** Sections of keys, both in camelCase; written in kebab-case in files and flags, upper-case in the environment. */
export type Table = Readonly<Record<string, Readonly<Record<string, Key<unknown>>>>>

export type Values<T extends Table> = {
  readonly [S in keyof T]: { readonly [K in keyof T[S]]: T[S][K] extends Key<infer A> ? A : never }
}

export interface Sources {
  readonly toml?: { readonly path: string; readonly text: string } | undefined
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Flag name without dashes (`raftstore.region-max-bytes`) to its text. */
  readonly flags?: Readonly<Record<string, string>> | undefined
}

export class ConfigProblems extends Schema.TaggedError<ConfigProblems>()("ConfigProblems", {
  problems: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return this.problems.join("\n")
  }
}

export const envPrefix = "REEFKV_"

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
/** The unit in a name is part of its value in a file: `raftTickMs` is written `raft-tick = "100ms"`. */
const keyPart = (key: string): string => kebab(key.replace(/Ms$/, "").replace(/Bytes$/, "Size"))
export const keyName = (section: string, key: string): string => `${kebab(section)}.${keyPart(key)}`
export const envName = (section: string, key: string): string =>
  envPrefix + `${kebab(section)}_${keyPart(key)}`.replaceAll("-", "_").toUpperCase()

interface Written {
  readonly text: string
  readonly where: string
}

/** Decodes every key; fails with all problems at once. Variables that start with REEFKV_ and name no key are problems too. */
export const decodeConfig = Effect.fnUntraced(function* <T extends Table>(table: T, sources: Sources) {
  const problems: Array<string> = []
  const written = new Map<string, Written>()
  readToml(table, sources, written, problems)
  readEnv(table, sources, written, problems)
  readFlags(table, sources, written, problems)

  const values: Record<string, Record<string, unknown>> = {}
  for (const [section, keys] of Object.entries(table)) {
    const decoded: Record<string, unknown> = {}
    values[section] = decoded
    for (const [key, spec] of Object.entries(keys)) {
      const name = keyName(section, key)
      const found = written.get(name)
      const decodedKey = Schema.decodeUnknownResult(spec.schema)(found?.text ?? spec.defaultText)
      if (Result.isSuccess(decodedKey)) decoded[key] = decodedKey.success
      else {
        problems.push(
          `${name} (${found?.where ?? "default"}): expected ${spec.expects}, found "${found?.text ?? spec.defaultText}"`
        )
      }
    }
  }
  if (problems.length > 0) return yield* new ConfigProblems({ problems })
  // Each value was decoded by its own key, so the record has the table's shape.
  return values as Values<T>
})

const names = (table: Table): Map<string, string> => {
  const all = new Map<string, string>()
  for (const [section, keys] of Object.entries(table)) {
    for (const key of Object.keys(keys)) all.set(keyName(section, key), envName(section, key))
  }
  return all
}

const readToml = (table: Table, { toml }: Sources, written: Map<string, Written>, problems: Array<string>): void => {
  if (toml === undefined) return
  let document: Record<string, unknown>
  try {
    document = parseToml(toml.text)
  } catch (error) {
    const place = error instanceof TomlError ? ` at line ${error.line}, column ${error.column}` : ""
    const reason = error instanceof Error ? error.message.split("\n")[0]! : String(error)
    problems.push(`${toml.path}: not valid TOML${place}: ${reason}`)
    return
  }
  const known = names(table)
  for (const [section, body] of Object.entries(document)) {
    if (typeof body !== "object" || body === null || Array.isArray(body) || body instanceof Date) {
      problems.push(`${toml.path}: "${section}" must stand in a section; sections: ${sectionNames(table)}`)
      continue
    }
    for (const [key, value] of Object.entries(body)) {
      const name = `${section}.${key}`
      if (!known.has(name)) problems.push(`${toml.path}: unknown key ${name}${suggestion(name, known.keys())}`)
      else if (
        typeof value === "object" &&
        !(Array.isArray(value) && value.every((item) => typeof item === "string"))
      ) {
        problems.push(
          `${name} (${toml.path}): expected a single value, found ${Array.isArray(value) ? "a mixed array" : "a table"}`
        )
      } else written.set(name, { text: Array.isArray(value) ? value.join(",") : String(value), where: toml.path })
    }
  }
}

const readEnv = (table: Table, { env }: Sources, written: Map<string, Written>, problems: Array<string>): void => {
  if (env === undefined) return
  const byVariable = new Map([...names(table)].map(([name, variable]) => [variable, name]))
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(envPrefix) || value === undefined) continue
    const name = byVariable.get(variable)
    if (name === undefined)
      problems.push(`environment: unknown variable ${variable}${suggestion(variable, byVariable.keys())}`)
    else written.set(name, { text: value, where: `environment ${variable}` })
  }
}

const readFlags = (table: Table, { flags }: Sources, written: Map<string, Written>, problems: Array<string>): void => {
  const known = names(table)
  for (const [name, value] of Object.entries(flags ?? {})) {
    if (known.has(name)) written.set(name, { text: value, where: `flag --${name}` })
    else problems.push(`unknown flag --${name}${suggestion(name, known.keys())}`)
  }
}

const sectionNames = (table: Table): string =>
  Object.keys(table)
    .map((section) => `[${kebab(section)}]`)
    .join(", ")

/** The nearest known name, when it is near enough to be what was meant. */
const suggestion = (name: string, known: Iterable<string>): string => {
  const distanceMax = 4
  let best: string | undefined
  let bestDistance = distanceMax + 1
  for (const candidate of known) {
    const distance = editDistance(name, candidate)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best === undefined ? "" : `; did you mean ${best}?`
}

const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}

/** The whole table as a commented TOML file whose values are the defaults. */
export const exampleToml = (table: Table): string => {
  const lines: Array<string> = []
  for (const [section, keys] of Object.entries(table)) {
    lines.push(`[${kebab(section)}]`)
    for (const [key, spec] of Object.entries(keys)) {
      lines.push(`# ${spec.doc} Expects ${spec.expects}. Environment: ${envName(section, key)}.`)
      const bare = /^(true|false|-?\d+)$/.test(spec.defaultText) && !spec.expects.startsWith("text")
      lines.push(`${keyPart(key)} = ${bare ? spec.defaultText : JSON.stringify(spec.defaultText)}`)
    }
    lines.push("")
  }
  return lines.join("\n")
}
