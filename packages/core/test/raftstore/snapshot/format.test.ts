import { describe, expect, test } from "bun:test"
import { WriteBatch } from "@reefkv/engine"
import { decode, encode, raft_serverpb } from "@reefkv/wire"
import fc from "fast-check"
import {
  ChunkBuilder,
  decodeChunk,
  decodeManifest,
  emptyTotals,
  encodeEndChunk,
  encodeManifest,
  putEntries,
  SnapshotFormatError,
  visitEntries
} from "../../../src/raftstore/snapshot/format.ts"
import { bytes, regionOf, seeded } from "../support/values.ts"

const someBytes = fc.uint8Array({ maxLength: 30 })
const someEntries = fc.array(fc.tuple(fc.nat({ max: 2 }), someBytes, someBytes), { minLength: 1, maxLength: 10 })
const chunkOf = (entries: ReadonlyArray<readonly [number, Uint8Array, Uint8Array]>, seq = 3): Uint8Array => {
  const builder = new ChunkBuilder(16)
  for (const [family, key, value] of entries) builder.add(family, key, value)
  return builder.finish(seq)
}

describe("chunks", () => {
  test("read back as they were", () => {
    fc.assert(
      fc.property(someEntries, fc.nat({ max: 0xffffffff }), (entries, seq) => {
        const chunk = decodeChunk(chunkOf(entries, seq))
        if (chunk.kind !== "data") throw new Error("not data")
        const came: Array<[number, Uint8Array, Uint8Array]> = []
        visitEntries(chunk.body, (family, key, value) => came.push([family, key.slice(), value.slice()]))
        expect(chunk.seq).toBe(seq)
        expect(came).toEqual(entries)
      }),
      seeded(200)
    )
  })

  test("a chunk that was cut, grew, or had one byte changed is refused", () => {
    fc.assert(
      fc.property(someEntries, fc.nat(), fc.integer({ min: 1, max: 255 }), (entries, where, flip) => {
        const whole = chunkOf(entries)
        const cut = whole.slice(0, where % whole.length)
        const garbled = whole.slice()
        garbled[where % whole.length]! ^= flip
        for (const broken of [cut, garbled, Buffer.concat([whole, Uint8Array.of(0)])]) {
          expect(() => decodeChunk(broken)).toThrow(SnapshotFormatError)
        }
      }),
      seeded(300)
    )
  })

  test("a body with broken entries under a right checksum is refused, entry by entry", () => {
    const whole = decodeChunk(chunkOf([[1, bytes("key"), bytes("value")]]))
    if (whole.kind !== "data") throw new Error("not data")
    for (let length = 1; length < whole.body.length; length++) {
      expect(() => visitEntries(whole.body.slice(0, length), () => {})).toThrow(SnapshotFormatError)
    }
    const badFamily = whole.body.slice()
    badFamily[0] = 3
    expect(() => visitEntries(badFamily, () => {})).toThrow("column family 3")
  })

  test("the end chunk carries the totals", () => {
    const totals = emptyTotals()
    totals[1]!.entries = 7
    totals[2]!.bytes = 2 ** 40
    expect(decodeChunk(encodeEndChunk(9, totals))).toEqual({ kind: "end", seq: 9, totals })
  })

  test("the first bytes, to hold the page of formats to", () => {
    const hex = Buffer.from(chunkOf([[0, bytes("k"), bytes("v")]], 1)).toString("hex")
    expect(hex.slice(0, 28)).toBe("524b5343" + "01" + "00" + "00000001" + "0000000b")
    expect(hex.slice(28, 50)).toBe("00" + "00000001" + "6b" + "00000001" + "76")
    expect(hex).toHaveLength(58)
  })

  test("entries become puts of a batch", () => {
    const chunk = decodeChunk(chunkOf([[2, bytes("k"), bytes("v")]]))
    const batch = new WriteBatch()
    if (chunk.kind === "data") putEntries(chunk.body, batch)
    expect(batch.takeOps()).toMatchObject([{ type: "put", cf: "write" }])
  })
})

describe("manifest", () => {
  const region = regionOf(7, "a", "m", [1, 2, 3])
  test("reads back", () => {
    expect(decodeManifest(encodeManifest({ region, estimatedBytes: 12 }))).toEqual({ region, estimatedBytes: 12 })
  })
  test("another version, no region, no epoch, an empty range, garbage: refused", () => {
    const good = decode(raft_serverpb.RaftSnapshotData, encodeManifest({ region, estimatedBytes: 0 }))
    const bad: ReadonlyArray<Partial<raft_serverpb.RaftSnapshotData>> = [
      { version: 2 },
      { region: undefined },
      { region: { ...region, regionEpoch: undefined } },
      { region: { ...region, id: 0 } },
      { region: { ...region, peers: [] } },
      { region: { ...region, endKey: bytes("a") } }
    ]
    for (const change of bad) {
      const encoded = encode(raft_serverpb.RaftSnapshotData, { ...good, ...change })
      expect(() => decodeManifest(encoded)).toThrow(SnapshotFormatError)
    }
    expect(() => decodeManifest(Uint8Array.of(255, 1))).toThrow(SnapshotFormatError)
  })
})
