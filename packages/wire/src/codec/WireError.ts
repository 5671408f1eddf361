/**
 * The one failure of this package: bytes, keys or numbers that do not fit what the wire can carry.
 *
 * Decoders are total: any input gives a value or a WireError. The tag lets Effect code match it without this package
 * depending on Effect.
 */

/** What went wrong, for callers that answer differently by cause; `message` is for people. */
export type WireErrorReason =
  | "truncated"
  | "overlong-varint"
  | "wrong-wire-type"
  | "invalid-tag"
  | "unsafe-integer"
  | "invalid-utf8"
  | "too-deep"
  | "length-mismatch"
  | "out-of-range"
  | "malformed-key"
  | "checksum-mismatch"

export class WireError extends Error {
  readonly _tag = "WireError"
  override readonly name = "WireError"
  readonly reason: WireErrorReason
  /** Full protobuf name of the message being coded (`metapb.Region`), or of the key form; empty while unknown. */
  readonly subject: string
  /** Byte offset in the input at which the problem was seen; -1 when encoding. */
  readonly offset: number
  readonly detail: string

  constructor(reason: WireErrorReason, detail: string, offset: number, subject = "") {
    const at = offset < 0 ? "" : ` at byte ${offset}`
    super(subject === "" ? `${detail}${at}` : `${subject}: ${detail}${at}`)
    this.reason = reason
    this.subject = subject
    this.offset = offset
    this.detail = detail
  }

  /** The same failure with the message named, unless an inner message has already been named. */
  within(subject: string): WireError {
    return this.subject === "" ? new WireError(this.reason, this.detail, this.offset, subject) : this
  }
}
