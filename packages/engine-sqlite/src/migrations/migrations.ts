/**
 * The versions of both files, oldest first, run by drizzle's migrator. A published migration never changes; a new one is
 * a new file, a new line here, and ends with `PRAGMA user_version` set to its version, which an older program checks
 * before it touches the file.
 */
import type { MigrationMeta } from "drizzle-orm/migrator"
import data1 from "./data_0001.sql" with { type: "text" }
import data2 from "./data_0002.sql" with { type: "text" }
import raft1 from "./raft_0001.sql" with { type: "text" }
import raft2 from "./raft_0002.sql" with { type: "text" }

/**
 * The migrator keeps (hash, when) of each in `__drizzle_migrations` and runs those later than the last. Any rising number
 * serves as `when`; ours is the version.
 */
const migration = (version: number, name: string, sql: string): MigrationMeta => ({
  sql: sql.split("--> statement-breakpoint"),
  bps: true,
  folderMillis: version,
  hash: name
})

export const dataMigrations: ReadonlyArray<MigrationMeta> = [
  migration(1, "data_0001", data1),
  migration(2, "data_0002", data2)
]
export const raftMigrations: ReadonlyArray<MigrationMeta> = [
  migration(1, "raft_0001", raft1),
  migration(2, "raft_0002", raft2)
]
