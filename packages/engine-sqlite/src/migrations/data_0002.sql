-- A checksum for each row; `reefkv_row_sum` is a function of the program that migrates.
DROP VIEW cf_default_readable;
--> statement-breakpoint
ALTER TABLE cf_default RENAME TO cf_default_old;
--> statement-breakpoint
CREATE TABLE cf_default (
  key BLOB PRIMARY KEY NOT NULL,
  sum INTEGER NOT NULL,
  value BLOB NOT NULL
) WITHOUT ROWID, STRICT;
--> statement-breakpoint
INSERT INTO cf_default (key, sum, value) SELECT key, reefkv_row_sum(key, value), value FROM cf_default_old ORDER BY key;
--> statement-breakpoint
DROP TABLE cf_default_old;
--> statement-breakpoint
-- For people: the key as hex and as text with a dot for each unprintable byte.
CREATE VIEW cf_default_readable AS
SELECT
  hex(key) AS key_hex,
  (
    WITH RECURSIVE printed (i, text) AS (
      SELECT 0, ''
      UNION ALL
      SELECT i + 1, text || CASE
        WHEN substr(hex(key), 2 * i + 1, 2) BETWEEN '20' AND '7E' THEN CAST(substr(key, i + 1, 1) AS TEXT)
        ELSE '.'
      END
      FROM printed
      WHERE i < length(key)
    )
    SELECT text FROM printed WHERE i = length(key)
  ) AS key_text,
  length(value) AS value_bytes,
  hex(substr(value, 1, 64)) AS value_start_hex
FROM cf_default;
--> statement-breakpoint
DROP VIEW cf_lock_readable;
--> statement-breakpoint
ALTER TABLE cf_lock RENAME TO cf_lock_old;
--> statement-breakpoint
CREATE TABLE cf_lock (
  key BLOB PRIMARY KEY NOT NULL,
  sum INTEGER NOT NULL,
  value BLOB NOT NULL
) WITHOUT ROWID, STRICT;
--> statement-breakpoint
INSERT INTO cf_lock (key, sum, value) SELECT key, reefkv_row_sum(key, value), value FROM cf_lock_old ORDER BY key;
--> statement-breakpoint
DROP TABLE cf_lock_old;
--> statement-breakpoint
-- For people: the key as hex and as text with a dot for each unprintable byte.
CREATE VIEW cf_lock_readable AS
SELECT
  hex(key) AS key_hex,
  (
    WITH RECURSIVE printed (i, text) AS (
      SELECT 0, ''
      UNION ALL
      SELECT i + 1, text || CASE
        WHEN substr(hex(key), 2 * i + 1, 2) BETWEEN '20' AND '7E' THEN CAST(substr(key, i + 1, 1) AS TEXT)
        ELSE '.'
      END
      FROM printed
      WHERE i < length(key)
    )
    SELECT text FROM printed WHERE i = length(key)
  ) AS key_text,
  length(value) AS value_bytes,
  hex(substr(value, 1, 64)) AS value_start_hex
FROM cf_lock;
--> statement-breakpoint
DROP VIEW cf_write_readable;
--> statement-breakpoint
ALTER TABLE cf_write RENAME TO cf_write_old;
--> statement-breakpoint
CREATE TABLE cf_write (
  key BLOB PRIMARY KEY NOT NULL,
  sum INTEGER NOT NULL,
  value BLOB NOT NULL
) WITHOUT ROWID, STRICT;
--> statement-breakpoint
INSERT INTO cf_write (key, sum, value) SELECT key, reefkv_row_sum(key, value), value FROM cf_write_old ORDER BY key;
--> statement-breakpoint
DROP TABLE cf_write_old;
--> statement-breakpoint
-- For people: the key as hex and as text with a dot for each unprintable byte.
CREATE VIEW cf_write_readable AS
SELECT
  hex(key) AS key_hex,
  (
    WITH RECURSIVE printed (i, text) AS (
      SELECT 0, ''
      UNION ALL
      SELECT i + 1, text || CASE
        WHEN substr(hex(key), 2 * i + 1, 2) BETWEEN '20' AND '7E' THEN CAST(substr(key, i + 1, 1) AS TEXT)
        ELSE '.'
      END
      FROM printed
      WHERE i < length(key)
    )
    SELECT text FROM printed WHERE i = length(key)
  ) AS key_text,
  length(value) AS value_bytes,
  hex(substr(value, 1, 64)) AS value_start_hex
FROM cf_write;
--> statement-breakpoint
DROP VIEW cf_raft_readable;
--> statement-breakpoint
ALTER TABLE cf_raft RENAME TO cf_raft_old;
--> statement-breakpoint
CREATE TABLE cf_raft (
  key BLOB PRIMARY KEY NOT NULL,
  sum INTEGER NOT NULL,
  value BLOB NOT NULL
) WITHOUT ROWID, STRICT;
--> statement-breakpoint
INSERT INTO cf_raft (key, sum, value) SELECT key, reefkv_row_sum(key, value), value FROM cf_raft_old ORDER BY key;
--> statement-breakpoint
DROP TABLE cf_raft_old;
--> statement-breakpoint
-- For people: the key as hex and as text with a dot for each unprintable byte.
CREATE VIEW cf_raft_readable AS
SELECT
  hex(key) AS key_hex,
  (
    WITH RECURSIVE printed (i, text) AS (
      SELECT 0, ''
      UNION ALL
      SELECT i + 1, text || CASE
        WHEN substr(hex(key), 2 * i + 1, 2) BETWEEN '20' AND '7E' THEN CAST(substr(key, i + 1, 1) AS TEXT)
        ELSE '.'
      END
      FROM printed
      WHERE i < length(key)
    )
    SELECT text FROM printed WHERE i = length(key)
  ) AS key_text,
  length(value) AS value_bytes,
  hex(substr(value, 1, 64)) AS value_start_hex
FROM cf_raft;
--> statement-breakpoint
PRAGMA user_version = 2;
