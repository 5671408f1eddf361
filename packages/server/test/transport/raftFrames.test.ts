/** One pass's messages become few frames, in order, each under the bound unless one message alone is larger. */
import { describe, expect, test } from "bun:test"
import { decode, encode, eraftpb, raft_serverpb, tikvpb } from "@reefkv/wire"
import fc from "fast-check"
import { estimateBytes, framesOf } from "../../src/transport/raftFrames.ts"
import { message } from "./fixtures.ts"

describe("framesOf", () => {
  test("keeps every message in order, fills frames, and never goes past the bound with two messages", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 400 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 2_000 }),
        (sizes, bound) => {
          const messages = sizes.map((size, index) => message(index, size))
          const frames = framesOf(messages, bound)
          expect(frames.flatMap((frame) => frame.messages)).toEqual(messages)
          for (const [at, frame] of frames.entries()) {
            expect(frame.messages.length).toBeGreaterThan(0)
            expect(frame.bytes).toBe(frame.messages.reduce((sum, each) => sum + estimateBytes(each), 0))
            if (frame.messages.length > 1) expect(frame.bytes).toBeLessThanOrEqual(bound)
            const next = frames[at + 1]?.messages[0]
            // No frame could have taken the next one's first message.
            if (next !== undefined) expect(frame.bytes + estimateBytes(next)).toBeGreaterThan(bound)
          }
        }
      ),
      { seed: 20262, numRuns: 300 }
    )
  })

  test("nothing makes no frame; a pass that fits is one frame", () => {
    expect(framesOf([])).toEqual([])
    expect(framesOf([message(1, 10), message(2, 10)])).toHaveLength(1)
  })

  test("the estimate is never below the encoded size by more than a tenth, for messages that matter", () => {
    for (const bytes of [0, 100, 10_000, 1_000_000]) {
      const one = message(7, bytes)
      const encoded = encode(tikvpb.BatchRaftMessage, { msgs: [one], lastObservedTime: 0n }).length
      expect(estimateBytes(one)).toBeGreaterThan(encoded * 0.9)
      expect(decode(raft_serverpb.RaftMessage, encode(raft_serverpb.RaftMessage, one))).toEqual(one)
    }
    const many = message(7, 0)
    const entries = Array.from({ length: 200 }, (_, i) =>
      eraftpb.Entry.create({ index: i + 1e6, term: 900, data: new Uint8Array(3) })
    )
    const full = { ...many, message: eraftpb.Message.create({ ...many.message, entries }) }
    expect(estimateBytes(full)).toBeGreaterThan(encode(raft_serverpb.RaftMessage, full).length * 0.9)
  })
})
