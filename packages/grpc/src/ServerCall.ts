/**
 * One call on a server: an HTTP/2 stream on one side, a binding on the other.
 *
 *   headers ─▶ refused at once, or started (streams of requests) or collecting its one request
 *   started ─▶ answered by its handler, or given up by its client ─▶ over
 *
 * A call is *open* until it is given its status or its client is gone; its handler is told of one of the two at most. A
 * stream may live a little longer, until what was answered has left.
 *
 * Source: gRPC over HTTP/2 (grpc `doc/PROTOCOL-HTTP2.md`); compression.md for compressed requests, which are taken, while
 * responses are never compressed.
 */
import { gunzipSync, inflateSync } from "node:zlib"
import type { Binding, Call, Flow, Inbound, Outbound, Reply, Sink } from "./Binding.ts"
import { GrpcCode } from "./GrpcStatus.ts"
import type { HeaderList } from "./http2/HpackDecoder.ts"
import type { Http2Stream, StreamListener } from "./http2/Http2Stream.ts"
import { headerBlock } from "./http2/headerBlock.ts"
import { MessageReader, type MessageReceiver } from "./MessageReader.ts"

// ---- header blocks

const responseHeaders = [
  [":status", "200"],
  ["content-type", "application/grpc"],
  ["grpc-accept-encoding", "identity,deflate,gzip"]
] as const
const headersBlock = headerBlock(responseHeaders)
const okBlock = headerBlock([["grpc-status", String(GrpcCode.ok)]])
const notGrpcBlock = headerBlock([[":status", "415"]])

/** Of a status message; longer ones are cut, as headers must fit a frame. */
const messageBytesMax = 4_096

/** Percent-encoded: printable ASCII but `%` as it is, every other byte of the UTF-8 text as %XX. */
const statusHeaders = (code: number, message: string): ReadonlyArray<readonly [string, string]> => {
  let text = ""
  for (const byte of Buffer.from(message, "utf8").subarray(0, messageBytesMax)) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25
    text += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
  }
  return [
    ["grpc-status", String(code)],
    ["grpc-message", text]
  ]
}

// ---- all calls of a server

export class Calls {
  private readonly bindings = new Map<string, Binding>()
  private readonly receiveBytesMax: number
  /** Without a status yet. */
  private readonly openCalls = new Set<ServerCall>()
  /** Streams that have not left their connection altogether. */
  private streams = 0
  stopping = false
  private onIdle = (): void => {}

  constructor(bindings: ReadonlyArray<Binding>, receiveBytesMax: number) {
    this.receiveBytesMax = receiveBytesMax
    for (const binding of bindings) {
      if (this.bindings.has(binding.path)) throw new Error(`GrpcServer: ${binding.path} is bound twice`)
      this.bindings.set(binding.path, binding)
    }
  }

  get openCount(): number {
    return this.openCalls.size
  }

  open(stream: Http2Stream, headers: HeaderList, peer: string): void {
    const path = valueOf(headers, ":path") ?? ""
    if (!isGrpc(headers)) {
      stream.headers(notGrpcBlock, true)
      return
    }
    const binding = this.bindings.get(path)
    const encoding = valueOf(headers, "grpc-encoding") ?? "identity"
    if (this.stopping) {
      refuse(stream, GrpcCode.unavailable, "the server is stopping")
      return
    }
    if (binding === undefined) {
      refuse(stream, GrpcCode.unimplemented, `the server has no method ${path}`)
      return
    }
    if (!(encoding in decompressors)) {
      refuse(stream, GrpcCode.unimplemented, `requests compressed by ${encoding} are not taken`)
      return
    }
    this.streams++
    const call = new ServerCall(this, stream, binding, callOf(path, headers, peer), encoding, this.receiveBytesMax)
    this.openCalls.add(call)
    stream.listen(call)
    call.begin()
  }

  /** Tells every open call; `done` when the last stream is gone. */
  stop(done: () => void): void {
    this.stopping = true
    this.onIdle = done
    for (const call of [...this.openCalls]) call.stop()
    if (this.streams === 0) done()
  }

  onFinished(call: ServerCall): void {
    this.openCalls.delete(call)
  }
  onOver(): void {
    this.streams--
    if (this.streams === 0) this.onIdle()
  }
}

const refuse = (stream: Http2Stream, code: number, message: string): void =>
  stream.headers(headerBlock([...responseHeaders, ...statusHeaders(code, message)]), true)

const valueOf = (headers: HeaderList, name: string): string | undefined => {
  for (let i = 0; i < headers.length; i++) if (headers[i]![0] === name) return headers[i]![1]
  return undefined
}

const isGrpc = (headers: HeaderList): boolean => {
  if (valueOf(headers, ":method") !== "POST") return false
  const type = valueOf(headers, "content-type") ?? ""
  return type === "application/grpc" || type.startsWith("application/grpc+") || type.startsWith("application/grpc;")
}

const callOf = (path: string, headers: HeaderList, peer: string): Call => {
  const timeoutMs = timeoutOf(valueOf(headers, "grpc-timeout"))
  return {
    path,
    peer,
    metadata: (name) => valueOf(headers, name),
    deadlineEpochMs: timeoutMs === undefined ? undefined : Date.now() + timeoutMs
  }
}

const timeoutUnitsMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 }
const timeoutOf = (text: string | undefined): number | undefined => {
  const match = text === undefined ? null : /^(\d{1,8})([HMSmun])$/.exec(text)
  return match === null ? undefined : Number(match[1]) * timeoutUnitsMs[match[2]!]!
}

type Decompress = (bytes: Uint8Array, bytesMax: number) => Uint8Array
const decompressors: Readonly<Record<string, Decompress | undefined>> = {
  identity: undefined,
  gzip: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  deflate: (bytes, maxOutputLength) => inflateSync(bytes, { maxOutputLength })
}

// ---- one call

/** The five bytes before each message we send; written anew for each, copied by whoever keeps them. */
const messageHead = Buffer.alloc(5)

/** Streams of requests that the handler does not take yet. */
const noMessages: Array<Uint8Array> = []

export class ServerCall implements StreamListener, MessageReceiver, Reply<Uint8Array>, Sink<Uint8Array>, Flow {
  private readonly calls: Calls
  private readonly stream: Http2Stream
  private readonly binding: Binding
  private readonly call: Call
  private readonly reader: MessageReader
  private readonly decompress: Decompress | undefined
  private readonly receiveBytesMax: number
  /** It has its status, or its client is gone. */
  private finished = false
  private headersSent = false
  /** Whom to tell of the call's fate. */
  private told: Outbound | undefined
  /** Of a stream of requests. */
  private inbound: Inbound<Uint8Array> | undefined
  /** The one request of a call that has one. */
  private request: Uint8Array | undefined
  private paused = false
  private messages = noMessages
  /** Bytes that came while paused: given back to the client's window afterwards. */
  private withheld = 0
  /** The client has sent all; the handler is told once, when it has been given all. */
  private halfClosed = false
  private halfCloseTold = false

  constructor(
    calls: Calls,
    stream: Http2Stream,
    binding: Binding,
    call: Call,
    encoding: string,
    receiveBytesMax: number
  ) {
    this.calls = calls
    this.stream = stream
    this.binding = binding
    this.call = call
    this.decompress = decompressors[encoding]
    this.receiveBytesMax = receiveBytesMax
    this.reader = new MessageReader(receiveBytesMax)
  }

  /** Handlers of streams start with the call, the others with its request. */
  begin(): void {
    const { binding } = this
    if (binding.kind === "clientStream") this.follow(binding.start(this, this, this.call))
    else if (binding.kind === "bidi") this.follow(binding.start(this, this, this.call))
  }

  stop(): void {
    if (this.told?.stopping !== undefined) this.told.stopping()
    else if (!this.finished) {
      const { told } = this
      this.fail(GrpcCode.unavailable, "the server is stopping")
      told?.cancelled?.()
    }
  }

  // ---- from the stream

  data(content: Buffer): void {
    if (this.paused) this.withheld += content.length
    else this.stream.taken(content.length)
    if (this.finished) return
    this.reader.read(content, this)
  }

  onTooLarge(bytes: number): void {
    this.fail(
      GrpcCode.resourceExhausted,
      `a request of ${bytes} bytes is larger than the ${this.receiveBytesMax} that are taken`
    )
  }

  onMessage(bytes: Uint8Array, compressed: boolean): void {
    if (this.finished) return
    const message = compressed ? this.decompressed(bytes) : bytes
    if (message === undefined) return
    if (this.inbound === undefined) {
      if (this.request === undefined) this.request = message
      else this.fail(GrpcCode.internal, "a call of one request has more than one")
    } else if (this.paused) {
      if (this.messages === noMessages) this.messages = []
      this.messages.push(message)
    } else this.inbound.message(message)
  }

  private decompressed(bytes: Uint8Array): Uint8Array | undefined {
    if (this.decompress === undefined) {
      this.fail(GrpcCode.internal, "a compressed request in a call that names no compression")
      return undefined
    }
    try {
      return this.decompress(bytes, this.receiveBytesMax)
    } catch (error) {
      const tooLarge = error instanceof RangeError
      this.fail(
        tooLarge ? GrpcCode.resourceExhausted : GrpcCode.internal,
        tooLarge ? "a request is too large once decompressed" : "a compressed request cannot be read"
      )
      return undefined
    }
  }

  ended(): void {
    if (this.finished) return
    if (!this.reader.isEmpty) {
      this.fail(GrpcCode.internal, "the requests end in the middle of one")
      return
    }
    this.halfClosed = true
    const { binding, request } = this
    if (this.inbound !== undefined) {
      // A client that gives a call up may say that it has sent all just before: only an end that outlives the turn counts.
      if (!this.paused) setImmediate(() => this.tellHalfClosed())
      return
    }
    if (request === undefined) {
      this.fail(GrpcCode.internal, "a call of one request has none")
      return
    }
    this.request = undefined
    if (binding.kind === "unary") this.follow(binding.start(request, this, this.call))
    else if (binding.kind === "serverStream") this.follow(binding.start(request, this, this.call))
  }

  private tellHalfClosed(): void {
    if (this.finished || this.paused || this.halfCloseTold || this.messages.length > 0) return
    this.halfCloseTold = true
    this.inbound?.halfClosed()
  }

  reset(): void {
    if (this.finish()) this.told?.cancelled?.()
  }

  writable(): void {
    if (!this.finished) this.told?.writable?.()
  }

  over(): void {
    // The stream broke in a way that is no reset.
    this.reset()
    this.calls.onOver()
  }

  // ---- from the handler

  /** The one response. */
  send(response: Uint8Array): void {
    if (!this.finish()) return
    this.respond(response)
    this.stream.trailers(okBlock)
  }

  /** One of many responses. */
  write(response: Uint8Array): boolean {
    return this.finished || this.respond(response)
  }

  end(): void {
    if (!this.finish()) return
    this.sendHeaders()
    this.stream.trailers(okBlock)
  }

  fail(code: number, message: string): void {
    if (!this.finish()) return
    const status = statusHeaders(code, message)
    if (this.headersSent) this.stream.trailers(headerBlock(status))
    else this.stream.headers(headerBlock([...responseHeaders, ...status]), true)
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    if (!this.paused) return
    this.paused = false
    const { messages } = this
    this.messages = noMessages
    for (let i = 0; i < messages.length; i++) {
      if (this.finished) return
      if (this.paused) {
        // Paused again by what it was just given: the rest waits in front of what came meanwhile.
        this.messages = [...messages.slice(i), ...this.messages]
        return
      }
      this.inbound?.message(messages[i]!)
    }
    if (this.paused || this.finished) return
    const { withheld } = this
    this.withheld = 0
    this.stream.taken(withheld)
    if (this.halfClosed) setImmediate(() => this.tellHalfClosed())
  }

  private respond(response: Uint8Array): boolean {
    this.sendHeaders()
    messageHead.writeUInt32BE(response.length, 1)
    return this.stream.send(messageHead, response)
  }

  private sendHeaders(): void {
    if (this.headersSent) return
    this.headersSent = true
    this.stream.headers(headersBlock, false)
  }

  /** True once: whoever gets it decides how the call ends. */
  private finish(): boolean {
    if (this.finished) return false
    this.finished = true
    this.messages = noMessages
    this.calls.onFinished(this)
    return true
  }

  private follow(handler: Outbound | Inbound<Uint8Array> | undefined): void {
    this.told = handler
    if (handler !== undefined && "message" in handler) this.inbound = handler
  }
}
