/** Decoders are total: any bytes give a value or a WireError, and a value means the same when written again. */
import { expect, test } from "bun:test"
import fc from "fast-check"
import { type Codec, decode, encode } from "../src/codec/Codec.ts"
import { WireError } from "../src/codec/WireError.ts"
import { codecs } from "../src/generated/registry.ts"
import { arbitraryOf, normalOfOurs, SEED, types } from "./twin.ts"

type AnyCodec = Codec<{ [property: string]: unknown }>

const all = codecs as readonly AnyCodec[]
const anyCodec = fc.constantFrom(...all)

/** Decodes; returns undefined for a WireError and rethrows anything else. */
function tryDecode(codec: AnyCodec, bytes: Uint8Array): { [property: string]: unknown } | undefined {
  try {
    return decode(codec, bytes)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    expect(error.subject).not.toBe("")
    expect(error.offset).toBeGreaterThanOrEqual(0)
    expect(error.offset).toBeLessThanOrEqual(bytes.length)
    return undefined
  }
}

function checkTotal(codec: AnyCodec, bytes: Uint8Array): void {
  const message = tryDecode(codec, bytes)
  if (message === undefined) return
  const type = types.get(codec.name)
  if (type === undefined) throw new Error(codec.name)
  const again = decode(codec, encode(codec, message))
  expect(normalOfOurs(type, again)).toEqual(normalOfOurs(type, message))
}

/** Bytes that often start like fields: a plausible tag, then anything. */
const fieldLike = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 45 }),
      fc.constantFrom(0, 0, 1, 2, 2, 2, 3, 4, 5, 7),
      fc.uint8Array({ maxLength: 12 })
    ),
    { maxLength: 6 }
  )
  .map((fields) => Uint8Array.from(fields.flatMap(([number, wire, body]) => [((number << 3) | wire) & 0x7f, ...body])))

test(`random bytes, seed ${SEED}`, () => {
  fc.assert(fc.property(anyCodec, fc.oneof(fc.uint8Array({ maxLength: 64 }), fieldLike), checkTotal), {
    seed: SEED,
    numRuns: 6000
  })
})

test(`every cut of a valid message, seed ${SEED}`, () => {
  for (const codec of all) {
    const type = types.get(codec.name)
    if (type === undefined) throw new Error(codec.name)
    const [message] = fc.sample(arbitraryOf(type), { seed: SEED, numRuns: 1 })
    const bytes = encode(codec, message as { [property: string]: unknown })
    const step = Math.max(1, Math.floor(bytes.length / 40))
    for (let length = 0; length < bytes.length; length += step) checkTotal(codec, bytes.subarray(0, length))
  }
})

test(`valid messages with bytes changed, seed ${SEED}`, () => {
  const mutated = anyCodec.chain((codec) => {
    const type = types.get(codec.name)
    if (type === undefined) throw new Error(codec.name)
    return fc.tuple(
      fc.constant(codec),
      arbitraryOf(type),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 })
    )
  })
  fc.assert(
    fc.property(mutated, ([codec, message, changes]) => {
      const bytes = encode(codec, message)
      if (bytes.length === 0) return
      for (const [at, value] of changes) bytes[at % bytes.length] = value
      checkTotal(codec, bytes)
    }),
    { seed: SEED, numRuns: 1500 }
  )
})

test("a length that promises gigabytes is refused before anything is allocated", () => {
  for (const codec of all) {
    const type = types.get(codec.name)
    const field = type?.fieldsArray.find((candidate) => candidate.type === "bytes" || candidate.repeated)
    if (field === undefined) continue
    const tag = (field.id << 3) | 2
    const head = tag < 0x80 ? [tag] : [(tag & 0x7f) | 0x80, tag >>> 7]
    const bytes = Uint8Array.from([...head, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3])
    expect(() => decode(codec, bytes)).toThrow(WireError)
  }
})
