/**
 * Loads the committed .proto files and gives their names the form TypeScript code uses.
 *
 * protobufjs parses; everything this codec does not support is refused here, so that a new .proto construct fails the
 * generator instead of producing a codec that reads it wrongly.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import protobuf from "protobufjs"

export const PROTO_DIR = join(import.meta.dir, "..", "proto")

const SUPPORTED_SCALARS = new Set(["bool", "bytes", "double", "int32", "int64", "string", "uint32", "uint64"])
const MAP_KEYS = new Set(["string", "uint64", "int64", "uint32", "int32"])

export interface ProtoFile {
  /** File name without extension, which is also the generated module's name. */
  readonly module: string
  /** The comment at the top of the file. */
  readonly comment: string
  readonly enums: readonly protobuf.Enum[]
  /** Outer messages before the ones nested in them, in the order of the file. */
  readonly messages: readonly protobuf.Type[]
  readonly services: readonly protobuf.Service[]
}

/** Every .proto file, resolved against the others and checked for support. */
export function loadFiles(dir: string = PROTO_DIR): readonly ProtoFile[] {
  const names = readdirSync(dir)
    .filter((name) => name.endsWith(".proto"))
    .sort()
  const root = new protobuf.Root()
  root.resolvePath = (_origin, target) => join(dir, target)
  root.loadSync(names, { keepCase: true, alternateCommentMode: true, preferTrailingComment: true })
  root.resolveAll()
  return names.map((name) => {
    const text = readFileSync(join(dir, name), "utf8")
    const packageName = /^package ([\w.]+);/m.exec(text)?.[1]
    if (packageName === undefined) throw new Error(`${name}: no package`)
    const namespace = root.lookup(packageName, [protobuf.Namespace])
    if (!(namespace instanceof protobuf.Namespace)) throw new Error(`${name}: package ${packageName} is empty`)
    const comment =
      /^(?:\/\/[^\n]*\n)+/
        .exec(text)?.[0]
        .replace(/^\/\/ ?/gm, "")
        .trim() ?? ""
    const enums: protobuf.Enum[] = []
    const messages: protobuf.Type[] = []
    const services: protobuf.Service[] = []
    const visit = (parent: protobuf.NamespaceBase): void => {
      for (const child of parent.nestedArray) {
        if (child instanceof protobuf.Enum) enums.push(child)
        else if (child instanceof protobuf.Type) {
          for (const field of child.fieldsArray) checkSupported(field)
          messages.push(child)
          visit(child)
        } else if (child instanceof protobuf.Service) services.push(child)
      }
    }
    visit(namespace)
    return { module: name.replace(/\.proto$/, ""), comment, enums, messages, services }
  })
}

function checkSupported(field: protobuf.Field): void {
  const scalar = field.resolvedType === null
  if (scalar && !SUPPORTED_SCALARS.has(field.type)) throw new Error(`${field.fullName}: ${field.type} is not supported`)
  if (field instanceof protobuf.MapField && !MAP_KEYS.has(field.keyType)) {
    throw new Error(`${field.fullName}: map key ${field.keyType} is not supported`)
  }
  if (field.options?.["proto3_optional"]) throw new Error(`${field.fullName}: optional is not supported`)
}

/** `metapb.Region`: the name without protobufjs's leading dot. */
export function fullName(object: protobuf.ReflectionObject): string {
  return object.fullName.replace(/^\./, "")
}

/** The TypeScript name: nested names are joined by an underscore, as in `BatchCommandsRequest_Request`. */
export function typeName(object: protobuf.ReflectionObject): string {
  const parent = object.parent
  return parent instanceof protobuf.Type ? `${typeName(parent)}_${object.name}` : object.name
}

/** `region_epoch` → `regionEpoch`, `RawGet` → `rawGet`, `GC` → `gc`, `peerURLs` → `peerURLs`. */
export function propertyName(name: string): string {
  if (/^[A-Z\d]+$/.test(name)) return name.toLowerCase()
  const camel = name.replace(/_+([a-zA-Z\d])/g, (_, letter: string) => letter.toUpperCase())
  return camel.charAt(0).toLowerCase() + camel.slice(1)
}

/** Whether a 64-bit field is declared to be a checked JavaScript number rather than a bigint. */
export function isJsNumber(field: protobuf.Field): boolean {
  return field.options?.["jstype"] === "JS_NUMBER"
}
