import { expect, test } from "bun:test"
import { Crc64, checksum32, crc64, RawChecksum } from "../src/index.ts"

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

test("CRC-64/XZ, the check value of the catalogue", () => {
  expect(crc64(text("123456789"))).toBe(0x995dc9bbdf1939fan)
  expect(crc64(new Uint8Array(0))).toBe(0n)
})

test("CRC-64 against a bitwise twin, whole and in pieces", () => {
  const naive = (bytes: Uint8Array): bigint => {
    let crc = 0xffff_ffff_ffff_ffffn
    for (const byte of bytes) {
      crc ^= BigInt(byte)
      for (let bit = 0; bit < 8; bit++) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ 0xc96c5795d7870f42n : crc >> 1n
    }
    return crc ^ 0xffff_ffff_ffff_ffffn
  }
  const data = Uint8Array.from({ length: 300 }, (_, i) => (i * 131 + 7) & 0xff)
  for (const length of [1, 7, 8, 9, 255, 300])
    expect(crc64(data.subarray(0, length))).toBe(naive(data.subarray(0, length)))
  expect(new Crc64().update(data.subarray(0, 100)).update(data.subarray(100)).digest()).toBe(naive(data))
})

test("RawChecksum sums pairs by xor, in any order", () => {
  const forwards = new RawChecksum()
  forwards.add(text("k1"), text("v1"))
  forwards.add(text("key2"), text(""))
  const backwards = new RawChecksum()
  backwards.add(text("key2"), text(""))
  backwards.add(text("k1"), text("v1"))
  expect(forwards.checksum).toBe(crc64(text("k1v1")) ^ crc64(text("key2")))
  expect(backwards.checksum).toBe(forwards.checksum)
  expect([forwards.totalKvs, forwards.totalBytes]).toEqual([2, 8])
})

test("CRC-32 of chunks continues", () => {
  expect(checksum32(text("123456789"))).toBe(0xcbf43926)
  expect(checksum32(text("6789"), checksum32(text("12345")))).toBe(0xcbf43926)
})
