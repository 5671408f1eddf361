import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { HpackDecoder, HpackError } from "../src/http2/HpackDecoder.ts"
import { headerBlock } from "../src/http2/headerBlock.ts"
import { huffmanLengths, staticTable } from "../src/http2/hpackTables.ts"

const hexBytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex")
const listMax = 64 * 1024

/** The blocks one after the other through one decoder. */
const decodeAll = (blocks: ReadonlyArray<string>): ReadonlyArray<string> => {
  const decoder = new HpackDecoder()
  return blocks.map((hex) =>
    decoder
      .decode(hexBytes(hex), listMax)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ")
  )
}

const requests = [
  ":method=GET :scheme=http :path=/ :authority=www.example.com",
  ":method=GET :scheme=http :path=/ :authority=www.example.com cache-control=no-cache",
  ":method=GET :scheme=https :path=/index.html :authority=www.example.com custom-key=custom-value"
]

describe("the examples of RFC 7541", () => {
  test("C.2: a literal with and without indexing, never indexed, indexed", () => {
    expect(decodeAll(["400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"])).toEqual([
      "custom-key=custom-header"
    ])
    expect(decodeAll(["040c 2f73 616d 706c 652f 7061 7468"])).toEqual([":path=/sample/path"])
    expect(decodeAll(["1008 7061 7373 776f 7264 0673 6563 7265 74"])).toEqual(["password=secret"])
    expect(decodeAll(["82"])).toEqual([":method=GET"])
  })

  test("C.3: requests on one connection", () => {
    expect(
      decodeAll([
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65"
      ])
    ).toEqual(requests)
  })

  test("C.4: the same with Huffman texts", () => {
    expect(
      decodeAll([
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "8286 84be 5886 a8eb 1064 9cbf",
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"
      ])
    ).toEqual(requests)
  })

  test("C.5: responses in a table of 256 bytes, whose oldest entries go", () => {
    const location = "https://www.example.com"
    expect(
      decodeAll([
        "3fe101 4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "4803 3330 37c1 c0bf",
        "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0"
      ])
    ).toEqual([
      `:status=302 cache-control=private date=Mon, 21 Oct 2013 20:13:21 GMT location=${location}`,
      `:status=307 cache-control=private date=Mon, 21 Oct 2013 20:13:21 GMT location=${location}`,
      `:status=200 cache-control=private date=Mon, 21 Oct 2013 20:13:22 GMT location=${location}`
    ])
  })
})

test("a repeated block is answered alike, until the table changes below it", () => {
  const decoder = new HpackDecoder()
  const decode = (hex: string) => decoder.decode(hexBytes(hex), listMax)
  // :authority=a and :authority=b, each put into the table.
  decode("4101 61")
  const first = decode("be")
  expect(first).toEqual([[":authority", "a"]])
  expect(decode("be")).toBe(first)
  decode("4101 62")
  expect(decode("be")).toEqual([[":authority", "b"]])
  expect(decode("bf")).toEqual([[":authority", "a"]])
})

/** What any client may send in place of `text`. */
const huffman = (text: Buffer): Buffer => {
  const codes = new Map<number, { code: number; length: number }>()
  let code = 0
  let before = 0
  const order = [...huffmanLengths.entries()].sort(([a, x], [b, y]) => x - y || a - b)
  for (const [symbol, length] of order) {
    code *= 2 ** (length - before)
    before = length
    codes.set(symbol, { code: code++, length })
  }
  let bits = ""
  for (const byte of text) {
    const { code: value, length } = codes.get(byte)!
    bits += value.toString(2).padStart(length, "0")
  }
  bits += "1".repeat((8 - (bits.length % 8)) % 8)
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

test("every byte has its Huffman code (seed 20261123)", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const text = Buffer.from(bytes)
      const coded = huffman(text)
      fc.pre(coded.length < 127)
      const block = Buffer.concat([Buffer.from([0x04, 0x80 | coded.length]), coded])
      expect(new HpackDecoder().decode(block, listMax)).toEqual([[":path", text.toString("latin1")]])
    }),
    { seed: 20_261_123, numRuns: 300 }
  )
  const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
  for (const byte of all) {
    const coded = huffman(Buffer.from([byte]))
    const block = Buffer.concat([Buffer.from([0x04, 0x80 | coded.length]), coded])
    expect(new HpackDecoder().decode(block, listMax)[0]?.[1]).toBe(String.fromCharCode(byte))
  }
})

test("what we encode decodes to itself, long values included (seed 20261123)", () => {
  const text = (maxLength: number) => fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString("latin1"))
  fc.assert(
    fc.property(fc.array(fc.tuple(text(200), text(3_000)), { maxLength: 8 }), (headers) => {
      expect(new HpackDecoder().decode(headerBlock(headers), listMax)).toEqual(headers)
    }),
    { seed: 20_261_123, numRuns: 100 }
  )
  expect(new HpackDecoder().decode(headerBlock([[":status", "200"]]), listMax)).toEqual([[":status", "200"]])
})

describe("refused", () => {
  const refused = (hex: string): string => {
    try {
      new HpackDecoder().decode(hexBytes(hex), listMax)
      return "taken"
    } catch (error) {
      if (!(error instanceof HpackError)) throw error
      return error.message
    }
  }
  test.each([
    ["an index of 0", "80"],
    ["an index beyond both tables", "be"],
    ["a block that ends in a name", "4005 6162"],
    ["an integer without end", "7fff ffff ffff ff"],
    ["a table larger than allowed", "3fe2 1f"],
    ["a size change after a header", "8220"],
    ["Huffman padding of zeros", "0482 1800"],
    ["Huffman padding of a byte", "0482 1fff"],
    ["the Huffman end mark", "0484 ffff ffff"]
  ])("%s", (_, hex) => {
    expect(refused(hex)).not.toBe("taken")
  })

  test("a list larger than its bound, however small the block", () => {
    const decoder = new HpackDecoder()
    decoder.decode(headerBlockIndexed("x".repeat(3_000)), listMax)
    expect(() => decoder.decode(Buffer.alloc(100, 0xbe), listMax)).toThrow(HpackError)
  })

  test("any bytes are a list or an HpackError (seed 20261123)", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 4 }), (blocks) => {
        const decoder = new HpackDecoder()
        try {
          for (const block of blocks) decoder.decode(Buffer.from(block), listMax)
        } catch (error) {
          expect(error).toBeInstanceOf(HpackError)
        }
      }),
      { seed: 20_261_123, numRuns: 2_000 }
    )
  })
})

/** `:path` with this value, put into the table. */
const headerBlockIndexed = (value: string): Buffer => {
  const block = headerBlock([["x", value]])
  block[0] = 0x40
  return block
}

test("the static table is as long as the protocol says", () => {
  expect(staticTable.length).toBe(61)
  expect(huffmanLengths.length).toBe(257)
})
