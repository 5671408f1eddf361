/** Where HTTP/2 frames begin in a stream of bytes (RFC 9113, section 4.1), as far as is needed to overwrite one head. */

const headBytes = 9
/** What a client sends before its first frame. */
const prefaceBytes = 24

/** The head of a SETTINGS frame of 16 MiB - 1: over every receiver's limit, and of a length that is never right. */
export const spoiledHead = Buffer.from([0xff, 0xff, 0xff, 4, 0, 0, 0, 0, 0])

export class FrameHeads {
  /** Bytes until the next head begins. */
  private skip: number
  /** Of a head that came in pieces. */
  private readonly partial: Array<number> = []

  constructor(fromClient: boolean) {
    this.skip = fromClient ? prefaceBytes : 0
  }

  /** Goes on by `data`; the offset of the first head that lies in it whole. */
  firstIn(data: Buffer): number | undefined {
    let first: number | undefined
    let at = 0
    while (at < data.length) {
      if (this.skip > 0) {
        const skipped = Math.min(this.skip, data.length - at)
        this.skip -= skipped
        at += skipped
      } else if (this.partial.length === 0 && data.length - at >= headBytes) {
        first ??= at
        this.skip = data.readUIntBE(at, 3)
        at += headBytes
      } else {
        this.partial.push(data[at++]!)
        if (this.partial.length < headBytes) continue
        this.skip = (this.partial[0]! << 16) | (this.partial[1]! << 8) | this.partial[2]!
        this.partial.length = 0
      }
    }
    return first
  }
}
