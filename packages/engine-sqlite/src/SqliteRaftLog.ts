/**
 * The RaftLog contract on one SQLite file, `raft.db`: entries of all groups in one sequence, one commit and one sync for
 * each append whatever the number of groups in it.
 *
 * The sync runs beside the calling thread. What a leader sends before its own append thus leaves at once, and its
 * followers' disks work at the same time as its own; and requests are taken in while the disk works. An append is in
 * memory and in the file before it is durable, so `group`, `entries` and `term` may show what a crash would take back:
 * whoever appends acts on an entry only when its append has returned.
 *
 * Where an entry lies is known from an index in memory (`GroupIndex`), so the file needs none. Rows that no longer count
 * are deleted a few at a time by later appends; compactions wait in memory for the next append and may be undone by a
 * crash, as the contract allows. After a sync that failed the log stops with reason "io".
 */
import { closeSync, existsSync, openSync, statSync } from "node:fs"
import {
  assertAppend,
  assertCompactable,
  assertKept,
  damagedFile,
  damagedGroup,
  type EngineError,
  entrySum,
  type GroupAppend,
  groupSum,
  isSumOfEntryHead,
  type LogEntry,
  type RaftLogService,
  type TruncationMark
} from "@reefkv/engine"
import type { Database, Statement } from "better-sqlite3"
import { Effect } from "effect"
import { Checkpointer } from "./Checkpointer.ts"
import { FileWorker } from "./FileWorker.ts"
import { cacheBytesOf, type DeadRun, GroupIndex } from "./GroupIndex.ts"
import { kind } from "./kind.ts"
import { LogSync } from "./LogSync.ts"
import { loadRaftIndex } from "./loadRaftIndex.ts"
import { defaults, pageBytes, type SqliteOptions } from "./options.ts"
import { closedError, prepareRows } from "./SqliteView.ts"
import { isSyncFailure, toEngineError } from "./sqliteError.ts"
import { connect, filePath, migrate, raftRole } from "./storeFile.ts"

export interface SqliteRaftLogHandle extends RaftLogService {
  /** Writes what waits, waits for the worker and closes the file. A second close does nothing. */
  readonly close: Effect.Effect<void>
}

/** Dead rows deleted with one append, at least; more when the append is larger, so that they never pile up. */
const deadRowsPerAppend = 256

type EntryRow = readonly [seq: number, term: number, kind: number, sum: number, data: Uint8Array]

/** Opens `raft.db` in a directory whose lock the caller holds. Throws EngineError. */
export const openSqliteRaftLog = (options: SqliteOptions): SqliteRaftLogHandle => {
  const path = filePath(options.directory, raftRole)
  try {
    return new SqliteRaftLogState(path, options).service()
  } catch (cause) {
    throw toEngineError(cause, "opening raft.db", path)
  }
}

class SqliteRaftLogState {
  private readonly path: string
  private readonly db: Database
  private readonly begin: Statement<[]>
  private readonly commit: Statement<[]>
  private readonly rollback: Statement<[]>
  private readonly insertEntry: Statement<[number, number, number, number, number, number, Uint8Array]>
  private readonly putGroup: Statement<[number, number, number, number, number, Uint8Array | null]>
  private readonly setState: Statement<[Uint8Array, number, number]>
  private readonly setMark: Statement<[number, number, number, number]>
  private readonly deleteGroup: Statement<[number]>
  private readonly deleteRows: Statement<[number, number]>
  private readonly readRows: Statement<Array<Uint8Array | number>, EntryRow>
  private readonly worker: FileWorker
  /** The file itself, synced by the worker. Closed last; see `CheckpointerOptions.syncFd`. */
  private readonly logFd: number
  private readonly checkpointer: Checkpointer
  private readonly groups: Map<number, GroupIndex>
  private readonly dead: Array<DeadRun>
  private nextSeq: number
  /** Compactions that the file does not know of yet. */
  private readonly marks = new Map<number, TruncationMark>()
  private readonly cacheBytesMax: number
  private cacheBytes = 0
  /** Appends in their order: the entries of `group` up to `index` leave the cache when their turn comes. */
  private readonly cacheOrder: Array<{ readonly group: GroupIndex; readonly index: number }> = []
  private closed = false
  private readonly log: LogSync
  private readonly sync: Effect.Effect<void, EngineError>

  constructor(path: string, options: SqliteOptions) {
    this.path = path
    const db = connect(path, { cacheBytes: options.raftCacheBytes ?? defaults.raftCacheBytes, readonly: false })
    this.db = db
    try {
      db.pragma("journal_mode = WAL")
      // Commits are synced by us, see LogSync.
      db.pragma("synchronous = NORMAL")
      migrate(db, raftRole)
      const index = loadRaftIndex(db, path)
      this.groups = index.groups
      this.dead = index.dead
      this.nextSeq = index.nextSeq
      const log = new LogSync(path, "syncing; the raft log has stopped")
      this.log = log
      this.sync = (options.syncThread ?? defaults.syncThread) ? log.sync : log.syncHere
      this.logFd = openSync(path, "r")
    } catch (cause) {
      db.close()
      throw cause
    }
    this.begin = db.prepare("BEGIN IMMEDIATE")
    this.commit = db.prepare("COMMIT")
    this.rollback = db.prepare("ROLLBACK")
    this.insertEntry = db.prepare(
      "INSERT INTO raft_entry (seq, group_id, log_index, term, kind, sum, data) VALUES (?, ?, ?, ?, ?, ?, ?)"
    )
    this.putGroup = db.prepare(
      "REPLACE INTO raft_group (group_id, truncated_index, truncated_term, first_seq, sum, state) VALUES (?, ?, ?, ?, ?, ?)"
    )
    this.setState = db.prepare("UPDATE raft_group SET state = ?, sum = ? WHERE group_id = ?")
    this.setMark = db.prepare(
      "UPDATE raft_group SET truncated_index = ?, truncated_term = ?, sum = ? WHERE group_id = ?"
    )
    this.deleteGroup = db.prepare("DELETE FROM raft_group WHERE group_id = ?")
    this.deleteRows = db.prepare("DELETE FROM raft_entry WHERE seq BETWEEN ? AND ?")
    this.readRows = prepareRows<EntryRow>(
      db,
      "SELECT seq, term, kind, sum, data FROM raft_entry WHERE seq BETWEEN ? AND ? ORDER BY seq"
    )
    this.cacheBytesMax = options.entryCacheBytes ?? defaults.entryCacheBytes
    this.worker = new FileWorker(path, db, options.checkpointWorker ?? defaults.checkpointWorker)
    this.checkpointer = new Checkpointer(
      db,
      this.worker,
      {
        walCheckpointBytes: options.walCheckpointBytes ?? defaults.raftWalCheckpointBytes,
        walBytesMax: options.walBytesMax ?? defaults.walBytesMax,
        syncFd: this.logFd
      },
      () => undefined
    )
  }

  service(): SqliteRaftLogHandle {
    return {
      kind,
      append: (groups) => Effect.suspend(() => this.checkpointer.admit(() => this.append(groups))),
      compact: (groups) => Effect.suspend(() => this.checkpointer.admit(() => this.compact(groups))),
      destroy: (groupIds) => Effect.suspend(() => this.checkpointer.admit(() => this.destroy(groupIds))),
      group: (groupId) => {
        this.checkRead()
        return this.groups.get(groupId)?.log()
      },
      groups: () => {
        this.checkRead()
        return [...this.groups.keys()].sort((a, b) => a - b)
      },
      entries: (groupId, from, to, maxBytes) => this.entries(groupId, from, to, maxBytes),
      term: (groupId, index) => {
        this.checkRead()
        return this.groups.get(groupId)?.term(index)
      },
      stats: () => this.stats(),
      close: Effect.suspend(() => this.close())
    }
  }

  private checkRead(): void {
    if (this.closed) throw closedError("raft log", this.path)
  }
  private writeRefusal(): EngineError | undefined {
    return this.closed ? closedError("raft log", this.path) : this.log.failed
  }

  private append(appends: ReadonlyArray<GroupAppend>): Effect.Effect<void, EngineError> {
    const refusal = this.writeRefusal()
    if (refusal !== undefined) return Effect.fail(refusal)
    assertAppend(appends, (groupId) => this.groups.get(groupId))
    let entries = 0
    for (let i = 0; i < appends.length; i++) entries += appends[i]!.entries.length
    const error = this.transaction(entries + appends.length, () => {
      let seq = this.nextSeq
      for (let i = 0; i < appends.length; i++) seq = this.writeAppend(appends[i]!, seq)
    })
    if (error !== undefined) return Effect.fail(error)
    for (let i = 0; i < appends.length; i++) this.noteAppend(appends[i]!)
    this.trimCache()
    return this.sync
  }

  /** Writes one group's part with its first row at `seq`; answers the next free place. */
  private writeAppend({ entries, groupId, reset, state }: GroupAppend, seq: number): number {
    const group = this.groups.get(groupId)
    if (group === undefined || reset !== undefined) {
      const mark = reset ?? { index: 0, term: 0 }
      const kept = state ?? group?.state
      this.putGroup.run(groupId, mark.index, mark.term, seq, groupSum(groupId, mark, seq, kept), kept ?? null)
    } else if (state !== undefined) {
      this.setState.run(state, groupSum(groupId, group.truncated, group.firstSeq, state), groupId)
    }
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!
      this.insertEntry.run(seq, groupId, entry.index, entry.term, entry.kind, entrySum(seq, groupId, entry), entry.data)
      seq++
    }
    return seq
  }

  /** The same in memory, once the file has it. */
  private noteAppend({ entries, groupId, reset, state }: GroupAppend): void {
    let group = this.groups.get(groupId)
    if (group === undefined) {
      group = new GroupIndex(reset ?? { index: 0, term: 0 }, this.nextSeq, undefined)
      this.groups.set(groupId, group)
    } else if (reset !== undefined) {
      this.bury(group.tailRuns(0))
      this.cacheBytes -= group.truncateTail(group.truncatedIndex + 1)
      group.truncated = reset
      group.firstSeq = this.nextSeq
    }
    if (state !== undefined) {
      group.state = new Uint8Array(state)
      group.damage = undefined
    }
    if (entries.length === 0) return
    const first = entries[0]!.index
    if (first <= group.lastIndex) {
      this.bury(group.tailRuns(first))
      this.cacheBytes -= group.truncateTail(first)
    }
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!
      group.push(this.nextSeq++, entry.term, entry.data.length)
      // A view into a larger buffer (a network frame) would keep all of it, and the cache's bound would say nothing.
      group.cache(entry.data.byteOffset === 0 ? entry : { ...entry, data: new Uint8Array(entry.data) })
      this.cacheBytes += cacheBytesOf(entry)
    }
    this.cacheOrder.push({ group, index: group.lastIndex })
  }

  private trimCache(): void {
    let turn = 0
    while (this.cacheBytes > this.cacheBytesMax && turn < this.cacheOrder.length) {
      const { group, index } = this.cacheOrder[turn++]!
      this.cacheBytes -= group.uncacheUpTo(index)
    }
    if (turn > 0) this.cacheOrder.splice(0, turn)
  }

  private compact(
    groups: ReadonlyArray<{ readonly groupId: number; readonly mark: TruncationMark }>
  ): Effect.Effect<void, EngineError> {
    const refusal = this.writeRefusal()
    if (refusal !== undefined) return Effect.fail(refusal)
    for (const { groupId, mark } of groups) {
      const group = this.groups.get(groupId)
      assertCompactable(groupId, group, mark, group?.term(mark.index))
    }
    for (const { groupId, mark } of groups) {
      const { dead, uncached } = this.groups.get(groupId)!.compact(mark)
      this.cacheBytes -= uncached
      this.bury(dead)
      this.marks.set(groupId, mark)
    }
    return Effect.void
  }

  private destroy(groupIds: ReadonlyArray<number>): Effect.Effect<void, EngineError> {
    const refusal = this.writeRefusal()
    if (refusal !== undefined) return Effect.fail(refusal)
    const known = groupIds.filter((groupId) => this.groups.has(groupId))
    const error = this.transaction(known.length, () => {
      for (const groupId of known) this.deleteGroup.run(groupId)
    })
    if (error !== undefined) return Effect.fail(error)
    for (const groupId of known) {
      const group = this.groups.get(groupId)!
      this.bury(group.tailRuns(0))
      this.cacheBytes -= group.truncateTail(group.truncatedIndex + 1)
      this.groups.delete(groupId)
    }
    return this.sync
  }

  /** One commit: pending compactions, then `write`, then some dead rows. Nothing in memory changes when it fails. */
  private transaction(rows: number, write: () => void): EngineError | undefined {
    const reclaim = this.takeDead(Math.max(deadRowsPerAppend, rows * 2))
    try {
      this.begin.run()
      for (const [groupId, mark] of this.marks) this.writeMark(groupId, mark)
      write()
      for (const [from, to] of reclaim.runs) this.deleteRows.run(from, to)
      this.commit.run()
    } catch (cause) {
      if (this.db.inTransaction) this.rollback.run()
      reclaim.giveBack()
      const error = toEngineError(cause, "appending to the raft log", this.path)
      if (isSyncFailure(cause)) this.log.fail(cause)
      if (error.reason === "disk-full") this.checkpointer.shrink()
      return error
    }
    this.marks.clear()
    this.checkpointer.afterCommit(Math.ceil((rows * 300) / pageBytes) + 2)
    return undefined
  }

  private writeMark(groupId: number, mark: TruncationMark): void {
    const group = this.groups.get(groupId)
    // Destroyed since; and a damaged state must not be given a sum that says it is right.
    if (group === undefined || group.damage !== undefined) return
    this.setMark.run(mark.index, mark.term, groupSum(groupId, mark, group.firstSeq, group.state), groupId)
  }

  private bury(runs: ReadonlyArray<DeadRun>): void {
    for (const run of runs) this.dead.push(run)
  }

  /** Up to `rows` dead rows in the order they were buried; of a run the upper part first (see `tailRuns`). */
  private takeDead(rows: number): { readonly runs: Array<DeadRun>; readonly giveBack: () => void } {
    const runs: Array<DeadRun> = []
    const before: Array<DeadRun> = []
    let taken = 0
    while (rows > 0 && taken < this.dead.length) {
      const run = this.dead[taken]!
      before.push(run)
      const [from, to] = run
      const count = to - from + 1
      if (count > rows) {
        runs.push([to - rows + 1, to])
        this.dead[taken] = [from, to - rows]
        rows = 0
      } else {
        runs.push(run)
        taken++
        rows -= count
      }
    }
    this.dead.splice(0, taken)
    return {
      runs,
      giveBack: () => {
        this.dead.splice(0, before.length - taken, ...before)
      }
    }
  }

  private entries(groupId: number, from: number, to: number, maxBytes: number): Array<LogEntry> {
    this.checkRead()
    const group = this.groups.get(groupId)
    assertKept(groupId, group, from, to)
    const end = group!.cut(from, to, maxBytes)
    const found: Array<LogEntry> = []
    try {
      for (let index = from; index < end; ) {
        const cached = group!.cached(index)
        if (cached !== undefined) {
          found.push(cached)
          index++
        } else {
          index = this.readRun(groupId, group!, index, end, found)
        }
      }
    } catch (cause) {
      throw toEngineError(cause, "reading the raft log", this.path)
    }
    return found
  }

  /** Reads the entries from `index` on that lie side by side; answers the next index. */
  private readRun(groupId: number, group: GroupIndex, index: number, end: number, into: Array<LogEntry>): number {
    const first = group.seq(index)
    let count = 1
    while (
      index + count < end &&
      group.seq(index + count) === first + count &&
      group.cached(index + count) === undefined
    ) {
      count++
    }
    const rows = this.readRows.all(first, first + count - 1)
    if (rows.length !== count) {
      throw damagedFile(`one of ${rows.length} entries where ${count} should lie`, this.path)
    }
    for (const [seq, term, entryKind, sum, data] of rows) {
      const entry = { index, term, kind: entryKind, data }
      if (!(data instanceof Uint8Array)) throw damagedGroup(groupId, `entry ${index}`, this.path)
      if (entrySum(seq, groupId, entry) !== sum || term !== group.term(index)) {
        // Of another place: then this one's entry may be anywhere.
        if (!isSumOfEntryHead(sum, seq, groupId, index, term, entryKind, data.length)) {
          throw damagedFile(`the place of entry ${index} of group ${groupId}`, this.path)
        }
        throw damagedGroup(groupId, `entry ${index}`, this.path)
      }
      into.push(entry)
      index++
    }
    return index
  }

  private stats() {
    this.checkRead()
    let entries = 0
    for (const group of this.groups.values()) entries += group.count
    const sizeBytes = sizeOf(this.path) + sizeOf(`${this.path}-wal`)
    return { kind, sizeBytes, entries, groups: this.groups.size }
  }

  private close(): Effect.Effect<void> {
    if (this.closed) return Effect.void
    // A compaction that cannot be written now is one that a crash would have undone.
    if (this.marks.size > 0 && this.log.failed === undefined) this.transaction(0, () => undefined)
    this.closed = true
    return Effect.callback<void>((resume) => {
      this.checkpointer.close()
      this.worker.close(() =>
        this.log.close(() => {
          this.db.close()
          closeSync(this.logFd)
          resume(Effect.void)
        })
      )
    })
  }
}

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0)
