/** What can be set when a SQLite store is opened, and the defaults, with the reason for each. */

export interface SqliteOptions {
  /** Where `data.db` and `raft.db` live; created when absent. */
  readonly directory: string
  /** Page cache of the connection that writes and answers `latest`. Default 64 MiB. */
  readonly cacheBytes?: number
  /**
   * Page cache of the raft log. Default 4 MiB: it is written at its end, and entries are read back from
   * `entryCacheBytes`; a larger one would only fill with pages that nobody asks for again.
   */
  readonly raftCacheBytes?: number
  /** Page cache of each snapshot connection. Default 4 MiB: there may be `snapshotConnectionsMax` of them. */
  readonly snapshotCacheBytes?: number
  /**
   * Snapshots of different states that can be open at once; one more waits for a release. Snapshots taken with no write
   * between them share a connection. Default 32.
   */
  readonly snapshotConnectionsMax?: number
  /**
   * Bytes in the write-ahead log that start a checkpoint. Default 32 MiB for data, where a page is often written again
   * before it is copied, and 16 MiB for the raft log.
   */
  readonly walCheckpointBytes?: number
  /**
   * Bytes in the write-ahead log beyond which writes wait for a checkpoint under way, and to which its file is cut back.
   * A snapshot held for long lets the file grow further, as its state must stay readable. Default 128 MiB.
   */
  readonly walBytesMax?: number
  /** Checkpoints run on a worker thread; without one (or when it cannot start) on the calling thread. Default true. */
  readonly checkpointWorker?: boolean
  /**
   * The raft log, and the data when asked to, are synced on a thread of the runtime's pool, so that the calling one goes
   * on meanwhile; or, for callers whose time is not the machine's, on the calling thread. Default true.
   */
  readonly syncThread?: boolean
  /** `data.db` may not grow beyond this: a write that would fails with "disk-full". Default: no limit. */
  readonly dataBytesMax?: number
  /** Data of recent log entries kept in memory for reading back. Default 16 MiB. */
  readonly entryCacheBytes?: number
}

const mib = 1024 * 1024

/** Small pages: larger ones multiply what a random write costs. */
export const pageBytes = 4096

export const defaults = {
  cacheBytes: 64 * mib,
  raftCacheBytes: 4 * mib,
  snapshotCacheBytes: 4 * mib,
  snapshotConnectionsMax: 32,
  dataWalCheckpointBytes: 32 * mib,
  raftWalCheckpointBytes: 16 * mib,
  walBytesMax: 128 * mib,
  checkpointWorker: true,
  syncThread: true,
  entryCacheBytes: 16 * mib
} as const

/** How long a write waits for another process's write (a person with a SQLite tool) before it fails with "locked". */
export const busyTimeoutMs = 1000
