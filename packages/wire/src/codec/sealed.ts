/**
 * Messages that carry a checksum of themselves: in front of the message's fields stands one more, a CRC-32 of all bytes
 * that follow. A reader that knows nothing of it skips an unknown field.
 *
 * For traffic where one wrong byte would be kept for good, and where neither TCP's sixteen bits nor protobuf would notice:
 * raft entries between stores.
 */
import { checksum32 } from "../checksum.ts"
import type { Codec } from "./Codec.ts"
import { WireError } from "./WireError.ts"

/** Far above the numbers that kvproto uses, and outside of the range that protobuf keeps for itself. */
export const SEAL_FIELD_NUMBER = 16_000
const sealTag = (SEAL_FIELD_NUMBER << 3) | 5

/** Decoding throws WireError `checksum-mismatch` when the bytes are not those that were sealed, or were never sealed. */
export const sealed = <T>(codec: Codec<T>): Codec<T> => ({
  name: codec.name,
  create: codec.create,
  encode: (message, writer) => {
    const mark = writer.mark()
    codec.encode(message, writer)
    writer.fixed32(checksum32(writer.since(mark)))
    writer.tag(sealTag)
  },
  decode: (reader, end) => {
    const start = reader.pos
    if (start >= end || reader.tag() !== sealTag) {
      throw new WireError("checksum-mismatch", "the message has no checksum in front", start)
    }
    const expected = reader.fixed32()
    const found = checksum32(reader.buffer.subarray(reader.pos, end))
    if (found !== expected) {
      throw new WireError(
        "checksum-mismatch",
        `the message's checksum is ${found}, it was sent with ${expected}`,
        start
      )
    }
    return codec.decode(reader, end)
  }
})
