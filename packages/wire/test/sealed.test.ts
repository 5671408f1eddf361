import { describe, expect, test } from "bun:test"
import { decode, encode, eraftpb, raft_serverpb, sealed, tikvpb, WireError } from "../src/index.ts"

const batch = (size: number): tikvpb.BatchRaftMessage =>
  tikvpb.BatchRaftMessage.create({
    msgs: [
      raft_serverpb.RaftMessage.create({
        regionId: 7,
        message: eraftpb.Message.create({
          entries: [eraftpb.Entry.create({ index: 3, data: new Uint8Array(size).fill(5) })]
        })
      })
    ]
  })
const codec = sealed(tikvpb.BatchRaftMessage)

const reasonOf = (bytes: Uint8Array): string => {
  try {
    decode(codec, bytes)
    return "decoded"
  } catch (error) {
    return error instanceof WireError ? error.reason : String(error)
  }
}

describe("a sealed message", () => {
  test("comes back as it was, and is read by those who do not know of seals", () => {
    for (const size of [0, 1, 100, 100_000]) {
      const bytes = encode(codec, batch(size))
      expect(decode(codec, bytes)).toEqual(batch(size))
      expect(decode(tikvpb.BatchRaftMessage, bytes)).toEqual(batch(size))
    }
  })

  test("is refused after the change of any one bit, and when it is cut short or grows", () => {
    const bytes = encode(codec, batch(20))
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = bytes.slice()
      changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7))
      expect(reasonOf(changed)).not.toBe("decoded")
    }
    for (let length = 0; length < bytes.length; length++) expect(reasonOf(bytes.slice(0, length))).not.toBe("decoded")
    expect(reasonOf(new Uint8Array([...bytes, 0]))).toBe("checksum-mismatch")
  })

  test("must have its checksum", () => {
    expect(reasonOf(encode(tikvpb.BatchRaftMessage, batch(3)))).toBe("checksum-mismatch")
  })
})
