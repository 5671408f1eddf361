/**
 * What other stores send: raft messages on long-lived streams, and snapshots on one stream each. Bytes become messages
 * here; what they mean is the router's business.
 *
 * A message for another store means that the sender has an old address of that store: the stream is refused, so that it
 * asks for the new one. A stream of messages has no answer until it is closed.
 */
import type { SnapshotRefused } from "@reefkv/core"
import { type Binding, clientStream, type Flow, GrpcCode, type Inbound, type Reply } from "@reefkv/grpc"
import { type raft_serverpb, services } from "@reefkv/wire"
import { Cause, Effect, FiberSet, Queue, type Scope, Stream } from "effect"
import { isSealed, sealedBatchRaft, sealedSnapshot, watchSeals } from "../transport/raftSeal.ts"
import type { TikvCalls } from "./TikvCalls.ts"

const { methods } = services.Tikv

/** The sender of a snapshot went away before its end. */
class SnapshotCut extends Error {
  override readonly message = "the sender went away before the end of the snapshot"
}

export const raftBindings = Effect.fnUntraced(function* (
  calls: TikvCalls
): Effect.fn.Return<ReadonlyArray<Binding>, never, Scope.Scope> {
  const fork = yield* FiberSet.makeRuntime<never, void, never>()
  return [
    clientStream(methods.Raft, (reply) =>
      messagesInto(calls, reply, (message: raft_serverpb.RaftMessage) => [message])
    ),
    sealedOrPlain(
      (method) => clientStream(method, (reply) => messagesInto(calls, reply, ({ msgs }) => msgs)),
      methods.BatchRaft,
      watchSeals(sealedBatchRaft, () => calls.count("broken-seal:BatchRaft"))
    ),
    sealedOrPlain(
      (method) => clientStream(method, (reply, flow) => new SnapshotStream(calls, reply, flow, fork)),
      methods.Snapshot,
      watchSeals(sealedSnapshot, () => calls.count("broken-seal:Snapshot"))
    )
  ]
})

type StreamBinding = Extract<Binding, { readonly kind: "clientStream" }>

/** A sender that seals its messages is held to it; one that does not (TiKV) is understood. */
const sealedOrPlain = <M>(bind: (method: M) => StreamBinding, plain: M, sealed: M): StreamBinding => {
  const [strict, lenient] = [bind(sealed), bind(plain)]
  return { ...lenient, start: (reply, flow, call) => (isSealed(call) ? strict : lenient).start(reply, flow, call) }
}

const messagesInto = <Frame>(
  calls: TikvCalls,
  reply: Reply<raft_serverpb.Done>,
  messagesOf: (frame: Frame) => ReadonlyArray<raft_serverpb.RaftMessage>
): Inbound<Frame> => ({
  message: (frame) => {
    const messages = messagesOf(frame)
    calls.count("BatchRaft")
    const refusal = wrongStore(calls, messages)
    if (refusal === undefined) calls.parts.router.onRaftMessages(messages)
    else reply.fail(GrpcCode.failedPrecondition, refusal)
  },
  halfClosed: () => reply.send({}),
  cancelled: () => {}
})

const wrongStore = (calls: TikvCalls, messages: ReadonlyArray<raft_serverpb.RaftMessage>): string | undefined => {
  const own = calls.parts.router.storeId()
  const stray = messages.find((message) => message.toPeer?.storeId !== own)
  return stray === undefined
    ? undefined
    : `store not match: the message is for store ${stray.toPeer?.storeId ?? 0}, this is store ${own}`
}

type ForkRun = (effect: Effect.Effect<void>) => { interruptUnsafe(): void }

/** First a chunk with the raft message, then chunks of data. Answered when the router has taken, or refused, all of it. */
class SnapshotStream implements Inbound<raft_serverpb.SnapshotChunk> {
  private readonly calls: TikvCalls
  private readonly reply: Reply<raft_serverpb.Done>
  private readonly flow: Flow
  private readonly fork: ForkRun
  private chunks: Queue.Queue<Uint8Array, SnapshotCut | Cause.Done> | undefined
  private paused = false

  constructor(calls: TikvCalls, reply: Reply<raft_serverpb.Done>, flow: Flow, fork: ForkRun) {
    this.calls = calls
    this.reply = reply
    this.flow = flow
    this.fork = fork
  }

  message(chunk: raft_serverpb.SnapshotChunk): void {
    if (this.chunks !== undefined) {
      this.offer(this.chunks, chunk.data)
      return
    }
    const head = chunk.message
    const refusal =
      head === undefined ? "the first chunk of a snapshot has no raft message" : wrongStore(this.calls, [head])
    if (head === undefined || refusal !== undefined) {
      this.reply.fail(head === undefined ? GrpcCode.invalidArgument : GrpcCode.failedPrecondition, refusal ?? "")
      return
    }
    this.calls.count("Snapshot")
    const chunks = Effect.runSync(Queue.unbounded<Uint8Array, SnapshotCut | Cause.Done>())
    this.chunks = chunks
    if (chunk.data.length > 0) this.offer(chunks, chunk.data)
    const taken = Stream.fromQueue(chunks).pipe(Stream.tap(() => Effect.sync(() => this.resumeWhenEmpty(chunks))))
    this.fork(
      this.calls.parts.router.onSnapshot(head, taken).pipe(
        Effect.matchCause({
          onSuccess: () => this.reply.send({}),
          onFailure: (cause) => this.reply.fail(GrpcCode.failedPrecondition, refusalText(cause))
        }),
        // Whoever refused before the end leaves the queue behind; what still comes for it is dropped.
        Effect.ensuring(Effect.sync(() => Queue.shutdownUnsafe(chunks)))
      )
    )
  }

  halfClosed(): void {
    if (this.chunks === undefined) this.reply.fail(GrpcCode.invalidArgument, "a snapshot stream without a chunk")
    else Queue.endUnsafe(this.chunks)
  }

  // The router hears of it through the chunks, which end in a failure: it cleans up as for any broken snapshot.
  cancelled(): void {
    if (this.chunks !== undefined) Queue.failCauseUnsafe(this.chunks, Cause.fail(new SnapshotCut()))
  }

  private offer(chunks: Queue.Queue<Uint8Array, SnapshotCut | Cause.Done>, data: Uint8Array): void {
    Queue.offerUnsafe(chunks, data)
    if (this.paused || Queue.sizeUnsafe(chunks) < this.calls.parts.limits.snapshotChunksWaitingMax) return
    this.paused = true
    this.flow.pause()
  }

  private resumeWhenEmpty(chunks: Queue.Queue<Uint8Array, SnapshotCut | Cause.Done>): void {
    if (!this.paused || Queue.sizeUnsafe(chunks) > 0) return
    this.paused = false
    this.flow.resume()
  }
}

const refusalText = (cause: Cause.Cause<SnapshotRefused>): string => {
  if (Cause.hasInterruptsOnly(cause)) return "the store is stopping"
  const error = Cause.squash(cause)
  return isRefused(error) ? error.reason : "the snapshot could not be taken"
}
const isRefused = (error: unknown): error is SnapshotRefused =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "SnapshotRefused"
