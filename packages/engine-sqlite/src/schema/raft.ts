/**
 * The tables of `raft.db`, as drizzle sees them. Entries of all groups lie in one sequence, in the order they were
 * appended: an append is a write at the right edge of one tree, whatever the number of groups in it.
 */
import { blob, integer, sqliteTable } from "drizzle-orm/sqlite-core"
import { storeInfo } from "./storeInfo.ts"

export const raftEntry = sqliteTable("raft_entry", {
  seq: integer("seq").primaryKey(),
  groupId: integer("group_id").notNull(),
  index: integer("log_index").notNull(),
  term: integer("term").notNull(),
  kind: integer("kind").notNull(),
  /** See checksum.ts of the contract. */
  sum: integer("sum").notNull(),
  data: blob("data", { mode: "buffer" }).notNull()
})

/** Rows of `raft_entry` before `firstSeq` belong to an earlier life of the group: before a reset, or before it was destroyed. */
export const raftGroup = sqliteTable("raft_group", {
  groupId: integer("group_id").primaryKey(),
  truncatedIndex: integer("truncated_index").notNull(),
  truncatedTerm: integer("truncated_term").notNull(),
  firstSeq: integer("first_seq").notNull(),
  sum: integer("sum").notNull(),
  state: blob("state", { mode: "buffer" })
})

export const raftSchema = { storeInfo, raftEntry, raftGroup }
