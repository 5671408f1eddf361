/**
 * The way to a region on this store: requests, raft messages and snapshots enter here and reach the peer through the
 * store's mailbox. Made before the Store and the Transport, so that both can speak to it.
 *
 * Every accepted request is answered exactly once, by calling its `answer` from the store's loop or, for reads under a
 * valid lease, before the call returns. An answer callback must not throw and must not wait.
 */
import type { EngineError, ReadView } from "@reefkv/engine"
import type { kvrpcpb, metapb, RegionId, raft_cmdpb, raft_serverpb, StoreId } from "@reefkv/wire"
import type { Effect, Stream } from "effect"
import { Context } from "effect"
import type { RegionError } from "./RegionError.ts"

/** Who asks, about which region as the caller knows it: `kvrpcpb.Context`'s part that concerns the store. */
export interface RequestHeader {
  readonly regionId: RegionId
  readonly epoch: metapb.RegionEpoch
  readonly peer: metapb.Peer | undefined
  /** 0: not checked. Otherwise a request of an older term is StaleCommand. */
  readonly term: number
  /** Monotonic milliseconds of this store's clock; 0 means `requestTimeoutMs` from now. */
  readonly deadlineMs: number
}

/** One change in a proposal, as it stands in the log. */
export type WriteCommand =
  | {
      readonly type: "put"
      readonly cf: "default" | "lock" | "write"
      readonly key: Uint8Array
      readonly value: Uint8Array
    }
  | { readonly type: "delete"; readonly cf: "default" | "lock" | "write"; readonly key: Uint8Array }
  /** Clipped to the region at apply; both keys must lie inside it at propose. */
  | {
      readonly type: "deleteRange"
      readonly cf: "default" | "lock" | "write"
      readonly start: Uint8Array
      readonly end: Uint8Array
    }

export interface WriteRequest {
  readonly header: RequestHeader
  readonly commands: ReadonlyArray<WriteCommand>
}
/** The write is committed and applied on this store. */
export interface WriteDone {
  readonly _tag: "Written"
  readonly index: number
  readonly term: number
}

export interface ReadRequest {
  readonly header: RequestHeader
  /**
   * Checked against the region: every key, or both ends of a range (an empty end is the region's own). The region's end
   * key passes, as the end of a range; who reads points checks for it in the callback, with the region that comes along.
   */
  readonly keys: ReadonlyArray<Uint8Array>
  /** May be served by a follower after a read index from the leader. */
  readonly replicaRead: boolean
}
/**
 * A view that holds at least all writes acknowledged before the request came, and the region it was checked against. The
 * view is `Engine.latest`: read what is needed before the callback returns; take an engine snapshot for longer reads.
 */
export interface ReadDone {
  readonly _tag: "Readable"
  readonly region: metapb.Region
  readonly view: ReadView
  readonly term: number
}

export interface AdminRequest {
  readonly header: RequestHeader
  readonly command:
    | { readonly type: "split"; readonly splitKeys: ReadonlyArray<Uint8Array> }
    | { readonly type: "changePeers"; readonly changes: ReadonlyArray<raft_cmdpb.ChangePeerRequest> }
    | { readonly type: "leaveJoint" }
    | { readonly type: "transferLeader"; readonly peer: metapb.Peer }
    | { readonly type: "compactLog"; readonly index: number }
    | { readonly type: "consistencyCheck" }
}
export interface AdminDone {
  readonly _tag: "AdminDone"
  /** After a split: all resulting regions from left to right. Otherwise the region as it now is. */
  readonly regions: ReadonlyArray<metapb.Region>
}

export type Answer<Done> = (result: Done | RegionError) => void

export interface RegionStatus {
  readonly region: metapb.Region
  readonly peerId: number
  readonly leaderPeerId: number
  readonly role: string
  readonly term: number
  readonly appliedIndex: number
  readonly commitIndex: number
  readonly lastIndex: number
  readonly truncatedIndex: number
  readonly approximateBytes: number
  readonly approximateKeys: number
  readonly pendingPeerIds: ReadonlyArray<number>
}

export interface RouterService {
  readonly storeId: () => StoreId
  /** Hot path, synchronous: never throws; answers at once with a refusal, or later exactly once. */
  write(request: WriteRequest, answer: Answer<WriteDone>): void
  read(request: ReadRequest, answer: Answer<ReadDone>): void
  admin(request: AdminRequest, answer: Answer<AdminDone>): void
  /** The Effect twins, for cold paths and tests. */
  readonly writeEffect: (request: WriteRequest) => Effect.Effect<WriteDone | RegionError>
  readonly adminEffect: (request: AdminRequest) => Effect.Effect<AdminDone | RegionError>
  /** Waits for the read to be allowed, then runs `use` synchronously on the view. */
  readonly readEffect: <A>(request: ReadRequest, use: (done: ReadDone) => A) => Effect.Effect<A | RegionError>
  /** What the transport received, one frame at a time. Over the mailbox's bound they are dropped and counted. */
  onRaftMessages(messages: ReadonlyArray<raft_serverpb.RaftMessage>): void
  /** A snapshot stream from another store. Succeeds when all of it is checked and kept; fails with the reason to tell the sender. */
  onSnapshot(
    head: raft_serverpb.RaftMessage,
    chunks: Stream.Stream<Uint8Array, unknown>
  ): Effect.Effect<void, SnapshotRefused>
  onUnreachable(storeId: StoreId): void
  /** A read of a view that was handed out, or of an engine's snapshot, found damage: the peer it belongs to halts. */
  onDamage(error: EngineError): void
  /** Region metadata for the status port and for KeyNotInRegion help. */
  regions(): ReadonlyArray<RegionStatus>
  region(regionId: RegionId): RegionStatus | undefined
  regionByKey(key: Uint8Array): RegionStatus | undefined
  /** Named counters for /metrics: mailbox drops, passes, proposals, reads by lease and by read index, … */
  counters(): ReadonlyMap<string, number>
}
export interface SnapshotRefused {
  readonly _tag: "SnapshotRefused"
  readonly reason: string
}

export class Router extends Context.Service<Router, RouterService>()("@reefkv/core/Router") {}

/** Fields of a request context that the store checks, from the wire. */
export const headerOf = (context: kvrpcpb.Context | undefined, deadlineMs: number): RequestHeader => ({
  regionId: context?.regionId ?? 0,
  epoch: context?.regionEpoch ?? { confVer: 0, version: 0 },
  peer: context?.peer,
  term: context?.term ?? 0,
  deadlineMs
})
