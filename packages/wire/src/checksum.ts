/**
 * The two checksums of the protocol: CRC-64/XZ for RawChecksum, CRC-32 for chunks of snapshots.
 */
import { crc32 } from "node:zlib"

/** The reflected ECMA-182 polynomial, in halves. */
const POLYNOMIAL_HIGH = 0xc96c5795
const POLYNOMIAL_LOW = 0xd7870f42
const ALL_ONES = 0xffffffff

const tableHigh = new Uint32Array(256)
const tableLow = new Uint32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let high = 0
  let low = byte
  for (let bit = 0; bit < 8; bit++) {
    const carry = low & 1
    low = ((low >>> 1) | (high << 31)) >>> 0
    high >>>= 1
    if (carry !== 0) {
      low ^= POLYNOMIAL_LOW
      high ^= POLYNOMIAL_HIGH
    }
  }
  tableHigh[byte] = high
  tableLow[byte] = low
}

/**
 * A CRC-64/XZ (Go's `crc64.ECMA`) fed in pieces. Kept as two 32-bit halves, because bigint arithmetic per byte would
 * cost a hundred times more.
 */
export class Crc64 {
  private high = ALL_ONES
  private low = ALL_ONES

  update(bytes: Uint8Array): this {
    let { high, low } = this
    for (let i = 0; i < bytes.length; i++) {
      const index = (low ^ (bytes[i] as number)) & 0xff
      low = ((low >>> 8) | (high << 24)) ^ (tableLow[index] as number)
      high = (high >>> 8) ^ (tableHigh[index] as number)
    }
    this.high = high >>> 0
    this.low = low >>> 0
    return this
  }

  /** The checksum of what was fed so far. */
  digest(): bigint {
    return (BigInt((this.high ^ ALL_ONES) >>> 0) << 32n) | BigInt((this.low ^ ALL_ONES) >>> 0)
  }
}

/** CRC-64/XZ of one byte string; of `123456789` it is 0x995dc9bbdf1939fa. */
export function crc64(bytes: Uint8Array): bigint {
  return new Crc64().update(bytes).digest()
}

/** What RawChecksum answers: independent of order, so regions can be summed up by xor. */
export class RawChecksum {
  /** The xor over all pairs of the CRC-64 of key then value. */
  checksum = 0n
  totalKvs = 0
  totalBytes = 0

  add(key: Uint8Array, value: Uint8Array): void {
    this.checksum ^= new Crc64().update(key).update(value).digest()
    this.totalKvs++
    this.totalBytes += key.length + value.length
  }
}

/** CRC-32 (zlib's) of `bytes`, continuing from `previous` when the data comes in chunks. */
export function checksum32(bytes: Uint8Array, previous = 0): number {
  return crc32(bytes, previous)
}
