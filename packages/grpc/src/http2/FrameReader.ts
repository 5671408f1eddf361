/**
 * The bytes of one connection to whole frames: the client's preface first, then frames, whatever way the socket cuts them.
 * Keeps one frame that is not whole yet, and nothing else.
 */
import { ConnectionError, ErrorCode, frameBytesMax, frameHeadBytes, preface } from "./frames.ts"

/** `payload` is a view that is valid during the call. False: the rest is not wanted. */
export type OnFrame = (type: number, flags: number, streamId: number, payload: Buffer) => boolean

export class FrameReader {
  private readonly onFrame: OnFrame
  private greeted = false
  private rest: Buffer | undefined

  constructor(onFrame: OnFrame) {
    this.onFrame = onFrame
  }

  /** Throws ConnectionError for what is no HTTP/2, and for frames above the size that was agreed. */
  read(chunk: Buffer): void {
    const bytes = this.rest === undefined ? chunk : Buffer.concat([this.rest, chunk])
    let at = this.greeted ? 0 : this.greet(bytes)
    while (this.greeted && at + frameHeadBytes <= bytes.length) {
      const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
      if (length > frameBytesMax) throw new ConnectionError(ErrorCode.frameSize, `a frame of ${length} bytes`)
      const end = at + frameHeadBytes + length
      if (end > bytes.length) break
      const streamId = bytes.readUInt32BE(at + 5) & 0x7fffffff
      if (!this.onFrame(bytes[at + 3]!, bytes[at + 4]!, streamId, bytes.subarray(at + frameHeadBytes, end))) {
        this.rest = undefined
        return
      }
      at = end
    }
    // Copied, so that a small rest does not keep a large chunk.
    this.rest = at === bytes.length ? undefined : Buffer.from(bytes.subarray(at))
  }

  /** Bytes of the preface that are done with. */
  private greet(bytes: Buffer): number {
    const seen = Math.min(bytes.length, preface.length)
    if (bytes.compare(preface, 0, seen, 0, seen) !== 0) throw new ConnectionError(ErrorCode.protocol, "no preface")
    if (seen < preface.length) return 0
    this.greeted = true
    return seen
  }
}
