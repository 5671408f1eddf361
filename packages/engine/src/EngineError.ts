/**
 * What an engine or a raft log can fail with: failures of the world (disk, file, process), never answers of the
 * protocol. Reads throw them synchronously; writes fail with them in the typed channel.
 */
import { Schema } from "effect"

/** Why the engine could not do what was asked. `open` reasons leave the files as they were found. */
export const EngineErrorReason = Schema.Literals([
  /** The file is truncated or its pages do not check. */
  "corrupt",
  /** The file was written by a newer version of this software. */
  "newer-version",
  /** The directory belongs to another store or cluster. */
  "other-store",
  /** The directory was written by another engine. */
  "other-engine",
  /** A live process holds the file. */
  "locked",
  /** No space left on the device. */
  "disk-full",
  /** The file or directory does not allow writing. */
  "read-only",
  /** Used after close. */
  "closed",
  /** Any other failure of the disk or the library below. */
  "io"
])
export type EngineErrorReason = typeof EngineErrorReason.Type

export class EngineError extends Schema.TaggedError<EngineError>()("EngineError", {
  reason: EngineErrorReason,
  /** What was expected, what was found, and what to do. */
  message: Schema.String,
  /** The directory or file concerned, when there is one. */
  path: Schema.optional(Schema.String),
  cause: Schema.optional(Schema.Defect())
}) {}
