/**
 * What waits to be written to one socket: frames of one turn of the event loop, laid side by side, leave in one system
 * call. The buffer behind what was handed to the socket is never written again, since the socket may still hold it.
 */
import type { Duplex } from "node:stream"
import { frameHeadBytes } from "./frames.ts"

/** Each buffer is twice as large as the one before, within these: a connection that says little keeps little. */
const bufferBytesMin = 1024
const bufferBytesMax = 64 * 1024
/** A buffer with less than this part left is let go, and a new one made when it is needed. */
const restDivisor = 16

const noBuffer = Buffer.alloc(0)

export class Output {
  private readonly socket: Duplex
  private buffer = noBuffer
  private nextBytes = bufferBytesMin
  private from = 0
  private to = 0
  private flushDue = false
  private readonly flushNow = () => this.flush()
  /** The socket's own buffer is full: only what must go out should still come. */
  congested = false

  constructor(socket: Duplex) {
    this.socket = socket
  }

  /** A frame's nine bytes; the payload follows by `bytes` or the like. */
  head(length: number, type: number, flags: number, streamId: number): void {
    this.room(frameHeadBytes + length)
    const { buffer, to } = this
    buffer[to] = length >>> 16
    buffer[to + 1] = length >>> 8
    buffer[to + 2] = length
    buffer[to + 3] = type
    buffer[to + 4] = flags
    buffer[to + 5] = streamId >>> 24
    buffer[to + 6] = streamId >>> 16
    buffer[to + 7] = streamId >>> 8
    buffer[to + 8] = streamId
    this.to = to + frameHeadBytes
    if (this.flushDue) return
    this.flushDue = true
    queueMicrotask(this.flushNow)
  }
  bytes(bytes: Uint8Array): void {
    this.buffer.set(bytes, this.to)
    this.to += bytes.length
  }
  uint8(value: number): void {
    this.buffer[this.to++] = value
  }
  uint16(value: number): void {
    this.to = this.buffer.writeUInt16BE(value, this.to)
  }
  uint32(value: number): void {
    this.to = this.buffer.writeUInt32BE(value, this.to)
  }

  /** Not yet handed over. */
  get pendingBytes(): number {
    return this.to - this.from
  }

  /** Hands over what there is; done by itself at the end of the turn. */
  flush(): void {
    this.flushDue = false
    const { from, to } = this
    if (from === to) return
    this.from = to
    if (!this.socket.destroyed && this.socket.writable) {
      if (!this.socket.write(this.buffer.subarray(from, to))) this.congested = true
    }
    if (this.buffer.length - to >= this.buffer.length / restDivisor) return
    this.buffer = noBuffer
    this.from = 0
    this.to = 0
  }

  /** Makes room for so many bytes in one piece; what is already there moves along. */
  private room(bytes: number): void {
    if (this.to + bytes <= this.buffer.length) return
    const waiting = this.buffer.subarray(this.from, this.to)
    this.buffer = Buffer.allocUnsafeSlow(Math.max(this.nextBytes, 2 * waiting.length, waiting.length + bytes))
    this.nextBytes = Math.min(2 * this.nextBytes, bufferBytesMax)
    this.from = 0
    this.to = 0
    this.bytes(waiting)
  }
}
