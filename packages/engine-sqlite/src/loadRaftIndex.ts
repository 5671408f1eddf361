/**
 * Rebuilds the index of all groups from `raft.db` at open. Rows are read in the order of the sequence, in steps, without
 * their data, which is checked when it is read; replaying them as appends gives the entries that count and the rows that do not.
 */
import { damagedFile, damagedGroup, EngineError, groupSum, isSumOfEntryHead, isSumOfGroupHead } from "@reefkv/engine"
import type { Database } from "better-sqlite3"
import { drizzle } from "drizzle-orm/better-sqlite3"
import { type DeadRun, GroupIndex } from "./GroupIndex.ts"
import { prepareRows } from "./SqliteView.ts"
import { raftGroup } from "./schema/raft.ts"

/** Rows held in memory at once while loading. */
const rowsPerStep = 8192

export interface RaftIndex {
  readonly groups: Map<number, GroupIndex>
  readonly dead: Array<DeadRun>
  readonly nextSeq: number
}

type EntryRow = readonly [
  seq: number,
  groupId: number,
  index: number,
  term: number,
  kind: number,
  sum: number,
  bytes: number
]

export const loadRaftIndex = (db: Database, path: string): RaftIndex => {
  const groups = new Map<number, GroupIndex>()
  let nextSeq = 1
  for (const row of drizzle(db).select().from(raftGroup).all()) {
    const truncated = { index: row.truncatedIndex, term: row.truncatedTerm }
    if (!isSumOfGroupHead(row.sum, row.groupId, truncated, row.firstSeq)) throw damagedFile("a group's record", path)
    const group = new GroupIndex(truncated, row.firstSeq, row.state ?? undefined)
    if (groupSum(row.groupId, truncated, row.firstSeq, group.state) !== row.sum) {
      group.damage = damagedGroup(row.groupId, "the state", path)
    }
    groups.set(row.groupId, group)
    nextSeq = Math.max(nextSeq, row.firstSeq)
  }
  const dead: Array<DeadRun> = []
  const step = prepareRows<EntryRow>(
    db,
    "SELECT seq, group_id, log_index, term, kind, sum, length(data) FROM raft_entry WHERE seq > ? ORDER BY seq LIMIT ?"
  )
  let last = 0
  for (;;) {
    const rows = step.all(last, rowsPerStep)
    for (const [seq, groupId, index, term, kind, sum, bytes] of rows) {
      // Whose entry it is, and where, is part of what may be wrong.
      if (!isSumOfEntryHead(sum, seq, groupId, index, term, kind, bytes)) throw damagedFile("a log entry's place", path)
      const group = groups.get(groupId)
      if (group === undefined || seq < group.firstSeq) {
        bury(dead, seq)
        continue
      }
      if (index <= group.truncatedIndex) {
        // Compacted since, but when it was appended it replaced whatever lay at and after its index.
        dead.push(...group.tailRuns(index))
        group.truncateTail(group.truncatedIndex + 1)
        bury(dead, seq)
        continue
      }
      if (index > group.lastIndex + 1) {
        throw new EngineError({
          reason: "corrupt",
          message: `group ${groupId} holds entry ${index} but none after ${group.lastIndex}; restore the store from its peers: remove the directory and let the store join anew under a new id`,
          path
        })
      }
      dead.push(...group.tailRuns(index))
      group.truncateTail(index)
      group.push(seq, term, bytes)
    }
    if (rows.length > 0) last = rows[rows.length - 1]![0]
    if (rows.length < rowsPerStep) break
  }
  return { groups, dead, nextSeq: Math.max(nextSeq, last + 1) }
}

const bury = (dead: Array<DeadRun>, seq: number): void => {
  const last = dead[dead.length - 1]
  if (last !== undefined && last[1] === seq - 1) dead[dead.length - 1] = [last[0], seq]
  else dead.push([seq, seq])
}
