/**
 * A bidi stream that owes one reply for each request, in order: Tso and QueryRegion.
 *
 * Requests wait in a bounded queue (over it the client is held back by flow control) and are answered in batches: all
 * that have come while the last batch was under way. States: idle → answering → idle; `draining` once the client has
 * half-closed, which ends the stream with OK after the last reply; over after an error, a vanished client or the end.
 */

import { type Flow, GrpcCode, type Inbound, type Sink } from "@reefkv/grpc"
import type { SchedulerError } from "@reefkv/scheduler"
import type { pdpb } from "@reefkv/wire"
import { type Effect, Exit, type Fiber } from "effect"
import { clusterMismatch, type PdContext, refusalOf } from "./pdCall.ts"

/** Requests of one stream that wait before the client is held back. client-rust keeps up to 65,536 in flight. */
export const STREAM_QUEUE_MAX = 4_096

export interface OrderedStreamHandler<Request, Response> {
  /** A request that ends the stream, with the words for it. Checked as it comes, answered in its turn. */
  readonly check: (request: Request) => string | undefined
  /** How many of the waiting requests, at least one, go into one batch. */
  readonly batchSize: (waiting: ReadonlyArray<Request>) => number
  /** One response per request, in order. A failure ends the stream. */
  readonly answer: (batch: ReadonlyArray<Request>) => Effect.Effect<ReadonlyArray<Response>, SchedulerError>
}

export const orderedStream = <Request extends { readonly header: pdpb.RequestHeader | undefined }, Response>(
  pd: PdContext,
  handler: OrderedStreamHandler<Request, Response>,
  sink: Sink<Response>,
  flow: Flow
): Inbound<Request> => {
  let waiting: Array<Request> = []
  let replies: ReadonlyArray<Response> = []
  let replied = 0
  let answering: Fiber.Fiber<unknown, unknown> | undefined
  let paused = false
  let draining = false
  let over = false
  /** Ends the stream once all requests before it have their replies. */
  let pendingRefusal: { readonly code: number; readonly message: string } | undefined

  const end = (finish: () => void): void => {
    if (over) return
    over = true
    waiting = []
    finish()
  }
  const onBatch = (exit: Exit.Exit<ReadonlyArray<Response>, SchedulerError>): void => {
    answering = undefined
    if (over) return
    if (Exit.isFailure(exit)) {
      const refusal = refusalOf(exit.cause)
      end(() => sink.fail(refusal.code, refusal.message))
      return
    }
    replies = exit.value
    replied = 0
  }
  /** True when the replies at hand are written and the next batch may start. */
  const writeReplies = (): boolean => {
    while (replied < replies.length) {
      const room = sink.write(replies[replied++] as Response)
      if (!room && replied < replies.length) return false
    }
    return true
  }
  /** Writes what is ready, then starts the next batch. Runs again on each request, finished batch and free buffer. */
  const pump = (): void => {
    // A loop, not a call from batch to batch: thousands of batches that are answered at once would overflow the stack.
    while (!over && answering === undefined && writeReplies()) {
      if (waiting.length === 0) {
        const refusal = pendingRefusal
        if (refusal !== undefined) end(() => sink.fail(refusal.code, refusal.message))
        else if (draining) end(() => sink.end())
        return
      }
      const batch = waiting.slice(0, handler.batchSize(waiting))
      waiting = waiting.slice(batch.length)
      if (paused && waiting.length < STREAM_QUEUE_MAX / 2) {
        paused = false
        flow.resume()
      }
      const fiber = pd.run(handler.answer(batch))
      const exit = fiber.pollUnsafe()
      if (exit !== undefined) onBatch(exit)
      else {
        answering = fiber
        fiber.addObserver((later) => {
          onBatch(later)
          pump()
        })
      }
    }
  }
  return {
    message: (request) => {
      if (over || pendingRefusal !== undefined) return
      const mismatch = clusterMismatch(pd, request.header)
      const wrong = mismatch ?? handler.check(request)
      if (wrong === undefined) waiting.push(request)
      else {
        const code = mismatch === undefined ? GrpcCode.invalidArgument : GrpcCode.failedPrecondition
        pendingRefusal = { code, message: wrong }
      }
      if (!paused && waiting.length >= STREAM_QUEUE_MAX) {
        paused = true
        flow.pause()
      }
      pump()
    },
    halfClosed: () => {
      draining = true
      pump()
    },
    cancelled: () => end(() => answering?.interruptUnsafe()),
    writable: pump
  }
}
