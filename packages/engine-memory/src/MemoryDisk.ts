/**
 * What survives a memory engine's crash: a stand-in for the disk of one store, shared by its Engine and its RaftLog.
 *
 * Without a disk an engine keeps nothing past its close. With one, the disk holds the entries as of the last sync and the
 * batches written since, in order. `crash` decides how many of those batches reached the platter, always a prefix, and
 * cuts off whoever used the disk before: a call from an engine opened before the crash fails with reason "closed", as a
 * killed process can no longer write. A graceful close loses nothing.
 *
 * What a crash can leave is what it can leave of SQLite's files (docs/decisions/0008): of the data, a prefix of the
 * unsynced batches, each whole; of the log, every append that returned, compactions or not; the two independent of each
 * other, so that data may be far older than the log. A batch or an append that was under way is there whole or not at all.
 * `flip…` change bytes at rest, which reads then refuse.
 */
import { type ColumnFamily, columnFamilies, EngineError, type TruncationMark, type WriteOp } from "@reefkv/engine"
import type { GroupEntries } from "./GroupEntries.ts"
import { Rot } from "./Rot.ts"
import { Tree } from "./Tree.ts"

/** Batches kept as "not yet on disk" at most; beyond it the oldest is taken to have been flushed, as an OS would. */
export const pendingBatchesMax = 4096

export type Trees = Record<ColumnFamily, Tree>

/** `nodeSize` as in Tree: its own when absent. */
export const emptyTrees = (nodeSize?: number): Trees => {
  const tree = (): Tree => new Tree(undefined, nodeSize)
  return { default: tree(), lock: tree(), write: tree(), raft: tree() }
}
export const cloneTrees = (trees: Trees): Trees => ({
  default: trees.default.clone(),
  lock: trees.lock.clone(),
  write: trees.write.clone(),
  raft: trees.raft.clone()
})

export const applyOps = (trees: Trees, ops: ReadonlyArray<WriteOp>): void => {
  for (let i = 0; i < ops.length; i++) {
    const op = ops[i]!
    const tree = trees[op.cf]
    switch (op.type) {
      case "put":
        // A view that starts inside a larger buffer (a network frame) is copied, or a small entry would keep the frame.
        tree.put(
          op.key.byteOffset === 0 ? op.key : new Uint8Array(op.key),
          op.value.byteOffset === 0 ? op.value : new Uint8Array(op.value)
        )
        break
      case "delete":
        tree.delete(op.key)
        break
      case "deleteRange":
        tree.deleteRange(op.start, op.end)
        break
      case "deleteFrom":
        tree.deleteRange(op.start, undefined)
        break
    }
  }
}

/** A compaction of the log that may still come undone: the entries it dropped and the mark it replaced. */
export interface PendingCompaction {
  readonly groupId: number
  readonly previous: TruncationMark
  readonly dropped: GroupEntries["entries"]
}

export interface CrashOptions {
  /** How many of the unsynced batches survive, from the oldest. Default 0; more than there are means all. */
  readonly keepWrites?: number
  /** Whether log compactions since the last append survive. Default false. */
  readonly keepCompactions?: boolean
}

export interface MemoryDiskOptions {
  /** Of the engine's trees: entries of a leaf and children of an inner node. With small ones little data makes deep trees. */
  readonly nodeSize?: number | undefined
}

export class MemoryDisk {
  /** Raised by each crash: an engine remembers the value it was opened under. */
  private generation = 0
  private synced: Trees
  private pending: Array<ReadonlyArray<WriteOp>> = []
  private groups = new Map<number, GroupEntries>()
  private compactions: Array<PendingCompaction> = []
  private fault: EngineError | undefined
  private readFault: { error: EngineError; after: number } | undefined
  readonly rot = new Rot()
  /** Of the engine that has the disk open. */
  private live: Trees | undefined

  constructor({ nodeSize }: MemoryDiskOptions = {}) {
    this.synced = emptyTrees(nodeSize)
  }

  /** Batches that a crash would lose. */
  get pendingWrites(): number {
    return this.pending.length
  }

  /** The machine stops now. Whoever has the disk open is cut off; the next to open it finds what survived. */
  crash(options: CrashOptions = {}): void {
    this.generation++
    this.live = undefined
    for (const ops of this.pending.slice(0, options.keepWrites ?? 0)) applyOps(this.synced, ops)
    this.pending = []
    // From the newest to the oldest, so that a group compacted twice gets its first mark and all of its entries back.
    if (options.keepCompactions !== true) {
      for (const compaction of this.compactions.reverse()) {
        this.groups.get(compaction.groupId)?.restore(compaction.previous, compaction.dropped)
      }
    }
    this.compactions = []
  }

  /** A disk of its own with the same on it, to try on it what might happen to this one. */
  fork(): MemoryDisk {
    const other = new MemoryDisk()
    other.synced = cloneTrees(this.synced)
    other.pending = [...this.pending]
    for (const [groupId, group] of this.groups) other.groups.set(groupId, group.copy())
    other.compactions = [...this.compactions]
    return other
  }

  /** While a fault is set, every write, sync and append fails with it and changes nothing. */
  setFault(fault: EngineError | undefined): void {
    this.fault = fault
  }

  /** The `after + 1`st read from now on fails, and every later one, until it is set to undefined. */
  setReadFault(error: EngineError | undefined, after = 0): void {
    this.readFault = error === undefined ? undefined : { error, after }
  }

  // ---- rot. Each answers false when there is nothing to change, or it is changed already. `bits` must not be 0.

  /** A byte of a value, on the file and in what is read of it from now on. */
  flipValue(cf: ColumnFamily, key: Uint8Array, byte: number, bits: number): boolean {
    return this.rot.flipValue(this.trees(), cf, key, byte, bits)
  }
  /** A byte of a key: it is not known any more which. Whoever comes upon the place is told that the file is damaged. */
  flipKey(cf: ColumnFamily, key: Uint8Array): boolean {
    return this.rot.flipKey(this.trees(), cf, key)
  }
  /** A byte of an entry's data. */
  flipEntry(groupId: number, index: number, byte: number, bits: number): boolean {
    const group = this.groups.get(groupId)
    return group !== undefined && this.rot.flipEntry(groupId, group, index, byte, bits)
  }
  /** A byte of a group's state. */
  flipState(groupId: number, byte: number, bits: number): boolean {
    const group = this.groups.get(groupId)
    return group !== undefined && this.rot.flipState(groupId, group, byte, bits)
  }
  private trees(): Array<Trees> {
    return this.live === undefined ? [this.synced] : [this.live, this.synced]
  }

  /** For engines: what the disk holds for a new one, and the handle to write through. */
  openTrees(): { readonly trees: Trees; readonly generation: number } {
    for (const ops of this.pending) applyOps(this.synced, ops)
    this.pending = []
    this.live = cloneTrees(this.synced)
    return { trees: this.live, generation: this.generation }
  }
  openGroups(): { readonly groups: Map<number, GroupEntries>; readonly generation: number } {
    return { groups: this.groups, generation: this.generation }
  }

  /** Why this generation may not write, if it may not. */
  refusal(generation: number): EngineError | undefined {
    if (generation !== this.generation) return new EngineError({ reason: "closed", message: "the store has crashed" })
    return this.fault
  }
  /** Why this generation may not read now, if it may not. Counts as a read. */
  readRefusal(generation: number): EngineError | undefined {
    if (generation !== this.generation) return new EngineError({ reason: "closed", message: "the store has crashed" })
    const fault = this.readFault
    return fault !== undefined && fault.after-- <= 0 ? fault.error : undefined
  }
  written(ops: ReadonlyArray<WriteOp>): void {
    this.pending.push(ops)
    if (this.pending.length > pendingBatchesMax) {
      const flushed = this.pending.splice(0, pendingBatchesMax / 2)
      for (const batch of flushed) applyOps(this.synced, batch)
    }
  }
  syncedAs(trees: Trees): void {
    if (this.pending.length === 0) return
    this.synced = cloneTrees(trees)
    this.pending = []
  }
  compacted(compaction: PendingCompaction): void {
    this.compactions.push(compaction)
  }
  appended(): void {
    if (this.compactions.length > 0) this.compactions = []
  }

  /** Bytes that would survive a crash, all column families. */
  get syncedBytes(): number {
    let bytes = 0
    for (const cf of columnFamilies) bytes += this.synced[cf].bytes
    return bytes
  }
}
