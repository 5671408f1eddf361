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
import { FrameReader } from "./FrameReader.ts"
import {
  ConnectionError,
  ErrorCode,
  Flag,
  Frame,
  frameBytesMax,
  receiveWindow,
  Setting,
  windowDefault,
  windowMax
} from "./frames.ts"
import { type HeaderList, HpackDecoder, HpackError } from "./HpackDecoder.ts"
import { Http2Stream, type StreamOwner } from "./Http2Stream.ts"
import { isRequest } from "./requestHeaders.ts"
import { Sender } from "./Sender.ts"

export const headerBytesMax = 64 * 1024
/** Of one block: empty ones would otherwise go on for ever. */
const headerFramesMax = 64
/** Answers to pings and settings that pile up behind a socket nobody reads; then the connection is cut. */
const unreadBytesMax = 16 * 1024 * 1024

export interface SessionHandler {
  /** The listener is set with `stream.listen` before it returns, or the stream is answered and over. */
  request(stream: Http2Stream, headers: HeaderList): void
  closed(session: Http2Session): void
}

export interface SessionOptions {
  readonly streamsMax: number
}

export class Http2Session implements StreamOwner {
  private readonly socket: Duplex
  private readonly handler: SessionHandler
  private readonly options: SessionOptions
  private readonly sender: Sender
  private readonly reader: FrameReader
  private readonly hpack = new HpackDecoder()
  private readonly streams = new Map<number, Http2Stream>()
  private state: "greeting" | "open" | "closed" = "greeting"
  private goingAway = false
  private lastStreamId = 0
  /** Checked once: repeated blocks come as the same list. */
  private goodHeaders: HeaderList | undefined
  private receiveWindow = receiveWindow
  private credit = 0
  /** A header block that is not whole yet: only its continuation may follow. */
  private block: { readonly streamId: number; readonly endStream: boolean; bytes: Buffer; frames: number } | undefined

  constructor(socket: Duplex, handler: SessionHandler, options: SessionOptions) {
    this.socket = socket
    this.handler = handler
    this.options = options
    this.sender = new Sender(socket)
    this.reader = new FrameReader((type, flags, streamId, payload) => {
      this.onFrame(type, flags, streamId, payload)
      // A handler may have ended the connection.
      return this.state !== "closed"
    })
    socket.on("data", (chunk: Buffer) => this.onChunk(chunk))
    socket.on("drain", () => this.sender.drained())
    socket.on("end", () => socket.end())
    socket.on("close", () => this.onClosed())
    this.sender.settings([
      [Setting.maxStreams, options.streamsMax],
      [Setting.initialWindow, receiveWindow],
      [Setting.maxHeaderList, headerBytesMax]
    ])
    this.sender.windowUpdate(0, receiveWindow - windowDefault)
  }

  get openStreams(): number {
    return this.streams.size
  }

  /** No new stream is taken; those that are open go on. */
  goAway(): void {
    if (this.goingAway || this.state === "closed") return
    this.goingAway = true
    this.sender.goAway(this.lastStreamId, ErrorCode.none)
  }

  /** Sends what there is and ends the connection. */
  end(): void {
    this.sender.flush()
    this.socket.end()
  }

  // ---- in

  private onChunk(chunk: Buffer): void {
    if (this.state === "closed") return
    try {
      this.reader.read(chunk)
    } catch (error) {
      if (error instanceof ConnectionError) this.fail(error.code)
      else if (error instanceof HpackError) this.fail(ErrorCode.compression)
      else throw error
    }
    this.sender.flush()
    if (this.socket.writableLength > unreadBytesMax) this.socket.destroy()
  }

  private onFrame(type: number, flags: number, streamId: number, payload: Buffer): void {
    if (this.state === "greeting") {
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
      this.sender.reset(streamId, ErrorCode.refused)
      return
    }
    if (headers !== this.goodHeaders) {
      if (!isRequest(headers)) {
        this.sender.reset(streamId, ErrorCode.protocol)
        return
      }
      this.goodHeaders = headers
    }
    const stream = new Http2Stream(streamId, this.sender, this)
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
    this.sender.settingsTaken()
    this.sender.sendAllWaiting()
  }

  private onSetting(name: number, value: number): void {
    switch (name) {
      case Setting.enablePush:
        if (value > 1) throw new ConnectionError(ErrorCode.protocol, "ENABLE_PUSH")
        return
      case Setting.initialWindow:
        if (value > windowMax) throw new ConnectionError(ErrorCode.flowControl, "INITIAL_WINDOW_SIZE")
        this.sender.setStreamWindow(value, this.streams.values())
        return
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
    this.sender.pong(payload)
  }

  private onWindowUpdate(streamId: number, payload: Buffer): void {
    if (payload.length !== 4) throw new ConnectionError(ErrorCode.frameSize, "WINDOW_UPDATE")
    const bytes = payload.readUInt32BE(0) & 0x7fffffff
    if (streamId === 0) {
      if (bytes === 0) throw new ConnectionError(ErrorCode.protocol, "a window update of nothing")
      this.sender.widen(bytes)
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
    if (stream.isWaiting) this.sender.sendWaiting(stream)
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
    this.sender.windowUpdate(0, this.credit)
    this.credit = 0
  }

  // ---- the end of things

  /** Breaks one stream, open or not. */
  private streamError(streamId: number, code: number): void {
    const stream = this.streams.get(streamId)
    if (stream !== undefined) this.resetStream(stream, code)
    else this.sender.reset(streamId, code)
  }
  private resetStream(stream: Http2Stream, code: number): void {
    this.sender.reset(stream.id, code)
    this.forget(stream, true)
  }

  /** This side has sent its end. A client that has not is told that the rest is not wanted. */
  afterLocalEnd(stream: Http2Stream): void {
    if (!stream.remoteEnded) this.sender.reset(stream.id, ErrorCode.none)
    this.forget(stream, false)
  }

  forget(stream: Http2Stream, isReset: boolean): void {
    if (stream.gone) return
    stream.gone = true
    stream.dropWaiting()
    this.streams.delete(stream.id)
    this.sender.forget(stream)
    if (isReset) stream.listener?.reset()
    stream.listener?.over()
  }

  private fail(code: number): void {
    this.sender.goAway(this.lastStreamId, code)
    this.sender.flush()
    this.onClosed()
    // `end`, so that the reason gets out; whoever does not close the other half is cut off.
    this.socket.end()
    this.socket.resume()
    setTimeout(() => this.socket.destroy(), lingerMs).unref()
  }

  private onClosed(): void {
    if (this.state === "closed") return
    this.state = "closed"
    for (const stream of [...this.streams.values()]) this.forget(stream, true)
    this.handler.closed(this)
  }
}

/** A client that was sent away gets this long to read why. */
const lingerMs = 1_000

const unpadded = (payload: Buffer): Buffer => {
  const padding = payload[0] ?? 0
  if (payload.length === 0 || padding >= payload.length) throw new ConnectionError(ErrorCode.protocol, "padding")
  return payload.subarray(1, payload.length - padding)
}
