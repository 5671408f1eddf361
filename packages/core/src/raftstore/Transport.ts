/**
 * The door to other stores. The store's loop hands over one pass's messages per destination; bytes, connections and
 * retries are the transport's business. What arrives from others enters through the Router.
 */
import type { raft_serverpb, StoreId } from "@reefkv/wire"
import { Context, type Effect, Schema, type Stream } from "effect"

export class TransportError extends Schema.TaggedError<TransportError>()("TransportError", {
  reason: Schema.Literals(["unreachable", "busy", "rejected", "timeout", "closed"]),
  message: Schema.String
}) {}

export interface TransportService {
  /**
   * One pass's messages to one store, in order, as one frame where it fits. Never waits and never fails: a message over
   * the link's bound, or to a store without a known address, is dropped and counted, and the Router is told
   * `onUnreachable` so that Raft probes again.
   */
  send(toStoreId: StoreId, messages: ReadonlyArray<raft_serverpb.RaftMessage>): void
  /**
   * Streams one snapshot: `head` is the raft message (its snapshot's `data` holds only the manifest), then the chunks in
   * order. Succeeds when the receiver has taken and checked all of it; applying it is the receiver's later business.
   * Fails with TransportError; never retries.
   */
  sendSnapshot(
    toStoreId: StoreId,
    head: raft_serverpb.RaftMessage,
    chunks: Stream.Stream<Uint8Array, unknown>
  ): Effect.Effect<void, TransportError>
}

export class Transport extends Context.Service<Transport, TransportService>()("@reefkv/core/Transport") {}
