/**
 * What a gRPC server serves, without saying which HTTP/2 library serves it.
 *
 * A handler is written against messages (`unary`, `serverStream`, `clientStream`, `bidi` below tie it to a method of
 * `@reefkv/wire`'s services); a Binding is the same handler over bytes, which is all a server needs to know. A server
 * owes a binding: exactly one `start` a call; requests in order; `halfClosed` at most once, after the last request;
 * `cancelled` at most once and only when the client went away before the call had its status, after which nothing more
 * is called. Handlers never throw for bad input: they fail the call.
 */
import { type Codec, decode, encode, type Method, WireError } from "@reefkv/wire"
import { GrpcCode } from "./GrpcStatus.ts"

/** What is known of a call besides its messages. */
export interface Call {
  /** `/package.Service/Method`. */
  readonly path: string
  /** Address of the other side, for people. */
  readonly peer: string
  /** First text value of a request header (lower case name), if it was sent. */
  metadata(name: string): string | undefined
  /** The caller's `grpc-timeout` as milliseconds since the epoch; undefined when it set none. */
  readonly deadlineEpochMs: number | undefined
}

/** The one answer of a call with one response. The first of the two calls counts; whatever follows is ignored. */
export interface Reply<Response> {
  send(response: Response): void
  /** `code` is one of GrpcCode, other than ok. */
  fail(code: number, message: string): void
}

/** The way out of a call with many responses. After `end`, `fail` or a vanished client all of it does nothing. */
export interface Sink<Response> {
  /** False: the transport's buffer is full; hold further responses until `writable` if they can wait. */
  write(response: Response): boolean
  end(): void
  fail(code: number, message: string): void
}

/** Stops and restarts the flow of requests; the transport then stops reading and the client is held back. */
export interface Flow {
  pause(): void
  resume(): void
}

/** What a handler does as a stream of requests goes on. */
export interface Inbound<Request> {
  message(request: Request): void
  /** The client will send no more. */
  halfClosed(): void
  /** The client went away before the call was over: nobody will read an answer. */
  cancelled(): void
  /** The transport's buffer has room again after `Sink.write` said false. */
  writable?(): void
  /**
   * The server is stopping. The handler ends the call once what it has accepted is answered. Left out, the call is ended
   * at once as UNAVAILABLE.
   */
  stopping?(): void
}

/** What a handler of one request wants to hear later; all of it optional. */
export interface Outbound {
  cancelled?(): void
  writable?(): void
  stopping?(): void
}

interface BindingOf<Kind extends string, Start> {
  readonly kind: Kind
  readonly path: string
  readonly start: Start
}

/** A handler over encoded messages. */
export type Binding =
  | BindingOf<"unary", (request: Uint8Array, reply: Reply<Uint8Array>, call: Call) => Outbound | undefined>
  | BindingOf<"serverStream", (request: Uint8Array, sink: Sink<Uint8Array>, call: Call) => Outbound | undefined>
  | BindingOf<"clientStream", (reply: Reply<Uint8Array>, flow: Flow, call: Call) => Inbound<Uint8Array>>
  | BindingOf<"bidi", (sink: Sink<Uint8Array>, flow: Flow, call: Call) => Inbound<Uint8Array>>

type OneToOne<Request, Response> = Method<Request, Response> & {
  readonly requestStream: false
  readonly responseStream: false
}
type OneToMany<Request, Response> = Method<Request, Response> & {
  readonly requestStream: false
  readonly responseStream: true
}
type ManyToOne<Request, Response> = Method<Request, Response> & {
  readonly requestStream: true
  readonly responseStream: false
}
type ManyToMany<Request, Response> = Method<Request, Response> & {
  readonly requestStream: true
  readonly responseStream: true
}

/** One request, one response. Answer through `reply`, now or later. */
export const unary = <Request, Response>(
  method: OneToOne<Request, Response>,
  handler: (request: Request, reply: Reply<Response>, call: Call) => Outbound | undefined | void
): Binding => ({
  kind: "unary",
  path: method.path,
  start: (bytes, reply, call) => {
    const request = decodeOr(method.request, bytes, reply)
    if (request === undefined) return undefined
    return handler(request, encodingReply(method.response, reply), call) ?? undefined
  }
})

/** One request, many responses. */
export const serverStream = <Request, Response>(
  method: OneToMany<Request, Response>,
  handler: (request: Request, sink: Sink<Response>, call: Call) => Outbound | undefined | void
): Binding => ({
  kind: "serverStream",
  path: method.path,
  start: (bytes, sink, call) => {
    const request = decodeOr(method.request, bytes, sink)
    if (request === undefined) return undefined
    return handler(request, encodingSink(method.response, sink), call) ?? undefined
  }
})

/** Many requests, one response. */
export const clientStream = <Request, Response>(
  method: ManyToOne<Request, Response>,
  handler: (reply: Reply<Response>, flow: Flow, call: Call) => Inbound<Request>
): Extract<Binding, { readonly kind: "clientStream" }> => ({
  kind: "clientStream",
  path: method.path,
  start: (reply, flow, call) =>
    decodingInbound(method.request, reply, handler(encodingReply(method.response, reply), flow, call))
})

/** Many requests, many responses, in no fixed relation. The handler ends the call, as a rule when `halfClosed`. */
export const bidi = <Request, Response>(
  method: ManyToMany<Request, Response>,
  handler: (sink: Sink<Response>, flow: Flow, call: Call) => Inbound<Request>
): Binding => ({
  kind: "bidi",
  path: method.path,
  start: (sink, flow, call) =>
    decodingInbound(method.request, sink, handler(encodingSink(method.response, sink), flow, call))
})

interface CanFail {
  fail(code: number, message: string): void
}

/** The request, or undefined after the call was failed because the bytes are not that message. */
const decodeOr = <T>(codec: Codec<T>, bytes: Uint8Array, call: CanFail): T | undefined => {
  try {
    return decode(codec, bytes)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    call.fail(GrpcCode.invalidArgument, `cannot decode the request: ${error.message}`)
    return undefined
  }
}

/** The response's bytes, or undefined after the call was failed because a number in it does not fit its field. */
const encodeOr = <T>(codec: Codec<T>, message: T, call: CanFail): Uint8Array | undefined => {
  try {
    return encode(codec, message)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    call.fail(GrpcCode.internal, `cannot encode the response: ${error.message}`)
    return undefined
  }
}

const encodingReply = <T>(codec: Codec<T>, reply: Reply<Uint8Array>): Reply<T> => ({
  send: (response) => {
    const bytes = encodeOr(codec, response, reply)
    if (bytes !== undefined) reply.send(bytes)
  },
  fail: (code, message) => reply.fail(code, message)
})

const encodingSink = <T>(codec: Codec<T>, sink: Sink<Uint8Array>): Sink<T> => ({
  write: (response) => {
    const bytes = encodeOr(codec, response, sink)
    return bytes === undefined ? true : sink.write(bytes)
  },
  end: () => sink.end(),
  fail: (code, message) => sink.fail(code, message)
})

const decodingInbound = <T>(codec: Codec<T>, call: CanFail, inbound: Inbound<T>): Inbound<Uint8Array> => {
  // A request that does not decode ends the call: the requests after it would be answered out of step with the client.
  let broken = false
  return {
    message: (bytes) => {
      if (broken) return
      const request = decodeOr(codec, bytes, call)
      if (request !== undefined) return inbound.message(request)
      broken = true
      inbound.cancelled()
    },
    halfClosed: () => {
      if (!broken) inbound.halfClosed()
    },
    cancelled: () => {
      if (!broken) inbound.cancelled()
    },
    writable: () => {
      if (!broken) inbound.writable?.()
    },
    ...(inbound.stopping === undefined
      ? {}
      : {
          stopping: () => {
            if (!broken) inbound.stopping?.()
          }
        })
  }
}
