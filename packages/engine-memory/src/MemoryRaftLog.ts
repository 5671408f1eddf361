/**
 * The RaftLog contract in memory: a map of groups. With a MemoryDisk the groups live on that disk, since every append is
 * durable on return, and compactions since the last append may come undone at a crash.
 */
import { assertAppend, assertCompactable, assertKept, EngineError, RaftLog, type RaftLogService } from "@reefkv/engine"
import { Effect, Layer } from "effect"
import { GroupEntries } from "./GroupEntries.ts"
import { kind } from "./kind.ts"
import type { MemoryDisk } from "./MemoryDisk.ts"

export interface MemoryRaftLogOptions {
  /** Where durable writes go. Without one, the log is gone when it is closed. */
  readonly disk?: MemoryDisk | undefined
}

export interface MemoryRaftLogHandle extends RaftLogService {
  /** Every later call throws or fails with reason "closed". */
  readonly close: () => void
}

export const makeMemoryRaftLog = (options: MemoryRaftLogOptions = {}): MemoryRaftLogHandle => {
  const disk = options.disk
  const opened = disk?.openGroups()
  const groups = opened?.groups ?? new Map<number, GroupEntries>()
  const generation = opened?.generation ?? 0
  let closed = false

  const checkWrite = (): EngineError | undefined =>
    closed ? new EngineError({ reason: "closed", message: "the raft log is closed" }) : disk?.refusal(generation)
  const checkRead = (): void => {
    if (closed) throw new EngineError({ reason: "closed", message: "the raft log is closed" })
    const refusal = disk?.readRefusal(generation)
    if (refusal !== undefined) throw refusal
  }

  const append: RaftLogService["append"] = (appends) =>
    Effect.suspend(() => {
      const refusal = checkWrite()
      if (refusal !== undefined) return Effect.fail(refusal)
      assertAppend(appends, (groupId) => groups.get(groupId))
      for (let i = 0; i < appends.length; i++) {
        const change = appends[i]!
        let group = groups.get(change.groupId)
        if (group === undefined) {
          group = new GroupEntries({ index: 0, term: 0 })
          groups.set(change.groupId, group)
        }
        group.append(change)
      }
      disk?.appended()
      return Effect.void
    })

  const compact: RaftLogService["compact"] = (marks) =>
    Effect.suspend(() => {
      const refusal = checkWrite()
      if (refusal !== undefined) return Effect.fail(refusal)
      for (const { groupId, mark } of marks) {
        const group = groups.get(groupId)
        assertCompactable(groupId, group, mark, group?.term(mark.index))
      }
      for (const { groupId, mark } of marks) {
        const group = groups.get(groupId)!
        const previous = group.truncated
        const dropped = group.compact(mark)
        disk?.compacted({ groupId, previous, dropped })
      }
      return Effect.void
    })

  const destroy: RaftLogService["destroy"] = (groupIds) =>
    Effect.suspend(() => {
      const refusal = checkWrite()
      if (refusal !== undefined) return Effect.fail(refusal)
      for (const groupId of groupIds) groups.delete(groupId)
      disk?.appended()
      return Effect.void
    })

  return {
    kind,
    append,
    compact,
    destroy,
    group: (groupId) => {
      checkRead()
      const group = groups.get(groupId)
      if (disk?.rot.any === true && group !== undefined) disk.rot.checkState(groupId, group)
      return group?.log()
    },
    groups: () => {
      checkRead()
      return [...groups.keys()].sort((a, b) => a - b)
    },
    entries: (groupId, from, to, maxBytes) => {
      checkRead()
      const group = groups.get(groupId)
      assertKept(groupId, group, from, to)
      const found = group!.read(from, to, maxBytes)
      if (disk?.rot.any === true) for (const entry of found) disk.rot.checkEntry(groupId, entry)
      return found
    },
    term: (groupId, index) => {
      checkRead()
      return groups.get(groupId)?.term(index)
    },
    stats: () => {
      checkRead()
      let sizeBytes = 0
      let entries = 0
      for (const group of groups.values()) {
        sizeBytes += group.bytes
        entries += group.entries.length
      }
      return { kind, sizeBytes, entries, groups: groups.size }
    },
    close: () => {
      closed = true
    }
  }
}

export const MemoryRaftLog = {
  layer: (options: MemoryRaftLogOptions = {}): Layer.Layer<RaftLog> =>
    Layer.effect(
      RaftLog,
      Effect.acquireRelease(
        Effect.sync(() => makeMemoryRaftLog(options)),
        (log) => Effect.sync(log.close)
      )
    )
}
