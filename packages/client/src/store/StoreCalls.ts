/**
 * The requests that have no place in BatchCommands, each a call of its own.
 */
import type { GrpcChannel, GrpcError } from "@reefkv/grpc"
import { type kvrpcpb, services } from "@reefkv/wire"
import type { Effect } from "effect"

type StoreCall<Request, Response> = (request: Request, timeoutMs: number) => Effect.Effect<Response, GrpcError>

export interface StoreCalls {
  readonly getKeyTtl: StoreCall<kvrpcpb.RawGetKeyTTLRequest, kvrpcpb.RawGetKeyTTLResponse>
  readonly compareAndSwap: StoreCall<kvrpcpb.RawCASRequest, kvrpcpb.RawCASResponse>
  readonly checksum: StoreCall<kvrpcpb.RawChecksumRequest, kvrpcpb.RawChecksumResponse>
  readonly splitRegion: StoreCall<kvrpcpb.SplitRegionRequest, kvrpcpb.SplitRegionResponse>
}

const { methods } = services.Tikv

export const grpcCalls = (channel: GrpcChannel): StoreCalls => ({
  getKeyTtl: (request, timeoutMs) => channel.unary(methods.RawGetKeyTTL, request, { timeoutMs }),
  compareAndSwap: (request, timeoutMs) => channel.unary(methods.RawCompareAndSwap, request, { timeoutMs }),
  checksum: (request, timeoutMs) => channel.unary(methods.RawChecksum, request, { timeoutMs }),
  splitRegion: (request, timeoutMs) => channel.unary(methods.SplitRegion, request, { timeoutMs })
})
