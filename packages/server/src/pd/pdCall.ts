/**
 * The rules every answer of the PD port follows, kept in one place: a header with the one cluster id in each reply, the
 * request's cluster id compared before anything else, `header.error` for what the scheduler says no to, a gRPC status
 * for what never reached it.
 *
 * Source: pd `server/grpc_service.go` (wrapErrorToHeader, validateRequest) and its clients, which treat a missing
 * header, or one whose error is set but OK, as a failure.
 */

import { type Binding, GrpcCode, type Outbound, unary } from "@reefkv/grpc"
import { SchedulerError, type SchedulerServiceShape, schedulerError } from "@reefkv/scheduler"
import { type Method, pdpb } from "@reefkv/wire"
import { Cause, Effect, Exit, type Fiber, FiberSet, type Scope } from "effect"
import { toPdError } from "./errorCodec.ts"

/** What every PD handler works with. */
export interface PdContext {
  readonly scheduler: SchedulerServiceShape
  /** Runs a handler's effect in the port's scope: closing the scope interrupts it. */
  readonly run: <A, E>(effect: Effect.Effect<A, E>) => Fiber.Fiber<A, E>
}

export const makePdContext = (scheduler: SchedulerServiceShape): Effect.Effect<PdContext, never, Scope.Scope> =>
  Effect.map(FiberSet.makeRuntime<never, unknown, unknown>(), (run) => ({ scheduler, run }))

export const okHeader = (pd: PdContext): pdpb.ResponseHeader => ({
  clusterId: pd.scheduler.clusterId,
  error: undefined
})

export const errorHeader = (pd: PdContext, error: SchedulerError): pdpb.ResponseHeader => ({
  clusterId: pd.scheduler.clusterId,
  error: toPdError(error)
})

/** Undefined when the request is meant for this cluster; else the words PD uses, which clients show to people. */
export const clusterMismatch = (pd: PdContext, header: pdpb.RequestHeader | undefined): string | undefined => {
  const got = header?.clusterId ?? 0
  return got === pd.scheduler.clusterId
    ? undefined
    : `mismatch cluster id, need ${pd.scheduler.clusterId} but got ${got}`
}

export interface Refusal {
  readonly code: number
  readonly message: string
}

/** How a call ends that has no answer of the scheduler: it was stopped, it is not reachable, or we have a bug. */
export const refusalOf = (cause: Cause.Cause<SchedulerError>): Refusal => {
  if (Cause.hasInterruptsOnly(cause)) {
    return { code: GrpcCode.unavailable, message: "the scheduler is stopping" }
  }
  const error = Cause.squash(cause)
  if (error instanceof SchedulerError) return { code: GrpcCode.unavailable, message: error.message }
  return {
    code: GrpcCode.internal,
    message: `internal error: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** An answer that goes into `header.error`, or undefined when the call must end with a gRPC status instead. */
export const answerOf = (cause: Cause.Cause<SchedulerError>): SchedulerError | undefined => {
  if (!cause.reasons.every(Cause.isFailReason)) return undefined
  const error = Cause.squash(cause)
  return error instanceof SchedulerError && error.reason !== "unavailable" ? error : undefined
}

interface WithRequestHeader {
  readonly header: pdpb.RequestHeader | undefined
}
interface WithResponseHeader {
  header: pdpb.ResponseHeader | undefined
}
type Body<Response> = Omit<Partial<Response>, "header">
type UnaryMethod<Request, Response> = Method<Request, Response> & {
  readonly requestStream: false
  readonly responseStream: false
}

/** Runs `effect` and answers with the response made of it, its header.error, or a status. */
export const answerWith = <Response extends WithResponseHeader>(
  pd: PdContext,
  make: (partial: Partial<Response>) => Response,
  reply: { send(response: Response): void; fail(code: number, message: string): void },
  effect: Effect.Effect<Body<Response>, SchedulerError>
): Outbound => {
  const withHeader = (header: pdpb.ResponseHeader, body: Body<Response> | undefined): Response => {
    const response = make((body ?? {}) as Partial<Response>)
    response.header = header
    return response
  }
  const fiber = pd.run(effect)
  fiber.addObserver((exit) => {
    if (Exit.isSuccess(exit)) {
      reply.send(withHeader(okHeader(pd), exit.value))
      return
    }
    const answer = answerOf(exit.cause)
    if (answer !== undefined) {
      reply.send(withHeader(errorHeader(pd, answer), undefined))
      return
    }
    const refusal = refusalOf(exit.cause)
    reply.fail(refusal.code, refusal.message)
  })
  return { cancelled: () => fiber.interruptUnsafe() }
}

/** A unary PD method whose request must name this cluster. */
export const pdUnary = <Request extends WithRequestHeader, Response extends WithResponseHeader>(
  pd: PdContext,
  method: UnaryMethod<Request, Response>,
  handler: (request: Request) => Effect.Effect<Body<Response>, SchedulerError>
): Binding =>
  unary(method, (request, reply) => {
    const mismatch = clusterMismatch(pd, request.header)
    if (mismatch !== undefined) {
      reply.fail(GrpcCode.failedPrecondition, mismatch)
      return
    }
    return answerWith(pd, method.response.create, reply, handler(request))
  })

/** The same for the two methods a client calls before it knows the cluster: the request's header is not looked at. */
export const pdUnaryUnchecked = <Request, Response extends WithResponseHeader>(
  pd: PdContext,
  method: UnaryMethod<Request, Response>,
  handler: (request: Request) => Effect.Effect<Body<Response>, SchedulerError>
): Binding => unary(method, (request, reply) => answerWith(pd, method.response.create, reply, handler(request)))

/** Fails a request that lacks a message it cannot do without. */
export const required = <A>(value: A | undefined, name: string): Effect.Effect<A, SchedulerError> =>
  value === undefined
    ? Effect.fail(schedulerError("refused", `the request has no ${name}`, pdpb.ErrorType.INVALID_VALUE))
    : Effect.succeed(value)
