/**
 * What a region's snapshot looks like between stores: a manifest inside the Raft message, then chunks of
 * (column family, key, value). Nothing in it depends on the engine that made it.
 *
 * Manifest: `raft_serverpb.RaftSnapshotData` with the region as of the snapshot, `version` = `formatVersion`, and
 * `file_size`, an estimate of what will follow. Index, term and membership are in the Raft snapshot's metadata.
 *
 * Chunk, all numbers big-endian:
 *
 * | bytes | content                                                                                   |
 * | ----- | ----------------------------------------------------------------------------------------- |
 * | 4     | `RKSC`                                                                                    |
 * | 1     | format version                                                                            |
 * | 1     | kind: 0 data, 1 end                                                                       |
 * | 4     | position in the stream, from 0; the end chunk has the last one                            |
 * | 4     | length of the body                                                                        |
 * | n     | body                                                                                      |
 * | 4     | CRC-32 of all of the above                                                                |
 *
 * Data body: entries, each `u8 family` (0 default, 1 lock, 2 write), `u32 key length`, key, `u32 value length`, value.
 * Families come one after the other, keys ascend within a family. End body: per family `u64 entries`, `u64 bytes` (keys
 * plus values), so that a stream that lost its tail, or a middle, cannot pass for a whole one.
 */
import type { WriteBatch } from "@reefkv/engine"
import { checksum32, compareBytes, decode, encode, epochOf, type metapb, raft_serverpb } from "@reefkv/wire"
import { Schema } from "effect"

export const formatVersion = 1
const magic = 0x524b5343 // "RKSC"
const headerBytes = 14
const checksumBytes = 4
const entryHeaderBytes = 9

/** A chunk may exceed `snapshotChunkBytes` by its last entry only; anything above this is refused unread. */
export const chunkBytesMax = 32 * 1024 * 1024

export const dataFamilies = ["default", "lock", "write"] as const
export type DataFamily = (typeof dataFamilies)[number]

/** Manifest or chunk is not what it should be. The receiver keeps nothing of the snapshot. */
export class SnapshotFormatError extends Schema.TaggedError<SnapshotFormatError>()("SnapshotFormatError", {
  message: Schema.String,
  cause: Schema.optional(Schema.Defect())
}) {}

const refuse = (message: string, cause?: unknown): never => {
  throw new SnapshotFormatError({ message, cause })
}

// ---- manifest

export interface Manifest {
  readonly region: metapb.Region
  readonly estimatedBytes: number
}

export const encodeManifest = (manifest: Manifest): Uint8Array =>
  encode(
    raft_serverpb.RaftSnapshotData,
    raft_serverpb.RaftSnapshotData.create({
      region: manifest.region,
      fileSize: manifest.estimatedBytes,
      version: formatVersion
    })
  )

/** Throws SnapshotFormatError. */
export const decodeManifest = (bytes: Uint8Array): Manifest => {
  let data: raft_serverpb.RaftSnapshotData
  try {
    data = decode(raft_serverpb.RaftSnapshotData, bytes)
  } catch (cause) {
    return refuse("the manifest is not a raft_serverpb.RaftSnapshotData", cause)
  }
  if (data.version !== formatVersion) {
    return refuse(`snapshot format ${data.version} is not known here, only ${formatVersion}`)
  }
  const region = data.region
  if (region === undefined || region.id === 0 || region.regionEpoch === undefined || region.peers.length === 0) {
    return refuse("the manifest has no region, or one without id, epoch or peers")
  }
  if (region.endKey.length > 0 && compareBytes(region.startKey, region.endKey) >= 0) {
    return refuse(`region ${region.id} version ${epochOf(region).version} has an empty range`)
  }
  return { region, estimatedBytes: data.fileSize }
}

// ---- totals

export interface FamilyTotals {
  entries: number
  bytes: number
}
/** By position in `dataFamilies`. */
export type Totals = ReadonlyArray<FamilyTotals>
export const emptyTotals = (): Totals => dataFamilies.map(() => ({ entries: 0, bytes: 0 }))
export const totalBytes = (totals: Totals): number => totals.reduce((sum, family) => sum + family.bytes, 0)

// ---- writing

/** Collects entries into one chunk. Used once. */
export class ChunkBuilder {
  private buffer: Uint8Array
  private view: DataView
  private length = headerBytes

  constructor(expectedBytes: number) {
    this.buffer = new Uint8Array(headerBytes + expectedBytes + checksumBytes)
    this.view = new DataView(this.buffer.buffer)
  }

  /** Bytes of the body so far. */
  get bodyBytes(): number {
    return this.length - headerBytes
  }

  add(family: number, key: Uint8Array, value: Uint8Array): void {
    this.room(entryHeaderBytes + key.length + value.length)
    const { buffer, view } = this
    let at = this.length
    buffer[at] = family
    view.setUint32(at + 1, key.length)
    at += 5
    buffer.set(key, at)
    at += key.length
    view.setUint32(at, value.length)
    at += 4
    buffer.set(value, at)
    this.length = at + value.length
  }

  finish(seq: number): Uint8Array {
    return seal(this.buffer, this.length, seq, kindData)
  }

  private room(bytes: number): void {
    const needed = this.length + bytes + checksumBytes
    if (needed <= this.buffer.length) return
    const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2))
    grown.set(this.buffer.subarray(0, this.length))
    this.buffer = grown
    this.view = new DataView(grown.buffer)
  }
}

export const encodeEndChunk = (seq: number, totals: Totals): Uint8Array => {
  const body = dataFamilies.length * 16
  const buffer = new Uint8Array(headerBytes + body + checksumBytes)
  const view = new DataView(buffer.buffer)
  totals.forEach((family, i) => {
    view.setBigUint64(headerBytes + i * 16, BigInt(family.entries))
    view.setBigUint64(headerBytes + i * 16 + 8, BigInt(family.bytes))
  })
  return seal(buffer, headerBytes + body, seq, kindEnd)
}

const kindData = 0
const kindEnd = 1

const seal = (buffer: Uint8Array, length: number, seq: number, kind: number): Uint8Array => {
  const view = new DataView(buffer.buffer)
  view.setUint32(0, magic)
  buffer[4] = formatVersion
  buffer[5] = kind
  view.setUint32(6, seq)
  view.setUint32(10, length - headerBytes)
  view.setUint32(length, checksum32(buffer.subarray(0, length)))
  return buffer.slice(0, length + checksumBytes)
}

// ---- reading

export type Chunk =
  | { readonly kind: "data"; readonly seq: number; readonly body: Uint8Array }
  | { readonly kind: "end"; readonly seq: number; readonly totals: Totals }

/** Checks frame and checksum. Throws SnapshotFormatError. */
export const decodeChunk = (bytes: Uint8Array): Chunk => {
  if (bytes.length < headerBytes + checksumBytes || bytes.length > chunkBytesMax) {
    return refuse(`a chunk of ${bytes.length} bytes`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.getUint32(0) !== magic) return refuse("not a snapshot chunk")
  if (bytes[4] !== formatVersion) return refuse(`chunk format ${bytes[4]} is not known here, only ${formatVersion}`)
  const seq = view.getUint32(6)
  const bodyBytes = view.getUint32(10)
  if (bodyBytes !== bytes.length - headerBytes - checksumBytes) {
    return refuse(`chunk ${seq}: ${bytes.length} bytes for a body of ${bodyBytes}`)
  }
  const end = headerBytes + bodyBytes
  if (view.getUint32(end) !== checksum32(bytes.subarray(0, end))) return refuse(`chunk ${seq}: wrong checksum`)
  if (bytes[5] === kindData) return { kind: "data", seq, body: bytes.subarray(headerBytes, end) }
  if (bytes[5] !== kindEnd || bodyBytes !== dataFamilies.length * 16) return refuse(`chunk ${seq}: kind ${bytes[5]}`)
  const totals = dataFamilies.map((_, i) => ({
    entries: Number(view.getBigUint64(headerBytes + i * 16)),
    bytes: Number(view.getBigUint64(headerBytes + i * 16 + 8))
  }))
  return { kind: "end", seq, totals }
}

/** Visits the entries of a data chunk's body; key and value are views into it. Throws SnapshotFormatError. */
export const visitEntries = (
  body: Uint8Array,
  visit: (family: number, key: Uint8Array, value: Uint8Array) => void
): void => {
  const view = new DataView(body.buffer, body.byteOffset, body.length)
  let at = 0
  while (at < body.length) {
    if (at + 5 > body.length) refuse("an entry is cut off")
    const family = body[at] as number
    if (family >= dataFamilies.length) refuse(`column family ${family} does not exist`)
    const keyEnd = at + 5 + view.getUint32(at + 1)
    if (keyEnd + 4 > body.length) refuse("an entry is cut off")
    const valueEnd = keyEnd + 4 + view.getUint32(keyEnd)
    if (valueEnd > body.length) refuse("an entry is cut off")
    visit(family, body.subarray(at + 5, keyEnd), body.subarray(keyEnd + 4, valueEnd))
    at = valueEnd
  }
}

/** Puts all entries of a data chunk's body into a batch. Throws SnapshotFormatError. */
export const putEntries = (body: Uint8Array, batch: WriteBatch): void =>
  visitEntries(body, (family, key, value) => {
    batch.put(dataFamilies[family] as DataFamily, key, value)
  })
