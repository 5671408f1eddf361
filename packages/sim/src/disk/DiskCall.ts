/** What one store asked of its disk in a run, in the order in which it happened: enough to do it again on another engine. */
import { type GroupAppend, type TruncationMark, WriteBatch, type WriteOp } from "@reefkv/engine"
import type { DiskFlip } from "./rotFiles.ts"

export type DiskCall =
  /** A new life of the store: after a crash, or after it was closed in peace. */
  | { readonly type: "open" }
  | { readonly type: "write"; readonly ops: ReadonlyArray<WriteOp>; readonly sync: boolean }
  | { readonly type: "sync" }
  | { readonly type: "append"; readonly groups: ReadonlyArray<GroupAppend> }
  | {
      readonly type: "compact"
      readonly groups: ReadonlyArray<{ readonly groupId: number; readonly mark: TruncationMark }>
    }
  | { readonly type: "destroy"; readonly groupIds: ReadonlyArray<number> }
  /** A byte changed at rest. What was asked of the disk after that is not noted: see replay.ts. */
  | { readonly type: "rot"; readonly flip: DiskFlip }
  /** The store died. So many of the unsynced writes are left, or all when there are fewer. */
  | { readonly type: "crash"; readonly keepWrites: number; readonly keepCompactions: boolean }

export const batchOf = (ops: ReadonlyArray<WriteOp>): WriteBatch => {
  const batch = new WriteBatch()
  for (const op of ops) {
    switch (op.type) {
      case "put":
        batch.put(op.cf, op.key, op.value)
        break
      case "delete":
        batch.delete(op.cf, op.key)
        break
      case "deleteRange":
        batch.deleteRange(op.cf, op.start, op.end)
        break
      case "deleteFrom":
        batch.deleteFrom(op.cf, op.start)
        break
    }
  }
  return batch
}
