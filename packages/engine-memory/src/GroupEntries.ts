/**
 * The kept entries of one group in memory: an array whose first element has index `truncated.index + 1`.
 */
import type { GroupAppend, GroupLog, LogEntry, TruncationMark } from "@reefkv/engine"

/** What one entry costs beside its data, about: the object and its place in the array. */
const entryOverheadBytes = 64

export class GroupEntries {
  truncated: TruncationMark
  entries: Array<LogEntry> = []
  state: Uint8Array | undefined
  bytes = 0

  constructor(truncated: TruncationMark) {
    this.truncated = truncated
  }

  get truncatedIndex(): number {
    return this.truncated.index
  }
  get lastIndex(): number {
    return this.truncated.index + this.entries.length
  }

  append({ entries, reset, state }: GroupAppend): void {
    if (reset !== undefined) {
      this.truncated = reset
      this.entries = []
      this.bytes = 0
    }
    if (entries.length > 0) {
      const keep = entries[0]!.index - this.truncated.index - 1
      for (let i = keep; i < this.entries.length; i++) this.bytes -= sizeOf(this.entries[i]!)
      this.entries.length = keep
      for (let i = 0; i < entries.length; i++) {
        const entry = entries[i]!
        // A view into a larger buffer (a network frame) would keep all of it.
        this.entries.push(entry.data.byteOffset === 0 ? entry : { ...entry, data: new Uint8Array(entry.data) })
        this.bytes += sizeOf(entry)
      }
    }
    if (state !== undefined) this.state = state
  }

  /** The dropped entries are answered, for a disk that may have to give them back. */
  compact(mark: TruncationMark): Array<LogEntry> {
    const dropped = this.entries.slice(0, mark.index - this.truncated.index)
    this.entries = this.entries.slice(dropped.length)
    for (const entry of dropped) this.bytes -= sizeOf(entry)
    this.truncated = mark
    return dropped
  }

  /** Undoes a compaction. */
  restore(previous: TruncationMark, dropped: ReadonlyArray<LogEntry>): void {
    this.entries = [...dropped, ...this.entries]
    for (const entry of dropped) this.bytes += sizeOf(entry)
    this.truncated = previous
  }

  term(index: number): number | undefined {
    return index === this.truncated.index ? this.truncated.term : this.entries[index - this.truncated.index - 1]?.term
  }

  copy(): GroupEntries {
    const other = new GroupEntries(this.truncated)
    other.entries = [...this.entries]
    other.state = this.state
    other.bytes = this.bytes
    return other
  }

  /** `[from, to)`, known to be kept. */
  read(from: number, to: number, maxBytes: number): Array<LogEntry> {
    const start = from - this.truncated.index - 1
    const end = to - this.truncated.index - 1
    let bytes = 0
    let stop = start
    while (stop < end) {
      bytes += this.entries[stop]!.data.length
      if (bytes > maxBytes && stop > start) break
      stop++
    }
    return this.entries.slice(start, stop)
  }

  log(): GroupLog {
    return {
      truncated: this.truncated,
      lastIndex: this.lastIndex,
      lastTerm: this.entries[this.entries.length - 1]?.term ?? this.truncated.term,
      state: this.state
    }
  }
}

const sizeOf = (entry: LogEntry): number => entry.data.length + entryOverheadBytes
