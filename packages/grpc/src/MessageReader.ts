/**
 * Messages out of a stream's content: five bytes that say how long the next one is, then the message, cut anywhere into
 * pieces. Each message is given out as bytes of its own, since whoever keeps a part of it must not keep a whole network
 * buffer. A message under way takes as much memory as has come of it, not as much as it announces.
 */
const headBytes = 5

/** Who is given the messages. After `onTooLarge` the reader must not be used any more. */
export interface MessageReceiver {
  onMessage(message: Uint8Array, compressed: boolean): void
  onTooLarge(bytes: number): void
}

const noParts: Array<Buffer> = []

export class MessageReader {
  private readonly bytesMax: number
  /** A head that came in pieces; made when that happens. */
  private head: Buffer | undefined
  private headLength = 0
  private compressed = false
  /** Of the message under way, once its head is whole. */
  private length = -1
  private parts = noParts
  private partBytes = 0

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  /** False in the middle of a message. */
  get isEmpty(): boolean {
    return this.headLength === 0 && this.length < 0
  }

  read(content: Buffer, receiver: MessageReceiver): void {
    let at = 0
    for (;;) {
      if (this.length < 0) {
        at = this.readHead(content, at)
        if (this.length < 0) return
        if (this.length > this.bytesMax) {
          receiver.onTooLarge(this.length)
          return
        }
      }
      const missing = this.length - this.partBytes
      if (content.length - at < missing) {
        if (at < content.length) {
          if (this.parts === noParts) this.parts = []
          this.parts.push(Buffer.from(content.subarray(at)))
          this.partBytes += content.length - at
        }
        return
      }
      const last = content.subarray(at, at + missing)
      at += missing
      const message = this.parts === noParts ? new Uint8Array(last) : joined(this.parts, last, this.length)
      this.parts = noParts
      this.partBytes = 0
      this.length = -1
      receiver.onMessage(message, this.compressed)
    }
  }

  /** Sets `length` once the head is whole; answers where the content goes on. */
  private readHead(content: Buffer, at: number): number {
    if (this.headLength === 0 && content.length - at >= headBytes) {
      this.compressed = content[at] !== 0
      this.length = content.readUInt32BE(at + 1)
      return at + headBytes
    }
    this.head ??= Buffer.allocUnsafeSlow(headBytes)
    const taken = Math.min(headBytes - this.headLength, content.length - at)
    content.copy(this.head, this.headLength, at, at + taken)
    this.headLength += taken
    if (this.headLength === headBytes) {
      this.headLength = 0
      this.compressed = this.head[0] !== 0
      this.length = this.head.readUInt32BE(1)
    }
    return at + taken
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
