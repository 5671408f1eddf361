/**
 * One configuration key: how its text is read, what it defaults to, and the line that explains it. A table of keys is
 * all a process knows of its configuration; the TOML file, the environment, the flags and the example file follow from it.
 */
import { ByteSize, Effect, Option, Schema, SchemaIssue, SchemaTransformation } from "effect"

export interface Key<A> {
  /** What a valid value looks like, for errors and the example file. */
  readonly expects: string
  readonly defaultText: string
  readonly doc: string
  /** From the text as written. */
  readonly schema: Schema.Codec<A, string>
}

const key = <A>(expects: string, defaultText: string, doc: string, schema: Schema.Codec<A, string>): Key<A> => ({
  expects,
  defaultText,
  doc,
  schema
})

/** A key whose text is read by a function that answers undefined for what it does not understand. */
const readBy = <A>(
  expects: string,
  defaultText: string,
  doc: string,
  target: Schema.Codec<A, A>,
  read: (text: string) => A | undefined
): Key<A> =>
  key(
    expects,
    defaultText,
    doc,
    Schema.String.pipe(
      Schema.decodeTo(
        target,
        SchemaTransformation.transformEffect({
          decode: (text: string, options) => {
            const value = read(text.trim())
            return value === undefined
              ? Effect.fail(new SchemaIssue.InvalidValue({ message: `expected ${expects}` }, text, options))
              : Effect.succeed(value)
          },
          encode: (value: A) => Effect.succeed(String(value))
        })
      )
    )
  )

const durationUnitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export const text = (defaultText: string, doc: string): Key<string> => key("text", defaultText, doc, Schema.String)

export const integer = (defaultValue: number, doc: string): Key<number> =>
  readBy("a whole number", String(defaultValue), doc, Schema.Number, (written) =>
    /^-?\d+$/.test(written) ? safe(Number(written)) : undefined
  )

export const flag = (defaultValue: boolean, doc: string): Key<boolean> =>
  readBy("true or false", String(defaultValue), doc, Schema.Boolean, (written) =>
    written === "true" ? true : written === "false" ? false : undefined
  )

export const choice = <const L extends readonly [string, ...Array<string>]>(
  choices: L,
  defaultValue: L[number],
  doc: string
): Key<L[number]> => key(`one of ${choices.join(", ")}`, defaultValue, doc, Schema.Literals(choices))

/** Milliseconds, written as `100ms`, `3s`, `10m`, `2h` or `1d`. */
export const durationMs = (defaultMs: number, doc: string): Key<number> =>
  readBy('a duration such as "100ms", "3s", "10m"', formatDuration(defaultMs), doc, Schema.Number, (written) => {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(written)
    return match === null ? undefined : safe(Number(match[1]) * durationUnitsMs[match[2]!]!)
  })

/** Bytes, written as `96MiB`, `1.5GiB`, `512kB` or a plain number. */
export const sizeBytes = (defaultBytes: number, doc: string): Key<number> =>
  readBy(
    'a size such as "96MiB", "512KiB" or a number of bytes',
    formatSize(defaultBytes),
    doc,
    Schema.Number,
    (written) =>
      /^\d+$/.test(written)
        ? safe(Number(written))
        : Option.getOrUndefined(Option.map(ByteSize.fromString(written), (size) => safe(Number(size))))
  )

const items = (written: string): Array<string> =>
  written
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item.length > 0)

/** Items separated by commas; in TOML also an array of strings. */
export const list = (defaultItems: ReadonlyArray<string>, doc: string): Key<ReadonlyArray<string>> =>
  readBy('a list such as "a,b"', defaultItems.join(","), doc, Schema.Array(Schema.String), items)

/** A number from 0 to 1. */
export const ratio = (defaultValue: number, doc: string): Key<number> =>
  readBy("a number from 0 to 1", String(defaultValue), doc, Schema.Number, (written) => {
    const value = written === "" ? Number.NaN : Number(written)
    return value >= 0 && value <= 1 ? value : undefined
  })

/** Store ids separated by commas. */
export const storeIds = (defaultIds: ReadonlyArray<number>, doc: string): Key<ReadonlyArray<number>> =>
  readBy('store ids such as "1,4"', defaultIds.join(","), doc, Schema.Array(Schema.Number), (written) => {
    const ids = items(written).map(Number)
    return ids.every((id) => Number.isSafeInteger(id) && id > 0) ? ids : undefined
  })

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
