/**
 * Bytes that change at rest, on memory's disk and on SQLite's files alike, and what each engine then has to say of everything
 * that it holds: the two verdicts must be equal.
 *
 * Files are changed while they are closed: the row keeps its sum, and one byte of what the sum is of is another. A byte of
 * a key is changed so that the row keeps its place between its neighbours, as one does that changes on the device.
 */
import { Database } from "bun:sqlite"
import { join } from "node:path"
import { type ColumnFamily, columnFamilies, EngineError, type EngineService, type RaftLogService } from "@reefkv/engine"
import { everything, hex } from "@reefkv/engine/testing"
import type { MemoryDisk } from "@reefkv/engine-memory"
import { compareBytes } from "@reefkv/wire"
import type { Rng } from "../world/Rng.ts"

/** `bits` are turned in one byte of the value, `byte` counted over and over from its start; of nothing, in its sum. */
export type DiskFlip =
  | {
      readonly kind: "value"
      readonly cf: ColumnFamily
      readonly key: Uint8Array
      readonly byte: number
      readonly bits: number
    }
  | { readonly kind: "key"; readonly cf: ColumnFamily; readonly key: Uint8Array }
  | {
      readonly kind: "entry"
      readonly groupId: number
      readonly index: number
      readonly byte: number
      readonly bits: number
    }
  | { readonly kind: "state"; readonly groupId: number; readonly byte: number; readonly bits: number }

/** What there is on a disk, before anything changed. */
export interface Content {
  readonly keys: ReadonlyMap<ColumnFamily, ReadonlyArray<Uint8Array>>
  readonly groups: ReadonlyArray<{
    readonly groupId: number
    readonly first: number
    readonly last: number
    readonly hasState: boolean
  }>
}
interface Open {
  readonly engine: EngineService
  readonly raftLog: RaftLogService
}

const all = { ...everything, limit: Number.MAX_SAFE_INTEGER }

export const contentOf = ({ engine, raftLog }: Open): Content => ({
  keys: new Map(
    columnFamilies.map((cf) => {
      const keys: Array<Uint8Array> = []
      engine.latest.scan(cf, all, (key) => {
        keys.push(key)
      })
      return [cf, keys] as const
    })
  ),
  groups: raftLog.groups().map((groupId) => {
    const { truncated, lastIndex, state } = raftLog.group(groupId)!
    return { groupId, first: truncated.index + 1, last: lastIndex, hasState: state !== undefined }
  })
})

/** Something of what is there; undefined when there is nothing of the kind that was drawn. */
export const drawFlip = (content: Content, rng: Rng): DiskFlip | undefined => {
  const byte = rng.below(4096)
  const bits = rng.between(1, 255)
  const kind = rng.pick(["value", "value", "entry", "state", "key"] as const)
  if (kind === "value" || kind === "key") {
    const cf = rng.pick(columnFamilies)
    const keys = content.keys.get(cf)!
    if (keys.length === 0) return undefined
    const key = rng.pick(keys)
    return kind === "key" ? { kind, cf, key } : { kind, cf, key, byte, bits }
  }
  const groups = content.groups.filter(({ first, last, hasState }) => (kind === "state" ? hasState : first <= last))
  if (groups.length === 0) return undefined
  const { groupId, first, last } = rng.pick(groups)
  return kind === "state"
    ? { kind, groupId, byte, bits }
    : { kind, groupId, index: rng.between(first, last), byte, bits }
}

const placeOf = (flip: DiskFlip): string =>
  "cf" in flip
    ? `${flip.cf} ${hex(flip.key)}`
    : `${flip.kind === "entry" ? `entry ${flip.index}` : "state"} of group ${flip.groupId}`
export const describeFlip = (flip: DiskFlip): string => ("cf" in flip ? `${flip.kind} of ` : "") + placeOf(flip)

/** False when there is nothing to change, or it is changed already. */
export const flipMemory = (disk: MemoryDisk, flip: DiskFlip): boolean => {
  switch (flip.kind) {
    case "value":
      return disk.flipValue(flip.cf, flip.key, flip.byte, flip.bits)
    case "key":
      return disk.flipKey(flip.cf, flip.key)
    case "entry":
      return disk.flipEntry(flip.groupId, flip.index, flip.byte, flip.bits)
    case "state":
      return disk.flipState(flip.groupId, flip.byte, flip.bits)
  }
}

/** Each on the disk and in the files, each place once: answers those that could be made. */
export const flipBoth = (disk: MemoryDisk, directory: string, flips: ReadonlyArray<DiskFlip>): Array<DiskFlip> => {
  const changed = new Set<string>()
  return flips.filter((flip) => {
    const place = placeOf(flip)
    if (changed.has(place)) return false
    changed.add(place)
    // A key without room is found out by the files; everything else by the disk.
    return flip.kind === "key"
      ? flipFiles(directory, flip) && flipMemory(disk, flip)
      : flipMemory(disk, flip) && flipFiles(directory, flip)
  })
}

/** Of a store's files, which nobody has open. False for a key that is not there, or has no room between its neighbours. */
const flipFiles = (directory: string, flip: DiskFlip): boolean => {
  const db = new Database(join(directory, "cf" in flip ? "data.db" : "raft.db"))
  try {
    switch (flip.kind) {
      case "value":
        flipColumn(db, `cf_${flip.cf}`, "value", "key = ?", [flip.key], flip)
        return true
      case "entry":
        // The newest row of that place: what was written over may still be there.
        flipColumn(
          db,
          "raft_entry",
          "data",
          "seq = (SELECT max(seq) FROM raft_entry WHERE group_id = ? AND log_index = ?)",
          [flip.groupId, flip.index],
          flip
        )
        return true
      case "state":
        flipColumn(db, "raft_group", "state", "group_id = ?", [flip.groupId], flip)
        return true
      case "key":
        return flipKeyOf(db, flip.cf, flip.key)
    }
  } finally {
    db.close()
  }
}

const flipColumn = (
  db: Database,
  table: string,
  column: string,
  where: string,
  place: Array<Uint8Array | number>,
  { byte, bits }: { readonly byte: number; readonly bits: number }
): void => {
  const row: unknown = db.query(`SELECT ${column} AS it FROM ${table} WHERE ${where}`).get(...place)
  const it = typeof row === "object" && row !== null && "it" in row ? row.it : undefined
  if (!(it instanceof Uint8Array)) throw new Error(`${table} has no ${column} at ${place}`)
  if (it.length === 0) {
    db.query(`UPDATE ${table} SET sum = sum + 1 - 2 * (sum % 2) WHERE ${where}`).run(...place)
    return
  }
  const changed = new Uint8Array(it)
  changed[byte % changed.length]! ^= bits
  db.query(`UPDATE ${table} SET ${column} = ? WHERE ${where}`).run(changed, ...place)
}

const flipKeyOf = (db: Database, cf: ColumnFamily, key: Uint8Array): boolean => {
  const neighbour = (sign: "<" | ">", order: "DESC" | "ASC"): Uint8Array | undefined => {
    const row: unknown = db.query(`SELECT key FROM cf_${cf} WHERE key ${sign} ? ORDER BY key ${order} LIMIT 1`).get(key)
    return typeof row === "object" && row !== null && "key" in row && row.key instanceof Uint8Array
      ? row.key
      : undefined
  }
  const [before, after] = [neighbour("<", "DESC"), neighbour(">", "ASC")]
  if (key.length === 0) return false
  for (let bits = 1; bits < 256; bits++) {
    const changed = new Uint8Array(key)
    changed[changed.length - 1]! ^= bits
    if (before !== undefined && compareBytes(before, changed) >= 0) continue
    if (after !== undefined && compareBytes(changed, after) >= 0) continue
    db.query(`UPDATE cf_${cf} SET key = ? WHERE key = ?`).run(changed, key)
    return true
  }
  return false
}

/** What the engines answer of everything that was there, and of a place that no region can be named for, all in words. */
export const verdicts = (
  { engine, raftLog }: Open,
  content: Content,
  flips: ReadonlyArray<DiskFlip>
): Array<string> => {
  const lines: Array<string> = []
  const say = (what: string, read: () => string): void => {
    lines.push(`${what}: ${answerOf(read)}`)
  }
  for (const cf of columnFamilies) {
    // A changed key makes the whole file unbelievable: which reads come by it is each engine's own matter.
    const moved = flips.flatMap((flip) => (flip.kind === "key" && flip.cf === cf ? [flip.key] : []))
    for (const key of moved.length > 0 ? moved : content.keys.get(cf)!) {
      say(`get ${cf} ${hex(key)}`, () => {
        const value = engine.latest.get(cf, key)
        return value === undefined ? "nothing" : hex(value)
      })
    }
    say(`scan ${cf}`, () => {
      let entries = 0
      engine.latest.scan(cf, all, () => {
        entries++
      })
      return String(entries)
    })
  }
  say("groups", () => raftLog.groups().join())
  for (const { groupId, first, last } of content.groups) {
    say(`group ${groupId}`, () => {
      const group = raftLog.group(groupId)
      if (group === undefined) return "nothing"
      const { truncated, lastIndex, lastTerm, state } = group
      return `${truncated.index}/${truncated.term} to ${lastIndex}/${lastTerm}, ${state === undefined ? "no state" : hex(state)}`
    })
    for (let index = first; index <= last; index++) {
      say(`entry ${index} of ${groupId}`, () => {
        const [entry] = raftLog.entries(groupId, index, index + 1, 1)
        return entry === undefined ? "nothing" : `${entry.term} ${entry.kind} ${hex(entry.data)}`
      })
    }
    if (first <= last) {
      say(`entries of ${groupId}`, () =>
        String(raftLog.entries(groupId, first, last + 1, Number.MAX_SAFE_INTEGER).length)
      )
    }
  }
  return lines
}

/** An engine's refusal by what it is and of what; not by its words. */
const answerOf = (read: () => string): string => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    const { reason, cf, key, groupId } = error
    return `${reason}${cf === undefined || key === undefined ? "" : ` ${cf} ${hex(key)}`}${groupId === undefined ? "" : ` group ${groupId}`}`
  }
}
