/** Key forms: vectors, order, and refusal of everything that is not one. */
import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import {
  type ApiVersion,
  appendTimestamp,
  compareBytes,
  compareEnds,
  decodeMemcomparable,
  decodeMemcomparablePrefix,
  decodeRawValue,
  decodeVersionedKey,
  encodeMemcomparable,
  encodeRawValue,
  encodeVersionedKey,
  equalBytes,
  fromRegionBound,
  hex,
  isExpired,
  isMemcomparable,
  KEYSPACE_ID_MAX,
  type KeyMode,
  keyInRange,
  keyspaceEnd,
  keyspacePrefix,
  makeKeyCodec,
  memcomparableLength,
  nextKey,
  parsePrintable,
  prefixEnd,
  printable,
  rangesOverlap,
  splitKeyspace,
  splitTimestamp,
  startsWith,
  timestampOf,
  toRegionBound,
  toRegionKey,
  ttlSeconds,
  WireError
} from "../src/index.ts"

const SEED = 20_260_807
const options = { seed: SEED, numRuns: 500 }
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const unhex = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value.replaceAll(" ", ""), "hex"))

/** Keys that meet the encoding's corners: few distinct bytes, lengths around eight. */
const key = fc
  .array(fc.constantFrom(0, 1, 0x61, 0xfe, 0xff), { maxLength: 20 })
  .map((values) => Uint8Array.from(values))
const timestamp = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const sign = (value: number): number => Math.sign(value)

describe("memcomparable", () => {
  const vectors: readonly (readonly [string, string])[] = [
    ["", "0000000000000000 f7"],
    ["00", "0000000000000000 f8"],
    ["616263", "6162630000000000 fa"],
    ["010203", "0102030000000000 fa"],
    ["01020300", "0102030000000000 fb"],
    ["0102030405060708", "0102030405060708 ff 0000000000000000 f7"],
    ["010203040506070809", "0102030405060708 ff 0900000000000000 f8"],
    ["ffffffffffffffff", "ffffffffffffffff ff 0000000000000000 f7"]
  ]
  for (const [plain, encoded] of vectors) {
    test(`${plain === "" ? "empty" : plain} ↔ ${encoded}`, () => {
      expect(hex(encodeMemcomparable(unhex(plain)))).toBe(hex(unhex(encoded)))
      expect(hex(decodeMemcomparable(unhex(encoded)))).toBe(hex(unhex(plain)))
    })
  }

  test(`order is kept, seed ${SEED}`, () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(sign(compareBytes(encodeMemcomparable(a), encodeMemcomparable(b)))).toBe(sign(compareBytes(a, b)))
      }),
      options
    )
  })

  test(`round trip, length, and no form is a prefix of another, seed ${SEED}`, () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const encoded = encodeMemcomparable(a)
        expect(encoded.length).toBe(memcomparableLength(a.length))
        expect(decodeMemcomparable(encoded)).toEqual(a)
        expect(isMemcomparable(encoded)).toBe(true)
        if (!equalBytes(a, b)) expect(startsWith(encodeMemcomparable(b), encoded)).toBe(false)
        const followed = encodeMemcomparable(a, b.length)
        followed.set(b, encoded.length)
        expect(decodeMemcomparablePrefix(followed)).toEqual({ key: a, end: encoded.length })
      }),
      options
    )
  })

  test(`decoding is total and exact, seed ${SEED}`, () => {
    const groupLike = fc
      .array(fc.tuple(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.constantFrom(0xff, 0xfe, 0xf7, 0xf6)), {
        maxLength: 3
      })
      .map((groups) => Uint8Array.from(groups.flatMap(([group, marker]) => [...group, marker])))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 30 }), groupLike), (input) => {
        try {
          expect(encodeMemcomparable(decodeMemcomparable(input))).toEqual(input)
        } catch (error) {
          if (!(error instanceof WireError)) throw error
          expect(isMemcomparable(input)).toBe(false)
        }
      }),
      { seed: SEED, numRuns: 2000 }
    )
  })

  for (const [what, input] of [
    ["nothing", ""],
    ["half a group", "61626300"],
    ["a marker below f7", "0000000000000000 f6"],
    ["padding that is not zero", "6162630000000001 fa"],
    ["a full group with nothing behind", "0102030405060708 ff"],
    ["trailing bytes", "6162630000000000 fa 00"]
  ] as const) {
    test(`refuses ${what}`, () => {
      expect(() => decodeMemcomparable(unhex(input))).toThrow(WireError)
    })
  }
})

describe("timestamps", () => {
  test("are stored complemented, big-endian", () => {
    expect(hex(appendTimestamp(text("k"), 1n))).toBe("6BFFFFFFFFFFFFFFFE")
    expect(hex(appendTimestamp(text("k"), 2n ** 64n - 1n))).toBe("6B0000000000000000")
  })

  test(`newest first under one key, keys apart, seed ${SEED}`, () => {
    fc.assert(
      fc.property(key, timestamp, key, timestamp, (a, aTs, b, bTs) => {
        const [x, y] = [encodeVersionedKey(a, aTs), encodeVersionedKey(b, bTs)]
        const byKey = sign(compareBytes(a, b))
        const newestFirst = aTs > bTs ? -1 : aTs < bTs ? 1 : 0
        expect(sign(compareBytes(x, y))).toBe(byKey === 0 ? newestFirst : byKey)
        expect(decodeVersionedKey(x)).toEqual({ key: a, ts: aTs })
        expect(splitTimestamp(x)).toEqual({ key: encodeMemcomparable(a), ts: aTs })
        expect(x).toEqual(appendTimestamp(encodeMemcomparable(a), aTs))
      }),
      options
    )
  })

  test("refuse what is too short or no timestamp", () => {
    expect(() => timestampOf(bytes(1, 2, 3, 4, 5, 6, 7))).toThrow(WireError)
    expect(() => appendTimestamp(text("k"), -1n)).toThrow(WireError)
    expect(() => appendTimestamp(text("k"), 2n ** 64n)).toThrow(WireError)
    expect(() => decodeVersionedKey(appendTimestamp(text("not encoded"), 1n))).toThrow(WireError)
  })
})

describe("byte strings", () => {
  test(`order and ends, seed ${SEED}`, () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const naive = [...a].map((byte) => String.fromCharCode(byte)).join("")
        const other = [...b].map((byte) => String.fromCharCode(byte)).join("")
        expect(sign(compareBytes(a, b))).toBe(naive < other ? -1 : naive > other ? 1 : 0)
        expect(equalBytes(a, b)).toBe(naive === other)
        expect(startsWith(a, b)).toBe(naive.startsWith(other))
        expect(compareBytes(a, nextKey(a))).toBeLessThan(0)
        if (compareBytes(a, b) < 0) expect(compareBytes(nextKey(a), b)).toBeLessThanOrEqual(0)
        expect(keyInRange(b, a, prefixEnd(a))).toBe(
          startsWith(b, a) || (prefixEnd(a).length === 0 && compareBytes(b, a) >= 0)
        )
      }),
      options
    )
  })

  test("the end of a prefix", () => {
    expect(prefixEnd(bytes(1, 2))).toEqual(bytes(1, 3))
    expect(prefixEnd(bytes(1, 0xff, 0xff))).toEqual(bytes(2))
    expect(prefixEnd(bytes(0xff, 0xff))).toEqual(bytes())
    expect(prefixEnd(bytes())).toEqual(bytes())
  })

  test(`ranges overlap when some key is in both, seed ${SEED}`, () => {
    const digit = fc.constantFrom(...["", "a", "b", "c", "d"].map(text))
    fc.assert(
      fc.property(digit, digit, digit, digit, (aStart, aEnd, bStart, bEnd) => {
        const valid = (start: Uint8Array, end: Uint8Array): boolean => end.length === 0 || compareBytes(start, end) < 0
        fc.pre(valid(aStart, aEnd) && valid(bStart, bEnd))
        const points = ["", "a", "b", "c", "d", "e"].map(text)
        const shared = points.some((point) => keyInRange(point, aStart, aEnd) && keyInRange(point, bStart, bEnd))
        expect(rangesOverlap(aStart, aEnd, bStart, bEnd)).toBe(shared)
      }),
      options
    )
    expect(sign(compareEnds(bytes(), text("z")))).toBe(1)
    expect(sign(compareEnds(text("z"), bytes()))).toBe(-1)
    expect(compareEnds(bytes(), bytes())).toBe(0)
    expect(sign(compareEnds(text("a"), text("b")))).toBe(-1)
  })

  test("for people", () => {
    expect(printable(bytes(0x61, 0, 0xff, 0x0a, 0x22, 0x5c, 0x27, 0x7f))).toBe("a\\000\\377\\n\\\"\\\\\\'\\177")
    expect(hex(bytes(0, 0xab, 0xff))).toBe("00ABFF")
    expect(parsePrintable("a\\x00\\377é")).toEqual(bytes(0x61, 0, 0xff, 0xc3, 0xa9))
    expect(() => parsePrintable("a\\q")).toThrow(WireError)
    expect(() => parsePrintable("a\\")).toThrow(WireError)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (value) => {
        expect(parsePrintable(printable(value))).toEqual(value)
      }),
      options
    )
  })
})

describe("key forms", () => {
  const k = text("k")
  const table: readonly (readonly [ApiVersion, KeyMode, string, string])[] = [
    ["V1", "raw", "6B", "6B"],
    ["V1TTL", "raw", "6B", "6B"],
    ["V1", "txn", "6B", hex(encodeMemcomparable(k))],
    ["V2", "raw", "720000076B", hex(encodeMemcomparable(unhex("720000076b")))],
    ["V2", "txn", "780000076B", hex(encodeMemcomparable(unhex("780000076b")))]
  ]
  for (const [api, mode, inRequests, inRegions] of table) {
    test(`${api} ${mode}`, () => {
      const codec = makeKeyCodec(api, mode, 7)
      const request = codec.encodeKey(k)
      expect(hex(request)).toBe(inRequests)
      expect(hex(codec.encodeRegionKey(k))).toBe(inRegions)
      expect(codec.decodeKey(request)).toEqual(k)
      // The store comes to the same region key from the request's.
      expect(hex(toRegionKey(api, mode, request))).toBe(inRegions)
      expect(fromRegionBound(api, mode, toRegionBound(api, mode, request))).toEqual(request)
      expect(toRegionBound(api, mode, bytes()).length).toBe(0)
      expect(fromRegionBound(api, mode, bytes()).length).toBe(0)
    })
  }

  test("open ranges end with the keyspace in V2, and nowhere in V1", () => {
    const open = { start: bytes(), end: bytes() }
    expect(makeKeyCodec("V1", "raw").encodeRange(open)).toEqual(open)
    expect(makeKeyCodec("V1", "txn").encodeRegionRange(open)).toEqual(open)
    const v2 = makeKeyCodec("V2", "raw", 0xff)
    expect(v2.encodeRange(open)).toEqual({ start: bytes(0x72, 0, 0, 0xff), end: bytes(0x72, 0, 1, 0) })
    expect(v2.decodeRegionRange(v2.encodeRegionRange(open))).toEqual(open)
    expect(keyspaceEnd("raw", KEYSPACE_ID_MAX)).toEqual(bytes(0x73, 0, 0, 0))
    expect(() => keyspacePrefix("raw", KEYSPACE_ID_MAX + 1)).toThrow(WireError)
    expect(() => keyspacePrefix("raw", -1)).toThrow(WireError)
  })

  test("V2 clips regions to the keyspace and refuses those outside", () => {
    const codec = makeKeyCodec("V2", "txn", 5)
    const bound = (...values: number[]): Uint8Array => encodeMemcomparable(bytes(...values))
    const decoded = (start: Uint8Array, end: Uint8Array): string => {
      const range = codec.decodeRegionRange({ start, end })
      return `[${printable(range.start)}, ${printable(range.end)})`
    }
    expect(decoded(bytes(), bytes())).toBe("[, )")
    expect(decoded(bound(0x78, 0, 0, 4), bound(0x78, 0, 0, 5, 0x6d))).toBe("[, m)")
    expect(decoded(bound(0x78, 0, 0, 5, 0x61), bound(0x78, 0, 0, 6))).toBe("[a, )")
    expect(() => decoded(bytes(), bound(0x78, 0, 0, 5))).toThrow(WireError)
    expect(() => decoded(bound(0x78, 0, 0, 6), bytes())).toThrow(WireError)
    expect(() => decoded(text("plain"), bytes())).toThrow(WireError)
    expect(() => codec.decodeKey(bytes(0x78, 0, 0, 6, 0x61))).toThrow(WireError)
    expect(() => codec.decodeKey(bytes(0x78))).toThrow(WireError)
  })

  test("a V2 request key names its mode and keyspace", () => {
    expect(splitKeyspace(bytes(0x72, 1, 2, 3, 9))).toEqual({ mode: "raw", keyspaceId: 0x010203, key: bytes(9) })
    expect(splitKeyspace(bytes(0x78, 0, 0, 0))).toEqual({ mode: "txn", keyspaceId: 0, key: bytes() })
    expect(splitKeyspace(bytes(0x78, 0, 0))).toBeUndefined()
    expect(splitKeyspace(bytes(0x79, 0, 0, 0))).toBeUndefined()
  })

  test("a region bound that is not memcomparable is refused where it must be", () => {
    expect(() => makeKeyCodec("V1", "txn").decodeRegionRange({ start: k, end: bytes() })).toThrow(WireError)
    expect(makeKeyCodec("V1", "raw").decodeRegionRange({ start: k, end: bytes() }).start).toEqual(k)
  })
})

describe("raw values", () => {
  test("suffixes by API version", () => {
    expect(hex(encodeRawValue("V1", text("v")))).toBe("76")
    expect(hex(encodeRawValue("V1TTL", text("v")))).toBe("760000000000000000")
    expect(hex(encodeRawValue("V1TTL", text("v"), 2 ** 32 + 5))).toBe("760000000100000005")
    expect(hex(encodeRawValue("V2", text("v")))).toBe("7600")
    expect(hex(encodeRawValue("V2", text("v"), 258))).toBe("76000000000000010201")
  })

  test(`round trip, seed ${SEED}`, () => {
    fc.assert(
      fc.property(fc.constantFrom<ApiVersion>("V1", "V1TTL", "V2"), key, fc.maxSafeNat(), (api, value, expiry) => {
        const expirySeconds = api === "V1" ? 0 : expiry
        expect(decodeRawValue(api, encodeRawValue(api, value, expirySeconds))).toEqual({ value, expirySeconds })
      }),
      options
    )
  })

  test("refusals", () => {
    expect(() => encodeRawValue("V1", text("v"), 1)).toThrow(WireError)
    expect(() => encodeRawValue("V2", text("v"), -1)).toThrow(WireError)
    expect(() => decodeRawValue("V1TTL", bytes(1, 2, 3))).toThrow(WireError)
    expect(() => decodeRawValue("V2", bytes())).toThrow(WireError)
    expect(() => decodeRawValue("V2", bytes(0, 0, 1))).toThrow(WireError)
    expect(() => decodeRawValue("V2", bytes(0, 4))).toThrow(WireError)
    expect(() => decodeRawValue("V1TTL", bytes(0xff, 0, 0, 0, 0, 0, 0, 0))).toThrow(WireError)
  })

  test("expiry", () => {
    expect(isExpired(0, 100)).toBe(false)
    expect(isExpired(100, 99)).toBe(false)
    expect(isExpired(100, 100)).toBe(true)
    expect(ttlSeconds(0, 100)).toBe(0)
    expect(ttlSeconds(130, 100)).toBe(30)
    expect(ttlSeconds(90, 100)).toBe(0)
  })
})
