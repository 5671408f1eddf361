/**
 * One configuration key: how its text is read, what it defaults to, and the line that explains it. A table of keys is
 * all a process knows of its configuration; the TOML file, the environment, the flags and the example file follow from it.
 */
import { ByteSize, Config, ConfigProvider, Effect, Option } from "effect"

export interface Key<A> {
  /** What a valid value looks like, for errors and the example file. */
  readonly expects: string
  readonly defaultText: string
  readonly doc: string
  readonly decode: (provider: ConfigProvider.ConfigProvider) => Effect.Effect<A, Config.ConfigError>
}

/** A value under the name every decoder reads from a provider of just that value. */
export const valuePath = "value"

const make = <A>(expects: string, defaultText: string, doc: string, config: Config.Config<A>): Key<A> => ({
  expects,
  defaultText,
  doc,
  decode: (provider) => config.parse(provider)
})

const pattern = <A>(expects: string, read: (text: string) => A | undefined): Config.Config<A> =>
  Config.String(valuePath).pipe(
    Config.mapEffect((text) => {
      const value = read(text)
      return value === undefined
        ? Effect.fail(new Config.ConfigError(new ConfigProvider.SourceError({ message: `expected ${expects}` })))
        : Effect.succeed(value)
    })
  )

const durationUnitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export const text = (defaultText: string, doc: string): Key<string> =>
  make("text", defaultText, doc, Config.String(valuePath))

export const integer = (defaultValue: number, doc: string): Key<number> =>
  make("a whole number", String(defaultValue), doc, Config.Int(valuePath))

export const flag = (defaultValue: boolean, doc: string): Key<boolean> =>
  make("true or false", String(defaultValue), doc, Config.Boolean(valuePath))

export const choice = <const L extends readonly [string, ...Array<string>]>(
  choices: L,
  defaultValue: L[number],
  doc: string
): Key<L[number]> => make(`one of ${choices.join(", ")}`, defaultValue, doc, Config.Literals(choices, valuePath))

/** Milliseconds, written as `100ms`, `3s`, `10m`, `2h` or `1d`. */
export const durationMs = (defaultMs: number, doc: string): Key<number> => {
  const expects = 'a duration such as "100ms", "3s", "10m"'
  return make(
    expects,
    formatDuration(defaultMs),
    doc,
    pattern(expects, (written) => {
      const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(written.trim())
      if (match === null) return undefined
      const ms = Number(match[1]) * durationUnitsMs[match[2]!]!
      return Number.isSafeInteger(ms) ? ms : undefined
    })
  )
}

/** Bytes, written as `96MiB`, `1.5GiB`, `512kB` or a plain number. */
export const sizeBytes = (defaultBytes: number, doc: string): Key<number> => {
  const expects = 'a size such as "96MiB", "512KiB" or a number of bytes'
  return make(
    expects,
    formatSize(defaultBytes),
    doc,
    pattern(expects, (written) => {
      const trimmed = written.trim()
      if (/^\d+$/.test(trimmed)) return safe(Number(trimmed))
      return Option.getOrUndefined(Option.map(ByteSize.fromString(trimmed), (size) => safe(Number(size))))
    })
  )
}

/** Items separated by commas; in TOML also an array of strings. */
export const list = (defaultItems: ReadonlyArray<string>, doc: string): Key<ReadonlyArray<string>> =>
  make(
    'a list such as "a,b"',
    defaultItems.join(","),
    doc,
    Config.String(valuePath).pipe(
      Config.map((written) =>
        written
          .split(",")
          .map((item) => item.trim())
          .filter((item) => item.length > 0)
      )
    )
  )

/** A number from 0 to 1. */
export const ratio = (defaultValue: number, doc: string): Key<number> => {
  const expects = "a number from 0 to 1"
  return make(
    expects,
    String(defaultValue),
    doc,
    pattern(expects, (written) => {
      const value = Number(written.trim() === "" ? Number.NaN : written)
      return value >= 0 && value <= 1 ? value : undefined
    })
  )
}

/** Store ids separated by commas. */
export const storeIds = (defaultIds: ReadonlyArray<number>, doc: string): Key<ReadonlyArray<number>> => {
  const expects = 'store ids such as "1,4"'
  return make(
    expects,
    defaultIds.join(","),
    doc,
    pattern(expects, (written) => {
      const ids = written
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item.length > 0)
        .map(Number)
      return ids.every((id) => Number.isSafeInteger(id) && id > 0) ? ids : undefined
    })
  )
}

const safe = (value: number): number | undefined => (Number.isSafeInteger(value) ? value : undefined)

const formatDuration = (ms: number): string => {
  for (const unit of ["d", "h", "m", "s"]) {
    const unitMs = durationUnitsMs[unit]!
    if (ms >= unitMs && ms % unitMs === 0) return `${ms / unitMs}${unit}`
  }
  return `${ms}ms`
}

const formatSize = (bytes: number): string => {
  for (const [unit, unitBytes] of [
    ["GiB", 1024 ** 3],
    ["MiB", 1024 ** 2],
    ["KiB", 1024]
  ] as const) {
    if (bytes >= unitBytes && bytes % unitBytes === 0) return `${bytes / unitBytes}${unit}`
  }
  return String(bytes)
}
