/**
 * The server's side of one HTTP/2 connection: bytes of a socket to events of streams, and back. It knows nothing of gRPC.
 *
 * States: greeting (the client's preface and settings are due) → open → closing (told to go away; streams finish) →
 * closed. A stream is opened by its headers, half-closed by either side's end, and forgotten when both have ended or one
 * has reset it.
 *
 * Flow control: each stream and the connection may receive `receiveWindow` bytes unasked. The connection's are given back
 * as they come, a stream's when its listener takes them, so a listener that holds back holds back its own stream alone
 * and at most a window of it waits here. What may not be sent yet waits with its stream.
 *
 * Anything that breaks the protocol ends the stream or the connection, as RFC 9113 says which; a client can make this side
 * keep at most: `streamsMax` streams, `headerBytesMax` of an unfinished header block, one frame that is not whole yet.
 */
import type { Duplex } from "node:stream"
import {
  ErrorCode,
  Flag,
  Frame,
  frameBytesMax,
  frameHeadBytes,
  preface,
  Setting,
  windowDefault,
  windowMax
} from "./frames.ts"
import { type HeaderList, HpackDecoder, HpackError } from "./HpackDecoder.ts"
import { Output } from "./Output.ts"

const mib = 1024 * 1024
/** The same for streams and the connection: HTTP/2 clients on Bun stall when the connection's is twice a stream's. */
export const receiveWindow = mib
export const headerBytesMax = 64 * 1024
/** Of one block: empty ones would otherwise go on for ever. */
const headerFramesMax = 64
/** Answers to pings and settings that pile up behind a socket nobody reads; then the connection is cut. */
const unreadBytesMax = 16 * mib

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

export interface SessionHandler {
  /** The listener is set with `stream.listen` before it returns, or the stream is answered and over. */
  request(stream: Http2Stream, headers: HeaderList): void
  closed(session: Http2Session): void
}

export interface SessionOptions {
  readonly streamsMax: number
}

/** Ends the connection with a code. */
class ConnectionError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export class Http2Stream {
  readonly id: number
  private readonly session: Http2Session
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

  constructor(session: Http2Session, id: number, sendWindow: number) {
    this.session = session
    this.id = id
    this.sendWindow = sendWindow
  }

  listen(listener: StreamListener): void {
    this.listener = listener
  }

  /** A header block; with `end` it is the whole answer. */
  headers(block: Uint8Array, end: boolean): void {
    if (this.gone || this.localEnded) return
    if (end) this.localEnded = true
    this.session.sendHeaders(this.id, block, end)
    if (end) this.session.afterLocalEnd(this)
  }

  /**
   * Content, as `head` and then `body`. False: not all of it could be sent; it waits, and `writable` is called once it
   * has gone. `body` must not change afterwards; `head` may.
   */
  send(head: Uint8Array, body: Uint8Array): boolean {
    if (this.gone || this.localEnded) return true
    const length = head.length + body.length
    if (this.waiting.length === 0 && length <= frameBytesMax && this.session.takeWindow(this, length)) {
      this.session.sendData(this.id, head, body)
      return true
    }
    if (head.length > 0) this.waiting.push(head.slice())
    if (body.length > 0) this.waiting.push(body)
    this.session.sendWaiting(this)
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
    this.session.sendHeaders(this.id, block, true)
    this.session.afterLocalEnd(this)
  }

  /** Gives so many received bytes back to the client's window. */
  taken(bytes: number): void {
    if (this.gone || this.remoteEnded) return
    this.credit += bytes
    if (this.credit < receiveWindow / 2) return
    this.receiveWindow += this.credit
    this.session.sendWindowUpdate(this.id, this.credit)
    this.credit = 0
  }

  reset(code: number): void {
    if (this.gone) return
    this.session.sendReset(this.id, code)
    this.session.forget(this, false)
  }

  // ---- for the session

  get isWaiting(): boolean {
    return this.waiting.length > 0
  }
  /** Sends one frame of what waits, if the windows allow it; false when there is nothing to do. */
  sendNext(): boolean {
    const first = this.waiting[0]
    if (first === undefined) return false
    const bytes = this.session.takeUpTo(this, Math.min(first.length, frameBytesMax))
    if (bytes === 0) return false
    this.session.sendData(this.id, first.subarray(0, bytes), noBytes)
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
      this.session.sendHeaders(this.id, block, true)
      this.session.afterLocalEnd(this)
    } else if (this.toldFull) {
      this.toldFull = false
      this.listener?.writable()
    }
  }
}

const noBytes = new Uint8Array(0)

export class Http2Session {
  private readonly socket: Duplex
  private readonly handler: SessionHandler
  private readonly options: SessionOptions
  private readonly output: Output
  private readonly hpack = new HpackDecoder()
  private readonly streams = new Map<number, Http2Stream>()
  /** Streams with content that waits, in the order in which they get their turn. */
  private readonly waiting = new Set<Http2Stream>()
  private state: "greeting" | "settings" | "open" | "closed" = "greeting"
  private goingAway = false
  private rest: Buffer | undefined
  private lastStreamId = 0
  /** Checked once: repeated blocks come as the same list. */
  private goodHeaders: HeaderList | undefined
  private sendWindow = windowDefault
  private streamSendWindow = windowDefault
  private receiveWindow = receiveWindow
  private credit = 0
  /** A header block that is not whole yet: only its continuation may follow. */
  private block: { readonly streamId: number; readonly endStream: boolean; bytes: Buffer; frames: number } | undefined

  constructor(socket: Duplex, handler: SessionHandler, options: SessionOptions) {
    this.socket = socket
    this.handler = handler
    this.options = options
    this.output = new Output(socket)
    socket.on("data", (chunk: Buffer) => this.onChunk(chunk))
    socket.on("drain", () => {
      this.output.congested = false
      this.sendAllWaiting()
    })
    socket.on("end", () => socket.end())
    socket.on("close", () => this.onClosed())
    this.output.head(18, Frame.settings, 0, 0)
    this.setting(Setting.maxStreams, options.streamsMax)
    this.setting(Setting.initialWindow, receiveWindow)
    this.setting(Setting.maxHeaderList, headerBytesMax)
    this.sendWindowUpdate(0, receiveWindow - windowDefault)
  }

  get openStreams(): number {
    return this.streams.size
  }

  /** No new stream is taken; those that are open go on. */
  goAway(): void {
    if (this.goingAway || this.state === "closed") return
    this.goingAway = true
    this.sendGoAway(ErrorCode.none)
  }

  /** Sends what there is and ends the connection. */
  end(): void {
    this.output.flush()
    this.socket.end()
  }

  // ---- in

  private onChunk(chunk: Buffer): void {
    if (this.state === "closed") return
    try {
      this.read(this.rest === undefined ? chunk : Buffer.concat([this.rest, chunk]))
    } catch (error) {
      if (error instanceof ConnectionError) this.fail(error.code)
      else if (error instanceof HpackError) this.fail(ErrorCode.compression)
      else throw error
    }
    this.output.flush()
    if (this.socket.writableLength > unreadBytesMax) this.socket.destroy()
  }

  private read(bytes: Buffer): void {
    let at = 0
    if (this.state === "greeting") {
      const seen = Math.min(bytes.length, preface.length)
      if (bytes.compare(preface, 0, seen, 0, seen) !== 0) throw new ConnectionError(ErrorCode.protocol, "no preface")
      if (seen === preface.length) {
        this.state = "settings"
        at = seen
      }
    }
    if (this.state !== "greeting") {
      while (at + frameHeadBytes <= bytes.length) {
        const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
        if (length > frameBytesMax) throw new ConnectionError(ErrorCode.frameSize, `a frame of ${length} bytes`)
        const end = at + frameHeadBytes + length
        if (end > bytes.length) break
        const streamId = bytes.readUInt32BE(at + 5) & 0x7fffffff
        this.onFrame(bytes[at + 3]!, bytes[at + 4]!, streamId, bytes.subarray(at + frameHeadBytes, end))
        // A handler may have ended the connection.
        if (this.state === ("closed" as typeof this.state)) return
        at = end
      }
    }
    // Copied, so that a small rest does not keep a large chunk.
    this.rest = at === bytes.length ? undefined : Buffer.from(bytes.subarray(at))
  }

  private onFrame(type: number, flags: number, streamId: number, payload: Buffer): void {
    if (this.state === "settings") {
      if (type !== Frame.settings || (flags & Flag.ack) !== 0) {
        throw new ConnectionError(ErrorCode.protocol, "settings must come first")
      }
      this.state = "open"
    }
    if (this.block !== undefined && type !== Frame.continuation) {
      throw new ConnectionError(ErrorCode.protocol, "a header block must be continued")
    }
    switch (type) {
      case Frame.data:
        this.onData(flags, streamId, payload)
        return
      case Frame.headers:
        this.onHeaders(flags, streamId, payload)
        return
      case Frame.priority:
        this.onPriority(streamId, payload)
        return
      case Frame.reset:
        this.onReset(streamId, payload)
        return
      case Frame.settings:
        this.onSettings(flags, streamId, payload)
        return
      case Frame.pushPromise:
        throw new ConnectionError(ErrorCode.protocol, "a client cannot promise")
      case Frame.ping:
        this.onPing(flags, streamId, payload)
        return
      case Frame.goAway:
        if (streamId !== 0) throw new ConnectionError(ErrorCode.protocol, "GOAWAY on a stream")
        return
      case Frame.windowUpdate:
        this.onWindowUpdate(streamId, payload)
        return
      case Frame.continuation:
        this.onContinuation(flags, streamId, payload)
        return
    }
    // Frames of unknown types are to be ignored.
  }

  private onData(flags: number, streamId: number, payload: Buffer): void {
    this.assertNotIdle(streamId)
    this.receiveWindow -= payload.length
    if (this.receiveWindow < 0) throw new ConnectionError(ErrorCode.flowControl, "more than the connection's window")
    this.giveBack(payload.length)
    const stream = this.streams.get(streamId)
    // Content of a stream that this side has just ended is nothing wrong.
    if (stream === undefined) return
    if (stream.remoteEnded) {
      this.resetStream(stream, ErrorCode.streamClosed)
      return
    }
    stream.receiveWindow -= payload.length
    if (stream.receiveWindow < 0) {
      this.resetStream(stream, ErrorCode.flowControl)
      return
    }
    const content = (flags & Flag.padded) === 0 ? payload : unpadded(payload)
    const overhead = payload.length - content.length
    if (overhead > 0) stream.taken(overhead)
    if (content.length > 0) stream.listener?.data(content)
    if ((flags & Flag.endStream) !== 0) this.onRemoteEnd(stream)
  }

  private onHeaders(flags: number, streamId: number, payload: Buffer): void {
    if (streamId === 0 || streamId % 2 === 0) throw new ConnectionError(ErrorCode.protocol, `headers on ${streamId}`)
    let block = (flags & Flag.padded) === 0 ? payload : unpadded(payload)
    if ((flags & Flag.priority) !== 0) {
      if (block.length < 5) throw new ConnectionError(ErrorCode.frameSize, "a priority that is cut off")
      this.assertNotOwnParent(streamId, block)
      block = block.subarray(5)
    }
    const endStream = (flags & Flag.endStream) !== 0
    if ((flags & Flag.endHeaders) !== 0) this.onBlock(streamId, block, endStream)
    else this.block = { streamId, endStream, bytes: Buffer.from(block), frames: 1 }
  }

  private onContinuation(flags: number, streamId: number, payload: Buffer): void {
    const { block } = this
    if (block === undefined || block.streamId !== streamId) {
      throw new ConnectionError(ErrorCode.protocol, "a continuation of nothing")
    }
    block.frames++
    if (block.frames > headerFramesMax || block.bytes.length + payload.length > headerBytesMax)
      throw new ConnectionError(ErrorCode.calm, "headers too large")
    block.bytes = Buffer.concat([block.bytes, payload])
    if ((flags & Flag.endHeaders) === 0) return
    this.block = undefined
    this.onBlock(streamId, block.bytes, block.endStream)
  }

  private onBlock(streamId: number, block: Buffer, endStream: boolean): void {
    // Decoded whatever becomes of it: the table must stay in step.
    const headers = this.hpack.decode(block, headerBytesMax)
    const known = this.streams.get(streamId)
    if (known !== undefined) {
      if (known.remoteEnded) {
        this.resetStream(known, ErrorCode.streamClosed)
        return
      }
      // Trailers of a request: nothing in them matters, but they must be the end.
      if (!endStream || headers.some(([name]) => name.startsWith(":"))) {
        this.resetStream(known, ErrorCode.protocol)
        return
      }
      this.onRemoteEnd(known)
      return
    }
    // Trailers of a stream that this side has ended already.
    if (streamId <= this.lastStreamId) {
      if (endStream && !headers.some(([name]) => name.startsWith(":"))) return
      throw new ConnectionError(ErrorCode.streamClosed, `stream ${streamId} again`)
    }
    this.lastStreamId = streamId
    if (this.goingAway || this.streams.size >= this.options.streamsMax) {
      this.sendReset(streamId, ErrorCode.refused)
      return
    }
    if (headers !== this.goodHeaders) {
      if (!isRequest(headers)) {
        this.sendReset(streamId, ErrorCode.protocol)
        return
      }
      this.goodHeaders = headers
    }
    const stream = new Http2Stream(this, streamId, this.streamSendWindow)
    this.streams.set(streamId, stream)
    this.handler.request(stream, headers)
    if (endStream) this.onRemoteEnd(stream)
  }

  private onRemoteEnd(stream: Http2Stream): void {
    stream.remoteEnded = true
    if (!stream.gone) stream.listener?.ended()
    if (stream.localEnded && !stream.isWaiting) this.forget(stream, false)
  }

  private onPriority(streamId: number, payload: Buffer): void {
    if (streamId === 0) throw new ConnectionError(ErrorCode.protocol, "PRIORITY on the connection")
    if (payload.length !== 5) {
      this.streamError(streamId, ErrorCode.frameSize)
      return
    }
    this.assertNotOwnParent(streamId, payload)
  }
  private assertNotOwnParent(streamId: number, priority: Buffer): void {
    if ((priority.readUInt32BE(0) & 0x7fffffff) === streamId) {
      throw new ConnectionError(ErrorCode.protocol, `stream ${streamId} depends on itself`)
    }
  }

  private onReset(streamId: number, payload: Buffer): void {
    this.assertNotIdle(streamId)
    if (payload.length !== 4) throw new ConnectionError(ErrorCode.frameSize, "RST_STREAM")
    const stream = this.streams.get(streamId)
    if (stream !== undefined) this.forget(stream, true)
  }

  private onSettings(flags: number, streamId: number, payload: Buffer): void {
    if (streamId !== 0) throw new ConnectionError(ErrorCode.protocol, "SETTINGS on a stream")
    if ((flags & Flag.ack) !== 0) {
      if (payload.length > 0) throw new ConnectionError(ErrorCode.frameSize, "an acknowledgement with content")
      return
    }
    if (payload.length % 6 !== 0) throw new ConnectionError(ErrorCode.frameSize, "SETTINGS")
    for (let at = 0; at < payload.length; at += 6)
      this.onSetting(payload.readUInt16BE(at), payload.readUInt32BE(at + 2))
    this.output.head(0, Frame.settings, Flag.ack, 0)
    this.sendAllWaiting()
  }

  private onSetting(name: number, value: number): void {
    switch (name) {
      case Setting.enablePush:
        if (value > 1) throw new ConnectionError(ErrorCode.protocol, "ENABLE_PUSH")
        return
      case Setting.initialWindow: {
        if (value > windowMax) throw new ConnectionError(ErrorCode.flowControl, "INITIAL_WINDOW_SIZE")
        const change = value - this.streamSendWindow
        this.streamSendWindow = value
        for (const stream of this.streams.values()) {
          stream.sendWindow += change
          if (stream.sendWindow > windowMax) throw new ConnectionError(ErrorCode.flowControl, "a window out of bounds")
        }
        return
      }
      case Setting.maxFrame:
        // Larger ones are never sent.
        if (value < frameBytesMax || value > 2 ** 24 - 1)
          throw new ConnectionError(ErrorCode.protocol, "MAX_FRAME_SIZE")
    }
  }

  private onPing(flags: number, streamId: number, payload: Buffer): void {
    if (streamId !== 0) throw new ConnectionError(ErrorCode.protocol, "PING on a stream")
    if (payload.length !== 8) throw new ConnectionError(ErrorCode.frameSize, "PING")
    if ((flags & Flag.ack) !== 0) return
    this.output.head(8, Frame.ping, Flag.ack, 0)
    this.output.bytes(payload)
  }

  private onWindowUpdate(streamId: number, payload: Buffer): void {
    if (payload.length !== 4) throw new ConnectionError(ErrorCode.frameSize, "WINDOW_UPDATE")
    const bytes = payload.readUInt32BE(0) & 0x7fffffff
    if (streamId === 0) {
      if (bytes === 0) throw new ConnectionError(ErrorCode.protocol, "a window update of nothing")
      this.sendWindow += bytes
      if (this.sendWindow > windowMax) throw new ConnectionError(ErrorCode.flowControl, "a window out of bounds")
      this.sendAllWaiting()
      return
    }
    this.assertNotIdle(streamId)
    const stream = this.streams.get(streamId)
    if (stream === undefined) return
    if (bytes === 0) {
      this.resetStream(stream, ErrorCode.protocol)
      return
    }
    stream.sendWindow += bytes
    if (stream.sendWindow > windowMax) {
      this.resetStream(stream, ErrorCode.flowControl)
      return
    }
    if (stream.isWaiting) this.sendWaiting(stream)
  }

  private assertNotIdle(streamId: number): void {
    if (streamId === 0 || streamId > this.lastStreamId || streamId % 2 === 0) {
      throw new ConnectionError(ErrorCode.protocol, `a frame on stream ${streamId}, which is not open`)
    }
  }

  private giveBack(bytes: number): void {
    this.credit += bytes
    if (this.credit < receiveWindow / 2) return
    this.receiveWindow += this.credit
    this.sendWindowUpdate(0, this.credit)
    this.credit = 0
  }

  // ---- the end of things

  /** Breaks one stream, open or not. */
  private streamError(streamId: number, code: number): void {
    const stream = this.streams.get(streamId)
    if (stream !== undefined) this.resetStream(stream, code)
    else this.sendReset(streamId, code)
  }
  private resetStream(stream: Http2Stream, code: number): void {
    this.sendReset(stream.id, code)
    this.forget(stream, true)
  }

  /** This side has sent its end. A client that has not is told that the rest is not wanted. */
  afterLocalEnd(stream: Http2Stream): void {
    if (!stream.remoteEnded) this.sendReset(stream.id, ErrorCode.none)
    this.forget(stream, false)
  }

  forget(stream: Http2Stream, isReset: boolean): void {
    if (stream.gone) return
    stream.gone = true
    stream.dropWaiting()
    this.streams.delete(stream.id)
    this.waiting.delete(stream)
    if (isReset) stream.listener?.reset()
    stream.listener?.over()
  }

  private fail(code: number): void {
    this.sendGoAway(code)
    this.output.flush()
    this.onClosed()
    // `end`, so that the reason gets out; whoever does not close the other half is cut off.
    this.socket.end()
    this.socket.resume()
    setTimeout(() => this.socket.destroy(), lingerMs).unref()
  }

  private onClosed(): void {
    if (this.state === "closed") return
    this.state = "closed"
    this.rest = undefined
    for (const stream of [...this.streams.values()]) this.forget(stream, true)
    this.handler.closed(this)
  }

  // ---- out

  takeWindow(stream: Http2Stream, bytes: number): boolean {
    if (this.output.congested || bytes > this.sendWindow || bytes > stream.sendWindow) return false
    this.sendWindow -= bytes
    stream.sendWindow -= bytes
    return true
  }
  /** As much of `bytes` as the windows allow. */
  takeUpTo(stream: Http2Stream, bytes: number): number {
    if (this.output.congested) return 0
    const allowed = Math.max(0, Math.min(bytes, this.sendWindow, stream.sendWindow))
    this.sendWindow -= allowed
    stream.sendWindow -= allowed
    return allowed
  }

  sendHeaders(streamId: number, block: Uint8Array, end: boolean): void {
    this.output.head(block.length, Frame.headers, Flag.endHeaders | (end ? Flag.endStream : 0), streamId)
    this.output.bytes(block)
  }
  sendData(streamId: number, head: Uint8Array, body: Uint8Array): void {
    this.output.head(head.length + body.length, Frame.data, 0, streamId)
    this.output.bytes(head)
    if (body.length > 0) this.output.bytes(body)
  }
  sendReset(streamId: number, code: number): void {
    this.output.head(4, Frame.reset, 0, streamId)
    this.output.uint32(code)
  }
  sendWindowUpdate(streamId: number, bytes: number): void {
    this.output.head(4, Frame.windowUpdate, 0, streamId)
    this.output.uint32(bytes)
  }
  private sendGoAway(code: number): void {
    this.output.head(8, Frame.goAway, 0, 0)
    this.output.uint32(this.lastStreamId)
    this.output.uint32(code)
  }
  private setting(name: number, value: number): void {
    this.output.uint16(name)
    this.output.uint32(value)
  }

  /** What of this stream the windows allow; the rest waits for its turn. */
  sendWaiting(stream: Http2Stream): void {
    while (stream.sendNext()) {
      if (this.output.pendingBytes > outputBytesMax) this.output.flush()
    }
    if (stream.isWaiting) this.waiting.add(stream)
    else this.waiting.delete(stream)
  }
  /** A frame of each stream in turn, so that a large answer does not hold back the others. */
  private sendAllWaiting(): void {
    for (let sent = true; sent && this.waiting.size > 0; ) {
      sent = false
      for (const stream of [...this.waiting]) {
        if (stream.sendNext()) sent = true
        if (!stream.isWaiting) this.waiting.delete(stream)
      }
      if (this.output.pendingBytes > outputBytesMax) this.output.flush()
    }
  }
}

/** Handed to the socket when more has come together in one turn: it may say that it has enough. */
const outputBytesMax = 256 * 1024
/** A client that was sent away gets this long to read why. */
const lingerMs = 1_000

const unpadded = (payload: Buffer): Buffer => {
  const padding = payload[0] ?? 0
  if (payload.length === 0 || padding >= payload.length) throw new ConnectionError(ErrorCode.protocol, "padding")
  return payload.subarray(1, payload.length - padding)
}

const connectionHeaders: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade"
])

/** Section 8.3.1: the pseudo-headers of a request, each once and before all others; nothing of HTTP/1.1. */
const isRequest = (headers: HeaderList): boolean => {
  let method = 0
  let scheme = 0
  let path = 0
  let authority = 0
  let regular = false
  for (const [name, value] of headers) {
    if (name.startsWith(":")) {
      if (regular) return false
      if (name === ":method") method++
      else if (name === ":scheme") scheme++
      else if (name === ":path" && value.length > 0) path++
      else if (name === ":authority") authority++
      else return false
    } else {
      regular = true
      if (connectionHeaders.has(name) || (name === "te" && value !== "trailers") || name !== name.toLowerCase()) {
        return false
      }
    }
  }
  return method === 1 && scheme === 1 && path === 1 && authority <= 1
}
