/** The slow and obvious raft log that real ones are compared with. Knows valid calls only. */
import type { GroupAppend, GroupLog, LogEntry, TruncationMark } from "../RaftLog.ts"

interface Group {
  truncated: TruncationMark
  entries: Array<LogEntry>
  state: Uint8Array | undefined
}

export class NaiveLog {
  readonly groups = new Map<number, Group>()

  copy(): NaiveLog {
    const copy = new NaiveLog()
    for (const [id, group] of this.groups) copy.groups.set(id, { ...group, entries: group.entries.slice() })
    return copy
  }
  append(appends: ReadonlyArray<GroupAppend>): void {
    for (const { entries, groupId, reset, state } of appends) {
      const group = this.groups.get(groupId) ?? { truncated: { index: 0, term: 0 }, entries: [], state: undefined }
      this.groups.set(groupId, group)
      if (reset !== undefined) Object.assign(group, { truncated: reset, entries: [] })
      if (entries.length > 0) {
        group.entries = [...group.entries.filter(({ index }) => index < entries[0]!.index), ...entries]
      }
      if (state !== undefined) group.state = state
    }
  }
  compact(groupId: number, mark: TruncationMark): void {
    const group = this.groups.get(groupId)!
    group.truncated = mark
    group.entries = group.entries.filter(({ index }) => index > mark.index)
  }
  log(groupId: number): GroupLog | undefined {
    const group = this.groups.get(groupId)
    if (group === undefined) return undefined
    const last = group.entries.at(-1) ?? group.truncated
    return { truncated: group.truncated, lastIndex: last.index, lastTerm: last.term, state: group.state }
  }
  entries(groupId: number, from: number, to: number, maxBytes: number): Array<LogEntry> {
    const answer: Array<LogEntry> = []
    let bytes = 0
    for (const entry of this.groups.get(groupId)!.entries) {
      if (entry.index < from || entry.index >= to) continue
      bytes += entry.data.length
      if (answer.length > 0 && bytes > maxBytes) break
      answer.push(entry)
    }
    return answer
  }
}
