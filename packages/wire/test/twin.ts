/**
 * A naive twin of the generated codecs: protobufjs reflection over the same .proto files, and a normal form in which the
 * values of both can be compared.
 */
import fc from "fast-check"
import protobuf from "protobufjs"
import { fullName, isJsNumber, loadFiles, propertyName } from "../scripts/schema.ts"

export const SEED = 20_260_807

/** Every message of the .proto files by full name. */
export const types: ReadonlyMap<string, protobuf.Type> = new Map(
  loadFiles()
    .flatMap((file) => file.messages)
    .map((type) => [fullName(type), type])
)

/** A message without defaults: field name → scalar, nested normal form, or list of either. */
export interface Normal {
  [field: string]: unknown
}

type Message = { [property: string]: unknown }

/** Normal form of one of our messages. */
export function normalOfOurs(type: protobuf.Type, message: Message): Normal {
  const out: Normal = {}
  for (const field of type.fieldsArray) {
    if (field.partOf !== null) {
      const oneof = message[propertyName(field.partOf.name)] as { case: string; value: unknown } | undefined
      if (oneof?.case === propertyName(field.name)) out[field.name] = normalValue(field, oneof.value)
      continue
    }
    const value = message[propertyName(field.name)]
    if (field instanceof protobuf.MapField) {
      const map = value as Map<unknown, unknown>
      if (map.size > 0) out[field.name] = sortedEntries([...map].map(([k, v]) => [String(k), normalValue(field, v)]))
    } else if (field.repeated) {
      const list = value as readonly unknown[]
      if (list.length > 0) out[field.name] = list.map((item) => normalValue(field, item))
    } else if (value !== undefined) {
      const normal = normalValue(field, value)
      if (!isDefault(field, normal)) out[field.name] = normal
    }
  }
  return out
}

/** Normal form of a message that protobufjs decoded. */
export function normalOfTwin(type: protobuf.Type, message: Message): Normal {
  const out: Normal = {}
  for (const field of type.fieldsArray) {
    if (!Object.hasOwn(message, field.name)) continue
    const value = message[field.name]
    if (field instanceof protobuf.MapField) {
      const entries = Object.entries(value as object).map(([k, v]) => [
        twinMapKey(field, k),
        normalValue(field, v, true)
      ])
      if (entries.length > 0) out[field.name] = sortedEntries(entries as [string, unknown][])
    } else if (field.repeated) {
      const list = value as readonly unknown[]
      if (list.length > 0) out[field.name] = list.map((item) => normalValue(field, item, true))
    } else {
      const normal = normalValue(field, value, true)
      if (field.partOf !== null || !isDefault(field, normal)) out[field.name] = normal
    }
  }
  return out
}

/** The bytes protobufjs writes for a normal form. */
export function encodeByTwin(type: protobuf.Type, normal: Normal): Uint8Array {
  return type.encode(type.fromObject(toTwinObject(type, normal))).finish()
}

export function decodeByTwin(type: protobuf.Type, bytes: Uint8Array): Normal {
  return normalOfTwin(type, type.decode(bytes) as unknown as Message)
}

function toTwinObject(type: protobuf.Type, normal: Normal): Message {
  const out: Message = {}
  for (const [name, value] of Object.entries(normal)) {
    const field = type.fields[name] as protobuf.Field
    const convert = (item: unknown): unknown =>
      field.resolvedType instanceof protobuf.Type
        ? toTwinObject(field.resolvedType, item as Normal)
        : field.type === "bytes"
          ? Uint8Array.from(item as readonly number[])
          : item
    if (field instanceof protobuf.MapField) {
      out[name] = Object.fromEntries((value as [string, unknown][]).map(([k, v]) => [k, convert(v)]))
    } else out[name] = field.repeated ? (value as readonly unknown[]).map(convert) : convert(value)
  }
  return out
}

function normalValue(field: protobuf.Field, value: unknown, twin = false): unknown {
  const resolved = field.resolvedType
  if (resolved instanceof protobuf.Type) {
    return twin ? normalOfTwin(resolved, value as Message) : normalOfOurs(resolved, value as Message)
  }
  if (field.type === "bytes") return [...(value as Uint8Array)]
  // Decimal text, the one form in which our numbers and bigints and the twin's Longs agree.
  if (field.type === "uint64" || field.type === "int64") return String(value)
  return value
}

function isDefault(field: protobuf.Field, normal: unknown): boolean {
  if (field.resolvedType instanceof protobuf.Type) return false
  if (Array.isArray(normal)) return normal.length === 0
  return normal === "" || normal === false || normal === "0" || Object.is(normal, 0)
}

/** protobufjs keeps 64-bit map keys as eight-character hashes. */
function twinMapKey(field: protobuf.MapField, key: string): string {
  if (field.keyType !== "uint64" && field.keyType !== "int64") return key
  return key.length === 8 ? String(protobuf.util.longFromHash(key, field.keyType === "uint64")) : key
}

function sortedEntries(entries: [string, unknown][]): [string, unknown][] {
  return entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

const NESTING_MAX = 3

/** Any message of ours of this type, every field at its extremes now and then. */
export function arbitraryOf(type: protobuf.Type, depth = 0): fc.Arbitrary<Message> {
  const members: { [property: string]: fc.Arbitrary<unknown> } = {}
  for (const field of type.fieldsArray) {
    if (field.partOf !== null) {
      const oneof = field.partOf
      members[propertyName(oneof.name)] ??= fc.option(
        fc.oneof(
          ...oneof.fieldsArray
            .filter((member) => depth < NESTING_MAX || !(member.resolvedType instanceof protobuf.Type))
            .map((member) =>
              fc.record({ case: fc.constant(propertyName(member.name)), value: arbitraryValue(member, depth) })
            )
        ),
        { nil: undefined }
      )
      continue
    }
    const property = propertyName(field.name)
    if (depth === NESTING_MAX && field.resolvedType instanceof protobuf.Type) {
      // Messages refer to each other, some to themselves: end here.
      members[property] = fc.constant(absent(field))
      continue
    }
    const value = arbitraryValue(field, depth)
    if (field instanceof protobuf.MapField) {
      const key = field.keyType === "string" ? fc.string({ maxLength: 5 }).filter((k) => k !== "__proto__") : jsNumber
      members[property] = fc
        .uniqueArray(fc.tuple(key, value), { maxLength: 3, selector: ([k]) => k })
        .map((entries) => new Map<unknown, unknown>(entries))
    } else if (field.repeated) {
      members[property] = fc.array(value, { maxLength: 3 })
    } else if (field.resolvedType instanceof protobuf.Type) {
      members[property] = fc.option(value, { nil: undefined })
    } else members[property] = value
  }
  return fc.record(members)
}

function absent(field: protobuf.Field): unknown {
  return field instanceof protobuf.MapField ? new Map() : field.repeated ? [] : undefined
}

/** Whether a map can occur somewhere in messages of this type; their entries have no order on the wire. */
export function hasMaps(type: protobuf.Type, seen = new Set<protobuf.Type>()): boolean {
  if (seen.has(type)) return false
  seen.add(type)
  return type.fieldsArray.some(
    (field) =>
      field instanceof protobuf.MapField ||
      (field.resolvedType instanceof protobuf.Type && hasMaps(field.resolvedType, seen))
  )
}

const jsNumber = fc.oneof(
  fc.nat({ max: 300 }),
  fc.maxSafeNat(),
  fc.constantFrom(2 ** 28, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1)
)
const signedJsNumber = fc.oneof(jsNumber, fc.maxSafeInteger(), fc.constant(-1))

function arbitraryValue(field: protobuf.Field, depth: number): fc.Arbitrary<unknown> {
  const resolved = field.resolvedType
  if (resolved instanceof protobuf.Type) return arbitraryOf(resolved, depth + 1)
  if (resolved instanceof protobuf.Enum)
    return fc.oneof(fc.constantFrom(...Object.values(resolved.values)), fc.integer())
  const asNumber = field instanceof protobuf.MapField || isJsNumber(field)
  switch (field.type) {
    case "bool":
      return fc.boolean()
    case "bytes":
      return fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ minLength: 120, maxLength: 140 }))
    case "string":
      return fc.oneof(fc.string({ unit: "binary", maxLength: 12 }), fc.string({ minLength: 40, maxLength: 60 }))
    case "double":
      return fc.double({ noNaN: true })
    case "uint32":
      return fc.oneof(fc.nat({ max: 300 }), fc.integer({ min: 0, max: 0xffffffff }))
    case "int32":
      return fc.integer()
    case "uint64":
      return asNumber ? jsNumber : fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constant(0n))
    case "int64":
      return asNumber
        ? signedJsNumber
        : fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constant(0n))
    default:
      throw new Error(`no arbitrary for ${field.type}`)
  }
}
