/**
 * Turns one parsed .proto file into one TypeScript module: per message an interface, a reader, a writer, a maker and the
 * codec that names them; per enum a const object and its type.
 *
 * Readers and writers are plain functions that call each other directly, also across modules, so that the engine can
 * inline them. Every message object is built from one literal with every field in field-list order: one hidden class.
 */
import protobuf from "protobufjs"
import { fullName, isJsNumber, type ProtoFile, propertyName, typeName } from "./schema.ts"

const VARINT = 0
const FIXED64 = 1
const DELIMITED = 2

/** How one protobuf type is spelled in TypeScript and which Reader and Writer methods carry it. */
interface Spelling {
  readonly type: string
  readonly absent: string
  readonly wireType: number
  /** An expression that reads one value, without its tag. */
  readonly read: string
  /** A statement that writes `value`, without its tag. */
  readonly write: (value: string) => string
  /** A condition that holds when `value` must be written. */
  readonly present: (value: string) => string
  /** Set for messages, which are read between `enter` and `leave`. */
  readonly message: string | undefined
}

export function emitModule(file: ProtoFile, moduleOf: ReadonlyMap<string, string>): string {
  const imports = new Set<string>()
  const body: string[] = []
  for (const enumeration of file.enums) body.push(emitEnum(enumeration))
  const emitter = new MessageEmitter(file.module, moduleOf, imports)
  for (const message of file.messages) body.push(emitter.message(message))
  const runtime: string[] = []
  if (file.messages.length > 0) {
    runtime.push('import type { Codec } from "../codec/Codec.ts"')
    runtime.push(`import { ${emitter.usesEmpty ? "EMPTY, " : ""}type Reader } from "../codec/Reader.ts"`)
    runtime.push('import type { Writer } from "../codec/Writer.ts"')
  }
  const others = [...imports].sort().map((name) => `import * as ${name} from "./${name}.ts"`)
  return [banner(`proto/${file.module}.proto`, file.comment), [...runtime, ...others].join("\n"), ...body]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n")
}

/** The module of all service descriptors. */
export function emitServices(files: readonly ProtoFile[], moduleOf: ReadonlyMap<string, string>): string {
  const imports = new Set<string>()
  const parts: string[] = []
  const names: string[] = []
  for (const service of files.flatMap((file) => file.services)) {
    names.push(service.name)
    const methods = service.methodsArray.map((method) => {
      method.resolve()
      const [request, response] = [method.resolvedRequestType, method.resolvedResponseType].map((type) => {
        if (type === null) throw new Error(`${method.fullName}: unresolved type`)
        const module = moduleOf.get(fullName(type)) as string
        imports.add(module)
        return `${module}.${typeName(type)}`
      })
      return [
        `    ${method.name}: {`,
        `      name: "${method.name}",`,
        `      path: "/${fullName(service)}/${method.name}",`,
        `      request: ${request},`,
        `      response: ${response},`,
        `      requestStream: ${method.requestStream === true},`,
        `      responseStream: ${method.responseStream === true}`,
        "    }"
      ].join("\n")
    })
    parts.push(
      [
        `export const ${service.name} = {`,
        `  name: "${fullName(service)}",`,
        "  methods: {",
        methods.join(",\n"),
        "  }",
        "} as const satisfies Service"
      ].join("\n")
    )
  }
  return [
    banner("proto/*.proto", "The services of every .proto file: each method's path and the codecs of both directions."),
    [
      'import type { Service } from "../codec/Codec.ts"',
      ...[...imports].sort().map((name) => `import * as ${name} from "./${name}.ts"`)
    ].join("\n"),
    ...parts,
    `export const services = { ${names.join(", ")} } as const`
  ]
    .join("\n\n")
    .concat("\n")
}

/** The list of every message's codec, for suites that cover them all. */
export function emitRegistry(files: readonly ProtoFile[]): string {
  const withMessages = files.filter((file) => file.messages.length > 0)
  return [
    banner("proto/*.proto", "Every message's codec, for tests and tools that treat them alike."),
    [
      'import type { Codec } from "../codec/Codec.ts"',
      ...withMessages.map((file) => `import * as ${file.module} from "./${file.module}.ts"`)
    ].join("\n"),
    [
      "export const codecs: readonly Codec<object>[] = [",
      withMessages
        .flatMap((file) => file.messages.map((message) => `  ${file.module}.${typeName(message)}`))
        .join(",\n"),
      "]"
    ].join("\n")
  ]
    .join("\n\n")
    .concat("\n")
}

function banner(source: string, comment: string): string {
  const lines = comment === "" ? [] : [" *", ...comment.split("\n").map((line) => ` * ${line}`)]
  return ["/**", ` * Generated from ${source} by \`bun run generate\`; do not edit.`, ...lines, " */"].join("\n")
}

function emitEnum(enumeration: protobuf.Enum): string {
  const name = typeName(enumeration)
  const values = Object.entries(enumeration.values).map(([key, value]) => {
    const comment = enumeration.comments[key]
    return `${comment ? doc(comment, "  ") : ""}  ${key}: ${value}`
  })
  return [
    `${doc(enumeration.comment, "")}export const ${name} = {`,
    values.join(",\n"),
    "} as const",
    "/** Open, as in proto3: a newer peer may send a number that has no name here. */",
    `export type ${name} = (typeof ${name})[keyof typeof ${name}] | (number & {})`
  ].join("\n")
}

function doc(comment: string | null, indent: string): string {
  if (comment === null || comment === "") return ""
  const lines = comment.split("\n")
  return lines.length === 1
    ? `${indent}/** ${lines[0]} */\n`
    : `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join("")}${indent} */\n`
}

class MessageEmitter {
  usesEmpty = false
  private readonly module: string
  private readonly moduleOf: ReadonlyMap<string, string>
  private readonly imports: Set<string>

  constructor(module: string, moduleOf: ReadonlyMap<string, string>, imports: Set<string>) {
    this.module = module
    this.moduleOf = moduleOf
    this.imports = imports
  }

  message(message: protobuf.Type): string {
    const name = typeName(message)
    return [
      this.interfaceOf(message),
      this.makerOf(message),
      this.writerOf(message),
      this.readerOf(message),
      [
        `export const ${name}: Codec<${name}> = {`,
        `  name: "${fullName(message)}",`,
        `  create: make${name},`,
        `  encode: write${name},`,
        `  decode: read${name}`,
        "}"
      ].join("\n")
    ].join("\n\n")
  }

  private interfaceOf(message: protobuf.Type): string {
    const lines = members(message).map((member) => {
      if (member instanceof protobuf.OneOf) {
        const cases = member.fieldsArray.map(
          (field) => `    | { readonly case: "${propertyName(field.name)}"; readonly value: ${this.spell(field).type} }`
        )
        return `${doc(member.comment, "  ")}  ${propertyName(member.name)}:\n${cases.join("\n")}\n    | undefined`
      }
      const deprecated = member.options?.["deprecated"] === true ? "@deprecated" : null
      const comment = [member.comment, deprecated].filter((part) => part !== null && part !== "").join("\n")
      return `${doc(comment, "  ")}  ${propertyName(member.name)}: ${this.memberType(member)}`
    })
    const head = `${doc(message.comment, "")}export interface ${typeName(message)} {`
    return lines.length === 0 ? `${head}}` : [head, ...lines, "}"].join("\n")
  }

  private memberType(field: protobuf.Field): string {
    const spelling = this.spell(field)
    if (field instanceof protobuf.MapField) return `Map<${this.mapKey(field).type}, ${spelling.type}>`
    if (field.repeated) return `${spelling.type}[]`
    return spelling.message === undefined ? spelling.type : `${spelling.type} | undefined`
  }

  private absentOf(member: protobuf.Field | protobuf.OneOf): string {
    if (member instanceof protobuf.OneOf) return "undefined"
    if (member instanceof protobuf.MapField) return "new Map()"
    if (member.repeated) return "[]"
    const spelling = this.spell(member)
    if (spelling.absent === "EMPTY") this.usesEmpty = true
    return spelling.absent
  }

  private makerOf(message: protobuf.Type): string {
    const name = typeName(message)
    const all = members(message)
    if (all.length === 0) return `function make${name}(_partial?: Partial<${name}>): ${name} {\n  return {}\n}`
    const lines = all.map((member) => {
      const property = propertyName(member.name)
      const absent = this.absentOf(member)
      return absent === "undefined"
        ? `    ${property}: partial.${property}`
        : `    ${property}: partial.${property} ?? ${absent}`
    })
    return [
      `function make${name}(partial: Partial<${name}> = {}): ${name} {`,
      "  return {",
      lines.join(",\n"),
      "  }",
      "}"
    ].join("\n")
  }

  private writerOf(message: protobuf.Type): string {
    const name = typeName(message)
    // Back to front: the field with the highest number is written first, so the bytes ascend.
    const fields = [...message.fieldsArray].sort((a, b) => b.id - a.id)
    if (fields.length === 0) return `export function write${name}(_m: ${name}, _w: Writer): void {}`
    const lines: string[] = []
    for (let at = 0; at < fields.length; ) {
      const field = fields[at] as protobuf.Field
      const oneof = field.partOf
      const from = at++
      if (oneof === null) lines.push(...this.writeField(field))
      else {
        // Members of a oneof are written together unless other fields' numbers lie between theirs.
        while (fields[at]?.partOf === oneof) at++
        lines.push(...this.writeOneof(oneof, fields.slice(from, at)))
      }
    }
    return [`export function write${name}(m: ${name}, w: Writer): void {`, ...lines.map((l) => `  ${l}`), "}"].join(
      "\n"
    )
  }

  private writeOneof(oneof: protobuf.OneOf, fields: readonly protobuf.Field[]): string[] {
    const property = `m.${propertyName(oneof.name)}`
    const lines = [`if (${property} !== undefined) {`, `  switch (${property}.case) {`]
    for (const field of fields) {
      const spelling = this.spell(field)
      lines.push(`    case "${propertyName(field.name)}": {`)
      lines.push(...this.writeValue(spelling, `${property}.value`, field.id).map((line) => `      ${line}`))
      lines.push("      break", "    }")
    }
    return [...lines, "  }", "}"]
  }

  private writeField(field: protobuf.Field): string[] {
    const value = `m.${propertyName(field.name)}`
    const spelling = this.spell(field)
    if (field instanceof protobuf.MapField) {
      const key = this.mapKey(field)
      return [
        `if (${value}.size > 0) {`,
        `  for (const [k, v] of [...${value}].reverse()) {`,
        "    const entry = w.mark()",
        ...this.writeValue(spelling, "v", 2).map((line) => `    ${line}`),
        ...this.writeValue(key, "k", 1).map((line) => `    ${line}`),
        "    w.lengthSince(entry)",
        `    w.tag(${(field.id << 3) | DELIMITED})`,
        "  }",
        "}"
      ]
    }
    if (field.repeated) {
      if (spelling.wireType !== DELIMITED) {
        return [
          `if (${value}.length > 0) {`,
          "  const list = w.mark()",
          `  for (let i = ${value}.length - 1; i >= 0; i--) ${spelling.write(`${value}[i]!`)}`,
          "  w.lengthSince(list)",
          `  w.tag(${(field.id << 3) | DELIMITED})`,
          "}"
        ]
      }
      return [
        `for (let i = ${value}.length - 1; i >= 0; i--) {`,
        ...this.writeValue(spelling, `${value}[i]!`, field.id).map((line) => `  ${line}`),
        "}"
      ]
    }
    return [
      `if (${spelling.present(value)}) {`,
      ...this.writeValue(spelling, value, field.id).map((line) => `  ${line}`),
      "}"
    ]
  }

  private writeValue(spelling: Spelling, value: string, number: number): string[] {
    const tag = `w.tag(${(number << 3) | spelling.wireType})`
    if (spelling.message === undefined) return [spelling.write(value), tag]
    return ["const start = w.mark()", spelling.write(value), "w.lengthSince(start)", tag]
  }

  private readerOf(message: protobuf.Type): string {
    const name = typeName(message)
    const all = members(message)
    const cases: string[] = []
    for (const field of message.fieldsArray) cases.push(...this.readField(field))
    const known = [...message.fieldsArray].map((field) => field.id).sort((a, b) => a - b)
    const unknown = `r.unknown(tag, "${fullName(message)}", [${known.join(", ")}])`
    const make =
      all.length === 0
        ? [`  const m: ${name} = {}`]
        : [
            `  const m: ${name} = {`,
            all.map((member) => `    ${propertyName(member.name)}: ${this.absentOf(member)}`).join(",\n"),
            "  }"
          ]
    const body =
      cases.length === 0
        ? ["    const tag = r.tag()", `    ${unknown}`]
        : [
            "    const tag = r.tag()",
            "    switch (tag) {",
            ...cases.map((line) => `      ${line}`),
            "      default:",
            `        ${unknown}`,
            "    }"
          ]
    return [
      `export function read${name}(r: Reader, end: number): ${name} {`,
      ...make,
      "  while (r.pos < end) {",
      ...body,
      "  }",
      "  return m",
      "}"
    ].join("\n")
  }

  private readField(field: protobuf.Field): string[] {
    const spelling = this.spell(field)
    const tag = (field.id << 3) | spelling.wireType
    const target = `m.${propertyName(field.name)}`
    if (field instanceof protobuf.MapField) return this.readMap(field, spelling, target)
    const oneof = field.partOf
    const assign = (value: string): string => {
      if (oneof !== null) {
        return `m.${propertyName(oneof.name)} = { case: "${propertyName(field.name)}", value: ${value} }`
      }
      return field.repeated ? `${target}.push(${value})` : `${target} = ${value}`
    }
    if (spelling.message !== undefined) {
      return [`case ${tag}: {`, "  const to = r.enter()", `  ${assign(spelling.read)}`, "  r.leave(to)", "  break", "}"]
    }
    const lines = [`case ${tag}:`, `  ${assign(spelling.read)}`, "  break"]
    if (field.repeated && spelling.wireType !== DELIMITED) {
      lines.push(
        `case ${(field.id << 3) | DELIMITED}: {`,
        "  const to = r.enterPacked()",
        `  while (r.pos < to) ${assign(spelling.read)}`,
        "  r.leavePacked(to)",
        "  break",
        "}"
      )
    }
    return lines
  }

  private readMap(field: protobuf.MapField, value: Spelling, target: string): string[] {
    const key = this.mapKey(field)
    const readInto = (spelling: Spelling, variable: string, number: number): string[] => {
      const head = `    case ${(number << 3) | spelling.wireType}:`
      if (spelling.message === undefined) return [head, `      ${variable} = ${spelling.read}`, "      break"]
      return [
        `${head} {`,
        "      const to = r.enter()",
        `      ${variable} = ${spelling.read}`,
        "      r.leave(to)",
        "      break",
        "    }"
      ]
    }
    const absentValue = value.message === undefined ? value.absent : `${value.message}.create()`
    if (absentValue === "EMPTY") this.usesEmpty = true
    return [
      `case ${(field.id << 3) | DELIMITED}: {`,
      "  const entryEnd = r.enter()",
      `  let k: ${key.type} = ${key.absent}`,
      `  let v: ${value.type} = ${absentValue}`,
      "  while (r.pos < entryEnd) {",
      "    const tag = r.tag()",
      "    switch (tag) {",
      ...[...readInto(key, "k", 1), ...readInto(value, "v", 2)].map((line) => `  ${line}`),
      "      default:",
      `        r.unknown(tag, "${fullName(field)}", [1, 2])`,
      "    }",
      "  }",
      "  r.leave(entryEnd)",
      `  ${target}.set(k, v)`,
      "  break",
      "}"
    ]
  }

  private mapKey(field: protobuf.MapField): Spelling {
    return scalar(field.keyType, true)
  }

  private spell(field: protobuf.Field): Spelling {
    const resolved = field.resolvedType
    // protobuf has no jstype for maps: their 64-bit keys and values are numbers.
    if (resolved === null) return scalar(field.type, field instanceof protobuf.MapField || isJsNumber(field))
    const module = this.moduleOf.get(fullName(resolved))
    if (module === undefined) throw new Error(`${field.fullName}: ${fullName(resolved)} is in no module`)
    if (module !== this.module) this.imports.add(module)
    const prefix = module === this.module ? "" : `${module}.`
    const name = typeName(resolved)
    if (resolved instanceof protobuf.Enum) return { ...scalar("int32", false), type: `${prefix}${name}` }
    return {
      type: `${prefix}${name}`,
      absent: "undefined",
      wireType: DELIMITED,
      read: `${prefix}read${name}(r, to)`,
      write: (value) => `${prefix}write${name}(${value}, w)`,
      present: (value) => `${value} !== undefined`,
      message: `${prefix}${name}`
    }
  }
}

function scalar(type: string, jsNumber: boolean): Spelling {
  const via = (method: string, ts: string, absent: string, wireType: number): Spelling => ({
    type: ts,
    absent,
    wireType,
    read: `r.${method}()`,
    write: (value) => `w.${method}(${value})`,
    present: (value) => `${value} !== ${absent}`,
    message: undefined
  })
  switch (type) {
    case "bool":
      return { ...via("bool", "boolean", "false", VARINT), present: (value) => value }
    case "uint32":
    case "int32":
      return via(type, "number", "0", VARINT)
    case "uint64":
      return jsNumber ? via("uint53", "number", "0", VARINT) : via("uint64", "bigint", "0n", VARINT)
    case "int64":
      return jsNumber ? via("int53", "number", "0", VARINT) : via("int64", "bigint", "0n", VARINT)
    case "double":
      return { ...via("double", "number", "0", FIXED64), present: (value) => `!Object.is(${value}, 0)` }
    case "string":
      return via("string", "string", '""', DELIMITED)
    case "bytes":
      return { ...via("bytes", "Uint8Array", "EMPTY", DELIMITED), present: (value) => `${value}.length > 0` }
    default:
      throw new Error(`${type} is not supported`)
  }
}

/** The properties of a message's interface: plain fields, and each oneof where its first field stands. */
function members(message: protobuf.Type): readonly (protobuf.Field | protobuf.OneOf)[] {
  return [...new Set(message.fieldsArray.map((field) => field.partOf ?? field))]
}
