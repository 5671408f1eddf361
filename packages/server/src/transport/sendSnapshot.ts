/**
 * One snapshot on its way to another store: a /tikvpb.Tikv/Snapshot stream on a connection of its own, so that its flow
 * control never holds back heartbeats.
 *
 * A sender that gives up resets the stream, which on Bun may look like a plain end to the receiver: what tells a whole
 * snapshot from a part is its own end chunk, never the end of the stream.
 *
 * First the raft message, then the chunks in order, each written only while the transport has room. The receiver answers
 * once, after it has checked all of it, or earlier with a refusal, which ends the sending. A deadline covers the whole.
 * Source: tikv `src/server/snap.rs`.
 */
import { TransportError } from "@reefkv/core"
import { GrpcCode, type GrpcError, makeGrpcChannel } from "@reefkv/grpc"
import { EMPTY, type raft_serverpb } from "@reefkv/wire"
import { Deferred, Effect, Latch, Stream } from "effect"
import { sealedSnapshot, sealHeaders } from "./raftSeal.ts"

const reasonOf = (code: number): TransportError["reason"] => {
  switch (code) {
    case GrpcCode.unavailable:
      return "unreachable"
    case GrpcCode.deadlineExceeded:
      return "timeout"
    case GrpcCode.resourceExhausted:
      return "busy"
    case GrpcCode.cancelled:
      return "closed"
    default:
      return "rejected"
  }
}

const transportError = (reason: TransportError["reason"], message: string): TransportError =>
  new TransportError({ reason, message })

export const sendSnapshotTo = (
  address: string,
  head: raft_serverpb.RaftMessage,
  chunks: Stream.Stream<Uint8Array, unknown>,
  timeoutMs: number
): Effect.Effect<void, TransportError> =>
  Effect.gen(function* () {
    const channel = yield* makeGrpcChannel(address)
    const outcome = Deferred.makeUnsafe<void, TransportError>()
    const room = Latch.makeUnsafe(true)
    let sentAll = false
    let done = false
    const ended = (error: GrpcError | undefined) => {
      if (error !== undefined) {
        const { code, message } = error
        return Effect.fail(transportError(reasonOf(code), `snapshot to ${address}: ${message}`))
      }
      return done && sentAll
        ? Effect.void
        : Effect.fail(transportError("rejected", `snapshot to ${address}: the receiver ended before all was sent`))
    }
    const call = yield* Effect.acquireRelease(
      Effect.sync(() =>
        channel.clientStream(
          sealedSnapshot,
          {
            message: () => {
              done = true
            },
            writable: () => room.openUnsafe(),
            ended: (error) => {
              Deferred.doneUnsafe(outcome, ended(error))
            }
          },
          { timeoutMs, headers: sealHeaders }
        )
      ),
      (opened) => Effect.sync(() => opened.cancel())
    )
    const write = (chunk: raft_serverpb.SnapshotChunk): Effect.Effect<void> =>
      Effect.suspend(() => {
        if (call.write(chunk)) return Effect.void
        room.closeUnsafe()
        return room.await
      })
    const pump = Effect.gen(function* () {
      yield* write({ message: head, data: EMPTY })
      yield* Stream.runForEach(chunks, (data) => write({ message: undefined, data })).pipe(
        Effect.mapError((error) =>
          transportError("closed", `snapshot to ${address}: its chunks cannot be read: ${textOf(error)}`)
        )
      )
      sentAll = true
      call.end()
      return yield* Deferred.await(outcome)
    })
    // A refusal in the middle stops the pump.
    return yield* Effect.raceFirst(pump, Deferred.await(outcome))
  }).pipe(Effect.scoped)

const textOf = (error: unknown): string => {
  if (error instanceof Error) return error.message
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error)
}
