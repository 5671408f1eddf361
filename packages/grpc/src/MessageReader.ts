/**
 * Messages out of a stream's content: five bytes that say how long the next one is, then the message, cut anywhere into
 * pieces. Each message is given out as bytes of its own, since whoever keeps a part of it must not keep a whole network
 * buffer. A message under way takes as much memory as has come of it, not as much as it announces.
 */
const headBytes = 5

export class MessageReader {
  private readonly bytesMax: number
  private readonly head = Buffer.allocUnsafe(headBytes)
  private headLength = 0
  /** Of the message under way, once its head is whole. */
  private length = -1
  private parts: Array<Buffer> = []
  private partBytes = 0

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  /** False in the middle of a message. */
  get isEmpty(): boolean {
    return this.headLength === 0 && this.length < 0
  }

  /** After `tooLarge` the reader must not be used any more. */
  read(
    content: Buffer,
    onMessage: (message: Uint8Array, compressed: boolean) => void,
    tooLarge: (bytes: number) => void
  ): void {
    let at = 0
    for (;;) {
      if (this.length < 0) {
        const taken = Math.min(headBytes - this.headLength, content.length - at)
        content.copy(this.head, this.headLength, at, at + taken)
        this.headLength += taken
        at += taken
        if (this.headLength < headBytes) return
        const length = this.head.readUInt32BE(1)
        if (length > this.bytesMax) {
          tooLarge(length)
          return
        }
        this.length = length
      }
      const missing = this.length - this.partBytes
      if (content.length - at < missing) {
        if (at < content.length) {
          this.parts.push(Buffer.from(content.subarray(at)))
          this.partBytes += content.length - at
        }
        return
      }
      const last = content.subarray(at, at + missing)
      at += missing
      const message = this.parts.length === 0 ? new Uint8Array(last) : joined(this.parts, last, this.length)
      this.parts = []
      this.partBytes = 0
      this.length = -1
      this.headLength = 0
      onMessage(message, this.head[0] !== 0)
    }
  }
}

const joined = (parts: ReadonlyArray<Buffer>, last: Buffer, length: number): Uint8Array => {
  const message = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    message.set(part, at)
    at += part.length
  }
  message.set(last, at)
  return message
}
