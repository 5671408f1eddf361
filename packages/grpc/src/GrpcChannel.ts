/**
 * The calling side of gRPC: one channel to one address, calls by method descriptor, every failure a GrpcError. The
 * channel connects when first used and again after a loss; closing its scope cancels what is under way.
 *
 * Streams are plain objects with callbacks, because the store's loop and the heartbeats write to them synchronously;
 * unary calls are Effects, and interrupting one cancels the call.
 */
import * as grpc from "@grpc/grpc-js"
import { decode, encode, type Method, WireError } from "@reefkv/wire"
import { Effect, type Scope } from "effect"
import { GrpcCode, GrpcError } from "./GrpcStatus.ts"

export interface GrpcChannelOptions {
  /** Time for one attempt to connect before the next, growing to `reconnectBackoffMaxMs`. */
  readonly reconnectBackoffMs?: number
  readonly reconnectBackoffMaxMs?: number
  /** Pings after this much quiet while calls are open; off when left out. */
  readonly keepaliveMs?: number
  readonly keepaliveTimeoutMs?: number
}

export interface CallOptions {
  readonly timeoutMs?: number
  readonly headers?: { readonly [name: string]: string }
}

/** Where the responses of a stream go. `ended` is called exactly once, last; undefined means status OK. */
export interface StreamListener<Response> {
  message(response: Response): void
  ended(error: GrpcError | undefined): void
  /** The buffer has room again after `write` said false. */
  writable?(): void
}

export interface RequestStream<Request> {
  /** False: the buffer is full; hold further requests until `writable`. Does nothing once the stream has ended. */
  write(request: Request): boolean
  /** No more requests; responses may still come. */
  end(): void
  /** Ends the call at once; `ended` then says CANCELLED. */
  cancel(): void
  /** Stops and restarts the flow of responses. */
  pause(): void
  resume(): void
}

export interface GrpcChannel {
  readonly address: string
  unary<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options?: CallOptions
  ): Effect.Effect<Response, GrpcError>
  bidi<Request, Response>(
    method: Method<Request, Response>,
    listener: StreamListener<Response>,
    options?: CallOptions
  ): RequestStream<Request>
  serverStream<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    listener: StreamListener<Response>,
    options?: CallOptions
  ): Pick<RequestStream<Request>, "cancel" | "pause" | "resume">
  /** The one response arrives as `message`, then `ended`. */
  clientStream<Request, Response>(
    method: Method<Request, Response>,
    listener: StreamListener<Response>,
    options?: CallOptions
  ): RequestStream<Request>
}

const passBytes = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const takeBytes = (bytes: Buffer): Uint8Array => bytes

/** `address` is `host:port`. Never fails: an unreachable address shows as UNAVAILABLE in the calls. */
export const makeGrpcChannel = Effect.fnUntraced(function* (
  address: string,
  options: GrpcChannelOptions = {}
): Effect.fn.Return<GrpcChannel, never, Scope.Scope> {
  const client = yield* Effect.acquireRelease(
    Effect.sync(
      () =>
        new grpc.Client(address, grpc.credentials.createInsecure(), {
          "grpc.max_receive_message_length": -1,
          "grpc.max_send_message_length": -1,
          "grpc.use_local_subchannel_pool": 1,
          "grpc.enable_channelz": 0,
          "grpc.enable_retries": 0,
          "grpc.enable_http_proxy": 0,
          "grpc.service_config_disable_resolution": 1,
          "grpc.initial_reconnect_backoff_ms": options.reconnectBackoffMs ?? 100,
          "grpc.max_reconnect_backoff_ms": options.reconnectBackoffMaxMs ?? 3_000,
          ...(options.keepaliveMs === undefined ? {} : { "grpc.keepalive_time_ms": options.keepaliveMs }),
          ...(options.keepaliveTimeoutMs === undefined
            ? {}
            : { "grpc.keepalive_timeout_ms": options.keepaliveTimeoutMs })
        })
    ),
    (client) => Effect.sync(() => client.close())
  )
  // Closing a client leaves its calls running, so the channel remembers the open ones and cancels them.
  const open = new Set<{ cancel(): void }>()
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      for (const call of [...open]) call.cancel()
    })
  )

  return {
    address,
    unary: (method, request, callOptions) =>
      Effect.callback((resume) => {
        const bytes = encodeRequest(method, request)
        if (bytes instanceof GrpcError) return resume(Effect.fail(bytes))
        const call = client.makeUnaryRequest<Uint8Array, Uint8Array>(
          method.path,
          passBytes,
          takeBytes,
          bytes,
          metadataOf(callOptions),
          deadlineOf(callOptions),
          (error, response) => {
            open.delete(call)
            if (error !== null) resume(Effect.fail(errorOf(error)))
            else if (response === undefined) resume(Effect.fail(missingResponse(method)))
            else {
              const message = decodeResponse(method, response)
              resume(message instanceof GrpcError ? Effect.fail(message) : Effect.succeed(message))
            }
          }
        )
        open.add(call)
        return Effect.sync(() => call.cancel())
      }),
    bidi: (method, listener, callOptions) => {
      const call = client.makeBidiStreamRequest<Uint8Array, Uint8Array>(
        method.path,
        passBytes,
        takeBytes,
        metadataOf(callOptions),
        deadlineOf(callOptions)
      )
      const over = listen(open, method, call, listener)
      return requestStream(method, call, over)
    },
    serverStream: (method, request, listener, callOptions) => {
      const bytes = encodeRequest(method, request)
      if (bytes instanceof GrpcError) {
        listener.ended(bytes)
        return { cancel: () => {}, pause: () => {}, resume: () => {} }
      }
      const call = client.makeServerStreamRequest<Uint8Array, Uint8Array>(
        method.path,
        passBytes,
        takeBytes,
        bytes,
        metadataOf(callOptions),
        deadlineOf(callOptions)
      )
      listen(open, method, call, listener)
      return { cancel: () => call.cancel(), pause: () => call.pause(), resume: () => call.resume() }
    },
    clientStream: (method, listener, callOptions) => {
      let over = false
      const call = client.makeClientStreamRequest<Uint8Array, Uint8Array>(
        method.path,
        passBytes,
        takeBytes,
        metadataOf(callOptions),
        deadlineOf(callOptions),
        (error, response) => {
          if (over) return
          over = true
          open.delete(call)
          if (error !== null) return listener.ended(errorOf(error))
          const message = response === undefined ? missingResponse(method) : decodeResponse(method, response)
          if (message instanceof GrpcError) return listener.ended(message)
          listener.message(message)
          listener.ended(undefined)
        }
      )
      open.add(call)
      if (listener.writable !== undefined) call.on("drain", () => !over && listener.writable?.())
      return requestStream(method, call, () => over)
    }
  }
})

/** Ties a call's events to the listener; the result tells whether the call has ended. */
const listen = <Request, Response>(
  open: Set<{ cancel(): void }>,
  method: Method<Request, Response>,
  call: grpc.ClientReadableStream<Uint8Array> | grpc.ClientDuplexStream<Uint8Array, Uint8Array>,
  listener: StreamListener<Response>
): (() => boolean) => {
  let over = false
  const end = (error: GrpcError | undefined) => {
    if (over) return
    over = true
    open.delete(call)
    listener.ended(error)
  }
  open.add(call)
  call.on("data", (bytes: Uint8Array) => {
    if (over) return
    const message = decodeResponse(method, bytes)
    if (!(message instanceof GrpcError)) return listener.message(message)
    end(message)
    call.cancel()
  })
  // An end with an error status shows as `error` and as `status`; `status` comes in both cases and after all the data.
  call.on("error", () => {})
  call.on("status", (status) => end(status.code === GrpcCode.ok ? undefined : errorOf(status)))
  if (listener.writable !== undefined) call.on("drain", () => !over && listener.writable?.())
  return () => over
}

const requestStream = <Request, Response>(
  method: Method<Request, Response>,
  call: grpc.ClientDuplexStream<Uint8Array, Uint8Array> | grpc.ClientWritableStream<Uint8Array>,
  over: () => boolean
): RequestStream<Request> => {
  let ended = false
  return {
    write: (request) => {
      if (ended || over()) return true
      const bytes = encodeRequest(method, request)
      if (!(bytes instanceof GrpcError)) return call.write(bytes)
      // A number of ours that does not fit its field: nothing of it may be sent. `ended` follows as CANCELLED.
      ended = true
      call.cancel()
      return true
    },
    end: () => {
      if (ended || over()) return
      ended = true
      call.end()
    },
    cancel: () => call.cancel(),
    pause: () => {
      if ("pause" in call) call.pause()
    },
    resume: () => {
      if ("resume" in call) call.resume()
    }
  }
}

const metadataOf = (options: CallOptions | undefined): grpc.Metadata => {
  const metadata = new grpc.Metadata()
  for (const [name, value] of Object.entries(options?.headers ?? {})) metadata.set(name, value)
  return metadata
}

const deadlineOf = (options: CallOptions | undefined): grpc.CallOptions =>
  options?.timeoutMs === undefined ? {} : { deadline: Date.now() + options.timeoutMs }

const errorOf = (status: { readonly code: number; readonly details: string }): GrpcError =>
  new GrpcError({ code: status.code, message: status.details })

const missingResponse = (method: { readonly path: string }): GrpcError =>
  new GrpcError({ code: GrpcCode.internal, message: `${method.path} ended with OK but without a response` })

const encodeRequest = <Request, Response>(
  method: Method<Request, Response>,
  request: Request
): Uint8Array | GrpcError => {
  try {
    return encode(method.request, request)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return new GrpcError({ code: GrpcCode.internal, message: `cannot encode the request: ${error.message}` })
  }
}

const decodeResponse = <Request, Response>(
  method: Method<Request, Response>,
  bytes: Uint8Array
): Response | GrpcError => {
  try {
    return decode(method.response, bytes)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return new GrpcError({ code: GrpcCode.internal, message: `cannot decode the response: ${error.message}` })
  }
}
