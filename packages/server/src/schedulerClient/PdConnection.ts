/**
 * The calling side of the PD port: one channel per endpoint, the endpoint that answered last tried first, the cluster id
 * learnt once and put into every header.
 *
 * An endpoint that cannot be reached is skipped for the next; an answer, also a refusal, is an answer. Calls that must
 * not happen twice are never repeated: after a broken connection nobody knows whether the first one was taken.
 */

import { type GrpcChannel, GrpcCode, type GrpcError, makeGrpcChannel } from "@reefkv/grpc"
import { type SchedulerError, schedulerError } from "@reefkv/scheduler"
import { type Method, pdpb, services } from "@reefkv/wire"
import { Effect, Scope } from "effect"
import { fromPdError } from "../pd/errorCodec.ts"
import { formatAddress, parseAddress } from "../port/OnePort.ts"

/** One attempt of one call. */
export const CALL_TIMEOUT_MS = 3_000
/** A quiet connection with open calls is pinged, so that a vanished scheduler is noticed. */
const KEEPALIVE_MS = 10_000
const KEEPALIVE_TIMEOUT_MS = 3_000
/** Endpoints given and learnt together. */
const ENDPOINTS_MAX = 16

/** What grpc-js leaves at the end of a message when it has nothing to say there. */
const NO_NOTE = / Resolution note: $/

interface WithHeader {
  readonly header: pdpb.ResponseHeader | undefined
}

export interface CallOptions {
  readonly timeoutMs?: number
  /** False for calls whose second run would differ from their first. */
  readonly repeatable?: boolean
}

export interface PdConnection {
  readonly clusterId: Effect.Effect<number, SchedulerError>
  call<Request, Response extends WithHeader>(
    method: Method<Request, Response>,
    make: (header: pdpb.RequestHeader) => Request,
    options?: CallOptions
  ): Effect.Effect<Response, SchedulerError>
  /** For streams: the endpoint in use, with the header of this cluster. */
  readonly channel: Effect.Effect<
    { readonly channel: GrpcChannel; readonly header: pdpb.RequestHeader },
    SchedulerError
  >
  /** The endpoint in use did not serve: the next one is tried first from now on. */
  moveOn(from: GrpcChannel): void
}

/** Codes that say nothing about the request: the call may not have arrived. */
const unreachable: ReadonlyArray<number> = [GrpcCode.unavailable, GrpcCode.cancelled, GrpcCode.unknown]

export const errorOfStatus = (error: GrpcError): SchedulerError => {
  if (error.code === GrpcCode.failedPrecondition && error.message.includes("mismatch cluster id")) {
    return schedulerError("clusterMismatch", error.message)
  }
  const isUnanswered =
    unreachable.includes(error.code) ||
    error.code === GrpcCode.deadlineExceeded ||
    error.code === GrpcCode.internal ||
    error.code === GrpcCode.resourceExhausted
  return schedulerError(isUnanswered ? "unavailable" : "refused", error.message)
}

/** `endpoints`: `host:port`, with or without `http://`. Dies on an empty or malformed list: the caller checked it. */
export const makePdConnection = Effect.fnUntraced(function* (
  endpoints: ReadonlyArray<string>
): Effect.fn.Return<PdConnection, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const addresses: Array<string> = []
  const add = (endpoint: string): boolean => {
    const parsed = parseAddress(endpoint)
    if (parsed === undefined) return false
    const address = formatAddress(parsed.host, parsed.port)
    if (!addresses.includes(address) && addresses.length < ENDPOINTS_MAX) addresses.push(address)
    return true
  }
  for (const endpoint of endpoints) {
    if (!add(endpoint)) throw new Error(`scheduler endpoint ${JSON.stringify(endpoint)} is not host:port`)
  }
  if (addresses.length === 0) throw new Error("no scheduler endpoint given")

  const channels = new Map<string, GrpcChannel>()
  let current = 0
  let clusterId = 0
  /** How the last call went; a change is logged, once. */
  let last: "answered" | "unavailable" | "clusterMismatch" = "answered"
  const note = (now: typeof last, address: string, message = ""): Effect.Effect<void> => {
    if (now === last) return Effect.void
    last = now
    switch (now) {
      case "answered":
        return Effect.logInfo(`the scheduler answers again, at ${address}`)
      case "unavailable":
        return Effect.logWarning(
          `the scheduler does not answer, it will be asked again: ${message.replace(NO_NOTE, "")}`
        )
      case "clusterMismatch":
        return Effect.logError(
          `the scheduler at ${address} is of another cluster, and nothing is agreed with it: ${message}`
        )
    }
  }

  const channelAt = Effect.fnUntraced(function* (index: number) {
    const address = addresses[index % addresses.length] ?? ""
    const known = channels.get(address)
    if (known !== undefined) return known
    const channel = yield* Scope.provide(
      makeGrpcChannel(address, { keepaliveMs: KEEPALIVE_MS, keepaliveTimeoutMs: KEEPALIVE_TIMEOUT_MS }),
      scope
    )
    channels.set(address, channel)
    return channel
  })
  /** Each endpoint once, from the current one on, until one answers. */
  const attempt = Effect.fnUntraced(function* <Request, Response extends WithHeader>(
    method: Method<Request, Response>,
    request: Request,
    options: CallOptions
  ): Effect.fn.Return<Response, SchedulerError> {
    const attempts = options.repeatable === false ? 1 : addresses.length
    const first = current
    let failure: SchedulerError = schedulerError("unavailable", "no endpoint was tried")
    for (let i = 0; i < attempts; i++) {
      const channel = yield* channelAt(first + i)
      const result = yield* Effect.result(
        channel.unary(method, request, { timeoutMs: options.timeoutMs ?? CALL_TIMEOUT_MS })
      )
      if (result._tag === "Success") {
        current = (first + i) % addresses.length
        yield* note("answered", channel.address)
        const { header } = result.success
        return header?.error === undefined ? result.success : yield* fromPdError(header.error)
      }
      const mapped = errorOfStatus(result.failure)
      if (mapped.reason === "clusterMismatch") yield* note("clusterMismatch", channel.address, mapped.message)
      if (mapped.reason !== "unavailable") return yield* mapped
      failure = schedulerError("unavailable", `${method.name} at ${channel.address}: ${mapped.message}`)
    }
    current = (first + attempts) % addresses.length
    yield* note("unavailable", "", failure.message)
    return yield* failure
  })

  const learn = Effect.gen(function* () {
    if (clusterId !== 0) return clusterId
    const reply = yield* attempt(services.PD.methods.GetMembers, pdpb.GetMembersRequest.create(), {})
    const id = reply.header?.clusterId ?? 0
    if (id === 0) return yield* schedulerError("unavailable", "the scheduler does not say which cluster it serves")
    clusterId = id
    for (const url of reply.members.flatMap((member) => member.clientUrls)) add(url)
    return id
  })
  const headerOf = (id: number): pdpb.RequestHeader => pdpb.RequestHeader.create({ clusterId: id })

  return {
    clusterId: learn,
    call: (method, make, options = {}) => Effect.flatMap(learn, (id) => attempt(method, make(headerOf(id)), options)),
    channel: Effect.gen(function* () {
      const id = yield* learn
      return { channel: yield* channelAt(current), header: headerOf(id) }
    }),
    moveOn: (from) => {
      if (addresses[current % addresses.length] === from.address) current = (current + 1) % addresses.length
    }
  }
})
