CREATE TABLE store_info (
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) WITHOUT ROWID, STRICT;
--> statement-breakpoint
CREATE TABLE raft_entry (
  seq INTEGER PRIMARY KEY NOT NULL,
  group_id INTEGER NOT NULL,
  log_index INTEGER NOT NULL,
  term INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE raft_group (
  group_id INTEGER PRIMARY KEY NOT NULL,
  truncated_index INTEGER NOT NULL,
  truncated_term INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  state BLOB
) STRICT;
--> statement-breakpoint
-- For people: the entries that count, without those that were replaced, compacted or belong to an earlier life.
CREATE VIEW raft_entry_readable AS
WITH entry AS (
  SELECT
    e.*,
    min(e.log_index) OVER (
      PARTITION BY e.group_id ORDER BY e.seq ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    ) AS replaced_from
  FROM raft_entry AS e
  JOIN raft_group AS g ON g.group_id = e.group_id
  WHERE e.seq >= g.first_seq AND e.log_index > g.truncated_index
)
SELECT group_id, log_index, term, kind, length(data) AS data_bytes, hex(substr(data, 1, 64)) AS data_start_hex
FROM entry
WHERE replaced_from IS NULL OR replaced_from > log_index
ORDER BY group_id, log_index;
--> statement-breakpoint
PRAGMA user_version = 1;
