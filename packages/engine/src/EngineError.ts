/**
 * What an engine or a raft log can fail with: failures of the world (disk, file, process), never answers of the
 * protocol. Reads throw them synchronously; writes fail with them in the typed channel.
 */
import { Schema } from "effect"

/** Why the engine could not do what was asked. `open` reasons leave the files as they were found. */
export const EngineErrorReason = Schema.Literals([
  /**
   * What is stored is not what was written. With `cf` and `key` one value is lost, with `groupId` the log or state of one
   * group; with neither the whole file is not to be believed any more.
   */
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
  /** The damaged value's place, when only that value is lost. */
  cf: Schema.optional(Schema.Literals(["default", "lock", "write", "raft"])),
  key: Schema.optional(Schema.Uint8Array),
  /** The group whose log or state is damaged, when only that is lost. */
  groupId: Schema.optional(Schema.Number),
  cause: Schema.optional(Schema.Defect())
}) {}
