/**
 * The rules a caller of RaftLog must keep, checked before anything changes. They concern our own state, so a broken one
 * is a defect and not an answer. Shared by the engines, so that all refuse alike.
 */
import type { GroupAppend, TruncationMark } from "./RaftLog.ts"

/** Where a group's kept entries end, both sides. An unknown group is `{ truncatedIndex: 0, lastIndex: 0 }`. */
export interface LogBounds {
  readonly truncatedIndex: number
  readonly lastIndex: number
}

/** Throws when the groups of one append are not distinct, or one's entries are not contiguous or leave a gap. */
export const assertAppend = (
  groups: ReadonlyArray<GroupAppend>,
  boundsOf: (groupId: number) => LogBounds | undefined
): void => {
  if (groups.length > 1) {
    const ids = new Set<number>()
    for (const { groupId } of groups) {
      if (ids.has(groupId)) throw new Error(`RaftLog.append: group ${groupId} appears twice`)
      ids.add(groupId)
    }
  }
  for (const { entries, groupId, reset } of groups) {
    if (!Number.isSafeInteger(groupId) || groupId < 0) throw new Error(`RaftLog.append: group id ${groupId}`)
    if (entries.length === 0) continue
    const bounds = reset === undefined ? boundsOf(groupId) : undefined
    const truncatedIndex = reset?.index ?? bounds?.truncatedIndex ?? 0
    const lastIndex = bounds?.lastIndex ?? truncatedIndex
    const first = entries[0]!.index
    if (first <= truncatedIndex || first > lastIndex + 1) {
      throw new Error(
        `RaftLog.append: group ${groupId}: entry ${first} does not follow the kept entries ${truncatedIndex + 1}…${lastIndex}`
      )
    }
    for (let i = 1; i < entries.length; i++) {
      if (entries[i]!.index !== first + i) {
        throw new Error(`RaftLog.append: group ${groupId}: entry ${entries[i]!.index} where ${first + i} was due`)
      }
    }
  }
}

/** Throws unless `[from, to)` is kept. */
export const assertKept = (groupId: number, bounds: LogBounds | undefined, from: number, to: number): void => {
  if (from > to) throw new Error(`RaftLog.entries: group ${groupId}: from ${from} is after to ${to}`)
  if (bounds === undefined || from <= bounds.truncatedIndex || to > bounds.lastIndex + 1) {
    const kept = bounds === undefined ? "an unknown group" : `${bounds.truncatedIndex + 1}…${bounds.lastIndex}`
    throw new Error(`RaftLog.entries: group ${groupId}: [${from}, ${to}) asked of ${kept}`)
  }
}

/** Throws unless `mark` names a kept entry by its own term, or the present mark. */
export const assertCompactable = (
  groupId: number,
  bounds: LogBounds | undefined,
  mark: TruncationMark,
  termAt: number | undefined
): void => {
  if (bounds === undefined || mark.index < bounds.truncatedIndex || mark.index > bounds.lastIndex) {
    const kept = bounds === undefined ? "an unknown group" : `${bounds.truncatedIndex}…${bounds.lastIndex}`
    throw new Error(`RaftLog.compact: group ${groupId}: mark ${mark.index} outside ${kept}`)
  }
  if (termAt !== mark.term) {
    throw new Error(`RaftLog.compact: group ${groupId}: mark ${mark.index} has term ${termAt}, not ${mark.term}`)
  }
}
