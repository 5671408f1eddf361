/**
 * The way out of one connection: frames, and flow control as the client grants it. What may not be sent yet waits with its
 * stream, and the streams take turns, a frame each.
 */
import type { Duplex } from "node:stream"
import { ConnectionError, ErrorCode, Flag, Frame, windowDefault, windowMax } from "./frames.ts"
import { Output } from "./Output.ts"

/** Handed to the socket when more has come together in one turn: it may say that it has enough. */
const outputBytesMax = 256 * 1024

/** A stream as it waits for its turn. */
export interface Waiter {
  /** What the client lets it send; kept here, moved by the sender. */
  sendWindow: number
  readonly isWaiting: boolean
  /** Sends one frame of what waits, if the windows allow it; false when there is nothing to do. */
  sendNext(): boolean
}

export class Sender {
  private readonly output: Output
  /** Streams with content that waits, in the order in which they get their turn. */
  private readonly waiting = new Set<Waiter>()
  private window = windowDefault
  /** What a new stream may send. */
  streamWindow = windowDefault

  constructor(socket: Duplex) {
    this.output = new Output(socket)
  }

  // ---- frames

  settings(settings: ReadonlyArray<readonly [name: number, value: number]>): void {
    this.output.head(6 * settings.length, Frame.settings, 0, 0)
    for (const [name, value] of settings) {
      this.output.uint16(name)
      this.output.uint32(value)
    }
  }
  settingsTaken(): void {
    this.output.head(0, Frame.settings, Flag.ack, 0)
  }
  pong(payload: Uint8Array): void {
    this.output.head(8, Frame.ping, Flag.ack, 0)
    this.output.bytes(payload)
  }
  headers(streamId: number, block: Uint8Array, end: boolean): void {
    this.output.head(block.length, Frame.headers, Flag.endHeaders | (end ? Flag.endStream : 0), streamId)
    this.output.bytes(block)
  }
  /** The windows have been asked before. */
  data(streamId: number, head: Uint8Array, body: Uint8Array): void {
    this.output.head(head.length + body.length, Frame.data, 0, streamId)
    this.output.bytes(head)
    if (body.length > 0) this.output.bytes(body)
  }
  reset(streamId: number, code: number): void {
    this.output.head(4, Frame.reset, 0, streamId)
    this.output.uint32(code)
  }
  windowUpdate(streamId: number, bytes: number): void {
    this.output.head(4, Frame.windowUpdate, 0, streamId)
    this.output.uint32(bytes)
  }
  goAway(lastStreamId: number, code: number): void {
    this.output.head(8, Frame.goAway, 0, 0)
    this.output.uint32(lastStreamId)
    this.output.uint32(code)
  }
  flush(): void {
    this.output.flush()
  }

  // ---- windows

  /** All of `bytes`, or nothing. */
  takeWindow(stream: Waiter, bytes: number): boolean {
    if (this.output.congested || bytes > this.window || bytes > stream.sendWindow) return false
    this.window -= bytes
    stream.sendWindow -= bytes
    return true
  }
  /** As much of `bytes` as the windows allow. */
  takeUpTo(stream: Waiter, bytes: number): number {
    if (this.output.congested) return 0
    const allowed = Math.max(0, Math.min(bytes, this.window, stream.sendWindow))
    this.window -= allowed
    stream.sendWindow -= allowed
    return allowed
  }
  /** The client lets the connection send more. */
  widen(bytes: number): void {
    this.window += bytes
    if (this.window > windowMax) throw new ConnectionError(ErrorCode.flowControl, "a window out of bounds")
    this.sendAllWaiting()
  }
  /** The client lets every stream, those that are open too, send so much at first. */
  setStreamWindow(bytes: number, open: Iterable<Waiter>): void {
    const change = bytes - this.streamWindow
    this.streamWindow = bytes
    for (const stream of open) {
      stream.sendWindow += change
      if (stream.sendWindow > windowMax) throw new ConnectionError(ErrorCode.flowControl, "a window out of bounds")
    }
  }

  // ---- waiting

  /** The socket takes more. */
  drained(): void {
    this.output.congested = false
    this.sendAllWaiting()
  }
  /** What of this stream the windows allow; the rest waits for its turn. */
  sendWaiting(stream: Waiter): void {
    while (stream.sendNext()) {
      if (this.output.pendingBytes > outputBytesMax) this.output.flush()
    }
    if (stream.isWaiting) this.waiting.add(stream)
    else this.waiting.delete(stream)
  }
  /** A frame of each stream in turn, so that a large answer does not hold back the others. */
  sendAllWaiting(): void {
    for (let sent = true; sent && this.waiting.size > 0; ) {
      sent = false
      for (const stream of [...this.waiting]) {
        if (stream.sendNext()) sent = true
        if (!stream.isWaiting) this.waiting.delete(stream)
      }
      if (this.output.pendingBytes > outputBytesMax) this.output.flush()
    }
  }
  forget(stream: Waiter): void {
    this.waiting.delete(stream)
  }
}
