/**
 * What is kept in memory of one group's log: for each kept entry its place in the file's sequence, its term and its size;
 * and the entries appended last, whole, as long as the store's cache has room for them.
 *
 * Positions in the arrays are `index - truncated.index - 1`. Changed only after the file was.
 */
import type { EngineError, GroupLog, LogEntry, TruncationMark } from "@reefkv/engine"

/** Rows of the file that no longer count: `[from, to]` in the sequence. */
export type DeadRun = readonly [from: number, to: number]

export class GroupIndex {
  truncated: TruncationMark
  /** Rows before this belong to an earlier life of the group. */
  firstSeq: number
  state: Uint8Array | undefined
  /** The state in the file is not what was written, and was not written anew since. */
  damage: EngineError | undefined
  private seqs: Array<number> = []
  private terms: Array<number> = []
  private sizes: Array<number> = []
  /** The newest entries, the last of them `lastIndex`; possibly none. */
  private recent: Array<LogEntry> = []

  constructor(truncated: TruncationMark, firstSeq: number, state: Uint8Array | undefined) {
    this.truncated = truncated
    this.firstSeq = firstSeq
    this.state = state
  }

  get truncatedIndex(): number {
    return this.truncated.index
  }
  get lastIndex(): number {
    return this.truncated.index + this.seqs.length
  }
  get count(): number {
    return this.seqs.length
  }

  /** Throws when the state is damaged. */
  log(): GroupLog {
    if (this.damage !== undefined) throw this.damage
    return {
      truncated: this.truncated,
      lastIndex: this.lastIndex,
      lastTerm: this.terms[this.terms.length - 1] ?? this.truncated.term,
      state: this.state
    }
  }

  term(index: number): number | undefined {
    return index === this.truncated.index ? this.truncated.term : this.terms[index - this.truncated.index - 1]
  }

  /** Rows of the entries at or after `index`, from the last to the first: so deleted, what is left is always a prefix. */
  tailRuns(index: number): Array<DeadRun> {
    const runs: Array<DeadRun> = []
    const first = Math.max(0, index - this.truncated.index - 1)
    for (let i = this.seqs.length - 1; i >= first; i--) {
      const seq = this.seqs[i]!
      const last = runs[runs.length - 1]
      if (last !== undefined && last[0] === seq + 1) runs[runs.length - 1] = [seq, last[1]]
      else runs.push([seq, seq])
    }
    return runs
  }

  /** Entries at or after `index` go; answers the bytes that leave the cache. */
  truncateTail(index: number): number {
    const keep = index - this.truncated.index - 1
    if (keep >= this.seqs.length) return 0
    const dropped = this.recent.splice(Math.max(0, this.recent.length - (this.seqs.length - keep)))
    this.seqs.length = keep
    this.terms.length = keep
    this.sizes.length = keep
    return bytesOf(dropped)
  }

  push(seq: number, term: number, size: number): void {
    this.seqs.push(seq)
    this.terms.push(term)
    this.sizes.push(size)
  }

  /** The entry pushed last, to be kept in the cache. */
  cache(entry: LogEntry): void {
    this.recent.push(entry)
  }

  /** Drops cached entries up to and including `index`; answers their bytes. */
  uncacheUpTo(index: number): number {
    const first = this.lastIndex - this.recent.length + 1
    return index < first ? 0 : bytesOf(this.recent.splice(0, index - first + 1))
  }

  /** Answers the rows that go and the bytes that leave the cache. */
  compact(mark: TruncationMark): { readonly dead: Array<DeadRun>; readonly uncached: number } {
    const uncached = this.uncacheUpTo(mark.index)
    const count = mark.index - this.truncated.index
    const dead = runsOf(this.seqs, count)
    this.seqs = this.seqs.slice(count)
    this.terms = this.terms.slice(count)
    this.sizes = this.sizes.slice(count)
    this.truncated = mark
    return { dead, uncached }
  }

  /** Where `[from, …)` ends for the limit of bytes: at least one entry, at most up to `to`. */
  cut(from: number, to: number, maxBytes: number): number {
    const base = this.truncated.index + 1
    let bytes = 0
    let end = from
    while (end < to) {
      bytes += this.sizes[end - base]!
      if (bytes > maxBytes && end > from) break
      end++
    }
    return end
  }

  cached(index: number): LogEntry | undefined {
    return this.recent[index - (this.lastIndex - this.recent.length + 1)]
  }

  seq(index: number): number {
    return this.seqs[index - this.truncated.index - 1]!
  }
}

/** What a cached entry costs beside its data, about. */
const entryOverheadBytes = 64
export const cacheBytesOf = (entry: LogEntry): number => entry.data.length + entryOverheadBytes
const bytesOf = (entries: ReadonlyArray<LogEntry>): number => {
  let bytes = 0
  for (const entry of entries) bytes += cacheBytesOf(entry)
  return bytes
}

const runsOf = (seqs: ReadonlyArray<number>, count: number): Array<DeadRun> => {
  const runs: Array<DeadRun> = []
  for (let i = 0; i < count; i++) {
    const seq = seqs[i]!
    const last = runs[runs.length - 1]
    if (last !== undefined && last[1] === seq - 1) runs[runs.length - 1] = [last[0], seq]
    else runs.push([seq, seq])
  }
  return runs
}
