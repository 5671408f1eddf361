/**
 * One HTTP/2 connection that knows just enough of gRPC to load a server: unary calls and streams over cleartext, every
 * request's headers one constant block, response headers not read at all. A full client library costs more of a core
 * than the server it measures; this one costs the same few microseconds a call whichever server is behind it.
 *
 * Writes of one turn of the event loop leave in one system call. Flow control is kept in both directions. A call ends
 * well when a message came before the end of its stream; anything else is a failed call.
 *
 * Source: RFC 9113 for frames, RFC 7541 for the literal header fields, gRPC over HTTP/2 for the five bytes before a message.
 */
import { connect, type Socket } from "node:net"

const frame = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 } as const
const flag = { endStream: 1, ack: 1, endHeaders: 4, padded: 8 } as const
const setting = { initialWindow: 4, maxFrame: 5 } as const

const frameHeadBytes = 9
const messageHeadBytes = 5
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1")
const windowDefault = 65_535
/** Ours, of the connection and of each stream alike: an HTTP/2 server on Bun stalls when the two differ much. */
const receiveWindow = 1024 * 1024
const outBytesMin = 64 * 1024

/** A constant header block: no entry of it is ever indexed, so that it can be sent again and again. */
export const headerBlock = (path: string, authority: string): Buffer => {
  const literal = (text: string): Buffer => {
    const bytes = Buffer.from(text, "latin1")
    if (bytes.length > 126) throw new Error(`header value of ${bytes.length} bytes`)
    return Buffer.concat([Buffer.from([bytes.length]), bytes])
  }
  const indexed = { post: 0x83, http: 0x86 }
  const nameOf = { path: [0x04], authority: [0x01], contentType: [0x0f, 0x10], own: [0x00] }
  return Buffer.concat([
    Buffer.from([indexed.post, indexed.http]),
    Buffer.from(nameOf.path),
    literal(path),
    Buffer.from(nameOf.authority),
    literal(authority),
    Buffer.from(nameOf.contentType),
    literal("application/grpc"),
    Buffer.from(nameOf.own),
    literal("te"),
    literal("trailers")
  ])
}

/** The message of a unary call, or undefined when the call failed. Valid during the call only. */
export type OnReply = (message: Uint8Array | undefined) => void

interface OpenStream {
  readonly id: number
  /** Messages of the stream as they come. */
  readonly onMessage: (message: Uint8Array) => void
  readonly onEnd: () => void
  sendWindow: number
  received: number
  /** Bytes of a message of which only a part has come. */
  partial: Buffer | undefined
}

interface HeldData {
  readonly stream: OpenStream
  bytes: Buffer
  readonly end: boolean
}

export interface LightStream {
  send(message: Uint8Array): void
  end(): void
}

export class LightConnection {
  private readonly socket: Socket
  private readonly streams = new Map<number, OpenStream>()
  private nextId = 1
  private out = Buffer.allocUnsafe(outBytesMin)
  private outLength = 0
  private flushDue = false
  private held: Array<HeldData> = []
  private sendWindow = windowDefault
  private streamWindow = windowDefault
  private maxFrame = 16_384
  private received = 0
  private rest: Buffer | undefined
  private closed = false

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on("data", (chunk: Buffer) => this.onData(chunk))
    socket.on("error", () => this.onClosed())
    socket.on("close", () => this.onClosed())
    this.room(preface.length)
    this.outLength += preface.copy(this.out, this.outLength)
    this.head(6, frame.settings, 0, 0)
    this.out.writeUInt16BE(setting.initialWindow, this.outLength)
    this.out.writeUInt32BE(receiveWindow, this.outLength + 2)
    this.outLength += 6
    this.windowUpdate(0, receiveWindow - windowDefault)
    this.flush()
  }

  static open(host: string, port: number): Promise<LightConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port }, () => {
        socket.off("error", reject)
        resolve(new LightConnection(socket))
      })
      socket.once("error", reject)
    })
  }

  unary(headers: Buffer, message: Uint8Array, done: OnReply): void {
    let reply = false
    const stream = this.start(
      headers,
      (bytes) => {
        if (reply) return
        reply = true
        done(bytes)
      },
      () => {
        if (!reply) done(undefined)
      }
    )
    if (stream !== undefined) this.sendMessage(stream, message, true)
    else done(undefined)
  }

  stream(headers: Buffer, onMessage: (message: Uint8Array) => void, onEnd: () => void): LightStream {
    const stream = this.start(headers, onMessage, onEnd)
    if (stream === undefined) throw new Error("the connection is closed")
    return {
      send: (message) => this.sendMessage(stream, message, false),
      end: () => this.sendData({ stream, bytes: Buffer.alloc(0), end: true })
    }
  }

  close(): void {
    this.socket.destroy()
    this.onClosed()
  }

  private start(headers: Buffer, onMessage: (message: Uint8Array) => void, onEnd: () => void): OpenStream | undefined {
    if (this.closed) return undefined
    const id = this.nextId
    this.nextId += 2
    const stream: OpenStream = {
      id,
      onMessage,
      onEnd,
      sendWindow: this.streamWindow,
      received: 0,
      partial: undefined
    }
    this.streams.set(id, stream)
    this.head(headers.length, frame.headers, flag.endHeaders, id)
    this.outLength += headers.copy(this.out, this.outLength)
    this.flushSoon()
    return stream
  }

  private sendMessage(stream: OpenStream, message: Uint8Array, end: boolean): void {
    const length = message.length + messageHeadBytes
    const fits = length <= this.maxFrame && length <= this.sendWindow && length <= stream.sendWindow
    if (!fits || this.held.length > 0) {
      const bytes = Buffer.allocUnsafe(length)
      bytes[0] = 0
      bytes.writeUInt32BE(message.length, 1)
      bytes.set(message, messageHeadBytes)
      this.sendData({ stream, bytes, end })
      return
    }
    this.sendWindow -= length
    stream.sendWindow -= length
    this.head(length, frame.data, end ? flag.endStream : 0, stream.id)
    this.out[this.outLength] = 0
    this.out.writeUInt32BE(message.length, this.outLength + 1)
    this.out.set(message, this.outLength + messageHeadBytes)
    this.outLength += length
    this.flushSoon()
  }

  private sendData(data: HeldData): void {
    this.held.push(data)
    this.sendHeld()
  }

  /** In order; what the windows do not allow waits for the server's update. */
  private sendHeld(): void {
    while (this.held.length > 0) {
      const first = this.held[0]!
      const { stream } = first
      const allowed = Math.min(first.bytes.length, this.maxFrame, this.sendWindow, stream.sendWindow)
      if (allowed <= 0 && first.bytes.length > 0) return
      const last = allowed === first.bytes.length
      this.sendWindow -= allowed
      stream.sendWindow -= allowed
      this.head(allowed, frame.data, last && first.end ? flag.endStream : 0, stream.id)
      this.outLength += first.bytes.copy(this.out, this.outLength, 0, allowed)
      this.flushSoon()
      if (last) this.held.shift()
      else first.bytes = first.bytes.subarray(allowed)
    }
  }

  private head(length: number, type: number, flags: number, streamId: number): void {
    this.room(frameHeadBytes + length)
    this.out.writeUIntBE(length, this.outLength, 3)
    this.out[this.outLength + 3] = type
    this.out[this.outLength + 4] = flags
    this.out.writeUInt32BE(streamId, this.outLength + 5)
    this.outLength += frameHeadBytes
  }

  private room(bytes: number): void {
    if (this.outLength + bytes <= this.out.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.out.length * 2, this.outLength + bytes))
    this.out.copy(larger, 0, 0, this.outLength)
    this.out = larger
  }

  private windowUpdate(streamId: number, bytes: number): void {
    this.head(4, frame.windowUpdate, 0, streamId)
    this.out.writeUInt32BE(bytes, this.outLength)
    this.outLength += 4
    this.flushSoon()
  }

  private flushSoon(): void {
    if (this.flushDue) return
    this.flushDue = true
    queueMicrotask(() => this.flush())
  }

  private flush(): void {
    this.flushDue = false
    if (this.outLength === 0 || this.closed) return
    // The socket may keep the bytes: they are its own from here on.
    this.socket.write(this.out.subarray(0, this.outLength))
    this.out = Buffer.allocUnsafe(outBytesMin)
    this.outLength = 0
  }

  private onData(chunk: Buffer): void {
    const bytes = this.rest === undefined ? chunk : Buffer.concat([this.rest, chunk])
    let at = 0
    while (at + frameHeadBytes <= bytes.length) {
      const length = bytes.readUIntBE(at, 3)
      const end = at + frameHeadBytes + length
      if (end > bytes.length) break
      this.onFrame(
        bytes[at + 3]!,
        bytes[at + 4]!,
        bytes.readUInt32BE(at + 5) & 0x7fffffff,
        bytes.subarray(at + frameHeadBytes, end)
      )
      at = end
    }
    this.rest = at === bytes.length ? undefined : Buffer.from(bytes.subarray(at))
  }

  private onFrame(type: number, flags: number, streamId: number, payload: Buffer): void {
    switch (type) {
      case frame.data:
        this.onDataFrame(flags, streamId, payload)
        return
      case frame.headers:
        if ((flags & flag.endStream) !== 0) this.endStream(streamId)
        return
      case frame.reset:
        this.endStream(streamId)
        return
      case frame.settings:
        if ((flags & flag.ack) === 0) this.onSettings(payload)
        return
      case frame.ping:
        if ((flags & flag.ack) !== 0) return
        this.head(payload.length, frame.ping, flag.ack, 0)
        this.outLength += payload.copy(this.out, this.outLength)
        this.flushSoon()
        return
      case frame.goAway:
        this.onClosed()
        return
      case frame.windowUpdate: {
        const bytes = payload.readUInt32BE(0)
        if (streamId === 0) this.sendWindow += bytes
        else {
          const stream = this.streams.get(streamId)
          if (stream !== undefined) stream.sendWindow += bytes
        }
        if (this.held.length > 0) this.sendHeld()
      }
    }
  }

  private onDataFrame(flags: number, streamId: number, payload: Buffer): void {
    this.received += payload.length
    if (this.received >= receiveWindow / 2) {
      this.windowUpdate(0, this.received)
      this.received = 0
    }
    const stream = this.streams.get(streamId)
    if (stream === undefined) return
    stream.received += payload.length
    if (stream.received >= receiveWindow / 2) {
      this.windowUpdate(streamId, stream.received)
      stream.received = 0
    }
    const content = (flags & flag.padded) === 0 ? payload : payload.subarray(1, payload.length - (payload[0] ?? 0))
    this.onContent(stream, content)
    if ((flags & flag.endStream) !== 0) this.endStream(streamId)
  }

  private onContent(stream: OpenStream, content: Buffer): void {
    const bytes = stream.partial === undefined ? content : Buffer.concat([stream.partial, content])
    let at = 0
    while (at + messageHeadBytes <= bytes.length) {
      const end = at + messageHeadBytes + bytes.readUInt32BE(at + 1)
      if (end > bytes.length) break
      stream.onMessage(bytes.subarray(at + messageHeadBytes, end))
      at = end
    }
    stream.partial = at === bytes.length ? undefined : Buffer.from(bytes.subarray(at))
  }

  private onSettings(payload: Buffer): void {
    for (let at = 0; at + 6 <= payload.length; at += 6) {
      const value = payload.readUInt32BE(at + 2)
      switch (payload.readUInt16BE(at)) {
        case setting.initialWindow:
          for (const stream of this.streams.values()) stream.sendWindow += value - this.streamWindow
          this.streamWindow = value
          break
        case setting.maxFrame:
          this.maxFrame = value
          break
      }
    }
    this.head(0, frame.settings, flag.ack, 0)
    this.flushSoon()
    if (this.held.length > 0) this.sendHeld()
  }

  private endStream(streamId: number): void {
    const stream = this.streams.get(streamId)
    if (stream === undefined) return
    this.streams.delete(streamId)
    if (this.held.length > 0) this.held = this.held.filter((one) => one.stream !== stream)
    stream.onEnd()
  }

  private onClosed(): void {
    if (this.closed) return
    this.closed = true
    this.held = []
    for (const id of [...this.streams.keys()]) this.endStream(id)
  }
}
