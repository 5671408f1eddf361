-- A checksum for each row; `reefkv_…_sum` are functions of the program that migrates.
DROP VIEW raft_entry_readable;
--> statement-breakpoint
ALTER TABLE raft_entry RENAME TO raft_entry_old;
--> statement-breakpoint
ALTER TABLE raft_group RENAME TO raft_group_old;
--> statement-breakpoint
CREATE TABLE raft_entry (
  seq INTEGER PRIMARY KEY NOT NULL,
  group_id INTEGER NOT NULL,
  log_index INTEGER NOT NULL,
  term INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  sum INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;
--> statement-breakpoint
INSERT INTO raft_entry (seq, group_id, log_index, term, kind, sum, data)
SELECT seq, group_id, log_index, term, kind, reefkv_entry_sum(seq, group_id, log_index, term, kind, data), data
FROM raft_entry_old ORDER BY seq;
--> statement-breakpoint
DROP TABLE raft_entry_old;
--> statement-breakpoint
CREATE TABLE raft_group (
  group_id INTEGER PRIMARY KEY NOT NULL,
  truncated_index INTEGER NOT NULL,
  truncated_term INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  sum INTEGER NOT NULL,
  state BLOB
) STRICT;
--> statement-breakpoint
INSERT INTO raft_group (group_id, truncated_index, truncated_term, first_seq, sum, state)
SELECT group_id, truncated_index, truncated_term, first_seq,
  reefkv_group_sum(group_id, truncated_index, truncated_term, first_seq, state), state
FROM raft_group_old ORDER BY group_id;
--> statement-breakpoint
DROP TABLE raft_group_old;
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
PRAGMA user_version = 2;
