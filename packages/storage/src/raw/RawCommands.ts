/** The raw commands of kvrpcpb as calls: what each takes, answers and promises. Made by RawStorage.ts. */
import type { kvrpcpb } from "@reefkv/wire"
import type { RawConfig } from "./RawConfig.ts"

/** Takes the one response of a request. Must not throw. */
export type Done<Response> = (response: Response) => void
/** `deadlineMs` as in RequestHeader: monotonic, 0 for the store's own limit. */
export type Command<Request, Response> = (request: Request, deadlineMs: number, done: Done<Response>) => void

export interface RawCommands {
  readonly config: RawConfig
  readonly get: Command<kvrpcpb.RawGetRequest, kvrpcpb.RawGetResponse>
  /** Pairs for the keys that are there, in the order asked. */
  readonly batchGet: Command<kvrpcpb.RawBatchGetRequest, kvrpcpb.RawBatchGetResponse>
  /** Seconds left to live, 0 for a value that stays. */
  readonly getKeyTtl: Command<kvrpcpb.RawGetKeyTTLRequest, kvrpcpb.RawGetKeyTTLResponse>
  readonly put: Command<kvrpcpb.RawPutRequest, kvrpcpb.RawPutResponse>
  /** `ttls`: none, one for all pairs, or one for each. The deprecated `ttl` is not read, as in TiKV. */
  readonly batchPut: Command<kvrpcpb.RawBatchPutRequest, kvrpcpb.RawBatchPutResponse>
  /** An absent key is a success. */
  readonly delete: Command<kvrpcpb.RawDeleteRequest, kvrpcpb.RawDeleteResponse>
  readonly batchDelete: Command<kvrpcpb.RawBatchDeleteRequest, kvrpcpb.RawBatchDeleteResponse>
  /** `[startKey, endKey)`: startKey in the region, endKey in it or its end; an empty endKey is the region's end. */
  readonly deleteRange: Command<kvrpcpb.RawDeleteRangeRequest, kvrpcpb.RawDeleteRangeResponse>
  /** Swaps iff the live value is the one named; answers with the value before either way. */
  readonly compareAndSwap: Command<kvrpcpb.RawCASRequest, kvrpcpb.RawCASResponse>
  /**
   * `[startKey, endKey)`; with `reverse`, startKey is the upper bound (exclusive), endKey the lower (inclusive), and pairs
   * come in descending order. Pairs stay inside the region; fewer than `limit` means that the region's part of the range
   * holds no more. Where a bound of the store would cut it shorter, the scan is refused instead.
   */
  readonly scan: Command<kvrpcpb.RawScanRequest, kvrpcpb.RawScanResponse>
  /** Each range as in `scan`, `eachLimit` pairs at most from each; all ranges begin in the one region. */
  readonly batchScan: Command<kvrpcpb.RawBatchScanRequest, kvrpcpb.RawBatchScanResponse>
  /** The xor over the live pairs of the CRC-64/XZ of key then value; keys as requests write them. */
  readonly checksum: Command<kvrpcpb.RawChecksumRequest, kvrpcpb.RawChecksumResponse>
  /** Gauges for /metrics. */
  readonly stats: () => { readonly slicedReads: number; readonly latchedKeys: number }
}
