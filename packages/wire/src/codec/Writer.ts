/**
 * Writes protobuf's wire format back to front into one reused buffer.
 *
 * A length-delimited message needs its length before its bytes. Writing from the end makes the length known by the time
 * it is due, so there is neither a sizing pass nor a move of bytes already written. The price is that generated encoders
 * write fields, list elements and map entries last to first, and each value before its tag.
 *
 * Numbers are checked on the way out: a value that its field cannot carry is our own bug and throws WireError instead of
 * reaching a peer cut short.
 */
import { WireError } from "./WireError.ts"

const INITIAL_BYTES = 4 * 1024
/** A buffer grown past this by one large message is let go afterwards. */
const RETAINED_BYTES_MAX = 4 * 1024 * 1024
/** Longest ASCII string copied byte by byte; beyond it the platform's encoder wins. */
const SHORT_STRING_MAX = 48
/** Longest byte field copied by a plain loop; beyond it `set` wins. */
const SHORT_BYTES_MAX = 24

const UINT64_MAX = 0xffff_ffff_ffff_ffffn
const INT64_MAX = 0x7fff_ffff_ffff_ffffn
const TWO_TO_32 = 0x1_0000_0000

const utf8 = new TextEncoder()
const words = new Uint32Array(2)
const unsignedWord = new BigUint64Array(words.buffer)
const [LOW, HIGH] = new Uint32Array(new BigUint64Array([1n]).buffer)[0] === 1 ? [0, 1] : [1, 0]

export class Writer {
  private buffer: Uint8Array = new Uint8Array(INITIAL_BYTES)
  /** Index of the first written byte; everything from here to the end of the buffer is the message so far. */
  private pos = INITIAL_BYTES

  /** Forgets what was written and starts a new message. */
  reset(): void {
    if (this.buffer.length > RETAINED_BYTES_MAX) this.buffer = new Uint8Array(INITIAL_BYTES)
    this.pos = this.buffer.length
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.buffer.slice(this.pos)
  }

  /** Bytes written so far: the mark from which `lengthSince` measures. */
  mark(): number {
    return this.buffer.length - this.pos
  }

  /** What was written since `mark`: a view, valid until the next write. */
  since(mark: number): Uint8Array {
    return this.buffer.subarray(this.pos, this.buffer.length - mark)
  }

  /** Writes, in front, the length of everything written since `mark`. */
  lengthSince(mark: number): void {
    this.varint32(this.buffer.length - this.pos - mark)
  }

  tag(tag: number): void {
    this.varint32(tag)
  }

  uint32(value: number): void {
    if (value >>> 0 !== value) throw outOfRange("uint32", value)
    this.varint32(value)
  }

  /** int32 and enum values; a negative one takes ten bytes, as protobuf asks. */
  int32(value: number): void {
    if ((value | 0) !== value) throw outOfRange("int32", value)
    if (value >= 0) this.varint32(value)
    else this.varint64(value >>> 0, 0xffffffff)
  }

  bool(value: boolean): void {
    this.varint32(value ? 1 : 0)
  }

  uint53(value: number): void {
    if (value >>> 0 === value) this.varint32(value)
    else {
      if (!(Number.isSafeInteger(value) && value >= 0)) throw outOfRange("uint64", value)
      this.varint64(value >>> 0, Math.floor(value / TWO_TO_32))
    }
  }

  int53(value: number): void {
    if (value >>> 0 === value) this.varint32(value)
    else {
      if (!Number.isSafeInteger(value)) throw outOfRange("int64", value)
      this.varint64(value >>> 0, Math.floor(value / TWO_TO_32) >>> 0)
    }
  }

  uint64(value: bigint): void {
    if (value < 0n || value > UINT64_MAX) throw outOfRange("uint64", value)
    unsignedWord[0] = value
    this.varint64(words[LOW as 0] as number, words[HIGH as 1] as number)
  }

  int64(value: bigint): void {
    if (value > INT64_MAX || value < -INT64_MAX - 1n) throw outOfRange("int64", value)
    unsignedWord[0] = value
    this.varint64(words[LOW as 0] as number, words[HIGH as 1] as number)
  }

  double(value: number): void {
    const pos = this.room(8)
    new DataView(this.buffer.buffer, this.buffer.byteOffset + pos, 8).setFloat64(0, value, true)
  }

  /** Four bytes, the lowest first. */
  fixed32(value: number): void {
    if (value >>> 0 !== value) throw outOfRange("fixed32", value)
    const pos = this.room(4)
    new DataView(this.buffer.buffer, this.buffer.byteOffset + pos, 4).setUint32(0, value, true)
  }

  /** A length and the bytes. */
  bytes(value: Uint8Array): void {
    const length = value.length
    const pos = this.room(length)
    const buffer = this.buffer
    if (length <= SHORT_BYTES_MAX) for (let i = 0; i < length; i++) buffer[pos + i] = value[i] as number
    else buffer.set(value, pos)
    this.varint32(length)
  }

  /** A length and the string in UTF-8. */
  string(value: string): void {
    const length = value.length
    if (length > SHORT_STRING_MAX) {
      this.bytes(utf8.encode(value))
      return
    }
    const before = this.mark()
    const pos = this.room(length)
    const buffer = this.buffer
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i)
      if (code >= 0x80) {
        this.pos = buffer.length - before
        this.bytes(utf8.encode(value))
        return
      }
      buffer[pos + i] = code
    }
    this.varint32(length)
  }

  private varint32(value: number): void {
    if (value < 0x80) {
      if (this.pos < 1) this.grow(1)
      this.buffer[--this.pos] = value
      return
    }
    const size = value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5
    let pos = this.room(size)
    const buffer = this.buffer
    while (value >= 0x80) {
      buffer[pos++] = (value & 0x7f) | 0x80
      value >>>= 7
    }
    buffer[pos] = value
  }

  private varint64(low: number, high: number): void {
    if (high === 0) {
      this.varint32(low)
      return
    }
    const size = Math.ceil((64 - Math.clz32(high)) / 7)
    let pos = this.room(size)
    const buffer = this.buffer
    for (let i = 1; i < size; i++) {
      buffer[pos++] = (low & 0x7f) | 0x80
      low = ((low >>> 7) | (high << 25)) >>> 0
      high >>>= 7
    }
    buffer[pos] = low
  }

  /** Makes room for `size` bytes in front and returns where they start. */
  private room(size: number): number {
    if (this.pos < size) this.grow(size)
    this.pos -= size
    return this.pos
  }

  private grow(size: number): void {
    const written = this.buffer.length - this.pos
    let capacity = this.buffer.length * 2
    while (capacity < written + size) capacity *= 2
    const buffer = new Uint8Array(capacity)
    buffer.set(this.buffer.subarray(this.pos), capacity - written)
    this.buffer = buffer
    this.pos = capacity - written
  }
}

function outOfRange(type: string, value: number | bigint): WireError {
  return new WireError("out-of-range", `${value} does not fit ${type}`, -1)
}
