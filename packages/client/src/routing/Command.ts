/**
 * A request to one region, before it is known which peer gets it: how to find the region, how to build the message for it
 * once found, and whether it may be sent twice.
 */
import type { GrpcError } from "@reefkv/grpc"
import type { errorpb, kvrpcpb } from "@reefkv/wire"
import type { Effect } from "effect"
import type { BatchedReply, BatchedRequest } from "../store/BatchLane.ts"
import type { StoreCalls } from "../store/StoreCalls.ts"
import type { CachedRegion } from "./RegionCache.ts"

export type BatchedName =
  | "rawGet"
  | "rawBatchGet"
  | "rawPut"
  | "rawBatchPut"
  | "rawDelete"
  | "rawBatchDelete"
  | "rawDeleteRange"
  | "rawScan"

export interface Replies extends BatchedReplies {
  readonly rawGetKeyTtl: kvrpcpb.RawGetKeyTTLResponse
  readonly rawCompareAndSwap: kvrpcpb.RawCASResponse
  readonly rawChecksum: kvrpcpb.RawChecksumResponse
  readonly splitRegion: kvrpcpb.SplitRegionResponse
}
type BatchedReplies = { readonly [N in BatchedName]: Extract<BatchedReply, { readonly case: N }>["value"] }
export type CommandName = keyof Replies

/** What all replies have in common. */
export interface RegionReply {
  readonly regionError: errorpb.Error | undefined
  /** A refusal in words; empty or absent if there is none. */
  readonly error?: string
}

export interface Command<N extends CommandName> {
  readonly name: N
  /** The user key by which the region is found. */
  readonly key: Uint8Array
  /** The region of the keys just below `key` is meant (an empty one being +∞), not the one that holds it. */
  readonly before: boolean
  readonly write: boolean
  /** May be sent again when it is unknown whether the first time had an effect. */
  readonly resend: boolean
  readonly transport: BatchTransport | UnaryTransport<N>
}

/** Through the store's BatchCommands stream. */
export interface BatchTransport {
  readonly kind: "batch"
  request(region: CachedRegion): BatchedRequest
}

/** As a call of its own, because the method has no place in BatchCommands. */
export interface UnaryTransport<N extends CommandName> {
  readonly kind: "unary"
  send(calls: StoreCalls, region: CachedRegion, timeoutMs: number): Effect.Effect<Replies[N], GrpcError>
}
