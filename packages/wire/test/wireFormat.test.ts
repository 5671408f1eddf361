/** The rules of the wire format, field by field, on hand-written bytes. */
import { describe, expect, test } from "bun:test"
import { type Codec, decode, encode } from "../src/codec/Codec.ts"
import { EMPTY, MESSAGE_DEPTH_MAX, Reader } from "../src/codec/Reader.ts"
import { WireError, type WireErrorReason } from "../src/codec/WireError.ts"
import { Writer } from "../src/codec/Writer.ts"
import { Entry } from "../src/generated/eraftpb.ts"
import { DiskFull, NotLeader, ServerIsBusy } from "../src/generated/errorpb.ts"
import { KvPair, LockInfo, PessimisticLockRequest, PrewriteRequest, RawPutRequest } from "../src/generated/kvrpcpb.ts"
import { Peer, PeerRole, RegionEpoch, Store } from "../src/generated/metapb.ts"
import { GetMembersResponse, SlowTrend, Timestamp } from "../src/generated/pdpb.ts"
import { BatchCommandsRequest_Request } from "../src/generated/tikvpb.ts"

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const repeat = (value: number, times: number): number[] => Array.from({ length: times }, () => value)

function failure<T>(codec: Codec<T>, input: Uint8Array): WireError {
  try {
    decode(codec, input)
  } catch (error) {
    if (error instanceof WireError) return error
    throw error
  }
  throw new Error("decoded")
}

function refusal(run: () => unknown): WireErrorReason {
  try {
    run()
  } catch (error) {
    if (error instanceof WireError) return error.reason
    throw error
  }
  throw new Error("accepted")
}

describe("numbers", () => {
  test("2^53 - 1 is a number, 2^53 a WireError that names message and offset", () => {
    const max = bytes(0x08, ...repeat(0xff, 7), 0x0f)
    expect(decode(RegionEpoch, max).confVer).toBe(Number.MAX_SAFE_INTEGER)
    expect([...encode(RegionEpoch, { confVer: Number.MAX_SAFE_INTEGER, version: 0 })]).toEqual([...max])
    const error = failure(RegionEpoch, bytes(0x08, ...repeat(0x80, 7), 0x10))
    expect(error.reason).toBe("unsafe-integer")
    expect(error.subject).toBe("metapb.RegionEpoch")
    expect(error.offset).toBe(9)
    expect(error.message).toBe("metapb.RegionEpoch: unsigned integer above 2^53 - 1 at byte 9")
  })

  test("timestamps keep all 64 bits", () => {
    const request = PrewriteRequest.create({ startVersion: 2n ** 64n - 1n, txnSize: 2n ** 63n, minCommitTs: 1n })
    expect(decode(PrewriteRequest, encode(PrewriteRequest, request))).toEqual(request)
    expect(Buffer.from(encode(PrewriteRequest, request)).toString("hex")).toBe(
      "20ffffffffffffffffff0140808080808080808080015001"
    )
  })

  test("signed 64-bit numbers go below zero, checked on both sides", () => {
    for (const physical of [-1, -(2 ** 40), Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]) {
      const message = Timestamp.create({ physical })
      expect(decode(Timestamp, encode(Timestamp, message))).toEqual(message)
    }
    const lowest = bytes(0x08, ...repeat(0x80, 9), 0x01)
    expect(failure(Timestamp, lowest).reason).toBe("unsafe-integer")
    const wait = PessimisticLockRequest.create({ waitTimeout: -(2n ** 63n) })
    expect(decode(PessimisticLockRequest, encode(PessimisticLockRequest, wait)).waitTimeout).toBe(-(2n ** 63n))
  })

  test("a negative enum value takes ten bytes and comes back", () => {
    const peer = Peer.create({ role: -1 })
    expect(encode(Peer, peer).length).toBe(11)
    expect(decode(Peer, encode(Peer, peer)).role).toBe(-1)
  })

  test("an enum value without a name is kept", () => {
    expect(decode(Peer, bytes(0x18, 9)).role).toBe(9)
    expect(decode(Peer, bytes(0x18, 1)).role).toBe(PeerRole.Learner)
  })

  test("doubles, minus zero and infinities among them", () => {
    for (const causeValue of [0.1, -0, Number.POSITIVE_INFINITY, Number.MIN_VALUE]) {
      const message = SlowTrend.create({ causeValue })
      expect(Object.is(decode(SlowTrend, encode(SlowTrend, message)).causeValue, causeValue)).toBe(true)
    }
  })

  test("what a field cannot carry is refused when written", () => {
    expect(refusal(() => encode(RegionEpoch, { confVer: 2 ** 53, version: 0 }))).toBe("out-of-range")
    expect(refusal(() => encode(RegionEpoch, { confVer: 1.5, version: 0 }))).toBe("out-of-range")
    expect(refusal(() => encode(RegionEpoch, { confVer: -1, version: 0 }))).toBe("out-of-range")
    expect(refusal(() => encode(RegionEpoch, { confVer: Number.NaN, version: 0 }))).toBe("out-of-range")
    expect(refusal(() => encode(LockInfo, LockInfo.create({ lockVersion: 2n ** 64n })))).toBe("out-of-range")
    expect(refusal(() => encode(LockInfo, LockInfo.create({ lockVersion: -1n })))).toBe("out-of-range")
    expect(refusal(() => encode(Store, Store.create({ lastHeartbeat: 2n ** 63n })))).toBe("out-of-range")
    expect(refusal(() => encode(ServerIsBusy, ServerIsBusy.create({ estimatedWaitMs: 2 ** 32 })))).toBe("out-of-range")
    expect(refusal(() => encode(Peer, Peer.create({ role: 2 ** 31 })))).toBe("out-of-range")
    try {
      encode(KvPair, KvPair.create({ commitTs: -1n }))
      throw new Error("accepted")
    } catch (error) {
      expect((error as WireError).subject).toBe("kvrpcpb.KvPair")
    }
  })

  test("a failed write leaves nothing behind for the next", () => {
    expect(() => encode(KvPair, KvPair.create({ commitTs: -1n, value: bytes(1, 2, 3) }))).toThrow(WireError)
    expect([...encode(RegionEpoch, { confVer: 1, version: 0 })]).toEqual([0x08, 1])
  })
})

describe("malformed input", () => {
  test("truncated", () => {
    expect(failure(RegionEpoch, bytes(0x08)).reason).toBe("truncated")
    expect(failure(RegionEpoch, bytes(0x08, 0x80)).reason).toBe("truncated")
    expect(failure(RegionEpoch, bytes(0x88)).reason).toBe("truncated")
    expect(failure(Entry, bytes(0x22, 3, 1, 2)).reason).toBe("truncated")
    expect(failure(SlowTrend, bytes(0x09, 1, 2, 3)).reason).toBe("truncated")
  })

  test("a varint of more than ten bytes", () => {
    const error = failure(RegionEpoch, bytes(0x08, ...repeat(0x80, 10), 0x01))
    expect(error.reason).toBe("overlong-varint")
    expect(error.offset).toBe(1)
  })

  test("a varint padded with zero groups is legal", () => {
    expect(decode(RegionEpoch, bytes(0x88, 0x00, 0x85, 0x80, 0x00)).confVer).toBe(5)
  })

  test("a known field of another wire type", () => {
    const error = failure(RegionEpoch, bytes(0x0a, 1, 1))
    expect(error.reason).toBe("wrong-wire-type")
    expect(error.message).toContain("metapb.RegionEpoch: field 1 has wire type 2")
    expect(failure(Entry, bytes(0x20, 1)).reason).toBe("wrong-wire-type")
  })

  test("an inner message that runs past its own end", () => {
    // not_leader.leader: the peer's length says 1, its field needs 2 bytes.
    const inner = bytes(0x12, 1, 0x08, 0x05)
    expect(failure(NotLeader, inner).reason).toBe("length-mismatch")
  })

  test("a packed list that ends inside an element", () => {
    expect(failure(DiskFull, bytes(0x0a, 1, 0x80, 0x01)).reason).toBe("length-mismatch")
  })

  test("field number 0, and wire types that do not exist", () => {
    expect(failure(RegionEpoch, bytes(0x00, 1)).reason).toBe("invalid-tag")
    expect(failure(RegionEpoch, bytes(0x7e)).reason).toBe("invalid-tag")
    expect(failure(RegionEpoch, bytes(0x7f)).reason).toBe("invalid-tag")
    expect(failure(RegionEpoch, bytes(0xff, 0xff, 0xff, 0xff, 0x7f)).reason).toBe("invalid-tag")
  })

  test("strings must be UTF-8", () => {
    expect(failure(ServerIsBusy, bytes(0x0a, 2, 0xc3, 0x28)).reason).toBe("invalid-utf8")
    expect(decode(ServerIsBusy, bytes(0x0a, 3, 0xef, 0xbb, 0xbf)).reason).toBe("\ufeff")
  })

  test("messages nested deeper than the bound", () => {
    const nested = (depth: number): Uint8Array => {
      let lock = LockInfo.create({ lockTtl: 1 })
      for (let i = 0; i < depth; i++) lock = LockInfo.create({ sharedLockInfos: [lock] })
      return encode(LockInfo, lock)
    }
    expect(decode(LockInfo, nested(MESSAGE_DEPTH_MAX)).sharedLockInfos.length).toBe(1)
    expect(failure(LockInfo, nested(MESSAGE_DEPTH_MAX + 1)).reason).toBe("too-deep")
  })

  test("siblings do not count as nesting", () => {
    const sharedLockInfos = Array.from({ length: 3 * MESSAGE_DEPTH_MAX }, () => LockInfo.create({ lockTtl: 1 }))
    const many = LockInfo.create({ sharedLockInfos })
    expect(decode(LockInfo, encode(LockInfo, many))).toEqual(many)
  })

  test("unknown groups nested deeper than the bound", () => {
    expect(failure(RegionEpoch, bytes(...repeat(0x7b, MESSAGE_DEPTH_MAX + 1))).reason).toBe("too-deep")
    expect(failure(RegionEpoch, bytes(0x7b, 0x74)).reason).toBe("invalid-tag")
    expect(failure(RegionEpoch, bytes(0x7c)).reason).toBe("invalid-tag")
  })
})

describe("tolerance", () => {
  test("unknown fields of every wire type are skipped", () => {
    const unknown = [0x78, 0xff, 0x01, 0x79, ...repeat(1, 8), 0x7a, 2, 9, 9, 0x7d, 1, 2, 3, 4, 0x7b, 0x78, 1, 0x7c]
    expect(decode(RegionEpoch, bytes(0x08, 1, ...unknown, 0x10, 2))).toEqual({ confVer: 1, version: 2 })
  })

  test("repeated numbers come packed, plain, or mixed", () => {
    const ids = [1, 300, 2 ** 40]
    const packed = encode(DiskFull, DiskFull.create({ storeId: ids }))
    expect(packed[0]).toBe(0x0a)
    expect(decode(DiskFull, packed).storeId).toEqual(ids)
    expect(decode(DiskFull, bytes(0x08, 1, 0x08, 0xac, 0x02)).storeId).toEqual([1, 300])
    expect(decode(DiskFull, bytes(0x08, 1, 0x0a, 2, 2, 3, 0x08, 4)).storeId).toEqual([1, 2, 3, 4])
  })

  test("the last of several values wins, and of several members of a oneof", () => {
    expect(decode(RegionEpoch, bytes(0x08, 1, 0x08, 2)).confVer).toBe(2)
    const two = bytes(0x6a, 0, 0x7a, 0) // raw_get {}, raw_put {}
    expect(decode(BatchCommandsRequest_Request, two).cmd?.case).toBe("rawPut")
  })

  test("a map entry may leave out key or value", () => {
    const members = decode(GetMembersResponse, bytes(0x2a, 0, 0x2a, 3, 0x0a, 1, 0x61)).tsoAllocatorLeaders
    expect([...members.keys()]).toEqual(["", "a"])
    expect(members.get("a")?.memberId).toBe(0)
  })

  test("a member of a oneof is written even when it is the default", () => {
    const command = BatchCommandsRequest_Request.create({ cmd: { case: "empty", value: { testId: 0, delayTime: 0 } } })
    const written = encode(BatchCommandsRequest_Request, command)
    expect([...written]).toEqual([0xfa, 0x0f, 0])
    expect(decode(BatchCommandsRequest_Request, written)).toEqual(command)
  })
})

describe("bytes", () => {
  test("decoded bytes are views into the input", () => {
    const input = bytes(0x12, 2, 7, 8)
    const { key } = decode(RawPutRequest, input)
    expect([...key]).toEqual([7, 8])
    expect(key.buffer).toBe(input.buffer)
    input[2] = 9
    expect(key[0]).toBe(9)
  })

  test("a view into a larger buffer decodes at its own offset", () => {
    const frame = bytes(0xff, 0x12, 2, 7, 8, 0xff)
    expect([...decode(RawPutRequest, frame.subarray(1, 5)).key]).toEqual([7, 8])
    expect(
      decode(SlowTrend, bytes(0, ...encode(SlowTrend, SlowTrend.create({ causeRate: 2 }))).subarray(1)).causeRate
    ).toBe(2)
  })

  test("absent bytes are one shared empty array", () => {
    expect(decode(RawPutRequest, bytes()).key).toBe(EMPTY)
    expect(decode(RawPutRequest, bytes(0x12, 0)).value).toBe(EMPTY)
    expect(Object.isFrozen(EMPTY)).toBe(true)
  })

  test("encoded messages are copies", () => {
    const first = encode(RawPutRequest, RawPutRequest.create({ key: bytes(1) }))
    encode(RawPutRequest, RawPutRequest.create({ key: bytes(2) }))
    expect([...first]).toEqual([0x12, 1, 1])
  })

  test("messages larger than the buffer, and small ones after them", () => {
    for (const size of [0, 23, 24, 25, 127, 128, 4090, 4096, 70_000, 5_000_000, 3]) {
      const value = new Uint8Array(size).fill(size & 0xff)
      const message = RawPutRequest.create({ key: bytes(1), value })
      const written = encode(RawPutRequest, message)
      expect(Buffer.compare(decode(RawPutRequest, written).value, value)).toBe(0)
    }
  })

  test("strings of every length and alphabet", () => {
    for (const unit of ["a", "é", "日", "😀"]) {
      for (const times of [1, 10, 47, 48, 49, 200]) {
        const message = ServerIsBusy.create({ reason: unit.repeat(times), backoffMs: 7 })
        expect(decode(ServerIsBusy, encode(ServerIsBusy, message))).toEqual(message)
      }
    }
  })
})

describe("writer and reader by hand", () => {
  test("the writer writes back to front", () => {
    const writer = new Writer()
    writer.reset()
    const end = writer.mark()
    writer.bytes(bytes(1, 2))
    writer.tag(0x12)
    writer.lengthSince(end)
    expect([...writer.finish()]).toEqual([4, 0x12, 2, 1, 2])
  })

  test("the reader stops at the view's end, not the buffer's", () => {
    const reader = new Reader(bytes(0x80, 0x01).subarray(0, 1))
    expect(refusal(() => reader.uint53())).toBe("truncated")
  })

  test("uint32 and bool cut and test all 64 bits", () => {
    expect(new Reader(bytes(...repeat(0xff, 9), 0x01)).uint32()).toBe(0xffffffff)
    expect(new Reader(bytes(...repeat(0xff, 9), 0x01)).int32()).toBe(-1)
    expect(new Reader(bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x01)).bool()).toBe(true)
    expect(new Reader(bytes(0x80, 0x00)).bool()).toBe(false)
  })
})
