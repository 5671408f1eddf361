/**
 * How a gRPC call ends when it does not end well: the status codes of the protocol and the one error that carries them,
 * for handlers that refuse and for callers that are refused. Source: grpc `doc/statuscodes.md`.
 */
import { Schema } from "effect"

export const GrpcCode = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16
} as const

/** A call that ended with a status other than OK. `code` is one of GrpcCode; `message` is for people. */
export class GrpcError extends Schema.TaggedError<GrpcError>()("GrpcError", {
  code: Schema.Number,
  message: Schema.String
}) {}

/** An address could not be listened on. `in-use`: another process (or this one) has it. */
export class ListenError extends Schema.TaggedError<ListenError>()("ListenError", {
  reason: Schema.Literals(["in-use", "not-permitted", "no-such-address", "io"]),
  /** `host:port` as asked. */
  address: Schema.String,
  message: Schema.String
}) {}
