/**
 * Dense examples: messages with every field set to something that tells its number, nested one level deep, one example
 * per alternative of the oneof with the most. The recorded bytes of real kvproto were made from these.
 */
import protobuf from "protobufjs"
import { isJsNumber, propertyName } from "../scripts/schema.ts"

const NESTING_MAX = 1

type Message = { [property: string]: unknown }

export function denseExamples(type: protobuf.Type): readonly Message[] {
  const count = Math.max(1, ...type.oneofsArray.map((oneof) => oneof.fieldsArray.length))
  return Array.from({ length: count }, (_, choice) => dense(type, choice, 0))
}

function dense(type: protobuf.Type, choice: number, depth: number): Message {
  const out: Message = {}
  for (const field of type.fieldsArray) {
    const deepEnough = depth === NESTING_MAX && field.resolvedType instanceof protobuf.Type
    const oneof = field.partOf
    if (oneof !== null) {
      const property = propertyName(oneof.name)
      const chosen = oneof.fieldsArray[choice % oneof.fieldsArray.length]
      if (field === chosen && !deepEnough) {
        out[property] = { case: propertyName(field.name), value: denseValue(field, choice, depth) }
      } else if (!(property in out)) out[property] = undefined
      continue
    }
    const property = propertyName(field.name)
    if (field instanceof protobuf.MapField) {
      const key = field.keyType === "string" ? `key ${field.id}` : field.id
      out[property] = deepEnough ? new Map() : new Map([[key, denseValue(field, choice, depth)]])
    } else if (field.repeated) {
      out[property] = deepEnough ? [] : [denseValue(field, choice, depth), denseValue(field, choice, depth)]
    } else out[property] = deepEnough ? undefined : denseValue(field, choice, depth)
  }
  return out
}

function denseValue(field: protobuf.Field, choice: number, depth: number): unknown {
  const resolved = field.resolvedType
  if (resolved instanceof protobuf.Type) return dense(resolved, choice, depth + 1)
  if (resolved instanceof protobuf.Enum) return Math.max(...Object.values(resolved.values))
  switch (field.type) {
    case "bool":
      return true
    case "bytes":
      return Uint8Array.of(0, field.id & 0xff, 0xff)
    case "string":
      return `é${field.id}`
    case "double":
      return field.id + 0.5
    case "uint64":
    case "int64":
      if (field instanceof protobuf.MapField || isJsNumber(field)) return 2 ** 40 + field.id
      return field.type === "uint64" ? 2n ** 63n + BigInt(field.id) : -BigInt(field.id)
    default:
      return 1000 + field.id
  }
}
