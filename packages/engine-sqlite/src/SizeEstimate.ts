/**
 * How much lies where, without asking SQLite for it each time: per column family a list of buckets, neighbouring key
 * ranges of about `bucketBytes`, with the bytes and keys measured in each.
 *
 * A bucket is measured by one query over its rows when a size is asked for, and kept until enough has changed in it.
 * Changes are sampled (one operation in eight, with weight eight), since a change is on the way of every write and a size
 * is rarely asked for. One question measures at most `rowsMeasuredMax` rows; what is still unknown then is estimated from
 * the size of the file, and the next question measures on.
 */
import type { ColumnFamily, KeyRange, RangeEstimate, WriteOp } from "@reefkv/engine"
import type { Database, Statement } from "better-sqlite3"
import { prepareRows, prepareValue } from "./SqliteView.ts"

export const dataFamilies = ["default", "lock", "write"] as const
type DataFamily = (typeof dataFamilies)[number]

/** Buckets of a family at most; beyond it neighbours are joined and the bucket size doubles. */
const bucketsMax = 65_536
const firstBucketBytes = 64 * 1024
/** Rows of one step of a measurement: the least that can be told apart. */
const stepRowsMax = 256
/** Rows of the first step, when nothing is known of their size. */
const probeRows = 16
/** Rows measured by one question at most: a few milliseconds. */
const rowsMeasuredMax = 8192
/** One in eight operations is looked at. A power of two. */
const sampleEvery = 8
/** Larger puts are always looked at: a few of them are a bucket. */
const alwaysNotedBytes = 4096
/** So few sampled changes say nothing of a bucket of few rows. */
const changesIgnored = 32
/** What a row of unknown size counts for when keys are guessed from bytes. */
const guessedRowBytes = 128

/** Entries at or after `start`, before the next bucket's. */
interface Bucket {
  start: Uint8Array
  bytes: number
  keys: number
  /** Bytes put or taken since it was measured, about. Infinity: never measured. */
  drift: number
  /** Puts and deletes since it was measured, about: a small value may have replaced a large one. */
  changes: number
}

const isStale = (bucket: Bucket, bucketBytes: number): boolean =>
  bucket.drift > Math.max(bucket.bytes, bucketBytes) / 4 || bucket.changes > Math.max(bucket.keys / 4, changesIgnored)

const compare = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b)
const isDataFamily = (cf: ColumnFamily): cf is DataFamily => cf !== "raft"
const emptyKey = new Uint8Array(0)

class FamilyBuckets {
  readonly buckets: Array<Bucket>
  private bucketBytes = firstBucketBytes
  private readonly measureBounded: Statement<Array<Uint8Array | number>, Step>
  private readonly measureFrom: Statement<Array<Uint8Array | number>, Step>
  private readonly first: Statement<Array<Uint8Array | number>, Uint8Array>

  constructor(db: Database, cf: DataFamily, bytes: number) {
    // Lengths are taken inside, where the value itself need not be read.
    const sql = (where: string) =>
      `SELECT count(*), sum(n), max(key) FROM (SELECT key, length(key) + length(value) AS n FROM cf_${cf} WHERE ${where} ORDER BY key LIMIT ?)`
    this.measureBounded = prepareRows<Step>(db, sql("key >= ? AND key < ?"))
    this.measureFrom = prepareRows<Step>(db, sql("key >= ?"))
    this.first = prepareValue<Uint8Array>(db, `SELECT key FROM cf_${cf} WHERE key >= ? ORDER BY key LIMIT 1`)
    this.buckets = [
      { start: emptyKey, bytes, keys: Math.floor(bytes / guessedRowBytes), drift: bytes > 0 ? Infinity : 0, changes: 0 }
    ]
  }

  /** Index of the bucket that holds `key`. */
  at(key: Uint8Array): number {
    let low = 1
    let high = this.buckets.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare(this.buckets[middle]!.start, key) <= 0) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** The first key of the family at or after `key`. */
  firstKey(key: Uint8Array): Uint8Array | undefined {
    return this.first.get(key)
  }

  put(key: Uint8Array, bytes: number, weight: number): void {
    const bucket = this.buckets[this.at(key)]!
    bucket.drift += bytes * weight
    bucket.changes += weight
    bucket.bytes += bytes * weight
    bucket.keys += weight
  }

  /** How large the deleted entry was is not known: the bucket's mean stands for it. */
  delete(key: Uint8Array, weight: number): void {
    const bucket = this.buckets[this.at(key)]!
    const mean = bucket.keys > 0 ? bucket.bytes / bucket.keys : 0
    bucket.drift += mean * weight
    bucket.changes += weight
    bucket.bytes = Math.max(0, bucket.bytes - mean * weight)
    bucket.keys = Math.max(0, bucket.keys - weight)
  }

  deleteRange(start: Uint8Array, end: Uint8Array | undefined): void {
    if (end !== undefined && compare(start, end) >= 0) return
    const from = this.at(start)
    const to = end === undefined ? this.buckets.length - 1 : this.at(end)
    for (let i = from; i <= to; i++) {
      const bucket = this.buckets[i]!
      const startsInside = compare(bucket.start, start) >= 0
      const endsInside = end === undefined || i < to
      if (startsInside && endsInside) Object.assign(bucket, { bytes: 0, keys: 0, drift: 0, changes: 0 })
      else bucket.drift = Infinity
    }
    this.joinEmpty()
  }

  /** Brings the buckets of the range up to date, within the budget of rows; answers what is left of it. */
  refresh(range: KeyRange, budget: number): number {
    this.cutAt(range.start)
    if (range.end.length > 0) this.cutAt(range.end)
    const fresh: Array<Bucket> = []
    const from = this.at(range.start)
    const to = range.end.length > 0 ? this.at(range.end) : this.buckets.length
    for (let i = from; i < to; i++) {
      const bucket = this.buckets[i]!
      if (!isStale(bucket, this.bucketBytes) || budget <= 0) {
        fresh.push(bucket)
        continue
      }
      const next = this.buckets[i + 1]?.start
      budget = this.measure(bucket, next, budget, fresh)
    }
    this.buckets.splice(from, to - from, ...fresh)
    while (this.buckets.length > bucketsMax) this.coarsen()
    return budget
  }

  /** Reads the bucket's rows in steps and appends the buckets they make. */
  private measure(bucket: Bucket, end: Uint8Array | undefined, budget: number, into: Array<Bucket>): number {
    let start = bucket.start
    let open: Bucket = { start, bytes: 0, keys: 0, drift: 0, changes: 0 }
    let left = { bytes: bucket.bytes, keys: bucket.keys }
    let rows = probeRows
    for (;;) {
      if (budget <= 0) {
        if (open.keys > 0) into.push(open)
        into.push({ start, ...left, drift: Infinity, changes: 0 })
        return budget
      }
      const [count, bytes, last] =
        end === undefined ? this.measureFrom.get(start, rows)! : this.measureBounded.get(start, end, rows)!
      open.keys += count
      open.bytes += bytes ?? 0
      left = { bytes: Math.max(0, left.bytes - (bytes ?? 0)), keys: Math.max(0, left.keys - count) }
      budget -= count
      if (count < rows || last === null) {
        into.push(open)
        return budget
      }
      start = successor(last)
      const mean = (bytes ?? 0) / count
      rows = Math.max(1, Math.min(stepRowsMax, Math.ceil(this.bucketBytes / 4 / Math.max(mean, 1))))
      if (open.bytes >= this.bucketBytes) {
        into.push(open)
        open = { start, bytes: 0, keys: 0, drift: 0, changes: 0 }
      }
    }
  }

  /** Makes `key` the start of a bucket; the two parts of a cut one have to be measured. */
  private cutAt(key: Uint8Array): void {
    const at = this.at(key)
    const bucket = this.buckets[at]!
    if (compare(bucket.start, key) === 0) return
    const half = {
      bytes: bucket.bytes / 2,
      keys: bucket.keys / 2,
      drift: bucket.bytes + bucket.drift > 0 ? Infinity : 0,
      changes: 0
    }
    this.buckets.splice(at, 1, { start: bucket.start, ...half }, { start: key, ...half })
  }

  private joinEmpty(): void {
    const isEmpty = (bucket: Bucket) => bucket.bytes === 0 && bucket.drift === 0
    const kept = this.buckets.filter((bucket, i) => i === 0 || !(isEmpty(bucket) && isEmpty(this.buckets[i - 1]!)))
    this.buckets.splice(0, this.buckets.length, ...kept)
  }

  private coarsen(): void {
    this.bucketBytes *= 2
    const joined: Array<Bucket> = []
    for (let i = 0; i < this.buckets.length; i += 2) {
      const a = this.buckets[i]!
      const b = this.buckets[i + 1] ?? { bytes: 0, keys: 0, drift: 0, changes: 0 }
      joined.push({
        start: a.start,
        bytes: a.bytes + b.bytes,
        keys: a.keys + b.keys,
        drift: a.drift + b.drift,
        changes: a.changes + b.changes
      })
    }
    this.buckets.splice(0, this.buckets.length, ...joined)
  }
}

type Step = readonly [count: number, bytes: number | null, last: Uint8Array | null]

/** The first key after `key`. */
const successor = (key: Uint8Array): Uint8Array => {
  const next = new Uint8Array(key.length + 1)
  next.set(key)
  return next
}

export class SizeEstimate {
  private readonly families: Record<DataFamily, FamilyBuckets>
  /** State of a xorshift generator: which operations are looked at must not follow a pattern of the writes. */
  private random = 0x9e3779b9

  /** `bytes` is what the file holds already, about. */
  constructor(db: Database, bytes: number) {
    const make = (cf: DataFamily) => new FamilyBuckets(db, cf, bytes / dataFamilies.length)
    this.families = { default: make("default"), lock: make("lock"), write: make("write") }
  }

  /** Takes note of written operations. */
  note(ops: ReadonlyArray<WriteOp>): void {
    for (let i = 0; i < ops.length; i++) {
      const op = ops[i]!
      if (!isDataFamily(op.cf)) continue
      const family = this.families[op.cf]
      if (op.type === "deleteRange") family.deleteRange(op.start, op.end)
      else if (op.type === "deleteFrom") family.deleteRange(op.start, undefined)
      else if (op.type === "put" && op.value.length >= alwaysNotedBytes) {
        family.put(op.key, op.key.length + op.value.length, 1)
      } else if (this.sampled()) {
        if (op.type === "put") family.put(op.key, op.key.length + op.value.length, sampleEvery)
        else family.delete(op.key, sampleEvery)
      }
    }
  }

  estimate(range: KeyRange): RangeEstimate {
    let bytes = 0
    let keys = 0
    for (const bucket of this.bucketsIn(range)) {
      bytes += bucket.bytes
      keys += bucket.keys
    }
    return { bytes: Math.round(bytes), keys: Math.round(keys) }
  }

  splitKeys(range: KeyRange, pieceBytes: number, maxKeys: number): Array<Uint8Array> {
    if (!(pieceBytes > 0)) throw new Error(`splitKeys: pieceBytes ${pieceBytes}`)
    // A bucket's bytes lie between its start and the next start of its family; counted at its start they are early by at
    // most one bucket a family, which is the granularity promised.
    const buckets = this.bucketsIn(range).sort((a, b) => compare(a.start, b.start))
    const total = buckets.reduce((sum, { bytes }) => sum + bytes, 0)
    const cuts: Array<Uint8Array> = []
    let passed = 0
    let target = pieceBytes
    for (const bucket of buckets) {
      if (cuts.length >= maxKeys || target + pieceBytes / 2 > total) break
      const lastCut = cuts[cuts.length - 1] ?? range.start
      if (passed >= target && compare(bucket.start, lastCut) > 0) {
        const cut = this.firstKey(bucket.start)
        if (cut === undefined || (range.end.length > 0 && compare(cut, range.end) >= 0)) break
        cuts.push(cut)
        while (target <= passed) target += pieceBytes
      }
      passed += bucket.bytes
    }
    return cuts
  }

  /** A bucket may start where no key is; a cut is a key. */
  private firstKey(key: Uint8Array): Uint8Array | undefined {
    let first: Uint8Array | undefined
    for (const cf of dataFamilies) {
      const found = this.families[cf].firstKey(key)
      if (found !== undefined && (first === undefined || compare(found, first) < 0)) first = found
    }
    return first
  }

  private bucketsIn(range: KeyRange): Array<Bucket> {
    if (range.end.length > 0 && compare(range.start, range.end) >= 0) return []
    const found: Array<Bucket> = []
    let budget = rowsMeasuredMax
    for (const cf of dataFamilies) {
      const family = this.families[cf]
      budget = family.refresh(range, budget)
      const to = range.end.length > 0 ? family.at(range.end) : family.buckets.length
      for (let i = family.at(range.start); i < to; i++) found.push(family.buckets[i]!)
    }
    return found
  }

  private sampled(): boolean {
    let x = this.random
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.random = x
    return (x & (sampleEvery - 1)) === 0
  }
}
