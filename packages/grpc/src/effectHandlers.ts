/**
 * Handlers written as Effects and Streams, for calls where an Effect per request costs nothing that matters. A fiber
 * lives as long as its call: a vanished client or a stopping server interrupts it.
 */
import { Cause, Effect, type Fiber, FiberSet, Queue, type Scope, Stream } from "effect"
import { type Binding, bidi, type Call, clientStream, type Sink, serverStream, unary } from "./Binding.ts"
import { GrpcCode, GrpcError } from "./GrpcStatus.ts"

/** Requests of one stream waiting for its handler; over it the client is held back. */
const REQUESTS_WAITING_MAX = 64

type OneToOne<Request, Response> = Parameters<typeof unary<Request, Response>>[0]
type OneToMany<Request, Response> = Parameters<typeof serverStream<Request, Response>>[0]
type ManyToOne<Request, Response> = Parameters<typeof clientStream<Request, Response>>[0]
type ManyToMany<Request, Response> = Parameters<typeof bidi<Request, Response>>[0]

/** Makes bindings from Effects that need `R`, taken once. Closing the scope interrupts the running handlers. */
export interface EffectBinder<R> {
  unary<Request, Response>(
    method: OneToOne<Request, Response>,
    handler: (request: Request, call: Call) => Effect.Effect<Response, GrpcError, R>
  ): Binding
  serverStream<Request, Response>(
    method: OneToMany<Request, Response>,
    handler: (request: Request, call: Call) => Stream.Stream<Response, GrpcError, R>
  ): Binding
  clientStream<Request, Response>(
    method: ManyToOne<Request, Response>,
    handler: (requests: Stream.Stream<Request>, call: Call) => Effect.Effect<Response, GrpcError, R>
  ): Binding
  /** The call ends when the response stream does; the request stream ends when the client half-closes. */
  bidi<Request, Response>(
    method: ManyToMany<Request, Response>,
    handler: (requests: Stream.Stream<Request>, call: Call) => Stream.Stream<Response, GrpcError, R>
  ): Binding
}

export const makeEffectBinder = Effect.fnUntraced(function* <R = never>(): Effect.fn.Return<
  EffectBinder<R>,
  never,
  R | Scope.Scope
> {
  const fork = yield* FiberSet.makeRuntime<R, void, never>()
  return {
    unary: (method, handler) =>
      unary(method, (request, reply, call) =>
        interruptible(
          fork(
            handler(request, call).pipe(
              Effect.matchCause({ onSuccess: reply.send, onFailure: (cause) => failWith(cause, reply) })
            )
          )
        )
      ),
    serverStream: (method, handler) =>
      serverStream(method, (request, sink, call) => {
        const room = makeRoom()
        const fiber = fork(pump(handler(request, call), sink, room))
        return { ...interruptible(fiber), writable: room.open }
      }),
    clientStream: <Request, Response>(
      method: ManyToOne<Request, Response>,
      handler: (requests: Stream.Stream<Request>, call: Call) => Effect.Effect<Response, GrpcError, R>
    ) =>
      clientStream(method, (reply, flow, call) => {
        const requests = makeRequests<Request>(flow)
        const fiber = fork(
          handler(requests.stream, call).pipe(
            Effect.matchCause({ onSuccess: reply.send, onFailure: (cause) => failWith(cause, reply) })
          )
        )
        return { message: requests.offer, halfClosed: requests.end, ...interruptible(fiber) }
      }),
    bidi: <Request, Response>(
      method: ManyToMany<Request, Response>,
      handler: (requests: Stream.Stream<Request>, call: Call) => Stream.Stream<Response, GrpcError, R>
    ) =>
      bidi(method, (sink, flow, call) => {
        const requests = makeRequests<Request>(flow)
        const room = makeRoom()
        const fiber = fork(pump(handler(requests.stream, call), sink, room))
        return { message: requests.offer, halfClosed: requests.end, writable: room.open, ...interruptible(fiber) }
      })
  }
})

const interruptible = (fiber: Fiber.Fiber<void>) => ({ cancelled: () => fiber.interruptUnsafe() })

interface CanFail {
  fail(code: number, message: string): void
}

/** A defect is our bug: its text goes to the log of whoever runs the process, not to the client. */
const failWith = (cause: Cause.Cause<GrpcError>, call: CanFail): void => {
  const error = Cause.squash(cause)
  if (error instanceof GrpcError) call.fail(error.code, error.message)
  else if (Cause.hasInterruptsOnly(cause)) call.fail(GrpcCode.unavailable, "the server is stopping")
  else call.fail(GrpcCode.internal, "the handler failed unexpectedly")
}

/** A gate that a full transport closes and `writable` opens; it may open before anybody waits. */
const makeRoom = () => {
  let full = false
  let waiting: (() => void) | undefined
  return {
    close: () => {
      full = true
    },
    open: () => {
      full = false
      waiting?.()
      waiting = undefined
    },
    wait: Effect.callback<void>((resume) => {
      if (!full) return resume(Effect.void)
      waiting = () => resume(Effect.void)
    })
  }
}

const pump = <Response, R>(
  responses: Stream.Stream<Response, GrpcError, R>,
  sink: Sink<Response>,
  room: ReturnType<typeof makeRoom>
): Effect.Effect<void, never, R> =>
  responses.pipe(
    Stream.runForEach((response) => {
      if (sink.write(response)) return Effect.void
      room.close()
      return room.wait
    }),
    Effect.matchCause({ onSuccess: () => sink.end(), onFailure: (cause) => failWith(cause, sink) })
  )

const makeRequests = <Request>(flow: { pause(): void; resume(): void }) => {
  const queue = Effect.runSync(Queue.unbounded<Request, Cause.Done>())
  let paused = false
  return {
    offer: (request: Request) => {
      Queue.offerUnsafe(queue, request)
      if (!paused && Queue.sizeUnsafe(queue) >= REQUESTS_WAITING_MAX) {
        paused = true
        flow.pause()
      }
    },
    end: () => {
      Queue.endUnsafe(queue)
    },
    stream: Stream.fromQueue(queue).pipe(
      Stream.tap(() =>
        Effect.sync(() => {
          if (paused && Queue.sizeUnsafe(queue) === 0) {
            paused = false
            flow.resume()
          }
        })
      )
    )
  }
}
