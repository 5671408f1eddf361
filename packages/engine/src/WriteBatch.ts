/**
 * A list of changes that an engine applies as one. Filled by its maker, then used once: `takeOps` hands the operations
 * to the engine and closes the batch, so that a batch written twice is a defect and not two writes.
 */
import type { ColumnFamily } from "./Engine.ts"

export type WriteOp =
  | { readonly type: "put"; readonly cf: ColumnFamily; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: "delete"; readonly cf: ColumnFamily; readonly key: Uint8Array }
  /** Deletes `[start, end)`; here an empty `end` is refused, so that no mistake can mean "everything". */
  | { readonly type: "deleteRange"; readonly cf: ColumnFamily; readonly start: Uint8Array; readonly end: Uint8Array }
  /** Deletes `[start, +∞)`: said in full by whoever owns the last range. */
  | { readonly type: "deleteFrom"; readonly cf: ColumnFamily; readonly start: Uint8Array }

export class WriteBatch {
  private ops: Array<WriteOp> | undefined = []
  private bytes = 0

  /** Bytes of keys and values so far. */
  get byteLength(): number {
    return this.bytes
  }
  get length(): number {
    return this.open().length
  }
  put(cf: ColumnFamily, key: Uint8Array, value: Uint8Array): this {
    this.open().push({ type: "put", cf, key, value })
    this.bytes += key.length + value.length
    return this
  }
  delete(cf: ColumnFamily, key: Uint8Array): this {
    this.open().push({ type: "delete", cf, key })
    this.bytes += key.length
    return this
  }
  /** Later operations of the same batch win over earlier ones, range deletes included. */
  deleteRange(cf: ColumnFamily, start: Uint8Array, end: Uint8Array): this {
    if (end.length === 0) throw new Error("WriteBatch.deleteRange: empty end key; use deleteFrom to delete to the end")
    this.open().push({ type: "deleteRange", cf, start, end })
    this.bytes += start.length + end.length
    return this
  }
  deleteFrom(cf: ColumnFamily, start: Uint8Array): this {
    this.open().push({ type: "deleteFrom", cf, start })
    this.bytes += start.length
    return this
  }
  /** For engines only: the operations, once. */
  takeOps(): ReadonlyArray<WriteOp> {
    const ops = this.open()
    this.ops = undefined
    return ops
  }
  private open(): Array<WriteOp> {
    if (this.ops === undefined) throw new Error("WriteBatch used twice: a batch is written once")
    return this.ops
  }
}
