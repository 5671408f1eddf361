/**
 * Reads protobuf's wire format from one byte array.
 *
 * Generated decoders drive it: they loop `while (reader.pos < end)` over tags and call one method per field. Every
 * method either moves `pos` forward within the input or throws WireError, so decoding ends and never allocates more
 * than the input can pay for. Byte fields are views into the input, not copies: whoever keeps one past the request
 * keeps the whole frame alive.
 */
import { WireError } from "./WireError.ts"

/** How many messages (or skipped groups) may nest. kvproto's deepest message uses less than ten. */
export const MESSAGE_DEPTH_MAX = 100

/** The value of every absent `bytes` field. Shared, so it is frozen; a zero-length array has nothing else to change. */
export const EMPTY: Uint8Array = Object.freeze(new Uint8Array(0))

const HIGH_WORD_SAFE_MAX = 0x1fffff // 2^53 - 1 is 0x1fffff_ffffffff
const TWO_TO_32 = 0x1_0000_0000

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
const words = new Uint32Array(2)
const unsignedWord = new BigUint64Array(words.buffer)
const signedWord = new BigInt64Array(words.buffer)
const [LOW, HIGH] = new Uint32Array(new BigUint64Array([1n]).buffer)[0] === 1 ? [0, 1] : [1, 0]

export class Reader {
  readonly buffer: Uint8Array
  /** Length of the input; no read goes past it. */
  readonly limit: number
  pos = 0
  private depth = 0
  // The two halves of the last 64-bit varint, both unsigned.
  private low = 0
  private high = 0

  constructor(buffer: Uint8Array) {
    this.buffer = buffer
    this.limit = buffer.length
  }

  /** The next field tag: `fieldNumber << 3 | wireType`. */
  tag(): number {
    if (this.pos < this.limit) {
      const byte = this.buffer[this.pos] as number
      if (byte < 0x80) {
        this.pos++
        return byte
      }
    }
    this.varint64()
    if (this.high !== 0) throw this.error("invalid-tag", "a field tag takes more than 32 bits")
    return this.low
  }

  /** A varint cut to its low 32 bits, as protobuf reads uint32. */
  uint32(): number {
    if (this.pos < this.limit) {
      const byte = this.buffer[this.pos] as number
      if (byte < 0x80) {
        this.pos++
        return byte
      }
    }
    this.varint64()
    return this.low
  }

  /** A varint cut to its low 32 bits, signed: int32 and enum values. */
  int32(): number {
    return this.uint32() | 0
  }

  bool(): boolean {
    if (this.pos < this.limit) {
      const byte = this.buffer[this.pos] as number
      if (byte < 0x80) {
        this.pos++
        return byte !== 0
      }
    }
    this.varint64()
    return this.low !== 0 || this.high !== 0
  }

  /** A uint64 that must fit a JavaScript number exactly (`jstype = JS_NUMBER`). */
  uint53(): number {
    const { buffer, limit } = this
    let pos = this.pos
    // Four bytes carry 28 bits: most ids, indexes and lengths end here.
    if (pos + 4 <= limit) {
      let byte = buffer[pos++] as number
      let value = byte & 0x7f
      if (byte < 0x80) {
        this.pos = pos
        return value
      }
      byte = buffer[pos++] as number
      value |= (byte & 0x7f) << 7
      if (byte < 0x80) {
        this.pos = pos
        return value
      }
      byte = buffer[pos++] as number
      value |= (byte & 0x7f) << 14
      if (byte < 0x80) {
        this.pos = pos
        return value
      }
      byte = buffer[pos++] as number
      value |= (byte & 0x7f) << 21
      if (byte < 0x80) {
        this.pos = pos
        return value
      }
    }
    this.varint64()
    if (this.high > HIGH_WORD_SAFE_MAX) throw this.error("unsafe-integer", "unsigned integer above 2^53 - 1")
    return this.high * TWO_TO_32 + this.low
  }

  /** An int64 that must fit a JavaScript number exactly. */
  int53(): number {
    this.varint64()
    const value = (this.high | 0) * TWO_TO_32 + this.low
    if (!Number.isSafeInteger(value)) throw this.error("unsafe-integer", "signed integer outside ±(2^53 - 1)")
    return value
  }

  uint64(): bigint {
    this.varint64()
    words[LOW as 0] = this.low
    words[HIGH as 1] = this.high
    return unsignedWord[0] as bigint
  }

  int64(): bigint {
    this.varint64()
    words[LOW as 0] = this.low
    words[HIGH as 1] = this.high
    return signedWord[0] as bigint
  }

  double(): number {
    if (this.pos + 8 > this.limit) throw this.truncated()
    const view = new DataView(this.buffer.buffer, this.buffer.byteOffset + this.pos, 8)
    this.pos += 8
    return view.getFloat64(0, true)
  }

  /** Four bytes, the lowest first. */
  fixed32(): number {
    if (this.pos + 4 > this.limit) throw this.truncated()
    const value = new DataView(this.buffer.buffer, this.buffer.byteOffset + this.pos, 4).getUint32(0, true)
    this.pos += 4
    return value
  }

  /** A view of the next length-delimited bytes, valid as long as the input is. */
  bytes(): Uint8Array {
    const length = this.uint53()
    if (length === 0) return EMPTY
    const start = this.pos
    if (length > this.limit - start) throw this.truncated()
    this.pos = start + length
    return this.buffer.subarray(start, start + length)
  }

  string(): string {
    const length = this.uint53()
    if (length === 0) return ""
    const start = this.pos
    if (length > this.limit - start) throw this.truncated()
    this.pos = start + length
    try {
      return utf8.decode(this.buffer.subarray(start, start + length))
    } catch {
      throw new WireError("invalid-utf8", "a string field is not UTF-8", start)
    }
  }

  /** Enters a length-delimited message and returns its end; pair with `leave`. */
  enter(): number {
    const length = this.uint53()
    if (length > this.limit - this.pos) throw this.truncated()
    if (++this.depth > MESSAGE_DEPTH_MAX) throw this.error("too-deep", `more than ${MESSAGE_DEPTH_MAX} nested messages`)
    return this.pos + length
  }

  /** Leaves the message that `enter` opened, whose fields must have ended exactly at its end. */
  leave(end: number): void {
    if (this.pos !== end) throw this.error("length-mismatch", `a nested message should have ended at byte ${end}`)
    this.depth--
  }

  /** Enters a packed list of scalars and returns its end; pair with `leavePacked`. */
  enterPacked(): number {
    const length = this.uint53()
    if (length > this.limit - this.pos) throw this.truncated()
    return this.pos + length
  }

  leavePacked(end: number): void {
    if (this.pos !== end) throw this.error("length-mismatch", `a packed list should have ended at byte ${end}`)
  }

  /**
   * Skips a field the message does not know. A field it does know (`known` numbers) only arrives here with a wire
   * type it cannot have, which is an error rather than a silent default.
   */
  unknown(tag: number, subject: string, known: readonly number[]): void {
    const number = tag >>> 3
    if (known.includes(number)) {
      throw new WireError("wrong-wire-type", `field ${number} has wire type ${tag & 7}`, this.pos, subject)
    }
    this.skip(tag)
  }

  private skip(tag: number): void {
    const openGroups: number[] = []
    for (;;) {
      const number = tag >>> 3
      if (number === 0) throw this.error("invalid-tag", "field number 0")
      switch (tag & 7) {
        case 0:
          this.varint64()
          break
        case 1:
          this.advance(8)
          break
        case 2:
          this.advance(this.uint53())
          break
        case 3:
          openGroups.push(number)
          if (openGroups.length > MESSAGE_DEPTH_MAX) {
            throw this.error("too-deep", `more than ${MESSAGE_DEPTH_MAX} nested groups`)
          }
          break
        case 4:
          if (openGroups.pop() !== number) throw this.error("invalid-tag", `group ${number} ends but is not open`)
          break
        case 5:
          this.advance(4)
          break
        default:
          throw this.error("invalid-tag", `wire type ${tag & 7} does not exist`)
      }
      if (openGroups.length === 0) return
      tag = this.tag()
    }
  }

  private advance(length: number): void {
    if (length > this.limit - this.pos) throw this.truncated()
    this.pos += length
  }

  /** Reads a varint of up to ten bytes into `low` and `high`. Bits past the 64th are dropped, as protobuf does. */
  private varint64(): void {
    const { buffer, limit } = this
    const start = this.pos
    let pos = start
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (pos >= limit) throw this.truncated()
      const byte = buffer[pos++] as number
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else high |= bits << (shift - 32) // the tenth byte's shift of 31 keeps one bit
      if (byte < 0x80) {
        this.pos = pos
        this.low = low >>> 0
        this.high = high >>> 0
        return
      }
    }
    throw new WireError("overlong-varint", "a varint takes more than ten bytes", start)
  }

  private truncated(): WireError {
    return this.error("truncated", `the input ends too early (${this.limit} bytes)`)
  }

  private error(reason: ConstructorParameters<typeof WireError>[0], detail: string): WireError {
    return new WireError(reason, detail, this.pos)
  }
}
