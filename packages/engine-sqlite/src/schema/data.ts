/**
 * The tables of `data.db`, as drizzle sees them: one per column family and one that says what the file is. The SQL that
 * makes them is in `migrations/`; what drizzle cannot say (WITHOUT ROWID, STRICT, views) is said there.
 */
import { blob, integer, sqliteTable } from "drizzle-orm/sqlite-core"
import { storeInfo } from "./storeInfo.ts"

const family = <Name extends string>(name: Name) =>
  sqliteTable(name, {
    key: blob("key", { mode: "buffer" }).primaryKey(),
    /** See checksum.ts of the contract. */
    sum: integer("sum").notNull(),
    value: blob("value", { mode: "buffer" }).notNull()
  })

export const cfDefault = family("cf_default")
export const cfLock = family("cf_lock")
export const cfWrite = family("cf_write")
export const cfRaft = family("cf_raft")

export const dataSchema = { storeInfo, cfDefault, cfLock, cfWrite, cfRaft }
