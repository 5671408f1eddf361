/** Bytes written by other implementations, kvproto's own Go packages among them; see recorded/README.md. */
import { describe, expect, test } from "bun:test"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import protobuf from "protobufjs"
import { type Codec, decode, encode } from "../src/codec/Codec.ts"
import { codecs } from "../src/generated/registry.ts"
import { type Normal, normalOfOurs, types } from "./twin.ts"

type Json = { readonly [field: string]: unknown }

interface Recording {
  readonly what?: string
  readonly message: string
  readonly hex: string
  readonly json: Json
}

const codecByName = new Map(codecs.map((codec) => [codec.name, codec as Codec<{ [property: string]: unknown }>]))

for (const file of ["kvproto-go.jsonl", "scenarios.jsonl"]) {
  describe(file, () => {
    const lines = readFileSync(join(import.meta.dir, "recorded", file), "utf8")
      .trimEnd()
      .split("\n")
    for (const [index, line] of lines.entries()) {
      const recording = JSON.parse(line) as Recording
      test(`line ${index + 1}: ${recording.what ?? recording.message}`, () => {
        const codec = codecByName.get(recording.message)
        const type = types.get(recording.message)
        if (codec === undefined || type === undefined) throw new Error(`${recording.message} is not a message of ours`)
        const message = decode(codec, Buffer.from(recording.hex, "hex"))
        expect(normalOfOurs(type, message)).toEqual(normalOfJson(type, recording.json))
        expect(Buffer.from(encode(codec, message)).toString("hex")).toBe(recording.hex)
      })
    }
  })
}

test("the recordings reach most messages", () => {
  const lines = readFileSync(join(import.meta.dir, "recorded", "kvproto-go.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
  const seen = new Set(lines.map((line) => (JSON.parse(line) as Recording).message))
  expect(seen.size).toBeGreaterThan(0.9 * codecs.length)
})

/** Normal form of protobuf's JSON: 64-bit integers are decimal text, bytes base64, enums names or numbers. */
function normalOfJson(type: protobuf.Type, json: Json): Normal {
  const out: Normal = {}
  for (const [name, value] of Object.entries(json)) {
    const field = type.fields[name]
    if (field === undefined) throw new Error(`${type.fullName} has no field ${name}`)
    const convert = (item: unknown): unknown => {
      const resolved = field.resolvedType
      if (resolved instanceof protobuf.Type) return normalOfJson(resolved, item as Json)
      if (resolved instanceof protobuf.Enum) return typeof item === "string" ? resolved.values[item] : item
      return field.type === "bytes" ? [...Buffer.from(item as string, "base64")] : item
    }
    if (field instanceof protobuf.MapField) {
      out[name] = Object.entries(value as Json)
        .map(([key, item]): [string, unknown] => [key, convert(item)])
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    } else out[name] = field.repeated ? (value as readonly unknown[]).map(convert) : convert(value)
  }
  return out
}
