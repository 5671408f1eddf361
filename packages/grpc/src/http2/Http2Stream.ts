/**
 * One stream: what its listener gets, and what it sends. What the client's windows do not allow yet waits here, in order,
 * the last headers behind it.
 */
import { frameBytesMax, receiveWindow } from "./frames.ts"
import type { Sender, Waiter } from "./Sender.ts"

/** What a stream's content is given to. After `reset` only `over` follows. */
export interface StreamListener {
  /** A view that is valid during the call. */
  data(content: Buffer): void
  /** The client has sent all. */
  ended(): void
  /** The client or a broken protocol ended the stream, or the connection is gone, before both sides had ended it. */
  reset(): void
  /** All that waited has been sent after `send` answered false. */
  writable(): void
  /** The stream is forgotten, however it ended. Once, last. */
  over(): void
}

/** Who keeps the streams of a connection. */
export interface StreamOwner {
  /** This side has sent its end. */
  afterLocalEnd(stream: Http2Stream): void
  forget(stream: Http2Stream, isReset: boolean): void
}

const noBytes = new Uint8Array(0)

export class Http2Stream implements Waiter {
  readonly id: number
  private readonly sender: Sender
  private readonly owner: StreamOwner
  listener: StreamListener | undefined
  /** The client has ended its side. */
  remoteEnded = false
  /** This side has, or will once what waits is sent. */
  localEnded = false
  gone = false
  sendWindow: number
  receiveWindow = receiveWindow
  private credit = 0
  /** Waits for the windows, in order. */
  private waiting: Array<Uint8Array> = []
  private waitingTrailers: Uint8Array | undefined
  private toldFull = false

  constructor(id: number, sender: Sender, owner: StreamOwner) {
    this.id = id
    this.sender = sender
    this.owner = owner
    this.sendWindow = sender.streamWindow
  }

  listen(listener: StreamListener): void {
    this.listener = listener
  }

  /** A header block; with `end` it is the whole answer. */
  headers(block: Uint8Array, end: boolean): void {
    if (this.gone || this.localEnded) return
    if (end) this.localEnded = true
    this.sender.headers(this.id, block, end)
    if (end) this.owner.afterLocalEnd(this)
  }

  /**
   * Content, as `head` and then `body`. False: not all of it could be sent; it waits, and `writable` is called once it
   * has gone. `body` must not change afterwards; `head` may.
   */
  send(head: Uint8Array, body: Uint8Array): boolean {
    if (this.gone || this.localEnded) return true
    const length = head.length + body.length
    if (this.waiting.length === 0 && length <= frameBytesMax && this.sender.takeWindow(this, length)) {
      this.sender.data(this.id, head, body)
      return true
    }
    if (head.length > 0) this.waiting.push(head.slice())
    if (body.length > 0) this.waiting.push(body)
    this.sender.sendWaiting(this)
    if (this.waiting.length === 0) return true
    this.toldFull = true
    return false
  }

  /** The last headers, after everything that waits. */
  trailers(block: Uint8Array): void {
    if (this.gone || this.localEnded) return
    this.localEnded = true
    if (this.waiting.length > 0) {
      this.waitingTrailers = block
      return
    }
    this.sender.headers(this.id, block, true)
    this.owner.afterLocalEnd(this)
  }

  /** Gives so many received bytes back to the client's window. */
  taken(bytes: number): void {
    if (this.gone || this.remoteEnded) return
    this.credit += bytes
    if (this.credit < receiveWindow / 2) return
    this.receiveWindow += this.credit
    this.sender.windowUpdate(this.id, this.credit)
    this.credit = 0
  }

  reset(code: number): void {
    if (this.gone) return
    this.sender.reset(this.id, code)
    this.owner.forget(this, false)
  }

  // ---- for the sender and the session

  get isWaiting(): boolean {
    return this.waiting.length > 0
  }
  /** Sends one frame of what waits, if the windows allow it; false when there is nothing to do. */
  sendNext(): boolean {
    const first = this.waiting[0]
    if (first === undefined) return false
    const bytes = this.sender.takeUpTo(this, Math.min(first.length, frameBytesMax))
    if (bytes === 0) return false
    this.sender.data(this.id, first.subarray(0, bytes), noBytes)
    if (bytes < first.length) this.waiting[0] = first.subarray(bytes)
    else this.waiting.shift()
    if (this.waiting.length === 0) this.onSent()
    return true
  }
  dropWaiting(): void {
    this.waiting = []
    this.waitingTrailers = undefined
  }
  private onSent(): void {
    if (this.waitingTrailers !== undefined) {
      const block = this.waitingTrailers
      this.waitingTrailers = undefined
      this.sender.headers(this.id, block, true)
      this.owner.afterLocalEnd(this)
    } else if (this.toldFull) {
      this.toldFull = false
      this.listener?.writable()
    }
  }
}
