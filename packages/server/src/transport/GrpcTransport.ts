/**
 * core's Transport over gRPC: a link per store that is talked to, a connection per snapshot, addresses from the
 * scheduler. Closing the scope closes all of them.
 */
import { Router, SchedulerClient, Transport, TransportError, type TransportService } from "@reefkv/core"
import type { StoreId } from "@reefkv/wire"
import { Effect, Layer, Scope } from "effect"
import { type AddressBook, makeAddressBook } from "./AddressBook.ts"
import { makeRaftLink, type RaftLink, type RaftLinkOptions } from "./RaftLink.ts"
import { sendSnapshotTo } from "./sendSnapshot.ts"

/** How long one snapshot may take, from its first chunk to the receiver's answer. */
export const SNAPSHOT_TIMEOUT_MS = 120_000

export interface GrpcTransportOptions {
  readonly snapshotTimeoutMs?: number
  /** Bounds of each link, for tests; see RaftLink. */
  readonly link?: Pick<RaftLinkOptions, "messagesMax" | "bytesMax" | "frameBytesMax">
}

export interface GrpcTransportService extends TransportService {
  /** Sums over all links since the start, and what waits now. */
  counters(): ReadonlyMap<string, number>
  link(storeId: StoreId): RaftLink | undefined
}

export const make = Effect.fnUntraced(function* (
  options: GrpcTransportOptions = {}
): Effect.fn.Return<GrpcTransportService, never, Router | SchedulerClient | Scope.Scope> {
  const router = yield* Router
  const scheduler = yield* SchedulerClient
  const scope = yield* Effect.scope
  const addresses: AddressBook = yield* makeAddressBook(scheduler)
  const links = new Map<StoreId, RaftLink>()
  // Forking a link's loop needs the context it runs in, captured once: `send` is called outside of Effect.
  const context = yield* Effect.context<never>()

  const linkTo = (toStoreId: StoreId): RaftLink => {
    const known = links.get(toStoreId)
    if (known !== undefined) return known
    const link = Effect.runSyncWith(context)(
      Scope.provide(makeRaftLink({ toStoreId, addresses, router, ...options.link }), scope)
    )
    links.set(toStoreId, link)
    return link
  }

  return {
    send: (toStoreId, messages) => {
      if (messages.length > 0) linkTo(toStoreId).send(messages)
    },
    sendSnapshot: Effect.fnUntraced(function* (toStoreId, head, chunks) {
      const address = yield* Effect.mapError(
        addresses.addressOf(toStoreId),
        ({ message }) => new TransportError({ reason: "unreachable", message })
      )
      yield* sendSnapshotTo(address, head, chunks, options.snapshotTimeoutMs ?? SNAPSHOT_TIMEOUT_MS).pipe(
        Effect.tapError(() => addresses.forget(toStoreId))
      )
    }),
    link: (storeId) => links.get(storeId),
    counters: () => {
      const all = [...links.values()]
      const sum = (of: (link: RaftLink) => number) => all.reduce((total, link) => total + of(link), 0)
      return new Map([
        ["raft_messages_sent", sum((link) => link.counters.sent)],
        ["raft_messages_dropped", sum((link) => link.counters.dropped)],
        ["raft_messages_waiting", sum((link) => link.waiting())],
        ["raft_streams_opened", sum((link) => link.counters.connects)],
        ["raft_links_open", all.filter((link) => link.state() === "open").length]
      ])
    }
  }
})

export const layer = (options: GrpcTransportOptions = {}): Layer.Layer<Transport, never, Router | SchedulerClient> =>
  Layer.effect(Transport, make(options))
