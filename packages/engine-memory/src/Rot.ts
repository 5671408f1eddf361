/**
 * Bytes of a MemoryDisk that changed at rest, and the checksums that tell. A sum is kept only for what was changed here:
 * that of anything else would be right by construction. It goes with the array that it is of, so what is written anew is
 * whole again, and a snapshot from before goes on seeing the damage.
 */
import {
  type ColumnFamily,
  damagedFile,
  damagedGroup,
  damagedRow,
  type EngineError,
  entrySum,
  groupSum,
  type LogEntry,
  rowSum,
  type WriteOp
} from "@reefkv/engine"
import type { GroupEntries } from "./GroupEntries.ts"
import type { Trees } from "./MemoryDisk.ts"

/** A copy with some bits of one byte turned; of nothing, nothing: then the sum itself is taken to have changed. */
const flipped = (bytes: Uint8Array, byte: number, bits: number): Uint8Array => {
  const copy = new Uint8Array(bytes)
  if (copy.length > 0) copy[byte % copy.length]! ^= bits
  return copy
}
const noMark = { index: 0, term: 0 }

export class Rot {
  /** False until the first flip: reads then look no further. */
  any = false
  private readonly sums = new WeakMap<Uint8Array, number>()
  /** Values whose keys changed. */
  private readonly misplaced = new WeakSet<Uint8Array>()

  /** Throws unless the value is what was written under its key. */
  checkRow(cf: ColumnFamily, key: Uint8Array, value: Uint8Array): void {
    const sum = this.sums.get(value)
    if (sum !== undefined && rowSum(key, value) !== sum) throw damagedRow(cf, key)
  }
  /** Throws when the key is not what was written. */
  checkKey(cf: ColumnFamily, value: Uint8Array): void {
    if (this.misplaced.has(value)) throw damagedFile(`a key of ${cf}`)
  }
  checkEntry(groupId: number, entry: LogEntry): void {
    const sum = this.sums.get(entry.data)
    if (sum !== undefined && entrySum(0, groupId, entry) !== sum) throw damagedGroup(groupId, `entry ${entry.index}`)
  }
  checkState(groupId: number, { state }: GroupEntries): void {
    const sum = state === undefined ? undefined : this.sums.get(state)
    if (sum !== undefined && groupSum(groupId, noMark, 0, state) !== sum) throw damagedGroup(groupId, "the state")
  }

  /** Why the range cannot be deleted: a key in it that is not what it was would be left behind, and others with it. */
  refusalOf(op: WriteOp, trees: Trees): EngineError | undefined {
    if (op.type !== "deleteRange" && op.type !== "deleteFrom") return undefined
    let found = false
    trees[op.cf].scan(op.start, op.type === "deleteRange" ? op.end : undefined, (_key, value) => {
      found = this.misplaced.has(value)
      return !found
    })
    return found ? damagedFile(`a key of ${op.cf}`) : undefined
  }

  flipValue(trees: ReadonlyArray<Trees>, cf: ColumnFamily, key: Uint8Array, byte: number, bits: number): boolean {
    return this.replace(trees, cf, key, (value) => {
      const changed = flipped(value, byte, bits)
      this.sums.set(changed, value.length > 0 ? rowSum(key, value) : -1)
      return changed
    })
  }
  flipKey(trees: ReadonlyArray<Trees>, cf: ColumnFamily, key: Uint8Array): boolean {
    return this.replace(trees, cf, key, (value) => {
      const moved = new Uint8Array(value)
      this.misplaced.add(moved)
      return moved
    })
  }
  flipEntry(groupId: number, group: GroupEntries, index: number, byte: number, bits: number): boolean {
    const at = index - group.truncated.index - 1
    const entry = group.entries[at]
    if (entry === undefined || this.sums.has(entry.data)) return false
    this.any = true
    const data = flipped(entry.data, byte, bits)
    this.sums.set(data, data.length > 0 ? entrySum(0, groupId, entry) : -1)
    group.entries[at] = { ...entry, data }
    return true
  }
  flipState(groupId: number, group: GroupEntries, byte: number, bits: number): boolean {
    const { state } = group
    if (state === undefined || this.sums.has(state)) return false
    this.any = true
    group.state = flipped(state, byte, bits)
    this.sums.set(group.state, state.length > 0 ? groupSum(groupId, noMark, 0, state) : -1)
    return true
  }

  /** In all trees that hold the same value: the file as it is read now, and as a crash would find it. */
  private replace(
    trees: ReadonlyArray<Trees>,
    cf: ColumnFamily,
    key: Uint8Array,
    change: (value: Uint8Array) => Uint8Array
  ): boolean {
    const value = trees[0]?.[cf].get(key)
    if (value === undefined || this.sums.has(value) || this.misplaced.has(value)) return false
    this.any = true
    const changed = change(value)
    for (const one of trees) if (one[cf].get(key) === value) one[cf].put(new Uint8Array(key), changed)
    return true
  }
}
