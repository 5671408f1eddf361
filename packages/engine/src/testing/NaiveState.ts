/**
 * The slow and obvious ordered store that engines are compared with: per column family a sorted array of hex strings
 * (whose order is the order of the bytes) and a map to the values. Copied whole wherever a state must be remembered.
 */
import { type ColumnFamily, columnFamilies, type KeyRange, type ReadView } from "../Engine.ts"
import type { WriteOp } from "../WriteBatch.ts"

export type Entry = readonly [key: Uint8Array, value: Uint8Array]

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")
export const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"))

const within = (key: string, start: Uint8Array, end: Uint8Array | undefined): boolean =>
  key >= hex(start) && (end === undefined || key < hex(end))

export class NaiveState {
  private readonly families: Record<ColumnFamily, Map<string, Uint8Array>>

  constructor(families?: Record<ColumnFamily, Map<string, Uint8Array>>) {
    this.families = families ?? { default: new Map(), lock: new Map(), write: new Map(), raft: new Map() }
  }

  copy(): NaiveState {
    const { default: data, lock, raft, write } = this.families
    return new NaiveState({ default: new Map(data), lock: new Map(lock), write: new Map(write), raft: new Map(raft) })
  }

  apply(ops: ReadonlyArray<WriteOp>): void {
    for (const op of ops) {
      const family = this.families[op.cf]
      if (op.type === "put") family.set(hex(op.key), op.value)
      else if (op.type === "delete") family.delete(hex(op.key))
      else {
        const end = op.type === "deleteRange" ? op.end : undefined
        for (const key of family.keys()) if (within(key, op.start, end)) family.delete(key)
      }
    }
  }

  get(cf: ColumnFamily, key: Uint8Array): Uint8Array | undefined {
    return this.families[cf].get(hex(key))
  }

  /** Entries of `[start, end)` ascending; an empty `end` is +∞. */
  range(cf: ColumnFamily, { end, start }: KeyRange): Array<Entry> {
    return [...this.families[cf]]
      .filter(([key]) => within(key, start, end.length === 0 ? undefined : end))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [unhex(key), value])
  }

  /** One line per entry, all column families: equal texts are equal states, and their difference can be read. */
  dump(): Array<string> {
    return columnFamilies.flatMap((cf) => this.range(cf, everything).map(([k, v]) => `${cf} ${hex(k)} ${hex(v)}`))
  }
}

export const everything: KeyRange = { start: new Uint8Array(0), end: new Uint8Array(0) }

/** The same text of a view of a real engine. */
export const dumpView = (view: ReadView): Array<string> =>
  columnFamilies.flatMap((cf) => {
    const lines: Array<string> = []
    view.scan(cf, { ...everything, limit: Number.MAX_SAFE_INTEGER }, (key, value) => {
      lines.push(`${cf} ${hex(key)} ${hex(value)}`)
    })
    return lines
  })
