/**
 * What all of a store's client calls share: the cluster they must belong to, their deadline on the store's clock, and the
 * counts that /metrics shows.
 */
import type { RouterService } from "@reefkv/core"
import type { Call } from "@reefkv/grpc"
import type { RawClocks, RawCommands } from "@reefkv/storage"
import type { kvrpcpb } from "@reefkv/wire"

/** What the service stands on. */
export interface TikvParts {
  readonly clusterId: number
  readonly router: RouterService
  readonly raw: RawCommands
  readonly clocks: RawClocks
  /** Wall time in milliseconds since the epoch: gRPC deadlines are told on it. */
  readonly nowMs: () => number
  readonly limits: TikvLimits
}

export interface TikvLimits {
  /** Commands of one BatchCommands stream that are accepted and not yet on their way back; over it the client is held back. */
  readonly commandsInFlightMax: number
  /**
   * Replies of one BatchCommands stream that wait to be written; over it no further command is started. A frame of a few
   * kilobytes can ask for gigabytes.
   */
  readonly replyBytesWaitingMax: number
  /** A BatchCommands reply is cut into another one after about this many bytes. */
  readonly replyFrameBytes: number
  /** Chunks of a received snapshot that wait to be taken. */
  readonly snapshotChunksWaitingMax: number
}

export const defaultTikvLimits: TikvLimits = {
  commandsInFlightMax: 4_096,
  replyBytesWaitingMax: 16 * 1024 * 1024,
  replyFrameBytes: 1024 * 1024,
  snapshotChunksWaitingMax: 4
}

export type RequestContext = kvrpcpb.Context | undefined

export class TikvCalls {
  readonly parts: TikvParts
  private readonly counts = new Map<string, number>()

  constructor(parts: TikvParts) {
    this.parts = parts
  }

  /** Why a request of another cluster is refused; undefined for ours and for clients that do not say. */
  clusterRefusal(context: RequestContext): string | undefined {
    const sent = context?.clusterId ?? 0
    if (sent === 0 || sent === this.parts.clusterId) return undefined
    return `the cluster id of the request does not match the TiKV cluster. cluster id of the request: ${sent}, TiKV cluster: ${this.parts.clusterId}`
  }

  /** The earlier of the request's own limit and the call's, on the store's clock; 0 when neither is set. */
  deadlineMs(context: RequestContext, call: Call | undefined): number {
    const own = context?.maxExecutionDurationMs ?? 0
    const callEpochMs = call?.deadlineEpochMs
    if (own === 0 && callEpochMs === undefined) return 0
    const left = callEpochMs === undefined ? Number.POSITIVE_INFINITY : callEpochMs - this.parts.nowMs()
    // 0 means "none" to the store, so a deadline that has passed at the clock's start must not become it.
    return Math.max(this.parts.clocks.monotonicMs() + Math.min(own === 0 ? left : own, left), Number.MIN_VALUE)
  }

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
  }

  /**
   * Calls and commands by name (`RawGet`; `batch:rawGet` for a command of a BatchCommands frame; `broken-seal:BatchRaft` for
   * a message of another store that changed on its way).
   */
  counters(): ReadonlyMap<string, number> {
    return this.counts
  }
}
