/**
 * What an engine keeps beside everything that it stores, so that bytes which changed at rest are never handed on: a
 * CRC-32 of the whole row and sixteen bits of a CRC-32 of its head (what finds it: the key; of a log entry its place),
 * together one whole number below 2^48.
 *
 * The two parts tell damage apart. A row whose head is right belongs where it lies: only what it carries is lost, and the
 * rest of the file can be used. A row whose head is wrong also hides the row that it was, and whatever a search would have
 * found beyond it: then the file is not to be believed any more.
 */
import { crc32 } from "node:zlib"
import type { ColumnFamily } from "./Engine.ts"
import { EngineError } from "./EngineError.ts"
import type { LogEntry, TruncationMark } from "./RaftLog.ts"

/** Eight bytes for every number: any of them may be up to 2^53. */
const headOfEntry = new DataView(new ArrayBuffer(40))
const headOfEntryBytes = new Uint8Array(headOfEntry.buffer)
const headOfGroup = new DataView(new ArrayBuffer(32))
const headOfGroupBytes = new Uint8Array(headOfGroup.buffer)
const nothing = new Uint8Array(0)

const headBits = 0xffff
const wholeSize = 2 ** 32
const together = (head: number, whole: number): number => (head & headBits) * wholeSize + whole

/** Of a row of a column family. */
export const rowSum = (key: Uint8Array, value: Uint8Array): number => {
  const head = crc32(key)
  return together(head, crc32(value, head))
}
/** Whether `sum`, a row's, is of this key; what its value is does not matter. */
export const isSumOfKey = (sum: number, key: Uint8Array): boolean =>
  Math.floor(sum / wholeSize) === (crc32(key) & headBits)

const entryHead = (seq: number, groupId: number, index: number, term: number, kind: number, bytes: number): number => {
  headOfEntry.setFloat64(0, seq)
  headOfEntry.setFloat64(8, groupId)
  headOfEntry.setFloat64(16, index)
  headOfEntry.setFloat64(24, term)
  headOfEntry.setUint8(32, kind)
  headOfEntry.setUint32(36, bytes)
  return crc32(headOfEntryBytes)
}
/** Of an entry of a log; `seq` is its place in the file. */
export const entrySum = (seq: number, groupId: number, { index, term, kind, data }: LogEntry): number => {
  const head = entryHead(seq, groupId, index, term, kind, data.length)
  return together(head, crc32(data, head))
}
/** Whether `sum`, an entry's, is of an entry with this place, term, kind and length. */
export const isSumOfEntryHead = (
  sum: number,
  seq: number,
  groupId: number,
  index: number,
  term: number,
  kind: number,
  bytes: number
): boolean => Math.floor(sum / wholeSize) === (entryHead(seq, groupId, index, term, kind, bytes) & headBits)

const groupHead = (groupId: number, mark: TruncationMark, firstSeq: number): number => {
  headOfGroup.setFloat64(0, groupId)
  headOfGroup.setFloat64(8, mark.index)
  headOfGroup.setFloat64(16, mark.term)
  headOfGroup.setFloat64(24, firstSeq)
  return crc32(headOfGroupBytes)
}
/** Of a group's record; its head is everything but the state. No state is not the same as an empty one. */
export const groupSum = (
  groupId: number,
  mark: TruncationMark,
  firstSeq: number,
  state: Uint8Array | undefined
): number => {
  const head = groupHead(groupId, mark, firstSeq)
  return together(head, state === undefined ? crc32(nothing, (head ^ 1) >>> 0) : crc32(state, head))
}
export const isSumOfGroupHead = (sum: number, groupId: number, mark: TruncationMark, firstSeq: number): boolean =>
  Math.floor(sum / wholeSize) === (groupHead(groupId, mark, firstSeq) & headBits)

// ---- what is said of damage

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex")

/** Damage of one value: whoever owns the key can be told, and the rest goes on. */
export const damagedRow = (cf: ColumnFamily, key: Uint8Array, path?: string): EngineError =>
  new EngineError({
    reason: "corrupt",
    message: `the value of ${hex(key)} in ${cf} is not what was written`,
    cf,
    key: new Uint8Array(key),
    ...(path === undefined ? {} : { path })
  })
/** Damage of one group's log or state. */
export const damagedGroup = (groupId: number, what: string, path?: string): EngineError =>
  new EngineError({
    reason: "corrupt",
    message: `${what} of group ${groupId} is not what was written`,
    groupId,
    ...(path === undefined ? {} : { path })
  })
/** Damage that may hide anything: the store must not go on with this file. */
export const damagedFile = (what: string, path?: string): EngineError =>
  new EngineError({
    reason: "corrupt",
    message: `${what} is not what was written, and may hide other data; restore the store from its peers: remove the directory and let the store join anew under a new id`,
    ...(path === undefined ? {} : { path })
  })
