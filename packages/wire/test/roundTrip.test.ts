/** Every message, against protobufjs as a naive twin: same bytes written, same values read. */
import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { type Codec, decode, encode } from "../src/codec/Codec.ts"
import { codecs } from "../src/generated/registry.ts"
import { arbitraryOf, decodeByTwin, encodeByTwin, hasMaps, normalOfOurs, SEED, types } from "./twin.ts"

const RUNS = 12

test("the registry holds exactly the messages of the .proto files", () => {
  expect(codecs.map((codec) => codec.name).sort()).toEqual([...types.keys()].sort())
})

describe(`round trip, seed ${SEED}`, () => {
  for (const codec of codecs as readonly Codec<{ [property: string]: unknown }>[]) {
    const type = types.get(codec.name)
    if (type === undefined) throw new Error(`${codec.name} is in no .proto file`)

    const ordered = !hasMaps(type)

    test(codec.name, () => {
      fc.assert(
        fc.property(arbitraryOf(type), (message) => {
          const bytes = encode(codec, message)
          const normal = normalOfOurs(type, message)
          expect(decode(codec, bytes)).toEqual(message)
          expect(decodeByTwin(type, bytes)).toEqual(normal)
          const twinBytes = encodeByTwin(type, normal)
          if (ordered) expect(Buffer.compare(bytes, twinBytes)).toBe(0)
          else expect(bytes.length).toBe(twinBytes.length)
          expect(normalOfOurs(type, decode(codec, twinBytes))).toEqual(normal)
        }),
        { seed: SEED, numRuns: RUNS }
      )
    })

    test(`${codec.name} is empty bytes when nothing is set`, () => {
      const empty = codec.create()
      expect(encode(codec, empty).length).toBe(0)
      expect(decode(codec, new Uint8Array(0))).toEqual(empty)
      expect(codec.create(empty)).toEqual(empty)
    })
  }
})
